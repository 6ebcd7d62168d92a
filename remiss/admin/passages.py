"""Passages and themes as the pages count them: written once, so that figure and list agree."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from remiss.admin import scopes
from remiss.models import (
    MUNICIPAL,
    Consultation,
    CountedFor,
    Kind,
    Passage,
    Placement,
    PriorityArea,
    Response,
    Submission,
    Theme,
)
from remiss.models.passage import WHOLE

WHOLE_SLUG = "hela-planen"
CIVIL = {Kind.ASSOCIATION, Kind.UMBRELLA, Kind.OTHER_CIVIL}


@dataclass(frozen=True)
class Area:
    """An area by its key through all versions of the plan, or the whole plan (no number)."""

    key: str = WHOLE
    number: int | None = None
    heading: str = "Hela planen"

    @property
    def slug(self) -> str:
        return self.key or WHOLE_SLUG

    @property
    def label(self) -> str:
        return f"{self.number}. {self.heading}" if self.number else self.heading

    @property
    def short(self) -> str:
        return f"område {self.number}" if self.number else "hela planen"


def areas(consultation: Consultation) -> list[Area]:
    """As the newest plan numbers them; those of older versions and the whole plan come last."""
    rows = PriorityArea.objects.filter(version__consultation=consultation)
    newest_first = rows.order_by("-version__number", "number")
    found: dict[str, Area] = {}
    for key, number, heading in newest_first.values_list("key", "number", "heading"):
        found.setdefault(key, Area(key, number, heading))
    return [*found.values(), Area()]


def area_of(submission: Submission, slug: str) -> Area | None:
    """The area as the plan that was answered has it; None when there is no such area."""
    if slug == WHOLE_SLUG:
        return Area()
    area = submission.plan_version.areas.filter(key=slug).first()
    return Area(area.key, area.number, area.heading) if area else None


# How far it has come


@dataclass(frozen=True)
class Cover:
    total: int = 0
    covered: int = 0
    without_action: int = 0

    @property
    def left(self) -> int:
        return self.total - self.covered

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return 100 * self.covered // self.total if self.total else 0

    def __add__(self, other: "Cover") -> "Cover":
        return Cover(
            self.total + other.total,
            self.covered + other.covered,
            self.without_action + other.without_action,
        )


def current(consultation: Consultation, viewer) -> QuerySet:
    """The passages of answers that count and `viewer` may see, in the version that counts."""
    responses = scopes.current(viewer).filter(consultation=consultation)
    return Passage.objects.filter(answer__submission__in=responses.order_by().values("latest"))


def _cover_by(passages: QuerySet, *names: str) -> QuerySet:
    return (
        passages.with_cover()
        .order_by()
        .values_list(*names)
        .annotate(
            total=Count("pk"),
            covered=Count("pk", filter=Q(is_covered=True)),
            without_action=Count("pk", filter=~Q(no_action="")),
        )
    )


def cover_by_area(consultation: Consultation, viewer) -> dict[str, Cover]:
    rows = _cover_by(current(consultation, viewer), "answer__area__key")
    return {key or WHOLE: Cover(*counts) for key, *counts in rows}


def cover_of(submission: Submission) -> dict[str, Cover]:
    """Of one answer, by area key; areas without passages are not there."""
    rows = _cover_by(Passage.objects.filter(answer__submission=submission), "answer__area__key")
    return {key or WHOLE: Cover(*counts) for key, *counts in rows}


def areas_left(responses: list[int], viewer) -> dict[int, list[str]]:
    """Keys of the areas of these answers that have something left, in order."""
    latest = Response.objects.visible_to(viewer).filter(pk__in=responses).values("latest")
    rows = (
        Passage.objects.filter(answer__submission__in=latest)
        .left()
        .order_by("answer__area__number")
        .values_list("answer__submission__response", "answer__area__key")
        .distinct()
    )
    found: dict[int, list[str]] = defaultdict(list)
    for response, key in rows:
        found[response].append(key or WHOLE)
    return found


def of_areas(passages: QuerySet, keys: list[str]) -> QuerySet:
    wanted = Q(answer__area__key__in=[key for key in keys if key])
    if WHOLE in keys:
        wanted |= Q(answer__area=None)
    return passages.filter(wanted)


def without_action(passages: QuerySet) -> QuerySet:
    return passages.exclude(no_action="")


def quoted(passages: QuerySet) -> QuerySet:
    """With everything a line about a passage says, answer by answer."""
    return (
        passages.numbered()
        .select_related("answer__submission__response", "answer__question")
        .defer("answer__submission__canonical", "answer__submission__search_text")
        .order_by(
            "answer__submission__sort_key",
            "answer__submission",
            "answer__area__number",
            "answer__question__number",
            "start",
        )
    )


# Themes


def themes(consultation: Consultation) -> QuerySet:
    """Those in use, in order."""
    return Theme.objects.filter(consultation=consultation, merged_into=None).order_by(
        "area_key", "place", "pk"
    )


def under(theme: Theme, viewer) -> QuerySet:
    """The passages of a theme that count and `viewer` may see."""
    return current(theme.consultation, viewer).filter(placements__theme=theme)


@dataclass
class ThemeFigures:
    """How much stands under a theme. Each organisation behind the answers is counted once."""

    passages: int = 0
    answers: int = 0
    behind: dict[tuple, str] = field(default_factory=dict)

    def _of(self, kinds) -> int:
        return sum(kind in kinds for kind in self.behind.values())

    @property
    def civil(self) -> int:
        return self._of(CIVIL)

    @property
    def city(self) -> int:
        return self._of(MUNICIPAL)

    @property
    def others(self) -> int:
        return len(self.behind) - self.civil - self.city


def theme_figures(consultation: Consultation, viewer) -> dict[int, ThemeFigures]:
    """By theme. An answer counts for its bodies, and a spontaneous one for whoever sent it."""
    counted: dict[int, dict[tuple, str]] = defaultdict(dict)
    ties = CountedFor.objects.visible_to(viewer).filter(response__consultation=consultation)
    for response, body, kind in ties.values_list("response", "body", "body__kind"):
        counted[response]["body", body] = kind
    rows = (
        Placement.objects.filter(passage__in=current(consultation, viewer))
        .values_list(
            "theme",
            "passage__answer__submission__response",
            "passage__answer__submission__kind",
        )
        .annotate(number=Count("pk"))
    )
    found: dict[int, ThemeFigures] = defaultdict(ThemeFigures)
    for theme, response, kind, number in rows:
        figures = found[theme]
        figures.passages += number
        figures.answers += 1
        figures.behind |= counted.get(response) or {("answer", response): kind}
    return found
