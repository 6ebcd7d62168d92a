"""Swedish days, times and numbers in words, written once: pages and letters say the same."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def swedish_day(day: date, *, this_year: int | None) -> str:
    """ "måndag 30 november"; the year is added when it is not this year, or when that is None."""
    text = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return text if day.year == this_year else f"{text} {day.year}"


def swedish_time(moment: datetime) -> str:
    """ "14.32": the time on a clock in Malmö, whatever zone the moment came in."""
    return f"{_in_malmo(moment):%H.%M}"


def swedish_day_time(moment: datetime, *, this_year: int | None, has_time: bool = True) -> str:
    """ "söndag 12 november kl. 14.32", or the day alone where nobody knows more."""
    day = swedish_day(_in_malmo(moment).date(), this_year=this_year)
    return f"{day} kl. {swedish_time(moment)}" if has_time else day


def spaced(number: int) -> str:
    """10000 as "10 000", which must not break over two lines."""
    return f"{number:,}".replace(",", "\u00a0")


def _in_malmo(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        # astimezone() would read it in the zone of the machine.
        raise ValueError("A moment without a time zone has no Swedish time.")
    return moment.astimezone(STOCKHOLM)
