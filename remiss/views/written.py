"""What is written in the parts of a draft, as labels and texts: granska and the history show it."""

from remiss.exports import sections
from remiss.models import DraftPart, Kind
from remiss.models.backing import Backing, backing_of, backing_rows
from remiss.models.draft import BEHIND, WHO
from remiss.swedish import swedish_day
from remiss.views.opened import Opened


def part_rows(opened: Opened, part: DraftPart, content: dict) -> list[tuple[str, str]]:
    """(label, text) of everything a part asks, in the order of its page; empty texts too."""
    if part.key == WHO:
        return who_rows(content)
    if part.key == BEHIND:
        return behind_rows(opened, backing_of(opened.who, content))
    shown = sections.of_contents(opened.plan, {part.key: content})
    places = [key for key, _area, _asked in opened.plan.parts()]
    section = shown[places.index(part.key)]
    return [("Ställningstagande", section.stance), *section.rows]


def who_rows(content: dict) -> list[tuple[str, str]]:
    return [
        ("Vem som svarar", str(Kind(content["kind"]).label) if content.get("kind") else ""),
        ("Organisation", content.get("organisation", "")),
        ("Organisationsnummer", content.get("organisation_number", "")),
        ("Kontaktperson (publiceras inte)", content.get("contact_name", "")),
        ("Namnet på webbplatsen", "Visas inte" if content.get("hide_name") else ""),
    ]


def behind_rows(opened: Opened, backing: Backing) -> list[tuple[str, str]]:
    """Without the organisation's number, which stands under its name."""
    year = opened.consultation.timing(opened.at).today.year
    return backing_rows(
        backing.record() | {"organisation_number": ""},
        backing.cosignatories,
        day=lambda day: swedish_day(day, this_year=year),
    )
