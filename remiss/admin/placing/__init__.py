"""Läsvyn: one area of an answer, passage by passage, and what each one is about.

A post goes from here to `acts`, which comes back through `conflicts` when something stands in the
way; both end in `showing`.
"""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from remiss.admin import passages, scopes
from remiss.admin.around import filters_of
from remiss.admin.gates import moment, needs
from remiss.admin.passages import Area
from remiss.admin.placing.acts import act
from remiss.admin.placing.beside import with_beside
from remiss.admin.placing.conflicts import again
from remiss.admin.placing.desk import Desk, address, answers_of
from remiss.admin.placing.showing import show
from remiss.admin.reading import mark_read
from remiss.models import Answer, Response, Submission
from remiss.models.passage import WHOLE


def urls(site) -> list:
    route = "svar/<int:pk>/omrade/"
    return [
        path(route, site.admin_view(place_left), name="place_left"),
        path(f"{route}<str:area>/", site.admin_view(place), name="place"),
    ]


@needs("remiss.view_response")
def place(request, pk, area, *, stale=False):
    """GET shows an area with one of its passages chosen; POST does one thing with it."""
    response = get_object_or_404(with_beside(_responses(request), area), pk=pk)
    answers = answers_of(response.latest)
    found = _area(response.latest, answers, area)
    if found is None:
        raise Http404
    desk = Desk(response, answers, found, filters_of(request), moment(request), request.user)
    if request.method == "POST":
        if not request.user.has_perm("remiss.place_passage"):
            raise PermissionDenied
        return again(request, desk) if stale else act(request, desk)
    shown = show(request, desk, chosen=desk.passage(request.GET.get("stycke", "")))
    mark_read(request.user, response)
    return shown


@needs("remiss.view_response", methods=("GET", "HEAD"))
def place_left(request, pk):
    """To where something is left in an answer: the area one comes from, or else the first."""
    response = get_object_or_404(_responses(request), pk=pk)
    left = passages.areas_left(response.latest)
    came_from = passages.area_of(response.latest, request.GET.get("fran", ""))
    key = came_from.key if came_from else next(iter(left), WHOLE)
    if left and key not in left:
        key = left[0]
    return redirect(address(response.pk, key, filters=filters_of(request)))


def _responses(request) -> QuerySet[Response]:
    visible = scopes.with_secrecy(scopes.received(request.user))
    received = scopes.with_news(visible, request.user)
    return received.select_related("consultation", "latest__plan_version")


def _area(submission: Submission, answers: list[Answer], slug: str) -> Area | None:
    """One that was answered is at hand; another may still be an area of the plan."""
    answered = (area for area in passages.areas_of(answers) if area.slug == slug)
    return next(answered, None) or passages.area_of(submission, slug)


# A form older than its token comes back with what was written in it.
place.shown_again = partial(place, stale=True)
