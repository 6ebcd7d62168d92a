"""Nearly the same answers and passages: shown beside each other, and placed together."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from remiss.admin import alike
from remiss.models import Passage, Placement, Theme
from remiss.models.draft import area_key
from remiss.workflow import recording, remembering, reviewing, secrecy
from tests.factories import NOON, OPENS_ON, days, make_consultation, make_submission

BASE = "Vi vill att skolornas aulor öppnas för alla föreningar i området på kvällar och helger."
XSS = "<script>alert(1)</script>"
URL = "/samordning/svar/lika/"


def sent(consultation, *, area="city-life", organisation="Tegelbacken", text=BASE, **more):
    texts = {area_key(area): {"how": text}, **more}
    return make_submission(consultation=consultation, texts=texts, organisation=organisation)


@pytest.fixture
def three(consultation):
    return [
        sent(consultation, organisation="Första"),
        sent(consultation, organisation=f"Andra {XSS}"),
        sent(consultation, organisation="Tredje", text=f"{BASE} Särskilt i öster. {XSS}"),
    ]


@pytest.fixture
def desk(signed_in, city, noon):
    return signed_in(city)


def vals(*submissions):
    rows = Passage.objects.filter(answer__submission__in=submissions).order_by("pk")
    return [f"{row.pk}:{row.version}" for row in rows]


def theme(consultation, by, name="Lokaler", area="city-life"):
    return reviewing.new_theme(consultation=consultation, area_key=area, name=name, at=NOON, by=by)


def test_groups_of_answers_and_passages_are_shown_with_who_and_how_many(desk, consultation, three):
    sent(consultation, text="Något helt annat om bussar som går för sällan på kvällen.")

    page = desk.get(URL)

    (answers,) = page.context_data["answer_groups"]
    (passages,) = page.context_data["passage_groups"]
    assert answers.responses == [each.response_id for each in three]
    assert answers.senders == [f"{each.organisation}, {each.response.reference}" for each in three]
    assert (len(passages.texts), len(passages.responses), passages.placed) == (3, 3, 0)
    body = page.content.decode()
    assert "3 stycken i 3 svar" in body
    assert "Andra &lt;script&gt;" in body
    assert XSS not in body


def test_the_same_text_in_two_areas_of_one_answer_is_found(desk, consultation):
    submission = sent(consultation, **{area_key("young-health"): {"how": BASE}})

    page = desk.get(URL)

    (group,) = page.context_data["passage_groups"]
    assert (len(group.texts), group.responses) == (2, [submission.response_id])
    assert list(page.context_data["answer_groups"]) == []
    narrowed = desk.get(URL, {"omrade": "young-health"})
    assert list(narrowed.context_data["passage_groups"]) == []


def test_answers_that_do_not_count_and_other_remisser_are_not_compared(
    desk, consultation, three, city
):
    for each in three[1:]:
        recording.set_aside(responses=[each.response], reason="spam", note="", at=NOON, by=city)
    sent(make_consultation(slug="en-annan", opens_on=OPENS_ON - days(1)))

    page = desk.get(URL)

    assert list(page.context_data["passage_groups"]) == []
    assert "Inga stycken är nästan lika." in page.content.decode()


def test_a_group_shows_differences_against_the_first(desk, three):
    (first, _second, third) = Passage.objects.order_by("pk")

    page = desk.get(URL, {"stycke": third.pk}).content.decode()

    assert page.count("Ord för ord som den första.") == 1
    assert "[tillagt: " in page
    assert XSS not in page
    answers = desk.get(URL, {"svar": first.answer.submission_id}).content.decode()
    assert "Svar med nästan samma ord" in answers
    assert "Fortsätt" not in answers


def test_placing_asks_with_number_and_names_and_then_places_each(desk, consultation, three, city):
    halls = theme(consultation, city)
    post = {"val": vals(*three), "tema": halls.pk}

    asked = desk.post(URL, post).content.decode()
    assert "3 stycken placeras under" in asked
    assert "Andra &lt;script&gt;" in asked
    assert not Placement.objects.exists()

    done = desk.post(URL, post | {"sure": "1"}, follow=True).content.decode()
    assert "3 stycken står nu under Lokaler. De räknas vart för sig." in done
    assert halls.placements.count() == 3
    assert "Alla är placerade." in done


def test_the_list_counts_those_that_are_placed_in_words(desk, consultation, three, city):
    halls = theme(consultation, city)
    for number, said in ((1, "1 är placerat."), (2, "2 är placerade.")):
        passage = Passage.objects.order_by("pk")[number]
        reviewing.place(passage=passage, themes=[halls], seen=0, at=NOON, by=city)
        assert said in desk.get(URL).content.decode()


def test_when_one_has_moved_nothing_is_placed_and_no_theme_is_made(desk, consultation, three, city):
    (first, *_rest) = Passage.objects.order_by("pk")
    post = {"val": vals(*three), "nytt": "Aulor", "sure": "1", "stycke": first.pk}
    reviewing.needs_nothing(passage=first, reason="Skäl", seen=0, at=NOON, by=city)

    page = desk.post(URL, post).content.decode()

    assert "Ingenting är placerat." in page
    assert 'value="Aulor"' in page
    assert "Kräver ingen åtgärd: Skäl" in page
    assert not Placement.objects.exists()
    assert not Theme.objects.exists()


def test_when_the_theme_is_merged_meanwhile_nothing_is_placed(
    desk, consultation, three, city, civil, monkeypatch
):
    halls, rooms = theme(consultation, city), theme(consultation, city, "Rum")
    (first, *_rest) = Passage.objects.order_by("pk")
    together = reviewing.place_together

    def when_merged(**how):
        merging = {"kept": rooms, "other": halls, "seen": 0, "other_seen": 0}
        reviewing.merge_themes(at=NOON, by=civil, **merging)
        return together(**how)

    monkeypatch.setattr(reviewing, "place_together", when_merged)
    post = {"val": vals(*three), "tema": halls.pk, "sure": "1", "stycke": first.pk}
    page = desk.post(URL, post)

    assert page.context["refusal"] == (
        "Temat Lokaler ingår nu i Rum. Ingenting är placerat. Välj ett tema som finns."
    )
    assert page.context["chosen"] == str(halls.pk)
    assert not Placement.objects.exists()


def test_a_new_theme_is_made_in_the_area_of_the_passages(desk, consultation, three):
    desk.post(URL, {"val": vals(*three), "nytt": " Aulor ", "sure": "1"})

    made = Theme.objects.get()
    assert (made.name, made.area_key, made.placements.count()) == ("Aulor", "city-life", 3)


def test_what_belongs_to_another_area_than_the_theme_is_left_out(desk, consultation, city):
    submission = sent(consultation, **{area_key("young-health"): {"how": BASE}})
    halls = theme(consultation, city)
    post = {"val": vals(submission), "tema": halls.pk}

    assert "1 av de valda hör till ett annat område" in desk.post(URL, post).content.decode()


@pytest.mark.parametrize("val", [["x"], ["1"], ["999999:0"], [":"], []])
def test_foreign_and_mangled_ids_are_ignored(desk, consultation, three, city, val):
    halls = theme(consultation, city)
    other = make_consultation(slug="en-annan", opens_on=OPENS_ON - days(1))
    foreign = vals(sent(other))

    page = desk.post(URL, {"val": val + foreign, "tema": halls.pk, "sure": "1"})

    assert "Välj minst ett stycke" in page.content.decode()
    assert not Placement.objects.exists()


def test_without_a_theme_the_choice_is_asked_for(desk, three):
    (first, *_rest) = Passage.objects.order_by("pk")

    page = desk.post(URL, {"val": vals(*three), "stycke": first.pk}).content.decode()

    assert "Välj ett tema, eller skriv namnet på ett nytt." in page


def test_the_registrar_sees_and_does_not_place(signed_in, registrar, three, noon):
    client = signed_in(registrar)
    (first, *_rest) = Passage.objects.order_by("pk")

    page = client.get(URL, {"stycke": first.pk}).content.decode()
    assert "Fortsätt" not in page
    assert client.post(URL, {"val": vals(*three), "nytt": "A", "sure": "1"}).status_code == 403


def limits_told(page):
    text = page.content.decode()
    found = re.search(r'<div role="status">(.*?)</div>', text, re.DOTALL)
    return re.findall(r"<p>(.*?)</p>", found[1]) if found else []


def test_what_is_not_compared_is_said(desk, three, monkeypatch):
    assert limits_told(desk.get(URL)) == []
    monkeypatch.setattr(alike, "MOST_PASSAGES", 2)
    monkeypatch.setattr(alike, "MOST_ANSWERS", 2)
    monkeypatch.setattr(alike, "LONGEST", 100)
    remembering.forget()

    page = desk.get(URL)

    assert limits_told(page) == [
        "Det finns 3 svar. De 2 senaste är jämförda, de andra inte.",
        "1 svar är längre än 100 tecken. Av det är de första 100 tecknen jämförda."
        " Välj ett område för att jämföra mer.",
        "Det finns 3 stycken. De 2 senaste är jämförda, de andra inte."
        " Välj ett område för att jämföra fler.",
    ]
    assert [len(group.texts) for group in page.context_data["passage_groups"]] == [2]


def test_a_campaign_of_a_hundred_and_fifty_is_placed_in_two_acts(desk, consultation, city):
    texts = {area_key("city-life"): {"how": "\n\n".join([BASE] * 50)}}
    for _each in range(3):
        make_submission(consultation=consultation, texts=texts)
    halls = theme(consultation, city)
    first = Passage.objects.earliest("pk")
    group = f"{URL}?stycke={first.pk}"

    def ticked():
        return re.findall(
            r'name="val" value="([^"]+)"[^>]* checked', desk.get(group).content.decode()
        )

    placed = []
    for left in (100, 50):
        assert len(ticked()) == left
        done = desk.post(
            group, {"val": ticked(), "tema": halls.pk, "sure": "1", "stycke": first.pk}
        )
        placed.append((halls.placements.count(), done.url))
    assert placed == [(100, group), (150, URL)]
    pages = [desk.get(group, {"stycke": first.pk, "sida": n}).context_data for n in (1, 2)]
    assert [len(each["others"]) for each in pages] == [99, 50]


def test_answers_that_are_alike_are_read_ten_at_a_time(desk, consultation):
    for _each in range(12):
        sent(consultation)
    first = Passage.objects.earliest("pk").answer.submission_id

    pages = [desk.get(URL, {"svar": first, "sida": n}) for n in (1, 2)]

    assert [len(each.context_data["others"]) for each in pages] == [9, 2]
    assert "12 svar är nästan lika. 10 visas på en sida." in pages[0].content.decode()
    assert f"?sida=2&amp;omrade=&amp;svar={first}" in pages[0].content.decode()


def test_what_is_kept_is_compared_anew_when_a_text_comes_goes_or_is_hidden(
    signed_in, civil, city, consultation, three, noon
):
    def sizes(user):
        groups = signed_in(user).get(URL).context_data
        return [
            [len(group.texts) for group in groups[name]]
            for name in ("answer_groups", "passage_groups")
        ]

    assert (sizes(city), sizes(civil)) == ([[3], [3]], [[3], [3]])
    fourth = sent(consultation)
    assert (sizes(city), sizes(civil)) == ([[4], [4]], [[4], [4]])
    secrecy.mark(
        response=fourth.response, provision="26 kap. 1 § OSL", reason="Skäl", at=NOON, by=city
    )
    assert (sizes(city), sizes(civil)) == ([[4], [4]], [[3], [3]])
    (passage,) = Passage.objects.filter(answer__submission=fourth)
    reviewing.split(passage=passage, offset=len("Vi vill att "), seen=0, at=NOON, by=city)
    assert sizes(city) == [[4], [4]]
    assert sizes(civil) == [[3], [3]]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("query", ["", "stycke"])
def test_the_pages_take_as_many_queries_for_one_group_as_for_three(
    desk, consultation, three, django_assert_num_queries, number, query
):
    for place in range(number):
        for _each in range(2):
            sent(consultation, text=" ".join(f"ord{place}{at}" for at in range(12)))
    wanted = {query: Passage.objects.earliest("pk").pk} if query else {}

    with django_assert_num_queries(15 if query else 14):  # some of them read what is compared
        desk.get(reverse("admin:alike"), wanted)
    with django_assert_num_queries(14 if query else 11):
        desk.get(reverse("admin:alike"), wanted)


def test_without_a_remiss_the_page_is_empty(signed_in, superuser, noon):
    page = signed_in(superuser).get(URL).content.decode()

    assert "Inga svar är nästan lika." in page


def test_an_old_form_comes_back_with_what_was_written_and_does_nothing(three, city):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    (first, *_rest) = Passage.objects.order_by("pk")
    post = {"val": vals(*three), "nytt": "Aulor", "sure": "1", "stycke": first.pk}

    page = client.post(URL, post)

    assert page.status_code == 403
    assert 'value="Aulor"' in page.content.decode()
    assert not Theme.objects.exists()
    names = {"omrade": "city-life", "aktor": ["a", "b"], "annat": "Bibblan"}
    assert client.post(reverse("admin:actors"), names).status_code == 403
