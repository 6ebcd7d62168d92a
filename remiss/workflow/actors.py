"""The actors that answers name in the third question, and spellings that are joined by hand."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from remiss.models import ActorAlias, Answer, Consultation, Event, Question, Response, Verb
from remiss.models.response import by_name
from remiss.text import clean_name, name_key, rows
from remiss.text.numbers import BULLET

LONGEST_KEY, LONGEST_NAME = 260, 200


class ActorsMoved(Exception):
    """Somebody else has joined or taken out some of the same spellings since the page was shown."""


@dataclass(frozen=True)
class Actor:
    """One actor of an area. `key` tells it from others; `variants` are (key, as it is written) of
    the spellings that stand in the answers; `responses` are those that name it, each of them once.
    """

    key: str
    name: str
    variants: tuple[tuple[str, str], ...]
    responses: tuple[Response, ...]

    @property
    def count(self) -> int:
        return len(self.responses)

    @property
    def joined(self) -> list[tuple[str, str]]:
        """The spellings that are here because somebody has joined them."""
        return [variant for variant in self.variants if variant[0] != self.key]

    @property
    def organisations(self) -> list[str]:
        return [response.shown_as for response in self.responses]


def actors(consultation: Consultation, area_key: str, viewer) -> list[Actor]:
    """The actors that current answers name in an area, those that most answers name first."""
    return in_areas(consultation, viewer).get(area_key, [])


def in_areas(consultation: Consultation, viewer) -> dict[str, list[Actor]]:
    """The actors of each area that has any, from what `viewer` may see, in two queries."""
    aliases = dict(consultation.actor_aliases.values_list("variant_key", "name"))
    spelt: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    named: dict[tuple[str, str], dict[int, Response]] = defaultdict(dict)
    shown: dict[str, str] = {}
    for answer in _answers(consultation, viewer):
        response = answer.submission.response
        response.latest = answer.submission
        for row in _names(answer.text):
            variant = key_of(row)
            name = aliases.get(variant, "")
            key = key_of(name) if name else variant
            if name:
                shown[key] = name
            place = (answer.area.key if answer.area else "", key)
            spelt.setdefault(place, {}).setdefault(variant, Counter())[row] += 1
            named[place][response.pk] = response
    found: dict[str, list[Actor]] = defaultdict(list)
    for (area, key), variants in spelt.items():
        # The commonest way of writing each, the first of them when two are as common.
        written = tuple(
            (variant, counted.most_common(1)[0][0]) for variant, counted in sorted(variants.items())
        )
        name = shown.get(key) or dict(written).get(key) or written[0][1]
        found[area].append(Actor(key, name, written, tuple(named[area, key].values())))
    for some in found.values():
        some.sort(key=lambda actor: (-actor.count, actor.key))
    return dict(found)


def key_of(name: str) -> str:
    return name_key(name)[:LONGEST_KEY]


def _names(text: str) -> Iterable[str]:
    for row in rows(text):
        name = BULLET.sub("", f"{clean_name(row)} ").strip(" ,;")
        if key_of(name):
            yield name


def _answers(consultation: Consultation, viewer):
    current = (
        Response.objects.visible_to(viewer).current().filter(consultation=consultation).order_by()
    )
    return (
        Answer.objects.filter(
            question__kind=Question.Kind.LIST, submission__in=current.values("latest")
        )
        .select_related("area", "submission__response")
        .defer("submission__canonical", "submission__search_text")
        .order_by("area__number", by_name("submission__response__", "submission__"), "pk")
    )


def standing(consultation: Consultation, keys: Iterable[str]) -> str:
    """A word that changes when what is joined with the actors with these keys does.

    It names no spelling: some may stand in answers that whoever sees the page may not see.
    """
    rows = [[each.variant_key, each.name] for each in _joined_with(consultation, set(keys))]
    return sha256(json.dumps(sorted(rows)).encode()).hexdigest()[:16]


def _joined_with(consultation: Consultation, keys: set[str]) -> list[ActorAlias]:
    aliases = consultation.actor_aliases.all()
    return [each for each in aliases if each.variant_key in keys or key_of(each.name) in keys]


@transaction.atomic
def join(
    *, consultation: Consultation, keys: Iterable[str], name: str, seen: str, at: datetime, by
) -> int:  # fmt: skip
    """Show the actors with these keys, and what was joined to them before, under one name in all
    areas; for how many spellings. `seen` is standing() as the page showed it.

    Raises ActorsMoved, or ValueError in words when there is nothing to join.
    """
    name = clean_name(name)[:LONGEST_NAME]
    if not key_of(name):
        raise ValueError("Skriv vilket namn som ska visas.")
    keys = {key[:LONGEST_KEY] for key in keys if key}
    if len(keys | {key_of(name)}) < 2:
        raise ValueError("Välj minst två skrivsätt att slå ihop.")
    # One at a time: there may be no row yet of what two are about to join.
    Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
    if standing(consultation, keys) != seen:
        raise ActorsMoved
    aliases = list(consultation.actor_aliases.all())
    keys |= {each.variant_key for each in aliases if key_of(each.name) in keys}
    keys |= {each.variant_key for each in aliases if key_of(each.name) == key_of(name)}
    if any(each.variant_key == key_of(name) and each.variant_key not in keys for each in aliases):
        raise ValueError(
            f"Skrivsättet {name} är redan ihopslaget med en annan aktör. Kryssa för den också, "
            "eller välj ett annat namn."
        )
    consultation.actor_aliases.filter(variant_key=key_of(name)).delete()
    ActorAlias.objects.bulk_create(
        [
            ActorAlias(consultation=consultation, variant_key=key, name=name)
            for key in sorted(keys - {key_of(name)})
        ],
        update_conflicts=True,
        unique_fields=["consultation", "variant_key"],
        update_fields=["name"],
    )
    _note(consultation, f"{name}: {', '.join(sorted(keys))}", at=at, by=by)
    return len(keys)


@transaction.atomic
def take_out(*, consultation: Consultation, variant: str, out_of: str, at: datetime, by) -> str:
    """Let a spelling stand alone again; the name it stood under, or "" when it did not.

    `out_of` is the key of the actor that the page showed it under. Raises ActorsMoved when it has
    been joined with another since.
    """
    aliases = consultation.actor_aliases.select_for_update()
    found = aliases.filter(variant_key=variant[:LONGEST_KEY]).first()
    if found is None:
        return ""
    if key_of(found.name) != out_of:
        raise ActorsMoved
    found.delete()
    _note(consultation, f"tog ut {found.variant_key} ur {found.name}", at=at, by=by)
    return found.name


def _note(consultation: Consultation, note: str, *, at: datetime, by) -> None:
    Event.objects.create(
        at=at, actor=by, verb=Verb.JOINED_ACTORS, consultation=consultation, note=note[:500]
    )
