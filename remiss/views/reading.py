"""Pages anyone may read: the plan, its areas, and about the remiss."""

from datetime import date
from itertools import groupby

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from remiss import limits, links
from remiss.exports.sections import Plan
from remiss.forms.answering import ReportForm
from remiss.forms.fields import STANCES
from remiss.models import Body, Consultation, Invitation, Kind, LetterText, PlanVersion
from remiss.models.body import KINDS_IN_PLURAL
from remiss.text import placeholders
from remiss.views import errors, holding
from remiss.views.again import shown_again
from remiss.workflow import recording

# When the accessibility of these pages was last gone through; the statement must say it.
ASSESSED_ON = date(2026, 11, 24)


def published(slug: str) -> Consultation:
    """The published remiss with that slug; its row carries the database's time as `at`."""
    return get_object_or_404(Consultation.objects.published().with_clock(), slug=slug)


def newest_version(consultation: Consultation) -> PlanVersion:
    version = consultation.versions.order_by("-number").first()
    if version is None:
        raise Http404
    return version


def page(request, template: str, consultation, *, section: str, status: int = 200, **context):
    """Render with what every public page shows: the remiss and how it stands now."""
    timing = consultation.timing(consultation.at) if consultation else None
    if timing and timing.phase == "closed" and "own_timing" not in context:
        context["own_timing"] = _own_timing(request, consultation)
    context |= {"consultation": consultation, "timing": timing, "section": section}
    return render(request, template, context, status=status)


def _own_timing(request, consultation):
    """For somebody who holds an answer with longer time, on every page (ux.md section 3)."""
    own = holding.latest_own_day(request, consultation)
    timing = consultation.timing(consultation.at, own)
    return timing if own and timing.is_open else None


def plan_page(request, template: str, slug: str, **context):
    """A page about the plan: consultation, version, areas and questions in five queries."""
    consultation = published(slug)
    plan = Plan(newest_version(consultation))
    shown: dict = {
        "version": plan.version,
        "areas": plan.areas,
        "questions": plan.area_questions,
        "whole_questions": plan.whole_questions,
    } | context
    return page(request, template, consultation, section="plan", **shown)


def _current_or_none():
    return Consultation.objects.current()


@require_safe
def home(request):
    """The short address of the current remiss, or a page that says there is none."""
    consultation = _current_or_none()
    if consultation is None:
        return page(request, "reading/no_consultation.html", None, section="plan")
    return redirect("remiss:start", consultation.slug)


@require_safe
def short(request, name):
    consultation = _current_or_none()
    if consultation is None:
        raise Http404
    return redirect(f"remiss:{name}", consultation.slug)


@require_safe
def short_area(request, area):
    consultation = _current_or_none()
    if consultation is None:
        raise Http404
    return redirect("remiss:area", consultation.slug, area)


@require_safe
def start(request, slug):
    return plan_page(request, "reading/start.html", slug)


@require_safe
def plan(request, slug):
    return plan_page(
        request,
        "reading/plan.html",
        slug,
        corrections=_corrections(slug),
        has_missive=has_missive(slug),
    )


def has_missive(slug: str) -> bool:
    return _missive(slug) is not None


def _missive(slug: str) -> LetterText | None:
    """The följebrev as it stands; None when nobody has written any, or it was emptied."""
    written = LetterText.objects.filter(consultation__slug=slug, kind=LetterText.Kind.MISSIVE)
    newest = written.order_by("-number").first()
    return newest if newest and newest.body.strip() else None


def _corrections(slug: str):
    newest = PlanVersion.objects.filter(consultation__slug=slug).order_by("-number").first()
    return newest.corrections.all() if newest else []


@require_safe
def missive(request, slug):
    """The letter that goes with the plan, to everybody: nothing of one body is filled in."""
    consultation, text = published(slug), _missive(slug)
    if text is None:
        raise Http404
    values = {
        placeholders.LAST_DAY: consultation.timing(consultation.at).day_with_year,
        placeholders.PLAN: links.absolute(reverse("remiss:plan", args=[slug])),
        placeholders.CONSULTATION: consultation.title,
    }
    return page(
        request,
        "reading/missive.html",
        consultation,
        section="plan",
        heading=placeholders.fill(text.subject, values),
        text=placeholders.fill(text.body, values),
        written_at=text.written_at,
    )


@require_safe
def invited_bodies(request, slug):
    """Sändlistan: the names of those who have been asked, when the remiss shows them, and no
    addresses."""
    consultation = published(slug)
    if not consultation.shows_invited:
        raise Http404
    invitations = Invitation.objects.in_use().filter(consultation=consultation)
    asked = invitations.with_status().asked().select_related("body")
    bodies = {invitation.body for invitation in asked}
    return page(
        request,
        "reading/invited_bodies.html",
        consultation,
        section="plan",
        groups=_by_kind(bodies),
        total=len(bodies),
    )


def _by_kind(bodies: set[Body]) -> list[tuple[str, list[Body]]]:
    """Those that there are of each kind under its heading, in the order of the vocabulary."""
    order = {kind: place for place, kind in enumerate(KINDS_IN_PLURAL)}
    ordered = sorted(bodies, key=lambda body: (order[Kind(body.kind)], body.sort_key, body.pk))
    grouped = groupby(ordered, key=lambda body: body.kind)
    return [(str(KINDS_IN_PLURAL[Kind(kind)]), list(named)) for kind, named in grouped]


@require_safe
def worksheet(request, slug):
    """The print sheet for a board or a meeting."""
    stances = [label for value, label in STANCES if value]
    return plan_page(request, "reading/worksheet.html", slug, stances=stances)


@require_safe
def area(request, slug, area):
    consultation = published(slug)
    plan = Plan(newest_version(consultation))
    found = next((each for each in plan.areas if each.slug == area), None)
    if found is None:
        raise Http404
    hints = {hint.question_id: hint.text for hint in found.hints.all()}
    place = plan.areas.index(found)
    context = {
        "area": found,
        "areas": plan.areas,
        "questions": [
            {"label": question.label, "hint": hints.get(question.pk, question.hint)}
            for question in plan.area_questions
        ],
        "previous_area": plan.areas[place - 1] if place else None,
        "next_area": plan.areas[place + 1] if place + 1 < len(plan.areas) else None,
    }
    return page(request, "reading/area.html", consultation, section="plan", **context)


def closed_page(request, consultation, *, at, status=200, **context):
    """Closed, or not open yet; what was posted is handed back."""
    context.setdefault("returned", errors.handed_back(request))
    consultation.at = at
    areas = newest_version(consultation).areas.all()
    return page(
        request,
        "reading/closed.html",
        consultation,
        section="answer",
        status=status,
        areas=areas,
        **context,
    )


@require_safe
def closed(request, slug):
    consultation = published(slug)
    if consultation.is_open(consultation.at):
        return redirect("remiss:begin", slug)
    return closed_page(request, consultation, at=consultation.at)


@require_safe
def results(request, slug):
    return page(request, "reading/results.html", published(slug), section="results")


@require_safe
def about(request):
    consultation = _current_or_none()
    version = consultation.versions.order_by("-number").first() if consultation else None
    return page(request, "reading/about.html", consultation, section="about", version=version)


@require_safe
def contact(request):
    return page(request, "reading/contact.html", _current_or_none(), section="about")


@require_safe
def privacy(request):
    return page(request, "reading/privacy.html", _current_or_none(), section="about")


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request, *, stale=False):
    """Tillgänglighetsredogörelse with its report form (DOS-lagen)."""
    consultation = _current_or_none()
    form = ReportForm(request.POST or None)
    if request.method == "POST" and not stale and consultation and form.is_valid():
        at = request.received_at
        if not limits.allow(limits.REPORTS_FROM_NETWORK, limits.network(request), at):
            return errors.too_many(request)
        recording.report_failing(consultation=consultation, at=at, **form.cleaned_data)
        return redirect(request.path + "?skickat=1#rapportera")
    return page(
        request,
        "reading/accessibility.html",
        consultation,
        section="about",
        status=403 if stale else 200,
        form=form,
        stale=stale,
        sent="skickat" in request.GET,
        assessed_on=ASSESSED_ON,
    )
