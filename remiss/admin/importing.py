"""Läs in remissinstanser: a file is read and shown, then what is shown is added."""

from functools import partial

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import content_disposition_header

from remiss import uploads
from remiss.admin.gates import moment, needs, page
from remiss.forms.importing import NO_KIND, ColumnsForm, ImportFileForm, SheetForm, sheet_name
from remiss.importing import columns, reading, verdicts
from remiss.importing.reading import Row, Sheet, Unreadable
from remiss.importing.template import template
from remiss.importing.verdicts import Verdict
from remiss.swedish import spaced
from remiss.uploads.inspecting.kinds import KINDS
from remiss.workflow import importing

REGISTER = "admin:remiss_body_changelist"  # where the bodies are seen
SALT = "remiss.import.sheets"
# With room for the rest of the form within what is received of a request (decision 12).
MOST_CARRIED = 6 * 2**20  # characters
SHOWN = 200  # rows of each verdict
HEADINGS = {
    Verdict.ERROR: "Fel",
    Verdict.DUPLICATE: "Dubbletter i filen",
    Verdict.EXISTS: "Finns redan",
    Verdict.NEW: "Nya",
}
OTHER_SHEET = "Du har valt ett annat blad. Så här blir det. Se efter innan du lägger till."
OTHER_COLUMNS = "Du har ändrat hur filen ska läsas. Så här blir det. Se efter innan du lägger till."
NOT_AS_SHOWN = (
    "Inget är tillagt. Registret har ändrats sedan du läste in filen, kanske av någon annan. "
    "Så här ser det ut nu."
)


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [
        path("instanser/las-in/", site.admin_view(import_bodies), name="import_bodies"),
        path("instanser/mall.xlsx", site.admin_view(body_template), name="body_template"),
    ]


@needs("remiss.add_body", methods=("GET", "HEAD"))
def body_template(request) -> HttpResponse:
    response = HttpResponse(template(), content_type=KINDS["xlsx"])
    response["Content-Disposition"] = content_disposition_header(
        True,  # noqa: FBT003
        "Remissinstanser.xlsx",
    )
    return response


@needs("remiss.add_body")
def import_bodies(request, *, stale=False):
    """Two steps on one address. Between them all rows travel in the page: nothing is stored."""
    if request.method != "POST":
        return _file_page(request, ImportFileForm())
    carried = request.POST.get("carried")
    if carried is not None:
        return _second_step(request, carried, stale=stale)
    if stale:
        return _file_page(request, ImportFileForm(), stale=True)
    return _first_step(request)


# A form older than its token comes back as it was; nothing is added.
import_bodies.shown_again = partial(import_bodies, stale=True)


def _first_step(request):
    is_too_big = uploads.is_too_big(request)
    form = ImportFileForm(request.POST, request.FILES)
    if is_too_big:
        form.errors.pop("file", None)
        form.add_error("file", reading.TOO_BIG)
    if not form.is_valid():
        return _file_page(request, form)
    file = form.cleaned_data["file"]
    try:
        if file.size > reading.MAX_BYTES:
            raise Unreadable(reading.TOO_BIG)
        sheets = reading.read(file.read())
        place = columns.best(sheets)
        carried = _packed(uploads.clean_file_name(file.name or ""), sheets, place)
    except Unreadable as refusal:
        form.add_error("file", str(refusal))
        return _file_page(request, form)
    return _guess_page(request, place, carried=carried)


def _guess_page(request, place: int, *, carried: str, **said):
    """A sheet as it is read when nobody has said how."""
    file_name, sheets = _unpacked(carried)
    rows = sheets[place].rows
    form = ColumnsForm(ColumnsForm.data_of(columns.guess(rows)), rows=rows)
    return _rows_page(
        request, form, carried=carried, file_name=file_name, sheets=sheets, place=place, **said
    )


def _second_step(request, carried: str, *, stale: bool):
    try:
        file_name, sheets = _unpacked(carried)
    except signing.BadSignature:
        messages.warning(request, "Filen kom inte med. Välj den en gång till.")
        return redirect("admin:import_bodies")
    first = next(place for place, sheet in enumerate(sheets) if not sheet.fault)
    shown = _place(request, "shown_sheet", sheets, otherwise=first)
    place = _place(request, "sheet", sheets, otherwise=shown)
    if place != shown:
        # What has been chosen of the columns is about another sheet.
        return _guess_page(request, place, carried=carried, notice=OTHER_SHEET, stale=stale)
    rows = sheets[place].rows
    form = ColumnsForm(request.POST, rows=rows)
    notice = ""
    if form.is_valid() and form.lacks_kind and "kind" in request.POST:  # asked, and not answered
        form.add_error("kind", NO_KIND)
    may_add = form.is_valid() and not form.lacks_kind
    if request.POST.get("action") == "add" and not stale and may_add:
        if request.POST.get("shown") != form.shown:
            notice = OTHER_COLUMNS
        else:
            try:
                count = importing.import_bodies(
                    rows=rows,
                    choice=form.choice(),
                    seen=request.POST.get("seen", ""),
                    file_name=file_name,
                    at=moment(request),
                    by=request.user,
                )
            except importing.NotAsShown:
                notice = NOT_AS_SHOWN
            else:
                left_out = len(form.choice().data(rows)) - count
                messages.success(request, _done(count, left_out, _others(sheets, place)))
                return redirect(REGISTER)
    return _rows_page(
        request,
        form,
        carried=carried,
        file_name=file_name,
        sheets=sheets,
        place=place,
        notice=notice,
        stale=stale,
    )


def _place(request, field: str, sheets: list[Sheet], *, otherwise: int) -> int:
    form = SheetForm({"sheet": request.POST.get(field, "")}, sheets=sheets)
    return form.cleaned_data["sheet"] if form.is_valid() else otherwise


def _others(sheets: list[Sheet], place: int) -> list[tuple[str, str]]:
    """(name, why it cannot be read) of each sheet but the one that is."""
    return [
        (sheet_name(sheets, other), sheet.fault)
        for other, sheet in enumerate(sheets)
        if other != place
    ]


def _in_words(count: int) -> str:
    return f"{spaced(count)} remissinstans{'' if count == 1 else 'er'}"


def _done(count: int, left_out: int, others: list[tuple[str, str]]) -> str:
    words = [f"{_in_words(count)} är {'tillagd' if count == 1 else 'tillagda'}."]
    if left_out:
        rows = "En rad" if left_out == 1 else f"{spaced(left_out)} rader"
        words.append(f"{rows} i filen togs inte med.")
    if others:
        names = ", ".join(name for name, _fault in others)
        words.append(f"Filen har fler blad, som inte är inlästa: {names}.")
    return " ".join(words)


def _packed(file_name: str, sheets: list[Sheet], place: int) -> str:
    """All of it for the page to carry; of a file that is too big for that, the one sheet."""
    carried = _signed(file_name, sheets)
    if len(carried) > MOST_CARRIED and len(sheets) > 1:
        alone = [
            sheet if at == place else Sheet(sheet.name, [], sheet.fault or reading.TOO_MANY_SHEETS)
            for at, sheet in enumerate(sheets)
        ]
        carried = _signed(file_name, alone)
    if len(carried) > MOST_CARRIED:
        raise Unreadable(reading.TOO_COMPLEX)
    return carried


def _signed(file_name: str, sheets: list[Sheet]) -> str:
    plain = [
        [sheet.name, sheet.fault, [[row.number, *row.cells] for row in sheet.rows]]
        for sheet in sheets
    ]
    return signing.dumps([file_name, plain], salt=SALT, compress=True)


def _unpacked(carried: str) -> tuple[str, list[Sheet]]:
    file_name, plain = signing.loads(carried, salt=SALT)
    sheets = [
        Sheet(name, [Row(number, tuple(cells)) for number, *cells in rows], fault)
        for name, fault, rows in plain
    ]
    return file_name, sheets


def _file_page(request, form, *, stale=False):
    return page(
        request,
        "import_file",
        status=403 if stale else 200,
        title="Läs in remissinstanser",
        section="invitations",
        form=form,
        stale=stale,
        errors_present=bool(form.errors),
    )


def _rows_page(
    request, form: ColumnsForm, *, carried, file_name, sheets, place, notice="", stale=False
):
    judged = []
    asks_kind = form.lacks_kind if form.is_valid() else set(form.errors) == {"kind"}
    is_read = form.is_valid() and not asks_kind
    if is_read:
        judged = verdicts.judge(form.rows, form.choice(), verdicts.known())
    groups = []
    for verdict, heading in HEADINGS.items():
        rows = [one for one in judged if one.verdict is verdict]
        groups.append(
            {
                "verdict": verdict.value,
                "heading": heading,
                "rows": rows[:SHOWN],
                "count": len(rows),
                "more": max(0, len(rows) - SHOWN),
            }
        )
    counts = {group["verdict"]: group["count"] for group in groups}
    return page(
        request,
        "import_rows",
        status=403 if stale else 200,
        title="Läs in remissinstanser",
        section="invitations",
        form=form,
        is_read=is_read,
        asks_kind=asks_kind,
        # Asked for where it is needed; what has been chosen can be changed.
        has_kind=not asks_kind and (not is_read or bool(form.silent)),
        is_wrong=any(name != "kind" for name in form.errors),
        unread=form.unread() if is_read else [],
        carried=carried,
        file_name=file_name,
        place=place,
        sheet=sheet_name(sheets, place),
        others=_others(sheets, place),
        sheet_form=SheetForm(initial={"sheet": place}, sheets=sheets),
        groups=groups,
        counts=counts,
        seen=importing.shown(judged),
        without_email=sum(one.verdict is Verdict.NEW and not one.emails for one in judged),
        button=f"Lägg till {_in_words(counts['new'])}",
        notice=notice,
        stale=stale,
        errors_present=bool(form.errors),
    )
