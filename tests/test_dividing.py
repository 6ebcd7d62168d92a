"""What a new version of an answer takes over, passage by passage, and what it gives back."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remiss.models import Answer, Draft, Passage
from remiss.models.draft import area_key
from remiss.text import split_passages
from remiss.workflow import reviewing
from remiss.workflow.dividing import _spans
from tests.factories import NOON, days, make_submission, make_theme, save, send_in

CITY_LIFE = area_key("city-life")
OLD = "A.\n\nB ett. B två.\n\nC:\n- c\n- d"


@pytest.fixture
def halls(consultation, city):
    return make_theme(consultation=consultation, by=city, name="Lokaler")


@pytest.fixture
def placed(consultation, city, halls):
    """An answer of which everything is placed, and 3.2 split in two."""
    submission = make_submission(consultation=consultation, texts={CITY_LIFE: {"how": OLD}})
    reviewing.split(passage=of(submission)[1], offset=7, seen=0, at=NOON, by=city)
    for each in of(submission):
        reviewing.place(passage=each, themes=[halls], seen=each.version, at=NOON, by=city)
    return submission


def of(submission):
    return list(Passage.objects.filter(answer__submission=submission).in_order())


def newer(submission, text):
    """[(number, text, whether it is covered)] of the next version."""
    draft = Draft.objects.get(public_id=submission.response.public_id)
    save(draft=draft, key=CITY_LIFE, how=text)
    later = send_in(draft=draft, at=NOON + days(1))
    rows = Passage.objects.filter(answer__submission=later).with_cover().in_order()
    return [(each.number, each.text, each.is_covered) for each in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # a sentence more in one of them
            OLD.replace("A.", "A. Mer."),
            [
                (1, "A. Mer.", False),
                (2, "B ett.", True),
                (2, "B två.", True),
                (3, "C:", True),
                (4, "- c", True),
                (5, "- d", True),
            ],
        ),
        (  # the one that was split
            OLD.replace("B två", "B tre"),
            [
                (1, "A.", True),
                (2, "B ett. B tre.", False),
                (3, "C:", True),
                (4, "- c", True),
                (5, "- d", True),
            ],
        ),
        (  # one put in, one taken out, one moved to the end
            "C:\n- c\n\nNytt.\n\nB ett. B två.\n\nA.",
            [
                (1, "C:", True),
                (2, "- c", True),
                (3, "Nytt.", False),
                (4, "B ett.", True),
                (4, "B två.", True),
                (5, "A.", True),
            ],
        ),
        (  # the same words as part of others
            "A. B ett. B två.\n\nC:",
            [(1, "A. B ett. B två.", False), (2, "C:", True)],
        ),
        (  # said twice, placed once
            "A.\n\nA.",
            [(1, "A.", True), (2, "A.", False)],
        ),
    ],
)
def test_what_says_the_same_as_before_is_kept_and_the_rest_is_given_back(placed, text, expected):
    assert newer(placed, text) == expected


def test_what_was_joined_is_kept_whole_or_given_back_whole(consultation, city, halls):
    text = "A.\n\nB.\n\nC."
    first = make_submission(consultation=consultation, texts={CITY_LIFE: {"how": text}})
    reviewing.join(passage=of(first)[0], following_seen=0, seen=0, at=NOON, by=city)
    for each in of(first):
        reviewing.place(passage=each, themes=[halls], seen=each.version, at=NOON, by=city)

    assert newer(first, "Nytt.\n\nA.\n\nB.\n\nC!") == [
        (1, "Nytt.", False),
        (2, "A.\n\nB.", True),
        (3, "C!", False),
    ]
    assert newer(first, "A.\n\nX.\n\nB.") == [(1, "A.", False), (2, "X.", False), (3, "B.", False)]


def test_what_was_joined_with_a_part_of_the_next_is_kept_with_it(consultation, city, halls):
    first = make_submission(
        consultation=consultation, texts={CITY_LIFE: {"how": "A.\n\nB ett. B två.\n\nC."}}
    )
    reviewing.split(passage=of(first)[1], offset=7, seen=0, at=NOON, by=city)
    reviewing.join(
        passage=of(first)[0], following_seen=of(first)[1].version, seen=0, at=NOON, by=city
    )
    for each in of(first):
        reviewing.place(passage=each, themes=[halls], seen=each.version, at=NOON, by=city)

    assert newer(first, "Nytt.\n\nA.\n\nB ett. B två.") == [
        (1, "Nytt.", False),
        (2, "A.\n\nB ett.", True),
        (3, "B två.", True),
    ]


def test_the_reason_of_what_needs_no_action_is_kept_too(consultation, city):
    first = make_submission(consultation=consultation, texts={CITY_LIFE: {"how": "A.\n\nB."}})
    reviewing.needs_nothing(passage=of(first)[0], reason="Hälsning", seen=0, at=NOON, by=city)

    assert newer(first, "B.\n\nA.\n\nC.") == [(1, "B.", False), (2, "A.", True), (3, "C.", False)]
    assert Passage.objects.current().get(start=4).no_action == "Hälsning"


def test_the_same_words_to_another_question_are_not_kept(placed):
    draft = Draft.objects.get(public_id=placed.response.public_id)
    save(draft=draft, key=CITY_LIFE, how="Annat.", exists=OLD)

    send_in(draft=draft, at=NOON + days(1))

    assert not Passage.objects.current().covered().exists()


def as_received(text):
    """The passages of a text that nobody has touched, in memory alone."""
    answer = Answer(text=text)
    return [
        Passage(answer=answer, start=start, end=end, number=number)
        for number, (start, end) in enumerate(split_passages(text), 1)
    ]


PARTS = st.lists(st.sampled_from(["A.", "B.", "- c", "1. d", "E e.\nmer"]), max_size=12)


@settings(deadline=None, max_examples=300)
@given(PARTS, PARTS)
def test_each_saying_of_the_same_words_takes_over_the_one_in_its_turn(old, new):
    before = as_received("\n\n".join(old))
    text = "\n\n".join(new)

    found = list(_spans(text, before))

    expected, turns = [], {}
    for part in new:
        turn = turns[part] = turns.get(part, -1) + 1
        places = [place for place, each in enumerate(old) if each == part]
        expected.append((part, before[places[turn]] if turn < len(places) else None))
    assert [(text[start:end], old) for ((start, end, old),) in found] == expected


def test_ten_times_as_many_equal_passages_take_about_ten_times_as_long():
    def seconds(number):
        text = "\n\n".join(["a"] * number)
        before = as_received(text)
        begun = perf_counter()
        spans = list(_spans(f"b\n\n{text}", before))
        assert [old for ((_start, _end, old),) in spans] == [None, *before]
        return perf_counter() - begun

    assert min(seconds(20_000) for _ in range(3)) < 40 * min(seconds(2_000) for _ in range(3))
