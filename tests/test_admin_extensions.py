"""Longer time: the list of who has asked, and the decision of the city's side."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from remiss.models import Draft, Event, ExtensionRequest, Letter, Response, Verb
from remiss.text import MAX_LENGTH
from remiss.workflow import ending, extending
from tests.factories import NOON, ask_for_time, make_draft, make_submission, save, send_in
from tests.test_leaks import crawl

LIST = "/samordning/remiss/extensionrequest/"
EMAIL = "sekreterare@tegelbacken.example"
CANARY = "kanariefagel"
GRANT = {"action": "grant", "until": "2026-12-08", "reason": "Styrelsen möts sent."}
DECLINE = {
    "action": "decline",
    "until": "",
    "reason": "Planen ska upp i nämnden.\nDen väntar inte.",
}


@pytest.fixture
def draft(consultation, noon):
    """Not sent in: no word of it is for anybody in the workbench."""
    return make_draft(
        consultation=consultation, texts={"area:city-life": {"how": f"{CANARY} i texten"}}
    )


@pytest.fixture
def asked(draft):
    return ask_for_time(draft=draft, wanted_day=date(2026, 12, 10))


def url_of(asked):
    return reverse("admin:decide_extension", args=[asked.pk])


def decide(client, asked, **data):
    return client.post(url_of(asked), data | {"confirmed": "1"})


def letters():
    kinds = ("extension_granted", "extension_declined")
    return list(Letter.objects.filter(kind__in=kinds).values_list("kind", "address"))


def events():
    decided = Event.objects.filter(verb__in=(Verb.GRANTED, Verb.DECLINED))
    return list(decided.values_list("verb", "actor__username", "note"))


def rows(page):
    found = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {label: " ".join(re.sub(r"<[^>]*>", "", text).split()) for label, text in found}


# The list


def cells(client, **query):
    """The rows of the list, a text a column."""
    page = client.get(LIST, query).content.decode()
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [
            re.sub(r"<[^>]*>", "", cell).strip()
            for cell in re.findall(r"<t[dh] class=.*?>(.*?)</t[dh]>", row, re.DOTALL)
        ]
        for row in body.split("</tr>")[:-1]
    ]


@pytest.fixture
def three(consultation, city, noon):
    """A request that waits, one that was granted and one that was declined, oldest first."""
    made = []
    for number, name in enumerate(("Avslagen förening", "Beviljad förening", "Väntande förening")):
        draft = make_draft(consultation=consultation, organisation=name)
        at = NOON + timedelta(hours=number)
        made.append(ask_for_time(draft=draft, wanted_day=date(2026, 12, 10), at=at))
    declined, granted, _waiting = made
    extending.decline(request=declined, note="Nej.", at=NOON, by=city)
    extending.grant(request=granted, until=date(2026, 12, 8), note="", at=NOON, by=city)
    return made


def test_the_list_says_who_when_and_what_was_decided(signed_in, civil, three):
    assert cells(signed_in(civil)) == [
        ["Väntande förening", "2026-11-12 14.00", "2026-12-10", "väntar", "-"],
        ["Beviljad förening", "2026-11-12 13.00", "2026-12-10", "Beviljat", "2026-12-08"],
        ["Avslagen förening", "2026-11-12 12.00", "2026-12-10", "Avslaget", "-"],
    ]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("pending", ["Väntande förening"]),
        ("granted", ["Beviljad förening"]),
        ("declined", ["Avslagen förening"]),
        ("x", ["Väntande förening", "Beviljad förening", "Avslagen förening"]),
    ],
)
def test_the_list_is_filtered_by_decision(signed_in, city, three, decision, expected):
    assert [row[0] for row in cells(signed_in(city), beslut=decision)] == expected


def test_each_row_leads_to_the_page_where_it_is_decided(signed_in, registrar, asked):
    client = signed_in(registrar)

    page = client.get(LIST).content.decode()

    assert f'href="{url_of(asked)}"' in page
    for stock in ("change", "history"):
        assert client.get(f"{LIST}{asked.pk}/{stock}/").url == url_of(asked)
    assert client.get(f"{LIST}999/change/").status_code == 404


def test_the_list_costs_the_same_for_one_request_as_for_three(
    signed_in, city, three, django_assert_num_queries
):
    client = signed_in(city)
    for query in ({"beslut": "pending"}, {}):
        with django_assert_num_queries(7):
            client.get(LIST, query)


def test_the_menu_has_longer_time_for_those_who_may_read_it(
    signed_in, city, civil, registrar, reader, administrator, asked
):
    for user, may in (
        (city, True), (civil, True), (registrar, True), (reader, False), (administrator, False),
    ):  # fmt: skip
        page = signed_in(user).get("/samordning/").content.decode()
        assert (f'<a href="{LIST}">Längre tid</a>' in page) is may, user


def test_what_waits_is_among_what_there_is_to_do(signed_in, city, civil, registrar, reader, three):
    for user in (city, civil, registrar):
        client = signed_in(user)
        (task,) = (
            task
            for task in client.get("/samordning/").context["to_do"]
            if task.label == "Önskemål om längre tid"
        )
        assert task.number == 1
        assert client.get(task.url).context["cl"].result_count == 1
    assert "Önskemål om längre tid" not in signed_in(reader).get("/samordning/").content.decode()


# Reading


def test_the_page_tells_why_and_until_when(signed_in, city, asked):
    found = rows(signed_in(city).get(url_of(asked)).content.decode())

    assert found == {
        "Vem": "Tegelbackens kultur- och idrottsförening",
        "Kontakt (publiceras inte)": "Visas med knappen under formuläret.",
        "Begärt": "torsdag 12 november kl. 12.00",
        "Skäl": "Styrelsen möts den 3 december.",
        "Vill ha tid till": "torsdag 10 december",
        "Remiss": "Handlingsplan för samverkan mellan idéburen sektor och Malmö stad",
        "Sista svarsdag för alla": "måndag 30 november",
        "Inskickat svar": "Inget än. Utkastet kan ingen i samordningen läsa.",
    }


def test_contact_details_are_shown_on_demand_to_those_who_may_and_logged(
    signed_in, city, civil, registrar, superuser, asked
):
    for user, may in ((city, True), (registrar, True), (civil, False), (superuser, False)):
        client = signed_in(user)
        for path in (url_of(asked), LIST):
            assert EMAIL not in client.get(path).text
            assert "Robin" not in client.get(path).text
        assert not Event.objects.filter(verb=Verb.READ_CONTACT, actor=user).exists()
        page = client.post(url_of(asked), {"contact": "1"})
        if may:
            shown = rows(page.text)["Kontakt (publiceras inte)"]
            assert (page.status_code, shown) == (200, f"Robin Exempel, {EMAIL}")
        else:
            assert (page.status_code, EMAIL in page.text) == (403, False), user

    read = Event.objects.filter(verb=Verb.READ_CONTACT).order_by("pk")
    note = "önskemål om längre tid, begärt 2026-11-12"
    assert [(event.actor, event.response, event.note) for event in read] == [
        (city, None, note), (registrar, None, note),
    ]  # fmt: skip


def test_the_log_leads_to_the_answer_whose_contact_was_read(signed_in, city, draft, asked):
    response = send_in(draft=draft).response

    signed_in(city).post(url_of(asked), {"contact": "1"})

    assert Event.objects.get(verb=Verb.READ_CONTACT).response == response


def test_what_was_written_stands_when_the_contact_is_shown(signed_in, city, asked):
    page = signed_in(city).post(url_of(asked), GRANT | {"contact": "1"})

    assert rows(page.text)["Kontakt (publiceras inte)"] == f"Robin Exempel, {EMAIL}"
    form = page.context["form"]
    assert {name: form[name].value() for name in GRANT} == GRANT
    assert form.errors == {}
    assert ExtensionRequest.objects.get().is_pending


def test_a_private_person_s_name_is_contact_data(signed_in, city, civil, consultation, noon):
    asked = ask_for_time(
        draft=make_draft(
            consultation=consultation,
            kind="private_person",
            organisation="",
            contact_name="Kim Hemlig",
        )
    )

    for user in (city, civil):
        client = signed_in(user)
        assert cells(client)[0][0] == "Privatperson"
        assert rows(client.get(url_of(asked)).text)["Vem"] == "Privatperson"
        assert "Hemlig" not in client.get(LIST).text + client.get(url_of(asked)).text
    client = signed_in(city)
    assert "Hemlig" in client.post(url_of(asked), {"contact": "1"}).text
    decide(client, asked, **DECLINE)
    assert "Privatperson får inte längre tid." in client.get(LIST).text
    assert "Hemlig" not in "".join(Event.objects.values_list("note", flat=True))


def test_what_was_written_is_shown_as_text(signed_in, city, draft):
    asked = ask_for_time(draft=draft, reason="Rad ett\n<script>alert(1)</script>")

    page = signed_in(city).get(url_of(asked)).content.decode()

    assert "Rad ett\n&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_those_who_do_not_decide_get_no_form(signed_in, civil, registrar, superuser, asked):
    for user in (civil, registrar, superuser):
        page = signed_in(user).get(url_of(asked)).content.decode()
        assert "Samordnaren från kommunen beslutar." in page
        assert 'name="action"' not in page


def test_an_answer_that_has_been_sent_in_is_linked(signed_in, city, draft, asked):
    response = send_in(draft=draft).response

    page = signed_in(city).get(url_of(asked)).content.decode()

    assert reverse("admin:remiss_response_change", args=[response.pk]) in page
    assert rows(page)["Inskickat svar"] == response.reference


def test_a_request_that_is_not_there_is_404(signed_in, city, consultation):
    for pk in (0, 9, 10**30):
        assert signed_in(city).get(f"/samordning/onskemal/{pk}/").status_code == 404


# Deciding


@pytest.mark.parametrize(
    ("wanted", "proposed"),
    [
        (None, None),
        (date(2026, 11, 30), None),  # the last day of everybody
        (date(2026, 12, 1), date(2026, 12, 1)),
        (date(2028, 12, 10), None),  # farther off than the form lets anybody choose
    ],
)
def test_the_day_that_they_want_is_proposed_when_it_may_be_given(
    signed_in, city, draft, wanted, proposed
):
    asked = ask_for_time(draft=draft, wanted_day=wanted)

    page = signed_in(city).get(url_of(asked))

    assert page.context["form"]["until"].value() == proposed
    assert ("Dagen de vill ha är ifylld." in page.text) is bool(proposed)
    assert (f'value="{proposed}"' in page.text) is bool(proposed)


def test_another_day_than_the_one_proposed_is_what_is_given(signed_in, city, asked):
    client = signed_in(city)

    page = client.post(url_of(asked), GRANT)
    assert page.context["form"]["until"].value() == GRANT["until"]
    unsaid = client.post(url_of(asked), GRANT | {"until": ""})
    assert unsaid.context["form"].errors == {"until": ["Skriv den nya sista dagen."]}

    decide(client, asked, **GRANT)
    asked.refresh_from_db()
    assert asked.until == date(2026, 12, 8)


def test_granting_shows_the_day_in_words_before_it_is_done(signed_in, city, draft, asked):
    client = signed_in(city)

    page = client.post(url_of(asked), GRANT).content.decode()
    assert "till och med <strong>tisdag 8 december kl. 23.59</strong>" in page
    assert "Ett mejl skickas till den som bad om tiden." in page
    assert (letters(), events()) == ([], [])
    assert ExtensionRequest.objects.get().is_pending

    done = decide(client, asked, **GRANT)
    asked.refresh_from_db()
    draft.refresh_from_db()
    assert done.url == LIST
    assert "har tid till och med tisdag 8 december. Ett mejl skickas." in client.get(LIST).text
    assert (asked.decision, asked.until, asked.note) == (
        "granted",
        date(2026, 12, 8),
        "Styrelsen möts sent.",
    )
    assert (asked.decided_by, asked.decided_at) == (city, NOON)
    assert draft.own_last_day == date(2026, 12, 8)
    assert letters() == [("extension_granted", EMAIL)]
    note = "Tegelbackens kultur- och idrottsförening, till 2026-12-08. Styrelsen möts sent."
    assert events() == [("granted", "maria", note)]


def test_declining_needs_a_reason_and_keeps_its_lines(signed_in, city, draft, asked):
    client = signed_in(city)

    page = client.post(url_of(asked), DECLINE).content.decode()
    assert "Ge inte längre tid" in page
    assert "Ett mejl skickas till den som bad om tiden." in page
    hidden = re.search(r'<input type="hidden" name="reason" value="(.*?)"', page, re.DOTALL)[1]
    assert hidden == DECLINE["reason"]

    decide(client, asked, **DECLINE)
    asked.refresh_from_db()
    draft.refresh_from_db()
    assert (asked.decision, asked.until, asked.note) == ("declined", None, DECLINE["reason"])
    assert draft.own_last_day is None
    assert letters() == [("extension_declined", EMAIL)]
    assert [(verb, who) for verb, who, _note in events()] == [("declined", "maria")]


def test_granting_needs_no_reason(signed_in, city, asked):
    decide(signed_in(city), asked, action="grant", until="2026-12-08")

    asked.refresh_from_db()
    assert (asked.decision, asked.note) == ("granted", "")


def test_the_choice_can_be_changed_with_what_was_written(signed_in, city, asked):
    page = signed_in(city).post(url_of(asked), GRANT | {"again": "1"})

    assert page.context["form"]["reason"].value() == GRANT["reason"]
    assert 'value="2026-12-08"' in page.content.decode()
    assert 'name="confirmed"' not in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"action": ""}, "action", "Välj om du ger längre tid."),
        ({"action": "x"}, "action", "Välj om du ger längre tid."),
        ({"until": ""}, "until", "Skriv den nya sista dagen."),
        ({"until": "snart"}, "until", "Skriv datumet som år, månad och dag"),
        ({"until": "2026-11-30"}, "until", "Välj en dag efter måndag 30 november."),
        ({"until": "2026-11-01"}, "until", "Välj en dag efter måndag 30 november."),
        ({"until": "2029-01-01"}, "until", "Välj en dag inom två år."),
        ({"until": "9999-12-31"}, "until", "Välj en dag inom två år."),
        ({"action": "decline", "reason": " \u200b"}, "reason", "Skriv varför."),
        (
            {"reason": "å" * (MAX_LENGTH + 1)},
            "reason",
            "Texten får vara högst 100\u00a0000 tecken.",
        ),
    ],
)
@pytest.mark.parametrize("more", [{}, {"confirmed": "1"}])
def test_what_is_wrong_is_said_at_the_field_and_comes_back(
    signed_in, city, asked, changes, field, message, more
):
    data = GRANT | changes
    page = signed_in(city).post(url_of(asked), data | more)

    assert list(page.context["form"].errors) == [field]
    assert page.content.decode().count(message) == 2  # in the summary and at the field
    assert "<title>Fel:" in page.content.decode()
    for name, value in data.items():
        assert page.context["form"][name].value() == value
    assert ExtensionRequest.objects.get().is_pending
    assert (letters(), events()) == ([], [])


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [("2026-12-01", False), ("2026-12-02", True)],
)
def test_after_the_last_day_today_is_more_time_too(signed_in, city, asked, at, day, is_taken):
    at(NOON + timedelta(days=20))  # 2 December

    decide(signed_in(city), asked, action="grant", until=day)

    assert ExtensionRequest.objects.get().is_pending is not is_taken


def test_those_who_have_got_longer_time_once_are_given_a_later_day(signed_in, city, draft, asked):
    client = signed_in(city)
    decide(client, asked, **GRANT)
    again = ask_for_time(draft=draft, reason="Det räckte inte.")

    assert rows(client.get(url_of(again)).content.decode())["Har redan tid till"] == (
        "tisdag 8 december"
    )
    page = decide(client, again, action="grant", until="2026-12-08").content.decode()
    assert page.count("Välj en dag efter tisdag 8 december.") == 2
    decide(client, again, action="grant", until="2026-12-09")
    draft.refresh_from_db()
    assert draft.own_last_day == date(2026, 12, 9)


def test_a_draft_that_is_gone_can_be_told_no_but_not_yes(signed_in, city, draft, asked):
    ending.discard(draft=draft, at=NOON)
    client = signed_in(city)

    page = decide(client, asked, **GRANT)

    assert "Utkastet finns inte längre" in page.content.decode()
    assert page.context["form"]["reason"].value() == GRANT["reason"]
    assert ExtensionRequest.objects.get().is_pending


@pytest.mark.parametrize("more", [{}, {"confirmed": "1"}])
def test_the_second_to_decide_sees_the_decision_of_the_first(signed_in, city, asked, noon, more):
    extending.decline(request=asked, note="Planen brådskar.", at=NOON, by=city)

    page = signed_in(city).post(url_of(asked), GRANT | more).content.decode()

    assert "Det fanns redan ett beslut." in page
    assert rows(page)["Beslut"] == "Avslaget"
    assert rows(page)["Motivering"] == "Planen brådskar."
    assert "<h2>Det här skrev du</h2>" in page
    assert GRANT["reason"] in page
    assert 'name="action"' not in page
    assert "<title>Fel:" not in page
    asked.refresh_from_db()
    assert asked.decision == "declined"
    assert letters() == [("extension_declined", EMAIL)]


def test_a_decision_is_read_by_all_who_may_read_the_request(signed_in, city, civil, asked):
    extending.grant(request=asked, until=date(2026, 12, 8), note="", at=NOON, by=city)

    found = rows(signed_in(civil).get(url_of(asked)).content.decode())

    assert found["Beslut"] == "Beviljat, tid till och med tisdag 8 december"
    assert found["Beslutat"] == "torsdag 12 november kl. 12.00 av maria"
    assert "Motivering" not in found


def test_only_the_city_s_side_decides(
    signed_in, civil, registrar, reader, administrator, superuser, draft, asked
):
    for user in (civil, registrar, reader, administrator, superuser):
        for data in (GRANT, DECLINE):
            assert decide(signed_in(user), asked, **data).status_code == 403
    draft.refresh_from_db()
    assert draft.own_last_day is None
    assert ExtensionRequest.objects.get().is_pending
    assert (letters(), events()) == ([], [])


def test_nobody_adds_changes_or_deletes_a_request(signed_in, superuser, city, asked):
    for user in (superuser, city):
        client = signed_in(user)
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(f"{LIST}{asked.pk}/change/", {"until": "2027-01-01"}).status_code == 405
        assert client.post(f"{LIST}{asked.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ExtensionRequest.objects.get().until is None


def test_a_form_older_than_its_token_comes_back(city, asked):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(url_of(asked), GRANT | {"confirmed": "1"})

    assert page.status_code == 403
    assert "Sidan har varit öppen länge" in page.content.decode()
    assert GRANT["reason"] in page.content.decode()
    assert ExtensionRequest.objects.get().is_pending


# The log, and what it opens


def test_the_log_tells_of_both_decisions_and_can_be_filtered(signed_in, registrar, three):
    client = signed_in(registrar)

    for verb, words in (("granted", "gav längre tid"), ("declined", "gav inte längre tid")):
        page = client.get("/samordning/logg/", {"vad": verb})
        assert page.context["count"] == 1
        assert words in page.content.decode()


@pytest.mark.large
def test_granting_opens_nothing_of_the_draft(signed_in, city, draft, asked):
    client = signed_in(city)
    pages = [client.get(url_of(asked)), client.post(url_of(asked), GRANT)]
    pages.append(decide(client, asked, **GRANT))
    found = crawl(client, [reverse("admin:index"), LIST, url_of(asked)])
    texts = [page.content.decode() for page in pages] + list(found.values())

    assert len(found) > 20
    assert not any(CANARY in text or draft.public_id in text for text in texts)
    assert Draft.objects.get().own_last_day == date(2026, 12, 8)
    assert Response.objects.count() == 0


@pytest.mark.large
def test_longer_time_for_an_answer_that_was_sent_in_opens_no_later_word(
    signed_in, city, consultation, noon
):
    draft = make_draft(consultation=consultation, texts={"area:city-life": {"how": "Sänt."}})
    response = send_in(draft=draft).response
    save(draft=draft, key="area:city-life", how=f"{CANARY} efteråt")
    make_submission(consultation=consultation)
    client = signed_in(city)
    decide(client, ask_for_time(draft=draft), **GRANT)

    found = crawl(client, [reverse("admin:index"), LIST])

    response.refresh_from_db()
    assert response.own_last_day == date(2026, 12, 8)
    assert any("Sänt." in text for text in found.values())
    assert not any(CANARY in text or draft.public_id in text for text in found.values())
