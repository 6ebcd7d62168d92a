"""Adding the remissinstanser of a file, all of them or none."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from remiss.importing import verdicts
from remiss.importing.columns import Choice
from remiss.importing.reading import Row
from remiss.importing.verdicts import Judged, Verdict
from remiss.models import Body, BodyAddress, Event, Verb

AT_A_TIME = 1_000  # rows a statement


class NotAsShown(Exception):
    """The register has changed since the rows were shown: nothing was added."""


def shown(judged: Sequence[Judged]) -> str:
    """What a page has shown that would be added, to be told from something else."""
    rows = [_columns(one) for one in judged if one.verdict is Verdict.NEW]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _columns(one: Judged) -> list:
    return [one.name, one.kind, one.emails, one.organisation_number, one.tags, one.notes]


def import_bodies(
    *, rows: Sequence[Row], choice: Choice, seen: str, file_name: str, at: datetime, by
) -> int:
    """Add what is new in the file, when that is what was shown(). Raises NotAsShown."""
    try:
        with transaction.atomic():
            judged = verdicts.judge(rows, choice, verdicts.known())
            if seen != shown(judged):
                raise NotAsShown
            new = [one for one in judged if one.verdict is Verdict.NEW]
            if new:
                _add(new)
                Event.objects.create(
                    at=at, actor=by, verb=Verb.IMPORTED, note=_note(len(new), file_name)
                )
    except IntegrityError as error:  # the same file, at the same time
        raise NotAsShown from error
    return len(new)


def _add(new: list[Judged]) -> None:
    bodies = [
        Body(
            kind=one.kind,
            name=one.name,
            organisation_number=one.organisation_number,
            tags=one.tags,
            notes=one.notes,
        )
        for one in new
    ]
    for body in bodies:
        body.set_keys()
    # In one order whatever the file's is: two that wait for each other's names never end.
    pairs = sorted(zip(bodies, new, strict=True), key=lambda pair: pair[0].name_key)
    Body.objects.bulk_create([body for body, _one in pairs], batch_size=AT_A_TIME)
    addresses = [
        BodyAddress(body=body, email=email, is_main=not place)
        for body, one in pairs
        for place, email in enumerate(one.emails)
    ]
    for address in addresses:
        address.set_keys()
    BodyAddress.objects.bulk_create(addresses, batch_size=AT_A_TIME)


def _note(count: int, file_name: str) -> str:
    return f"{count} ur filen {file_name[:200]}"
