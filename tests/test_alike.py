"""Texts that share most of their wording, and names that may be one name."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remiss.text.alike import ALIKE, groups, likely_variants, likeness, words

pytestmark = pytest.mark.once

BASE = (
    "Vi vill att kommunen öppnar skolornas aulor och gymnastiksalar för alla föreningar i området "
    "på kvällar och helger, utan kostnad och med egna nycklar."
)
OWN = f"{BASE} Hos oss i Kirseberg är det extra svårt."
OTHER = (
    "Belysningen på gångvägen bakom centrum är trasig sedan i höstas och ingen svarar när vi "
    "ringer till felanmälan om det."
)

some_word = st.sampled_from(["skola", "lokal", "nyckel", "larm", "hyra", "buss", "barn", "tid"])
texts_of_words = st.lists(some_word, max_size=12).map(" ".join)


ANY_TEXT = st.text(max_size=60)


def test_the_same_and_the_almost_same_text_are_one_group_and_others_are_none():
    found = groups({"a": BASE, "b": OTHER, "c": BASE.upper(), "d": OWN, "e": ""})

    assert found == [["a", "c", "d"]]


def test_the_group_begins_with_the_text_that_most_have_sent():
    assert groups({"a": OWN, "b": BASE, "c": BASE}) == [["b", "c", "a"]]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Ja!", "ja", True),
        ("- nycklar", "• Nycklar", True),
        ("Fler nycklar till oss nu", "Fler nycklar till dem nu", False),
        ("", " ", False),
        ("Ge oss fler nycklar till skolan nu", "Ge oss fler nycklar till skolan", True),
    ],
)
def test_short_texts_are_alike_only_when_they_are_the_same(one, other, together):
    assert groups({1: one, 2: other}) == ([[1, 2]] if together else [])


def test_the_largest_group_comes_first():
    assert groups({1: OTHER, 2: OTHER, 3: BASE, 4: BASE, 5: OWN}) == [[3, 4, 5], [1, 2]]


@given(st.dictionaries(st.integers(0, 50), texts_of_words, max_size=12), st.randoms())
def test_groups_do_not_depend_on_the_order(texts, chance):
    shuffled = list(texts.items())
    chance.shuffle(shuffled)

    found = {frozenset(group) for group in groups(texts)}

    assert found == {frozenset(group) for group in groups(dict(shuffled))}
    assert sum(map(len, found)) == len(frozenset().union(*found))


@given(ANY_TEXT.map("a".__add__), st.dictionaries(st.integers(), ANY_TEXT, max_size=5))
def test_identical_texts_are_always_together(text, others):
    texts = {("same", 1): text, **others, ("same", 2): text}

    (group,) = (found for found in groups(texts) if ("same", 1) in found)

    assert ("same", 2) in group


@given(st.lists(texts_of_words, min_size=1, max_size=8))
def test_each_text_of_a_group_is_like_the_first_one(texts):
    for group in groups(dict(enumerate(texts))):
        first, *rest = (words(texts[key]) for key in group)
        assert all(likeness(first, each) >= ALIKE for each in rest)
        assert all(likeness(each, first) == likeness(first, each) for each in rest)


@given(st.lists(st.text("abcdef ", max_size=60)), st.lists(st.text("uvwxyz ", max_size=60)))
def test_texts_without_a_word_in_common_are_never_together(ones, others):
    texts = {("one", at): text for at, text in enumerate(ones)} | {
        ("other", at): text for at, text in enumerate(others)
    }

    assert all(len({kind for kind, _at in group}) == 1 for group in groups(texts))


def test_three_thousand_answers_of_nine_passages_are_grouped_in_bounded_time():
    """A campaign of 500 with a line of their own, and boilerplate in everything else."""
    campaign = {(answer, 0): f"{BASE} Vi är förening nummer {answer}." for answer in range(500)}
    own = {
        (answer, at): "Vi tycker att " + " ".join(
            f"{word}{(answer * 31 + at * 7 + place * place) % 997}"
            for place, word in enumerate(OTHER.split())
        )
        for answer in range(3_000)
        for at in range(1, 10)
    }  # fmt: skip
    began = perf_counter()

    found = groups(campaign | own)

    assert perf_counter() - began < 60  # a few seconds on an idle machine
    assert [len(group) for group in found[:1]] == [500]


def test_names_that_may_be_one_are_suggested_but_not_those_told_apart_by_a_figure():
    names = ["stadsbiblioteket", "stadsbibliotek", "skola 1", "skola 2", "polisen", "biblioteket"]

    assert likely_variants(names) == [("stadsbibliotek", "stadsbiblioteket")]
    assert likely_variants(["oxie bibliotek", "bibliotek oxie"]) == [
        ("bibliotek oxie", "oxie bibliotek")
    ]
