"""What Django, allauth and axes tell about logins, passed on to the verbs that log it.

The log hears of a login from allauth, which tells when every step of it is done, and through which
every login goes.
"""

from allauth.account.signals import user_logged_in
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver

from remiss import clock, limits
from remiss.workflow import staffing


@receiver(user_logged_in)
def login(request, user, **kwargs) -> None:
    staffing.logged_in(user=user, at=clock.moment(request))


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
