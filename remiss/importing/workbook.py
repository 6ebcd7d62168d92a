"""The process that reads an xlsx file: takes its bytes, prints each sheet's rows as lines of JSON.

It stands alone and imports nothing of ours, so that it starts without secrets (fault F3).
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time

from openpyxl import load_workbook

MAX_MEMORY = 2**30  # bytes of address space
MAX_SECONDS = 20  # of computing
MAX_UNPACKED = 60 * 2**20  # bytes
MAX_ENTRIES = 500
MAX_EMPTY = 10_000  # rows: a sheet may be formatted to its very end
MAX_SAID = 20_000_000  # characters: one long text may stand in every cell
LAST_ROW = 2**20


class Fault(Exception):
    """Why a file is refused, as a word; the sentences are in remiss.importing.reading."""


def main() -> None:
    most_rows, most_columns, most_characters = map(int, sys.argv[1:])
    limit(resource.RLIMIT_AS, MAX_MEMORY)
    limit(resource.RLIMIT_CPU, MAX_SECONDS)
    said = 0
    try:
        sheets = visible(sys.stdin.buffer.read())
        put({"sheets": [sheet.title for sheet in sheets]})
        for sheet in sheets:
            for count, (number, cells) in enumerate(filled(sheet, most_columns), 1):
                said += put([number, [cell[:most_characters] for cell in cells]])
                if said > MAX_SAID:
                    raise Fault("complex")
                if count >= most_rows:
                    break
            put("end")
            sys.stdout.flush()  # what has been read holds, whatever the next sheet does
    except Fault as fault:
        put({"fault": str(fault)})
    except MemoryError:
        put({"fault": "complex"})


def put(said) -> int:
    """How many characters that was."""
    return sys.stdout.write(json.dumps(said) + "\n")


def limit(which: int, value: int) -> None:
    _soft, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with suppress(ValueError):  # macOS, where nobody runs the portal for real, has no such limit
        resource.setrlimit(which, (value, hard))


def visible(content: bytes) -> list:
    """The sheets that can be seen, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        check(package)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    return [each for each in book.worksheets if each.sheet_state == "visible"]


def filled(sheet, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """The rows with something in them."""
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    empty = 0
    for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW, max_col=most_columns), 1):
        texts = [text_of(cell) for cell in row]
        if any(texts):
            empty = 0
            yield number, texts
        else:
            empty += 1
        if empty > MAX_EMPTY:
            return


def check(package: zipfile.ZipFile) -> None:
    """That it is a workbook, and not a bomb: zipfile unpacks no more than what is declared."""
    entries = package.infolist()
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Fault("complex")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Fault("password")
    if "xl/workbook.bin" in names:
        raise Fault("xlsb")
    if "xl/workbook.xml" not in names:
        raise Fault("other")
    if "xl/vbaproject.bin" in names:
        raise Fault("macros")
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            # No spreadsheet program declares anything, and it is how entities come in.
            with package.open(entry) as part:
                if b"<!DOCTYPE" in part.read(4_096).replace(b"\0", b""):
                    raise Fault("unreadable")


def text_of(cell) -> str:
    """What the cell shows, as far as it can be told; an error such as #N/A is nothing."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
