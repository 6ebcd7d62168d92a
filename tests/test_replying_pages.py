"""Återkoppling as pages: what they show to whom, what a form does, and what waits."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from remiss import roles
from remiss.models import Approval, Event, Passage, ReplyRevision, SendBack
from remiss.models.draft import area_key
from remiss.workflow import answering, replying, reviewing, secrecy
from tests.factories import (
    NOON,
    REPLY,
    days,
    make_consultation,
    make_staff,
    make_submission,
    make_theme,
    reply_to,
)

CITY_LIFE = area_key("city-life")
STATES = ["draft", "handed_over", "sent_back", "approved"]


@pytest.fixture
def theme(consultation, city, noon):
    return make_theme(consultation=consultation, by=city)


def url_of(target):
    kind = "theme" if hasattr(target, "area_key") else "response"
    return reverse(f"admin:{kind}_reply", args=[target.pk])


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def posted(act, *, seen, **changes):
    return {"act": act, "seen": str(seen)} | REPLY | changes


def buttons(page):
    return re.findall(r'name="act" value="(\w+)"', page.content.decode())


# Writing and deciding


def test_one_writes_and_hands_over_and_the_other_approves(client, signed_in, theme, city, civil):
    page = signed_in(city).get(url_of(theme))
    assert "Ingen har skrivit någon återkoppling än." in words_of(page)
    assert buttons(page) == ["spara", "lamna"]

    client.post(url_of(theme), posted("spara", seen=0, text="Utkastet."))
    client.post(url_of(theme), posted("lamna", seen=1))
    page = signed_in(civil).get(url_of(theme))
    assert buttons(page) == ["godkann", "tillbaka"]
    assert page.context["errors_present"] is False
    client.post(url_of(theme), {"act": "godkann", "seen": "2"})

    page = client.get(url_of(theme))
    assert "Version 2 skrevs torsdag 12 november kl. 12.00 av maria, Malmö stad. Den gäller." in (
        words_of(page)
    )
    found = ReplyRevision.objects.about(theme).with_doings()
    assert [(each.text, each.state) for each in found] == [
        (REPLY["text"], "approved"),
        ("Utkastet.", "draft"),
    ]


def test_what_was_sent_back_says_why_and_is_written_again(client, signed_in, theme, city, civil):
    reply_to(theme, by=city, state="handed_over")
    sent = signed_in(civil).post(url_of(theme), {"act": "tillbaka", "seen": "1", "comment": ""})
    assert sent.content.decode().count("Skriv vad som behöver ändras.") == 2
    client.post(url_of(theme), {"act": "tillbaka", "seen": "1", "comment": "Nämn\nkvällarna."})

    page = signed_in(city).get(url_of(theme))

    assert "Skickad tillbaka av ahmed, Idéburen sektor" in words_of(page)
    assert "Nämn\nkvällarna." in page.content.decode()
    assert buttons(page) == ["spara", "lamna"]


def test_handing_over_asks_for_what_is_missing_and_keeps_what_was_written(signed_in, theme, city):
    page = signed_in(city).post(
        url_of(theme), posted("lamna", seen=0, outcome="", text="", said="Kvar.")
    )

    assert [str(error) for errors in page.context["form"].errors.values() for error in errors] == [
        "Välj ett besked innan du lämnar över.",
        "Skriv återkopplingen innan du lämnar över.",
    ]
    assert "Kvar.</textarea>" in page.content.decode()
    assert not ReplyRevision.objects.exists()


def test_a_contradictory_change_is_told_at_its_boxes_when_handed_over(signed_in, theme, city):
    wrong = {"outcome": "unchanged", "after": ""}
    client = signed_in(city)
    page = client.post(url_of(theme), posted("lamna", seen=0, **wrong))

    assert page.context["form"].errors == {
        "before": ["Beskedet är Ingen ändring. Välj ett annat besked, eller töm rutan."]
    }
    assert f"{REPLY['before']}</textarea>" in page.content.decode()
    assert not ReplyRevision.objects.exists()
    client.post(url_of(theme), posted("spara", seen=0, **wrong))
    assert ReplyRevision.objects.with_doings().get().state == "draft"


def test_nothing_is_not_saved(signed_in, theme, city):
    empty = dict.fromkeys(REPLY, "")

    page = signed_in(city).post(url_of(theme), posted("spara", seen=0, **empty))

    assert page.context["form"].errors == {"text": ["Skriv något innan du sparar."]}
    assert not ReplyRevision.objects.exists()


def test_what_was_sent_back_can_be_handed_over_as_it_was(client, signed_in, theme, city, civil):
    reply_to(theme, by=city, state="sent_back", other=civil)
    said = "Du kan lämna över samma text igen, om du står fast vid den."
    assert said in words_of(signed_in(city).get(url_of(theme)))

    client.post(url_of(theme), posted("lamna", seen=1))

    page = signed_in(civil).get(url_of(theme))
    assert "Ändrat från version 1 Samma text." in words_of(page)
    assert buttons(page) == ["godkann", "tillbaka"]


@pytest.mark.parametrize("visible", [False, True])
def test_whoever_may_not_see_an_answer_is_told_that_it_is_not_among_the_passages(
    signed_in, theme, consultation, city, civil, visible
):
    response = make_submission(consultation=consultation).response
    reviewing.place(passage=Passage.objects.get(), themes=[theme], seen=0, at=NOON, by=city)
    secrecy.mark(response=response, provision="OSL 21:3", reason="Hot", at=NOON, by=city)

    page = signed_in(city if visible else civil).get(url_of(theme))

    assert len(page.context["listed"].object_list) == visible
    said = "1 svar är sekretessmarkerat och visas inte här."
    assert (said in words_of(page)) is not visible


def test_whoever_hands_over_what_a_colleague_wrote_becomes_its_author(
    signed_in, theme, city, superuser
):
    reply_to(theme, by=city)
    deputy = make_staff(username="dan", group=roles.COORDINATOR_CITY, side="city", is_deputy=True)

    signed_in(deputy).post(url_of(theme), posted("lamna", seen=1))

    found = ReplyRevision.objects.about(theme).with_doings().first()
    assert (found.number, found.by, found.is_deputy, found.state) == (
        2, deputy, True, "handed_over",
    )  # fmt: skip


def test_both_texts_are_shown_when_two_have_written(signed_in, theme, city, civil):
    reply_to(theme, by=city)

    page = signed_in(civil).post(url_of(theme), posted("spara", seen=0, text="Min text."))

    text = page.content.decode()
    assert page.status_code == 409
    assert "Någon annan har sparat återkopplingen" in text
    assert "Min text.</textarea>" in text
    assert f'<p class="text" dir="auto">{REPLY["text"]}</p>' in text
    assert page.context["conflict_differences"][0][0] == "Återkoppling"
    signed_in(civil).post(url_of(theme), posted("spara", seen=1, text="Min text."))
    assert ReplyRevision.objects.about(theme).values_list("text", flat=True)[0] == "Min text."


def test_a_decision_about_another_revision_than_the_one_shown_is_refused(
    signed_in, theme, city, civil
):
    reply_to(theme, by=city, state="handed_over")
    reply_to(theme, by=city, state="handed_over", text="Nytt.")
    client = signed_in(civil)

    for data in ({"act": "godkann"}, {"act": "tillbaka", "comment": "Min kommentar."}):
        for seen in ("1", "", "x", "9" * 30):
            page = client.post(url_of(theme), data | {"seen": seen})
            assert page.status_code == 409
            assert "har ändrats sedan du öppnade sidan" in page.content.decode()
            assert ("Min kommentar." in page.content.decode()) is ("comment" in data)

    assert Approval.objects.filter(side="civil").count() == SendBack.objects.count() == 0


def test_who_comes_after_a_colleague_s_approval_is_told_that_it_is_done(
    signed_in, theme, city, civil
):
    deputy = make_staff(username="dan", group=roles.COORDINATOR_CIVIL, side="civil")
    reply_to(theme, by=city, state="approved", other=civil)

    page = signed_in(deputy).post(url_of(theme), {"act": "godkann", "seen": "1"})

    assert page.status_code == 409
    assert "Er sida har redan godkänt den här versionen." in words_of(page)


def test_a_form_older_than_its_token_comes_back_with_what_was_written(theme, city):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(url_of(theme), posted("lamna", seen=0, text="Skrivet länge."))

    assert page.status_code == 403
    assert "Skrivet länge.</textarea>" in page.content.decode()
    assert not ReplyRevision.objects.exists()


# Who


@pytest.mark.parametrize("state", STATES)
def test_buttons_follow_side_and_state(signed_in, theme, city, civil, registrar, superuser, state):
    reply_to(theme, by=city, state=state, other=civil)
    own = ["spara", "lamna"] if state in {"draft", "sent_back"} else []
    theirs = ["godkann", "tillbaka"] if state == "handed_over" else []

    for user, expected in ((city, own), (civil, theirs), (registrar, []), (superuser, [])):
        page = signed_in(user).get(url_of(theme))
        assert buttons(page) == expected, user
    for user, writes in ((city, True), (civil, True), (registrar, False), (superuser, False)):
        page = signed_in(user).get(url_of(theme), {"skriv": "1"})
        assert ("spara" in buttons(page)) is writes, user


@pytest.mark.parametrize("act", ["spara", "lamna", "godkann", "tillbaka"])
def test_nobody_without_a_side_changes_anything(
    signed_in, theme, consultation, city, civil, registrar, reader, administrator, superuser, act
):
    """Forged: every act to a theme and to an answer, by everybody who has no side."""
    response = make_submission(consultation=consultation).response
    reply_to(theme, by=city, state="handed_over")
    reply_to(response, by=city, state="handed_over")
    before = [model.objects.count() for model in (ReplyRevision, Approval, SendBack, Event)]
    for user in (registrar, reader, administrator, superuser):
        for target in (theme, response):
            data = posted(act, seen=1, comment="x", side="civil", by=civil.pk)
            assert signed_in(user).post(url_of(target), data).status_code == 403

    assert [model.objects.count() for model in (ReplyRevision, Approval, SendBack, Event)] == before


def test_side_author_and_number_are_not_taken_from_a_form(signed_in, theme, city, civil):
    forged = {"side": "civil", "by": civil.pk, "number": "7", "is_deputy": "on", "theme": "9"}
    signed_in(city).post(url_of(theme), posted("lamna", seen=0, **forged))
    signed_in(city).post(url_of(theme), {"act": "godkann", "seen": "1", **forged})

    found = ReplyRevision.objects.with_doings().get()
    assert (found.side, found.by, found.number, found.is_deputy, found.state) == (
        "city", city, 1, False, "handed_over",
    )  # fmt: skip


def test_what_there_is_not_is_not_found(signed_in, city, consultation, noon):
    client = signed_in(city)
    for name in ("theme_reply", "response_reply"):
        path = reverse(f"admin:{name}", args=[999])
        assert client.get(path).status_code == client.post(path).status_code == 404


# What the page tells


def test_differences_are_shown_from_the_revision_that_stands(signed_in, theme, city, civil):
    reply_to(theme, by=city, state="approved", other=civil)
    reply_to(theme, by=city, text="Mellanled.")
    reply_to(theme, by=city, state="handed_over", text="Vi öppnar aulorna på helgerna.")

    page = signed_in(civil).get(url_of(theme), {"visa": "3"})

    text = words_of(page)
    assert "Ändrat från version 1, som gäller" in text
    assert "Version 1 är godkänd av båda och gäller tills den nya är godkänd" in text
    assert "[borttaget: kvällarna ] [tillagt: helgerna ]" in text.replace(" : ", ": ")
    assert page.context["looked_at_differences"][0][0] == "Återkoppling"
    assert "Mellanled." in text


def test_passages_added_after_the_approval_are_listed_first_and_undo_nothing(
    signed_in, consultation, theme, city, civil
):
    for name in ("Först", "Sedan"):
        texts = {CITY_LIFE: {"how": f"{name}."}}
        make_submission(consultation=consultation, organisation=name, texts=texts)
    first, second = Passage.objects.order_by("pk")
    put = {"themes": [theme], "seen": 0, "by": city}
    reviewing.place(passage=first, at=NOON, **put)
    reply_to(theme, by=city, state="approved", other=civil, at=NOON + days(1))
    client = signed_in(city)
    assert client.get(url_of(theme)).context["added"] == 0
    reviewing.place(passage=second, at=NOON + days(2), **put)

    page = client.get(url_of(theme))

    assert [(each.text, each.is_added) for each in page.context["listed"]] == [
        ("Sedan.", True),
        ("Först.", False),
    ]
    text = words_of(page)
    assert "1 stycke är tillagt efter godkännandet. Godkännandet står kvar." in text
    assert text.index("Tillagda efter godkännandet") < text.index("Fanns vid godkännandet")
    assert page.context["newest"].state == "approved"


def merge(*, kept, other, by):
    for each in (kept, other):
        each.refresh_from_db()
    seen = {"seen": kept.version, "other_seen": other.version}
    reviewing.merge_themes(kept=kept, other=other, at=NOON, by=by, **seen)


def test_merging_says_what_becomes_of_the_reply_and_keeps_it_readable(
    signed_in, consultation, theme, city, civil
):
    for name in ("Nycklar", "Portar"):
        other = make_theme(consultation=consultation, by=city, name=name)
        reply_to(other, by=city, state="approved", other=civil, text=f"Om {name}.")
        client = signed_in(city)
        asked = client.get(reverse("admin:merge_themes", args=[theme.pk]), {"med": other.pk})
        assert "Den går att läsa efteråt men gäller inte längre." in words_of(asked)
        merge(kept=theme, other=other, by=city)
        kept, theme = theme, make_theme(consultation=consultation, by=city, name=f"Efter {name}")
        merge(kept=theme, other=kept, by=city)

    page = client.get(url_of(theme))
    assert sorted(each.theme.name for each in page.context["merged"]) == ["Nycklar", "Portar"]
    page = client.get(url_of(other))
    assert "Återkopplingen här gäller inte längre och kan inte ändras." in words_of(page)
    assert "Om Portar." in words_of(page)
    assert buttons(page) == []
    late = client.post(url_of(other), posted("spara", seen=1, text="Skrivet under tiden."))
    assert late.status_code == 409
    assert "Skrivet under tiden." in words_of(late)


def test_an_answer_of_its_own_is_reached_from_its_reading_page(
    signed_in, consultation, theme, city, reader
):
    response = make_submission(consultation=consultation).response
    reviewing.place(passage=Passage.objects.get(), themes=[theme], seen=0, at=NOON, by=city)
    reading = reverse("admin:remiss_response_change", args=[response.pk])
    link = f'<a href="{url_of(response)}">'

    assert link in signed_in(city).get(reading).content.decode()
    assert link not in signed_in(reader).get(reading).content.decode()
    page = signed_in(city).get(url_of(response))
    assert list(page.context["form"].fields) == ["text", "seen"]
    assert list(page.context["themes"]) == [theme]
    assert [each.text for each in page.context["listed"]] == [
        "Öppna skolornas aulor för föreningar."
    ]
    signed_in(city).post(url_of(response), {"act": "lamna", "seen": "0", "text": "Tack."})
    assert ReplyRevision.objects.with_doings().get().state == "handed_over"


def test_what_people_wrote_is_text_and_no_markup(signed_in, theme, city, civil):
    nasty = "<script>alert(1)</script>"
    words = dict.fromkeys(("said", "text", "before", "after"), nasty)
    reply_to(theme, by=city, state="handed_over", **words)
    replying.send_back(target=theme, seen=1, comment=nasty, at=NOON, by=civil)

    for user in (city, civil):
        assert nasty not in signed_in(user).get(url_of(theme), {"visa": "1"}).content.decode()


# What waits

WAITING = reverse("admin:waiting")


def listed(client, visa=""):
    page = client.get(WAITING, {"visa": visa} if visa else {})
    return [getattr(row, "theme", row).name for row in page.context["rows"]]


def test_each_side_sees_what_waits_on_it_and_the_overview_counts_the_same(
    signed_in, consultation, city, civil, registrar, noon
):
    make_submission(consultation=consultation)
    made = {
        name: make_theme(consultation=consultation, by=city, name=name)
        for name in (*STATES, "utan")
    }
    for state in STATES:
        reply_to(made[state], by=city, state=state, other=civil)
    placed = {"themes": [made["utan"]], "seen": 0, "at": NOON, "by": city}
    reviewing.place(passage=Passage.objects.get(), **placed)
    elsewhere = make_consultation(slug="annan", is_published=False)
    reply_to(make_theme(consultation=elsewhere, by=city, name="Annan"), by=city)

    expected = {"city": ["draft", "sent_back"], "civil": ["handed_over"]}
    for user in (city, civil):
        client = signed_in(user)
        own = expected[user.coordinator.side]
        assert listed(client) == own
        assert listed(client, "city") == expected["city"]
        assert listed(client, "civil") == expected["civil"]
        assert (listed(client, "utan"), listed(client, "klara")) == (["utan"], ["approved"])
        tasks = {task.label: task for task in client.get("/samordning/").context["to_do"]}
        waits = tasks["Återkoppling som väntar på mig"]
        lacking = tasks["Teman utan återkoppling"]
        for task in (waits, lacking):
            assert client.get(task.url).context["rows"].paginator.count == task.number
        assert (waits.number, lacking.number) == (len(own), 1)
        assert "Väntar på mig" in client.get(WAITING).content.decode()
    assert listed(signed_in(registrar), "x") == expected["city"]
    tasks = [task.label for task in signed_in(registrar).get("/samordning/").context["to_do"]]
    assert "Återkoppling som väntar på mig" not in tasks


def test_a_reply_to_an_answer_that_no_longer_counts_waits_on_nobody(
    signed_in, consultation, city, noon
):
    response = make_submission(consultation=consultation).response
    reply_to(response, by=city)
    client = signed_in(city)
    assert f"Svar {response.reference}" in client.get(WAITING).content.decode()

    answering.withdraw(response=response, at=NOON)

    assert "Inget väntar på er just nu." in words_of(client.get(WAITING))


@pytest.mark.parametrize(
    ("visa", "words"),
    [
        ("city", "Inget väntar på er just nu."),
        ("civil", "Inget väntar just nu."),
        ("utan", "Alla teman som har stycken har en återkoppling på gång."),
        ("klara", "Ingen återkoppling är godkänd av båda sidor än."),
    ],
)
def test_empty_lists_say_so(signed_in, consultation, city, noon, visa, words):
    assert words in words_of(signed_in(city).get(WAITING, {"visa": visa}))


def test_the_list_stands_without_a_remiss(signed_in, city):
    assert signed_in(city).get(WAITING).status_code == 200


@pytest.mark.parametrize("number", [1, 4])
def test_pages_cost_the_same_however_many_replies_there_are(
    signed_in, theme, consultation, city, civil, django_assert_num_queries, number
):
    for n in range(number):
        reply_to(theme, by=city, state="approved", other=civil, text=f"Text {n}.")
        other = make_theme(consultation=consultation, by=city, name=f"Tema {n}")
        reply_to(other, by=civil, state="handed_over")
    client = signed_in(city)

    with django_assert_num_queries(14):
        assert client.get(url_of(theme)).status_code == 200
    with django_assert_num_queries(15):
        assert client.get(WAITING).status_code == 200
