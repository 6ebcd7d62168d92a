"""What to find in the log, from an address: input → cleaned values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import DayField, NameField
from remiss.models import VERBS, Concern

NOBODY = "utan"
# Before and after it a year is a slip of the finger, and the last day there is has none after it.
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200
WRONG = _("Välj bland det som finns i listan.")


def _words(label) -> NameField:
    too_long = _("Skriv högst 100 tecken.")
    return NameField(label=label, missing="", required=False, max_length=100, too_long=too_long)


class LogForm(forms.Form):
    """`concerns` and `actors` are what the reader may choose from."""

    vad = forms.ChoiceField(
        label=_("Vad"), required=False, error_messages={"invalid_choice": WRONG}
    )
    av = forms.ChoiceField(label=_("Av"), required=False, error_messages={"invalid_choice": WRONG})
    fran = DayField(label=_("Från och med"), required=False)
    till = DayField(label=_("Till och med"), required=False)
    om = _words(_("Referens eller namn"))
    ord = _words(_("Ord i anteckningen"))

    def __init__(self, *args, concerns, actors, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [("", _("Allt"))]
        for concern in concerns:
            everything = (concern.value, f"{concern.label}: {_('allt')}")
            verbs = [(verb.value, str(verb.label).capitalize()) for verb in VERBS[concern]]
            offered.append((concern.label, [everything, *verbs]))
        self.fields["vad"].choices = offered
        self.fields["av"].choices = [("", _("Alla")), *actors, (NOBODY, _("Någon utan konto"))]

    def clean_fran(self):
        return self._day("fran")

    def clean_till(self):
        return self._day("till")

    def _day(self, name):
        day = self.cleaned_data[name]
        if day and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet."))
        return day

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("fran"), cleaned.get("till")
        if first and last and last < first:
            self.add_error("till", _("Välj samma dag som den första, eller en senare."))
        return cleaned

    def verbs(self) -> list[str]:
        """The verbs that are asked for: one, or those of a concern."""
        chosen = self.cleaned_data["vad"]
        return list(VERBS[Concern(chosen)]) if chosen in Concern.values else [chosen]

    def in_words(self) -> str:
        """ "Vad: Svar: allt. Från och med: 2026-11-12", or that it is everything."""
        said = [
            f"{self.fields[name].label}: {self._word(name, value)}"
            for name, value in self.cleaned_data.items()
            if value
        ]
        return ". ".join(said) or str(_("Allt"))

    def _word(self, name, value):
        labels = {}
        for key, label in getattr(self.fields[name], "choices", []):
            labels |= dict(label) if isinstance(label, list) else {key: label}
        return labels.get(value, value)
