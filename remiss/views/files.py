"""Bilagor: one file a POST, their order, and fetching them back."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from remiss import limits, uploads
from remiss.exports.downloads import Withheld, as_download
from remiss.forms.beside import FileForm
from remiss.models import Attachment, DraftFile, with_scans
from remiss.models.draft import LinkReplaced
from remiss.uploads.refusals import TOO_BIG
from remiss.views import errors, holding
from remiss.views.again import shown_again
from remiss.views.errors import SessionLost
from remiss.views.opened import Opened
from remiss.workflow import filing

FULL = (
    f"Ett svar kan ha högst {uploads.MAX_FILES} bilagor. Ta bort en om ni vill lägga till en annan."
)
CLOSED = "Remissen har stängt, så det går inte att lägga till bilagor. Det som finns här är kvar."


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def files(request, public_id, *, stale=False):
    """The files of the draft. A file that is too big never reaches the disk."""
    if uploads.is_too_big(request) and stale:
        return errors.too_big(request)
    opened = Opened(request, public_id)
    if request.method == "POST" and not stale:
        act, _colon, pk = request.POST.get("action", "upload").partition(":")
        try:
            if act == "upload":
                return _upload(opened)
            _change(opened, act, int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        except LinkReplaced as replaced:
            raise SessionLost from replaced
        return redirect("remiss:files", public_id)
    return _page(opened, _form(), status=403 if stale else 200, stale=stale)


def _form(request=None) -> FileForm:
    given = (request.POST, request.FILES) if request else ()
    return FileForm(*given, accept=uploads.ACCEPT)


def _upload(opened: Opened):
    request, form = opened.request, _form(opened.request)
    if not opened.may_send:
        form.add_error(None, CLOSED)
    elif uploads.is_too_big(request):
        form.errors["file"] = form.error_class([str(TOO_BIG)])
    if not form.is_valid():
        return _page(opened, form)
    if not limits.allow(limits.UPLOADS_FROM_NETWORK, limits.network(request), opened.at):
        return errors.too_many(request)
    try:
        stored = uploads.take(form.cleaned_data["file"])
        filing.add(
            draft=opened.draft,
            stored=stored,
            kind=form.cleaned_data["kind"],
            by=holding.editor(request),
            at=opened.at,
        )
    except uploads.Refused as refused:
        form.add_error("file", str(refused))
    except filing.TooMany:
        form.add_error(None, FULL)
    else:
        messages.success(request, _saved(stored))
        return redirect("remiss:files", opened.draft.public_id)
    return _page(opened, form)


def _saved(stored: uploads.Stored) -> str:
    said = f"Filen {stored.name} är sparad."
    if stored.was_converted:
        said += " Den är omvandlad till jpg, så att alla kan öppna den."
    if stored.media_type == "application/pdf" and not stored.is_searchable:
        said += (
            " Den saknar sökbar text. Skriv gärna det viktigaste i rutorna, så att alla kan läsa."
        )
    return said


def _change(opened: Opened, act: str, pk: int) -> None:
    by = holding.editor(opened.request)
    if act == "remove":
        filing.remove(draft=opened.draft, pk=pk, by=by, at=opened.at)
        messages.success(opened.request, "Filen är borttagen.")
    elif act in {"earlier", "later"}:
        filing.move(draft=opened.draft, pk=pk, later=act == "later", by=by, at=opened.at)


def _page(opened: Opened, form, *, status=200, stale=False):
    files = with_scans(opened.draft.files.all())
    return opened.page(
        "answering/files.html",
        status=status,
        response=opened.response,
        form=form,
        files=files,
        is_full=len(files) >= uploads.MAX_FILES,
        most=uploads.MAX_FILES,
        stale=stale,
    )


@require_safe
def draft_file(request, public_id, pk):
    """A file of the draft, for those who hold its link."""
    opened = Opened(request, public_id)
    file = opened.draft.files.filter(pk=pk).first()
    if file is None:
        raise Http404
    return fetched(file)


def fetched(file: DraftFile | Attachment) -> FileResponse:
    """The file as a download. Raises Http404 when its bytes are not there, or are malware."""
    try:
        return as_download(file, to_holder=True)
    except (FileNotFoundError, Withheld) as missing:
        raise Http404 from missing
