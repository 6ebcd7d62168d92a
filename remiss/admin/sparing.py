"""Several passages that ask for nothing, marked in one act: their names first, with one reason."""

from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import passages
from remiss.admin.gates import moment, needs, page, whole_numbers
from remiss.admin.placing.desk import address
from remiss.forms.placing import NoActionForm
from remiss.models import Passage, Placement
from remiss.workflow import reviewing
from remiss.workflow.reviewing import PassageMoved

MOST = 500  # passages in one act


def urls(site) -> list:
    return [path("stycken/ingen-atgard/", site.admin_view(need_nothing), name="need_nothing")]


@needs("remiss.place_passage", methods=("POST",))
def need_nothing(request, *, stale=False):
    """Asks why, of the passages that were ticked on another page, and then marks them all."""
    seen = dict(pairs(request.POST.getlist("val")[:MOST]))
    found = _found(request, seen)
    chosen = [each for each in found if each.version == seen[each.pk]]
    if not found and not stale:
        messages.error(request, "Kryssa för minst ett stycke. Ingenting är ändrat.")
        return redirect(_back(request))
    form = NoActionForm(request.POST if "sure" in request.POST or stale else None)
    is_moved = len(chosen) < len(seen)
    if "sure" in request.POST and not (stale or is_moved) and form.is_valid():
        try:
            reviewing.need_nothing(
                passages=[(each, each.version) for each in chosen],
                reason=form.words,
                at=moment(request),
                by=request.user,
            )
        except PassageMoved:
            is_moved, found = True, _found(request, seen)
            chosen = [each for each in found if each.version == seen[each.pk]]
        else:
            number = len(chosen)
            noun = "stycke" if number == 1 else "stycken"
            messages.success(request, f"{number} {noun} kräver ingen åtgärd. Det går att ångra.")
            return redirect(_back(request))
    return page(
        request,
        "need_nothing",
        status=403 if stale else 409 if is_moved else 200,
        title="Kräver ingen åtgärd",
        section="themes",
        form=form,
        chosen=chosen,
        moved=[each for each in found if each not in chosen],
        gone=len(seen) - len(found),
        kept=[(name, request.POST.get(name, "")) for name in BACK if name in request.POST],
        back=_back(request),
        stale=stale,
        errors_present=bool(form.is_bound and form.errors),
    )


# A form older than its token comes back with what was chosen in it.
need_nothing.shown_again = partial(need_nothing, stale=True)


def pairs(texts: Iterable[str]):
    """(passage, version seen) of each "12:3"; what is written otherwise is left out."""
    for text in texts:
        pair = whole_numbers(text.split(":"))
        if len(pair) == 2:
            yield pair[0], pair[1]


def _found(request, seen: dict[int, int]) -> list[Passage]:
    """Those that still count, of one remiss."""
    there = Passage.objects.visible_to(request.user).current().filter(pk__in=seen)
    placed = Prefetch("placements", Placement.objects.select_related("theme"))
    found = list(passages.quoted(there).prefetch_related(placed))
    remisser = {each.answer.submission.response.consultation_id for each in found}
    return found if len(remisser) == 1 else []


# Where one came from: an area of an answer, a group of passages that are alike, or the list.
BACK = ["svar", "lika", "omrade", "filters", "del", "sida"]


def _back(request) -> str:
    data = request.POST
    area = data.get("omrade", "")
    for response in whole_numbers([data.get("svar", "")]):
        return address(response, area.replace("/", ""), filters=data.get("filters", ""))
    query = {name: data[name] for name in ("omrade", "del", "sida") if data.get(name)}
    for passage in whole_numbers([data.get("lika", "")]):
        return f"{reverse('admin:alike')}?{urlencode(query | {'stycke': passage})}"
    found = reverse("admin:left")
    return f"{found}?{urlencode(query)}" if query else found
