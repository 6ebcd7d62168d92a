"""Väntar på mig: every reply by whose turn it is, and the themes that nobody has replied to."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.urls import path

from remiss.admin import scopes
from remiss.admin.gates import needs, page, side_of
from remiss.models import Consultation, Coordinator

PER_PAGE = 50
WITHOUT, DONE = "utan", "klara"


def urls(site) -> list:
    return [path("aterkoppling/", site.admin_view(waiting), name="waiting")]


@dataclass(frozen=True)
class Choice:
    """One way of looking at the replies, and how many there are."""

    key: str
    label: str
    number: int


@needs("remiss.view_theme", methods=("GET", "HEAD"))
def waiting(request):
    """What waits on one's own side, on the other, on somebody to begin, and what is done."""
    side = side_of(request.user)
    consultation = Consultation.objects.current()
    found = _found(consultation, request.user)
    start = side or Coordinator.Side.CITY.value
    wanted = request.GET.get("visa", "")
    chosen = wanted if wanted in found else start
    rows = found[chosen]
    rows = rows.order_by("pk") if chosen == WITHOUT else rows.with_doings().order_by("at", "pk")
    choices = [Choice(key, _label(key, side), found[key].count()) for key in _order(found, start)]
    return page(
        request,
        "waiting",
        title="Väntar på mig" if side else "Återkoppling",
        section="themes",
        choices=choices,
        chosen=next(each for each in choices if each.key == chosen),
        side=side,
        is_without=chosen == WITHOUT,
        rows=Paginator(rows, PER_PAGE).get_page(request.GET.get("sida")),
    )


def _found(consultation: Consultation | None, viewer) -> dict:
    found = {
        side: scopes.replies_waiting(consultation, side, viewer) for side in Coordinator.Side.values
    }
    found[WITHOUT] = scopes.without_reply(consultation)
    found[DONE] = scopes.replies(consultation, viewer).approved()
    return found


def _order(found: dict, start: str) -> list[str]:
    return sorted(found, key=lambda key: key != start)


def _label(key: str, side: str) -> str:
    if key == WITHOUT:
        return "Teman utan återkoppling"
    if key == DONE:
        return "Godkända av båda"
    return "Väntar på er sida" if key == side else f"Väntar på {Coordinator.Side(key).label}"
