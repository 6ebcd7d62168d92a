"""Headers and rows as CSV, XLSX and JSON. What they are about is not known here.

Each function writes to a binary file in one pass, holding no more than a row.
"""

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from remiss.exports.sheets import Cell, Column, Sheet
from remiss.text import clean

# What makes a spreadsheet take a cell for a formula, also behind marks that it skips or that
# nobody sees, and in the full width of an East Asian keyboard. An apostrophe is among them so
# that taking away one leading apostrophe always gives the text back.
FORMULA = re.compile(
    r"[\t\r\n]|[\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
    r"['=+\-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05]"
)
CELL_LIMIT = 32_767  # UTF-16 code units, as Excel counts
ALWAYS_FITS = CELL_LIMIT // 2  # characters: at most two units each
LINE = 15  # points
READABLE = 320  # characters beside each other that can be read on a printed A4
NAME_LIMIT = 31  # UTF-16 code units in the name of a sheet
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\'\"’‘”“´`\x00-\x1f]")


def harmless(cell: Cell) -> Cell:
    """The cell as no spreadsheet takes for a formula: a leading apostrophe where one could."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def write_csv(target: BinaryIO, header: list[str], rows: Iterable[list[Cell]]) -> None:
    """Semicolons and a byte order mark: what Excel in Swedish opens with å, ä, ö and columns."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(harmless, header))
    for row in rows:
        writer.writerow([harmless(_clean(cell)) for cell in row])
    text.detach()


def write_json(target: BinaryIO, about: dict, items: Iterable[dict]) -> None:
    """An object with what the file is about, and the answers one a line; nothing is altered."""
    target.write(b'{"export": ' + _json(about) + b',\n"responses": [')
    for number, item in enumerate(items):
        target.write((b",\n" if number else b"\n") + _json(item))
    target.write(b"\n]}\n")


def _json(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class TextSheet(Worksheet):
    """A sheet whose cells are text whatever they hold."""

    def _xml_rich_inline_string(self, string, attributes=()):
        # A text that begins with <r> and ends with </r> would be written as markup.
        self._xml_inline_string(string, True, attributes)  # noqa: FBT003


def write_xlsx(
    target: BinaryIO,
    sheets: list[Sheet],
    rows: Iterable[tuple[int, list[Cell]]],
    *,
    long_texts: Iterable[tuple[int, int, str]],
    about: list[tuple[str, Cell]],
    made_at: datetime,
) -> None:
    """One worksheet a sheet, and a last one that says what the file is about.

    `rows` are (sheet number, row), in any mixture of sheets; `long_texts` are (sheet number,
    column number, text) of the texts longer than ALWAYS_FITS.
    """
    cells_taken: dict[tuple[int, int], int] = {}
    for number, column, text in long_texts:
        place = (number, column)
        cells_taken[place] = max(cells_taken.get(place, 1), len(cell_texts(clean(text))))

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(target, options) as book:
        book.set_properties({"title": "Remissvar", "created": made_at.replace(tzinfo=None)})
        looks = {
            "header": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
            ),
            "note": book.add_format({"bold": True}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"align": "left", "valign": "top"}),
        }
        names: set[str] = set()
        pages = []
        for number, sheet in enumerate(sheets):
            taken = [cells_taken.get((number, place), 1) for place in range(len(sheet.columns))]
            pages.append(_Page(book, sheet, taken, names, looks))
        for number, row in rows:
            pages[number].write(row)
        for page in pages:
            page.finish()
        last_sheet = Sheet("Om filen", [Column("Uppgift", 24), Column("Värde", 80)])
        last = _Page(book, last_sheet, [1, 1], names, looks)
        for label, value in about:
            last.write([label, value])


class _Page:
    """A worksheet being written from the top down."""

    def __init__(self, book, sheet: Sheet, taken: list[int], names: set[str], looks: dict):
        self.taken, self.looks = taken, looks
        self.lines = sheet.lines
        self.widths = [column.width for column in sheet.columns]
        self.page = book.add_worksheet(sheet_name(sheet.name, names), worksheet_class=TextSheet)
        self.header_row = 1 if sheet.note else 0
        self.row = self.header_row + 1
        self.page.freeze_panes(self.row, sheet.kept)
        self.page.set_landscape()
        self.page.set_paper(9)  # A4
        if sum(self.widths) < READABLE:
            self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(self.header_row)
        labels, place = [], 0
        for column, cells in zip(sheet.columns, taken, strict=True):
            self.page.set_column(place, place + cells - 1, column.width)
            more = [f"{column.label} (forts. {part})" for part in range(2, cells + 1)]
            labels += [column.label, *more]
            place += cells
        self.width = place
        if sheet.note:
            self.page.write_string(0, 0, sheet.note, looks["note"])
        self._set_height(self.header_row, [column.label for column in sheet.columns])
        for place, label in enumerate(labels):
            self.page.write_string(self.header_row, place, clean(label), looks["header"])

    def write(self, row: list[Cell]) -> None:
        self._set_height(self.row, row)
        place = 0
        for cell, cells in zip(row, self.taken, strict=True):
            if isinstance(cell, int):
                self.page.write_number(self.row, place, cell, self.looks["number"])
            else:
                for part, text in enumerate(cell_texts(clean(cell))):
                    self.page.write_string(self.row, place + part, text, self.looks["text"])
            place += cells
        self.row += 1

    def _set_height(self, row: int, cells: list[Cell]) -> None:
        """Not every program makes room by itself for a text of several lines."""
        lines = max(
            lines_taken(str(cell), width) for cell, width in zip(cells, self.widths, strict=True)
        )
        self.page.set_row(row, min(lines, self.lines) * LINE)

    def finish(self) -> None:
        if self.width:
            self.page.autofilter(self.header_row, 0, self.row - 1, self.width - 1)


def cell_texts(text: str) -> list[str]:
    """The text in pieces that each fit a cell, cut between characters; none for no text."""
    pieces = []
    while utf16_length(text) > CELL_LIMIT:
        piece = cut(text, CELL_LIMIT)
        pieces.append(piece)
        text = text[len(piece) :]
    return [*pieces, text] if text else pieces


def lines_taken(text: str, width: int) -> int:
    """About how many lines the text takes in a column, words wrapped."""
    return sum(1 + len(line) // width for line in text.split("\n"))


def cut(text: str, units: int) -> str:
    """As much of the beginning as fits in `units` UTF-16 code units, whole characters only."""
    # A character outside the basic plane takes two; half of one at the end is dropped.
    return text[:units].encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name Excel accepts that no other sheet has, and which is noted in `taken`."""
    base = " ".join(FORBIDDEN_IN_NAMES.sub("", clean(wanted)).split()) or "Blad"
    name, number = cut(base, NAME_LIMIT).strip(), 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        suffix = f" ({number})"
        name = cut(base, NAME_LIMIT - len(suffix)).strip() + suffix
    taken.add(name.casefold())
    return name


def _clean(cell: Cell) -> Cell:
    """Cleaned at the way in already; one character that a file cannot hold must not spoil all."""
    return clean(cell) if isinstance(cell, str) else cell
