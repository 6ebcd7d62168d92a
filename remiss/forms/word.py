"""A filled-in Word file: which one it is, and what of it is to become text in the boxes."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CleanTextField, SeenField
from remiss.models import Position
from remiss.questionnaire.places import Place
from remiss.questionnaire.reading import MAX_LOOSE
from remiss.text import MAX_LENGTH

MOST_LOOSE = 2 * MAX_LOOSE  # with the ställningstaganden that say something else
ACCEPT = ".docx,.odt"
READ = {"docx", "odt"}
# Why a person is asked whether it is the right file.
DOUBTS = {
    "other": _("Filen hör till ett annat svar."),
    "older": _("Filen gjordes för en annan version av planen."),
    "unknown": _("Filen har ingen nyckel som visar vilket svar den hör till."),
}


class WordFileForm(forms.Form):
    """The file that has been filled in."""

    file = forms.FileField(
        label=_("Den ifyllda filen"),
        help_text=_(
            "Word (docx) eller OpenDocument (odt), högst 10 MB. Filen läses en gång och sparas "
            "inte."
        ),
        max_length=2_000,
        allow_empty_file=True,  # uploads says what is wrong with it
        error_messages=dict.fromkeys(
            ("required", "invalid", "missing", "empty", "max_length", "contradiction"),
            _("Välj en fil."),
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class StaffFileForm(WordFileForm):
    """What came instead of an answer by the portal: also a PDF, whose text is placed by hand."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        field.label = _("Fil")
        field.help_text = _(
            "Ifylld Word-fil, annan Word-fil (docx, odt) eller pdf med text, högst 10 MB. "
            "Filen läses en gång och sparas inte."
        )
        field.widget.attrs["accept"] = f"{ACCEPT},.pdf"


def what_instead(extension: str) -> str:
    """Why a file of another kind is not read, and what to do; "" for one that is."""
    if extension in READ:
        return ""
    if extension in {"doc", "docm", "dot", "dotx", "rtf"}:
        return str(_("Filen måste vara docx eller odt. Öppna den i Word, välj Spara som och docx."))
    if extension == "pdf":
        return str(_("En pdf går inte att läsa in i rutorna. Den kan läggas som bilaga."))
    if extension in {"xlsx", "jpg", "jpeg", "png", "heic", "heif"}:
        return str(_("Filen måste vara docx eller odt. Den här kan läggas som bilaga."))
    return str(_("Filen måste vara docx eller odt. Spara den som docx och försök igen."))


def too_long(place: Place) -> str:
    return (
        f"Svaret på fråga {place.number} är längre än 100\u00a0000 tecken och får inte plats. "
        "Lägg hela texten som bilaga."
    )


class TakeInForm(forms.Form):
    """What was found, to be looked through: all of it travels in the form, nothing is stored.

    The fields are those that `data` or `initial` names: a box for each place with a text
    (`text_<key>`), and for each text without a place (`loose_<n>`) a choice of one (`to_<n>`).
    `contents` is what the draft holds now. An empty box changes nothing.
    """

    round = SeenField()
    versions = forms.CharField(
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False
    )
    seen_as = forms.ChoiceField(
        widget=forms.HiddenInput, required=False, choices=[("", ""), *DOUBTS.items()]
    )

    def __init__(self, data=None, *, places: list[Place], contents: Mapping[str, dict], initial):
        super().__init__(data, initial=initial)
        given = initial if data is None else data
        self.contents = contents
        self.by_key = {place.key: place for place in places}
        self.found = [place for place in places if f"text_{place.key}" in given]
        self.loose = [n for n in range(1, MOST_LOOSE + 1) if f"loose_{n}" in given]
        self.doubt = given.get("seen_as", "")
        if self.doubt in DOUBTS:
            self.fields["right_file"] = forms.BooleanField(
                label=_("Det är rätt fil"),
                help_text=_("Texten i den ska in i det här svaret."),
                error_messages={"required": _("Markera att det är rätt fil, eller välj en annan.")},
            )
        for place in self.found:
            self.fields[f"text_{place.key}"] = _field(place)
        for number in self.loose:
            self._add_loose(number)

    def _add_loose(self, number: int) -> None:
        self.fields[f"loose_{number}"] = CleanTextField(
            label=f"Text {number} utan plats",
            too_long=f"Text {number} utan plats är längre än 100\u00a0000 tecken. "
            "Lägg hela texten som bilaga.",
        )
        self.fields[f"to_{number}"] = forms.ChoiceField(
            label=f"Var ska text {number} stå?",
            required=False,
            choices=[("", _("Ta inte med den")), *_grouped(self.by_key.values())],
            widget=forms.Select(attrs={"class": "input--m"}),
            error_messages={"invalid_choice": _("Välj en av frågorna i listan.")},
        )

    def clean(self):
        cleaned = super().clean()
        for number in self.loose:
            target = self.by_key.get(cleaned.get(f"to_{number}", ""))
            if not target:
                # What is not taken in may be of any length.
                self.errors.pop(f"loose_{number}", None)
            elif not self.has_error(f"loose_{number}"):
                text = self.changes(up_to=number)[target.part][target.name]
                if len(text) > MAX_LENGTH:
                    self.add_error(f"to_{number}", too_long(target))
        return cleaned

    def changes(self, *, up_to: int = MOST_LOOSE) -> dict[str, dict[str, str]]:
        """Part key → field → the new text. A text without a place is put last in its box."""
        changes: dict[str, dict[str, str]] = {}
        for place in self.found:
            if text := self.cleaned_data.get(f"text_{place.key}"):
                changes.setdefault(place.part, {})[place.name] = text
        for number in self.loose:
            place = self.by_key.get(self.cleaned_data.get(f"to_{number}", ""))
            text = self.cleaned_data.get(f"loose_{number}")
            if place and text and number <= up_to:
                part = changes.setdefault(place.part, {})
                before = part.get(place.name) or self.contents[place.part].get(place.name, "")
                part[place.name] = f"{before.rstrip()}\n\n{text}" if before else text
        return changes

    def seen_versions(self) -> dict[str, int]:
        pairs = (pair.partition("=") for pair in self.cleaned_data["versions"].split(","))
        return {
            key: int(number)
            for key, _equals, number in pairs
            if number.isdecimal() and len(number) < 10
        }

    def left_for(self, lost: set[str]) -> dict[str, str]:
        """What is posted of the parts that could not be saved, and of what has no place."""
        left = {
            f"text_{place.key}": self.cleaned_data[f"text_{place.key}"]
            for place in self.found
            if place.part in lost
        }
        for number in self.loose:
            target = self.by_key.get(self.cleaned_data[f"to_{number}"])
            if target is None or target.part in lost:
                for name in (f"loose_{number}", f"to_{number}"):
                    left[name] = self.cleaned_data.get(name, self.data.get(name, ""))
        if self.doubt:
            left |= {"seen_as": self.doubt, "right_file": "on"}
        return left


def _field(place: Place) -> forms.Field:
    if place.is_stance:
        return forms.ChoiceField(
            label=place.label,
            required=False,
            choices=[("", _("Ändra inget")), *Position.choices],
            widget=forms.Select(attrs={"class": "input--m"}),
            error_messages={"invalid_choice": _("Välj ett av ställningstagandena i listan.")},
        )
    return CleanTextField(label=f"{place.number} {place.label}", too_long=too_long(place))


def _grouped(places) -> list[tuple[str, list[tuple[str, str]]]]:
    """The questions under the heading of their area; a ställningstagande is no place for text."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in places:
        if not place.is_stance:
            groups.setdefault(place.heading, []).append(
                (place.key, f"{place.number} {place.label}")
            )
    return list(groups.items())
