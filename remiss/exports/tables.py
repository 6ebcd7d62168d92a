"""Answers as headers and rows. What becomes of them in a file is not known here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from remiss.exports.sections import Plan, Section, backing_of_submission, of_submission
from remiss.exports.sheets import NARROW, Cell, Column
from remiss.models import (
    Attachment,
    Consultation,
    Contact,
    PlanVersion,
    Question,
    Registration,
    Response,
    Submission,
)
from remiss.models.backing import backing_rows
from remiss.models.response import ResponseQuerySet

CHUNK = 500  # answers in memory at a time; each chunk costs four queries
YES = "Ja"


@contextmanager
def snapshot():
    """All that is read inside is the database as it stood at one moment (fault P7)."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@dataclass(frozen=True)
class Entry:
    """One answer, in the version that counts, with the plan it answered."""

    response: Response
    submission: Submission
    plan: Plan
    sections: list[Section]
    behind: dict[str, str]  # label → text of who stands behind it, days as a spreadsheet sorts them

    @property
    def registry_number(self) -> str:
        try:
            return self.submission.registration.registry_number
        except Registration.DoesNotExist:
            return ""

    @property
    def said(self) -> list[Section]:
        return [section for section in self.sections if not section.is_empty]

    @property
    def backing(self) -> list[tuple[str, str]]:
        """Who stands behind it, days in words."""
        return backing_of_submission(self.submission)

    @property
    def files(self) -> list[Attachment]:
        return list(self.submission.attachments.all())

    def parts(self) -> Iterator[tuple[str, Section, list[tuple[Question, str]]]]:
        """(area key or "", section, its questions with their texts) in the order of the plan."""
        for section, (_key, area, asked) in zip(self.sections, self.plan.parts(), strict=True):
            texts = [text for _label, text in section.rows]
            yield area.key if area else "", section, list(zip(asked, texts, strict=True))


Field = tuple[Column, Callable[[Entry], Cell]]

WHO: list[Field] = [
    (Column("Referens", NARROW), lambda entry: entry.response.reference),
    (Column("Version", 8), lambda entry: entry.submission.number),
    (Column("Organisation", 32), lambda entry: entry.submission.shown_as),
]
RECEIVED: list[Field] = [
    (Column("Vem"), lambda entry: entry.submission.get_kind_display()),
    (Column("Kanal", NARROW), lambda entry: entry.response.get_channel_display()),
    (Column("Inkom", 17), lambda entry: received_stamp(entry.submission)),
    (
        Column("Inkommen efter svarstiden", 14),
        lambda entry: YES if entry.submission.is_late else "",
    ),
    (Column("Diarienummer", 18), lambda entry: entry.registry_number),
]
COSIGNATORIES = "Står också bakom svaret"


def _behind(label: str, width: int) -> Field:
    """A column of what is called the same wherever an answer is read."""
    return Column(label, width), lambda entry: entry.behind.get(label, "")


BEHIND: list[Field] = [
    _behind("Organisationsnummer", 18),
    (
        Column("Antal medlemmar", NARROW),
        lambda entry: entry.submission.backing.get("members") or "",  # a number to a spreadsheet
    ),
    _behind("Så togs svaret fram", 32),
    (Column("Preliminärt", NARROW), lambda entry: YES if entry.submission.is_preliminary else ""),
    _behind("Vem som har beslutat", 24),
    _behind("Beslut väntas", NARROW),
    _behind("Beslutsdatum", NARROW),
    _behind("Paragraf", NARROW),
    _behind("Eget diarienummer", 18),
    _behind(COSIGNATORIES, 40),
    (
        Column("Bilagor", 40),
        lambda entry: "\n".join(f"{file.name} ({file.get_kind_display()})" for file in entry.files),
    ),
]
STATUS: list[Field] = [
    (Column("Visas utan namn", NARROW), lambda entry: YES if entry.submission.hide_name else ""),
    (Column("Status"), lambda entry: entry.response.status),
]
CONTACT: list[Field] = [
    (Column("Kontaktperson"), lambda entry: contact_of(entry.response)["name"]),
    (Column("E-post", 30), lambda entry: contact_of(entry.response)["email"]),
    (Column("Kopia av kvittot till", 30), lambda entry: contact_of(entry.response)["copy_email"]),
]
PLAN: list[Field] = [(Column("Planversion", 40), lambda entry: str(entry.submission.plan_version))]
PROOF: list[Field] = [(Column("Kontrollkod", 22), lambda entry: entry.submission.digest_groups)]


def swedish_stamp(moment: datetime) -> str:
    """ "2026-11-12 12.00": Swedish time, sorts as text and is no number to a spreadsheet."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H.%M}"


def received_stamp(submission: Submission) -> str:
    """When it came in, as swedish_stamp; the day alone where no time is known."""
    if submission.has_time:
        return swedish_stamp(submission.received_at)
    return timezone.localdate(submission.received_at).isoformat()


def contact_of(response: Response) -> dict[str, str]:
    """Who to ask; empty where it has been erased."""
    names = ("name", "email", "copy_email")
    try:
        return {name: getattr(response.contact, name) for name in names}
    except Contact.DoesNotExist:
        return dict.fromkeys(names, "")


def behind(submission: Submission) -> dict[str, str]:
    """Who stands behind an answer: label → text, days as 2026-12-06."""
    cosigners = [(each.name, each.organisation_number) for each in submission.cosignatories.all()]
    return dict(backing_rows(submission.backing, cosigners, day=date.isoformat))


class Answers:
    """The answers of one export, first received first, in as many queries whatever their number.

    `responses` may be any selection; those that were never sent in are no answers, and what
    `viewer` may not see is left out. Who to ask is not even fetched unless `with_contact`.
    """

    def __init__(self, responses: ResponseQuerySet, *, viewer, with_contact: bool):
        self.viewer, self.with_contact = viewer, with_contact
        related = ["latest__registration", *(["contact"] if with_contact else [])]
        self.responses = (
            responses.visible_to(viewer)
            .filter(latest__isnull=False)
            .select_related(*related)
            .order_by("latest__received_at", "pk")
        )
        answered = Submission.objects.filter(
            plan_version=OuterRef("pk"),
            pk__in=self.responses.order_by().values("latest"),
        )
        versions = (
            PlanVersion.objects.filter(Exists(answered))
            .select_related("consultation")
            .prefetch_related("areas", "questions")
            .order_by("-consultation__opens_on", "-consultation", "-number")
        )
        self.plans = {version.pk: Plan(version) for version in versions}

        self.counts = self._counts()

    def _counts(self) -> list[tuple[Consultation, int]]:
        """How many answers of each remiss."""
        remisser = {
            plan.version.consultation_id: plan.version.consultation for plan in self.plans.values()
        }
        found = self.responses.order_by().values_list("consultation").annotate(Count("pk"))
        numbers = dict(found)
        return [(remiss, numbers[pk]) for pk, remiss in remisser.items() if pk in numbers]

    @property
    def count(self) -> int:
        return sum(count for _consultation, count in self.counts)

    def entries(self) -> Iterator[Entry]:
        found = self.responses.prefetch_related(
            "latest__answers",
            "latest__stances",
            "latest__cosignatories",
            Prefetch("latest__attachments", Attachment.objects.visible_to(self.viewer)),
        )
        for response in found.iterator(chunk_size=CHUNK):
            submission = response.latest
            submission.response = response
            plan = self.plans[submission.plan_version_id]
            submission.plan_version = plan.version
            said = of_submission(submission, plan)
            yield Entry(response, submission, plan, said, behind(submission))

    def pages(self) -> Iterator[tuple[Entry, list[tuple[str, Cell]]]]:
        """Each answer with the facts about it, for reading in full under its sender's name."""
        fields = [*WHO[:-1], *RECEIVED, *STATUS, *self.optional, *PROOF]
        for entry in self.entries():
            yield entry, list(zip(labels(fields), values(fields, entry), strict=True))

    # One row an answer and question

    @property
    def header(self) -> list[str]:
        before, after = self._around()
        asked = ["Område", "Ställningstagande", "Fråga", "Svar"]
        return [*labels(before), *asked, *labels(after)]

    def rows(self) -> Iterator[list[Cell]]:
        """A stance without text has a row of its own, and so has an answer with neither."""
        before, after = self._around()
        for entry in self.entries():
            left, right = values(before, entry), values(after, entry)
            for section in entry.said:
                for label, text in section.answered or [("", "")]:
                    yield [*left, section.heading, section.stance, label, text, *right]
            if not entry.said:
                yield [*left, "", "", "", "", *right]

    def _around(self) -> tuple[list[Field], list[Field]]:
        return WHO + RECEIVED, STATUS + BEHIND + self.optional

    @property
    def optional(self) -> list[Field]:
        several = len(self.plans) > 1
        return [*(CONTACT if self.with_contact else []), *(PLAN if several else [])]


@dataclass(frozen=True)
class About:
    """What a file holds, for the one who finds it later."""

    answers: Answers
    selection: str
    left_out: str
    made_at: datetime

    @property
    def notice(self) -> str:
        return contact_notice(self.answers.count) if self.answers.with_contact else ""

    @property
    def title(self) -> str:
        return ", ".join(consultation.title for consultation, _count in self.answers.counts)

    def rows(self) -> list[tuple[str, Cell]]:
        return [
            ("Remiss", self.title),
            ("Urval", f"{self.selection}. {self.left_out}".strip()),
            ("Antal svar", self.answers.count),
            ("Uttaget", swedish_stamp(self.made_at)),
            ("Kontaktuppgifter", self.notice or "Finns inte i filen."),
        ]


def contact_notice(count: int | None) -> str:
    """How to keep a file with contact details; without a count, before it is known."""
    what = f"{count} svar" if count is not None else "de svar du väljer"
    return (
        f"Filen innehåller {what} med namn och e-post. "
        "Spara den bara där sådana uppgifter får finnas."
    )


def left_out(consultation: Consultation, viewer) -> str:
    """ "2 åsidosatta och 1 återtaget svar är inte med.", or nothing."""
    sent_in = Response.objects.filter(consultation=consultation, latest__isnull=False)
    hidden = sent_in.hidden_from(viewer).current().count()
    found = sent_in.visible_to(viewer).aggregate(
        aside=Count("pk", filter=~Q(set_aside="")),
        withdrawn=Count("pk", filter=Q(set_aside="", withdrawn_at__isnull=False)),
    )
    kinds = [
        _number(found["aside"], "åsidosatt", "åsidosatta"),
        _number(found["withdrawn"], "återtaget", "återtagna"),
        _number(hidden, "sekretessmarkerat", "sekretessmarkerade"),
    ]
    words = _listed([kind for kind in kinds if kind])
    return f"{words} svar är inte med." if words else ""


def _listed(words: list[str]) -> str:
    *first, last = words or [""]
    return f"{', '.join(first)} och {last}" if first else last


def _number(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}" if number else ""


def labels(fields: list[Field]) -> list[str]:
    return [column.label for column, _value in fields]


def values(fields: list[Field], entry: Entry) -> list[Cell]:
    return [value(entry) for _column, value in fields]
