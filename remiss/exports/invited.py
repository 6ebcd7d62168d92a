"""Bodies as rows: how many of the invited have answered, what each says, and the remisslista."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from remiss.exports import files
from remiss.exports.sections import WHOLE_PLAN
from remiss.exports.sheets import MEDIUM, NARROW, WIDE, Cell, Column, Sheet
from remiss.exports.tables import YES, swedish_stamp
from remiss.models import (
    SETTLED,
    Answer,
    Body,
    BodyAddress,
    Consultation,
    CountedFor,
    Invitation,
    Kind,
    Position,
    Registration,
    Response,
    Stance,
    Status,
)
from remiss.text import clean_name, search_key, sort_key

WHOLE = "hela-planen"  # the column of the whole plan, among the keys of the areas
TEXT, NOTHING = "text", "nothing"
UNINVITED = "uninvited"
NO = "Nej"

SAID = {
    **{value: str(label) for value, label in Position.choices},
    TEXT: "Synpunkter",
    NOTHING: "Inget svar",
}
STATUSES = {
    **{value: str(label) for value, label in Status.choices},
    UNINVITED: "Inte inbjuden",
}


# How many have answered


@dataclass(frozen=True)
class Tally:
    """Of `invited` bodies `settled` have answered, `declined` of them by saying that they won't.

    An invitation that was never sent asks nobody and is not counted.
    """

    label: str
    settled: int
    invited: int
    declined: int

    @property
    def words(self) -> str:
        return f"{self.settled} av {self.invited}"


def tallies(invitations: Iterable[Invitation]) -> list[Tally]:
    """One a kind that is invited, in the order of the vocabulary, and last one for them all.

    The invitations come with_status() and with their bodies.
    """
    found = Counter(
        (invitation.body.kind, invitation.status)
        for invitation in invitations
        if invitation.status != Status.NOT_SENT
    )
    kinds = [kind for kind in Kind if any(there == kind for there, _status in found)]
    return [
        *(_tally(str(kind.label), found, {kind}) for kind in kinds),
        _tally("Alla", found, set(kinds)),
    ]


def _tally(label: str, found: Counter, kinds: set[Kind]) -> Tally:
    numbers: Counter = Counter()
    for (kind, status), number in found.items():
        if kind in kinds:
            numbers[status] += number
    return Tally(
        label,
        settled=sum(numbers[status] for status in SETTLED),
        invited=sum(numbers.values()),
        declined=numbers[Status.DECLINED],
    )


# Rows


@dataclass(frozen=True)
class Row:
    """One body: invited, or not and yet with an answer that counts for it.

    `said` maps column → what its answers say there, each thing once, first received first; a body
    that has not answered has nothing in it.
    """

    body: Body
    invitation: Invitation | None
    answers: list[Response] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return self.invitation.status if self.invitation else UNINVITED

    @property
    def status_label(self) -> str:
        return STATUSES[self.status]


def rows(consultation: Consultation, viewer) -> list[Row]:
    """The bodies of a remiss by name, with their answers, in two queries."""
    invitations = Invitation.objects.in_use().filter(consultation=consultation)
    invitations = invitations.select_related("body")
    by_body = {invitation.body_id: invitation for invitation in invitations.with_status()}
    bodies = {invitation.body_id: invitation.body for invitation in by_body.values()}
    answers: dict[int, list[Response]] = {}
    for counted in _counted(consultation, viewer):
        bodies.setdefault(counted.body_id, counted.body)
        answers.setdefault(counted.body_id, []).append(counted.response)
    ordered = sorted(bodies.values(), key=lambda body: (body.sort_key, body.pk))
    return [Row(body, by_body.get(body.pk), answers.get(body.pk, [])) for body in ordered]


def _counted(consultation: Consultation, viewer):
    counted = CountedFor.objects.visible_to(viewer).filter(
        response__consultation=consultation, response__in=Response.objects.current()
    )
    return (
        counted.select_related("body", "response__latest__registration")
        .defer("response__latest__canonical", "response__latest__search_text")
        .order_by("response__latest__received_at", "response")
    )


# The matrix


class Matrix:
    """Every body against every area of the newest version of the plan, and against the whole of it.

    Six queries however many there are.
    """

    def __init__(self, consultation: Consultation, viewer):
        version = consultation.versions.first()
        areas = list(version.areas.all()) if version else []
        self.columns = [(area.key, str(area)) for area in areas] + [(WHOLE, WHOLE_PLAN)]
        said = _said(consultation, viewer)
        self.rows = [
            Row(row.body, row.invitation, row.answers, self._of(row.answers, said))
            for row in rows(consultation, viewer)
        ]
        self.tallies = tallies(row.invitation for row in self.rows if row.invitation)

    def _of(self, answers: list[Response], said: dict) -> dict[str, list[str]]:
        if not answers:
            return {}
        return {
            key: list(dict.fromkeys(_things(answers, said, key))) or [NOTHING]
            for key, _label in self.columns
        }

    @property
    def unsent(self) -> int:
        """How many rows are not counted since their invitation has not been sent."""
        return sum(row.status == Status.NOT_SENT for row in self.rows)

    @property
    def tags(self) -> list[tuple[str, str]]:
        """(key, tag as somebody wrote it) of every tag that a body in it has."""
        found: dict[str, str] = {}
        for row in self.rows:
            for tag in row.body.tag_list:
                found.setdefault(search_key(clean_name(tag)), tag)
        return sorted(found.items(), key=lambda pair: sort_key(pair[1]))

    def narrowed(self, choice: "Choice") -> list[Row]:
        return [row for row in self.rows if choice.takes(row)]


@dataclass(frozen=True)
class Choice:
    """Which rows are shown; "" takes all. `stance` is any key of SAID.

    With an area it is what is said there that counts, without one what is said anywhere; an area
    alone takes those who say something about it.
    """

    kind: str = ""
    status: str = ""
    tag: str = ""
    stance: str = ""
    area: str = ""

    def takes(self, row: Row) -> bool:
        return (
            self.kind in {"", row.body.kind}
            and self.status in {"", row.status}
            and (not self.tag or f",{self.tag}," in row.body.tag_keys)
            and self._takes_said(row)
        )

    def _takes_said(self, row: Row) -> bool:
        if not (self.stance or self.area):
            return True
        places = [self.area] if self.area else list(row.said)
        there = {thing for place in places for thing in row.said.get(place, [])}
        return self.stance in there if self.stance else bool(there - {NOTHING})


def _things(answers: list[Response], said: dict, key: str) -> Iterator[str]:
    for response in answers:
        if thing := said.get((response.latest_id, key)):
            yield thing


def _said(consultation: Consultation, viewer) -> dict[tuple[int, str], str]:
    """(submission, column) → its stance, or TEXT where there are words and no stance."""
    counting = Response.objects.visible_to(viewer).current().filter(consultation=consultation)
    latest = counting.filter(counted_for__isnull=False).values("latest")
    texts = Answer.objects.filter(submission__in=latest).order_by()
    stances = Stance.objects.filter(submission__in=latest).order_by()
    said = {
        (submission, key or WHOLE): TEXT
        for submission, key in texts.values_list("submission", "area__key").distinct()
    }
    for submission, key, value in stances.values_list("submission", "area__key", "value"):
        said[submission, key or WHOLE] = value
    return said


# As sheets


def matrix_sheet(matrix: Matrix) -> Sheet:
    areas = [Column(label, MEDIUM) for _key, label in matrix.columns]
    return Sheet("Matris", [*WHO, Column("Svar", NARROW), *areas], kept=1)


def matrix_rows(matrix: Matrix, shown: list[Row]) -> Iterator[list[Cell]]:
    for row in shown:
        said = [said_in_words(row.said.get(key, []), "\n") for key, _label in matrix.columns]
        yield [*_who(row), _lines(answer.reference for answer in row.answers), *said]


def said_in_words(things: list[str], between: str) -> str:
    return between.join(SAID[thing] for thing in things)


WHO = [Column("Organisation", 32), Column("Vem"), Column("Status", 16)]


def _who(row: Row) -> list[Cell]:
    return [row.body.name, str(row.body.get_kind_display()), row.status_label]


class Remisslista:
    """All that is known of each body in a remiss, one a row; three queries."""

    def __init__(self, consultation: Consultation, viewer):
        self.rows = rows(consultation, viewer)
        self.tallies = tallies(row.invitation for row in self.rows if row.invitation)
        bodies = [row.body.pk for row in self.rows]
        mains = BodyAddress.objects.filter(is_main=True, body__in=bodies)
        self.mains = {address.body_id: address for address in mains}

    sheet = Sheet(
        "Remisslista",
        [
            *WHO,
            Column("Organisationsnummer", 18),
            Column("E-post", 32),
            Column("Adressen fungerar inte", NARROW),
            Column("Inbjudan skickad", 17),
            Column("Öppnad", 17),
            Column("Utkast", NARROW),
            Column("Svarat", NARROW),
            Column("Svar", NARROW),
            Column("Diarienummer", 18),
            Column("Avstår", NARROW),
            Column("Skäl att avstå", 32),
            Column("Påminnelser", NARROW),
            Column("Senaste påminnelsen", 17),
            Column("Tid till", NARROW),
            Column("Etiketter"),
            Column("Anteckning", WIDE),
        ],
        kept=1,
    )

    def cells(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            main = self.mains.get(row.body.pk)
            yield [
                *_who(row),
                row.body.organisation_number,
                main.email if main else "",
                YES if main and main.failed_at else "",
                *_sent(row.invitation),
                _lines(_day(answer.latest.received_at) for answer in row.answers),
                _lines(answer.reference for answer in row.answers),
                _lines(_registry_number(answer) for answer in row.answers),
                *_told(row.invitation),
                row.body.tags,
                row.body.notes,
            ]


def _sent(invitation: Invitation | None) -> list[Cell]:
    if invitation is None:
        return ["", "", ""]
    # That something is begun and not sent in, and nothing else of it (decision 10).
    is_writing = invitation.is_writing and not invitation.is_answered
    return [
        _stamp(invitation.sent_at),
        _stamp(invitation.opened_at),
        YES if is_writing else NO,
    ]


def _told(invitation: Invitation | None) -> list[Cell]:
    if invitation is None:
        return ["", "", "", "", ""]
    own = invitation.own_last_day
    return [
        _day(invitation.declined_at),
        invitation.decline_reason,
        invitation.reminders,
        _stamp(invitation.reminded_at),
        own.isoformat() if own else "",
    ]


def _stamp(moment) -> str:
    return swedish_stamp(moment) if moment else ""


def _day(moment) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def _registry_number(answer: Response) -> str:
    try:
        return answer.latest.registration.registry_number
    except Registration.DoesNotExist:
        return ""


def _lines(texts: Iterable[str]) -> str:
    """One line an answer in each column, so that they stand beside each other."""
    lines = list(texts)
    return "\n".join(lines) if any(lines) else ""


def about(
    consultation: Consultation, tallied: list[Tally], *, selection: str, count: int, made_at
) -> list[tuple[str, Cell]]:
    """What a file holds, for the one who finds it later."""
    answered = [
        (f"Har svarat: {tally.label}", f"{tally.words}, varav {tally.declined} avstår")
        for tally in tallied
    ]
    return [
        ("Remiss", consultation.title),
        ("Urval", selection),
        ("Antal remissinstanser", count),
        *answered,
        ("Uttaget", swedish_stamp(made_at)),
    ]


def long_texts(cells: Iterable[list[Cell]]) -> Iterator[tuple[int, int, str]]:
    """(sheet number, column number, text) of what may need more than one cell."""
    for row in cells:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > files.ALWAYS_FITS:
                yield 0, place, cell
