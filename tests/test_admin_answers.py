"""The reading page of one answer, and what can be done from it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from remiss import roles
from remiss.models import Contact, Event, Letter, ReadMark, Registration, Response, Verb
from remiss.workflow import erasing, recording
from tests import factories
from tests.factories import NOON, make_recorded, make_submission

CONTACT = "sekreterare@tegelbacken.example"


def url_of(response, **query):
    return reverse("admin:remiss_response_change", args=[response.pk], query=query)


def events(verb):
    return list(Event.objects.filter(verb=verb).values_list("actor__username", "note"))


@pytest.fixture
def response(submission):
    return submission.response


@pytest.fixture
def two_versions(consultation, noon):
    draft = factories.make_draft(
        consultation=consultation, texts={"area:city-life": {"how": "Första lydelsen"}}
    )
    factories.send_in(draft=draft)
    factories.save(draft=draft, key="area:city-life", how="Andra lydelsen")
    return factories.send_in(draft=draft, at=NOON + timedelta(hours=1)).response


# Reading


def test_the_page_shows_the_whole_answer_as_it_was_written(signed_in, reader, consultation, noon):
    text = "Rad ett\n\n<script>alert(1)</script> https://exempel.se"
    response = make_submission(
        consultation=consultation,
        texts={
            "area:city-life": {"how": text, "stance": "opposes"},
            "rest": {"missing": "Ett femte område"},
        },
    ).response

    page = signed_in(reader).get(url_of(response)).content.decode()

    assert 'class="text" dir="auto">Rad ett\n\n&lt;script&gt;' in page
    assert 'href="https://exempel.se' not in page
    assert "Avstyrker" in page
    assert "Ett femte område" in page
    assert response.reference in page
    assert "torsdag 12 november" in page
    assert "kl. 12.00" in page
    assert page.count("<h1") == 1


def test_older_versions_can_be_read(signed_in, reader, two_versions):
    client = signed_in(reader)

    latest = client.get(url_of(two_versions)).content.decode()
    first = client.get(url_of(two_versions, version=1)).content.decode()

    assert "Andra lydelsen" in latest
    assert "Första lydelsen" not in latest
    assert "Första lydelsen" in first
    assert "Andra lydelsen" not in first
    assert "Det finns en nyare" in first


@pytest.mark.parametrize("version", ["0", "99", "x", "-1", "\0", "9" * 40])
def test_a_version_that_is_not_there_shows_the_latest(signed_in, reader, two_versions, version):
    page = signed_in(reader).get(url_of(two_versions, version=version))

    assert page.status_code == 200
    assert "Andra lydelsen" in page.content.decode()


@pytest.mark.parametrize("key", ["0", "x", "999999", "9" * 40, "1/../2", "%00"])
def test_an_answer_that_is_not_there_is_404(signed_in, reader, submission, key):
    page = signed_in(reader).get(f"/samordning/remiss/response/{key}/change/")

    assert page.status_code == 404


def test_nobody_changes_adds_or_deletes_an_answer(signed_in, superuser, city, response):
    for user in (superuser, city):
        client = signed_in(user)
        assert client.post(url_of(response), {"reference": "MA-XXXX"}).status_code == 405
        assert client.get("/samordning/remiss/response/add/").status_code == 403
        delete = f"/samordning/remiss/response/{response.pk}/delete/"
        assert client.get(delete).status_code == 403
        assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Response.objects.get().reference == response.reference


def test_opening_marks_as_read_for_that_coordinator_only(signed_in, city, civil, response):
    signed_in(city).get(url_of(response))

    assert list(ReadMark.objects.values_list("user", "version")) == [(city.pk, 1)]


def test_an_older_version_and_other_roles_mark_nothing(
    signed_in, city, registrar, reader, superuser, two_versions
):
    signed_in(city).get(url_of(two_versions, version=1))
    for user in (registrar, reader, superuser):
        signed_in(user).get(url_of(two_versions))

    assert ReadMark.objects.count() == 0


# Contact details


@pytest.mark.parametrize(
    ("username", "may"),
    [("maria", True), ("birgit", True), ("ahmed", False), ("lena", False), ("root", False)],
)
def test_contact_details_are_shown_by_right_and_logged(
    signed_in, city, civil, registrar, reader, superuser, response, noon, username, may
):
    user = {u.username: u for u in (city, civil, registrar, reader, superuser)}[username]
    client = signed_in(user)
    closed = client.get(url_of(response)).content.decode()
    opened = client.post(reverse("admin:read_contact", args=[response.pk]))

    assert CONTACT not in closed
    assert ("Visa kontaktuppgifter" in closed) is may
    assert ("visas bara för registratorn" in closed) is not may
    assert opened.status_code == (200 if may else 403)
    assert (CONTACT in opened.content.decode()) is may
    assert events(Verb.READ_CONTACT) == ([(username, "")] if may else [])


def test_an_administrator_sees_neither_answer_nor_contact(signed_in, administrator, response):
    client = signed_in(administrator)

    assert client.get(url_of(response)).status_code == 403
    assert client.post(reverse("admin:read_contact", args=[response.pk])).status_code == 403
    assert events(Verb.READ_CONTACT) == []


def test_the_setting_lets_the_other_side_see_contact_details(
    signed_in, civil, response, noon, settings
):
    settings.IDEBUREN_SEES_CONTACTS = True

    page = signed_in(civil).post(reverse("admin:read_contact", args=[response.pk]))

    assert CONTACT in page.content.decode()


def test_contact_details_are_never_shown_by_a_link(signed_in, city, response):
    assert signed_in(city).get(reverse("admin:read_contact", args=[response.pk])).status_code == 405


ABOUT_CONTACT = ("read_contact", "write_to_respondent", "erase_contact")


def links_about_contact(page, response):
    names = [name for name in ABOUT_CONTACT if reverse(f"admin:{name}", args=[response.pk]) in page]
    return names + (["person"] if reverse("admin:person") in page else [])


def test_the_page_says_when_contact_details_were_erased_and_offers_nothing_more(
    signed_in, city, response, noon
):
    client = signed_in(city)
    before = client.get(url_of(response)).content.decode()
    erasing.erase(response=response, reason="Begäran", at=NOON, by=city)

    page = client.get(url_of(response)).content.decode()

    assert links_about_contact(before, response) == [*ABOUT_CONTACT, "person"]
    assert "Kontaktuppgifterna raderades torsdag 12 november kl. 12.00." in page
    assert links_about_contact(page, response) == []


def test_where_there_is_nothing_to_read_no_reading_is_logged(
    signed_in, city, registrar, consultation, response, noon
):
    erasing.erase(response=response, reason="Begäran", at=NOON, by=city)
    nobody = make_recorded(consultation=consultation, by=city).response
    Contact.objects.filter(response=nobody).update(name="", email="")

    erased, empty = (
        signed_in(registrar).post(reverse("admin:read_contact", args=[each.pk]))
        for each in (response, nobody)
    )

    assert "Kontaktuppgifterna raderades" in erased.content.decode()
    assert "Det finns inga kontaktuppgifter till svaret." in empty.content.decode()
    assert links_about_contact(empty.content.decode(), nobody) == []
    assert events(Verb.READ_CONTACT) == []


# Diarienummer


def register(client, response, number=1, **data):
    data = {"registry_number": "STK-2026-663-7", "registered_on": "2026-11-12"} | data
    return client.post(reverse("admin:register", args=[response.pk, number]), data)


def test_the_registrar_writes_a_diarienummer_for_each_version(signed_in, registrar, two_versions):
    client = signed_in(registrar)
    assert 'value="STK-2026-663"' in client.get(url_of(two_versions)).content.decode()

    assert register(client, two_versions, 2).status_code == 302
    assert register(client, two_versions, 1, registry_number="STK-2026-663-6").status_code == 302

    written = Registration.objects.order_by("submission__number")
    assert [row.registry_number for row in written] == ["STK-2026-663-6", "STK-2026-663-7"]
    assert {row.by for row in written} == {registrar}
    assert {row.registered_on for row in written} == {date(2026, 11, 12)}
    assert len(events(Verb.REGISTERED)) == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"registry_number": ""}, "Skriv diarienumret."),
        ({"registry_number": "\u200b"}, "Skriv diarienumret."),
        ({"registry_number": "x" * 61}, "Diarienumret kan ha högst 60 tecken."),
        ({"registered_on": "i går"}, "Skriv datumet som år, månad och dag"),
    ],
)
def test_a_bad_diarienummer_is_told_and_not_stored(
    signed_in, registrar, response, noon, data, message
):
    page = register(signed_in(registrar), response, **data).content.decode()

    assert page.count(message) == 2  # in the summary and at the field
    assert "<title>Fel:" in page
    assert Registration.objects.count() == 0


def test_only_the_registrar_writes_diarienummer(signed_in, city, civil, reader, response):
    for user in (city, civil, reader):
        assert register(signed_in(user), response).status_code == 403
    assert Registration.objects.count() == 0


def test_a_version_that_is_not_there_gets_no_diarienummer(signed_in, registrar, response):
    assert register(signed_in(registrar), response, number=9).status_code == 404


# Setting aside, taking back, marking as read


def test_setting_aside_asks_first_and_can_be_undone(signed_in, civil, response, noon):
    client = signed_in(civil)
    url = reverse("admin:set_aside")
    asked = client.get(url, {"ids": response.pk}).content.decode()
    assert "1 svar" in asked
    assert response.reference in asked

    done = client.post(url, {"ids": response.pk, "reason": "test", "note": "Mitt eget prov"})
    response.refresh_from_db()
    assert done.url == "/samordning/remiss/response/?"
    assert response.set_aside == "test"

    client.post(reverse("admin:take_back"), {"ids": response.pk})
    response.refresh_from_db()
    assert response.set_aside == ""
    assert events(Verb.SET_ASIDE) == [("ahmed", "Mitt eget prov")]
    assert events(Verb.TOOK_BACK) == [("ahmed", "")]


def test_setting_aside_needs_a_reason(signed_in, city, response, noon):
    for reason in ("", "suspect", "hittat-pa"):
        page = signed_in(city).post(
            reverse("admin:set_aside"), {"ids": response.pk, "reason": reason}
        )
        assert "Välj varför." in page.content.decode()
    assert Response.objects.current().count() == 1


def test_a_suspect_gets_the_reason_a_person_gives(signed_in, city, consultation, noon):
    suspect = make_submission(consultation=consultation, is_suspect=True).response

    signed_in(city).post(reverse("admin:set_aside"), {"ids": suspect.pk, "reason": "spam"})

    suspect.refresh_from_db()
    assert suspect.set_aside == "spam"


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_what_somebody_has_set_aside_already_keeps_its_reason_and_gives_the_text_back(
    signed_in, city, civil, consultation, noon
):
    theirs, free = (
        make_submission(consultation=consultation, organisation=name).response
        for name in ("Redan undan", "Kvar")
    )
    url = reverse("admin:set_aside")
    spam = {"reason": "spam", "note": "Reklam för en bilfirma"}
    signed_in(civil).post(url, {"ids": theirs.pk} | spam)
    client = signed_in(city)
    mine = {"ids": f"{theirs.pk},{free.pk}", "reason": "test", "note": "Mitt eget prov"}

    page = client.post(url, mine)

    assert page.status_code == 409
    assert said(page) == ["Lade 1 svar åt sidan."]
    assert [each.pk for each in page.context["responses"]] == [theirs.pk]
    text = page.content.decode()
    assert f"Redan undan, {theirs.reference}: skräp. ahmed" in " ".join(text.split())
    assert "Reklam för en bilfirma" in text
    assert 'value="Mitt eget prov"' in text
    assert sorted(events(Verb.SET_ASIDE)) == [
        ("ahmed", "Reklam för en bilfirma"),
        ("maria", "Mitt eget prov"),
    ]
    assert list(Response.objects.order_by("pk").values_list("set_aside", flat=True)) == [
        "spam",
        "test",
    ]
    # Told before anything is pressed, too.
    assert "Reklam för en bilfirma" in client.get(url, {"ids": theirs.pk}).content.decode()


def test_an_act_that_changes_nothing_says_so(signed_in, city, response, noon):
    client = signed_in(city)

    for name, sentence in (
        ("take_back", "1 svar räknas redan bland svaren. Där är ingenting ändrat."),
        ("mark_unread", "1 svar var redan oläst för dig. Där är ingenting ändrat."),
    ):
        page = client.post(reverse(f"admin:{name}"), {"ids": response.pk}, follow=True)
        assert said(page) == [sentence]
    page = client.post(reverse("admin:take_back"), {"ids": ""}, follow=True)
    assert said(page) == ["Inget svar var valt. Ingenting är ändrat."]
    client.post(reverse("admin:set_aside"), {"ids": response.pk, "reason": "spam"}, follow=True)
    page = client.post(
        reverse("admin:set_aside"), {"ids": response.pk, "reason": "test", "note": "Prov"}
    )
    assert (page.status_code, said(page)) == (409, [])


def test_unread_is_one_s_own_and_lasts_until_the_answer_is_opened(
    signed_in, city, civil, response, noon
):
    unread = {"olast": "mig"}
    for user in (civil, city):
        client = signed_in(user)
        page = client.get(url_of(response)).content.decode()
        assert "Markera som oläst" in page

    done = client.post(
        reverse("admin:mark_unread"),
        {"ids": response.pk, "answer": response.pk, "filters": "vem=association"},
        follow=True,
    )

    assert done.redirect_chain == [("/samordning/remiss/response/?vem=association", 302)]
    assert said(done) == ["Markerade 1 svar som oläst."]
    assert list(ReadMark.objects.values_list("user", flat=True)) == [civil.pk]
    listed = client.get("/samordning/remiss/response/", unread).context["cl"].result_list
    assert [each.pk for each in listed] == [response.pk]
    client.get(url_of(response))
    assert set(ReadMark.objects.values_list("user", flat=True)) == {city.pk, civil.pk}


def test_a_reader_marks_nothing_as_unread(signed_in, reader, response, noon):
    assert "Markera som oläst" not in signed_in(reader).get(url_of(response)).content.decode()


@pytest.fixture
def strict(registrar):
    client = Client(enforce_csrf_checks=True)
    client.force_login(registrar, backend="django.contrib.auth.backends.ModelBackend")
    return client


STALE = "Sidan har varit öppen länge"


def test_a_stale_diarienummer_comes_back_and_is_not_stored(strict, response, noon):
    page = strict.post(
        reverse("admin:register", args=[response.pk, 1]),
        {
            "registry_number": "STK-2026-663-7",
            "registered_on": "2026-11-12",
            "filters": "vem=board",
        },
    )

    assert (page.status_code, STALE in page.text) == (403, True)
    assert 'value="STK-2026-663-7"' in page.text
    assert 'name="filters" value="vem=board"' in page.text
    assert Registration.objects.count() == 0


def test_a_stale_utlamnande_comes_back_and_is_not_noted(strict, response, noon):
    page = strict.post(
        reverse("admin:disclose", args=[response.pk, 1]), {"note": "Begärt av en tidning"}
    )

    assert (page.status_code, STALE in page.text) == (403, True)
    assert "Begärt av en tidning" in page.text
    assert "<details open>" in page.text
    assert events(Verb.DISCLOSED) == []


def test_a_stale_act_comes_back_with_what_was_chosen_and_does_nothing(strict, city, response, noon):
    strict.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("set_aside", "take_back", "mark_read", "mark_unread"):
        page = strict.post(
            reverse(f"admin:{name}"), {"ids": response.pk, "reason": "spam", "note": "Reklam"}
        )
        assert (name, page.status_code, STALE in page.text) == (name, 403, True)
        assert f'name="ids" value="{response.pk}"' in page.text
        assert ('value="Reklam"' in page.text) == (name == "set_aside")
    assert ReadMark.objects.count() == 0
    assert Response.objects.current().count() == 1


def test_a_stale_act_is_still_refused_those_who_may_not(strict, response, noon):
    """The registrator sets nothing aside."""
    page = strict.post(reverse("admin:set_aside"), {"ids": response.pk, "note": "Reklam"})

    assert (page.status_code, STALE in page.text) == (403, False)


def test_several_are_named_before_anything_is_done(signed_in, city, consultation, noon):
    chosen = [
        make_submission(consultation=consultation, organisation=f"Förening {n}").response
        for n in range(3)
    ]
    client = signed_in(city)

    asked = client.post(
        "/samordning/remiss/response/?vem=association",
        {
            "action": "mark_read",
            "_selected_action": [chosen[0].pk, chosen[2].pk],
            "index": "0",
        },
    ).content.decode()

    assert "2 svar" in asked
    assert "Förening 0" in asked
    assert "Förening 1" not in asked
    assert "Förening 2" in asked
    assert ReadMark.objects.count() == 0

    done = client.post(
        reverse("admin:mark_read"),
        {"ids": f"{chosen[0].pk},{chosen[2].pk}", "filters": "vem=association"},
    )
    assert done.url == "/samordning/remiss/response/?vem=association"
    assert set(ReadMark.objects.values_list("response", flat=True)) == {chosen[0].pk, chosen[2].pk}


@pytest.mark.parametrize("ids", ["", "x", "999999", "9" * 40, "1;2", "\0"])
@pytest.mark.parametrize("name", ["mark_read", "mark_unread", "set_aside", "take_back"])
def test_forged_ids_do_nothing(signed_in, city, submission, noon, name, ids):
    client = signed_in(city)

    assert client.get(reverse(f"admin:{name}"), {"ids": ids}).status_code == 200
    sent = client.post(reverse(f"admin:{name}"), {"ids": ids, "reason": "test"})

    assert sent.status_code == 302
    assert Event.objects.exclude(verb=Verb.SUBMITTED).count() == 0
    assert ReadMark.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("mark_read", {"maria", "ahmed"}),
        ("mark_unread", {"maria", "ahmed"}),
        ("set_aside", {"maria", "ahmed", "root"}),
        ("take_back", {"maria", "ahmed", "root"}),
    ],
)
def test_acts_are_for_those_who_may(
    signed_in,
    city,
    civil,
    registrar,
    reader,
    administrator,
    superuser,
    response,
    noon,
    name,
    allowed,
):
    for user in (city, civil, registrar, reader, administrator, superuser):
        client = signed_in(user)
        Response.objects.update(set_aside="")
        got = client.get(reverse(f"admin:{name}"), {"ids": response.pk}).status_code
        posted = client.post(
            reverse(f"admin:{name}"), {"ids": response.pk, "reason": "test"}
        ).status_code
        expected = (200, 302) if user.username in allowed else (403, 403)
        assert (got, posted) == expected, user.username


def test_the_way_back_stays_on_the_site(signed_in, city, response, noon):
    done = signed_in(city).post(
        reverse("admin:mark_read"),
        {"ids": response.pk, "answer": response.pk, "filters": "//ond.example/?x=1"},
    )

    assert done.url.startswith(f"/samordning/remiss/response/{response.pk}/change/?")


# Previous and next


@pytest.fixture
def three(consultation, noon):
    """Oldest first: an association, a board, an association."""
    return [
        make_submission(
            consultation=consultation,
            kind=kind,
            organisation=kind,
            at=NOON - timedelta(hours=hours),
        ).response
        for kind, hours in (("association", 3), ("board", 2), ("association", 1))
    ]


def test_neighbours_are_those_of_the_filter(signed_in, reader, three):
    page = signed_in(reader).get(url_of(three[2], _changelist_filters="vem=association"))

    around = page.context["around"]
    assert (around["place"], around["total"]) == (1, 2)
    assert "before_url" not in around
    assert around["after_url"] == url_of(three[0], _changelist_filters="vem=association")


def test_neighbours_follow_the_order_of_the_list(signed_in, city, three):
    around = signed_in(city).get(url_of(three[1], _changelist_filters="o=5")).context["around"]

    assert (around["place"], around["total"]) == (2, 3)
    assert around["before_url"].startswith(url_of(three[0]))
    assert around["after_url"].startswith(url_of(three[2]))


def test_an_answer_that_has_left_the_list_leads_to_its_first(signed_in, city, three):
    recording.mark_read(response=three[2], by=city)

    around = (
        signed_in(city).get(url_of(three[2], _changelist_filters="olast=mig")).context["around"]
    )

    assert "place" not in around
    assert around["after_url"].startswith(url_of(three[1]))


@pytest.mark.parametrize("filters", ["e=1", "p=99999", "x__y=1", "%00", "q=\0", "o=99", "&&=="])
def test_bad_filters_leave_the_page_standing(signed_in, reader, response, noon, filters):
    page = signed_in(reader).get(url_of(response, _changelist_filters=filters))

    assert page.status_code == 200


# Letters and log


def test_letters_about_the_answer_show_no_address(signed_in, city, two_versions):
    page = signed_in(city).get(url_of(two_versions)).content.decode()

    assert page.count("Kvitto: väntar") == 2
    assert CONTACT not in page


def test_the_letter_list_hides_drafts_and_keeps_addresses_to_those_who_may(
    signed_in, city, civil, two_versions
):
    mine = signed_in(city).get("/samordning/remiss/letter/").content.decode()
    theirs = signed_in(civil).get("/samordning/remiss/letter/").content.decode()

    assert "Kvitto" in mine
    assert 'field-kind">Länken till svaret' not in mine
    hidden = f"{CONTACT[0]}•••@{CONTACT.partition('@')[2]}"
    assert [CONTACT in page for page in (mine, theirs)] == [False, False]
    assert [hidden in page for page in (mine, theirs)] == [True, False]
    assert two_versions.reference in theirs


def test_a_refusal_that_quotes_the_address_tells_no_more_than_the_list(
    signed_in, city, two_versions
):
    receipt = Letter.objects.filter(kind="receipt").first()
    quotes = f"550 <{CONTACT}>: okänd mottagare ({CONTACT})"
    Letter.objects.filter(pk=receipt.pk).update(last_error=quotes, bounce=quotes)
    client = signed_in(city)

    pages = [
        client.get(path).text
        for path in (
            "/samordning/remiss/letter/",
            f"/samordning/remiss/letter/{receipt.pk}/change/",
        )
    ]

    assert [CONTACT in page for page in pages] == [False, False]
    assert [page.count("okänd mottagare") for page in pages] == [2, 2]


def test_the_address_of_a_remissinstans_stands_in_full(signed_in, city, consultation, noon):
    factories.make_invitation(consultation=consultation, by=city, email="info@kajutan.example")

    assert "info@kajutan.example" in signed_in(city).get("/samordning/remiss/letter/").text


def test_a_letter_about_a_draft_has_no_page(signed_in, superuser, two_versions):
    link = Letter.objects.get(kind="link")
    receipt = Letter.objects.filter(kind="receipt").first()
    client = signed_in(superuser)

    found = client.get(f"/samordning/remiss/letter/{receipt.pk}/change/")
    assert found.status_code == 200
    assert CONTACT not in found.content.decode()
    assert client.get(f"/samordning/remiss/letter/{link.pk}/change/").status_code == 302


@pytest.mark.parametrize("model", ["letter", "accessibilityreport"])
def test_logs_cannot_be_changed_by_anybody(signed_in, superuser, response, model):
    client = signed_in(superuser)

    assert client.get(f"/samordning/remiss/{model}/add/").status_code == 403
    assert client.post(f"/samordning/remiss/{model}/1/delete/", {"post": "yes"}).status_code == 403


def test_a_reader_has_no_log(signed_in, reader, response):
    assert signed_in(reader).get("/samordning/logg/").status_code == 403
    assert "Logg</a>" not in signed_in(reader).get("/samordning/").content.decode()


def test_staff_without_a_group_see_nothing(signed_in, reader, response):
    reader.groups.clear()

    assert signed_in(reader).get(url_of(response)).status_code == 403
    assert reader.groups.filter(name=roles.READER).count() == 0


def test_what_is_posted_after_the_session_has_ended_comes_back(client, response):
    page = client.post(reverse("admin:set_aside"), {"ids": response.pk, "note": "Min anteckning"})

    assert page.status_code == 403
    assert "Min anteckning" in page.content.decode()
