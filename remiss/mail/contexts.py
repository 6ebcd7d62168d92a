"""What a letter says, asked when it is sent: one function a letter gives its template's context."""

from datetime import UTC, datetime

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from remiss import clock, links
from remiss.exports import sections
from remiss.models import (
    SETTLED,
    AccessibilityReport,
    Body,
    Channel,
    Coordinator,
    Draft,
    Event,
    ExtensionRequest,
    Invitation,
    Letter,
    LetterText,
    Message,
    ReplyRevision,
    ReplyState,
    Response,
    Status,
    Submission,
    Timing,
    Verb,
)
from remiss.models.draft import WHO
from remiss.swedish import swedish_day, swedish_day_time
from remiss.text import email_key, name_in_mail, placeholders


class Undeliverable(Exception):
    """What the letter is about is gone; sending it later would not help."""


class NotNeeded(Exception):
    """The letter has become pointless while it waited; the sentence says why."""


def _target(letter: Letter, name: str) -> int:
    for part in letter.target.split("/"):
        model, _colon, pk = part.partition(":")
        if model == name:
            return int(pk)
    raise Undeliverable(letter.target)


def _holder(letter: Letter) -> Draft | Response:
    """What a link in the letter leads to, as long as the address is still theirs.

    The address may have been changed, most often since it belongs to somebody else.
    """
    if letter.target.startswith("response:"):
        received = Response.objects.select_related("consultation", "contact", "latest")
        holder: Draft | Response = received.get(pk=_target(letter, "response"))
    else:
        holder = Draft.objects.select_related("consultation").get(pk=_target(letter, "draft"))
    if email_key(letter.address) != _email_key_of(holder):
        raise Undeliverable("the answer has moved to another address")
    return holder


def _draft_context(letter: Letter) -> dict:
    holder = _holder(letter)
    if isinstance(holder, Draft):
        organisation = holder.parts.get(key=WHO).content.get("organisation", "")
        is_sent = holder.round > 0
        kept_until = holder.consultation.kept_until(holder.own_last_day)
    else:
        organisation, is_sent, kept_until = holder.latest.organisation, True, None
    return {
        "consultation": holder.consultation,
        "organisation": name_in_mail(organisation),
        "timing": holder.consultation.timing(clock.now(), holder.own_last_day),
        "link": links.link_in_mail(holder),
        "is_sent": is_sent,
        "is_confirmed": holder.confirmed_at is not None,
        "kept_until": swedish_day(kept_until, this_year=None) if kept_until else "",
    }


def _reminder_context(letter: Letter) -> dict:
    """Read again when it is sent: whoever has sent in or declined meanwhile is not reminded."""
    context = _draft_context(letter)
    _refuse_declined(letter)
    draft = Draft.objects.unsent().get(pk=_target(letter, "draft"))
    if not context["timing"].is_open:
        raise Undeliverable("the last day has passed")
    response = Response.objects.filter(public_id=draft.public_id).select_related("latest").first()
    return context | {
        "version": response.latest.number if response else None,
        "reference": response.reference if response else "",
        "withdrawn": bool(response and response.withdrawn_at),
    }


def _moved_draft_context(letter: Letter) -> dict:
    context = _draft_context(letter)
    _refuse_declined(letter)
    return context


def _refuse_declined(letter: Letter) -> None:
    """Whoever declines is told that no more reminders come, also of what was begun."""
    if not Draft.objects.not_declined().filter(pk=_target(letter, "draft")).exists():
        raise NotNeeded("De hade redan avstått.")


def _extension_context(letter: Letter) -> dict:
    request = ExtensionRequest.objects.select_related("consultation").get(
        pk=_target(letter, "extension")
    )
    held = (
        model.objects.filter(public_id=request.public_id).first() for model in (Draft, Response)
    )
    holder = next(filter(None, held), None)
    own = holder.own_last_day if holder else None
    # The address may have been changed while the letter waited; the link goes to the new one only.
    theirs = holder is not None and email_key(letter.address) == _email_key_of(holder)
    return {
        "consultation": request.consultation,
        "organisation": name_in_mail(request.organisation),
        "reason": request.note,
        "timing": request.consultation.timing(clock.now(), own),
        "until": swedish_day(request.until, this_year=None) if request.until else "",
        "link": links.link_in_mail(holder) if theirs else "",
    }


def _email_key_of(holder: Draft | Response) -> str:
    return holder.email_key if isinstance(holder, Draft) else holder.contact.email_key


def _extension_asked_context(letter: Letter) -> dict:
    request = ExtensionRequest.objects.select_related("consultation").get(
        pk=_target(letter, "extension")
    )
    if not request.is_pending:
        raise Undeliverable("the request has been decided on")
    return {
        "consultation": request.consultation,
        "organisation": name_in_mail(request.organisation),
        "asked": swedish_day_time(request.asked_at, this_year=None),
        "link": links.absolute(reverse("admin:decide_extension", args=[request.pk])),
    }


def _submission(letter: Letter) -> Submission:
    return Submission.objects.select_related(
        "response__consultation", "response__contact", "plan_version"
    ).get(pk=_target(letter, "submission"))


def _submission_context(letter: Letter) -> dict:
    submission = _submission(letter)
    response = submission.response
    # A link or a text never goes to an address the answer has moved from, and free text only
    # where somebody has shown that they read the address (decision 15).
    theirs = email_key(letter.address) == response.contact.email_key
    confirmed = theirs and response.confirmed_at is not None
    answered = sections.of_submission(submission) if confirmed else []
    return {
        "consultation": response.consultation,
        "submission": submission,
        "reference": response.reference,
        "organisation": name_in_mail(submission.organisation),
        "received": submission.received(),
        "timing": response.consultation.timing(clock.now(), response.own_last_day),
        "link": links.link_in_mail(response) if theirs and response.channel == "portal" else "",
        "sections": [section for section in answered if not section.is_empty],
        "backing": sections.backing_of_submission(submission) if confirmed else [],
        "files": list(submission.attachments.all()),
        "is_confirmed": confirmed,
        "verify_link": links.absolute(reverse("remiss:verify")),
    }


def _reader(letter: Letter):
    """The coordinator that the letter is to."""
    coordinators = Coordinator.objects.select_related("user")
    return coordinators.get(pk=_target(letter, "coordinator")).user


def _refuse_hidden(response: Response, letter: Letter) -> None:
    """Unless the coordinator that the letter is to may see the answer."""
    if not Response.objects.visible_to(_reader(letter)).filter(pk=response.pk).exists():
        raise NotNeeded("Svaret är sekretessmarkerat.")


def _new_response_context(letter: Letter) -> dict:
    submission = _submission(letter)
    response = submission.response
    _refuse_hidden(response, letter)
    return {
        "consultation": response.consultation,
        "submission": submission,
        "reference": response.reference,
        "organisation": name_in_mail(submission.shown_name),
        "received": submission.received(),
        "set_aside": response.get_set_aside_display().lower(),
        "link": links.absolute(reverse("admin:remiss_response_change", args=[response.pk])),
    }


def _digest_context(letter: Letter) -> dict:
    since = datetime.fromtimestamp(_target(letter, "since"), tz=UTC)
    received = (
        Response.objects.visible_to(_reader(letter))
        .current()
        .filter(latest__received_at__gt=since, latest__received_at__lte=letter.due)
        .select_related("latest", "consultation")
        .order_by("latest__received_at")
    )
    responses = list(received)
    if not responses:
        raise Undeliverable("nothing new is left to tell")
    return {
        "consultation": responses[0].consultation,
        "lines": [_line(response) for response in responses],
        "link": links.absolute(reverse("admin:remiss_response_changelist")),
    }


def _line(response: Response) -> str:
    """One answer as a row in the day's letter."""
    latest = response.latest
    version = f", version {latest.number}" if latest.number > 1 else ""
    name = name_in_mail(response.shown_as)
    return f"{response.reference}{version}: {name}, {latest.received()}"


def _report_context(letter: Letter) -> dict:
    report = AccessibilityReport.objects.get(pk=_target(letter, "report"))
    return {"report": report, "received": swedish_day_time(report.at, this_year=None)}


# To one respondent, by staff


def message_in_words(message: Message) -> dict:
    """What the template of a message is given, also for a look at it before it is sent. Nothing in
    the text is filled in (fault X10)."""
    response = message.response
    return {
        "message": message,
        "consultation": response.consultation,
        "reference": response.reference,
    }


def _message_context(letter: Letter) -> dict:
    """Free text goes to an address that is still the respondent's and takes it, or nowhere."""
    rows = Message.objects.select_related("response__consultation", "response__contact")
    message = rows.select_related("written_by").get(pk=_target(letter, "message"))
    response = message.response
    if email_key(letter.address) != response.contact.email_key or not response.takes_free_text:
        raise Undeliverable("the answer has moved to another address")
    return message_in_words(message)


def _reply_context(letter: Letter) -> dict:
    """Which theme or answer, and nothing of what anybody has written about it."""
    revision = ReplyRevision.objects.with_doings().get(pk=_target(letter, "reply"))
    to = Coordinator.objects.filter(
        pk=_target(letter, "coordinator"), user__is_active=True, user__email=letter.address
    )
    theirs = to.filter(side=revision.other_side)
    if letter.kind == Letter.Kind.REPLY_WAITING:
        newest = ReplyRevision.objects.newest().filter(pk=revision.pk)
        if revision.state != ReplyState.HANDED_OVER or not newest or not theirs:
            raise NotNeeded("Återkopplingen väntade inte längre.")
    elif not to:
        raise NotNeeded("Kontot hade stängts eller bytt adress.")
    theme, response = revision.theme, revision.response
    if response:
        _refuse_hidden(response, letter)
    return {
        "consultation": revision.target.consultation,
        "about": f"temat {name_in_mail(theme.name)}" if theme else f"svaret {response}",
        "link": links.absolute(reverse("admin:waiting")),
    }


# To invited bodies


def in_words(text: LetterText, *, body: Body, timing: Timing, link: str) -> tuple[str, str]:
    """Subject and text with the placeholders filled in. The address is nobody's confirmed one, so
    the body's name goes in as in any such letter (decision 15)."""
    consultation = text.consultation
    values = {
        placeholders.ORGANISATION: name_in_mail(body.name),
        placeholders.LAST_DAY: timing.day_with_year,
        placeholders.DAYS_LEFT: timing.left.lower(),
        placeholders.LINK: link,
        placeholders.PLAN: links.absolute(reverse("remiss:plan", args=[consultation.slug])),
        placeholders.CONSULTATION: consultation.title,
    }
    subject = " ".join(placeholders.fill(text.subject, values).split())
    return subject, placeholders.fill(text.body, values)


def _invited(letter: Letter) -> Invitation:
    """The invitation, as long as the address is still one of the body's."""
    rows = Invitation.objects.select_related("body", "consultation").with_status().with_begun()
    invitation = rows.get(pk=_target(letter, "invitation"))
    if invitation.body.merged_into_id:
        raise NotNeeded("Remissinstansen ingår i en annan.")
    if not invitation.body.addresses.with_email(email_key(letter.address)).exists():
        raise Undeliverable("the body has another address now")
    return invitation


def _open_invitation(letter: Letter) -> tuple[Invitation, Timing]:
    invitation = _invited(letter)
    # What a coordinator sends to one body alone is meant: its link again, or the new one.
    is_meant = letter.kind == Letter.Kind.INVITATION and letter.dispatch_id is None
    if invitation.status in SETTLED and not is_meant:
        answered = invitation.status == Status.ANSWERED
        raise NotNeeded("De hade redan svarat." if answered else "De hade redan avstått.")
    timing = invitation.consultation.timing(clock.now(), invitation.own_last_day)
    # And what they have written they may read, also when they can no longer send it in.
    if timing.phase == "closed" and not (is_meant and invitation.is_begun):
        raise NotNeeded("Svarstiden hade gått ut.")
    return invitation, timing


def _written_context(letter: Letter) -> dict:
    """A coordinator's text, read again when it is sent: nobody who has answered is reminded."""
    invitation, timing = _open_invitation(letter)
    subject, text = in_words(
        letter.text, body=invitation.body, timing=timing, link=links.invitation_link(invitation)
    )
    return {"consultation": invitation.consultation, "subject": subject, "text": text}


def _time_given_context(letter: Letter) -> dict:
    invitation, timing = _open_invitation(letter)
    return {
        "consultation": invitation.consultation,
        "organisation": name_in_mail(invitation.body.name),
        "until": timing.day_with_year,
        "link": links.invitation_link(invitation),
    }


def _time_given_draft_context(letter: Letter) -> dict:
    context = _draft_context(letter)
    return context | {"until": context["timing"].day_with_year}


def _moved_answered_context(letter: Letter) -> dict:
    """What was registered by staff has no link to change it by."""
    context = _draft_context(letter)
    response = Response.objects.get(pk=_target(letter, "response"))
    return context if response.channel == Channel.PORTAL else context | {"link": ""}


def _moved_invited_context(letter: Letter) -> dict:
    invitation, timing = _open_invitation(letter)
    return {
        "consultation": invitation.consultation,
        "organisation": name_in_mail(invitation.body.name),
        "timing": timing,
        "link": links.invitation_link(invitation),
    }


# To those who work here


def _account(letter: Letter):
    """The account, as long as it is open and the address is still its own."""
    user = get_user_model().objects.get(pk=_target(letter, "user"))
    if not user.is_active:
        raise NotNeeded("Kontot är avstängt.")
    if email_key(user.email) != email_key(letter.address):
        raise Undeliverable("the account has another address now")
    return user


def _password_context(letter: Letter) -> dict:
    """The link is made as the letter is sent: the outbox holds none that opens an account."""
    user = _account(letter)
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return {"username": user.username, "link": links.absolute(path), "hours": hours}


def _login_changed_context(letter: Letter) -> dict:
    user = _account(letter)
    event = Event.objects.select_related("actor").get(pk=_target(letter, "event"))
    return {
        "username": user.username,
        "change": event.get_verb_display(),
        "actor": event.actor_name,
        "is_reset": event.verb == Verb.RESET_FACTOR,
        "note": event.note.removeprefix(f"Konto {user.username}.").strip(),
        "when": swedish_day_time(event.at, this_year=None),
        "link": links.absolute(reverse("mfa_index")),
    }


CONTEXTS = {
    Letter.Kind.LINK: _draft_context,
    Letter.Kind.LINK_AGAIN: _draft_context,
    Letter.Kind.RECEIPT: _submission_context,
    Letter.Kind.FULL_RECEIPT: _submission_context,
    Letter.Kind.WITHDRAWN: _submission_context,
    Letter.Kind.NEW_RESPONSE: _new_response_context,
    Letter.Kind.DIGEST: _digest_context,
    Letter.Kind.REPORT: _report_context,
    Letter.Kind.REMINDER_WEEK: _reminder_context,
    Letter.Kind.REMINDER_DAY: _reminder_context,
    Letter.Kind.RECEIPT_COPY: _submission_context,
    Letter.Kind.EXTENSION_ASKED: _extension_asked_context,
    Letter.Kind.EXTENSION_GRANTED: _extension_context,
    Letter.Kind.EXTENSION_DECLINED: _extension_context,
    Letter.Kind.INVITATION: _written_context,
    Letter.Kind.REMINDER: _written_context,
    Letter.Kind.TIME_GIVEN: _time_given_context,
    Letter.Kind.TIME_GIVEN_DRAFT: _time_given_draft_context,
    Letter.Kind.MOVED_INVITED: _moved_invited_context,
    Letter.Kind.MOVED_DRAFT: _moved_draft_context,
    Letter.Kind.MOVED_ANSWERED: _moved_answered_context,
    Letter.Kind.PASSWORD: _password_context,
    Letter.Kind.LOGIN_CHANGED: _login_changed_context,
    Letter.Kind.MESSAGE: _message_context,
    Letter.Kind.REPLY_WAITING: _reply_context,
    Letter.Kind.REPLY_SENT_BACK: _reply_context,
    Letter.Kind.REPLY_APPROVED: _reply_context,
}
