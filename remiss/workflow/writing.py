"""Writing to a respondent: held for a while so that it can be stopped, and kept as it was sent."""

from datetime import datetime

from django.db import IntegrityError, transaction

from remiss import mail
from remiss.models import Event, Letter, Message, Response, Verb
from remiss.workflow.inviting import HOLD, TooLate


class CannotWrite(Exception):
    """Nothing can be sent to the respondent; the sentence says why."""


def why_not(response: Response) -> str:
    """Why the respondent cannot be written to, as a sentence; empty when nothing hinders it.

    What staff write is free text from the city's domain: it goes to nobody who has not shown that
    they read the address (fault X8). An answer by e-mail was sent from its address. A sender can
    be forged, but staff have read that letter, and no word of it goes along with theirs.
    """
    if response.contact_is_erased:
        return "Kontaktuppgifterna är raderade, så det går inte att skriva till den som svarat."
    if not response.email:
        return "Svaret har ingen e-postadress. Hör av dig på samma sätt som svaret kom."
    if response.takes_free_text:
        return ""
    if response.email_is_unconfirmed:
        return "Den som svarat har inte bekräftat e-postadressen. Fri text skickas inte dit."
    return (
        "Svaret kom inte med e-post, så ingen har visat att e-postadressen är rätt. Fri text "
        "skickas inte dit."
    )


def write(*, response: Response, subject: str, body: str, once: str, at: datetime, by) -> Message:
    """Write one letter to the answer's contact, to be sent when it has been held.

    `once` makes a second press find the first one's letter. The log says that it was written, not
    what. Raises CannotWrite.
    """
    try:
        with transaction.atomic():
            # Under the lock that erasing takes: an address that is gone is not written down again.
            held = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
            if earlier := Message.objects.filter(once=once, response=held, written_by=by).first():
                return earlier
            if reason := why_not(held):
                raise CannotWrite(reason)
            message = Message.objects.create(
                response=held,
                once=once,
                subject=subject,
                body=body,
                written_at=at,
                written_by=by,
            )
            mail.queue_message(message, address=held.email, at=at + HOLD)
            _note(Verb.WROTE_TO, message, at=at, by=by)
    except IntegrityError:
        earlier = Message.objects.filter(once=once, response=response, written_by=by).first()
        if earlier is None:
            raise
        return earlier  # the other of two presses at once
    return message


@transaction.atomic
def stop(*, message: Message, at: datetime, by) -> None:
    """Let the letter not be sent; its text is kept. Raises TooLate when it has gone, or was stopped
    already."""
    held = Letter.objects.filter(written=message, state=Letter.State.QUEUED, attempts=0, due__gt=at)
    if not held.update(state=Letter.State.STOPPED, last_error="Brevet ångrades."):
        raise TooLate
    _note(Verb.STOPPED_LETTER, message, at=at, by=by)


def _note(verb: str, message: Message, *, at: datetime, by) -> None:
    Event.objects.create(
        at=at,
        actor=by,
        verb=verb,
        consultation_id=message.response.consultation_id,
        response=message.response,
    )
