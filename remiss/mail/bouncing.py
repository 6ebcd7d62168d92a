"""A letter that the receiving server will not have: noted on letter and address, and in the log."""

from datetime import datetime

from django.db import transaction

from remiss.models import BodyAddress, Event, Invitation, Letter, Response, Submission, Verb
from remiss.text import clean_name, email_key


@transaction.atomic
def bounced(
    letter: Letter,
    *,
    status: str,
    diagnostic: str,
    address_fails: bool = True,
    at: datetime,
    by=None,
) -> bool:
    """The letter did not arrive and never will; whether that was news.

    Where the server only gave up trying, the address still works: the next letter may arrive.

    The answer that it was about stays as it was. Of a letter about a draft alone, staff learn
    nothing: neither by the log nor by an address that suddenly fails (decision 10).
    """
    # Of a letter whose address has been erased the server's words would bring it back.
    words = clean_name(f"{status} {diagnostic}" if letter.address else status)[:300]
    if not letter.mark_bounced(at, words):
        return False
    if letter.kind in Letter.DRAFT_KINDS:
        return True
    if address_fails:
        BodyAddress.objects.mark_failed(email_key(letter.address), at=at, words=words)
    invitation = Invitation.objects.filter(pk=letter.invitation_id).first()
    response = _response_of(letter)
    about = invitation or response
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.BOUNCED,
        consultation_id=about.consultation_id if about else None,
        body_id=invitation.body_id if invitation else None,
        response=response,
        # A contact's address is not for everybody who reads the log, a remissinstans's is.
        note=f"{letter.address}: {words}" if invitation else f"{letter} {status}".strip(),
    )
    return True


def _response_of(letter: Letter) -> Response | None:
    """The answer that the letter is about, if it is about one."""
    model, _colon, pk = letter.target.partition("/")[0].partition(":")
    if model == "submission":
        submission = Submission.objects.select_related("response").filter(pk=pk).first()
        return submission.response if submission else None
    if model == "message":
        return Response.objects.filter(messages=pk).first()
    return Response.objects.filter(pk=pk).first() if model == "response" else None
