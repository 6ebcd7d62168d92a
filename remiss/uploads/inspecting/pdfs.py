"""PDF: one file and nothing else in it, readable without a password, and nothing that runs."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from .kinds import PROGRAMS, Fault

PAGES_SEARCHED = 20
PAGES_READ = 200
MARKUP = re.compile(rb"(?i)<(?:html|head|body|script|svg|iframe|!doctype)[\s>]")
RUNS = {"/JavaScript", "/Launch"}


def inspect(content: bytes) -> PdfReader:
    if b"%%EOF" not in content[-2048:]:
        raise Fault("unreadable")
    if is_something_else_too(content):
        raise Fault("two")
    reader = opened(content)
    for each in dictionaries(reader):
        refuse_what_runs(each)
    refuse_bombs(reader)
    return reader


def is_something_else_too(content: bytes) -> bool:
    """A web page or a zip file shares the bytes: each program then sees another file."""
    end = content.rindex(b"%%EOF")
    if MARKUP.search(content, 0, 1024) or MARKUP.search(content, end):
        return True
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return bool(package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def opened(content: bytes) -> PdfReader:
    """Without a password to open it is taken, also when one is needed to change it: the city's
    own documents are often made so, and every reader shows them."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
    except NotImplementedError as error:  # encrypted to a certificate
        raise Fault("password") from error
    if reader.is_encrypted and not reader.decrypt(""):
        raise Fault("password")
    if not reader.pages:
        raise Fault("unreadable")
    return reader


def dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary in the file, also those that nothing seems to lead to."""
    numbers = [(number, 0) for number in reader.xref_objStm]
    numbers += [
        (number, generation) for generation in reader.xref for number in reader.xref[generation]
    ]
    for number, generation in numbers:
        try:
            unread: list[PdfObject | None] = [
                IndirectObject(number, generation, reader).get_object()
            ]
        except LimitReachedError as error:
            raise Fault("complex") from error
        except PyPdfError:  # real files hold broken objects that no page uses
            continue
        while unread:
            item = unread.pop()
            if isinstance(item, DictionaryObject):
                yield item
                unread.extend(dict.values(item))
            elif isinstance(item, ArrayObject):
                unread.extend(list.__iter__(item))


def refuse_what_runs(each: DictionaryObject) -> None:
    action = each.get("/S")
    if str(action and action.get_object()) in RUNS or (action and "/JS" in each):
        raise Fault("script")
    if "/EF" in each:
        # PDF/A-3 may carry its sources along, which is fine as long as they are no programs.
        names = [str(each[name]) for name in ("/F", "/UF", "/DOS", "/Unix", "/Mac") if name in each]
        if any(PROGRAMS.search(name) for name in names):
            raise Fault("attachment")


def refuse_bombs(reader: PdfReader) -> None:
    for page in reader.pages[:PAGES_SEARCHED]:
        try:
            if (contents := page.get_contents()) is not None:
                contents.get_data()
        except LimitReachedError as error:
            raise Fault("complex") from error
        except PyPdfError:
            continue


def is_searchable(reader: PdfReader) -> bool:
    return any(
        mark.isalnum() for page in reader.pages[:PAGES_SEARCHED] for mark in page.extract_text()
    )


def text(reader: PdfReader) -> str:
    """All that can be read of it, a blank line between pages."""
    return "\n\n".join(page.extract_text() for page in reader.pages[:PAGES_READ])
