"""An answer as the public sees it: never contact data, no name that is not to be shown, and of what
was received only masked texts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from remiss.exports.sections import WHOLE_PLAN, Plan
from remiss.models import (
    Finding,
    Kind,
    Position,
    PriorityArea,
    Response,
    SecrecyMark,
    Spot,
    Submission,
)
from remiss.models.draft import BEHIND, FILES, REST, area_key
from remiss.models.masking import texts_of
from remiss.swedish import swedish_day
from remiss.text import MASK, Span, masked, merged, occurrences

# What the public reads of many versions, to be fetched together.
READ = (
    "answers__question",
    "answers__area",
    "stances__area",
    "cosignatories",
    "attachments",
    "maskings",
    "findings",
)
SECRET = "Sekretessmarkerat"


@dataclass(frozen=True)
class Piece:
    """Some of a text. `note` is what the marked words are, and `number` their place in a list."""

    text: str
    note: str = ""
    number: int = 0


@dataclass(frozen=True)
class Place:
    """Where a text stands: for a reader, and in the parts of a draft."""

    heading: str
    label: str
    part: str
    question: str


Pieces = Callable[[Place, str], list[Piece]]


def as_it_is(_place: Place, text: str) -> list[Piece]:
    return [Piece(text)]


@dataclass(frozen=True)
class PublishedText:
    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class PublishedPart:
    """What was said about one area, or about the whole plan where `bond` is 0."""

    heading: str
    anchor: str
    bond: int
    stance: str
    texts: list[PublishedText]


@dataclass(frozen=True)
class PublishedAnswer:
    """All that templates/results/_answer.html shows. `when` is a sentence."""

    kicker: str
    name: str
    when: str
    parts: list[PublishedPart] = field(default_factory=list)
    cosignatories: list[list[Piece]] = field(default_factory=list)
    files: list[list[Piece]] = field(default_factory=list)
    is_secret: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.parts and not self.files


def of_contents(
    plan: Plan,
    contents: dict[str, dict],
    *,
    kind: str,
    organisation: str,
    hide_name: bool,
    cosignatories: Iterable[str] = (),
    files: Iterable[str] = (),
    when: str = "",
    pieces: Pieces = as_it_is,
) -> PublishedAnswer:
    """What is published of part key → content. `pieces` cuts each text for marking."""
    parts = [_part(*each, contents, pieces) for each in plan.parts()]
    behind = Place("Vilka som står bakom svaret", "Namn", BEHIND, "cosignatories")
    attached = Place("Bilagor", "Filens namn", FILES, "files")
    return PublishedAnswer(
        kicker=f"Remissvar från {_lower(Kind(kind).label)}",
        name=public_name(kind, organisation, hide_name=hide_name),
        when=when,
        parts=[part for part in parts if part.stance or part.texts],
        cosignatories=[pieces(behind, name) for name in cosignatories],
        files=[pieces(attached, name) for name in files],
    )


def of_submission(
    submission: Submission, plan: Plan, *, also: Iterable[tuple[Spot, int, int]] = ()
) -> PublishedAnswer:
    """What is published of what was received; with `also`, as if these places were masked too.

    Of what is sekretessmarkerat nothing is told but that.
    """
    is_secret, secret_files = _secrecy(submission)
    if is_secret:
        return PublishedAnswer(kicker="Remissvar", name=SECRET, when="", is_secret=True)
    texts = _shown(submission, secret_files, also)
    contents: dict[str, dict] = {}
    for answer in submission.answers.all():
        text = texts[Spot("answer", answer.pk)]
        contents.setdefault(_part_key(answer.area), {})[answer.question.key] = text
    for stance in submission.stances.all():
        contents.setdefault(_part_key(stance.area), {})["stance"] = stance.value
    day = swedish_day(timezone.localdate(submission.received_at), this_year=None)
    return of_contents(
        plan,
        contents,
        kind=submission.kind,
        organisation=texts.get(Spot("organisation"), ""),
        hide_name=submission.hide_name,
        cosignatories=_of_field(texts, "cosignatory"),
        files=_of_field(texts, "attachment"),
        when=f"Inskickat {day}. Referens {submission.response.reference}.",
    )


def public_texts(
    submission: Submission, *, also: Iterable[tuple[Spot, int, int]] = ()
) -> dict[Spot, str]:
    """The one gate: every text of a version as the public may read it (decision 24).

    A file is "Bilaga 1" until somebody has looked at its name (decision 13). Nothing is read of an
    answer that is sekretessmarkerat, nor the name of such a file (decision 25).
    """
    is_secret, secret_files = _secrecy(submission)
    return {} if is_secret else _shown(submission, secret_files, also)


def _secrecy(submission: Submission) -> tuple[bool, set[Spot]]:
    """Whether a mark stands on the answer, and the files of this version that one stands on."""
    standing = SecrecyMark.objects.standing().of(submission.response_id)
    marks = list(standing.values_list("response", "attachment__sha256"))
    digests = {sha256 for response, sha256 in marks if not response}
    files = submission.attachments.all() if digests else ()
    return any(response for response, _sha256 in marks), {
        Spot("attachment", file.pk) for file in files if file.sha256 in digests
    }


def _shown(
    submission: Submission, secret_files: set[Spot], also: Iterable[tuple[Spot, int, int]]
) -> dict[Spot, str]:
    spans = _spans(submission)
    for spot, start, end in also:
        spans.setdefault(spot, []).append((start, end))
    looked_at = {
        found.spot
        for found in submission.findings.all()
        if found.kind == Finding.Kind.FILE_NAME and found.left_at
    }
    texts = {spot: text for spot, text in texts_of(submission).items() if spot not in secret_files}
    shown = {spot: masked(text, spans.get(spot, ())) for spot, text in texts.items()}
    if NAME in shown:
        shown[NAME] = _name(submission, submission.response, spans.get(NAME, ()))
    for place, spot in enumerate((each for each in texts if each.field == "attachment"), 1):
        if spot not in looked_at and spot not in spans:
            shown[spot] = f"Bilaga {place}"
    return shown


def _spans(submission: Submission) -> dict[Spot, list[Span]]:
    """Where each text of the version is masked."""
    spans: dict[Spot, list[Span]] = {}
    for mark in submission.maskings.all():
        if mark.undone_at is None:
            spans.setdefault(mark.spot, []).append((mark.start, mark.end))
    return spans


NAME = Spot("organisation")


def name_in_lists(submission: Submission) -> str:
    """The organisation's name where anybody may read it beside others: what is masked in the
    version that counts is masked in the earlier ones too."""
    response = submission.response
    latest = response.latest
    hidden = _spans(latest).get(NAME, ())
    if response.corrected_name or latest.organisation == submission.organisation:
        return _name(latest, response, hidden)
    name = _name(submission, response, _spans(submission).get(NAME, ()))
    return masked(name, _found(name, _words(latest, hidden)))


def _name(submission: Submission, response: Response, spans: Iterable[Span]) -> str:
    """The name, corrected where it was wrong.

    Marks are of the name as it was sent in. In a corrected one they hide the same words; where
    these are written otherwise nobody has said what may be read, and all of it is hidden.
    """
    corrected = response.corrected_name
    if not corrected:
        return masked(submission.organisation, spans)
    hidden = _words(submission, spans)
    if all(occurrences(corrected, words) for words in hidden):
        return masked(corrected, _found(corrected, hidden))
    return MASK


def _words(submission: Submission, spans: Iterable[Span]) -> list[str]:
    runs = merged(submission.organisation, spans)
    words = (submission.organisation[start:end].strip() for start, end in runs)
    return [each for each in words if each]


def _found(name: str, hidden: Iterable[str]) -> list[Span]:
    return [(each.start, each.end) for words in hidden for each in occurrences(name, words)]


def _of_field(texts: dict[Spot, str], field: str) -> list[str]:
    return [text for spot, text in texts.items() if spot.field == field]


def _part_key(area: PriorityArea | None) -> str:
    return area_key(area.key) if area else REST


def public_name(kind: str, organisation: str, *, hide_name: bool) -> str:
    """The heading of a published answer (decision 24)."""
    if kind == Kind.PRIVATE:
        return str(Kind.PRIVATE.label)
    return f"{Kind(kind).label} som inte visas med namn" if hide_name else organisation


def _lower(label) -> str:
    return str(label)[:1].lower() + str(label)[1:]


def _part(key, area: PriorityArea | None, asked, contents, pieces) -> PublishedPart:
    content = contents.get(key, {})
    heading = f"{area.number}. {area.heading}" if area else WHOLE_PLAN
    stance = content.get("stance", "")
    return PublishedPart(
        heading=heading,
        anchor=f"h-o{area.number}" if area else "h-plan",
        bond=area.bond if area else 0,
        stance=str(Position(stance).label) if stance else "",
        texts=[
            PublishedText(
                question.label, pieces(Place(heading, question.label, key, question.key), text)
            )
            for question in asked
            if (text := content.get(question.key, ""))
        ],
    )
