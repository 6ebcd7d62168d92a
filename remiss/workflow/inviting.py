"""Inviting bodies and reminding them: who gets a letter, who is left out, and why."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from remiss import mail
from remiss.models import (
    Body,
    BodyAddress,
    Consultation,
    Dispatch,
    Draft,
    Event,
    Invitation,
    Letter,
    LetterText,
    Response,
    Status,
    Verb,
)
from remiss.models.draft import new_public_id
from remiss.swedish import swedish_day
from remiss.workflow import wording

HOLD = timedelta(minutes=10)  # before letters go, so that the sending can be undone
MOST_REMINDERS = 3
DAYS_BETWEEN = 5  # calendar days, from the invitation too
UNPUBLISHED = "Remissen syns inte på webbplatsen."
MOST_ASKED = 10  # bodies with one address that are sent their links


class NobodyToWriteTo(Exception):
    """Nobody among those chosen can be sent the letter any longer."""


class NotAsShown(Exception):
    """Somebody else would get the letter, or another letter, than those that were shown."""


class TooLate(Exception):
    """The letters are no longer held back."""


@dataclass(frozen=True)
class Recipient:
    """A body that was chosen. `why_not` is a sentence when it is left out, else empty."""

    body: Body
    invitation: Invitation | None
    address: str
    why_not: str = ""


def to_invite(consultation: Consultation, bodies, *, at: datetime) -> list[Recipient]:
    """What inviting these bodies would do, in the order of their names."""
    return _considered(consultation, bodies, _why_not_invite, at)


def to_remind(consultation: Consultation, bodies, *, at: datetime) -> list[Recipient]:
    """What reminding these bodies would do, in the order of their names."""
    return _considered(consultation, bodies, _why_not_remind, at)


def _considered(consultation, bodies, why_not, at) -> list[Recipient]:
    chosen = Body.objects.in_use().filter(pk__in=bodies)
    invitations = Invitation.objects.filter(consultation=consultation, body__in=chosen)
    by_body = {invitation.body_id: invitation for invitation in invitations.with_status()}
    mains = BodyAddress.objects.filter(body__in=chosen, is_main=True)
    main_of = {address.body_id: address for address in mains}
    considered = []
    for body in chosen:
        invitation, main = by_body.get(body.pk), main_of.get(body.pk)
        if invitation:
            invitation.body, invitation.consultation = body, consultation
        reason = why_not(consultation, invitation, at) or _why_no_letter(main)
        considered.append(Recipient(body, invitation, main.email if main else "", reason))
    return considered


def _why_no_letter(address: BodyAddress | None) -> str:
    if address is None:
        return "Saknar e-postadress."
    return "Adressen fungerar inte." if address.failed_at else ""


def _why_not_invite(consultation, invitation, at) -> str:
    if invitation is None:
        return "" if consultation.timing(at).phase != "closed" else "Svarstiden har gått ut."
    if reason := _settled(invitation):
        return reason
    if consultation.timing(at, invitation.own_last_day).phase == "closed":
        return "Svarstiden har gått ut."
    is_lost = invitation.latest_state == Letter.State.FAILED
    return "Är redan inbjuden." if invitation.is_invited and not is_lost else ""


def _settled(invitation: Invitation) -> str:
    if invitation.status == Status.ANSWERED:
        return "Har svarat."
    return "Avstår." if invitation.status == Status.DECLINED else ""


def _why_not_remind(consultation, invitation, at) -> str:
    if invitation is None or not invitation.is_reached:
        return "Inbjudan är inte skickad."
    if reason := _settled(invitation):
        return reason
    own, everybody = invitation.own_last_day, consultation.timing(at)
    if everybody.phase == "before":
        return "Remissen har inte öppnat."
    if not consultation.is_published:
        return UNPUBLISHED
    if not invitation.is_open(at):
        return "Svarstiden har gått ut."
    if own and own > everybody.last_day and everybody.is_open:
        return f"Har längre tid, till {swedish_day(own, this_year=everybody.today.year)}."
    if invitation.reminders >= MOST_REMINDERS:
        return "Har påmints tre gånger."
    if _is_recent(invitation.reminded_at, everybody.today):
        return f"Påmind för mindre än {DAYS_BETWEEN} dagar sedan."
    if _is_recent(invitation.sent_last_at, everybody.today):
        return f"Inbjuden för mindre än {DAYS_BETWEEN} dagar sedan."
    return ""


def _is_recent(moment: datetime | None, today: date) -> bool:
    return moment is not None and (today - timezone.localdate(moment)).days < DAYS_BETWEEN


def shown(going: Iterable[Recipient], text: LetterText) -> str:
    """What a page has shown of who gets which letter and where, to be told from another."""
    pairs = [[each.body.pk, each.address] for each in going]
    return hashlib.sha256(json.dumps([text.number, pairs]).encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    consultation: Consultation,
    bodies: Iterable[int],
    seen: str | None = None,
    at: datetime,
    by,
) -> Dispatch:
    """Invite those that can be, one held letter each. Raises NobodyToWriteTo.

    However many press at once, a body has one invitation and one letter. `seen` is what was
    shown(); where that is no longer so, nothing is sent. Raises NotAsShown then.
    """
    chosen = _held(bodies)
    going = [each for each in to_invite(consultation, chosen, at=at) if not each.why_not]
    _as_seen(seen, going, consultation, LetterText.Kind.INVITATION)
    new = [
        Invitation(
            consultation=consultation, body=each.body, public_id=new_public_id(), invited_at=at
        )
        for each in going
        if each.invitation is None
    ]
    Invitation.objects.bulk_create(new)
    by_body = {invitation.body_id: invitation for invitation in new}
    letters = [(each.invitation or by_body[each.body.pk], each.address) for each in going]
    return _dispatch(consultation, LetterText.Kind.INVITATION, letters, Verb.INVITED, at=at, by=by)


@transaction.atomic
def remind(
    *,
    consultation: Consultation,
    bodies: Iterable[int],
    seen: str | None = None,
    at: datetime,
    by,
) -> Dispatch:
    """Remind those that may be, one held letter each, as invite() does it."""
    chosen = _held(bodies)
    going = [each for each in to_remind(consultation, chosen, at=at) if not each.why_not]
    _as_seen(seen, going, consultation, LetterText.Kind.REMINDER)
    letters = [(each.invitation, each.address) for each in going if each.invitation]
    return _dispatch(consultation, LetterText.Kind.REMINDER, letters, Verb.REMINDED, at=at, by=by)


def _held(bodies: Iterable[int]) -> list[int]:
    """The bodies' rows under a lock: two sendings at once see each other's letters."""
    # Not their keys: whoever begins has locked the invitation and goes on to log with the body.
    rows = Body.objects.select_for_update(no_key=True).filter(pk__in=list(bodies)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _as_seen(seen: str | None, going: list[Recipient], consultation, kind) -> None:
    if not going:
        raise NobodyToWriteTo
    if seen is not None and seen != shown(going, wording.current(consultation, kind)):
        raise NotAsShown


def _dispatch(consultation, kind, letters, verb, *, at, by) -> Dispatch:
    text = wording.kept(consultation, kind, at=at, by=by)
    dispatch = Dispatch.objects.create(
        consultation=consultation, text=text, made_at=at, made_by=by, held_until=at + HOLD
    )
    mail.queue_dispatch(dispatch, letters)
    Event.objects.bulk_create(
        Event(
            at=at, actor=by, verb=verb, consultation=consultation, body_id=invitation.body_id,
            note=str(text),
        )
        for invitation, _address in letters
    )  # fmt: skip
    return dispatch


@transaction.atomic
def undo(*, dispatch: Dispatch, at: datetime, by) -> int:
    """Stop the letters that are held back; how many. Raises TooLate.

    A letter that the sending process has already taken goes, and is not counted.
    """
    undone = Dispatch.objects.filter(pk=dispatch.pk, undone_at=None, held_until__gt=at)
    if not undone.update(undone_at=at):
        raise TooLate
    held = Letter.objects.filter(dispatch=dispatch, state=Letter.State.QUEUED, attempts=0)
    # PostgreSQL locks no rows of an outer join: the letters alone, and then whose they are.
    keys = list(held.select_for_update().values_list("pk", flat=True))
    held = Letter.objects.filter(pk__in=keys)
    bodies = list(held.values_list("invitation__body", flat=True))
    others = bodies.count(None)  # to those who write or have answered
    stopped = held.update(state=Letter.State.STOPPED, last_error="Utskicket ångrades.")
    Event.objects.bulk_create(
        Event(
            at=at, actor=by, verb=Verb.UNDID, consultation_id=dispatch.consultation_id,
            body_id=body, note=str(dispatch),
        )
        for body in bodies
        if body
    )  # fmt: skip
    if others:
        Event.objects.create(
            at=at,
            actor=by,
            verb=Verb.UNDID,
            consultation_id=dispatch.consultation_id,
            note=f"{dispatch}, {others} mejl",
        )
    return stopped


def why_not_send(invitation: Invitation, *, at: datetime) -> str:
    """Why a letter with its link would be of no use to the body, in words; else empty.

    The row comes with_begun(). Before the remiss opens the link tells when it does.
    """
    if not invitation.consultation.is_published:
        return UNPUBLISHED
    timing = invitation.consultation.timing(at, invitation.own_last_day)
    if timing.phase == "closed" and not invitation.is_begun:
        return "Svarstiden har gått ut. Ge längre tid först."
    return ""


@transaction.atomic
def send_again(*, invitation: Invitation, address: BodyAddress, at: datetime, by) -> None:
    """Send the invitation once more, at once, with the same link. Raises ValueError, in words."""
    invitation = _as_it_stands(invitation)
    if why_not := why_not_send(invitation, at=at):
        raise ValueError(why_not)
    _send_alone(invitation, address, at=at, by=by)


@transaction.atomic
def revoke(*, invitation: Invitation, address: BodyAddress | None, at: datetime, by) -> str:
    """Let every link to the body's answer stop working, and send a new one to `address`.

    So do the links of bodies that were merged into it, which lead to the same answer. Whoever has
    it open is shut out with the next thing they do; what is written stays and is opened by the new
    link (fault S9). A link can be taken back at any time, also when no new one is of use: then
    nothing is sent, and why is given in words. Raises ValueError, in words.
    """
    invitation = _as_it_stands(invitation)
    _raise_link_versions(invitation)
    invitation.refresh_from_db(fields=["link_version"])
    _note(Verb.REVOKED, invitation, "", at=at, by=by)
    if why_not := why_not_send(invitation, at=at):
        return why_not
    if address is None:
        raise ValueError("Välj vart den nya länken ska skickas.")
    _send_alone(invitation, address, at=at, by=by)
    return ""


def _as_it_stands(invitation: Invitation) -> Invitation:
    """The row read again, with no merging of its body between this and what is done with it."""
    _held([invitation.body_id])
    rows = Invitation.objects.select_related("consultation", "body__merged_into").with_begun()
    invitation = rows.get(pk=invitation.pk)
    if kept := invitation.body.merged_into:
        raise ValueError(f"{invitation.body} ingår nu i {kept}. Gör det därifrån i stället.")
    return invitation


def _raise_link_versions(invitation: Invitation) -> None:
    of_remiss = Invitation.objects.filter(consultation=invitation.consultation_id)
    # Merging leaves no chains. Those that were merged first, as whoever begins by an old link
    # comes from there.
    merged = of_remiss.filter(body__merged_into=invitation.body_id).order_by("pk")
    keys = [*merged.values_list("pk", flat=True), invitation.pk]
    for key in keys:
        Invitation.objects.filter(pk=key).update(link_version=F("link_version") + 1)
    for model in (Draft, Response):
        begun = model.objects.filter(invitation__in=keys)
        begun.update(link_version=F("link_version") + 1)


def _send_alone(invitation: Invitation, address: BodyAddress, *, at: datetime, by) -> None:
    if address.body_id != invitation.body_id:
        raise ValueError("Adressen hör till en annan remissinstans.")
    if address.failed_at:
        raise ValueError("Adressen fungerar inte. Välj en annan.")
    text = wording.kept(invitation.consultation, LetterText.Kind.INVITATION, at=at, by=by)
    mail.queue_invitation(invitation, address=address.email, text=text, at=at)
    _note(Verb.RESENT, invitation, address.email, at=at, by=by)


@transaction.atomic
def ask_again(*, key: str, at: datetime) -> None:
    """Send the invitations once more that have gone to the body of this address, as it asks.

    Only to an address of the body's own, and only what is open and not answered. Where somebody
    writes with the address, they get the link to what they have begun.
    """
    own = BodyAddress.objects.with_email(key).filter(failed_at=None).select_related("body")
    for address in own.filter(body__merged_into=None)[:MOST_ASKED]:
        sent = Invitation.objects.filter(body=address.body_id).sent().with_status()
        begun = Draft.objects.with_email(key).filter(invitation=OuterRef("pk"))
        waiting = sent.exclude(status=Status.ANSWERED).exclude(Exists(begun))
        for invitation in waiting.select_related("consultation"):
            if invitation.is_open(at):
                # What was sent has a text that is kept.
                text = wording.current(invitation.consultation, LetterText.Kind.INVITATION)
                mail.queue_invitation(invitation, address=address.email, text=text, at=at)
                note = f"{address.email}, på egen begäran"
                _note(Verb.RESENT, invitation, note, at=at, by=None)


def dispatches(consultation: Consultation):
    """The sendings of a remiss, the latest first, with how many letters of each are where."""
    counted = {
        str(state): Count("letters", filter=Q(letters__state=state)) for state in Letter.State
    }
    rows = Dispatch.objects.filter(consultation=consultation).select_related("text", "made_by")
    # Said here: Django drops a model's own order where rows are counted.
    return rows.annotate(total=Count("letters"), **counted).order_by("-made_at", "-pk")


def _note(verb: str, invitation: Invitation, note: str, *, at: datetime, by) -> None:
    Event.objects.create(
        at=at,
        actor=by,
        verb=verb,
        consultation_id=invitation.consultation_id,
        body_id=invitation.body_id,
        note=note[:500],
    )
