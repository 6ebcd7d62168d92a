"""Registrera svar: an answer that reached the city another way (decision 9)."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from remiss import uploads
from remiss.admin.gates import moment, needs, page
from remiss.exports.sections import Plan
from remiss.forms.recording import RecordedFileForm, RecordForm, keep, kept
from remiss.forms.saved import without_personal_numbers
from remiss.forms.word import StaffFileForm, what_instead
from remiss.models import Consultation, FileKind
from remiss.models.draft import DraftFile
from remiss.questionnaire import reading, writing
from remiss.questionnaire.places import places_of, stance_of
from remiss.uploads.names import clean_file_name, extension_of
from remiss.uploads.refusals import FAULTS, TOO_BIG
from remiss.workflow import recording
from remiss.workflow.receiving import Empty

NOTHING_WRITTEN = "Skriv minst en text, välj ett ställningstagande eller lägg till en fil."
FULL = f"Ett svar kan ha högst {uploads.MAX_FILES} filer."
GONE = "Filen {} finns inte kvar på servern. Lägg till den igen."


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
    action = request.POST.get("action", "record") if request.method == "POST" else ""
    if action == "fill" and not stale:
        return _filled(request, consultation, Plan(version), at=at)
    if action != "record" and request.method == "POST" and not stale:
        return _with_files_changed(request, consultation, Plan(version), action, at=at)
    form = RecordForm(request.POST or None, plan=Plan(version), at=at)
    files = kept(request.POST.getlist("kept"))
    if request.method == "POST" and not stale and form.is_valid() and _are_there(form, files):
        try:
            submission = _record(form, consultation, files, at=at, by=request.user)
        except Empty:
            form.add_error(None, NOTHING_WRITTEN)
        else:
            late = " Det är märkt som inkommet efter svarstiden." if submission.is_late else ""
            messages.success(request, f"Svaret är registrerat som {submission.response}.{late}")
            return redirect("admin:remiss_response_change", submission.response_id)
    if form.is_bound and not form.is_valid():
        form.forget_personal_numbers()
    return _page(request, consultation, form, status=403 if stale else 200, stale=stale)


def _are_there(form, files: list[dict]) -> bool:
    """Stored bytes that nothing refers to are taken away after a day."""
    for file in files:
        if not uploads.exists(file["path"]):
            form.add_error(None, GONE.format(file["name"]))
    return form.is_valid()


def _with_files_changed(request, consultation, plan, action: str, *, at):
    """The form again with one file more or less; nothing is registered."""
    files = kept(request.POST.getlist("kept"))
    file_form = None
    if action.startswith("drop:"):
        files = [file for file in files if file["path"] != action.removeprefix("drop:")]
    elif action == "file":
        file_form = RecordedFileForm(request.POST, request.FILES, accept=uploads.ACCEPT)
        if uploads.is_too_big(request):
            file_form.errors["file"] = file_form.error_class([str(TOO_BIG)])
        elif len(files) >= uploads.MAX_FILES:
            file_form.add_error(None, FULL)
        if file_form.is_valid() and (file := _taken(file_form)):
            files.append(file)
            file_form = None
    form = RecordForm(plan=plan, at=at, initial=_typed(request))
    return _page(request, consultation, form, files=files, file_form=file_form)


def _taken(form: RecordedFileForm) -> dict | None:
    try:
        stored = uploads.take(form.cleaned_data["file"])
    except uploads.Refused as refused:
        form.add_error("file", str(refused))
        return None
    facts = {name: getattr(stored, name) for name in ("path", "name", "media_type", "size")}
    return facts | {
        "sha256": stored.sha256,
        "is_searchable": stored.is_searchable,
        "kind": form.cleaned_data["kind"],
    }


def _typed(request) -> dict:
    """What stands in the form, for showing it again."""
    typed = request.POST.dict() | {"prepared": request.POST.getlist("prepared")}
    refused = ("organisation_number", "cosignatories")
    return typed | {name: without_personal_numbers(typed.get(name, "")) for name in refused}


def _page(
    request,
    consultation,
    form,
    *,
    word_form=None,
    file_form=None,
    files=None,
    **context,
):
    files = kept(request.POST.getlist("kept")) if files is None else files
    word_form = word_form or StaffFileForm()
    file_form = file_form or RecordedFileForm(accept=uploads.ACCEPT)
    return page(
        request,
        "record",
        title="Registrera svar",
        section="responses",
        consultation=consultation,
        others=Consultation.objects.published().exclude(pk=consultation.pk),
        form=form,
        word_form=word_form,
        file_form=file_form,
        files=[(file, keep(file), FileKind(file["kind"]).label) for file in files],
        is_full=len(files) >= uploads.MAX_FILES,
        errors_present=bool(form.errors or word_form.errors or file_form.errors),
        **context,
    )


def _filled(request, consultation, plan, *, at):
    """The form again, with the texts of a filled-in Word file in it; nothing is saved."""
    typed, found = _typed(request), None
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


def _record(form, consultation, files: list[dict], *, at, by):
    cleaned = form.cleaned_data
    return recording.record(
        consultation=consultation,
        plan=form.plan,
        channel=cleaned["channel"],
        received_at=cleaned["received_at"],
        who=form.content(),
        email=cleaned["email"],
        contents=form.contents(),
        backing=form.backing(),
        files=[DraftFile(number=number, **file) for number, file in enumerate(files, 1)],
        language=cleaned["language"],
        send_receipt=cleaned["send_receipt"],
        once=cleaned["once"],
        at=at,
        by=by,
    )
