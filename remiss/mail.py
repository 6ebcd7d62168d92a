"""Letters: queued as rows in the caller's transaction, rendered and sent by one process."""

import logging
import textwrap
from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import get_random_string

from remiss import clock, crash, links
from remiss.exports import receipt, sections
from remiss.exports.typesetting import NotMade
from remiss.models import (
    AccessibilityReport,
    Coordinator,
    Draft,
    ExtensionRequest,
    Letter,
    Response,
    Submission,
)
from remiss.models.draft import WHO
from remiss.swedish import swedish_day, swedish_day_time
from remiss.text import email_key, name_in_mail

log = logging.getLogger(__name__)

LINE_WIDTH = 72  # characters; an address stands whole on its line however long it is
HELD = "Hålls kvar efter återläsning av en säkerhetskopia."


class Undeliverable(Exception):
    """What the letter is about is gone; sending it later would not help."""


# Queueing: one function a letter


def new_letter(kind: str, *, target: str, address: str, at: datetime) -> Letter:
    domain = settings.SITE_URL.rpartition("/")[2].partition(":")[0]
    return Letter(
        kind=kind,
        target=target,
        address=address,
        due=at,
        next_try_at=at,
        message_id=f"<{get_random_string(24).lower()}@{domain}>",
    )


def _queue(kind: str, *, target: str, address: str, at: datetime) -> None:
    # A unique key makes queueing the same letter twice harmless.
    letter = new_letter(kind, target=target, address=address, at=at)
    Letter.objects.bulk_create([letter], ignore_conflicts=True)


def queue_link(draft: Draft, *, at: datetime) -> None:
    _queue(Letter.Kind.LINK, target=f"draft:{draft.pk}", address=draft.email, at=at)


def queue_link_again(draft: Draft, *, at: datetime) -> None:
    _queue(Letter.Kind.LINK_AGAIN, target=f"draft:{draft.pk}", address=draft.email, at=at)


def queue_link_to_response(response: Response, *, at: datetime) -> None:
    """The link again when the draft is gone: it opens what was sent in (decision 14)."""
    target = f"response:{response.pk}"
    _queue(Letter.Kind.LINK_AGAIN, target=target, address=response.contact.email, at=at)


def queue_sent_in(submission: Submission, *, address: str, copy_to: str = "", at: datetime) -> None:
    """The receipt, a copy of it, and a line to each coordinator who wants to know: one insert."""
    target = f"submission:{submission.pk}"
    letters = [new_letter(Letter.Kind.RECEIPT, target=target, address=address, at=at)]
    if copy_to:
        letters.append(new_letter(Letter.Kind.RECEIPT_COPY, target=target, address=copy_to, at=at))
    letters += _to_coordinators(submission, at=at)
    Letter.objects.bulk_create(letters)


def queue_recorded(submission: Submission, *, address: str, at: datetime) -> None:
    """As queue_sent_in for an answer that staff registered; a receipt only where it can go."""
    letters = _to_coordinators(submission, at=at)
    if address:
        target = f"submission:{submission.pk}"
        letters.append(new_letter(Letter.Kind.RECEIPT, target=target, address=address, at=at))
    Letter.objects.bulk_create(letters)


def _to_coordinators(submission: Submission, *, at: datetime) -> list[Letter]:
    wanting = Coordinator.objects.filter(
        notice=Coordinator.Notice.AT_ONCE, user__is_active=True
    ).select_related("user")
    return [
        new_letter(
            Letter.Kind.NEW_RESPONSE,
            target=f"submission:{submission.pk}/coordinator:{coordinator.pk}",
            address=coordinator.user.email,
            at=at,
        )
        for coordinator in wanting
        if coordinator.user.email
    ]


def queue_full_receipt(submission: Submission, *, address: str, at: datetime) -> None:
    target = f"submission:{submission.pk}"
    _queue(Letter.Kind.FULL_RECEIPT, target=target, address=address, at=at)


def queue_withdrawn(submission: Submission, *, address: str, at: datetime) -> None:
    target = f"submission:{submission.pk}"
    _queue(Letter.Kind.WITHDRAWN, target=target, address=address, at=at)


def queue_reminders(due: Iterable[tuple[str, Draft, datetime]]) -> int:
    """Reminders by kind and draft, each with the moment it fell due; how many are new."""
    letters = [
        new_letter(kind, target=f"draft:{draft.pk}", address=draft.email, at=moment)
        for kind, draft, moment in due
    ]
    queued = Letter.objects.filter(
        kind__in=Letter.DRAFT_KINDS, target__in={letter.target for letter in letters}
    )
    known = set(queued.values_list("kind", "target", "due"))
    new = [letter for letter in letters if (letter.kind, letter.target, letter.due) not in known]
    Letter.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def queue_extension_asked(request: ExtensionRequest, *, at: datetime) -> None:
    """To the city's coordinators, who decide (decision 5)."""
    deciding = Coordinator.objects.filter(side=Coordinator.Side.CITY, user__is_active=True).exclude(
        user__email=""
    )
    Letter.objects.bulk_create(
        new_letter(
            Letter.Kind.EXTENSION_ASKED,
            target=f"extension:{request.pk}/coordinator:{coordinator.pk}",
            address=coordinator.user.email,
            at=at,
        )
        for coordinator in deciding.select_related("user")
    )


def queue_extension_decided(request: ExtensionRequest, *, at: datetime) -> None:
    """To where the answer is now reached, which may not be where the request came from."""
    draft = Draft.objects.filter(public_id=request.public_id).first()
    granted = request.decision == ExtensionRequest.Decision.GRANTED
    kind = Letter.Kind.EXTENSION_GRANTED if granted else Letter.Kind.EXTENSION_DECLINED
    address = draft.email if draft else request.email
    _queue(kind, target=f"extension:{request.pk}", address=address, at=at)


def queue_digest(coordinator: Coordinator, *, since: datetime, at: datetime) -> None:
    target = f"coordinator:{coordinator.pk}/since:{int(since.timestamp())}"
    _queue(Letter.Kind.DIGEST, target=target, address=coordinator.user.email, at=at)


def queue_report(report: AccessibilityReport, *, address: str, at: datetime) -> None:
    _queue(Letter.Kind.REPORT, target=f"report:{report.pk}", address=address, at=at)


# Rendering: one function a letter, each gives the template's context


def _target(letter: Letter, name: str) -> int:
    for part in letter.target.split("/"):
        model, _colon, pk = part.partition(":")
        if model == name:
            return int(pk)
    raise Undeliverable(letter.target)


def _holder(letter: Letter) -> Draft | Response:
    """What a link in the letter leads to, as long as the address is still theirs.

    The address may have been changed, most often since it belongs to somebody else.
    """
    if letter.target.startswith("response:"):
        received = Response.objects.select_related("consultation", "contact", "latest")
        holder: Draft | Response = received.get(pk=_target(letter, "response"))
    else:
        holder = Draft.objects.select_related("consultation").get(pk=_target(letter, "draft"))
    if email_key(letter.address) != _email_key_of(holder):
        raise Undeliverable("the answer has moved to another address")
    return holder


def _draft_context(letter: Letter) -> dict:
    holder = _holder(letter)
    if isinstance(holder, Draft):
        organisation = holder.parts.get(key=WHO).content.get("organisation", "")
        is_sent = holder.round > 0
        kept_until = holder.consultation.kept_until(holder.own_last_day)
    else:
        organisation, is_sent, kept_until = holder.latest.organisation, True, None
    return {
        "consultation": holder.consultation,
        "organisation": name_in_mail(organisation),
        "timing": holder.consultation.timing(clock.now(), holder.own_last_day),
        "link": links.link_in_mail(holder),
        "is_sent": is_sent,
        "kept_until": swedish_day(kept_until, this_year=None) if kept_until else "",
    }


def _reminder_context(letter: Letter) -> dict:
    """Read again when it is sent: whoever has sent in meanwhile is not reminded."""
    context = _draft_context(letter)
    draft = Draft.objects.unsent().get(pk=_target(letter, "draft"))
    if not context["timing"].is_open:
        raise Undeliverable("the last day has passed")
    response = Response.objects.filter(public_id=draft.public_id).select_related("latest").first()
    return context | {
        "version": response.latest.number if response else None,
        "reference": response.reference if response else "",
        "withdrawn": bool(response and response.withdrawn_at),
    }


def _extension_context(letter: Letter) -> dict:
    request = ExtensionRequest.objects.select_related("consultation").get(
        pk=_target(letter, "extension")
    )
    held = (
        model.objects.filter(public_id=request.public_id).first() for model in (Draft, Response)
    )
    holder = next(filter(None, held), None)
    own = holder.own_last_day if holder else None
    # The address may have been changed while the letter waited; the link goes to the new one only.
    theirs = holder is not None and email_key(letter.address) == _email_key_of(holder)
    return {
        "consultation": request.consultation,
        "organisation": name_in_mail(request.organisation),
        "reason": request.note,
        "timing": request.consultation.timing(clock.now(), own),
        "until": swedish_day(request.until, this_year=None) if request.until else "",
        "link": links.link_in_mail(holder) if theirs else "",
    }


def _email_key_of(holder: Draft | Response) -> str:
    return holder.email_key if isinstance(holder, Draft) else holder.contact.email_key


def _extension_asked_context(letter: Letter) -> dict:
    request = ExtensionRequest.objects.select_related("consultation").get(
        pk=_target(letter, "extension")
    )
    if not request.is_pending:
        raise Undeliverable("the request has been decided on")
    return {
        "consultation": request.consultation,
        "organisation": name_in_mail(request.organisation),
        "asked": swedish_day_time(request.asked_at, this_year=None),
        "link": links.absolute(reverse("admin:decide_extension", args=[request.pk])),
    }


def _submission(letter: Letter) -> Submission:
    return Submission.objects.select_related(
        "response__consultation", "response__contact", "plan_version"
    ).get(pk=_target(letter, "submission"))


def _submission_context(letter: Letter) -> dict:
    submission = _submission(letter)
    response = submission.response
    # A link or a text never goes to an address the answer has moved from, and free text only
    # where somebody has shown that they read the address (decision 15).
    theirs = email_key(letter.address) == response.contact.email_key
    confirmed = theirs and response.confirmed_at is not None
    answered = sections.of_submission(submission) if confirmed else []
    return {
        "consultation": response.consultation,
        "submission": submission,
        "reference": response.reference,
        "organisation": name_in_mail(submission.organisation),
        "received": swedish_day_time(submission.received_at, this_year=None),
        "timing": response.consultation.timing(clock.now(), response.own_last_day),
        "link": links.link_in_mail(response) if theirs and response.channel == "portal" else "",
        "sections": [section for section in answered if not section.is_empty],
        "backing": sections.backing_of_submission(submission) if confirmed else [],
        "files": list(submission.attachments.all()),
        "is_confirmed": confirmed,
        "verify_link": links.absolute(reverse("remiss:verify")),
    }


def _new_response_context(letter: Letter) -> dict:
    submission = _submission(letter)
    response = submission.response
    return {
        "consultation": response.consultation,
        "submission": submission,
        "reference": response.reference,
        "organisation": name_in_mail(submission.organisation),
        "received": swedish_day_time(submission.received_at, this_year=None),
        "set_aside": response.get_set_aside_display().lower(),
        "link": links.absolute(reverse("admin:remiss_response_change", args=[response.pk])),
    }


def _digest_context(letter: Letter) -> dict:
    since = datetime.fromtimestamp(_target(letter, "since"), tz=UTC)
    received = (
        Response.objects.current()
        .filter(latest__received_at__gt=since, latest__received_at__lte=letter.due)
        .select_related("latest", "consultation")
        .order_by("latest__received_at")
    )
    responses = list(received)
    if not responses:
        raise Undeliverable("nothing new is left to tell")
    return {
        "consultation": responses[0].consultation,
        "lines": [_line(response) for response in responses],
        "link": links.absolute(reverse("admin:remiss_response_changelist")),
    }


def _line(response: Response) -> str:
    """One answer as a row in the day's letter."""
    latest = response.latest
    version = f", version {latest.number}" if latest.number > 1 else ""
    received = swedish_day_time(latest.received_at, this_year=None)
    return f"{response.reference}{version}: {name_in_mail(latest.sender)}, {received}"


def _report_context(letter: Letter) -> dict:
    report = AccessibilityReport.objects.get(pk=_target(letter, "report"))
    return {"report": report, "received": swedish_day_time(report.at, this_year=None)}


CONTEXTS = {
    Letter.Kind.LINK: _draft_context,
    Letter.Kind.LINK_AGAIN: _draft_context,
    Letter.Kind.RECEIPT: _submission_context,
    Letter.Kind.FULL_RECEIPT: _submission_context,
    Letter.Kind.WITHDRAWN: _submission_context,
    Letter.Kind.NEW_RESPONSE: _new_response_context,
    Letter.Kind.DIGEST: _digest_context,
    Letter.Kind.REPORT: _report_context,
    Letter.Kind.REMINDER_WEEK: _reminder_context,
    Letter.Kind.REMINDER_DAY: _reminder_context,
    Letter.Kind.RECEIPT_COPY: _submission_context,
    Letter.Kind.EXTENSION_ASKED: _extension_asked_context,
    Letter.Kind.EXTENSION_GRANTED: _extension_context,
    Letter.Kind.EXTENSION_DECLINED: _extension_context,
}

WITH_PDF = {Letter.Kind.RECEIPT, Letter.Kind.FULL_RECEIPT}


def render(letter: Letter) -> EmailMessage:
    """The message of a letter: the template's first line is the subject.

    Raises Undeliverable when what it is about is gone.
    """
    try:
        context = CONTEXTS[Letter.Kind(letter.kind)](letter)
    except ObjectDoesNotExist as gone:
        raise Undeliverable(letter.target) from gone
    text = render_to_string(f"mail/{letter.kind}.txt", context)
    subject, _newline, body = text.lstrip().partition("\n")
    consultation = context.get("consultation")
    message = EmailMessage(
        subject=subject.strip(),
        body=_wrap(body.strip()) + "\n",
        to=[letter.address],
        reply_to=[consultation.contact_email] if consultation else None,
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )
    if letter.kind in WITH_PDF and context["is_confirmed"]:
        _attach_receipt(message, context["submission"])
    return message


def _attach_receipt(message: EmailMessage, submission: Submission) -> None:
    """The PDF says no more than the letter does: one that cannot be made stops nothing."""
    try:
        body = receipt.pdf(submission)
    except NotMade as error:
        log.warning("the receipt of submission %s was not made: %s", submission.pk, error)
    else:
        message.attach(receipt.file_name(submission), body, "application/pdf")


def _wrap(text: str) -> str:
    """Lines of at most 72 characters; line breaks stay where somebody put them."""
    return "\n".join(
        textwrap.fill(
            line.replace(" kl. ", " kl.\u00a0"),  # a time stays on the line of its "kl."
            LINE_WIDTH,
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
        ).replace(" kl.\u00a0", " kl. ")
        for line in text.split("\n")
    )


def deliver(letter: Letter, *, at: datetime) -> bool:
    """Render and send one claimed letter; True when the mail server has taken it.

    Never raises: a letter that fails waits for its next try and lets the others through.
    At-least-once: a process killed after the server's answer sends it again, with the same
    Message-ID.
    """
    try:
        message = render(letter)
        message.send()
    except Undeliverable:
        letter.state = Letter.State.FAILED
        letter.mark_failed(at, "Det brevet handlar om finns inte längre.")
        return False
    except Exception as error:
        # Whatever one letter meets, the next must go.
        log.warning("letter %s was not sent: %s", letter.pk, type(error).__name__)
        letter.mark_failed(at, f"{type(error).__name__}: {error}")
        return False
    crash.point("after_smtp_ok")
    letter.mark_sent(clock.now())
    return True


def send_due(*, limit: int = 20) -> int:
    """Claim and send what is due, one at a time so that a lease covers one sending; how many."""
    for sent in range(limit):
        letters = Letter.objects.claim(clock.now(), 1)
        if not letters:
            return sent
        crash.point("after_claim")
        deliver(letters[0], at=clock.now())
    return limit


# After a backup has been read back: what waited in it may have been sent since it was made


def hold() -> int:
    """Keep every waiting letter from being sent; how many."""
    return Letter.objects.filter(state=Letter.State.QUEUED).update(
        state=Letter.State.FAILED, last_error=HELD
    )


def release(*, at: datetime) -> int:
    """Let the letters that were held be sent; how many."""
    return Letter.objects.filter(state=Letter.State.FAILED, last_error=HELD).update(
        state=Letter.State.QUEUED, last_error="", next_try_at=at, lease_until=None
    )
