"""The name an answer is shown under, put right beside what was sent in."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from remiss.admin import scopes
from remiss.admin.gates import moment, needs, page
from remiss.forms.people import CorrectNameForm
from remiss.models import Kind
from remiss.workflow import naming


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [path("svar/<int:pk>/namn/", site.admin_view(correct_name), name="correct_name")]


@needs("remiss.correct_name")
def correct_name(request, pk: int, *, stale=False):
    """The name as it is shown and as it was sent in, every correction, and a form for the next."""
    received = scopes.received(request.user).select_related("latest")
    response = get_object_or_404(received, pk=pk)
    shown = {"name": response.shown_as, "seen": response.shown_as}
    form = CorrectNameForm(request.POST if request.method == "POST" else None, initial=shown)
    theirs = ""
    if request.method == "POST" and not stale and form.is_valid():
        try:
            done = naming.correct(
                response=response, at=moment(request), by=request.user, **form.cleaned_data
            )
        except naming.NameMoved as moved:
            theirs = moved.standing
            form = CorrectNameForm(request.POST.dict() | {"seen": theirs})
        except ValueError as refusal:
            form.add_error("name", str(refusal))
        else:
            said = f"Svaret visas nu som {done}." if done else "Svaret visades redan så."
            messages.success(request, said)
            return redirect("admin:remiss_response_change", pk)
    return page(
        request,
        "correct_name",
        status=403 if stale else 409 if theirs else 200,
        title=f"Rätta namnet på svar {response}",
        section="responses",
        response=response,
        sent=response.latest.sender,
        is_private=response.latest.kind == Kind.PRIVATE,
        corrections=response.name_corrections.select_related("by"),
        form=form,
        theirs=theirs,
        stale=stale,
        errors_present=bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
correct_name.shown_again = partial(correct_name, stale=True)
