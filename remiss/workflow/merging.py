"""Making one remissinstans of two that are the same, with the history of both."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from remiss.models import Body, CountedFor, Draft, Event, Invitation, Response, Verb
from remiss.text import tag_keys
from remiss.workflow import extending, invited


class CannotMerge(Exception):
    """The two cannot become one; the sentence says why and what to do."""


@transaction.atomic
def merge(*, kept: Body, other: Body, at: datetime, by) -> Body:
    """Let `other` be the same as `kept`: its addresses, invitations and answers become kept's.

    Where both are invited to one remiss, other's invitation stays with it as history, and its
    link leads to kept's, which takes over its longer time, its first opening and its declining.
    Raises CannotMerge, in words.
    """
    # Not their keys: whoever begins has locked the invitation and goes on to log with the body.
    rows = Body.objects.select_for_update(no_key=True)
    rows = rows.filter(pk__in=[kept.pk, other.pk]).order_by("pk")
    held = {body.pk: body for body in rows}
    if len(held) < 2 or any(body.merged_into_id for body in held.values()):
        raise CannotMerge("Välj två olika remissinstanser som inte redan är sammanslagna.")
    kept, other = held[kept.pk], held[other.pk]
    both_invited = _take_invitations(kept, other)
    _take_addresses(kept, other)
    known = CountedFor.objects.filter(body=kept).values("response")
    CountedFor.objects.filter(body=other, response__in=known).delete()
    CountedFor.objects.filter(body=other).update(body=kept)
    for mine, theirs in both_invited:
        _take_facts(mine, theirs, at=at)
    kept.tags = _joined(kept, other)
    kept.notes = "\n\n".join(filter(None, [kept.notes, other.notes]))
    kept.organisation_number = kept.organisation_number or other.organisation_number
    other.merged_into = kept
    other.save()
    kept.save()
    Body.objects.filter(merged_into=other).update(merged_into=kept)
    for body, note in ((kept, f"{other.name} ingår nu"), (other, f"ingår nu i {kept.name}")):
        Event.objects.create(at=at, actor=by, verb=Verb.MERGED, body=body, note=note[:500])
    return kept


def _take_invitations(kept: Body, other: Body) -> list[tuple[Invitation, Invitation]]:
    """(kept's, other's) of each remiss that both are invited to."""
    held = _held(kept, other)
    mine = {each.consultation_id: each for each in held if each.body_id == kept.pk}
    both = []
    for invitation in held:
        if invitation.body_id == kept.pk:
            continue
        if invitation.consultation_id not in mine:
            Invitation.objects.filter(pk=invitation.pk).update(body=kept)
        elif any(model.objects.filter(invitation=invitation) for model in (Draft, Response)):
            raise CannotMerge(
                f"{other.name} har börjat svara via sin egen länk, och {kept.name} är också "
                f"inbjuden. Slå ihop åt andra hållet: behåll {other.name}."
                if not _has_begun(kept, invitation.consultation_id)
                else "Båda har börjat svara via var sin länk. Låt svaren räknas för båda i stället."
            )
        else:
            both.append((mine[invitation.consultation_id], invitation))
    return both


def _held(kept: Body, other: Body) -> list[Invitation]:
    """Their invitations under a lock: whoever begins at once is seen here, or led to kept's.

    The drafts first, as deciding on more time does: who is sending in has one of them.
    """
    theirs = Draft.objects.select_for_update(of=("self",)).order_by("pk")
    list(theirs.filter(invitation__body__in=[kept.pk, other.pk]).values_list("pk", flat=True))
    rows = Invitation.objects.select_for_update().filter(body__in=[kept.pk, other.pk])
    return list(rows.order_by("pk"))


def _take_facts(mine: Invitation, theirs: Invitation, *, at: datetime) -> None:
    """What has come of the invitation that is no longer in use holds for the one that is."""
    own = theirs.own_last_day
    if own and (mine.own_last_day is None or mine.own_last_day < own):
        extending.let_have(invitation=mine, until=own, at=at)
    opened = [moment for moment in (mine.opened_at, theirs.opened_at) if moment]
    mine.opened_at = min(opened, default=None)
    if theirs.declined_at and mine.declined_at is None and not _has_gone_on(mine, theirs):
        mine.declined_at, mine.decline_reason = theirs.declined_at, theirs.decline_reason
    mine.save(update_fields=["opened_at", "declined_at", "decline_reason"])


def _has_gone_on(mine: Invitation, theirs: Invitation) -> bool:
    """Answered, or begun after they declined: what takes a declining back."""
    begun = Draft.objects.filter(invitation=mine, started_at__gt=theirs.declined_at)
    return invited.is_answered(mine) or begun.exists()


def _has_begun(body: Body, consultation_id: int) -> bool:
    theirs = Q(invitation__body=body, invitation__consultation=consultation_id)
    return any(model.objects.filter(theirs).exists() for model in (Draft, Response))


def _take_addresses(kept: Body, other: Body) -> None:
    known = set(kept.addresses.values_list("email_key", flat=True))
    has_main = kept.addresses.filter(is_main=True).exists()
    for address in other.addresses.all():
        if address.email_key in known:
            address.delete()
            continue
        address.body, address.is_main = kept, address.is_main and not has_main
        address.save()


def _joined(kept: Body, other: Body) -> str:
    """The tags of both, each once, as far as there is room."""
    tags: list[str] = []
    for tag in [*kept.tag_list, *other.tag_list]:
        taken = tag_keys(tag) in {tag_keys(each) for each in tags}
        if not taken and len(", ".join([*tags, tag])) <= Body._meta.get_field("tags").max_length:
            tags.append(tag)
    return ", ".join(tags)
