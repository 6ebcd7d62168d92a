"""Personal links: opening one, finding it again, leaving."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from remiss import limits, links
from remiss.forms.answering import EmailForm
from remiss.models import Consultation, Draft, Response
from remiss.views import errors, holding
from remiss.views.again import shown_again
from remiss.views.reading import page
from remiss.workflow import answering


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request, key, *, stale=False):
    """GET shows a button, POST opens: scanners that follow links change nothing (decision 14)."""
    try:
        opened = links.read_key(key)
    except links.BadLink as bad:
        raise Http404 from bad
    holder = _holder(opened.public_id)
    if holder.link_version != opened.link_version:
        return errors.gone(request)
    if request.method == "POST" and not stale:
        at = request.received_at
        holding.hold(request, holder, at)
        if opened.from_mail and answering.confirm(holder=holder, at=at):
            request.session["confirmed"] = holder.public_id
        return redirect("remiss:tasks", holder.public_id)
    return page(
        request,
        "answering/open_link.html",
        Consultation.objects.with_clock().get(pk=holder.consultation_id),
        section="answer",
        status=403 if stale else 200,
        from_mail=opened.from_mail,
        email=holder.email if opened.from_mail else "",
        stale=stale,
    )


def _holder(public_id: str) -> Draft | Response:
    """The draft, or what was sent in once that is gone (decision 14). Raises Http404."""
    for model in (Draft, Response):
        if holder := model.objects.filter(public_id=public_id).first():
            return holder
    raise Http404


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def find_link(request, *, stale=False):
    """Always the same answer, whether there is a draft with the address or not (fault S4)."""
    consultation = Consultation.objects.current()
    form = EmailForm(request.POST or None)
    if request.method == "POST" and not stale and form.is_valid():
        at = request.received_at
        if not limits.allow(limits.LINKS_FROM_NETWORK, limits.network(request), at):
            return errors.too_many(request)
        answering.find_links(email=form.cleaned_data["email"], at=at)
        return page(request, "answering/find_link_sent.html", consultation, section="answer")
    return page(
        request,
        "answering/find_link.html",
        consultation,
        section="answer",
        status=403 if stale else 200,
        form=form,
        stale=stale,
    )


@shown_again
@require_POST
def leave(request, public_id, *, stale=False):
    """End the session at once: association computers are shared.

    A page with an old token leaves too, if the browser says that it is one of ours: staying
    signed in on somebody else's machine would be worse than leaving once too often.
    """
    if stale and "Origin" not in request.headers:
        return errors.error_page(request, 403, returned=[])
    consultation = Consultation.objects.current()
    holding.let_go(request)
    response = redirect("remiss:start", consultation.slug) if consultation else redirect("/")
    # Pages kept for the back button go too.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
