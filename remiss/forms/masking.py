"""Which words nothing public shows, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import NameField
from remiss.models import Ground


class MaskForm(forms.Form):
    """The reason is asked for only when something is to be hidden (`hides`)."""

    words = NameField(
        label=_("Ord att dölja"),
        help_text=_("Skriv orden precis som de står, till exempel ett namn. Alla ställen visas."),
        missing="",
        required=False,
        max_length=1000,
        too_long=_("Sök efter högst 1 000 tecken åt gången."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Varför döljs orden?"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj varför.")),
    )
    note = NameField(
        label=_("Anteckning"),
        help_text=_("Skriv här om du valde Annat skäl. Står i loggen, så skriv inte orden."),
        missing="",
        required=False,
        max_length=300,
        too_long=_("Anteckningen kan ha högst 300 tecken."),
    )

    def __init__(self, data=None, *, hides: bool):
        super().__init__(data)
        self.fields["reason"].required = hides
        self.hides = hides

    def clean(self):
        cleaned = super().clean()
        reason = cleaned.get("reason")
        if self.hides and reason and Ground(reason).needs_note and cleaned.get("note") == "":
            self.add_error("note", _("Skriv skälet."))
        return cleaned
