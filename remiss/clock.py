"""The database's clock, and the middleware that notes the time of receipt (decision 7)."""

from datetime import UTC, datetime

from django.db import connection
from django.db.models.functions import Now

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def now() -> datetime:
    """This moment by the database's clock, in UTC.

    The wall clock of a web machine may be wrong by minutes; the database's is one for all.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)


def moment(request) -> datetime:
    """The time of receipt of what changes something, this moment for what only shows."""
    return getattr(request, "received_at", None) or now()


def expression() -> Now:
    """The same clock as part of a query, so that a reading page need not ask twice."""
    return Now()


def time_of_receipt(get_response):
    """Note when an unsafe request arrived, before anybody reads its body, session or token."""

    def middleware(request):
        if request.method not in SAFE_METHODS:
            request.received_at = now()
        return get_response(request)

    return middleware
