"""Two coordinators at the same passages, themes and actors at once, on PostgreSQL."""

import pytest
from django.db import connection

from remiss import roles
from remiss.models import ActorAlias, Draft, Passage, Placement, ReviewStep, Theme
from remiss.workflow import actors, dividing, reviewing
from remiss.workflow.reviewing import CannotUndo, PassageMoved, ThemeGone, ThemeMoved
from tests.factories import (
    NOON,
    area_key,
    days,
    make_consultation,
    make_staff,
    make_submission,
    make_theme,
    save,
    send_in,
)
from tests.test_races import at_once, while_held
from tests.test_reviewing import passages, under_merged

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CITY_LIFE = area_key("city-life")


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


@pytest.fixture
def two():
    """The coordinators of the city and of the civil sector."""
    return [
        make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city"),
        make_staff(username="ahmed", group=roles.COORDINATOR_CIVIL, side="civil"),
    ]


@pytest.fixture
def consultation():
    return make_consultation()


@pytest.fixture
def sent(consultation):
    return make_submission(consultation=consultation, texts={CITY_LIFE: {"how": "A.\n\nB."}})


@pytest.fixture
def themes(consultation, two):
    return [make_theme(consultation=consultation, by=two[0], name=name) for name in "AB"]


def place(passage, theme, by, seen=0):
    return reviewing.place(passage=passage, themes=[theme], seen=seen, at=NOON, by=by)


def merge(themes, by):
    """The first becomes part of the second."""
    other, kept = themes
    return reviewing.merge_themes(kept=kept, other=other, seen=0, other_seen=0, at=NOON, by=by)


def kinds(results):
    return sorted(type(each).__name__ for each in results)


# One passage


def place_apart(sent, themes, two):
    first = passages(sent)[0]
    return at_once(2, lambda index: place(first, themes[index], two[index]))


def test_of_two_who_place_one_passage_one_is_told(sent, themes, two):
    results = place_apart(sent, themes, two)

    assert kinds(results) == [PassageMoved.__name__, ReviewStep.__name__]
    placed = Placement.objects.get()
    assert (placed.by, placed.theme) in zip(two, themes, strict=True)
    assert ReviewStep.objects.get().by == placed.by


def test_without_the_version_the_second_would_write_over_the_first(sent, themes, two, monkeypatch):
    monkeypatch.setattr(reviewing, "_claim", lambda passage, seen: None)

    assert kinds(place_apart(sent, themes, two)) == [ReviewStep.__name__] * 2
    assert ReviewStep.objects.count() == 2
    assert Placement.objects.count() == 1


# One theme


def rename_apart(theme, two):
    return at_once(
        2,
        lambda index: reviewing.change_theme(
            theme=Theme.objects.get(pk=theme.pk),
            name=f"Namn {index}",
            area_key="city-life",
            seen=0,
            at=NOON,
            by=two[index],
        ),
    )


def test_of_two_who_rename_one_theme_one_is_told(themes, two):
    results = rename_apart(themes[0], two)

    assert kinds(results) == [ReviewStep.__name__, ThemeMoved.__name__]
    [done] = [each for each in results if isinstance(each, ReviewStep)]
    themes[0].refresh_from_db()
    assert (themes[0].name, themes[0].version) == (f"Namn {two.index(done.by)}", 1)


def test_without_the_version_the_second_would_rename_it_again(themes, two, monkeypatch):
    monkeypatch.setattr(reviewing, "_claim_theme", lambda theme, seen: None)

    assert kinds(rename_apart(themes[0], two)) == [ReviewStep.__name__] * 2


def test_of_two_who_change_one_order_one_is_told(consultation, themes, two):
    seen = [theme.pk for theme in themes]

    results = at_once(
        2,
        lambda index: reviewing.order_themes(
            themes=themes[::-1], seen=seen, at=NOON, by=two[index]
        ),
    )

    assert kinds(results) == [ReviewStep.__name__, ThemeMoved.__name__]
    assert list(Theme.objects.order_by("place")) == themes[::-1]


# A passage and a theme that is merged


def test_who_places_while_the_theme_is_merged_is_told(sent, themes, two, monkeypatch):
    first = passages(sent)[0]

    results = while_held(
        monkeypatch, reviewing, "_note_theme",
        lambda: merge(themes, two[1]),
        lambda: place(first, themes[0], two[0]),
    )  # fmt: skip

    assert [type(each) for each in results] == [ReviewStep, ThemeGone]
    assert (results[1].theme, results[1].kept) == tuple(themes)
    assert not Placement.objects.exists()


def test_what_is_placed_while_a_theme_is_about_to_be_merged_is_merged_too(
    sent, themes, two, monkeypatch
):
    first = passages(sent)[0]

    results = while_held(
        monkeypatch, reviewing, "_claim",
        lambda: place(first, themes[0], two[0]),
        lambda: merge(themes, two[1]),
    )  # fmt: skip

    assert [type(each) for each in results] == [ReviewStep, ReviewStep]
    assert [placed.theme for placed in Placement.objects.all()] == [themes[1]]
    first.refresh_from_db()
    assert first.version == 2
    assert [row[0] for row in results[1].after["passages"]] == [each.pk for each in passages(sent)]


@pytest.mark.parametrize("first_is", ["merge", "place"])
def test_without_the_lock_it_would_stand_where_no_page_shows_it(
    sent, themes, two, monkeypatch, first_is
):
    first = passages(sent)[0]
    monkeypatch.setattr(reviewing, "_hold_themes", lambda themes: None)
    acts = [lambda: merge(themes, two[1]), lambda: place(first, themes[0], two[0])]
    name = "_note_theme"
    if first_is == "place":
        acts, name = acts[::-1], "_claim"

    results = while_held(monkeypatch, reviewing, name, *acts)

    assert [type(each) for each in results] == [ReviewStep, ReviewStep]
    assert len(under_merged()) == 1


def test_who_places_while_the_theme_is_removed_is_told(sent, themes, two, monkeypatch):
    first = passages(sent)[0]

    results = while_held(
        monkeypatch, reviewing, "_note_theme",
        lambda: reviewing.remove_theme(theme=themes[0], seen=0, at=NOON, by=two[1]),
        lambda: place(first, themes[0], two[0]),
    )  # fmt: skip

    assert [type(each) for each in results] == [ReviewStep, ThemeGone]
    assert not Placement.objects.exists()


def test_a_theme_is_not_merged_under_what_an_undo_puts_back(
    consultation, sent, themes, two, monkeypatch
):
    first = passages(sent)[0]
    place(first, themes[0], two[0])
    reviewing.put_back(passage=first, seen=1, at=NOON, by=two[0])

    results = while_held(
        monkeypatch, reviewing, "_restore",
        lambda: reviewing.undo(consultation=consultation, at=NOON, by=two[0]),
        lambda: merge(themes, two[1]),
    )  # fmt: skip

    assert [type(each) for each in results] == [ReviewStep, ReviewStep]
    assert [placed.theme for placed in Placement.objects.all()] == [themes[1]]


def a_round(turn, consultation, sent, two):
    """Four things at once, each of them seen as it stood before; what came of them."""
    themes = [
        make_theme(consultation=consultation, by=two[0], name=f"{name}{turn}") for name in "AB"
    ]
    first, second, *_rest = passages(sent)
    place(second, themes[0], two[1], seen=second.version)
    seen = {"seen": first.version, "following_seen": second.version + 1}
    acts = [
        lambda: place(first, themes[0], two[0], seen=first.version),
        lambda: merge(themes, two[1]),
        lambda: reviewing.join(passage=first, **seen, at=NOON, by=two[0]),
        lambda: reviewing.undo(consultation=consultation, at=NOON, by=two[1]),
    ]
    return at_once(4, lambda index: acts[index]())


def test_rounds_of_placing_merging_joining_and_undoing_leave_nothing_unseen(
    consultation, sent, two
):
    allowed = (ReviewStep, Passage, PassageMoved, ThemeMoved, CannotUndo)
    for turn in range(6):
        results = a_round(turn, consultation, sent, two)
        assert [each for each in results if not isinstance(each, allowed)] == []
        assert under_merged() == []
        if len(passages(sent)) == 1:
            (whole,) = passages(sent)
            reviewing.split(passage=whole, offset=4, seen=whole.version, at=NOON, by=two[0])


# A new version


def newer(sent):
    draft = Draft.objects.get(public_id=sent.response.public_id)
    return send_in(draft=draft, at=NOON + days(1))


@pytest.fixture
def changed(sent, themes, two):
    """One passage is placed, and the answer is about to come in again with more in it."""
    place(passages(sent)[0], themes[0], two[0])
    draft = Draft.objects.get(public_id=sent.response.public_id)
    save(draft=draft, key=CITY_LIFE, how="A.\n\nB.", exists="C.")
    return sent


def test_what_a_new_version_takes_over_is_merged_too(changed, themes, two, monkeypatch):
    results = while_held(
        monkeypatch, dividing, "_passages_by_place",
        lambda: newer(changed),
        lambda: merge(themes, two[1]),
    )  # fmt: skip

    assert type(results[1]) is ReviewStep
    assert {placed.theme for placed in Placement.objects.all()} == {themes[1]}
    assert Placement.objects.count() == 2


def test_an_undo_waits_for_a_new_version_that_takes_over_what_it_would_undo(
    consultation, changed, two, monkeypatch
):
    results = while_held(
        monkeypatch, dividing, "_passages_by_place",
        lambda: newer(changed),
        lambda: reviewing.undo(consultation=consultation, at=NOON, by=two[0]),
    )  # fmt: skip

    assert type(results[1]) is CannotUndo
    assert Placement.objects.count() == 2


def test_without_the_lock_a_new_version_would_take_over_what_is_merged(
    changed, themes, two, monkeypatch
):
    monkeypatch.setattr(dividing, "_hold", lambda submission: None)
    while_held(
        monkeypatch, dividing, "_passages_by_place",
        lambda: newer(changed),
        lambda: merge(themes, two[1]),
    )  # fmt: skip

    assert len(under_merged()) == 1


# Actors


def join_apart(consultation, two):
    """Each joins "a" with another spelling, under a name of their own."""
    seen = [actors.standing(consultation, ["a", other]) for other in "bc"]
    return at_once(
        2,
        lambda index: actors.join(
            consultation=consultation,
            keys=["a", "bc"[index]],
            name="XY"[index],
            seen=seen[index],
            at=NOON,
            by=two[index],
        ),
    )


def test_of_two_who_join_the_same_spelling_one_is_told(consultation, two):
    results = join_apart(consultation, two)

    assert kinds(results) == [actors.ActorsMoved.__name__, "int"]
    assert len(set(ActorAlias.objects.values_list("name", flat=True))) == 1
    assert ActorAlias.objects.count() == 2


def test_without_what_was_seen_the_second_takes_the_spelling_from_the_first(
    consultation, two, monkeypatch
):
    monkeypatch.setattr(actors, "standing", lambda consultation, keys: "")

    assert kinds(join_apart(consultation, two)) == ["int", "int"]
    assert set(ActorAlias.objects.values_list("name", flat=True)) == {"X", "Y"}
