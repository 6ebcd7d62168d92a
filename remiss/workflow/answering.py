"""What a respondent does: start, save, send in, change the address, withdraw."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from remiss import crash, limits, mail
from remiss.exports.sections import Plan
from remiss.models import (
    Channel,
    Conflict,
    Consultation,
    Contact,
    CountedFor,
    Draft,
    DraftPart,
    DraftRevision,
    Editor,
    Event,
    How,
    Invitation,
    Kind,
    Response,
    SetAside,
    Submission,
    Verb,
)
from remiss.models.backing import backing_of
from remiss.models.draft import BEHIND, FILES, WHO, LinkReplaced, new_public_id
from remiss.text import email_key
from remiss.workflow import accepting, inviting
from remiss.workflow.receiving import Empty, receive


class Closed(Exception):
    """The remiss is not open for this respondent."""


class Moved(Exception):
    """A part has been saved since granska was shown; what is sent must have been seen."""


class AlreadySent(Exception):
    """Another request has sent in this round, or no such round has been shown."""


@transaction.atomic
def start(
    *,
    consultation: Consultation,
    plan: Plan,
    who: dict,
    email: str,
    once: str,
    is_suspect: bool = False,
    invitation: Invitation | None = None,
    by: Editor,
    at: datetime,
) -> Draft:
    """Begin an answer and queue the letter with its link. `once` makes a second press harmless.

    Raises Closed.
    """
    own_last_day = invitation.own_last_day if invitation else None
    if not consultation.is_open_for(at, own_last_day):
        raise Closed
    draft, is_new = Draft.objects.get_or_create(
        start_key=once,
        defaults={
            "public_id": new_public_id(),
            "consultation": consultation,
            "plan_version": plan.version,
            "email": email,
            "email_key": email_key(email),
            "is_suspect": is_suspect,
            "invitation": invitation,
            "own_last_day": own_last_day,
            "started_at": at,
        },
    )
    if is_new:
        DraftPart.objects.bulk_create(
            DraftPart(draft=draft, key=key)
            for key in (WHO, BEHIND, FILES, *(key for key, _area, _asked in plan.parts()))
        )
        part = draft.parts.get(key=WHO)
        part.replace(content=who, is_done=True, seen=0, by=by, at=at)
        mail.queue_link(draft, at=at)
    return draft


def save_part(
    *,
    draft: Draft,
    key: str,
    content: dict,
    is_done: bool,
    seen: int,
    by: Editor,
    at: datetime,
    how: str = How.SAVED,
    round_seen: int | None = None,
) -> int:
    """Keep one part, also after the last day: only starting and sending close (decision 8).

    Gives the version that now stands. Raises Conflict when somebody else has saved the part since
    version `seen`; the text that lost is in the history then. Raises SentMeanwhile when the draft
    has been sent in since `round_seen`, and LinkReplaced.
    """
    part = draft.parts.select_related("draft").get(key=key)
    part.draft = draft  # as its holder knows it: the link version is theirs
    try:
        version = part.replace(
            content=content,
            is_done=is_done,
            seen=seen,
            by=by,
            at=at,
            how=how,
            round_seen=round_seen,
        )
    except Conflict as conflict:
        _keep_aside(conflict.part, content, by=by, at=at)
        raise
    accepting.forget_what_is_gone(draft=draft, part=key, content=content)
    return version


def _keep_aside(part: DraftPart, content: dict, *, by: Editor, at: datetime) -> None:
    """A text that lost is kept beside the one that won, once however often it is posted."""
    aside = DraftRevision.objects.filter(part=part, how=How.ASIDE).order_by("-pk")
    if content not in list(aside.values_list("content", flat=True)[:20]):
        part.keep(content=content, version=part.version, by=by, at=at, how=How.ASIDE)


def restore_text(
    *, draft: Draft, key: str, revision: int, seen: int, by: Editor, at: datetime
) -> int:
    """Let an earlier text of a part be the text again; what it replaces stays in the history.

    Raises Conflict, LinkReplaced, or DraftRevision.DoesNotExist for a text of another part.
    """
    earlier = DraftRevision.objects.get(pk=revision, part__draft=draft, part__key=key)
    part = draft.parts.get(key=key)
    return save_part(
        draft=draft,
        key=key,
        content=earlier.content,
        is_done=part.is_done,
        seen=seen,
        by=by,
        at=at,
        how=How.RESTORED,
    )


def submit(*, draft: Draft, seen: int, versions: Mapping[str, int], at: datetime) -> Submission:
    """Send in what granska showed: round `seen`, with each part at the version in `versions`.

    However many times and from wherever it is pressed there is one submission, one receipt and
    one event. Raises Closed, Moved, Empty, or AlreadySent for a round nobody was shown.
    """
    plan = Plan(draft.plan_version)
    try:
        return _submit(draft=draft, plan=plan, seen=seen, versions=versions, at=at)
    except (AlreadySent, IntegrityError):
        # Somebody else won the race for this round: theirs is the receipt.
        sent = Submission.objects.filter(submit_key=submit_key(draft, seen)).first()
        if sent is None:
            raise
        return sent


def submit_key(draft: Draft, round_seen: int) -> str:
    return f"{draft.public_id}:{round_seen}"


@transaction.atomic
def _submit(*, draft, plan, seen, versions, at) -> Submission:
    won = Draft.objects.held_by(draft).filter(round=seen).update(round=F("round") + 1)
    if not won:
        raise AlreadySent
    # As it stands under the lock: more time or a confirmed address may have come meanwhile.
    draft.refresh_from_db(fields=["own_last_day", "confirmed_at", "email", "email_key"])
    consultation = Consultation.objects.hold(draft.consultation_id)
    if not consultation.is_open_for(at, draft.own_last_day):
        raise Closed
    # Locked, so that a save waits until the version it would overtake has been sent.
    parts = {part.key: part for part in draft.parts.select_for_update()}
    if {key: part.version for key, part in parts.items()} != dict(versions):
        raise Moved
    contents = {key: part.content for key, part in parts.items()}
    who, behind = contents.pop(WHO), contents.pop(BEHIND)
    if not any(value for content in contents.values() for value in content.values()):
        raise Empty
    files = list(draft.files.all()) if contents.pop(FILES) else []
    backing = backing_of(who, behind)
    if until := backing.decision_expected_on:
        # A preliminary answer may be followed by the decided one until then (decision 8).
        draft.own_last_day = max(draft.own_last_day or until, until)
        Draft.objects.filter(pk=draft.pk).update(own_last_day=draft.own_last_day, extended_at=at)

    earlier = Response.objects.select_related("latest").filter(public_id=draft.public_id)
    response = earlier.first() if seen else None
    submission = receive(
        consultation=consultation,
        response=response,
        new_response={
            "public_id": draft.public_id,
            "link_version": draft.link_version,
            "channel": Channel.PORTAL,
            "own_last_day": draft.own_last_day,
            "confirmed_at": draft.confirmed_at,
            "set_aside": SetAside.SUSPECT if draft.is_suspect else "",
            "invitation_id": draft.invitation_id,
        },
        contact={
            "name": who["contact_name"],
            "email": draft.email,
            "email_key": draft.email_key,
            "copy_email": backing.copy_email,
        },
        plan=plan,
        submit_key=submit_key(draft, seen),
        kind=who["kind"],
        organisation="" if who["kind"] == Kind.PRIVATE else who["organisation"],
        hide_name=who["hide_name"],
        contents=contents,
        received_at=at,
        backing=backing,
        files=files,
    )
    if response is not None and response.own_last_day != draft.own_last_day:
        Response.objects.filter(pk=response.pk).update(own_last_day=draft.own_last_day)
    draft.parts.update(sent_version=F("version"))
    if draft.invitation_id:
        _count_for_body(submission, at=at)
    mail.queue_sent_in(submission, address=draft.email, copy_to=_copy_to(backing, draft, at), at=at)
    Event.objects.create(
        at=at,
        verb=Verb.SUBMITTED,
        consultation=consultation,
        response=submission.response,
        note=f"version {submission.number}",
    )
    crash.point("before_commit")
    return submission


def _count_for_body(submission: Submission, *, at: datetime) -> None:
    """The answer of an invited body counts for it, and takes a declining back.

    From the first version on: one that a coordinator has untied since stays untied.
    """
    response = submission.response
    invitation = Invitation.objects.get(pk=response.invitation_id)
    if submission.number == 1:
        CountedFor.objects.create(response=response, body_id=invitation.body_id, at=at)
    if invitation.declined_at:
        Invitation.objects.filter(pk=invitation.pk).update(declined_at=None, decline_reason="")
        Event.objects.create(
            at=at,
            verb=Verb.CHANGED_MIND,
            consultation_id=response.consultation_id,
            body_id=invitation.body_id,
        )


def _copy_to(backing, draft: Draft, at: datetime) -> str:
    """The extra address for the receipt, unless it would be one letter too many to it."""
    key = email_key(backing.copy_email) if backing.copy_email else ""
    if not key or key == draft.email_key:
        return ""
    return backing.copy_email if limits.allow(limits.LINKS_TO_ADDRESS, key, at) else ""


@transaction.atomic
def confirm(*, holder: Draft | Response, at: datetime) -> bool:
    """Note that a letter to the address has been opened; True the first time.

    A receipt that held back the text while the address was unconfirmed is followed by the whole.
    """
    first = type(holder).objects.filter(pk=holder.pk, confirmed_at=None).update(confirmed_at=at)
    if not first:
        return False
    holder.confirmed_at = at
    received = Response.objects.select_related("latest", "contact")
    response = received.filter(public_id=holder.public_id).first()
    if response is not None:
        Response.objects.filter(pk=response.pk).update(confirmed_at=at)
        if response.email:  # it may have been erased
            mail.queue_full_receipt(response.latest, address=response.email, at=at)
    return True


@transaction.atomic
def change_email(*, draft: Draft, email: str, at: datetime) -> None:
    """Move the answer to another address. Every earlier link stops working (decision 14).

    Raises LinkReplaced when somebody else has just done so.
    """
    moved = Draft.objects.held_by(draft).update(
        email=email,
        email_key=email_key(email),
        link_version=F("link_version") + 1,
        confirmed_at=None,
    )
    if not moved:
        raise LinkReplaced
    draft.refresh_from_db(fields=["email", "email_key", "link_version", "confirmed_at"])
    response = Response.objects.filter(public_id=draft.public_id).first()
    if response is not None:
        response.link_version, response.confirmed_at = draft.link_version, None
        response.save(update_fields=["link_version", "confirmed_at"])
        Contact.objects.filter(response=response).update(
            email=draft.email, email_key=draft.email_key
        )
        Event.objects.create(
            at=at,
            verb=Verb.CHANGED_EMAIL,
            consultation=draft.consultation,
            response=response,
        )
    mail.queue_link(draft, at=at)


def resend_link(*, draft: Draft, at: datetime) -> None:
    """Send the link once more, at most as often as one address is to be reached."""
    if limits.allow(limits.LINKS_TO_ADDRESS, draft.email_key, at):
        mail.queue_link_again(draft, at=at)


def find_links(*, email: str, at: datetime) -> None:
    """Send the link of every answer and invitation with this address.

    Says nothing of whether there was one.
    """
    key = email_key(email)
    if not limits.allow(limits.LINKS_TO_ADDRESS, key, at):
        return
    if not limits.allow(limits.LINKS_IN_ALL, "all", at):
        return
    drafts = list(Draft.objects.with_email(key).order_by("-started_at")[:10])
    for draft in drafts:
        mail.queue_link_again(draft, at=at)
    without_draft = Response.objects.filter(contact__email_key=key, channel=Channel.PORTAL).exclude(
        public_id__in=Draft.objects.values("public_id")
    )
    for response in without_draft.select_related("contact").order_by("-pk")[:10]:
        mail.queue_link_to_response(response, at=at)
    inviting.ask_again(key=key, at=at)


@transaction.atomic
def withdraw(*, response: Response, at: datetime) -> None:
    """Mark the answer as taken back; what was received is kept. Raises Closed."""
    changed = _change_mark(response, withdrawn_at=at, verb=Verb.WITHDREW, at=at)
    if changed and response.email:
        mail.queue_withdrawn(response.latest, address=response.email, at=at)


@transaction.atomic
def restore(*, response: Response, at: datetime) -> None:
    """Undo a withdrawal. Raises Closed."""
    _change_mark(response, withdrawn_at=None, verb=Verb.RESTORED, at=at)


def _change_mark(response: Response, *, withdrawn_at, verb, at) -> bool:
    if not response.may_change(at):
        raise Closed
    changed = Response.objects.filter(
        pk=response.pk, withdrawn_at__isnull=withdrawn_at is not None
    ).update(withdrawn_at=withdrawn_at)
    response.withdrawn_at = withdrawn_at
    if changed:
        Event.objects.create(
            at=at, verb=verb, consultation=response.consultation, response=response
        )
    return bool(changed)
