"""Forms beside the texts: a file, a name to be known by, a request for more time."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CleanTextField, DayField, NameField
from remiss.models import FileKind


class FileForm(forms.Form):
    """One file and what it is. What the bytes are is asked of uploads, not of the browser."""

    kind = forms.ChoiceField(
        label=_("Vad är det för fil?"),
        choices=[("", _("Välj")), *FileKind.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj vad det är för fil.")),
        widget=forms.Select(attrs={"class": "input--m"}),
    )
    file = forms.FileField(
        label=_("Fil"),
        help_text=_(
            "Pdf, Word (docx), OpenDocument (odt), Excel (xlsx) eller bild (jpg, png), högst "
            "10 MB. Var bilden togs och med vilken kamera tas bort ur bilder."
        ),
        max_length=2_000,  # a name as long as any file system has; it is shortened when shown
        allow_empty_file=True,  # uploads says what is wrong with it
        error_messages=dict.fromkeys(
            ("required", "invalid", "missing", "empty", "max_length", "contradiction"),
            _("Välj en fil."),
        ),
    )

    def __init__(self, *args, accept: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept


class WriterForm(forms.Form):
    """The name that those who write together know each other by."""

    name = NameField(
        label=_("Vad heter du?"),
        help_text=_("Visas för dem som skriver på samma svar. Glöms när du lämnar svaret."),
        missing=_("Skriv ditt namn."),
        max_length=80,
        too_long=_("Namnet kan ha högst 80 tecken."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "input--m"}),
    )


class MoreTimeForm(forms.Form):
    """A request for more time: why, and until when it would be enough."""

    reason = CleanTextField(
        label=_("Varför behöver ni längre tid?"),
        help_text=_("Till exempel när styrelsen eller nämnden har sitt nästa möte."),
        too_long=_("Texten får vara högst 100\u00a0000 tecken."),
    )
    wanted_day = DayField(
        required=False,
        label=_("Till vilken dag?"),
        help_text=_("Frivilligt. Samordnaren bestämmer dagen."),
    )

    def __init__(self, *args, after: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.after = after

    def clean_reason(self):
        if not self.cleaned_data["reason"]:
            raise forms.ValidationError(_("Skriv varför ni behöver längre tid."))
        return self.cleaned_data["reason"]

    def clean_wanted_day(self):
        day = self.cleaned_data["wanted_day"]
        if day and day <= self.after:
            raise forms.ValidationError(
                _("Välj en dag efter %(after)s, eller lämna rutan tom."),
                params={"after": self.after.isoformat()},
            )
        return day
