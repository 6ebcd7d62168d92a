"""Fields that clean what people paste and say in Swedish what is wrong."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.models import MUNICIPAL, Kind, Position
from remiss.text import (
    MAX_LENGTH,
    NOTICE_LENGTH,
    PersonalNumber,
    WrongCheckDigit,
    clean,
    clean_name,
    cosignatories,
    email_fault,
    is_blank,
    organisation_number,
)

MOST_COSIGNATORIES = 300
LONGEST_NAME = 200  # characters

STANCES = [
    (Position.SUPPORTS.value, _("Vi tillstyrker")),
    (Position.WITH_CONDITIONS.value, _("Vi tillstyrker med förbehåll")),
    (Position.NO_OBJECTION.value, _("Vi har inget att invända")),
    (Position.OPPOSES.value, _("Vi avstyrker")),
    (Position.ABSTAINS.value, _("Vi avstår från att yttra oss")),
    (Position.NO_POSITION.value, _("Vi lämnar bara synpunkter")),
    ("", _("Ingen markering")),
]

# The start form asks no more than this (ux.md section 6); the page about you takes all kinds.
START_KINDS = [
    (Kind.ASSOCIATION.value, _("Förening eller annan idéburen organisation")),
    (Kind.UMBRELLA.value, _("Metaorganisation")),
    (Kind.DEPARTMENT.value, _("Förvaltning eller bolag i Malmö stad")),
    (Kind.OTHER_BODY.value, _("Annan myndighet eller organisation")),
    (Kind.PRIVATE.value, _("Privatperson")),
]


def start_kind(kind: str) -> str:
    """The choice in the start form that a kind belongs under."""
    if kind in MUNICIPAL:
        return Kind.DEPARTMENT.value
    return Kind.ASSOCIATION.value if kind == Kind.OTHER_CIVIL else kind


KIND_HINTS = {
    Kind.UMBRELLA.value: _("Ni samlar flera föreningar eller organisationer."),
    Kind.OTHER_CIVIL.value: _("Till exempel nätverk, stiftelse, studieförbund eller trossamfund."),
    Kind.COUNCIL.value: _("Till exempel ett funktionshinderråd."),
    Kind.PRIVATE.value: _("Ditt namn publiceras inte."),
}
ALL_KINDS = [
    (
        _("Idéburen sektor"),
        [(kind.value, kind.label) for kind in (Kind.ASSOCIATION, Kind.UMBRELLA, Kind.OTHER_CIVIL)],
    ),
    (
        _("Malmö stad"),
        [
            (kind.value, kind.label)
            for kind in (Kind.BOARD, Kind.DEPARTMENT, Kind.COMPANY, Kind.COUNCIL)
        ],
    ),
    (_("Andra"), [(kind.value, kind.label) for kind in (Kind.OTHER_BODY, Kind.PRIVATE)]),
]


class CleanTextField(forms.CharField):
    """A long plain text. Over 10 000 characters is a notice in the page, over 100 000 an error."""

    widget = forms.Textarea(attrs={"rows": 8})
    counter = NOTICE_LENGTH
    big = True

    def __init__(self, *, too_long, **kwargs):
        self.too_long = too_long
        super().__init__(required=False, strip=False, **kwargs)

    def to_python(self, value):
        text = clean(super().to_python(value))
        return "" if is_blank(text) else text

    def validate(self, value):
        super().validate(value)
        if len(value) > MAX_LENGTH:
            raise forms.ValidationError(self.too_long)


class NameField(forms.CharField):
    """A name on one line, without direction marks. At most 200 characters."""

    def __init__(self, *, missing, too_long="", **kwargs):
        kwargs.setdefault("max_length", 200)
        super().__init__(
            error_messages={
                "required": missing,
                "max_length": too_long or _("Namnet kan ha högst 200 tecken."),
            },
            **kwargs,
        )
        # The server tells; the browser cutting off a pasted name would not.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value):
        return clean_name(super().to_python(value))


class EmailField(forms.CharField):
    """One address, kept as typed. The message says what is wrong with it (fault I8)."""

    widget = forms.EmailInput(
        attrs={
            "autocomplete": "email",
            "inputmode": "email",
            "spellcheck": "false",
            "class": "input--m",
        }
    )

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"required": _("Skriv e-postadressen.")})
        super().__init__(**kwargs)

    def to_python(self, value):
        return clean_name(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        fault = email_fault(value) if value else ""
        if fault:
            raise forms.ValidationError(fault)


class SeenField(forms.IntegerField):
    """The version a form was opened at. Anything else than a number is a version nobody saw."""

    def __init__(self):
        # A browser that reloads must not put back a version from before.
        super().__init__(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def clean(self, value):
        try:
            return int(value)
        except (TypeError, ValueError):
            return -1


def stance_field(label) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=_("Ni behöver inte välja något."),
        choices=STANCES,
        required=False,
        initial="",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Välj ett av ställningstagandena i listan.")},
    )


class OrganisationNumberField(forms.CharField):
    """An organisationsnummer, or nothing. A personnummer is refused and never handed back."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            widget=forms.TextInput(attrs={"class": "input--s", "autocomplete": "off"}),
            **kwargs,
        )

    def to_python(self, value):
        try:
            return organisation_number(clean_name(super().to_python(value)))
        except PersonalNumber as error:
            raise forms.ValidationError(
                _("Det ser ut som ett personnummer. Vi sparar inte sådana. Lämna rutan tom."),
                code="personal",
            ) from error
        except WrongCheckDigit as error:
            raise forms.ValidationError(
                _("Kontrollsiffran stämmer inte. Jämför alla siffror, eller lämna rutan tom.")
            ) from error
        except ValueError as error:
            raise forms.ValidationError(
                _("Skriv numret med tio siffror, till exempel 802002-4280, eller lämna rutan tom.")
            ) from error


class CosignatoriesField(CleanTextField):
    """Organisations, one a row, each perhaps with its number; the text is kept as typed."""

    def validate(self, value):
        super().validate(value)
        try:
            found = cosignatories(value)
        except PersonalNumber as error:
            raise forms.ValidationError(
                _("På rad %(row)s står det ett personnummer. Vi sparar inte sådana. Ta bort det."),
                params={"row": error.row},
                code="personal",
            ) from error
        if len(found) > MOST_COSIGNATORIES:
            raise forms.ValidationError(
                _("Det får plats högst %(most)s organisationer. Lägg hela listan som bilaga."),
                params={"most": MOST_COSIGNATORIES},
            )
        if any(len(name) > LONGEST_NAME for name, _number in found):
            raise forms.ValidationError(
                _("Ett namn kan ha högst 200 tecken. Skriv en organisation per rad.")
            )


class DayField(forms.DateField):
    """A calendar day with the browser's own picker; 2026-11-12 where there is none."""

    def __init__(self, **kwargs):
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input--s"}),
            input_formats=["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%Y"],
            error_messages={
                "required": _("Skriv ett datum."),
                "invalid": _("Skriv datumet som år, månad och dag, till exempel 2026-11-12."),
            },
            **kwargs,
        )
