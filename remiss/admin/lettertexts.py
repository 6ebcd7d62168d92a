"""The texts of the letters to bodies: what applies, every revision, and a page to write one."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path

from remiss import mail
from remiss.admin import scopes
from remiss.admin.gates import moment, needs, page, whole_numbers
from remiss.forms.letters import LetterTextForm
from remiss.models import Body, Consultation, Invitation, LetterText
from remiss.text import Change, compare, placeholders
from remiss.workflow import wording

# A body's link opens what it is writing, which is for nobody here (decision 10).
INSTEAD_OF_THE_LINK = "(den personliga länken)"
EXAMPLE = "Exempelföreningen"
MISSIVE = LetterText.Kind.MISSIVE


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [
        path("brevtexter/", site.admin_view(letter_texts), name="letter_texts"),
        path("brevtexter/<slug:kind>/", site.admin_view(write_text), name="write_text"),
    ]


@dataclass(frozen=True)
class Sample:
    """A letter as it will look, but for the link."""

    subject: str
    text: str


def sample(
    text: LetterText, body: Body, *, invitation: Invitation | None = None, at: datetime
) -> Sample:
    own_last_day = invitation.own_last_day if invitation else None
    timing = text.consultation.timing(at, own_last_day)
    subject, words = mail.in_words(text, body=body, timing=timing, link=INSTEAD_OF_THE_LINK)
    if text.kind != MISSIVE:
        context = {"subject": subject, "text": words, "consultation": text.consultation}
        words = rendered(text.kind, context).text
    return Sample(subject, words)


def rendered(kind: str, context: dict) -> Sample:
    """A letter from its template, which has the subject first."""
    text = render_to_string(f"mail/{kind}.txt", context)
    subject, _newline, words = text.lstrip().partition("\n")
    return Sample(subject.strip(), words.strip())


@needs("remiss.invite_body", methods=("GET", "HEAD"))
def letter_texts(request) -> HttpResponse:
    """The three texts that coordinators write, as they stand now."""
    consultation = scopes.current_consultation(request)
    kinds = LetterText.Kind if consultation else ()
    texts = [wording.current(consultation, kind) for kind in kinds]
    return page(
        request,
        "letter_texts",
        title="Brevtexter",
        section="invitations",
        consultation=consultation,
        texts=texts,
    )


@needs("remiss.invite_body")
def write_text(request, kind: str, *, stale=False) -> HttpResponse:
    """The text, a form for the next revision, how that will look, and those there have been.

    `?version=2` begins from an earlier revision, `?visa=2` shows what that one changed.
    """
    consultation, at = scopes.current_consultation(request), moment(request)
    if consultation is None or kind not in LetterText.Kind.values:
        raise Http404
    current = wording.current(consultation, kind)
    copied = _revision(current, request.GET.get("version", ""))
    start = copied or current
    form = LetterTextForm(
        request.POST if request.method == "POST" else None,
        initial={"subject": start.subject, "body": start.body, "seen": current.number},
        kind=kind,
    )
    is_valid = request.method == "POST" and form.is_valid()
    conflict = None
    if is_valid and not stale and "preview" not in request.POST:
        try:
            return _written(request, current, form, at=at)
        except wording.TextMoved as moved:
            conflict = current = moved.current
            form.show_other(current)
    shown = start if request.method != "POST" else None
    if is_valid:
        shown = _unwritten(consultation, kind, form)
    return page(
        request,
        "write_text",
        status=403 if stale else 409 if conflict else 200,
        title=LetterText.Kind(kind).label,
        section="invitations",
        form=form,
        current=current,
        copied=copied,
        conflict=conflict,
        differences=_differences(current, shown) if conflict and shown else [],
        is_letter=kind != MISSIVE,
        sample=sample(shown, _somebody(consultation), at=at) if shown else None,
        words=_words(kind),
        revisions=_revisions(current),
        looked_at=(looked_at := _revision(current, request.GET.get("visa", ""))),
        looked_at_differences=_since(looked_at) if looked_at else [],
        stale=stale,
        errors_present=bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
write_text.shown_again = partial(write_text, stale=True)


def _written(request, current: LetterText, form: LetterTextForm, *, at: datetime) -> HttpResponse:
    words = {name: form.cleaned_data[name] for name in ("subject", "body")}
    seen = form.cleaned_data["seen"]
    if seen == current.number and words == {"subject": current.subject, "body": current.body}:
        messages.info(request, "Texten är likadan som förut. Ingen ny version är sparad.")
        return redirect("admin:letter_texts")
    text = wording.write(
        consultation=current.consultation,
        kind=current.kind,
        seen=seen,
        at=at,
        by=request.user,
        **words,
    )
    after = "Den visas nu på webbplatsen." if text.kind == MISSIVE else "Nästa utskick får den."
    messages.success(request, f"{text} är sparad. {after}")
    return redirect("admin:letter_texts")


def _unwritten(consultation: Consultation, kind: str, form: LetterTextForm) -> LetterText:
    return LetterText(
        consultation=consultation,
        kind=kind,
        subject=form.cleaned_data["subject"],
        body=form.cleaned_data["body"],
    )


def _somebody(consultation: Consultation) -> Body:
    """The first who has been invited, or one that there is not."""
    invited = Invitation.objects.filter(consultation=consultation).select_related("body")
    first = invited.order_by("body__sort_key", "pk").first()
    return first.body if first else Body(name=EXAMPLE)


def _words(kind: str) -> list[tuple[str, str]]:
    """What may stand in braces, and what it becomes."""
    known = LetterTextForm.placeholders(kind)
    return [(f"{{{name}}}", placeholders.PLACEHOLDERS[name]) for name in known]


def _revisions(current: LetterText):
    same = LetterText.objects.filter(consultation=current.consultation, kind=current.kind)
    return same.select_related("written_by").order_by("-number")


def _revision(current: LetterText, number: str) -> LetterText | None:
    wanted = [n for n in whole_numbers([number]) if 0 < n <= current.number]
    return _revisions(current).filter(number__in=wanted).first() if wanted else None


def _since(text: LetterText) -> list[tuple[str, list[Change]]]:
    """What a revision changed in the one before it, or in the standard text."""
    before = _revision(text, str(text.number - 1))
    subject, body = wording.STANDARD[LetterText.Kind(text.kind)]
    return _differences(before or LetterText(subject=subject, body=body), text)


def _differences(old: LetterText, new: LetterText) -> list[tuple[str, list[Change]]]:
    pairs = (("Ämne", old.subject, new.subject), ("Text", old.body, new.body))
    return [(label, compare(one, other)) for label, one, other in pairs if one != other]
