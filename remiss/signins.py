"""What Django, allauth and axes tell about logins, passed on to the verbs that log it.

The log hears of a login from allauth, which tells when every step of it is done, and through which
every login goes. A reserve code that let somebody in is told: a thief may have found the paper.
"""

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver

from remiss import clock, limits
from remiss.workflow import staffing

RESERVE = Authenticator.Type.RECOVERY_CODES


@receiver(user_logged_in)
def login(request, user, **kwargs) -> None:
    records = get_authentication_records(request, user)
    is_reserve = bool(records) and records[-1].get("type") == RESERVE
    note = "Med en reservkod." if is_reserve else ""
    staffing.logged_in(user=user, note=note, at=clock.moment(request))


@receiver(authenticator_used)
def confirmed(request, user, authenticator, reauthenticated, **kwargs) -> None:
    # At a login the login itself says it.
    if reauthenticated and authenticator.type == RESERVE:
        note = "Bekräftade med en reservkod."
        staffing.logged_in(user=user, note=note, at=clock.moment(request))


@receiver(authentication_failed)
def wrong_code(request, user, **kwargs) -> None:
    at = clock.moment(request)
    staffing.failed_to_log_in(username=user.username, note="Fel kod.", at=at)


@receiver(user_logged_out)
def logout(request, user, **kwargs) -> None:
    if user is not None:
        staffing.logged_out(user=user, at=clock.moment(request))


@receiver(user_login_failed)
def failure(credentials, request=None, **kwargs) -> None:
    # While an account is locked out there is nothing new to tell.
    if request is not None and not getattr(request, "axes_locked_out", False):
        username = credentials.get("username") or ""
        staffing.failed_to_log_in(username=username, at=clock.moment(request))


@receiver(user_locked_out)
def lock_out(request, username, **kwargs) -> None:
    network = limits.network(request)
    staffing.was_locked_out(username=username or "", network=network, at=clock.moment(request))
