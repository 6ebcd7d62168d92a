"""What an invited body does with its link: open it, begin, decline, change its mind."""

from datetime import datetime

from django.db import transaction

from remiss.exports.sections import Plan
from remiss.models import (
    BodyAddress,
    CountedFor,
    Draft,
    Editor,
    Event,
    Invitation,
    Letter,
    Response,
    Verb,
)
from remiss.models.draft import LinkReplaced
from remiss.text import email_key
from remiss.workflow import answering
from remiss.workflow.answering import Closed


class HasAnswered(Exception):
    """An answer has been sent in: it can be withdrawn, not declined."""


def in_use(invitation: Invitation) -> Invitation:
    """The invitation its link leads to: of a body that became part of another one, the other's."""
    while target := invitation.body.merged_into_id:
        rows = Invitation.objects.select_related("body", "consultation")
        invitation = rows.get(body=target, consultation=invitation.consultation_id)
    return invitation


def holder_of(invitation: Invitation) -> Draft | Response | None:
    """What the body has begun, or what was sent in once that is gone (decision 14)."""
    for model in (Draft, Response):
        if holder := model.objects.filter(invitation=invitation).first():
            return holder
    return None


def has_newer_link(invitation: Invitation) -> bool:
    """Whether a letter with the newer link has gone or waits: none does when the last one was
    revoked after the last day."""
    of_body = Event.objects.filter(
        consultation=invitation.consultation_id, body=invitation.body_id, verb=Verb.REVOKED
    )
    revoked = of_body.order_by("-at", "-pk").first()
    written = invitation.letters.exclude(state=Letter.State.STOPPED)
    return revoked is None or written.filter(due__gte=revoked.at).exists()


@transaction.atomic
def open_link(*, invitation: Invitation, at: datetime) -> None:
    """Note the first time somebody has pressed the button. Raises LinkReplaced."""
    held = Invitation.objects.held_by(invitation)
    if held.filter(opened_at=None).update(opened_at=at):
        _note(Verb.OPENED, invitation, at=at)
    elif not held.exists():
        raise LinkReplaced


@transaction.atomic
def begin(
    *, invitation: Invitation, plan: Plan, who: dict, email: str, by: Editor, at: datetime
) -> Draft | Response:
    """Begin the body's answer, or find the one it has begun: there is one however many press.

    An address that the invitation was sent to is confirmed, since the link came from there.
    Raises Closed or LinkReplaced.
    """
    held = _held(invitation, at)
    if holder := holder_of(held):
        return holder
    draft = answering.start(
        consultation=held.consultation,
        plan=plan,
        who=who,
        email=email,
        once=f"invitation:{held.pk}",
        invitation=held,
        by=by,
        at=at,
    )
    if _was_written_to(held, email):
        answering.confirm(holder=draft, at=at)
    if held.declined_at:
        _take_back(held, at=at)
    _note(Verb.BEGAN, held, at=at)  # without the name, which is the draft's (decision 10)
    return draft


def _was_written_to(invitation: Invitation, email: str) -> bool:
    key = email_key(email)
    theirs = BodyAddress.objects.filter(body=invitation.body_id).with_email(key)
    sent = invitation.letters.filter(sent_at__isnull=False).values_list("address", flat=True)
    return theirs.exists() and key in {email_key(address) for address in sent}


@transaction.atomic
def decline(*, invitation: Invitation, reason: str, at: datetime) -> None:
    """Say that no answer will come; counts as answered. Raises Closed, LinkReplaced, HasAnswered.

    What has been begun stays, and sending it in takes the declining back.
    """
    held = _held(invitation, at)
    if is_answered(held):
        raise HasAnswered
    if held.declined_at is None:
        held.declined_at, held.decline_reason = at, reason
        held.save(update_fields=["declined_at", "decline_reason"])
        _note(Verb.ABSTAINED, held, note=reason, at=at)


@transaction.atomic
def change_mind(*, invitation: Invitation, at: datetime) -> None:
    """Take the declining back. Raises Closed or LinkReplaced."""
    held = _held(invitation, at)
    if held.declined_at:
        _take_back(held, at=at)


def is_answered(invitation: Invitation) -> bool:
    return (
        CountedFor.objects.filter(
            body=invitation.body_id,
            response__in=Response.objects.current().filter(consultation=invitation.consultation_id),
        )
    ).exists()


def _held(invitation: Invitation, at: datetime) -> Invitation:
    # Without the body: PostgreSQL would join it as it was before we waited for the row.
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("consultation")
    held = rows.held_by(invitation).first()
    if held is None:
        raise LinkReplaced
    while (current := in_use(held)) != held:  # merged while we waited
        held = rows.get(pk=current.pk)
    if not held.is_open(at):
        raise Closed
    return held


def _take_back(invitation: Invitation, *, at: datetime) -> None:
    invitation.declined_at, invitation.decline_reason = None, ""
    invitation.save(update_fields=["declined_at", "decline_reason"])
    _note(Verb.CHANGED_MIND, invitation, at=at)


def _note(verb: str, invitation: Invitation, *, at: datetime, note: str = "") -> None:
    Event.objects.create(
        at=at,
        verb=verb,
        consultation_id=invitation.consultation_id,
        body_id=invitation.body_id,
        note=note[:500],
    )
