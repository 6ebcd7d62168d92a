"""The link of an invited body: opening it, beginning to answer, declining."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from remiss import clock, links
from remiss.exports.sections import Plan
from remiss.forms.answering import DeclineForm, InvitedForm, likely_meant
from remiss.models import Invitation
from remiss.models.draft import LinkReplaced
from remiss.views import errors, holding
from remiss.views.again import shown_again
from remiss.views.reading import closed_page, has_missive, newest_version, page
from remiss.workflow import invited as of_body
from remiss.workflow.answering import Closed

FORM_METHODS = ["GET", "HEAD", "POST"]


@shown_again
@require_http_methods(FORM_METHODS)
def open_invitation(request, key, *, stale=False):
    """GET shows a button, POST opens: scanners that follow links change nothing (decision 14)."""
    try:
        opened = links.read_key(key, (links.TO_BODY,))
    except links.BadLink as bad:
        raise Http404 from bad
    rows = Invitation.objects.select_related("body", "consultation").annotate(at=clock.expression())
    invitation = rows.filter(public_id=opened.public_id, consultation__is_published=True).first()
    if invitation is None:
        raise Http404
    if invitation.link_version != opened.link_version:
        return _replaced(request, invitation)
    at = getattr(request, "received_at", None) or invitation.at
    invitation = of_body.in_use(invitation)
    holder = of_body.holder_of(invitation)
    if holder is None and not invitation.is_open(at):
        return _closed(request, invitation, at)
    if request.method == "POST" and not stale:
        try:
            of_body.open_link(invitation=invitation, at=at)
        except LinkReplaced:
            return _replaced(request, invitation)
        return _opened(request, invitation, holder, at)
    return _page(
        request, "inviting/open_invitation.html", invitation, at,
        stale=stale, is_begun=holder is not None, invitation=None,
    )  # fmt: skip


def _opened(request, invitation, holder, at):
    """To what the body has begun, or to the invitation; the key is left behind in the address."""
    holding.hold(request, holder or invitation, at)
    if holder is None:
        return redirect("remiss:invited", invitation.public_id)
    return redirect("remiss:tasks", holder.public_id)


@shown_again
@require_http_methods(FORM_METHODS)
def invited(request, public_id, *, stale=False):
    """Beginning to answer, and taking a declining back."""
    invitation, at = _held(request, public_id)
    holder = of_body.holder_of(invitation)
    pressed = request.method == "POST" and not stale
    if pressed and request.POST.get("action") == "change_mind":
        return _change_mind(request, invitation, at)
    if holder is None and not invitation.is_open(at):
        return _closed(request, invitation, at)
    typed = request.POST if "action" not in request.POST else None
    form = InvitedForm(typed or None, initial=_known(invitation))
    is_known = pressed and form.is_valid()
    if is_known:
        holding.be_known_as(request, form.cleaned_data["contact_name"][:80])
    if pressed and holder:
        return _opened(request, invitation, holder, at)
    if is_known:
        return _begin(request, invitation, form, at)
    return _page(
        request, "inviting/invited.html", invitation, at,
        stale=stale, is_begun=holder is not None, form=None if holder else form,
        has_missive=has_missive(invitation.consultation.slug),
    )  # fmt: skip


def _known(invitation: Invitation) -> dict:
    main = invitation.body.addresses.filter(is_main=True).first()
    return {"organisation": invitation.body.name, "email": main.email if main else ""}


def _begin(request, invitation, form, at):
    """A second press, or a second person in the body, comes to the answer that there is."""
    try:
        holder = of_body.begin(
            invitation=invitation,
            plan=Plan(newest_version(invitation.consultation)),
            who=form.content(invitation.body.kind),
            email=form.cleaned_data["email"],
            by=holding.editor(request),
            at=at,
        )
    except Closed:
        return _closed(request, invitation, at)
    except LinkReplaced:
        return _replaced(request, invitation)
    if meant := likely_meant(form.cleaned_data["email"]):
        messages.info(request, f"Menade du {meant}? Adressen går att byta under E-postadress.")
    return _opened(request, invitation, holder, at)


def _change_mind(request, invitation, at):
    try:
        of_body.change_mind(invitation=invitation, at=at)
    except Closed:
        return _closed(request, invitation, at)
    except LinkReplaced:
        return _replaced(request, invitation)
    messages.success(request, "Avståendet är borttaget. Nu kan ni svara.")
    return redirect("remiss:invited", invitation.public_id)


@shown_again
@require_http_methods(FORM_METHODS)
def decline(request, public_id, *, stale=False):
    """Saying that no answer will come; what has been begun stays."""
    invitation, at = _held(request, public_id)
    if not invitation.is_open(at):
        return _closed(request, invitation, at)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    is_answered = of_body.is_answered(invitation)
    if request.method == "POST" and not stale and form.is_valid():
        try:
            of_body.decline(invitation=invitation, reason=form.cleaned_data["reason"], at=at)
        except of_body.HasAnswered:
            is_answered = True
        except Closed:
            return _closed(request, invitation, at)
        except LinkReplaced:
            return _replaced(request, invitation)
        else:
            messages.success(request, "Vi har noterat att ni avstår. Ni får inga fler påminnelser.")
            return redirect("remiss:invited", public_id)
    return _page(
        request, "inviting/decline.html", invitation, at,
        stale=stale, form=form, is_answered=is_answered, holder=of_body.holder_of(invitation),
        returned=errors.handed_back(request) if is_answered else [],
    )  # fmt: skip


def _held(request, public_id):
    """The invitation that this session may open. Raises SessionLost, or Http404."""
    held, at = holding.held_invitation(request, public_id)
    invitation = of_body.in_use(held)
    if not invitation.consultation.is_published:
        raise Http404
    return invitation, at


def _replaced(request, invitation):
    current = of_body.in_use(invitation)
    newer = of_body.has_newer_link(current)
    return errors.gone(request, current.body.name, is_sent=newer)


def _closed(request, invitation, at):
    """Not open yet, or no longer: what was posted is handed back."""
    consultation = invitation.consultation
    status = 403 if request.method == "POST" else 200
    last = consultation.timing(at, invitation.own_last_day)
    return closed_page(request, consultation, at=at, status=status, last=last)


def _page(request, template, invitation, at, /, *, stale=False, **context):
    consultation = invitation.consultation
    consultation.at = at
    last = consultation.timing(at, invitation.own_last_day)
    shown = {
        "invitation": invitation,
        "body": invitation.body,
        "last": last,
        "own_timing": last if last.last_day > consultation.last_day else None,
        "stale": stale,
    }
    return page(
        request, template, consultation, section="answer",
        status=403 if stale else 200, **shown | context,
    )  # fmt: skip
