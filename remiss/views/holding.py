"""Who holds which answer: the session's keys are the root of every private query."""

from datetime import date, datetime

from django.http import HttpRequest
from django.utils.crypto import get_random_string

from remiss import clock
from remiss.models import Consultation, Draft, Editor, Invitation, Response
from remiss.models.draft import WHO
from remiss.views.errors import SessionLost

KEYS = "svar"  # in the session: public id → link version, several answers at once
INVITED = "inbjudningar"  # the same of invitations, until their answer has been begun
RENEWED = "renewed"
EDITOR = "skribent"  # a number and a name, for those who write together
RENEW_AFTER = 60 * 60  # seconds; two hours idle, renewed at most hourly (decision 14)


def hold(request: HttpRequest, holder: Draft | Response | Invitation, at: datetime) -> None:
    """Open an answer or an invitation in this session, under a new key against fixation."""
    request.session.cycle_key()
    name = INVITED if isinstance(holder, Invitation) else KEYS
    held = request.session.get(name, {})
    request.session[name] = held | {holder.public_id: holder.link_version}
    request.session[RENEWED] = int(at.timestamp())


def held_draft(request: HttpRequest, public_id: str) -> tuple[Draft, datetime]:
    """The draft this session may open, and the moment that counts for this request.

    Raises SessionLost whether the answer does not exist, another link version opened it, or
    no session did: the three look the same from outside.
    """
    drafts = Draft.objects.select_related("consultation", "plan_version")
    return _held(request, drafts, public_id)


def held_response(request: HttpRequest, public_id: str) -> tuple[Response, datetime]:
    """As held_draft, for what was sent in of a draft that has been deleted."""
    received = Response.objects.select_related("consultation", "contact", "latest__plan_version")
    return _held(request, received, public_id)


def held_invitation(request: HttpRequest, public_id: str) -> tuple[Invitation, datetime]:
    """As held_draft, for an invitation: opened by its link, or known by the draft of the body."""
    rows = Invitation.objects.select_related("consultation", "body")
    try:
        return _held(request, rows, public_id, INVITED)
    except SessionLost:
        drafts = Draft.objects.select_related("invitation__consultation", "invitation__body")
        begun = drafts.filter(invitation__public_id=public_id)
        own = begun.values_list("public_id", flat=True).first()
        draft, at = _held(request, begun, own)
        return draft.invitation, at


def _held(request, rows, public_id, name=KEYS):
    version = request.session.get(name, {}).get(public_id)
    if version is None:
        raise SessionLost
    held = rows.annotate(at=clock.expression()).filter(public_id=public_id, link_version=version)
    holder = held.first()
    if holder is None:
        raise SessionLost
    at = getattr(request, "received_at", None) or holder.at
    if at.timestamp() - request.session.get(RENEWED, 0) > RENEW_AFTER:
        request.session[RENEWED] = int(at.timestamp())
    return holder, at


def latest_own_day(request: HttpRequest, consultation: Consultation) -> date | None:
    """The latest last day of their own of what is opened here; no query without anything."""
    held = request.session.get(KEYS, {}) | request.session.get(INVITED, {})
    if not held:
        return None
    rows = [
        model.objects.filter(consultation=consultation, public_id__in=list(held))
        .exclude(own_last_day=None)
        .values_list("public_id", "link_version", "own_last_day")
        for model in (Draft, Response, Invitation)
    ]
    days = [day for each in rows for public_id, version, day in each if held[public_id] == version]
    return max(days, default=None)


def who_before(request: HttpRequest, public_id: str) -> dict:
    """Who began an answer that is open here, for one more: one person may answer for two bodies."""
    version = request.session.get(KEYS, {}).get(public_id)
    draft = version and Draft.objects.filter(public_id=public_id, link_version=version).first()
    if not draft:
        return {}
    who = draft.parts.get(key=WHO).content
    return {"kind": who["kind"], "contact_name": who["contact_name"], "email": draft.email}


def editor(request: HttpRequest) -> Editor:
    """Who writes in this session."""
    key, name = request.session.get(EDITOR, ("", ""))
    return Editor(key, name) if key else be_known_as(request, name)


def be_known_as(request: HttpRequest, name: str) -> Editor:
    """Let those who write together see this name beside what is saved from here on."""
    key = request.session.get(EDITOR, ("", ""))[0] or get_random_string(8)
    request.session[EDITOR] = (key, name)
    return Editor(key, name)


def drop(request: HttpRequest, public_id: str) -> None:
    """Hold one answer no longer: it is gone."""
    request.session[KEYS] = {
        held: version
        for held, version in request.session.get(KEYS, {}).items()
        if held != public_id
    }


def let_go(request: HttpRequest) -> None:
    """End all that was opened here by a link; a coordinator's login on the same machine stays."""
    if request.user.is_authenticated:
        for name in (KEYS, INVITED, RENEWED, EDITOR):
            request.session.pop(name, None)
        request.session.cycle_key()
    else:
        request.session.flush()
