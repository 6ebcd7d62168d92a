"""The demo texts are what they say they are; nothing here needs Django or a database."""

import re
import unicodedata

import pytest

from remiss.demo import themes as told
from remiss.demo.answers import ANSWERS, DRAFTS, WHOLE, ExampleAnswer
from remiss.demo.plan import PLAN

pytestmark = pytest.mark.once

KINDS = {
    "association",
    "umbrella_organisation",
    "other_civil_society",
    "board",
    "department",
    "municipal_company",
    "advisory_council",
    "other_body",
    "private_person",
}
STANCES = {
    "supports",
    "supports_with_conditions",
    "no_objection",
    "opposes",
    "abstains",
    "no_position",
}
AREAS = {"young-health", "equal-leisure", "city-life", "participation"}
AREA_QUESTIONS = {"how", "exists", "actors"}
WHOLE_QUESTIONS = {"summary", "missing", "other"}
FATES = {"sent", "changed", "withdrawn", "duplicate", "wrong_matter", "spam"}
CHANNELS = {"portal", "email", "post", "meeting"}

SHAPES = [
    "S1",
    "S3",
    "S4",
    "S5",
    "S6",
    "S7",
    "S8",
    "S9",
    "S10",
    "S11",
    "S12",
    "S13",
    "S14",
    "S15",
    "S16",
    "S17",
    "S19",
    "S20",
    "S22",
    "S24",
    "S25a",
    "S25b",
    "S25c",
    "S25d",
    "S25e",
    "S25f",
    "S25h",
]

WORDS = {
    "S1": (150, 230),
    "S3": (300, 400),
    "S4": (90, 150),
    "S5": (5, 25),
    "S6": (60, 150),
    "S7": (600, 800),
    "S8": (450, 550),
    "S9": (200, 300),
    "S10": (230, 400),
    "S11": (1100, 1300),
    "S12": (2000, 3000),
    "S13": (1350, 1650),
    "S14": (35, 45),
    "S15": (70, 80),
    "S16": (110, 150),
    "S17": (300, 500),
    "S20": (400, 700),
    "S22": (400, 500),
    "S25a": (100, 140),
    "S25b": (25, 40),
}


def of_shape(shape: str) -> list[ExampleAnswer]:
    return [answer for answer in ANSWERS if answer.shape == shape]


def texts(answer: ExampleAnswer) -> list[str]:
    parts = (*answer.areas.values(), answer.whole, *answer.later.values())
    return [text for part in parts for text in part.values()]


def word_count(answer: ExampleAnswer) -> int:
    parts = (*answer.areas.values(), answer.whole)
    return sum(len(text.split()) for part in parts for text in part.values())


def test_the_plan_has_the_vision_and_the_three_aims_of_the_source_word_for_word():
    assert PLAN.vision == "En öppen, demokratisk och jämlik stad."
    assert PLAN.aims == (
        "Fördjupad samverkan mellan det offentliga och idéburen sektor",
        "Stärka demokratin och öka inflytandet",
        "Möta engagemanget",
    )
    assert PLAN.forum == (
        "Handlingsplanen blir ett forum för dialog kring samverkan och utveckling samt ett "
        "tillfälle att inkludera fler."
    )
    assert PLAN.title == "Handlingsplan för samverkan mellan idéburen sektor och Malmö stad"
    assert PLAN.last_day == (11, 30)


def test_the_plan_says_who_was_asked_and_what_the_two_coordinators_are_for():
    assert "Alla förvaltningar och många föreningar har fått planen på remiss." in PLAN.asked
    assert "är välkomna att ge synpunkter via malmoandan.se" in PLAN.asked
    assert "två samordnare: en från kommunen och en från idéburen sektor" in PLAN.coordinators
    assert "knutna till kommunstyrelsen" in PLAN.coordinators
    assert "fungera som en pelare i arbetet med lärande och innovation" in PLAN.background


def test_the_four_areas_come_in_order_with_slug_and_bond():
    assert [(area.number, area.bond, area.key, area.slug) for area in PLAN.areas] == [
        (1, 1, "young-health", "ungas-halsa-och-livsstil"),
        (2, 2, "equal-leisure", "jamlik-fritid-och-kultur"),
        (3, 3, "city-life", "stadsliv-allmanna-platser-och-lokaler"),
        (4, 4, "participation", "delaktighet-trygghet-demokrati"),
    ]
    assert [area.heading for area in PLAN.areas] == [
        "Ungas hälsa och livsstil",
        "Jämlik fritid och kultur",
        "Stadsliv, allmänna platser och lokaler",
        "Delaktighet, trygghet, demokrati",
    ]


def test_only_the_text_of_the_areas_is_marked_as_example():
    assert PLAN.is_example is False
    assert all(area.is_example for area in PLAN.areas)


def test_the_proposals_of_an_area_are_a_markdown_list():
    for area in PLAN.areas:
        assert all(row.startswith("- ") for row in area.proposals.split("\n"))


def test_the_questions_are_three_for_an_area_and_three_for_the_whole_plan():
    assert [(question.key, question.kind) for question in PLAN.area_questions] == [
        ("how", "prose"),
        ("exists", "prose"),
        ("actors", "list"),
    ]
    assert [question.label for question in PLAN.area_questions] == [
        "Hur kan samverkan ske?",
        "Vilken samverkan finns redan?",
        "Vilka av stadens aktörer verkar inom området?",
    ]
    assert [question.label for question in PLAN.whole_questions] == [
        "Sammanfattning",
        "Saknas något i planen?",
        "Övriga synpunkter på planen",
    ]
    assert {question.key for question in PLAN.whole_questions} == WHOLE_QUESTIONS


def test_a_question_without_a_hint_for_an_area_shows_its_own():
    how, exists, _ = PLAN.area_questions

    assert how.hint_for("participation").startswith("Tänk på möten, beslut och trygghet.")
    assert exists.hint_for("participation") == exists.hint


def test_there_are_thirty_answers_and_every_shape_is_present():
    assert len(ANSWERS) == 30
    assert {answer.shape for answer in ANSWERS} == set(SHAPES)


@pytest.mark.parametrize("answer", [*ANSWERS, *DRAFTS], ids=lambda answer: answer.email)
def test_every_key_of_an_answer_is_in_the_vocabulary(answer):
    assert answer.kind in KINDS
    assert answer.channel in CHANNELS
    assert set(answer.areas) <= AREAS
    assert all(set(part) <= AREA_QUESTIONS for part in answer.areas.values())
    assert set(answer.whole) <= WHOLE_QUESTIONS
    assert set(answer.stances) <= AREAS | {WHOLE}
    assert set(answer.stances.values()) <= STANCES
    assert set(answer.later) <= AREAS | {WHOLE}
    for part_key, part in answer.later.items():
        assert set(part) <= (WHOLE_QUESTIONS if part_key == WHOLE else AREA_QUESTIONS)


def test_every_address_is_under_example_and_no_text_holds_a_personal_number():
    for answer in (*ANSWERS, *DRAFTS):
        assert re.fullmatch(r"[a-z0-9]+@[a-z0-9]+\.example", answer.email)
        for text in texts(answer):
            assert not re.search(r"\d{6,8}[-+ ]\d{4}", text)
            assert all(
                host.endswith(".example") for host in re.findall(r"https?://([\w.-]+)", text)
            )


def test_every_answer_comes_in_within_four_weeks_and_in_order():
    days = [answer.day for answer in ANSWERS]

    assert days == sorted(days)
    assert days[0] >= 1
    assert days[-1] <= 28


def test_every_answer_sent_has_text_and_a_fate_of_its_own_kind():
    assert {answer.fate for answer in ANSWERS} == FATES
    assert {answer.fate for answer in DRAFTS} == {"draft_only"}
    assert {answer.channel for answer in ANSWERS} == CHANNELS
    for answer in ANSWERS:
        assert all(text.strip() for text in texts(answer))
        assert texts(answer)
        assert bool(answer.later) == (answer.fate == "changed")
        assert bool(answer.note) == (
            answer.fate not in ("sent", "changed") or answer.channel != "portal"
        )


def test_only_a_private_person_has_no_organisation():
    for answer in ANSWERS:
        assert (answer.organisation == "") == (answer.kind == "private_person")


@pytest.mark.parametrize("shape", WORDS)
def test_the_length_is_that_of_the_shape(shape):
    lowest, highest = WORDS[shape]

    for answer in of_shape(shape):
        assert lowest <= word_count(answer) <= highest


def test_three_boards_send_one_text_and_the_duplicate_repeats_the_first():
    boards = of_shape("S8")
    (first,) = of_shape("S15")
    (second,) = of_shape("S25c")

    assert len({answer.organisation for answer in boards}) == 3
    assert all(answer.areas == boards[0].areas for answer in boards)
    assert (second.organisation, second.email, second.areas) == (
        first.organisation,
        first.email,
        first.areas,
    )


def test_the_pasted_answer_carries_what_a_word_processor_leaves_behind():
    (answer,) = of_shape("S11")
    pasted = "".join(texts(answer))

    for residue in ("\u00a0", "\u00ad", "\u201d", "·\t", "o\t", "\x0b", "\r\n"):
        assert residue in pasted
    assert "\n" not in pasted.replace("\r\n", "")
    assert pasted != unicodedata.normalize("NFC", pasted)


def test_about_half_of_the_mirroring_answer_is_quoted_from_the_plan():
    (answer,) = of_shape("S12")
    rest = "\n".join(texts(answer))
    plan_texts = [PLAN.title, PLAN.vision, *PLAN.aims, PLAN.forum, PLAN.background, PLAN.asked]
    plan_texts.append(PLAN.coordinators)
    for area in PLAN.areas:
        plan_texts += [area.summary, area.lead, area.proposals, area.reasons]
        plan_texts += [row.removeprefix("- ") for row in area.proposals.split("\n")]

    for text in sorted(plan_texts, key=len, reverse=True):
        rest = rest.replace(text, "")

    assert 0.4 <= 1 - len(rest.split()) / word_count(answer) <= 0.6


def test_the_answer_for_two_areas_repeats_its_base_text():
    (answer,) = of_shape("S17")
    first, second = (part["how"].split("\n\n") for part in answer.areas.values())

    assert first[0] != second[0]
    assert first[1:] == second[1:]
    assert len("".join(first[1:])) >= 0.8 * len("".join(first))


def test_the_private_answer_is_one_paragraph_that_names_a_third_person():
    (answer,) = of_shape("S20")
    (text,) = texts(answer)

    assert "\n" not in text
    assert "Conny Testberg" in text
    assert answer.hide_name


def test_two_answers_are_in_other_languages_one_of_them_right_to_left():
    arabic, finnish = ("".join(texts(answer)) for answer in of_shape("S25a"))

    assert sum(unicodedata.bidirectional(sign) == "AL" for sign in arabic) > len(arabic) / 2
    assert "yhdistys" in finnish


def test_the_collective_answer_counts_thirty_one_names():
    (answer,) = of_shape("S10")
    _, names = answer.whole["other"].split("organisationer:\n\n")

    # One of the names has a comma in it.
    assert len(re.split(r", |\n", names)) == 31 + 1
    rows = answer.behind["cosignatories"].split("\n")
    assert len(rows) == len(set(rows)) == answer.behind["members"] == 31
    assert [row for row in rows if row not in names] == []


def test_the_stance_list_supports_eight_and_opposes_two():
    (answer,) = of_shape("S13")
    verbs = [row.split()[0] for row in answer.whole["summary"].split("\n")]

    assert (verbs.count("tillstyrker"), verbs.count("avstyrker")) == (8, 2)


# What the coordinators have made of the answers

REPLIES = [(stage, reply) for stage, replies in told.REPLIES.items() for reply in replies]
WRITTEN = [
    *(theme.name for theme in told.THEMES),
    *told.NOTHING.values(),
    *(text for _area, _side, text in told.NOTES.values()),
    *(text for _stage, r in REPLIES for text in (r.said, r.text, r.before, r.after, r.comment)),
    told.SECRET_BECAUSE,
    told.CALL,
]


def said_in(area: str) -> str:
    """Every text about an area, or about the whole plan, as the passages have it."""
    parts = [
        part
        for answer in ANSWERS
        for key, part in (*answer.areas.items(), (WHOLE, answer.whole), *answer.later.items())
        if key == area
    ]
    texts = "\n".join(text for part in parts for text in part.values())
    return unicodedata.normalize("NFC", texts.replace("\u00ad", "")).casefold()


def test_an_area_has_four_to_six_themes_of_few_words_and_each_of_them_has_its_own_name():
    numbers = {area: [theme.area for theme in told.THEMES].count(area) for area in AREAS}
    names = [theme.name for theme in told.THEMES]

    assert {area: number for area, number in numbers.items() if not 4 <= number <= 6} == {}
    assert {theme.area for theme in told.THEMES} == AREAS | {WHOLE}
    assert set(told.READERS) == AREAS
    assert len(set(names)) == len(names)
    assert [name for name in names if len(name) > 40] == []


def test_every_word_that_places_a_passage_stands_in_an_answer_about_the_area():
    assert [
        (theme.name, words)
        for theme in told.THEMES
        for words in theme.words
        if words not in said_in(theme.area)
    ] == []
    everything = "\n".join(map(said_in, (*AREAS, WHOLE)))
    assert [words for words in told.NOTHING if words not in everything] == []


def test_a_reply_is_to_a_theme_and_changes_what_the_plan_says():
    proposals = "\n".join(area.proposals for area in PLAN.areas)
    themes = {(theme.area, theme.name) for theme in told.THEMES}

    assert [r.theme for _stage, r in REPLIES if (r.area, r.theme) not in themes] == []
    changing = {r.theme for _stage, r in REPLIES if r.outcome == "changed"}
    assert {r.theme for _stage, r in REPLIES if r.before or r.after} == changing
    assert [r.before for _stage, r in REPLIES if r.before not in proposals] == []
    assert {r.theme for _stage, r in REPLIES if r.comment} == {
        r.theme for _stage, r in REPLIES if r.fate == "sent_back"
    }
    assert [r.theme for _stage, r in REPLIES if not r.outcome and r.fate != "draft"] == []


def test_what_the_coordinators_write_is_whole_sentences_that_name_nobody():
    names = {answer.contact_name for answer in ANSWERS} | set(told.MASKED_NAMES)
    themes = {theme.name for theme in told.THEMES}

    assert [text for text in WRITTEN if "!" in text or "  " in text] == []
    assert [text for text in WRITTEN if text and text not in themes and text[-1] != "."] == []
    assert [text for text in WRITTEN for name in names if name in text] == []


def test_what_is_noted_masked_and_joined_is_about_what_the_answers_hold():
    organisations = {answer.organisation for answer in ANSWERS}
    actors = {
        row.strip("·\t ").casefold()
        for answer in ANSWERS
        for part in answer.areas.values()
        for row in part.get("actors", "").splitlines()
    }

    assert {*told.NOTES, told.MASKED_IN} - organisations == set()
    assert {name.casefold() for name in (*told.SPELLINGS, told.SPELT)} - actors == set()
    assert [answer.shape for answer in ANSWERS if told.SECRET_NAME in "".join(texts(answer))] == [
        "S20"
    ]
    (minutes,) = [answer for answer in ANSWERS if answer.organisation == told.MASKED_IN]
    assert [name for name in told.MASKED_NAMES if name not in "".join(texts(minutes))] == []
