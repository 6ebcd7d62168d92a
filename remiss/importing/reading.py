"""A csv or xlsx file → rows of text. Nothing in it is evaluated, and little of it is believed."""

import csv
import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from remiss.text import clean

MAX_BYTES = 5 * 2**20
MAX_ROWS = 10_000  # with something in them, the headings not counted
MAX_COLUMNS = 50
MAX_CELL = 5_000  # characters

SAVE_AS = "Öppna den i Excel, välj Spara som och Excel-arbetsbok (xlsx) eller csv."
NOT_A_TABLE = "Filen är ingen tabell. Välj en fil från Excel, sparad som xlsx eller csv."
PASSWORD = (
    "Filen är skyddad med lösenord. Ta bort lösenordet i Excel, spara filen och välj den igen."
)
BROKEN = f"Filen går inte att läsa. {SAVE_AS}"
TOO_BIG = "Filen är för stor. Den kan vara högst 5 MB."
TOO_COMPLEX = (
    "Filen innehåller för mycket. Kopiera listan till en ny, tom fil, spara den och välj den."
)
EMPTY = "Filen är tom."
TOO_MANY_ROWS = "Filen har fler än 10\u00a0000 rader. Dela upp den på flera filer."
TOO_MANY_SHEETS = "Alla blad får inte plats på en gång. Spara bladet som en egen fil och välj den."
TOO_MANY_COLUMNS = "Filen har fler än 50 kolumner. Ta bort dem som inte behövs och spara filen."

BUSY = "Just nu läses flera filer. Vänta en stund och försök igen."
FAULTS = {
    "complex": TOO_COMPLEX,
    "password": PASSWORD,
    "xlsb": f"Filen är sparad som xlsb. {SAVE_AS}",
    "macros": "Filen har makron. Spara den som Excel-arbetsbok (xlsx) eller csv.",
    "other": NOT_A_TABLE,
    "unreadable": BROKEN,
}

SECONDS = 40  # by the wall clock; the process has a limit on computing of its own
PLACES = threading.BoundedSemaphore(2)  # a gigabyte each at worst
WAIT = 15  # seconds for a place
# Isolated (-I): no variable and no folder of the user decides what is imported.
START = "import sys; sys.path.append(sys.argv.pop(1)); from workbook import main; main()"
# No secrets of ours for it to find; one arena, since glibc reserves much address space for each.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}

logger = logging.getLogger(__name__)

# What the first bytes say that a file is, and why it is not read.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES = [
    (b"%PDF-", f"En pdf går inte att läsa in. {NOT_A_TABLE}"),
    (b"{\\rtf", NOT_A_TABLE),
    (b"\x89PNG", NOT_A_TABLE),
    (b"\xff\xd8\xff", NOT_A_TABLE),
    (b"<!DOCTYPE", f"Filen är en webbsida. {SAVE_AS}"),
    (b"<html", f"Filen är en webbsida. {SAVE_AS}"),
    (b"<?xml", f"Filen är xml. {SAVE_AS}"),
]
ZIP = b"PK\x03\x04"
DELIMITERS = ";\t,"  # when two are as common, the first
SWEDISH = "åäöÅÄÖé"
# Excel on Windows, on a Mac, and its "csv (MS-DOS)".
OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
MOST_LINES_IN_A_CELL = 100


class Unreadable(Exception):
    """A sentence that says why nothing can be read, and what to do."""


@dataclass(frozen=True)
class Row:
    number: int  # as the spreadsheet counts
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds something: its rows, all equally wide, or why they cannot be read."""

    name: str  # empty for that of a csv file
    rows: list[Row]
    fault: str = ""


def read(content: bytes) -> list[Sheet]:
    """The sheets that can be seen and hold something; one at least can be read.

    Raises Unreadable.
    """
    if not content.strip(b"\0\r\n\t ;,"):
        raise Unreadable(EMPTY)
    if len(content) > MAX_BYTES:
        raise Unreadable(TOO_BIG)
    if content.startswith(OLE):
        # Excel puts an encrypted workbook into the container of its old format.
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Unreadable(PASSWORD if is_locked else f"Filen har Excels gamla format. {SAVE_AS}")
    sheets = list(_sheets(content) if content.startswith(ZIP) else _csv_sheet(content))
    if not sheets:
        raise Unreadable(EMPTY)
    if all(sheet.fault for sheet in sheets):
        raise Unreadable(sheets[0].fault)
    return sheets


def _collected(rows: Iterable[tuple[int, list[str]]]) -> list[Row]:
    """Cleaned, without what is empty below and to the right."""
    found: list[tuple[int, list[str]]] = []
    for number, cells in rows:
        cells = [clean(cell).strip() for cell in cells]
        while cells and not cells[-1]:
            del cells[-1]
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise Unreadable(TOO_MANY_COLUMNS)
        if any(len(cell) > MAX_CELL for cell in cells):
            raise Unreadable(
                f"På rad {number} står en text med mer än 5\u00a0000 tecken. Korta den och spara "
                "filen."
            )
        found.append((number, cells))
        if len(found) > MAX_ROWS + 1:
            raise Unreadable(TOO_MANY_ROWS)
    width = max((len(cells) for _number, cells in found), default=0)
    return [Row(number, (*cells, *[""] * (width - len(cells)))) for number, cells in found]


# csv


def _csv_sheet(content: bytes) -> Iterator[Sheet]:
    if rows := _collected(_csv(content)):
        yield Sheet("", rows)


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    head = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:20].lower()
    for signature, why in SIGNATURES:
        if head.startswith(signature.lower()):
            raise Unreadable(why)
    text = _decoded(content).rstrip("\x1a")  # the end of a file in MS-DOS
    if any(character < " " and character not in "\t\r\n\v\f" for character in text):
        raise Unreadable(NOT_A_TABLE)
    text, delimiter = _delimited(text)
    yield from enumerate(_records(text, delimiter), 1)


def _decoded(content: bytes) -> str:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        if b"\0" in content:
            raise Unreadable(NOT_A_TABLE)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise Unreadable(NOT_A_TABLE) from None
    # Read with the wrong one of them, there are hardly any Swedish letters in it.
    texts = [content.decode(encoding, "replace") for encoding in OLD_ENCODINGS]
    return max(texts, key=lambda text: sum(map(text.count, SWEDISH)))


def _delimited(text: str) -> tuple[str, str]:
    """The text without the line in which Excel may be told the delimiter, and the delimiter."""
    first, _break, rest = text.partition("\n")
    first = first.strip().strip('"')
    if first.lower().startswith("sep=") and len(first) <= 5:
        return rest, first[4:] or "\t"
    lines = [_outside_quotes(line) for line in text.splitlines()]
    lines_with = {mark: sum(mark in line for line in lines) for mark in DELIMITERS}
    return text, max(DELIMITERS, key=lines_with.__getitem__)


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            if any(cell.count("\n") + cell.count("\r") > MOST_LINES_IN_A_CELL for cell in record):
                raise Unreadable(_open_quote(number))
            yield record
    except csv.Error:  # a cell longer than the reader takes
        raise Unreadable(_open_quote(number + 1)) from None


def _open_quote(number: int) -> str:
    return (
        f"På rad {number} börjar ett citattecken som inte slutar. Rätta det i Excel och spara "
        "filen igen."
    )


# xlsx


def _sheets(content: bytes) -> Iterator[Sheet]:
    printed, status = _printed(content)
    names: list[str] | None = None
    ended: list[list[bytes]] = []
    rows: list[bytes] = []
    # Whatever openpyxl stumbles over ends with 1, a limit ends it with a signal.
    fault = BROKEN if status == 1 else TOO_COMPLEX
    for line in printed:
        if line == b'"end"':
            ended.append(rows)
            rows = []
        elif line.startswith(b'{"fault"'):
            fault = FAULTS[json.loads(line)["fault"]]
        elif line.startswith(b'{"sheets"'):
            names = json.loads(line)["sheets"]
        else:
            rows.append(line)
    if names is None:
        raise Unreadable(fault)
    for name, rows in zip(names, ended, strict=False):
        try:
            found = _collected(json.loads(row) for row in rows)
        except Unreadable as refusal:
            yield Sheet(name, [], str(refusal))
        else:
            if found:
                yield Sheet(name, found)
    yield from (Sheet(name, [], fault) for name in names[len(ended) :])


def _printed(content: bytes) -> tuple[list[bytes], int | None]:
    """What another process says of the file, and how it ended; it may be stopped."""
    command = [
        sys.executable, "-I", "-c", START, str(Path(__file__).parent),
        str(MAX_ROWS + 2), str(MAX_COLUMNS + 1), str(MAX_CELL + 1),
    ]  # fmt: skip
    if not PLACES.acquire(timeout=WAIT):
        raise Unreadable(BUSY)
    try:
        done = subprocess.run(
            command,
            input=content,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback could quote the file
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").splitlines(), None
    finally:
        PLACES.release()
    if done.returncode:
        logger.warning("Reading a workbook ended with %s", done.returncode)
    return done.stdout.splitlines(), done.returncode
