"""Files are held until the scanner has found them clean, when CLAMD names one (fault F5)."""

import hashlib
import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from remiss import scanning, uploads
from remiss.models import Attachment, DraftFile, Event, FileScan, Verb
from remiss.text import clean_name

log = logging.getLogger(__name__)

BATCH = 20  # files at a time
SECONDS = 30  # then the letters have their turn
DOUBLINGS = 5  # of the minute between tries: half an hour at most


def scan_waiting(*, at: datetime) -> None:
    """Ask about some of the files that wait. What gets no verdict waits on, ever longer between
    the tries; while nobody answers at all, each time is the first."""
    if not settings.CLAMD:
        return
    until = time.monotonic() + SECONDS
    for sha256, path in _due(at).items():
        if time.monotonic() > until:
            break
        try:
            found = scanning.scan(_content(sha256, path), address=settings.CLAMD)
        except scanning.Down as down:
            log.warning("the scanner of files does not answer: %s", down)
            break
        except scanning.Unknown as unknown:
            log.warning("a file waits for a verdict, the scanner said: %s", unknown)
            _note(sha256, FileScan.State.WAITING, at=at)
        else:
            state = FileScan.State.INFECTED if found else FileScan.State.CLEAN
            _note(sha256, state, clean_name(found)[:200], at=at)
    note_infected(at=at)
    _forget_what_is_gone()


@transaction.atomic
def note_infected(*, at: datetime) -> None:
    """Log that an answer has malware in a file, once for each kind. Of drafts nothing is said: a
    file of one is logged when it has been sent in."""
    # Locked, so that of several letter processes one writes.
    rows = FileScan.objects.infected().select_for_update()
    infected = dict(rows.values_list("sha256", "found"))
    if not infected:
        return
    sent = Attachment.objects.filter(sha256__in=infected).order_by("pk")
    found = {
        (response, infected[sha256]): consultation
        for response, consultation, sha256 in sent.values_list(
            "submission__response", "submission__response__consultation", "sha256"
        )
    }
    logged = Event.objects.filter(verb=Verb.FOUND_MALWARE).order_by()
    for response, note in logged.values_list("response", "note"):
        found.pop((response, note), None)
    Event.objects.bulk_create(
        Event(
            at=at,
            verb=Verb.FOUND_MALWARE,
            consultation_id=consultation,
            response_id=response,
            note=note,
        )
        for (response, note), consultation in found.items()
    )


def _due(at: datetime) -> dict[str, str]:
    """sha256 → path of some files to ask about, those that staff wait for first."""
    not_now = FileScan.objects.filter(
        ~Q(state=FileScan.State.WAITING) | Q(due_at__gt=at), sha256=OuterRef("sha256")
    )
    due: dict[str, str] = {}
    for model in (Attachment, DraftFile):
        rows = model.objects.filter(~Exists(not_now)).order_by("pk")
        for sha256, path in rows.values_list("sha256", "path")[:BATCH]:
            due.setdefault(sha256, path)
    return due


def _content(sha256: str, path: str) -> bytes:
    """The bytes that the verdict is to be about. Raises Unknown when they are not there."""
    try:
        with uploads.open_file(path) as file:
            content = file.read(uploads.MAX_BYTES + 1)
    except OSError as error:
        raise scanning.Unknown(type(error).__name__) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise scanning.Unknown("nothing: the file has changed")
    return content


@transaction.atomic
def _note(sha256: str, state: str, found: str = "", *, at: datetime) -> None:
    scan, _is_new = FileScan.objects.get_or_create(sha256=sha256)
    # A verdict stands, whatever another process heard meanwhile.
    FileScan.objects.waiting().filter(pk=scan.pk).update(
        state=state,
        found=found,
        tries=scan.tries + 1,
        tried_at=at,
        due_at=at + timedelta(minutes=2 ** min(scan.tries, DOUBLINGS)),
    )


def _forget_what_is_gone() -> None:
    """A digest could tell that somebody had a file that has been taken away or gallrad."""
    kept = [
        Exists(model.objects.filter(sha256=OuterRef("sha256"))) for model in (Attachment, DraftFile)
    ]
    FileScan.objects.filter(~kept[0], ~kept[1]).delete()
