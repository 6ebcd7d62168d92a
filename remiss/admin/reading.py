"""The reading page: one answer in full, with what is known about it and what can be done."""

from copy import copy

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.db.models import Count, F, Max, Q, Window, prefetch_related_objects
from django.db.models.functions import Lag, Lead, RowNumber
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from remiss import roles
from remiss.admin import scopes
from remiss.admin.gates import allowed, moment, needs, page, side_of
from remiss.exports import sections
from remiss.exports.downloads import as_download, receipt_as_download
from remiss.exports.typesetting import NotMade
from remiss.forms.staff import RegistryForm
from remiss.models import Attachment, Letter, Response, Submission, Translation
from remiss.workflow import recording

FILTERS = "_changelist_filters"
LATEST_EVENTS = 50
CONTENTS = (
    "answers",
    "stances",
    "cosignatories",
    "attachments",
    "plan_version__areas",
    "plan_version__questions",
)


def opened(request, model_admin, response):
    """GET of one answer; a coordinator has then read its latest version."""
    around = _around(request, model_admin, response)
    shown = _page(request, response, around=around)
    if shown.context_data["is_latest"] and shown.context_data["side"]:
        this = scopes.received().filter(pk=response.pk)
        if scopes.unread_by(this, request.user).exists():
            recording.mark_read(response=response, by=request.user)
    return shown


def _may_see_contact(user) -> bool:
    return user.has_perm("remiss.view_response") and roles.may_see_contact(user)


@allowed(_may_see_contact, methods=("POST",))
def read_contact(request, pk):
    """Show who to contact, in this reply only, and log that it was shown."""
    response = _response(pk)
    recording.read_contact(response=response, at=moment(request), by=request.user)
    return _page(
        request, response, contact=getattr(response, "contact", None), contact_is_open=True
    )


@needs("remiss.register_response", methods=("POST",))
def register(request, pk, number):
    """Write or correct the diarienummer of one version."""
    response = _response(pk)
    submission = get_object_or_404(response.submissions, number=number)
    form = RegistryForm(request.POST)
    if not form.is_valid():
        return _page(request, response, number=number, registry_form=form)
    recording.register(
        submission=submission,
        registry_number=form.cleaned_data["registry_number"],
        registered_on=form.cleaned_data["registered_on"],
        at=moment(request),
        by=request.user,
    )
    return redirect(_address(response, request.POST.get("filters", ""), version=number))


@needs("remiss.view_response", methods=("GET", "HEAD"))
def sent_file(request, pk, file_pk):
    """A file as it was sent in, in any version of the answer."""
    response = _response(pk)
    file = get_object_or_404(Attachment, pk=file_pk, submission__response=response)
    try:
        return as_download(file)
    except FileNotFoundError:
        number = file.submission.number
        return _page(request, response, number=number, missing=file, status=404)


@needs("remiss.view_response", methods=("GET", "HEAD"))
def receipt_pdf(request, pk, number):
    """The receipt of one version, as its respondent has it."""
    versions = _response(pk).submissions.select_related("response__consultation", "plan_version")
    submission = get_object_or_404(versions, number=number)
    try:
        return receipt_as_download(submission)
    except NotMade:
        messages.warning(request, "Det gick inte att göra pdf-filen just nu. Försök igen.")
        return redirect(_address(submission.response, "", version=number))


def _response(pk) -> Response:
    received = scopes.received().select_related("consultation", "latest", "contact")
    return get_object_or_404(received, pk=pk)


def _address(response, filters: str, **query) -> str:
    query |= {FILTERS: filters} if filters else {}
    address = reverse("admin:remiss_response_change", args=[response.pk])
    return f"{address}?{urlencode(query)}" if query else address


def _page(
    request,
    response,
    *,
    number=None,
    contact=None,
    contact_is_open=False,
    registry_form=None,
    around=None,
    missing=None,
    status=200,
):
    versions = list(
        response.submissions.select_related("plan_version", "registration__by")
        .defer("canonical", "search_text")
        .order_by("-number")
    )
    wanted = str(number or request.GET.get("version", request.POST.get("version", "")))
    shown = next((version for version in versions if str(version.number) == wanted), versions[0])
    earlier = next((each for each in versions if each.number == shown.number - 1), None)
    prefetch_related_objects([each for each in (shown, earlier) if each], *CONTENTS)
    registration = getattr(shown, "registration", None)
    filters = request.GET.get(FILTERS, request.POST.get("filters", ""))
    user = request.user
    return page(
        request,
        "answer",
        status=status,
        title=shown.sender,
        section="responses",
        side=side_of(user),
        response=response,
        submission=shown,
        is_latest=shown == versions[0],
        versions=[
            (version, _address(response, filters, version=version.number)) for version in versions
        ],
        sections=sections.of_submission(shown),
        backing=sections.backing_of_submission(shown),
        files=shown.attachments.select_related("transcript"),
        translations=_translations(shown),
        may_write_beside=user.has_perm("remiss.record_response"),
        missing=missing,
        earlier=earlier,
        differences=sections.between(earlier, shown) if earlier else [],
        confirms=earlier and _confirms(shown, earlier),
        contact=contact,
        contact_is_open=contact_is_open,
        may_see_contact=roles.may_see_contact(user),
        letters=_letters(versions),
        events=response.events.select_related("actor")[:LATEST_EVENTS],
        registration=registration,
        registry_form=registry_form or _registry_form(request, response, registration),
        counted_for=response.counted_for.select_related("body").order_by("body__sort_key"),
        may_tie=user.has_perm("remiss.invite_body"),
        may_set_aside=user.has_perm("remiss.set_aside_response"),
        may_register=user.has_perm("remiss.register_response"),
        filters=filters,
        act_query=urlencode({"ids": response.pk, "answer": response.pk, "filters": filters}),
        list_url=f"{reverse('admin:remiss_response_changelist')}?{filters}",
        errors_present=bool(registry_form and registry_form.errors),
        around=around,
    )


def _translations(shown: Submission):
    rows = Translation.objects.filter(answer__submission=shown)
    order = ("answer__area__number", "answer__question__number")
    return rows.select_related("answer__area", "answer__question").order_by(*order)


def _confirms(shown: Submission, earlier: Submission) -> bool:
    """The decision that a preliminary version waited for has come."""
    is_decided = bool(shown.backing.get("decided_by")) and not shown.is_preliminary
    return earlier.is_preliminary and is_decided


def _registry_form(request, response, registration) -> RegistryForm:
    if registration:
        initial = {
            "registry_number": registration.registry_number,
            "registered_on": registration.registered_on,
        }
    else:
        initial = {
            "registry_number": response.consultation.registry_number,
            "registered_on": response.consultation.timing(moment(request)).today,
        }
    return RegistryForm(initial=initial)


def _letters(versions):
    about = Q()
    for version in versions:
        about |= Q(target=f"submission:{version.pk}")
        about |= Q(target__startswith=f"submission:{version.pk}/")
    return Letter.objects.about_responses().filter(about).order_by("-due", "-pk")[:LATEST_EVENTS]


def _around(request, model_admin, response) -> dict:
    """The place of an answer in the list it was opened from, and its neighbours there."""
    filters = request.GET.get(FILTERS, "")
    changelist = _changelist(request, model_admin, filters)
    if changelist is None:
        return {}
    order = changelist.get_ordering(request, changelist.queryset)
    placed = changelist.queryset.annotate(
        place=Window(RowNumber(), order_by=order),
        before=Window(Lag("pk"), order_by=order),
        after=Window(Lead("pk"), order_by=order),
        total=Window(Count("pk")),
        # A filter on a window is applied after the others are counted; one on pk would come first.
        own=Window(Max("pk"), partition_by=F("pk")),
    )
    row = placed.filter(own=response.pk).values("place", "before", "after", "total").first()
    if row is None:  # read, and so gone from a list of unread
        first = changelist.queryset.values_list("pk", flat=True).first()
        row = {"after": first}
    query = f"?{urlencode({FILTERS: filters})}" if filters else ""
    for side in ("before", "after"):
        if row.get(side):
            address = reverse("admin:remiss_response_change", args=[row[side]])
            row[f"{side}_url"] = address + query
    return row


def _changelist(request, model_admin, filters: str):
    """The list as the address describes it; None when the address is not one of ours."""
    as_listed = copy(request)
    as_listed.GET = QueryDict(filters, mutable=True)
    for name in ("p", "all", "e"):
        as_listed.GET.pop(name, None)
    try:
        return model_admin.get_changelist_instance(as_listed)
    except (IncorrectLookupParameters, SuspiciousOperation):
        return None
