"""An answer that was registered without a time: the day everywhere, and no time nobody gave."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from remiss.exports import receipt
from remiss.mail import rendering
from remiss.models import Letter, Submission
from remiss.models.response import digest
from tests.factories import make_submission
from tests.test_admin_recording import URL, filled_in
from tests.test_receipt import on_one_line, text_of

AT_NOON = datetime(2026, 11, 10, 11, 0, tzinfo=UTC)  # 12.00 in Malmö
PERIOD = {"first": "2026-11-06", "last": "2026-11-12"}


@pytest.fixture
def register(signed_in, city, consultation, noon):
    """register("14.30") → what is registered with that time of day, "" for none."""

    def post(time="", **changes):
        signed_in(city).post(URL, filled_in(received_time=time, **changes))
        return Submission.objects.get()

    return post


def streamed(reply):
    return b"".join(reply.streaming_content) if reply.streaming else reply.content


def words(page):
    return on_one_line(re.sub(r"<[^>]+>", " ", page.content.decode()))


def told(client, submission):
    """What each place says of when the answer came in."""
    response = submission.response
    day = r"2026-11-10(?: \d\d\.\d\d)?"
    newest = rf"{response.reference} 10 nov(?: \d\d\.\d\d)?"
    in_words = r"tisdag 10 november(?: 2026)?(?: kl\. \d\d\.\d\d)?"

    def found(pattern, text):
        return re.search(pattern, on_one_line(text))[0]

    def exported(form):
        return streamed(client.post(reverse("admin:export"), {"form": form, "scope": "all"}))

    def listed(form):
        return streamed(client.post("/samordning/postlista/", PERIOD | {"form": form}))

    answer = words(client.get(reverse("admin:remiss_response_change", args=[response.pk])))
    versions = answer.partition("Versioner")[2] or answer
    address = reverse("admin:version_zip", args=[response.pk, 1])
    with zipfile.ZipFile(io.BytesIO(streamed(client.post(address)))) as archive:
        page = archive.read("svar.html").decode()
    return {
        "list": found(day, words(client.get("/samordning/remiss/response/"))),
        "answer": found(f"inkommen {in_words} via", answer),
        "version": found(in_words, versions),
        "overview": found(newest, words(client.get("/samordning/"))),
        "unregistered": found(day, words(client.get(reverse("admin:unregistered")))),
        "postlista": client.get("/samordning/postlista/").context["rows"][0][1][0],
        "postlista as csv": found(day, listed("csv").decode()),
        "postlista as pdf": found(day, text_of(listed("pdf"))),
        "csv": found(day, exported("csv").decode()),
        "print": found(day + "|" + in_words, exported("print").decode()),
        "receipt": found(in_words, text_of(receipt.pdf(submission))),
        "zip": found(in_words, page),
    }


def test_without_a_time_only_the_day_is_told_anywhere(register, client):
    submission = register()

    assert told(client, submission) == {
        "list": "2026-11-10",
        "answer": "inkommen tisdag 10 november via",
        "version": "tisdag 10 november",
        "overview": f"{submission.response} 10 nov",
        "unregistered": "2026-11-10",
        "postlista": "2026-11-10",
        "postlista as csv": "2026-11-10",
        "postlista as pdf": "2026-11-10",
        "csv": "2026-11-10",
        "print": "2026-11-10",
        "receipt": "tisdag 10 november 2026",
        "zip": "tisdag 10 november 2026",
    }


def test_noon_is_told_when_somebody_said_noon(register, client):
    submission = register("12.00")

    assert told(client, submission) == {
        "list": "2026-11-10 12.00",
        "answer": "inkommen tisdag 10 november kl. 12.00 via",
        "version": "tisdag 10 november kl. 12.00",
        "overview": f"{submission.response} 10 nov 12.00",
        "unregistered": "2026-11-10 12.00",
        "postlista": "2026-11-10 12.00",
        "postlista as csv": "2026-11-10 12.00",
        "postlista as pdf": "2026-11-10 12.00",
        "csv": "2026-11-10 12.00",
        "print": "2026-11-10 12.00",
        "receipt": "tisdag 10 november 2026 kl. 12.00",
        "zip": "tisdag 10 november 2026 kl. 12.00",
    }


@pytest.mark.parametrize(("time", "is_given"), [("", False), ("14.30", True)])
def test_files_for_machines_say_whether_the_time_was_given(register, client, time, is_given):
    submission = register(time)
    zipped = client.post(reverse("admin:version_zip", args=[submission.response_id, 1]))
    with zipfile.ZipFile(io.BytesIO(streamed(zipped))) as archive:
        metadata = json.loads(archive.read("metadata.json"))
    reply = client.post(reverse("admin:export"), {"form": "json", "scope": "all"})
    (response,) = json.loads(streamed(reply))["responses"]

    assert metadata["time_is_given"] is is_given
    assert response["submissions"][0]["time_is_given"] is is_given


def test_letters_tell_the_day_alone(register):
    register(email="kim@kajutan.example", send_receipt="on")
    letter = Letter.objects.get(kind=Letter.Kind.RECEIPT)

    body = on_one_line(rendering.render(letter).body)

    assert "Vi tog emot svaret från Sundspans kulturkrets tisdag 10 november 2026." in body


def test_the_record_and_its_digest_are_of_the_same_fields_as_before(register):
    submission = register()
    record = json.loads(submission.canonical)

    assert "time_is_given" not in record
    assert record["received_at"] == "2026-11-10T11:00:00.000000+00:00"
    assert submission.sha256 == digest(submission.canonical)


@pytest.mark.parametrize(
    ("received_at", "has_time"),
    [
        (AT_NOON, False),
        (AT_NOON - timedelta(hours=3, microseconds=-531), False),
        (AT_NOON + timedelta(hours=2, minutes=30), True),
    ],
    ids=["noon was put in", "the moment of registering was put in", "a time was typed"],
)
def test_of_what_was_registered_before_it_was_kept_it_is_told_by_the_time(received_at, has_time):
    earlier = Submission(received_at=received_at, submit_key="recorded:x", time_is_given=None)

    assert earlier.has_time is has_time


def test_what_came_through_the_portal_always_has_its_time(consultation, noon):
    sent = make_submission(consultation=consultation)
    earlier = Submission(received_at=AT_NOON, submit_key="x", time_is_given=None)

    assert (sent.time_is_given, sent.has_time, earlier.has_time) == (True, True, True)
