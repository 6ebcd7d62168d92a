"""Diarienummer for many versions at once: all, or none when one has got its own meanwhile."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from remiss.models import Event, Registration, Submission, Verb

MOST = 50  # versions in one act


class AlreadyRegistered(Exception):
    """Somebody else was first with these; nothing has been written."""

    def __init__(self, taken: list[Registration]):
        super().__init__([registration.registry_number for registration in taken])
        self.taken = taken


def register_together(
    *, numbers: Mapping[Submission, str], registered_on: date, at: datetime, by
) -> None:
    """Write the diarienummer of versions that have none, and overwrite nobody's.

    Raises AlreadyRegistered, and ValueError for more than MOST.
    """
    if len(numbers) > MOST:
        raise ValueError(f"Högst {MOST} versioner kan diarieföras på en gång.")
    # In the order of the key: two that want the same rows wait for each other and never crosswise.
    chosen = sorted(numbers, key=lambda submission: submission.pk)
    try:
        with transaction.atomic():
            _raise_taken(chosen)
            Registration.objects.bulk_create(
                Registration(
                    submission=submission,
                    registry_number=numbers[submission],
                    registered_on=registered_on,
                    by=by,
                )
                for submission in chosen
            )
            Event.objects.bulk_create(
                Event(
                    at=at,
                    actor=by,
                    verb=Verb.REGISTERED,
                    consultation_id=submission.response.consultation_id,
                    response=submission.response,
                    note=f"version {submission.number}: {numbers[submission]}",
                )
                for submission in chosen
            )
    except IntegrityError:
        _raise_taken(chosen)
        raise


def _raise_taken(chosen: list[Submission]) -> None:
    found = Registration.objects.filter(submission__in=chosen).order_by("submission")
    if taken := list(found.select_related("submission__response", "by")):
        raise AlreadyRegistered(taken)
