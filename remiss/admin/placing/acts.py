"""What is done with a passage: each act is one post."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect

from remiss.admin import passages
from remiss.admin.gates import posted_number
from remiss.admin.placing.conflicts import (
    IN_AREA,
    IN_PLAN,
    act_of,
    conflict,
    is_as_seen,
    not_here,
    theme_gone,
    theme_picked,
)
from remiss.admin.placing.desk import Desk, address
from remiss.admin.placing.showing import note_forms, note_seen, place_form_of, show
from remiss.forms.placing import NoActionForm
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
        done = ACTS[name](request, desk, chosen)
    except PassageMoved:
        return conflict(request, desk, chosen.pk)
    except ThemeGone as gone:
        return theme_gone(request, desk, chosen.pk, gone)
    except ValueError as refusal:
        messages.error(request, str(refusal))
        return redirect(desk.address(stycke=chosen.pk))
    if done.status_code != 302:
        return done
    # A note that was being written comes along; when it cannot, the rest is done all the same.
    as_now = desk.afresh()
    if trouble := _notes_not_written(request, as_now, as_now.passage(str(chosen.pk))):
        messages.success(request, "Stycket är sparat, men inte anteckningen.")
        return trouble
    return done


def _how(request, desk: Desk) -> dict:
    return {"seen": posted_number(request, "seen"), "at": desk.at, "by": request.user}


def _onwards(desk: Desk, passage: Passage):
    """To the next one left, or to the page that says that there is none."""
    following = desk.after(passage)
    return redirect(desk.address(stycke=following.pk) if following else desk.address())


def _place(request, desk: Desk, chosen: Passage):
    form = place_form_of(desk, chosen, request.POST)
    if _means_nothing(request, desk, chosen):
        return _needs_nothing(request, desk, chosen)
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


def _means_nothing(request, desk: Desk, chosen: Passage) -> bool:
    """Enter among the reasons presses the first button of the form, which places."""
    ticked = set(request.POST.getlist("themes"))
    is_placing = "valt" in request.POST or request.POST.get("theme", "").strip()
    is_same = ticked == {str(theme.pk) for theme in desk.themes_of(chosen)}
    return bool(request.POST.get("reason")) and not is_placing and is_same


def _needs_nothing(request, desk: Desk, chosen: Passage):
    form = NoActionForm(request.POST)
    if not form.is_valid():
        return show(request, desk, chosen=chosen, nothing_form=form, wrong=form)
    reviewing.needs_nothing(passage=chosen, reason=form.words, **_how(request, desk))
    return _onwards(desk, chosen)


def _split(request, desk: Desk, chosen: Passage):
    offset = posted_number(request, "offset")
    reviewing.split(passage=chosen, offset=offset, **_how(request, desk))
    messages.success(request, f"Stycke {chosen.label} är delat i två.")
    return redirect(desk.address(stycke=chosen.pk))


def _join(request, desk: Desk, chosen: Passage):
    seen = posted_number(request, "following_seen")
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
    if step and step.pk != posted_number(request, "step"):
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


def _write_notes(request, desk: Desk):
    """The notes alone."""
    chosen = desk.passage(request.POST.get("stycke", ""))
    if trouble := _notes_not_written(request, desk, chosen):
        return trouble
    messages.success(request, "Anteckningen är sparad.")
    query = {"stycke": chosen.pk} if chosen else {}
    return redirect(desk.address(**query))


def _notes_not_written(request, desk: Desk, chosen: Passage | None):
    """Write the notes that somebody has written in; the page again when one could not be."""
    moved: dict[str, NoteMoved] = {}
    wrong = None
    for key, form in note_forms(request, desk).items():
        if not form.has_changed():
            continue
        if not form.is_valid():
            wrong = form
            continue
        try:
            noting.write(
                response=desk.response,
                area_key=key,
                text=form.cleaned_data["text"],
                seen=note_seen(request, form),
                at=desk.at,
                by=request.user,
            )
        except NoteMoved as refused:
            moved[key] = refused
    if not moved and wrong is None:
        return None
    status = 409 if moved else 200
    return show(request, desk, chosen=chosen, notes_moved=moved, wrong=wrong, status=status)


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
    "anteckning": _write_notes,
}
