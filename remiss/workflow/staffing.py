"""Accounts: who works here, in which group, on which side; all of it logged."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from remiss import limits, roles
from remiss.models import Coordinator, Event, Verb
from remiss.workflow import credentials

SIDES = {
    roles.COORDINATOR_CITY: Coordinator.Side.CITY,
    roles.COORDINATOR_CIVIL: Coordinator.Side.CIVIL,
}
NO_GROUP = "ingen grupp"
# What an Administratör writes about somebody; whether they can log in has a verb of its own.
FACTS = ("username", "first_name", "last_name", "email")


def groups():
    """The groups somebody can work in, and no others."""
    return Group.objects.filter(name__in=list(roles.ROLES)).order_by("name")


def deputies(besides=None) -> dict[int, str]:
    """By the group of each side, who stands in for its coordinator, or "" when nobody does."""
    rows = Coordinator.objects.filter(is_deputy=True).select_related("user")
    held = {row.side: str(row) for row in rows.exclude(user=besides and besides.pk)}
    made = Group.objects.filter(name__in=list(SIDES))
    return {group.pk: held.get(SIDES[group.name], "") for group in made}


def coordinators(besides=None) -> dict[int, str]:
    """By the group of each side, who is its coordinator and can log in, or "" when nobody is."""
    rows = Coordinator.objects.filter(is_deputy=False, user__is_active=True).select_related("user")
    held = {row.side: str(row) for row in rows.exclude(user=besides and besides.pk)}
    made = Group.objects.filter(name__in=list(SIDES))
    return {group.pk: held.get(SIDES[group.name], "") for group in made}


@transaction.atomic
def employ(*, user, group: Group | None, is_deputy: bool = False, at: datetime, by) -> None:
    """Keep a new account of staff. The log says which group, and of the person nothing more."""
    user.is_staff, user.is_superuser = True, False
    user.save()
    _place(user, group, is_deputy)
    _note(Verb.MADE_ACCOUNT, user, group.name if group else NO_GROUP, at=at, by=by)


@transaction.atomic
def change(*, user, changed: Collection[str], at: datetime, by) -> None:
    """Keep what was changed in an account: `changed` are names of fields.

    What it was changed from is not told: a name or an address that was wrong need not live on.
    A closed account is logged out at once.
    """
    user.save()
    if not user.is_active:
        credentials.end_sessions(user)
    names = [str(user._meta.get_field(name).verbose_name) for name in FACTS if name in changed]
    if names:
        _note(Verb.CHANGED_ACCOUNT, user, ", ".join(names).lower(), at=at, by=by)
    if "is_active" in changed:
        verb = Verb.REOPENED_ACCOUNT if user.is_active else Verb.CLOSED_ACCOUNT
        _note(verb, user, at=at, by=by)


@transaction.atomic
def place(*, user, group: Group | None, is_deputy: bool = False, at: datetime, by) -> bool:
    """Put somebody in one group; whether that was news.

    The side goes with the group, since rights hang on the side too; so does standing in for the
    side's coordinator, which one person at a time does. Whoever is moved logs in again: nothing
    that the old rights opened stays open.
    """
    before, after = _said_of(user), _said(group, is_deputy=is_deputy)
    _place(user, group, is_deputy)
    if before == after:
        return False
    credentials.end_sessions(user)
    _note(Verb.CHANGED_GROUP, user, f"från {before} till {after}", at=at, by=by)
    return True


def _said_of(user) -> str:
    """The group, or groups, as the log says them."""
    coordinator = Coordinator.objects.filter(user=user).first()
    is_deputy = coordinator is not None and coordinator.is_deputy
    groups = list(user.groups.order_by("name"))
    return ", ".join(_said(group, is_deputy=is_deputy) for group in groups) or NO_GROUP


def _said(group: Group | None, *, is_deputy: bool) -> str:
    if group is None:
        return NO_GROUP
    return f"{group.name} (ställföreträdare)" if is_deputy and group.name in SIDES else group.name


def _place(user, group: Group | None, is_deputy: bool) -> None:  # noqa: FBT001
    user.groups.set([group] if group else [])
    side = SIDES.get(group.name) if group else None
    if side:
        Coordinator.objects.update_or_create(
            user=user, defaults={"side": side, "is_deputy": is_deputy}
        )
    else:
        Coordinator.objects.filter(user=user).delete()


def password_was_set(*, user, at: datetime, by) -> None:
    """Log that somebody has given another a new password, or taken the old one away."""
    note = "" if user.has_usable_password() else "utan nytt lösenord"
    _note(Verb.SET_PASSWORD, user, note, at=at, by=by)


@transaction.atomic
def choose_notice(*, coordinator: Coordinator, notice: str, at: datetime) -> None:
    """Choose how new answers are told. A daily letter begins with what comes from now on."""
    if coordinator.notice == notice:
        return  # what has come since the last letter is still to be told
    coordinator.notice, coordinator.told_until = notice, at
    coordinator.save(update_fields=["notice", "told_until"])
    label = Coordinator.Notice(notice).label
    _note(Verb.CHOSE_NOTICE, None, str(label), at=at, by=coordinator.user)


# Logins. Of an account that does not exist nothing is kept, since what was typed there may be a
# password (fault C5).


def logged_in(*, user, note: str = "", at: datetime) -> None:
    _note(Verb.LOGGED_IN, None, note, at=at, by=user)


def logged_out(*, user, at: datetime) -> None:
    _note(Verb.LOGGED_OUT, None, at=at, by=user)


def failed_to_log_in(*, username: str, note: str = "", at: datetime) -> None:
    """Log a wrong password or code for an account that there is, so many an hour and no more:
    nobody may fill from outside what is never deleted."""
    user = _named(username)
    if user is not None and limits.allow(limits.LOGGED_FAILURES, str(user.pk), at):
        _note(Verb.FAILED_LOGIN, user, note, at=at, by=None)


def was_locked_out(*, username: str, network: str, at: datetime) -> None:
    """Log that an account that there is takes no password from a network for a while."""
    user = _named(username)
    if user is not None and limits.allow(limits.LOGGED_LOCK_OUTS, f"{user.pk}:{network}", at):
        _note(Verb.LOCKED_OUT, user, at=at, by=None)


def _named(username: str):
    users = get_user_model().objects
    return users.filter(username=username).first() if username and "\0" not in username else None


def _note(verb: str, account, note: str = "", *, at: datetime, by) -> None:
    Event.objects.create(at=at, actor=by, verb=verb, account=account, note=note[:500])
