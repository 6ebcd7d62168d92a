"""How long a wrong password makes somebody wait, as axes asks it; and what many of them set off.

The count is of one name from one network: an office behind one address stays open when one in it
forgets, and nobody elsewhere can lock the rightful owner out. The wait doubles with each further
failure and ends by itself.
"""

import ipaddress
import logging
from datetime import datetime, timedelta

from axes.conf import settings
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.db.models import Max, Sum

from remiss import limits
from remiss.models import Event, Verb

log = logging.getLogger(__name__)

COUNTED_FOR = timedelta(days=1)  # after a quiet day a failure is forgotten
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
DOUBLINGS = 6  # SHORTEST doubled so often is more than LONGEST


def address(request) -> str | None:
    """The client's network as one address, since an IPv6 subscriber has billions of them."""
    try:
        return str(ipaddress.ip_network(limits.network(request)).network_address)
    except ValueError:
        return None


def who_in_log(*known) -> str:
    """Neither the address nor the name that was typed: it may be a password in the wrong box."""
    return "somebody"


def wait_after(failures: int) -> timedelta:
    """How long the next try has to wait after so many failures in a row."""
    beyond = failures - settings.AXES_FAILURE_LIMIT
    if beyond < 0:
        return timedelta(0)
    return min(SHORTEST * 2 ** min(beyond, DOUBLINGS), LONGEST)


class Doorkeeper(AxesDatabaseHandler):
    def get_user_attempts(self, request, credentials=None):
        """The failures that shut the door now, or that will with one more; none when it is open."""
        return [
            attempts if self._counts(attempts, request) else attempts.none()
            for attempts in (
                found.filter(attempt_time__gt=request.axes_attempt_time - COUNTED_FOR)
                for found in self.filter_user_attempts(request, credentials)
            )
        ]

    def _counts(self, attempts, request) -> bool:
        found = attempts.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        wait = wait_after(found["failures"] or 0)
        if not wait:
            return True
        request.login_wait = found["last"] + wait - request.axes_attempt_time
        return request.login_wait > timedelta(0)

    def clean_expired_user_attempts(self, request=None, credentials=None):
        """A failure is kept as long as it counts: the wait grows from it."""
        at = request.axes_attempt_time
        return AccessAttempt.objects.filter(attempt_time__lte=at - COUNTED_FOR).delete()[0]

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is not None:
            _watch(credentials.get("username") or "", request, request.axes_attempt_time)


def _watch(username: str, request, at: datetime) -> None:
    """Tell once an hour when one account, or one network, has failed far more than people do."""
    # Only a name that exists: what is typed in the wrong box may be a password.
    exists = get_user_model().objects.filter(username=username).exists()
    if limits.is_first_beyond(limits.FAILURES_OF_ACCOUNT, username, at) and exists:
        tell(f"Konto {username}: fler än {limits.FAILURES_OF_ACCOUNT.hits} på en timme.", at)
    if limits.is_first_beyond(limits.FAILURES_FROM_NETWORK, limits.network(request), at):
        tell(f"Ett nät: fler än {limits.FAILURES_FROM_NETWORK.hits} på en timme.", at)


def tell(note: str, at: datetime) -> None:
    log.warning("many failed logins: %s", note)
    Event.objects.create(verb=Verb.MANY_FAILURES, at=at, note=note)
