"""Mail that did not arrive: what is noted of it, on what, and what stays as it was."""

import mailbox
from email import message_from_string, policy
from pathlib import Path

import pytest
from django.core import mail as outbox

from remiss import mail
from remiss.admin import scopes
from remiss.bounces import Bounce, Outcome
from remiss.models import BodyAddress, Event, Invitation, Letter, Response
from remiss.workflow import bouncing, invited, inviting, posting, tying
from tests.factories import NOON, days, make_body, make_draft, make_invitation, make_submission
from tests.rig import Sink
from tests.test_bounces import failed, report
from tests.test_outbox import smtp

TO = "info@sundspan.example"


@pytest.fixture
def invitation(consultation, city, noon):
    return make_invitation(consultation=consultation, by=city)


def bounce(letter, *, outcome=Outcome.REFUSED, status="5.1.1", recipient=None, **more):
    recipient = letter.address if recipient is None else recipient
    return Bounce(letter.message_id, recipient, outcome, status, "User unknown", **more)


def sentences(*reports, by=None):
    return [taken.sentence for taken in bouncing.take(reports, at=NOON, by=by)]


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Letter, BodyAddress, Event)]


def log():
    rows = Event.objects.filter(verb="bounced").order_by("pk")
    return [(event.body_id, event.response_id, event.actor_name, event.note) for event in rows]


# What a report does


def test_a_hard_bounce_is_noted_on_letter_and_address_and_in_the_log(invitation):
    letter = invitation.letters.get()

    assert sentences(bounce(letter)) == [bouncing.MARKED]

    letter.refresh_from_db()
    assert (letter.state, letter.bounced_at, letter.bounce) == (
        "failed",
        NOON,
        "5.1.1 User unknown",
    )
    address = BodyAddress.objects.get()
    assert (address.failed_at, address.failure) == (NOON, "5.1.1 User unknown")
    assert log() == [(invitation.body_id, None, "Portalen", f"{TO}: 5.1.1 User unknown")]
    assert Invitation.objects.with_status().get().status == "not_delivered"


def test_the_same_report_twice_changes_nothing(invitation):
    letter = invitation.letters.get()
    bouncing.take([bounce(letter)], at=NOON)
    before = everything()

    taken = bouncing.take([bounce(letter), bounce(letter)], at=NOON + days(1))

    assert [one.sentence for one in taken] == [bouncing.KNOWN] * 2
    assert everything() == before


def test_a_server_that_gave_up_is_noted_on_the_letter_and_the_address_still_works(
    invitation, city, signed_in
):
    letter = invitation.letters.get()
    report = bounce(letter, outcome=Outcome.GIVEN_UP, status="4.4.7")

    assert sentences(report, report) == [bouncing.GIVEN_UP, bouncing.KNOWN]

    letter.refresh_from_db()
    assert (letter.state, letter.bounced_at, letter.bounce) == (
        "failed",
        NOON,
        "4.4.7 User unknown",
    )
    assert BodyAddress.objects.failing().count() == 0
    assert log() == [(invitation.body_id, None, "Portalen", f"{TO}: 4.4.7 User unknown")]
    assert Invitation.objects.with_status().get().status == "not_delivered"
    to_do = signed_in(city).get("/samordning/").context["to_do"]
    assert {row.label: row.number for row in to_do}["Inbjudningar som inte kom fram"] == 1


@pytest.mark.parametrize("outcome", list(bouncing.NOTHING_NOTED))
def test_what_is_no_failure_is_told_and_changes_nothing(invitation, outcome):
    before = everything()

    said = sentences(bounce(invitation.letters.get(), outcome=outcome, status="4.2.0"))

    assert said == [bouncing.NOTHING_NOTED[outcome]]
    assert everything() == before


def test_a_letter_is_found_however_its_id_is_written(invitation):
    letter = invitation.letters.get()
    bare = letter.message_id.strip("<>").upper()

    assert sentences(Bounce(bare, TO.upper(), Outcome.REFUSED)) == [bouncing.MARKED]


def test_a_report_that_does_not_fit_says_why(invitation):
    letter = invitation.letters.get()
    before = everything()

    assert sentences(
        Bounce("<annat@fn.example>", TO, Outcome.REFUSED),
        Bounce("", TO, Outcome.REFUSED),
        bounce(letter, recipient="kassor@annan.example"),
    ) == [bouncing.UNKNOWN, bouncing.NO_ID, bouncing.OTHER_ADDRESS]
    assert everything() == before


def test_every_remissinstans_with_the_address_is_marked_and_what_was_known_stays(invitation):
    make_body(name="Grannkretsen", email=TO)
    known = make_body(name="Tredje kretsen", email=TO)
    known.addresses.update(failed_at=NOON - days(9), failure="sedan länge")
    other = make_body(name="Annan", email="annan@fn.example")

    bouncing.take([bounce(invitation.letters.get(), recipient="")], at=NOON)

    marked = BodyAddress.objects.failing().order_by("body__name")
    assert list(marked.values_list("body__name", "failed_at")) == [
        ("Grannkretsen", NOON),
        ("Sundspans kulturkrets", NOON),
        ("Tredje kretsen", NOON - days(9)),
    ]
    assert other.addresses.get().failed_at is None


def test_a_receipt_that_bounces_leaves_the_answer_received(consultation, noon):
    submission = make_submission(consultation=consultation)
    before = list(Response.objects.values())
    posting.send_all()
    receipt = Letter.objects.get(kind="receipt")

    bouncing.take([bounce(receipt)], at=NOON)

    assert list(Response.objects.current().values()) == before
    # The contact's address is not for everybody who reads the log.
    assert log() == [(None, submission.response_id, "Portalen", "Kvitto 5.1.1")]


def test_of_a_letter_about_a_draft_staff_learn_nothing(consultation, noon):
    make_body(email="anna@fn.example")
    make_draft(consultation=consultation, email="anna@fn.example")
    letter = Letter.objects.get(kind="link")

    (taken,) = bouncing.take([bounce(letter)], at=NOON)

    letter.refresh_from_db()
    assert (letter.state, letter.bounced_at) == ("failed", NOON)
    assert (taken.is_shown, taken.addresses, log()) == (False, [], [])
    assert BodyAddress.objects.failing().count() == 0


def test_who_put_a_report_in_stands_in_the_log(invitation, city):
    bouncing.take([bounce(invitation.letters.get())], at=NOON, by=city)

    assert Event.objects.get(verb="bounced").actor == city


def test_a_report_that_is_quicker_than_we_are_is_not_overwritten(invitation):
    letter = invitation.letters.get()
    bouncing.take([bounce(letter)], at=NOON)

    letter.mark_sent(NOON)  # by the process that had it, and knows nothing of the report

    letter = Letter.objects.get(pk=letter.pk)
    assert (letter.state, letter.sent_at) == ("failed", NOON)


def test_an_invitation_that_came_back_has_been_sent_and_is_followed_by_no_reminder(
    consultation, invitation, city
):
    bouncing.take([bounce(invitation.letters.get())], at=NOON + days(1))

    found = Invitation.objects.with_status().get()
    assert (found.sent_at, found.status) == (NOON, "not_delivered")
    assert list(Invitation.objects.sent()) == [invitation]
    (left_out,) = inviting.to_remind(consultation, [invitation.body_id], at=NOON + days(5))
    assert left_out.why_not == "Adressen fungerar inte."


def test_an_invitation_that_was_refused_at_once_has_not_been_sent(consultation, city, noon):
    invitation = make_invitation(consultation=consultation, by=city, sent=False)

    mail.bounced(invitation.letters.get(), status="5.1.1", diagnostic="", at=NOON)

    found = Invitation.objects.with_status().get()
    assert (found.sent_at, found.status) == (None, "not_delivered")
    assert list(Invitation.objects.sent()) == []


@pytest.mark.parametrize("settle", ["answer", "decline"])
def test_whoever_has_answered_is_no_longer_among_those_that_were_not_reached(
    consultation, invitation, city, settle
):
    bouncing.take([bounce(invitation.letters.get())], at=NOON)
    rows = Invitation.objects.with_status()
    assert list(scopes.not_delivered(rows)) == [invitation]

    if settle == "answer":
        response = make_submission(consultation=consultation).response
        tying.tie(response=response, bodies=[invitation.body], at=NOON, by=city)
    else:
        invited.decline(invitation=invitation, reason="", at=NOON)

    assert list(scopes.not_delivered(rows.all())) == []


def test_a_letter_that_bounced_is_sent_again_to_another_address(invitation, city, at):
    bouncing.take([bounce(invitation.letters.get())], at=NOON)
    other = BodyAddress.objects.create(body=invitation.body, email="ny@sundspan.example")

    tomorrow = at(NOON + days(1))
    inviting.send_again(invitation=invitation, address=other, at=tomorrow, by=city)
    posting.send_all()

    assert [message.to for message in outbox.outbox] == [["ny@sundspan.example"]]
    assert Invitation.objects.with_status().get().status == "sent"


# A server that refuses at once


@pytest.fixture
def waiting(consultation, city, noon):
    """A letter that is due, and one to somebody else after it."""
    for name, email in (("Sundspan", TO), ("Tegelbacken", "info@tegelbacken.example")):
        make_invitation(consultation=consultation, by=city, name=name, email=email, sent=False)
    return Letter.objects.get(address=TO)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("550 5.1.1 User unknown", "5.1.1 User unknown"),
        ("550 No such user here", "5.0.0 550 No such user here"),
        ("552 5.2.2 Mailbox full", "5.2.2 Mailbox full"),
    ],
)
def test_an_address_refused_for_good_is_marked_and_not_tried_again(
    waiting, settings, at, reply, words
):
    with Sink() as sink:
        sink.reply_to_address = reply
        smtp(settings, sink.port)
        posting.send_all()
        sink.reply_to_address = "250 OK"
        at(NOON + days(1))
        posting.send_all()

    waiting.refresh_from_db()
    assert (waiting.state, waiting.bounce, waiting.attempts) == ("failed", words, 1)
    assert BodyAddress.objects.get(email=TO).failure == words
    assert len(log()) == 2
    assert sink.messages == []


@pytest.mark.parametrize(
    "reply",
    [
        "421 Try again later",
        "450 4.2.0 Greylisted",
        "451 4.7.1 Try again",
        "550 5.7.1 Relaying denied",
        "550 relay not permitted",
        "530 5.7.0 Authentication required",
        "554 5.7.1 Client host blocked",
    ],
)
def test_a_refusal_that_may_pass_or_is_about_us_is_tried_again(waiting, settings, at, reply):
    with Sink() as sink:
        sink.reply_to_address = reply
        smtp(settings, sink.port)
        posting.send_all()
        waiting.refresh_from_db()
        assert (waiting.state, waiting.attempts) == ("queued", 1)
        assert reply[:3] in waiting.last_error

        sink.reply_to_address = "250 OK"
        at(NOON + days(1))
        posting.send_all()

    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert (BodyAddress.objects.failing().count(), log()) == (0, [])
    assert len(sink.messages) == 2


def test_what_comes_back_goes_to_an_address_of_its_own(waiting, settings):
    settings.BOUNCES_ADDRESS = "studsar@malmoandan.example"
    with Sink() as sink:
        smtp(settings, sink.port)
        posting.send_all()

    assert set(sink.senders) == {"studsar@malmoandan.example"}
    message = message_from_string(sink.messages[0], policy=policy.default)
    assert message["From"] == settings.DEFAULT_FROM_EMAIL


def test_without_one_it_goes_to_the_sender(waiting, settings):
    with Sink() as sink:
        smtp(settings, sink.port)
        posting.send_all()

    assert set(sink.senders) == {"remiss@malmoandan.example"}


# The mailbox


@pytest.fixture
def box(settings, tmp_path):
    settings.BOUNCES_MAILDIR = str(tmp_path / "studsar")
    return mailbox.Maildir(settings.BOUNCES_MAILDIR, create=True)


def held(box):
    """Where each message lies and how it is marked, by its subject."""
    return {str(message["Subject"]): (message.get_subdir(), message.get_flags()) for message in box}


def test_the_letter_process_takes_the_reports_in_the_mailbox(invitation, box, caplog):
    letter = invitation.letters.get()
    about = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {letter.message_id}\n"
    box.add(report(failed(recipient=TO), original=about, top="Subject: Rapport\n"))
    box.add(b"From: anna@fn.example\nSubject: En sak\n\nHemligt.")
    box.add(b"Subject: Stor\n\n" + b"x" * 2**20)

    posting.do_chores()
    posting.do_chores()

    assert held(box) == {"Rapport": ("cur", "S"), "En sak": ("cur", ""), "Stor": ("cur", "")}
    letter.refresh_from_db()
    assert letter.bounce == "5.1.1 User unknown"
    assert len(log()) == 1
    assert "Hemligt" not in caplog.text
    assert TO not in caplog.text


def test_a_message_that_cannot_be_read_stays_new(invitation, box, settings):
    new = Path(settings.BOUNCES_MAILDIR) / "new"
    (new / "0-no-file").mkdir()
    box.add(b"Subject: Sedan\n\nx")

    bouncing.fetch(at=NOON)

    assert [file.name for file in new.iterdir()] == ["0-no-file"]


def test_a_mailbox_that_is_away_stops_nothing(db, settings, tmp_path, caplog):
    settings.BOUNCES_MAILDIR = str(tmp_path / "borta")

    posting.do_chores()

    assert "BOUNCES_MAILDIR could not be read: FileNotFoundError" in caplog.text
