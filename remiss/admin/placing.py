"""Läsvyn: one area of an answer, passage by passage, and what each one is about."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import passages, scopes
from remiss.admin.around import FILTERS, around, filters_of
from remiss.admin.gates import moment, needs, page, whole_numbers
from remiss.admin.passages import Area
from remiss.admin.reading import mark_read
from remiss.forms.placing import NoActionForm, NoteForm, PlaceForm
from remiss.models import (
    Answer,
    Note,
    Passage,
    Placement,
    Question,
    Response,
    ReviewStep,
    Submission,
    Theme,
)
from remiss.models.passage import WHOLE
from remiss.text import name_key, rows, split_clauses, split_words
from remiss.workflow import noting, reviewing, suggesting
from remiss.workflow.noting import NoteMoved
from remiss.workflow.reviewing import CannotUndo, PassageMoved, ThemeGone

MOST_BOXES = 12  # themes with a box of their own, the most used first
MOST_WORDS = 300  # of a clause, each with a button of its own
STEPS_LOOKED_AT = 50
IN_AREA, IN_PLAN = "tema-i-omradet", "tema-for-planen"
NOT_KEPT = {"csrfmiddlewaretoken", "seen", "following_seen", "filters"}


def urls(site) -> list:
    route = "svar/<int:pk>/omrade/"
    return [
        path(route, site.admin_view(place_left), name="place_left"),
        path(f"{route}<str:area>/", site.admin_view(place), name="place"),
    ]


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

    def named(self, name: str) -> Theme | None:
        """The theme that the name means here: of the area before that of the whole plan."""
        key = name_key(name)
        return next((theme for theme in self.themes if theme.name_key == key), None)


@needs("remiss.view_response")
def place(request, pk, area, *, stale=False):
    """GET shows an area with one of its passages chosen; POST does one thing with it."""
    response = _response(request, pk)
    answers = _answers(response.latest)
    found = _area(response.latest, answers, area)
    if found is None:
        raise Http404
    desk = Desk(response, answers, found, filters_of(request), moment(request), request.user)
    if request.method == "POST":
        if not request.user.has_perm("remiss.place_passage"):
            raise PermissionDenied
        return _again(request, desk) if stale else _act(request, desk)
    shown = _page(request, desk, chosen=desk.passage(request.GET.get("stycke", "")))
    mark_read(request.user, response)
    return shown


@needs("remiss.view_response", methods=("GET", "HEAD"))
def place_left(request, pk):
    """To where something is left in an answer: the area one comes from, or else the first."""
    response = _response(request, pk)
    left = passages.areas_left(response.latest)
    came_from = passages.area_of(response.latest, request.GET.get("fran", ""))
    key = came_from.key if came_from else next(iter(left), WHOLE)
    if left and key not in left:
        key = left[0]
    return redirect(address(response.pk, key, filters=filters_of(request)))


def _response(request, pk) -> Response:
    visible = scopes.with_secrecy(scopes.received(request.user))
    received = scopes.with_news(visible, request.user)
    received = received.select_related("consultation", "latest__plan_version")
    return get_object_or_404(received, pk=pk)


def _answers(submission: Submission) -> list[Answer]:
    found = passages.with_cover(submission.answers.select_related("question", "area"))
    return list(found.order_by("question__number"))


def _area(submission: Submission, answers: list[Answer], slug: str) -> Area | None:
    """One that was answered is at hand; another may still be an area of the plan."""
    answered = (area for area in passages.areas_of(answers) if area.slug == slug)
    return next(answered, None) or passages.area_of(submission, slug)


# A form older than its token comes back with what was written in it.
place.shown_again = partial(place, stale=True)


# Acts


def _act(request, desk: Desk):
    name = request.POST.get("act", "")
    if name in OTHER_ACTS:
        return OTHER_ACTS[name](request, desk)
    if name not in ACTS:
        return redirect(desk.address())
    chosen = desk.passage(request.POST.get("stycke", ""))
    if chosen is None:
        return _not_here(request, desk)
    try:
        return ACTS[name](request, desk, chosen)
    except PassageMoved:
        return _conflict(request, desk, chosen.pk)
    except ThemeGone as gone:
        return _theme_gone(request, desk, chosen.pk, gone)
    except ValueError as refusal:
        messages.error(request, str(refusal))
        return redirect(desk.address(stycke=chosen.pk))


def _number(request, name: str) -> int:
    return next(iter(whole_numbers([request.POST.get(name, "")])), -1)


def _how(request, desk: Desk) -> dict:
    return {"seen": _number(request, "seen"), "at": desk.at, "by": request.user}


def _onwards(desk: Desk, passage: Passage):
    """To the next one left, or to the page that says that there is none."""
    following = desk.after(passage)
    return redirect(desk.address(stycke=following.pk) if following else desk.address())


def _place(request, desk: Desk, chosen: Passage):
    form = _place_form(desk, chosen, request.POST)
    if not form.is_valid():
        return _page(request, desk, chosen=chosen, place_form=form, wrong=form)
    name, themes = form.cleaned_data["theme"], form.cleaned_data["themes"]
    theme = desk.named(name) if name else None
    is_new = bool(name) and theme is None
    is_answered = name_key(form.cleaned_data["asked"]) == name_key(name)
    if is_new and not (request.POST["act"] in {IN_AREA, IN_PLAN} and is_answered):
        return _page(request, desk, chosen=chosen, place_form=form, asks=name)
    if not name and not themes and not chosen.is_placed:
        form.add_error("theme", "Skriv ett tema, eller kryssa för ett.")
        return _page(request, desk, chosen=chosen, place_form=form, wrong=form)
    with transaction.atomic():  # a theme is not left behind by a placing that was refused
        if is_new:
            key = WHOLE if request.POST["act"] == IN_PLAN else desk.area.key
            theme = reviewing.new_theme(
                consultation=desk.response.consultation,
                area_key=key,
                name=name,
                at=desk.at,
                by=request.user,
            )
        wanted = dict.fromkeys([*themes, theme] if theme else themes)
        reviewing.place(passage=chosen, themes=list(wanted), **_how(request, desk))
    return _onwards(desk, chosen)


def _needs_nothing(request, desk: Desk, chosen: Passage):
    form = NoActionForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, chosen=chosen, nothing_form=form, wrong=form)
    reviewing.needs_nothing(passage=chosen, reason=form.words, **_how(request, desk))
    return _onwards(desk, chosen)


def _split(request, desk: Desk, chosen: Passage):
    offset = _number(request, "offset")
    reviewing.split(passage=chosen, offset=offset, **_how(request, desk))
    messages.success(request, f"Stycke {chosen.label} är delat i två.")
    return redirect(desk.address(stycke=chosen.pk))


def _join(request, desk: Desk, chosen: Passage):
    seen = _number(request, "following_seen")
    reviewing.join(passage=chosen, following_seen=seen, **_how(request, desk))
    messages.success(request, "De två styckena är nu ett.")
    return redirect(desk.address(stycke=chosen.pk))


def _put_back(request, desk: Desk, chosen: Passage):
    reviewing.put_back(passage=chosen, **_how(request, desk))
    return redirect(desk.address(stycke=chosen.pk))


def _undo(request, desk: Desk):
    """Undo what the page said would be undone, and go to where it was done."""
    undone = undo(request, desk.response.consultation, at=desk.at)
    if undone is None:
        return redirect(desk.address())
    there = Passage.objects.visible_to(request.user).filter(pk__in=_touched(undone))
    first = there.select_related("answer__area", "answer__submission").first()
    if first is None:
        return redirect(desk.address())
    area, response = first.answer.area, first.answer.submission.response_id
    key = area.key if area else WHOLE
    return redirect(address(response, key, filters=desk.filters, stycke=first.pk))


def undo(request, consultation, *, at) -> ReviewStep | None:
    """Undo the step that was shown, and say how it went."""
    step = reviewing.latest_step(consultation, request.user)
    if step and step.pk != _number(request, "step"):
        messages.error(
            request, f"Du har gjort något mer sedan sidan visades. Det senaste är: {step.said}."
        )
        return None
    try:
        undone = reviewing.undo(consultation=consultation, at=at, by=request.user)
    except CannotUndo as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, f"Ångrat: {undone.said}.")
    return undone


def _touched(step: ReviewStep) -> list[int]:
    """The passages that stand differently before and after the step."""
    before, after = (
        {row[0]: row for row in side["passages"]} for side in (step.before, step.after)
    )
    return [pk for pk in before if before[pk] != after.get(pk)]


def _write_note(request, desk: Desk):
    is_whole = request.POST["act"] == "anteckning-svaret"
    form = NoteForm(request.POST, auto_id=_note_id(is_whole=is_whole))
    key = WHOLE if is_whole else desk.area.key
    chosen = desk.passage(request.POST.get("stycke", ""))
    if not form.is_valid():
        return _page(request, desk, chosen=chosen, note_forms={key: form}, wrong=form)
    text, seen = form.cleaned_data["text"], max(_number(request, "seen"), 0)
    try:
        noting.write(
            response=desk.response, area_key=key, text=text, seen=seen, at=desk.at, by=request.user
        )
    except NoteMoved as moved:
        return _page(
            request, desk, chosen=chosen, note_forms={key: form}, note_moved=moved, status=409
        )
    messages.success(request, "Anteckningen är sparad.")
    query = {"stycke": chosen.pk} if chosen else {}
    return redirect(desk.address(**query))


ACTS: dict[str, Callable] = {
    "placera": _place,
    IN_AREA: _place,
    IN_PLAN: _place,
    "ingen-atgard": _needs_nothing,
    "dela": _split,
    "sla-ihop": _join,
    "tillbaka": _put_back,
}
OTHER_ACTS: dict[str, Callable] = {
    "angra": _undo,
    "anteckning": _write_note,
    "anteckning-svaret": _write_note,
}


# What stands in the way


def _again(request, desk: Desk):
    """The page once more, with everything that was posted still in its forms."""
    chosen = desk.passage(request.POST.get("stycke", ""))
    return _page(request, desk, chosen=chosen, **_bound(request, desk, chosen), status=403)


def _bound(request, desk: Desk, chosen: Passage | None) -> dict:
    name = request.POST.get("act", "")
    if name in {"placera", IN_AREA, IN_PLAN} and chosen:
        return {"place_form": _place_form(desk, chosen, request.POST)}
    if name == "ingen-atgard":
        return {"nothing_form": NoActionForm(request.POST)}
    if name in {"anteckning", "anteckning-svaret"}:
        is_whole = name == "anteckning-svaret"
        form = NoteForm(request.POST, auto_id=_note_id(is_whole=is_whole))
        return {"note_forms": {WHOLE if is_whole else desk.area.key: form}}
    return {}


def _as_now(desk: Desk) -> Desk:
    answers = _answers(desk.submission)
    return Desk(desk.response, answers, desk.area, desk.filters, desk.at, desk.user)


def _theme_gone(request, desk: Desk, pk: int, gone: ThemeGone):
    """The form with what was chosen in it, and what became of the theme."""
    as_now = _as_now(desk)
    chosen = as_now.passage(str(pk))
    if chosen is None:
        return _page(request, as_now, is_gone=True, status=409)
    form = _place_form(as_now, chosen, request.POST)
    form.add_error(
        "theme",
        f"Temat {gone.theme.name} ingår nu i {gone.kept.name}. Stycket är inte placerat. "
        "Välj det temat eller ett annat.",
    )
    return _page(request, as_now, chosen=chosen, place_form=form, wrong=form, status=409)


def _not_here(request, desk: Desk):
    """The passage that is meant is no more, or is of an earlier version. One of another answer is
    not found."""
    keys = whole_numbers([request.POST.get("stycke", "")])
    there = Passage.objects.visible_to(request.user).filter(pk__in=keys)
    of_response = there.filter(answer__submission__response=desk.response)
    earlier = of_response.exclude(answer__submission=desk.submission)
    if passage := earlier.select_related("answer__question").first():
        return _newer(request, desk, passage)
    if not keys or there.exists():
        raise Http404
    return _page(request, desk, is_gone=True, status=409)


def _newer(request, desk: Desk, earlier: Passage):
    """The answer has come in a new version. Where that says the same, what was chosen stands in
    the form, and a button does it there."""
    place = (earlier.answer.question.key, earlier.text)
    same = (each for each in desk.passages if (each.answer.question.key, each.text) == place)
    chosen = next(same, None)
    kept = [(name, value) for name, value in _kept(request) if name != "stycke"]
    return _page(
        request,
        desk,
        chosen=chosen,
        newer={"kept": kept, "wanted": _wanted(request, desk, earlier)},
        **_bound(request, desk, chosen),
        status=409,
    )


def _kept(request) -> list[tuple[str, str]]:
    """What was chosen and written, to be posted once more."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
        for value in values
    ]


def _conflict(request, desk: Desk, pk: int):
    """What stands now beside what was chosen; a button does the same from what stands now."""
    as_now = _as_now(desk)
    chosen = as_now.passage(str(pk))
    if chosen is None:
        return _page(request, as_now, is_gone=True, status=409)
    step = next(
        (
            step
            for step in ReviewStep.objects.filter(
                consultation=desk.response.consultation_id, undone_at=None
            ).select_related("by")[:STEPS_LOOKED_AT]
            if chosen.pk in _touched(step)
        ),
        None,
    )
    return _page(
        request,
        as_now,
        chosen=chosen,
        moved={"kept": _kept(request), "step": step, "wanted": _wanted(request, as_now, chosen)},
        **_bound(request, as_now, chosen),
        status=409,
    )


def _wanted(request, desk: Desk, chosen: Passage) -> str:
    """What the coordinator chose, in words."""
    name = request.POST.get("act", "")
    if name in {"placera", IN_AREA, IN_PLAN}:
        form = _place_form(desk, chosen, request.POST)
        form.is_valid()
        names = [theme.name for theme in form.cleaned_data.get("themes", [])]
        typed = form.cleaned_data.get("theme") or request.POST.get("theme", "").strip()
        return ", ".join(dict.fromkeys([*names, typed] if typed else names)) or "inget tema"
    if name == "ingen-atgard":
        form = NoActionForm(request.POST)
        words = form.words if form.is_valid() else request.POST.get("other", "").strip()
        return f"kräver ingen åtgärd: {words}" if words else "kräver ingen åtgärd"
    return {
        "dela": "dela stycket",
        "sla-ihop": "slå ihop med nästa stycke",
        "tillbaka": "tillbaka till att placera",
    }[name]


# The page


def _place_form(desk: Desk, chosen: Passage, data=None) -> PlaceForm:
    have = desk.themes_of(chosen)
    used = [theme for theme in desk.themes if theme.area_key == desk.area.key][:MOST_BOXES]
    form = PlaceForm(
        data,
        themes=list(dict.fromkeys([*have, *used])),
        may_be=[*have, *desk.themes],
        initial={"themes": [str(theme.pk) for theme in have]},
    )
    form.fields["theme"].widget.attrs["autofocus"] = True
    return form


def _suggested(desk: Desk, chosen: Passage | None) -> list[Theme]:
    """Themes that the words of the passage point at, for one that is left to place."""
    if chosen is None or chosen.is_covered:
        return []
    return suggesting.suggestions(desk.response.consultation, chosen, desk.themes, viewer=desk.user)


def _cuts(request, chosen: Passage | None) -> dict:
    """Where the passage may be split: before a clause, or before a word of the one that is asked
    for in ?ord=, which is where it begins."""
    text = chosen.text if chosen else ""
    clauses = split_clauses(text)
    asked = whole_numbers([request.GET.get("ord", "")])
    opened = next(((start, words) for start, words in clauses if start in asked), None)
    start, clause = opened or (0, "")
    words = [(start + place, word) for place, word in split_words(clause)]
    return {
        "clauses": [(start, words, len(words.split()) > 1) for start, words in clauses],
        "may_split": len(text.split()) > 1,
        "words": words[:MOST_WORDS],
        "more_words": len(words) > MOST_WORDS,
        "most_words": MOST_WORDS,
    }


def _note_id(*, is_whole: bool) -> str:
    return "id_svaret_%s" if is_whole else "id_omradet_%s"


def _questions(desk: Desk) -> list[dict]:
    """Each question that was answered in the area, with its passages or its rows."""
    return [
        {
            "label": answer.question.label,
            "rows": rows(answer.text) if answer.question.kind == Question.Kind.LIST else [],
            "passages": [each for each in desk.passages if each.answer_id == answer.pk],
        }
        for answer in desk.answers
        if (answer.area.key if answer.area else WHOLE) == desk.area.key
    ]


def _areas(desk: Desk) -> list[dict]:
    """The areas that the answer has passages in, each with how far it has come."""
    cover = passages.cover_of(desk.answers)
    return [
        {
            "area": area,
            "cover": cover[area.key],
            "url": address(desk.response.pk, area.key, filters=desk.filters),
            "is_here": area.key == desk.area.key,
        }
        for area in passages.areas_of(desk.answers)
        if area.key in cover
    ]


def _neighbours(request, desk: Desk) -> dict:
    """The answers before and after in the list, each where something is left in it."""
    row = around(request, desk.response, desk.filters)
    query = urlencode({"fran": desk.area.slug} | ({FILTERS: desk.filters} if desk.filters else {}))
    for side in ("before", "after"):
        if row.get(side):
            row[f"{side}_url"] = f"{reverse('admin:place_left', args=[row[side]])}?{query}"
    return row


def _notes(desk: Desk, bound: dict) -> list[dict]:
    """The note about the area and the one about the whole answer; one for the whole plan."""
    written = {note.area_key: note for note in desk.response.notes.select_related("by")}
    found = []
    for key in dict.fromkeys([desk.area.key, WHOLE]):
        note: Note | None = written.get(key)
        is_whole = key == WHOLE
        initial = {"text": note.text if note else ""}
        form = bound.get(key) or NoteForm(initial=initial, auto_id=_note_id(is_whole=is_whole))
        form.fields["text"].label = f"Om {'svaret' if is_whole else desk.area.short}"
        found.append(
            {
                "act": "anteckning-svaret" if is_whole else "anteckning",
                "key": key,
                "note": note,
                "form": form,
                "field": form["text"],
                "about": "svaret" if is_whole else desk.area.short,
            }
        )
    return found


def _page(
    request,
    desk: Desk,
    *,
    chosen: Passage | None = None,
    place_form: PlaceForm | None = None,
    nothing_form: NoActionForm | None = None,
    note_forms: dict | None = None,
    note_moved: NoteMoved | None = None,
    moved: dict | None = None,
    newer: dict | None = None,
    asks: str = "",
    wrong=None,
    is_gone: bool = False,
    status: int = 200,
):
    may_place = request.user.has_perm("remiss.place_passage")
    is_chosen = chosen is not None
    if chosen is None and not is_gone and newer is None:
        chosen = desk.after(None)
    areas = _areas(desk)
    elsewhere = [each for each in areas if not each["is_here"]]
    following = chosen and next(
        (
            each
            for each in desk.passages
            if each.answer_id == chosen.answer_id and each.start > chosen.start
        ),
        None,
    )
    skip = chosen and desk.after(chosen)
    consultation = desk.response.consultation
    return page(
        request,
        "place",
        status=status,
        title=f"{desk.response.shown_as}, {desk.area.short}",
        section="responses",
        desk=desk,
        response=desk.response,
        submission=desk.submission,
        area=desk.area,
        questions=_questions(desk),
        areas=areas,
        next_area=next((each for each in elsewhere if each["cover"].left), None),
        cover=next((each["cover"] for each in areas if each["is_here"]), passages.Cover()),
        around=_neighbours(request, desk),
        filters=desk.filters,
        list_url=f"{reverse('admin:remiss_response_changelist')}?{desk.filters}",
        filter_query=urlencode({FILTERS: desk.filters}) if desk.filters else "",
        may_place=may_place,
        sees_notes=request.user.has_perm("remiss.view_theme"),
        chosen=chosen,
        is_chosen=is_chosen,
        following=following,
        skip_url=desk.address(stycke=skip.pk) if skip else "",
        **_cuts(request, chosen),
        place_form=(place_form or _place_form(desk, chosen)) if chosen else None,
        nothing_form=nothing_form or NoActionForm(),
        nothing_is_open=nothing_form is not None,
        themes=desk.themes if may_place else [],
        suggested=_suggested(desk, chosen) if may_place else [],
        notes=_notes(desk, note_forms or {}),
        note_moved=note_moved,
        step=reviewing.latest_step(consultation, request.user) if may_place else None,
        moved=moved,
        newer=newer,
        asks=asks,
        wrong=wrong,
        is_gone=is_gone,
        stale=status == 403,
        errors_present=bool(wrong),
    )
