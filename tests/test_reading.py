"""The public pages about the plan: what they say, and what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from remiss.models import AccessibilityReport, Letter, PlanVersion
from remiss.workflow import recording
from tests.factories import AREAS, NOON, days, make_consultation, make_submission, make_version

# Queries a page.
COSTS = {
    "": 4,
    "planen/": 7,
    "planen/underlag/": 4,
    "omraden/ungas-halsa-och-livsstil/": 5,
    "resultat/": 1,
}
PAGES = list(COSTS)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("/", "/remiss/handlingsplan/"),
        ("/planen/", "/remiss/handlingsplan/planen/"),
        ("/planen/underlag/", "/remiss/handlingsplan/planen/underlag/"),
        (
            "/omraden/jamlik-fritid-och-kultur/",
            "/remiss/handlingsplan/omraden/jamlik-fritid-och-kultur/",
        ),
        ("/svara/", "/remiss/handlingsplan/svara/"),
        ("/stangd/", "/remiss/handlingsplan/stangd/"),
        ("/resultat/", "/remiss/handlingsplan/resultat/"),
    ],
)
def test_short_addresses_lead_to_the_current_remiss(client, consultation, short, full):
    response = client.get(short)

    assert (response.status_code, response.url) == (302, full)


def test_the_newest_published_remiss_is_the_current_one(client, consultation):
    make_consultation(slug="nasta", opens_on=NOON.date(), last_day=NOON.date())
    make_consultation(slug="hemlig", opens_on=(NOON + days(1)).date(), is_published=False)

    assert client.get("/").url == "/remiss/nasta/"


def test_an_unpublished_remiss_is_not_shown(client, db):
    make_consultation(is_published=False)

    assert client.get("/remiss/handlingsplan/").status_code == 404
    assert client.get("/").status_code == 200
    assert client.get("/planen/").status_code == 404


def test_the_start_page_shows_the_plan_from_data(client, consultation, noon):
    page = client.get("/remiss/handlingsplan/").text

    assert "En öppen, demokratisk och jämlik stad" in page
    assert "Fyra områden att tycka till om" in page
    assert "18 dagar kvar" in page
    for area in consultation.versions.get().areas.all():
        assert area.heading in page


def test_a_new_version_with_a_fifth_area_is_shown_and_the_old_answers_stay(client, consultation):
    old = make_submission(consultation=consultation)
    five = [("work", "arbete", "Nya vägar till arbete")]
    make_version(consultation=consultation, number=2, areas=[*AREAS, *five])

    assert "Fem områden att tycka till om" in client.get("/remiss/handlingsplan/").text
    assert old.plan_version.areas.count() == 4


def test_an_area_page_has_its_own_help_texts_and_neighbours(client, consultation, noon):
    page = client.get("/remiss/handlingsplan/omraden/ungas-halsa-och-livsstil/").text

    assert "Tänk på skolor och fritidsgårdar." in page
    assert "Nästa område" in page
    assert "Föregående område" not in page


def test_a_correction_is_shown_on_the_plan(client, consultation, city):
    version = PlanVersion.objects.get()
    recording.correct_plan(version=version, note="Stavfel i område 2 rättat.", at=NOON, by=city)

    assert "Stavfel i område 2 rättat." in client.get("/remiss/handlingsplan/planen/").text


def test_a_report_about_accessibility_is_kept_and_mailed(client, consultation, noon):
    response = client.post("/om/tillganglighet/", {"text": "Knappen syns inte.", "email": ""})

    report = AccessibilityReport.objects.get()
    assert response.status_code == 302
    assert report.text == "Knappen syns inte."
    letter = Letter.objects.get()
    assert (letter.kind, letter.address) == ("report", consultation.contact_email)


def test_an_empty_report_says_what_is_missing(client, consultation, noon):
    page = client.post("/om/tillganglighet/", {"text": " ", "email": "x"}).text

    assert "Skriv vad som inte fungerar." in page
    assert AccessibilityReport.objects.count() == 0


@pytest.mark.large
def test_public_pages_cost_the_same_however_many_answers_there_are(client, consultation):
    costs = []
    for wanted in (1, 30, 300):
        for _missing in range(wanted - consultation.responses.count()):
            make_submission(consultation=consultation)
        costs.append({path: queries_of(client, consultation, path) for path in PAGES})

    assert costs[0] == costs[1] == costs[2]
    assert {path: len(queries) for path, queries in costs[2].items()} == COSTS
    # Nothing of what has been received is read, so the rows cannot grow with it either.
    touched = str(costs[2])
    for table in ("remiss_submission", "remiss_answer", "remiss_response", "remiss_draft"):
        assert table not in touched


def queries_of(client, consultation, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/remiss/{consultation.slug}/{path}").status_code == 200
    return [query["sql"].split(" WHERE")[0] for query in queries]
