"""Finding what points out a person: numbers, addresses on paper, on the net and of the street.

It helps a person look twice and never decides: what is missed is read by two coordinators, and
what is found may be right. Everything is a search with bounded steps, so a text of the greatest
length takes a moment whatever is in it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from remiss.text.cleaning import REMOVED, REMOVED_FROM_NAMES
from remiss.text.numbers import DASH, PERSONAL_NUMBER, is_personal, looks_like_a_phone
from remiss.text.streets import find_streets


class Personal(StrEnum):
    """What a text can hold that points out a person."""

    PERSONAL_NUMBER = "personal_number"
    COORDINATION_NUMBER = "coordination_number"
    PHONE = "phone"
    EMAIL = "email"
    STREET = "street"


@dataclass(frozen=True)
class Found:
    """A place in a text: `text` is what stands from `start` to `end`."""

    kind: Personal
    start: int
    end: int
    text: str


# A number that says itself what it is: not asked about as a phone.
OTHER_NUMBER = re.compile(
    r"(?i)\b(?:isbn(?:-1[03])?|issn|bankgiro|bg|plusgiro|pg|postgiro|clearing|konto|iban|ocr|dnr"
    r"|org(?:anisations)?\.?|diarie|ärende|faktura|artikel)[ .:-]{0,2}(?:nr|nummer)?[ .:]{0,2}\Z"
)
BEFORE_A_NUMBER = 40  # characters: as far as such a word is looked for

# With the hyphens of a date in it, as people copy them from forms.
DASHED_PERSONAL_NUMBER = re.compile(
    r"(?<![0-9/])(?<![0-9]-)(18|19|20)([0-9]{2})-([0-9]{2})-([0-9]{2})( ?[-+] ?)([0-9]{4})(?![0-9])"
)
# At most a hyphen between two spaces: never over a line break.
_BETWEEN = r"(?: ?[-/.] ?| )"
_FROM_ABROAD = rf"(?:\+|(?<![0-9])00)(?:46{_BETWEEN}?(?:\(0\){_BETWEEN}?|0(?={_BETWEEN}?[1-9]))?)"
PHONE = re.compile(
    rf"(?<![\w+])(?<![0-9][-/.:,])(?P<prefix>{_FROM_ABROAD}|\(?0)"
    rf"(?P<rest>(?:[0-9]\)?{_BETWEEN}?){{6,9}}[0-9])(?!\w)(?!{_BETWEEN}[1-9])(?![-/.]0)"
)
FOREIGN_PHONE = re.compile(
    rf"(?<![\w+])(?:\+|00)(?:4[0-57-9]|3[0-9]|35[0-9]|[27-9][0-9])"
    rf"{_BETWEEN}?(?P<rest>(?:[0-9]{_BETWEEN}?){{6,11}}[0-9])(?!\w)"
)
AMOUNT_AFTER = re.compile(
    r"(?i) ?(?:kr\b|kronor|sek\b|mkr|tkr|miljon|miljard|%|procent|st\b|personer|invånare)"
)
# The exchanges of Sweden with three figures; 08 has two, every other one four.
SHORT_EXCHANGES = {
    "010", "011", "013", "016", "018", "019", "021", "023", "026", "031", "033", "035", "036",
    "040", "042", "044", "046", "054", "060", "063", "090",
}  # fmt: skip
# Numbers to companies and authorities that reach no person: free calls and shared costs.
NOBODYS = ("020", "077", "0900", "0939", "0944", "099")
MOBILE = re.compile("07[02369]")

_LOCAL = r"\w.+%’'-"
_AT = r"@|[(\[]a[)\]]| ?[(\[] ?(?:at|snabel-?a) ?[)\]] ?"
# Begun once in each run of characters, and never taken back: an @ beside an @ costs nothing.
EMAIL = re.compile(
    rf"(?<![{_LOCAL}])(?P<name>[{_LOCAL}]{{1,64}}+)(?P<at>{_AT})"
    r"(?P<host>\w[\w-]{0,62}(?:\.\w[\w-]{0,62}){1,6})",
    re.IGNORECASE,
)
WORD_END = re.compile(r"[^\W\d_]{2,24}\Z")


def find_personal_data(text: str) -> list[Found]:
    """What in the text points out a person, in its order and without overlaps."""
    plain, places = _plain(text)
    found: list[Found] = []
    for kind, start, end in _first_of_each_place(plain):
        begins, ends = places[start], places[end - 1] + 1
        found.append(Found(kind, begins, ends, text[begins:ends]))
    return found


Hit = tuple[Personal, int, int]


def _first_of_each_place(plain: str) -> Iterator[Hit]:
    """Where two hits overlap the surer kind counts, and of one kind the first."""
    hits = [*_emails(plain), *_personal_numbers(plain), *_phones(plain)]
    hits += [(Personal.STREET, start, end) for start, end in find_streets(plain)]
    reached = 0
    for kind, start, end in sorted(hits, key=lambda hit: hit[1]):
        if start >= reached:
            yield kind, start, end
            reached = end


def _plain(text: str) -> tuple[str, range | list[int]]:
    """The text with ASCII's digits, hyphens and spaces, and where each of its characters stood."""
    plain = text.translate(_AS_ASCII)
    if REMOVED.search(plain) is None and REMOVED_FROM_NAMES.search(plain) is None:
        return plain, range(len(plain))
    kept = [
        place
        for place, mark in enumerate(plain)
        if not REMOVED.match(mark) and not REMOVED_FROM_NAMES.match(mark)
    ]
    return "".join(plain[place] for place in kept), kept


_SPACES = "\t\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_AS_ASCII = (
    dict.fromkeys(map(ord, DASH), "-")
    | dict.fromkeys(map(ord, _SPACES), " ")
    | {wide: unicodedata.normalize("NFKC", chr(wide)) for wide in range(0xFF01, 0xFF5F)}
)


def _personal_numbers(plain: str) -> Iterator[Hit]:
    for found in PERSONAL_NUMBER.finditer(plain):
        if is_personal(found) and not looks_like_a_phone(found):
            yield _kind_of(found[2]), found.start(), found.end()
    for found in DASHED_PERSONAL_NUMBER.finditer(plain):
        century, year, month, day, _hyphen, last = found.groups()
        number = PERSONAL_NUMBER.fullmatch(f"{century}{year}{month}{day}-{last}")
        if is_personal(number):
            yield _kind_of(number[2]), found.start(), found.end()


def _kind_of(date: str) -> Personal:
    return Personal.COORDINATION_NUMBER if date[4] >= "6" else Personal.PERSONAL_NUMBER


def _emails(plain: str) -> Iterator[Hit]:
    for found in EMAIL.finditer(plain):
        name, host = found["name"].lstrip(".-’'"), found["host"].rstrip("-_")
        if name and WORD_END.search(host):
            yield Personal.EMAIL, found.start("at") - len(name), found.start("host") + len(host)


def _phones(plain: str) -> Iterator[Hit]:
    last_end = -1
    for found in PHONE.finditer(plain):
        if _is_swedish_phone(found) and not _says_otherwise(plain, found, last_end):
            last_end = found.end()
            # A bracket around more than the exchange is not the number's.
            is_bracketed = found[0].startswith("(") and ")" not in found[0]
            yield Personal.PHONE, found.start() + is_bracketed, last_end
    for found in FOREIGN_PHONE.finditer(plain):
        if not _is_an_amount(plain, found) and not _says_otherwise(plain, found, -1):
            yield Personal.PHONE, found.start(), found.end()


def _is_swedish_phone(found: re.Match[str]) -> bool:
    number = "0" + re.sub("[^0-9]", "", found["rest"])
    if number.startswith(NOBODYS) or number[1] == "0":
        return False
    if len(number) - len(_exchange(number)) not in _lengths(number):
        return False
    return len(found["prefix"].lstrip("(")) > 1 or _is_grouped(found, number)


def _exchange(number: str) -> str:
    if number.startswith("08"):
        return "08"
    return number[: 3 if number[:3] in SHORT_EXCHANGES or MOBILE.match(number) else 4]


def _lengths(number: str) -> tuple[int, ...]:
    """How many figures may follow the exchange."""
    if MOBILE.match(number):
        return (7,)
    if number.startswith("08"):
        return (6, 7, 8)
    return (6, 7) if number[:3] in SHORT_EXCHANGES else (5, 6)


def _is_grouped(found: re.Match[str], number: str) -> bool:
    """Set as phone numbers are: dates, times and serial numbers have their marks elsewhere."""
    groups = re.split("[^0-9]+", found[0].strip("()"))
    marks = re.findall("[-/.]", found[0])
    if len(groups) == 1:
        return len(number) > 8
    if not len(_exchange(number)) <= len(groups[0]) <= 4 or max(map(len, groups[1:])) > 8:
        return False
    if "." in marks and (set(marks) != {"."} or number.startswith("08")):
        return False
    return len(marks) < 2 or not number.startswith("08")


def _says_otherwise(plain: str, found: re.Match[str], last_end: int) -> bool:
    """Figures just before it belong to the same number, or a word tells what it is."""
    start = found.start()
    before = plain[max(0, start - BEFORE_A_NUMBER) : start]
    if re.search(r"[0-9] \Z", before) and last_end != start - 1:
        return True
    return OTHER_NUMBER.search(before) is not None


def _is_an_amount(plain: str, found: re.Match[str]) -> bool:
    """ "+20 000 000" is written in thousands, and what follows says of what."""
    if AMOUNT_AFTER.match(plain, found.end()):
        return True
    return re.fullmatch(r"\+[0-9]{1,3}(?: [0-9]{3}){2,3}", found[0]) is not None
