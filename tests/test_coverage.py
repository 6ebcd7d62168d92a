"""A pair of coordinators places everything that 120 answers say; every figure is counted again."""

from collections import defaultdict

import pytest
from django.urls import reverse

from remiss.models import Answer, Draft, Passage, Placement, Response, Theme
from remiss.models.passage import WHOLE
from remiss.text import split_passages
from remiss.workflow import answering, dividing, posting, recording, reviewing, tying
from tests.factories import (
    NOON,
    days,
    make_body,
    make_submission,
    save,
    send_in,
    tell_the_planner,
)
from tests.shapes import AREAS, SAME, shape

ANSWERS = 120
STEPS = 10
REASONS = ["Presentation av den som svarar", "Upprepning"]
NAMES = ["Lokaler", "Pengar", "Ansvar", "Nycklar", "Uppföljning"]
CIVIL = {"association", "umbrella_organisation", "other_civil_society"}
CITY = {"board", "department", "municipal_company", "advisory_council"}


def receive(consultation, city):
    """All of them, a few withdrawn or set aside, some counted for two bodies."""
    sent = [make_submission(consultation=consultation, **shape(n)) for n in range(ANSWERS)]
    bodies = [make_body(name=f"Instans {n}", email=f"i{n}@x.example", kind="board") for n in "ab"]
    for answer in sent[1::40]:
        tying.tie(response=answer.response, bodies=bodies, at=NOON, by=city)
    for answer in sent[7::41]:
        answering.withdraw(response=answer.response, at=NOON)
    for answer in sent[9::41]:
        recording.set_aside(
            responses=[answer.response], reason="duplicate", note="", at=NOON, by=city
        )
    return sent


class Counted:
    """Everything counted from the rows one by one, with no query of the pages'."""

    def __init__(self):
        self.responses = [
            each
            for each in Response.objects.select_related("latest")
            if not each.withdrawn_at and not each.set_aside and each.latest_id
        ]
        latest = {each.latest_id: each for each in self.responses}
        placed = defaultdict(set)
        for placement in Placement.objects.all():
            placed[placement.passage_id].add(placement.theme_id)
        bodies = {
            each.pk: {("body", row.body_id): row.body.kind for row in each.counted_for.all()}
            or {("answer", each.pk): each.latest.kind}
            for each in Response.objects.prefetch_related("counted_for__body")
        }
        self.area = defaultdict(lambda: [0, 0, 0])
        self.answer = defaultdict(lambda: [0, 0])
        self.part = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self.placed, self.text = {}, {}
        themes = defaultdict(lambda: (set(), set(), {}))
        for passage in Passage.objects.select_related("answer__area"):
            response = latest.get(passage.answer.submission_id)
            if response is None:
                continue
            is_covered = bool(placed[passage.pk] or passage.no_action)
            key = passage.answer.area.key if passage.answer.area else WHOLE
            for place, one in enumerate((True, is_covered, bool(passage.no_action))):
                self.area[key][place] += one
            self.answer[response.pk][0] += is_covered
            self.answer[response.pk][1] += 1
            self.part[response.pk][key][0] += is_covered
            self.part[response.pk][key][1] += 1
            self.placed[passage.pk] = bool(placed[passage.pk])
            self.text[passage.pk] = (response.pk, passage.text)
            for theme in placed[passage.pk]:
                passages, answers, behind = themes[theme]
                passages.add(passage.pk)
                answers.add(response.pk)
                behind |= bodies[response.pk]
        self.themes = {
            theme: (
                len(passages),
                len(answers),
                sum(kind in CIVIL for kind in behind.values()),
                sum(kind in CITY for kind in behind.values()),
                sum(kind not in CIVIL | CITY for kind in behind.values()),
            )
            for theme, (passages, answers, behind) in themes.items()
        }
        self.about, self.actors = defaultdict(set), defaultdict(lambda: defaultdict(set))
        for answer in Answer.objects.select_related("area", "question"):
            response = latest.get(answer.submission_id)
            if response is None or answer.area is None:
                continue
            self.about[answer.area.key].add(response)
            for name in answer.text.split("\n") if answer.question.kind == "list" else ():
                self.actors[answer.area.key][name].add(response.pk)

    def by_sector(self, key):
        kinds = [response.latest.kind for response in self.about[key]]
        return [sum(kind in sector for kind in kinds) for sector in (CIVIL, CITY)]


def themes_shown(client):
    page = client.get(reverse("admin:themes"))
    return {
        theme.pk: (
            figures.passages,
            figures.answers,
            figures.civil,
            figures.city,
            figures.others,
        )
        for _area, rows, _keys in page.context["groups"]
        for theme, figures, *_more in rows
    }


def answers_shown(client, **query):
    """Through all pages of the list: {answer: [placed, of]}."""
    found, number = {}, 1
    while True:
        shown = client.get("/samordning/remiss/response/", query | {"p": number}).context["cl"]
        found |= {each.pk: [each.covered_count, each.passage_count] for each in shown.result_list}
        if number >= shown.paginator.num_pages:
            return found
        number += 1


def check(client):
    """Every figure on the pages equals what is counted, and the list it leads to."""
    counted = Counted()
    page = client.get(reverse("admin:coverage"))
    shown = {row["area"].key: row["cover"] for row in page.context["rows"]}
    assert {
        key: [cover.total, cover.covered, cover.without_action]
        for key, cover in shown.items()
        if cover.total
    } == counted.area
    total = page.context["total"]
    assert [total.total, total.covered, total.without_action] == [
        sum(row[place] for row in counted.area.values()) for place in range(3)
    ]
    for name, number in (("left", total.left), ("no_action", total.without_action)):
        assert client.get(reverse(f"admin:{name}")).context["listed"].paginator.count == number

    in_themes = themes_shown(client)
    assert {pk: row for pk, row in in_themes.items() if row[0]} == counted.themes
    listed = answers_shown(client)
    assert listed == {each.pk: counted.answer[each.pk] for each in counted.responses}
    left = answers_shown(client, placerat="kvar")
    assert set(left) == {pk for pk, (covered, of) in counted.answer.items() if covered < of}
    return total


def check_pages(client):
    """As check(), of the pages that are slower to make."""
    counted = Counted()
    for key, (total, covered, without_action) in counted.area.items():
        for name, number in (("left", total - covered), ("no_action", without_action)):
            page = client.get(reverse(f"admin:{name}"), {"omrade": key or "hela-planen"})
            found = page.context["listed"].paginator.count
            assert (key, name, found) == (key, name, number)
    check_overview(client, counted)
    check_reading(client, counted)
    check_alike(client, counted)
    check_actors(client, counted)
    check_one_theme(client, counted)


def check_overview(client, counted):
    context = client.get(reverse("admin:index")).context
    figures = {each.label: each.number for each in [*context["figures"], *context["to_do"]]}
    assert figures["inskickade svar"] == len(counted.responses)
    assert figures["Svar med bara bilaga att hantera"] == 0
    assert figures["Svar med stycken att placera"] == sum(
        covered < of for covered, of in counted.answer.values()
    )
    assert (
        figures["Teman utan återkoppling"]
        == Theme.objects.filter(pk__in=Placement.objects.values_list("theme")).count()
    )
    assert [[number for number, _url in row.cells] for row in context["by_area"]] == [
        counted.by_sector(key) for key in AREAS
    ]


def check_reading(client, counted):
    """The areas of the answer that has most of them."""
    response, parts = max(counted.part.items(), key=lambda item: (len(item[1]), item[0]))
    area = next(iter(parts))
    page = client.get(reverse("admin:place", args=[response, area or "hela-planen"]))
    shown = {each["area"].key: each["cover"] for each in page.context["areas"]}
    assert {key: [cover.covered, cover.total] for key, cover in shown.items()} == parts


def check_alike(client, counted):
    """Every group, through all pages of them."""
    shown, number, left = [], 1, True
    while left:
        page = client.get(reverse("admin:alike"), {"sida": number})
        shown += page.context["passage_groups"]
        number, left = number + 1, page.context["passage_groups"].has_next()
    for group in shown:
        assert group.placed == sum(counted.placed[pk] for pk in group.keys)
        assert set(group.responses) == {counted.text[pk][0] for pk in group.keys}
    same = {pk for pk, (_response, text) in counted.text.items() if text == SAME}
    assert len(same) > 2
    groups = [{pk for pk in group.keys if counted.text[pk][1] == SAME} for group in shown]
    assert [found for found in groups if found] == [same]


def check_actors(client, counted):
    for key in AREAS:
        page = client.get(reverse("admin:actors"), {"omrade": key})
        named = {actor.name: actor.count for actor in page.context["actors"]}
        assert named == {name: len(those) for name, those in counted.actors[key].items()}
        in_areas = {area.key: number for area, number in page.context["areas"]}
        assert in_areas == {each: len(counted.actors[each]) for each in AREAS}


def check_one_theme(client, counted):
    """The busiest theme: its page and its answers."""
    if not counted.themes:
        return
    (theme, row) = max(counted.themes.items(), key=lambda item: item[1])
    shown = client.get(reverse("admin:theme", args=[theme])).context["listed"]
    assert shown.paginator.count == row[0]
    assert len(answers_shown(client, tema=theme)) == row[1]


def deal_with(number, passage, consultation, by):
    """One of what the two do, in a fixed round."""
    how = {"seen": passage.version, "at": NOON, "by": by}
    area = passage.answer.area
    if number % 7 == 3:
        return reviewing.needs_nothing(passage=passage, reason=REASONS[number % 2], **how)
    key = WHOLE if area is None or number % 11 == 5 else area.key
    names = [NAMES[number % len(NAMES)], *([NAMES[(number + 2) % len(NAMES)]] * (number % 9 == 1))]
    themes = [
        reviewing.new_theme(consultation=consultation, area_key=key, name=name, at=NOON, by=by)
        for name in names
    ]
    if number % 13 == 6 and " " in passage.text:
        half = reviewing.split(passage=passage, offset=passage.text.index(" "), **how)
        reviewing.place(passage=half, themes=themes[:1], **how | {"seen": half.version})
        how["seen"] += 1
    return reviewing.place(passage=passage, themes=themes, **how)


def rows():
    return (
        sorted(Passage.objects.values_list("pk", "answer", "start", "end", "number", "no_action")),
        sorted(Placement.objects.values_list("passage", "theme", "by", "at")),
    )


@pytest.fixture
def client(client, city):
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.large
def test_a_pair_takes_the_coverage_from_nothing_to_all(client, consultation, city, civil, noon):
    sent = receive(consultation, city)
    tell_the_planner()
    todo = list(
        Passage.objects.current().select_related("answer__area", "answer__submission__response")
    )
    assert len(todo) > 2 * ANSWERS
    assert check(client).covered == 0
    check_pages(client)

    for number, passage in enumerate(todo):
        by = (city, civil)[number % 2]
        before = rows() if number % 60 == 20 else None
        deal_with(number, passage, consultation, by)
        if before:
            # Undone to the very rows, then done again.
            while rows() != before:
                reviewing.undo(consultation=consultation, at=NOON, by=by)
            passage.refresh_from_db(fields=["version"])
            deal_with(number, passage, consultation, by)
        if number % (len(todo) // STEPS + 1) == 0:
            check(client)
        if number in {len(todo) // 3, 2 * len(todo) // 3}:
            check_pages(client)
    total = check(client)
    assert (total.left, total.percent) == (0, 100)
    check_pages(client)

    kept, other = Theme.objects.filter(area_key="city-life").order_by("pk")[:2]
    reviewing.merge_themes(
        kept=kept, other=other, seen=kept.version, other_seen=other.version, at=NOON, by=civil
    )
    assert check(client).left == 0

    # Ten come again with the first passage of a text changed: exactly that is to be placed anew.
    changed = change_ten(sent)
    total = check(client)
    assert total.left == changed
    check_pages(client)
    left = Passage.objects.current().left()
    assert {each.text.split(":")[0] for each in left.select_related("answer")} == {"Ändrat"}


def change_ten(sent):
    """Send a second version of ten answers; how many passages it brings."""
    changed = 0
    for answer in [each for each in sent if counts(each)][:10]:
        draft = Draft.objects.get(public_id=answer.response.public_id)
        part = draft.parts.filter(key__startswith="area:").exclude(content={}).first()
        part = part or draft.parts.get(key="rest")
        question = next(
            name
            for name, text in part.content.items()
            if text and name in {"how", "exists", "summary", "missing", "other"}
        )
        text = part.content[question]
        start, end = split_passages(text)[0]
        text = f"{text[:start]}Ändrat: ett.\n\nÄndrat: två.{text[end:]}"
        save(draft=draft, key=part.key, **part.content | {question: text})
        send_in(draft=draft, at=NOON + days(1))
        changed += 2
    return changed


def counts(submission):
    return Response.objects.current().filter(pk=submission.response_id).exists()


def test_what_an_upgrade_finds_without_passages_is_divided_by_the_chores(consultation, city, noon):
    for number in range(3):
        make_submission(consultation=consultation, **shape(number))
    before = sorted(Passage.objects.values_list("answer", "start", "end", "number"))
    Passage.objects.all().delete()

    posting.do_chores()

    assert sorted(Passage.objects.values_list("answer", "start", "end", "number")) == before
    assert dividing.divide_missing() == 0
