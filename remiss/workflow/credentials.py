"""What becomes of somebody's ways to log in, and of the sessions that stand on them."""

from datetime import datetime

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction

from remiss import mail
from remiss.models import Event, Verb
from remiss.models.account import names_like
from remiss.text import search_key


class NotAllowed(Exception):
    """The actor may not do this to that account; the sentence says who may."""


def name_of_account(typed: str) -> str:
    """The username that somebody means. One that there is not is counted as one, however it is
    written: it comes back folded."""
    found = names_like(typed)
    if typed in found:
        return typed
    return found[0] if len(found) == 1 else search_key(typed.strip())


def factors_of(user):
    """What stands beside the password. Reserve codes stand in for one, and are none themselves."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)


def may_remove(factor: Authenticator) -> bool:
    """The last one stays where one is compulsory: another is added first."""
    others = factors_of(factor.user).exclude(pk=factor.pk)
    return not settings.SECOND_FACTOR_REQUIRED or others.exists()


def ask_for_password(*, user, at: datetime) -> None:
    """A letter with a way to choose a new password. Its link is made when it is sent."""
    if user.email:
        mail.queue_password(user, at=at)


@transaction.atomic
def note_change(*, user, verb: Verb, what: str = "", at: datetime) -> None:
    """Somebody has changed how they log in: it is logged, and they get a letter about it.

    The letter is for the one case where it was somebody else who did.
    """
    _noted(user, verb=verb, note=what, by=user, at=at)


def refusal(*, user, by) -> str:
    """Why `by` may not reset the second factor of `user`; empty when they may."""
    if user.pk == by.pk:
        return "Din egen andra faktor byter du på sidan Inloggning."
    if user.is_superuser and not by.is_superuser:
        return "Bara en superuser kan nollställa en superusers andra faktor."
    return ""


@transaction.atomic
def reset_second_factor(*, user, reason: str, by, at: datetime) -> int:
    """Take away every second factor and end the sessions; how many there were.

    At the next login the account's owner adds a new one with the password alone, which is why it
    takes a reason, is told to the owner, and is never done to oneself.
    """
    if why_not := refusal(user=user, by=by):
        raise NotAllowed(why_not)
    get_user_model().objects.select_for_update().get(pk=user.pk)
    number = factors_of(user).count()
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    _noted(user, verb=Verb.RESET_FACTOR, note=reason, by=by, at=at)
    return number


def _noted(user, *, verb: Verb, note: str, by, at: datetime) -> None:
    event = Event.objects.create(verb=verb, actor=by, account=user, at=at, note=note[:500])
    if user.email:
        mail.queue_login_changed(user, event, at=at)


def end_sessions(user) -> int:
    """End every session of `user`, a login that waits for its second factor included; how many.

    Sessions name nobody outside their signed content, so all are read: this is rare, and a column
    for it would have to be kept true by every login there is.
    """
    pk, waiting = str(user.pk), user_pk_to_url_str(user)
    ended = [
        session.pk
        for session in Session.objects.iterator()
        if _is_of(session.get_decoded(), pk, waiting)
    ]
    return Session.objects.filter(pk__in=ended).delete()[0]


def _is_of(content: dict, pk: str, waiting: str) -> bool:
    login = content.get(LOGIN_SESSION_KEY)
    is_waiting = isinstance(login, dict) and login.get("user_pk") == waiting
    return content.get(SESSION_KEY) == pk or is_waiting


def let_try_again(user) -> None:
    """A new password begins with a clean count, wherever the old one was guessed at."""
    AccessAttempt.objects.filter(username=user.username).delete()
