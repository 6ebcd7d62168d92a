"""Registrera svar: an answer that reached the city another way (decision 9)."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from remiss.admin.gates import moment, needs, page
from remiss.exports.sections import Plan
from remiss.forms.staff import RecordForm
from remiss.models import Consultation
from remiss.workflow import recording
from remiss.workflow.receiving import Empty

NOTHING_WRITTEN = "Skriv minst en text eller välj ett ställningstagande."


@needs("remiss.record_response")
def record_response(request, *, stale=False):
    """The whole answer on one page. ?remiss=slug chooses another remiss than the current one."""
    consultation = _consultation(request)
    version = consultation and consultation.versions.first()
    at = moment(request)
    if version is None or consultation.timing(at).phase == "before":
        return page(
            request,
            "record",
            title="Registrera svar",
            section="responses",
            consultation=consultation,
        )
    form = RecordForm(request.POST or None, plan=Plan(version), at=at)
    if request.method == "POST" and not stale and form.is_valid():
        try:
            submission = _record(form, consultation, at=at, by=request.user)
        except Empty:
            form.add_error(None, NOTHING_WRITTEN)
        else:
            late = " Det är märkt som inkommet efter svarstiden." if submission.is_late else ""
            messages.success(request, f"Svaret är registrerat som {submission.response}.{late}")
            return redirect("admin:remiss_response_change", submission.response_id)
    return page(
        request,
        "record",
        status=403 if stale else 200,
        title="Registrera svar",
        section="responses",
        consultation=consultation,
        others=Consultation.objects.published().exclude(pk=consultation.pk),
        form=form,
        stale=stale,
        errors_present=bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
record_response.shown_again = partial(record_response, stale=True)


def _consultation(request) -> Consultation | None:
    if slug := request.GET.get("remiss"):
        return get_object_or_404(Consultation.objects.published(), slug=slug.replace("\0", ""))
    return Consultation.objects.current()


def _record(form, consultation, *, at, by):
    cleaned = form.cleaned_data
    return recording.record(
        consultation=consultation,
        plan=form.plan,
        channel=cleaned["channel"],
        received_at=cleaned["received_at"],
        who=form.content(),
        email=cleaned["email"],
        contents=form.contents(),
        send_receipt=cleaned["send_receipt"],
        once=cleaned["once"],
        at=at,
        by=by,
    )
