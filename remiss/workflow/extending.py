"""More time: asked for by a respondent, granted or declined by the city's side (decision 8)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from remiss import mail, roles
from remiss.models import (
    Body,
    Coordinator,
    Draft,
    Event,
    ExtensionRequest,
    Invitation,
    Response,
    Verb,
)
from remiss.models.draft import LinkReplaced
from remiss.workflow.recording import NotAllowed


class AlreadyAsked(Exception):
    """A request of this draft waits for its decision."""


class AlreadyDecided(Exception):
    """Somebody has decided on the request meanwhile."""


def ask(
    *, draft: Draft, who: dict, reason: str, wanted_day: date | None, at: datetime
) -> ExtensionRequest:
    """Ask for more time, before or after the last day. Raises AlreadyAsked or LinkReplaced.

    What is written here goes to the coordinators; nothing of the draft does.
    """
    try:
        with transaction.atomic():
            # Purging waits for this, and then lets the draft be.
            if Draft.objects.select_for_update().held_by(draft).first() is None:
                raise LinkReplaced
            request = ExtensionRequest.objects.create(
                consultation=draft.consultation,
                public_id=draft.public_id,
                organisation=who.get("organisation") or who.get("contact_name", ""),
                contact_name=who.get("contact_name", ""),
                email=draft.email,
                wanted_day=wanted_day,
                reason=reason,
                asked_at=at,
            )
            mail.queue_extension_asked(request, at=at)
    except IntegrityError as error:
        raise AlreadyAsked from error
    return request


def asked_by(bodies: Iterable[Body]) -> QuerySet[ExtensionRequest]:
    """What was asked for under the links of invited bodies. A draft's row says whose it is and
    nothing else here; when it is purged, the answer says it, if one was sent in."""
    invited = Invitation.objects.filter(body__in=bodies)
    begun = Draft.objects.order_by().filter(invitation__in=invited)
    received = Response.objects.order_by().filter(invitation__in=invited)
    whose = Q(public_id__in=begun.values("public_id"))
    return ExtensionRequest.objects.filter(whose | Q(public_id__in=received.values("public_id")))


def may_decide(user) -> bool:
    """The city's side alone, as the authority (decision 5)."""
    return user.is_active and roles.side_of(user) == Coordinator.Side.CITY


@transaction.atomic
def grant(
    *, request: ExtensionRequest, until: date, note: str, at: datetime, by
) -> ExtensionRequest:
    """Give the draft, and what has been sent in of it, a last day of its own.

    Raises NotAllowed, AlreadyDecided, or ValueError with a sentence to show.
    """
    request = _undecided(request, by)
    holders = [model.objects.filter(public_id=request.public_id) for model in (Draft, Response)]
    now = [day for holder in holders for day in holder.values_list("own_last_day", flat=True)]
    if not now:
        raise ValueError("Utkastet finns inte längre, så det går inte att ge längre tid.")
    current = max([request.consultation.last_day, *(day for day in now if day)])
    if until <= current or until < timezone.localdate(at):
        raise ValueError(f"Den nya sista dagen måste vara efter {current.isoformat()}.")
    drafts, responses = holders
    for holder in (drafts, responses):
        # Of an invited body: its link and its list show the same day.
        Invitation.objects.filter(pk__in=holder.values("invitation")).update(own_last_day=until)
    drafts.update(own_last_day=until, extended_at=at)
    responses.update(own_last_day=until)
    _decide(request, ExtensionRequest.Decision.GRANTED, until, note, at=at, by=by)
    mail.queue_extension_decided(request, at=at)
    return request


@transaction.atomic
def decline(*, request: ExtensionRequest, note: str, at: datetime, by) -> ExtensionRequest:
    """Say no, with the reason. Raises NotAllowed or AlreadyDecided."""
    request = _undecided(request, by)
    _decide(request, ExtensionRequest.Decision.DECLINED, None, note, at=at, by=by)
    mail.queue_extension_decided(request, at=at)
    return request


@transaction.atomic
def grant_to_bodies(
    *, invitations: Iterable[Invitation], until: date, reason: str, at: datetime, by
) -> int:
    """Give invited bodies a last day of their own, with a letter to each that has its link; how
    many. The others read of the day in the invitation, when it is sent.

    Those whose day is that late already are left as they are. What they have asked for themselves
    is granted with it, unless they want time beyond it. Raises NotAllowed, or ValueError with a
    sentence to show.
    """
    if not may_decide(by):
        raise NotAllowed("Bara samordnaren från kommunen kan besluta om längre tid.")
    keys = [invitation.pk for invitation in invitations]
    # The drafts first, as deciding on a request does: it goes on to the invitation.
    begun = Draft.objects.select_for_update().filter(invitation__in=keys).order_by("pk")
    list(begun.values_list("pk", flat=True))
    chosen = Invitation.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    given = 0
    chosen = chosen.select_related("consultation", "body").with_letters()
    for invitation in chosen.order_by("pk"):
        last_day = invitation.consultation.last_day
        if until <= last_day or until < timezone.localdate(at):
            raise ValueError(f"Den nya sista dagen måste vara efter {last_day.isoformat()}.")
        if invitation.own_last_day and invitation.own_last_day >= until:
            continue
        let_have(invitation=invitation, until=until, at=at)
        _grant_asked(invitation, until, reason, at=at, by=by)
        Event.objects.create(
            at=at,
            actor=by,
            verb=Verb.GRANTED,
            consultation=invitation.consultation,
            body=invitation.body,
            note=f"till {until.isoformat()}. {reason}"[:500],
        )
        main = invitation.body.addresses.filter(is_main=True, failed_at=None).first()
        address = main.email if main and invitation.is_reached else ""
        mail.queue_time_given(invitation, address=address, at=at)
        given += 1
    return given


def let_have(*, invitation: Invitation, until: date, at: datetime) -> None:
    """Let the day be that of the invitation and of what the body has begun, in the caller's
    transaction."""
    invitation.own_last_day = until
    invitation.save(update_fields=["own_last_day"])
    # A preliminary answer may have a later day of its own already.
    earlier = Q(own_last_day=None) | Q(own_last_day__lt=until)
    begun = Draft.objects.filter(earlier, invitation=invitation)
    begun.update(own_last_day=until, extended_at=at)
    Response.objects.filter(earlier, invitation=invitation).update(own_last_day=until)


def _grant_asked(invitation: Invitation, until: date, reason: str, *, at, by) -> None:
    """What waits of the body and is met by the day; the letter about the day says it all."""
    # As long as a request waits there is a draft, also of what has been sent in.
    begun = Draft.objects.filter(invitation=invitation)
    met = Q(wanted_day=None) | Q(wanted_day__lte=until)
    waiting = ExtensionRequest.objects.pending().filter(
        met, public_id__in=begun.values("public_id")
    )
    held = waiting.select_for_update(of=("self",)).select_related("consultation").order_by("pk")
    for request in held:
        granted = ExtensionRequest.Decision.GRANTED
        # Why is for the log: those who asked read the note.
        _decide(request, granted, until, "", logged=reason, at=at, by=by)


def read_contact(*, request: ExtensionRequest, at: datetime, by) -> None:
    """Log that somebody has been shown who has asked. Whose request it was is told by the answer,
    if there is one: the name is contact data, or may be hidden with the answer."""
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.READ_CONTACT,
        consultation=request.consultation,
        response=Response.objects.filter(public_id=request.public_id).first(),
        note=f"önskemål om längre tid, begärt {timezone.localdate(request.asked_at).isoformat()}",
    )


def _undecided(request: ExtensionRequest, by) -> ExtensionRequest:
    if not may_decide(by):
        raise NotAllowed("Bara samordnaren från kommunen kan besluta om längre tid.")
    # The draft first, as asking does; and its day stands still until this is decided.
    Draft.objects.select_for_update().filter(public_id=request.public_id).first()
    held = ExtensionRequest.objects.select_for_update(of=("self",)).select_related("consultation")
    request = held.get(pk=request.pk)
    if not request.is_pending:
        raise AlreadyDecided
    return request


def _decide(request, decision, until, note, *, logged="", at, by) -> None:
    request.decision, request.until, request.note = decision, until, note
    request.decided_at, request.decided_by = at, by
    request.save(update_fields=["decision", "until", "note", "decided_at", "decided_by"])
    granted = decision == ExtensionRequest.Decision.GRANTED
    response = Response.objects.filter(public_id=request.public_id).first()
    who = "" if request.is_private else request.organisation
    day = f"till {until.isoformat()}" if until else ""
    said = [", ".join(filter(None, [who, day])), note or logged]
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.GRANTED if granted else Verb.DECLINED,
        consultation=request.consultation,
        response=response,
        note=". ".join(filter(None, said))[:500],
    )
