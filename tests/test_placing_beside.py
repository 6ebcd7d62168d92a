"""Läsvyn: what is read beside the words of an area."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from remiss.models.draft import area_key
from remiss.workflow import secrecy, translating
from tests.factories import NOON, make_submission
from tests.test_placing import COSTS, url_of
from tests.test_receipt import on_one_line

CITY_LIFE, PARTICIPATION = area_key("city-life"), area_key("participation")
SOMALI = "Waxaan rabnaa meel.\n\nWaxaan rabnaa waqti."


@pytest.fixture
def received(consultation, noon):
    return make_submission(
        consultation=consultation,
        texts={
            CITY_LIFE: {"stance": "supports_with_conditions", "how": SOMALI, "actors": "Kajutan"},
            PARTICIPATION: {"stance": "abstains"},
            "rest": {"stance": "no_objection", "summary": "Bra plan."},
        },
        files=["inskannat.pdf", "bild.pdf"],
    )


def translated(submission, by, **texts):
    translating.translate(
        submission=submission,
        language="so",
        is_machine_made=True,
        texts={each.pk: texts.get(each.question.key, "") for each in submission.answers.all()},
        seen={},
        at=NOON,
        by=by,
    )


def transcribed(submission, by, text="Vi vill ha fler nycklar."):
    file = submission.attachments.get(name="inskannat.pdf")
    translating.transcribe(attachment=file, text=text, seen=0, at=NOON, by=by)
    return file


def words(client, submission, area="city-life"):
    """What stands in the area, without the desk beside it."""
    page = client.get(url_of(submission, area)).content.decode()
    area_alone = page.partition('<h2 id="h-omrade">')[2].partition("<aside")[0]
    return on_one_line(re.sub(r"<[^>]+>", " ", area_alone))


def test_the_position_on_the_area_stands_first(signed_in, reader, received):
    client = signed_in(reader)

    said = {
        area: re.findall("Ställningstagande: ([^.]*?) (?:Hur|Sammanf|Svaret)", text)
        for area in ("city-life", "participation", "hela-planen", "young-health")
        for text in [words(client, received, area)]
    }

    assert said == {
        "city-life": ["Tillstyrker med förbehåll"],
        "participation": ["Avstår från att yttra sig"],
        "hela-planen": ["Har inget att invända"],
        "young-health": [],
    }
    assert "Svaret har ingen text om området." in words(client, received, "participation")
    assert "Svaret säger inget om området." in words(client, received, "young-health")


def test_a_translation_stands_under_the_passages_of_its_question(signed_in, reader, city, received):
    client = signed_in(reader)
    before = words(client, received)
    translated(received, city, how="Vi vill ha en plats.\n\nVi vill ha tid.")

    after = words(client, received)

    assert "Översättning" not in before
    # The list of actors is not translated, and says so.
    heading = "Översättning till svenska, maskinöversatt"
    assert after.count(heading) == 2
    assert f"Waxaan rabnaa waqti. {heading} Vi vill ha en plats. Vi vill ha tid." in after
    assert f"Kajutan {heading} Inte översatt än." in after


def test_what_a_scan_says_can_be_read_with_the_passages(signed_in, reader, city, received):
    client = signed_in(reader)
    before = words(client, received)
    transcribed(received, city)

    assert "Avskrift" not in before
    assert words(client, received).endswith(
        "Det som står i bilagorna Avskrift av inskannat.pdf Vi vill ha fler nycklar."
    )


def test_what_a_secret_file_says_is_for_those_who_may_see_it(signed_in, civil, city, received):
    file = transcribed(received, city)
    secrecy.mark(
        response=received.response,
        attachment=file,
        provision="OSL 21 kap. 1 §",
        reason="Prov",
        at=NOON,
        by=city,
    )

    seen = {
        who.username: "fler nycklar" in words(signed_in(who), received) for who in (city, civil)
    }

    assert seen == {city.username: True, civil.username: False}


@pytest.mark.parametrize(("has_transcript", "more"), [(False, 0), (True, 1)])
def test_only_a_transcript_costs_a_query(signed_in, city, received, has_transcript, more):
    translated(received, city, how="Vi vill ha en plats.")
    if has_transcript:
        transcribed(received, city)
    client = signed_in(city)
    client.get(url_of(received))  # the first opening writes the mark, and counts what is kept
    with CaptureQueriesContext(connection) as asked:
        client.get(url_of(received))

    assert len(asked) == COSTS["place"] - 1 + more  # nothing to undo, which is asked about there
