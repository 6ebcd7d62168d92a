"""The decision on a request for longer time, by the city's side alone (decision 8)."""

from datetime import date, timedelta
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect

from remiss import roles
from remiss.admin.gates import moment, needs, page
from remiss.forms.staff import DecideExtensionForm
from remiss.models import ExtensionRequest, Kind, Response
from remiss.models.plan import Timing
from remiss.swedish import swedish_day
from remiss.workflow import extending


def may_decide(user) -> bool:
    """The side is data, not a permission: a superuser has every permission but no side."""
    return user.has_perm("remiss.decide_extension") and extending.may_decide(user)


def sender(asked: ExtensionRequest) -> str:
    """Who has asked. A private person has no name but its own, which is contact data."""
    is_person = asked.is_private
    return str(Kind.PRIVATE.label) if is_person else asked.organisation


@needs("remiss.view_extensionrequest")
def decide_extension(request, pk, *, stale=False):
    """Read a request; the city's side chooses, sees what it means, and confirms."""
    asked = get_object_or_404(
        ExtensionRequest.objects.visible_to(request.user).select_related(
            "consultation", "decided_by"
        ),
        pk=pk,
    )
    asks_for_contact = request.method == "POST" and "contact" in request.POST
    may = roles.may_see_contact if asks_for_contact else may_decide
    if request.method == "POST" and not may(request.user):
        raise PermissionDenied
    at = moment(request)
    answers = Response.objects.visible_to(request.user)
    answer = answers.filter(public_id=asked.public_id).first()
    timing = asked.consultation.timing(at, _own_last_day(asked, answer))
    form = _form(request, asked, timing)
    if asks_for_contact and not stale:
        extending.read_contact(request=asked, at=at, by=request.user)
    is_chosen = request.method == "POST" and not stale and form.is_valid()
    is_chosen = is_chosen and "again" not in request.POST
    if is_chosen and "confirmed" in request.POST:
        try:
            decided = _decide(form, asked, at=at, by=request.user)
        except extending.AlreadyDecided:
            asked.refresh_from_db()
        except ValueError as refusal:
            form.add_error(None, str(refusal))
            is_chosen = False
        else:
            messages.success(request, _done(decided, timing))
            return redirect("admin:remiss_extensionrequest_changelist")
    return _page(
        request,
        asked,
        answer=answer,
        timing=timing,
        form=form,
        is_chosen=is_chosen,
        contact_is_open=asks_for_contact and not stale,
        stale=stale,
    )


# A form older than its token comes back with what was written in it.
decide_extension.shown_again = partial(decide_extension, stale=True)


def _own_last_day(asked: ExtensionRequest, answer: Response | None) -> date | None:
    """What they have got already: by an earlier request, or with a preliminary answer."""
    granted = ExtensionRequest.objects.of(asked.public_id).values_list("until", flat=True)
    days = [*granted, answer and answer.own_last_day]
    return max((day for day in days if day), default=None)


def _form(request, asked: ExtensionRequest, timing: Timing) -> DecideExtensionForm:
    # Today is more time too, once the last day has passed.
    after = max(timing.last_day, timing.today - timedelta(days=1))
    days = {"wanted": asked.wanted_day, "after": after, "today": timing.today}
    if "contact" in request.POST:  # what was written so far, and nothing said of it yet
        return DecideExtensionForm(initial=request.POST.dict(), **days)
    return DecideExtensionForm(request.POST or None, **days)


def _decide(form: DecideExtensionForm, asked, *, at, by) -> ExtensionRequest:
    note = form.cleaned_data["reason"]
    if form.is_granting:
        until = form.cleaned_data["until"]
        return extending.grant(request=asked, until=until, note=note, at=at, by=by)
    return extending.decline(request=asked, note=note, at=at, by=by)


def _done(decided: ExtensionRequest, timing: Timing) -> str:
    if decided.until is None:
        return f"{sender(decided)} får inte längre tid. Ett mejl med skälet skickas."
    day = swedish_day(decided.until, this_year=timing.today.year)
    return f"{sender(decided)} har tid till och med {day}. Ett mejl skickas."


def _page(request, asked, *, answer, timing, form, is_chosen, contact_is_open, stale):
    is_asked_about = asked.is_pending and is_chosen
    return page(
        request,
        "decide_extension",
        status=403 if stale else 200,
        title="Önskemål om längre tid",
        section="extensions",
        asked=asked,
        who=sender(asked),
        answer=answer,
        timing=timing,
        form=form,
        may_see_contact=roles.may_see_contact(request.user),
        contact_is_open=contact_is_open,
        may_decide=may_decide(request.user),
        is_chosen=is_asked_about,
        is_granting=is_asked_about and form.is_granting,
        is_too_late=request.method == "POST" and not asked.is_pending,
        stale=stale,
        errors_present=asked.is_pending and bool(form.errors),
    )
