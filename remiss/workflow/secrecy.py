"""Mark an answer or a file as secret, and try a mark (decision 25)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from remiss.models import Attachment, Event, Response, SecrecyMark, SecrecyTrial, Verb
from remiss.models.secrecy import sees_secret


class AlreadyMarked(Exception):
    """A mark stands there already."""


class TriedMeanwhile(Exception):
    """Somebody else has tried the mark since the page was shown."""


def mark(
    *,
    response: Response,
    attachment: Attachment | None = None,
    provision: str,
    reason: str,
    at: datetime,
    by,
) -> SecrecyMark:
    """Hide an answer, or one of its files, until the mark is tried. Raises AlreadyMarked.

    The log says what was marked and by which provision; the reason may tell what is secret.
    """
    _may(by)
    about = {"attachment": attachment} if attachment else {"response": response}
    if attachment:
        files = Attachment.objects.with_secrecy().filter(submission__response=response)
        if files.get(pk=attachment.pk).is_secret:
            raise AlreadyMarked
    try:
        with transaction.atomic():
            made = SecrecyMark.objects.create(
                **about, provision=provision, reason=reason, at=at, by=by
            )
            _note(Verb.MARKED_SECRET, made, provision, at=at, by=by)
    except IntegrityError as error:
        raise AlreadyMarked from error
    return made


@transaction.atomic
def try_mark(
    *, mark: SecrecyMark, outcome: SecrecyTrial.Outcome, reason: str, seen: int, at: datetime, by
) -> SecrecyTrial:
    """Note what came of trying a mark; one that was upheld may be tried again.

    `seen` is the version that the page showed. Raises TriedMeanwhile.
    """
    _may(by)
    is_lifted = outcome == SecrecyTrial.Outcome.LIFTED
    standing = SecrecyMark.objects.standing().filter(pk=mark.pk, version=seen)
    if not standing.update(version=F("version") + 1, lifted_at=at if is_lifted else None):
        raise TriedMeanwhile
    tried = SecrecyTrial.objects.create(mark=mark, outcome=outcome, reason=reason, at=at, by=by)
    _note(Verb.TRIED_SECRET, mark, "hävs" if is_lifted else "består", at=at, by=by)
    return tried


def _may(by) -> None:
    if not sees_secret(by):
        raise PermissionDenied


def _note(verb: str, made: SecrecyMark, said: str, *, at: datetime, by) -> None:
    """A file by its number: the name is part of what is secret."""
    file = made.attachment
    response = file.submission.response if file else made.response
    what = f"bilaga {file.number} i version {file.submission.number}" if file else "svaret"
    Event.objects.note(verb, response, f"{what}, {said}", at=at, by=by)
