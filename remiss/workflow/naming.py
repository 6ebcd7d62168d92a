"""The name an answer is shown under, put right beside what was sent in."""

from datetime import datetime

from django.db import transaction

from remiss.models import Event, Kind, NameCorrection, Response, Verb
from remiss.text import sort_key


class NameMoved(Exception):
    """Somebody else has corrected the name since the page was shown; `standing` is what is shown
    now."""

    def __init__(self, standing: str):
        super().__init__("the name has moved")
        self.standing = standing


@transaction.atomic
def correct(
    *, response: Response, name: str, reason: str, seen: str, at: datetime, by
) -> NameCorrection | None:
    """Show the answer under another name; None when it already is. Undone by correcting back.

    The record, its digest and its receipt say what was sent in. `seen` is the name that was shown.
    Raises NameMoved, and ValueError in words for a private person, who has no name in the record.
    """
    held = Response.objects.select_for_update(of=("self",)).select_related("latest")
    now = held.get(pk=response.pk)
    sent = now.latest.organisation
    if now.latest.kind == Kind.PRIVATE or not sent:
        raise ValueError("En privatperson visas utan namn. Det finns inget namn att rätta.")
    if now.shown_as != seen:
        raise NameMoved(now.shown_as)
    if name == seen:
        return None
    is_as_sent = name == sent
    now.corrected_name = "" if is_as_sent else name
    now.corrected_sort_key = "" if is_as_sent else sort_key(name)
    now.save(update_fields=["corrected_name", "corrected_sort_key"])
    correction = NameCorrection.objects.create(response=now, name=name, reason=reason, at=at, by=by)
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.CORRECTED_NAME,
        consultation_id=now.consultation_id,
        response=now,
        note=f"till {name}. {reason}"[:500],
    )
    return correction
