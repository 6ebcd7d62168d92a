"""Which column of a file is what: a guess by its headings and contents, changed by the person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from remiss.importing.kinds import KIND_WORDS
from remiss.importing.reading import Row, Sheet, Unreadable
from remiss.text import organisation_number, search_key

NAME, KIND, EMAIL, MORE, NUMBER, TAGS, NOTES, UNUSED = (
    "name", "kind", "email", "more", "organisation_number", "tags", "notes", "",
)  # fmt: skip
USES = [
    (UNUSED, _("Läses inte in")),
    (NAME, _("Namn")),
    (KIND, _("Vem")),
    (EMAIL, _("E-post")),
    (MORE, _("Fler e-postadresser")),
    (NUMBER, _("Organisationsnummer")),
    (TAGS, _("Etiketter")),
    (NOTES, _("Anteckning")),
]
ONCE = (NAME, KIND, EMAIL, NUMBER)  # of the others, several columns are put together

# Headings as search keys without spaces and marks. Earlier ones win when two columns could be it.
HEADINGS = {
    NAME: (
        "remissinstans", "remissinstansensnamn", "organisation", "organisationsnamn",
        "organisationensnamn", "förening", "föreningsnamn", "föreningensnamn", "remissinstanser",
        "organisationer", "föreningar", "förening/organisation", "organisation/förening",
        "instans", "aktör", "mottagare", "verksamhet", "namn", "name", "organization",
    ),
    KIND: (
        "vem", "typ", "typavorganisation", "organisationstyp", "typavinstans", "instanstyp",
        "typavremissinstans", "kategori", "sort", "slag", "grupp",
    ),
    EMAIL: (
        "epost", "epostadress", "email", "emailadress", "mejl", "mejladress", "mail",
        "mailadress", "huvudadress", "epost1", "mejl1", "mail1", "email1",
    ),
    MORE: (
        "flerepostadresser", "fleradresser", "flermejladresser", "annanepost",
        "annanepostadress", "andraepostadresser", "annanmejl", "annanmejladress", "annanmail",
        "extraepost", "övrigepost", "övrigaepostadresser", "kopia", "kopiatill", "cc", "epost2",
        "epost3", "mejl2", "mejl3", "mail2", "mail3", "email2", "email3",
    ),
    NUMBER: (
        "organisationsnummer", "orgnr", "orgnummer", "organisationsnr", "orgno",
        "organisationsnumret",
    ),
    TAGS: ("etiketter", "etikett", "taggar", "tagg", "märkning", "nyckelord", "område", "områden"),
    NOTES: (
        "anteckning", "anteckningar", "kommentar", "kommentarer", "notering", "noteringar",
        "övrigt",
    ),
}  # fmt: skip
USE_OF = {heading: use for use, headings in HEADINGS.items() for heading in headings}
# These are what a row can say of itself, too: alone they make no heading.
ALSO_SAID = {"förening", "föreningar", "organisation", "organisationer", "verksamhet", "övrigt"}
NOTHING = {"-", "–", "—", "?", "x"}  # what people write in a box that they leave empty
MAY_BE_HEADING = 5  # rows from the top: a title may stand over the headings
LOOKED_AT = 200  # rows, for what a column without a heading holds


@dataclass(frozen=True)
class Choice:
    """How a file is to be read. `heading` is the number of the row with headings, 0 for none."""

    uses: tuple[str, ...]
    heading: int
    kind: str  # of the rows that do not say; "" as long as nobody has been asked

    def fault(self) -> tuple[int, str] | None:
        """The column that is chosen wrongly and why, or None."""
        if NAME not in self.uses:
            return 0, "Välj vilken kolumn som är namnet."
        labels = dict(USES)
        for place, use in enumerate(self.uses):
            if use in ONCE and use in self.uses[:place]:
                label = str(labels[use]).lower()
                return place, f"En annan kolumn är redan vald som {label}. Välj något annat."
        return None

    def data(self, rows: Sequence[Row]) -> list[Row]:
        """The rows below the headings."""
        return [row for row in rows if row.number > self.heading]

    def silent(self, rows: Sequence[Row]) -> int:
        """How many rows with a name that do not say who they are."""

        def says(row: Row, use: str) -> bool:
            return any(
                of == use and cell and cell not in NOTHING
                for cell, of in zip(row.cells, self.uses, strict=True)
            )

        return sum(says(row, NAME) and not says(row, KIND) for row in self.data(rows))

    def unread(self, rows: Sequence[Row]) -> list[int]:
        """The columns that hold something and are not read."""
        held = {place for row in self.data(rows) for place, cell in enumerate(row.cells) if cell}
        return [place for place, use in enumerate(self.uses) if not use and place in held]


def guess(rows: Sequence[Row], *, kind: str = "") -> Choice:
    """The best guess; `kind` is what the person has chosen for rows that do not say."""
    heading, uses = _by_headings(rows)
    below = [row for row in rows if row.number > heading][:LOOKED_AT]
    _by_contents(uses, below)
    return Choice(tuple(uses), heading, kind)


def best(sheets: Sequence[Sheet]) -> int:
    """The place of the sheet that is most like a list of bodies.

    Raises Unreadable when that may be one that cannot be read.
    """
    places = [place for place, sheet in enumerate(sheets) if not sheet.fault]
    found = max(places, key=lambda place: _likeness(sheets[place].rows))
    faults = [sheet.fault for sheet in sheets if sheet.fault]
    if faults and not guess(sheets[found].rows).heading:
        raise Unreadable(faults[0])
    return found


def _likeness(rows: Sequence[Row]) -> tuple[int, bool, bool]:
    choice = guess(rows)
    return len({*choice.uses} - {UNUSED}), bool(choice.heading), bool(choice.data(rows))


def _by_headings(rows: Sequence[Row]) -> tuple[int, list[str]]:
    best, known = None, 0
    for row in rows[:MAY_BE_HEADING]:
        if any("@" in cell for cell in row.cells):
            break
        keys = [_key(cell) for cell in row.cells if cell]
        found = [key for key in keys if key in USE_OF]
        if len(found) == 1 < len(keys) and found[0] in ALSO_SAID:
            continue
        if len(found) > known:
            best, known = row, len(found)
    uses = [UNUSED] * len(rows[0].cells)
    if best is None:
        return 0, uses
    keys = [_key(cell) for cell in best.cells]
    for use, headings in HEADINGS.items():
        places = [place for heading in headings for place, key in enumerate(keys) if key == heading]
        for place in places[:1] if use in ONCE else places:
            uses[place] = use
        for place in places[1:] if use == EMAIL else []:
            uses[place] = MORE
    return best.number, uses


def _key(heading: str) -> str:
    return re.sub(r"[^\w/]|_", "", search_key(heading))


def _by_contents(uses: list[str], rows: Sequence[Row]) -> None:
    """What is plain to see may not be missed for want of a heading that is known."""
    columns = [[row.cells[place] for row in rows if row.cells[place]] for place in range(len(uses))]
    free = [place for place, use in enumerate(uses) if not use and columns[place]]

    def take(use: str, holds) -> None:
        for place in free:
            if use not in uses and sum(map(holds, columns[place])) * 2 > len(columns[place]):
                uses[place] = use
                free.remove(place)
                return

    take(EMAIL, lambda cell: "@" in cell)
    take(NUMBER, _is_number)
    for place in free:
        if KIND not in uses and _are_kinds(columns[place], is_name_known=NAME in uses):
            uses[place] = KIND
    free = [place for place in free if not uses[place]]
    take(NAME, lambda cell: "@" not in cell and any(map(str.isalpha, cell)))


def _are_kinds(cells: Sequence[str], *, is_name_known: bool) -> bool:
    words = [search_key(cell) for cell in cells if cell not in NOTHING]
    # Polisen and Regionen are names, too, but nobody's name stands twice in a list.
    is_repeated = len(set(words)) < len(words)
    return (
        bool(words) and all(word in KIND_WORDS for word in words) and (is_name_known or is_repeated)
    )


def _is_number(cell: str) -> bool:
    try:
        return bool(organisation_number(cell))
    except ValueError:
        return False
