"""Registrera svar: an answer that reached the city another way (decision 9)."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from remiss import uploads
from remiss.admin.gates import moment, needs, page
from remiss.exports.sections import Plan
from remiss.forms.staff import RecordForm
from remiss.forms.word import StaffFileForm, what_instead
from remiss.models import Consultation
from remiss.questionnaire import reading, writing
from remiss.questionnaire.places import places_of, stance_of
from remiss.uploads.names import clean_file_name, extension_of
from remiss.uploads.refusals import FAULTS, TOO_BIG
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
    if request.method == "POST" and not stale and request.POST.get("action") == "fill":
        return _filled(request, consultation, Plan(version), at=at)
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
    return _page(request, consultation, form, status=403 if stale else 200, stale=stale)


def _page(request, consultation, form, *, word_form=None, status=200, **context):
    word_form = word_form or StaffFileForm()
    return page(
        request,
        "record",
        status=status,
        title="Registrera svar",
        section="responses",
        consultation=consultation,
        others=Consultation.objects.published().exclude(pk=consultation.pk),
        form=form,
        word_form=word_form,
        errors_present=bool(form.errors or word_form.errors),
        **context,
    )


def _filled(request, consultation, plan, *, at):
    """The form again, with the texts of a filled-in Word file in it; nothing is saved."""
    typed, found = request.POST.dict(), None
    word_form = StaffFileForm(request.POST, request.FILES)
    if uploads.is_too_big(request):
        word_form.errors["file"] = word_form.error_class([str(TOO_BIG)])
    if word_form.is_valid():
        try:
            found = _read(word_form.cleaned_data["file"], consultation, plan)
        except uploads.Refused as refused:
            word_form.add_error("file", str(refused))
        except reading.Unreadable:
            word_form.add_error("file", str(FAULTS["unreadable"]))
        else:
            typed |= _texts(plan, found, typed)
    form = RecordForm(plan=plan, at=at, initial=typed)
    return _page(
        request,
        consultation,
        form,
        word_form=word_form,
        found=found,
        returned=[loose.text for loose in found.loose] if found else [],
    )


def _read(file, consultation, plan) -> reading.Found:
    extension = extension_of(clean_file_name(file.name))
    if extension == "pdf":
        return reading.Found(loose=[reading.Loose(uploads.text_of_pdf(file))])
    if instead := what_instead(extension):
        raise uploads.Refused(instead)
    kind, content = uploads.checked(file)
    known = writing.known_in(consultation)
    return reading.read(content, kind, places=places_of(plan), known=known)


def _texts(plan, found: reading.Found, typed: dict[str, str]) -> dict[str, str]:
    """Field of the form → what is to stand in it; what is there already stays, first."""
    numbers = {key: number for number, (key, _area, _asked) in enumerate(plan.parts(), 1)}
    texts = {}
    for place in places_of(plan):
        text, name = found.texts.get(place.key, ""), f"p{numbers[place.part]}-{place.name}"
        before = typed.get(name, "")
        if place.is_stance:
            stance = stance_of(text)
            if stance is None:
                found.loose.append(reading.Loose(text))
            texts[name] = stance or before
        elif text:
            texts[name] = f"{before.rstrip()}\n\n{text}" if before.strip() else text
    return texts


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
