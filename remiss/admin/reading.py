"""The reading page: one answer in full, with what is known about it and what can be done."""

from contextlib import ExitStack
from functools import partial
from tempfile import TemporaryFile

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from remiss import roles, uploads
from remiss.admin import passages, scopes, secrecy
from remiss.admin.around import FILTERS, around, filters_of
from remiss.admin.gates import allowed, moment, needs, page, side_of
from remiss.exports import handout, sections
from remiss.exports.downloads import Withheld, as_download, file_as_download, receipt_as_download
from remiss.exports.typesetting import NotMade
from remiss.forms.staff import DisclosedForm, RegistryForm
from remiss.models import (
    Answer,
    Attachment,
    Coordinator,
    CoSignatory,
    HandledFiles,
    Letter,
    Response,
    Submission,
    Translation,
    Verb,
    with_scans,
)
from remiss.models.passage import WHOLE
from remiss.models.secrecy import sees_secret
from remiss.workflow import disclosing, recording, writing
from remiss.workflow.registering import AlreadyRegistered

LATEST_EVENTS = 50


def opened(request, pk):
    """GET of one answer; a coordinator has then read its latest version."""
    response = _response(pk, request.user)
    shown = _page(request, response, around=_around(request, response))
    if shown.context_data["is_latest"]:
        mark_read(request.user, response)
    return shown


def mark_read(user, response) -> None:
    """Opening an answer, fetched `with_news` of the user, marks it as read by a coordinator."""
    if response.is_news:
        recording.mark_read(response=response, by=user)


def _may_see_contact(user) -> bool:
    return user.has_perm("remiss.view_response") and roles.may_see_contact(user)


@allowed(_may_see_contact, methods=("POST",))
def read_contact(request, pk):
    """Show who to contact, in this reply only, and log that it was shown."""
    response = _response(pk, request.user)
    recording.read_contact(response=response, at=moment(request), by=request.user)
    return _page(
        request, response, contact=getattr(response, "contact", None), contact_is_open=True
    )


@needs("remiss.register_response", methods=("POST",))
def register(request, pk, number, *, stale=False):
    """Write or correct the diarienummer of one version."""
    response = _response(pk, request.user)
    submission = get_object_or_404(response.submissions, number=number)
    form = RegistryForm(request.POST)
    if stale or not form.is_valid():
        return _page(request, response, number=number, registry_form=form, stale=stale)
    try:
        recording.register(
            submission=submission, at=moment(request), by=request.user, **form.cleaned_data
        )
    except AlreadyRegistered as first:
        return _page(request, response, number=number, registry_form=_overtaken(request, first))
    return redirect(_address(response, request.POST.get("filters", ""), version=number))


# A form older than its token comes back with what was written in it.
register.shown_again = partial(register, stale=True)


def _may_take_out(user) -> bool:
    return user.has_perm("remiss.register_response") or user.has_perm("remiss.export_response")


@allowed(_may_take_out, methods=("POST",))
def version_zip(request, pk, number):
    """One version whole as a ZIP, logged before a byte of it is sent."""
    submission = _whole_version(pk, number, request.user)
    user, at = request.user, moment(request)
    with_contact = "with_contact" in request.POST and _may_see_contact(user)
    by = user.get_full_name() or user.username
    with ExitStack() as opened_files:
        target = opened_files.enter_context(TemporaryFile())
        try:
            taken = handout.Taken(by=by, at=at, with_contact=with_contact)
            handout.write(target, submission, taken=taken)
        except NotMade:
            messages.warning(request, "Det gick inte att göra filen just nu. Försök igen.")
            filters = request.POST.get("filters", "")
            return redirect(_address(submission.response, filters, version=number))
        disclosing.took_version(submission=submission, with_contact=with_contact, at=at, by=user)
        target.seek(0)
        opened_files.pop_all()  # the response closes it
    return file_as_download(target, handout.file_name(submission), "application/zip")


def _may_disclose(user) -> bool:
    """The registrator, and the city's coordinator, whose authority it is that lämnar ut."""
    is_city = side_of(user) == Coordinator.Side.CITY
    return user.has_perm("remiss.register_response") or (
        is_city and user.has_perm("remiss.view_response")
    )


@allowed(_may_disclose, methods=("POST",))
def disclose(request, pk, number, *, stale=False):
    """Note that somebody asked for a version, and what was lämnat ut."""
    submission = _version(pk, number, request.user)
    today = timezone.localdate(moment(request))
    form = DisclosedForm(request.POST, submission=submission, today=today)
    if stale or not form.is_valid():
        response = _response(pk, request.user)
        return _page(request, response, number=number, disclosed_form=form, stale=stale)
    disclosing.disclosed(submission=submission, **form.facts(), at=moment(request), by=request.user)
    messages.success(request, "Utlämnandet är antecknat. Det står under Det här har hänt.")
    filters = request.POST.get("filters", "")
    return redirect(_address(submission.response, filters, version=number))


disclose.shown_again = partial(disclose, stale=True)


def _version(pk, number, viewer) -> Submission:
    visible = Submission.objects.visible_to(viewer).filter(response=pk)
    versions = visible.with_hidden_files(viewer).select_related(
        "response__consultation", "response__contact", "plan_version", "registration"
    )
    files = Prefetch("attachments", Attachment.objects.visible_to(viewer))
    versions = versions.prefetch_related(files)
    return get_object_or_404(versions, number=number)


def _whole_version(pk, number, viewer) -> Submission:
    """One that can be given whole: the record names every file of it."""
    submission = _version(pk, number, viewer)
    if submission.hidden_files:
        raise Http404
    return submission


@needs("remiss.view_response", methods=("GET", "HEAD"))
def sent_file(request, pk, file_pk):
    """A file as it was sent in, in any version of the answer."""
    response = _response(pk, request.user)
    visible = Attachment.objects.visible_to(request.user)
    file = get_object_or_404(visible, pk=file_pk, submission__response=response)
    try:
        return as_download(file)
    except FileNotFoundError:
        number = file.submission.number
        return _page(request, response, number=number, missing=file, status=404)
    except Withheld:
        number = file.submission.number
        return _page(request, response, number=number, withheld=file, status=409)


@needs("remiss.view_response", methods=("GET", "HEAD"))
def receipt_pdf(request, pk, number):
    """The receipt of one version, as its respondent has it."""
    submission = _whole_version(pk, number, request.user)
    try:
        return receipt_as_download(submission)
    except NotMade:
        messages.warning(request, "Det gick inte att göra pdf-filen just nu. Försök igen.")
        return redirect(_address(submission.response, "", version=number))


def _response(pk, viewer) -> Response:
    """With its latest version, and whether any version has what most have not."""
    versions = {"submission__response": OuterRef("pk")}
    visible = scopes.with_secrecy(scopes.received(viewer))
    received = scopes.with_news(visible, viewer).annotate(
        has_files=Exists(Attachment.objects.filter(**versions)),
        has_cosignatories=Exists(CoSignatory.objects.filter(**versions)),
    )
    received = received.select_related(
        "consultation", "contact", "latest__plan_version", "latest__registration__by"
    )
    return get_object_or_404(received, pk=pk)


def _versions(response, viewer) -> list[Submission]:
    """The newest first. Most answers have one version and nothing to hide: that one is at hand."""
    latest = response.latest
    if latest.number == 1 and (sees_secret(viewer) or not response.has_secret):
        latest.response, latest.hidden_files = response, 0
        return [latest]
    rows = response.submissions.with_hidden_files(viewer).defer("canonical", "search_text")
    return list(rows.select_related("plan_version", "registration__by").order_by("-number"))


def _fetch_contents(response, versions: list[Submission], viewer) -> None:
    """Everything that the versions say, without asking for what there is none of."""
    answers = passages.with_cover(Answer.objects.select_related("question", "area", "translation"))
    signed = CoSignatory.objects.all() if response.has_cosignatories else CoSignatory.objects.none()
    files = Attachment.objects.visible_to(viewer).with_secrecy().select_related("transcript")
    prefetch_related_objects(
        versions,
        Prefetch("answers", answers),
        "stances",
        Prefetch("cosignatories", signed),
        Prefetch("attachments", files if response.has_files else files.none()),
        "plan_version__areas",
        "plan_version__questions",
    )


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
    disclosed_form=None,
    around=None,
    missing=None,
    withheld=None,
    stale=False,
    status=200,
):
    user = request.user
    versions = _versions(response, user)
    wanted = str(number or request.GET.get("version", request.POST.get("version", "")))
    shown = next((version for version in versions if str(version.number) == wanted), versions[0])
    earlier = next((each for each in versions if each.number == shown.number - 1), None)
    _fetch_contents(response, [each for each in (shown, earlier) if each], user)
    registration = getattr(shown, "registration", None)
    filters = filters_of(request)
    is_latest = shown == versions[0]
    cover = passages.cover_of(shown.answers.all()) if is_latest else {}
    files = with_scans(shown.attachments.all())
    is_only_files = is_latest and not cover and bool(files or shown.hidden_files)
    return page(
        request,
        "answer",
        status=403 if stale else status,
        title=shown.shown_as,
        section="responses",
        side=side_of(user),
        response=response,
        submission=shown,
        is_latest=is_latest,
        versions=[
            (version, _address(response, filters, version=version.number)) for version in versions
        ],
        parts=[
            (part, cover.get(part.area.key if part.area else WHOLE))
            for part in sections.of_submission(shown)
        ],
        backing=sections.backing_of_submission(shown),
        files=files,
        is_only_files=is_only_files,
        handled=is_only_files and HandledFiles.objects.filter(submission=shown).first(),
        may_mark_secret=secrecy.may_mark(user),
        absent={file.pk for file in files if not uploads.exists(file.path)},
        translations=_translations(shown),
        may_write_beside=user.has_perm("remiss.record_response"),
        missing=missing,
        withheld=withheld,
        earlier=earlier,
        differences=sections.between(earlier, shown) if earlier else [],
        confirms=earlier and _confirms(shown, earlier),
        contact=contact,
        contact_is_open=contact_is_open,
        may_see_contact=roles.may_see_contact(user),
        erased_at=_erased_at(response) if response.contact_is_erased else None,
        why_not=writing.why_not(response),
        letters=_letters(versions),
        events=response.events.select_related("actor")[:LATEST_EVENTS],
        registration=registration,
        registry_form=registry_form or _registry_form(request, response, registration),
        counted_for=response.counted_for.select_related("body").order_by("body__sort_key"),
        may_tie=user.has_perm("remiss.invite_body"),
        may_set_aside=user.has_perm("remiss.set_aside_response"),
        may_take_out=_may_take_out(user),
        takeable=[version for version in versions if not version.hidden_files],
        disclosed_form=disclosed_form or _disclosed_form(request, shown),
        faulty_form=next((form for form in (registry_form, disclosed_form) if form), None),
        may_register=user.has_perm("remiss.register_response"),
        filters=filters,
        filter_query=urlencode({FILTERS: filters}) if filters else "",
        act_query=urlencode({"ids": response.pk, "answer": response.pk, "filters": filters}),
        list_url=f"{reverse('admin:remiss_response_changelist')}?{filters}",
        errors_present=any(form.errors for form in (registry_form, disclosed_form) if form),
        stale=stale,
        around=around,
    )


def _translations(shown: Submission) -> list[Translation]:
    """Area by area, the whole plan last; they came with the answers."""
    written = [each for each in shown.answers.all() if hasattr(each, "translation")]
    return [each.translation for each in sorted(written, key=_place_in_plan)]


def _place_in_plan(answer: Answer) -> tuple:
    area = answer.area
    return (area is None, area.number if area else 0, answer.question.number)


def _disclosed_form(request, submission) -> DisclosedForm | None:
    if not _may_disclose(request.user):
        return None
    return DisclosedForm(submission=submission, today=timezone.localdate(moment(request)))


def _confirms(shown: Submission, earlier: Submission) -> bool:
    """The decision that a preliminary version waited for has come."""
    is_decided = bool(shown.backing.get("decided_by")) and not shown.is_preliminary
    return earlier.is_preliminary and is_decided


def _overtaken(request, first: AlreadyRegistered) -> RegistryForm:
    """What was typed, beside whose number stands there now; to press again is to write over it."""
    [standing] = first.taken
    name = standing.by.get_full_name() or standing.by.username
    form = RegistryForm(request.POST.dict() | {"seen": standing.registry_number})
    sentence = (
        f"{name} har skrivit in diarienumret {standing.registry_number}. Det är inte ändrat. "
        "Spara en gång till om ditt ska gälla i stället."
    )
    form.add_error("registry_number", sentence)
    return form


def _registry_form(request, response, registration) -> RegistryForm:
    if registration:
        initial = {
            "registry_number": registration.registry_number,
            "registered_on": registration.registered_on,
            "seen": registration.registry_number,
        }
    else:
        initial = {
            "registry_number": response.consultation.registry_number,
            "registered_on": response.consultation.timing(moment(request)).today,
        }
    return RegistryForm(initial=initial)


def _erased_at(response):
    erased = response.events.filter(verb=Verb.ERASED)
    return erased.values_list("at", flat=True).first()


def _letters(versions):
    about = Q()
    for version in versions:
        about |= Q(target=f"submission:{version.pk}")
        about |= Q(target__startswith=f"submission:{version.pk}/")
        about |= Q(written__response=version.response_id)
    return Letter.objects.about_responses().filter(about).order_by("-due", "-pk")[:LATEST_EVENTS]


def _around(request, response) -> dict:
    """The place of an answer in the list it was opened from, and where its neighbours are read."""
    filters = request.GET.get(FILTERS, "")
    row = around(request, response, filters)
    query = f"?{urlencode({FILTERS: filters})}" if filters else ""
    for side in ("before", "after"):
        if row.get(side):
            address = reverse("admin:remiss_response_change", args=[row[side]])
            row[f"{side}_url"] = address + query
    return row
