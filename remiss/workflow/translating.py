"""A translation beside an answer, and a transcript beside a file: the original is the handling."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from remiss.models import Answer, Attachment, Event, Submission, Transcript, Translation, Verb

SWEDISH = "sv"


class WrittenMeanwhile(Exception):
    """Somebody else has saved since the page was opened; `current` is what stands now."""

    def __init__(self, current):
        super().__init__("written meanwhile")
        self.current = current


def note_language(*, submission: Submission, language: str, at: datetime, by) -> None:
    """Note what the texts are written in, in the caller's transaction; Swedish needs no note."""
    if language != SWEDISH:
        Translation.objects.bulk_create(
            Translation(answer=answer, language=language, by=by, at=at)
            for answer in submission.answers.all()
        )


@transaction.atomic
def translate(
    *,
    submission: Submission,
    language: str,
    is_machine_made: bool,
    texts: Mapping[int, str],
    seen: Mapping[int, int],
    at: datetime,
    by,
) -> None:
    """Write the translations of a version's answers: answer pk → text; `seen` pk → version, 0 for
    none. With Swedish as language they are taken away. Raises WrittenMeanwhile, all or nothing."""
    answers = list(Answer.objects.filter(submission=submission).order_by("pk"))
    for answer in answers:
        known = Translation.objects.filter(answer=answer)
        version = seen.get(answer.pk, 0)
        if language == SWEDISH:
            if known.exclude(version=version).exists():
                raise WrittenMeanwhile(known.get())
            known.delete()
            continue
        _write(
            Translation,
            {"answer": answer},
            {
                "language": language,
                "is_machine_made": is_machine_made,
                "text": texts.get(answer.pk, ""),
            },
            version,
            at=at,
            by=by,
        )
    Event.objects.note(
        Verb.TRANSLATED, submission.response, f"version {submission.number}", at=at, by=by
    )


@transaction.atomic
def transcribe(*, attachment: Attachment, text: str, seen: int, at: datetime, by) -> Transcript:
    """Write what a scan or a picture says. Raises WrittenMeanwhile."""
    written = _write(Transcript, {"attachment": attachment}, {"text": text}, seen, at=at, by=by)
    Event.objects.note(
        Verb.TRANSCRIBED,
        attachment.submission.response,
        f"bilaga {attachment.number}",
        at=at,
        by=by,
    )
    return written


def _write(model, key: dict, content: dict, seen: int, *, at: datetime, by):
    """Store if nobody has since version `seen`; 0 when there was nothing."""
    rows = model.objects.filter(**key)
    if not seen:
        try:
            with transaction.atomic():
                return model.objects.create(**key, **content, at=at, by=by)
        except IntegrityError as error:
            raise WrittenMeanwhile(rows.get()) from error
    if not rows.filter(version=seen).update(**content, at=at, by=by, version=F("version") + 1):
        raise WrittenMeanwhile(rows.first())
    return rows.get()
