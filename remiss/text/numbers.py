"""Organisation numbers, and the personal numbers that may not stand where they do."""

import re
import unicodedata

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.se import personnummer

from remiss.text.cleaning import clean, clean_name
from remiss.text.keys import search_key

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


class PersonalNumber(ValueError):
    """A personal number where none may stand; the error never carries the number itself."""

    def __init__(self, row: int | None = None):
        super().__init__("Skriv inte personnummer här.")
        self.row = row  # the line of the box, counted from 1


class WrongCheckDigit(ValueError):
    """An organisation number but for its last digit, which does not fit the others."""

    def __init__(self):
        super().__init__("Det är inget organisationsnummer.")


def has_personal_number(text: str) -> bool:
    """True when a personal or coordination number stands somewhere in the line."""
    return any(
        is_personal(found) and not looks_like_a_phone(found)
        for found in PERSONAL_NUMBER.finditer(_plain(text))
    )


def organisation_number(typed: str) -> str:
    """The number as "802002-4280", or "" for nothing; a ValueError when it is something else.

    It is a WrongCheckDigit when that is all that is wrong: that number is nobody's.
    """
    number = _plain(typed).replace(" ", "")
    if not number:
        return ""
    personal = PERSONAL_NUMBER.fullmatch(number)
    if personal and is_personal(personal):
        raise PersonalNumber
    found = ORGANISATION_NUMBER.fullmatch(number)
    # A third digit of two or more tells it from a date of birth: no month begins so.
    if not found or found[1][2] < "2":
        raise ValueError("Det är inget organisationsnummer.")
    if not luhn.is_valid(found[1] + found[2]):
        raise WrongCheckDigit
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


def is_personal(found: re.Match[str]) -> bool:
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


def looks_like_a_phone(found: re.Match[str]) -> bool:
    """Ten digits in a row from 0: 0401234567 is also a day in 2004, but people write the hyphen."""
    century, date, between, _last = found.groups()
    return not century and not between and date[0] == "0"
