"""Which themes a passage may belong under, from the words of those that are placed already."""

from collections.abc import Iterable, Sequence

from django.db.models import F
from django.db.models.functions import Substr

from remiss.models import Consultation, Passage, Placement, Theme
from remiss.models.passage import WHOLE
from remiss.text.suggesting import Learned

MOST_READ = 1_500  # placements: the newest, which bounds the time a page takes
LONGEST = 3_000  # characters of each


def suggestions(passage: Passage, *, viewer, limit: int = 3) -> list[Theme]:
    """The likeliest themes of the passage's area and of the whole plan, the likeliest first.

    Nothing when the remiss does not suggest themes, or when no word points at any.
    """
    return suggestions_for([passage], viewer=viewer, limit=limit)[passage.pk]


def suggestions_for(
    passages: Sequence[Passage], *, viewer, limit: int = 3
) -> dict[int, list[Theme]]:
    """As `suggestions`, of several passages of one remiss, by their primary keys.

    The queries are as many for one passage as for all of a page, when the passages come with
    `answer__area` and `answer__submission__response__consultation`.
    """
    if not passages:
        return {}
    consultation = passages[0].answer.submission.response.consultation
    if not consultation.suggests_themes:
        return {passage.pk: [] for passage in passages}
    areas = {passage.pk: area_of(passage) for passage in passages}
    keys = {*areas.values(), WHOLE}
    themes = list(_themes(consultation, keys))
    placed = _placed(themes, viewer)
    learned: dict[str, Learned[Theme]] = {}
    for key in set(areas.values()):
        here = {theme: theme.name for theme in themes if theme.area_key in {key, WHOLE}}
        learned[key] = Learned(here, placed)
    return {
        passage.pk: learned[areas[passage.pk]].rank(passage.text[:LONGEST])[:limit]
        for passage in passages
    }


def area_of(passage: Passage) -> str:
    """The key of the area the passage is about, or WHOLE."""
    return passage.answer.area.key if passage.answer.area else WHOLE


def _themes(consultation: Consultation, keys: Iterable[str]):
    return consultation.themes.filter(area_key__in=keys, merged_into=None).order_by(
        "area_key", "place", "pk"
    )


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
