"""The form about who stands behind an answer and how it came about."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CosignatoriesField, DayField, EmailField, NameField
from remiss.forms.saved import SavedForm
from remiss.models import MUNICIPAL, DecidedBy, Kind, Prepared
from remiss.models.backing import LONGEST_WAIT


class BehindForm(SavedForm):
    """Who stands behind the answer and how it came about: the fields that the kind can have."""

    cosignatories = CosignatoriesField(
        label=_("Vilka står också bakom svaret?"),
        help_text=_(
            "Andra organisationer som svarar tillsammans med er. Skriv en per rad, gärna med "
            "organisationsnummer efter ett komma."
        ),
        too_long=_(
            "Listan är längre än 100\u00a0000 tecken och får inte plats. Lägg den som bilaga."
        ),
    )
    members = forms.IntegerField(
        label=_("Hur många medlemsorganisationer har ni?"),
        required=False,
        min_value=0,
        max_value=100_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--s"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Skriv antalet med siffror, till exempel 31.")
        ),
    )
    prepared = forms.MultipleChoiceField(
        label=_("Vilka har varit med och tagit fram svaret?"),
        choices=Prepared.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Välj bland alternativen i listan.")},
    )
    decided_by = forms.ChoiceField(
        label=_("Vem har beslutat om svaret?"),
        choices=[*DecidedBy.choices, ("", _("Ingen markering"))],
        required=False,
        initial="",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Välj bland alternativen i listan.")},
    )
    expected_on = DayField(
        required=False,
        label=_("Beslut väntas den"),
        help_text=_(
            "Bara om svaret är preliminärt. Skicka in det preliminära svaret i tid, så kan ni "
            "skicka in det beslutade svaret till och med den dagen."
        ),
    )
    decided_on = DayField(label=_("Beslutsdatum"), required=False)
    paragraph = NameField(
        label=_("Paragraf"),
        missing="",
        required=False,
        max_length=40,
        too_long=_("Paragrafen kan ha högst 40 tecken."),
        widget=forms.TextInput(attrs={"class": "input--s"}),
    )
    own_registry_number = NameField(
        label=_("Ert diarienummer"),
        missing="",
        required=False,
        max_length=60,
        too_long=_("Diarienumret kan ha högst 60 tecken."),
        widget=forms.TextInput(attrs={"class": "input--m"}),
    )
    copy_email = EmailField(
        label=_("Skicka kvittot också till"),
        help_text=_("Till exempel er registrator. Dit går bara kvittot, inte länken."),
        required=False,
    )

    def __init__(self, *args, kind: str, today: date, last_day: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = BEHIND_FIELDS[_group(kind)]
        # Counted from the last day once that has passed: a wait cannot prolong itself.
        self.today, self.latest = today, min(today, last_day) + LONGEST_WAIT
        for name in set(self.fields) - {"seen", "round", *self.kept}:
            del self.fields[name]
        self.order_fields(self.kept)

    def clean_expected_on(self):
        day = self.cleaned_data["expected_on"]
        if day and not self.today <= day <= self.latest:
            raise forms.ValidationError(
                _("Välj en dag från i dag till och med %(latest)s."),
                params={"latest": self.latest.isoformat()},
            )
        return day

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day and day > self.today:
            raise forms.ValidationError(_("Beslutsdatumet kan inte ligga framåt i tiden."))
        return day

    def clean(self):
        cleaned = super().clean()
        expected = cleaned.get("decided_by") == DecidedBy.EXPECTED
        if expected and "expected_on" in cleaned and not cleaned["expected_on"]:
            self.add_error("expected_on", _("Skriv vilken dag beslutet väntas."))
        return cleaned

    def content(self) -> dict:
        return stored(super().content())

    def content_where_valid(self, before: dict) -> dict:
        return stored(super().content_where_valid(before))


def stored(content: dict) -> dict:
    """As JSON can hold it: days as ISO dates, nothing as an empty text."""
    return {
        name: value.isoformat() if isinstance(value, date) else ("" if value is None else value)
        for name, value in content.items()
    }


MUNICIPAL_FIELDS = (
    "decided_by", "expected_on", "decided_on", "paragraph", "own_registry_number",
    "cosignatories", "copy_email",
)  # fmt: skip
BEHIND_FIELDS = {
    "municipal": MUNICIPAL_FIELDS,
    "umbrella": ("prepared", "members", "cosignatories"),
    "other": ("prepared", "cosignatories"),
}


def _group(kind: str) -> str:
    if kind in MUNICIPAL:
        return "municipal"
    return "umbrella" if kind == Kind.UMBRELLA else "other"
