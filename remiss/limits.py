"""Limits shared by all processes, the client's address behind proxies, and the quiet spam test."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature, Signer
from django.db import connection
from django.db.models import F
from django.utils.crypto import get_random_string, salted_hmac

from remiss.models.event import Throttle


@dataclass(frozen=True)
class Limit:
    scope: str
    hits: int
    seconds: int


STARTS_FROM_NETWORK = Limit("start-network", 60, 3600)
LINKS_TO_ADDRESS = Limit("link-address", 3, 3600)
LINKS_FROM_NETWORK = Limit("link-network", 10, 3600)
LINKS_IN_ALL = Limit("link-all", 500, 3600)
UPLOADS_FROM_NETWORK = Limit("upload-network", 200, 3600)
REPORTS_FROM_NETWORK = Limit("report-network", 10, 3600)
RECEIPTS_FROM_NETWORK = Limit("receipt-network", 30, 3600)
# Three of a million codes are right at any time: thirty guesses a day find one in thirty years.
CODES_OF_ACCOUNT = Limit("code-account", 10, 3600)
CODES_OF_ACCOUNT_A_DAY = Limit("code-account-day", 30, 24 * 3600)
CODE_ONCE = Limit("code-once", 1, 24 * 3600)
# What sets off an alarm and stops nobody.
CODE_ALARMS = Limit("code-alarm", 0, 3600)
FAILURES_OF_ACCOUNT = Limit("failure-account", 30, 3600)
FAILURES_FROM_NETWORK = Limit("failure-network", 60, 3600)
# Of what is logged about logins, not of the logins: those are counted by axes.
LOGGED_FAILURES = Limit("logged-failure", 20, 3600)
LOGGED_LOCK_OUTS = Limit("logged-lock-out", 1, 1800)

TRACES_KEPT = timedelta(days=14)  # as the page on personuppgifter says
SHORTEST_FILLING = timedelta(seconds=3)  # nobody reads and fills in the start form faster
TRAP_FIELD = "webbplats"  # off screen; people leave it empty


def client_address(request) -> str:
    """The address the outermost trusted proxy saw; what a client claims in front is ignored."""
    hops = settings.TRUSTED_PROXIES
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part
    ]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops]
    return request.META.get("REMOTE_ADDR", "")


def network(request) -> str:
    """The client's network: one IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return "unknown"
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def allow(limit: Limit, who: str, at: datetime) -> bool:
    """Count one hit of `who` in the current window; False when it is one too many."""
    return _count(limit, who, at) <= limit.hits


def is_first_beyond(limit: Limit, who: str, at: datetime) -> bool:
    """Count one hit; True for the one that breaks the limit and for no later one in the window."""
    return _count(limit, who, at) == limit.hits + 1


def give_back(limit: Limit, who: str, at: datetime) -> None:
    """Uncount a hit that turned out to be harmless."""
    key, window = _place(limit, who, at)
    Throttle.objects.filter(key=key, window=window, hits__gt=0).update(hits=F("hits") - 1)


def _place(limit: Limit, who: str, at: datetime) -> tuple[str, int]:
    key = salted_hmac("remiss.limits", f"{limit.scope}:{who}", algorithm="sha256").hexdigest()
    return key, int(at.timestamp()) // limit.seconds * limit.seconds


def _count(limit: Limit, who: str, at: datetime) -> int:
    """One statement, the same on both databases, so that processes cannot race past the limit."""
    key, window = _place(limit, who, at)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO remiss_throttle (key, "window", hits) VALUES (%s, %s, 1) '
            'ON CONFLICT (key, "window") DO UPDATE SET hits = remiss_throttle.hits + 1 '
            "RETURNING hits",
            [key, window],
        )
        return cursor.fetchone()[0]


def prune(at: datetime) -> None:
    """Forget sessions that have run out, and traces of addresses that are two weeks old."""
    Session.objects.filter(expire_date__lt=at).delete()
    Throttle.objects.filter(window__lt=int((at - TRACES_KEPT).timestamp())).delete()
    for trace in (AccessAttempt, AccessFailureLog, AccessLog):
        trace.objects.filter(attempt_time__lt=at - TRACES_KEPT).delete()


def stamp(at: datetime) -> str:
    """A signed render time with a number used once, for the start form."""
    return Signer(salt="remiss.start").sign(f"{int(at.timestamp())}-{get_random_string(22)}")


def read_stamp(value: str) -> tuple[datetime | None, str]:
    """When the form was shown and its number; (None, "") when we did not make the stamp."""
    try:
        seconds, _dash, once = Signer(salt="remiss.start").unsign(value).partition("-")
    except BadSignature:
        return None, ""
    return datetime.fromtimestamp(int(seconds), tz=UTC), once


def looks_automatic(*, trap: str, shown_at: datetime | None, at: datetime) -> bool:
    """True for what a machine does. Suspects are set aside visibly, never refused (fault S7)."""
    return bool(trap) or shown_at is None or at - shown_at < SHORTEST_FILLING
