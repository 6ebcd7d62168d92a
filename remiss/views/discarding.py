"""Ta bort utkastet nu: what has not been sent in is deleted at once."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from remiss.models.draft import LinkReplaced
from remiss.views import holding
from remiss.views.again import shown_again
from remiss.views.errors import SessionLost
from remiss.views.opened import Opened
from remiss.workflow import ending


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, public_id, *, stale=False):
    opened = Opened(request, public_id)
    if request.method == "POST" and not stale:
        try:
            gone = ending.discard(draft=opened.draft, at=opened.at)
        except LinkReplaced as replaced:
            raise SessionLost from replaced
        if not gone:
            messages.success(request, "Ändringarna är borttagna. Det ni skickade in gäller.")
            return redirect("remiss:tasks", public_id)
        holding.drop(request, public_id)
        messages.success(request, "Utkastet är borttaget.")
        response = redirect("remiss:start", opened.consultation.slug)
        # Pages kept for the back button go too.
        response["Clear-Site-Data"] = '"cache"'
        return response
    return opened.page(
        "answering/discard.html",
        status=403 if stale else 200,
        response=opened.response,
        stale=stale,
    )
