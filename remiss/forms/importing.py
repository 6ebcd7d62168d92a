"""A file with remissinstanser, and how its columns are to be read."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from remiss.importing.columns import MAY_BE_HEADING, USES, Choice
from remiss.importing.reading import Row, Sheet
from remiss.models.body import BODY_KINDS
from remiss.text import clean_name, has_personal_number

NO_KIND = _("Välj vilka remissinstanserna är.")
EXAMPLES = 2
LONGEST_EXAMPLE = 40  # characters


class ImportFileForm(forms.Form):
    file = forms.FileField(
        label=_("Fil"),
        help_text=_(
            "Excel (xlsx) eller csv, högst 5 MB och 10\u00a0000 rader. Filen läses en gång och "
            "sparas inte."
        ),
        max_length=2_000,
        allow_empty_file=True,  # the reading says what is wrong with it
        error_messages=dict.fromkeys(
            ("required", "invalid", "missing", "empty", "max_length", "contradiction"),
            _("Välj en fil."),
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )


class SheetForm(forms.Form):
    """Which sheet of a workbook is read."""

    def __init__(self, *args, sheets: Sequence[Sheet], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"] = forms.TypedChoiceField(
            label=_("Blad"),
            coerce=int,
            choices=[
                (place, sheet_name(sheets, place))
                for place, sheet in enumerate(sheets)
                if not sheet.fault
            ],
            widget=forms.Select(attrs={"class": "input--m"}),
        )


def sheet_name(sheets: Sequence[Sheet], place: int) -> str:
    name = " ".join(map(_shortened, _fit([clean_name(sheets[place].name)])))
    return name or f"Blad {place + 1}"


class ColumnsForm(forms.Form):
    """What each column is used as. Bound with a guess when nothing has been chosen yet."""

    def __init__(self, *args, rows: Sequence[Row], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.fields["heading"] = forms.TypedChoiceField(
            label=_("Rubrikerna står på"),
            coerce=int,
            choices=[(0, _("Filen har inga rubriker"))]
            + [
                (row.number, f"Rad {row.number}: {_shortened(' · '.join(_fit(row.cells)))}")
                for row in rows[:MAY_BE_HEADING]
            ],
            error_messages=dict.fromkeys(
                ("required", "invalid_choice"), _("Välj var rubrikerna står.")
            ),
            widget=forms.Select,
        )
        self.fields["kind"] = forms.ChoiceField(
            label=_("Vilka är remissinstanserna?"),
            help_text=_("Gäller för de rader där filen inte säger något annat."),
            required=False,
            choices=[("", _("Välj")), *BODY_KINDS],
            error_messages={"invalid_choice": NO_KIND},
            widget=forms.Select(attrs={"class": "input--m"}),
        )
        for place in range(len(rows[0].cells)):
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=self._label(place),
                help_text=self._examples(place),
                required=False,
                choices=USES,
                error_messages={"invalid_choice": _("Välj något i listan.")},
                widget=forms.Select(attrs={"class": "input--m"}),
            )

    @staticmethod
    def data_of(choice: Choice) -> dict:
        columns = {f"column{place}": use for place, use in enumerate(choice.uses)}
        return columns | {"heading": choice.heading, "kind": choice.kind}

    def choice(self) -> Choice:
        cleaned = self.cleaned_data
        uses = tuple(cleaned[f"column{place}"] for place in range(len(self.rows[0].cells)))
        return Choice(uses, cleaned["heading"], cleaned.get("kind", ""))

    def clean(self):
        cleaned = super().clean()
        if not self.errors and (fault := self.choice().fault()):
            place, message = fault
            self.add_error(f"column{place}", message)
        return cleaned

    @cached_property
    def silent(self) -> int:
        """How many rows that do not say who they are."""
        return self.choice().silent(self.rows)

    @property
    def lacks_kind(self) -> bool:
        return bool(self.silent) and not self.cleaned_data["kind"]

    @property
    def shown(self) -> str:
        """What has been chosen, to be told from what is chosen afterwards."""
        choice = self.choice()
        return "/".join([str(choice.heading), choice.kind, *choice.uses])

    def unread(self) -> list[str]:
        """What the columns are called that hold something and are not read."""
        return [str(self[f"column{place}"].label) for place in self.choice().unread(self.rows)]

    def _heading_row(self) -> Row | None:
        number = str(self.data.get("heading", ""))
        return next((row for row in self.rows[:MAY_BE_HEADING] if str(row.number) == number), None)

    def _label(self, place: int) -> str:
        heading = self._heading_row()
        named = " ".join(map(_shortened, _fit([heading.cells[place]] if heading else [])))
        return f"Kolumn {letters(place)}: {named}" if named else f"Kolumn {letters(place)}"

    def _examples(self, place: int) -> str:
        heading = self._heading_row()
        first = heading.number if heading else 0
        below = [row.cells[place] for row in self.rows if row.number > first and row.cells[place]]
        found = [_shortened(cell) for cell in islice(_fit(below), EXAMPLES)]
        if found:
            return f"Till exempel {' · '.join(found)}"
        return "" if below else str(_("Tom kolumn"))


def letters(place: int) -> str:
    """A, B … Z, AA: the name of a column in a spreadsheet."""
    return ("" if place < 26 else chr(64 + place // 26)) + chr(65 + place % 26)


def _fit(cells: Iterable[str]) -> Iterator[str]:
    """Those that can be shown."""
    return (cell for cell in cells if cell and not has_personal_number(cell))


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"
