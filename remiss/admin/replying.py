"""Återkoppling to a theme or to one answer: written by one side, approved by the other."""

from dataclasses import dataclass
from functools import cached_property, partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import BooleanField, Case, Value, When
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from remiss.admin import passages, scopes
from remiss.admin.gates import moment, needs, page, side_of, whole_numbers
from remiss.forms.replying import ReplyForm, SendBackForm, ThemeReplyForm
from remiss.models import (
    Passage,
    Placement,
    ReplyRevision,
    ReplyState,
    Theme,
)
from remiss.text import Change, compare
from remiss.workflow import replying
from remiss.workflow.replying import NoSide, ReplyMoved, ReplyRefused, Target

PER_PAGE = 50
LABELS = {
    "said": "Det sa svaren",
    "outcome": "Besked",
    "text": "Återkoppling",
    "before": "Så stod det i planen",
    "after": "Så står det nu",
}


def urls(site) -> list:
    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("teman/<int:pk>/aterkoppling/", theme_reply, "theme_reply"),
        at("svar/<int:pk>/aterkoppling/", response_reply, "response_reply"),
    ]


# One reply


@needs("remiss.view_theme")
def theme_reply(request, pk, *, stale=False):
    """The reply to a theme beside its passages. That of one merged into another is read only."""
    themes = Theme.objects.select_related("consultation", "merged_into")
    return _reply(request, get_object_or_404(themes, pk=pk), stale=stale)


@needs("remiss.view_theme")
def response_reply(request, pk, *, stale=False):
    """The reply to one answer alone."""
    received = scopes.received(request.user).select_related("consultation", "latest")
    return _reply(request, get_object_or_404(received, pk=pk), stale=stale)


# A form older than its token comes back with what was written in it.
theme_reply.shown_again = partial(theme_reply, stale=True)
response_reply.shown_again = partial(response_reply, stale=True)


def _may_write(user) -> bool:
    return bool(side_of(user)) and user.has_perm("remiss.write_reply")


def _is_merged(target: Target) -> bool:
    return isinstance(target, Theme) and target.merged_into_id is not None


def _reply(request, target: Target, *, stale: bool):
    if request.method != "POST":
        return _page(request, target)
    if not _may_write(request.user):
        raise PermissionDenied
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return redirect(_address(target))
    try:
        return act(request, target, stale=stale)
    except NoSide as no_side:
        raise PermissionDenied from no_side


def _address(target: Target) -> str:
    kind = "theme" if isinstance(target, Theme) else "response"
    return reverse(f"admin:{kind}_reply", args=[target.pk])


def _form_class(target: Target) -> type[ReplyForm]:
    return ThemeReplyForm if isinstance(target, Theme) else ReplyForm


def _write(request, target: Target, *, stale: bool):
    """Save what is in the boxes, and with act=lamna hand it over as well."""
    hands_over = request.POST["act"] == "lamna"
    form = _form_class(target)(request.POST, hands_over=hands_over)
    if not form.is_valid() or stale:
        return _page(request, target, form=form, stale=stale, status=403 if stale else 200)
    how = {"target": target, "at": moment(request), "by": request.user}
    try:
        with transaction.atomic():  # nothing is saved by a handing over that is refused
            seen = form.cleaned_data["seen"]
            revision = replying.write(seen=seen, stands_by=hands_over, **form.words(), **how)
            if hands_over:
                replying.hand_over(seen=revision.number, **how)
    except ReplyMoved as moved:
        return _conflict(request, target, form, moved)
    except ReplyRefused as refusal:
        # Where there is no form any more, what was typed is handed back as text.
        returned = "\n\n".join(filter(None, form.words().values())) if _is_merged(target) else ""
        return _page(
            request, target, form=form, refusal=str(refusal), returned=returned, status=409
        )
    if hands_over:
        words = f"Återkopplingen är lämnad till {revision.other_side_name}."
    else:
        words = f"Återkopplingen är sparad som version {revision.number}."
    messages.success(request, words)
    return redirect(_address(target))


def _conflict(request, target: Target, form: ReplyForm, moved: ReplyMoved):
    """Both texts: what was typed stays in the boxes, the other stands under each of them."""
    if moved.standing is None:  # a version that never was
        return _page(request, target, form=form, refusal="Läs in sidan på nytt.", status=409)
    form.show_other(moved.standing)
    mine = ReplyRevision(**moved.written)
    differences = _differences(moved.standing, mine)
    return _page(
        request,
        target,
        form=form,
        conflict=moved.standing,
        conflict_differences=differences,
        status=409,
    )


def _decide(request, target: Target, *, stale: bool):
    """Approve, or send back with a comment, the revision that the page showed."""
    approves = request.POST["act"] == "godkann"
    form = SendBackForm(None if approves else request.POST)
    is_ready = approves or form.is_valid()
    if not is_ready or stale:
        return _page(request, target, back_form=form, stale=stale, status=403 if stale else 200)
    seen = next(iter(whole_numbers([request.POST.get("seen", "")])), -1)
    how = {"target": target, "seen": seen, "at": moment(request), "by": request.user}
    returned = "" if approves else form.cleaned_data["comment"]
    try:
        if approves:
            replying.approve(**how)
        else:
            replying.send_back(comment=returned, **how)
    except ReplyMoved:
        words = "Återkopplingen har ändrats sedan du öppnade sidan. Läs den igen."
        return _page(request, target, back_form=form, refusal=words, returned=returned, status=409)
    except ReplyRefused as refusal:
        return _page(
            request, target, back_form=form, refusal=str(refusal), returned=returned, status=409
        )
    done = "godkänd av båda och gäller" if approves else "skickad tillbaka"
    messages.success(request, f"Återkopplingen är {done}.")
    return redirect(_address(target))


ACTS = {"spara": _write, "lamna": _write, "godkann": _decide, "tillbaka": _decide}


@dataclass
class Desk:
    """A target and its revisions, as somebody of a side looks at them."""

    target: Target
    user: object
    side: str

    @cached_property
    def revisions(self) -> list[ReplyRevision]:
        return list(ReplyRevision.objects.about(self.target).with_doings())

    @property
    def newest(self) -> ReplyRevision | None:
        return self.revisions[0] if self.revisions else None

    @property
    def standing(self) -> ReplyRevision | None:
        """The one that both sides stand behind."""
        return next((each for each in self.revisions if each.state == ReplyState.APPROVED), None)

    @property
    def since(self) -> ReplyRevision | None:
        """What the newest is compared with: the one that stood, or else the one before it."""
        earlier = self.revisions[1:]
        stood = (each for each in earlier if each.state == ReplyState.APPROVED)
        return next(stood, earlier[0] if earlier else None)

    def numbered(self, number: str) -> ReplyRevision | None:
        return next((each for each in self.revisions if str(each.number) == number), None)

    @property
    def goes_on(self) -> bool:
        """Nothing is written yet, or this side is the one that goes on writing."""
        unfinished = {ReplyState.DRAFT, ReplyState.SENT_BACK}
        newest = self.newest
        return newest is None or (newest.side == self.side and newest.state in unfinished)

    @property
    def decides(self) -> bool:
        """It has been handed over to this side."""
        newest = self.newest
        is_theirs = newest is not None and newest.side != self.side
        return is_theirs and newest.state == ReplyState.HANDED_OVER and newest.by != self.user


def _page(
    request,
    target: Target,
    *,
    form: ReplyForm | None = None,
    back_form: SendBackForm | None = None,
    status: int = 200,
    **more,
):
    desk = Desk(target, request.user, side_of(request.user))
    newest, standing, since = desk.newest, desk.standing, desk.since
    may_write = _may_write(request.user) and not _is_merged(target)
    writes = may_write and (form is not None or "skriv" in request.GET or desk.goes_on)
    looked_at = desk.numbered(request.GET.get("visa", ""))
    faulty = [each for each in (form, back_form) if each and each.is_bound and each.errors]
    is_theme = isinstance(target, Theme)
    about = _about_theme(request, target, standing) if is_theme else _about_answer(request, target)
    return page(
        request,
        "reply",
        status=status,
        title=f"Återkoppling: {target.name if is_theme else target.reference}",
        section="themes" if is_theme else "responses",
        target=target,
        hidden_answers=scopes.hidden(request.user, target.consultation),
        is_theme=is_theme,
        newest=newest,
        standing=standing,
        shown=_shown(newest) if newest else [],
        standing_shown=_shown(standing) if standing and standing != newest else [],
        since=since,
        differences=_differences(since, newest) if since and newest else [],
        revisions=desk.revisions,
        looked_at=looked_at,
        looked_at_shown=_shown(looked_at) if looked_at else [],
        looked_at_differences=_in(desk, looked_at) if looked_at else [],
        may_write=may_write,
        decides=may_write and desk.decides and not writes,
        form=(form or _form_class(target).of(newest)) if writes else None,
        back_form=back_form or SendBackForm(),
        wrong=faulty[0] if faulty else None,
        errors_present=bool(faulty),
        **about,
        **more,
    )


def _shown(revision: ReplyRevision) -> list[tuple[str, str]]:
    words = {name: getattr(revision, name) for name in LABELS}
    words["outcome"] = revision.get_outcome_display()
    return [(label, words[name]) for name, label in LABELS.items() if words[name]]


def _differences(old: ReplyRevision, new: ReplyRevision) -> list[tuple[str, list[Change]]]:
    before, after = dict(_shown(old)), dict(_shown(new))
    pairs = [(label, before.get(label, ""), after.get(label, "")) for label in LABELS.values()]
    return [(label, compare(one, other)) for label, one, other in pairs if one != other]


def _in(desk: Desk, looked_at: ReplyRevision) -> list[tuple[str, list[Change]]]:
    """What a revision changed in the one before it."""
    before = desk.numbered(str(looked_at.number - 1))
    return _differences(before, looked_at) if before else []


# What the reply is about


def _about_theme(request, theme: Theme, standing: ReplyRevision | None) -> dict:
    """The passages under it; those put there after the approval come first, and undo nothing."""
    rows = passages.quoted(passages.under(theme, request.user))
    added = Placement.objects.none()
    if standing:
        added = Placement.objects.filter(theme=theme, at__gt=standing.approved_at)
    is_added = Case(
        When(pk__in=added.values("passage"), then=Value(value=True)),
        default=Value(value=False),
        output_field=BooleanField(),
    )
    rows = rows.annotate(is_added=is_added).order_by("-is_added", *rows.query.order_by)
    listed = Paginator(rows, PER_PAGE).get_page(request.GET.get("sida"))
    areas = {area.key: area for area in passages.areas(theme.consultation)}
    return {
        "area": areas.get(theme.area_key),
        "listed": listed,
        "added": rows.filter(is_added=True).count() if standing else 0,
        "merged": _merged(theme),
    }


def _merged(theme: Theme) -> list[ReplyRevision]:
    """The newest reply of each theme that is now part of this one, however many steps away."""
    found: list[int] = []
    looking = [theme.pk]
    while looking:
        inner = Theme.objects.filter(merged_into__in=looking).exclude(pk__in=found)
        looking = list(inner.values_list("pk", flat=True))
        found += looking
    if not found:
        return []
    return list(ReplyRevision.objects.filter(theme__in=found).newest().with_doings())


def _about_answer(request, response) -> dict:
    latest = response.latest
    rows = passages.quoted(Passage.objects.filter(answer__submission=latest))
    themes = Theme.objects.filter(placements__passage__answer__submission=latest)
    return {
        "listed": Paginator(rows, PER_PAGE).get_page(request.GET.get("sida")),
        "themes": themes.distinct().order_by("area_key", "place", "pk"),
    }
