"""What leaves the portal by the hand of staff: a postlista, the log, a version, an utlämnande."""

from collections.abc import Collection
from datetime import date, datetime

from remiss.models import Disclosure, Event, Submission, Verb

NOTE_LENGTH = 400  # characters; what else the event says is the portal's own words


def disclosed(
    *,
    submission: Submission,
    with_answer: bool,
    files: Collection[int],
    decision: Disclosure,
    given_on: date,
    note: str,
    at: datetime,
    by,
) -> Event:
    """Log that somebody asked for a version, or some of its files by number, and what they got.

    Who asked is nobody's to ask (TF 2 kap. 18 §), and so is not here. Raises ValueError when the
    sentence does not say what, or why not all of it.
    """
    if not with_answer and not files:
        raise ValueError("Välj vad det gäller.")
    if decision.needs_note and not note:
        raise ValueError("Skriv vad som är maskat, eller varför det inte lämnades ut.")
    if len(note) > NOTE_LENGTH:
        raise ValueError(f"Skriv högst {NOTE_LENGTH} tecken.")
    numbers = ", ".join(str(number) for number in sorted(files))
    attached = f"bilaga {numbers}" if files else ""
    what = " och ".join(part for part in ("svaret" if with_answer else "", attached) if part)
    said = f"version {submission.number}, {what}. {decision.label} {given_on.isoformat()}"
    return Event.objects.note(
        Verb.DISCLOSED, submission.response, f"{said}. {note}".strip(), at=at, by=by
    )


def took_version(*, submission: Submission, with_contact: bool, at: datetime, by) -> None:
    """Log that a version was taken out whole, and that who to contact went along if it did."""
    note = f"version {submission.number} som zip"
    Event.objects.note(Verb.EXPORTED, submission.response, note, at=at, by=by)
    if with_contact:
        Event.objects.note(Verb.READ_CONTACT, submission.response, note, at=at, by=by)


def took_post_list(*, first: date, last: date, count: int, form: str, at: datetime, by) -> None:
    """Log a postlista, which may be of several remisser."""
    period = f"{first.isoformat()} till {last.isoformat()}"
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.EXPORTED,
        note=f"postlista {period} som {form}, antal handlingar: {count}",
    )


def searched_person(*, count: int, at: datetime, by) -> None:
    """Log that somebody looked for what is held about a person; never whom."""
    Event.objects.create(
        at=at, actor=by, verb=Verb.SEARCHED_PERSON, note=f"antal uppgifter: {count}"
    )


def took_extract(*, count: int, form: str, at: datetime, by) -> None:
    """Log a registerutdrag; never whose."""
    Event.objects.create(
        at=at, actor=by, verb=Verb.TOOK_EXTRACT, note=f"som {form}, antal uppgifter: {count}"
    )


def took_log(*, count: int, form: str, chosen: str, at: datetime, by) -> None:
    """Log that the log was taken out: how many events, and which were asked for."""
    note = f"loggen som {form}, antal händelser: {count}. {chosen}"
    Event.objects.create(at=at, actor=by, verb=Verb.EXPORTED, note=note[:500])
