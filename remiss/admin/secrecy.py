"""Sekretessmarkering of an answer and its files: marking, trying, and what has been done."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import urlencode

from remiss.admin import scopes
from remiss.admin.around import FILTERS, filters_of
from remiss.admin.gates import allowed, moment, page, whole_numbers
from remiss.forms.secrecy import PROVISIONS, MarkForm, TryForm
from remiss.models import Attachment, Response, SecrecyMark, SecrecyTrial
from remiss.models.secrecy import sees_secret
from remiss.workflow import secrecy as workflow


def urls(site) -> list:
    return [path("svar/<int:pk>/sekretess/", site.admin_view(secrecy), name="secrecy")]


def may_mark(user) -> bool:
    """Whoever marks has to see what is marked: a superuser has every permission and no side."""
    return user.has_perm("remiss.mark_secret") and sees_secret(user)


@allowed(may_mark)
def secrecy(request, pk, *, stale=False):
    """GET shows the marks of an answer and its files; POST marks (act=mark) or tries (mark=pk)."""
    received = scopes.with_secrecy(scopes.received(request.user)).select_related("latest")
    response = get_object_or_404(received, pk=pk)
    marks = list(
        SecrecyMark.objects.of(response)
        .select_related("by", "attachment__submission")
        .prefetch_related("trials__by")
    )
    if request.method != "POST":
        return _page(request, response, marks)
    wanted = whole_numbers([request.POST.get("mark", "")])
    if wanted:
        chosen = next((each for each in marks if each.pk == wanted[0]), None)
        if chosen is None:
            raise Http404
        return _try(request, response, marks, chosen, stale=stale)
    return _mark(request, response, marks, stale=stale)


# A form older than its token comes back with what was written in it.
secrecy.shown_again = partial(secrecy, stale=True)


def _mark(request, response: Response, marks: list[SecrecyMark], *, stale: bool):
    form = _mark_form(response, request.POST)
    if stale or not form.is_valid():
        return _page(request, response, marks, mark_form=form, stale=stale)
    try:
        workflow.mark(
            response=response,
            attachment=form.file,
            provision=form.cleaned_data["provision"],
            reason=form.cleaned_data["reason"],
            at=moment(request),
            by=request.user,
        )
    except workflow.AlreadyMarked:
        form.add_error("what", "Någon annan har nyss markerat det. Ingenting är ändrat.")
        return _page(request, response, marks, mark_form=form)
    what = "Filen" if form.file else "Svaret"
    seen = "markerad" if form.file else "markerat"
    messages.success(
        request,
        f"{what} är sekretess{seen} och visas bara för registratorn och kommunens samordnare.",
    )
    return redirect(_address(request, response))


def _try(request, response, marks, chosen: SecrecyMark, *, stale: bool):
    form = _try_form(chosen, request.POST)
    if stale or not form.is_valid():
        return _page(request, response, marks, tried=(chosen, form), stale=stale)
    try:
        workflow.try_mark(mark=chosen, **form.cleaned_data, at=moment(request), by=request.user)
    except workflow.TriedMeanwhile:
        chosen.refresh_from_db()
        now = _try_form(chosen, request.POST.dict() | {"seen": chosen.version})
        return _page(request, response, marks, tried=(chosen, now), is_moved=True)
    is_lifted = form.cleaned_data["outcome"] == SecrecyTrial.Outcome.LIFTED
    messages.success(
        request, "Markeringen är hävd." if is_lifted else "Markeringen är prövad och består."
    )
    return redirect(_address(request, response))


def _address(request, response: Response) -> str:
    from_list, address = filters_of(request), reverse("admin:secrecy", args=[response.pk])
    return f"{address}?{urlencode({FILTERS: from_list})}" if from_list else address


def _back(request, response: Response) -> str:
    from_list = filters_of(request)
    address = reverse("admin:remiss_response_change", args=[response.pk])
    return f"{address}?{urlencode({FILTERS: from_list})}" if from_list else address


def _files(response: Response) -> list[Attachment]:
    """Each file that was ever sent in, once, as the latest version that has it names it."""
    sent = Attachment.objects.with_secrecy().filter(submission__response=response)
    rows = sent.order_by("submission__number", "number")
    return list({file.sha256: file for file in rows}.values())


def _mark_form(response: Response, data=None) -> MarkForm:
    free = [file for file in _files(response) if not file.is_secret]
    return MarkForm(data, with_answer=not response.is_secret, files=free)


def _try_form(mark: SecrecyMark, data=None) -> TryForm:
    return TryForm(data, initial={"seen": mark.version}, auto_id=f"id_{mark.pk}_%s")


def _page(request, response, marks, *, mark_form=None, tried=None, is_moved=False, stale=False):
    form = mark_form or _mark_form(response)
    chosen, try_form = tried or (None, None)
    faulty = next((each for each in (mark_form, try_form) if each and each.errors), None)
    return page(
        request,
        "secrecy",
        status=403 if stale else 409 if is_moved else 200,
        title="Sekretess",
        section="responses",
        response=response,
        standing=[
            (mark, try_form if mark == chosen else _try_form(mark))
            for mark in marks
            if not mark.lifted_at
        ],
        lifted=[mark for mark in marks if mark.lifted_at],
        form=form if form.offered else None,
        provisions=PROVISIONS,
        filters=filters_of(request),
        back=_back(request, response),
        faulty=faulty,
        is_moved=is_moved,
        stale=stale,
        errors_present=bool(faulty),
    )
