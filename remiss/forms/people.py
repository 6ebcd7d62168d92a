"""Forms about the people behind the answers: a letter, a name, what is held about somebody."""

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import NameField
from remiss.forms.letters import LONGEST_SUBJECT, TOO_LONG, SubjectField
from remiss.forms.staff import ShortTextField
from remiss.text import NOTICE_LENGTH, email_fault, email_key, name_key

ONCE_LENGTH = 22  # characters of the number used once


class OnceField(forms.CharField):
    """Drawn when the form is made, so that two presses are known to be one."""

    def __init__(self):
        super().__init__(
            max_length=32,
            required=False,
            initial=lambda: get_random_string(ONCE_LENGTH),
            widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
        )

    def clean(self, value):
        return super().clean(value) or get_random_string(ONCE_LENGTH)


class MessageForm(forms.Form):
    """A letter to one respondent. Nothing in it is filled in."""

    subject = SubjectField(
        label=_("Ämne"),
        missing=_("Skriv ämnet."),
        max_length=LONGEST_SUBJECT,
        too_long=_("Ämnet kan ha högst 150 tecken."),
    )
    body = ShortTextField(
        label=_("Text"),
        help_text=_("Referensen, ditt namn och samordnarnas adress läggs till under texten."),
        widget=forms.Textarea(attrs={"rows": 12}),
        too_long=TOO_LONG,
    )
    once = OnceField()

    def clean_body(self):
        body = self.cleaned_data["body"]
        if not body:
            raise forms.ValidationError(_("Skriv texten."))
        if len(body) > NOTICE_LENGTH:
            raise forms.ValidationError(TOO_LONG)
        return body


class CorrectNameForm(forms.Form):
    name = NameField(label=_("Namnet som ska visas"), missing=_("Skriv namnet som ska visas."))
    reason = NameField(
        label=_("Varför?"),
        help_text=_("Till exempel: felskrivet, eller föreningen har bytt namn. Står i loggen."),
        missing=_("Skriv varför namnet rättas."),
        max_length=300,
        too_long=_("Skriv högst 300 tecken."),
    )
    # The name that was shown when the page was made: nobody else's is written over unseen.
    seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


class EraseForm(forms.Form):
    reason = NameField(
        label=_("Varför?"),
        help_text=_(
            "Till exempel vem av de berörda som bett om det. Skriv inga namn. Står i loggen."
        ),
        missing=_("Skriv varför uppgifterna raderas."),
        max_length=300,
        too_long=_("Skriv högst 300 tecken."),
    )
    sure = forms.BooleanField(
        label=_("Jag har läst vad som raderas. Det går inte att ångra."),
        error_messages={"required": _("Kryssa i rutan om du vill radera.")},
    )


class PersonForm(forms.Form):
    """Who to look for: an address, or a name as it was written."""

    words = NameField(
        label=_("E-postadress eller namn"),
        help_text=_("Skriv hela adressen eller hela namnet."),
        missing=_("Skriv en e-postadress eller ett namn."),
        max_length=254,
        too_long=_("Skriv högst 254 tecken."),
        widget=forms.TextInput(attrs={"class": "input--m", "autocomplete": "off"}),
    )

    def clean_words(self):
        words = self.cleaned_data["words"]
        if "@" in words and (fault := email_fault(words)):
            raise forms.ValidationError(fault)
        if len(self.key(words)) < 3:
            raise forms.ValidationError(_("Skriv hela adressen eller hela namnet."))
        return words

    @staticmethod
    def key(words: str) -> str:
        return email_key(words) if "@" in words else name_key(words)


class DisposeForm(forms.Form):
    decision = NameField(
        label=_("Gallringsbeslut, diarienummer"),
        help_text=_("Beslutet som säger att svaren ska gallras, och dess diarienummer."),
        missing=_("Skriv gallringsbeslutet och dess diarienummer."),
        max_length=200,
        too_long=_("Skriv högst 200 tecken."),
    )
    number = forms.CharField(
        label=_("Hur många svar ska gallras?"),
        help_text=_("Skriv antalet med siffror. Det ska vara samma som ovan."),
        widget=forms.TextInput(
            attrs={"class": "input--s", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={"required": _("Skriv hur många svar som ska gallras.")},
    )

    def __init__(self, *args, count: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = count

    def clean_number(self):
        number = self.cleaned_data["number"].strip()
        if number != str(self.count):
            raise forms.ValidationError(
                _("Antalet stämmer inte. Listan ovan har %(count)s svar."),
                params={"count": self.count},
            )
        return number
