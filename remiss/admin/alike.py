"""Answers and passages that share most of their wording, side by side and placed together.

Which texts are alike is kept in this process's memory (`remembering`): comparing reads them all.
It holds while the same texts are there for whoever asks, by a sum over their keys and spans. Only
keys and the first words of a group are kept; names, themes and texts are read for each page.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Substr
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import scopes
from remiss.admin.actors import areas_of
from remiss.admin.gates import moment, needs, page, whole_numbers
from remiss.admin.passages import current
from remiss.admin.sparing import pairs
from remiss.models import Answer, Consultation, Passage, Placement, Question, Response, Theme
from remiss.models.passage import WHOLE
from remiss.models.secrecy import sees_secret
from remiss.text import clean_name, compare
from remiss.text.alike import groups
from remiss.workflow import reviewing
from remiss.workflow.remembering import Memory, sums

MOST_PASSAGES, MOST_ANSWERS = 6_000, 1_000  # the newest: about a second of comparing
LONGEST = 20_000  # characters of one answer that are compared
MOST_GROUPS = 10  # on a page, of answers and of passages
MOST_NAMED = 5  # senders of a group in the list
MOST_SHOWN = 100  # passages of a group with their differences, and placed in one act
MOST_IN_FULL = 10  # answers of a group with their differences
EXCERPT = 300  # characters, more than the page shows, so that it can tell that there is more
WHOLE_PLAN = "hela-planen"
MOVED = (
    "Någon annan har gjort något med ett av styckena sedan sidan visades. Ingenting är placerat. "
    "Så här står de nu."
)


def urls(site) -> list:
    return [path("svar/lika/", site.admin_view(alike), name="alike")]


@dataclass(frozen=True)
class Member:
    """One text of a group: of a passage, or of a whole answer where `passage` is None."""

    pk: int
    response: Response
    sender: str
    text: str
    place: str = ""  # "3.2", the area and the passage in it
    passage: Passage | None = None

    @property
    def themes(self) -> list[str]:
        placed = self.passage.placements.all() if self.passage else []
        return [placement.theme.name for placement in placed]


@dataclass
class Group:
    """Texts that are alike as (key, key of the response); the first is what the others are like."""

    texts: tuple[tuple[int, int], ...]
    excerpt: str  # of the first
    senders: list[str] = field(default_factory=list)  # the first of them
    placed: int = 0

    @property
    def first(self) -> int:
        return self.texts[0][0]

    @property
    def keys(self) -> list[int]:
        return [key for key, _response in self.texts]

    @property
    def responses(self) -> list[int]:
        return list(dict.fromkeys(response for _key, response in self.texts))


@dataclass(frozen=True)
class Compared:
    """What came of comparing: `total` texts were there, `number` were compared, `cut` in part."""

    stamp: tuple[int, ...]
    groups: tuple[tuple[tuple[tuple[int, int], ...], str], ...]
    total: int
    number: int
    cut: int = 0

    def containing(self, key: int) -> Group | None:
        found = (Group(*each) for each in self.groups if any(key == pk for pk, _ in each[0]))
        return next(found, None)


_memory: Memory[Compared] = Memory(48)  # areas, times answers and passages, times who sees what


@needs("remiss.view_theme")
def alike(request, *, stale=False):
    """GET shows the groups, or one of them (?stycke=, ?svar=); POST asks, and then places."""
    consultation = Consultation.objects.current()
    areas = areas_of(consultation)
    data = request.POST if request.method == "POST" else request.GET
    place = data.get("omrade", "")
    place = place if place in {WHOLE_PLAN, *(area.key for area in areas)} else ""
    may_place = request.user.has_perm("remiss.place_passage")
    refusal = ""
    if request.method == "POST":
        if not may_place:
            raise PermissionDenied
        asked = None if consultation is None or stale else _asked(request, consultation)
        if asked is not None and asked.refusal:
            refusal = asked.refusal
        elif asked is not None and "sure" not in request.POST:
            return _confirm(request, asked, place)
        elif asked is not None:
            refusal = _place(request, asked)
            if not refusal:
                return _onwards(request, consultation, place)
    shown = {
        "title": "Lika svar och stycken",
        "section": "responses",
        "hidden_answers": scopes.hidden(request.user, consultation),
        "areas": areas,
        "place": place,
        "may_place": may_place,
        "refusal": refusal,
        "stale": stale,
        "status": 403 if stale else 200,
        "errors_present": bool(refusal),
    }
    passages = _passages(consultation, place, request.user)
    wanted = whole_numbers([data.get("stycke", "")])
    if wanted and (group := passages.containing(wanted[0])):
        return _passage_group(request, consultation, place, group, shown)
    answers = _answers(consultation, place, request.user)
    wanted = whole_numbers([data.get("svar", "")])
    if wanted and (group := answers.containing(wanted[0])):
        return _answer_group(request, place, group, shown)
    listed = [
        Paginator(compared.groups, MOST_GROUPS).get_page(request.GET.get(name))
        for compared, name in ((answers, "svarssida"), (passages, "sida"))
    ]
    for each in listed:
        each.object_list = [Group(*group) for group in each.object_list]
    _name([group for each in listed for group in each], request.user)
    _count_placed(list(listed[1]), consultation)
    return page(
        request, "alike", **shown, answers=answers, passages=passages, longest=LONGEST,
        most_answers=MOST_ANSWERS, most_passages=MOST_PASSAGES,
        answer_groups=listed[0], passage_groups=listed[1],
        query=urlencode({"omrade": place}) if place else "",
    )  # fmt: skip


# A form older than its token comes back with what was chosen in it.
alike.shown_again = partial(alike, stale=True)


def _address(place: str, **query) -> str:
    address = reverse("admin:alike")
    query |= {"omrade": place} if place else {}
    return f"{address}?{urlencode(query)}" if query else address


def _onwards(request, consultation, place: str):
    """To the group while something in it is left to place, or else to the list."""
    first = next(iter(whole_numbers([request.POST.get("stycke", "")])), 0)
    group = _passages(consultation, place, request.user).containing(first)
    is_left = group and _passages_of(group, request.user).left().exists()
    return redirect(_address(place, stycke=first) if is_left else _address(place))


# What is compared


def _sums(rows: QuerySet, *weights: str) -> tuple[int, ...]:
    """A stamp of them, weighed by the first."""
    key = weights[0]
    return tuple(rows.order_by().aggregate(**sums(key, *weights), of_keys=Sum(key)).values())


def _compared(stamp: tuple[int, ...], found: list[tuple[int, int, str]], *, cut: int = 0):
    """The groups among (key, key of the response, text)."""
    by_key = {key: (response, text) for key, response, text in found}
    alike = groups({key: text for key, _response, text in found})
    return Compared(
        stamp=stamp,
        groups=tuple(
            (tuple((key, by_key[key][0]) for key in group), by_key[group[0]][1][:EXCERPT])
            for group in alike
        ),
        total=stamp[0],
        number=len(found),
        cut=cut,
    )


def _said() -> Substr:
    return Substr("answer__text", F("start") + 1, F("end") - F("start"))


def _passages(consultation, place: str, viewer) -> Compared:
    """The newest passages of answers that count."""
    rows = current(consultation, viewer)
    if place:
        rows = rows.in_area(WHOLE if place == WHOLE_PLAN else place)
    stamp = _sums(rows, "pk", "start", "end")
    key = ("passages", consultation and consultation.pk, place, sees_secret(viewer))
    kept = _memory.get(key)
    if kept and kept.stamp == stamp:
        return kept
    newest = rows.order_by("-pk").values_list("pk", "answer__submission__response", _said())
    return _memory.keep(key, _compared(stamp, list(newest[:MOST_PASSAGES])[::-1]))


def _answers(consultation, place: str, viewer) -> Compared:
    """All prose of each answer that counts, or what it says in one area."""
    responses = scopes.current(viewer).filter(consultation=consultation).order_by()
    stamp = _sums(responses, "latest_id")
    key = ("answers", consultation and consultation.pk, place, sees_secret(viewer))
    kept = _memory.get(key)
    if kept and kept.stamp == stamp:
        return kept
    newest = responses.order_by("-latest").values_list("latest", flat=True)[:MOST_ANSWERS]
    texts = _prose(list(newest), place)
    found = [(pk, response, text[:LONGEST]) for (pk, response), text in texts.items()]
    cut = sum(len(text) > LONGEST for text in texts.values())
    return _memory.keep(key, _compared(stamp, found, cut=cut))


def _prose(submissions: list[int], place: str) -> dict[tuple[int, int], str]:
    """By (key, key of the response), the earliest first."""
    rows = Answer.objects.filter(submission__in=submissions, question__kind=Question.Kind.PROSE)
    if place == WHOLE_PLAN:
        rows = rows.filter(area=None)
    elif place:
        rows = rows.filter(area__key=place)
    texts: dict = defaultdict(list)
    in_order = rows.order_by("submission", "area__number", "question__number")
    for pk, response, text in in_order.values_list("submission", "submission__response", "text"):
        texts[pk, response].append(text)
    return {key: "\n\n".join(said) for key, said in texts.items()}


# What is shown


def _responses(keys: Iterable[int], viewer) -> dict[int, Response]:
    rows = scopes.current(viewer).filter(pk__in=set(keys)).select_related("latest")
    slim = rows.defer("latest__canonical", "latest__search_text", "latest__backing")
    return {response.pk: response for response in slim}


def _name(groups: list[Group], viewer) -> None:
    """Say of each group who the first ones are."""
    named = {group.first: group.responses[:MOST_NAMED] for group in groups}
    found = _responses((key for keys in named.values() for key in keys), viewer)
    for group in groups:
        senders = (found[key] for key in group.responses[:MOST_NAMED] if key in found)
        group.senders = [f"{each.shown_as}, {each.reference}" for each in senders]


def _count_placed(groups: list[Group], consultation) -> None:
    """How many of each group stand under a theme, in one row."""
    counts = {
        f"group_{place}": Count("pk", filter=Q(pk__in=group.keys))
        for place, group in enumerate(groups)
    }
    if counts:
        of_remiss = Passage.objects.filter(answer__submission__response__consultation=consultation)
        counted = of_remiss.with_cover().filter(is_placed=True).aggregate(**counts)
        for group, number in zip(groups, counted.values(), strict=True):
            group.placed = number


def _passage_group(request, consultation, place: str, group: Group, shown: dict):
    """Its passages, those that are left to place first; the first of all is always there."""
    rows = _in_full(_passages_of(group, request.user))
    others = rows.exclude(pk=group.first).with_cover().order_by("is_covered", "pk")
    listed = Paginator(others, MOST_SHOWN - 1).get_page(request.GET.get("sida"))
    members = [_member(row) for row in [*rows.filter(pk=group.first), *listed]]
    if not members:  # all of them went in this very moment
        return redirect(_address(place))
    keys = {_area_of(member.passage) for member in members if member.passage} | {WHOLE}
    data = request.POST if request.method == "POST" else request.GET
    return page(
        request, "alike_group", **shown | {"title": "Stycken med nästan samma ord"},
        **_beside(members, listed), size=len(group.texts), back=_address(place),
        themes=consultation.themes.filter(area_key__in=keys, merged_into=None),
        most=MOST_SHOWN,
        chosen=data.get("tema", ""), typed=data.get("nytt", ""), is_placing=True,
        query=urlencode({"omrade": place, "stycke": group.first}),
    )  # fmt: skip


def _answer_group(request, place: str, group: Group, shown: dict):
    others = Paginator(group.keys[1:], MOST_IN_FULL - 1).get_page(request.GET.get("sida"))
    texts = _prose([group.first, *others], place)
    responses = _responses((response for _pk, response in texts), request.user)
    found = {
        pk: Member(pk, responses[response], responses[response].shown_as, text[:LONGEST])
        for (pk, response), text in texts.items()
        if response in responses
    }
    members = [found[pk] for pk in [group.first, *others] if pk in found]
    if not members:
        return redirect(_address(place))
    return page(
        request, "alike_group", **shown | {"title": "Svar med nästan samma ord"},
        **_beside(members, others), size=len(group.texts), back=_address(place),
        most=MOST_IN_FULL, query=urlencode({"omrade": place, "svar": group.first}),
    )  # fmt: skip


def _passages_of(group: Group, viewer) -> QuerySet:
    """Those of a group, which has just been found among what counts: to ask that again takes a
    second when there are many."""
    return Passage.objects.visible_to(viewer).filter(pk__in=group.keys)


def _in_full(passages: QuerySet) -> QuerySet:
    """With everything that is said of them."""
    return (
        passages.annotate(said=_said())
        .select_related("answer__area", "answer__submission__response")
        .defer(
            "answer__text", "answer__submission__canonical", "answer__submission__search_text",
            "answer__submission__backing",
        )
        .prefetch_related(Prefetch("placements", Placement.objects.select_related("theme")))
    )  # fmt: skip


def _member(row) -> Member:
    """Of a passage fetched `_in_full`."""
    return Member(
        pk=row.pk,
        response=row.answer.submission.response,
        sender=row.answer.submission.shown_as,
        text=row.said,
        place=f"{row.answer.area.number}.{row.number}" if row.answer.area else f"{row.number}",
        passage=row,
    )


def _beside(members: list[Member], listed: Page) -> dict:
    """The first, and the others each with how it differs from it; nothing where it does not."""
    first, *others = members
    return {
        "first": first,
        "others": [
            (each, compare(first.text, each.text) if each.text != first.text else [])
            for each in others
        ],
        "listed": listed,
    }


# Placing


@dataclass(frozen=True)
class Asked:
    """What is to be placed where, as it was posted."""

    passages: list[tuple[Passage, int]]
    theme: Theme | None
    name: str  # of a theme to be made when `theme` is None
    area_key: str
    is_whole: bool  # everything posted is still there to be placed
    left_out: int  # of other areas than the theme's
    refusal: str = ""

    @property
    def theme_name(self) -> str:
        return self.theme.name if self.theme else self.name


def _asked(request, consultation: Consultation) -> Asked:
    seen = dict(pairs(request.POST.getlist("val")[:MOST_SHOWN]))
    rows = (
        Passage.objects.visible_to(request.user)
        .current()
        .filter(pk__in=seen, answer__submission__response__consultation=consultation)
        .select_related("answer__area", "answer__submission__response")
        .in_order()
    )
    found = list(rows)
    keys = {_area_of(passage) for passage in found}
    name = clean_name(request.POST.get("nytt", ""))[:120].strip()
    themes = consultation.themes.filter(merged_into=None)
    theme = themes.filter(pk__in=whole_numbers([request.POST.get("tema", "")])).first()
    theme = None if name else theme
    area_key = theme.area_key if theme else (keys.pop() if len(keys) == 1 else WHOLE)
    fit = [each for each in found if area_key in {WHOLE, _area_of(each)}]
    refusal = ""
    if not theme and not name:
        refusal = "Välj ett tema, eller skriv namnet på ett nytt."
    elif not fit:
        refusal = "Välj minst ett stycke i temats område."
    return Asked(
        passages=[(passage, seen[passage.pk]) for passage in fit],
        theme=theme,
        name=name,
        area_key=area_key,
        is_whole=len(found) == len(seen),
        left_out=len(found) - len(fit),
        refusal=refusal,
    )


def _area_of(passage: Passage) -> str:
    return passage.answer.area.key if passage.answer.area else WHOLE


def _confirm(request, asked: Asked, place: str):
    return page(
        request,
        "alike_confirm",
        title=f"Placera {len(asked.passages)} stycken",
        section="responses",
        asked=asked,
        place=place,
        first=request.POST.get("stycke", ""),
        back=_address(place),
    )


def _place(request, asked: Asked) -> str:
    """Place them all, or nothing when one of them has moved; then a sentence that says so."""
    at, by = moment(request), request.user
    if not asked.is_whole:
        return MOVED
    try:
        with transaction.atomic():
            consultation = asked.passages[0][0].answer.submission.response.consultation
            theme = asked.theme or reviewing.new_theme(
                consultation=consultation, area_key=asked.area_key, name=asked.name, at=at, by=by
            )
            reviewing.place_together(passages=asked.passages, theme=theme, at=at, by=by)
    except reviewing.PassageMoved:
        return MOVED
    except reviewing.ThemeGone as gone:
        return f"{gone} Ingenting är placerat. Välj ett tema som finns."
    number = len(asked.passages)
    messages.success(
        request, f"{number} stycken står nu under {theme.name}. De räknas vart för sig."
    )
    return ""
