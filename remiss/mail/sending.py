"""Claim, render, send; and what becomes of letters that waited in a backup."""

import logging
import re
import smtplib
from datetime import datetime

from remiss import clock, crash
from remiss.bounces import in_short, status_of
from remiss.mail.bouncing import bounced
from remiss.mail.contexts import NotNeeded, Undeliverable
from remiss.mail.rendering import render
from remiss.models import Letter

log = logging.getLogger(__name__)

NO_SUCH_MAILBOX = {550, 551, 553}  # RFC 5321 4.2.3
ABOUT_US = re.compile("relay|authenti|block|spam|denied", re.IGNORECASE)

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
    except smtplib.SMTPRecipientsRefused as refused:
        _refused(letter, refused, at=at)
        return False
    except Exception as error:
        # Whatever one letter meets, the next must go.
        _try_again(letter, error, at=at)
        return False
    crash.point("after_smtp_ok")
    letter.mark_sent(clock.now())
    crash.point("after_sent")
    return True


def _try_again(letter: Letter, error: Exception, *, at: datetime) -> None:
    log.warning("letter %s was not sent: %s", letter.pk, type(error).__name__)
    letter.mark_failed(at, f"{type(error).__name__}: {error}")


def _refused(letter: Letter, refused: smtplib.SMTPRecipientsRefused, *, at: datetime) -> None:
    """No such mailbox is known at once and for good; anything else may pass."""
    # A letter has one recipient.
    code, reply = next(iter(refused.recipients.values()))
    said = f"{code} {reply.decode('utf-8', 'replace') if isinstance(reply, bytes) else reply}"
    if _is_about_the_address(code, said):
        bounced(letter, status=status_of(said), diagnostic=in_short(said), at=at)
    else:
        _try_again(letter, refused, at=at)


def _is_about_the_address(code: int, said: str) -> bool:
    """Whether a refusal says that there is no such mailbox.

    Servers refuse with the same codes when they will not have us: the wrong password, no relaying,
    a blocked address of ours. Then every address would be marked at once, and none of them fails.
    """
    status = status_of(said)
    if status == "5.0.0":  # the code alone
        return code in NO_SUCH_MAILBOX and not ABOUT_US.search(said)
    return status.startswith(("5.1.", "5.2."))


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
