"""The pure function behind masking: what is marked is gone, and all else is as it was."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remiss.text import MASK, around, known_words, masked, merged, occurrences, traces, whole

pytestmark = pytest.mark.once

TEXTS = st.text(st.sampled_from("abåÅ é\n.🇸🇪👍🏽\u0301\u200d👩🏫각ก\u0e33[]"), max_size=60)
SPANS = st.lists(st.tuples(st.integers(-3, 63), st.integers(-3, 63)), max_size=6)


@settings(max_examples=1000, deadline=None)
@given(TEXTS | st.text(max_size=60), SPANS)
def test_everything_outside_the_marks_is_equal_and_the_original_unchanged(text, spans):
    before = text[:]

    shown, runs = masked(text, spans), merged(text, spans)

    assert text == before
    marked = {place for start, end in runs for place in range(start, end)}
    outside = "".join("" if place in marked else mark for place, mark in enumerate(text))
    pieces, reached = [], 0
    for start, end in runs:
        assert reached < start or not pieces  # no two runs touch
        pieces.append(text[reached:start])
        reached = end
    pieces.append(text[reached:])
    assert "".join(pieces) == outside
    assert shown == MASK.join(pieces)
    asked = {place for start, end in spans for place in range(max(0, start), min(end, len(text)))}
    assert asked <= marked


@given(st.lists(st.sampled_from(["Anna", "svan", "12", "é", "👍🏽", "."]), max_size=12))
def test_masked_words_are_absent_where_they_do_not_stand_outside(words):
    text = " ".join(words)

    spans = [(each.start, each.end) for each in occurrences(text, "anna")]

    assert "Anna" not in masked(text, spans)
    assert masked(text, spans) == text.replace("Anna", MASK)


@given(TEXTS, SPANS)
def test_marks_give_the_same_in_any_order_and_given_twice(text, spans):
    assert masked(text, [*spans, *reversed(spans)]) == masked(text, spans)


@pytest.mark.parametrize(
    "one",
    [
        "e\u0301",
        "👍🏽",
        "👩🏽\u200d🏫",
        "🇸🇪",
        "🏳️\u200d🌈",
        "각",
        "กำ",
        "क्ष",
        "🏴\U000e0067\U000e007f",
        "1️⃣",
    ],
)
def test_what_is_read_as_one_character_is_never_parted(one):
    text = f"a{one}b"
    for place in range(1, 1 + len(one)):
        assert whole(text, place, place + 1) == (1, 1 + len(one))


def test_two_flags_are_two():
    assert whole("🇸🇪🇫🇮", 0, 1) == (0, 2)
    assert whole("🇸🇪🇫🇮", 2, 3) == (2, 4)


def test_overlapping_and_touching_marks_are_shown_as_one():
    assert masked("Anna Andersson kom.", [(0, 6), (4, 14)]) == "[borttaget] kom."
    assert masked("Anna Andersson kom.", [(0, 5), (5, 14)]) == "[borttaget] kom."
    assert masked("Anna Andersson kom.", [(0, 4), (5, 14)]) == "[borttaget] [borttaget] kom."


@pytest.mark.parametrize("span", [(3, 3), (5, 2), (90, 95), (-4, 0)])
def test_a_mark_of_nothing_changes_nothing(span):
    assert masked("Anna kom.", [span]) == "Anna kom."


def test_words_are_found_in_any_case_over_line_breaks_and_inside_of_others():
    text = "Anna\nAndersson. ANNA  andersson, annandag"

    found = occurrences(text, " anna andersson ")
    assert [text[each.start : each.end] for each in found] == ["Anna\nAndersson", "ANNA  andersson"]
    assert [each.is_whole_words for each in occurrences(text, "anna")] == [True, True, False]


def test_marks_nobody_sees_do_not_hide_a_word():
    text = "A\u200dn\u202an\u2066a kom."

    assert masked(text, [(each.start, each.end) for each in occurrences(text, "Anna")]) == (
        "[borttaget] kom."
    )


@pytest.mark.parametrize("words", ["", "  ", "(", "a*", "\\"])
def test_no_words_and_signs_of_an_expression_find_themselves_or_nothing(words):
    text = "En (a* \\ text"

    assert [text[each.start : each.end] for each in occurrences(text, words)] == words.split()


SENTENCE = "Min granne Anna Hemlig har diabetes."


@pytest.mark.parametrize(
    ("text", "hidden", "found"),
    [
        ("Anna Hemligs brev", "Anna Hemlig", ["Anna Hemligs"]),
        ("Hemlig, Anna och annat. Annanstans", "Anna Hemlig", ["Hemlig, Anna"]),
        ("fru hemlig", "Anna Hemlig", ["hemlig"]),
        ("Bos bok: hon bor i en bostad", "Bo", ["Bos"]),
        ("K. Karlsson med vänner", "Kalle Karlssons vänner", ["Karlsson", "vänner"]),
        ("Annas och Hemligas, hemligare", "Hemlig", ["Hemligas"]),
        ("Grannen Anna Hemlig har diabetes typ 2.", SENTENCE, ["Anna Hemlig"]),
        ("Hon har diabetes, min granne.", SENTENCE, []),
        ("Vår granne Anna.", SENTENCE, ["granne Anna"]),
        ("Ingenting sådant.", SENTENCE, []),
        ("", SENTENCE, []),
        ("Bara text.", "", []),
    ],
)
def test_what_resembles_hidden_words_is_traced(text, hidden, found):
    spans = traces(text, [hidden])

    assert [text[start:end] for start, end in spans] == found


def test_words_that_are_read_already_point_at_nothing():
    known = known_words(["Vi bor i MALMÖ."])

    assert traces("Malmö växer.", ["Vänner i Malmö"]) == [(0, 5)]
    assert traces("Malmö växer.", ["Vänner i Malmö"], known=known) == []


def test_the_text_around_is_cut_at_words():
    text = f"{'ett två ' * 20}Anna{' tre fyra' * 20}"
    before, words, after = around(text, 160, 164)

    assert words == "Anna"
    assert re.fullmatch("…(två )?(ett två )+", before)
    assert re.fullmatch("( tre fyra)+( tre)?…", after)
    assert around("Anna", 0, 4) == ("", "Anna", "")
