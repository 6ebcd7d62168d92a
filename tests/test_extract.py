"""Registerutdrag: everything about one person, nothing of a draft, and no log of whom."""

import json
import logging
import re

import pytest
from django.urls import reverse

from remiss.exports import extract
from remiss.models import (
    AccessibilityReport,
    Event,
    Kind,
    NameCorrection,
    Passage,
    Spot,
    Verb,
)
from remiss.workflow import masking, noting, replying, reviewing, secrecy, writing
from tests.factories import (
    NOON,
    ask_for_time,
    make_body,
    make_draft,
    make_invitation,
    make_submission,
    reply_to,
    send_in,
)

NAME, ADDRESS, SECRET = "Åsa Kvitterström", "Asa@Gulfågel.example", "Utkastets hemlighet"


@pytest.fixture
def known(consultation, city):
    """One person in every place but drafts, and another with nothing to do with her."""
    texts = {"area:city-life": {"how": "Fler bänkar."}}
    draft = make_draft(
        consultation=consultation, kind=Kind.PRIVATE, organisation="", contact_name=NAME,
        email=ADDRESS, texts=texts,
    )  # fmt: skip
    ask_for_time(draft=draft, reason="Jag är bortrest.")
    response = send_in(draft=draft).response
    response.confirmed_at = NOON
    response.save()
    writing.write(
        response=response, subject="En fråga", body="Hur många bänkar?", once="en", at=NOON, by=city
    )
    make_invitation(consultation=consultation, by=city, body=make_body(email=ADDRESS), sent=False)
    AccessibilityReport.objects.create(at=NOON, text="Knappen syns inte.", email=ADDRESS.lower())
    other = {"area:city-life": {"how": f"Vi håller med {NAME}."}}
    make_submission(consultation=consultation, texts=other)
    unsent = {"area:city-life": {"how": SECRET}}
    make_draft(consultation=consultation, email=ADDRESS, contact_name=NAME, texts=unsent)
    return response


@pytest.fixture
def written(known, consultation, city, civil):
    """What staff have written about her and her answer, each with a word of its own."""
    submission, act = known.latest, {"at": NOON, "by": city}
    noting.write(response=known, area_key="", text="ordet-not", seen=0, **act)
    other = make_submission(consultation=consultation).response
    noting.write(
        response=other, area_key="", text=f"ordet-annan: jämför {NAME.upper()}", seen=0, **act
    )
    noting.write(response=other, area_key="city-life", text="ordet-obesläktat", seen=0, **act)
    reply_to(known, by=city, state="handed_over", text="ordet-svar")
    replying.send_back(target=known, comment="ordet-åter", seen=1, at=NOON, by=civil)
    reply_to(other, by=city, text="ordet-obesläktat")
    answer = submission.answers.get()
    masking.mask(
        submission=submission, places=[(Spot("answer", answer.pk), 0, 4)], reason="other",
        note="ordet-mask", **act,
    )  # fmt: skip
    passage = Passage.objects.get(answer=answer)
    reviewing.needs_nothing(passage=passage, reason="ordet-åtgärd", seen=passage.version, **act)
    NameCorrection.objects.create(response=known, name="N", reason="ordet-namn", **act)
    mark = secrecy.mark(response=known, provision="21 kap.", reason="ordet-skäl", **act)
    secrecy.try_mark(mark=mark, outcome="upheld", reason="ordet-prövat", seen=0, **act)
    return known


def words_of(found, key):
    [group] = [group for group in found.groups if group.key == key]
    return sorted(re.findall(r"ordet-\w+", str([item.rows for item in group.items])))


@pytest.mark.parametrize(("words", "elsewhere"), [(NAME, ["ordet-annan"]), (ADDRESS, [])])
def test_what_staff_have_written_about_the_person_is_there(written, words, elsewhere):
    found = extract.about(words)

    assert words_of(found, "notes") == [*elsewhere, "ordet-not"]
    assert words_of(found, "replies") == ["ordet-svar", "ordet-åter"]
    assert words_of(found, "reasons") == [
        "ordet-mask", "ordet-namn", "ordet-prövat", "ordet-skäl", "ordet-åtgärd",
    ]  # fmt: skip
    for made in (extract.as_html, extract.as_json):
        file = made(found, at=NOON).decode()
        assert ("ordet-svar" in file, "ordet-obesläktat" in file) == (True, False)


def numbers(found):
    return {group.key: len(group.items) for group in found.found}


@pytest.mark.parametrize(
    ("words", "named"),
    [("asa@gulfågel.example", 0), ("asa@xn--gulfgel-hxa.example", 0), ("åsa  kvitterström", 1)],
)
def test_everything_is_found_by_address_and_by_name_however_it_is_written(known, words, named):
    found = numbers(extract.about(words))

    assert found.pop("named", 0) == named
    assert found == {
        "contacts": 1, "answers": 1, "letters": 3, "messages": 1, "requests": 1, "events": 2,
        "bodies": 1, "reports": 1,
    }  # fmt: skip


def test_no_draft_is_looked_in(known):
    for words in (ADDRESS, NAME, SECRET):
        assert SECRET not in str(extract.about(words))
    assert extract.about(SECRET).count == 0


def test_the_answer_of_a_private_person_is_there_in_full(known):
    [answers] = [group for group in extract.about(ADDRESS).found if group.key == "answers"]

    texts = [text for _label, text in answers.items[0].rows]
    assert "Fler bänkar." in texts


def test_that_somebody_looked_is_logged_and_never_for_whom(
    known, registrar, signed_in, caplog, noon
):
    caplog.set_level(logging.DEBUG)
    client, address = signed_in(registrar), reverse("admin:person")
    page = client.post(address, {"words": NAME})
    files = [client.post(address, {"words": NAME, "form": form}) for form in ("html", "json")]

    assert NAME in page.content.decode()
    bodies = [b"".join(file.streaming_content).decode() for file in files]
    assert all(NAME in body and extract.DRAFT_NOTICE in body for body in bodies)
    assert json.loads(bodies[1])["count"] == extract.about(NAME).count
    logged = Event.objects.filter(verb__in=[Verb.SEARCHED_PERSON, Verb.TOOK_EXTRACT])
    assert [event.actor for event in logged] == [registrar] * 3
    said = " ".join([*(event.note for event in logged), *(each.message for each in caplog.records)])
    assert "kvitterström" not in said.casefold()


def test_nobody_is_found_and_a_draft_may_be_there_all_the_same(consultation, city, signed_in, noon):
    page = signed_in(city).post(reverse("admin:person"), {"words": "ingen@fn.example"})

    assert "Inga uppgifter" in page.content.decode()
    assert extract.DRAFT_NOTICE in page.content.decode()


@pytest.mark.parametrize("words", ["", "a", "ingen@", "@"])
def test_half_an_address_is_not_looked_for(consultation, city, signed_in, noon, words):
    page = signed_in(city).post(reverse("admin:person"), {"words": words}).content.decode()

    assert "behöver rättas" in page
    assert Event.objects.count() == 0
