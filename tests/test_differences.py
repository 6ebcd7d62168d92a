"""Two versions of a text beside each other: nothing lost, readable, and never slow."""

import random
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remiss.text import MAX_LENGTH, Change, compare

pytestmark = pytest.mark.once

TEXTS = st.lists(st.sampled_from(["och ", "vi ", "lokaler", ", ", "\n", "Å", "\r", "😀"])).map(
    "".join
)
SAME, GONE, ADDED = "same", "gone", "added"


def sides(changes):
    old = "".join(change.text for change in changes if change.kind != ADDED)
    new = "".join(change.text for change in changes if change.kind != GONE)
    return old, new


def pairs(old, new):
    return [(change.kind, change.text) for change in compare(old, new)]


@given(TEXTS | st.text(), TEXTS | st.text())
def test_both_texts_can_be_put_together_again(old, new):
    changes = compare(old, new)

    assert sides(changes) == (old, new)
    assert all(change.text for change in changes)
    assert all(one.kind != other.kind for one, other in pairwise(changes))


@given(TEXTS)
def test_an_unchanged_text_is_one_piece(text):
    assert compare(text, text) == ([Change(SAME, text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "Ny", [(ADDED, "Ny")]),
        ("Gammal", "", [(GONE, "Gammal")]),
        (
            "Öppna aulorna på kvällarna.",
            "Öppna aulorna på helgerna.",
            [(SAME, "Öppna aulorna på "), (GONE, "kvällarna"), (ADDED, "helgerna"), (SAME, ".")],
        ),
        # A paragraph put between two others.
        (
            "Ett.\n\nTre.",
            "Ett.\n\nTvå.\n\nTre.",
            [(SAME, "Ett.\n\n"), (ADDED, "Två.\n\n"), (SAME, "Tre.")],
        ),
        # Text added at the end, where the line break was missing.
        ("Ett.", "Ett.\n\nTvå.", [(SAME, "Ett."), (ADDED, "\n\nTvå.")]),
        # A lone short word between two changes does not cut them up.
        (
            "Vi vill ha bänkar och träd i parken.",
            "Vi vill ha lampor och buskar i parken.",
            [
                (SAME, "Vi vill ha "),
                (GONE, "bänkar och träd"),
                (ADDED, "lampor och buskar"),
                (SAME, " i parken."),
            ],
        ),
        # Paragraphs that have nothing but small words in common.
        (
            "Vi saknar lokaler.\nDet är i dag svårt att nå unga i området och på skolan.\n",
            "Vi saknar lokaler.\nKulturen behöver pengar och ett hus på torget.\n",
            [
                (SAME, "Vi saknar lokaler.\n"),
                (GONE, "Det är i dag svårt att nå unga i området och på skolan.\n"),
                (ADDED, "Kulturen behöver pengar och ett hus på torget.\n"),
            ],
        ),
    ],
)
def test_what_changed_reads_as_a_person_would_tell_it(old, new, changes):
    assert pairs(old, new) == changes


def long_text(words, seed, separator=" "):
    choose = random.Random(seed).choices
    weights = [1 / place for place in range(1, len(words) + 1)]
    return separator.join(choose(words, weights, k=MAX_LENGTH))[:MAX_LENGTH]


NATURAL = [
    f"{start}{end}{more}" for start in "kstmbf" for end in "aeouåö" for more in ("", "ren", "t")
]
ROWS = [f"w{number} x{number}" for number in range(20_000)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (long_text(NATURAL, 1), long_text(NATURAL, 2)),
        (long_text(NATURAL, 1, "\n"), long_text(NATURAL, 2, "\n")),
        (long_text(["a", "b"], 1), long_text(["a", "b"], 2)),
        (long_text(["a", ""], 1, "\n"), long_text(["a", ""], 2, "\n")),
        (" ".join(ROWS)[:MAX_LENGTH], " ".join(ROWS).replace("x", "y")[:MAX_LENGTH]),
        ("a\n" * 50_000, "b\na\n" * 25_000),
        (".," * 50_000, ";:," * 33_000),
        ("x" * MAX_LENGTH, "y" * MAX_LENGTH),
    ],
    ids=["prose", "rows", "two words", "blank rows", "every other", "same row", "signs", "word"],
)
def test_the_longest_texts_take_no_longer_than_their_length_says(old, new):
    """Four times the text takes about four times as long; word by word it would be sixteen.

    The better of two pairs is what counts, and seconds only roughly: the machine may be busy.
    """
    quarter = old[: len(old) // 4], new[: len(new) // 4]
    pairs = [(seconds(*quarter), seconds(old, new)) for _pair in range(2)]

    assert sides(compare(old, new)) == (old, new)
    assert min(long / max(short, 0.001) for short, long in pairs) < 10
    assert min(long for _short, long in pairs) < 10


def seconds(old, new):
    began = process_time()
    compare(old, new)
    return process_time() - began


def test_a_small_change_in_a_long_text_is_found_word_by_word():
    old = "\n\n".join(f"Stycke {number} handlar om lokaler." for number in range(2_000))
    new = old.replace("Stycke 7 handlar", "Stycke 7 talar")

    assert pairs(old, new)[1:3] == [(GONE, "handlar"), (ADDED, "talar")]
