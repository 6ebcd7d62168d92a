"""What was kept, taken out and put in between two texts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, groupby

WORD = re.compile(r"\w+|\s|[^\w\s]")
COMPARING = 2_000_000  # steps: about a third of a second, then whole paragraphs are shown instead


@dataclass(frozen=True)
class Change:
    kind: str  # "same", "gone" or "added"
    text: str


def compare(old: str, new: str) -> list[Change]:
    """What was kept, taken out and put in: by paragraph, and by word where one was reworked."""
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    spans, left = _same_spans(lines, others, COMPARING)
    changes: list[Change] = []
    for gone, added, same in _between(lines, others, spans):
        words, left = _compare_words(gone, added, left)
        changes += [*words, Change("same", same)]
    return list(_merged(changes))


Span = tuple[int, int, int]  # where it starts in the one, in the other, and how long it is


def _same_spans(one: list[str], other: list[str], left: int) -> tuple[list[Span], int]:
    """Where the two agree, and the steps left: difflib alone may take minutes over a long text."""
    matcher = SequenceMatcher(None, one, other)
    places = matcher.b2j  # type: ignore[attr-defined]  # public, missing in the stubs
    cost = [0, *accumulate(1 + len(places.get(piece, ())) for piece in one)]
    spans, waiting = [], [(0, len(one), 0, len(other))]
    while waiting:
        low, high, other_low, other_high = waiting.pop()
        if low == high or other_low == other_high or cost[high] - cost[low] > left:
            continue
        left -= cost[high] - cost[low]
        at, other_at, size = matcher.find_longest_match(low, high, other_low, other_high)
        if size:
            spans.append((at, other_at, size))
            waiting.append((low, at, other_low, other_at))
            waiting.append((at + size, high, other_at + size, other_high))
    return sorted(spans), left


def _between(one: list[str], other: list[str], spans: list[Span]) -> Iterator[tuple[str, str, str]]:
    """The whole of both as (only in one, only in the other, then in both)."""
    at = other_at = 0
    for start, other_start, size in [*spans, (len(one), len(other), 0)]:
        end = start + size
        gone, added = one[at:start], other[other_at:other_start]
        yield "".join(gone), "".join(added), "".join(one[start:end])
        at, other_at = end, other_start + size


def _compare_words(gone: str, added: str, left: int) -> tuple[list[Change], int]:
    one, other = WORD.findall(gone), WORD.findall(added)
    spans, left = _same_spans(one, other, left)
    spans = [span for span in spans if _is_worth_keeping(span, one, other)]
    kept = sum(len("".join(one[start : start + size])) for start, _, size in spans)
    if kept * 3 < min(len(gone), len(added)):
        # Two texts that share a word here and there read better one after the other.
        spans = []
    changes = []
    for only_old, only_new, both in _between(one, other, spans):
        changes += [Change("gone", only_old), Change("added", only_new), Change("same", both)]
    return changes, left


def _is_worth_keeping(span: Span, one: list[str], other: list[str]) -> bool:
    """Not a lone "och" between two changes; at either end a short word is fine."""
    at, other_at, size = span
    at_an_end = at == other_at == 0 or (at + size, other_at + size) == (len(one), len(other))
    return at_an_end or len("".join(one[at : at + size]).strip()) > 3


def _merged(changes: Iterable[Change]) -> Iterator[Change]:
    """No empty change, and between two that are the same at most one gone and one added."""
    found = (change for change in changes if change.text)
    for _, run in groupby(found, key=lambda change: change.kind == "same"):
        texts = {"same": "", "gone": "", "added": ""}
        for change in run:
            texts[change.kind] += change.text
        yield from (Change(kind, text) for kind, text in texts.items() if text)
