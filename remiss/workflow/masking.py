"""Hiding words in what is public, and deciding on what was found: nothing received is touched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import F

from remiss.models import Event, Finding, Ground, Masking, Response, Spot, Submission, Verb
from remiss.models.masking import texts_of
from remiss.text import (
    find_personal_data,
    known_words,
    masked,
    merged,
    occurrences,
    traces,
    whole,
)

NOT_HERE = "Ett av ställena finns inte i den version som gäller. Ingenting är ändrat. Välj igen."
NOTHING_CHOSEN = "Välj vilka ställen som ska döljas."
NEEDS_NOTE = "Skriv skälet."

Place = tuple[Spot, int, int]  # a text, and from where to where in it


@transaction.atomic
def mask(
    *, submission: Submission, places: Iterable[Place], reason: str, note: str, at: datetime, by
) -> list[Masking]:
    """Hide these places; those that are hidden already are left as they are.

    Raises ValueError in words, and hides nothing, when one of them is not in the version.
    """
    if Ground(reason).needs_note and not note:
        raise ValueError(NEEDS_NOTE)
    _hold([submission])
    texts, standing = texts_of(submission), _standing(submission)
    wanted: list[Masking] = []
    for spot, start, end in dict.fromkeys(places):
        text = texts.get(spot, "")
        if not 0 <= start < end <= len(text):
            raise ValueError(NOT_HERE)
        start, end = whole(text, start, end)
        runs = merged(text, standing.setdefault(spot, []))
        if any(first <= start and end <= last for first, last in runs):
            continue
        standing[spot].append((start, end))
        wanted.append(
            Masking(
                submission=submission,
                **spot.row(),
                start=start,
                end=end,
                reason=reason,
                note=note,
                by=by,
                at=at,
            )
        )
    if wanted:
        Masking.objects.bulk_create(wanted)
        said = f"{_places(len(wanted))}. {Ground(reason).label}"
        _note(Verb.MASKED, submission, f"{said}. {note}" if note else said, at=at, by=by)
    return wanted


@transaction.atomic
def unmask(*, masking: Masking, at: datetime, by) -> bool:
    """Show the words again; False when somebody has done so already."""
    standing = Masking.objects.standing().filter(pk=masking.pk)
    if not standing.update(undone_at=at, undone_by=by):
        return False
    _note(Verb.UNMASKED, masking.submission, _places(1), at=at, by=by)
    return True


# What was found


@transaction.atomic
def hide(*, findings: Iterable[Finding], at: datetime, by, reason: str = "") -> list[Finding]:
    """Hide those that nobody has decided on, each by its own ground when no reason is given."""
    hidden = _still_waiting(findings)
    for (submission, ground), group in groupby(
        hidden, key=lambda each: (each.submission, reason or each.ground)
    ):
        places = [(each.spot, each.start, each.end) for each in group]
        mask(submission=submission, places=places, reason=ground, note="", at=at, by=by)
    return hidden


@transaction.atomic
def let_stand(*, findings: Iterable[Finding], at: datetime, by) -> list[Finding]:
    """Note that somebody has looked and that the words may be public, where nobody has decided."""
    left = _still_waiting(findings)
    Finding.objects.filter(pk__in=[each.pk for each in left]).update(left_at=at, left_by=by)
    for submission, group in groupby(left, key=lambda each: each.submission):
        _note(Verb.LET_STAND, submission, _places(len(list(group))), at=at, by=by)
    return left


@transaction.atomic
def ask_again(*, finding: Finding, at: datetime, by) -> bool:
    """Undo what was decided on it, so that it waits again; False when it waits already."""
    _hold([finding.submission])
    is_asked = False
    if Finding.objects.filter(pk=finding.pk, left_at__isnull=False).update(
        left_at=None, left_by=None
    ):
        _note(Verb.ASKED_AGAIN, finding.submission, _places(1), at=at, by=by)
        is_asked = True
    keys = {key: getattr(finding, key) for key in ("answer", "cosignatory", "attachment")}
    own = Masking.objects.standing().filter(
        submission=finding.submission, start=finding.start, end=finding.end, **keys
    )
    for masking in own.select_related("submission__response"):
        is_asked = unmask(masking=masking, at=at, by=by) or is_asked
    return is_asked


def _still_waiting(findings: Iterable[Finding]) -> list[Finding]:
    """Those that wait when the answers are held, in the order of their versions."""
    chosen = list(findings)
    _hold({each.submission for each in chosen})
    waiting = Finding.objects.waiting().filter(pk__in=[each.pk for each in chosen])
    return list(waiting.select_related("submission__response").order_by("submission", "kind", "pk"))


def _hold(submissions: Iterable[Submission]) -> None:
    """Let nobody else decide about the same answers until this is done."""
    ids = {submission.response_id for submission in submissions}
    list(Response.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))


def _standing(submission: Submission) -> dict[Spot, list[tuple[int, int]]]:
    spans: dict[Spot, list[tuple[int, int]]] = {}
    for masking in Masking.objects.standing().filter(submission=submission):
        spans.setdefault(masking.spot, []).append((masking.start, masking.end))
    return spans


def _places(number: int) -> str:
    return "1 ställe" if number == 1 else f"{number} ställen"


def _note(verb: str, submission: Submission, said: str, *, at: datetime, by) -> None:
    """The log says how much and why, never which words."""
    note = f"version {submission.number}, {said}"
    Event.objects.note(verb, submission.response, note, at=at, by=by)


# When a version has come in


def look_through(
    submission: Submission, texts: Mapping[Spot, str], *, earlier: Submission | None = None
) -> None:
    """Note what may point out a person, in the caller's transaction.

    Where a text is as it was in `earlier`, what was decided there stands, wherever the text stands
    now. In all others, whatever they answer, the words that were masked are masked again, what
    resembles them is asked about, and so is the rest.
    """
    findings = [
        Finding(submission=submission, **spot.row(), start=start, end=end, kind=kind)
        for spot, text in texts.items()
        for kind, start, end in _found(spot, text)
    ]
    if earlier:
        findings += _carry(submission, texts, findings, earlier)
    Finding.objects.bulk_create(findings)


def _found(spot: Spot, text: str) -> list[tuple[str, int, int]]:
    if spot.field == "attachment":
        return [(Finding.Kind.FILE_NAME, 0, len(text))]
    spans: dict[tuple[int, int], str] = {}
    for found in find_personal_data(text):
        spans.setdefault(whole(text, found.start, found.end), found.kind.value)
    return [(kind, start, end) for (start, end), kind in spans.items()]


def _carry(
    submission: Submission,
    texts: Mapping[Spot, str],
    findings: Sequence[Finding],
    earlier: Submission,
) -> list[Finding]:
    """Decide as was decided before; what is to be asked about beside `findings`."""
    ever = Masking.objects.with_texts().filter(submission__response=submission.response_id)
    marks = list(ever.order_by("submission__number", "pk"))
    left = list(earlier.findings.filter(left_at__isnull=False))
    if not marks and not left:
        return []
    standing = [mark for mark in marks if mark.undone_at is None]
    then = [mark for mark in standing if mark.submission_id == earlier.pk]
    old_texts = texts_of(earlier)
    same = _same(submission, texts, earlier, old_texts)
    decided = {(each.spot, each.start, each.end): each for each in left}
    for finding in findings:
        place = (same.get(finding.spot), finding.start, finding.end)
        if known := decided.get(place):
            finding.left_at, finding.left_by_id = known.left_at, known.left_by_id
    # A new name of a file is read by nobody before it has been looked at: no mark says that it has.
    changed = [spot for spot in texts if spot not in same and spot.field != "attachment"]
    sought = _latest_by_words(marks)
    kept = {
        (spot, mark.start, mark.end): mark
        for spot, old in same.items()
        for mark in then
        if mark.spot == old
    } | {
        (spot, each.start, each.end): mark
        for spot in changed
        for mark in sought
        for each in occurrences(texts[spot], mark.text)
        if each.is_whole_words
    }
    Masking.objects.bulk_create(
        Masking(
            submission=submission,
            **spot.row(),
            start=start,
            end=end,
            reason=mark.reason,
            note=mark.note,
            by_id=mark.by_id,
            at=mark.at,
        )
        for (spot, start, end), mark in kept.items()
    )
    read = known_words(_read(old_texts, then))
    # What a file is called says little of what a text says.
    said = [mark.text for mark in sought if mark.spot.field != "attachment"]
    masked_names = {mark.spot for mark in standing if mark.spot.field == "organisation"}
    asked: set[Place] = set()
    for spot in changed:
        text = texts[spot]
        hidden = merged(text, [place[1:] for place in kept if place[0] == spot])
        alike = traces(text, said, known=read)
        if spot in masked_names and not hidden and not alike:
            # Whatever it is, it has come in place of a name that was not to be read.
            alike = [(0, len(text))]
        for start, end in alike:
            if not any(first <= start and end <= last for first, last in hidden):
                asked.add((spot, start, end))
    found = {(each.spot, each.start, each.end) for each in findings}
    return [
        Finding(
            submission=submission,
            **spot.row(),
            start=start,
            end=end,
            kind=Finding.Kind.MASKED_BEFORE,
        )
        for spot, start, end in sorted(asked - found, key=lambda place: place[1:])
    ]


def _same(
    submission: Submission,
    texts: Mapping[Spot, str],
    earlier: Submission,
    old_texts: Mapping[Spot, str],
) -> dict[Spot, Spot]:
    """Each text that is as it was, and which it was: in its own place, or else in another."""
    then = {place: spot for spot, place in _places_of(earlier, old_texts).items()}
    moved = {(spot.field, text): spot for spot, text in old_texts.items()}
    found: dict[Spot, Spot] = {}
    for spot, place in _places_of(submission, texts).items():
        old = then.get(place)
        if not old or old_texts[old] != texts[spot]:
            old = moved.get((spot.field, texts[spot]))
        if old:
            found[spot] = old
    return found


def _latest_by_words(marks: Iterable[Masking]) -> list[Masking]:
    """One mark of each words that are to be hidden: what was undone in the last version that had
    them is shown, and what stood nowhere for a version is hidden when it comes back."""
    last: dict[str, list[Masking]] = {}
    for mark in marks:
        same = last.setdefault(" ".join(mark.text.casefold().split()), [])
        if same and same[0].submission_id != mark.submission_id:
            same.clear()
        same.append(mark)
    standing = ([mark for mark in same if mark.undone_at is None] for same in last.values())
    return [same[0] for same in standing if same]


def _read(texts: Mapping[Spot, str], marks: Iterable[Masking]) -> Iterable[str]:
    """The texts with what is masked left out."""
    spans: dict[Spot, list[tuple[int, int]]] = {}
    for mark in marks:
        spans.setdefault(mark.spot, []).append((mark.start, mark.end))
    return [masked(text, spans.get(spot, ())) for spot, text in texts.items()]


def _places_of(submission: Submission, texts: Mapping[Spot, str]) -> dict[Spot, tuple]:
    """Where each text stands, told in a way that is the same in the next version."""
    answers = {
        answer.pk: (answer.area.key if answer.area else "", answer.question.key)
        for answer in submission.answers.select_related("area", "question")
    }
    names = {"cosignatory", "attachment"}  # told from one another by what they are
    return {
        spot: (spot.field, *answers.get(spot.pk, ()))
        if spot.field == "answer"
        else (spot.field, text if spot.field in names else "")
        for spot, text in texts.items()
    }


def look_through_missing(limit: int = 200) -> int:
    """Look through what was received before there was anything to look for; how many versions."""
    lacking = Response.objects.filter(looked_through__lt=F("latest__number"))
    responses = list(lacking.select_related("latest").order_by("pk")[:limit])
    for response in responses:
        with transaction.atomic():
            _hold([response.latest])
            standing = Response.objects.filter(pk=response.pk, latest=response.latest)
            if standing.filter(looked_through__lt=response.latest.number).update(
                looked_through=response.latest.number
            ):
                look_through(response.latest, texts_of(response.latest))
    return len(responses)
