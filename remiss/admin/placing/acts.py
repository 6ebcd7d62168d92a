"""What is done with a passage: each act is one post."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect

from remiss.admin import passages
from remiss.admin.placing.conflicts import (
    IN_AREA,
    IN_PLAN,
    act_of,
    conflict,
    is_as_seen,
    not_here,
    number,
    theme_gone,
    theme_picked,
)
from remiss.admin.placing.desk import Desk, address
from remiss.admin.placing.showing import note_id, place_form_of, show
from remiss.forms.placing import NoActionForm, NoteForm
from remiss.models import Passage, ReviewStep
from remiss.models.passage import WHOLE
from remiss.text import name_key
from remiss.workflow import noting, reviewing
from remiss.workflow.noting import NoteMoved
from remiss.workflow.reviewing import CannotUndo, PassageMoved, ThemeGone


def act(request, desk: Desk):
    name = act_of(request)
    if name in OTHER_ACTS:
        return OTHER_ACTS[name](request, desk)
    if name not in ACTS:
        return redirect(desk.address())
    chosen = desk.passage(request.POST.get("stycke", ""))
    if chosen is None:
        return not_here(request, desk)
    if not is_as_seen(request, chosen):
        # Before anything is asked: a page that asks says what it has seen itself.
        return conflict(request, desk, chosen.pk)
    try:
        return ACTS[name](request, desk, chosen)
    except PassageMoved:
        return conflict(request, desk, chosen.pk)
    except ThemeGone as gone:
        return theme_gone(request, desk, chosen.pk, gone)
    except ValueError as refusal:
        messages.error(request, str(refusal))
        return redirect(desk.address(stycke=chosen.pk))


def _how(request, desk: Desk) -> dict:
    return {"seen": number(request, "seen"), "at": desk.at, "by": request.user}


def _onwards(desk: Desk, passage: Passage):
    """To the next one left, or to the page that says that there is none."""
    following = desk.after(passage)
    return redirect(desk.address(stycke=following.pk) if following else desk.address())


def _place(request, desk: Desk, chosen: Passage):
    form = place_form_of(desk, chosen, request.POST)
    if not form.is_valid():
        return show(request, desk, chosen=chosen, place_form=form, wrong=form)
    name, themes = form.cleaned_data["theme"], form.cleaned_data["themes"]
    theme = desk.named(name) if name else None
    if "valt" in request.POST:
        theme, name = theme_picked(request, desk), ""
        if theme is None:
            form.add_error(
                "theme", "Temat finns inte längre. Välj ett annat, eller skriv ett nytt."
            )
            return show(request, desk, chosen=chosen, place_form=form, wrong=form)
    is_new = bool(name) and theme is None
    is_answered = name_key(form.cleaned_data["asked"]) == name_key(name)
    if is_new and not (act_of(request) in {IN_AREA, IN_PLAN} and is_answered):
        return show(request, desk, chosen=chosen, place_form=form, asks=name)
    if not theme and not name and not themes and not chosen.is_placed:
        form.add_error("theme", "Skriv ett tema, eller kryssa för ett.")
        return show(request, desk, chosen=chosen, place_form=form, wrong=form)
    with transaction.atomic():  # a theme is not left behind by a placing that was refused
        if is_new:
            key = WHOLE if act_of(request) == IN_PLAN else desk.area.key
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
        return show(request, desk, chosen=chosen, nothing_form=form, wrong=form)
    reviewing.needs_nothing(passage=chosen, reason=form.words, **_how(request, desk))
    return _onwards(desk, chosen)


def _split(request, desk: Desk, chosen: Passage):
    offset = number(request, "offset")
    reviewing.split(passage=chosen, offset=offset, **_how(request, desk))
    messages.success(request, f"Stycke {chosen.label} är delat i två.")
    return redirect(desk.address(stycke=chosen.pk))


def _join(request, desk: Desk, chosen: Passage):
    seen = number(request, "following_seen")
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
    there = Passage.objects.visible_to(request.user).filter(pk__in=undone.touched)
    first = there.select_related("answer__area", "answer__submission").first()
    if first is None:
        return redirect(desk.address())
    area, response = first.answer.area, first.answer.submission.response_id
    key = area.key if area else WHOLE
    return redirect(address(response, key, filters=desk.filters, stycke=first.pk))


def undo(request, consultation, *, at) -> ReviewStep | None:
    """Undo the step that was shown, and say how it went."""
    step = reviewing.latest_step(consultation, request.user)
    if step and step.pk != number(request, "step"):
        latest = _in_words(request, step)
        messages.error(
            request, f"Du har gjort något mer sedan sidan visades. Det senaste är: {latest}."
        )
        return None
    try:
        undone = reviewing.undo(consultation=consultation, at=at, by=request.user)
    except CannotUndo as refusal:
        on = " Det du gjorde före det kan du fortfarande ångra." if refusal.left else ""
        messages.error(request, f"{refusal}{on}")
        return None
    messages.success(request, f"Ångrat: {_in_words(request, undone)}.")
    return undone


def _in_words(request, step: ReviewStep) -> str:
    about = passages.about_step(step, request.user)
    return f"{about}, {step.said}" if about else step.said


def _write_note(request, desk: Desk):
    is_whole = request.POST["act"] == "anteckning-svaret"
    form = NoteForm(request.POST, auto_id=note_id(is_whole=is_whole))
    key = WHOLE if is_whole else desk.area.key
    chosen = desk.passage(request.POST.get("stycke", ""))
    if not form.is_valid():
        return show(request, desk, chosen=chosen, note_forms={key: form}, wrong=form)
    text, seen = form.cleaned_data["text"], max(number(request, "seen"), 0)
    try:
        noting.write(
            response=desk.response, area_key=key, text=text, seen=seen, at=desk.at, by=request.user
        )
    except NoteMoved as moved:
        return show(
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
