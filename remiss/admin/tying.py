"""Which remissinstanser an answer counts for, and making one remissinstans of two."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from remiss.admin import scopes
from remiss.admin.gates import moment, needs, page, whole_numbers
from remiss.models import Body
from remiss.text import name_key
from remiss.workflow import merging, tying

MOST_FOUND = 20


def urls(site):
    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("svar/<int:pk>/instanser/", tie, "tie"),
        at("instanser/<int:pk>/sla-ihop/", merge_bodies, "merge_bodies"),
    ]


@needs("remiss.invite_body")
def tie(request, pk):
    """Search for bodies, and let the answer count for them or no longer."""
    received = scopes.received(request.user).select_related("latest")
    response = get_object_or_404(received, pk=pk)
    if request.method == "POST":
        _tie_or_untie(request, response)
        return redirect("admin:tie", response.pk)
    counted = Body.objects.filter(counted__response=response)
    wanted = request.GET.get("q", "")
    return page(
        request,
        "tie",
        title="Räkna svaret för remissinstanser",
        section="responses",
        response=response,
        counted=counted,
        suggested=_named(response).exclude(pk__in=counted),
        found=_search(wanted).exclude(pk__in=counted)[:MOST_FOUND] if wanted else [],
        wanted=wanted,
        most=MOST_FOUND,
    )


def _tie_or_untie(request, response) -> None:
    at, by = moment(request), request.user
    if untied := whole_numbers([request.POST.get("untie", "")]):
        body = Body.objects.filter(pk__in=untied).first()
        if body and tying.untie(response=response, body=body, at=at, by=by):
            messages.success(request, f"Svaret räknas inte längre för {body}.")
        return
    chosen = whole_numbers(request.POST.getlist("body"))
    bodies = list(Body.objects.in_use().filter(pk__in=chosen))
    names = ", ".join(body.name for body in bodies)
    if tying.tie(response=response, bodies=bodies, at=at, by=by):
        messages.success(request, f"Svaret räknas nu för {names}.")
    elif bodies:
        messages.info(request, f"Svaret räknades redan för {names}.")
    else:
        messages.error(request, "Välj minst en remissinstans.")


def _named(response):
    """Bodies with the name of the sender, or of one that stands behind the answer with it."""
    behind = response.latest.cosignatories.values_list("name", flat=True)
    names = [response.latest.organisation, response.corrected_name, *behind]
    keys = {name_key(name) for name in names if name}
    return Body.objects.in_use().filter(name_key__in=keys)


def _search(words: str):
    found = Body.objects.in_use()
    for word in words.split():
        found = found.filter(name_key__contains=name_key(word))
    return found


@needs("remiss.change_body")
def merge_bodies(request, pk):
    """Find the other one, see what it means, and confirm."""
    kept = get_object_or_404(Body.objects.select_related("merged_into"), pk=pk)
    if kept.merged_into:
        messages.info(request, f"{kept} är redan ihopslagen med {kept.merged_into}.")
        return redirect("admin:body", kept.merged_into_id)
    data = request.POST if request.method == "POST" else request.GET
    others = Body.objects.exclude(pk=kept.pk).select_related("merged_into")
    chosen = others.filter(pk__in=whole_numbers([data.get("other", "")]))
    other = chosen.prefetch_related("addresses").first()
    refusal = ""
    if other and other.merged_into:
        # The other coordinator has done it meanwhile.
        refusal = f"{other} är redan ihopslagen med {other.merged_into}."
        if other.merged_into_id == kept.pk:
            messages.info(request, refusal)
            return redirect("admin:body", kept.pk)
        other = None
    if request.method == "POST" and other:
        try:
            merging.merge(kept=kept, other=other, at=moment(request), by=request.user)
        except merging.CannotMerge as sentence:
            refusal = str(sentence)
        else:
            messages.success(request, f"{other} ingår nu i {kept}.")
            return redirect("admin:body", kept.pk)
    wanted = data.get("q", "")
    return page(
        request,
        "merge_bodies",
        title=f"Slå ihop med {kept}",
        section="invitations",
        kept=kept,
        other=other,
        found=_search(wanted).exclude(pk=kept.pk)[:MOST_FOUND] if wanted and not other else [],
        wanted=wanted,
        most=MOST_FOUND,
        refusal=refusal,
    )
