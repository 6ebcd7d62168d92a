"""A letter as a message."""

import logging
import textwrap
from email.header import Header

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from remiss.exports import receipt
from remiss.exports.typesetting import NotMade
from remiss.mail.contexts import CONTEXTS, Undeliverable
from remiss.models import Letter, Submission

log = logging.getLogger(__name__)

LINE_WIDTH = 72  # characters; an address stands whole on its line however long it is
WITH_PDF = {Letter.Kind.RECEIPT, Letter.Kind.FULL_RECEIPT}


class LetterMessage(EmailMessage):
    """As Django's, but a long subject is folded with room for its name on the first line, which is
    left empty otherwise: it then begins with a space where it is read."""

    def message(self):
        message = super().message()
        if not self.subject.isascii():
            named = Header(str(self.subject), "utf-8", header_name="Subject")
            message.replace_header("Subject", named)
        return message


def render(letter: Letter) -> EmailMessage:
    """The message of a letter: the template's first line is the subject.

    Raises Undeliverable when what it is about is gone.
    """
    try:
        context = CONTEXTS[Letter.Kind(letter.kind)](letter)
    except ObjectDoesNotExist as gone:
        raise Undeliverable(letter.target) from gone
    text = render_to_string(f"mail/{letter.kind}.txt", context)
    subject, _newline, body = text.lstrip().partition("\n")
    consultation = context.get("consultation")
    message = LetterMessage(
        subject=subject.strip(),
        body=_wrap(body.strip()) + "\n",
        # The envelope's sender, whom servers tell when a letter cannot be delivered.
        from_email=settings.BOUNCES_ADDRESS or None,
        to=[letter.address],
        reply_to=[consultation.contact_email] if consultation else None,
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.kind in WITH_PDF and context["is_confirmed"]:
        _attach_receipt(message, context["submission"])
    return message


def _attach_receipt(message: EmailMessage, submission: Submission) -> None:
    """The PDF says no more than the letter does: one that cannot be made stops nothing."""
    try:
        body = receipt.pdf(submission)
    except NotMade as error:
        log.warning("the receipt of submission %s was not made: %s", submission.pk, error)
    else:
        message.attach(receipt.file_name(submission), body, "application/pdf")


def _wrap(text: str) -> str:
    """Lines of at most 72 characters; line breaks stay where somebody put them."""
    return "\n".join(
        textwrap.fill(
            line.replace(" kl. ", " kl.\u00a0"),  # a time stays on the line of its "kl."
            LINE_WIDTH,
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
        ).replace(" kl.\u00a0", " kl. ")
        for line in text.split("\n")
    )
