"""Logg: who did what, when, to what. Nothing here changes it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from remiss.admin.gates import allowed, moment, page, whole_numbers
from remiss.exports import files, tables
from remiss.exports import log as logged
from remiss.exports.downloads import file_as_download
from remiss.forms.export import CSV, XLSX
from remiss.forms.log import NOBODY, LogForm
from remiss.models import VERBS, Concern, Event
from remiss.text import name_key
from remiss.workflow import disclosing

ON_A_PAGE = 50
# Whose login it was is for the Administratör, who in turn reads nothing about answers.
READS = {
    "remiss.view_event": [concern for concern in Concern if concern != Concern.LOGINS],
    "remiss.view_account_event": [Concern.SETTINGS, Concern.ACCOUNTS, Concern.LOGINS],
}
MEDIA_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}


def urls(site) -> list:
    return [path("logg/", site.admin_view(log), name="log")]


def concerns(user) -> list[Concern]:
    """The kinds of events that the user may read."""
    read = {each for permission in READS if user.has_perm(permission) for each in READS[permission]}
    return [concern for concern in Concern if concern in read]


@allowed(concerns)
def log(request) -> HttpResponse:
    """GET shows what the address asks for, POST gives the same as a file and logs that.

    A page goes on from an event, not from a number of rows, so that no page costs more than the
    first; and what is counted is counted no farther than a file goes.
    """
    form = LogForm(request.GET, concerns=concerns(request.user), actors=_actors())
    found, refusal = None, ""
    if form.is_valid():
        found = _found(visible(request.user), form)
        count = found.order_by()[: logged.MOST + 1].count()
        if request.method == "POST" and count <= logged.MOST:
            return _file(request, found, form, count)
        if request.method == "POST":
            refusal = (
                f"Det är fler än {logged.MOST} händelser, och en fil tar inte fler. "
                "Välj färre dagar eller en sak i taget."
            )
    query = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = _page(request, found, query) | {"count": count} if found is not None else {}
    return page(
        request,
        "log",
        title="Logg",
        section="log",
        form=form,
        refusal=refusal,
        most=logged.MOST,
        is_narrowed=bool(query),
        query=urlencode(query),
        errors_present=bool(form.errors),
        **context,
    )


def _actors() -> list[tuple[str, str]]:
    users = get_user_model().objects.filter(is_staff=True).order_by("first_name", "username")
    return [(str(user.pk), user.get_full_name() or user.username) for user in users]


def visible(user) -> QuerySet:
    """The events that the user may read, on the page and in a file."""
    verbs = [verb for concern in concerns(user) for verb in VERBS[concern]]
    return Event.objects.visible_to(user).filter(verb__in=verbs)


def _found(events: QuerySet, form: LogForm) -> QuerySet:
    asked = form.cleaned_data
    if asked["vad"]:
        events = events.filter(verb__in=form.verbs())
    if asked["av"]:
        events = events.filter(actor=None if asked["av"] == NOBODY else asked["av"])
    if asked["fran"]:
        events = events.filter(at__gte=_begin(asked["fran"]))
    if asked["till"]:
        events = events.filter(at__lt=_begin(asked["till"] + timedelta(days=1)))
    for word in asked["om"].split():
        events = events.filter(_about(word))
    for word in asked["ord"].split():
        events = events.filter(note__iregex=re.escape(word))
    return events.select_related("actor", "response", "body", "account", "consultation")


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _about(word: str) -> Q:
    """An event about what is called so. A theme is named by the note of what was done with it."""
    return (
        Q(response__reference__icontains=word)
        | Q(body__name_key__contains=name_key(word))
        | Q(account__username__iregex=re.escape(word))
        | Q(account__first_name__iregex=re.escape(word))
        | Q(account__last_name__iregex=re.escape(word))
        | Q(verb__in=VERBS[Concern.REVIEW], note__iregex=re.escape(word))
    )


@dataclass(frozen=True)
class Line:
    """An event, and what it is about: the words, and where they lead when the reader may go."""

    event: Event
    about: list[tuple[str, str]]


def _page(request, found: QuerySet, query: dict[str, str]) -> dict:
    """Fifty events after the one that the address names, and how to go on."""
    before = whole_numbers([request.GET.get("efter", "")])
    last = visible(request.user).filter(pk__in=before).values_list("at", "pk").first()
    if last:
        at, pk = last
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    shown = list(found[: ON_A_PAGE + 1])
    more = urlencode(query | {"efter": shown[ON_A_PAGE - 1].pk}) if len(shown) > ON_A_PAGE else ""
    lines = [Line(event, _things(event, request.user)) for event in shown[:ON_A_PAGE]]
    return {"lines": lines, "older": more, "is_first": last is None}


def _things(event: Event, user) -> list[tuple[str, str]]:
    def leads(permission: str, name: str, *args) -> str:
        return reverse(name, args=args) if user.has_perm(permission) else ""

    response, body, account = event.response, event.body, event.account
    found = []
    if response:
        address = leads("remiss.view_response", "admin:remiss_response_change", response.pk)
        is_kept = response.latest_id is not None  # of what is gallrat the name is all that is left
        found.append((response.reference, address if is_kept else ""))
    if body:
        found.append((body.name, leads("remiss.view_body", "admin:body", body.pk)))
    if account:
        reached = user.is_superuser or not account.is_superuser
        address = leads("auth.view_user", "admin:auth_user_change", account.pk) if reached else ""
        found.append((event.account_name, address))
    if event.verb in VERBS[Concern.SETTINGS] and event.consultation:
        found.append((event.consultation.title, leads("remiss.view_consultation", "admin:plan")))
    return found


def _file(request, found: QuerySet, form: LogForm, count: int) -> FileResponse:
    """The whole file, read in one snapshot and logged before a byte of it is sent."""
    kind = CSV if request.POST.get("form") == CSV else XLSX
    at, chosen = moment(request), form.in_words()
    with tables.snapshot():
        target = TemporaryFile()  # noqa: SIM115  the response closes it
        WRITERS[kind](target, logged.rows(found), chosen, count, at)
        disclosing.took_log(count=count, form=kind, chosen=chosen, at=at, by=request.user)
    target.seek(0)
    name = f"logg-{timezone.localdate(at).isoformat()}.{kind}"
    return file_as_download(target, name, MEDIA_TYPES[kind])


def _csv(target, rows, chosen, count, at) -> None:
    files.write_csv(target, logged.HEADER, rows)


def _xlsx(target, rows, chosen, count, at) -> None:
    about = [
        ("Vad", "Logg över händelser"),
        ("Urval", chosen),
        ("Antal händelser", count),
        ("Uttaget", tables.swedish_stamp(at)),
    ]
    files.write_xlsx(
        target,
        [logged.SHEET],
        ((0, row) for row in rows),
        long_texts=(),
        about=about,
        made_at=at,
    )


WRITERS: dict[str, Callable] = {CSV: _csv, XLSX: _xlsx}
