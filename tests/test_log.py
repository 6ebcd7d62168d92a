"""The log's page: what it finds, who reads what of it, and its files."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from remiss.admin import log as page_of_log
from remiss.exports import log as logged
from remiss.models import VERBS, Concern, Event, Verb
from tests.factories import NOON, make_body, make_consultation, make_submission

URL = "/samordning/logg/"


def event(verb=Verb.PLACED, *, at=NOON, by=None, **about):
    return Event.objects.create(verb=verb, at=at, actor=by, **about)


def notes(client, **query):
    return [line.event.note for line in client.get(URL, query).context["lines"]]


@pytest.mark.once
def test_every_verb_is_of_one_kind():
    assert sorted(verb for verbs in VERBS.values() for verb in verbs) == sorted(Verb)
    assert list(VERBS) == list(Concern)


def test_a_row_says_who_what_about_when_and_why(signed_in, city, consultation, noon):
    response = make_submission(consultation=consultation).response
    event(by=city, response=response, consultation=consultation, note="under Lokaler")

    page = signed_in(city).get(URL, {"vad": "placed"}).content.decode()
    cells = [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td.*?</td>", page, re.DOTALL)]

    assert cells == [
        "2026-11-12 12.00", "maria", "placerade ett stycke", response.reference, "under Lokaler",
    ]  # fmt: skip
    assert f'<a href="/samordning/remiss/response/{response.pk}/change/">' in page


def test_the_filters_find_what_they_say(signed_in, city, civil, consultation, noon):
    response = make_submission(consultation=consultation).response
    event(by=city, response=response, note="under Lokaler")
    event(Verb.NOTED, by=civil, body=make_body(name="Läsrummet Fyren"), note="Telefon: de svarar")
    event(Verb.CHANGED_GROUP, by=city, account=civil, note="från ingen grupp")
    event(Verb.ABSTAINED, body=make_body(name="Kajutan", email="k@kajutan.example"), note="Hinner")
    client = signed_in(city)

    assert len(notes(client)) == 5
    assert notes(client, vad="placed") == ["under Lokaler"]
    assert notes(client, vad="inbjudna") == ["Hinner", "Telefon: de svarar"]
    assert notes(client, av=city.pk) == ["från ingen grupp", "under Lokaler"]
    assert notes(client, av="utan") == ["Hinner", "version 1"]
    assert notes(client, om=response.reference.lower()) == ["under Lokaler", "version 1"]
    assert notes(client, om="LÄSRUMMET fyren") == ["Telefon: de svarar"]
    assert notes(client, om="ahmed") == ["från ingen grupp"]
    assert notes(client, om="lokaler") == ["under Lokaler"]
    assert notes(client, ord="svarar telefon") == ["Telefon: de svarar"]
    assert notes(client, ord="%") == notes(client, ord="_") == []


def test_words_are_found_in_capitals_and_small_letters_alike(signed_in, city, civil):
    civil.first_name, civil.last_name = "Åsa", "Öberg"
    civil.save()
    event(note="Möte om ÖPPNA förskolan (hus 3.b)")
    event(Verb.CHANGED_GROUP, account=civil, note="från ingen grupp")
    client = signed_in(city)

    for word in ("öppna", "ÖPPNA", "förskolan", "FÖRSKOLAN", "MÖTE möte", "(HUS", "3.B)"):
        assert notes(client, ord=word) == ["Möte om ÖPPNA förskolan (hus 3.b)"], word
    for word in ("oppna", "3xb", "(.*)", "[ö]", "\\w"):
        assert notes(client, ord=word) == [], word
    for word in ("åsa", "ÅSA ÖBERG", "öberg"):
        assert notes(client, om=word) == ["från ingen grupp"], word
    assert notes(client, om="öppna") == ["Möte om ÖPPNA förskolan (hus 3.b)"]


def test_a_period_is_of_swedish_days_both_included(signed_in, city):
    # 23.59.59 and 00.00 in Malmö, the first an hour before by UTC.
    event(at=datetime(2026, 11, 11, 22, 59, 59, tzinfo=UTC), note="kvällen den elfte")
    event(at=datetime(2026, 11, 11, 23, 0, tzinfo=UTC), note="natten till den tolfte")
    event(at=datetime(2026, 11, 12, 22, 59, 59, tzinfo=UTC), note="kvällen den tolfte")
    event(at=datetime(2026, 11, 12, 23, 0, tzinfo=UTC), note="natten till den trettonde")
    client = signed_in(city)

    assert notes(client, fran="2026-11-12", till="2026-11-12") == [
        "kvällen den tolfte", "natten till den tolfte",
    ]  # fmt: skip
    assert notes(client, till="2026-11-11") == ["kvällen den elfte"]
    assert notes(client, fran="2026-11-13") == ["natten till den trettonde"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"fran": "2026-11-12", "till": "2026-11-11"}, "Välj samma dag som den första"),
        ({"fran": "i går"}, "Skriv datumet som år, månad och dag"),
        ({"fran": "0001-01-01"}, "Kontrollera årtalet"),
        ({"till": "9999-12-31"}, "Kontrollera årtalet"),
        ({"vad": "password"}, "Välj bland det som finns i listan"),
        ({"vad": "logged_in"}, "Välj bland det som finns i listan"),
        ({"av": "1 OR 1=1"}, "Välj bland det som finns i listan"),
        ({"om": "x" * 101}, "Skriv högst 100 tecken"),
    ],
)
def test_what_cannot_be_asked_for_is_told_and_handed_back(signed_in, city, query, says):
    event(note="en rad")

    page = signed_in(city).get(URL, query)

    assert says in page.content.decode()
    assert "lines" not in page.context
    assert all(f'value="{value}"' in page.content.decode() for value in query.values()
               if "vad" not in query and "av" not in query)  # fmt: skip


@pytest.mark.parametrize(
    "query", ["actor__password__startswith=a", "efter=x", "efter=99999999999999999999", "om=%00"]
)
def test_an_odd_address_finds_no_more_than_the_page_offers(signed_in, city, query):
    event(note="en rad")

    assert [line.event.note for line in signed_in(city).get(f"{URL}?{query}").context["lines"]] == [
        "en rad"
    ]


def test_all_events_are_reached_page_by_page_and_none_twice(
    signed_in, city, django_assert_num_queries
):
    client = signed_in(city)
    # Several at the same moment, at the edge of a page too.
    Event.objects.bulk_create(
        Event(verb=Verb.PLACED, at=NOON + timedelta(minutes=n // 7), note=str(n))
        for n in range(120)
    )
    seen, query = [], ""
    for on_page in (50, 50, 20):
        with django_assert_num_queries(9 if query else 8):
            page = client.get(f"{URL}?{query}")
        lines = page.context["lines"]
        assert len(lines) == on_page
        seen += [int(line.event.note) for line in lines]
        query = page.context["older"]

    assert seen == list(reversed(range(120)))
    assert query == ""


# Who reads what


def kinds(client):
    found, query = set(), "vad="
    while query:
        shown = client.get(f"{URL}?{query}").context
        found |= {line.event.verb for line in shown["lines"]}
        query = shown["older"]
    return found


def test_each_role_reads_its_part_and_files_hold_no_more(
    signed_in, city, civil, registrar, administrator, superuser, noon
):
    for verb in Verb:
        event(verb)
    settings = set(VERBS[Concern.SETTINGS])
    accounts, logins = set(VERBS[Concern.ACCOUNTS]), set(VERBS[Concern.LOGINS])
    reads = {
        city: set(Verb) - logins,
        civil: set(Verb) - logins,
        registrar: set(Verb) - logins,
        administrator: settings | accounts | logins,
        superuser: set(Verb),
    }

    for user, verbs in reads.items():
        client = signed_in(user)
        # What the file itself adds to the log.
        rows = csv_rows(client.post(URL, {"form": "csv"}))[1:]
        assert {row[2] for row in rows} == {str(Verb(verb).label) for verb in verbs}
        assert kinds(client) == verbs


def test_an_administrator_meets_no_word_of_an_answer(signed_in, administrator, city, noon):
    consultation = make_consultation()
    response = make_submission(
        consultation=consultation, organisation="Kanariefågeln", email="k@kanarie.example"
    ).response
    event(Verb.SET_ASIDE, by=city, response=response, note="Kanariefågeln skrev två gånger")
    event(Verb.CHANGED_PLAN, by=city, consultation=consultation, note="området Hälsa: ingress")
    client = signed_in(administrator)

    found = [client.get(URL, {"om": word}) for word in ("", response.reference, "Kanarie")]
    found.append(client.get(URL, {"ord": "området"}))
    texts = [page.content.decode() for page in found]

    assert "området Hälsa: ingress" in texts[0]
    assert "området Hälsa: ingress" in texts[3]
    for text in texts:
        assert "skrev två gånger" not in text
        assert f"{response.reference}</a>" not in text
    assert [len(page.context["lines"]) for page in found] == [1, 0, 0, 1]


# Files


def csv_rows(response):
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_files_hold_what_the_page_shows_and_are_logged_themselves(signed_in, city, noon):
    event(by=city, note='=HYPERLINK("http://ond.example")')
    event(Verb.NOTED, note="en annan")
    client = signed_in(city)

    rows = csv_rows(client.post(f"{URL}?vad=placed", {"form": "csv"}))
    book = client.post(f"{URL}?vad=placed", {"form": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content)))["Logg"]

    expected = ["2026-11-12 12.00.00", "maria", "placerade ett stycke", "", "", "", ""]
    assert rows == [logged.HEADER, [*expected, '\'=HYPERLINK("http://ond.example")']]
    assert [cell.value or "" for cell in sheet[2]] == [
        *expected, "=HYPERLINK(\"http://ond.example\")"
    ]  # fmt: skip
    assert sheet["H2"].data_type == "s"
    assert book["Content-Disposition"] == 'attachment; filename="logg-2026-11-12.xlsx"'
    exported = Event.objects.filter(verb=Verb.EXPORTED).order_by("pk")
    assert [(each.actor, each.at, each.note) for each in exported] == [
        (city, NOON, f"loggen som {form}, antal händelser: 1. Vad: Placerade ett stycke")
        for form in ("csv", "xlsx")
    ]


def test_too_many_for_a_file_is_told_and_nothing_is_logged(signed_in, city, monkeypatch, noon):
    monkeypatch.setattr(page_of_log.logged, "MOST", 2)
    for _number in range(3):
        event()

    page = signed_in(city).post(URL, {"form": "csv"}).content.decode()

    assert "Det är fler än 2 händelser, och en fil tar inte fler." in page
    assert "Fler än 2 händelser. De senaste står först." in page
    assert not Event.objects.filter(verb=Verb.EXPORTED).exists()


def test_no_page_changes_an_event(signed_in, superuser, noon):
    event(note="som den är")
    client = signed_in(superuser)

    for name in ("add", "change", "delete"):
        assert (
            client.post(f"/samordning/remiss/event/1/{name}/", {"post": "yes"}).status_code == 404
        )
    assert client.put(URL).status_code == client.delete(URL).status_code == 405
    assert Event.objects.get().note == "som den är"


def test_the_menu_leads_there_for_those_who_may_read(signed_in, city, administrator, reader):
    for user, leads in ((city, True), (administrator, True), (reader, False)):
        page = signed_in(user).get(reverse("admin:index")).content.decode()
        assert (f'href="{URL}"' in page) is leads
