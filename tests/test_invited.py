"""An invited body with its link: opening, beginning, declining, and what nobody else can do."""

import io
import logging
import re

import pytest
from django.apps import apps
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from remiss import links
from remiss.logs import Mask
from remiss.models import Draft, Event, Invitation, Kind, Letter, Response
from remiss.models.draft import WHO, area_key
from remiss.workflow import ending, extending, invited, inviting, posting, wording
from tests.factories import (
    LAST_DAY,
    NOON,
    begin_invited,
    days,
    make_body,
    make_consultation,
    make_draft,
    make_invitation,
    make_submission,
    save,
    send_in,
    url,
)

CITY = area_key("city-life")
AFTER = NOON + days(20)  # 2 December
THANKS = "Välkomna att svara, Sundspans kulturkrets"


def key_path(invitation):
    return reverse(
        "remiss:open_invitation", args=[links.make_key(invitation, purpose=links.TO_BODY)]
    )


def landing(invitation):
    return url("invited", invitation)


def filled(**changes):
    """The form as it is prefilled, with the one thing that has to be written."""
    return {
        "organisation": "Sundspans kulturkrets",
        "contact_name": "Anna Exempel",
        "email": "info@sundspan.example",
    } | changes


@pytest.fixture
def invitation(consultation, city, noon):
    return make_invitation(consultation=consultation, by=city)


@pytest.fixture
def guest(invitation):
    """A browser in which the button of the link has been pressed."""
    return press_link(invitation)


def press_link(invitation, client=None):
    client = client or Client()
    client.post(key_path(invitation))
    return client


def again(row):
    return type(row).objects.get(pk=row.pk)


def every_row():
    """All rows of all tables, column by column."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
    }


def verbs():
    return list(Event.objects.exclude(body=None).order_by("pk").values_list("verb", flat=True))


# Opening


def test_scanners_that_follow_the_link_ten_times_change_nothing(client, invitation):
    before = every_row()
    for _time in range(10):
        assert client.get(key_path(invitation)).status_code == 200
        assert client.head(key_path(invitation)).status_code == 200
    assert every_row() == before

    response = client.post(key_path(invitation))

    assert response.url == landing(invitation)
    assert again(invitation).opened_at == NOON
    assert verbs() == ["invited", "opened"]


def test_the_page_of_the_link_says_who_is_invited_to_what_and_until_when(client, invitation):
    page = client.get(key_path(invitation)).text

    assert "<strong>Sundspans kulturkrets</strong> är inbjuden att svara" in page
    assert "Svara senast måndag 30 november kl. 23.59." in page
    assert re.findall(r"<button[^>]*>([^<]+)</button>", page) == ["Öppna inbjudan"]
    assert "info@sundspan.example" not in page


def test_the_key_is_in_no_address_after_the_button_and_in_no_page(guest, invitation):
    key = links.make_key(invitation, purpose=links.TO_BODY)
    begun = guest.post(landing(invitation), filled(), follow=True)
    pages = [guest.get(landing(invitation)), guest.get(url("decline", invitation)), begun]

    assert begun.redirect_chain == [(url("tasks", Draft.objects.get()), 302)]
    assert [key in page.text for page in pages] == [False] * 3


def test_the_key_is_cut_out_of_the_log(client, invitation):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Mask())
    log = logging.getLogger("gunicorn.access")
    log.addHandler(handler)
    try:
        log.warning('"POST %s HTTP/1.1" 302', key_path(invitation))
    finally:
        log.removeHandler(handler)

    assert stream.getvalue() == '"POST /inbjudan/***/ HTTP/1.1" 302\n'


def test_a_key_opens_nothing_but_what_it_was_made_for(client, invitation):
    draft = begin_invited(invitation=invitation)
    wrong = [
        ("remiss:open_invitation", links.make_key(draft, purpose=links.FROM_MAIL)),
        ("remiss:open_invitation", links.make_key(draft, purpose=links.FROM_PAGE)),
        ("remiss:open_invitation", links.make_key(invitation, purpose=links.FROM_MAIL)),
        ("remiss:open_link", links.make_key(invitation, purpose=links.TO_BODY)),
        ("remiss:open_invitation", links.make_key(invitation, purpose=links.TO_BODY)[:-1] + "_"),
    ]

    for name, key in wrong:
        for method in (client.get, client.post):
            assert method(reverse(name, args=[key])).status_code == 404
    assert dict(client.session) == {}


def test_a_bad_key_asks_no_database(client, invitation, django_assert_num_queries):
    bad = key_path(invitation)[:-3] + "xx/"
    with django_assert_num_queries(0):
        client.post(bad)


def test_an_invitation_to_a_remiss_that_is_not_published_is_not_there(client, guest, invitation):
    type(invitation.consultation).objects.update(is_published=False)

    assert client.get(key_path(invitation)).status_code == 404
    assert guest.get(landing(invitation)).status_code == 404


def test_before_the_remiss_opens_the_link_says_when(client, invitation, at):
    at(NOON - days(40))

    for response in (client.get(key_path(invitation)), client.post(key_path(invitation))):
        assert "Den öppnar måndag 12 oktober." in response.text
        assert "Er personliga länk fungerar från och med då." in response.text
    assert again(invitation).opened_at is None


def test_after_the_last_day_the_link_says_what_to_do(client, guest, invitation, at):
    at(AFTER)

    for response in (client.get(key_path(invitation)), guest.get(landing(invitation))):
        assert "Er sista dag att svara var måndag 30 november." in response.text
        assert "Har ni inget utkast? Skriv till samordnarna." in response.text
    typed = guest.post(landing(invitation), filled(contact_name="Anna av Exempel"))
    assert (typed.status_code, Draft.objects.count()) == (403, 0)
    assert "Anna av Exempel" in typed.text


# Beginning


def test_the_form_is_filled_in_but_for_the_name(guest, invitation):
    page = guest.get(landing(invitation)).text

    assert f"<h1>{THANKS}</h1>" in page
    values = dict(
        re.findall(r'<input type="(?:text|email)" name="(\w+)"(?: value="([^"]*)")?', page)
    )
    assert values == {
        "organisation": "Sundspans kulturkrets",
        "contact_name": "",
        "email": "info@sundspan.example",
    }


def test_beginning_gives_a_draft_with_the_body_s_own_day_and_a_letter(guest, invitation):
    response = guest.post(landing(invitation), filled())

    draft = Draft.objects.get()
    assert response.url == url("tasks", draft)
    assert draft.invitation == invitation
    assert draft.is_confirmed  # the link came to that address
    assert Letter.objects.filter(kind="link").get().address == "info@sundspan.example"
    assert verbs() == ["invited", "opened", "began"]
    assert guest.get(response.url).status_code == 200


def test_another_address_has_to_be_confirmed(guest, invitation):
    guest.post(landing(invitation), filled(email="nagon@annan.example"))

    assert not Draft.objects.get().is_confirmed


@pytest.mark.parametrize("kind", [Kind.BOARD, Kind.COMPANY, Kind.COUNCIL, Kind.OTHER_CIVIL])
def test_a_body_keeps_its_exact_kind(consultation, city, noon, kind):
    invitation = make_invitation(consultation=consultation, by=city, kind=kind)
    client = press_link(invitation)
    assert f"<dd>{kind.label}</dd>" in client.get(landing(invitation)).text

    client.post(landing(invitation), filled(kind="private_person"))

    assert Draft.objects.get().parts.get(key=WHO).content["kind"] == kind


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("organisation", "", "Skriv organisationens namn."),
        ("contact_name", "", "Skriv ditt namn."),
        ("email", "", "Skriv e-postadressen."),
        ("email", "inte en adress", "Skriv bara en e-postadress, utan mellanslag."),
    ],
)
def test_each_error_has_its_sentence(guest, invitation, field, value, sentence):
    page = guest.post(landing(invitation), filled(**{field: value}))

    assert page.text.count(sentence) == 2
    assert Draft.objects.count() == 0


def test_an_old_token_shows_the_form_again_with_its_text(invitation):
    client = Client(enforce_csrf_checks=True)
    session = client.session
    session["inbjudningar"] = {invitation.public_id: 1}
    session["renewed"] = int(NOON.timestamp())
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = every_row()

    page = client.post(landing(invitation), filled(contact_name="Anna av Exempel"))
    declined = client.post(url("decline", invitation), {"reason": "Vi hinner inte."})

    assert (page.status_code, declined.status_code) == (403, 403)
    assert 'value="Anna av Exempel"' in page.text
    assert "Vi hinner inte." in declined.text
    assert every_row() == before


def test_a_forwarded_link_leads_to_the_same_draft(guest, invitation):
    guest.post(landing(invitation), filled())
    draft = Draft.objects.get()
    colleague = Client()

    assert "Öppna ert svar" in colleague.get(key_path(invitation)).text
    assert colleague.post(key_path(invitation)).url == url("tasks", draft)
    assert colleague.get(url("tasks", draft)).status_code == 200


def test_two_who_fill_in_the_form_at_once_come_to_one_draft(guest, invitation):
    colleague = press_link(invitation)
    first = guest.post(landing(invitation), filled())

    second = colleague.post(
        landing(invitation), filled(contact_name="Bo Exempel", email="bo@sundspan.example")
    )

    assert second.url == first.url == url("tasks", Draft.objects.get())
    assert Draft.objects.get().email == "info@sundspan.example"
    assert Letter.objects.filter(kind="link").count() == 1


def test_whoever_comes_back_to_the_invitation_finds_the_way_to_the_answer(guest, invitation):
    guest.post(landing(invitation), filled())

    assert "Ni har redan börjat svara." in guest.get(landing(invitation)).text
    assert guest.post(landing(invitation)).url == url("tasks", Draft.objects.get())


def test_a_colleague_who_presses_after_midnight_comes_to_what_was_begun_before(
    guest, invitation, at
):
    colleague = press_link(invitation)
    guest.post(landing(invitation), filled())
    at(AFTER)

    pressed = colleague.post(landing(invitation), filled(contact_name="Bo Exempel"))

    assert pressed.url == url("tasks", Draft.objects.get())
    assert 'value="Bo Exempel"' in colleague.get(pressed.url).text


# The link is replaced


def test_whoever_writes_when_the_link_is_replaced_is_shut_out_with_the_text(
    guest, invitation, city
):
    guest.post(landing(invitation), filled())
    draft = Draft.objects.get()
    save(draft=draft, key=CITY, how="Öppna aulorna.")
    old = key_path(invitation)
    main, later = invitation.body.addresses.get(), NOON + days(1)
    inviting.revoke(invitation=invitation, address=main, at=later, by=city)
    typed = {"how": "Det här hann inte sparas.", "seen": 1, "round": 0, "action": "done"}

    refused = guest.post(url("answer_area", draft, 3), typed)

    assert refused.status_code == 403
    assert "Det här hann inte sparas." in refused.text
    assert guest.get(landing(invitation)).status_code == 403
    gone = guest.post(old)
    assert gone.status_code == 410
    assert "Vi har skickat en nyare länk till Sundspans kulturkrets." in gone.text
    newcomer = press_link(again(invitation))
    assert "Öppna aulorna." in newcomer.get(url("answer_area", draft, 3)).text


def test_a_link_replaced_after_the_last_day_is_said_to_be_replaced_by_none(
    guest, invitation, city, at
):
    old, late = key_path(invitation), at(AFTER)
    inviting.revoke(invitation=invitation, address=None, at=late, by=city)

    gone = guest.post(old)

    assert gone.status_code == 410
    assert "någon ny är inte skickad till Sundspans kulturkrets." in gone.text
    assert "nyare länk" not in gone.text
    extending.grant_to_bodies(
        invitations=[invitation], until=AFTER.date() + days(9), reason="", at=late, by=city
    )
    assert "Vi har skickat en nyare länk till Sundspans kulturkrets." in guest.post(old).text


def test_a_link_replaced_between_the_page_and_the_button_hands_the_text_back(
    guest, invitation, city, monkeypatch
):
    before = invited.begin

    def replaced_first(**kwargs):
        Invitation.objects.update(link_version=2)
        return before(**kwargs)

    monkeypatch.setattr(invited, "begin", replaced_first)
    page = guest.post(landing(invitation), filled(contact_name="Anna av Exempel"))

    assert (page.status_code, Draft.objects.count()) == (410, 0)
    assert "Anna av Exempel" in page.text


# Days of their own


def test_a_longer_time_is_the_body_s_alone(invitation, consultation, city, at):
    other = make_invitation(
        consultation=consultation, by=city, name="Kajutan", email="info@kajutan.example"
    )
    extending.grant_to_bodies(
        invitations=[invitation], until=LAST_DAY + days(8), reason="", at=NOON, by=city
    )
    at(AFTER)
    mine, theirs = press_link(invitation), press_link(other)

    page = mine.get(landing(invitation))
    assert "Ni har längre tid: till <strong>tisdag 8 december kl. 23.59</strong>." in page.text
    assert "Ni har längre tid" in mine.get("/remiss/handlingsplan/").text
    assert "Ni har längre tid" not in theirs.get("/remiss/handlingsplan/").text
    mine.post(landing(invitation), filled())
    draft = Draft.objects.get()
    assert draft.own_last_day == LAST_DAY + days(8)
    save(draft=draft, key=CITY, how="Öppna aulorna.", at=AFTER)
    assert send_in(draft=draft, at=AFTER).is_late is False
    assert theirs.get(landing(other)).status_code == 403  # the button opened nothing


# After sending in


def test_when_the_draft_is_deleted_the_link_opens_what_was_sent_and_begins_nothing(invitation, at):
    draft = begin_invited(invitation=invitation)
    save(draft=draft, key=CITY, how="Öppna aulorna.")
    sent = send_in(draft=draft)
    gone = at(NOON + days(60))
    assert ending.purge(at=gone) == 1
    Invitation.objects.update(own_last_day=(gone + days(5)).date())
    client = Client()

    response = client.post(key_path(invitation), follow=True)

    assert sent.response.reference in response.text
    assert "inbjudningar" not in client.session
    found = begin_invited(invitation=again(invitation), at=gone)
    assert found == sent.response
    assert (Draft.objects.count(), Response.objects.count()) == (0, 1)


# Declining


def test_declining_and_changing_one_s_mind(guest, invitation):
    assert "Ni kan ändra er till och med 30 november." in guest.get(url("decline", invitation)).text

    page = guest.post(url("decline", invitation), {"reason": "Vi hinner inte."}, follow=True)

    assert page.redirect_chain == [(landing(invitation), 302)]
    assert "Ni avstod torsdag 12 november kl. 12.00." in page.text
    assert "Vi hinner inte." in page.text
    assert again(invitation).declined_at == NOON
    page = guest.post(landing(invitation), {"action": "change_mind"}, follow=True)
    assert "Ni har avstått" not in page.text
    assert (again(invitation).declined_at, again(invitation).decline_reason) == (None, "")
    assert verbs() == ["invited", "opened", "abstained", "changed_mind"]


def test_beginning_takes_the_declining_back(guest, invitation):
    guest.post(url("decline", invitation))
    guest.post(landing(invitation), filled())

    assert again(invitation).declined_at is None


def test_a_reason_that_is_too_long_comes_back_with_a_sentence(guest, invitation):
    reason = "å" * 401
    page = guest.post(url("decline", invitation), {"reason": reason})

    assert "Texten är längre än 400 tecken." in page.text
    assert reason in page.text
    assert again(invitation).declined_at is None
    guest.post(url("decline", invitation), {"reason": reason[1:]})
    assert Event.objects.get(verb="abstained").note == reason[1:]


def test_the_one_who_writes_can_decline_from_the_task_list(opened, invitation):
    """Their session knows the draft by the link in its own letter, and not the invitation."""
    draft = begin_invited(invitation=invitation)
    client = opened(draft)
    assert url("decline", invitation) in client.get(url("tasks", draft)).text

    client.post(url("decline", invitation))

    assert again(invitation).declined_at == NOON
    tasks = client.get(url("tasks", draft)).text
    assert "Ni har avstått från att svara" in tasks
    assert url("decline", invitation) not in tasks
    client.post(landing(invitation), {"action": "change_mind"})
    assert again(invitation).declined_at is None


def test_a_declined_body_that_sends_in_has_answered(guest, invitation):
    draft = begin_invited(invitation=invitation)
    guest.post(url("decline", invitation))
    save(draft=draft, key=CITY, how="Öppna aulorna.")
    send_in(draft=draft)

    found = Invitation.objects.with_status().get()
    assert (found.status, found.declined_at) == ("answered", None)


def test_who_has_answered_cannot_decline(guest, invitation):
    draft = begin_invited(invitation=invitation)
    save(draft=draft, key=CITY, how="Öppna aulorna.")
    send_in(draft=draft)

    page = guest.post(url("decline", invitation), {"reason": "Vi ångrar oss."})

    assert "Ni har redan svarat" in page.text
    assert "Vi ångrar oss." in page.text
    assert again(invitation).declined_at is None


def test_an_answer_nobody_invited_knows_no_invitation(opened, consultation):
    draft = make_draft(consultation=consultation)

    assert "avstår" not in opened(draft).get(url("tasks", draft)).text


# Who gets in


def test_a_foreign_invitation_looks_like_one_that_does_not_exist(
    guest, opened, invitation, consultation, city
):
    other = make_invitation(
        consultation=consultation, by=city, name="Kajutan", email="info@kajutan.example"
    )
    writer = opened(begin_invited(invitation=invitation))

    for client in (guest, writer):
        for name in ("invited", "decline"):
            unknown = client.get(reverse(f"remiss:{name}", args=["0" * 32]))
            assert client.get(url(name, other)).status_code == unknown.status_code == 403


def test_leaving_closes_the_invitation_too(guest, invitation):
    assert url("leave", invitation) in guest.get(landing(invitation)).text

    response = guest.post(url("leave", invitation))

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert guest.get(landing(invitation)).status_code == 403


def test_a_coordinator_who_leaves_stays_signed_in(signed_in, city, invitation):
    client = press_link(invitation, signed_in(city))
    client.post(url("leave", invitation))

    assert client.get(landing(invitation)).status_code == 403
    assert client.get("/samordning/").status_code == 200


# Letters


NAMES = [
    ("Klicka https://elak.example/x nu", "Klicka nu"),
    ("Vinn på elak.example i dag", "Vinn på elak example i dag"),
    ("Krets\r\nBcc: alla@elak.example", None),
    ("{länk} {sista dag}", "{länk} {sista dag}"),
    ("A" * 200, "A" * 79 + "…"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_no_letter_to_a_body_carries_a_link_or_a_line_from_its_name(
    consultation, city, at, name, shown
):
    make_invitation(consultation=consultation, by=city, name=name, sent=False)
    at(NOON)
    posting.send_all()

    (message,) = outbox.outbox
    text = " ".join(message.body.split())
    assert "elak.example" not in text
    assert len(re.findall(r"https?://", message.body)) == 2  # the personal link and the plan
    assert set(message.extra_headers) == {"Message-ID", "Auto-Submitted", "From"}
    if shown:
        assert f"Hej! {shown} är inbjuden att svara" in text


# What everybody may read


def write_missive(consultation, by, body, subject="Hur vill ni samverka?", seen=0):
    wording.write(
        consultation=consultation, kind="missive", subject=subject, body=body, seen=seen,
        at=NOON, by=by,
    )  # fmt: skip


def test_the_list_of_the_invited_is_shown_when_the_remiss_says_so(client, consultation, city, noon):
    address = "/remiss/handlingsplan/sandlista/"
    make_invitation(consultation=consultation, by=city)
    for name, kind in [
        ("Tekniska nämnden", Kind.BOARD),
        ("Ängelholms krets", Kind.ASSOCIATION),
        ("Aktiv krets", Kind.ASSOCIATION),
    ]:
        make_invitation(
            consultation=consultation, by=city, name=name, kind=kind,
            email=f"{kind}-{len(name)}@hemlig.example",
        )  # fmt: skip
    make_invitation(
        consultation=consultation, by=city, name="Inte skickad", email="x@x.example", sent=False
    )
    make_body(name="Aldrig inbjuden", email="y@y.example")

    assert client.get(address).status_code == 404
    assert "sandlista/" not in client.get("/remiss/handlingsplan/").text
    type(consultation).objects.update(shows_invited=True)
    page = client.get(address).text

    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"<h2>(.*?)</h2>", main) == ["Föreningar (3)", "Nämnder (1)"]
    assert re.findall(r"<li>(.*?)</li>", main) == [
        "Aktiv krets",
        "Sundspans kulturkrets",
        "Ängelholms krets",
        "Tekniska nämnden",
    ]
    assert "Alla får svara, även den som inte står här." in main
    assert "@" not in main
    for short in ("", "planen/"):
        assert address in client.get(f"/remiss/handlingsplan/{short}").text


def test_the_letter_that_goes_with_the_plan_can_be_read_by_all(client, consultation, city, noon):
    address = "/remiss/handlingsplan/foljebrev/"
    assert client.get(address).status_code == 404
    assert address not in client.get("/remiss/handlingsplan/planen/").text

    write_missive(
        consultation, city,
        "Svara senast {sista dag}.\nLäs {planen}\n\nHälsningar till {organisation} <b>{länk}</b>",
    )  # fmt: skip
    page = client.get(address).text

    assert "<h1>Hur vill ni samverka?</h1>" in page
    assert "<p>Svara senast måndag 30 november 2026.<br>Läs <a href=" in page
    assert "Hälsningar till {organisation} &lt;b&gt;{länk}&lt;/b&gt;</p>" in page
    assert address in client.get("/remiss/handlingsplan/planen/").text
    write_missive(consultation, city, " ", seen=1)
    assert client.get(address).status_code == 404


def test_the_invitation_leads_to_the_letter_when_there_is_one(guest, invitation, city):
    address = "/remiss/handlingsplan/foljebrev/"
    assert address not in guest.get(landing(invitation)).text
    write_missive(invitation.consultation, city, "Välkomna.")

    assert address in guest.get(landing(invitation)).text


def test_another_remiss_has_a_list_and_a_letter_of_its_own(client, consultation, city, noon):
    write_missive(consultation, city, "Välkomna.")
    other = make_consultation(slug="en-annan")
    type(consultation).objects.update(shows_invited=True)
    make_invitation(consultation=consultation, by=city)

    assert client.get(f"/remiss/{other.slug}/foljebrev/").status_code == 404
    assert "Ingen inbjudan är skickad än." in client.get(f"/remiss/{other.slug}/sandlista/").text


def test_an_answer_that_was_tied_to_a_body_lets_it_answer_but_not_decline(
    guest, invitation, consultation, city
):
    from remiss.workflow import tying

    response = make_submission(consultation=consultation).response
    tying.tie(response=response, bodies=[invitation.body], at=NOON, by=city)

    assert "Stämmer det inte? Skriv till" in guest.get(url("decline", invitation)).text
    assert guest.get(landing(invitation)).status_code == 200
