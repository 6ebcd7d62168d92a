"""Pure functions over text: cleaning what people paste, counting, comparing, sorting."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, groupby

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.se import personnummer

NOTICE_LENGTH = 10_000  # characters: a notice (decision 12)
MAX_LENGTH = 100_000  # characters: the only hard limit, when saving and when sending

LINE_BREAKS = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
# Control characters but LF and tab, noncharacters, lone surrogates, zero-width space, byte order
# mark, soft hyphen. One of them in a stored text is enough to break a whole export.
REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
# Joiners and direction marks carry meaning in a text, in a name they only deceive.
REMOVED_FROM_NAMES = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u2069]")
LINK = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.)\S*")
WORD = re.compile(r"\w+|\s|[^\w\s]")
COMPARING = 2_000_000  # steps: about a third of a second, then whole paragraphs are shown instead

# What Word and phones make of a hyphen.
DASH = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
DASHES = re.compile(f"[{DASH}]")
# Not the end of a diarienummer, and never with spaces or hyphens within the date.
PERSONAL_NUMBER = re.compile(
    r"(?<![0-9/])(?<![0-9]-)(16|18|19|20)?([0-9]{6})( ?[-+]? ?)([0-9]{4})(?![0-9])"
)
ORGANISATION_NUMBER = re.compile(r"(?:16)?([0-9]{6})-?([0-9]{4})")
# Word's own bullets are letters of its symbol fonts.
BULLET = re.compile(f"^(?:[{DASH}·•▪◦●○\uf0b7\uf0a7*] ?|o |[0-9]{{1,3}}[.)] )")
_NUMBER = f"(?:16)?[0-9]{{6}} ?[{DASH}]? ?[0-9]{{4}}"
_LABEL = r"(?:org(?:anisations)?\.? ?-?(?:nr|nummer)\.?:? ?)?"
NUMBER_LAST = re.compile(
    rf"(?i)(?:\( ?{_LABEL}({_NUMBER}) ?\)|(?<=[{DASH} ,;:]){_LABEL}({_NUMBER}))[.,;]?$"
)


def clean(text: str) -> str:
    """The text as it is stored: NFC, LF line breaks, nothing invisible that breaks a reader.

    ZWJ, ZWNJ, direction marks and bullet characters stay (decision 12).
    """
    text = LINE_BREAKS.sub("\n", text)
    return unicodedata.normalize("NFC", REMOVED.sub("", text))


def clean_name(text: str) -> str:
    """One line, single spaces, no direction marks: names go into subjects, headings and files."""
    text = REMOVED_FROM_NAMES.sub("", clean(text.replace("\t", " ")))
    # Composed again: a mark that was taken out may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", " ".join(text.split()))


def is_blank(text: str) -> bool:
    """True when nothing is left to read: spaces and zero-width characters are not an answer."""
    return not REMOVED_FROM_NAMES.sub("", clean(text)).strip()


def count(text: str) -> int:
    """Code points with a line break as one, as the counter in the page counts."""
    return len(clean(text))


def name_in_mail(name: str) -> str:
    """A name fit for a letter to an address nobody has confirmed: one line, no link, ≤ 80."""
    name = " ".join(LINK.sub("", clean_name(name)).split())
    # A bare domain becomes a link in most mail programs.
    name = re.sub(r"(?<=\w)\.(?=\w{2,})", " ", name)
    return name if len(name) <= 80 else name[:79].rstrip() + "…"


def search_key(text: str) -> str:
    """What is compared in searches: SQLite folds ASCII only, so both sides are folded here."""
    return unicodedata.normalize("NFC", text).casefold()


def sort_key(name: str) -> str:
    """A key that sorts å, ä, ö after z and w with v in any database's byte order."""
    folded = search_key(name)
    folded = folded.replace("å", "{1").replace("ä", "{2").replace("æ", "{2")
    folded = folded.replace("ö", "{3").replace("ø", "{3").replace("w", "v")
    plain = "".join(
        mark for mark in unicodedata.normalize("NFD", folded) if not unicodedata.combining(mark)
    )
    return plain.strip()


def email_key(address: str) -> str:
    """The address for comparison: lower case, domain in punycode. Stored as typed elsewhere."""
    local, _at, domain = address.strip().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return unicodedata.normalize("NFC", f"{local}@{domain}").casefold()


def rows(text: str) -> list[str]:
    """The rows of a list answer: one actor a row, blank rows dropped."""
    return [line.strip() for line in text.split("\n") if line.strip()]


@dataclass(frozen=True)
class Change:
    kind: str  # "same", "gone" or "added"
    text: str


def compare(old: str, new: str) -> list[Change]:
    """What was kept, taken out and put in: by paragraph, and by word where one was reworked."""
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    spans, left = _same_spans(lines, others, COMPARING)
    changes: list[Change] = []
    for gone, added, same in _between(lines, others, spans):
        words, left = _compare_words(gone, added, left)
        changes += [*words, Change("same", same)]
    return list(_merged(changes))


Span = tuple[int, int, int]  # where it starts in the one, in the other, and how long it is


def _same_spans(one: list[str], other: list[str], left: int) -> tuple[list[Span], int]:
    """Where the two agree, and the steps left: difflib alone may take minutes over a long text."""
    matcher = SequenceMatcher(None, one, other)
    places = matcher.b2j  # type: ignore[attr-defined]  # public, missing in the stubs
    cost = [0, *accumulate(1 + len(places.get(piece, ())) for piece in one)]
    spans, waiting = [], [(0, len(one), 0, len(other))]
    while waiting:
        low, high, other_low, other_high = waiting.pop()
        if low == high or other_low == other_high or cost[high] - cost[low] > left:
            continue
        left -= cost[high] - cost[low]
        at, other_at, size = matcher.find_longest_match(low, high, other_low, other_high)
        if size:
            spans.append((at, other_at, size))
            waiting.append((low, at, other_low, other_at))
            waiting.append((at + size, high, other_at + size, other_high))
    return sorted(spans), left


def _between(one: list[str], other: list[str], spans: list[Span]) -> Iterator[tuple[str, str, str]]:
    """The whole of both as (only in one, only in the other, then in both)."""
    at = other_at = 0
    for start, other_start, size in [*spans, (len(one), len(other), 0)]:
        end = start + size
        gone, added = one[at:start], other[other_at:other_start]
        yield "".join(gone), "".join(added), "".join(one[start:end])
        at, other_at = end, other_start + size


def _compare_words(gone: str, added: str, left: int) -> tuple[list[Change], int]:
    one, other = WORD.findall(gone), WORD.findall(added)
    spans, left = _same_spans(one, other, left)
    spans = [span for span in spans if _is_worth_keeping(span, one, other)]
    kept = sum(len("".join(one[start : start + size])) for start, _, size in spans)
    if kept * 3 < min(len(gone), len(added)):
        # Two texts that share a word here and there read better one after the other.
        spans = []
    changes = []
    for only_old, only_new, both in _between(one, other, spans):
        changes += [Change("gone", only_old), Change("added", only_new), Change("same", both)]
    return changes, left


def _is_worth_keeping(span: Span, one: list[str], other: list[str]) -> bool:
    """Not a lone "och" between two changes; at either end a short word is fine."""
    at, other_at, size = span
    at_an_end = at == other_at == 0 or (at + size, other_at + size) == (len(one), len(other))
    return at_an_end or len("".join(one[at : at + size]).strip()) > 3


def _merged(changes: Iterable[Change]) -> Iterator[Change]:
    """No empty change, and between two that are the same at most one gone and one added."""
    found = (change for change in changes if change.text)
    for _, run in groupby(found, key=lambda change: change.kind == "same"):
        texts = {"same": "", "gone": "", "added": ""}
        for change in run:
            texts[change.kind] += change.text
        yield from (Change(kind, text) for kind, text in texts.items() if text)


class PersonalNumber(ValueError):
    """A personal number where none may stand; the error never carries the number itself."""

    def __init__(self, row: int | None = None):
        super().__init__("Skriv inte personnummer här.")
        self.row = row  # the line of the box, counted from 1


def has_personal_number(text: str) -> bool:
    """True when a personal or coordination number stands somewhere in the line."""
    return any(
        _is_personal(found) and not _looks_like_a_phone(found)
        for found in PERSONAL_NUMBER.finditer(_plain(text))
    )


def organisation_number(typed: str) -> str:
    """The number as "802002-4280", or "" for nothing; a ValueError when it is something else."""
    number = _plain(typed).replace(" ", "")
    if not number:
        return ""
    personal = PERSONAL_NUMBER.fullmatch(number)
    if personal and _is_personal(personal):
        raise PersonalNumber
    found = ORGANISATION_NUMBER.fullmatch(number)
    # A third digit of two or more tells it from a date of birth: no month begins so.
    if not found or found[1][2] < "2" or not luhn.is_valid(found[1] + found[2]):
        raise ValueError("Det är inget organisationsnummer.")
    return f"{found[1]}-{found[2]}"


def cosignatories(typed: str) -> list[tuple[str, str]]:
    """One organisation a row as (name, organisation number or ""), each of them once."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for place, line in enumerate(clean(typed).split("\n"), 1):
        try:
            name, number = _cosignatory(clean_name(line))
        except PersonalNumber:
            raise PersonalNumber(row=place) from None
        if name:
            found.setdefault((search_key(name), number), (name, number))
    return list(found.values())


def _cosignatory(row: str) -> tuple[str, str]:
    if has_personal_number(row):
        raise PersonalNumber
    row = BULLET.sub("", f"{row} ").strip()
    last = NUMBER_LAST.search(row)
    name = row[: last.start()].rstrip(f" ,;:{DASH}") if last else ""
    if not name:
        return row, ""
    try:
        return name, organisation_number(last[1] or last[2])
    except PersonalNumber:
        raise
    except ValueError:
        return row, ""


def _plain(text: str) -> str:
    """One line with the digits, spaces and hyphens of ASCII."""
    return DASHES.sub("-", unicodedata.normalize("NFKC", clean_name(text)))


def _is_personal(found: re.Match[str]) -> bool:
    _century, date, _between, last = found.groups()
    if not luhn.is_valid(date + last):
        return False
    if date[4] >= "6":  # a coordination number: sixty is added to the day
        date = f"{date[:4]}{int(date[4]) - 6}{date[5]}"
    try:
        personnummer.get_birth_date(f"{date}-{last}")
    except ValidationError:
        return False
    return True


def _looks_like_a_phone(found: re.Match[str]) -> bool:
    """Ten digits in a row from 0: 0401234567 is also a day in 2004, but people write the hyphen."""
    century, date, between, _last = found.groups()
    return not century and not between and date[0] == "0"
