"""The overview's charts say what the figures say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remiss.admin.charts import BOTTOM, LEFT, RIGHT, TOP, Week, day_chart, stacks

pytestmark = pytest.mark.once

FIRST, LAST = date(2026, 10, 12), date(2026, 11, 12)


def test_nothing_is_drawn_before_the_first_answer():
    assert day_chart({}, first=FIRST, last=LAST) is None


def test_the_words_tell_what_the_picture_shows():
    chart = day_chart(
        {date(2026, 10, 15): 1, date(2026, 11, 5): 4}, first=FIRST, last=LAST, reminders=[LAST]
    )

    assert chart.title == "Inkomna svar per dag, 12 okt till 12 nov"
    assert chart.description == "Sammanlagt 5 svar. Flest svar, 4, kom torsdag 5 november."
    assert chart.weeks == [
        Week("2026-v42", "Vecka 42", 1, 1),
        Week("2026-v43", "Vecka 43", 0, 1),
        Week("2026-v44", "Vecka 44", 0, 1),
        Week("2026-v45", "Vecka 45", 4, 5),
        Week("2026-v46", "Vecka 46", 0, 5),
    ]
    assert [mark.text for mark in chart.marks] == ["Påminnelse"]
    assert [(tick.left, tick.right) for tick in chart.ticks] == [
        (0, 0),
        (1, 2),
        (2, 4),
        (3, 6),
        (4, 8),
    ]


@given(
    numbers=st.dictionaries(st.integers(0, 120), st.integers(1, 4000), min_size=1, max_size=60),
    length=st.integers(0, 130),
)
def test_every_answer_is_drawn_inside_the_picture(numbers, length):
    per_day = {FIRST + timedelta(days=place): number for place, number in numbers.items()}

    chart = day_chart(per_day, first=FIRST, last=FIRST + timedelta(days=length))

    assert len(chart.bars) == len(per_day)
    for bar in chart.bars:
        assert bar.x >= LEFT
        assert bar.x + bar.width <= RIGHT + 0.2
        assert bar.y >= TOP
        assert round(bar.y + bar.height, 1) == BOTTOM
    heights = [bar.height for bar in chart.bars]
    in_order = [per_day[day] for day in sorted(per_day)]
    top = chart.ticks[-1].left
    assert all(
        abs(height - (BOTTOM - TOP) * number / top) < 0.11
        for height, number in zip(heights, in_order, strict=True)
    )
    assert chart.ticks[-1].right >= sum(in_order)
    assert sum(week.new for week in chart.weeks) == sum(in_order)
    assert len(chart.ticks) <= 6
    assert len(chart.labels) <= 6


def test_a_stack_is_as_long_as_its_numbers():
    whole, common = (
        stacks([("Förvaltningar", [(5, "a"), (4, "b"), (1, "")])])[0],
        stacks([("Område", [(5, "a"), (4, "b")])], of=20)[0],
    )

    assert whole.parts == [(0.0, 50.0), (50.0, 40.0), (90.0, 10.0)]
    assert common.parts == [(0.0, 25.0), (25.0, 20.0)]


def test_an_empty_row_has_no_length():
    assert stacks([("Råd", [(0, ""), (0, "")])])[0].parts == [(0.0, 0.0), (0.0, 0.0)]
