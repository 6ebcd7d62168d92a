"""Gallring: answers go for good, whole, by a decision that is on record, and never in an open
remiss."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from remiss import links
from remiss.models import (
    Disposal,
    DisposalPermit,
    Draft,
    Event,
    Letter,
    Passage,
    Response,
    ReviewStep,
    Submission,
    Verb,
)
from remiss.models.response import new_reference
from remiss.workflow import disposing, extending, naming, noting, recording, reviewing, writing
from tests.factories import (
    LAST_DAY,
    NOON,
    ask_for_time,
    days,
    make_draft,
    make_submission,
    send_in,
)

AFTER = NOON + days(40)
DECISION = "Gallringsbeslut KS § 12, STK-2031-44"
WORD = "kanariekvitter"


@pytest.fixture
def full(consultation, city, civil, registrar):
    """An answer with a row in every table that an answer may have rows in."""
    submission = make_submission(
        consultation=consultation,
        organisation=f"Föreningen {WORD}",
        texts={"area:city-life": {"how": f"En {WORD} sjunger.", "stance": "supports"}},
        behind={"cosignatories": f"{WORD} & co"},
        files=[f"{WORD}.pdf"],
    )
    response = submission.response
    ask_for_time(draft=Draft.objects.get(), reason=WORD)
    act = {"response": response, "at": NOON}
    writing.write(subject=WORD, body=WORD, once="en", by=civil, **act)
    noting.write(area_key="", text=WORD, seen=0, by=city, **act)
    seen = f"Föreningen {WORD}"
    naming.correct(name=f"Nya {WORD}", reason=WORD, seen=seen, by=city, **act)
    recording.mark_read(response=response, by=city)
    recording.register(
        submission=submission, registry_number=f"STK {WORD}", registered_on=LAST_DAY,
        at=NOON, by=registrar,
    )  # fmt: skip
    passage = Passage.objects.select_related("answer__submission__response").get()
    theme = reviewing.new_theme(
        consultation=consultation, area_key="city-life", name="Fåglar", at=NOON, by=city
    )
    reviewing.place(passage=passage, themes=[theme], seen=0, at=NOON, by=city)
    return response


def dispose(*responses, by, at=AFTER):
    keys = [each.pk for each in responses]
    return disposing.dispose(responses=keys, decision=DECISION, at=at, by=by)


def tables_with(word):
    found = set()
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            said = str(cursor.fetchall())
        if word in said.casefold():
            found.add(model._meta.object_name)
    return found


def test_nothing_of_the_answer_is_left_in_any_table(full, registrar):
    assert tables_with(WORD) == {
        "Answer", "Attachment", "CoSignatory", "DraftFile", "DraftPart", "DraftRevision", "Event",
        "ExtensionRequest", "Message", "NameCorrection", "Note", "Registration", "Response",
        "Submission",
    }  # fmt: skip

    dispose(full, by=registrar)

    assert tables_with(WORD) == set()
    assert Letter.objects.count() == ReviewStep.objects.count() == Passage.objects.count() == 0
    assert DisposalPermit.objects.count() == 0


def test_what_stays_is_the_decision_and_a_log_that_says_who_did_what(full, registrar):
    before = {(e.verb, e.at, e.actor_id) for e in Event.objects.filter(response=full)}

    disposal = dispose(full, by=registrar)

    assert (disposal.decision, disposal.number, disposal.references) == (
        DECISION, 1, [full.reference]
    )  # fmt: skip
    kept = Event.objects.filter(response=full)
    assert {(e.verb, e.at, e.actor_id) for e in kept} == before | {
        (Verb.DISPOSED, AFTER, registrar.pk)
    }
    assert {event.note for event in kept} == {"", DECISION}


def test_what_was_said_of_more_time_before_the_answer_came_goes_and_others_stays(
    consultation, city, registrar
):
    def decided(organisation, at, decide, **how):
        draft = make_draft(
            consultation=consultation, organisation=organisation, texts={"rest": {"summary": "A"}}
        )
        asked = ask_for_time(draft=draft, reason=WORD)
        decide(request=asked, note=f"{WORD} är sjuk", at=at, by=city, **how)
        return draft

    own, next_one = NOON, NOON + days(1)
    until = {"until": LAST_DAY + days(5)}
    drafts = [
        decided(f"Föreningen {WORD}", own, extending.grant, **until),
        decided("Nej-föreningen", own, extending.decline),
        decided("En annan", next_one, extending.decline),
    ]
    responses = [send_in(draft=draft).response for draft in drafts[:2]]
    before = set(Event.objects.values_list("pk", "verb", "at", "actor"))

    dispose(*responses, by=registrar)

    assert before < set(Event.objects.values_list("pk", "verb", "at", "actor"))
    said = Event.objects.filter(response=None).exclude(note="")
    assert list(said.values_list("at", "note")) == [(next_one, f"En annan. {WORD} är sjuk")]


def test_others_answers_are_left_whole(full, consultation, registrar):
    other = make_submission(consultation=consultation, files=["annan.pdf"])

    dispose(full, by=registrar)

    assert Submission.objects.get() == other
    assert other.answers.count() == other.attachments.count() == 1
    assert Letter.objects.filter(target=f"submission:{other.pk}").count() == 1


def test_the_files_go_once_it_stands_and_not_when_it_fails(
    full, registrar, settings, django_capture_on_commit_callbacks
):
    def stored():
        return [path for path in Path(settings.UPLOADS_DIR).rglob("*") if path.is_file()]

    with transaction.atomic():
        dispose(full, by=registrar)
        transaction.set_rollback(True)
    assert len(stored()) == Submission.objects.count() == 1

    with django_capture_on_commit_callbacks(execute=True):
        dispose(full, by=registrar)

    assert stored() == []


def test_an_open_remiss_and_one_with_time_of_its_own_are_never_gallrad(full, registrar):
    full.own_last_day = LAST_DAY + days(30)
    full.save()
    for at in (NOON, NOON + days(40)):
        with pytest.raises(disposing.CannotDispose):
            dispose(full, by=registrar, at=at)

    assert Submission.objects.count() == 1


def test_one_that_may_not_go_keeps_the_others(full, consultation, registrar):
    own = make_submission(consultation=consultation).response
    own.own_last_day = LAST_DAY + days(60)
    own.save()

    with pytest.raises(disposing.CannotDispose):
        dispose(full, own, by=registrar)

    assert Submission.objects.count() == 2
    assert Disposal.objects.count() == 0


def test_the_link_and_the_page_of_the_answer_are_dead(full, registrar, client, signed_in, at):
    key = links.make_key(full, purpose=links.FROM_MAIL)
    dispose(full, by=registrar)
    at(AFTER)

    assert client.get(reverse("remiss:open_link", args=[key])).status_code == 404
    signed_in(registrar)
    page = reverse("admin:remiss_response_change", args=[full.pk])
    assert client.get(page).status_code == 404
    log = client.get(reverse("admin:log")).content.decode()
    assert full.reference in log
    assert page not in log
    assert full.reference in client.get(reverse("admin:disposals")).content.decode()


def test_without_a_permit_raw_sql_still_removes_nothing(full, registrar):
    other = new_reference()
    dispose(full, by=registrar)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM remiss_disposal")
    assert other not in Disposal.objects.get().references


def test_the_page_names_them_links_to_an_export_and_asks_for_their_number(
    full, registrar, signed_in, at
):
    at(AFTER)
    client, address = signed_in(registrar), reverse("admin:dispose")
    listing = reverse("admin:remiss_response_changelist")
    asked = client.post(
        listing, {"action": "dispose", "_selected_action": [full.pk], "index": "0"}, follow=True
    )
    page = asked.content.decode()
    assert full.reference in page
    assert "Ingen har exporterat svar i den här remissen." in page
    assert f"ids={full.pk}" in page

    for wrong in ({"decision": DECISION, "number": "2"}, {"decision": "", "number": "1"}):
        refused = client.post(address, {"ids": full.pk, **wrong}).content.decode()
        assert "behöver rättas" in refused
    assert Response.objects.get().latest is not None

    client.post(address, {"ids": full.pk, "decision": DECISION, "number": "1"})
    assert Response.objects.get().latest is None


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_what_is_gallrat_already_is_said_to_be(full, consultation, registrar, signed_in, at):
    at(AFTER)
    client, address = signed_in(registrar), reverse("admin:dispose")
    other = make_submission(consultation=consultation).response
    dispose(full, by=registrar)
    answers = {"decision": DECISION, "number": "1"}

    again = client.post(address, {"ids": full.pk, **answers})
    some = client.get(address, {"ids": f"{full.pk},{other.pk}"})

    said = f"Ett av de valda svaren är redan gallrat: {full.reference}."
    assert said in words_of(again)
    assert again.context["errors_present"] is False
    assert 'name="decision"' not in again.content.decode()
    assert said in words_of(some)
    assert some.context["going"] == [other]
    assert Disposal.objects.count() == 1


def test_answers_without_a_diarienummer_are_named_before_they_go(
    full, consultation, registrar, signed_in, at
):
    at(AFTER)
    other = make_submission(consultation=consultation).response

    page = signed_in(registrar).get(reverse("admin:dispose"), {"ids": f"{full.pk},{other.pk}"})

    said = f"Ett av svaren saknar diarienummer: {other.reference}. Efter gallringen"
    assert said in words_of(page)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (NOON, "Remissen pågår."),
        (
            AFTER,
            "Remissen är stängd, men det här svaret har egen svarstid till och med "
            "onsdag 30 december.",
        ),
    ],
)
def test_why_an_answer_is_left_out_is_said_of_each(full, registrar, signed_in, at, when, why):
    at(when)
    full.own_last_day = LAST_DAY + days(30)
    full.save()

    page = signed_in(registrar).get(reverse("admin:dispose"), {"ids": full.pk})

    assert f"{full.reference}. {why}" in words_of(page)


def test_the_page_offers_nothing_while_the_remiss_is_open(full, registrar, signed_in, noon):
    address = reverse("admin:dispose")
    page = signed_in(registrar).get(address, {"ids": full.pk}).content.decode()

    assert "Gallras inte" in page
    assert 'name="decision"' not in page
