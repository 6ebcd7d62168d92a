"""Who stands behind an answer and how it came about: the same in a draft, a record and a page."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from remiss.models.response import MUNICIPAL, DecidedBy, Kind, Prepared
from remiss.text import cosignatories

LONGEST_WAIT = timedelta(days=60)  # for a decision; decision 8


@dataclass(frozen=True)
class Backing:
    """What the respondent has said about itself, by fields that its kind can have.

    `cosignatories` are (name, organisation number or ""). Days are Swedish calendar days.
    """

    organisation_number: str = ""
    members: int | None = None
    prepared: list[str] = field(default_factory=list)
    decided_by: str = ""
    decided_on: str = ""
    expected_on: str = ""
    paragraph: str = ""
    own_registry_number: str = ""
    cosignatories: list[tuple[str, str]] = field(default_factory=list)
    copy_email: str = ""  # contact data: in no record

    @property
    def is_preliminary(self) -> bool:
        return self.decided_by == DecidedBy.EXPECTED

    @property
    def decision_expected_on(self) -> date | None:
        return date.fromisoformat(self.expected_on) if self.expected_on else None

    def record(self) -> dict:
        """The fields of the record called `backing` (docs/digest.md, format 2)."""
        return {
            "organisation_number": self.organisation_number,
            "members": self.members,
            "prepared": self.prepared,
            "decided_by": self.decided_by,
            "decided_on": self.decided_on,
            "decision_expected_on": self.expected_on,
            "paragraph": self.paragraph,
            "own_registry_number": self.own_registry_number,
        }


def backing_of(who: dict, behind: dict) -> Backing:
    """What two parts of a draft say, without fields left over from another kind of respondent."""
    kind = who["kind"]
    if kind == Kind.PRIVATE:
        return Backing()
    shared = {
        "organisation_number": who.get("organisation_number", ""),
        "cosignatories": cosignatories(behind.get("cosignatories", "")),
    }
    if kind in MUNICIPAL:
        decided_by = behind.get("decided_by", "")
        expected = decided_by == DecidedBy.EXPECTED
        return Backing(
            **shared,
            decided_by=decided_by,
            decided_on="" if expected else behind.get("decided_on", ""),
            expected_on=behind.get("expected_on", "") if expected else "",
            paragraph=behind.get("paragraph", ""),
            own_registry_number=behind.get("own_registry_number", ""),
            copy_email=behind.get("copy_email", ""),
        )
    return Backing(
        **shared,
        members=behind.get("members") if kind == Kind.UMBRELLA else None,
        prepared=behind.get("prepared", []),
    )


def backing_rows(record: dict, cosigners, *, day) -> list[tuple[str, str]]:
    """(label, text) of what is known, in the order people ask for it; `day` writes a date."""
    prepared = [str(Prepared(key).label) for key in record.get("prepared", [])]
    decided_by, expected = record.get("decided_by", ""), record.get("decision_expected_on", "")
    decided_on = record.get("decided_on", "")
    rows = [
        ("Organisationsnummer", record.get("organisation_number", "")),
        ("Antal medlemmar", str(record.get("members") or "")),
        ("Så togs svaret fram", ", ".join(prepared)),
        ("Vem som har beslutat", str(DecidedBy(decided_by).label) if decided_by else ""),
        ("Beslut väntas", day(date.fromisoformat(expected)) if expected else ""),
        ("Beslutsdatum", day(date.fromisoformat(decided_on)) if decided_on else ""),
        ("Paragraf", record.get("paragraph", "")),
        ("Eget diarienummer", record.get("own_registry_number", "")),
        ("Står också bakom svaret", "\n".join(_with_number(*each) for each in cosigners)),
    ]
    return [(label, text) for label, text in rows if text]


def _with_number(name: str, number: str) -> str:
    return f"{name}, {number}" if number else name
