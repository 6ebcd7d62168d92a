"""The letters about a draft that has not been sent in: a week and a day before its last day."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from remiss import mail
from remiss.models import Draft, Letter

HOUR = time(9)  # Swedish time
WEEK, DAY = timedelta(days=7), timedelta(days=1)


def remind(*, at: datetime) -> int:
    """Queue the reminders that are due; how many are new. Safe to repeat and to run twice at once.

    Due is a state, not an hour: after the letter loop has been down the reminder goes late, and of
    two that fell due meanwhile only the later one does.
    """
    today = timezone.localdate(at)
    drafts = Draft.objects.unsent().not_declined().last_day_within(today, today + WEEK)
    due = [
        (kind, draft, moment)
        for draft in drafts.order_by("pk")
        for kind, moment in [_due(draft, today)]
        if moment <= at and _has_waited(draft, moment)
    ]
    return mail.queue_reminders(due)


def _due(draft: Draft, today: date) -> tuple[str, datetime]:
    """Which of the two reminders this day belongs to, and when it fell due."""
    if draft.last - today <= DAY:
        return Letter.Kind.REMINDER_DAY, _morning(draft.last - DAY)
    return Letter.Kind.REMINDER_WEEK, _morning(draft.last - WEEK)


def _morning(day: date) -> datetime:
    # Wall-clock time: a week across the change to winter time is not 168 hours.
    return timezone.make_aware(datetime.combine(day, HOUR))


def _has_waited(draft: Draft, moment: datetime) -> bool:
    """Not right after somebody began or was given more time: they have just had a letter.

    An address that nobody has confirmed and a machine may have written gets no more of them.
    """
    if draft.is_suspect and not draft.is_confirmed:
        return False
    return moment > max(draft.started_at, draft.extended_at or draft.started_at)
