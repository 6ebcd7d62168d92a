"""Moving the last day, and telling those whom it concerns, by choice."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from remiss import mail, roles
from remiss.models import (
    SETTLED,
    BodyAddress,
    Consultation,
    Coordinator,
    Draft,
    Event,
    Invitation,
    Response,
    Tell,
    Verb,
)
from remiss.workflow.recording import NotAllowed


def audience(
    consultation: Consultation, last_day: date, groups: Collection[str] = tuple(Tell)
) -> dict[str, list]:
    """Group → whom it holds if the last day becomes `last_day`: (invitation, address) pairs of
    the silent, drafts, responses. Of drafts staff are shown the number only (decision 10).
    """
    same_day = Q(own_last_day__gte=max(consultation.last_day, last_day))
    drafts = Draft.objects.filter(consultation=consultation).unsent().not_declined()
    drafts = drafts.exclude(same_day).filter(is_suspect=False)
    answered = Response.objects.current().filter(consultation=consultation).exclude(same_day)
    answered = answered.filter(contact__email__gt="")
    if Tell.DRAFTS in groups:
        answered = answered.exclude(public_id__in=drafts.values("public_id"))
    found = {
        Tell.SILENT: lambda: _silent(consultation, same_day),
        Tell.DRAFTS: lambda: list(drafts),
        Tell.ANSWERED: lambda: list(answered.select_related("contact")),
    }
    return {group: found[group]() for group in Tell if group in groups}


def _silent(consultation: Consultation, same_day: Q) -> list[tuple[Invitation, str]]:
    """Invited, with a letter that went or a link that was opened, and an address that works."""
    reached = Q(sent_at__isnull=False) | Q(opened_at__isnull=False)
    invitations = (
        Invitation.objects.in_use()
        .filter(consultation=consultation)
        .exclude(same_day)
        .with_status()
        .filter(reached, has_draft=False)
        .exclude(status__in=SETTLED)
    )
    mains = BodyAddress.objects.filter(is_main=True, failed_at=None)
    address_of = dict(mains.values_list("body", "email"))
    return [
        (invitation, address_of[invitation.body_id])
        for invitation in invitations.order_by("pk")
        if invitation.body_id in address_of
    ]


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

    A letter goes to each in the groups of `tell`; how many in each. Raises NotAllowed or
    ValueError with a sentence to show.
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
    mail.queue_moved(
        invited=told.get(Tell.SILENT, []),
        drafts=told.get(Tell.DRAFTS, []),
        answered=told.get(Tell.ANSWERED, []),
        at=at,
    )
    return {group: len(found) for group, found in told.items()}
