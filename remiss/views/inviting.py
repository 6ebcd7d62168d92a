"""The link of an invited body: opening it, beginning to answer, declining."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from remiss import links
from remiss.models import Consultation, Invitation
from remiss.models.draft import LinkReplaced
from remiss.views import errors, holding
from remiss.views.again import shown_again
from remiss.views.reading import page
from remiss.workflow import invited


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def open_invitation(request, key, *, stale=False):
    """GET shows a button, POST opens: scanners that follow links change nothing (decision 14)."""
    try:
        opened = links.read_key(key, (links.TO_BODY,))
    except links.BadLink as bad:
        raise Http404 from bad
    rows = Invitation.objects.select_related("body", "consultation")
    invitation = rows.filter(public_id=opened.public_id).first()
    if invitation is None:
        raise Http404
    if invitation.link_version != opened.link_version:
        return errors.gone(request)
    if request.method == "POST" and not stale:
        try:
            invited.open_link(invitation=invitation, at=request.received_at)
        except LinkReplaced:
            return errors.gone(request)
        holder = invited.holder_of(invitation)
        if holder is not None:
            holding.hold(request, holder, request.received_at)
            return redirect("remiss:tasks", holder.public_id)
    return page(
        request,
        "inviting/open_invitation.html",
        Consultation.objects.with_clock().get(pk=invitation.consultation_id),
        section="answer",
        status=403 if stale else 200,
        invitation=invitation,
        stale=stale,
    )
