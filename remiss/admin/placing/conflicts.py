"""What stands in the way of an act: the page again, with what was chosen and what stands now."""

from django.http import Http404

from remiss.admin.gates import posted_number, whole_numbers
from remiss.admin.placing.desk import Desk
from remiss.admin.placing.showing import place_form_of, show
from remiss.forms.placing import NoActionForm
from remiss.models import Passage, ReviewStep, Theme
from remiss.workflow.reviewing import ThemeGone

STEPS_LOOKED_AT = 50
IN_AREA, IN_PLAN = "tema-i-omradet", "tema-for-planen"  # acts that make the theme
ON_PASSAGE = {"placera", IN_AREA, IN_PLAN, "ingen-atgard", "dela", "sla-ihop", "tillbaka"}
NOT_KEPT = {"csrfmiddlewaretoken", "seen", "following_seen", "filters"}


def act_of(request) -> str:
    """What was asked for: a theme has a button of its own, and so has each place to split at."""
    if "valt" in request.POST:
        return "placera"
    return "dela" if "offset" in request.POST else request.POST.get("act", "")


def theme_picked(request, desk: Desk) -> Theme | None:
    """The one whose button was pressed."""
    key = request.POST.get("valt", "")
    return next((theme for theme in desk.themes if str(theme.pk) == key), None)


def is_as_seen(request, passage: Passage) -> bool:
    """Nobody has done anything with it since the page was shown."""
    return posted_number(request, "seen") == passage.version


def again(request, desk: Desk):
    """The page once more, with everything that was posted still in its forms."""
    chosen = desk.passage(request.POST.get("stycke", ""))
    bound = _bound(request, desk, chosen)
    if chosen and act_of(request) in ON_PASSAGE and not is_as_seen(request, chosen):
        bound["moved"] = _moved(request, desk, chosen)
    return show(request, desk, chosen=chosen, **bound, status=403)


def _bound(request, desk: Desk, chosen: Passage | None) -> dict:
    name = act_of(request)
    if name in {"placera", IN_AREA, IN_PLAN} and chosen:
        return {"place_form": place_form_of(desk, chosen, request.POST)}
    if name == "ingen-atgard":
        return {"nothing_form": NoActionForm(request.POST)}
    return {}


def theme_gone(request, desk: Desk, pk: int, gone: ThemeGone):
    """The form with what was chosen in it, and what became of the theme."""
    as_now = desk.afresh()
    chosen = as_now.passage(str(pk))
    if chosen is None:
        return show(request, as_now, is_gone=True, status=409)
    form = place_form_of(as_now, chosen, request.POST)
    form.add_error(
        "theme",
        f"{gone} Stycket är inte placerat. Välj ett tema som finns.",
    )
    return show(request, as_now, chosen=chosen, place_form=form, wrong=form, status=409)


def not_here(request, desk: Desk):
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
    return show(request, desk, is_gone=True, status=409)


def _newer(request, desk: Desk, earlier: Passage):
    """The answer has come in a new version. Where that says the same, what was chosen stands in
    the form, and a button does it there."""
    place = (earlier.answer.question.key, earlier.text)
    same = (each for each in desk.passages if (each.answer.question.key, each.text) == place)
    chosen = next(same, None)
    kept = [(name, value) for name, value in _kept(request) if name != "stycke"]
    return show(
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


def conflict(request, desk: Desk, pk: int):
    """What stands now beside what was chosen; a button does the same from what stands now."""
    as_now = desk.afresh()
    chosen = as_now.passage(str(pk))
    if chosen is None:
        return show(request, as_now, is_gone=True, status=409)
    return show(
        request,
        as_now,
        chosen=chosen,
        moved=_moved(request, as_now, chosen),
        **_bound(request, as_now, chosen),
        status=409,
    )


def _moved(request, desk: Desk, chosen: Passage) -> dict:
    """What was chosen, and who did something else meanwhile."""
    step = next(
        (
            step
            for step in ReviewStep.objects.filter(
                consultation=desk.response.consultation_id, undone_at=None
            ).select_related("by")[:STEPS_LOOKED_AT]
            if chosen.pk in step.touched
        ),
        None,
    )
    return {"kept": _kept(request), "step": step, "wanted": _wanted(request, desk, chosen)}


def _wanted(request, desk: Desk, chosen: Passage) -> str:
    """What the coordinator chose, in words."""
    name = act_of(request)
    if name in {"placera", IN_AREA, IN_PLAN}:
        form = place_form_of(desk, chosen, request.POST)
        form.is_valid()
        names = [theme.name for theme in form.cleaned_data.get("themes", [])]
        picked = theme_picked(request, desk)
        typed = form.cleaned_data.get("theme") or request.POST.get("theme", "").strip()
        typed = picked.name if picked else typed
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
