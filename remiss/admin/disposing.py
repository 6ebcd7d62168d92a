"""Gallring: which answers, by which decision, and how many, asked before anything goes."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse

from remiss.admin import scopes
from remiss.admin.gates import moment, needs, page, whole_numbers
from remiss.forms.people import DisposeForm
from remiss.models import Disposal, Event, Response, Verb
from remiss.workflow import disposing


def urls(site) -> list:
    """The addresses to put first among those of `site`."""

    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("svar/gallra/", dispose, "dispose"),
        at("gallringar/", disposals, "disposals"),
    ]


@needs("remiss.dispose_response")
def dispose(request, *, stale=False):
    """GET asks about the answers in ?ids=1,2; POST does it, when the number is typed right."""
    at = moment(request)
    data = request.POST if request.method == "POST" else request.GET
    keys = whole_numbers(data.get("ids", "").split(","))
    chosen = list(
        scopes.received(request.user)
        .filter(pk__in=keys)
        .select_related("latest", "consultation")
        .order_by("reference")
    )
    left_out = [(each, why) for each in chosen if (why := disposing.why_not(each, at))]
    going = [each for each in chosen if not disposing.why_not(each, at)]
    gone = Response.objects.visible_to(request.user).filter(pk__in=keys, latest=None)
    is_asked = request.method == "POST" and bool(going)  # or else there is no form to correct
    form = DisposeForm(request.POST if is_asked else None, count=len(going))
    refusal = "" if len(going) <= disposing.MOST else f"Välj högst {disposing.MOST} svar åt gången."
    if is_asked and not refusal and not stale and form.is_valid():
        try:
            done = disposing.dispose(
                responses=[each.pk for each in going],
                decision=form.cleaned_data["decision"],
                at=at,
                by=request.user,
            )
        except disposing.CannotDispose as sentence:
            refusal = str(sentence)
        else:
            messages.success(request, f"{done.number} svar är gallrade.")
            return redirect("admin:disposals")
    ids = ",".join(str(each.pk) for each in going)
    return page(
        request,
        "dispose",
        status=403 if stale else 200,
        title="Gallra svar",
        section="registry",
        going=going,
        left_out=left_out,
        gone=list(gone.order_by("reference").values_list("reference", flat=True)),
        unregistered=_unregistered(going, request.user),
        ids=ids,
        form=form,
        refusal=refusal,
        exported=_latest_export(going, request.user),
        export_url=f"{reverse('admin:export')}?{urlencode({'scope': 'chosen', 'ids': ids})}",
        stale=stale,
        errors_present=bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
dispose.shown_again = partial(dispose, stale=True)


def _unregistered(responses, viewer) -> list[str]:
    """The references of those with a version that has no diarienummer: it can never get one now."""
    waiting = scopes.unregistered_versions(viewer).filter(response__in=responses)
    references = waiting.order_by().values_list("response__reference", flat=True)
    return sorted(set(references))


def _latest_export(responses, viewer) -> Event | None:
    """The last time that answers of the same remisser were taken out."""
    remisser = {each.consultation_id for each in responses}
    taken = Event.objects.visible_to(viewer).filter(verb=Verb.EXPORTED, consultation__in=remisser)
    return taken.select_related("actor").order_by("-at", "-pk").first()


@needs("remiss.register_response", methods=("GET", "HEAD"))
def disposals(request):
    """Every gallring there has been."""
    return page(
        request,
        "disposals",
        title="Gallringar",
        section="registry",
        disposals=Disposal.objects.select_related("by"),
    )
