"""Ej diarieförda: every version without a diarienummer, and numbers for several of them at once."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from remiss.admin import scopes
from remiss.admin.gates import allowed, moment, page, whole_numbers
from remiss.forms.staff import PatternForm, TogetherForm
from remiss.models import Registration, SetAside, Submission
from remiss.workflow.registering import MOST, AlreadyRegistered, register_together

PATTERN = {"pattern": "{dnr}-{n}", "start": 1}
# What a person has seen to be of this kind needs no register; it can be registered all the same.
MAYBE_NOTHING = [SetAside.SUSPECT, SetAside.TEST, SetAside.SPAM]


def urls(site) -> list:
    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("ej-diarieforda/", unregistered, "unregistered"),
        at("ej-diarieforda/diariefor/", register_several, "register_several"),
    ]


def may_follow(user) -> bool:
    """The registrator, who registers, and the coordinators, who see what waits."""
    return user.has_perms(["remiss.view_response", "remiss.export_response"])


def _may_register(user) -> bool:
    return may_follow(user) and user.has_perm("remiss.register_response")


def waiting(viewer):
    """What the list shows and the overview counts."""
    return scopes.unregistered_versions(viewer).exclude(response__set_aside__in=MAYBE_NOTHING)


@allowed(may_follow, methods=("GET", "HEAD"))
def unregistered(request):
    """Everything that waits for a diarienummer, to be ticked."""
    everything = scopes.unregistered_versions(request.user)
    doubtful = everything.filter(response__set_aside__in=MAYBE_NOTHING)
    shows_all = request.GET.get("visa") == "alla"
    versions = everything if shows_all else waiting(request.user)
    shown = Paginator(versions, MOST).get_page(request.GET.get("sida"))
    today = timezone.localdate(moment(request))
    return page(
        request,
        "unregistered",
        title="Ej diarieförda",
        section="registry",
        shown=shown,
        rows=[(each, (today - timezone.localdate(each.received_at)).days) for each in shown],
        doubtful=doubtful.count(),
        shows_all=shows_all,
        may_register=_may_register(request.user),
    )


@allowed(_may_register)
def register_several(request, *, stale=False):
    """A number for each chosen version, what it means, and then all of them or none.

    `v` in the address says which. One that has got its number since it was shown is named, left
    out and asked about no more; nothing is written before the page has been read again.
    """
    keys = whole_numbers(request.GET.getlist("v"))
    if stale and not keys:
        raise PermissionDenied
    if not 0 < len(keys) <= MOST:
        messages.error(request, f"Välj minst en och högst {MOST} versioner.")
        return redirect("admin:unregistered")
    pattern = PatternForm(request.GET if "pattern" in request.GET else None, initial=PATTERN)
    taken = _taken(keys, request.user)
    form = _form(request, keys, pattern)
    action = "" if stale or _was_shown(request.POST, taken) else request.POST.get("action", "")
    is_chosen = action in {"continue", "confirm"} and form.is_valid()
    if is_chosen and action == "confirm":
        numbers, day = form.numbers(), form.cleaned_data["registered_on"]
        try:
            register_together(
                numbers=numbers, registered_on=day, at=moment(request), by=request.user
            )
        except AlreadyRegistered as first:
            taken, form, is_chosen = first.taken, _form(request, keys, pattern), False
        else:
            messages.success(request, _done(len(numbers)))
            return redirect("admin:unregistered")
    return page(
        request,
        "register_several",
        status=403 if stale else 200,
        title="Diarieför flera",
        section="registry",
        form=form,
        pattern=pattern,
        keys=keys,
        taken=taken,
        is_chosen=is_chosen,
        numbers=form.numbers() if is_chosen else {},
        stale=stale,
        errors_present=bool(pattern.errors or form.errors),
    )


# A form older than its token comes back with what was written in it.
register_several.shown_again = partial(register_several, stale=True)


def _form(request, keys: list[int], pattern: PatternForm) -> TogetherForm:
    """A field for each version that still has no number, filled in by the pattern when asked."""
    chosen = list(scopes.unregistered_versions(request.user).filter(pk__in=keys))
    numbered = pattern.numbers(chosen) if pattern.is_valid() else {}
    return TogetherForm(
        request.POST or None,
        submissions=chosen,
        today=timezone.localdate(moment(request)),
        initial={TogetherForm.name_of(each): number for each, number in numbered.items()},
    )


def _taken(keys: list[int], viewer) -> list[Registration]:
    chosen = Submission.objects.visible_to(viewer).filter(pk__in=keys)
    found = Registration.objects.filter(submission__in=chosen).order_by("submission")
    return list(found.select_related("submission__response", "by"))


def _was_shown(posted, taken: list[Registration]) -> bool:
    """Whether the page that was posted still had a field for one that has a number by now."""
    return any(TogetherForm.name_of(each.submission) in posted for each in taken)


def _done(number: int) -> str:
    return "Versionen är diarieförd." if number == 1 else f"{number} versioner är diarieförda."
