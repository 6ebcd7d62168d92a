from datetime import UTC, date, datetime

import pytest

from remiss.swedish import MONTHS, WEEKDAYS, swedish_day, swedish_day_time, swedish_time
from remiss.templatetags import remiss_text

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2017, 11, 30), "torsdag 30 november"),
        (date(2017, 2, 1), "onsdag 1 februari"),
        (date(2017, 12, 31), "söndag 31 december"),
    ],
)
def test_swedish_day_leaves_this_year_out(day, text):
    assert swedish_day(day, this_year=2017) == text


def test_swedish_day_writes_another_year():
    assert swedish_day(date(2026, 11, 30), this_year=2027) == "måndag 30 november 2026"


def test_swedish_day_writes_the_year_when_no_year_is_this_year():
    assert swedish_day(date(2026, 11, 30), this_year=None) == "måndag 30 november 2026"


def test_swedish_day_knows_every_month_and_weekday():
    months = [swedish_day(date(2026, month, 1), this_year=2026) for month in range(1, 13)]
    weekdays = [swedish_day(date(2026, 6, day), this_year=2026) for day in range(1, 8)]

    assert [text.split()[2] for text in months] == list(MONTHS)
    assert [text.split()[0] for text in weekdays] == list(WEEKDAYS)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC), "23.59"),  # winter, + 1 h
        (datetime(2026, 7, 1, 21, 5, tzinfo=UTC), "23.05"),  # summer, + 2 h
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02.30"),  # before the clocks go back
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02.30"),  # and the same hour again
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "03.00"),  # the clocks have gone forward
    ],
)
def test_swedish_time_is_the_clock_in_malmo(moment, text):
    assert swedish_time(moment) == text


def test_swedish_day_time_uses_the_day_in_malmo():
    moment = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)

    assert swedish_day_time(moment, this_year=2026) == "tisdag 1 december kl. 00.00"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        swedish_time(datetime(2026, 11, 30, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("number", "text"), [(1, "ett"), (2, "två"), (4, "fyra"), (12, "tolv"), (13, "13")]
)
def test_number_word_stops_at_twelve(number, text):
    assert remiss_text.number_word(number) == text


def test_number_word_agrees_with_the_noun():
    assert remiss_text.number_word(1, "en") == "en"
    assert remiss_text.number_word_cap(1, "en") == "En"
    assert remiss_text.number_word_cap(8) == "Åtta"


def test_spaced_keeps_thousands_together():
    assert remiss_text.spaced(10000) == "10\u00a0000"
    assert remiss_text.spaced(412) == "412"


def test_day_filters_accept_nothing():
    filters = remiss_text.clock, remiss_text.day_time, remiss_text.day, remiss_text.short_day

    assert [show(None) for show in filters] == ["", "", "", ""]


def test_short_day_drops_the_weekday():
    assert remiss_text.short_day(date(1999, 11, 12)) == "12 november 1999"
