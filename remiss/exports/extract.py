"""Registerutdrag: what the portal holds about one person, found by an address or a name.

Drafts are not looked in, whoever asks (decision 10), nor are letters about a draft alone.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from remiss.exports import sections
from remiss.exports.tables import received_stamp, swedish_stamp
from remiss.models import (
    AccessibilityReport,
    BodyAddress,
    Contact,
    Event,
    ExtensionRequest,
    HandledFiles,
    Kind,
    Letter,
    Masking,
    Message,
    Note,
    Passage,
    ReplyRevision,
    Response,
    SecrecyMark,
    Submission,
)
from remiss.text import email_key, name_key, search_key

FORMAT = 1  # of the JSON
DRAFT_NOTICE = (
    "Det kan finnas ett utkast som portalen inte visar för någon som arbetar här. Bara den som har "
    "länken till utkastet kan öppna det, läsa det och ta bort det."
)


@dataclass(frozen=True)
class Item:
    """One row that the portal holds, as (label, text)."""

    rows: list[tuple[str, str]]
    response: Response | None = None  # to be read there


@dataclass(frozen=True)
class Group:
    heading: str
    key: str
    items: list[Item] = field(default_factory=list)
    in_lines: bool = False  # items so short and so many that each is one line


@dataclass(frozen=True)
class Extract:
    """Everything found, the empty groups too: that there is nothing is an answer as well."""

    groups: list[Group]

    @property
    def count(self) -> int:
        return sum(len(group.items) for group in self.groups)

    @property
    def found(self) -> list[Group]:
        return [group for group in self.groups if group.items]


def about(words: str) -> Extract:
    """What there is about the person with this address or, word for word, this name."""
    words = " ".join(words.split())
    is_address = "@" in words
    key = email_key(words) if is_address else name_key(words)
    contacts = list(_contacts(key, is_address=is_address))
    requests = list(_requests(key, is_address=is_address))
    addresses = {key} if is_address else set()
    known = [each.email for each in contacts] + [each.email for each in requests]
    addresses |= {email_key(address) for address in known if address}
    theirs = [contact.response for contact in contacts]
    written = Message.objects.filter(response__in=theirs).select_related("response", "written_by")
    events = Event.objects.filter(response__in=theirs).select_related("actor", "response")
    return Extract(
        [
            Group("Kontaktuppgifter", "contacts", [_contact(each) for each in contacts]),
            Group("Svar som privatperson", "answers", list(_answers(theirs))),
            Group("Brev från portalen", "letters", list(_letters(addresses)), in_lines=True),
            Group("Brev som samordnarna har skrivit", "messages", [_message(m) for m in written]),
            Group("Anteckningar som samordnarna har skrivit", "notes", list(_notes(theirs, words))),
            Group("Återkoppling på svaren", "replies", list(_replies(theirs))),
            Group("Skäl som har skrivits om svaren", "reasons", list(_reasons(theirs))),
            Group("Önskemål om längre tid", "requests", [_request(each) for each in requests]),
            Group(
                "Det som har hänt med svaren",
                "events",
                [_event(each) for each in events],
                in_lines=True,
            ),
            Group("Adresser till remissinstanser", "bodies", list(_bodies(addresses))),
            Group("Rapporter om tillgänglighet", "reports", list(_reports(addresses, words))),
            Group("Konton", "accounts", list(_accounts(addresses, key))),
            Group("Svar som nämner personen i texten", "named", list(_named(words))),
        ]
    )


def _contacts(key: str, *, is_address: bool) -> Iterable[Contact]:
    # SQLite folds ASCII only, so the keys are compared here.
    found = [
        pk
        for pk, name, email, copy in Contact.objects.values_list(
            "pk", "name", "email_key", "copy_email"
        )
        if (key in {email, email_key(copy)} if is_address else key == name_key(name))
    ]
    rows = Contact.objects.filter(pk__in=found).order_by("response__reference")
    return rows.select_related("response__latest", "response__consultation").defer(
        "response__latest__canonical", "response__latest__search_text"
    )


def _requests(key: str, *, is_address: bool) -> Iterable[ExtensionRequest]:
    for asked in ExtensionRequest.objects.select_related("consultation"):
        same = email_key(asked.email) if is_address else name_key(asked.contact_name)
        if key == same:
            yield asked


def _contact(contact: Contact) -> Item:
    rows = [
        ("Svar", contact.response.reference),
        ("Remiss", contact.response.consultation.title),
        ("Namn", contact.name),
        ("E-post", contact.email),
        ("Kopia av kvittot till", contact.copy_email),
    ]
    if contact.response.latest and contact.response.latest.kind != Kind.PRIVATE:
        rows.insert(1, ("Svarar för", contact.response.shown_as))
    return Item(_said(rows), contact.response)


def _answers(responses: list[Response]) -> Iterable[Item]:
    """Every version of what they have sent in as themselves."""
    own = Submission.objects.filter(response__in=responses, kind=Kind.PRIVATE)
    for submission in own.select_related("response", "plan_version").order_by("response", "number"):
        rows = [
            ("Svar", f"{submission.response.reference}, version {submission.number}"),
            ("Inkom", received_stamp(submission)),
        ]
        for part in sections.of_submission(submission):
            rows += [(f"{part.heading}: {label}", text) for label, text in part.answered]
            rows.append((f"{part.heading}: ställningstagande", part.stance))
        files = ", ".join(file.name for file in submission.attachments.all())
        yield Item(_said([*rows, ("Bilagor", files)]), submission.response)


def _letters(addresses: set[str]) -> Iterable[Item]:
    for letter in Letter.objects.about_responses().exclude(address="").order_by("due", "pk"):
        if email_key(letter.address) in addresses:
            yield Item(
                _said(
                    [
                        ("Brev", str(letter.get_kind_display())),
                        ("Till", letter.address),
                        ("Läge", str(letter.get_state_display())),
                        ("När", swedish_stamp(letter.sent_at or letter.due)),
                        ("Besked från mottagarens server", letter.bounce),
                    ]
                )
            )


def _message(message: Message) -> Item:
    rows = [
        ("Svar", message.response.reference),
        ("Skrivet", f"{swedish_stamp(message.written_at)} av {message.writer}"),
        ("Ämne", message.subject),
        ("Text", message.body),
    ]
    return Item(rows, message.response)


def _notes(responses: list[Response], words: str) -> Iterable[Item]:
    """All about their answers, and those about others' that name them."""
    theirs = {response.pk for response in responses}
    for note in Note.objects.select_related("response", "by").order_by("response", "pk"):
        if note.response_id in theirs or search_key(words) in search_key(note.text):
            rows = [
                ("Svar", note.response.reference),
                ("Skrivet", _written(note.at, note.by)),
                ("Text", note.text),
            ]
            yield Item(_said(rows), note.response)


def _replies(responses: list[Response]) -> Iterable[Item]:
    """Every wording of the replies to their answers, and what the other side said of it."""
    revisions = ReplyRevision.objects.filter(response__in=responses).with_doings()
    for revision in revisions.order_by("response", "number"):
        back = revision.send_back
        rows = [
            ("Svar", f"{revision.target}, återkopplingens version {revision.number}"),
            ("Skrivet", f"{swedish_stamp(revision.at)} av {revision.who}"),
            ("Läge", str(revision.state.label)),
            ("Text", revision.text),
            ("Skickades tillbaka", f"{swedish_stamp(back.at)} av {back.who}" if back else ""),
            ("Kommentar", back.comment if back else ""),
        ]
        yield Item(_said(rows), revision.response)


def _reasons(responses: list[Response]) -> Iterable[Item]:
    """Why something was done with their answers, where somebody has written why."""
    for response in responses:
        marks = SecrecyMark.objects.of(response).select_related("by")
        for mark in marks.prefetch_related("trials__by"):
            what = f"Sekretessmarkering, {mark.provision}"
            yield _reason(response, what, mark.reason, mark.at, mark.by)
            for trial in mark.trials.all():
                what = f"Prövning: {trial.get_outcome_display()}"
                yield _reason(response, what, trial.reason, trial.at, trial.by)
        for correction in response.name_corrections.select_related("by"):
            what = f"Rättat namn, {correction.name}"
            yield _reason(response, what, correction.reason, correction.at, correction.by)
        hidden = Masking.objects.filter(submission__response=response).exclude(note="")
        for masking in hidden.select_related("by"):
            what = f"Maskning, {masking.get_reason_display()}"
            yield _reason(response, what, masking.note, masking.at, masking.by)
        handled = HandledFiles.objects.filter(submission__response=response)
        for files in handled.select_related("by"):
            what = "Bilagorna är hanterade"
            yield _reason(response, what, files.outcome, files.at, files.by)
        passages = Passage.objects.filter(answer__submission__response=response)
        for passage in passages.exclude(no_action=""):
            rows = [
                ("Svar", response.reference),
                ("Vad", "Ett stycke som inte kräver någon åtgärd"),
                ("Skäl", passage.no_action),
            ]
            yield Item(rows, response)


def _reason(response: Response, what: str, reason: str, at: datetime, by) -> Item:
    rows = [
        ("Svar", response.reference),
        ("Vad", what),
        ("Skäl", reason),
        ("Skrivet", _written(at, by)),
    ]
    return Item(rows, response)


def _written(at: datetime, by) -> str:
    return f"{swedish_stamp(at)} av {by.get_full_name() or by.username}"


def _request(asked: ExtensionRequest) -> Item:
    rows = [
        ("Remiss", asked.consultation.title),
        ("Begärt", swedish_stamp(asked.asked_at)),
        ("För", asked.organisation),
        ("Kontaktperson", asked.contact_name),
        ("E-post", asked.email),
        ("Skäl", asked.reason),
        ("Beslut", str(asked.get_decision_display() or "")),
        ("Motivering", asked.note),
    ]
    return Item(_said(rows))


def _event(event: Event) -> Item:
    rows = [
        ("Svar", event.response.reference if event.response else ""),
        ("När", swedish_stamp(event.at)),
        ("Vad", f"{event.actor_name} {event.get_verb_display()}"),
        ("Anteckning", event.note),
    ]
    return Item(_said(rows), event.response)


def _bodies(addresses: set[str]) -> Iterable[Item]:
    found = BodyAddress.objects.filter(email_key__in=addresses).select_related("body")
    for address in found:
        yield Item([("Remissinstans", address.body.name), ("E-post", address.email)])


def _reports(addresses: set[str], words: str) -> Iterable[Item]:
    for report in AccessibilityReport.objects.all():
        is_theirs = report.email and email_key(report.email) in addresses
        if is_theirs or search_key(words) in search_key(report.text):
            rows = [
                ("När", swedish_stamp(report.at)),
                ("Text", report.text),
                ("E-post", report.email),
            ]
            yield Item(_said(rows))


def _accounts(addresses: set[str], key: str) -> Iterable[Item]:
    for user in get_user_model().objects.order_by("username"):
        name = user.get_full_name()
        if (user.email and email_key(user.email) in addresses) or key == name_key(name):
            yield Item(_said([("Konto", user.username), ("Namn", name), ("E-post", user.email)]))


def _named(words: str) -> Iterable[Item]:
    """Other people's words: where to look, and not what they say."""
    found = Submission.objects.filter(search_text__contains=search_key(words))
    found = found.filter(Q(response__latest__isnull=False)).select_related("response")
    for submission in found.defer("canonical", "search_text").order_by("response", "number"):
        reference = f"{submission.response.reference}, version {submission.number}"
        yield Item([("Svar", reference)], submission.response)


def _said(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, text) for label, text in rows if text]


# As files


def as_json(extract: Extract, *, at: datetime) -> bytes:
    said = {
        "format": FORMAT,
        "made_at": timezone.localtime(at).isoformat(),
        "count": extract.count,
        "drafts": DRAFT_NOTICE,
        "groups": [
            {
                "key": group.key,
                "heading": group.heading,
                "items": [dict(i.rows) for i in group.items],
            }
            for group in extract.groups
        ],
    }
    return f"{json.dumps(said, ensure_ascii=False, indent=2)}\n".encode()


def as_html(extract: Extract, *, at: datetime) -> bytes:
    """A page that needs nothing beside it, to be sent or printed."""
    context = {"extract": extract, "made": swedish_stamp(at), "draft_notice": DRAFT_NOTICE}
    return render_to_string("admin/extract_file.html", context).encode()
