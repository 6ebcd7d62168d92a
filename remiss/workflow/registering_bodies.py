"""Writing a body into the register, and putting it right afterwards."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from remiss.models import Body, BodyAddress, Event, Verb
from remiss.text import email_key

FIELDS = {
    "kind": "vem",
    "name": "namn",
    "organisation_number": "organisationsnummer",
    "tags": "etiketter",
    "notes": "anteckning",
}
NEW, ADDRESSES = "ny", "e-post"


class Overtaken(Exception):
    """Somebody else has taken the name or the address, or merged the body, meanwhile."""


def save(
    *,
    body: Body,
    addresses: Iterable[BodyAddress] = (),
    removed: Iterable[int] = (),
    at: datetime,
    by,
) -> Body:
    """Save the body with those of its addresses that are given, which may be new ones.

    One address is the main one as long as there is any. An address that is changed is taken to
    work; those removed stay in letters that have been sent. Raises Overtaken.
    """
    try:
        with transaction.atomic():
            return _save(body, list(addresses), set(removed), at=at, by=by)
    except IntegrityError as error:
        raise Overtaken from error


def _save(body, addresses, removed, *, at, by) -> Body:
    changed = [NEW]
    if body.pk:
        stored = Body.objects.in_use().select_for_update().filter(pk=body.pk).first()
        if stored is None:
            raise Overtaken
        changed = [
            words for name, words in FIELDS.items() if getattr(stored, name) != getattr(body, name)
        ]
    body.save()
    if _save_addresses(body, addresses, removed):
        changed.append(ADDRESSES)
    if changed:
        Event.objects.create(
            at=at, actor=by, verb=Verb.CHANGED_BODY, body=body, note=", ".join(changed)
        )
    return body


def _save_addresses(body: Body, addresses: list[BodyAddress], removed: set[int]) -> bool:
    """Whether anything came to differ."""
    before = _told(body)
    body.addresses.filter(pk__in=removed).delete()
    stored = {address.pk: address for address in body.addresses.all()}
    # Out of each other's way first: two may change places, and the main one may move.
    for pk in stored:
        body.addresses.filter(pk=pk).update(email_key=f"{pk}", is_main=False)
    main = next((address for address in addresses if address.is_main), None)
    for address in addresses:
        known = stored.pop(address.pk, None)
        if address.pk and known is None:
            raise Overtaken  # somebody has removed it
        address.body, address.is_main = body, address is main
        if known is None or email_key(address.email) != known.email_key:
            address.failed_at, address.failure = None, ""
        address.save()
    for address in stored.values():  # added by somebody else, or not spoken of
        address.is_main = address.is_main and main is None
        address.save()
    if not body.addresses.filter(is_main=True).exists():
        first = body.addresses.order_by("pk").values("pk")[:1]
        body.addresses.filter(pk__in=first).update(is_main=True)
    return _told(body) != before


def _told(body: Body) -> list:
    return list(body.addresses.order_by("pk").values_list("pk", "email", "is_main"))
