"""A letter to the one who sent an answer in: written, looked at, sent when it has been held."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path

from remiss import mail, roles
from remiss.admin import scopes
from remiss.admin.gates import moment, needs, page
from remiss.admin.lettertexts import Sample
from remiss.forms.people import MessageForm
from remiss.models import Letter, Message, Response
from remiss.swedish import swedish_time
from remiss.workflow import recording, writing
from remiss.workflow.inviting import HOLD, TooLate


def urls(site) -> list:
    """The addresses to put first among those of `site`."""

    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("svar/<int:pk>/skriv/", write_to_respondent, "write_to_respondent"),
        at("svar/<int:pk>/brev/<int:message_pk>/", message, "message"),
        at("svar/<int:pk>/brev/<int:message_pk>/angra/", stop, "stop_message"),
    ]


def _response(request, pk: int) -> Response:
    received = scopes.received(request.user).select_related("consultation", "contact", "latest")
    return get_object_or_404(received, pk=pk)


@needs("remiss.write_to_respondent")
def write_to_respondent(request, pk: int, *, stale=False):
    """Write, look at the letter as it will be, and send it: never before it was looked at."""
    response, at = _response(request, pk), moment(request)
    why_not = writing.why_not(response)
    form = MessageForm(request.POST if request.method == "POST" else None)
    is_written = request.method == "POST" and form.is_valid() and not why_not
    if is_written and not stale and "send" in request.POST:
        try:
            sent = writing.write(response=response, at=at, by=request.user, **form.cleaned_data)
        except writing.CannotWrite as refusal:
            why_not, is_written = str(refusal), False
        else:
            messages.success(request, f"Brevet skickas kl. {swedish_time(at + HOLD)}. {UNTIL_THEN}")
            return redirect("admin:message", pk, sent.pk)
    is_shown = is_written and "change" not in request.POST and not stale
    sees_address = roles.may_see_contact(request.user)
    if is_shown and sees_address:
        recording.read_contact(response=response, at=at, by=request.user)
    return page(
        request,
        "write_to_respondent",
        status=403 if stale else 200,
        title="Skriv till den som svarat",
        section="responses",
        response=response,
        why_not=why_not,
        form=form,
        sample=_sample(response, form, by=request.user) if is_shown else None,
        sees_address=sees_address,
        stale=stale,
        errors_present=bool(form.errors),
    )


UNTIL_THEN = "Fram till dess kan du ångra."
# A form older than its token comes back with what was written in it.
write_to_respondent.shown_again = partial(write_to_respondent, stale=True)


def _sample(response: Response, form: MessageForm, *, by) -> Sample:
    """The letter as it will look, by the template that it is sent with."""
    unsent = Message(
        response=response,
        subject=form.cleaned_data["subject"],
        body=form.cleaned_data["body"],
        written_by=by,
    )
    rendered = render_to_string("mail/message.txt", mail.message_in_words(unsent))
    subject, _newline, text = rendered.lstrip().partition("\n")
    return Sample(subject, text.strip())


def _message(request, pk: int, message_pk: int) -> Message:
    visible = scopes.received(request.user).filter(pk=pk)
    rows = Message.objects.select_related("response__latest", "written_by")
    return get_object_or_404(rows, pk=message_pk, response__in=visible)


@needs("remiss.view_response", methods=("GET", "HEAD"))
def message(request, pk: int, message_pk: int):
    """What was written, how it is going, and a way to stop it while it is held."""
    shown, at = _message(request, pk, message_pk), moment(request)
    letter = shown.letters.first()
    is_held = bool(letter) and letter.state == Letter.State.QUEUED and letter.due > at
    return page(
        request,
        "message",
        title=f"Brev om svar {shown.response}",
        section="responses",
        message=shown,
        response=shown.response,
        letter=letter,
        may_stop=is_held and request.user.has_perm("remiss.write_to_respondent"),
    )


@needs("remiss.write_to_respondent", methods=("POST",))
def stop(request, pk: int, message_pk: int):
    """Stop a letter that is still held."""
    try:
        writing.stop(message=_message(request, pk, message_pk), at=moment(request), by=request.user)
    except TooLate:
        messages.error(
            request,
            "Brevet gick inte att ångra: det har redan skickats, eller så har någon ångrat det.",
        )
    else:
        messages.success(request, "Brevet är ångrat och skickas inte. Texten finns kvar här.")
    return redirect("admin:message", pk, message_pk)
