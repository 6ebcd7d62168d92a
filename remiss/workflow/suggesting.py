"""Which themes a passage may belong under, from the words of those that are placed already.

The placed texts are kept in this process's memory (`remembering`), so that a page does not read
them all again. They hold while a sum over their placements stands: where passages have only been
added, those alone are read; after anything else everything is. So a passage that was taken away,
moved, split or hidden by a sekretessmarkering is out of it at the next question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Substr

from remiss.models import Consultation, Passage, Placement, Theme
from remiss.models.passage import WHOLE
from remiss.models.secrecy import sees_secret
from remiss.text.suggesting import Learned
from remiss.workflow.remembering import Memory, sums

MOST_READ = 1_500  # placements: the newest, which bounds the time a page takes
MOST_ADDED = 50  # that are read by themselves; after more everything is
LONGEST = 3_000  # characters of each
# What tells whether the same placements stand under the same themes with the same spans.
WEIGHED = ["pk", "theme_id", "passage__start", "passage__end"]


def choices(consultation: Consultation, area_key: str, viewer) -> QuerySet:
    """The themes that a passage of the area may belong under: its own, and the whole plan's.

    Each with the sums over what stands under it that suggestions() asks for, so that they take no
    query of their own.
    """
    in_use = consultation.themes.filter(merged_into=None)
    themes = in_use.filter(area_key__in={area_key, WHOLE}).order_by("area_key", "place", "pk")
    return with_sums(themes, viewer)


def suggestions(
    consultation: Consultation, passage: Passage, themes: Sequence[Theme], *, viewer, limit: int = 3
) -> list[Theme]:
    """The likeliest of the themes, as choices() gave them, the likeliest first: in no query, or in
    one when something has been placed.

    Nothing when the remiss does not suggest themes, or when no word points at any.
    """
    if not consultation.suggests_themes:
        return []
    learned = Learned({theme: theme.name for theme in themes}, _placed(themes, viewer))
    return learned.rank(passage.text[:LONGEST])[:limit]


@dataclass(frozen=True)
class Placed:
    """One placement, as it is learned from."""

    at: datetime
    pk: int
    passage: int
    theme: int
    text: str
    weights: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """The newest placements under some themes, and the sums over all of them."""

    stamp: tuple[int, ...]
    last: int
    newest: tuple[Placed, ...]


_memory: Memory[Standing] = Memory(24)  # areas, times two for who may see what is marked


def _placed(themes: Sequence[Theme], viewer) -> list[tuple[str, set[Theme]]]:
    """The texts that stand under the themes, in answers that count and `viewer` may see."""
    by_pk = {theme.pk: theme for theme in themes}
    found: dict[int, tuple[str, set[Theme]]] = {}
    for row in _standing(themes, viewer).newest:
        found.setdefault(row.passage, (row.text, set()))[1].add(by_pk[row.theme])
    return list(found.values())


def _counting(viewer) -> QuerySet:
    return Passage.objects.visible_to(viewer).current()


def _sums(prefix: str, **only) -> dict:
    return sums(f"{prefix}pk", *(prefix + each for each in WEIGHED), **only)


def with_sums(themes: QuerySet, viewer) -> QuerySet:
    only = Q(placements__passage__in=_counting(viewer))
    newest = Max("placements__pk", filter=only, default=0)
    return themes.annotate(**_sums("placements__", only=only), last=newest)


def _standing(themes: Sequence[Theme], viewer) -> Standing:
    """The sums were asked for before the rows: what moves between is found the next time."""
    keys = frozenset(theme.pk for theme in themes)
    key = (keys, sees_secret(viewer))
    rows = Placement.objects.filter(theme__in=keys, passage__in=_counting(viewer))
    stamp = tuple(sum(vars(theme)[name] for theme in themes) for name in _sums("placements__"))
    last = max((vars(theme)["last"] for theme in themes), default=0)
    kept = _memory.get(key)
    if kept and kept.stamp == stamp:
        return kept
    if kept and 0 < stamp[0] - kept.stamp[0] <= MOST_ADDED:
        added = _read(rows.filter(pk__gt=kept.last), MOST_ADDED + 1)
        if stamp == tuple(map(sum, zip(kept.stamp, *(row.weights for row in added), strict=True))):
            return _memory.keep(key, Standing(stamp, last, _newest([*kept.newest, *added])))
    return _memory.keep(key, Standing(stamp, last, tuple(_read(rows, MOST_READ))))


def _newest(rows: list[Placed]) -> tuple[Placed, ...]:
    in_order = sorted({row.pk: row for row in rows}.values(), key=lambda row: (row.at, row.pk))
    return tuple(in_order[: -MOST_READ - 1 : -1])


def _read(rows: QuerySet, most: int) -> list[Placed]:
    """The newest of the rows."""
    # The passage alone: the text it is cut from may be a hundred times as long.
    length = F("passage__end") - F("passage__start")
    said = Substr("passage__answer__text", F("passage__start") + 1, length)
    found = rows.order_by("-at", "-pk").values_list(
        "at", "pk", "passage", "theme", said, "passage__start", "passage__end"
    )
    return [
        Placed(at, pk, passage, theme, text[:LONGEST], (1, *(pk * n for n in (pk, theme, *span))))
        for at, pk, passage, theme, text, *span in found[:most]
    ]
