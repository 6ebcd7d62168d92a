"""Queueing: one function a letter, in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.crypto import get_random_string

from remiss.models import (
    AccessibilityReport,
    Coordinator,
    Dispatch,
    Draft,
    Event,
    ExtensionRequest,
    Invitation,
    Letter,
    LetterText,
    Message,
    ReplyRevision,
    Response,
    Submission,
)


def new_letter(kind: str, *, target: str, address: str, at: datetime, **known) -> Letter:
    domain = settings.SITE_URL.rpartition("/")[2].partition(":")[0]
    return Letter(
        kind=kind,
        target=target,
        address=address,
        due=at,
        next_try_at=at,
        message_id=f"<{get_random_string(24).lower()}@{domain}>",
        **known,
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
    if address:  # it may have been erased
        _queue(kind, target=f"extension:{request.pk}", address=address, at=at)


def queue_message(message: Message, *, address: str, at: datetime) -> None:
    """What staff have written to one respondent, to be sent at `at`."""
    target = f"message:{message.pk}"
    new_letter(Letter.Kind.MESSAGE, target=target, address=address, at=at, written=message).save()


def queue_digest(coordinator: Coordinator, *, since: datetime, at: datetime) -> None:
    target = f"coordinator:{coordinator.pk}/since:{int(since.timestamp())}"
    _queue(Letter.Kind.DIGEST, target=target, address=coordinator.user.email, at=at)


def queue_report(report: AccessibilityReport, *, address: str, at: datetime) -> None:
    _queue(Letter.Kind.REPORT, target=f"report:{report.pk}", address=address, at=at)


# To those who work here


def queue_password(user, *, at: datetime) -> None:
    _queue(Letter.Kind.PASSWORD, target=f"user:{user.pk}", address=user.email, at=at)


def queue_login_changed(user, event: Event, *, at: datetime) -> None:
    """To the account's own address: its owner should hear of what somebody else has done."""
    target = f"user:{user.pk}/event:{event.pk}"
    _queue(Letter.Kind.LOGIN_CHANGED, target=target, address=user.email, at=at)


# About replies


def queue_reply_waiting(revision: ReplyRevision, *, at: datetime) -> None:
    """To everybody of the other side, its deputy too: one of them is to approve or send back."""
    theirs = Coordinator.objects.filter(side=revision.other_side)
    Letter.objects.bulk_create(_about_reply(Letter.Kind.REPLY_WAITING, revision, theirs, at=at))


def queue_reply_decided(revision: ReplyRevision, *, is_approved: bool, at: datetime) -> None:
    """To the author; to everybody of the author's side when the author is no longer one of it."""
    kind = Letter.Kind.REPLY_APPROVED if is_approved else Letter.Kind.REPLY_SENT_BACK
    side = Coordinator.objects.filter(side=revision.side)
    letters = list(_about_reply(kind, revision, side.filter(user=revision.by_id), at=at))
    Letter.objects.bulk_create(letters or _about_reply(kind, revision, side, at=at))


def _about_reply(kind: str, revision: ReplyRevision, coordinators, *, at: datetime):
    reached = coordinators.filter(user__is_active=True).exclude(user__email="")
    for coordinator in reached.select_related("user"):
        target = f"reply:{revision.pk}/coordinator:{coordinator.pk}"
        yield new_letter(kind, target=target, address=coordinator.user.email, at=at)


# To invited bodies


def queue_dispatch(dispatch: Dispatch, letters: Iterable[tuple[Invitation, str]]) -> None:
    """One letter to each (invitation, address), held back as long as the dispatch is."""
    Letter.objects.bulk_create(
        _to_body(
            dispatch.text.kind,
            invitation,
            address,
            at=dispatch.held_until,
            dispatch=dispatch,
            text=dispatch.text,
        )
        for invitation, address in letters
    )


def queue_invitation(
    invitation: Invitation, *, address: str, text: LetterText, at: datetime
) -> None:
    """The invitation once more, to be sent at once; asked for twice in one moment it goes once."""
    letter = _to_body(Letter.Kind.INVITATION, invitation, address, at=at, text=text)
    Letter.objects.bulk_create([letter], ignore_conflicts=True)


def queue_time_given(invitation: Invitation, *, address: str, at: datetime) -> None:
    """To the body; those who have begun are told where they write."""
    draft = Draft.objects.filter(invitation=invitation).first()
    if draft is not None:
        target = f"draft:{draft.pk}"
        _queue(Letter.Kind.TIME_GIVEN_DRAFT, target=target, address=draft.email, at=at)
    elif address:
        _to_body(Letter.Kind.TIME_GIVEN, invitation, address, at=at).save()


def queue_moved(
    dispatch: Dispatch,
    *,
    invited: Iterable[tuple[Invitation, str]],
    drafts: Iterable[Draft],
    answered: Iterable[Response],
) -> None:
    """The last day has been moved: one letter to each of those who are to be told, held back as
    long as the dispatch is."""
    at = dispatch.held_until
    letters = [
        _to_body(Letter.Kind.MOVED_INVITED, *each, at=at, dispatch=dispatch) for each in invited
    ]
    letters += [
        new_letter(
            Letter.Kind.MOVED_DRAFT,
            target=f"draft:{draft.pk}",
            address=draft.email,
            at=at,
            dispatch=dispatch,
        )
        for draft in drafts
    ]
    letters += [
        new_letter(
            Letter.Kind.MOVED_ANSWERED,
            target=f"response:{response.pk}",
            address=response.contact.email,
            at=at,
            dispatch=dispatch,
        )
        for response in answered
    ]
    Letter.objects.bulk_create(letters)


def _to_body(kind: str, invitation: Invitation, address: str, *, at: datetime, **known) -> Letter:
    target = f"invitation:{invitation.pk}"
    return new_letter(kind, target=target, address=address, at=at, invitation=invitation, **known)
