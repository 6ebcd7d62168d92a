"""Passages and themes as the pages count them: written once, so that figure and list agree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet

from remiss.admin import scopes
from remiss.models import (
    MUNICIPAL,
    Answer,
    Consultation,
    Kind,
    Passage,
    Placement,
    PriorityArea,
    ReviewStep,
    Submission,
    Theme,
)
from remiss.models.passage import WHOLE
from remiss.models.response import by_name
from remiss.workflow import reviewing

WHOLE_SLUG = "hela-planen"
CIVIL = {Kind.ASSOCIATION, Kind.UMBRELLA, Kind.OTHER_CIVIL}
SECTORS = {"civil": CIVIL, "city": MUNICIPAL, "others": set(Kind) - CIVIL - MUNICIPAL}


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


def areas_of(answers: Iterable[Answer]) -> list[Area]:
    """Those that the answers of one submission are about, in order; the whole plan comes last."""
    about = {answer.area for answer in answers}
    in_order = sorted(filter(None, about), key=lambda area: area.number)
    found = [Area(area.key, area.number, area.heading) for area in in_order]
    return [*found, Area()] if None in about else found


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


def cover_of_files(consultation: Consultation, viewer) -> Cover:
    """Of answers that say what they say in files alone: each is one thing to deal with."""
    current = scopes.current(viewer).filter(consultation=consultation)
    handled = Count("pk", filter=Q(latest__handled_files__isnull=False))
    return Cover(**scopes.only_files(current).aggregate(total=Count("pk"), covered=handled))


def with_cover(answers: QuerySet) -> QuerySet:
    """Each answer says how many passages it has, in the answers' own query: see `cover_of`."""
    passages = Passage.objects.filter(answer=OuterRef("pk"))
    return answers.annotate(
        total=scopes.number_of(passages, "answer"),
        covered=scopes.number_of(passages.covered(), "answer"),
        without_action=scopes.number_of(without_action(passages), "answer"),
    )


def cover_of(answers: Iterable[Answer]) -> dict[str, Cover]:
    """Of the answers of one submission, fetched `with_cover`, by area key; areas without passages
    are not there. `answer.area` should be at hand."""
    found: dict[str, Cover] = defaultdict(Cover)
    for answer in answers:
        if answer.total:
            key = answer.area.key if answer.area else WHOLE
            found[key] += Cover(answer.total, answer.covered, answer.without_action)
    return dict(found)


def areas_left(submission: Submission) -> list[str]:
    """Keys of the areas that have something left, in order; WHOLE comes last."""
    rows = Passage.objects.filter(answer__submission=submission).left()
    keys = rows.in_order().values_list("answer__area__key", flat=True)
    found = list(dict.fromkeys(key or WHOLE for key in keys))
    return sorted(found, key=lambda key: key == WHOLE)


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
            by_name("answer__submission__response__", "answer__submission__"),
            "answer__submission",
            "answer__area__number",
            "answer__question__number",
            "start",
        )
    )


# Steps


def undoing(
    consultation: Consultation | None, viewer, *, at_hand: Mapping[int, str] | None = None
) -> dict:
    """What `viewer` would undo, and what that was done to, in words; `at_hand` as about_step()."""
    step = reviewing.latest_step(consultation, viewer) if consultation else None
    return {"step": step, "step_about": about_step(step, viewer, at_hand) if step else ""}


def about_step(step: ReviewStep, viewer, at_hand: Mapping[int, str] | None = None) -> str:
    """ "3.1 i MA-5D3B" of one passage; of several, the answers they are of. Nothing of themes
    alone, or of what `viewer` may not see. `at_hand` are the words of passages by their keys, so
    that they are not asked for again."""
    touched = step.touched
    if at_hand and len(touched) == 1 and touched[0] in at_hand:
        return at_hand[touched[0]]
    rows = Passage.objects.visible_to(viewer).filter(pk__in=touched)
    of = "answer__submission__response"
    if len(touched) == 1:
        passage = rows.numbered().select_related(of).first()
        reference = passage and passage.answer.submission.response.reference
        return f"{passage.label} i {reference}" if passage else ""
    references = list(rows.order_by().values_list(f"{of}__reference", flat=True).distinct())
    if len(references) > 1:
        return f"i {len(references)} svar"
    return f"i {references[0]}" if references else ""


# Themes


def themes(consultation: Consultation) -> QuerySet:
    """Those in use, in order."""
    return Theme.objects.filter(consultation=consultation, merged_into=None).order_by(
        "area_key", "place", "pk"
    )


def under(theme: Theme, viewer) -> QuerySet:
    """The passages of a theme that count and `viewer` may see."""
    return current(theme.consultation, viewer).filter(placements__theme=theme)


@dataclass(frozen=True)
class ThemeFigures:
    """How much stands under a theme. Each organisation behind the answers is counted once, by the
    sector it is of."""

    passages: int = 0
    answers: int = 0
    civil: int = 0
    city: int = 0
    others: int = 0


def theme_figures(
    consultation: Consultation, viewer, themes: Iterable[Theme] | None = None
) -> dict[int, ThemeFigures]:
    """By theme, of all or of those given, one row each. An answer counts for its bodies, and a
    spontaneous one for whoever sent it."""
    placed = Placement.objects.filter(passage__in=current(consultation, viewer))
    if themes is not None:
        placed = placed.filter(theme__in=list(themes))
    behind = {sector: _behind(kinds) for sector, kinds in SECTORS.items()}
    rows = placed.order_by().values("theme").annotate(**_HOW_MUCH, **behind)
    found = {row.pop("theme"): ThemeFigures(**row) for row in rows}
    return defaultdict(ThemeFigures, found)


@dataclass
class KindFigures:
    """How much stands under one theme, with how many answers and how many behind them by kind."""

    passages: int
    answers: int
    kinds: dict[Kind, tuple[int, int]]


def kind_figures(theme: Theme, viewer) -> KindFigures:
    """In one row, whatever stands there."""
    placed = Placement.objects.filter(passage__in=under(theme, viewer), theme=theme)
    row = placed.aggregate(
        **_HOW_MUCH,
        **{
            f"answers_{kind}": Count(_RESPONSE, distinct=True, filter=Q((_KIND, kind)))
            for kind in Kind
        },
        **{f"behind_{kind}": _behind({kind}) for kind in Kind},
    )
    kinds = {kind: (row[f"answers_{kind}"], row[f"behind_{kind}"]) for kind in Kind}
    return KindFigures(row["passages"], row["answers"], kinds)


# An answer of several bodies stands on several rows of the join: everything is counted apart.
_SUBMISSION = "passage__answer__submission"
_KIND, _RESPONSE = f"{_SUBMISSION}__kind", f"{_SUBMISSION}__response"
_BODY = f"{_RESPONSE}__counted_for__body"
_HOW_MUCH = {
    "passages": Count("passage", distinct=True),
    "answers": Count(_RESPONSE, distinct=True),
}


def _behind(kinds: Iterable[Kind]):
    """The bodies of these kinds that the answers count for, and those who sent the others."""
    bodies = Count(_BODY, distinct=True, filter=Q((f"{_BODY}__kind__in", kinds)))
    sent = Q((_BODY, None), (f"{_KIND}__in", kinds))
    return bodies + Count(_RESPONSE, distinct=True, filter=sent)
