"""Numbers, days and times as the portal writes them."""

from django import template
from django.utils import timezone

from remiss.swedish import spaced, swedish_day, swedish_day_time, swedish_time

register = template.Library()
register.filter(spaced)

WORDS = (
    "noll", "ett", "två", "tre", "fyra", "fem", "sex",
    "sju", "åtta", "nio", "tio", "elva", "tolv",
)  # fmt: skip


@register.filter
def number_word(number, one="ett"):
    """1 as "ett" or, with the argument "en", "en"; numbers above twelve stay figures."""
    if number == 1:
        return one
    return WORDS[number] if 0 <= number < len(WORDS) else spaced(number)


@register.filter
def number_word_cap(number, one="ett"):
    """As `number_word`, at the start of a sentence."""
    return number_word(number, one).capitalize()


@register.filter
def clock(moment):
    """ "14.32"."""
    return swedish_time(moment) if moment else ""


@register.filter
def day_time(moment):
    """ "söndag 12 november kl. 14.32"."""
    if not moment:
        return ""
    return swedish_day_time(moment, this_year=timezone.localdate().year)


@register.filter
def received(submission):
    """ "söndag 12 november kl. 14.32", or the day alone where no time is known."""
    return submission.received(this_year=timezone.localdate().year)


@register.filter
def day(value):
    """ "söndag 12 november"."""
    return swedish_day(value, this_year=timezone.localdate().year) if value else ""


@register.filter
def short_day(value):
    """ "12 november"."""
    return day(value).partition(" ")[2]
