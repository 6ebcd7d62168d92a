"""What coordinators keep about a remissinstans: where it is reached, and what has been said."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from remiss.models import Body, BodyAddress, Channel, Consultation, Event, Verb
from remiss.models.body import has_same_address
from remiss.text import email_key


@transaction.atomic
def add_address(*, body: Body, email: str, is_main: bool, at: datetime, by) -> BodyAddress:
    """Keep one more address; a new main one takes the old one's place. Raises ValueError, in words.

    The first address of a body is its main one. One that another body has is for the page on which
    the bodies are put right, where that is asked about.
    """
    theirs = BodyAddress.objects.select_for_update().filter(body=body)
    if theirs.with_email(email_key(email)).exists():
        raise ValueError("Adressen finns redan på den här remissinstansen. Välj den i listan.")
    others = BodyAddress.objects.exclude(body=body).with_email(email_key(email)).holders()
    for name in others.values():
        both = "Ska båda ha den, lägg först till den under Ändra uppgifterna."
        raise ValueError(f"{has_same_address(name)} {both}")
    is_main = is_main or not theirs.filter(is_main=True).exists()
    if is_main:
        theirs.filter(is_main=True).update(is_main=False)
    try:
        with transaction.atomic():
            address = BodyAddress.objects.create(body=body, email=email, is_main=is_main)
    except IntegrityError as error:  # somebody else has added an address meanwhile
        raise ValueError("Adresserna har ändrats. Läs sidan igen.") from error
    what = "ny huvudadress" if is_main else "ny adress"
    _note(Verb.CHANGED_BODY, body, f"{what}: {email}", at=at, by=by)
    return address


@transaction.atomic
def mark_working(*, address: BodyAddress, at: datetime, by) -> bool:
    """Let letters go to the address again; True when it was marked as failing."""
    failing = BodyAddress.objects.failing().filter(pk=address.pk)
    if changed := failing.update(failed_at=None, failure=""):
        _note(
            Verb.CHANGED_BODY,
            address.body,
            f"adressen fungerar igen: {address.email}",
            at=at,
            by=by,
        )
    return bool(changed)


def note_contact(
    *,
    body: Body,
    consultation: Consultation | None,
    on: date,
    channel: str,
    text: str,
    at: datetime,
    by,
) -> None:
    """Note by hand what was said on the phone or elsewhere. Raises ValueError, in words."""
    if on > timezone.localdate(at):
        raise ValueError("Dagen har inte varit än.")
    how = str(Channel(channel).label).lower()
    note = f"{on.isoformat()}, {how}: {text}"
    _note(Verb.NOTED, body, note, at=at, by=by, consultation=consultation)


def _note(verb: str, body: Body, note: str, *, at: datetime, by, consultation=None) -> None:
    Event.objects.create(
        at=at, actor=by, verb=verb, consultation=consultation, body=body, note=note[:500]
    )
