"""A round trip through Word: the questions as a file, and what was written in it back again."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from remiss import uploads
from remiss.exports.downloads import never_shown
from remiss.exports.sections import Plan
from remiss.forms.answering import versions_seen
from remiss.forms.word import DOUBTS, TakeInForm, WordFileForm, too_long, what_instead
from remiss.models import Conflict, Position
from remiss.models.draft import LinkReplaced
from remiss.questionnaire import reading as questionnaire
from remiss.questionnaire import writing
from remiss.questionnaire.places import Place, file_key, is_file_key, places_of, stance_of
from remiss.text import MAX_LENGTH, NOTICE_LENGTH, compare
from remiss.uploads.inspecting.kinds import KINDS
from remiss.uploads.names import clean_file_name, extension_of
from remiss.uploads.refusals import FAULTS, TOO_BIG
from remiss.views import errors, holding
from remiss.views.again import shown_again
from remiss.views.answering import SENT_MEANWHILE
from remiss.views.errors import SessionLost
from remiss.views.opened import Opened
from remiss.views.reading import newest_version, published
from remiss.workflow import answering

# With room for the rest of the form within what is received of a request (decision 12).
MOST_TEXT = 6 * 2**20  # bytes
TOO_MUCH = (
    "Filen innehåller mer text än vi kan visa på en gång. Dela upp den, eller lägg den som bilaga."
)


@require_safe
def questions_docx(request, slug):
    """The questions of the newest version, for anybody to fill in."""
    consultation = published(slug)
    plan = Plan(newest_version(consultation))
    content = writing.questionnaire(
        plan,
        key=file_key(_nobody(consultation), plan.version.number),
        contents={},
        beside=_deadline(consultation.timing(consultation.at)),
        at=consultation.at,
    )
    return _as_download(content, f"Frågor {slug}.docx")


@require_safe
def answer_docx(request, public_id):
    """The questions with what is written so far, for those who hold the answer."""
    opened = Opened(request, public_id)
    timing = opened.own_timing or opened.consultation.timing(opened.at)
    content = writing.questionnaire(
        opened.plan,
        key=file_key(public_id, opened.plan.version.number),
        contents={key: part.content for key, part in opened.parts.items()},
        beside=(*_sender(opened), *_deadline(timing)),
        at=opened.at,
    )
    return _as_download(content, f"Svar {opened.who.get('organisation', '')}.docx")


def _nobody(consultation) -> str:
    """Whose file it is when nobody's answer stands in it."""
    return f"remiss {consultation.slug}"


def _sender(opened: Opened) -> tuple[str, ...]:
    name = opened.who.get("organisation", "")
    return (f"Svar från {name}",) if name else ()


def _deadline(timing) -> tuple[str, ...]:
    return (f"Svara senast {timing.day_with_year} kl. 23.59.",) if timing.is_open else ()


def _as_download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=KINDS["docx"])
    name = clean_file_name(name)
    response["Content-Disposition"] = content_disposition_header(True, name)  # noqa: FBT003
    never_shown(response)
    return response


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def from_word(request, public_id, *, stale=False):
    """Two steps on one address: a file is read and shown, then what is shown is saved."""
    if uploads.is_too_big(request) and stale:
        return errors.too_big(request)
    opened = Opened(request, public_id)
    if request.method == "POST" and request.POST.get("action") == "take":
        return _take_in(opened, stale=stale)
    if request.method == "POST" and not stale:
        return _read(opened)
    return _upload_page(opened, WordFileForm(), status=403 if stale else 200, stale=stale)


def _upload_page(opened: Opened, form, *, instead=False, status=200, stale=False):
    return opened.page(
        "answering/from_word.html",
        status=status,
        response=opened.response,
        form=form,
        instead=instead,
        stale=stale,
    )


def _read(opened: Opened):
    """Show what is in the file, or say why it cannot be read."""
    request = opened.request
    form = WordFileForm(request.POST, request.FILES)
    if uploads.is_too_big(request):
        form.errors["file"] = form.error_class([str(TOO_BIG)])
    if not form.is_valid():
        return _upload_page(opened, form)
    file = form.cleaned_data["file"]
    if refused := what_instead(extension_of(clean_file_name(file.name))):
        form.add_error("file", refused)
        return _upload_page(opened, form, instead=True)
    places = places_of(opened.plan)
    try:
        kind, content = uploads.checked(file)
        known = writing.known_in(opened.consultation) | set(_sender(opened))
        found = questionnaire.read(content, kind, places=places, known=known)
    except uploads.Refused as refused_for:
        form.add_error("file", str(refused_for))
        return _upload_page(opened, form)
    except questionnaire.Unreadable:
        form.add_error("file", str(FAULTS["unreadable"]))
        return _upload_page(opened, form)
    if _size(found) > MOST_TEXT:
        form.add_error("file", TOO_MUCH)
        return _upload_page(opened, form, instead=True)
    return _found_page(opened, places, found)


def _size(found) -> int:
    texts = [*found.texts.values(), *(loose.text for loose in found.loose)]
    return sum(len(text.encode()) for text in texts)


def _doubt(opened: Opened, found) -> str:
    """Why this may be the wrong file, as a word of DOUBTS."""
    if not found.keys:
        return "unknown"
    numbers = list(opened.consultation.versions.values_list("number", flat=True))
    doubts = set()
    for key in found.keys:
        owners = (opened.draft.public_id, _nobody(opened.consultation))
        made_for = {is_file_key(key, owner, numbers) for owner in owners} - {None}
        if not made_for:
            doubts.add("other")
        elif opened.plan.version.number not in made_for:
            doubts.add("older")
    return next((doubt for doubt in DOUBTS if doubt in doubts), "")


def _contents(opened: Opened) -> dict[str, dict]:
    return {key: opened.parts[key].content for key, _area, _asked in opened.plan.parts()}


def _found_page(opened: Opened, places: list[Place], found):
    contents = _contents(opened)
    texts, told = _sorted_out(places, found, contents)
    initial = {
        "round": opened.draft.round,
        "versions": _versions(opened),
        "seen_as": _doubt(opened, found),
        **{f"text_{key}": text for key, text in texts.items()},
        **{f"loose_{number}": loose.text for number, loose in enumerate(found.loose, 1)},
    }
    form = TakeInForm(places=places, contents=contents, initial=initial)
    return _review_page(
        opened,
        form,
        found=found,
        has_places=bool(found.texts),
        long=[too_long(place) for place in form.found if _is_long(form, place)],
        **told,
    )


def _sorted_out(places: list[Place], found, contents) -> tuple[dict[str, str], dict[str, str]]:
    """(key of a place → new text, what is told of the others). A ställningstagande in words that
    we do not know becomes a text without a place."""
    texts, same, empty = {}, [], []
    for place in places:
        text, now = found.texts.get(place.key, ""), contents[place.part].get(place.name, "")
        if place.is_stance:
            stance = stance_of(text)
            if stance is None:
                said = f"Det ni skrev som ställningstagande, svar {place.number}"
                found.loose.append(questionnaire.Loose(text, said))
                continue
            text = stance
        text = text.strip("\n")
        if not text:
            empty += [place] if now and place.key in found.texts else []
        elif text == now.strip("\n"):
            same.append(place)
        else:
            texts[place.key] = text
    return texts, {
        "same": _numbers(same),
        "empty": _numbers(empty),
        "missing": _numbers(place for place in places if place.key not in found.texts),
        "twice": _numbers(place for place in places if place.key in found.twice),
    }


def _is_long(form: TakeInForm, place: Place) -> bool:
    return len(form.initial[f"text_{place.key}"]) > MAX_LENGTH


def _versions(opened: Opened) -> str:
    return versions_seen({key: opened.parts[key] for key in _contents(opened)})


def _numbers(places: Iterable[Place]) -> str:
    return ", ".join(place.number for place in places)


def _review_page(opened: Opened, form: TakeInForm, *, status=200, found=None, **context):
    """What would be taken in, beside what it would take the place of."""
    rows = [_row(opened, form, place) for place in form.found]
    loose = [
        {
            "text": form[f"loose_{number}"],
            "to": form[f"to_{number}"],
            "from": _from_where(found.loose[number - 1]) if found else "",
        }
        for number in form.loose
    ]
    return opened.page(
        "answering/from_word_read.html",
        status=status,
        response=opened.response,
        form=form,
        rows=rows,
        loose=loose,
        found=found,
        doubt=DOUBTS.get(form.doubt, ""),
        **context,
    )


def _from_where(loose) -> str:
    if loose.source:
        return loose.source
    return f"Stod efter rutan för svar {loose.after}" if loose.after else "Stod utanför rutorna"


def _row(opened: Opened, form: TakeInForm, place: Place) -> dict:
    field = form[f"text_{place.key}"]
    now = opened.parts[place.part].content.get(place.name, "")
    text = field.value() or ""
    is_text = not place.is_stance
    return {
        "heading": place.heading,
        "field": field,
        "now": now if is_text else str(Position(now).label) if now else "",
        "changes": compare(now, text.replace("\r\n", "\n")) if now and is_text else [],
        "is_long": is_text and len(text) > NOTICE_LENGTH,
    }


def _take_in(opened: Opened, *, stale: bool):
    """Save what was shown, part by part; a part that somebody else has saved is shown again."""
    form = TakeInForm(
        opened.request.POST,
        places=places_of(opened.plan),
        contents=_contents(opened),
        initial={},
    )
    if stale or not form.is_valid():
        return _review_page(opened, form, status=403 if stale else 200, stale=stale)
    saved, lost = _save(opened, form)
    done = f"Texten ur filen är sparad: {', '.join(saved)}." if saved else ""
    if not lost:
        messages.success(opened.request, done or "Inget i svaret är ändrat.")
        if saved and form.cleaned_data["round"] not in {opened.draft.round, -1}:
            messages.info(opened.request, SENT_MEANWHILE)
        return redirect("remiss:tasks", opened.draft.public_id)
    return _conflict_page(opened, form, lost, done)


def _save(opened: Opened, form: TakeInForm) -> tuple[list[str], set[str]]:
    """(what was saved, in words; the keys of the parts that somebody else had saved)."""
    saved, lost = [], set()
    versions = form.seen_versions()
    for key, texts in form.changes().items():
        part = opened.parts[key]
        try:
            answering.save_part(
                draft=opened.draft,
                key=key,
                content=part.content | texts,
                is_done=part.is_done,
                seen=versions.get(key, -1),
                by=holding.editor(opened.request),
                at=opened.at,
            )
        except Conflict:
            lost.add(key)
        except LinkReplaced as replaced:
            raise SessionLost from replaced
        else:
            saved.append(_part_label(opened, key))
    return saved, lost


def _part_label(opened: Opened, key: str) -> str:
    area = next((area for each, area, _asked in opened.plan.parts() if each == key), None)
    return f"område {area.number}" if area else "övriga synpunkter"


def _conflict_page(opened: Opened, form: TakeInForm, lost: set[str], done: str):
    opened = Opened(opened.request, opened.draft.public_id)  # with what stands now
    data = QueryDict(mutable=True)
    data.update(form.left_for(lost))
    data.update({"round": str(opened.draft.round), "versions": _versions(opened)})
    again = TakeInForm(
        data, places=list(form.by_key.values()), contents=_contents(opened), initial={}
    )
    return _review_page(
        opened,
        again,
        status=409,
        conflict=[_part_label(opened, key) for key in _contents(opened) if key in lost],
        done=done,
    )
