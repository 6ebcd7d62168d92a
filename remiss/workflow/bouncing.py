"""Mail that did not arrive: reports find their letters, and what they say is noted."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from remiss import bounces, mail
from remiss.bounces import Bounce, NoReport, Outcome
from remiss.models import BodyAddress, Letter
from remiss.text import email_key

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200  # files: the letters that are due wait meanwhile

NO_ID = "Rapporten säger inte vilket mejl den gäller."
UNKNOWN = "Mejlet är inte skickat av portalen."
OTHER_ADDRESS = "Rapporten gäller en annan adress än den vi skrev till."
MARKED = "Mejlet kom inte fram. Det är antecknat."
GIVEN_UP = (
    "Mejlet kom inte fram, men nästa kan göra det. Det är antecknat på mejlet, inte på adressen."
)
KNOWN = "Mejlet kom inte fram. Det var redan antecknat."
NOTHING_NOTED = {
    Outcome.DELAYED: "Mejlet är försenat och kan komma fram än. Inget är antecknat.",
    Outcome.DELIVERED: "Mejlet kom fram. Inget är antecknat.",
    Outcome.AUTO_REPLY: "Det är ett automatiskt svar, som om frånvaro. Inget är antecknat.",
}


@dataclass(frozen=True)
class Taken:
    """What became of one report. `letter` is the one it is about, if it was found."""

    bounce: Bounce
    letter: Letter | None
    sentence: str

    @property
    def is_shown(self) -> bool:
        """Letters about drafts alone are nothing for staff to see (decision 10)."""
        return self.letter is not None and self.letter.kind not in Letter.DRAFT_KINDS

    @property
    def addresses(self) -> list[BodyAddress]:
        """The addresses of remissinstanser that the letter went to."""
        if not self.is_shown:
            return []
        rows = BodyAddress.objects.with_email(email_key(self.letter.address))
        return list(rows.filter(body__merged_into=None).select_related("body"))


def take(reports: Iterable[Bounce], *, at: datetime, by=None) -> list[Taken]:
    """Note what mail servers report, each for itself. A report that comes twice changes nothing."""
    return [_take(bounce, at=at, by=by) for bounce in reports]


def _take(bounce: Bounce, *, at: datetime, by) -> Taken:
    letter = _letter_of(bounce)
    if bounce.outcome in NOTHING_NOTED:
        return Taken(bounce, letter, NOTHING_NOTED[bounce.outcome])
    if letter is None:
        return Taken(bounce, None, UNKNOWN if bounce.message_id else NO_ID)
    if bounce.recipient and email_key(bounce.recipient) != email_key(letter.address):
        # One of those that the address sends its mail on to; the others may have got it.
        return Taken(bounce, letter, OTHER_ADDRESS)
    is_news = mail.bounced(
        letter,
        status=bounce.status,
        diagnostic=bounce.diagnostic,
        address_fails=bounce.is_hard,
        at=at,
        by=by,
    )
    noted = MARKED if bounce.is_hard else GIVEN_UP
    return Taken(bounce, letter, noted if is_news else KNOWN)


def _letter_of(bounce: Bounce) -> Letter | None:
    key = bounce.message_id.strip("<> ")
    return Letter.objects.filter(message_id__iexact=f"<{key}>").first() if key else None


# The mailbox that reports come to


def fetch(*, at: datetime) -> None:
    """Take the new reports in BOUNCES_MAILDIR. Nothing is deleted there.

    What has been taken is marked as read; what is no report lies unread beside it, for a person.
    """
    if not settings.BOUNCES_MAILDIR:
        return
    box = Path(settings.BOUNCES_MAILDIR)
    try:
        for file in sorted((box / "new").iterdir())[:MOST_AT_ONCE]:
            if not file.name.startswith("."):
                _fetch(file, box, at)
    except OSError as error:
        log.warning("BOUNCES_MAILDIR could not be read: %s", type(error).__name__)


def _fetch(file: Path, box: Path, at: datetime) -> None:
    """Moved as a reader of mail does it, from new to cur, with S for what was understood."""
    try:
        with file.open("rb") as opened:
            data = opened.read(bounces.MAX_BYTES + 1)
        taken = take(bounces.read(data), at=at)
    except OSError as error:
        log.warning("a message in BOUNCES_MAILDIR stays new: %s", type(error).__name__)
        return
    except NoReport:
        log.warning("a message in BOUNCES_MAILDIR is no report, and is left unread")
        flags = ""
    else:
        log.info("a report was taken: %s", ", ".join(one.bounce.outcome for one in taken))
        flags = "S"
    file.rename(box / "cur" / f"{file.name.partition(':')[0]}:2,{flags}")
