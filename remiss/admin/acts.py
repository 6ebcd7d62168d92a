"""What can be done with several answers at once, each with a page that asks first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from remiss.admin import scopes
from remiss.admin.gates import is_coordinator, moment, page, whole_numbers
from remiss.forms.staff import SetAsideForm
from remiss.models import Event, Response, SetAside, Verb
from remiss.workflow import recording


@dataclass(frozen=True)
class Act:
    """An act's words, who may do it, and which verb does it to some and says to which."""

    heading: str
    explanation: str
    button: str
    done: str  # "… 3 svar …"
    undone: str  # the same of those that it did nothing to
    may: Callable
    do: Callable
    form: type[SetAsideForm] | None = None


def _mark_read(responses, request, form) -> Sequence[Response]:
    for response in responses:
        recording.mark_read(response=response, by=request.user)
    return responses


def _mark_unread(responses, request, form) -> Sequence[Response]:
    return [each for each in responses if recording.mark_unread(response=each, by=request.user)]


def _set_aside(responses, request, form) -> Sequence[Response]:
    return recording.set_aside(
        responses=responses,
        reason=form.cleaned_data["reason"],
        note=form.cleaned_data["note"],
        at=moment(request),
        by=request.user,
    )


def _take_back(responses, request, form) -> Sequence[Response]:
    return recording.take_back(responses=responses, at=moment(request), by=request.user)


def _may_set_aside(user) -> bool:
    return user.has_perm("remiss.set_aside_response")


ACTS = {
    "mark_read": Act(
        "Markera som läst",
        "Svaren visas som lästa för dig. Det ändrar ingenting för den andra samordnaren.",
        "Markera som läst",
        "Markerade {} som läst.",
        "{} är som förut. Ingenting är ändrat.",
        is_coordinator,
        _mark_read,
    ),
    "mark_unread": Act(
        "Markera som oläst",
        "Svaren visas som olästa för dig tills du öppnar dem igen. Det ändrar ingenting för den "
        "andra samordnaren.",
        "Markera som oläst",
        "Markerade {} som oläst.",
        "{} var redan oläst för dig. Där är ingenting ändrat.",
        is_coordinator,
        _mark_unread,
    ),
    "set_aside": Act(
        "Lägg åt sidan",
        "Svaren räknas inte längre och syns inte i listor, siffror eller dokument. Allt finns kvar "
        "och kan tas tillbaka.",
        "Lägg åt sidan",
        "Lade {} åt sidan.",
        "{} låg redan åt sidan. Där är ingenting ändrat.",
        _may_set_aside,
        _set_aside,
        SetAsideForm,
    ),
    "take_back": Act(
        "Ta tillbaka bland svaren",
        "Svaren räknas igen. Varför de lades åt sidan står kvar i loggen.",
        "Ta tillbaka",
        "Tog tillbaka {}.",
        "{} räknas redan bland svaren. Där är ingenting ändrat.",
        _may_set_aside,
        _take_back,
    ),
}


def asked(request, name: str, responses: QuerySet):
    """The page that asks, for what was chosen in the list."""
    return _page(request, name, responses, filters=request.GET.urlencode())


@require_http_methods(["GET", "HEAD", "POST"])
def act(request, name: str, *, stale=False):
    """GET asks about the answers in ?ids=1,2; POST does it."""
    user = request.user
    if not (user.is_active and user.is_staff and ACTS[name].may(user)):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET
    keys = whole_numbers(data.get("ids", "").split(","))
    responses = scopes.received(user).filter(pk__in=keys)
    responses = responses.order_by("-latest__received_at", "-pk")
    filters = data.get("filters", "")
    form = ACTS[name].form and ACTS[name].form(request.POST or None)
    if request.method == "POST" and not stale and (form is None or form.is_valid()):
        return _done(request, name, responses, filters=filters, form=form)
    return _page(request, name, responses, filters=filters, form=form, stale=stale)


# A page older than its token comes back with what was chosen and written in it.
act.shown_again = partial(act, stale=True)


def _done(request, name, responses, *, filters, form):
    """Do it. Where somebody was first, and something was written, both are shown."""
    chosen = list(responses.select_related("latest"))
    done = ACTS[name].do(chosen, request, form)
    left = [response.pk for response in chosen if response not in done]
    if done:
        messages.success(request, ACTS[name].done.format(f"{len(done)} svar"))
    if left and form:
        return _page(
            request, name, responses.filter(pk__in=left), filters=filters, form=form, status=409
        )
    if not chosen:
        messages.info(request, "Inget svar var valt. Ingenting är ändrat.")
    if left:
        messages.info(request, ACTS[name].undone.format(f"{len(left)} svar"))
    # Back on its own page it would be read again.
    return redirect(_back({"filters": filters} if name == "mark_unread" else request.POST))


def _back(data) -> str:
    """Where the person came from: the one answer, or the list as it was filtered."""
    filters = data.get("filters", "")
    one = whole_numbers([data.get("answer", "")])
    if one:
        address = reverse("admin:remiss_response_change", args=one)
        return f"{address}?{urlencode({'_changelist_filters': filters})}" if filters else address
    return f"{reverse('admin:remiss_response_changelist')}?{filters}"


def _reasons(responses: Sequence[Response], viewer) -> list[tuple[Response, Event | None]]:
    """Those that somebody has set aside already, each with the event that says who and why."""
    aside = [each for each in responses if each.set_aside not in {"", SetAside.SUSPECT}]
    events = Event.objects.visible_to(viewer).filter(response__in=aside, verb=Verb.SET_ASIDE)
    in_order = events.select_related("actor").order_by("pk")
    latest = {event.response_id: event for event in in_order}
    return [(each, latest.get(each.pk)) for each in aside]


def _page(request, name, responses, *, filters, form=None, stale=False, status=200):
    chosen = list(responses.select_related("latest"))
    answer = request.POST.get("answer", request.GET.get("answer", ""))
    return page(
        request,
        "confirm",
        status=403 if stale else status,
        act=ACTS[name],
        title=ACTS[name].heading,
        section="responses",
        form=form or (ACTS[name].form and ACTS[name].form()),
        responses=chosen,
        standing=_reasons(chosen, request.user) if name == "set_aside" else [],
        is_overtaken=status == 409,
        ids=",".join(str(response.pk) for response in chosen),
        filters=filters,
        answer=answer,
        action=reverse(f"admin:{name}"),
        back=_back({"filters": filters, "answer": answer}),
        stale=stale,
        errors_present=bool(form and form.errors),
    )
