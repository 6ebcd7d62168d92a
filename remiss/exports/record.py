"""Answers as they were received, every version, for a machine to read: nothing is left out."""

import json
from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils import timezone

from remiss.exports.tables import CHUNK, About, Answers, contact_of
from remiss.models import Attachment, Registration, Response, Submission
from remiss.models.secrecy import sees_secret

FORMAT = 4  # of this file; docs/digest.md tells what it holds


def about(of: About) -> dict:
    """What the file is, in the words of the other formats."""
    return {
        "format": FORMAT,
        "made_at": timezone.localtime(of.made_at).isoformat(),
        "consultations": [consultation.slug for consultation, _count in of.answers.counts],
        "selection": of.selection,
        "count": of.answers.count,
        "left_out": of.left_out,
        "notice": of.notice,
    }


def records(answers: Answers) -> Iterator[dict]:
    """One object a response: what can change, and each version's record with its digest."""
    files = Attachment.objects.visible_to(answers.viewer)
    versions = (
        Submission.objects.select_related("registration")
        .with_hidden_files(answers.viewer)
        .order_by("number")
    )
    if not sees_secret(answers.viewer):
        versions = versions.prefetch_related(Prefetch("attachments", files))
    found = answers.responses.prefetch_related(Prefetch("submissions", versions))
    for response in found.iterator(chunk_size=CHUNK):
        yield _response(response, with_contact=answers.with_contact)


def _response(response: Response, *, with_contact: bool) -> dict:
    record: dict = {
        "reference": response.reference,
        "status": response.status,
        "channel": response.channel,
        "own_last_day": response.own_last_day.isoformat() if response.own_last_day else None,
        "withdrawn_at": _moment(response.withdrawn_at),
        "set_aside": response.set_aside,
        "corrected_name": response.corrected_name or None,
        "submissions": [_submission(submission) for submission in response.submissions.all()],
    }
    if with_contact:
        record["contact"] = contact_of(response)
    return record


def _submission(submission: Submission) -> dict:
    try:
        registration = {
            "registry_number": submission.registration.registry_number,
            "registered_on": submission.registration.registered_on.isoformat(),
        }
    except Registration.DoesNotExist:
        registration = None
    return {
        "number": submission.number,
        "received_at": _moment(submission.received_at),
        "time_is_given": submission.has_time,
        "is_late": submission.is_late,
        "registration": registration,
        "sha256": submission.sha256,
        "record": _record(submission),
    }


def _record(submission: Submission) -> dict:
    """As it was received, but for files that are secret to whom it is made for."""
    record = json.loads(submission.canonical)
    if submission.hidden_files:
        shown = {file.sha256 for file in submission.attachments.all()}
        files = [file for file in record["attachments"] if file["sha256"] in shown]
        record |= {"attachments": files, "secret_attachments": submission.hidden_files}
    return record


def _moment(moment) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None
