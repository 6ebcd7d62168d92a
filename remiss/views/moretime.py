"""Asking for more time, before or after the last day (decision 8)."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from remiss.forms.beside import MoreTimeForm
from remiss.models import ExtensionRequest
from remiss.models.draft import LinkReplaced
from remiss.views.again import shown_again
from remiss.views.errors import SessionLost
from remiss.views.opened import Opened
from remiss.workflow import extending


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request, public_id, *, stale=False):
    """What is written here goes to the coordinators at once; nothing of the draft does."""
    opened = Opened(request, public_id)
    asked = ExtensionRequest.objects.of(public_id).first()
    last = opened.own_timing or opened.consultation.timing(opened.at)
    form = MoreTimeForm(request.POST or None, after=max(last.last_day, last.today))
    if request.method == "POST" and not stale and form.is_valid():
        try:
            extending.ask(
                draft=opened.draft,
                who=opened.who,
                reason=form.cleaned_data["reason"],
                wanted_day=form.cleaned_data["wanted_day"],
                at=opened.at,
            )
        except extending.AlreadyAsked:
            messages.info(request, "Ni har redan bett om längre tid. Vänta på svaret.")
        except LinkReplaced as replaced:
            raise SessionLost from replaced
        else:
            messages.success(request, "Vi har skickat er fråga till samordnaren.")
        return redirect("remiss:more_time", public_id)
    return opened.page(
        "answering/more_time.html",
        status=403 if stale else 200,
        response=opened.response,
        form=form,
        asked=asked,
        last=last,
        stale=stale,
    )
