"""System checks: the portal does not come up without its safeguards."""

import sqlite3

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from remiss.models import triggers


@checks.register(checks.Tags.database)
def safeguards_stand(databases=None, **kwargs):
    """Triggers in place and durability on, asked of the database itself."""
    found = []
    for alias in databases or []:
        try:
            found += _of_database(connections[alias])
        except DatabaseError:
            # Away for the moment: pages answer 503 until it is back.
            continue
    return found


def _of_database(connection) -> list:
    found = [
        checks.Error(
            f"The trigger {name} is missing: received answers could be changed.",
            hint="Run migrate, or remiss.models.triggers.install in a migration of its own.",
            id="remiss.E001",
        )
        for name in triggers.missing(connection)
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT name FROM pg_settings WHERE setting = 'off' "
                "AND name IN ('fsync', 'synchronous_commit', 'full_page_writes')"
            )
            off = [row[0] for row in cursor.fetchall()]
        else:
            off = _sqlite_lapses(cursor)
    if settings.TRIAL and connection.vendor == "postgresql":
        return found  # a cluster for tests may be quick and forgetful
    return found + [
        checks.Error(
            f"{name} is off: an acknowledged answer could be lost in a crash.", id="remiss.E002"
        )
        for name in off
    ]


def _sqlite_lapses(cursor) -> list[str]:
    lapses = []
    if cursor.execute("PRAGMA synchronous").fetchone()[0] < 2:  # 2 is FULL
        lapses.append("synchronous=FULL")
    journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if journal == "wal" and sqlite3.sqlite_version_info < (3, 51, 3):
        lapses.append("rollback journal (WAL loses commits before SQLite 3.51.3)")
    return lapses


@checks.register(checks.Tags.security, deploy=True)
def trial_mode_is_off(app_configs=None, **kwargs):
    if settings.TRIAL:
        return [checks.Error("TRIAL=1 is for one machine with example data.", id="remiss.E003")]
    return []


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured when a safeguard is missing; called as a web process starts."""
    errors = [str(error) for error in safeguards_stand(["default"]) if error.level >= checks.ERROR]
    if errors:
        raise ImproperlyConfigured(" ".join(errors))
