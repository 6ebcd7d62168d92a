"""Who may open a page of our own: admin_view asks for active staff and nothing more."""

from collections.abc import Callable, Iterable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from remiss import clock
from remiss.models.secrecy import standing_of

LONGEST_ADDRESS = 3000  # characters; servers refuse a request line over about 4 000


def allowed(may: Callable, methods=("GET", "HEAD", "POST")):
    """Let a page through to active staff for whom `may(user)` is true; everybody else gets 403."""

    def decorate(view):
        @wraps(view)
        @require_http_methods(methods)
        def guarded(request, *args, **kwargs):
            user = request.user
            if not (user.is_active and user.is_staff and may(user)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def needs(permission: str, **kwargs):
    return allowed(lambda user: user.has_perm(permission), **kwargs)


def side_of(user) -> str:
    """As roles.side_of, asked once a request as Django does with permissions."""
    return standing_of(user).side


def is_coordinator(user) -> bool:
    return bool(side_of(user))


moment = clock.moment  # what every page here asks


def page(request, template: str, status: int = 200, **context) -> TemplateResponse:
    """One of our own pages, with everything the workbench's frame shows."""
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, f"admin/{template}.html", context, status=status)


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """The keys among what was posted; whatever no key can be is left out."""
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]


def posted_number(request, name: str) -> int:
    """The key or version that a form says; -1, which is neither, when it says no whole number."""
    return next(iter(whole_numbers([request.POST.get(name, "")])), -1)
