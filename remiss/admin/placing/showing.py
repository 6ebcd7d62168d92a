"""The page: an area passage by passage, with the forms for the chosen one."""

from django.urls import reverse
from django.utils.http import urlencode

from remiss.admin import passages
from remiss.admin.around import FILTERS, around
from remiss.admin.gates import page, whole_numbers
from remiss.admin.passages import Area
from remiss.admin.placing.beside import beside
from remiss.admin.placing.desk import Desk, address
from remiss.forms.placing import NoActionForm, NoteForm, PlaceForm
from remiss.models import Note, Passage, Question, Theme
from remiss.models.passage import WHOLE
from remiss.text import rows, split_clauses, split_words
from remiss.workflow import suggesting
from remiss.workflow.noting import NoteMoved

MOST_BOXES = 12  # themes with a box of their own, the most used first
MOST_LIKE = 8  # themes that may be the one that was meant
MOST_WORDS = 300  # of a clause, each with a button of its own


def place_form_of(desk: Desk, chosen: Passage, data=None) -> PlaceForm:
    have = desk.themes_of(chosen)
    used = [theme for theme in desk.themes if theme.area_key == desk.area.key][:MOST_BOXES]
    form = PlaceForm(
        data,
        themes=list(dict.fromkeys([*have, *used])),
        may_be=[*have, *desk.themes],
        initial={"themes": [str(theme.pk) for theme in have]},
    )
    form.fields["theme"].widget.attrs["autofocus"] = True
    return form


def _suggested(desk: Desk, chosen: Passage | None) -> list[Theme]:
    """Themes that the words of the passage point at, for one that is left to place."""
    if chosen is None or chosen.is_covered:
        return []
    return suggesting.suggestions(desk.response.consultation, chosen, desk.themes, viewer=desk.user)


def _cuts(request, chosen: Passage | None) -> dict:
    """Where the passage may be split: before a clause, or before a word of the one that is asked
    for in ?ord=, which is where it begins."""
    text = chosen.text if chosen else ""
    clauses = split_clauses(text)
    asked = whole_numbers([request.GET.get("ord", "")])
    opened = next(((start, words) for start, words in clauses if start in asked), None)
    start, clause = opened or (0, "")
    words = [(start + place, word) for place, word in split_words(clause)]
    return {
        "clauses": [(start, words, len(words.split()) > 1) for start, words in clauses],
        "may_split": len(text.split()) > 1,
        "words": words[:MOST_WORDS],
        "more_words": len(words) > MOST_WORDS,
        "most_words": MOST_WORDS,
    }


def note_forms(request, desk: Desk) -> dict[str, NoteForm]:
    """What was posted in the boxes for notes, by area key."""
    found = {}
    for key in dict.fromkeys([desk.area.key, WHOLE]):
        prefix = "omradet" if key else "svaret"
        if f"{prefix}-text" in request.POST:
            found[key] = NoteForm(request.POST, prefix=prefix)
    return found


def note_seen(request, form: NoteForm) -> int:
    """The version of the note that the page showed; 0 when there was none."""
    return next(iter(whole_numbers([request.POST.get(f"{form.prefix}-seen", "")])), 0)


def _questions(desk: Desk) -> list[dict]:
    """Each question that was answered in the area, with its passages or its rows."""
    return [
        {
            "label": answer.question.label,
            "rows": rows(answer.text) if answer.question.kind == Question.Kind.LIST else [],
            "passages": [each for each in desk.passages if each.answer_id == answer.pk],
            "translation": getattr(answer, "translation", None),
        }
        for answer in desk.answers
        if (answer.area.key if answer.area else WHOLE) == desk.area.key
    ]


def _areas(desk: Desk) -> list[dict]:
    """The areas that the answer has passages in, each with how far it has come."""
    cover = passages.cover_of(desk.answers)
    return [
        {
            "area": area,
            "cover": cover[area.key],
            "url": address(desk.response.pk, area.key, filters=desk.filters),
            "is_here": area.key == desk.area.key,
        }
        for area in passages.areas_of(desk.answers)
        if area.key in cover
    ]


def _neighbours(request, desk: Desk) -> dict:
    """The answers before and after in the list, each where something is left in it."""
    row = around(request, desk.response, desk.filters)
    query = urlencode({"fran": desk.area.slug} | ({FILTERS: desk.filters} if desk.filters else {}))
    for side in ("before", "after"):
        if row.get(side):
            row[f"{side}_url"] = f"{reverse('admin:place_left', args=[row[side]])}?{query}"
    return row


def _notes(request, desk: Desk, moved: dict[str, NoteMoved]) -> list[dict]:
    """The note about the area and the one about the whole answer; one for the whole plan. What was
    posted in them stays there, as one that is not saved."""
    bound = note_forms(request, desk)
    written = {note.area_key: note for note in desk.response.notes.select_related("by")}
    found = []
    for key in dict.fromkeys([desk.area.key, WHOLE]):
        note: Note | None = written.get(key)
        is_whole = key == WHOLE
        text, seen = (note.text, note.version) if note else ("", 0)
        form = bound.get(key)
        if form is not None and not form.has_changed():
            form = None
        is_own = form is not None and key not in moved
        if form is None:
            form = NoteForm(initial={"text": text}, prefix="omradet" if key else "svaret")
        form.fields["text"].label = f"Om {'svaret' if is_whole else desk.area.short}"
        found.append(
            {
                "note": note,
                "moved": moved.get(key),
                "seen": note_seen(request, form) if is_own else seen,
                "seen_name": f"{form.prefix}-seen",
                "was": request.POST.get(form["text"].html_initial_name, "") if is_own else text,
                "field": form["text"],
                "about": "svaret" if is_whole else desk.area.short,
            }
        )
    return found


def _like(desk: Desk, asked: str) -> tuple[list[Theme], list[tuple[Theme, Area]]]:
    """Themes that may be the one that was meant: those to choose from here, and those of other
    areas, each with its area."""
    found = desk.like(asked)[:MOST_LIKE] if asked else []
    here = [theme for theme in found if theme.area_key in {desk.area.key, WHOLE}]
    if len(here) == len(found):
        return here, []
    areas = {area.key: area for area in passages.areas(desk.response.consultation)}
    return here, [(theme, areas[theme.area_key]) for theme in found if theme not in here]


def show(
    request,
    desk: Desk,
    *,
    chosen: Passage | None = None,
    place_form: PlaceForm | None = None,
    nothing_form: NoActionForm | None = None,
    notes_moved: dict[str, NoteMoved] | None = None,
    moved: dict | None = None,
    newer: dict | None = None,
    asks: str = "",
    wrong=None,
    is_gone: bool = False,
    status: int = 200,
):
    may_place = request.user.has_perm("remiss.place_passage")
    is_chosen = chosen is not None
    if chosen is None and not is_gone and newer is None:
        chosen = desk.after(None)
    areas = _areas(desk)
    elsewhere = [each for each in areas if not each["is_here"]]
    here, in_others = _like(desk, asks)
    following = chosen and next(
        (
            each
            for each in desk.passages
            if each.answer_id == chosen.answer_id and each.start > chosen.start
        ),
        None,
    )
    skip = chosen and desk.after(chosen)
    consultation = desk.response.consultation
    return page(
        request,
        "place",
        status=status,
        title=f"{desk.response.shown_as}, {desk.area.short}",
        section="responses",
        desk=desk,
        response=desk.response,
        submission=desk.submission,
        area=desk.area,
        questions=_questions(desk),
        **beside(desk),
        areas=areas,
        next_area=next((each for each in elsewhere if each["cover"].left), None),
        cover=next((each["cover"] for each in areas if each["is_here"]), passages.Cover()),
        around=_neighbours(request, desk),
        filters=desk.filters,
        list_url=f"{reverse('admin:remiss_response_changelist')}?{desk.filters}",
        filter_query=urlencode({FILTERS: desk.filters}) if desk.filters else "",
        may_place=may_place,
        all_ticked="alla" in request.GET,
        sees_notes=request.user.has_perm("remiss.view_theme"),
        chosen=chosen,
        is_chosen=is_chosen,
        following=following,
        skip_url=desk.address(stycke=skip.pk) if skip else "",
        **_cuts(request, chosen),
        place_form=(place_form or place_form_of(desk, chosen)) if chosen else None,
        nothing_form=nothing_form or NoActionForm(),
        nothing_is_open=nothing_form is not None,
        themes=desk.themes if may_place else [],
        suggested=_suggested(desk, chosen) if may_place else [],
        notes=_notes(request, desk, notes_moved or {}),
        **passages.undoing(consultation if may_place else None, request.user, at_hand=desk.names),
        moved=moved,
        newer=newer,
        asks=asks,
        like_here=here,
        like_elsewhere=in_others,
        wrong=wrong,
        is_gone=is_gone,
        stale=status == 403,
        errors_present=bool(wrong),
    )
