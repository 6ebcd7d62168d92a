"""Answers as the sheets of a workbook: what each one holds, and the rows of them all."""

from collections.abc import Iterator

from django.db.models import Sum
from django.db.models.functions import Length

from remiss.exports.sections import WHOLE_PLAN
from remiss.exports.sheets import MEDIUM, WIDE, Cell, Column, Sheet
from remiss.exports.tables import (
    BEHIND,
    COSIGNATORIES,
    PROOF,
    RECEIVED,
    STATUS,
    WHO,
    Answers,
    behind,
    labels,
    values,
)
from remiss.models import Answer, CoSignatory, PriorityArea, Question, Submission


class Workbook:
    """The answers as sheets: one with a row an answer, then one for each area."""

    def __init__(self, answers: Answers, *, note: str = ""):
        self.answers = answers
        # By key, which is stable: an area that got a new number or heading is the same area.
        self.areas: dict[str, PriorityArea] = {}
        self.asked: dict[str, list[tuple[str, str]]] = {
            Question.Scope.AREA: [],
            Question.Scope.WHOLE: [],
        }
        for plan in answers.plans.values():
            for area in plan.areas:
                self.areas.setdefault(area.key, area)
            for question in plan.questions:
                # A question that was worded anew is another question.
                column = (question.key, question.label)
                if column not in self.asked[question.scope]:
                    self.asked[question.scope].append(column)
        self.numbers = {key: number for number, key in enumerate(self.areas, 1)}  # of the sheets
        self.fields = WHO + RECEIVED + STATUS + BEHIND + answers.optional + PROOF
        self.sheets = [self._overview(note), *map(self._area, self.areas.values())]

    def _overview(self, note: str) -> Sheet:
        stances = [f"Ställningstagande: {area}" for area in [WHOLE_PLAN, *self.areas.values()]]
        return Sheet(
            "Svar",
            [column for column, _value in self.fields]
            + [Column(label, MEDIUM) for label in stances]
            + self._texts(Question.Scope.WHOLE),
            note=note,
            kept=len(WHO),
            lines=6,  # to run an eye over; the texts are read in full elsewhere
        )

    def _area(self, area: PriorityArea) -> Sheet:
        return Sheet(
            f"{area.number} {first_word(area.heading)}",
            [column for column, _value in WHO]
            + [Column("Område", MEDIUM), Column("Ställningstagande", MEDIUM)]
            + self._texts(Question.Scope.AREA),
            kept=len(WHO),
        )

    def _texts(self, scope: str) -> list[Column]:
        return [Column(label, WIDE) for _key, label in self.asked[scope]]

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """(sheet number, row) for every row of every sheet, in one reading of the answers."""
        for entry in self.answers.entries():
            stances = {}
            whole: list[Cell] = []
            for key, section, texts in entry.parts():
                stances[key] = section.stance
                if not key:
                    whole = self._placed(Question.Scope.WHOLE, texts)
                elif not section.is_empty:
                    yield (
                        self.numbers[key],
                        [
                            *values(WHO, entry),
                            section.heading,
                            section.stance,
                            *self._placed(Question.Scope.AREA, texts),
                        ],
                    )
            taken = [stances.get(key, "") for key in ["", *self.areas]]
            yield 0, [*values(self.fields, entry), *taken, *whole]

    def _placed(self, scope: str, texts: list[tuple[Question, str]]) -> list[Cell]:
        found = {(question.key, question.label): text for question, text in texts}
        return [found.get(column, "") for column in self.asked[scope]]

    def texts_over(self, length: int) -> Iterator[tuple[int, int, str]]:
        """(sheet number, column number, text) of the long texts: they may need more columns."""
        long = (
            Answer.objects.filter(
                submission__in=self.answers.responses.order_by().values("latest"),
            )
            .annotate(length=Length("text"))
            .filter(length__gt=length)
            .select_related("area", "question")
        )
        for answer in long.iterator():
            number = self.numbers[answer.area.key] if answer.area else 0
            column = (answer.question.key, answer.question.label)
            place = self.asked[answer.question.scope].index(column)
            first = len(self.sheets[number].columns) - len(self.asked[answer.question.scope])
            yield number, first + place, answer.text
        yield from self._lists_over(length)

    def _lists_over(self, length: int) -> Iterator[tuple[int, int, str]]:
        """Those who stand behind an answer too may be some hundred."""
        latest = self.answers.responses.order_by().values("latest")
        rows = CoSignatory.objects.filter(submission__in=latest).order_by().values("submission")
        line = Length("name") + Length("organisation_number") + len(", \n")
        long = rows.annotate(length=Sum(line)).filter(length__gt=length).values("submission")
        column = labels(self.fields).index(COSIGNATORIES)
        found = Submission.objects.filter(pk__in=long).defer("canonical", "search_text")
        for submission in found.prefetch_related("cosignatories"):
            yield 0, column, behind(submission)[COSIGNATORIES]


def first_word(heading: str) -> str:
    """ "Stadsliv" of "Stadsliv, allmänna platser och lokaler"."""
    return (heading.split() or [""])[0].strip(",.;")
