"""Contact details erased on request: a page that says what goes and stays, and then does it."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from remiss import roles
from remiss.admin import scopes
from remiss.admin.gates import allowed, moment, page
from remiss.forms.people import EraseForm
from remiss.models import Kind
from remiss.workflow import erasing


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [path("svar/<int:pk>/radera/", site.admin_view(erase_contact), name="erase_contact")]


@allowed(roles.is_authority)
def erase_contact(request, pk: int, *, stale=False):
    """GET asks, with what would be erased; POST does it."""
    received = scopes.received(request.user).select_related("latest", "consultation")
    response = get_object_or_404(received, pk=pk)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not stale and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            erasing.erase(response=response, reason=reason, at=moment(request), by=request.user)
        except erasing.NothingToErase:
            messages.info(request, "Uppgifterna var redan raderade.")
        else:
            messages.success(request, f"Kontaktuppgifterna till {response} är raderade.")
        return redirect("admin:remiss_response_change", pk)
    return page(
        request,
        "erase_contact",
        status=403 if stale else 200,
        title=f"Radera kontaktuppgifter till svar {response}",
        section="responses",
        response=response,
        holding=erasing.holding(response),
        is_private=response.latest.kind == Kind.PRIVATE,
        bodies=[tie.body for tie in response.counted_for.select_related("body")],
        form=form,
        stale=stale,
        errors_present=bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
erase_contact.shown_again = partial(erase_contact, stale=True)
