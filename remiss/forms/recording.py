"""The form that staff register an answer with, whole on one page."""

from copy import deepcopy
from datetime import datetime

from django import forms
from django.core import signing
from django.forms.utils import from_current_timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from remiss.exports.sections import WHOLE_PLAN, Plan
from remiss.forms.answering import WhoForm
from remiss.forms.backing import BEHIND_FIELDS, BehindForm, stored
from remiss.forms.beside import FileForm
from remiss.forms.fields import (
    STANCES,
    CleanTextField,
    DayField,
    EmailField,
    OrganisationNumberField,
)
from remiss.forms.saved import ForgettingForm
from remiss.models import Channel, DecidedBy
from remiss.models.backing import Backing, backing_of
from remiss.models.response import NOON

NO_MARK = [("", _("Ingen markering"))]
ONCE = r"^[A-Za-z0-9]{10,40}$"
EARLIEST_YEAR = 2000  # before it a date is a slip of the finger
FILE_SALT = "remiss.recorded.file"
SWEDISH = "sv"
# BCP 47 tags of what answers come in; "und" is a language that is not in the list.
LANGUAGES = [
    (SWEDISH, _("Svenska")),
    ("fi", _("Finska")),
    ("en", _("Engelska")),
    ("ar", _("Arabiska")),
    ("bs", _("Bosniska, kroatiska eller serbiska")),
    ("da", _("Danska")),
    ("fa", _("Persiska")),
    ("pl", _("Polska")),
    ("rom", _("Romska")),
    ("so", _("Somaliska")),
    ("uk", _("Ukrainska")),
    ("und", _("Annat språk")),
]
# What any kind may have; what does not fit the chosen kind is left out (decision 3).
BEHIND = tuple(
    dict.fromkeys(
        name
        for names in (BEHIND_FIELDS["umbrella"], BEHIND_FIELDS["municipal"])
        for name in names
        if name != "copy_email"
    )
)


def keep(facts: dict) -> str:
    """A stored file that belongs to an answer not registered yet, as a hidden field carries it."""
    return signing.dumps(facts, salt=FILE_SALT)


def kept(values: list[str]) -> list[dict]:
    """The files that hidden fields carry; whatever we did not sign is left out."""
    found = []
    for value in values:
        try:
            found.append(signing.loads(value, salt=FILE_SALT))
        except signing.BadSignature:
            continue
    return found


class RecordedFileForm(FileForm):
    """A file of an answer that is being registered."""

    prefix = "bilaga"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Bilaga")


class RecordForm(ForgettingForm, WhoForm):
    """An answer that came by e-mail, on paper, by phone or at a meeting, whole on one page."""

    channel = forms.ChoiceField(
        label=_("Hur kom svaret?"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.PORTAL],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj hur svaret kom."),
            "invalid_choice": _("Välj hur svaret kom."),
        },
    )
    received_on = DayField(label=_("Vilken dag kom svaret?"))
    received_time = forms.TimeField(
        label=_("Klockslag"),
        help_text=_("Frivilligt, till exempel 14.30. Det är dagen som räknas."),
        required=False,
        widget=forms.TextInput(attrs={"class": "input--s"}),
        error_messages={"invalid": _("Skriv klockslaget som 14.30.")},
    )
    email = EmailField(
        label=_("E-postadress"),
        help_text=_("Frivillig. Kom svaret med e-post är det adressen som det skickades från."),
        required=False,
    )
    send_receipt = forms.BooleanField(label=_("Skicka kvitto till e-postadressen"), required=False)
    organisation_number = OrganisationNumberField(
        label=_("Organisationsnummer"), help_text=_("Frivilligt. Skriv aldrig ett personnummer.")
    )
    language = forms.ChoiceField(
        label=_("Vilket språk är svaret på?"),
        help_text=_("Skriv av svaret på det språk det kom. Översättningen skrivs bredvid efteråt."),
        choices=LANGUAGES,
        initial=SWEDISH,
        required=False,
        widget=forms.Select(attrs={"class": "input--m"}),
        error_messages={"invalid_choice": _("Välj ett språk i listan.")},
    )
    once = forms.RegexField(ONCE, required=False, widget=forms.HiddenInput)

    RECEIVED = ("channel", "received_on", "received_time", "language")
    WHO = (
        "kind",
        "organisation",
        "organisation_number",
        "contact_name",
        "email",
        "hide_name",
        "send_receipt",
    )
    LABELS = {
        "members": _("Hur många medlemsorganisationer har de?"),
        "prepared": _("Vilka har varit med och tagit fram svaret?"),
        "own_registry_number": _("Deras diarienummer"),
    }
    HINTS = {
        "cosignatories": _("En per rad, gärna med organisationsnummer efter ett komma."),
        "expected_on": _("Bara om svaret är preliminärt."),
    }

    def __init__(self, *args, plan: Plan, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        self.plan = plan
        self.fields["organisation"].help_text = _("Så som det ska stå när svaret publiceras.")
        self.fields["contact_name"].label = _("Kontaktpersonens namn")
        self.fields["contact_name"].help_text = _("Frivilligt. Publiceras inte.")
        self.fields["contact_name"].required = False
        self.fields["hide_name"].label = _("Visa inte namnet på webbplatsen")
        self.fields["hide_name"].help_text = _("Om den som svarar har bett om det.")
        for name in BEHIND:
            self.fields[name] = deepcopy(BehindForm.base_fields[name])
            self.fields[name].label = self.LABELS.get(name, self.fields[name].label)
            self.fields[name].help_text = self.HINTS.get(name, "")
        # The summary of errors follows the page.
        self.order_fields([*self.RECEIVED, *self.WHO, *BEHIND])
        self.initial.setdefault("once", get_random_string(22))
        for number, (_key, area, asked) in enumerate(plan.parts(), 1):
            self.fields[f"p{number}-stance"] = forms.ChoiceField(
                label=_("Ställningstagande"),
                choices=NO_MARK + [choice for choice in STANCES if choice[0]],
                required=False,
                widget=forms.Select(attrs={"class": "input--m"}),
                error_messages={"invalid_choice": _("Välj ett av ställningstagandena i listan.")},
            )
            for question in asked:
                place = f"Område {area.number}" if area else WHOLE_PLAN
                self.fields[f"p{number}-{question.key}"] = CleanTextField(
                    label=question.label,
                    too_long=f"{place}, ”{question.label}”: texten är längre än "
                    "100\u00a0000 tecken och får inte plats.",
                )

    def sections(self) -> list:
        """(heading, fields) for everything that can be answered, in order."""
        return [
            (
                f"{area.number}. {area.heading}" if area else WHOLE_PLAN,
                [
                    self[f"p{number}-{name}"]
                    for name in ("stance", *(question.key for question in asked))
                ],
            )
            for number, (_key, area, asked) in enumerate(self.plan.parts(), 1)
        ]

    def received_fields(self) -> list:
        return [self[name] for name in self.RECEIVED]

    def who_fields(self) -> list:
        return [self[name] for name in self.WHO]

    def behind_fields(self) -> list:
        return [self[name] for name in BEHIND]

    def backing(self) -> Backing:
        """Who stands behind it, without what the kind of respondent cannot have."""
        said = stored({name: self.cleaned_data[name] for name in BEHIND})
        return backing_of(self.cleaned_data, said)

    def clean_language(self):
        return self.cleaned_data["language"] or SWEDISH

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day and day > self.plan.version.consultation.timing(self.at).today:
            raise forms.ValidationError(_("Beslutsdatumet kan inte ligga framåt i tiden."))
        return day

    def clean_once(self):
        return self.cleaned_data["once"] or get_random_string(22)

    def clean_received_on(self):
        # A day before the opening is taken too: registering is never refused (decision 9).
        day = self.cleaned_data["received_on"]
        if day > self.plan.version.consultation.timing(self.at).today:
            raise forms.ValidationError(_("Dagen har inte varit än."))
        if day.year < EARLIEST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet."))
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("send_receipt") and cleaned.get("email") == "":
            self.add_error("email", _("Skriv adressen som kvittot ska till."))
        expected = cleaned.get("decided_by") == DecidedBy.EXPECTED
        if expected and "expected_on" in cleaned and not cleaned["expected_on"]:
            self.add_error("expected_on", _("Skriv vilken dag beslutet väntas."))
        if cleaned.get("received_on") and "received_time" in cleaned:
            self._clean_received_at(cleaned)
        return cleaned

    def _clean_received_at(self, cleaned) -> None:
        given = cleaned["received_time"]
        try:
            received_at = from_current_timezone(
                datetime.combine(cleaned["received_on"], given or NOON)
            )
        except forms.ValidationError as error:  # an hour that the change of clocks leaves out
            self.add_error("received_time", error)
            return
        if received_at > self.at and given:
            self.add_error("received_time", _("Klockan är inte så mycket än."))
        cleaned["received_at"] = min(received_at, self.at)

    def contents(self) -> dict[str, dict]:
        return {
            key: {
                name: self.cleaned_data[f"p{number}-{name}"]
                for name in ("stance", *(question.key for question in asked))
            }
            for number, (key, _area, asked) in enumerate(self.plan.parts(), 1)
        }
