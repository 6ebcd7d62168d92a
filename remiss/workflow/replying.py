"""Replying together: one side writes and hands over, the other approves or sends back.

Whose side somebody acts for is read from the database, inside the transaction that acts: no right
and no page lends anybody a side (decision 5). Whoever acts has seen the revision it is about.
"""

from datetime import datetime

from django.db import transaction

from remiss.mail import queueing
from remiss.models import (
    Approval,
    Coordinator,
    Event,
    ReplyRevision,
    ReplyState,
    Response,
    SecrecyMark,
    SendBack,
    Theme,
    Verb,
)
from remiss.models.reply import contradictions

Target = Theme | Response
FIELDS = ("outcome", "said", "text", "before", "after")


class NoSide(Exception):
    """Whoever would act is a coordinator of neither side."""


class ReplyMoved(Exception):
    """Somebody has written since the page was shown: `standing` is the revision that stands now,
    `written` the fields that were to become the next one."""

    def __init__(self, standing: ReplyRevision | None, written: dict[str, str]):
        super().__init__("the reply has moved")
        self.standing, self.written = standing, written


class ReplyRefused(Exception):
    """The revision is not where this can be done to it, or not by this person; in words."""


@transaction.atomic
def write(
    *, target: Target, seen: int, at: datetime, by, stands_by: bool = False, **fields: str
) -> ReplyRevision:
    """The next revision, after the one `seen` (0 when there was none).

    The same words by the same person are no new revision, however often they are saved, unless they
    were sent back and the author `stands_by` them. `fields` are those of FIELDS; a reply to one
    answer has its text alone. Raises ReplyMoved, and ReplyRefused when there are no words.
    """
    me = _side_of(by)
    newest = _hold(target)
    _refuse_merged(target)
    written = {name: fields.get(name, "") for name in FIELDS}
    is_mine = newest is not None and (newest.by_id, newest.side) == (by.pk, me.side)
    is_same = newest is not None and is_mine and not _differs(newest, written)
    if newest and is_same and not (stands_by and newest.state == ReplyState.SENT_BACK):
        return newest
    if not any(written.values()):
        raise ReplyRefused("Skriv något innan du sparar.")
    if (newest.number if newest else 0) != seen:
        raise ReplyMoved(newest, written)
    revision = ReplyRevision.objects.create(
        number=seen + 1, **_about(target), **written, **_as(me, at=at, by=by)
    )
    _note(Verb.WROTE_REPLY, revision, me, at=at, by=by)
    return revision


@transaction.atomic
def hand_over(*, target: Target, seen: int, at: datetime, by) -> ReplyRevision:
    """The author stands behind the revision, and the other side is told that it waits; once,
    however often it is pressed. Raises ReplyMoved or ReplyRefused."""
    me, revision = _newest_seen(target, seen, by)
    if revision.by_id != by.pk or revision.side != me.side:
        raise ReplyRefused("Den som har skrivit texten lämnar över den. Spara den som din först.")
    if revision.state == ReplyState.SENT_BACK:
        raise ReplyRefused("Den är skickad tillbaka. Spara den igen, och lämna sedan över den.")
    if revision.state != ReplyState.DRAFT:
        return revision
    if revision.response and SecrecyMark.objects.standing().filter(response=revision.response):
        raise ReplyRefused(
            "Svaret är sekretessmarkerat, så den andra sidan kan inte läsa eller godkänna "
            "återkopplingen. Spara den i stället, och lämna över den när markeringen har hävts."
        )
    if not revision.text or (revision.theme_id and not revision.outcome):
        raise ReplyRefused("Välj ett besked och skriv återkopplingen innan du lämnar över.")
    change = {name: getattr(revision, name) for name in ("outcome", "before", "after")}
    if wrong := contradictions(**change):
        raise ReplyRefused(" ".join(wrong.values()))
    Approval.objects.create(revision=revision, **_as(me, at=at, by=by))
    _note(Verb.HANDED_OVER, revision, me, at=at, by=by)
    queueing.queue_reply_waiting(revision, at=at)
    return revision


@transaction.atomic
def approve(*, target: Target, seen: int, at: datetime, by) -> ReplyRevision:
    """The other side stands behind the revision too; once, however often it is pressed.

    Raises ReplyMoved or ReplyRefused.
    """
    me, revision = _newest_seen(target, seen, by)
    done = {(each.by_id, each.side) for each in revision.approvals.all()}
    if (by.pk, revision.other_side) in done:
        return revision
    _refuse_undecidable(revision, me, by)
    Approval.objects.create(revision=revision, **_as(me, at=at, by=by))
    _note(Verb.APPROVED, revision, me, at=at, by=by)
    queueing.queue_reply_decided(revision, is_approved=True, at=at)
    return revision


@transaction.atomic
def send_back(*, target: Target, comment: str, seen: int, at: datetime, by) -> ReplyRevision:
    """The other side says what should be different. Raises ReplyMoved or ReplyRefused."""
    me, revision = _newest_seen(target, seen, by)
    _refuse_undecidable(revision, me, by)
    if not comment:
        raise ReplyRefused("Skriv vad som behöver ändras.")
    SendBack.objects.create(revision=revision, comment=comment, **_as(me, at=at, by=by))
    _note(Verb.SENT_BACK, revision, me, at=at, by=by)
    queueing.queue_reply_decided(revision, is_approved=False, at=at)
    return revision


def _refuse_undecidable(revision: ReplyRevision, me: Coordinator, by) -> None:
    """Unless this person, for the other side, may approve it or send it back."""
    if me.side == revision.side or revision.by_id == by.pk:
        raise ReplyRefused("Den andra sidan godkänner eller skickar tillbaka.")
    if revision.state == ReplyState.DRAFT:
        raise ReplyRefused("Återkopplingen är inte lämnad över än.")
    if revision.state == ReplyState.APPROVED:
        raise ReplyRefused("Er sida har redan godkänt den här versionen.")
    if revision.state == ReplyState.SENT_BACK:
        raise ReplyRefused("Er sida har redan skickat tillbaka den här versionen.")


def _newest_seen(target: Target, seen: int, by) -> tuple[Coordinator, ReplyRevision]:
    me = _side_of(by)
    newest = _hold(target)
    _refuse_merged(target)
    if newest is None or newest.number != seen:
        raise ReplyMoved(newest, {})
    return me, newest


def _side_of(by) -> Coordinator:
    me = Coordinator.objects.filter(user=by.pk, user__is_active=True).first()
    if me is None:
        raise NoSide
    return me


def _hold(target: Target) -> ReplyRevision | None:
    """Let one at a time decide about a target; its newest revision as it now stands.

    The target's row is what is locked: the application may lock no row that it may not change.
    """
    _lock(target)
    return ReplyRevision.objects.about(target).with_doings().first()


def _lock(target: Target) -> None:
    rows = type(target).objects.select_for_update().filter(pk=target.pk)
    list(rows.order_by().values_list("pk"))


def _refuse_merged(target: Target) -> None:
    merged = Theme.objects.filter(pk=target.pk).exclude(merged_into=None)
    if isinstance(target, Theme) and merged.exists():
        raise ReplyRefused("Temat ingår i ett annat. Skriv återkopplingen till det temat.")


def _differs(revision: ReplyRevision, written: dict[str, str]) -> bool:
    return any(getattr(revision, name) != text for name, text in written.items())


def _about(target: Target) -> dict:
    return {"theme" if isinstance(target, Theme) else "response": target}


def _as(me: Coordinator, *, at: datetime, by) -> dict:
    return {"side": me.side, "is_deputy": me.is_deputy, "by": by, "at": at}


def _note(verb: str, revision: ReplyRevision, me: Coordinator, *, at: datetime, by) -> None:
    deputy = ", som ställföreträdare" if me.is_deputy else ""
    name = f"{revision.theme.name}, " if revision.theme else ""
    Event.objects.create(
        at=at,
        actor=by,
        verb=verb,
        consultation_id=revision.target.consultation_id,
        response=revision.response,
        note=f"{name}version {revision.number}{deputy}",
    )
