"""Answers that say what they say in files alone: read, and done with, by a coordinator."""

from datetime import datetime

from django.db import IntegrityError, transaction

from remiss.models import Event, HandledFiles, Submission, Verb


class AlreadyHandled(Exception):
    """Somebody was first; `standing` is what they wrote."""

    def __init__(self, standing: HandledFiles):
        super().__init__("the files are handled")
        self.standing = standing


def handle(*, submission: Submission, outcome: str, at: datetime, by) -> HandledFiles:
    """Note what the files of a version led to. Raises AlreadyHandled."""
    try:
        with transaction.atomic():
            handled = HandledFiles.objects.create(
                submission=submission, outcome=outcome, at=at, by=by
            )
            Event.objects.note(Verb.HANDLED_FILES, submission.response, outcome, at=at, by=by)
    except IntegrityError as first:
        standing = HandledFiles.objects.filter(submission=submission).select_related("by").first()
        if standing is None:
            raise
        raise AlreadyHandled(standing) from first
    return handled


@transaction.atomic
def handle_again(*, submission: Submission, at: datetime, by) -> bool:
    """Let the files wait for somebody again; False where they did."""
    if not HandledFiles.objects.filter(submission=submission).delete()[0]:
        return False
    Event.objects.note(
        Verb.UNDID_STEP, submission.response, "att bilagorna är hanterade", at=at, by=by
    )
    return True
