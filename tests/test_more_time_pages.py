"""Longer time and several versions, as the respondent's pages show them."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remiss import links
from remiss.models import Draft, ExtensionRequest, Response
from remiss.workflow import answering, ending, extending
from tests.factories import (
    LAST_DAY,
    NOON,
    area_key,
    ask_for_time,
    days,
    make_draft,
    make_submission,
    save,
    send_in,
    url,
)

CITY = area_key("city-life")
AFTER = NOON + days(22)  # 4 December
OWN = date(2026, 12, 8)


@pytest.fixture
def draft(consultation):
    return make_draft(consultation=consultation, texts={CITY: {"how": "Första", "stance": ""}})


@pytest.fixture
def granted(draft, city):
    request = ask_for_time(draft=draft)
    extending.grant(request=request, until=OWN, note="Ni får tiden.", at=NOON, by=city)
    draft.refresh_from_db()
    return draft


def ask(client, draft, **form):
    return client.post(url("more_time", draft), form, follow=True)


def test_a_question_about_more_time_goes_to_the_coordinators_with_its_reason(opened, draft):
    page = ask(opened(draft), draft, reason="Styrelsen möts sent.", wanted_day="2026-12-08")

    request = ExtensionRequest.objects.get()
    assert (request.public_id, request.reason, request.wanted_day) == (
        draft.public_id,
        "Styrelsen möts sent.",
        date(2026, 12, 8),
    )
    assert request.organisation == "Tegelbackens kultur- och idrottsförening"
    assert "Vi har skickat er fråga till samordnaren." in page.text
    assert "Ni har bett om längre tid" in page.text
    assert "Samordnaren svarar med mejl." in opened(draft).get(url("tasks", draft)).text


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({"reason": " \u200b\n"}, {"reason": ["Skriv varför ni behöver längre tid."]}),
        (
            {"reason": "x", "wanted_day": "2026-11-30"},
            {"wanted_day": ["Välj en dag efter 2026-11-30, eller lämna rutan tom."]},
        ),
        (
            {"reason": "x", "wanted_day": "snart"},
            {"wanted_day": ["Skriv datumet som år, månad och dag, till exempel 2026-11-12."]},
        ),
    ],
)
def test_what_is_missing_in_the_question_is_said_and_it_comes_back(opened, draft, form, errors):
    page = opened(draft).post(url("more_time", draft), form)

    assert page.context["form"].errors == errors
    assert ExtensionRequest.objects.count() == 0


def test_a_second_question_waits_for_the_first(opened, draft):
    client = opened(draft)
    ask(client, draft, reason="Första gången")

    page = ask(client, draft, reason="Andra gången")

    assert "Ni har redan bett om längre tid. Vänta på svaret." in page.text
    assert ExtensionRequest.objects.get().reason == "Första gången"


def test_more_time_can_be_asked_for_after_the_last_day(opened, draft, at):
    at(AFTER)
    client = opened(draft)

    shown = client.get(url("more_time", draft)).text
    ask(client, draft, reason="Vi hann inte.")

    assert "Sista dagen för ert svar var måndag 30 november." in shown
    assert url("more_time", draft) in client.get(url("tasks", draft)).text
    assert ExtensionRequest.objects.get().is_pending


def test_a_declined_question_shows_the_reason_and_may_be_asked_again(opened, draft, city):
    request = ask_for_time(draft=draft)
    extending.decline(request=request, note="Beslutet <b>väntar</b> inte.", at=NOON, by=city)

    page = opened(draft).get(url("more_time", draft)).text

    assert "Ni fick inte längre tid" in page
    assert "Beslutet &lt;b&gt;väntar&lt;/b&gt; inte." in page
    assert "Skicka frågan" in page


PAGES = ["tasks", "who", "behind", "email", "answer_rest", "files", "check", "more_time"]


@pytest.mark.parametrize("name", PAGES)
def test_the_draft_s_own_last_day_is_said_on_each_of_its_pages(opened, granted, at, name):
    at(AFTER)

    page = opened(granted).get(url(name, granted)).text

    assert "Ni har längre tid: till <strong>tisdag 8 december kl. 23.59</strong>." in page


@pytest.mark.parametrize("name", ["start", "plan", "closed"])
def test_who_has_more_time_is_told_so_on_the_open_pages_too(opened, granted, at, name):
    at(AFTER)
    address = reverse(f"remiss:{name}", args=["handlingsplan"])

    holder, stranger = opened(granted).get(address).text, Client().get(address).text

    assert "till <strong>tisdag 8 december kl. 23.59</strong>" in holder
    assert "längre tid: till" not in stranger


def test_the_day_stands_where_it_says_how_long_an_answer_can_be_changed(opened, granted, at):
    at(AFTER)
    client = opened(granted)
    check = client.get(url("check", granted)).text
    client.post(url("check", granted), client.get(url("check", granted)).context["form"].initial)

    receipt, tasks = (
        client.get(url("receipt", granted)).text,
        client.get(url("tasks", granted)).text,
    )

    assert "Ni kan ändra svaret till och med 8 december." in check
    assert "Det går till och med 8 december kl. 23.59." in receipt
    assert "Ni kan ändra det till och med 8 december." in tasks
    assert Response.objects.get().own_last_day == OWN
    assert not Response.objects.get().latest.is_late


def test_the_longer_time_is_for_that_answer_alone(opened, granted, consultation, at):
    other = make_draft(consultation=consultation, texts={CITY: {"how": "Text"}})
    at(AFTER)
    client = opened(other)
    form = {"round": 0, "versions": ",".join(f"{p.key}={p.version}" for p in other.parts.all())}

    refused = client.post(url("check", other), form)

    assert refused.status_code == 403
    assert "Det ni skrev är sparat som utkast men inte inskickat." in refused.text
    assert url("more_time", other) in refused.text
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 12, 8, 22, 59, 59, 999_999, tzinfo=UTC), 302),
        (datetime(2026, 12, 8, 23, 0, tzinfo=UTC), 403),
    ],
)
def test_the_own_last_day_ends_at_midnight(opened, granted, at, moment, status):
    client = opened(granted)
    form = client.get(url("check", granted)).context["form"].initial
    at(moment)

    assert opened(granted).post(url("check", granted), form).status_code == status


# Versions


def versions_page(client, draft, query=""):
    return client.get(url("versions", draft) + query)


def test_what_a_new_version_changed_is_shown_word_by_word(opened, draft):
    client = opened(draft)
    send_in(draft=draft)
    save(draft=draft, key=CITY, how="Första och sista", stance="opposes")
    send_in(draft=draft)

    page = versions_page(client, draft)

    found = [
        (each.heading, each.label, [(change.kind, change.text) for change in each.changes])
        for each in page.context["differences"]
    ]
    assert found == [
        (
            "3. Stadsliv, allmänna platser och lokaler",
            "Ställningstagande",
            [("added", "Avstyrker")],
        ),
        (
            "3. Stadsliv, allmänna platser och lokaler",
            "Hur kan samverkan ske?",
            [("same", "Första"), ("added", " och sista")],
        ),
    ]
    assert "Det är den som gäller." in page.text


def test_an_earlier_version_can_be_read_in_full(opened, draft):
    client = opened(draft)
    send_in(draft=draft)
    save(draft=draft, key=CITY, how="Andra", stance="")
    send_in(draft=draft)

    page = versions_page(client, draft, "?version=1")

    assert "Den gäller inte längre, men finns kvar hos Malmö stad." in page.text
    assert '<dd class="text" dir="auto">Första</dd>' in page.text
    assert page.context["earlier"] is None


@pytest.mark.parametrize("query", ["?version=0", "?version=9", "?version=x", "?version=1;--"])
def test_a_version_that_is_not_there_shows_the_latest(opened, draft, query):
    sent = send_in(draft=draft)

    assert versions_page(opened(draft), draft, query).context["shown"] == sent


def test_a_withdrawn_answer_says_so_and_can_be_taken_back(opened, draft, at):
    client = opened(draft)
    send_in(draft=draft)

    client.post(url("withdraw", draft), {"action": "withdraw"})
    gone = versions_page(client, draft).text
    client.post(url("withdraw", draft), {"action": "restore"})

    assert "Den är återtagen och räknas inte." in gone
    assert "Det är den som gäller." in versions_page(client, draft).text
    assert Response.objects.current().count() == 1


def test_before_anything_is_sent_there_are_no_versions(opened, draft):
    assert versions_page(opened(draft), draft).url == url("tasks", draft)


def test_versions_cost_as_many_queries_however_many_there_are(opened, draft):
    client, costs = opened(draft), []
    send_in(draft=draft)
    for number in range(9):
        save(draft=draft, key=CITY, how=f"Version {number}", stance="")
        send_in(draft=draft)
        with CaptureQueriesContext(connection) as queries:
            page = versions_page(client, draft)
        costs.append(len(queries))

    assert len(page.context["versions"]) == 10
    assert costs == [costs[0]] * 9
    assert costs[0] <= 25


# Deleting, and what is left


def test_a_draft_is_deleted_at_once_with_everything_in_it(opened, draft):
    client = opened(draft)

    shown = client.get(url("discard", draft)).text
    done = client.post(url("discard", draft))

    assert "Det går inte att ångra, och länken slutar att fungera." in shown
    assert done.url == reverse("remiss:start", args=["handlingsplan"])
    assert done["Clear-Site-Data"] == '"cache"'
    assert Draft.objects.count() == 0
    assert client.get(url("tasks", draft)).status_code == 403
    key = links.make_key(draft, purpose=links.FROM_MAIL)
    assert Client().get(reverse("remiss:open_link", args=[key])).status_code == 404


def test_changes_to_what_was_sent_are_deleted_and_the_answer_stands(opened, draft):
    client = opened(draft)
    sent = send_in(draft=draft)
    save(draft=draft, key=CITY, how="Ändrat", stance="")

    offered = client.get(url("tasks", draft)).text
    done = client.post(url("discard", draft), follow=True).text

    assert "Ta bort ändringarna nu" in offered
    assert "Ändringarna är borttagna. Det ni skickade in gäller." in done
    assert "Ta bort ändringarna nu" not in done
    assert draft.parts.get(key=CITY).content["how"] == "Första"
    assert Response.objects.get().latest == sent


def test_when_the_draft_is_gone_the_link_shows_what_was_sent(consultation, at):
    submission = make_submission(consultation=consultation, files=["yttrande.pdf"])
    draft = Draft.objects.get()
    key = links.make_key(draft, purpose=links.FROM_MAIL)
    at(NOON + days(60))
    ending.purge(at=NOON + days(60))
    client = Client()

    client.post(reverse("remiss:open_link", args=[key]))
    tasks = client.get(url("tasks", draft))
    pages = {
        name: client.get(url(name, draft)).status_code
        for name in ("receipt", "print_answer", "versions", "withdraw")
    }
    gone = {
        name: client.get(url(name, draft)).status_code
        for name in ("who", "check", "files", "more_time", "discard")
    }

    assert Draft.objects.count() == 0
    assert tasks.url == url("receipt", draft)
    assert set(pages.values()) == {200}
    assert set(gone.values()) == {403}
    file = client.get(url("sent_file", draft, submission.attachments.get().pk))
    assert file.status_code == 200
    assert b"".join(file.streaming_content) == b"%PDF-1.7 prov"
    receipt = client.get(url("receipt", draft)).text
    assert url("more_time", draft) not in receipt
    assert "Remissen har stängt." in receipt


def test_after_a_changed_address_the_old_link_opens_nothing_when_the_draft_is_gone_either(
    consultation, at
):
    make_submission(consultation=consultation)
    draft = Draft.objects.select_related("consultation").get()
    old = links.make_key(draft, purpose=links.FROM_MAIL)
    answering.change_email(draft=draft, email="ny@forening.example", at=NOON)
    ending.purge(at=NOON + days(60))

    assert Client().get(reverse("remiss:open_link", args=[old])).status_code == 410
    assert (NOON + days(60)).date() > LAST_DAY
