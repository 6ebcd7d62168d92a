"""Forms beside what was received: translations and transcripts."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CleanTextField, SeenField
from remiss.forms.recording import LANGUAGES, SWEDISH
from remiss.models import Answer, Translation

TOO_LONG = _("Texten får vara högst 100\u00a0000 tecken.")


class TranslationForm(forms.Form):
    """One language for the whole version, and a box for each of its texts."""

    language = forms.ChoiceField(
        label=_("Vilket språk är svaret på?"),
        help_text=_("Väljer du svenska tas översättningen bort."),
        choices=LANGUAGES,
        widget=forms.Select(attrs={"class": "input--m"}),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Välj vilket språk svaret är på.")
        ),
    )
    is_machine_made = forms.BooleanField(
        label=_("Texten är maskinöversatt"),
        help_text=_("Det står vid översättningen, så att den som läser vet det."),
        required=False,
    )

    def __init__(self, data=None, *, answers: Sequence[Answer]):
        written = {
            answer.pk: answer.translation for answer in answers if hasattr(answer, "translation")
        }
        first = next(iter(written.values()), None)
        super().__init__(
            data,
            initial={
                "language": first.language if first else SWEDISH,
                "is_machine_made": bool(first and first.is_machine_made),
            },
        )
        self.answers = answers
        for answer in answers:
            known = written.get(answer.pk)
            self.fields[f"text-{answer.pk}"] = CleanTextField(
                label=_("På svenska"),
                initial=known.text if known else "",
                too_long=TOO_LONG,
            )
            self.fields[f"seen-{answer.pk}"] = SeenField()
            self.fields[f"seen-{answer.pk}"].initial = known.version if known else 0

    def pairs(self) -> list[tuple]:
        """(answer, the field of its translation, the field of the version it was opened at)."""
        return [
            (answer, self[f"text-{answer.pk}"], self[f"seen-{answer.pk}"])
            for answer in self.answers
        ]

    def content(self) -> dict:
        cleaned = self.cleaned_data
        return {
            "language": cleaned["language"],
            "is_machine_made": cleaned["is_machine_made"],
            "texts": {answer.pk: cleaned[f"text-{answer.pk}"] for answer in self.answers},
            "seen": {answer.pk: cleaned[f"seen-{answer.pk}"] for answer in self.answers},
        }

    def on_top_of(self, standing: Mapping[int, Translation]) -> dict:
        """What was posted, as if it had been opened at what stands now."""
        versions = {
            f"seen-{answer.pk}": standing[answer.pk].version if answer.pk in standing else 0
            for answer in self.answers
        }
        return dict(self.data.items()) | versions


class TranscriptForm(forms.Form):
    text = CleanTextField(
        label=_("Avskrift"),
        help_text=_("Skriv av texten som den är. Filen är kvar som den kom in."),
        too_long=TOO_LONG,
    )
    seen = SeenField()
