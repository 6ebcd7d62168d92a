"""Letters: what they say, to whom, and what happens when the mail server will not have them."""

import email
import email.policy
import re
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.db import OperationalError, connection

from remiss import mail
from remiss.mail import contexts, rendering
from remiss.models import Draft, Letter, Response, Submission
from remiss.workflow import answering, posting, recording
from tests.factories import (
    LAST_DAY,
    NOON,
    area_key,
    days,
    make_draft,
    make_recorded,
    make_submission,
    save,
    send_in,
)
from tests.rig import Sink, free_port

CANARY = "Öppna skolornas aulor för föreningar."


@pytest.fixture(autouse=True)
def _at_noon(noon):
    pass


def sent_about(kind):
    """Send what is due; the one message of this kind."""
    queued = list(Letter.objects.filter(kind=kind))
    assert len(queued) == 1
    posting.send_all()
    return next(
        message
        for message in outbox.outbox
        if message.extra_headers["Message-ID"] == queued[0].message_id
    )


def links_in(message):
    return re.findall(r"^http://\S+/lank/\S+$", message.body, re.MULTILINE)


def smtp(settings, port, **more):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 1
    for name, value in more.items():
        setattr(settings, name, value)


# What the letters say


def test_the_link_letter_has_the_link_on_its_own_line(consultation):
    make_draft(consultation=consultation, email="anna@forening.example")

    message = sent_about("link")

    assert message.subject == "Länken till ert svar om Malmöandan"
    assert message.to == ["anna@forening.example"]
    assert message.reply_to == [consultation.contact_email]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert len(links_in(message)) == 1
    assert "måndag 30 november 2026 kl. 23.59" in message.body.replace("\n", " ")
    assert message.body.endswith(f"\nMalmöandans samordnare\n{consultation.contact_email}\n")


def test_the_link_letter_of_a_private_person_names_nobody(consultation):
    make_draft(consultation=consultation, kind="private_person", organisation="")

    assert "handlingsplan.\n" in sent_about("link").body


def test_after_closing_the_link_letter_says_how_long_the_draft_is_kept(consultation, at):
    draft = make_draft(consultation=consultation)
    Letter.objects.all().delete()
    at(NOON + days(20))
    answering.resend_link(draft=draft, at=NOON + days(20))

    body = sent_about("link_again").body.replace("\n", " ")

    assert "Svaret är inte inskickat än. Remissen stängde måndag 30 november 2026." in body
    assert "till och med onsdag 30 december 2026" in body


def test_the_receipt_proves_what_was_received_and_when(consultation):
    submission = make_submission(
        consultation=consultation,
        texts={
            area_key("city-life"): {"how": CANARY, "stance": "supports"},
            "rest": {"summary": "Lås upp."},
        },
    )

    message = sent_about("receipt")

    assert message.subject == f"Vi har tagit emot ert svar, {submission.response.reference}"
    assert "torsdag 12 november 2026 kl. 12.00" in message.body.replace("\n", " ")
    assert f"Referensnummer: {submission.response.reference}\nVersion: 1\n" in message.body
    assert f"Kontrollkod: {submission.digest_groups}\n" in message.body
    assert "\nhttp://127.0.0.1:8000/kontroll/\n" in message.body
    assert "Ni kan ändra svaret till och med måndag 30 november 2026" in message.body
    assert message.body.index("3. Stadsliv") < message.body.index(CANARY)
    assert "Ställningstagande: Tillstyrker" in message.body
    assert "Hela planen\n\nSammanfattning\nLås upp." in message.body
    assert "1. Ungas hälsa" not in message.body  # an area left alone is not listed
    assert len(links_in(message)) == 1


def test_an_unconfirmed_address_gets_a_receipt_without_any_text(consultation):
    submission = make_submission(consultation=consultation, confirmed=False)

    body = sent_about("receipt").body

    assert CANARY not in body
    assert submission.digest_groups in body
    assert "Bekräfta adressen via länken så mejlar vi hela svaret." in body


def test_confirming_sends_the_whole_answer(consultation):
    draft = make_draft(consultation=consultation, texts={area_key("city-life"): {"how": CANARY}})
    submission = send_in(draft=draft)
    answering.confirm(holder=draft, at=NOON)
    answering.confirm(holder=draft, at=NOON)

    message = sent_about("full_receipt")

    assert message.subject == f"Hela ert svar, {submission.response.reference}"
    assert CANARY in message.body


def test_version_two_says_so_and_its_receipt_has_its_own_digest(consultation):
    draft = make_draft(consultation=consultation, texts={area_key("city-life"): {"how": CANARY}})
    first = send_in(draft=draft)
    save(draft=draft, key=area_key("city-life"), how="Ändrat.")
    second = send_in(draft=draft)
    posting.send_all()

    bodies = [message.body for message in outbox.outbox if "tagit emot" in message.subject]
    assert [re.search(r"Version: (\d)", body)[1] for body in bodies] == ["1", "2"]
    assert first.digest_groups in bodies[0]
    assert second.digest_groups in bodies[1]


def test_a_withdrawal_is_confirmed(consultation):
    submission = make_submission(consultation=consultation)
    answering.withdraw(response=submission.response, at=NOON)

    message = sent_about("withdrawn")

    assert message.subject == f"Ni har tagit tillbaka ert svar, {submission.response.reference}"
    assert CANARY not in message.body
    assert "märkt som återtaget" in message.body.replace("\n", " ")


def test_a_registered_answer_gets_a_receipt_without_a_link(consultation, city):
    recorded = make_recorded(consultation=consultation, by=city)
    mail.queue_recorded(recorded, address="kim@forening.example", at=NOON)

    message = sent_about("receipt")

    assert links_in(message) == []
    assert "Bekräfta adressen" not in message.body


def test_a_coordinator_who_wants_to_know_at_once_gets_reference_sender_and_link(consultation, city):
    city.coordinator.notice = "at_once"
    city.coordinator.save()
    submission = make_submission(consultation=consultation)

    message = sent_about("new_response")

    assert message.to == [city.email]
    assert message.subject == f"Nytt svar om Malmöandan, {submission.response.reference}"
    assert "Tegelbackens kultur- och idrottsförening (Förening)" in message.body.replace("\n", " ")
    assert f"/samordning/remiss/response/{submission.response_id}/" in message.body
    assert CANARY not in message.body


def test_a_suspect_answer_is_said_to_be_set_aside(consultation, city):
    city.coordinator.notice = "at_once"
    city.coordinator.save()
    make_submission(consultation=consultation, is_suspect=True)

    body = sent_about("new_response").body.replace("\n", " ")

    assert "lagt åt sidan: misstänkt skräp, inte granskat" in body


def test_the_day_s_letter_lists_the_answers_since_the_last(consultation, civil):
    civil.coordinator.notice = "daily"
    civil.coordinator.save()
    first = make_submission(consultation=consultation, at=NOON - timedelta(hours=7))
    second = make_submission(consultation=consultation, at=NOON - timedelta(hours=6))
    make_submission(consultation=consultation)  # after seven: tomorrow's
    assert recording.tell_daily(at=NOON) == 1
    assert recording.tell_daily(at=NOON) == 0

    message = sent_about("digest")

    assert message.subject == "2 nya svar om Malmöandan"
    references = re.findall(r"^- (MA-\w{4}):", message.body, re.MULTILINE)
    assert references == [first.response.reference, second.response.reference]


def test_a_report_about_accessibility_reaches_the_coordinators(consultation):
    recording.report_failing(
        consultation=consultation, text="Menyn går inte att nå.", email="", at=NOON
    )

    message = sent_about("report")

    assert message.to == [consultation.contact_email]
    assert "Menyn går inte att nå." in message.body


def test_every_letter_is_plain_text_in_lines_of_72(consultation, city):
    city.coordinator.notice = "at_once"
    city.coordinator.save()
    long = "Ett långt ord: " + "mycket text utan radbrytning " * 40 + "https://" + "x" * 90
    submission = make_submission(
        consultation=consultation,
        organisation="Samarbetsorganet för föreningar i östra och västra hamnen, "
        "med omnejd och vänner",
        texts={area_key("city-life"): {"how": f"{long}\n\n· en punkt\n· en till"}},
    )
    answering.withdraw(response=submission.response, at=NOON)
    recording.report_failing(consultation=consultation, text=long, email="", at=NOON)
    posting.send_all()

    assert len(outbox.outbox) == 5
    for message in outbox.outbox:
        long_lines = [line for line in message.body.split("\n") if len(line) > 72]
        assert all(" " not in line and "://" in line for line in long_lines), message.subject
        assert "&" not in message.body
        assert "\n" not in message.subject
    receipt = next(message for message in outbox.outbox if "tagit emot" in message.subject)
    assert "\n· en punkt\n· en till\n" in receipt.body


@pytest.mark.parametrize(
    "subject",
    [
        "Påminnelse",
        "Remiss: Handlingsplan för samverkan mellan idéburen sektor och Malmö stad 2027–2030",
        f"Remiss: {'å' * 100}",
        f"Remiss: {'plan ' * 30}".strip(),
    ],
)
def test_a_subject_is_read_as_it_was_written_however_it_is_folded(subject):
    message = rendering.LetterMessage(subject, "Hej", "a@b.example", ["c@d.example"]).message()
    raw = message.as_bytes(linesep="\r\n")

    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["Subject"] == subject
    assert re.findall(rb"^Subject: *\r\n", raw, re.MULTILINE) == []
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


@pytest.mark.parametrize(
    "name",
    [
        "Vinn nu på https://ond.example/kod",
        "www.ond.example",
        "Klicka ond.example/vinst",
        "Namn\r\nBcc: offer@forening.example",
        "x" * 200,
    ],
)
def test_an_organisation_s_name_cannot_carry_a_link_or_a_header(consultation, name):
    make_draft(consultation=consultation, organisation=name)

    message = sent_about("link")

    assert "ond.example" not in message.body
    assert "x" * 81 not in message.body
    assert "\nBcc" not in message.message().as_string()


# Addresses left behind


def test_a_letter_to_an_address_that_was_changed_is_not_sent(consultation, at):
    draft = make_draft(consultation=consultation, email="fel@annan.example")
    answering.change_email(
        draft=draft, email="ratt@forening.example", at=NOON + timedelta(minutes=1)
    )
    at(NOON + timedelta(minutes=1))
    posting.send_all()

    assert [message.to for message in outbox.outbox] == [["ratt@forening.example"]]
    assert Letter.objects.get(address="fel@annan.example").state == "failed"


def test_a_receipt_to_an_address_that_was_changed_has_neither_link_nor_text(consultation):
    submission = make_submission(consultation=consultation, email="fel@annan.example")
    Letter.objects.filter(kind="link").delete()
    draft = _draft_of(submission)
    answering.change_email(draft=draft, email="ratt@forening.example", at=NOON)

    message = sent_about("receipt")

    assert message.to == ["fel@annan.example"]
    assert links_in(message) == []
    assert CANARY not in message.body


def _draft_of(submission):
    return Draft.objects.get(public_id=submission.response.public_id)


def test_a_letter_about_what_is_gone_is_given_up_and_lets_the_others_through(consultation):
    gone = make_draft(consultation=consultation, email="borta@forening.example")
    make_draft(consultation=consultation, email="kvar@forening.example")
    gone.delete()
    posting.send_all()

    assert [message.to for message in outbox.outbox] == [["kvar@forening.example"]]
    assert Letter.objects.get(address="borta@forening.example").state == "failed"


# Queueing, claiming, trying again


def test_a_letter_is_queued_once_for_each_moment(consultation):
    draft = make_draft(consultation=consultation)
    mail.queue_link_again(draft, at=NOON)
    mail.queue_link_again(draft, at=NOON)
    mail.queue_link_again(draft, at=NOON + timedelta(seconds=1))

    assert Letter.objects.filter(kind="link_again").count() == 2


def test_a_claimed_letter_is_nobody_else_s_until_the_lease_is_over(consultation):
    make_draft(consultation=consultation)

    assert len(Letter.objects.claim(NOON)) == 1
    assert Letter.objects.claim(NOON + timedelta(minutes=4)) == []
    assert len(Letter.objects.claim(NOON + timedelta(minutes=6))) == 1


def test_a_failing_letter_backs_off_and_is_given_up_after_four_days(consultation):
    make_draft(consultation=consultation)
    letter, at, waits = Letter.objects.get(), NOON, []
    while letter.state == "queued":
        (letter,) = Letter.objects.claim(at)
        letter.mark_failed(at, "421 try again")
        waits.append(letter.next_try_at - at)
        at = letter.next_try_at

    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 16)]
    assert max(waits) == timedelta(hours=4)
    assert timedelta(days=4) < at - NOON < timedelta(days=5)


def test_after_a_restore_what_waited_is_held_until_it_is_released(consultation):
    make_draft(consultation=consultation)
    assert mail.hold() == 1
    make_draft(consultation=consultation, email="efter@forening.example")
    posting.send_all()
    assert [message.to for message in outbox.outbox] == [["efter@forening.example"]]

    assert mail.release(at=NOON) == 1
    posting.send_all()

    assert len(outbox.outbox) == 2


# Mail servers that misbehave


def failed_once(sentence):
    letter = Letter.objects.get(kind="receipt")
    return (
        letter.state == "queued"
        and letter.attempts == 1
        and letter.next_try_at > NOON
        and sentence in letter.last_error
    )


def test_a_refused_connection_leaves_the_answer_received_and_the_letter_waiting(
    consultation, settings
):
    smtp(settings, free_port())
    make_submission(consultation=consultation)
    posting.send_all()

    assert Response.objects.current().count() == 1
    assert failed_once("ConnectionRefusedError")


@pytest.mark.parametrize("reply", ["421 Try again later", "451 Greylisted", "550 No such user"])
def test_a_refused_letter_waits_and_goes_the_next_time(consultation, settings, at, reply):
    make_submission(consultation=consultation)
    with Sink() as sink:
        sink.reply = reply
        smtp(settings, sink.port)
        posting.send_all()
        assert failed_once(reply[:3])
        assert sink.messages == []

        sink.reply = "250 OK"
        at(NOON + timedelta(minutes=3))
        posting.send_all()

    assert len(sink.messages) == 2  # the link and the receipt
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}


def test_a_mail_server_that_never_answers_costs_a_second_and_not_the_answer(consultation, settings):
    make_submission(consultation=consultation)
    Letter.objects.exclude(kind="receipt").delete()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        smtp(settings, silent.getsockname()[1])
        began = time.monotonic()
        posting.send_all()

    assert time.monotonic() - began < 5
    assert failed_once("timed out")


# Django leaves closing to the garbage collector when STARTTLS is not to be had.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_nothing_is_sent_in_clear_when_the_server_has_no_starttls(consultation, settings):
    make_submission(consultation=consultation)
    with Sink() as sink:
        smtp(settings, sink.port, EMAIL_USE_TLS=True)
        posting.send_all()

    assert sink.messages == []
    assert failed_once("STARTTLS")


def test_a_letter_nobody_can_render_does_not_block_the_others(consultation, monkeypatch):
    make_draft(consultation=consultation, email="forst@forening.example")
    make_draft(consultation=consultation, email="sedan@forening.example")
    poison = Letter.objects.order_by("pk").first()
    broken = contexts.CONTEXTS | {"link": _fails_for(poison.pk)}
    monkeypatch.setattr(rendering, "CONTEXTS", broken)

    posting.send_all()

    assert [message.to for message in outbox.outbox] == [["sedan@forening.example"]]
    poison.refresh_from_db()
    assert (poison.state, poison.last_error) == ("queued", "ZeroDivisionError: poison")


def _fails_for(pk):
    def context(letter):
        if letter.pk == pk:
            raise ZeroDivisionError("poison")
        return contexts._draft_context(letter)

    return context


# The process


def test_the_loop_sends_does_its_chores_and_ends_when_told(consultation, monkeypatch):
    make_draft(consultation=consultation)
    stop, chores = threading.Event(), []
    monkeypatch.setattr(posting, "close_old_connections", lambda: None)
    monkeypatch.setattr(posting, "do_chores", lambda: chores.append(True))
    monkeypatch.setattr(stop, "wait", lambda pause: stop.set())

    posting.run(stop)

    assert len(outbox.outbox) == 1
    assert chores == [True]


def test_the_chores_keep_what_the_page_on_personuppgifter_promises(consultation, at):
    sent = make_submission(consultation=consultation)
    make_draft(consultation=consultation)
    longer = make_draft(consultation=consultation, email="langre@forening.example")
    Draft.objects.filter(pk=longer.pk).update(own_last_day=LAST_DAY + days(1))
    last_moment = datetime(2026, 12, 30, 22, 59, tzinfo=UTC)  # the thirtieth day, Swedish time

    at(last_moment)
    posting.do_chores()
    assert Draft.objects.count() == 3
    at(last_moment + timedelta(minutes=1))
    posting.do_chores()

    assert list(Draft.objects.all()) == [longer]
    assert Response.objects.current().get().latest == sent


def test_the_loop_waits_for_a_database_that_is_away(db, monkeypatch):
    stop, tries = threading.Event(), []

    def away(limit):
        tries.append(limit)
        raise OperationalError("gone")

    monkeypatch.setattr(posting, "close_old_connections", lambda: None)
    monkeypatch.setattr(posting.mail, "send_due", away)
    monkeypatch.setattr(posting.connection, "close", lambda: None)
    monkeypatch.setattr(stop, "wait", lambda pause: len(tries) == 3 and stop.set())

    posting.run(stop)

    assert tries == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_processes_never_claim_the_same_letter(consultation):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: rows locked by one process are skipped by the other")
    make_submission(consultation=consultation)
    first = connection.copy()
    with first.cursor() as cursor:
        first.set_autocommit(False)
        cursor.execute("SELECT id FROM remiss_letter ORDER BY id LIMIT 1 FOR UPDATE")
        (held,) = cursor.fetchone()

        claimed = [letter.pk for letter in Letter.objects.claim(NOON)]

        first.rollback()
    first.close()
    assert held not in claimed
    assert len(claimed) == 1
    assert Submission.objects.count() == 1
