"""A sekretessmarkering, and what came of trying it."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import NameField
from remiss.models import Attachment, SecrecyTrial
from remiss.text import clean

ANSWER = "svaret"
LONGEST_REASON = 1000
# The commonest in what people write to a city; any other may be typed.
PROVISIONS = [
    "OSL 21 kap. 1 § (hälsa och sexualliv)",
    "OSL 21 kap. 3 § (adress och telefon till den som är förföljd)",
    "OSL 21 kap. 7 § (personuppgifter)",
    "OSL 26 kap. 1 § (socialtjänst)",
]


class ReasonField(forms.CharField):
    """Some lines of text that have to be there."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, missing, **kwargs):
        messages = {"required": missing, "max_length": _("Skriv högst 1 000 tecken.")}
        super().__init__(max_length=LONGEST_REASON, error_messages=messages, **kwargs)
        # The server tells; the browser cutting off a pasted text would not.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value):
        return clean(super().to_python(value))


class MarkForm(forms.Form):
    """`files` are those that carry no mark; the answer is offered when it carries none."""

    what = forms.ChoiceField(
        label=_("Vad gäller det?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj svaret eller en fil."),
            "invalid_choice": _("Det du valde är redan markerat. Välj något annat."),
        },
    )
    provision = NameField(
        label=_("Lagrum"),
        help_text=_("Till exempel OSL 21 kap. 7 §. Välj ett förslag eller skriv ett eget."),
        missing=_("Skriv vilket lagrum som kan gälla."),
        max_length=120,
        too_long=_("Lagrummet kan ha högst 120 tecken."),
        widget=forms.TextInput(attrs={"list": "lagrum"}),
    )
    reason = ReasonField(label=_("Skäl"), missing=_("Skriv varför det kan vara sekretess."))

    def __init__(self, *args, with_answer: bool, files: Sequence[Attachment], **kwargs):
        super().__init__(*args, **kwargs)
        self.unmarked = {str(file.pk): file for file in files}
        self.offered = [
            *([(ANSWER, _("Hela svaret, i alla versioner"))] if with_answer else []),
            *((key, _("Filen %s") % file.name) for key, file in self.unmarked.items()),
        ]
        what = cast("forms.ChoiceField", self.fields["what"])
        what.choices = self.offered
        if len(self.offered) == 1:
            what.initial = self.offered[0][0]

    @property
    def file(self) -> Attachment | None:
        return self.unmarked.get(self.cleaned_data["what"])


class TryForm(forms.Form):
    """One for each mark that stands; `seen` is the version that the page showed."""

    outcome = forms.ChoiceField(
        label=_("Vad kom ni fram till?"),
        choices=SecrecyTrial.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj om markeringen hävs eller består.")},
    )
    reason = ReasonField(label=_("Motivering"), missing=_("Skriv en motivering."))
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
