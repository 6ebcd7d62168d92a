"""Masking: hide words of an answer, and work through what may point out a person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from remiss.admin import scopes
from remiss.admin.gates import allowed, moment, page, whole_numbers
from remiss.exports import published
from remiss.exports.sections import WHOLE_PLAN, Plan
from remiss.forms.masking import MaskForm
from remiss.models import Answer, Attachment, Finding, Masking, Response, Spot, Submission
from remiss.models.masking import texts_of
from remiss.text import around, merged, occurrences
from remiss.workflow import masking

A_PAGE = 50
MOST_PLACES = 100  # shown of one search
SEARCH, SHOW, HIDE, UNDO = "sok", "visa", "dolj", "angra"


def urls(site) -> list:
    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("svar/<int:pk>/maskning/", mask, "mask"),
        at("maskning/", findings, "findings"),
        at("maskning/flera/", decide_findings, "decide_findings"),
    ]


def may_mask(user) -> bool:
    return user.has_perms(["remiss.view_response", "remiss.mask_text"])


def where(spot: Spot, answer: Answer | None) -> str:
    """Where a text stands, in words."""
    if answer:
        area = answer.area
        heading = f"{area.number}. {area.heading}" if area else WHOLE_PLAN
        return f"{heading}: {answer.question.label}"
    return {
        "cosignatory": "Står också bakom svaret",
        "attachment": "Bilagans filnamn",
        "organisation": "Organisationens namn",
    }[spot.field]


# One answer


@dataclass(frozen=True)
class Shown:
    """A place with what stands around it."""

    before: str
    words: str
    after: str
    where: str


@dataclass(frozen=True)
class Choice(Shown):
    """A place to tick."""

    key: str
    kind: str
    is_ticked: bool


@dataclass
class Desk:
    """The version of an answer that counts, and what is asked about it."""

    submission: Submission
    words: str = ""
    ticked: tuple[masking.Place, ...] = ()
    ticks_found: bool = False  # whole words that are found come ticked

    @cached_property
    def texts(self) -> dict[Spot, str]:
        return texts_of(self.submission)

    def where(self, spot: Spot) -> str:
        answers = {answer.pk: answer for answer in self.submission.answers.all()}
        return where(spot, answers[spot.pk] if spot.field == "answer" else None)

    @cached_property
    def standing(self) -> list[Masking]:
        return [each for each in self.submission.maskings.all() if each.undone_at is None]

    def is_hidden(self, spot: Spot, start: int, end: int) -> bool:
        spans = [(each.start, each.end) for each in self.standing if each.spot == spot]
        runs = merged(self.texts[spot], spans)
        return any(first <= start and end <= last for first, last in runs)

    @cached_property
    def found(self) -> list[tuple[masking.Place, bool]]:
        """(a place where the words stand, whether they are whole words there)."""
        return [
            ((spot, each.start, each.end), each.is_whole_words)
            for spot, text in self.texts.items()
            for each in occurrences(text, self.words)
            if not self.is_hidden(spot, each.start, each.end)
        ]

    @property
    def is_cut(self) -> bool:
        return len(self.found) > MOST_PLACES

    def choices(self) -> list[Choice]:
        """Everything that can be ticked, in the order of the texts."""
        shown = self.found[:MOST_PLACES]
        known = {
            (each.spot, each.start, each.end): str(each.get_kind_display())
            for each in self.submission.findings.all()
            if each.spot in self.texts and not self.is_hidden(each.spot, each.start, each.end)
        }
        ticked = {place for place in self.ticked if self._is_here(place)}
        if self.ticks_found:
            ticked |= {place for place, is_whole in shown if is_whole}
        order = {spot: number for number, spot in enumerate(self.texts)}
        places = {*known, *(place for place, _is_whole in shown), *ticked}
        return [
            self._choice(place, known.get(place, ""), is_ticked=place in ticked)
            for place in sorted(places, key=lambda place: (order[place[0]], *place[1:]))
        ]

    def _is_here(self, place: masking.Place) -> bool:
        spot, start, end = place
        return 0 <= start < end <= len(self.texts.get(spot, ""))

    def _choice(self, place: masking.Place, kind: str, *, is_ticked: bool) -> Choice:
        spot, start, end = place
        return Choice(
            *around(self.texts[spot], start, end),
            where=self.where(spot),
            key=f"{spot.field}-{spot.pk}-{start}-{end}",
            kind=kind,
            is_ticked=is_ticked,
        )

    def shown(self, *, with_ticked: bool) -> published.PublishedAnswer:
        """The public page of the answer; as it would be, when what is ticked is hidden too."""
        also = [place for place in self.ticked if self._is_here(place)] if with_ticked else []
        return published.of_submission(
            self.submission, Plan(self.submission.plan_version), also=also
        )


def _places(values: Iterable[str]) -> tuple[masking.Place, ...]:
    """What the boxes say; whatever is none of ours is a place in no text."""
    places = []
    for value in values:
        field, *parts = value.split("-")
        numbers = whole_numbers(parts)
        pk, start, end = numbers if len(parts) == len(numbers) == 3 else (0, 0, 0)
        places.append((Spot(field, pk), start, end))
    return tuple(places)


@allowed(may_mask)
def mask(request, pk, *, stale=False):
    """GET shows what is hidden and what the public reads; POST searches, shows, hides or undoes."""
    received = scopes.received(request.user).select_related("latest__plan_version")
    response = get_object_or_404(received, pk=pk)
    act = request.POST.get("act", SEARCH) if request.method == "POST" else ""
    if act == UNDO and not stale:
        return _undo(request, response)
    form = MaskForm(request.POST if act else None, hides=act == HIDE and not stale)
    is_right = bool(act) and form.is_valid()
    places = _places(request.POST.getlist("place"))
    # What may not be seen may not be marked: its places are in no text, of whatever length it is.
    submission = _with_contents(response.latest, request.user)
    if act == HIDE and not stale:
        if is_right and _hide(request, form, submission, places):
            return redirect("admin:mask", response.pk)
        is_right = False
    desk = Desk(
        submission,
        words=form.cleaned_data.get("words", "") if act else "",
        ticked=places,
        ticks_found=act == SEARCH and not stale,
    )
    return page(
        request,
        "mask",
        status=403 if stale else 200,
        title=f"Dölj ord i {response}",
        section="responses",
        response=response,
        submission=desk.submission,
        form=form,
        desk=desk,
        choices=desk.choices(),
        marks=_marks(desk),
        answer=desk.shown(with_ticked=act == SHOW),
        is_tried=act == SHOW,
        is_searched=act == SEARCH and is_right,
        stale=stale,
        errors_present=bool(form.is_bound and form.errors),
    )


# A form older than its token comes back with what was written in it.
mask.shown_again = partial(mask, stale=True)


def _with_contents(submission: Submission, viewer) -> Submission:
    visible = Prefetch("attachments", Attachment.objects.visible_to(viewer))
    prefetch_related_objects([submission], visible, *published.READ)
    return submission


def _hide(request, form: MaskForm, submission: Submission, places) -> bool:
    """Hide what is ticked and say how it went; False when the page has to ask again."""
    if not places:
        form.add_error(None, masking.NOTHING_CHOSEN)
        return False
    try:
        hidden = masking.mask(
            submission=submission,
            places=places,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            at=moment(request),
            by=request.user,
        )
    except ValueError as refusal:
        form.add_error(None, str(refusal))
        return False
    if hidden:
        messages.success(request, f"Dolde {len(hidden)} ställe{'n' if len(hidden) > 1 else ''}.")
    else:
        messages.info(request, "De ställena är redan dolda.")
    return True


def _undo(request, response: Response):
    keys = whole_numbers([request.POST.get("masking", "")])
    rows = Masking.objects.visible_to(request.user).filter(submission__response=response)
    mark = get_object_or_404(rows.select_related("submission__response"), pk__in=keys)
    if masking.unmask(masking=mark, at=moment(request), by=request.user):
        messages.success(request, "Orden visas igen.")
    else:
        messages.info(request, "Någon annan har redan tagit bort den maskningen.")
    return redirect("admin:mask", response.pk)


def _marks(desk: Desk) -> list[tuple[Masking, str]]:
    """Every mark of the version with where it is, those that stand first."""
    rows = desk.submission.maskings.select_related(
        "answer", "cosignatory", "attachment", "by", "undone_by"
    )
    shown = [each for each in rows if each.spot in desk.texts]
    newest = sorted(shown, key=lambda each: (each.undone_at is not None, -each.pk))
    return [(each, desk.where(each.spot)) for each in newest]


# What was found in all answers


STATES = {
    "": ("Att granska", lambda rows: rows.waiting()),
    "dolda": ("Dolda", lambda rows: rows.hidden()),
    "kvar": ("Får stå", lambda rows: rows.left()),
}


@dataclass(frozen=True)
class Act:
    """What is done to what was found, in words: "Dölj 3 uppgifter"."""

    button: str
    done: str
    explanation: str
    do: Callable


ACTS = {
    "dolj": Act("Dölj", "Dolde", "De byts ut mot [borttaget] i allt offentligt.", masking.hide),
    "lat-sta": Act("Låt stå", "Lät stå", "De visas när svaret publiceras.", masking.let_stand),
}


def _current(viewer) -> QuerySet[Finding]:
    return Finding.objects.visible_to(viewer).current()


def waiting(viewer) -> QuerySet[Finding]:
    """What the list shows first and the overview counts."""
    return _current(viewer).waiting()


@dataclass
class Listing:
    """The list as its address says: what is shown, and of which kind."""

    state: str
    kind: str
    number: str
    viewer: object

    @classmethod
    def of(cls, asked, viewer) -> "Listing":
        state, kind = asked.get("visa", ""), asked.get("vad", "")
        return cls(
            state if state in STATES else "",
            kind if kind in Finding.Kind.values else "",
            asked.get("sida", ""),
            viewer,
        )

    def query(self, **others) -> str:
        asked = {"visa": self.state, "vad": self.kind} | others
        return urlencode({name: value for name, value in asked.items() if value})

    def address(self, **others) -> str:
        return f"{reverse('admin:findings')}?{self.query(**others)}"

    def rows(self) -> QuerySet[Finding]:
        _label, narrow = STATES[self.state]
        found = narrow(_current(self.viewer))
        found = found.filter(kind=self.kind) if self.kind else found
        rows = found.select_related(
            "submission__response",
            "answer__area",
            "answer__question",
            "cosignatory",
            "attachment",
            "left_by",
        )
        without = [f"submission__{name}" for name in ("canonical", "search_text", "backing")]
        return rows.defer(*without).order_by("submission__received_at", "submission", "pk")

    def states(self) -> list[tuple[str, str, bool]]:
        """(label, address, whether it is shown) of each list there is."""
        return [
            (label, self.address(visa=state), state == self.state)
            for state, (label, _narrow) in STATES.items()
        ]

    def kinds(self) -> list[tuple[str, str, int, bool]]:
        """(label, address, how many, whether it is shown) of each kind there is any of."""
        _label, narrow = STATES[self.state]
        rows = narrow(_current(self.viewer)).order_by().values("kind")
        counts = {row["kind"]: row["n"] for row in rows.annotate(n=Count("pk"))}
        everything = ("Alla", self.address(vad=""), sum(counts.values()), not self.kind)
        return [everything] + [
            (str(kind.label), self.address(vad=kind.value), counts[kind], kind == self.kind)
            for kind in Finding.Kind
            if kind in counts
        ]


@allowed(may_mask)
def findings(request, *, stale=False):
    """What was found in all answers, fifty a page; POST decides on one of them."""
    listing = Listing.of(request.GET, request.user)
    if request.method == "POST" and not stale:
        return _decide_one(request, listing)
    shown = Paginator(listing.rows(), A_PAGE).get_page(listing.number)
    return page(
        request,
        "findings",
        status=403 if stale else 200,
        title="Möjliga personuppgifter i svaren",
        section="responses",
        listing=listing,
        kinds=listing.kinds(),
        shown=shown,
        rows=[_row(each) for each in shown],
        latest=_latest(request),
        ticked=whole_numbers(request.POST.getlist("f")),
        stale=stale,
    )


def _row(finding: Finding) -> tuple[Finding, Shown]:
    around_it = around(finding.whole_text, finding.start, finding.end)
    return finding, Shown(*around_it, where=where(finding.spot, finding.answer))


def _chosen(keys: Iterable[int], viewer) -> QuerySet[Finding]:
    rows = _current(viewer).filter(pk__in=keys)
    return rows.select_related("submission__response", "answer", "cosignatory", "attachment")


def _latest(request) -> Finding | None:
    """What was decided on last, to be undone from the page that follows."""
    keys = whole_numbers([request.GET.get("senast", "")])
    if not keys:
        return None
    left = waiting(request.user).values("pk")
    return _chosen(keys, request.user).exclude(pk__in=left).first()


def _decide_one(request, listing: Listing):
    """Back to the list; what the press was about stands above it, to be undone."""
    at, by = moment(request), request.user
    for name in (*ACTS, UNDO):
        if keys := whole_numbers([request.POST.get(name, "")]):
            finding = get_object_or_404(_chosen(keys, by))
            break
    else:
        return redirect(listing.address(sida=listing.number))
    if name == UNDO:
        if masking.ask_again(finding=finding, at=at, by=by):
            messages.success(request, "Ångrat. Uppgiften står bland dem som ska granskas.")
        else:
            messages.info(request, "Det fanns inget att ångra.")
        return redirect(listing.address(sida=listing.number))
    if not ACTS[name].do(findings=[finding], at=at, by=by):
        messages.info(request, "Någon annan har redan bestämt om uppgiften. Inget är ändrat.")
    return redirect(listing.address(sida=listing.number, senast=finding.pk))


@allowed(may_mask, methods=("POST",))
def decide_findings(request, *, stale=False):
    """Say how many it is about, and then do it."""
    name, listing = request.POST.get("act", ""), Listing.of(request.POST, request.user)
    keys = whole_numbers(request.POST.getlist("f"))[:A_PAGE]
    chosen = list(waiting(request.user).filter(pk__in=keys).values_list("pk", flat=True))
    if stale and (name not in ACTS or not chosen):
        raise PermissionDenied
    if name not in ACTS:
        return redirect(listing.address(sida=listing.number))
    if not chosen:
        messages.info(request, "Välj minst en uppgift som ingen har bestämt om.")
        return redirect(listing.address(sida=listing.number))
    if "confirmed" in request.POST and not stale:
        done = ACTS[name].do(
            findings=_chosen(chosen, request.user), at=moment(request), by=request.user
        )
        messages.success(request, f"{ACTS[name].done} {_number(len(done))}.")
        return redirect(listing.address(sida=listing.number))
    found = Listing("", "", "", request.user).rows().filter(pk__in=chosen)
    return page(
        request,
        "decide_findings",
        status=403 if stale else 200,
        title=f"{ACTS[name].button} {_number(len(chosen))}?",
        section="responses",
        act=ACTS[name],
        name=name,
        number=_number(len(chosen)),
        rows=[_row(each) for each in found],
        listing=listing,
        stale=stale,
    )


# A page older than its token comes back with what was ticked in it.
findings.shown_again = partial(findings, stale=True)
decide_findings.shown_again = partial(decide_findings, stale=True)


def _number(count: int) -> str:
    return "1 uppgift" if count == 1 else f"{count} uppgifter"
