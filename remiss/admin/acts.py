"""What can be done with several answers at once, each with a page that asks first."""

from collections.abc import Callable
from dataclasses import dataclass

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
from remiss.workflow import recording


@dataclass(frozen=True)
class Act:
    """An act's words, who may do it, and which verb does it."""

    heading: str
    explanation: str
    button: str
    done: str  # "… 3 svar …"
    may: Callable
    do: Callable
    form: type[SetAsideForm] | None = None


def _mark_read(responses, request, form) -> int:
    for response in responses:
        recording.mark_read(response=response, by=request.user)
    return len(responses)


def _set_aside(responses, request, form) -> int:
    return recording.set_aside(
        responses=responses,
        reason=form.cleaned_data["reason"],
        note=form.cleaned_data["note"],
        at=moment(request),
        by=request.user,
    )


def _take_back(responses, request, form) -> int:
    return recording.take_back(responses=responses, at=moment(request), by=request.user)


def _may_set_aside(user) -> bool:
    return user.has_perm("remiss.set_aside_response")


ACTS = {
    "mark_read": Act(
        "Markera som läst",
        "Svaren visas som lästa för dig. Det ändrar ingenting för den andra samordnaren.",
        "Markera som läst",
        "Markerade {} som läst.",
        is_coordinator,
        _mark_read,
    ),
    "set_aside": Act(
        "Lägg åt sidan",
        "Svaren räknas inte längre och syns inte i listor, siffror eller dokument. Allt finns kvar "
        "och kan tas tillbaka.",
        "Lägg åt sidan",
        "Lade {} åt sidan.",
        _may_set_aside,
        _set_aside,
        SetAsideForm,
    ),
    "take_back": Act(
        "Ta tillbaka bland svaren",
        "Svaren räknas igen. Varför de lades åt sidan står kvar i loggen.",
        "Ta tillbaka",
        "Tog tillbaka {}.",
        _may_set_aside,
        _take_back,
    ),
}


def asked(request, name: str, responses: QuerySet):
    """The page that asks, for what was chosen in the list."""
    return _page(request, name, responses, filters=request.GET.urlencode())


@require_http_methods(["GET", "HEAD", "POST"])
def act(request, name: str):
    """GET asks about the answers in ?ids=1,2; POST does it."""
    if not ACTS[name].may(request.user):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET
    keys = whole_numbers(data.get("ids", "").split(","))
    responses = scopes.received(request.user).filter(pk__in=keys)
    responses = responses.order_by("-latest__received_at", "-pk")
    form = ACTS[name].form and ACTS[name].form(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        done = ACTS[name].do(responses.select_related("latest"), request, form)
        messages.success(request, ACTS[name].done.format(f"{done} svar"))
        return redirect(_back(data))
    return _page(request, name, responses, filters=data.get("filters", ""), form=form)


def _back(data) -> str:
    """Where the person came from: the one answer, or the list as it was filtered."""
    filters = data.get("filters", "")
    one = whole_numbers([data.get("answer", "")])
    if one:
        address = reverse("admin:remiss_response_change", args=one)
        return f"{address}?{urlencode({'_changelist_filters': filters})}" if filters else address
    return f"{reverse('admin:remiss_response_changelist')}?{filters}"


def _page(request, name, responses, *, filters, form=None):
    chosen = list(responses.select_related("latest"))
    answer = request.POST.get("answer", request.GET.get("answer", ""))
    return page(
        request,
        "confirm",
        act=ACTS[name],
        title=ACTS[name].heading,
        section="responses",
        form=form or (ACTS[name].form and ACTS[name].form()),
        responses=chosen,
        ids=",".join(str(response.pk) for response in chosen),
        filters=filters,
        answer=answer,
        action=reverse(f"admin:{name}"),
        back=_back({"filters": filters, "answer": answer}),
        errors_present=bool(form and form.errors),
    )
