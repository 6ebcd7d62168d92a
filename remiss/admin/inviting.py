"""Writing to bodies: a page that shows what will be sent and to whom, and the sendings made."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from remiss.admin import choosing, scopes
from remiss.admin.gates import moment, needs, page
from remiss.admin.lettertexts import Sample, sample
from remiss.models import Dispatch, LetterText
from remiss.swedish import swedish_time
from remiss.workflow import inviting, wording
from remiss.workflow.inviting import Recipient

SHOWN = 3  # letters, as they will look
PER_PAGE = 50  # sendings


def urls(site) -> list:
    """The addresses to put first among those of `site`."""

    def at(route, view, url_name, **kwargs):
        return path(route, site.admin_view(view), kwargs, name=url_name)

    return [
        at("inbjudningar/bjud-in/", write_to, "invite", name="invite"),
        at("inbjudningar/paminn/", write_to, "remind", name="remind"),
        at("utskick/", dispatches, "dispatches"),
        at("utskick/<int:pk>/angra/", undo, "undo_dispatch"),
    ]


@dataclass(frozen=True)
class Sending:
    """A sending's words, whom it would reach, and which verb makes it."""

    heading: str
    kind: LetterText.Kind
    consider: Callable[..., list[Recipient]]
    send: Callable[..., Dispatch]


SENDINGS = {
    "invite": Sending("Bjud in", LetterText.Kind.INVITATION, inviting.to_invite, inviting.invite),
    "remind": Sending(
        "Skicka påminnelse", LetterText.Kind.REMINDER, inviting.to_remind, inviting.remind
    ),
}


@needs("remiss.invite_body")
def write_to(request, name: str, *, stale=False) -> HttpResponse:
    """Shows the letters, who gets them and who does not; once that has been seen they are sent."""
    sending, at = SENDINGS[name], moment(request)
    consultation = scopes.current_consultation(request)
    chosen = choosing.chosen(request)
    keys = chosen.keys
    status = 403 if stale else 200
    if consultation is None or not keys:
        return page(request, "write_to", status, title=sending.heading, section="invitations")
    changed = False
    if request.method == "POST" and "seen" in request.POST and not stale:
        try:
            dispatch = sending.send(
                consultation=consultation,
                bodies=keys,
                seen=request.POST["seen"],
                at=at,
                by=request.user,
            )
        except (inviting.NobodyToWriteTo, inviting.NotAsShown):
            changed = True
        else:
            messages.success(request, _made(dispatch))
            return redirect("admin:dispatches")
    considered = sending.consider(consultation, keys, at=at)
    going = [each for each in considered if not each.why_not]
    text = wording.current(consultation, sending.kind)
    return page(
        request,
        "write_to",
        status,
        title=sending.heading,
        section="invitations",
        consultation=consultation,
        kind=sending.kind,
        action=reverse(f"admin:{name}"),
        selection=chosen,
        keys=chosen.field,
        going=going,
        seen=inviting.shown(going, text),
        chosen=len(considered),
        samples=_samples(text, going[:SHOWN], at=at),
        left_out=_by_reason(considered),
        left_out_number=len(considered) - len(going),
        letter_text=text,
        changed=changed,
        stale=stale,
    )


# A form older than its token is shown again with what was chosen.
write_to.shown_again = partial(write_to, stale=True)


def _made(dispatch: Dispatch) -> str:
    number = dispatch.letters.count()
    return (
        f"{number} mejl skickas kl. {swedish_time(dispatch.held_until)}. "
        "Fram till dess kan ni ångra."
    )


def _samples(text: LetterText, going: list[Recipient], *, at) -> list[tuple[str, Sample]]:
    """(address, letter) for each."""
    return [
        (each.address, sample(text, each.body, invitation=each.invitation, at=at)) for each in going
    ]


def _by_reason(considered: list[Recipient]) -> dict[str, list[Recipient]]:
    reasons: dict[str, list[Recipient]] = {}
    for each in considered:
        if each.why_not:
            reasons.setdefault(each.why_not, []).append(each)
    return reasons


@needs("remiss.invite_body", methods=("GET", "HEAD"))
def dispatches(request) -> HttpResponse:
    """What has been sent to many, by whom, and how the letters are going."""
    consultation, at = scopes.current_consultation(request), moment(request)
    made = Paginator(inviting.dispatches(consultation), PER_PAGE)
    listed = made.get_page(request.GET.get("sida"))
    return page(
        request,
        "dispatches",
        title="Utskick",
        section="invitations",
        consultation=consultation,
        sendings=[(dispatch, dispatch.may_be_undone(at)) for dispatch in listed],
        listed=listed,
    )


def _after_undoing(dispatch: Dispatch) -> str:
    """What to do next. Nobody has been asked by an invitation that was undone."""
    if dispatch.text is None:
        return "Sista svarsdagen är fortfarande flyttad. Den ändras på sidan Planen."
    if dispatch.text.kind != LetterText.Kind.INVITATION:
        return ""
    return (
        "De som inte får inbjudan finns bland Inbjudningar med status Inte skickad. De räknas inte "
        "som inbjudna och kan bjudas in på nytt."
    )


@needs("remiss.invite_body", methods=("POST",))
def undo(request, pk: int) -> HttpResponse:
    """Stop the letters that are still held back."""
    dispatch = get_object_or_404(Dispatch.objects.select_related("text"), pk=pk)
    try:
        stopped = inviting.undo(dispatch=dispatch, at=moment(request), by=request.user)
    except inviting.TooLate:
        messages.error(
            request,
            "Utskicket gick inte att ångra: tiden har gått ut, eller så har någon redan ångrat "
            "det. Här nedanför står hur många mejl som har skickats.",
        )
        return redirect("admin:dispatches")
    left = dispatch.letters.count() - stopped
    more = f" {left} mejl hade redan börjat skickas." if left else ""
    words = f"Utskicket är ångrat. {stopped} mejl skickas inte.{more} {_after_undoing(dispatch)}"
    messages.success(request, words.strip())
    return redirect("admin:dispatches")
