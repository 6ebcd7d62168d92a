"""An answer as headings, questions and texts: what a page, a letter and a document all show."""

from dataclasses import dataclass, field

from remiss.models import PlanVersion, Position, PriorityArea, Question, Submission
from remiss.models.backing import backing_rows
from remiss.models.draft import REST, area_key
from remiss.swedish import swedish_day
from remiss.text import Change, compare

WHOLE_PLAN = "Hela planen"


@dataclass(frozen=True)
class Section:
    """One area, or the whole plan where `area` is None."""

    heading: str
    area: PriorityArea | None = None
    stance: str = ""  # as a person reads it
    rows: list[tuple[str, str]] = field(default_factory=list)  # (question, text)

    @property
    def is_empty(self) -> bool:
        return not self.stance and not any(text for _label, text in self.rows)

    @property
    def is_area(self) -> bool:
        return self.area is not None

    @property
    def is_whole(self) -> bool:
        return self.area is None

    @property
    def answered(self) -> list[tuple[str, str]]:
        return [row for row in self.rows if row[1]]


class Plan:
    """A version's areas and questions, fetched once: two queries however they are used."""

    def __init__(self, version: PlanVersion):
        self.version = version
        self.areas = list(version.areas.all())
        self.questions = list(version.questions.all())

    def of_scope(self, scope: str) -> list[Question]:
        return [question for question in self.questions if question.scope == scope]

    @property
    def area_questions(self) -> list[Question]:
        return self.of_scope(Question.Scope.AREA)

    @property
    def whole_questions(self) -> list[Question]:
        return self.of_scope(Question.Scope.WHOLE)

    def parts(self) -> list[tuple[str, PriorityArea | None, list[Question]]]:
        """(part key, area or None, its questions) for everything that can be answered, in order."""
        parts = [(area_key(area.key), area, self.area_questions) for area in self.areas]
        return [*parts, (REST, None, self.whole_questions)]


def _section(area, stance, texts) -> Section:
    heading = f"{area.number}. {area.heading}" if area else WHOLE_PLAN
    label = str(Position(stance).label) if stance else ""
    return Section(heading, area, label, texts)


def of_contents(plan: Plan, contents: dict[str, dict]) -> list[Section]:
    """The sections of what a draft holds: part key → content."""
    return [
        _section(
            area,
            contents.get(key, {}).get("stance", ""),
            [(question.label, contents.get(key, {}).get(question.key, "")) for question in asked],
        )
        for key, area, asked in plan.parts()
    ]


def of_submission(submission: Submission, plan: Plan | None = None) -> list[Section]:
    """The sections of what was sent in, in the order of the plan it answered."""
    plan = plan or Plan(submission.plan_version)
    texts = {
        (answer.area_id, answer.question_id): answer.text for answer in submission.answers.all()
    }
    stances = {stance.area_id: stance.value for stance in submission.stances.all()}
    return [
        _section(
            area,
            stances.get(area.pk if area else None, ""),
            [
                (question.label, texts.get((area.pk if area else None, question.pk), ""))
                for question in asked
            ],
        )
        for _key, area, asked in plan.parts()
    ]


def backing_of_submission(submission: Submission) -> list[tuple[str, str]]:
    """(label, text) of who stands behind what was sent in; days with their year, for files."""
    cosigners = [(each.name, each.organisation_number) for each in submission.cosignatories.all()]
    return backing_rows(
        submission.backing, cosigners, day=lambda day: swedish_day(day, this_year=None)
    )


@dataclass(frozen=True)
class Difference:
    """What one place of an answer lost and got between two versions."""

    heading: str
    label: str
    changes: list[Change]


def between(earlier: Submission, later: Submission) -> list[Difference]:
    """Where two versions differ: area by area, then who stands behind it and the files."""
    before, after = _places(earlier), _places(later)
    order = list(after)
    for ahead, place in zip([None, *before], before, strict=False):
        if place not in after:  # it stood behind the one ahead of it
            order.insert(order.index(ahead) + 1 if ahead else 0, place)
    return [
        Difference(*place, compare(before.get(place, ""), after.get(place, "")))
        for place in order
        if before.get(place, "") != after.get(place, "")
    ]


def _places(submission: Submission) -> dict[tuple[str, str], str]:
    """(heading, label) → text of everything in one version."""
    places = {("Uppgifter", "Organisation"): submission.sender}
    for section in of_submission(submission):
        places[section.heading, "Ställningstagande"] = section.stance
        places |= {(section.heading, label): text for label, text in section.rows}
    behind = backing_of_submission(submission)
    places |= {("Vilka som står bakom svaret", label): text for label, text in behind}
    files = [f"{file.name} ({file.get_kind_display()})" for file in submission.attachments.all()]
    return places | {("Bilagor", "Filer"): "\n".join(files)}
