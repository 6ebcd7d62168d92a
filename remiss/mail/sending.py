"""Claim, render, send; and what becomes of letters that waited in a backup."""

import logging
from datetime import datetime

from remiss import clock, crash
from remiss.mail.contexts import NotNeeded, Undeliverable
from remiss.mail.rendering import render
from remiss.models import Letter

log = logging.getLogger(__name__)

HELD = "Hålls kvar efter återläsning av en säkerhetskopia."


def deliver(letter: Letter, *, at: datetime) -> bool:
    """Render and send one claimed letter; True when the mail server has taken it.

    Never raises: a letter that fails waits for its next try and lets the others through.
    At-least-once: a process killed after the server's answer sends it again, with the same
    Message-ID.
    """
    try:
        message = render(letter)
        message.send()
    except NotNeeded as why:
        letter.mark_stopped(str(why))
        return False
    except Undeliverable:
        letter.state = Letter.State.FAILED
        letter.mark_failed(at, "Det brevet handlar om finns inte längre.")
        return False
    except Exception as error:
        # Whatever one letter meets, the next must go.
        log.warning("letter %s was not sent: %s", letter.pk, type(error).__name__)
        letter.mark_failed(at, f"{type(error).__name__}: {error}")
        return False
    crash.point("after_smtp_ok")
    letter.mark_sent(clock.now())
    return True


def send_due(*, limit: int = 20) -> int:
    """Claim and send what is due, one at a time so that a lease covers one sending; how many."""
    for sent in range(limit):
        letters = Letter.objects.claim(clock.now(), 1)
        if not letters:
            return sent
        crash.point("after_claim")
        deliver(letters[0], at=clock.now())
    return limit


# After a backup has been read back: what waited in it may have been sent since it was made


def hold() -> int:
    """Keep every waiting letter from being sent; how many."""
    return Letter.objects.filter(state=Letter.State.QUEUED).update(
        state=Letter.State.FAILED, last_error=HELD
    )


def release(*, at: datetime) -> int:
    """Let the letters that were held be sent; how many."""
    return Letter.objects.filter(state=Letter.State.FAILED, last_error=HELD).update(
        state=Letter.State.QUEUED, last_error="", next_try_at=at, lease_until=None
    )
