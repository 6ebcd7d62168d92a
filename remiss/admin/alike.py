"""Answers and passages that share most of their wording, side by side and placed together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Substr
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import scopes
from remiss.admin.actors import areas_of
from remiss.admin.gates import moment, needs, page, whole_numbers
from remiss.models import Answer, Consultation, Passage, Question, Response, Theme
from remiss.models.passage import WHOLE
from remiss.text import clean_name, compare
from remiss.text.alike import groups
from remiss.workflow import reviewing

MOST_PASSAGES, MOST_ANSWERS = 6_000, 1_000  # the newest: about a second of comparing
LONGEST = 20_000  # characters of one answer that are compared
MOST_GROUPS = 50
MOST_SHOWN = 100  # of one group with their differences, and placed in one act
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


@dataclass(frozen=True)
class Group:
    members: list[Member]

    @property
    def first(self) -> Member:
        return self.members[0]

    @property
    def answers(self) -> int:
        return len({member.response.pk for member in self.members})

    @property
    def senders(self) -> list[str]:
        named = {member.response.pk: member for member in self.members}
        return [f"{member.sender}, {member.response.reference}" for member in named.values()]

    @property
    def placed(self) -> int:
        return sum(bool(member.themes) for member in self.members)

    def with_changes(self) -> list[tuple[Member, list]]:
        """The others, each with how it differs from the first; none where it does not."""
        shown = self.members[1:MOST_SHOWN]
        return [
            (each, compare(self.first.text, each.text) if each.text != self.first.text else [])
            for each in shown
        ]


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
                return redirect(_address(place))
    passages, has_more = _passages(consultation, place, request.user)
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
        "has_more": has_more,
        "most_passages": MOST_PASSAGES,
        "most_answers": MOST_ANSWERS,
    }
    wanted = whole_numbers([data.get("stycke", "")])
    if wanted and (group := _containing(wanted[0], passages)):
        themes = _themes(consultation, group)
        return page(
            request, "alike_group", **shown | {"title": "Stycken med nästan samma ord"},
            group=group, themes=themes, chosen=data.get("tema", ""), typed=data.get("nytt", ""),
            most=MOST_SHOWN, back=_address(place),
        )  # fmt: skip
    answers = _answers(consultation, place, request.user)
    wanted = whole_numbers([data.get("svar", "")])
    if wanted and (group := _containing(wanted[0], answers)):
        return page(
            request, "alike_group", **shown | {"title": "Svar med nästan samma ord"},
            group=group, most=MOST_SHOWN, back=_address(place),
        )  # fmt: skip
    return page(
        request, "alike", **shown, most_groups=MOST_GROUPS,
        answer_groups=_groups(answers), passage_groups=_groups(passages),
    )  # fmt: skip


# A form older than its token comes back with what was chosen in it.
alike.shown_again = partial(alike, stale=True)


def _address(place: str) -> str:
    address = reverse("admin:alike")
    return f"{address}?{urlencode({'omrade': place})}" if place else address


# What is compared


def _groups(members: list[Member]) -> list[Group]:
    by_pk = {member.pk: member for member in members}
    found = groups({member.pk: member.text for member in members})
    return [Group([by_pk[pk] for pk in group]) for group in found]


def _containing(pk: int, members: list[Member]) -> Group | None:
    found = (group for group in _groups(members) if any(each.pk == pk for each in group.members))
    return next(found, None)


def _passages(consultation, place: str, viewer) -> tuple[list[Member], bool]:
    """The newest passages of answers that count, the oldest of them first; are there more?"""
    current = Passage.objects.visible_to(viewer).current()
    rows = current.filter(answer__submission__response__consultation=consultation)
    if place:
        rows = rows.in_area(WHOLE if place == WHOLE_PLAN else place)
    rows = (
        rows.annotate(said=Substr("answer__text", F("start") + 1, F("end") - F("start")))
        .select_related("answer__area", "answer__submission__response")
        .defer(
            "answer__text", "answer__submission__canonical", "answer__submission__search_text",
            "answer__submission__backing",
        )
        .prefetch_related("placements__theme")
        .order_by("-pk")[: MOST_PASSAGES + 1]
    )  # fmt: skip
    found = list(rows)
    members = [
        Member(
            pk=row.pk,
            response=row.answer.submission.response,
            sender=row.answer.submission.shown_as,
            text=row.said,
            place=f"{row.answer.area.number}.{row.number}" if row.answer.area else f"{row.number}",
            passage=row,
        )
        for row in found[:MOST_PASSAGES]
    ]
    return members[::-1], len(found) > MOST_PASSAGES


def _answers(consultation, place: str, viewer) -> list[Member]:
    """All prose of each answer that counts, or what it says in one area."""
    current = scopes.current(viewer).filter(consultation=consultation).order_by()
    newest = list(current.order_by("-latest").values_list("latest", flat=True)[:MOST_ANSWERS])
    rows = Answer.objects.filter(submission__in=newest, question__kind=Question.Kind.PROSE)
    if place == WHOLE_PLAN:
        rows = rows.filter(area=None)
    elif place:
        rows = rows.filter(area__key=place)
    rows = (
        rows.select_related("submission__response")
        .defer("submission__canonical", "submission__search_text", "submission__backing")
        .order_by("submission", "area__number", "question__number")
    )
    texts: dict = defaultdict(list)
    for row in rows:
        texts[row.submission].append(row.text)
    return [
        Member(
            pk=submission.pk,
            response=submission.response,
            sender=submission.shown_as,
            text="\n\n".join(said)[:LONGEST],
        )
        for submission, said in texts.items()
    ]


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
    seen = dict(_pairs(request.POST.getlist("val")[:MOST_SHOWN]))
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


def _pairs(texts: Iterable[str]):
    """(passage, version seen) of each "12:3"; what is written otherwise is left out."""
    for text in texts:
        pair = whole_numbers(text.split(":"))
        if len(pair) == 2:
            yield pair[0], pair[1]


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
        return (
            f"Temat {gone.theme.name} ingår nu i {gone.kept.name}. Ingenting är placerat. "
            "Välj det temat eller ett annat."
        )
    number = len(asked.passages)
    messages.success(
        request, f"{number} stycken står nu under {theme.name}. De räknas vart för sig."
    )
    return ""


def _themes(consultation: Consultation, group: Group) -> list[Theme]:
    keys = {_area_of(member.passage) for member in group.members} | {WHOLE}
    return list(consultation.themes.filter(area_key__in=keys, merged_into=None))
