"""The history of a part: what was saved, what it overwrote, and how to get it back."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from remiss.models import Conflict, DraftPart, DraftRevision, How
from remiss.models.draft import BEHIND, WHO, LinkReplaced
from remiss.text import compare
from remiss.views import holding
from remiss.views.again import shown_again
from remiss.views.errors import SessionLost
from remiss.views.opened import Opened, behind_label
from remiss.views.written import part_rows
from remiss.workflow import answering

A_SITTING = timedelta(minutes=10)  # autosaves this close belong to one stretch of writing
A_PAGE = 50


@dataclass(frozen=True)
class Step:
    """One text of the history, and what became of it."""

    revision: DraftRevision
    is_current: bool
    replaced_by: str  # the name of somebody else who saved next
    is_on_the_way: bool  # written on from so soon that it need not be shown


@require_safe
def history(request, public_id, slug):
    """The texts of one part, newest first; short steps of autosaving are left out."""
    opened = Opened(request, public_id)
    part = opened.part_named(slug)
    every = _steps(part)
    everything = request.GET.get("alla") == "1"
    steps = [step for step in every if everything or not step.is_on_the_way]
    return opened.page(
        "answering/history.html",
        response=opened.response,
        part=part,
        slug=slug,
        label=_label(opened, part),
        back=opened.edit_url(part.key),
        steps=Paginator(steps, A_PAGE).get_page(request.GET.get("sida")),
        count=len(every),
        everything=everything,
    )


def _steps(part: DraftPart) -> list[Step]:
    """Newest first. Texts that lost to another one stand beside the row of those that did not."""
    steps: list[Step] = []
    newer: DraftRevision | None = None
    for revision in part.revisions.defer("content"):
        lost = revision.how == How.ASIDE
        other = newer is not None and not lost and newer.editor != revision.editor
        steps.append(
            Step(
                revision,
                is_current=not lost and revision.version == part.version,
                replaced_by=(newer.saved_by or "någon annan") if newer and other else "",
                is_on_the_way=not other and _is_soon_written_on(revision, newer),
            )
        )
        newer = newer if lost else revision
    return steps


def _is_soon_written_on(revision: DraftRevision, newer: DraftRevision | None) -> bool:
    """An autosave that was gone on from within the sitting, without taking anything away."""
    return (
        newer is not None
        and revision.how == How.AUTO
        and newer.saved_at - revision.saved_at < A_SITTING
        and newer.size >= revision.size
    )


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def earlier_text(request, public_id, slug, pk, *, stale=False):
    """One text of the history beside the one that stands now; POST makes it the text again."""
    opened = Opened(request, public_id)
    part = opened.part_named(slug)
    revision = part.revisions.filter(pk=pk).first()
    if revision is None:
        raise Http404
    moved = False
    if request.method == "POST" and not stale:
        try:
            answering.restore_text(
                draft=opened.draft,
                key=part.key,
                revision=pk,
                seen=_number(request.POST.get("seen", "")),
                by=holding.editor(request),
                at=opened.at,
            )
        except Conflict as conflict:
            part, moved = conflict.part, True
        except LinkReplaced as replaced:
            raise SessionLost from replaced
        else:
            messages.success(request, "Texten är tillbaka. Den som stod där finns i historiken.")
            return redirect(opened.edit_url(part.key))
    now = dict(part_rows(opened, part, part.content))
    then = part_rows(opened, part, revision.content)
    return opened.page(
        "answering/earlier_text.html",
        status=403 if stale else 409 if moved else 200,
        response=opened.response,
        part=part,
        slug=slug,
        label=_label(opened, part),
        revision=revision,
        is_current=revision.how != How.ASIDE and revision.version == part.version,
        rows=then,
        differences=[
            (label, compare(text, now.get(label, "")))
            for label, text in then
            if text != now.get(label, "")
        ],
        moved=moved,
        stale=stale,
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _label(opened: Opened, part: DraftPart) -> str:
    if part.key == WHO:
        return "Uppgifter om er"
    if part.key == BEHIND:
        return behind_label(opened)
    area = _area(opened, part)
    return str(area) if area else "Övriga synpunkter"


def _area(opened: Opened, part: DraftPart):
    return next((area for key, area, _asked in opened.plan.parts() if key == part.key), None)
