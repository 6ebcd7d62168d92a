"""Accounts: the group somebody works in, the side that follows from it, the mails they get."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from remiss import roles
from remiss.models import Coordinator
from remiss.workflow import credentials

SIDES = {
    roles.COORDINATOR_CITY: Coordinator.Side.CITY,
    roles.COORDINATOR_CIVIL: Coordinator.Side.CIVIL,
}


def groups():
    """The groups somebody can work in, and no others."""
    return Group.objects.filter(name__in=list(roles.ROLES)).order_by("name")


def deputies(besides=None) -> dict[int, str]:
    """By the group of each side, who stands in for its coordinator, or "" when nobody does."""
    rows = Coordinator.objects.filter(is_deputy=True).select_related("user")
    held = {row.side: str(row) for row in rows.exclude(user=besides and besides.pk)}
    made = Group.objects.filter(name__in=list(SIDES))
    return {group.pk: held.get(SIDES[group.name], "") for group in made}


@transaction.atomic
def place(*, user, group: Group | None, is_deputy: bool = False) -> None:
    """Put somebody in one group. The side goes with it, since rights hang on the side too; so does
    standing in for the side's coordinator, which one person at a time does.

    Whoever is moved logs in again: nothing that the old rights opened stays open.
    """
    if set(user.groups.all()) != ({group} if group else set()):
        credentials.end_sessions(user)
    user.groups.set([group] if group else [])
    side = SIDES.get(group.name) if group else None
    if side:
        Coordinator.objects.update_or_create(
            user=user, defaults={"side": side, "is_deputy": is_deputy}
        )
    else:
        Coordinator.objects.filter(user=user).delete()


def choose_notice(*, coordinator: Coordinator, notice: str, at: datetime) -> None:
    """Choose how new answers are told. A daily letter begins with what comes from now on."""
    if coordinator.notice == notice:
        return  # what has come since the last letter is still to be told
    coordinator.notice, coordinator.told_until = notice, at
    coordinator.save(update_fields=["notice", "told_until"])
