"""Contact details erased on request, with the record kept (decision 18, fault P6)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from remiss.models import (
    Answer,
    Contact,
    CountedFor,
    DisposalPermit,
    Draft,
    Event,
    ExtensionRequest,
    HandledFiles,
    Kind,
    Letter,
    Masking,
    Message,
    NameCorrection,
    Note,
    Passage,
    ReplyRevision,
    Response,
    ReviewStep,
    SecrecyMark,
    SecrecyTrial,
    SendBack,
    Submission,
    Transcript,
    Translation,
    Verb,
)
from remiss.models.letter import LetterQuerySet
from remiss.models.review import Written
from remiss.models.triggers import IMMUTABLE
from remiss.text import search_key
from remiss.workflow import ending

ERASED = "[raderat]"


@dataclass(frozen=True)
class Holding:
    """What erasing would take, as numbers, and what would be left."""

    contacts: int
    letters: int
    waiting: int  # of the letters, those that will not be sent
    requests: int
    drafts: int  # counted, never read (decision 10)
    rewritten: int  # texts of staff's own that name the person, lines of the log among them
    named: int  # versions of the answer that name the person themselves

    @property
    def is_empty(self) -> bool:
        return not (self.contacts or self.letters or self.requests or self.drafts)


class NothingToErase(Exception):
    """No contact details of the answer are left."""


def holding(response: Response) -> Holding:
    """What the portal holds about who to contact, for the page that asks."""
    details = _details(response)
    letters = _letters(response).exclude(address="")
    mentioning = _mentioning(details)
    return Holding(
        contacts=Contact.objects.filter(response=response).count(),
        letters=letters.count(),
        waiting=letters.filter(state=Letter.State.QUEUED).count(),
        requests=_requests(response).exclude(email="", contact_name="").count(),
        drafts=Draft.objects.filter(public_id=response.public_id).count(),
        rewritten=sum(
            any(map(mentioning, texts))
            for rows, names in _written(response)
            for texts in rows.order_by().values_list(*names)
        ),
        named=sum(
            any(search_key(detail) in text for detail in details)
            for text in Submission.objects.filter(response=response).values_list(
                "search_text", flat=True
            )
        ),
    )


@transaction.atomic
def erase(*, response: Response, reason: str, at: datetime, by) -> None:
    """Erase who to contact, and what was derived from it. The answer, its digest, its receipts and
    the log stay. Raises NothingToErase.

    The draft that belongs to the answer goes whole, unread: it holds the same details in every
    part of its history, and nobody but those with the link may look in it (decision 10). The log
    says why, and nothing of what was erased.
    """
    # The draft first, as sending in does, and then the answer, as writing to it does.
    drafts = list(Draft.objects.select_for_update().filter(public_id=response.public_id))
    held = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if holding(held).is_empty:
        raise NothingToErase
    details = _details(held)
    _letters(held).forget()
    for draft in drafts:
        ending.delete(draft)
    _erase_requests(held, details)
    _rewrite(held, details)
    Contact.objects.filter(response=held).delete()
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.ERASED,
        consultation_id=held.consultation_id,
        response=held,
        note=_without(details, reason)[:500],
    )


def _requests(response: Response) -> QuerySet:
    return ExtensionRequest.objects.filter(public_id=response.public_id)


def _letters(response: Response) -> LetterQuerySet:
    """Those to the respondent; what coordinators got about the answer has their own address."""
    targets = [f"response:{response.pk}"]
    own: dict[str, QuerySet] = {
        "submission": Submission.objects.filter(response=response),
        "extension": _requests(response),
        "draft": Draft.objects.filter(public_id=response.public_id),
    }
    for model, rows in own.items():
        targets += [f"{model}:{pk}" for pk in rows.values_list("pk", flat=True)]
    return Letter.objects.filter(Q(target__in=targets) | Q(written__response=response))


def _details(response: Response) -> list[str]:
    """The names and addresses to look for, the longest first: one may be part of another."""
    found: set[str] = set()
    for contact in Contact.objects.filter(response=response):
        found |= {contact.name, contact.email, contact.email_key, contact.copy_email}
    for asked in _requests(response):
        found |= {asked.contact_name, asked.email}
    found |= set(_letters(response).values_list("address", flat=True))
    # One word of a letter or two would be found everywhere.
    return sorted((each for each in found if len(each) > 3), key=len, reverse=True)


def _mentioning(details: Iterable[str]):
    pattern = _pattern(details)
    return lambda text: bool(pattern and pattern.search(text))


def _pattern(details: Iterable[str]) -> re.Pattern | None:
    words = "|".join(re.escape(detail) for detail in details)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None


def _without(details: Iterable[str], text: str) -> str:
    pattern = _pattern(details)
    return pattern.sub(ERASED, text) if pattern else text


def _erase_requests(response: Response, details: list[str]) -> None:
    for asked in _requests(response):
        if asked.is_private:
            asked.organisation = asked.contact_name = str(Kind.PRIVATE.label)
        else:
            asked.contact_name = ""
        asked.email = ""
        asked.reason, asked.note = _without(details, asked.reason), _without(details, asked.note)
        asked.save(update_fields=["organisation", "contact_name", "email", "reason", "note"])


def _written(response: Response) -> list[tuple[QuerySet, tuple[str, ...]]]:
    """Everything that staff write about an answer, and in which columns. What was sent in is the
    record, and what they call the organisation is a name of it."""
    answers = Answer.objects.filter(submission__response=response)
    marks = SecrecyMark.objects.of(response)
    bodies = CountedFor.objects.filter(response=response).values("body")
    # A request for time from before the answer was sent in is of no answer, and of no body.
    earlier = Q(response=None, body=None, consultation=response.consultation_id)
    logged = Q(response=response) | Q(body__in=bodies) | earlier
    return [
        (Note.objects.filter(response=response), ("text",)),
        (Transcript.objects.filter(attachment__submission__response=response), ("text",)),
        (Translation.objects.filter(answer__in=answers), ("text",)),
        (Passage.objects.filter(answer__in=answers), ("no_action",)),
        (HandledFiles.objects.filter(submission__response=response), ("outcome",)),
        (Masking.objects.filter(submission__response=response), ("note",)),
        (marks, ("provision", "reason")),
        (SecrecyTrial.objects.filter(mark__in=marks.order_by().values("pk")), ("reason",)),
        (Message.objects.filter(response=response), ("subject", "body")),
        (NameCorrection.objects.filter(response=response), ("reason",)),
        (ReplyRevision.objects.filter(response=response), ("text",)),
        (SendBack.objects.filter(revision__response=response), ("comment",)),
        (Event.objects.filter(logged).exclude(note=""), ("note",)),
    ]


def _rewrite(response: Response, details: list[str]) -> None:
    """Take the person's name and address out of what staff have written about the answer."""
    named = _mentioning(details)
    permit = DisposalPermit.objects.create(decision="contact details erased")
    for rows, names in _written(response):
        for row in rows:
            if not any(named(getattr(row, name)) for name in names):
                continue
            for name in names:
                longest = row._meta.get_field(name).max_length
                setattr(row, name, _without(details, getattr(row, name))[:longest])
            if row._meta.db_table in IMMUTABLE:
                _reissue(row)
            else:
                _save(row, names)
    permit.delete()
    _rewrite_steps(response, details)


def _save(row: Model, names: tuple[str, ...]) -> None:
    if isinstance(row, Written):
        row.version += 1
        names = (*names, "version")
    row.save(update_fields=names)


def _reissue(row: Model) -> None:
    """Such a row is never updated: it goes through the permit, as in gallring, and comes back under
    its own key with the words replaced, and with what hung on it."""
    letters = Letter.objects.filter(written=row.pk) if isinstance(row, Message) else ()
    keys = [letter.pk for letter in letters]
    Letter.objects.filter(pk__in=keys).update(written=None)
    acts: list[Model] = []
    if isinstance(row, ReplyRevision):
        acts = [*row.approvals.all(), *row.send_backs.all()]
    for each in [*acts, row]:
        type(each)._base_manager.filter(pk=each.pk).delete()
    for each in [row, *acts]:
        each.save(force_insert=True)
    Letter.objects.filter(pk__in=keys).update(written=row.pk)


ANSWER, NO_ACTION = 1, 6  # in the rows of reviewing.state()


def _stood(step: ReviewStep) -> list[list]:
    return [*step.before["passages"], *step.after["passages"]]


def _rewrite_steps(response: Response, details: list[str]) -> None:
    """The steps of placing say how passages stood, with why they needed nothing."""
    answers = set(Answer.objects.filter(submission__response=response).values_list("pk", flat=True))
    longest = Passage._meta.get_field("no_action").max_length
    for step in ReviewStep.objects.filter(consultation=response.consultation_id).iterator():
        rows = [row for row in _stood(step) if row[ANSWER] in answers]
        said = [row[NO_ACTION] for row in rows]
        for row in rows:
            row[NO_ACTION] = _without(details, row[NO_ACTION])[:longest]
        if said != [row[NO_ACTION] for row in rows]:
            step.save(update_fields=["before", "after"])
