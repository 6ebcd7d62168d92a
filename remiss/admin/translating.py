"""A translation beside the original, and what a scan says written out."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from remiss.admin.gates import moment, needs, page
from remiss.forms.translating import TranscriptForm, TranslationForm
from remiss.models import Answer, Attachment, Submission, Transcript, Translation, with_scans
from remiss.workflow import translating
from remiss.workflow.translating import WrittenMeanwhile


def urls(site):
    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("svar/<int:pk>/oversattning/<int:number>/", translate, "translate"),
        at("svar/<int:pk>/bilagor/<int:file_pk>/avskrift/", transcribe, "transcribe"),
    ]


def _submission(viewer, **which) -> Submission:
    rows = Submission.objects.visible_to(viewer).select_related("response")
    return get_object_or_404(rows.defer("canonical", "search_text"), **which)


@needs("remiss.record_response")
def translate(request, pk, number, *, stale=False):
    """Each text beside its translation; all of them are saved at once."""
    submission = _submission(request.user, response=pk, number=number)
    answers = list(
        Answer.objects.filter(submission=submission)
        .select_related("question", "area", "translation__by")
        .order_by("area__number", "question__number")
    )
    if not answers:
        raise Http404
    form = TranslationForm(request.POST or None, answers=answers)
    theirs = None
    if request.method == "POST" and not stale and form.is_valid():
        try:
            translating.translate(
                submission=submission, at=moment(request), by=request.user, **form.content()
            )
        except WrittenMeanwhile as meanwhile:
            theirs = meanwhile.current
            form = TranslationForm(form.on_top_of(_standing(answers)), answers=answers)
        else:
            messages.success(request, "Översättningen är sparad.")
            return redirect("admin:remiss_response_change", pk)
    return page(
        request,
        "translate",
        status=403 if stale else 409 if theirs else 200,
        title=f"Översättning av {submission.response}",
        section="responses",
        submission=submission,
        form=form,
        theirs=theirs,
        stale=stale,
        errors_present=form.is_bound and bool(form.errors),
    )


def _standing(answers) -> dict[int, Translation]:
    rows = Translation.objects.filter(answer__in=answers).select_related("by")
    return {row.answer_id: row for row in rows}


@needs("remiss.record_response")
def transcribe(request, pk, file_pk, *, stale=False):
    """What a scan or a picture says, beside the file as it was sent in."""
    visible = Attachment.objects.visible_to(request.user)
    rows = visible.select_related("submission__response", "transcript__by")
    file = get_object_or_404(rows, pk=file_pk, submission__response=pk)
    before = getattr(file, "transcript", None)
    initial = {"text": before.text, "seen": before.version} if before else {"seen": 0}
    form = TranscriptForm(request.POST or None, initial=initial)
    theirs = None
    if request.method == "POST" and not stale and form.is_valid():
        try:
            translating.transcribe(
                attachment=file, at=moment(request), by=request.user, **form.cleaned_data
            )
        except WrittenMeanwhile:
            theirs = Transcript.objects.select_related("by").get(attachment=file)
            form = TranscriptForm(form.data | {"seen": theirs.version})
        else:
            messages.success(request, f"Avskriften av {file.name} är sparad.")
            return redirect("admin:remiss_response_change", pk)
    with_scans([file])
    return page(
        request,
        "transcribe",
        status=403 if stale else 409 if theirs else 200,
        title=f"Avskrift av {file.name}",
        section="responses",
        file=file,
        response=file.submission.response,
        form=form,
        theirs=theirs,
        stale=stale,
        errors_present=form.is_bound and bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
translate.shown_again = partial(translate, stale=True)
transcribe.shown_again = partial(transcribe, stale=True)
