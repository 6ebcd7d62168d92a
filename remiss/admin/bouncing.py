"""Mail that did not arrive: reports are put in here, and addresses that fail are listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.urls import path

from remiss import bounces
from remiss.admin.gates import needs, page
from remiss.forms.reports import ReportsForm
from remiss.models import BodyAddress
from remiss.text import clean_name
from remiss.workflow import bouncing


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [path("mejl/kom-inte-fram/", site.admin_view(not_delivered), name="bounces")]


@dataclass(frozen=True)
class Row:
    """What became of one file, or of one recipient in it."""

    file: str
    sentence: str
    why: str = ""
    addresses: tuple[BodyAddress, ...] = ()


@needs("remiss.invite_body")
def not_delivered(request, *, stale=False):
    """GET shows what does not arrive now, POST takes reports and says what each of them was."""
    is_given = request.method == "POST" and not stale
    form = ReportsForm(*((request.POST, request.FILES) if is_given else ()))
    rows = []
    if is_given and form.is_valid():
        for file in form.cleaned_data["reports"]:
            rows += _taken(file, at=request.received_at, by=request.user)
        form = ReportsForm()
    failing = BodyAddress.objects.failing().filter(body__merged_into=None)
    return page(
        request,
        "bounces",
        status=403 if stale else 200,
        title="Mejl som inte kom fram",
        section="invitations",
        form=form,
        rows=rows,
        stale=stale,
        failing=failing.select_related("body").order_by("-failed_at", "body__sort_key"),
        errors_present=bool(form.errors),
    )


# Files cannot be handed back: a form older than its token asks for them again.
not_delivered.shown_again = partial(not_delivered, stale=True)


def _taken(file: UploadedFile, *, at: datetime, by) -> Iterator[Row]:
    name = clean_name(file.name or "")
    try:
        reports = bounces.read(file.read(bounces.MAX_BYTES + 1))
    except bounces.NoReport as refused:
        yield Row(name, str(refused))
        return
    for taken in bouncing.take(reports, at=at, by=by):
        # A report may quote any address: shown is only what a remissinstans is known by.
        addresses = tuple(taken.addresses)
        yield Row(name, taken.sentence, taken.bounce.words if addresses else "", addresses)
