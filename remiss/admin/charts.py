"""The overview's charts: figures → coordinates. What is drawn is also there as a table."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from remiss.swedish import swedish_day

LEFT, RIGHT, TOP, BOTTOM = 36, 960, 16, 216  # of the plotting area in a box of 1000 × 250
MOST_STEPS = 5
LABELS = 4  # days written out under the bars, at most, beside the last one
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Tick:
    y: float
    left: int
    right: int


@dataclass(frozen=True)
class Label:
    x: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Week:
    """An ISO week of the chart. `key` tells it from that of another year: "2026-v42"."""

    key: str
    label: str
    new: int
    so_far: int


@dataclass(frozen=True)
class DayChart:
    """Answers per day as bars (left scale), all of them so far as a line (right scale)."""

    title: str
    description: str
    bars: list[Bar]
    line: str  # the d of a path
    ticks: list[Tick]
    labels: list[Label]
    marks: list[Label]  # days when reminders were sent
    weeks: list[Week]


def day_chart(
    per_day: Mapping[date, int], *, first: date, last: date, reminders: Iterable[date] = ()
) -> DayChart | None:
    """None while there is nothing to draw."""
    if not per_day:
        return None
    first, last = min(first, *per_day), max(last, *per_day)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    numbers = [per_day.get(day, 0) for day in days]
    so_far = list(accumulate(numbers))
    step = (RIGHT - LEFT) / len(days)
    steps = min(MOST_STEPS, max(numbers))
    left, right = _size(max(numbers), steps), _size(so_far[-1], steps)
    left_top, right_top = left * steps, right * steps
    middle = {day: round(LEFT + step * (place + 0.5), 1) for place, day in enumerate(days)}
    bars = [
        Bar(
            x=round(middle[day] - step * 0.43, 1),
            y=round(_height(number, left_top), 1),
            width=round(step * 0.86, 1),
            height=round(BOTTOM - _height(number, left_top), 1),
        )
        for day, number in zip(days, numbers, strict=True)
        if number
    ]
    points = [
        f"{middle[day]} {round(_height(total, right_top), 1)}"
        for day, total in zip(days, so_far, strict=True)
    ]
    most = max(numbers)
    best = swedish_day(days[numbers.index(most)], this_year=last.year)
    return DayChart(
        title=f"Inkomna svar per dag, {_short(first)} till {_short(last)}",
        description=f"Sammanlagt {so_far[-1]} svar. Flest svar, {most}, kom {best}.",
        bars=bars,
        line="M" + " ".join(points),
        ticks=_ticks(steps, left, right),
        labels=_labels(days, middle),
        marks=[
            Label(middle[day], "Påminnelse", "end" if middle[day] > LEFT + 100 else "start")
            for day in sorted(set(reminders))
            if day in middle
        ],
        weeks=_weeks(days, numbers),
    )


def _height(number: int, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * number / top


def _size(number: int, steps: int) -> int:
    """How much a step is on a scale that is read without counting: 1, 2 or 5 times ten."""
    sizes = (10**power * factor for power in range(10) for factor in (1, 2, 5))
    return next(size for size in sizes if size * steps >= number)


def _ticks(steps: int, left: int, right: int) -> list[Tick]:
    return [
        Tick(round(_height(number, steps), 1), left * number, right * number)
        for number in range(steps + 1)
    ]


def _labels(days: Sequence[date], middle: Mapping[date, float]) -> list[Label]:
    every = max(1, math.ceil(len(days) / LABELS))
    shown = [day for place, day in enumerate(days) if not place % every]
    if len(days) - 1 - days.index(shown[-1]) < every / 2 and len(shown) > 1:
        shown.pop()
    if days[-1] not in shown:
        shown.append(days[-1])
    return [Label(middle[day], _short(day)) for day in shown]


def _short(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def _weeks(days: Sequence[date], numbers: Sequence[int]) -> list[Week]:
    new: dict[tuple[int, int], int] = {}
    for day, number in zip(days, numbers, strict=True):
        week = day.isocalendar()[:2]
        new[week] = new.get(week, 0) + number
    totals = accumulate(new.values())
    return [
        Week(f"{year}-v{week}", f"Vecka {week}", number, total)
        for ((year, week), number), total in zip(new.items(), totals, strict=True)
    ]


@dataclass(frozen=True)
class Stack:
    """A row of a table with its numbers, each with a link, and as one stacked bar."""

    label: str
    cells: list[tuple[int, str]]  # number, address of the list it counts
    parts: list[tuple[float, float]]  # x and width in per cent, one a cell


def stacks(rows: Iterable[tuple[str, list[tuple[int, str]]]], *, of: int | None = None):
    """Rows as stacked bars: each as long as its own sum, or on a common scale of `of`."""
    return [_stack(label, cells, of) for label, cells in rows]


def _stack(label: str, cells: list[tuple[int, str]], of: int | None) -> Stack:
    whole = of or sum(number for number, _url in cells) or 1
    widths = [round(100 * number / whole, 1) for number, _url in cells]
    starts = [0.0, *accumulate(widths)][:-1]
    parts = [(round(start, 1), width) for start, width in zip(starts, widths, strict=True)]
    return Stack(label, cells, parts)
