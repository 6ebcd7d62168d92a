"""What to export, in which form, and why contact details go along."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import NameField

ALL, FILTERED, CHOSEN = "all", "filtered", "chosen"
XLSX, CSV, JSON, PRINT = "xlsx", "csv", "json", "print"

FORMATS = [
    (XLSX, _("Excel (xlsx)")),
    (CSV, _("csv")),
    (PRINT, _("Utskrift")),
    (JSON, _("json")),
]
FORMAT_HINTS = {
    XLSX: _("Ett blad med alla svar och ett blad för varje område."),
    CSV: _("Semikolon, UTF-8. En rad för varje svar och fråga."),
    PRINT: _("En sida med alla svar i sin helhet. Varje svar börjar på ett nytt blad."),
    JSON: _("Allt som har skickats in, alla versioner, för ett annat system."),
}


class ExportForm(forms.Form):
    """`scopes` are (value, label, hint) of what there is to choose from, the narrowest last."""

    scope = forms.ChoiceField(
        label=_("Vad"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj vilka svar filen ska innehålla."),
            "invalid_choice": _("Välj vilka svar filen ska innehålla."),
        },
    )
    form = forms.ChoiceField(
        label=_("Format"),
        choices=FORMATS,
        initial=XLSX,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj ett format."),
            "invalid_choice": _("Välj ett format."),
        },
    )
    with_contact = forms.BooleanField(label=_("Ta med kontaktuppgifter"), required=False)
    reason = NameField(
        label=_("Varför behövs kontaktuppgifterna?"),
        help_text=_("Skriv bara om du tar med dem. Det du skriver sparas i loggen."),
        missing="",
        required=False,
        max_length=300,
        too_long=_("Skriv högst 300 tecken."),
    )

    def __init__(self, *args, scopes, warning, may_see_contact, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [(value, label) for value, label, _hint in scopes]
        self.fields["scope"].choice_hints = {value: hint for value, _label, hint in scopes}
        # The narrowest selection is what the reader came from.
        self.fields["scope"].initial = scopes[-1][0]
        self.fields["form"].choice_hints = FORMAT_HINTS
        if may_see_contact:
            self.fields["with_contact"].help_text = warning
        else:
            del self.fields["with_contact"], self.fields["reason"]

    def clean(self):
        cleaned = super().clean()
        if (
            cleaned.get("with_contact")
            and not cleaned.get("reason")
            and "reason" not in self.errors
        ):
            self.add_error("reason", _("Skriv varför kontaktuppgifterna behövs."))
        return cleaned

    def choices(self) -> dict:
        """The form of the file; without the right to contact details, none of them."""
        with_contact = self.cleaned_data.get("with_contact", False)
        return {
            "form": self.cleaned_data["form"],
            "with_contact": with_contact,
            "reason": self.cleaned_data["reason"] if with_contact else "",
        }
