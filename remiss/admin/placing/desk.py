"""One area of an answer as it stands, and where it is read."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils.http import urlencode

from remiss.admin import passages
from remiss.admin.around import FILTERS
from remiss.admin.passages import Area
from remiss.models import Answer, Passage, Placement, Response, Submission, Theme
from remiss.models.passage import WHOLE
from remiss.text import name_key
from remiss.workflow import suggesting


def address(response_pk: int, area_key: str, *, filters: str = "", **query) -> str:
    """Where the area of an answer is read and placed."""
    slug = area_key or passages.WHOLE_SLUG
    query |= {FILTERS: filters} if filters else {}
    found = reverse("admin:place", args=[response_pk, slug])
    return f"{found}?{urlencode(query)}" if query else found


@dataclass
class Desk:
    """One area of an answer as it stands, on somebody's desk."""

    response: Response
    answers: list[Answer]  # all texts of the submission, with cover
    area: Area
    filters: str
    at: object
    user: object

    @property
    def submission(self) -> Submission:
        return self.response.latest

    def afresh(self) -> "Desk":
        """The same as it stands now, after an act that was refused."""
        answers = answers_of(self.submission)
        return Desk(self.response, answers, self.area, self.filters, self.at, self.user)

    def address(self, **query) -> str:
        return address(self.response.pk, self.area.key, filters=self.filters, **query)

    @cached_property
    def passages(self) -> list[Passage]:
        found = Passage.objects.filter(answer__submission=self.submission).in_area(self.area.key)
        return list(
            found.with_cover()
            .numbered()
            .in_order()
            .select_related("answer__question", "answer__area")
            .prefetch_related(
                Prefetch("placements", Placement.objects.select_related("theme", "by"))
            )
        )

    @property
    def names(self) -> dict[int, str]:
        """What each passage is called where no page tells which answer it is of."""
        return {each.pk: f"{each.label} i {self.response.reference}" for each in self.passages}

    @cached_property
    def themes(self) -> list[Theme]:
        """Those of the area by how much is under them, then those of the whole plan."""
        found = suggesting.choices(self.response.consultation, self.area.key, self.user)
        by_use = found.annotate(used=Count("placements")).order_by("-used", "place", "pk")
        return sorted(by_use, key=lambda theme: theme.area_key != self.area.key)

    def passage(self, text: str) -> Passage | None:
        return next((each for each in self.passages if str(each.pk) == text), None)

    def after(self, passage: Passage | None) -> Passage | None:
        """The next one left after it, or else the first one left before it."""
        start = self.passages.index(passage) + 1 if passage in self.passages else 0
        in_turn = self.passages[start:] + self.passages[:start]
        return next((each for each in in_turn if not each.is_covered and each != passage), None)

    def themes_of(self, passage: Passage) -> list[Theme]:
        return [placed.theme for placed in passage.placements.all()]

    def like(self, name: str) -> list[Theme]:
        """Those whose name has these letters in it, in any area; those of this one first."""
        key = name_key(name)
        in_use = passages.themes(self.response.consultation).filter(name_key__contains=key)
        return sorted(in_use, key=lambda theme: theme.area_key not in {self.area.key, WHOLE})

    def named(self, name: str) -> Theme | None:
        """The theme that the name means here: of the area before that of the whole plan."""
        key = name_key(name)
        return next((theme for theme in self.themes if theme.name_key == key), None)


def answers_of(submission: Submission) -> list[Answer]:
    answers = submission.answers.select_related("question", "area", "translation")
    return list(passages.with_cover(answers).order_by("question__number"))
