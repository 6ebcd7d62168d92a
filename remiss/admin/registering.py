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
CHOOSE_AGAIN = "Välj filen en gång till. Den följde inte med när sidan visades igen."
NO_FILE = "Välj filen, eller ändra tillbaka till Välj om det inte är någon fil."
NOT_READ = (
    "Filen är inte läst och svaret är inte registrerat. Välj filen igen och tryck på Fyll i "
    "rutorna från filen, eller tryck på Registrera svaret för att registrera utan den."
)


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
    if stale:
        form = RecordForm(request.POST or None, plan=Plan(version), at=at)
        form.forget_personal_numbers()
        file_form = _asked_again(request)
        return _page(request, consultation, form, file_form=file_form, status=403, stale=True)
    files, file_form, added = _with_chosen(request, action)
    changed = {"files": files, "file_form": file_form, "added": added}
    if action == "fill":
        return _filled(request, consultation, Plan(version), at=at, **changed)
    if action not in {"", "record"}:
        return _with_files_changed(request, consultation, Plan(version), action, at=at, **changed)
    form = RecordForm(request.POST or None, plan=Plan(version), at=at)
    word_form = _not_read(request)
    is_whole = form.is_valid() and _are_there(form, files) and not (file_form or word_form)
    if action == "record" and is_whole:
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
    return _page(request, consultation, form, word_form=word_form, **changed)


def _are_there(form, files: list[dict]) -> bool:
    """Stored bytes that nothing refers to are taken away after a day."""
    for file in files:
        if not uploads.exists(file["path"]):
            form.add_error(None, GONE.format(file["name"]))
    return form.is_valid()


def _with_chosen(request, action: str) -> tuple[list[dict], RecordedFileForm | None, str]:
    """The files of the answer, and the name of the one that was chosen beside them, which is now
    among them; or else the form of that one, with what is wrong. Whichever button is pressed: the
    browser forgets a chosen file, and a registered answer takes no more."""
    files = kept(request.POST.getlist("kept"))
    is_chosen = "bilaga-file" in request.FILES
    is_too_big = uploads.is_too_big(request) and action != "fill"
    says_kind = action == "record" and bool(request.POST.get("bilaga-kind"))
    if action != "file" and not (is_chosen or is_too_big or says_kind):
        return files, None, ""
    form = RecordedFileForm(request.POST, request.FILES, accept=uploads.ACCEPT)
    if action == "record":
        form.fields["file"].error_messages["required"] = NO_FILE
    if is_too_big:
        form.errors["file"] = form.error_class([str(TOO_BIG)])
    elif len(files) >= uploads.MAX_FILES:
        form.add_error(None, FULL)
    elif is_chosen and "kind" in form.errors:
        form.add_error("file", CHOOSE_AGAIN)
    if form.is_valid() and (file := _taken(form)):
        return [*files, file], None, file["name"]
    return files, form, ""


def _asked_again(request) -> RecordedFileForm | None:
    """The form of a file that was chosen on a page that had grown too old to take it."""
    if "bilaga-file" not in request.FILES:
        return None
    form = RecordedFileForm(request.POST, request.FILES, accept=uploads.ACCEPT)
    form.add_error("file", CHOOSE_AGAIN)
    return form


def _not_read(request) -> StaffFileForm | None:
    """The form of a Word file that was chosen but whose texts nobody asked for."""
    if "file" not in request.FILES:
        return None
    form = StaffFileForm(request.POST, request.FILES)
    form.add_error("file", NOT_READ)
    return form


def _with_files_changed(request, consultation, plan, action: str, *, at, files, **changed):
    """The form again with one file more or less; nothing is registered."""
    dropped = [file for file in files if f"drop:{file['path']}" == action]
    form = RecordForm(plan=plan, at=at, initial=_typed(request))
    return _page(
        request,
        consultation,
        form,
        files=[file for file in files if file not in dropped],
        dropped=dropped[0]["name"] if dropped else "",
        **changed,
    )


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
    wrong = _first_wrong(form, word_form, file_form)
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
        wrong=wrong,
        errors_present=wrong is not None,
        **context,
    )


def _first_wrong(*forms):
    """The first form that something is wrong in, saying what is wrong in the others too: one
    summary heads the page."""
    wrong = [form for form in forms if form.errors]
    for other in wrong[1:]:
        for sentences in other.errors.values():
            wrong[0].add_error(None, list(sentences))
    return wrong[0] if wrong else None


def _filled(request, consultation, plan, *, at, **changed):
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
        **changed,
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
        has_time=cleaned["received_time"] is not None,
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
