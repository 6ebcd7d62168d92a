"""The letter process: it sends what is due until it is told to stop, whatever the database does."""

import logging
import threading
import time

from django.db import Error, close_old_connections, connection

from remiss import clock, limits, mail
from remiss.workflow import (
    bouncing,
    dividing,
    ending,
    filing,
    masking,
    recording,
    reminding,
    scanning,
)

log = logging.getLogger(__name__)

PAUSE = 2  # seconds, when nothing was due
CHORES_EVERY = 60  # seconds
RECONCILED_EVERY = 24 * 60 * 60  # seconds


def send_all() -> int:
    """Send everything that is due now; how many letters were taken up."""
    taken = 0
    while mail.send_due(limit=1):
        taken += 1
    return taken


def run(stop: threading.Event) -> None:
    """Send until `stop` is set. Any number of these processes may run beside each other."""
    chores_at = reconciled_at = 0.0
    while not stop.is_set():
        try:
            close_old_connections()
            if time.monotonic() >= chores_at:
                do_chores()
                chores_at = time.monotonic() + CHORES_EVERY
            if time.monotonic() >= reconciled_at:
                reconcile()
                reconciled_at = time.monotonic() + RECONCILED_EVERY
            if mail.send_due(limit=1):
                continue
        except Error as error:
            # Away for the moment: what is due is still due when it is back.
            log.warning("the database did not answer: %s", type(error).__name__)
            connection.close()
        stop.wait(PAUSE)


def do_chores() -> None:
    """What falls due by itself: letters of the day, reminders, forgetting what is old, and what
    is made of answers that were received before anything was."""
    at = clock.now()
    bouncing.fetch(at=at)
    recording.tell_daily(at=at)
    reminding.remind(at=at)
    ending.purge(at=at)
    limits.prune(at)
    dividing.divide_missing()
    masking.look_through_missing()
    scanning.scan_waiting(at=at)


def reconcile() -> None:
    """Hold the stored files against the rows, and say how it went."""
    deleted, missing = filing.reconcile(at=clock.now())
    if deleted or missing:
        log.warning("stored files: %s orphans deleted, %s missing", deleted, len(missing))
