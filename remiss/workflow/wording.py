"""The letters' texts, in revisions: what was written once is never changed (decision 27)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from remiss.models import Consultation, Event, LetterText, Verb

# What stands until somebody has written something else (ux.md section 8).
STANDARD = {
    LetterText.Kind.INVITATION: (
        "Inbjudan att svara på remiss: Malmöandans handlingsplan",
        """Hej!

{organisation} är inbjuden att svara på remissen om handlingsplanen för samverkan mellan \
idéburen sektor och Malmö stad (Malmöandan).

Svara senast {sista dag} kl. 23.59.

Er personliga länk:
{länk}

Ni kan svara om ett av områdena eller alla. Ni kan spara och fortsätta senare. Vill ni avstå \
kan ni säga det via länken.

Läs planen: {planen}""",
    ),
    LetterText.Kind.REMINDER: (
        "Påminnelse: svara om Malmöandan senast {sista dag}",
        """Hej!

Vi har inte fått något svar från {organisation} än.
Det är {dagar kvar}.

Er personliga länk:
{länk}

Har ni redan bestämt att inte svara? Säg det via länken, så slutar vi påminna.""",
    ),
    LetterText.Kind.MISSIVE: ("", ""),
}


class TextMoved(Exception):
    """Somebody else has written a revision since this page was opened; `current` is theirs."""

    def __init__(self, current: LetterText):
        super().__init__("the text has moved")
        self.current = current


def current(consultation: Consultation, kind: str) -> LetterText:
    """The text that applies: the latest revision, or the standard one, which has number 0."""
    written = LetterText.objects.filter(consultation=consultation, kind=kind)
    subject, body = STANDARD[LetterText.Kind(kind)]
    return written.order_by("-number").first() or LetterText(
        consultation=consultation, kind=kind, number=0, subject=subject, body=body
    )


def write(
    *, consultation: Consultation, kind: str, subject: str, body: str, seen: int, at: datetime, by
) -> LetterText:
    """Write the revision after number `seen`. Raises TextMoved."""
    if (now := current(consultation, kind)).number != seen:
        raise TextMoved(now)
    try:
        with transaction.atomic():
            written = LetterText.objects.create(
                consultation=consultation,
                kind=kind,
                number=seen + 1,
                subject=subject,
                body=body,
                written_at=at,
                written_by=by,
            )
            Event.objects.create(
                at=at,
                actor=by,
                verb=Verb.WROTE_TEXT,
                consultation=consultation,
                note=str(written),
            )
    except IntegrityError as error:
        raise TextMoved(current(consultation, kind)) from error
    return written


def kept(consultation: Consultation, kind: str, *, at: datetime, by) -> LetterText:
    """The text that applies, as a row: what is sent must be possible to read afterwards."""
    text = current(consultation, kind)
    if text.number:
        return text
    try:
        return write(
            consultation=consultation,
            kind=kind,
            subject=text.subject,
            body=text.body,
            seen=0,
            at=at,
            by=by,
        )
    except TextMoved as moved:
        return moved.current
