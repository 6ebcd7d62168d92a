"""Passages and themes: divided, placed, split, joined, undone, kept by a new version."""

import pytest

from remiss.models import Draft, Event, Passage, Placement, ReviewStep, Theme
from remiss.models.draft import area_key
from remiss.text import split_passages
from remiss.workflow import dividing, reviewing
from remiss.workflow.reviewing import CannotUndo, PassageMoved, ThemeGone, ThemeMoved
from tests.factories import NOON, days, make_submission, save, send_in

CITY_LIFE = area_key("city-life")
TEXT = "Öppna skolorna.\n\nVi kan ta hand om:\n- nycklar\n- städning"


def received(consultation, text=TEXT, **more):
    texts = {CITY_LIFE: {"how": text, "actors": "Fritidsförvaltningen\nBiblioteket"}, **more}
    return make_submission(consultation=consultation, texts=texts)


def passages(submission):
    rows = Passage.objects.filter(answer__submission=submission).in_order()
    return list(rows.select_related("answer__submission__response"))


def texts(submission):
    return [passage.text for passage in passages(submission)]


def theme(consultation, by, name="Lokaler", area="city-life"):
    return reviewing.new_theme(consultation=consultation, area_key=area, name=name, at=NOON, by=by)


def rows(*, versions=False):
    """Everything the coordinators have made, row by row; with the versions only if asked."""
    but = set() if versions else {"version"}
    return (
        sorted(Passage.objects.values_list(*columns(Passage, but))),
        sorted(Placement.objects.values_list("passage", "theme", "by", "at")),
        sorted(Theme.objects.values_list(*columns(Theme, but)), key=str),
    )


def columns(model, but):
    return [field.attname for field in model._meta.concrete_fields if field.name not in but]


def merge(kept, other, by):
    kept.refresh_from_db()
    other.refresh_from_db()
    seen = {"seen": kept.version, "other_seen": other.version}
    return reviewing.merge_themes(kept=kept, other=other, **seen, at=NOON, by=by)


def under_merged():
    """What no page would show: placements under a theme that is part of another."""
    return list(Placement.objects.exclude(theme__merged_into=None))


# Dividing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n ", []),
        ("Ett stycke\npå två rader.", ["Ett stycke\npå två rader."]),
        ("Ett.\n\nTvå.\n \t\nTre.", ["Ett.", "Två.", "Tre."]),
        ("Rubrik\n- a\n- b", ["Rubrik", "- a", "- b"]),
        ("• a\n  fortsätter\n• b", ["• a\n  fortsätter", "• b"]),
        ("1. a\n2) b\n(3) c\nd) e", ["1. a", "2) b", "(3) c", "d) e"]),
        ("Vi är 3\n2. nej, ja", ["Vi är 3", "2. nej, ja"]),
        ("3.5 meter\n-minus", ["3.5 meter\n-minus"]),
    ],
)
def test_a_text_is_divided_into_paragraphs_and_items(text, expected):
    spans = split_passages(text)

    assert [text[start:end] for start, end in spans] == expected
    assert spans == sorted(spans)


def test_what_is_received_is_divided_at_once_but_for_the_list_of_actors(consultation):
    submission = received(consultation)

    assert texts(submission) == ["Öppna skolorna.", "Vi kan ta hand om:", "- nycklar", "- städning"]
    assert [passage.number for passage in passages(submission)] == [1, 2, 3, 4]


def test_numbers_run_through_the_questions_of_an_area(consultation):
    texts = {CITY_LIFE: {"how": "A.\n\nB.", "exists": "C."}, "rest": {"summary": "D."}}
    submission = make_submission(consultation=consultation, texts=texts)

    found = [(p.text, p.number) for p in passages(submission)]
    assert sorted(found) == [("A.", 1), ("B.", 2), ("C.", 3), ("D.", 1)]


def test_what_was_received_before_there_were_passages_is_divided_later(consultation):
    submission = received(consultation)
    Passage.objects.all().delete()

    assert dividing.divide_missing() == 1
    assert dividing.divide_missing() == 0
    assert len(passages(submission)) == 4


# Placing


def test_a_passage_stands_under_the_themes_it_was_placed_under(consultation, city):
    (first, *_rest) = passages(received(consultation))
    keys, halls = theme(consultation, city, "Nycklar"), theme(consultation, city)

    reviewing.place(passage=first, themes=[keys, halls], seen=0, at=NOON, by=city)
    reviewing.place(passage=first, themes=[halls], seen=1, at=NOON, by=city)

    assert [placed.theme for placed in first.placements.all()] == [halls]
    assert Passage.objects.covered().get() == first
    assert Passage.objects.left().count() == 3
    assert Event.objects.filter(verb="placed").count() == 2


def test_whoever_comes_second_is_told_and_changes_nothing(consultation, city, civil):
    (first, *_rest) = passages(received(consultation))
    keys, halls = theme(consultation, city, "Nycklar"), theme(consultation, city)
    reviewing.place(passage=first, themes=[keys], seen=0, at=NOON, by=civil)
    before = rows(versions=True)

    with pytest.raises(PassageMoved) as moved:
        reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)

    assert moved.value.passage.version == 1
    assert rows(versions=True) == before


def test_nothing_is_placed_under_a_theme_that_has_become_part_of_another(consultation, city, civil):
    (first, *_rest) = passages(received(consultation))
    keys, halls, all_of_it = (theme(consultation, city, name) for name in "ABC")
    merge(halls, keys, civil)
    merge(all_of_it, halls, civil)
    before = rows(versions=True)

    for act in (
        lambda: reviewing.place(passage=first, themes=[keys], seen=0, at=NOON, by=city),
        lambda: reviewing.place_together(passages=[(first, 0)], theme=keys, at=NOON, by=city),
    ):
        with pytest.raises(ThemeGone) as gone:
            act()
        assert (gone.value.theme, gone.value.kept) == (keys, all_of_it)

    assert rows(versions=True) == before


def test_placing_several_is_all_or_nothing(consultation, city):
    found = passages(received(consultation))
    halls = theme(consultation, city)
    with pytest.raises(PassageMoved):
        reviewing.place_together(
            passages=[(found[0], 0), (found[1], 7)], theme=halls, at=NOON, by=city
        )

    assert not Placement.objects.exists()
    reviewing.place_together(passages=[(each, 0) for each in found], theme=halls, at=NOON, by=city)
    assert Placement.objects.count() == 4


def test_a_passage_that_asks_for_nothing_says_why_and_is_no_longer_left(consultation, city):
    (first, *_rest) = passages(received(consultation))

    reviewing.needs_nothing(passage=first, reason="Presentation", seen=0, at=NOON, by=city)
    assert Passage.objects.left().count() == 3
    reviewing.put_back(passage=first, seen=1, at=NOON, by=city)
    assert Passage.objects.left().count() == 4


def test_both_halves_of_a_split_stand_where_the_whole_stood(consultation, city):
    (only,) = passages(received(consultation, "Öppna skolorna. Och sänk hyran."))
    halls = theme(consultation, city)
    reviewing.place(passage=only, themes=[halls], seen=0, at=NOON, by=city)

    reviewing.split(passage=only, offset=16, seen=1, at=NOON, by=city)

    found = Passage.objects.order_by("start")
    assert [each.text for each in found] == ["Öppna skolorna.", "Och sänk hyran."]
    assert [each.number for each in found] == [1, 1]
    assert halls.placements.count() == 2


@pytest.mark.parametrize("offset", [0, -1, 15, 99])
def test_a_split_outside_the_words_is_refused(consultation, city, offset):
    (only,) = passages(received(consultation, "Öppna skolorna."))

    with pytest.raises(ValueError, match="Välj ett ställe"):
        reviewing.split(passage=only, offset=offset, seen=0, at=NOON, by=city)


def test_joining_makes_one_passage_under_the_themes_of_both(consultation, city):
    first, second, *_rest = passages(received(consultation))
    keys, halls = theme(consultation, city, "Nycklar"), theme(consultation, city)
    reviewing.place(passage=first, themes=[keys], seen=0, at=NOON, by=city)
    reviewing.place(passage=second, themes=[keys, halls], seen=0, at=NOON, by=city)

    whole = reviewing.join(passage=first, seen=1, following_seen=1, at=NOON, by=city)

    assert whole.text == "Öppna skolorna.\n\nVi kan ta hand om:"
    assert {placed.theme for placed in whole.placements.all()} == {keys, halls}
    assert Passage.objects.count() == 3


def test_the_last_passage_of_a_text_has_nothing_to_be_joined_with(consultation, city):
    *_rest, last = passages(received(consultation))

    with pytest.raises(ValueError, match="inget stycke efter"):
        reviewing.join(passage=last, seen=0, following_seen=0, at=NOON, by=city)


# Themes


def test_two_who_make_the_same_theme_get_the_same(consultation, city, civil):
    assert theme(consultation, city, "Nycklar") == theme(consultation, civil, " nycklar ")
    assert theme(consultation, city, "Nycklar", area="") != theme(consultation, city, "Nycklar")


def test_merging_themes_moves_what_stands_under_them(consultation, city):
    first, second, *_rest = passages(received(consultation))
    keys, halls = theme(consultation, city, "Nycklar"), theme(consultation, city)
    reviewing.place(passage=first, themes=[keys, halls], seen=0, at=NOON, by=city)
    reviewing.place(passage=second, themes=[keys], seen=0, at=NOON, by=city)

    reviewing.merge_themes(kept=halls, other=keys, seen=0, other_seen=0, at=NOON, by=city)

    assert {placed.passage for placed in halls.placements.all()} == {first, second}
    assert list(Theme.objects.filter(merged_into=None)) == [halls]
    with pytest.raises(ThemeMoved):
        reviewing.merge_themes(kept=halls, other=keys, seen=1, other_seen=1, at=NOON, by=city)


def test_a_theme_is_split_by_moving_passages_to_a_new_one(consultation, city):
    first, second, *_rest = passages(received(consultation))
    halls = theme(consultation, city)
    for each in (first, second):
        reviewing.place(passage=each, themes=[halls], seen=0, at=NOON, by=city)

    keys = reviewing.split_theme(
        theme=halls, passages=[second], name="Nycklar", seen=0, at=NOON, by=city
    )

    assert [placed.passage for placed in keys.placements.all()] == [second]
    assert [placed.passage for placed in halls.placements.all()] == [first]


def test_what_has_left_a_theme_is_not_moved_from_it(consultation, city, civil):
    first, second, *_rest = passages(received(consultation))
    halls, keys = theme(consultation, city), theme(consultation, city, "Nycklar")
    for each in (first, second):
        reviewing.place(passage=each, themes=[halls], seen=0, at=NOON, by=city)
    reviewing.place(passage=second, themes=[keys], seen=1, at=NOON, by=civil)
    before = rows(versions=True)

    with pytest.raises(PassageMoved) as moved:
        reviewing.split_theme(
            theme=halls, passages=[first, second], name="Städning", seen=0, at=NOON, by=city
        )

    assert moved.value.passage == second
    assert rows(versions=True) == before


def test_an_order_that_has_changed_is_not_changed_unseen(consultation, city, civil):
    one, two, three = (theme(consultation, city, name) for name in "ABC")
    seen = [one.pk, two.pk, three.pk]
    reviewing.order_themes(themes=[three, one, two], seen=seen, at=NOON, by=civil)
    before = rows(versions=True)

    with pytest.raises(ThemeMoved):
        reviewing.order_themes(themes=[two, one, three], seen=seen, at=NOON, by=city)

    assert rows(versions=True) == before


def test_a_theme_does_not_take_a_name_that_is_taken(consultation, city):
    theme(consultation, city, "Nycklar")
    halls = theme(consultation, city)

    with pytest.raises(ThemeMoved):
        reviewing.change_theme(
            theme=halls, name="NYCKLAR", area_key="city-life", seen=0, at=NOON, by=city
        )
    halls.refresh_from_db()
    assert (halls.name, halls.version) == ("Lokaler", 0)


# Undoing


def acts(consultation, city, submission):
    """Each kind of act as a function, on an answer where something is placed already."""
    first, second, third, fourth = passages(submission)
    keys, halls = theme(consultation, city, "Nycklar"), theme(consultation, city)
    reviewing.place(passage=first, themes=[keys, halls], seen=0, at=NOON, by=city)
    reviewing.place(passage=second, themes=[keys], seen=0, at=NOON, by=city)
    who = {"at": NOON, "by": city}
    return {
        "place": lambda: reviewing.place(passage=first, themes=[keys], seen=1, **who),
        "together": lambda: reviewing.place_together(
            passages=[(third, 0), (fourth, 0)], theme=halls, **who
        ),
        "nothing": lambda: reviewing.needs_nothing(passage=first, reason="Skäl", seen=1, **who),
        "back": lambda: reviewing.put_back(passage=first, seen=1, **who),
        "split": lambda: reviewing.split(passage=first, offset=6, seen=1, **who),
        "join": lambda: reviewing.join(passage=first, seen=1, following_seen=1, **who),
        "rename": lambda: reviewing.change_theme(
            theme=keys, name="Nyckel", area_key="", seen=0, **who
        ),
        "order": lambda: reviewing.order_themes(
            themes=[halls, keys], seen=[keys.pk, halls.pk], **who
        ),
        "merge": lambda: reviewing.merge_themes(
            kept=halls, other=keys, seen=0, other_seen=0, **who
        ),
    }


@pytest.mark.parametrize(
    "name",
    ["place", "together", "nothing", "back", "split", "join", "rename", "order", "merge"],
)
def test_undoing_gives_equal_rows(consultation, city, name):
    act = acts(consultation, city, received(consultation))[name]
    before = rows()

    act()
    assert rows() != before
    reviewing.undo(consultation=consultation, at=NOON, by=city)

    assert rows() == before


def test_steps_are_undone_in_turn_from_the_latest_one(consultation, city):
    (first, *_rest) = passages(received(consultation))
    stands = [rows()]
    for number, name in enumerate(["A", "B", "C"]):
        named = theme(consultation, city, name)
        stands.append(rows())
        reviewing.place(passage=first, themes=[named], seen=number, at=NOON, by=city)
        stands.append(rows())

    for expected in (stands[5], stands[3], stands[1]):
        reviewing.undo(consultation=consultation, at=NOON, by=city)
        assert rows()[:2] == expected[:2]
    with pytest.raises(CannotUndo, match="inget att ångra"):
        reviewing.undo(consultation=consultation, at=NOON, by=city)


def test_nobody_undoes_what_somebody_else_has_built_on(consultation, city, civil):
    (first, *_rest) = passages(received(consultation))
    halls = theme(consultation, city)
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    reviewing.needs_nothing(passage=first, reason="Skäl", seen=1, at=NOON, by=civil)
    before = rows(versions=True)

    with pytest.raises(CannotUndo, match="någon har gjort något mer"):
        reviewing.undo(consultation=consultation, at=NOON, by=city)

    assert rows(versions=True) == before


@pytest.mark.parametrize(
    "name",
    ["place", "together", "nothing", "back", "split", "join", "rename", "order", "merge"],
)
def test_no_version_that_somebody_has_seen_comes_back(consultation, city, name):
    act = acts(consultation, city, received(consultation))[name]
    act()
    seen = rows(versions=True)

    reviewing.undo(consultation=consultation, at=NOON, by=city)

    now = rows(versions=True)
    for model, before, after in ((Passage, seen[0], now[0]), (Theme, seen[2], now[2])):
        version = columns(model, set()).index("version")
        was = {row[0]: row for row in before}
        changed = [row for row in after if row != was.get(row[0])]
        assert [
            row for row in changed if row[0] in was and row[version] <= was[row[0]][version]
        ] == []


def test_what_was_seen_before_an_undo_is_not_saved_over_what_came_after(consultation, city, civil):
    (first, *_rest) = passages(received(consultation))
    keys, halls, rent = (theme(consultation, city, name) for name in ("Nycklar", "Lokaler", "Hyra"))
    reviewing.place(passage=first, themes=[keys], seen=0, at=NOON, by=city)
    first.refresh_from_db()
    seen = first.version
    reviewing.undo(consultation=consultation, at=NOON, by=city)
    first.refresh_from_db()
    reviewing.place(passage=first, themes=[halls], seen=first.version, at=NOON, by=city)

    with pytest.raises(PassageMoved):
        reviewing.place(passage=first, themes=[keys, rent], seen=seen, at=NOON, by=civil)

    assert [placed.theme for placed in first.placements.all()] == [halls]


def test_a_theme_renamed_and_undone_is_not_the_one_that_was_seen(consultation, city, civil):
    halls = theme(consultation, city)
    how = {"theme": halls, "area_key": "city-life", "at": NOON}
    reviewing.change_theme(name="Aulor", seen=0, by=city, **how)
    reviewing.undo(consultation=consultation, at=NOON, by=city)
    reviewing.change_theme(name="Salar", seen=2, by=city, **how)

    with pytest.raises(ThemeMoved):
        reviewing.change_theme(name="Rum", seen=1, by=civil, **how)


def test_undoing_puts_back_under_what_the_theme_is_part_of_now(consultation, city, civil):
    (first, *_rest) = passages(received(consultation))
    keys, halls, all_of_it = (theme(consultation, city, name) for name in "ABC")
    reviewing.place(passage=first, themes=[keys, halls], seen=0, at=NOON, by=city)
    reviewing.put_back(passage=first, seen=1, at=NOON, by=city)
    merge(halls, keys, civil)
    merge(all_of_it, halls, civil)

    reviewing.undo(consultation=consultation, at=NOON, by=city)

    assert [placed.theme for placed in first.placements.all()] == [all_of_it]
    assert under_merged() == []


@pytest.mark.parametrize("name", ["rename", "merge"])
def test_a_name_that_is_taken_since_is_not_taken_back(consultation, city, civil, name):
    acts(consultation, city, received(consultation))[name]()
    theme(consultation, civil, "Nycklar")
    before = rows(versions=True)

    with pytest.raises(CannotUndo, match="ett nytt tema med samma namn: Nycklar"):
        reviewing.undo(consultation=consultation, at=NOON, by=city)

    assert rows(versions=True) == before
    assert not ReviewStep.objects.exclude(undone_at=None).exists()


def test_what_others_did_with_the_rest_of_an_answer_stays_when_a_step_is_undone(
    consultation, city, civil
):
    first, second, third, *_rest = passages(received(consultation))
    halls, keys = theme(consultation, city), theme(consultation, city, "Nycklar")
    reviewing.place(passage=second, themes=[keys], seen=0, at=NOON, by=civil)
    reviewing.split(passage=first, offset=7, seen=0, at=NOON, by=city)
    reviewing.place(passage=second, themes=[halls], seen=1, at=NOON, by=civil)
    reviewing.needs_nothing(passage=third, reason="Skäl", seen=0, at=NOON, by=civil)

    reviewing.undo(consultation=consultation, at=NOON, by=city)

    stands = Passage.objects.in_order()
    assert [each.text for each in stands] == [each.text for each in (first, second, third, *_rest)]
    assert [placed.theme for placed in second.placements.all()] == [halls]
    assert list(stands.exclude(no_action="")) == [third]


def test_removed_themes_come_back_as_they_were(consultation, city):
    theme(consultation, city, "Först")
    halls = theme(consultation, city)
    before = rows()
    reviewing.remove_theme(theme=halls, seen=0, at=NOON, by=city)

    reviewing.undo(consultation=consultation, at=NOON, by=city)

    assert rows() == before


def test_a_removed_theme_whose_name_is_taken_does_not_come_back(consultation, city, civil):
    reviewing.remove_theme(theme=theme(consultation, city), seen=0, at=NOON, by=city)
    theme(consultation, civil)

    with pytest.raises(CannotUndo, match="ett nytt tema med samma namn: Lokaler"):
        reviewing.undo(consultation=consultation, at=NOON, by=city)


def test_nothing_goes_under_a_theme_that_is_removed(consultation, city, civil):
    (first, *_rest) = passages(received(consultation))
    halls = theme(consultation, city)
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    reviewing.put_back(passage=first, seen=1, at=NOON, by=city)
    reviewing.remove_theme(theme=halls, seen=0, at=NOON, by=civil)

    with pytest.raises(CannotUndo, match="temat har tagits bort"):
        reviewing.undo(consultation=consultation, at=NOON, by=city)
    with pytest.raises(ThemeGone, match="Temat Lokaler har tagits bort."):
        reviewing.place(passage=first, themes=[halls], seen=2, at=NOON, by=city)
    assert not Placement.objects.exists()


def test_a_theme_that_holds_something_is_not_removed(consultation, city):
    (first, *_rest) = passages(received(consultation))
    halls, keys, rent = (theme(consultation, city, name) for name in "ABC")
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    merge(rent, keys, city)

    for held, said in ((halls, "stycken står under det"), (rent, "andra teman ingår i det")):
        held.refresh_from_db()
        with pytest.raises(ValueError, match=said):
            reviewing.remove_theme(theme=held, seen=held.version, at=NOON, by=city)


@pytest.mark.parametrize("name", ["version", "more"])
def test_a_step_that_cannot_be_undone_is_left_behind_and_those_before_it_can(
    consultation, city, civil, name
):
    submission = received(consultation)
    other = received(consultation)
    halls = theme(consultation, city)
    earlier = reviewing.place(passage=passages(other)[0], themes=[halls], seen=0, at=NOON, by=city)
    (first, *_rest) = passages(submission)
    stuck = reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    if name == "version":
        draft = Draft.objects.get(public_id=submission.response.public_id)
        save(draft=draft, key=CITY_LIFE, how=TEXT, exists="Nytt.")
        send_in(draft=draft, at=NOON + days(1))
    else:
        reviewing.needs_nothing(passage=first, reason="Skäl", seen=1, at=NOON, by=civil)

    with pytest.raises(CannotUndo) as refused:
        reviewing.undo(consultation=consultation, at=NOON + days(1), by=city)

    assert refused.value.left == stuck
    assert reviewing.latest_step(consultation, city) == earlier
    assert reviewing.undo(consultation=consultation, at=NOON + days(1), by=city) == earlier
    assert ReviewStep.objects.get(pk=stuck.pk).undone_at is None
    with pytest.raises(CannotUndo, match="inget att ångra") as nothing:
        reviewing.undo(consultation=consultation, at=NOON + days(1), by=city)
    assert nothing.value.left is None


@pytest.mark.parametrize("name", ["place", "merge"])
def test_what_was_done_to_an_earlier_version_is_not_undone(consultation, city, name):
    submission = received(consultation)
    acts(consultation, city, submission)[name]()
    draft = Draft.objects.get(public_id=submission.response.public_id)
    save(draft=draft, key=CITY_LIFE, how=TEXT, exists="Nytt.")
    send_in(draft=draft, at=NOON + days(1))
    before = rows(versions=True)

    with pytest.raises(CannotUndo, match="kommit i en ny version"):
        reviewing.undo(consultation=consultation, at=NOON + days(1), by=city)

    assert rows(versions=True) == before


def test_a_step_from_before_versions_were_noted_is_undone(consultation, city):
    submission = received(consultation)
    act = acts(consultation, city, submission)["place"]
    before = rows()
    step = act()
    for state in (step.before, step.after):
        del state["latest"]
    step.save()

    reviewing.undo(consultation=consultation, at=NOON, by=city)

    assert rows() == before


# A new version


def test_a_new_version_keeps_what_is_unchanged_and_gives_back_the_rest(consultation, city):
    texts = {
        CITY_LIFE: {"how": "A ett. A två.\n\nB.", "exists": "C."},
        area_key("young-health"): {"how": "D."},
    }
    submission = make_submission(consultation=consultation, texts=texts)
    halls = theme(consultation, city)
    first = next(p for p in passages(submission) if p.text.startswith("A ett"))
    reviewing.split(passage=first, offset=7, seen=0, at=NOON, by=city)
    for each in passages(submission):
        reviewing.place(passage=each, themes=[halls], seen=each.version, at=NOON, by=city)
    draft = Draft.objects.get(public_id=submission.response.public_id)
    save(draft=draft, key=CITY_LIFE, how="A ett. A två.\n\nB.", exists="C ändrat.")
    newer = send_in(draft=draft, at=NOON + days(1))

    current = Passage.objects.current().with_cover().in_order()
    assert [
        (p.text, p.number, p.is_covered) for p in current if p.answer.area.key == "city-life"
    ] == [
        ("A ett.", 1, True),
        ("A två.", 1, True),
        ("B.", 2, True),
        ("C ändrat.", 3, False),
    ]
    assert {p.answer.submission_id for p in current} == {newer.pk}
    assert Placement.objects.filter(passage__answer__submission=submission).count() == 5
