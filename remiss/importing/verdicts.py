"""What each row of a file would become, and why."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from remiss.importing import columns
from remiss.importing.columns import NOTHING, Choice
from remiss.importing.kinds import KIND_WORDS
from remiss.importing.reading import Row
from remiss.models import Body, BodyAddress, Kind
from remiss.models.body import has_same_address
from remiss.text import (
    PersonalNumber,
    WrongCheckDigit,
    clean_name,
    email_fault,
    email_key,
    has_personal_number,
    name_key,
    organisation_number,
    search_key,
    tag_keys,
)

LONGEST_NAME, LONGEST_TAGS, LONGEST_TAG_KEYS = 200, 300, 310  # characters
IN_BRACKETS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
BETWEEN = re.compile(r"[\s,;]+")
QUOTES = "\"'”"


class Verdict(StrEnum):
    ERROR, DUPLICATE, EXISTS, NEW = "error", "duplicate", "exists", "new"


@dataclass
class Judged:
    """A row, what it would become, and a sentence on why when it becomes nothing."""

    number: int
    name: str
    verdict: Verdict = Verdict.NEW
    reason: str = ""
    kind: str = ""
    emails: list[str] = field(default_factory=list)  # the main one first
    organisation_number: str = ""
    tags: str = ""
    notes: str = ""

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label) if self.kind else ""

    def is_(self, verdict: Verdict, reason: str) -> None:
        self.verdict, self.reason = verdict, reason


@dataclass(frozen=True)
class Known:
    """The bodies there are: the name of each by the keys it is found by."""

    by_name: Mapping[str, str]
    by_email: Mapping[str, str]


def known() -> Known:
    """A name that was merged into another body's is known as that body."""
    names = dict(
        Body.objects.exclude(merged_into=None).values_list("name_key", "merged_into__name")
    )
    names |= dict(Body.objects.in_use().values_list("name_key", "name"))
    return Known(names, BodyAddress.objects.holders())


def judge(rows: Sequence[Row], choice: Choice, known: Known) -> list[Judged]:
    """One verdict a row below the headings, in the order of the file."""
    names: dict[str, Judged] = {}
    emails: dict[str, Judged] = {}
    judged = []
    for row in choice.data(rows):
        one = _read(row, choice)
        judged.append(one)
        if one.verdict is Verdict.ERROR:
            continue
        key = name_key(one.name)
        addresses = [email_key(email) for email in one.emails]
        held = next((each for each in addresses if each in known.by_email), "")
        seen = next((each for each in addresses if each in emails), "")
        if key in known.by_name:
            one.is_(Verdict.EXISTS, _exists(one.name, known.by_name[key]))
        elif held:
            one.is_(Verdict.EXISTS, has_same_address(known.by_email[held]))
        elif key in names:
            one.is_(Verdict.DUPLICATE, f"Dubblett av rad {names[key].number}: samma namn.")
        elif seen:
            first = emails[seen]
            one.is_(
                Verdict.DUPLICATE,
                f"Dubblett av rad {first.number}: samma e-postadress som {first.name}.",
            )
        elif not one.emails:
            one.reason = "Utan e-post. Kan inte bjudas in med mejl."
        names.setdefault(key, one)
        for each in addresses:
            emails.setdefault(each, one)
    return judged


def _exists(name: str, as_name: str) -> str:
    return "Finns redan." if name == as_name else f"Finns redan som {as_name}."


class _Wrong(Exception):
    """What is wrong with a row, in a sentence."""


def _read(row: Row, choice: Choice) -> Judged:
    def cells(use: str) -> list[str]:
        return [
            cell
            for cell, of in zip(row.cells, choice.uses, strict=True)
            if of == use and cell not in NOTHING and cell
        ]

    def cell(use: str) -> str:
        return next(iter(cells(use)), "")

    one = Judged(row.number, clean_name(cell(columns.NAME)))
    try:
        # The name first: nothing of a row is shown that begins with a personal number.
        _check_name(one)
        one.kind = _kind(clean_name(cell(columns.KIND)), choice.kind)
        one.organisation_number = _number(clean_name(cell(columns.NUMBER)))
        one.emails = _emails([*cells(columns.EMAIL), *cells(columns.MORE)])
        one.tags = _tags(cells(columns.TAGS))
        one.notes = "\n".join(cells(columns.NOTES))
        if has_personal_number(one.notes) or has_personal_number(one.tags):
            raise _Wrong("Det står ett personnummer i raden. Vi sparar inte sådana. Ta bort det.")
    except _Wrong as wrong:
        one.is_(Verdict.ERROR, str(wrong))
    return one


def _check_name(one: Judged) -> None:
    if not any(map(str.isalnum, one.name)):
        raise _Wrong("Namn saknas.")
    if has_personal_number(one.name):
        one.name = ""
        raise _Wrong("Det står ett personnummer i namnet. Vi sparar inte sådana. Ta bort det.")
    if len(one.name) > LONGEST_NAME:
        one.name = one.name[:LONGEST_NAME] + "…"
        raise _Wrong("Namnet kan ha högst 200 tecken.")


def _kind(word: str, default: str) -> str:
    if not word:
        if not default:
            raise _Wrong("Det står inte vem det är.")
        return default
    kind = KIND_WORDS.get(search_key(word))
    if kind is None:
        raise _Wrong(
            f"Under Vem står ”{_short(word)}”. Skriv till exempel förening, nämnd eller myndighet."
        )
    if kind == Kind.PRIVATE:
        raise _Wrong("En privatperson kan inte vara remissinstans.")
    return kind.value


def _number(typed: str) -> str:
    try:
        return organisation_number(typed)
    except PersonalNumber:
        raise _Wrong(
            "Organisationsnumret ser ut som ett personnummer. Vi sparar inte sådana. Ta bort det."
        ) from None
    except WrongCheckDigit:
        raise _Wrong(
            f"Kontrollsiffran stämmer inte i organisationsnumret {_short(typed)}. Jämför alla "
            "siffror, eller lämna rutan tom."
        ) from None
    except ValueError:
        raise _Wrong(
            "Organisationsnumret är fel. Skriv tio siffror, till exempel 802002-4280, eller lämna "
            "rutan tom."
        ) from None


def _emails(boxes: Iterable[str]) -> list[str]:
    """Each address once, as it is typed. In one box there may be several."""
    found: dict[str, str] = {}
    for box in boxes:
        for address in _typed(box):
            address = clean_name(re.sub("(?i)^mailto:", "", address))
            if not address:
                continue
            if fault := email_fault(address):
                raise _Wrong(f"E-postadressen ”{_short(address)}”: {fault}")
            found.setdefault(email_key(address), address)
    return list(found.values())


def _typed(box: str) -> Iterator[str]:
    """What stands as an address, right or wrong. Words before one in brackets are whose it is."""
    for part in box.split(";"):
        *named, last = IN_BRACKETS.split(part)
        for place, piece in enumerate(named):
            if place % 2:
                yield piece
            else:
                yield from (word.strip(QUOTES) for word in BETWEEN.split(piece) if "@" in word)
        yield from BETWEEN.split(last)


def _tags(boxes: Iterable[str]) -> str:
    tags = [clean_name(tag) for box in boxes for tag in re.split("[,;\n]", box)]
    joined = ", ".join(dict.fromkeys(tag for tag in tags if tag))
    if len(joined) > LONGEST_TAGS or len(tag_keys(joined)) > LONGEST_TAG_KEYS:
        raise _Wrong("Etiketterna kan ha högst 300 tecken tillsammans.")
    return joined


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
