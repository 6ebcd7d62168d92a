"""Postlista: what has come in during some days, on the page, as CSV and as PDF."""

from datetime import timedelta
from io import BytesIO

from django.core.paginator import Paginator
from django.http import FileResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode

from remiss.admin.gates import allowed, moment, page
from remiss.admin.registry import may_follow
from remiss.exports import files, postlist
from remiss.exports.downloads import file_as_download
from remiss.exports.tables import snapshot
from remiss.exports.typesetting import NotMade
from remiss.forms.staff import PeriodForm
from remiss.models.secrecy import sees_secret
from remiss.workflow import disclosing

ON_A_PAGE = 100
MEDIA_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}
WEEK = timedelta(days=6)  # today and six more


def urls(site) -> list:
    return [path("postlista/", site.admin_view(post_list), name="post_list")]


@allowed(may_follow)
def post_list(request):
    """GET shows the list of a period, POST gives it as a file and logs that it was taken out."""
    today = timezone.localdate(moment(request))
    data = request.POST if request.method == "POST" else request.GET
    week = {"first": (today - WEEK).isoformat(), "last": today.isoformat()}
    form = PeriodForm(data if "first" in data else week)
    shown, refusal = None, ""
    if form.is_valid():
        found = postlist.received_between(**form.cleaned_data, viewer=request.user)
        if request.method == "POST":
            try:
                return _file(request, found, kind=request.POST.get("form"), **form.cleaned_data)
            except NotMade:
                refusal = "Det gick inte att göra pdf-filen just nu. Försök igen, eller hämta csv."
            except TooMany as sentence:
                refusal = str(sentence)
        shown = Paginator(found, ON_A_PAGE).get_page(request.GET.get("sida"))
    return page(
        request,
        "post_list",
        title="Postlista",
        section="registry",
        form=form,
        shown=shown,
        sees_secret=sees_secret(request.user),
        header=postlist.HEADER,
        rows=[(each, postlist.row(each)) for each in shown or []],
        query=urlencode({name: form[name].value() for name in form.fields}),
        refusal=refusal,
        errors_present=bool(form.errors),
    )


class TooMany(Exception):
    """More rows than a PDF takes; the sentence says what to do."""


def _file(request, found, *, kind, first, last) -> FileResponse:
    """The whole file, read in one snapshot and logged before a byte of it is sent."""
    kind, at = "pdf" if kind == "pdf" else "csv", moment(request)
    with snapshot():
        count = found.count()
        if kind == "pdf" and count > postlist.MOST_IN_PDF:
            raise TooMany(
                f"Listan har {count} handlingar. En pdf-fil tar högst {postlist.MOST_IN_PDF}. "
                "Välj färre dagar, eller hämta csv."
            )
        if kind == "pdf":
            target = BytesIO(postlist.pdf(found, first=first, last=last, at=at))
        else:
            target = BytesIO()  # a year of answers is some hundred kilobytes
            files.write_csv(target, postlist.HEADER, postlist.rows(found))
            target.seek(0)
        disclosing.took_post_list(
            first=first, last=last, count=count, form=kind, at=at, by=request.user
        )
    name = f"postlista-{first.isoformat()}-{last.isoformat()}.{kind}"
    return file_as_download(target, name, MEDIA_TYPES[kind])
