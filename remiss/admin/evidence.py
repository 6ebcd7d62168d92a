"""All that is known of one remissinstans: what was sent to it, what came of it, what was said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone

from remiss import roles
from remiss.admin.gates import moment, needs, page
from remiss.forms.invited import ChooseAddressForm, NoteContactForm
from remiss.models import (
    SETTLED,
    Body,
    BodyAddress,
    Consultation,
    CountedFor,
    Event,
    ExtensionRequest,
    Invitation,
    Letter,
    LetterText,
    Message,
    Response,
    Submission,
    Verb,
)
from remiss.models.event import VERBS, Concern
from remiss.text import hide_addresses
from remiss.workflow import bodies, extending, inviting

# Letters about an answer that go to those who sent it in, or who were asked to have a copy.
TO_RESPONDENTS = [
    Letter.Kind.RECEIPT,
    Letter.Kind.FULL_RECEIPT,
    Letter.Kind.RECEIPT_COPY,
    Letter.Kind.WITHDRAWN,
    Letter.Kind.EXTENSION_GRANTED,
    Letter.Kind.EXTENSION_DECLINED,
    Letter.Kind.MOVED_ANSWERED,
    Letter.Kind.MESSAGE,
]
# What has come of an answer. Of more time the request itself says more than the log.
DECIDED = {Verb.GRANTED, Verb.DECLINED}
OF_ANSWERS = [verb for verb in (*VERBS[Concern.ANSWERS], Verb.REGISTERED) if verb not in DECIDED]
ANOTHER_S = "Inbjudan hör till en annan remissinstans."
ANOTHER_S_ADDRESS = "Adressen hör till en annan remissinstans."


def urls(site) -> list:
    """The addresses to put first among those of `site`."""

    def at(route, view, name):
        return path(route, site.admin_view(view), name=name)

    one = "instanser/<int:pk>/"
    return [
        at(one, body, "body"),
        at(f"{one}inbjudan/<int:invitation_pk>/skicka-igen/", send_again, "send_again"),
        at(f"{one}inbjudan/<int:invitation_pk>/byt-lank/", revoke_link, "revoke_link"),
        at(f"{one}adresser/<int:address_pk>/fungerar/", address_works, "address_works"),
        at("inbjudningar/brevtexter/<int:pk>/", letter_text, "letter_text"),
    ]


@dataclass
class Sent:
    """A letter, and which answer it is about; None when it is about the invitation."""

    letter: Letter
    response: Response | None = None
    is_from_before: bool = False  # the answer did not count for the body then


@dataclass
class Happening:
    """One line of what has happened, from the log or from a request for more time."""

    at: datetime
    who: str
    what: str
    note: str = ""
    response: Response | None = None
    consultation: Consultation | None = None


@dataclass
class Part:
    """One remiss, as far as it is about the body."""

    consultation: Consultation
    invitation: Invitation | None = None
    answers: list[tuple[Response, list[Body]]] = field(default_factory=list)
    letters: list[Sent] = field(default_factory=list)
    may_send: bool = False


@needs("remiss.view_body")
def body(request, pk, *, stale=False):
    """GET shows what is known; POST notes a contact."""
    shown = get_object_or_404(Body.objects.select_related("merged_into"), pk=pk)
    may_act = request.user.has_perm("remiss.invite_body")
    if request.method == "POST" and not may_act:
        raise PermissionDenied
    at = moment(request)
    merged = list(shown.merged.all())
    everybody = [shown, *merged]  # one history
    parts = _parts(shown, everybody, at, request.user)
    form = _note_form(request, parts, at) if may_act else None
    if request.method == "POST" and not stale and form.is_valid():
        try:
            _note(shown, form, parts, at=at, by=request.user)
        except ValueError as refusal:
            form.add_error("on", str(refusal))
        else:
            messages.success(request, "Kontakten är noterad.")
            return redirect("admin:body", pk)
    return page(
        request,
        "body",
        status=403 if stale else 200,
        title=shown.name,
        section="invitations",
        body=shown,
        addresses=shown.addresses.all(),
        merged=merged,
        parts=parts,
        happenings=_happenings(everybody, parts, request.user),
        form=form,
        may_act=may_act,
        may_see_contact=roles.may_see_contact(request.user),
        may_give_time=may_act and extending.may_decide(request.user),
        stale=stale,
        errors_present=bool(form and form.errors),
    )


# A form older than its token comes back with what was written in it.
body.shown_again = partial(body, stale=True)


def _parts(shown: Body, everybody: list[Body], at, viewer) -> list[Part]:
    """One a remiss where the body is invited or has an answer that is tied to it, newest first."""
    invitations = Invitation.objects.filter(body__in=everybody).select_related("consultation")
    parts: dict[int, Part] = {}
    by_invitation = {}
    found = invitations.with_status().with_begun().with_last_day()
    # Its own first: what a body that was merged into it had been sent is history beside that.
    for invitation in sorted(found, key=lambda each: each.body_id != shown.pk):
        may_send = not inviting.why_not_send(invitation, at=at)
        part = Part(invitation.consultation, invitation, may_send=may_send)
        by_invitation[invitation.pk] = parts.setdefault(invitation.consultation_id, part)
    tied = CountedFor.objects.visible_to(viewer).filter(body=shown)
    others: dict[int, list[Body]] = {}
    behind = CountedFor.objects.visible_to(viewer).filter(response__in=tied.values("response"))
    for counted in behind.exclude(body=shown).select_related("body").order_by("body__sort_key"):
        others.setdefault(counted.response_id, []).append(counted.body)
    tied_at = {}  # since when an answer counts that did not come with the body's own link
    answers = tied.select_related("response__consultation", "response__latest").defer(
        "response__latest__canonical", "response__latest__search_text"
    )
    for counted in answers.order_by("response__latest__received_at", "response"):
        response = counted.response
        part = parts.setdefault(response.consultation_id, Part(response.consultation))
        part.answers.append((response, others.get(response.pk, [])))
        if response.invitation_id not in by_invitation:
            tied_at[response.pk] = counted.at
    letters = Letter.objects.visible_to(viewer).about_responses()
    letters = letters.select_related("text", "dispatch")
    for letter in letters.filter(invitation__body__in=everybody):
        by_invitation[letter.invitation_id].letters.append(Sent(letter))
    answered = {response: part for part in parts.values() for response, _others in part.answers}
    targets = _targets(answered, viewer)
    for letter in letters.filter(kind__in=TO_RESPONDENTS, target__in=targets):
        response = targets[letter.target]
        is_from_before = letter.due < tied_at.get(response.pk, letter.due)
        sent = Sent(_without_whom(letter), response, is_from_before)
        answered[response].letters.append(sent)
    for part in parts.values():
        part.letters.sort(key=lambda sent: (sent.letter.due, sent.letter.pk), reverse=True)
    return sorted(
        parts.values(),
        key=lambda part: (part.consultation.opens_on, part.consultation.pk),
        reverse=True,
    )


def _without_whom(letter: Letter) -> Letter:
    """As it is shown here: reading contact details is logged, and is done on the answer's page."""
    letter.address, letter.bounce, letter.last_error = map(
        hide_addresses, (letter.address, letter.bounce, letter.last_error)
    )
    return letter


def _targets(answered: Iterable[Response], viewer) -> dict[str, Response]:
    """What letters to those who sent these answers in name as their target, and which answer."""
    by_key = {response.pk: response for response in answered}
    by_public_id = {response.public_id: response for response in answered}
    sent = Submission.objects.visible_to(viewer).filter(response__in=by_key)
    written = Message.objects.filter(response__in=by_key)
    asked = ExtensionRequest.objects.visible_to(viewer).filter(public_id__in=by_public_id)
    return (
        {f"response:{pk}": response for pk, response in by_key.items()}
        | {f"submission:{pk}": by_key[of] for pk, of in sent.values_list("pk", "response")}
        | {f"message:{pk}": by_key[of] for pk, of in written.values_list("pk", "response")}
        | {f"extension:{pk}": by_public_id[of] for pk, of in asked.values_list("pk", "public_id")}
    )


def _happenings(everybody: list[Body], parts: list[Part], viewer) -> list[Happening]:
    """What the log says of the body and of its answers, and what it has asked for, newest first.

    The log names a body where something was done to it. What was done to an answer is found
    through the invitation that it came by and through the bodies that it counts for.
    """
    counted = [response.pk for part in parts for response, _others in part.answers]
    answers = Response.objects.visible_to(viewer).filter(
        Q(pk__in=counted) | Q(invitation__body__in=everybody)
    )
    asked = Q(pk__in=extending.asked_by(everybody).values("pk"))
    requests = (
        ExtensionRequest.objects.visible_to(viewer)
        .filter(asked | Q(public_id__in=answers.values("public_id")))
        .select_related("consultation", "decided_by")
    )
    responses = {response.public_id: response for response in answers}
    theirs = Q(body=None, verb__in=OF_ANSWERS, response__in=[each.pk for each in answers])
    events = Event.objects.visible_to(viewer).filter(Q(body__in=everybody) | theirs)
    found = [_logged(event) for event in events.select_related("actor", "response", "consultation")]
    for request in requests:
        found += _asked_and_decided(request, responses.get(request.public_id))
    return sorted(found, key=lambda each: each.at, reverse=True)


def _logged(event: Event) -> Happening:
    what = str(event.get_verb_display())
    about = event.response, event.consultation
    return Happening(event.at, event.actor_name, what, event.note, *about)


def _asked_and_decided(request: ExtensionRequest, response: Response | None) -> list[Happening]:
    """Newest first; without the reason and who wrote it, which are read with the request."""
    about = response, request.consultation
    lines = []
    if request.decided_at:
        verb = Verb.GRANTED if request.until else Verb.DECLINED
        said = [f"till {request.until.isoformat()}" if request.until else "", request.note]
        who = request.decided_by.get_full_name() or request.decided_by.username
        note = ". ".join(filter(None, said))
        lines.append(Happening(request.decided_at, who, str(verb.label), note, *about))
    wanted = f"till {request.wanted_day.isoformat()}" if request.wanted_day else ""
    return [
        *lines,
        Happening(request.asked_at, "Den som svarar", "bad om längre tid", wanted, *about),
    ]


def _note_form(request, parts: list[Part], at) -> NoteContactForm:
    consultations = [part.consultation for part in parts]
    today = timezone.localdate(at)
    return NoteContactForm(
        _posted(request),
        consultations=consultations,
        today=today,
        initial={"on": today},
    )


def _posted(request):
    return request.POST if request.method == "POST" else None


def _note(shown: Body, form: NoteContactForm, parts: list[Part], *, at, by) -> None:
    cleaned = form.cleaned_data
    by_key = {part.consultation.pk: part.consultation for part in parts}
    bodies.note_contact(
        body=shown,
        consultation=by_key.get(cleaned.get("consultation")),
        on=cleaned["on"],
        channel=cleaned["channel"],
        text=cleaned["text"],
        at=at,
        by=by,
    )


@dataclass(frozen=True)
class Sending:
    """What a page that sends a link says, and which verb does it. The verb may say why it sent
    nothing; `unsent` is what it has done then, and is empty where it refuses instead."""

    heading: str
    explanation: str
    button: str
    done: str  # "… till info@sundspan.example …"
    do: Callable[..., str | None]
    where: str = ""
    unsent: str = ""


SEND_AGAIN = Sending(
    "Skicka inbjudan igen",
    "Inbjudan skickas en gång till, med samma personliga länk som förut.",
    "Skicka inbjudan",
    "Inbjudan skickas igen till {}.",
    inviting.send_again,
)
SEND_FIRST = Sending(
    "Skicka inbjudan",
    "Inbjudan har inte skickats än. Den skickas genast, med en personlig länk.",
    "Skicka inbjudan",
    "Inbjudan skickas till {}.",
    inviting.send_again,
)
REVOKE = Sending(
    "Byt ut länken",
    "Alla länkar som har skickats till instansen slutar att fungera, också länken till ett svar "
    "som är påbörjat. Den som har svaret öppet måste öppna den nya länken. Inget som är skrivet "
    "försvinner.",
    "Byt ut länken",
    "Länken är utbytt. Den nya skickas till {}.",
    inviting.revoke,
    where="Den nya länken skickas till adressen du väljer.",
    unsent="Länken är utbytt. Inget nytt brev skickas. {}",
)


@needs("remiss.invite_body")
def send_again(request, pk, invitation_pk, *, stale=False):
    return _send(request, pk, invitation_pk, SEND_AGAIN, stale=stale)


send_again.shown_again = partial(send_again, stale=True)


@needs("remiss.invite_body")
def revoke_link(request, pk, invitation_pk, *, stale=False):
    return _send(request, pk, invitation_pk, REVOKE, stale=stale)


revoke_link.shown_again = partial(revoke_link, stale=True)


def _send(request, pk, invitation_pk, sending: Sending, *, stale: bool):
    """GET asks where to; POST does it, with an address of the body's or a new one."""
    rows = Invitation.objects.select_related("consultation", "body__merged_into")
    invitation = get_object_or_404(rows.with_status().with_begun(), pk=invitation_pk)
    if invitation.body_id != pk:
        messages.error(request, ANOTHER_S)
        return redirect("admin:body", get_object_or_404(Body, pk=pk).pk)
    if invitation.body.merged_into:
        return _to_kept(request, invitation.body)
    if sending is SEND_AGAIN and not (invitation.is_invited or invitation.is_reached):
        sending = SEND_FIRST
    at = moment(request)
    why_not = inviting.why_not_send(invitation, at=at)
    asks_where = not (why_not and sending.unsent)
    addresses = list(invitation.body.addresses.all())
    form = ChooseAddressForm(_posted(request), addresses=addresses)
    if request.method == "POST" and not stale and (not asks_where or form.is_valid()):
        try:
            done = _done(form, invitation, sending, asks_where=asks_where, at=at, by=request.user)
        except ValueError as refusal:
            asks_where = True  # time may have been given in this instant
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("admin:body", pk)
    return page(
        request,
        "send_link",
        status=403 if stale else 200,
        title=sending.heading,
        section="invitations",
        sending=sending,
        invitation=invitation,
        is_settled=invitation.status in SETTLED,
        why_not=why_not,
        form=form if asks_where else None,
        stale=stale,
        errors_present=asks_where and bool(form.errors),
    )


def _to_kept(request, merged: Body):
    """To the body that goes on; a letter about the one that was merged would be stopped."""
    words = [f"{merged} ingår nu i {merged.merged_into}, så inget är gjort. Gör det här i stället."]
    if typed := " ".join(request.POST.get("email", "").split())[:254]:
        words.append(f"Adressen du skrev: {typed}")
    messages.error(request, " ".join(words))
    return redirect("admin:body", merged.merged_into_id)


@transaction.atomic
def _done(form: ChooseAddressForm, invitation, sending: Sending, *, asks_where, at, by) -> str:
    """Both or neither: no address is kept by a sending that was refused."""
    address = _address(form, invitation, at=at, by=by) if asks_where else None
    why_not = sending.do(invitation=invitation, address=address, at=at, by=by)
    return sending.unsent.format(why_not) if why_not else sending.done.format(address)


def _address(form: ChooseAddressForm, invitation, *, at, by) -> BodyAddress:
    cleaned = form.cleaned_data
    return form.chosen or bodies.add_address(
        body=invitation.body, email=cleaned["email"], is_main=cleaned["is_main"], at=at, by=by
    )


@needs("remiss.invite_body", methods=("POST",))
def address_works(request, pk, address_pk):
    """Letters go to the address again."""
    shown = get_object_or_404(Body, pk=pk)
    address = get_object_or_404(BodyAddress.objects.select_related("body"), pk=address_pk)
    if address.body_id != shown.pk:
        messages.error(request, ANOTHER_S_ADDRESS)
    elif bodies.mark_working(address=address, at=moment(request), by=request.user):
        messages.success(request, f"{address.email} är märkt som att den fungerar igen.")
    else:
        messages.info(request, f"{address.email} var redan märkt som att den fungerar.")
    return redirect("admin:body", pk)


@needs("remiss.view_body", methods=("GET", "HEAD"))
def letter_text(request, pk):
    """Exactly the revision that a letter was made from; the placeholders stand as written."""
    text = get_object_or_404(LetterText.objects.select_related("consultation", "written_by"), pk=pk)
    return page(request, "letter_text", title=str(text), section="invitations", text=text)
