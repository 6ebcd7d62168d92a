"""The coordinators' own notes about an answer or an area of it: never published."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from remiss.models import Event, Note, Response, Verb


class NoteMoved(Exception):
    """The other coordinator has written since the page was shown: `standing` is what stands now,
    `written` what was to be put there."""

    def __init__(self, standing: Note, written: str):
        super().__init__("the note has moved")
        self.standing, self.written = standing, written


@transaction.atomic
def write(
    *, response: Response, area_key: str, text: str, seen: int, at: datetime, by
) -> Note | None:
    """Write the note of one area, or of the whole answer where the key is empty. `seen` is 0 when
    there was none. Raises NoteMoved. The log says that it was written, not what."""
    notes = Note.objects.filter(response=response, area_key=area_key)
    standing = notes.first()
    if (standing.text if standing else "") == text:
        return standing
    if seen:
        written = notes.filter(version=seen).update(
            text=text, by=by, at=at, version=F("version") + 1
        )
    else:
        written = standing is None and _first(response, area_key, text, at=at, by=by)
    if not written:
        raise NoteMoved(notes.get(), text)
    Event.objects.note(Verb.WROTE_NOTE, response, at=at, by=by)
    return notes.get()


def _first(response: Response, area_key: str, text: str, *, at: datetime, by) -> bool:
    try:
        with transaction.atomic():
            Note.objects.create(response=response, area_key=area_key, text=text, at=at, by=by)
    except IntegrityError:
        return False
    return True
