"""The log as rows."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from remiss.exports.sheets import NARROW, WIDE, Cell, Column, Sheet
from remiss.exports.tables import CHUNK
from remiss.models import Event

COLUMNS = [
    Column("När", 20),
    Column("Av"),
    Column("Vad", 36),
    Column("Svar", NARROW),
    Column("Remissinstans", 32),
    Column("Konto"),
    Column("Remiss", 40),
    Column("Anteckning", WIDE),
]
SHEET = Sheet("Logg", COLUMNS, kept=1)
HEADER = SHEET.header
MOST = 10_000  # events in a file


def rows(events: QuerySet) -> Iterator[list[Cell]]:
    for event in events.iterator(chunk_size=CHUNK):
        yield row(event)


def row(event: Event) -> list[Cell]:
    return [
        stamp(event.at),
        event.actor_name,
        str(event.get_verb_display()),
        event.response.reference if event.response_id else "",
        event.body.name if event.body_id else "",
        event.account_name,
        event.consultation.title if event.consultation_id else "",
        event.note,
    ]


def stamp(moment: datetime) -> str:
    """ "2026-11-12 12.00.07": Swedish time to the second, sorts as text."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H.%M.%S}"
