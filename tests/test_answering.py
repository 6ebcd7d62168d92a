"""The respondent's way through the pages, without a browser."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from remiss import links, mail
from remiss.models import (
    Body,
    Consultation,
    Draft,
    DraftRevision,
    Event,
    Letter,
    Response,
    Submission,
)
from remiss.text import MAX_LENGTH
from remiss.workflow import invited
from tests import factories
from tests.factories import (
    NOON,
    area_key,
    begin_invited,
    days,
    make_body,
    make_draft,
    make_invitation,
    save,
    send_in,
    url,
    versions_of,
)

CITY = area_key("city-life")
START = {
    "kind": "association",
    "organisation": "Tegelbackens kultur- och idrottsförening",
    "contact_name": "Robin Exempel",
    "email": "sekreterare@tegelbacken.example",
}


def stamp(client, consultation):
    page = client.get(reverse("remiss:begin", args=[consultation.slug])).text
    return re.search(r'name="stamp" value="([^"]+)"', page)[1]


def begin(client, consultation, at=None, **changed):
    shown = stamp(client, consultation)
    if at:
        at(NOON + days(0.01))
    return client.post(
        reverse("remiss:begin", args=[consultation.slug]), START | {"stamp": shown} | changed
    )


def test_the_start_form_begins_a_draft_and_queues_its_link(client, consultation, at):
    at(NOON)

    response = begin(client, consultation, at)

    draft = Draft.objects.get()
    assert response.url == url("tasks", draft)
    assert not draft.is_suspect
    assert list(Letter.objects.values_list("kind", "address", "target")) == [
        ("link", "sekreterare@tegelbacken.example", f"draft:{draft.pk}")
    ]
    page = client.get(response.url).text
    assert "Inte bekräftad" in page
    assert links.link_on_page(draft) in page


def test_a_second_press_on_the_start_button_finds_the_first_draft(client, consultation, at):
    at(NOON)
    shown = stamp(client, consultation)
    at(NOON + days(0.01))
    form = START | {"stamp": shown}
    address = reverse("remiss:begin", args=[consultation.slug])

    first, second = client.post(address, form), client.post(address, form)

    assert first.url == second.url
    assert Draft.objects.count() == Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": ""}, "Välj vem som svarar."),
        ({"kind": "emperor"}, "Välj vem som svarar."),
        ({"organisation": " \u200b "}, "Skriv organisationens namn."),
        ({"organisation": "x" * 201}, "Namnet kan ha högst 200 tecken."),
        ({"contact_name": ""}, "Skriv ditt namn."),
        ({"email": ""}, "Skriv e-postadressen."),
        ({"email": "sekreterare@"}, "Skriv hela e-postadressen, till exempel namn@forening.se."),
        ({"email": "a@b.se, c@d.se"}, "Skriv bara en e-postadress, utan mellanslag."),
        ({"email": "a@b.se\nBcc: c@d.se"}, "Skriv bara en e-postadress, utan mellanslag."),
        ({"email": "åsa@malmo.se"}, "Före @ kan adressen inte ha å, ä, ö"),
        ({"email": "a" * 250 + "@b.se"}, "E-postadressen kan ha högst 254 tecken."),
    ],
)
def test_each_error_has_its_sentence_in_summary_and_field(
    client, consultation, noon, changed, message
):
    response = begin(client, consultation, **changed)

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count(message) == 2
    assert "<title>Fel:" in page
    assert "En uppgift behöver rättas" in page
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("address", ["info@malmö.se", "namn+lista@forening.se"])
def test_unusual_addresses_are_kept_as_typed(client, consultation, noon, address):
    begin(client, consultation, email=address)

    assert Draft.objects.get().email == address


def test_a_private_person_needs_no_organisation_and_leaves_none(client, consultation, noon):
    begin(client, consultation, kind="private_person", organisation="Mitt Eget Namn")

    draft = Draft.objects.get()
    assert draft.parts.get(key="who").content["organisation"] == ""


@pytest.mark.parametrize(
    ("filled", "seconds", "suspect"),
    [({}, 60, False), ({}, 1, True), ({"webbplats": "http://x"}, 60, True)],
)
def test_machines_are_set_aside_visibly_and_lose_nothing(
    client, consultation, at, filled, seconds, suspect
):
    at(NOON)
    shown = stamp(client, consultation)
    at(NOON + days(seconds / 86400))
    client.post(
        reverse("remiss:begin", args=[consultation.slug]), START | {"stamp": shown} | filled
    )
    draft = Draft.objects.get()
    save(draft=draft, key=CITY, how="Köp våra klockor.")

    submission = send_in(draft=draft)

    assert draft.is_suspect == suspect
    assert submission.response.set_aside == ("suspect" if suspect else "")
    assert submission.answers.get().text == "Köp våra klockor."


def test_get_and_head_on_a_link_change_nothing_and_post_opens(client, consultation, noon):
    draft = make_draft(consultation=consultation)
    address = reverse("remiss:open_link", args=[links.make_key(draft, purpose=links.FROM_MAIL)])
    for _time in range(10):
        assert client.get(address).status_code == client.head(address).status_code == 200
    draft.refresh_from_db()
    assert draft.confirmed_at is None
    assert "svar" not in client.session

    response = client.post(address)

    draft.refresh_from_db()
    assert response.url == url("tasks", draft)
    assert draft.confirmed_at == NOON


def test_a_link_copied_from_the_page_does_not_confirm_the_address(opened, consultation):
    draft = make_draft(consultation=consultation)

    opened(draft, purpose=links.FROM_PAGE)

    draft.refresh_from_db()
    assert draft.confirmed_at is None


def test_a_changed_address_makes_every_earlier_link_and_session_stop(opened, consultation):
    draft = make_draft(consultation=consultation)
    old = reverse("remiss:open_link", args=[links.make_key(draft, purpose=links.FROM_MAIL)])
    client = opened(draft)

    client.post(url("email", draft), {"action": "change", "email": "ny@forening.example"})

    assert client.get(url("tasks", draft)).status_code == 200
    assert client.get(old).status_code == client.post(old).status_code == 410
    assert client.session["svar"] == {draft.public_id: 2}
    assert Client().get(url("tasks", draft)).status_code == 403


def test_a_broken_link_is_a_page_that_does_not_exist(client, consultation, noon):
    draft = make_draft(consultation=consultation)
    key = links.make_key(draft, purpose=links.FROM_MAIL)
    for broken in (key[:-1], key + "x", key.replace(".1.", ".2."), "x", draft.public_id):
        assert client.get(f"/lank/{broken}/").status_code == 404


def test_saving_a_part_keeps_text_as_the_decision_says(opened, consultation):
    draft = make_draft(consultation=consultation)
    client = opened(draft)

    response = client.post(
        url("answer_area", draft, 3),
        {"seen": "0", "action": "later", "how": "a\r\nb\x0bc\u2028d\xad\u200b· e\u200d\x00"},
    )

    part = draft.parts.get(key=CITY)
    assert response.url == url("tasks", draft)
    assert part.content["how"] == "a\nb\nc\nd· e\u200d"
    assert (part.version, part.is_done) == (1, False)
    assert DraftRevision.objects.get(part=part).content == part.content


def test_a_stale_save_shows_both_texts_and_loses_neither(opened, consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Första"}})
    client = opened(draft)
    save(draft=draft, key=CITY, how="Den andras text", stance="")

    response = client.post(
        url("answer_area", draft, 3), {"seen": "1", "action": "done", "how": "Min text"}
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Någon annan har sparat det här området" in page
    assert "Min text</textarea>" in page
    assert "Den andras text" in page
    assert 'name="seen" value="2"' in page
    assert draft.parts.get(key=CITY).content["how"] == "Den andras text"

    client.post(url("answer_area", draft, 3), {"seen": "2", "action": "mine", "how": "Min text"})

    texts = DraftRevision.objects.filter(part__key=CITY).order_by("pk")
    assert [(revision.content["how"], revision.how) for revision in texts] == [
        ("Första", "saved"),
        ("Den andras text", "saved"),
        ("Min text", "aside"),
        ("Min text", "saved"),
    ]


def test_a_second_press_of_the_save_button_is_no_conflict(opened, consultation):
    draft = make_draft(consultation=consultation)
    client = opened(draft)
    form = {"seen": "0", "action": "done", "how": "Text", "stance": ""}

    first, second = (client.post(url("answer_area", draft, 3), form) for _time in range(2))

    assert first.status_code == second.status_code == 302
    assert draft.parts.get(key=CITY).version == 1


def test_a_text_that_is_too_long_comes_back_with_its_sentence(opened, consultation):
    draft = make_draft(consultation=consultation)
    text = "å" * (MAX_LENGTH + 1)

    response = opened(draft).post(
        url("answer_area", draft, 3), {"seen": "0", "action": "done", "how": text}
    )

    page = response.content.decode()
    assert "Svaret på fråga 1 är längre än 100\u00a0000 tecken" in page
    assert text in page
    assert draft.parts.get(key=CITY).version == 0


@pytest.mark.parametrize("letter", ["a", "å"])
@pytest.mark.parametrize("encoding", ["multipart", "urlencoded"])
def test_a_megabyte_pasted_comes_back_with_its_sentence(opened, consultation, letter, encoding):
    draft = make_draft(consultation=consultation)
    text = letter * 1_000_000
    form = {"seen": "0", "action": "done", "how": text}
    client, address = opened(draft), url("answer_area", draft, 3)

    if encoding == "multipart":
        response = client.post(address, form)
    else:
        response = client.post(
            address, urlencode(form), content_type="application/x-www-form-urlencoded"
        )

    page = response.content.decode()
    assert response.status_code == 200
    assert "är längre än 100\u00a0000 tecken och får inte plats" in page
    assert text in page


def test_the_longest_text_is_kept_whole(opened, consultation):
    draft = make_draft(consultation=consultation)
    text = "å" * MAX_LENGTH

    opened(draft).post(url("answer_area", draft, 3), {"seen": "0", "action": "done", "how": text})

    assert draft.parts.get(key=CITY).content["how"] == text
    assert send_in(draft=draft).answers.get().text == text


def check_form(client, draft):
    page = client.get(url("check", draft)).content.decode()
    return {
        "round": re.search(r'name="round" value="(\d+)"', page)[1],
        "versions": re.search(r'name="versions" value="([^"]+)"', page)[1],
    }


def test_sending_in_gives_a_receipt_a_letter_and_an_event(opened, consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Öppna aulorna."}})
    client = opened(draft)

    response = client.post(url("check", draft), check_form(client, draft))

    submission = Submission.objects.get()
    assert response.url == url("receipt", draft)
    page = client.get(response.url).content.decode()
    assert submission.response.reference in page
    assert submission.digest_groups in page
    assert "torsdag 12 november" in page
    assert submission.received_at == NOON
    assert Letter.objects.filter(kind="receipt").count() == 1
    assert Event.objects.get().verb == "submitted"


def test_pressing_send_twice_gives_one_answer_and_the_same_receipt(opened, consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Öppna aulorna."}})
    client = opened(draft)
    form = check_form(client, draft)

    first, second = (client.post(url("check", draft), form) for _time in range(2))

    assert first.url == second.url == url("receipt", draft)
    assert Submission.objects.count() == Letter.objects.filter(kind="receipt").count() == 1


def test_granska_asks_for_a_summary_of_a_long_answer_only_when_there_is_none(opened, consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "x" * 10_001}})
    client = opened(draft)
    without = client.get(url("check", draft)).context["notices"]
    save(draft=draft, key="rest", summary="Öppna aulorna.")
    with_one = client.get(url("check", draft)).context["notices"]

    said = (
        "3. Stadsliv, allmänna platser och lokaler: svaret på ”Hur kan samverkan ske?” är längre "
        "än 10\u00a0000 tecken. Det går bra"
    )
    assert without == [f"{said}, men lägg gärna till en sammanfattning."]
    assert with_one == [f"{said}."]


def test_granska_is_shown_again_when_a_part_has_moved(opened, consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Det jag såg"}})
    client = opened(draft)
    form = check_form(client, draft)
    save(draft=draft, key=CITY, how="Det en annan skrev")

    response = client.post(url("check", draft), form)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Svaret har ändrats sedan ni öppnade sidan" in page
    assert "Det en annan skrev" in page
    assert Submission.objects.count() == 0


def test_nothing_written_cannot_be_sent(opened, consultation):
    draft = make_draft(consultation=consultation)
    client = opened(draft)
    page = client.get(url("check", draft)).content.decode()
    assert "Svara om minst ett område innan ni skickar in." in page

    client.post(url("check", draft), {"round": 0, "versions": form_versions(draft)})

    assert Submission.objects.count() == 0


def form_versions(draft):
    return ",".join(f"{key}={version}" for key, version in versions_of(draft).items())


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"round": "x", "versions": "who=1"},
        {"round": "99", "versions": "who=1"},
        {"round": ["0", "1"], "versions": ["a", "b"], "status": "sent", "received_at": "2000"},
        {"round": "0", "versions": "who=999999999999999999999999,=,==3,who"},
        {"round": "9" * 400, "versions": "\x00"},
    ],
)
def test_a_forged_granska_form_sends_nothing_and_never_breaks(opened, consultation, posted):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Text"}})

    response = opened(draft).post(url("check", draft), posted)

    assert response.status_code in {200, 409}
    assert Submission.objects.count() == 0


def test_a_change_is_a_new_version_and_the_old_one_stays(opened, consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Ett"}})
    client = opened(draft)
    client.post(url("check", draft), check_form(client, draft))
    save(draft=draft, key=CITY, how="Två")

    client.post(url("check", draft), check_form(client, draft))

    response = Response.objects.get()
    texts = [submission.answers.get().text for submission in response.submissions.all()]
    assert texts == ["Ett", "Två"]
    assert response.latest.number == 2


def test_an_answer_can_be_taken_back_and_restored_until_the_last_day(opened, consultation, at):
    submission = factories.make_submission(consultation=consultation)
    draft = Draft.objects.get()
    client = opened(draft)

    client.post(url("withdraw", draft), {"action": "withdraw"})
    client.post(url("withdraw", draft), {"action": "withdraw"})
    assert Response.objects.current().count() == 0
    client.post(url("withdraw", draft), {"action": "restore"})
    assert Response.objects.current().count() == 1

    at(NOON + days(30))
    client = opened(draft)
    refused = client.post(url("withdraw", draft), {"action": "withdraw"})

    assert refused.status_code == 403
    assert Response.objects.current().get().latest == submission
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["submitted", "withdrew", "restored"]


def test_after_the_last_day_saving_goes_on_but_sending_is_closed(opened, consultation, at):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Hann inte"}})
    client = opened(draft)
    form, shown = check_form(client, draft), stamp(client, consultation)
    at(NOON + days(19))
    client = opened(draft)

    saved = client.post(
        url("answer_area", draft, 3), {"seen": "1", "action": "done", "how": "Sent skrivet"}
    )
    sent = client.post(url("check", draft), form)
    begun = client.post(reverse("remiss:begin", args=[consultation.slug]), START | {"stamp": shown})

    assert saved.status_code == 302
    assert draft.parts.get(key=CITY).content["how"] == "Sent skrivet"
    assert sent.status_code == begun.status_code == 403
    assert "Det ni skrev är sparat som utkast men inte inskickat." in sent.content.decode()
    assert "Robin Exempel" in begun.content.decode()
    assert consultation.contact_email in begun.content.decode()
    assert Submission.objects.count() == 0


def test_an_own_last_day_opens_for_its_holder_only(opened, consultation, at):
    late, other = (
        make_draft(consultation=consultation, texts={CITY: {"how": "Text"}}) for _time in range(2)
    )
    Draft.objects.filter(pk=late.pk).update(own_last_day=consultation.last_day + days(10))
    at(NOON + days(20))
    client = opened(late)
    opened(other)

    with_time = client.post(url("check", late), check_form(client, late))
    without = client.post(url("check", other), {"round": 0, "versions": form_versions(other)})

    assert with_time.url == url("receipt", late)
    assert without.status_code == 403
    assert Submission.objects.get().is_late is False
    assert "Ni har längre tid" in client.get(url("tasks", late)).content.decode()


@pytest.fixture
def strict_client(consultation, noon):
    """A client that has its CSRF tokens checked, holding one draft."""
    draft = make_draft(consultation=consultation)
    client = Client(enforce_csrf_checks=True)
    session = client.session
    session["svar"] = {draft.public_id: 1}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client, draft


def test_a_stale_token_shows_the_form_again_with_its_text(strict_client):
    client, draft = strict_client

    response = client.post(
        url("answer_area", draft, 3), {"seen": "0", "action": "done", "how": "Skrivet i tio timmar"}
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert "Sidan har varit öppen länge" in page
    assert "Skrivet i tio timmar</textarea>" in page
    assert "csrfmiddlewaretoken" in page
    assert draft.parts.get(key=CITY).version == 0


def test_a_foreign_origin_is_refused_and_changes_nothing(strict_client):
    client, draft = strict_client

    response = client.post(
        url("answer_area", draft, 3),
        {"seen": "0", "action": "done", "how": "Smugglat"},
        headers={"origin": "https://evil.example"},
    )

    assert response.status_code == 403
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert draft.parts.get(key=CITY).version == 0


def test_a_lost_session_hands_the_text_back(client, consultation, noon):
    draft = make_draft(consultation=consultation)

    response = client.post(
        url("answer_area", draft, 3), {"seen": "0", "action": "done", "how": "Min långa text"}
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert "Öppna svaret med er länk" in page
    assert "Min långa text" in page


def test_a_foreign_draft_looks_like_one_that_does_not_exist(opened, consultation):
    mine, theirs = (make_draft(consultation=consultation) for _time in range(2))
    client = opened(mine)

    for name in ("tasks", "who", "check", "receipt", "print_answer", "answer_rest", "withdraw"):
        foreign = client.get(url(name, theirs))
        missing = client.get(reverse(f"remiss:{name}", args=["0" * 32]))
        assert (foreign.status_code, missing.status_code) == (403, 403)
        assert foreign.content == missing.content


def test_two_associations_in_one_browser_keep_their_own_answers(opened, consultation):
    one = make_draft(consultation=consultation, organisation="Förening Ett")
    two = make_draft(consultation=consultation, organisation="Förening Två")
    opened(one)
    client = opened(two)

    assert "Förening Ett" in client.get(url("tasks", one)).content.decode()
    assert "Förening Två" in client.get(url("tasks", two)).content.decode()


def test_leaving_ends_the_session_and_clears_what_the_browser_kept(opened, consultation):
    draft = make_draft(consultation=consultation)
    client = opened(draft)

    response = client.post(url("leave", draft))

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get(url("tasks", draft)).status_code == 403


def test_finding_the_link_answers_the_same_whoever_asks(client, consultation, noon):
    make_draft(consultation=consultation)
    address = reverse("remiss:find_link")

    known = client.post(address, {"email": "SEKRETERARE@tegelbacken.example"})
    unknown = client.post(address, {"email": "ingen@tegelbacken.example"})

    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    assert Letter.objects.filter(kind="link_again").count() == 1


# An invited body that has not begun


@pytest.fixture
def asked(consultation, city, noon):
    more = ["andra@sundspan.example"]
    return make_invitation(consultation=consultation, by=city, at=NOON - days(2), more=more)


def ask_for_link(client, email):
    return client.post(reverse("remiss:find_link"), {"email": email})


def resent():
    return list(Event.objects.filter(verb="resent").values_list("body", "actor", "note"))


@pytest.mark.parametrize("typed", ["INFO@sundspan.example", "andra@sundspan.example"])
def test_an_invited_body_that_has_lost_its_mail_gets_it_again(client, asked, typed, city):
    page = ask_for_link(client, typed)
    unknown = ask_for_link(client, "ingen@tegelbacken.example")

    assert (page.status_code, page.content) == (200, unknown.content)
    first, again = Letter.objects.order_by("pk")
    assert (again.kind, again.target, again.address, again.due) == (
        "invitation",
        first.target,
        typed.lower(),
        NOON,
    )
    assert links.invitation_link(asked) in mail.render(again).body
    assert resent() == [(asked.body_id, None, f"{typed.lower()}, på egen begäran")]


def test_a_body_s_address_too_gets_at_most_three_letters_an_hour(client, asked, at):
    for minute in range(6):
        at(NOON + days(minute / 1440))
        ask_for_link(client, "info@sundspan.example")

    assert Letter.objects.filter(kind="invitation").count() == 1 + 3


def test_an_invitation_that_has_declined_is_sent_again_since_they_may_change_their_mind(
    client, asked
):
    invited.decline(invitation=asked, reason="", at=NOON)

    ask_for_link(client, "info@sundspan.example")

    assert len(resent()) == 1


def answered(invitation):
    draft = begin_invited(invitation=invitation)
    save(draft=draft, key=CITY, how="Öppna aulorna.")
    send_in(draft=draft)


@pytest.mark.parametrize(
    "become",
    [
        answered,
        lambda asked: begin_invited(invitation=asked, email="info@sundspan.example"),
        lambda asked: asked.letters.update(sent_at=None, state="queued"),
        lambda asked: asked.body.addresses.update(failed_at=NOON),
        lambda asked: asked.body.addresses.all().delete(),
        lambda asked: Body.objects.update(merged_into=make_body(name="Annan", email="")),
        lambda asked: Consultation.objects.update(last_day=NOON.date() - days(1)),
    ],
    ids=["answered", "begun", "not sent", "failing", "no address", "merged", "closed"],
)
def test_whatever_else_an_invitation_has_become_it_is_not_sent_again(client, asked, become):
    become(asked)

    page = ask_for_link(client, "info@sundspan.example")

    assert page.content == ask_for_link(client, "ingen@tegelbacken.example").content
    assert (Letter.objects.filter(kind="invitation").count(), resent()) == (1, [])


def test_one_address_gets_at_most_three_letters_an_hour(client, consultation, at):
    make_draft(consultation=consultation)
    for minute in range(6):
        at(NOON + days(minute / 1440))
        client.post(reverse("remiss:find_link"), {"email": START["email"]})

    assert Letter.objects.filter(kind="link_again").count() == 3


def test_one_network_is_told_to_wait_and_gets_its_text_back(client, consultation, noon):
    for number in range(10):
        client.post(reverse("remiss:find_link"), {"email": f"namn{number}@forening.example"})

    response = client.post(reverse("remiss:find_link"), {"email": "sista@forening.example"})

    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "sista@forening.example" in response.content.decode()


def test_a_body_over_the_limit_is_413_with_the_text(opened, consultation):
    draft = make_draft(consultation=consultation)
    text = "Början på en mycket lång text. " + "å" * 1_500_000

    response = opened(draft).post(
        url("answer_area", draft, 3),
        f"seen=0&how={text.replace(' ', '+')}".encode().replace("å".encode(), b"%C3%A5"),
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 413
    assert text in response.content.decode()


def test_the_receipt_letter_holds_no_text_until_the_address_is_confirmed(consultation, noon):
    submission = factories.make_submission(consultation=consultation, confirmed=False)

    message = mail.render(Letter.objects.get(kind="receipt"))

    assert submission.response.reference in message.subject
    assert "Öppna skolornas aulor" not in message.body
    assert "Bekräfta adressen via länken så mejlar vi hela svaret." in message.body


def test_confirming_after_sending_mails_the_whole_answer(opened, consultation):
    factories.make_submission(consultation=consultation, confirmed=False)
    draft = Draft.objects.get()

    opened(draft, purpose=links.FROM_MAIL)

    message = mail.render(Letter.objects.get(kind="full_receipt"))
    assert "Öppna skolornas aulor för föreningar." in message.body
    assert Response.objects.get().confirmed_at == NOON


def test_a_conflict_about_who_answers_is_told_in_words(opened, consultation):
    draft = make_draft(consultation=consultation)
    client = opened(draft)
    theirs = {
        "kind": "umbrella_organisation",
        "organisation": "Ett annat namn",
        "contact_name": "Robin Exempel",
        "hide_name": True,
    }
    save(draft=draft, key="who", **theirs)

    response = client.post(
        url("who", draft),
        {"seen": 1, "kind": "board", "organisation": "Mitt namn", "contact_name": "Robin Exempel"},
    )

    page = response.text
    assert response.status_code == 409
    assert "Någon annan har sparat uppgifterna om er" in page
    for words in ("Paraplyorganisation</p>", "Ett annat namn</p>", ">Ja</p>"):
        assert words in page
