"""The name an answer is shown under is put right beside what was sent in, which stays."""

import pytest
from django.urls import reverse

from remiss.admin import scopes
from remiss.exports import postlist, receipt, record, tables
from remiss.models import Event, Kind, NameCorrection, Response, Verb
from remiss.models.response import by_name
from remiss.workflow import naming, verifying
from remiss.workflow.verifying import Verdict
from tests.factories import (
    LAST_DAY,
    NOON,
    OPENS_ON,
    WHO,
    make_draft,
    make_submission,
    save,
    send_in,
)

WRONG, RIGHT = "Tegelbackens kultur- och idrottsförening", "Ångbåtens vänner"


def correct(response, by, name=RIGHT, seen=WRONG):
    return naming.correct(response=response, name=name, reason="Fel", seen=seen, at=NOON, by=by)


@pytest.fixture
def corrected(submission, city):
    correct(submission.response, city)
    submission.response.refresh_from_db()
    return submission


def test_the_record_its_digest_and_its_receipt_say_what_was_sent_in(corrected):
    response = corrected.response
    corrected.refresh_from_db()

    assert (corrected.organisation, corrected.sender) == (WRONG, WRONG)
    assert ("Svar från", WRONG) in receipt._facts(corrected)
    verdict = verifying.verify(reference=response.reference, code=corrected.sha256)
    assert verdict == Verdict.HOLDS


def test_pages_lists_exports_and_the_postlista_show_the_right_name(
    corrected, city, signed_in, noon
):
    client = signed_in(city)
    listing = reverse("admin:remiss_response_changelist")
    answer = reverse("admin:remiss_response_change", args=[corrected.response_id])
    export = tables.Answers(Response.objects.current(), viewer=city, with_contact=False)
    [posted] = postlist.received_between(OPENS_ON, LAST_DAY, viewer=city)

    for page in (listing, reverse("admin:index"), reverse("admin:place", args=[
        corrected.response_id, "city-life"])):  # fmt: skip
        shown = client.get(page).content.decode()
        assert (RIGHT in shown, WRONG in shown) == (True, False), page
    reading = client.get(answer).content.decode()
    assert f"Skickades in som <bdi>{WRONG}</bdi>" in reading
    assert f'<h1 dir="auto">{RIGHT}</h1>' in reading
    assert [row[2] for row in export.rows()] == [RIGHT]
    [said] = record.records(export)
    assert (said["corrected_name"], said["submissions"][0]["record"]["organisation"]) == (
        RIGHT, WRONG,
    )  # fmt: skip
    assert postlist.sender(posted) == RIGHT


def test_both_names_are_found_and_the_right_one_decides_the_order(corrected, consultation, city):
    other = make_submission(consultation=consultation, organisation="Zinkens vänner")
    in_order = scopes.received(city).order_by(by_name("", "latest__"))

    assert [each.pk for each in in_order] == [other.response_id, corrected.response_id]
    for words in ("ångbåtens", "tegelbackens"):
        assert [r.pk for r in scopes.matching(scopes.received(city), words)] == [
            corrected.response_id
        ]


def test_correcting_back_undoes_it_and_both_are_kept(corrected, city):
    correct(corrected.response, city, name=WRONG, seen=RIGHT)
    response = Response.objects.get()

    assert (response.corrected_name, response.corrected_sort_key) == ("", "")
    assert response.shown_as == WRONG
    assert [each.name for each in NameCorrection.objects.all()] == [WRONG, RIGHT]


def test_it_holds_for_the_next_version_until_one_comes_under_another_name(consultation, city):
    texts = {"rest": {"summary": "Bra."}}
    draft = make_draft(consultation=consultation, organisation=WRONG, texts=texts)
    response = send_in(draft=draft).response
    correct(response, city)
    send_in(draft=draft)
    assert Response.objects.get().shown_as == RIGHT

    who = draft.parts.get(key=WHO)
    save(draft=draft, key=WHO, **who.content | {"organisation": "Skutans vänner"})
    second = send_in(draft=draft)

    response = Response.objects.get()
    assert (response.shown_as, response.corrected_name) == ("Skutans vänner", "")
    assert scopes.received(city).order_by(by_name("", "latest__")).get() == response
    event = Event.objects.filter(verb=Verb.CORRECTED_NAME).latest("pk")
    assert (event.actor, event.at, event.note) == (
        None,
        second.received_at,
        f"till Skutans vänner, i version 3. Det rättade namnet {RIGHT} gäller inte längre.",
    )
    assert [each.name for each in NameCorrection.objects.all()] == [RIGHT]
    # The name that they had is wrong no more than any other: it is not corrected again by itself.
    save(draft=draft, key=WHO, **who.content)
    send_in(draft=draft)
    assert Response.objects.get().shown_as == WRONG


def test_two_at_once_do_not_write_over_each_other(corrected, civil, signed_in, noon):
    page = signed_in(civil).post(
        reverse("admin:correct_name", args=[corrected.response_id]),
        {"name": "Min rättelse", "reason": "Jag vet", "seen": WRONG},
    )

    assert page.status_code == 409
    assert "Min rättelse" in page.content.decode()
    assert Response.objects.get().shown_as == RIGHT


def test_a_private_person_has_no_name_to_correct(consultation, city):
    response = make_submission(consultation=consultation, kind=Kind.PRIVATE).response

    with pytest.raises(ValueError, match="privatperson"):
        correct(response, city, seen=response.shown_as)


def test_the_pages_about_masking_are_headed_by_the_right_name(consultation, city, signed_in, noon):
    texts = {"area:city-life": {"how": "Ring mig på 0701-74 06 05."}}
    response = make_submission(consultation=consultation, texts=texts).response
    correct(response, city)
    client = signed_in(city)

    masking = client.get(reverse("admin:mask", args=[response.pk])).content.decode()
    findings = client.get(reverse("admin:findings")).content.decode()

    assert f'<p class="lead" dir="auto">{RIGHT}, version 1</p>' in masking
    assert f"<bdi>{RIGHT}</bdi>, {response.reference}" in findings
