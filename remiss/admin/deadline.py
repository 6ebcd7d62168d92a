"""Flytta sista svarsdagen: the city's side alone, with a page that says what it means."""

from copy import copy
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect

from remiss import roles
from remiss.admin import scopes
from remiss.admin.gates import allowed, moment, page
from remiss.admin.lettertexts import INSTEAD_OF_THE_LINK, Sample, rendered
from remiss.forms.staff import MoveLastDayForm
from remiss.models import Consultation, Coordinator, Draft, Letter, Tell
from remiss.swedish import swedish_day, swedish_time
from remiss.text import name_in_mail
from remiss.workflow import moving
from remiss.workflow.inviting import HOLD

LETTERS = {
    Tell.SILENT: Letter.Kind.MOVED_INVITED,
    Tell.DRAFTS: Letter.Kind.MOVED_DRAFT,
    Tell.ANSWERED: Letter.Kind.MOVED_ANSWERED,
}


@dataclass(frozen=True)
class Told:
    """A group that gets a letter, how many it holds, and the letter as it will look."""

    label: str
    number: int
    sample: Sample


def may_move(user) -> bool:
    """The side is data, not a permission: a superuser has every permission but no side."""
    return user.has_perm("remiss.move_last_day") and roles.side_of(user) == Coordinator.Side.CITY


@allowed(may_move)
def move_last_day(request, pk):
    """Choose a day, see what it means, and confirm."""
    consultation = get_object_or_404(Consultation, pk=pk)
    at = moment(request)
    timing = consultation.timing(at)
    form = MoveLastDayForm(request.POST or None, today=timing.today)
    is_chosen = (
        request.method == "POST" and form.is_valid() and _is_possible(form, consultation, at)
    )
    if is_chosen and "confirmed" in request.POST:
        try:
            told = moving.move_last_day(
                consultation=consultation, at=at, by=request.user, **form.cleaned_data
            )
        except (ValueError, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            is_chosen = False
        else:
            moved = consultation.timing(at).deadline
            messages.success(request, f"Sista svarsdagen är nu {moved}. {_letters(told, at)}")
            return redirect("admin:plan")
    return page(
        request,
        "move_last_day",
        title="Flytta sista svarsdagen",
        section="plan",
        consultation=consultation,
        timing=timing,
        form=form,
        is_chosen=is_chosen,
        chosen=is_chosen and _in_words(form.cleaned_data["last_day"], timing.today),
        closes_today=is_chosen and form.cleaned_data["last_day"] == timing.today,
        **(_meaning(form, consultation, at) if is_chosen else {}),
        drafts=Draft.objects.filter(consultation=consultation).waiting().count(),
        answers=scopes.current(request.user).filter(consultation=consultation).count(),
        errors_present=bool(form.errors),
    )


def _in_words(day, today) -> str:
    return f"{swedish_day(day, this_year=today.year)} kl. 23.59"


def _meaning(form, consultation, at) -> dict:
    """Who would get which letter, and who none and why."""
    last_day, chosen = form.cleaned_data["last_day"], form.cleaned_data["tell"]
    moved = copy(consultation)
    moved.last_day = last_day
    told = moving.audience(consultation, last_day, chosen)
    everybody = moving.audience(consultation, last_day)
    return {
        "told": [
            Told(Tell(group).label, len(people), _sample(group, people, moved, at))
            for group, people in told.items()
        ],
        "number": sum(map(len, told.values())),
        "not_chosen": [
            (Tell(group).label, len(people))
            for group, people in everybody.items()
            if group not in chosen and people
        ],
        "left_out": moving.left_out(consultation, last_day),
        "waiting": moving.waiting(consultation, at=at).exists(),
    }


def _sample(group: str, people: list, moved: Consultation, at) -> Sample:
    """The letter to the first of them. Who writes, and who has answered, is not told here."""
    name = people[0][0].body.name if group == Tell.SILENT and people else ""
    context = {
        "consultation": moved,
        "organisation": name_in_mail(name),
        "timing": moved.timing(at),
        "link": INSTEAD_OF_THE_LINK,
        "is_sent": False,
    }
    return rendered(LETTERS[Tell(group)], context)


def _letters(told: dict[str, int], at) -> str:
    number = sum(told.values())
    if not number:
        return "Inget mejl skickas."
    return (
        f"{number} mejl skickas kl. {swedish_time(at + HOLD)}. Fram till dess kan ni ångra dem på "
        "sidan Utskick. Dagen är flyttad även om ni ångrar mejlen."
    )


def _is_possible(form, consultation, at) -> bool:
    """What can be told before the page that asks; the verb says the same with the row held."""
    last_day = form.cleaned_data["last_day"]
    today = consultation.timing(at).today
    if last_day < today:
        form.add_error("last_day", "Sista svarsdagen kan bara flyttas till i dag eller senare.")
    elif last_day == consultation.last_day:
        form.add_error("last_day", "Det är redan sista svarsdagen.")
    elif last_day < consultation.opens_on:
        form.add_error("last_day", "Remissen måste öppna före sista svarsdagen.")
    elif last_day < consultation.last_day and not form.cleaned_data["reason"]:
        form.add_error("reason", "Skriv varför sista svarsdagen blir tidigare.")
    return form.is_valid()
