"""The export page: which answers, in what form, and whether with who to ask."""

import copy
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from remiss import roles
from remiss.admin import scopes
from remiss.admin.gates import needs, page
from remiss.exports import files, record, tables
from remiss.exports.workbook import Workbook
from remiss.forms import export as forms
from remiss.models import Consultation, Response
from remiss.models.response import ResponseQuerySet
from remiss.workflow import recording

# Parameters of the list that change how it is shown, not which answers are in it.
SHOWN_AS = ("p", "o", "e", "all", "_facets")
MAX_CHOSEN = 1_000  # more than an address holds
CONTENT_TYPES = {
    forms.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    forms.CSV: "text/csv; charset=utf-8",
    forms.JSON: "application/json",
}


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [path("exportera/", site.admin_view(export), name="export")]


@needs("remiss.export_response")
def export(request) -> HttpResponse:
    """GET shows the form, POST gives the file.

    The address says what the reader came from: `q`, the address of a filtered list, or `ids`.
    """
    selections = list(_selections(request))
    form = forms.ExportForm(
        request.POST if request.method == "POST" else None,
        scopes=[(one.scope, one.label, one.hint) for one in selections],
        warning=_warning(selections),
        may_see_contact=roles.may_see_contact(request.user),
    )
    if form.is_valid():
        scope, choices = form.cleaned_data["scope"], form.choices()
        selection = next(one for one in selections if one.scope == scope)
        file = _file(request, selection, **choices, at=request.received_at)
        if file is not None:
            return file
        form.add_error("scope", "Det finns inga svar att exportera.")
    return page(request, "remiss/export", title="Exportera svar", section="export", form=form)


@dataclass(frozen=True)
class Selection:
    scope: str
    words: str
    hint: str
    viewer: object
    responses: ResponseQuerySet
    consultation: Consultation | None = None  # when it is all of one remiss

    @property
    def label(self) -> str:
        return f"{self.words} ({self.responses.count()})"

    def left_out(self) -> str:
        return tables.left_out(self.consultation, self.viewer) if self.consultation else ""


def _selections(request) -> Iterator[Selection]:
    """What there is to choose from, the narrowest last."""
    consultation = Consultation.objects.current()
    viewer = request.user
    hint = f"Allt som räknas. {tables.left_out(consultation, viewer)}" if consultation else ""
    everything = scopes.current(viewer).filter(consultation=consultation)
    yield Selection(forms.ALL, "Alla svar", hint.strip(), viewer, everything, consultation)
    listed = _listed(request)
    if listed is not None:
        hint = "Samma svar som i listan."
        yield Selection(
            forms.FILTERED, "Det du har filtrerat fram", hint, viewer, _same(listed, viewer)
        )
    keys = _keys(request.GET.get("ids", ""))
    if keys:
        hint = "Åsidosatta och återtagna svar är med, om du har valt sådana."
        chosen = _list().get_queryset(request).filter(pk__in=keys)
        yield Selection(forms.CHOSEN, "De du har valt", hint, viewer, _same(chosen, viewer))


def _same(responses: ResponseQuerySet, viewer) -> ResponseQuerySet:
    """The same answers without the columns and the order of a list."""
    chosen = responses.order_by().values("pk")
    return Response.objects.visible_to(viewer).filter(pk__in=chosen)


def _list():
    return admin.site.get_model_admin(Response)


def _listed(request) -> ResponseQuerySet | None:
    """The answers that the list shows at the address in `q`, or None when nothing is filtered."""
    shown = QueryDict(request.GET.get("q", ""), mutable=True)
    for name in SHOWN_AS:
        shown.pop(name, None)
    if not shown:
        return None
    same = copy.copy(request)
    same.GET = shown
    try:
        # The list's own reading of its address, so that file and list cannot disagree.
        return _list().get_changelist_instance(same).queryset
    except IncorrectLookupParameters:
        return None


def _keys(text: str) -> list[int]:
    # Nineteen digits can be more than the database's numbers hold.
    digits = [part for part in text.split(",") if part.isascii() and part.isdigit()]
    return [int(part) for part in digits if len(part) < 19][:MAX_CHOSEN]


def _warning(selections: list[Selection]) -> str:
    if len(selections) == 1:
        return tables.contact_notice(selections[0].responses.count())
    return tables.contact_notice(None)


def _file(
    request, selection: Selection, *, form: str, with_contact: bool, reason: str, at: datetime
) -> HttpResponse | None:
    """The whole file, read in one snapshot and logged before a byte of it is sent.

    None when there is nothing in it.
    """
    with ExitStack() as opened:
        target = opened.enter_context(TemporaryFile())
        with tables.snapshot():
            answers = tables.Answers(
                selection.responses, viewer=selection.viewer, with_contact=with_contact
            )
            if not answers.count:
                return None
            about = tables.About(
                answers, selection=selection.words, left_out=selection.left_out(), made_at=at
            )
            printed = None
            if form == forms.PRINT:
                context = {"about": about, "pages": list(answers.pages())}
                printed = render(request, "admin/remiss/export_print.html", context)
            else:
                WRITERS[form](target, answers, about)
            for consultation, count in answers.counts:
                recording.exported(
                    consultation=consultation,
                    count=count,
                    form=f"{IN_THE_LOG.get(form, form)} ({selection.words.lower()})",
                    reason=reason,
                    at=at,
                    by=request.user,
                )
        if printed is not None:
            return printed
        opened.pop_all()  # closed by the response, when it has been sent
    target.seek(0)
    return FileResponse(
        target,
        as_attachment=True,
        filename=_file_name(answers, form, at),
        content_type=CONTENT_TYPES[form],
    )


def _file_name(answers: tables.Answers, form: str, at: datetime) -> str:
    """remissvar-handlingsplan-2026-11-12.csv"""
    slugs = [consultation.slug for consultation, _count in answers.counts]
    of_one = slugs if len(slugs) == 1 else []
    return "-".join(["remissvar", *of_one, f"{timezone.localdate(at)}.{form}"])


def _csv(target: BinaryIO, answers: tables.Answers, about: tables.About) -> None:
    files.write_csv(target, answers.header, answers.rows())


def _json(target: BinaryIO, answers: tables.Answers, about: tables.About) -> None:
    files.write_json(target, record.about(about), record.records(answers))


def _xlsx(target: BinaryIO, answers: tables.Answers, about: tables.About) -> None:
    book = Workbook(answers, note=about.notice)
    files.write_xlsx(
        target,
        book.sheets,
        book.rows(),
        long_texts=book.texts_over(files.ALWAYS_FITS),
        about=about.rows(),
        made_at=about.made_at,
    )


IN_THE_LOG = {forms.PRINT: "utskrift"}
WRITERS = {forms.CSV: _csv, forms.JSON: _json, forms.XLSX: _xlsx}
