"""An answer that is only files has nothing to place: here it is marked as read and done with."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import scopes
from remiss.admin.around import FILTERS, filters_of
from remiss.admin.gates import moment, needs, page
from remiss.forms.placing import HandledForm
from remiss.models import HandledFiles
from remiss.workflow import handling

UNDO = "angra"


def urls(site) -> list:
    view = site.admin_view(handle_files)
    return [path("svar/<int:pk>/bara-bilaga/", view, name="handle_files")]


@needs("remiss.place_passage")
def handle_files(request, pk: int, *, stale=False):
    """GET shows what stands and a form; POST marks the files as handled, or takes that back."""
    received = scopes.received(request.user).select_related("latest")
    response = get_object_or_404(received, pk=pk)
    is_only_files = scopes.only_files(received).filter(pk=pk).exists()
    is_posted = request.method == "POST"
    if not is_posted and not is_only_files:
        messages.info(request, "Svaret är inte bara bilaga. Inget behöver markeras.")
        return redirect(_address(request, response))
    number = response.latest.number
    is_moved = is_posted and (request.POST.get("version") != str(number) or not is_only_files)
    is_undo = is_posted and request.POST.get("act") == UNDO
    form = HandledForm(request.POST if is_posted and not is_undo else None)
    first = None
    if is_posted and not stale and not is_moved and (is_undo or form.is_valid()):
        how = {"submission": response.latest, "at": moment(request), "by": request.user}
        try:
            _do(request, form, is_undo=is_undo, **how)
        except handling.AlreadyHandled as taken:
            first = taken.standing
        else:
            return redirect(_address(request, response))
    return page(
        request,
        "handle_files",
        status=403 if stale else 409 if is_moved or first else 200,
        title=f"Bara bilaga: svar {response}",
        section="responses",
        response=response,
        number=number,
        standing=first or _standing(response),
        form=form,
        filters=filters_of(request),
        back=_address(request, response),
        is_overtaken=bool(first),
        is_moved=is_moved,
        is_only_files=is_only_files,
        stale=stale,
        errors_present=bool(form.errors),
    )


def _do(request, form: HandledForm, *, is_undo: bool, **how) -> None:
    if not is_undo:
        handling.handle(outcome=form.cleaned_data["outcome"], **how)
        messages.success(request, "Bilagorna är markerade som hanterade.")
    elif handling.handle_again(**how):
        messages.success(request, "Ångrat. Svaret står bland dem som är bara bilaga.")
    else:
        messages.info(request, "Det fanns inget att ångra.")


# A form older than its token comes back with what was written in it.
handle_files.shown_again = partial(handle_files, stale=True)


def _standing(response) -> HandledFiles | None:
    return HandledFiles.objects.filter(submission=response.latest).select_related("by").first()


def _address(request, response) -> str:
    address = reverse("admin:remiss_response_change", args=[response.pk])
    filters = filters_of(request)
    return f"{address}?{urlencode({FILTERS: filters})}" if filters else address
