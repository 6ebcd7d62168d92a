"""What staff put on record: other channels, diarienummer, set asides, the last day, disclosures."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from remiss import mail
from remiss.exports.sections import Plan
from remiss.models import (
    AccessibilityReport,
    Consultation,
    Coordinator,
    Correction,
    Event,
    Kind,
    PlanVersion,
    ReadMark,
    Registration,
    Response,
    SetAside,
    Submission,
    Verb,
)
from remiss.models.backing import Backing
from remiss.models.draft import DraftFile, new_public_id
from remiss.models.response import RECORDED
from remiss.text import email_key
from remiss.workflow import translating
from remiss.workflow.receiving import NOTHING_SAID, Empty, receive
from remiss.workflow.registering import AlreadyRegistered

DIGEST_HOUR = time(7)  # Swedish time


class NotAllowed(Exception):
    """The actor's side may not do this; the sentence says who may."""


def record(
    *,
    consultation: Consultation,
    plan: Plan,
    channel: str,
    received_at: datetime,
    has_time: bool = True,
    who: dict,
    email: str,
    contents: dict[str, dict],
    send_receipt: bool,
    backing: Backing = NOTHING_SAID,
    files: Sequence[DraftFile] = (),
    language: str = "sv",
    once: str,
    at: datetime,
    by,
) -> Submission:
    """Register an answer that came by e-mail, paper, phone or at a meeting (decision 9).

    Never refused for being late: it is marked. Without `has_time` it is known to have come on the
    day of `received_at`, and not when. `files` are stored already; `language` is the BCP 47
    tag of the texts. `once` makes a second press harmless. Raises Empty.
    """
    said = any(value for content in contents.values() for value in content.values())
    if not said and not files:
        raise Empty
    submit_key = f"{RECORDED}{once or get_random_string(22)}"
    earlier = Submission.objects.filter(submit_key=submit_key)
    if earlier.exists():
        return earlier.get()
    private = who["kind"] == Kind.PRIVATE
    try:
        with transaction.atomic():
            submission = receive(
                consultation=consultation,
                response=None,
                new_response={"public_id": new_public_id(), "channel": channel},
                contact={
                    "name": who["contact_name"],
                    "email": email,
                    "email_key": email_key(email) if email else "",
                },
                plan=plan,
                submit_key=submit_key,
                kind=who["kind"],
                organisation="" if private else who["organisation"],
                hide_name=who["hide_name"],
                contents=contents,
                received_at=received_at,
                has_time=has_time,
                backing=backing,
                files=files,
            )
            translating.note_language(submission=submission, language=language, at=at, by=by)
            mail.queue_recorded(submission, address=email if send_receipt else "", at=at)
            Event.objects.note(Verb.RECORDED, at=at, by=by, response=submission.response)
    except IntegrityError:
        if not earlier.exists():
            raise
        return earlier.get()  # the other of two presses at once
    return submission


def register(
    *,
    submission: Submission,
    registry_number: str,
    registered_on: date,
    at: datetime,
    by,
    seen: str | None = None,
) -> None:
    """Write or correct the diarienummer of one version.

    `seen` is the number that stood there, "" for none: raises AlreadyRegistered, and changes
    nothing, when it is another by now. Without it whatever stands there is corrected.
    """
    fields = {"registry_number": registry_number, "registered_on": registered_on, "by": by}
    rows = Registration.objects.filter(submission=submission)
    try:
        with transaction.atomic():
            standing = rows.select_for_update().first()
            if standing is None:
                Registration.objects.create(submission=submission, **fields)
            elif seen is None or seen == standing.registry_number:
                rows.update(**fields)
            else:
                raise AlreadyRegistered([standing])
            Event.objects.note(
                Verb.REGISTERED,
                at=at,
                by=by,
                response=submission.response,
                note=f"version {submission.number}: {registry_number}",
            )
    except IntegrityError as first:
        standing = rows.first()
        if standing is None:
            raise
        raise AlreadyRegistered([standing]) from first


@transaction.atomic
def set_aside(
    *, responses: Iterable[Response], reason: str, note: str, at: datetime, by
) -> list[Response]:
    """Take answers out of what counts, with a reason; those that were moved.

    A suspect, which the portal set aside by itself, gets the reason that a person gives.
    """
    responses = list(responses)
    return [
        moved
        for before in ("", SetAside.SUSPECT)
        for moved in _mark(responses, before, reason, verb=Verb.SET_ASIDE, note=note, at=at, by=by)
    ]


@transaction.atomic
def take_back(*, responses: Iterable[Response], at: datetime, by) -> list[Response]:
    """Let answers that were set aside count again; those that were."""
    return [
        moved
        for response in responses
        if response.set_aside
        for moved in _mark(
            [response], response.set_aside, "", verb=Verb.TOOK_BACK, note="", at=at, by=by
        )
    ]


def _mark(responses, before, after, *, verb, note, at, by) -> list[Response]:
    changed = []
    for response in responses:
        moved = Response.objects.filter(pk=response.pk, set_aside=before).update(set_aside=after)
        if moved:
            Event.objects.note(verb, at=at, by=by, response=response, note=note or after)
            changed.append(response)
    return changed


@transaction.atomic
def correct_plan(*, version: PlanVersion, note: str, at: datetime, by) -> None:
    """Note a rättelse in a frozen plan: logged, and shown on the plan's page (decision 1)."""
    Correction.objects.create(version=version, at=at, note=note)
    Event.objects.create(
        at=at, actor=by, verb=Verb.CORRECTED, consultation=version.consultation, note=note
    )


def read_contact(*, response: Response, at: datetime, by) -> None:
    """Log that somebody has been shown who to contact. Where there is nobody, nothing is read."""
    if not response.has_contact:
        return
    Event.objects.note(Verb.READ_CONTACT, at=at, by=by, response=response)


def exported(
    *, consultation: Consultation, count: int, form: str, reason: str, at: datetime, by
) -> None:
    """Log an export: how many answers, in what form, and why contact details went along."""
    contact = f", med kontaktuppgifter: {reason}" if reason else ""
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.EXPORTED,
        consultation=consultation,
        note=f"{count} svar som {form}{contact}"[:500],
    )


def exported_bodies(*, consultation: Consultation, what: str, count: int, at: datetime, by) -> None:
    """Log that a list of remissinstanser was taken out: which list, and how many are in it."""
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.EXPORTED,
        consultation=consultation,
        note=f"{what}: {count} remissinstanser som xlsx",
    )


def mark_read(*, response: Response, by) -> None:
    """Opening an answer marks its latest version as read for that user only."""
    ReadMark.objects.update_or_create(
        response=response, user=by, defaults={"version": response.latest.number}
    )


def mark_unread(*, response: Response, by) -> bool:
    """Let the answer be unread again for that user only; False where it was."""
    return bool(ReadMark.objects.filter(response=response, user=by).delete()[0])


def tell_daily(*, at: datetime) -> int:
    """Queue the day's letter to each coordinator who wants one; how many. Safe to repeat.

    Due is a state, not an hour: whoever has not been told since seven this morning is told now,
    also after the letter loop has been down.
    """
    this_morning = timezone.make_aware(datetime.combine(timezone.localdate(at), DIGEST_HOUR))
    if at < this_morning:
        return 0
    queued = 0
    daily = Coordinator.objects.filter(
        notice=Coordinator.Notice.DAILY, user__is_active=True
    ).select_related("user")
    for coordinator in daily:
        since = coordinator.told_until or this_morning - timedelta(days=1)
        if since >= this_morning:
            continue
        with transaction.atomic():
            told = Coordinator.objects.filter(
                pk=coordinator.pk, told_until=coordinator.told_until
            ).update(told_until=this_morning)
            news = (
                Response.objects.visible_to(coordinator.user)
                .current()
                .filter(latest__received_at__gt=since, latest__received_at__lte=this_morning)
            )
            if told and coordinator.user.email and news.exists():
                mail.queue_digest(coordinator, since=since, at=this_morning)
                queued += 1
    return queued


@transaction.atomic
def report_failing(
    *, consultation: Consultation, text: str, email: str, at: datetime
) -> AccessibilityReport:
    """Keep a report about accessibility and queue it to the coordinators' address."""
    report = AccessibilityReport.objects.create(at=at, text=text, email=email)
    mail.queue_report(report, address=consultation.contact_email, at=at)
    return report
