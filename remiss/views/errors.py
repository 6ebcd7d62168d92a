"""What a person meets when something stops them. What they posted is always handed back."""

import re
import sys
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import get_template

LARGEST_HANDED_BACK = 32 * 2**20  # bytes read of a body that is too big
# Never repeated on a page: passwords by any name, tokens and the form's own bookkeeping.
NOT_TEXT = re.compile(
    "password|losenord|^(csrf|stamp|seen|page|action|next|round|version|once|to_|right_file)",
    re.IGNORECASE,
)
# What forms of the workbench carry out of sight, and nobody has written.
CARRIED = {
    "act", "aktor", "answer", "asked", "bodies", "carried", "confirmed", "del", "f", "filters",
    "following_seen", "ids", "kept", "lika", "mark", "med", "nytt", "omrade", "other",
    "other_seen", "sedda", "sett", "shown", "shown_sheet", "sida", "step", "stycke", "svar",
    "tema", "ur", "v", "vad", "val", "visa",
}  # fmt: skip
RETRY_AFTER = 60  # seconds


class SessionLost(PermissionDenied):
    """No session opens this answer: the personal link has to be used."""


def handed_back(request) -> list[str]:
    """The texts of an unsafe request, in the order of the form; no database is asked."""
    if request.method in {"GET", "HEAD"}:
        return []
    try:
        posted = request.POST
    except Exception:
        posted = QueryDict()
    if not is_of_workbench(request):
        return _texts(posted)
    written = posted.copy()
    for name in CARRIED.intersection(written):
        del written[name]
    # A row that was chosen is posted as its key.
    return [text for text in _texts(written) if not text.isdecimal()]


def is_of_workbench(request) -> bool:
    """Whether staff alone have pages there."""
    match = getattr(request, "resolver_match", None)
    return bool(match) and "admin" in match.namespaces


def _texts(posted) -> list[str]:
    return [
        value
        for name, values in posted.lists()
        if not NOT_TEXT.search(name)
        for value in values
        if value.strip()
    ]


def line(status: int, text: str) -> HttpResponse:
    """What the script shows under the form, as it stands."""
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


SESSION_LOST = "Öppna svaret med er länk i en ny flik. Texten finns kvar här. Tryck sedan på Spara."
# What the script shows when a save by itself is refused.
LINES = {
    400: "Det gick inte att spara. Texten finns kvar här. Tryck på Spara.",
    403: "Sidan har varit öppen länge. Texten finns kvar här. Tryck på Spara.",
    404: "Utkastet finns inte längre. Kopiera texten om ni vill ha den kvar.",
    413: "Texten är för lång för att sparas. Texten finns kvar här.",
    429: "För många försök på en gång. Texten finns kvar här. Vänta en stund.",
}


def error_page(request, status: int, template: str = "", **context) -> HttpResponse:
    if status in LINES and "X-Autosave" in request.headers:
        return line(status, LINES[status])
    context.setdefault("returned", handed_back(request))
    return render(request, f"errors/{template or status}.html", context, status=status)


def bad_request(request, exception=None):
    if isinstance(exception, RequestDataTooBig):
        return too_big(request)
    return error_page(request, 400, returned=[])


def too_big(request):
    """413 with the text, as far as it can be read: nobody should lose a long evening's work."""
    texts = []
    if request.content_type == "application/x-www-form-urlencoded":
        body = request.read(LARGEST_HANDED_BACK)
        texts = _texts(QueryDict(body, encoding="utf-8", mutable=False))
    return error_page(request, 413, returned=texts)


def forbidden(request, exception=None):
    if isinstance(exception, SessionLost):
        if "X-Autosave" in request.headers:
            return line(403, SESSION_LOST)
        return error_page(request, 403, "403_session")
    if is_of_workbench(request):
        return error_page(request, 403, "403_workbench")
    return error_page(request, 403)


def not_found(request, exception=None):
    return error_page(request, 404)


def gone(request, organisation="", *, is_sent=True):
    """A link that has been replaced; of an invited body when there is an organisation."""
    return error_page(request, 410, organisation=organisation, is_sent=is_sent)


def too_many(request):
    response = error_page(request, 429)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def locked_out(request, *args, **kwargs):
    """Too many wrong passwords from one network for one name (axes); says how long to wait."""
    wait = max(getattr(request, "login_wait", timedelta(0)), timedelta(seconds=1))
    minutes = ceil(wait / timedelta(minutes=1))
    response = error_page(request, 429, "429_login", returned=[], minutes=minutes)
    response["Retry-After"] = str(ceil(wait.total_seconds()))
    return response


def unavailable(request):
    """503 in Swedish with what was posted; a page that needs no database."""
    response = error_page(request, 503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def server_error(request):
    """A database that is away is 503; anything else a page that needs nothing at all."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | InternalError):
        return unavailable(request)
    return HttpResponse(get_template("errors/500.html").render(), status=500)


def csrf_failure(request, reason=""):
    """A form older than its token is shown again with its text, or at least told from a foreign
    origin, which is refused."""
    match = request.resolver_match
    shown_again = getattr(match.func, "shown_again", None) if match else None
    if "X-Autosave" in request.headers:
        return error_page(request, 403)
    if not _from_here(request):
        return error_page(request, 403)
    if shown_again:
        return shown_again(request, *match.args, **match.kwargs)
    return error_page(request, 403, "403_stale")


def _from_here(request) -> bool:
    origin = request.headers.get("Origin", "")
    scheme = "https" if request.is_secure() else "http"
    return not origin or origin in {f"{scheme}://{request.get_host()}", settings.SITE_URL}
