"""Letters: queued as rows in the caller's transaction, rendered and sent by one process."""

from remiss.mail.bouncing import bounced
from remiss.mail.contexts import NotNeeded, Undeliverable, in_words
from remiss.mail.queueing import (
    new_letter,
    queue_digest,
    queue_dispatch,
    queue_extension_asked,
    queue_extension_decided,
    queue_full_receipt,
    queue_invitation,
    queue_link,
    queue_link_again,
    queue_link_to_response,
    queue_login_changed,
    queue_moved,
    queue_password,
    queue_recorded,
    queue_reminders,
    queue_report,
    queue_sent_in,
    queue_time_given,
    queue_withdrawn,
)
from remiss.mail.rendering import render
from remiss.mail.sending import HELD, deliver, hold, release, send_due

__all__ = [
    "bounced",
    "in_words",
    "NotNeeded",
    "queue_moved",
    "queue_time_given",
    "queue_invitation",
    "queue_dispatch",
    "HELD",
    "Undeliverable",
    "deliver",
    "hold",
    "new_letter",
    "queue_digest",
    "queue_extension_asked",
    "queue_extension_decided",
    "queue_full_receipt",
    "queue_link",
    "queue_link_again",
    "queue_login_changed",
    "queue_password",
    "queue_link_to_response",
    "queue_recorded",
    "queue_reminders",
    "queue_report",
    "queue_sent_in",
    "queue_withdrawn",
    "release",
    "render",
    "send_due",
]
