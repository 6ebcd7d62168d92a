"""More time for invited bodies, several at once, by the city's side alone (decision 8)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path

from remiss.admin import choosing, scopes
from remiss.admin.gates import allowed, moment, page, side_of
from remiss.forms.staff import GrantTimeForm
from remiss.models import SETTLED, Body, Consultation, Coordinator, Invitation
from remiss.swedish import swedish_day
from remiss.workflow import extending


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [path("inbjudningar/langre-tid/", site.admin_view(grant_time), name="grant_time")]


def may_grant(user) -> bool:
    """As deciding.may_decide, with the side asked for once a request."""
    is_city = user.is_active and side_of(user) == Coordinator.Side.CITY
    return is_city and user.has_perm("remiss.decide_extension")


NO_LETTER = "inget mejl: "


@dataclass(frozen=True)
class Granted:
    """One that is to have more time. `letter` says where the mail about it goes."""

    invitation: Invitation
    letter: str
    already: date | None = None  # its own last day, when that is no earlier


@allowed(may_grant)
def grant_time(request, *, stale=False):
    """Choose a day and say why, see what that means for whom, and confirm."""
    consultation, at = scopes.current_consultation(request), moment(request)
    chosen = choosing.chosen(request)
    keys = chosen.keys
    status = 403 if stale else 200
    if consultation is None or not keys:
        return page(request, "grant_time", status, title="Ge längre tid", section="invitations")
    invitations = _invitations(consultation, keys)
    form = _form(request, consultation, at=at)
    is_chosen = request.method == "POST" and not stale and form.is_valid()
    is_chosen = is_chosen and bool(invitations) and "again" not in request.POST
    if is_chosen and "confirmed" in request.POST:
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        try:
            given = extending.grant_to_bodies(
                invitations=invitations, until=until, reason=reason, at=at, by=request.user
            )
        except ValueError as refusal:
            form.add_error(None, str(refusal))
            is_chosen = False
        else:
            letters = [_granted(invitation, until).letter for invitation in invitations]
            today = consultation.timing(at).today
            messages.success(request, _done(given, letters, until, today))
            return redirect("admin:remiss_invitation_changelist")
    invited = {invitation.body_id for invitation in invitations}
    until = form.cleaned_data["until"] if is_chosen else None
    return page(
        request,
        "grant_time",
        status,
        title="Ge längre tid",
        section="invitations",
        consultation=consultation,
        timing=consultation.timing(at),
        selection=chosen,
        keys=chosen.field,
        granted=[_granted(invitation, until) for invitation in invitations],
        uninvited=Body.objects.in_use().filter(pk__in=keys).exclude(pk__in=invited),
        form=form,
        is_chosen=is_chosen,
        stale=stale,
        errors_present=bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
grant_time.shown_again = partial(grant_time, stale=True)


def _invitations(consultation: Consultation, keys: list[int]) -> list[Invitation]:
    asked = Invitation.objects.in_use().filter(consultation=consultation, body__in=keys)
    asked = scopes.with_main_address(asked.with_status(), "body").select_related("body")
    return list(asked.filter(body__merged_into=None).order_by("body__sort_key", "pk"))


def _form(request, consultation: Consultation, *, at: datetime) -> GrantTimeForm:
    timing = consultation.timing(at)
    # Today is more time too, once the last day has passed.
    after = max(timing.last_day, timing.today - timedelta(days=1))
    # The page may be shown in answer to the list's own form, which says nothing of this one.
    is_filled_in = request.method == "POST" and "until" in request.POST
    return GrantTimeForm(request.POST if is_filled_in else None, after=after, today=timing.today)


def _granted(invitation: Invitation, until: date | None) -> Granted:
    own = invitation.own_last_day
    if until and own and own >= until:
        return Granted(invitation, "", already=own)
    return Granted(invitation, _letter(invitation))


def _letter(invitation) -> str:
    """Where the mail goes. The address of somebody who writes is for nobody here."""
    if invitation.has_draft:
        return "till den som skriver svaret"
    if invitation.status in SETTLED:
        return f"{NO_LETTER}{invitation.status_label.lower()}"
    if not invitation.is_reached:
        return f"{NO_LETTER}inbjudan är inte skickad. Dagen står i inbjudan när den skickas"
    if not invitation.email:
        return f"{NO_LETTER}saknar e-postadress"
    return f"{NO_LETTER}adressen fungerar inte" if invitation.is_failing else invitation.email


def _done(given: int, letters: list[str], until: date, today: date) -> str:
    if not given:
        return "Alla hade redan tid så länge. Inget är ändrat."
    day = swedish_day(until, this_year=today.year)
    who = "1 remissinstans" if given == 1 else f"{given} remissinstanser"
    goes = any(letter and not letter.startswith(NO_LETTER) for letter in letters)
    told = "Mejlen skickas nu." if goes else "Inget mejl skickas."
    return f"{who} har tid till och med {day}. {told}"
