"""Moving the last day, and telling those whom it concerns, by choice."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from remiss import mail, roles
from remiss.models import (
    Body,
    BodyAddress,
    Consultation,
    Coordinator,
    Dispatch,
    Draft,
    Event,
    Invitation,
    Response,
    Status,
    Tell,
    Verb,
)
from remiss.workflow import inviting
from remiss.workflow.recording import NotAllowed


@dataclass(frozen=True)
class LeftOut:
    """Who gets no letter for one reason: so many, and of invited bodies which."""

    number: int
    bodies: list[Body] = field(default_factory=list)


def audience(
    consultation: Consultation, last_day: date, groups: Collection[str] = tuple(Tell)
) -> dict[str, list]:
    """Group → whom it holds if the last day becomes `last_day`: (invitation, address) pairs of
    the silent, drafts, responses. Of drafts staff are shown the number only (decision 10).
    """
    drafts = _drafts(consultation).exclude(_same_day(consultation, last_day))
    drafts = drafts.filter(is_suspect=False)
    answered = _answered(consultation).exclude(_same_day(consultation, last_day))
    answered = answered.filter(contact__email__gt="")
    if Tell.DRAFTS in groups:
        answered = answered.exclude(public_id__in=drafts.values("public_id"))
    found = {
        Tell.SILENT: lambda: [
            (invitation, address)
            for invitation, address, why_not in _silent(consultation, last_day)
            if not why_not
        ],
        Tell.DRAFTS: lambda: list(drafts),
        Tell.ANSWERED: lambda: list(answered.select_related("contact")),
    }
    return {group: found[group]() for group in Tell if group in groups}


def left_out(consultation: Consultation, last_day: date) -> dict[str, LeftOut]:
    """Why → who gets no letter whichever groups are told. With audience() it is everybody who is
    invited, writes or has sent in."""
    bodies: dict[str, list[Body]] = {}
    for invitation, _address, why_not in _silent(consultation, last_day):
        if why_not:
            bodies.setdefault(why_not, []).append(invitation.body)
    same_day = _same_day(consultation, last_day)
    drafts, answered = _drafts(consultation), _answered(consultation)
    written = drafts.filter(is_suspect=False)
    numbers = {
        "Utkast som redan har tid minst så länge.": written.filter(same_day),
        "Utkast som misstänks vara skräp.": drafts.filter(is_suspect=True),
        "Svar som redan har tid minst så länge.": answered.filter(same_day).exclude(
            public_id__in=written.values("public_id")
        ),
        "Svar utan e-postadress.": answered.exclude(same_day)
        .exclude(contact__email__gt="")
        .exclude(public_id__in=written.values("public_id")),
        "Svar som är åsidosatta.": _set_aside(consultation).exclude(
            public_id__in=drafts.values("public_id")
        ),
    }
    counted = {why: LeftOut(rows.count()) for why, rows in numbers.items()}
    named = {why: LeftOut(len(theirs), theirs) for why, theirs in bodies.items()}
    return named | {why: rest for why, rest in counted.items() if rest.number}


def _same_day(consultation: Consultation, last_day: date) -> Q:
    """Whose own day is as late whichever of the two applies."""
    return Q(own_last_day__isnull=False, own_last_day__gte=max(consultation.last_day, last_day))


def _drafts(consultation: Consultation):
    return Draft.objects.filter(consultation=consultation).waiting().not_declined()


def _answered(consultation: Consultation):
    return Response.objects.current().filter(consultation=consultation)


def _set_aside(consultation: Consultation):
    rows = Response.objects.filter(consultation=consultation, invitation=None)
    return rows.exclude(set_aside="")


def _silent(consultation: Consultation, last_day: date) -> list[tuple[Invitation, str, str]]:
    """(invitation, main address, why no letter goes to it) of the invited for whom neither a
    draft nor an answer speaks."""
    by_itself = _answered(consultation).order_by().filter(invitation=OuterRef("pk"))
    invitations = (
        Invitation.objects.in_use()
        .filter(consultation=consultation)
        .with_status()
        .exclude(status__in=[Status.ANSWERED, Status.DRAFT])
        .exclude(Exists(by_itself))
        .select_related("body")
    )
    mains = BodyAddress.objects.filter(is_main=True, body__in=invitations.values("body"))
    main_of = {main.body_id: main for main in mains}
    day = max(consultation.last_day, last_day)
    return [
        (invitation, main.email if main else "", _why_not(invitation, main, day))
        for invitation in invitations.order_by("body__sort_key", "pk")
        for main in [main_of.get(invitation.body_id)]
    ]


def _why_not(invitation: Invitation, main: BodyAddress | None, day: date) -> str:
    if invitation.status == Status.DECLINED:
        return "Avstår."
    if invitation.own_last_day and invitation.own_last_day >= day:
        return "Har redan tid minst så länge."
    if not invitation.is_reached:
        return "Inbjudan är inte skickad. Den nya dagen står i inbjudan när den skickas."
    if main is None:
        return "Saknar e-postadress."
    return "Huvudadressen fungerar inte." if main.failed_at else ""


def waiting(consultation: Consultation, *, at: datetime):
    """The letters about an earlier move that are still held back, as dispatches."""
    held = Dispatch.objects.filter(consultation=consultation, text=None, undone_at=None)
    return held.filter(held_until__gt=at)


@transaction.atomic
def move_last_day(
    *,
    consultation: Consultation,
    last_day: date,
    reason: str,
    tell: Collection[str] = (),
    at: datetime,
    by,
) -> dict[str, int]:
    """Move sista svarsdag to today or later; the city's side alone decides (decisions 5 and 6).

    A letter to each in the groups of `tell`, held back as other letters to many; how many in each.
    Undoing them leaves the day where it is. Those that wait of an earlier move are stopped, since
    they were shown with another day. Raises NotAllowed or ValueError with a sentence to show.
    """
    if roles.side_of(by) != Coordinator.Side.CITY:
        raise NotAllowed("Bara samordnaren från kommunen kan flytta sista svarsdagen.")
    if last_day < timezone.localdate(at):
        raise ValueError("Sista svarsdagen kan bara flyttas till i dag eller senare.")
    held = Consultation.objects.select_for_update(no_key=False).get(pk=consultation.pk)
    if last_day < held.last_day and not reason:
        raise ValueError("Skriv varför sista svarsdagen blir tidigare.")
    told = audience(held, last_day, tell)
    before, held.last_day = held.last_day, last_day
    held.full_clean()
    held.save(update_fields=["last_day"])
    consultation.last_day = last_day
    moved = f"från {before.isoformat()} till {last_day.isoformat()}"
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.MOVED_LAST_DAY,
        consultation=held,
        note=f"{moved}. {reason}".strip()[:500],
    )
    for dispatch in waiting(held, at=at):
        with suppress(inviting.TooLate):  # somebody has undone it in this instant
            inviting.undo(dispatch=dispatch, at=at, by=by)
    if any(told.values()):
        dispatch = Dispatch.objects.create(
            consultation=held, text=None, made_at=at, made_by=by, held_until=at + inviting.HOLD
        )
        mail.queue_moved(
            dispatch,
            invited=told.get(Tell.SILENT, []),
            drafts=told.get(Tell.DRAFTS, []),
            answered=told.get(Tell.ANSWERED, []),
        )
    return {group: len(found) for group, found in told.items()}
