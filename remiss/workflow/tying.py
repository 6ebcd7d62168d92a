"""Which bodies an answer counts for: its own, and those that stand behind a coordinated one."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from remiss.models import Body, CountedFor, Event, Response, Verb


@transaction.atomic
def tie(*, response: Response, bodies: Iterable[Body], at: datetime, by) -> int:
    """Let the answer count for these bodies too; for how many it did not already."""
    tied = 0
    for body in bodies:
        _row, is_new = CountedFor.objects.get_or_create(
            response=response, body=body, defaults={"at": at, "by": by}
        )
        if is_new:
            _note(Verb.TIED, response, body, at=at, by=by)
            tied += 1
    return tied


@transaction.atomic
def untie(*, response: Response, body: Body, at: datetime, by) -> bool:
    """Let the answer no longer count for the body; True when it did."""
    removed, _rows = CountedFor.objects.filter(response=response, body=body).delete()
    if removed:
        _note(Verb.UNTIED, response, body, at=at, by=by)
    return bool(removed)


def _note(verb: str, response: Response, body: Body, *, at: datetime, by) -> None:
    Event.objects.note(verb, response, body.name, at=at, by=by, body=body)
