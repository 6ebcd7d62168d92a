"""Which themes a passage may belong under, from the words of those that are placed already."""

from collections.abc import Sequence

from django.db.models import F, QuerySet
from django.db.models.functions import Substr

from remiss.models import Consultation, Passage, Placement, Theme
from remiss.models.passage import WHOLE
from remiss.text.suggesting import Learned

MOST_READ = 1_500  # placements: the newest, which bounds the time a page takes
LONGEST = 3_000  # characters of each


def choices(consultation: Consultation, area_key: str) -> QuerySet:
    """The themes that a passage of the area may belong under: its own, and the whole plan's."""
    in_use = consultation.themes.filter(merged_into=None)
    return in_use.filter(area_key__in={area_key, WHOLE}).order_by("area_key", "place", "pk")


def suggestions(
    consultation: Consultation, passage: Passage, themes: Sequence[Theme], *, viewer, limit: int = 3
) -> list[Theme]:
    """The likeliest of the themes, the likeliest first, in one query.

    Nothing when the remiss does not suggest themes, or when no word points at any.
    """
    if not consultation.suggests_themes:
        return []
    learned = Learned({theme: theme.name for theme in themes}, _placed(themes, viewer))
    return learned.rank(passage.text[:LONGEST])[:limit]


def _placed(themes: Sequence[Theme], viewer) -> list[tuple[str, set[Theme]]]:
    """The texts that stand under the themes, in answers that count and `viewer` may see."""
    by_pk = {theme.pk: theme for theme in themes}
    current = Passage.objects.visible_to(viewer).current()
    rows = (
        Placement.objects.filter(theme__in=by_pk, passage__in=current)
        .annotate(
            # The passage alone: the text it is cut from may be a hundred times as long.
            said=Substr(
                "passage__answer__text",
                F("passage__start") + 1,
                F("passage__end") - F("passage__start"),
            )
        )
        .order_by("-at", "-pk")
        .values_list("passage", "theme", "said")[:MOST_READ]
    )
    found: dict[int, tuple[str, set[Theme]]] = {}
    for passage, theme, said in rows:
        found.setdefault(passage, (said[:LONGEST], set()))[1].add(by_pk[theme])
    return list(found.values())
