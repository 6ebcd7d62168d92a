"""The matrix of bodies and areas, and the remisslista: on the page and as files."""

from tempfile import TemporaryFile

from django.http import FileResponse, Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode

from remiss.admin import scopes
from remiss.admin.exporting import CONTENT_TYPES
from remiss.admin.gates import moment, needs, page
from remiss.exports import files, invited, tables
from remiss.forms.export import XLSX
from remiss.forms.invited import NarrowForm
from remiss.models import BODY_KINDS, Consultation
from remiss.workflow import recording


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [
        path("inbjudningar/matris/", site.admin_view(matrix), name="matrix"),
        path("inbjudningar/matris.xlsx", site.admin_view(matrix_xlsx), name="matrix_xlsx"),
        path(
            "inbjudningar/remisslista.xlsx",
            site.admin_view(remisslista_xlsx),
            name="remisslista_xlsx",
        ),
    ]


@needs("remiss.view_invitation", methods=("GET", "HEAD"))
def matrix(request) -> HttpResponse:
    """Who has answered, and what each says of each area. The filters stand in the address."""
    consultation, others = _consultations(request)
    if consultation is None:
        return page(request, "matrix", title="Matris", section="invitations")
    found = invited.Matrix(consultation, request.user)
    chosen, form = _narrowed(request, found, consultation, others)
    shown = found.narrowed(_choice(chosen))
    return page(
        request,
        "matrix",
        title="Matris",
        section="invitations",
        hidden_answers=scopes.hidden(request.user, consultation),
        consultation=consultation,
        matrix=found,
        rows=[(row, _cells(found, row)) for row in shown],
        form=form,
        narrowed_to=_in_words(form, chosen),
        query=urlencode({name: value for name, value in chosen.items() if value}),
        at=moment(request),
    )


@needs("remiss.view_invitation", methods=("POST",))
def matrix_xlsx(request) -> HttpResponse:
    """The rows that the page shows at the same filters. A POST, since it is logged."""
    consultation, others = _consultations(request)
    if consultation is None:
        raise Http404
    with tables.snapshot():
        found = invited.Matrix(consultation, request.user)
        chosen, form = _narrowed(request, found, consultation, others)
        shown = found.narrowed(_choice(chosen))
        return _file(
            request,
            consultation,
            invited.matrix_sheet(found),
            list(invited.matrix_rows(found, shown)),
            tallied=found.tallies,
            what="matrisen",
            selection=_in_words(form, chosen) or "Alla remissinstanser",
        )


@needs("remiss.view_invitation", methods=("POST",))
def remisslista_xlsx(request) -> HttpResponse:
    """All bodies of the remiss with all that is known of each. A POST, since it is logged."""
    consultation, _others = _consultations(request)
    if consultation is None:
        raise Http404
    with tables.snapshot():
        listed = invited.Remisslista(consultation, request.user)
        return _file(
            request,
            consultation,
            listed.sheet,
            list(listed.cells()),
            tallied=listed.tallies,
            what="remisslistan",
            selection="Alla remissinstanser",
        )


def _consultations(request) -> tuple[Consultation | None, list[Consultation]]:
    """The remiss that ?remiss= says, or the current one; and all there are."""
    there = list(Consultation.objects.published().order_by("-opens_on", "-pk"))
    by_key = {str(consultation.pk): consultation for consultation in there}
    current = there[0] if there else None
    return by_key.get(request.GET.get("remiss", ""), current), there


def _narrowed(request, found: invited.Matrix, consultation, there) -> tuple[dict, NarrowForm]:
    kinds = {row.body.kind for row in found.rows}
    offered = {
        "vem": [choice for choice in BODY_KINDS if choice[0] in kinds],
        "status": list(invited.STATUSES.items()),
        "etikett": found.tags,
        "omrade": found.columns,
        "stallning": list(invited.SAID.items()),
    }
    if len(there) > 1:
        remisser = [(str(each.pk), each.title) for each in there]
        offered = {"remiss": remisser} | offered
    if not found.tags:
        del offered["etikett"]
    chosen, form = NarrowForm.read(request.GET, **offered)
    if "remiss" in chosen:
        chosen["remiss"] = form.initial["remiss"] = str(consultation.pk)
    return chosen, form


def _choice(chosen: dict[str, str]) -> invited.Choice:
    return invited.Choice(
        kind=chosen["vem"],
        status=chosen["status"],
        tag=chosen.get("etikett", ""),
        stance=chosen["stallning"],
        area=chosen["omrade"],
    )


def _in_words(form: NarrowForm, chosen: dict[str, str]) -> str:
    """ "Vem: Nämnd. Status: Svarat", or nothing when all are shown."""
    words = []
    for name, value in chosen.items():
        if value and name != "remiss":
            field = form.fields[name]
            words.append(f"{field.label}: {dict(field.choices)[value]}")
    return ". ".join(words)


def _cells(found: invited.Matrix, row: invited.Row) -> list[str]:
    return [invited.said_in_words(row.said.get(key, []), "\n") for key, _label in found.columns]


def _file(
    request, consultation, sheet, cells, *, tallied, what: str, selection: str
) -> FileResponse:
    """The whole file, logged in the snapshot it was read in, before a byte of it is sent."""
    at = moment(request)
    target = TemporaryFile()  # noqa: SIM115  closed by the response, when it has been sent
    files.write_xlsx(
        target,
        [sheet],
        ((0, row) for row in cells),
        long_texts=invited.long_texts(cells),
        about=invited.about(
            consultation, tallied, selection=selection, count=len(cells), made_at=at
        ),
        made_at=at,
    )
    recording.exported_bodies(
        consultation=consultation, what=what, count=len(cells), at=at, by=request.user
    )
    target.seek(0)
    name = sheet.name.lower()
    return FileResponse(
        target,
        as_attachment=True,
        filename=f"{name}-{consultation.slug}-{timezone.localdate(at)}.xlsx",
        content_type=CONTENT_TYPES[XLSX],
    )
