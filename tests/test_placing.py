"""Läsvyn, teman and coverage, as pages: what they show, do, refuse and cost."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remiss.admin.around import FILTERS
from remiss.admin.passages import ThemeFigures, theme_figures
from remiss.admin.placing.conflicts import IN_AREA
from remiss.models import (
    AreaShare,
    Draft,
    Event,
    Note,
    Passage,
    Placement,
    ReadMark,
    ReviewStep,
    Theme,
)
from remiss.models.draft import area_key
from remiss.text import letters, split_clauses
from remiss.workflow import answering, noting, reviewing, secrecy, sharing, tying
from tests.factories import (
    NOON,
    days,
    make_body,
    make_consultation,
    make_submission,
    save,
    send_in,
)

CITY_LIFE, HEALTH = area_key("city-life"), area_key("young-health")
TEXT = "Öppna skolorna. Sänk hyran.\n\nVi kan ta hand om:\n- nycklar\n- städning"


@pytest.fixture
def received(consultation, noon):
    return make_submission(
        consultation=consultation,
        texts={
            CITY_LIFE: {"how": TEXT, "actors": "Fritidsförvaltningen\nBiblioteket"},
            HEALTH: {"how": "Mer simning."},
            "rest": {"summary": "Bra plan."},
        },
    )


def passages(submission, area="city-life"):
    rows = Passage.objects.filter(answer__submission=submission).in_area(area).in_order()
    return list(rows.numbered().select_related("answer__submission__response"))


def url_of(submission, area="city-life"):
    return reverse("admin:place", args=[submission.response_id, area])


def new_theme(consultation, by, name="Lokaler", area="city-life"):
    return reviewing.new_theme(consultation=consultation, area_key=area, name=name, at=NOON, by=by)


def act(client, submission, name, passage, *, area="city-life", **data):
    data = {"act": name, "stycke": passage.pk, "seen": passage.version} | data
    return client.post(url_of(submission, area), data)


def themes_of(passage):
    return sorted(passage.placements.values_list("theme__name", flat=True))


# What the page shows


def test_an_area_is_shown_passage_by_passage(signed_in, reader, received):
    page = signed_in(reader).get(url_of(received))
    text = page.content.decode()

    assert page.context["cover"].total == 4
    assert [q["label"] for q in page.context["questions"]] == [
        "Hur kan samverkan ske?",
        "Vilka av stadens aktörer verkar inom området?",
    ]
    assert [each.label for each in page.context["questions"][0]["passages"]] == [
        "3.1", "3.2", "3.3", "3.4",
    ]  # fmt: skip
    assert page.context["questions"][1]["rows"] == ["Fritidsförvaltningen", "Biblioteket"]
    assert '<p class="text" dir="auto">- nycklar</p>' in text
    assert text.count("tag--wait") == 4
    assert "Placera och nästa" not in text
    assert "Intern anteckning" not in text


def test_the_whole_plan_has_an_address_and_unknown_areas_have_none(signed_in, city, received):
    client = signed_in(city)

    page = client.get(url_of(received, "hela-planen"))
    assert [each.label for each in page.context["desk"].passages] == ["H.1"]
    assert client.get(url_of(received, "participation")).status_code == 200
    assert client.get(url_of(received, "nowhere")).status_code == 404
    assert client.get(reverse("admin:place", args=[99999, "city-life"])).status_code == 404


def test_the_links_to_other_areas_say_how_far_each_has_come(signed_in, city, received):
    page = signed_in(city).get(url_of(received))

    assert [(each["area"].label, each["cover"].total) for each in page.context["areas"]] == [
        ("1. Ungas hälsa och livsstil", 1),
        ("3. Stadsliv, allmänna platser och lokaler", 4),
        ("Hela planen", 1),
    ]
    answer = signed_in(city).get(
        reverse("admin:remiss_response_change", args=[received.response_id])
    )
    assert "0 av 4 placerade" in answer.content.decode()
    assert url_of(received) in answer.content.decode()


def test_opening_marks_as_read_for_coordinators_only(signed_in, city, reader, received):
    signed_in(reader).get(url_of(received))
    assert not ReadMark.objects.exists()

    signed_in(city).get(url_of(received))
    assert ReadMark.objects.get().user == city


def test_what_is_written_by_others_is_text_and_keeps_its_direction(
    signed_in, city, consultation, noon
):
    nasty = "<script>alert(1)</script>"
    hebrew = "שלום <b>עולם</b>"
    submission = make_submission(
        consultation=consultation,
        organisation=f"Förening {nasty}",
        texts={CITY_LIFE: {"how": f"{hebrew}\n\n{nasty}", "actors": nasty}},
    )
    theme = new_theme(consultation, city, f"Tema {nasty}")
    first, second = passages(submission)
    reviewing.place(passage=first, themes=[theme], seen=0, at=NOON, by=city)
    noting.write(
        response=submission.response, area_key="city-life", text=nasty, seen=0, at=NOON, by=city
    )
    client = signed_in(city)

    for page in (
        client.get(url_of(submission)),
        client.get(reverse("admin:themes")),
        client.get(reverse("admin:theme", args=[theme.pk])),
        client.get(reverse("admin:left")),
        act(client, submission, "placera", second, theme=f"Nytt {nasty}"),
        client.get("/samordning/remiss/response/"),
    ):
        assert nasty not in page.content.decode()
        assert page.status_code == 200
    text = client.get(url_of(submission)).content.decode()
    assert '<p class="text" dir="auto">שלום &lt;b&gt;' in text
    assert "<bdi>Tema &lt;script&gt;" in text


# Placing


def test_a_theme_is_chosen_by_its_name_and_the_next_passage_comes(
    signed_in, city, consultation, received
):
    new_theme(consultation, city)
    first, second, *_rest = passages(received)

    sent = act(signed_in(city), received, "placera", first, theme=" lokaler ")

    assert sent.url == f"{url_of(received)}?stycke={second.pk}"
    assert themes_of(first) == ["Lokaler"]


def test_a_name_that_is_no_theme_asks_once(signed_in, city, consultation, received):
    first, second, *_rest = passages(received)
    client = signed_in(city)

    asked = act(client, received, "placera", first, theme="Nycklar")
    text = asked.content.decode()
    assert "Skapa temat ”<bdi>Nycklar</bdi>” i område 3" in text
    assert "Skapa temat för hela planen" in text
    assert 'value="Nycklar"' in text
    assert not Theme.objects.exists()

    act(client, received, "tema-i-omradet", first, theme="Nycklar", asked="Nycklar")
    act(client, received, "tema-for-planen", second, theme="Ansvar", asked="Ansvar")
    assert sorted(Theme.objects.values_list("name", "area_key")) == [
        ("Ansvar", ""),
        ("Nycklar", "city-life"),
    ]
    assert themes_of(first) == ["Nycklar"]
    # Another name than the one that was asked about is asked about in turn.
    third = passages(received)[2]
    act(client, received, "tema-i-omradet", third, theme="Nytt namn", asked="Nytt")
    assert Theme.objects.count() == 2


def test_letters_of_a_theme_offer_it_before_a_new_one_is_made(
    signed_in, city, consultation, received
):
    first = passages(received)[0]
    here, whole, elsewhere, _other = (
        new_theme(consultation, city, name, area)
        for name, area in (
            ("Registerkontroll", "city-life"),
            ("Registret", ""),
            ("Bokningsregister", "young-health"),
            ("Hyra", "city-life"),
        )
    )
    client = signed_in(city)

    asked = act(client, received, "placera", first, theme="Regi")

    text = asked.content.decode()
    assert [each.pk for each in asked.context["like_here"]] == [whole.pk, here.pk]
    assert [(each, area.number) for each, area in asked.context["like_elsewhere"]] == [
        (elsewhere, 1)
    ]
    # What Enter presses asks again: it comes before those that choose or make a theme.
    form = text[text.index('id="id_theme"') :]
    buttons = re.findall(r'type="submit" name="(\w+)" value="([^"]+)"', form)[:5]
    assert buttons == [
        ("act", "placera"),
        ("valt", str(whole.pk)),
        ("valt", str(here.pk)),
        ("act", "tema-i-omradet"),
        ("act", "tema-for-planen"),
    ]
    data = {"stycke": first.pk, "seen": 0, "theme": "Regi", "asked": "Regi"}
    client.post(url_of(received), data | {"valt": here.pk})
    assert themes_of(first) == ["Registerkontroll"]
    gone = client.post(url_of(received), data | {"seen": 1, "valt": elsewhere.pk})
    assert gone.context["wrong"].errors["theme"] == [
        "Temat finns inte längre. Välj ett annat, eller skriv ett nytt."
    ]
    moved = client.post(url_of(received), data | {"valt": whole.pk})
    assert "Du valde: <strong><bdi>Registret</bdi></strong>" in moved.content.decode()
    assert Theme.objects.count() == 4


def test_boxes_keep_and_remove(signed_in, city, consultation, received):
    keys, halls = new_theme(consultation, city, "Nycklar"), new_theme(consultation, city)
    first = passages(received)[0]
    client = signed_in(city)

    act(client, received, "placera", first, themes=[keys.pk, halls.pk])
    assert themes_of(first) == ["Lokaler", "Nycklar"]
    first.refresh_from_db()
    act(client, received, "placera", first, themes=[halls.pk])
    assert themes_of(first) == ["Lokaler"]
    first.refresh_from_db()
    act(client, received, "placera", first)
    assert themes_of(first) == []
    first.refresh_from_db()
    nothing = act(client, received, "placera", first)
    assert "Skriv ett tema, eller kryssa för ett." in nothing.content.decode()


def test_needing_nothing_takes_a_reason(signed_in, city, received):
    first, second, third, _last = passages(received)
    client = signed_in(city)

    assert "Välj varför." in act(client, received, "ingen-atgard", first).content.decode()
    empty = act(client, received, "ingen-atgard", first, reason="other")
    assert "Skriv skälet." in empty.content.decode()
    act(client, received, "ingen-atgard", first, reason="repetition")
    act(client, received, "ingen-atgard", second, reason="other", other="Gäller skolan")

    reasons = Passage.objects.exclude(no_action="").in_order()
    assert list(reasons.values_list("no_action", flat=True)) == ["Upprepning", "Gäller skolan"]
    assert Passage.objects.get(pk=third.pk).no_action == ""


def ticked(page):
    """What the boxes of a page would post."""
    return re.findall(r'type="checkbox" form="flera" name="val" value="([\d:]+)"', page)


@pytest.mark.parametrize("where", ["place", "left", "alike"])
def test_several_passages_need_nothing_for_one_reason(
    signed_in, city, consultation, where, received
):
    first, second, third, last = passages(received)
    client, url = signed_in(city), reverse("admin:need_nothing")
    back = {
        "place": url_of(received),
        "left": f"{reverse('admin:left')}?omrade=city-life",
        "alike": f"{reverse('admin:alike')}?omrade=city-life&stycke={first.pk}",
    }[where]
    if where != "alike":
        page = client.get(back).content.decode()
        assert ticked(page) == [f"{each.pk}:0" for each in (first, second, third, last)]
        assert page.count('form="flera" name="val"') == 4
    came_from = {"place": {"svar": received.response_id}, "alike": {"lika": first.pk}}
    chosen = {"val": [f"{each.pk}:0" for each in (first, second, last)], "omrade": "city-life"}
    chosen |= came_from.get(where, {})

    asked = client.post(url, chosen)
    assert [each.pk for each in asked.context["chosen"]] == [first.pk, second.pk, last.pk]
    text = asked.content.decode()
    assert "3 stycken markeras med samma skäl." in text
    assert f"{received.response.reference}, stycke 3.4</a>" in text
    without = client.post(url, chosen | {"sure": "1"})
    assert without.context["form"].errors == {"reason": ["Välj varför."]}
    assert Passage.objects.filter(no_action="").count() == 6

    done = client.post(url, chosen | {"sure": "1", "reason": "repetition"})
    assert done.url == back
    said = Passage.objects.exclude(no_action="").in_order().values_list("pk", "no_action")
    assert list(said) == [(each.pk, "Upprepning") for each in (first, second, last)]
    assert messages_of(client.get(done.url)) == [
        "3 stycken kräver ingen åtgärd. Det går att ångra."
    ]
    assert ReviewStep.objects.get().said == "3 stycken kräver ingen åtgärd"
    reviewing.undo(consultation=consultation, at=NOON, by=city)
    assert not Passage.objects.exclude(no_action="").exists()


def test_all_that_is_left_is_ticked_by_a_link(signed_in, city, received):
    first, *rest = passages(received)
    reviewing.needs_nothing(passage=first, reason="Skäl", seen=0, at=NOON, by=city)
    client = signed_in(city)

    for url in (url_of(received), f"{reverse('admin:left')}?omrade=city-life"):
        page = client.get(url, {"alla": 1, "omrade": "city-life"}).content.decode()
        assert ticked(page) == [f"{each.pk}:0" for each in rest]
        assert len(re.findall(r'form="flera" name="val"[^>]* checked>', page)) == len(rest)


def test_passages_that_have_moved_are_not_marked_with_the_others(
    signed_in, city, civil, consultation, received
):
    first, second, third, _last = passages(received)
    halls = new_theme(consultation, civil)
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=civil)
    reviewing.join(passage=second, seen=0, following_seen=0, at=NOON, by=civil)
    client, url = signed_in(city), reverse("admin:need_nothing")
    chosen = {"val": [f"{first.pk}:0", f"{third.pk}:0", f"{passages(received)[2].pk}:0"]}

    refused = client.post(url, chosen | {"sure": "1", "reason": "other", "other": "Mina ord"})

    assert refused.status_code == 409
    assert (refused.context["moved"], refused.context["gone"]) == ([first], 1)
    text = refused.content.decode()
    assert "Nu: <bdi>Lokaler</bdi>" in text
    assert 'value="Mina ord"' in text
    assert not Passage.objects.exclude(no_action="").exists()
    stale = stale_client(city).post(url, chosen | {"sure": "1", "reason": "other", "other": "Ord"})
    assert (stale.status_code, 'value="Ord"' in stale.content.decode()) == (403, True)


def test_nothing_ticked_is_told_and_others_may_not(signed_in, city, reader, received):
    url, first = reverse("admin:need_nothing"), passages(received)[0]

    for val in ([], ["x"], ["999999:0"]):
        told = signed_in(city).post(url, {"val": val}, follow=True)
        assert messages_of(told) == ["Kryssa för minst ett stycke. Ingenting är ändrat."]
    refused = signed_in(reader).post(
        url, {"val": f"{first.pk}:0", "sure": 1, "reason": "repetition"}
    )
    assert refused.status_code == 403
    assert ticked(signed_in(reader).get(url_of(received)).content.decode()) == []


def test_passages_are_split_before_a_sentence_and_joined(signed_in, city, received):
    first = passages(received)[0]
    client = signed_in(city)
    shown = client.get(url_of(received), {"stycke": first.pk})
    assert shown.context["clauses"] == [(0, "Öppna skolorna.", True), (16, "Sänk hyran.", True)]

    act(client, received, "dela", first, offset=16)
    halves = passages(received)[:2]
    assert [(each.label, each.text) for each in halves] == [
        ("3.1a", "Öppna skolorna."),
        ("3.1b", "Sänk hyran."),
    ]
    act(client, received, "sla-ihop", halves[0], following_seen=halves[1].version)
    assert [each.label for each in passages(received)] == ["3.1", "3.2", "3.3", "3.4"]

    wrong = act(client, received, "dela", passages(received)[0], offset=999)
    assert "Välj ett ställe inne i stycket." in client.get(wrong.url).content.decode()


LONG = "vi vill ha lokaler, mer pengar och nycklar; dessutom 1,5 timmar"


def test_a_long_sentence_is_split_at_its_commas_and_before_any_word(
    signed_in, city, consultation, noon
):
    submission = make_submission(consultation=consultation, texts={CITY_LIFE: {"how": LONG}})
    (first,) = passages(submission)
    client = signed_in(city)

    def offered(**query):
        text = client.get(url_of(submission), {"stycke": first.pk} | query).content.decode()
        return [int(each) for each in re.findall(r'name="offset" value="(\d+)"', text)]

    assert offered() == [LONG.index("mer"), LONG.index("dessutom")]
    words = ["mer", "pengar", "och", "nycklar;"]
    assert offered(ord=LONG.index("mer")) == [LONG.index(each) for each in words]
    assert offered(ord=0) == [LONG.index(each) for each in ("vill", "ha", "lokaler,")]
    for nowhere in (1, 999, "x", "-1", "9" * 30):
        assert offered(ord=nowhere) == offered()

    act(client, submission, "dela", first, offset=LONG.index("och"))
    assert [each.text for each in passages(submission)] == [
        "vi vill ha lokaler, mer pengar",
        "och nycklar; dessutom 1,5 timmar",
    ]


def test_more_words_than_are_shown_is_said(signed_in, city, consultation, noon):
    text = " ".join(["ord"] * 301)
    submission = make_submission(consultation=consultation, texts={CITY_LIFE: {"how": text}})

    page = signed_in(city).get(url_of(submission), {"ord": 0})

    assert len(page.context["words"]) == 300
    assert "De första 300 orden visas." in page.content.decode()


def test_undo_says_what_it_undoes_and_leads_there(signed_in, city, consultation, received):
    halls = new_theme(consultation, city)
    first = passages(received)[0]
    client = signed_in(city)
    act(client, received, "placera", first, themes=[halls.pk])
    page = client.get(url_of(received, "young-health"))
    where = f"3.1 i {received.response.reference}, "
    assert f"Ditt senaste: {where}<bdi>under Lokaler</bdi>" in page.content.decode()
    step = page.context["step"].pk

    undone = client.post(url_of(received, "young-health"), {"act": "angra", "step": step})
    assert undone.url == f"{url_of(received)}?stycke={first.pk}"
    assert f"Ångrat: {where}under Lokaler." in client.get(undone.url).content.decode()
    assert not Placement.objects.exists()
    again = client.post(url_of(received), {"act": "angra", "step": step}, follow=True)
    assert "Det finns inget att ångra." in again.content.decode()


def test_undo_does_not_undo_another_step_than_the_one_shown(
    signed_in, city, consultation, received
):
    halls = new_theme(consultation, city)
    first, second, *_rest = passages(received)
    client = signed_in(city)
    act(client, received, "placera", first, themes=[halls.pk])
    step = client.get(url_of(received)).context["step"].pk
    act(client, received, "placera", second, themes=[halls.pk])

    page = client.post(url_of(received), {"act": "angra", "step": step}, follow=True)
    assert "Du har gjort något mer" in page.content.decode()
    assert Placement.objects.count() == 2


def test_a_step_over_several_answers_says_so_and_a_hidden_one_is_not_named(
    signed_in, civil, city, consultation, received
):
    other = make_submission(consultation=consultation)
    halls = new_theme(consultation, civil)
    chosen = [(each, 0) for each in [*passages(received), *passages(other)]]
    reviewing.place_together(passages=chosen, theme=halls, at=NOON, by=civil)
    client = signed_in(civil)
    url = reverse("admin:themes")
    assert client.get(url).context["step_about"] == "i 2 svar"

    how = {"provision": "21:1", "reason": "Hälsa", "at": NOON, "by": city}
    secrecy.mark(response=other.response, **how)
    assert client.get(url).context["step_about"] == f"i {received.response.reference}"
    secrecy.mark(response=received.response, **how)
    assert client.get(url).context["step_about"] == ""


def test_a_step_that_another_has_built_on_does_not_stand_in_the_way(
    signed_in, city, civil, consultation, received
):
    halls = new_theme(consultation, city)
    first, second, *_rest = passages(received)
    earlier = reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    step = reviewing.place(passage=second, themes=[halls], seen=0, at=NOON, by=city)
    reviewing.needs_nothing(passage=second, reason="Skäl", seen=1, at=NOON, by=civil)
    client = signed_in(city)

    page = client.post(url_of(received), {"act": "angra", "step": step.pk}, follow=True)

    assert messages_of(page) == [
        "Det går inte att ångra, för någon har gjort något mer med samma stycken sedan dess. "
        "Det du gjorde före det kan du fortfarande ångra."
    ]
    assert page.context["step"] == earlier
    client.post(url_of(received), {"act": "angra", "step": earlier.pk})
    assert themes_of(first) == []


def test_when_all_is_placed_the_page_leads_on(signed_in, city, consultation, received):
    other = make_submission(consultation=consultation, organisation="Nästa förening")
    only = passages(received, "young-health")[0]
    client = signed_in(city)
    new_theme(consultation, city, "Sim", "young-health")

    sent = client.post(
        url_of(received, "young-health"),
        {
            "act": "placera",
            "stycke": only.pk,
            "seen": 0,
            "theme": "Sim",
            "filters": "placerat=kvar&o=1",
        },
    )
    page = client.get(sent.url)
    text = page.content.decode()
    assert "Alla stycken i området är placerade." in text
    assert page.context["next_area"]["area"].key == "city-life"
    neighbours = {page.context["around"].get(side) for side in ("before", "after")}
    assert other.response_id in neighbours
    assert "placerat%3Dkvar%26o%3D1" in text


def test_the_next_answer_is_opened_where_something_is_left(signed_in, city, consultation, received):
    client = signed_in(city)
    left = reverse("admin:place_left", args=[received.response_id])

    def leads_to(came_from):
        return client.get(left, {"fran": came_from, FILTERS: "vem=association"}).url

    kept = f"?{urlencode({FILTERS: 'vem=association'})}"
    assert leads_to("city-life") == url_of(received) + kept
    assert leads_to("hela-planen") == url_of(received, "hela-planen") + kept
    assert leads_to("nowhere") == url_of(received, "young-health") + kept
    for each in passages(received):
        reviewing.needs_nothing(passage=each, reason="Skäl", seen=0, at=NOON, by=city)
    assert leads_to("city-life") == url_of(received, "young-health") + kept
    for each in [*passages(received, "young-health"), *passages(received, "")]:
        reviewing.needs_nothing(passage=each, reason="Skäl", seen=0, at=NOON, by=city)
    assert leads_to("city-life") == url_of(received) + kept
    assert client.get(reverse("admin:place_left", args=[99999])).status_code == 404

    make_submission(consultation=consultation, organisation="Nästa förening")
    page = client.get(url_of(received)).context["around"]
    assert page["before_url"].endswith("/omrade/?fran=city-life")


# What is refused


def test_readers_place_nothing(signed_in, reader, registrar, received):
    first = passages(received)[0]
    for user in (reader, registrar):
        assert act(signed_in(user), received, "ingen-atgard", first).status_code == 403
    assert Passage.objects.covered().count() == 0


def test_what_belongs_to_others_is_refused(signed_in, city, consultation, received):
    other = make_submission(consultation=consultation)
    strange = passages(other)[0]
    elsewhere = make_consultation(slug="annan")
    theirs = new_theme(elsewhere, city, "Deras")
    client = signed_in(city)

    assert act(client, received, "placera", strange, theme="X").status_code == 404
    health = passages(received, "young-health")[0]
    assert act(client, received, "placera", health, theme="X").status_code == 404
    first = passages(received)[0]
    for themes in ([theirs.pk], ["x"], [999999]):
        refused = act(client, received, "placera", first, themes=themes)
        assert "Ett av temana finns inte längre." in refused.content.decode()
    assert act(client, received, "flyg", first).url == url_of(received)
    for pk in ("x", "", "-1", "9" * 40):
        posted = client.post(url_of(received), {"act": "placera", "stycke": pk, "seen": 0})
        assert posted.status_code == 404
    assert not Placement.objects.exists()


def test_whoever_comes_second_sees_both_and_chooses(signed_in, city, civil, consultation, received):
    keys, halls = new_theme(consultation, city, "Nycklar"), new_theme(consultation, city)
    first = passages(received)[0]
    reviewing.place(passage=first, themes=[keys], seen=0, at=NOON, by=civil)
    client = signed_in(city)

    chosen = {"themes": [halls.pk], "theme": "Nytt", "asked": "Nytt"}
    refused = act(client, received, "tema-i-omradet", first, **chosen)
    text = refused.content.decode()
    assert refused.status_code == 409
    assert not Theme.objects.filter(name="Nytt").exists()
    assert "ahmed, <bdi>under Nycklar</bdi>" in text
    assert "Du valde: <strong><bdi>Lokaler, Nytt</bdi></strong>" in text
    assert "Gör min ändring ändå" in text
    form = refused.context["place_form"]
    assert (form["theme"].value(), form["themes"].value()) == ("Nytt", [str(halls.pk)])

    kept: dict[str, list[str]] = {}
    for name, value in refused.context["moved"]["kept"]:
        kept.setdefault(name, []).append(value)
    client.post(url_of(received), kept | {"seen": refused.context["chosen"].version})
    assert themes_of(first) == ["Lokaler", "Nytt"]


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("placera", {"theme": "Nytt"}, "Nytt"),
        ("placera", {"theme": "x" * 121}, "x" * 121),
        ("placera", {}, "inget tema"),
        ("ingen-atgard", {"reason": "other"}, "kräver ingen åtgärd"),
        ("dela", {"offset": 999}, "dela stycket"),
    ],
)
def test_a_page_that_has_not_seen_what_stands_asks_nothing_before_it_is_shown(
    signed_in, city, civil, consultation, received, name, data, wanted
):
    keys = new_theme(consultation, civil, "Nycklar")
    first = passages(received)[0]
    reviewing.place(passage=first, themes=[keys], seen=0, at=NOON, by=civil)

    refused = act(signed_in(city), received, name, first, **data)

    assert refused.status_code == 409
    assert f"Du valde: <strong><bdi>{wanted}</bdi></strong>" in refused.content.decode()
    assert (refused.context["asks"], themes_of(first)) == ("", ["Nycklar"])


def test_a_theme_that_is_merged_meanwhile_is_told_with_what_was_chosen(
    signed_in, city, civil, consultation, received, monkeypatch
):
    keys, halls, rent = (new_theme(consultation, city, name) for name in ("A", "B", "Hyra"))
    first = passages(received)[0]
    place = reviewing.place

    def when_merged(**how):
        merging = {"kept": halls, "other": keys, "seen": 0, "other_seen": 0}
        reviewing.merge_themes(at=NOON, by=civil, **merging)
        return place(**how)

    monkeypatch.setattr(reviewing, "place", when_merged)
    chosen = {"themes": [rent.pk], "theme": "A"}
    told = act(signed_in(city), received, "placera", first, **chosen)

    assert told.status_code == 409
    form = told.context["place_form"]
    assert form.errors == {
        "theme": ["Temat A ingår nu i B. Stycket är inte placerat. Välj ett tema som finns."]
    }
    assert (form["theme"].value(), form["themes"].value()) == ("A", [str(rent.pk)])
    assert not Placement.objects.exists()


def test_a_form_older_than_its_token_comes_back_with_what_was_written(city, received):
    first = passages(received)[0]
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    for name, data in (
        ("placera", {"theme": "Nycklar"}),
        ("ingen-atgard", {"reason": "other", "other": "Nycklar"}),
        ("anteckning", {"omradet-text": "Nycklar"}),
    ):
        page = act(client, received, name, first, **data)
        assert page.status_code == 403
        assert "Sidan har varit öppen länge" in page.content.decode()
        assert "Nycklar" in page.content.decode()
    assert Passage.objects.covered().count() + Note.objects.count() == 0


def test_a_form_older_than_its_token_shows_what_another_did_meanwhile(
    signed_in, city, civil, consultation, received
):
    keys = new_theme(consultation, civil, "Nycklar")
    first = passages(received)[0]
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    assert act(client, received, "placera", first, theme="Hyra").context["moved"] is None
    reviewing.place(passage=first, themes=[keys], seen=0, at=NOON, by=civil)

    page = act(client, received, "placera", first, theme="Hyra")

    assert (page.status_code, page.context["moved"]["wanted"]) == (403, "Hyra")
    assert "ahmed, <bdi>under Nycklar</bdi>" in page.content.decode()


def test_a_passage_that_is_no_more_is_told(signed_in, city, civil, received):
    first, second, *_rest = passages(received)
    reviewing.join(passage=first, seen=0, following_seen=0, at=NOON, by=civil)

    gone = act(signed_in(city), received, "ingen-atgard", second, reason="repetition")

    assert gone.status_code == 409
    assert "Stycket finns inte längre" in gone.content.decode()


@pytest.fixture
def newer(received):
    """The same answer in a second version, where the first passages are changed."""
    draft = Draft.objects.get(public_id=received.response.public_id)
    how = "Öppna skolorna snart.\n\nVi kan ta hand om:\n- nycklar\n- städning"
    save(draft=draft, key=CITY_LIFE, how=how)
    return send_in(draft=draft, at=NOON + days(1))


def told(page):
    """The heading of what stands in the way, and what was chosen."""
    text = page.content.decode()
    heading = re.search(r'<h2 id="h-ny-version">(.*?)</h2>', text)[1]
    return heading, re.search(r"Du valde: <strong><bdi>(.*?)</bdi>", text)[1]


def test_what_was_chosen_in_an_earlier_version_is_handed_back(
    signed_in, city, consultation, received, newer
):
    halls = new_theme(consultation, city)
    old = passages(received)
    _changed, same, *_rest = passages(newer)
    client = signed_in(city)

    gone = act(client, received, "ingen-atgard", old[0], reason="other", other="Min motivering")
    assert gone.status_code == 409
    heading = "Svaret har kommit i en ny version"
    assert told(gone) == (heading, "kräver ingen åtgärd: Min motivering")
    assert gone.context["chosen"] is None
    assert f'href="{url_of(received)}">Läs den nya versionen' in gone.content.decode()

    refused = act(client, received, "placera", old[1], themes=[halls.pk], theme="Nycklar")
    assert refused.status_code == 409
    assert told(refused) == (heading, "Lokaler, Nycklar")
    assert refused.context["chosen"] == same
    form = refused.context["place_form"]
    assert (form["theme"].value(), form["themes"].value()) == ("Nycklar", [str(halls.pk)])
    assert not Placement.objects.exists()

    kept = dict(refused.context["newer"]["kept"])
    act(client, received, "tema-i-omradet", same, **kept | {"asked": "Nycklar", "act": IN_AREA})
    assert themes_of(same) == ["Lokaler", "Nycklar"]


def test_every_act_on_an_earlier_version_is_told(signed_in, city, received, newer):
    client = signed_in(city)
    old = passages(received)[1]
    for name, wanted in (
        ("dela", "dela stycket"),
        ("sla-ihop", "slå ihop med nästa stycke"),
        ("tillbaka", "tillbaka till att placera"),
        ("ingen-atgard", "kräver ingen åtgärd"),
        ("placera", "inget tema"),
    ):
        page = act(client, received, name, old)
        assert (page.status_code, told(page)[1]) == (409, wanted)


# Notes


def test_notes_stand_beside_the_area_and_the_answer(signed_in, city, registrar, reader, received):
    client = signed_in(city)
    for name, words in (("omradet", "Ring dem."), ("svaret", "Hela svaret.")):
        data = {"act": "anteckning", f"{name}-text": words, f"{name}-seen": 0}
        client.post(url_of(received), data)

    assert sorted(Note.objects.values_list("area_key", "text", "version")) == [
        ("", "Hela svaret.", 1),
        ("city-life", "Ring dem.", 1),
    ]
    assert list(Event.objects.filter(verb="wrote_note").values_list("note", flat=True)) == ["", ""]
    assert "Ring dem." in signed_in(registrar).get(url_of(received)).content.decode()
    assert "Ring dem." not in signed_in(reader).get(url_of(received)).content.decode()


def note(text, seen, *, was="", act="anteckning"):
    """What the box for the note about an area posts."""
    return {
        "act": act,
        "omradet-text": text,
        "omradet-seen": seen,
        "initial-omradet-text": was,
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("placera", {"theme": "Lokaler"}),
        ("ingen-atgard", {"reason": "repetition"}),
        ("dela", {"offset": 16}),
        ("sla-ihop", {"following_seen": 0}),
    ],
)
def test_a_note_that_is_being_written_is_saved_with_the_passage(
    signed_in, city, consultation, received, name, data
):
    new_theme(consultation, city)
    first, *_rest = passages(received)

    done = act(signed_in(city), received, name, first, **note("Ring.", 0, act=name), **data)

    assert done.status_code == 302
    written = Note.objects.get()
    assert (written.area_key, written.text, written.by) == ("city-life", "Ring.", city)


def test_a_note_that_another_has_changed_is_handed_back_and_the_passage_is_placed(
    signed_in, city, civil, consultation, received
):
    new_theme(consultation, city)
    first, second, *_rest = passages(received)
    noting.write(
        response=received.response, area_key="city-life", text="A", seen=0, at=NOON, by=civil
    )
    client = signed_in(city)

    untouched = note("", 0, act="placera") | {"theme": "Lokaler"}
    assert act(client, received, "placera", first, **untouched).status_code == 302
    told = act(client, received, "placera", second, **untouched | {"omradet-text": "Min"})

    assert (told.status_code, themes_of(second)) == (409, ["Lokaler"])
    assert messages_of(told) == ["Stycket är sparat, men inte anteckningen."]
    text = told.content.decode()
    assert '<p class="inset text" dir="auto">A</p>' in text
    assert "Min</textarea>" in text
    assert 'name="omradet-seen" value="1"' in text
    assert Note.objects.get().text == "A"


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_note_stays_in_its_box_under_its_version_when_a_passage_is_not_placed(
    signed_in, city, civil, received, is_moved
):
    first = passages(received)[0]
    how = {"response": received.response, "area_key": "city-life", "at": NOON, "by": civil}
    noting.write(text="A", seen=0, **how)
    noting.write(text="B", seen=1, **how)
    if is_moved:
        reviewing.needs_nothing(passage=first, reason="Skäl", seen=0, at=NOON, by=civil)

    data = note("Min", 1, was="A", act="placera") | {"theme": "Ny"}
    page = act(signed_in(city), received, "placera", first, **data)

    assert page.status_code == (409 if is_moved else 200)
    text = page.content.decode()
    assert "Min</textarea>" in text
    assert 'name="omradet-seen" value="1"' in text
    assert 'name="initial-omradet-text" value="A"' in text
    assert Note.objects.get().text == "B"


def test_all_that_is_done_to_a_passage_is_in_one_form_with_the_notes(
    signed_in, city, consultation, received
):
    new_theme(consultation, city)
    text = signed_in(city).get(url_of(received)).content.decode()

    start = text.index('<form class="flow" id="stycket"')
    inside = text[start : text.index("</form>", start)]
    assert "<form" not in inside[1:]
    buttons = re.findall(r'<button [^>]*name="(act|offset|valt)" value="([^"]*)"', inside)
    assert [value for name, value in buttons if name == "act"] == [
        "placera", "ingen-atgard", "sla-ihop",
    ]  # fmt: skip
    assert buttons[0] == ("act", "placera")
    boxes = re.findall(r'<textarea name="([^"]+)"[^>]* form="stycket"', text)
    assert boxes == ["omradet-text", "svaret-text"]


def test_enter_among_the_reasons_does_not_place(signed_in, city, received):
    first = passages(received)[0]

    act(signed_in(city), received, "placera", first, theme="", reason="repetition")

    assert Passage.objects.exclude(no_action="").get() == first


def test_a_note_that_has_moved_shows_both_texts(signed_in, city, civil, received):
    response = received.response
    noting.write(response=response, area_key="city-life", text="A", seen=0, at=NOON, by=civil)
    client = signed_in(city)

    refused = client.post(url_of(received), note("Min text", 0))
    text = refused.content.decode()
    assert refused.status_code == 409
    assert '<p class="inset text" dir="auto">A</p>' in text
    assert "Min text</textarea>" in text
    client.post(url_of(received), note("Min text", 1))
    written = Note.objects.get()
    assert (written.text, written.version, written.by) == ("Min text", 2, city)
    noting.write(response=response, area_key="city-life", text="Min text", seen=0, at=NOON, by=city)
    assert Note.objects.get().version == 2


# Teman


def test_themes_count_passages_answers_and_organisations(signed_in, city, consultation, noon):
    halls = new_theme(consultation, city)
    answers = [
        make_submission(consultation=consultation, texts={CITY_LIFE: {"how": "A.\n\nB."}}),
        make_submission(consultation=consultation, kind="board", organisation="Nämnden"),
        make_submission(consultation=consultation, kind="private_person", organisation=""),
        make_submission(consultation=consultation, organisation="Återtagen"),
    ]
    bodies = [make_body(name=name, email=f"{name}@x.example", kind="board") for name in "pq"]
    tying.tie(response=answers[1].response, bodies=bodies, at=NOON, by=city)
    for answer in answers:
        for each in passages(answer):
            reviewing.place(passage=each, themes=[halls], seen=0, at=NOON, by=city)
    answering.withdraw(response=answers[3].response, at=NOON)
    client = signed_in(city)

    (_area, ((_theme, figures, _reply),), _keys) = client.get(reverse("admin:themes")).context[
        "groups"
    ][0]
    assert (figures.passages, figures.answers) == (4, 3)
    assert (figures.civil, figures.city, figures.others) == (1, 2, 1)
    page = client.get(reverse("admin:theme", args=[halls.pk]))
    assert page.context["listed"].paginator.count == 4
    assert page.context["sectors"] == [
        {"label": "Idéburen sektor", "rows": [("Förening", 1, 1)], "answers": 1, "behind": 1},
        {"label": "Malmö stad", "rows": [("Nämnd", 1, 2)], "answers": 1, "behind": 2},
        {"label": "Övriga", "rows": [("Privatperson", 1, 1)], "answers": 1, "behind": 1},
    ]
    listed = client.get(f"/samordning/remiss/response/?tema={halls.pk}")
    assert listed.context["cl"].result_count == 3


def test_an_organisation_behind_several_answers_is_counted_once_a_theme(
    signed_in, city, consultation, noon
):
    halls, keys, empty = (new_theme(consultation, city, name) for name in ("L", "N", "T"))
    kinds = ("board", "association", "other_body")
    bodies = [
        make_body(name=f"b{place}", email=f"b{place}@x.example", kind=kind)
        for place, kind in enumerate(kinds)
    ]
    board, club, other = bodies
    sent = [
        make_submission(consultation=consultation, texts={CITY_LIFE: {"how": "A.\n\nB."}})
        for _each in range(4)
    ]
    for submission, tied in zip(sent, ([board, club], [board], [other], []), strict=True):
        if tied:
            tying.tie(response=submission.response, bodies=tied, at=NOON, by=city)
        for each in passages(submission):
            reviewing.place(passage=each, themes=[halls, keys], seen=0, at=NOON, by=city)
    alone = passages(make_submission(consultation=consultation, kind="private_person"))
    reviewing.place(passage=alone[0], themes=[keys], seen=0, at=NOON, by=city)

    assert theme_figures(consultation, city) == {
        halls.pk: ThemeFigures(passages=8, answers=4, civil=2, city=1, others=1),
        keys.pk: ThemeFigures(passages=9, answers=5, civil=2, city=1, others=2),
    }
    assert theme_figures(consultation, city, [halls, empty]) == {
        halls.pk: ThemeFigures(passages=8, answers=4, civil=2, city=1, others=1)
    }
    assert theme_figures(consultation, city)[empty.pk] == ThemeFigures()


def test_themes_are_made_moved_and_renamed(signed_in, city, civil, consultation, noon):
    client = signed_in(city)
    url = reverse("admin:themes")
    for name in ("A", "B"):
        client.post(url, {"act": "nytt", "name": name, "area": "city-life"})
    twice = client.post(url, {"act": "nytt", "name": "a", "area": "city-life"})
    assert "Det finns redan ett tema i området som heter A." in twice.content.decode()
    first, second = Theme.objects.order_by("place")

    up = {"act": "upp", "tema": second.pk, "sedda": f"{first.pk},{second.pk}"}
    assert f'name="sedda" value="{up["sedda"]}"' in client.get(url).content.decode()
    client.post(url, up)
    assert list(Theme.objects.order_by("place")) == [second, first]
    client.post(url, up)
    assert list(Theme.objects.order_by("place")) == [second, first]

    page = reverse("admin:theme", args=[first.pk])
    client.post(page, {"act": "andra", "name": "Nytt", "area": "hela-planen", "seen": 0})
    first.refresh_from_db()
    assert (first.name, first.area_key) == ("Nytt", "")
    late = client.post(page, {"act": "andra", "name": "Mitt", "area": "city-life", "seen": 0})
    assert late.status_code == 409
    assert "Nu heter det <strong><bdi>Nytt</bdi></strong>" in late.content.decode()
    assert 'value="Mitt"' in late.content.decode()
    taken = client.post(page, {"act": "andra", "name": "b", "area": "city-life", "seen": 1})
    assert "Det finns redan ett tema med det namnet" in taken.content.decode()


def test_a_theme_is_split_merged_and_put_back(signed_in, city, consultation, received):
    halls, keys = new_theme(consultation, city), new_theme(consultation, city, "Nycklar")
    for each in passages(received):
        reviewing.place(passage=each, themes=[halls], seen=0, at=NOON, by=city)
    client = signed_in(city)
    page = reverse("admin:theme", args=[halls.pk])

    none = client.post(page, {"act": "flytta", "name": "Städning", "seen": 0})
    assert "Välj vilka stycken som ska flyttas." in none.content.decode()
    last = passages(received)[-1]
    post = {"act": "flytta", "name": "Städning", "seen": 0, "stycke": [last.pk]}
    asked = client.post(page, post).content.decode()
    assert "1 stycke flyttas från <strong><bdi>Lokaler</bdi></strong>" in asked
    assert "<bdi>Städning</bdi></strong>, ett nytt tema" in asked
    assert last.text in asked
    assert themes_of(last) == ["Lokaler"]
    moved = client.post(page, post | {"sure": "1"}, follow=True)
    assert messages_of(moved) == ["Flyttade 1 stycke till Städning."]
    assert themes_of(last) == ["Städning"]

    halls.refresh_from_db()
    merging = reverse("admin:merge_themes", args=[keys.pk])
    asked = client.get(merging, {"med": halls.pk}).content.decode()
    assert "3 stycken i 1 svar" in asked
    assert client.get(merging, {"med": keys.pk}).url == reverse("admin:theme", args=[keys.pk])
    under = reviewing.shown_under(halls, city)
    data = {"med": halls.pk, "seen": 0, "sedda": ",".join(map(str, under))}
    late = client.post(merging, data | {"other_seen": 0})
    assert late.status_code == 409
    done = client.post(merging, data | {"other_seen": halls.version})
    assert done.url == reverse("admin:theme", args=[keys.pk])
    assert client.get(page).url == done.url

    step = client.get(done.url).context["step"].pk
    client.post(done.url, {"act": "angra", "step": step})
    assert Theme.objects.filter(merged_into=None).count() == 3


@pytest.fixture
def namesakes(consultation, city, received):
    """Two themes of one name in two areas, each with a passage under it."""
    found = []
    for area in ("city-life", "young-health"):
        found.append(new_theme(consultation, city, "En väg in", area))
        first = passages(received, area)[0]
        reviewing.place(passage=first, themes=[found[-1]], seen=0, at=NOON, by=city)
    return found


def merging(client, kept, other, **data):
    """What the page asked, and what came of posting its answer."""
    url = reverse("admin:merge_themes", args=[kept.pk])
    asked = client.get(url, {"med": other.pk})
    how = {"med": other.pk, "seen": kept.version, "other_seen": other.version}
    return asked, client.post(url, how | {"sedda": asked.context["shown"]} | data)


@pytest.mark.parametrize(("area", "key"), [("hela-planen", ""), ("city-life", "city-life")])
def test_merging_across_areas_asks_where_the_theme_belongs(signed_in, city, namesakes, area, key):
    kept, other = namesakes
    client = signed_in(city)

    asked, refused = merging(client, kept, other)
    assert "<bdi>En väg in</bdi> (område 1)</strong> flyttas till" in asked.content.decode()
    assert "<strong><bdi>En väg in</bdi> (område 3)</strong>" in asked.content.decode()
    assert refused.context["form"].errors == {"area": ["Välj var temat ska höra till."]}
    assert Theme.objects.filter(merged_into=None).count() == 2

    _asked, done = merging(client, kept, other, area=area)
    assert done.url == reverse("admin:theme", args=[kept.pk])
    kept.refresh_from_db()
    assert (kept.area_key, kept.placements.count()) == (key, 2)


def test_merging_within_an_area_or_into_the_whole_plan_asks_nothing_more(
    signed_in, city, consultation, namesakes
):
    same, whole = (new_theme(consultation, city, "Mer", area) for area in ("city-life", ""))
    client = signed_in(city)

    for kept, other in ((same, namesakes[0]), (whole, namesakes[1])):
        asked, done = merging(client, kept, other)
        assert (asked.context["form"], done.status_code) == (None, 302)
    same.refresh_from_db()
    assert same.area_key == "city-life"


def test_a_theme_is_not_moved_where_one_of_its_name_stands(
    signed_in, city, consultation, namesakes
):
    new_theme(consultation, city, "En väg in", "")

    _asked, refused = merging(signed_in(city), *namesakes, area="hela-planen")

    assert refused.context["refusal"] == (
        "Det finns redan ett tema där som heter En väg in. Slå ihop med det i stället, "
        "eller byt namn på det ena. Ingenting är hopslaget."
    )
    assert refused.context["form"]["area"].value() == "hela-planen"
    assert Theme.objects.filter(merged_into=None).count() == 3


def test_a_theme_takes_over_the_name_of_the_one_for_the_whole_plan_and_gives_it_back(
    signed_in, city, consultation, received
):
    whole = new_theme(consultation, city, "En väg in", "")
    kept = new_theme(consultation, city, "En väg in")
    health = passages(received, "young-health")[0]
    reviewing.place(passage=health, themes=[whole], seen=0, at=NOON, by=city)

    merging(signed_in(city), kept, whole, area="hela-planen")
    kept.refresh_from_db()
    assert (kept.area_key, themes_of(health)) == ("", ["En väg in"])

    reviewing.undo(consultation=consultation, at=NOON, by=city)
    assert sorted(Theme.objects.filter(merged_into=None).values_list("pk", "area_key")) == [
        (whole.pk, ""),
        (kept.pk, "city-life"),
    ]
    assert health.placements.get().theme == whole


def test_what_came_under_a_theme_after_the_page_was_shown_is_not_taken_along(
    signed_in, city, civil, consultation, received
):
    keys, halls = new_theme(consultation, city, "Nycklar"), new_theme(consultation, city)
    first, second, *_rest = passages(received)
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    client = signed_in(city)
    url = reverse("admin:merge_themes", args=[keys.pk])
    shown = client.get(url, {"med": halls.pk}).context["shown"]
    reviewing.place(passage=second, themes=[halls], seen=0, at=NOON, by=civil)
    data = {"med": halls.pk, "seen": 0, "other_seen": 0}

    late = client.post(url, data | {"sedda": shown})

    assert late.status_code == 409
    assert "2 stycken i 1 svar" in late.content.decode()
    assert "Temana har ändrats sedan du öppnade sidan" in late.content.decode()
    assert themes_of(second) == ["Lokaler"]
    client.post(url, data | {"sedda": late.context["shown"]})
    assert themes_of(second) == ["Nycklar"]


def test_an_empty_theme_is_removed_and_comes_back(signed_in, city, consultation, received):
    empty, used = new_theme(consultation, city, "Prövotema"), new_theme(consultation, city)
    reviewing.place(passage=passages(received)[0], themes=[used], seen=0, at=NOON, by=city)
    client = signed_in(city)
    url = reverse("admin:theme", args=[empty.pk])
    removing = {"act": "ta-bort", "seen": 0}
    assert 'value="ta-bort"' in client.get(url).content.decode()
    standing = reverse("admin:theme", args=[used.pk])
    assert 'value="ta-bort"' not in client.get(standing).content.decode()

    refused = client.post(standing, removing, follow=True)
    assert messages_of(refused) == [
        "Temat är inte borttaget, för stycken står under det, kanske i en tidigare version "
        "av ett svar. Slå ihop det med ett annat tema i stället."
    ]
    assert client.post(url, removing | {"seen": 7}).status_code == 409
    page = client.post(url, removing, follow=True)
    assert messages_of(page) == ["Temat Prövotema är borttaget. Det går att ångra."]
    assert list(Theme.objects.values_list("name", flat=True)) == ["Lokaler"]
    assert client.get(url).status_code == 404

    client.post(reverse("admin:themes"), {"act": "angra", "step": page.context["step"].pk})
    assert Theme.objects.get(pk=empty.pk).name == "Prövotema"


def test_no_theme_is_chosen_beforehand_to_be_merged(signed_in, city, consultation, namesakes):
    page = signed_in(city).get(reverse("admin:theme", args=[namesakes[0].pk]))

    assert 'id="id_med"><option value="">Välj ett tema</option>' in page.content.decode()


def messages_of(page):
    return [str(message) for message in page.context["messages"]]


def stale_client(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("is_sure", [False, True])
def test_what_has_left_the_theme_is_not_moved_in_silence(
    signed_in, city, civil, consultation, received, is_sure
):
    halls, keys = new_theme(consultation, city), new_theme(consultation, civil, "Nycklar")
    found = passages(received)
    for each in found:
        reviewing.place(passage=each, themes=[halls], seen=0, at=NOON, by=city)
    reviewing.place(passage=found[0], themes=[keys], seen=1, at=NOON, by=civil)
    client, page = signed_in(city), reverse("admin:theme", args=[halls.pk])
    chosen = [each.pk for each in found]
    post = {"act": "flytta", "name": "Nytt", "seen": 0, "stycke": chosen}

    refused = client.post(page, post | ({"sure": "1"} if is_sure else {}))

    assert refused.status_code == 409
    text = refused.content.decode()
    assert "1 av de valda står inte längre under <bdi>Lokaler</bdi>. Ingenting är flyttat." in text
    assert "Står nu under <bdi>Nycklar</bdi>." in text
    assert not Theme.objects.filter(name="Nytt").exists()
    assert [each.pk for each in refused.context["chosen"]] == chosen[1:]
    done = client.post(page, post | {"sure": "1", "stycke": chosen[1:]}, follow=True)
    assert messages_of(done) == [f"Flyttade {len(chosen) - 1} stycken till Nytt."]


@pytest.mark.parametrize("is_sure", [True, False])
def test_a_page_of_a_theme_that_is_old_says_what_was_moved_where(
    signed_in, city, civil, consultation, received, is_sure
):
    halls = new_theme(consultation, city)
    first, second, *_rest = passages(received)
    for each in (first, second):
        reviewing.place(passage=each, themes=[halls], seen=0, at=NOON, by=city)
    how = {"passages": [first], "name": "Nycklar", "seen": 0, "at": NOON, "by": civil}
    reviewing.split_theme(theme=halls, **how)
    client, page = signed_in(city), reverse("admin:theme", args=[halls.pk])
    post = {"act": "flytta", "name": "Nytt", "seen": 0} | ({"sure": "1"} if is_sure else {})
    said = "ahmed, <bdi>flyttade 1 stycke från Lokaler till Nycklar</bdi>."

    gone = client.post(page, post | {"stycke": [first.pk, second.pk]})
    assert (gone.status_code, gone.context["gone"]) == (409, 1)
    assert said in gone.content.decode()
    assert "Står nu under <bdi>Nycklar</bdi>." in gone.content.decode()
    asked = client.post(page, post | {"stycke": [second.pk]})
    assert (asked.status_code, asked.context["gone"]) == (409, 0)
    assert said in asked.content.decode()
    assert "De stycken som du valde står kvar under <bdi>Lokaler</bdi>." in asked.content.decode()
    renamed = {"act": "andra", "name": "Salar", "area": "city-life", "seen": 0}
    assert said in client.post(page, renamed).content.decode()
    assert not Theme.objects.filter(name__in=["Nytt", "Salar"]).exists()

    client.post(page, post | {"stycke": [second.pk], "sure": "1", "seen": 1})
    assert themes_of(second) == ["Nytt"]


def test_an_order_that_another_has_changed_is_shown_beside_the_wanted_one(
    signed_in, city, civil, consultation, noon
):
    one, two, three = (new_theme(consultation, city, name) for name in "ABC")
    shown = [one.pk, two.pk, three.pk]
    reviewing.order_themes(themes=[three, one, two], seen=shown, at=NOON, by=civil)

    post = {"act": "upp", "tema": two.pk, "sedda": ",".join(map(str, shown))}
    refused = signed_in(city).post(reverse("admin:themes"), post)

    assert refused.status_code == 409
    assert refused.context["wanted"] == ["B", "A", "C"]
    ((_area, rows, keys),) = refused.context["groups"]
    assert [row[0] for row in rows] == [three, one, two]
    assert keys == f"{three.pk},{one.pk},{two.pk}"
    assert list(Theme.objects.order_by("place")) == [three, one, two]


@pytest.mark.parametrize("act", ["andra", "flytta"])
def test_what_was_written_about_a_theme_that_is_merged_meanwhile_is_handed_back(
    signed_in, city, civil, consultation, received, act
):
    halls, keys, rooms = (new_theme(consultation, city, name) for name in "ABC")
    first = passages(received)[0]
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    for kept, other, seen in ((keys, halls, 0), (rooms, keys, 1)):
        merging = {"kept": kept, "other": other, "seen": 0, "other_seen": seen}
        reviewing.merge_themes(at=NOON, by=civil, **merging)
    client = signed_in(city)
    picked = [first.pk] if act == "flytta" else []
    post = {"act": act, "name": "Mitt namn", "area": "city-life", "seen": 0, "stycke": picked}

    page = client.post(reverse("admin:theme", args=[halls.pk]), post)

    assert page.status_code == 409
    text = page.content.decode()
    assert "<strong><bdi>A</bdi></strong> ingår nu i <strong><bdi>C</bdi></strong>" in text
    assert page.context["theme"] == rooms
    form = page.context["form" if act == "andra" else "split_form"]
    assert form["name"].value() == "Mitt namn"
    assert list(page.context["picked"]) == picked
    assert page.context["form"]["name"].value() == ("Mitt namn" if act == "andra" else "C")
    assert text.count(f'action="{reverse("admin:theme", args=[rooms.pk])}"') >= 2
    assert sorted(Theme.objects.values_list("name", flat=True)) == ["A", "B", "C"]


def test_a_step_is_undone_on_the_page_of_a_theme_that_is_merged(
    signed_in, city, consultation, noon
):
    kept, other = (new_theme(consultation, city, name) for name in "AB")
    step = reviewing.merge_themes(kept=kept, other=other, seen=0, other_seen=0, at=NOON, by=city)

    signed_in(city).post(reverse("admin:theme", args=[other.pk]), {"act": "angra", "step": step.pk})

    assert Theme.objects.filter(merged_into=None).count() == 2


def test_pages_of_themes_older_than_their_token_come_back_as_they_were_filled_in(
    city, civil, consultation, received
):
    halls, keys = new_theme(consultation, city), new_theme(consultation, city, "Nycklar")
    first = passages(received)[0]
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    reviewing.change_theme(
        theme=halls, name="Salar", area_key="city-life", seen=0, at=NOON, by=civil
    )
    client, mine, written = stale_client(city), city.coordinator, 'value="Mitt namn"'
    name = {"name": "Mitt namn", "area": "city-life", "seen": 0}

    for url_name, pk, data, kept in (
        ("themes", None, {"act": "nytt"} | name, written),
        ("theme", halls.pk, {"act": "andra"} | name, written),
        ("theme", halls.pk, {"act": "flytta", "stycke": [first.pk]} | name, written),
        ("theme", halls.pk, {"act": "flytta", "stycke": [first.pk], "sure": "1"} | name, written),
        ("merge_themes", keys.pk, {"med": halls.pk, "seen": 0, "other_seen": 0},
         f'name="med" value="{halls.pk}"'),
        ("coverage", None, {"del-city-life": mine.pk}, f'value="{mine.pk}" selected'),
    ):  # fmt: skip
        page = client.post(reverse(f"admin:{url_name}", args=[pk] if pk else []), data)
        assert (page.status_code, page.context["stale"]) == (403, True)
        text = page.content.decode()
        assert "Sidan har varit öppen länge" in text
        assert kept in text
        if "stycke" in data:
            assert f'value="{first.pk}" id="valj-{first.pk}" checked' in text
        if "seen" in data and url_name != "themes":
            assert "ändrats sedan du öppnade sidan" in text
    assert sorted(Theme.objects.filter(merged_into=None).values_list("name", flat=True)) == [
        "Nycklar",
        "Salar",
    ]
    assert not AreaShare.objects.exists()


def test_who_may_not_change_themes_is_refused_with_an_old_token_too(
    reader, consultation, city, noon
):
    halls = new_theme(consultation, city)
    client = stale_client(reader)

    for url_name, args in (
        ("themes", []),
        ("theme", [halls.pk]),
        ("merge_themes", [halls.pk]),
        ("coverage", []),
    ):
        page = client.post(reverse(f"admin:{url_name}", args=args), {"act": "nytt", "name": "X"})
        assert page.status_code == 403
        assert "Sidan har varit öppen länge" not in page.content.decode()


# Coverage


def test_each_rest_is_one_click_away(signed_in, city, civil, consultation, received):
    first, second, *_rest = passages(received)
    halls = new_theme(consultation, city)
    reviewing.place(passage=first, themes=[halls], seen=0, at=NOON, by=city)
    reviewing.needs_nothing(passage=second, reason="Inledning", seen=0, at=NOON, by=city)
    client = signed_in(city)

    page = client.get(reverse("admin:coverage"))
    rows = {row["area"].slug: row["cover"] for row in page.context["rows"]}
    assert (rows["city-life"].covered, rows["city-life"].total) == (2, 4)
    assert (page.context["total"].covered, page.context["total"].total) == (2, 6)
    assert "2 av 4 (50&nbsp;%)" in page.content.decode()
    for slug, cover in rows.items():
        left = client.get(reverse("admin:left"), {"omrade": slug}).context["listed"]
        assert left.paginator.count == cover.left
        spared = client.get(reverse("admin:no_action"), {"omrade": slug}).context["listed"]
        assert spared.paginator.count == cover.without_action
    assert "Skäl: <bdi>Inledning</bdi>" in client.get(reverse("admin:no_action")).content.decode()


def test_the_one_who_reads_first_is_chosen_by_name_and_side(signed_in, city, civil, received):
    page = signed_in(city).get(reverse("admin:coverage")).content.decode()

    choices = page.split('name="del-city-life"')[1].split("</select>")[0]
    assert re.findall(r">([^<]+)</option>", choices) == [
        "Båda",
        f"{city.coordinator} (Malmö stad)",
        f"{civil.coordinator} (Idéburen sektor)",
    ]


def test_the_two_divide_the_areas_between_them(signed_in, city, civil, consultation, received):
    client = signed_in(city)
    url = reverse("admin:coverage")
    mine, theirs = city.coordinator, civil.coordinator
    data = {"del-city-life": mine.pk, "sedd-city-life": "", "del-hela-planen": theirs.pk}

    client.post(url, data)
    assert sorted(AreaShare.objects.values_list("area_key", "coordinator")) == [
        ("", theirs.pk),
        ("city-life", mine.pk),
    ]
    assert Event.objects.filter(verb="shared_areas").count() == 1
    left = client.get(reverse("admin:left"), {"del": "min"}).context["listed"]
    assert left.paginator.count == 4

    # From a page that showed what stood before.
    late = client.post(url, {"del-city-life": theirs.pk, "sedd-city-life": ""})
    assert late.status_code == 409
    assert AreaShare.objects.get(area_key="city-life").coordinator == mine
    client.post(url, {"del-city-life": "", "sedd-city-life": mine.pk})
    assert not AreaShare.objects.filter(area_key="city-life").exists()
    with pytest.raises(sharing.SharesMoved):
        sharing.share(
            consultation=consultation,
            wanted={"": mine},
            seen={"": None},
            at=NOON,
            by=city,
        )


def test_the_list_shows_and_finds_what_is_left(signed_in, city, consultation, received):
    done = make_submission(consultation=consultation, organisation="Klar förening")
    halls = new_theme(consultation, city)
    for each in passages(done):
        reviewing.place(passage=each, themes=[halls], seen=0, at=NOON, by=city)
    client = signed_in(city)

    def found(**query):
        page = client.get("/samordning/remiss/response/", query)
        return [each.pk for each in page.context["cl"].result_list]

    assert found(placerat="kvar") == [received.response_id]
    assert found(placerat="klart") == [done.response_id]
    assert found(tema=halls.pk) == [done.response_id]
    page = client.get("/samordning/remiss/response/").content.decode()
    assert ">0 av 6</td>" in page
    assert ">1 av 1</td>" in page


# Costs

COSTS = {
    "place": 14,
    "themes": 13,
    "theme": 15,
    "coverage": 11,
    "left": 9,
    "no_action": 9,
}


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_however_much_there_is(signed_in, city, consultation, noon, number):
    themes = [new_theme(consultation, city, f"Tema {n}") for n in range(number)]
    sent = [
        make_submission(
            consultation=consultation,
            organisation=f"Förening {n}",
            texts={CITY_LIFE: {"how": "\n\n".join(["Ett stycke."] * number * 2)}},
        )
        for n in range(number + 1)
    ]
    for answer in sent:
        first, second, *_rest = passages(answer)
        reviewing.place(passage=first, themes=themes, seen=0, at=NOON, by=city)
        if number > 1:
            reviewing.needs_nothing(passage=second, reason="Skäl", seen=0, at=NOON, by=city)
    reviewing.needs_nothing(
        passage=second, reason="Skäl", seen=second.version + (number > 1), at=NOON, by=city
    )
    client = signed_in(city)
    client.get(url_of(sent[0]))

    found = {}
    for name in COSTS:
        args = {"place": [sent[0].response_id, "city-life"], "theme": [themes[0].pk]}
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse(f"admin:{name}", args=args.get(name, [])))
        assert page.status_code == 200
        found[name] = len(asked)
    assert found == COSTS


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("En mening.", [(0, "En mening.")]),
        ("Ett. Två! Tre?", [(0, "Ett."), (5, "Två!"), (10, "Tre?")]),
        (
            "T.ex. en sak kl. 17 och bl.a. två.",
            [(0, "T.ex. en sak kl."), (17, "17 och bl.a. två.")],
        ),
        ("Rad ett\nrad två", [(0, "Rad ett"), (8, "rad två")]),
        ("”Ja.” Vi", [(0, "”Ja.”"), (6, "Vi")]),
        ("ett, två; tre 1,5", [(0, "ett,"), (5, "två;"), (10, "tre 1,5")]),
        ("ett,\ntvå", [(0, "ett,"), (5, "två")]),
    ],
)
def test_clauses_begin_where_a_person_would_cut(text, expected):
    assert split_clauses(text) == expected


def test_letters_go_on_after_z():
    assert [letters(number) for number in (1, 2, 26, 27, 703)] == ["a", "b", "z", "aa", "aaa"]
