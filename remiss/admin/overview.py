"""Översikt: figures that each lead to the list they count, and what there is to do."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from remiss.admin import registry, scopes
from remiss.admin.gates import is_coordinator, moment, page
from remiss.models import (
    SETTLED,
    Consultation,
    Draft,
    ExtensionRequest,
    Invitation,
    Kind,
    Letter,
    Response,
)

LATEST = 5


@dataclass(frozen=True)
class Figure:
    """A number in words, and the list that holds exactly as many rows."""

    label: str
    number: int
    url: str = ""


def overview(request):
    """What every member of staff meets first. Without view_response there is nothing to count."""
    user = request.user
    sees_responses = user.has_perm("remiss.view_response")
    consultation = Consultation.objects.current()
    at = moment(request)
    return page(
        request,
        "overview",
        title="Översikt",
        section="overview",
        consultation=consultation,
        timing=consultation and consultation.timing(at),
        at=at,
        sees_responses=sees_responses,
        figures=[*_figures(user), *_departments(user, consultation)] if sees_responses else [],
        to_do=[*_to_do(user), *_not_delivered(user, consultation)] if sees_responses else [],
        newest=_newest() if sees_responses else [],
    )


def _list(**query) -> str:
    address = reverse("admin:remiss_response_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def _figures(user) -> list[Figure]:
    current = Response.objects.current()
    return [
        Figure("inskickade svar", current.count(), _list()),
        Figure(
            "e-post inte bekräftad",
            scopes.unconfirmed(current).count(),
            _list(epost="obekraftad"),
        ),
        Figure("utkast (innehållet syns inte)", Draft.objects.unsent().count()),
        Figure("svar ingen har läst", scopes.unread(current).count(), _list(olast="alla")),
        Figure(
            "åsidosatta som misstänkt skräp", scopes.suspects().count(), _list(status="suspect")
        ),
        Figure("mejl kom inte fram", _failed_letters(), _letters(user)),
    ]


def _failed_letters() -> int:
    return Letter.objects.about_responses().filter(state=Letter.State.FAILED).count()


def _letters(user) -> str:
    if not user.has_perm("remiss.view_letter"):
        return ""
    return f"{reverse('admin:remiss_letter_changelist')}?{urlencode({'lage': 'failed'})}"


def _requests() -> str:
    address = reverse("admin:remiss_extensionrequest_changelist")
    return f"{address}?{urlencode({'beslut': 'pending'})}"


def _to_do(user) -> list[Figure]:
    current = Response.objects.current()
    tasks = [
        _unregistered(user, current),
        Figure("Granska misstänkt skräp", scopes.suspects().count(), _list(status="suspect")),
    ]
    if user.has_perm("remiss.view_extensionrequest"):
        waiting = ExtensionRequest.objects.pending().count()
        tasks.insert(0, Figure("Önskemål om längre tid", waiting, _requests()))
    if is_coordinator(user):
        mine = scopes.unread_by(current, user).count()
        tasks.insert(0, Figure("Läs nya svar", mine, _list(olast="mig")))
    return tasks


def _invitations(**query) -> str:
    return f"{reverse('admin:remiss_invitation_changelist')}?{urlencode(query)}"


def _departments(user, consultation) -> list[Figure]:
    """How many of the invited förvaltningar have answered, or said that they will not."""
    if not user.has_perm("remiss.view_invitation"):
        return []
    asked = Invitation.objects.in_use().filter(
        consultation=consultation, body__kind=Kind.DEPARTMENT
    )
    found = asked.with_status().aggregate(
        total=Count("pk"), settled=Count("pk", filter=Q(status__in=SETTLED))
    )
    if not found["total"]:
        return []
    address = _invitations(vem=Kind.DEPARTMENT, status="settled")
    return [Figure(f"av {found['total']} förvaltningar har svarat", found["settled"], address)]


def _not_delivered(user, consultation) -> list[Figure]:
    if not user.has_perm("remiss.view_invitation"):
        return []
    asked = Invitation.objects.in_use().filter(consultation=consultation).with_status()
    lost = scopes.not_delivered(asked).count()
    return [Figure("Inbjudningar som inte kom fram", lost, _invitations(fram="nej"))]


def _unregistered(user, current) -> Figure:
    """Those who follow the diarium count every version, others the answers in their list."""
    if registry.may_follow(user):
        address = reverse("admin:unregistered")
        return Figure("Versioner som inte är diarieförda", registry.waiting().count(), address)
    number = scopes.unregistered(current).count()
    return Figure("Svar som saknar diarienummer", number, _list(diarie="saknas"))


def _newest():
    current = scopes.without_long_texts(Response.objects.current())
    return current.select_related("latest").order_by("-latest__received_at", "-pk")[:LATEST]
