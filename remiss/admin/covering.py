"""How much of what was said has been placed, what is left, and who reads what first."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import passages, scopes
from remiss.admin.gates import is_coordinator, moment, needs, page, whole_numbers
from remiss.admin.passages import Area, Cover
from remiss.models import AreaShare, Consultation, Coordinator
from remiss.workflow import sharing

PER_PAGE = 50


def urls(site) -> list:
    def at(route, view, url_name, **kwargs):
        return path(route, site.admin_view(view), kwargs, name=url_name)

    return [
        at("stycken/", coverage, "coverage"),
        at("stycken/kvar/", listed, "left"),
        at("stycken/utan-atgard/", listed, "no_action"),
    ]


@needs("remiss.view_theme")
def coverage(request, *, stale=False):
    """Placed of all, by area; and which coordinator reads which area first."""
    consultation = Consultation.objects.current()
    is_moved = False
    if request.method == "POST":
        if not request.user.has_perm("remiss.place_passage"):
            raise PermissionDenied
        if consultation is None or (not stale and _share(request, consultation)):
            return redirect("admin:coverage")
        is_moved = not stale
    cover = passages.cover_by_area(consultation, request.user) if consultation else {}
    shares = _shares(consultation)
    areas = passages.areas(consultation) if consultation else []
    coordinators = list(Coordinator.objects.select_related("user").order_by("side", "pk"))
    return page(
        request,
        "coverage",
        status=403 if stale else 409 if is_moved else 200,
        stale=stale,
        title="Så långt har vi kommit",
        section="themes",
        hidden_answers=scopes.hidden(request.user, consultation),
        rows=[
            {
                "area": area,
                "cover": cover.get(area.key, Cover()),
                "reader": shares.get(area.key),
                "wanted": _wanted(request, area, shares.get(area.key)),
            }
            for area in areas
        ],
        total=sum(cover.values(), Cover()),
        files=passages.cover_of_files(consultation, request.user) if consultation else Cover(),
        files_query=urlencode({"remiss": consultation.pk if consultation else ""}),
        coordinators=coordinators,
        may_place=request.user.has_perm("remiss.place_passage"),
        has_own=any(each.user_id == request.user.pk for each in shares.values()),
        is_moved=is_moved,
    )


# A form older than its token comes back with what was chosen in it.
coverage.shown_again = partial(coverage, stale=True)


def _shares(consultation: Consultation | None) -> dict[str, Coordinator]:
    shares = AreaShare.objects.filter(consultation=consultation)
    return {
        share.area_key: share.coordinator for share in shares.select_related("coordinator__user")
    }


def _wanted(request, area: Area, reader: Coordinator | None) -> str:
    standing = str(reader.pk) if reader else ""
    return request.POST.get(f"del-{area.slug}", standing)


def _share(request, consultation: Consultation) -> bool:
    coordinators = {str(each.pk): each for each in Coordinator.objects.select_related("user")}
    wanted, seen = {}, {}
    for area in passages.areas(consultation):
        name = f"del-{area.slug}"
        if name in request.POST:
            wanted[area.key] = coordinators.get(request.POST[name])
            shown = whole_numbers([request.POST.get(f"sedd-{area.slug}", "")])
            seen[area.key] = shown[0] if shown else None
    try:
        changed = sharing.share(
            consultation=consultation,
            wanted=wanted,
            seen=seen,
            at=moment(request),
            by=request.user,
        )
    except sharing.SharesMoved:
        return False
    if changed:
        messages.success(request, "Fördelningen är sparad.")
    return True


@needs("remiss.view_theme", methods=("GET", "HEAD"))
def listed(request):
    """The passages behind a figure of the coverage page: those left, or those without action."""
    is_left = request.resolver_match.url_name == "left"
    consultation = Consultation.objects.current()
    areas = passages.areas(consultation) if consultation else []
    wanted = request.GET.get("omrade", "")
    chosen = next((area for area in areas if area.slug == wanted), None)
    is_mine = request.GET.get("del") == "min" and is_coordinator(request.user)
    current = passages.current(consultation, request.user)
    found = current.left() if is_left else passages.without_action(current)
    if chosen:
        found = passages.of_areas(found, [chosen.key])
    if is_mine:
        mine = AreaShare.objects.filter(consultation=consultation, coordinator__user=request.user)
        found = passages.of_areas(found, list(mine.values_list("area_key", flat=True)))
    query = {"omrade": chosen.slug} if chosen else {}
    query |= {"del": "min"} if is_mine else {}
    paginator = Paginator(passages.quoted(found), PER_PAGE)
    return page(
        request,
        "passages",
        title="Stycken att placera" if is_left else "Stycken som inte kräver någon åtgärd",
        section="themes",
        hidden_answers=scopes.hidden(request.user, consultation),
        is_left=is_left,
        areas=areas,
        chosen=chosen,
        is_mine=is_mine,
        may_place=is_left and request.user.has_perm("remiss.place_passage"),
        all_ticked="alla" in request.GET,
        offers_mine=is_coordinator(request.user),
        listed=paginator.get_page(request.GET.get("sida")),
        query=urlencode(query),
        action=reverse(f"admin:{request.resolver_match.url_name}"),
    )
