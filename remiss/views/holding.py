"""Who holds which answer: the session's keys are the root of every private query."""

from datetime import datetime

from django.http import HttpRequest

from remiss import clock
from remiss.models import Draft
from remiss.views.errors import SessionLost

KEYS = "svar"  # in the session: public id → link version, several answers at once
RENEWED = "renewed"
RENEW_AFTER = 60 * 60  # seconds; two hours idle, renewed at most hourly (decision 14)


def hold(request: HttpRequest, draft: Draft, at: datetime) -> None:
    """Open an answer in this session, under a new session key against fixation."""
    request.session.cycle_key()
    held = request.session.get(KEYS, {})
    request.session[KEYS] = held | {draft.public_id: draft.link_version}
    request.session[RENEWED] = int(at.timestamp())


def held_draft(request: HttpRequest, public_id: str) -> tuple[Draft, datetime]:
    """The draft this session may open, and the moment that counts for this request.

    Raises SessionLost whether the answer does not exist, another link version opened it, or
    no session did: the three look the same from outside.
    """
    version = request.session.get(KEYS, {}).get(public_id)
    if version is None:
        raise SessionLost
    draft = (
        Draft.objects.select_related("consultation", "plan_version")
        .annotate(at=clock.expression())
        .filter(public_id=public_id, link_version=version)
        .first()
    )
    if draft is None:
        raise SessionLost
    at = getattr(request, "received_at", None) or draft.at
    if at.timestamp() - request.session.get(RENEWED, 0) > RENEW_AFTER:
        request.session[RENEWED] = int(at.timestamp())
    return draft, at


def let_go(request: HttpRequest) -> None:
    """End every answer opened here; a coordinator's login on the same machine stays."""
    if request.user.is_authenticated:
        request.session.pop(KEYS, None)
        request.session.cycle_key()
    else:
        request.session.flush()
