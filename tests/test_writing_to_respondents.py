"""A letter to the one who sent an answer in: looked at, held, stopped, kept, and never to a
stranger."""

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.urls import reverse

from remiss import mail
from remiss.models import Event, Letter, Message, Verb
from remiss.workflow import answering, writing
from remiss.workflow.inviting import HOLD, TooLate
from tests.factories import NOON, make_recorded, make_submission

WORDS = {"subject": "En fråga om era lokaler", "body": "Hej!\n\nMenar ni {länk} och {{ 7|add:1 }}?"}
ADDRESS = "sekreterare@tegelbacken.example"


def path(response, name="write_to_respondent", *args):
    return reverse(f"admin:{name}", args=[response.pk, *args])


def write(response, by, once="en"):
    return writing.write(response=response, once=once, at=NOON, by=by, **WORDS)


def sent_now(letter):
    mail.deliver(letter, at=letter.due)
    return django_mail.outbox


def test_two_presses_make_one_letter_that_is_held_and_logged_without_its_words(submission, civil):
    first, second = (write(submission.response, civil) for _press in range(2))

    assert first == second == Message.objects.get()
    letter = Letter.objects.get(kind="message")
    assert (letter.address, letter.due, letter.state) == (ADDRESS, NOON + HOLD, "queued")
    event = Event.objects.get(verb=Verb.WROTE_TO)
    assert (event.actor, event.response, event.note) == (civil, submission.response, "")


def test_what_is_sent_is_the_words_as_they_were_written(submission, civil):
    write(submission.response, civil)

    [message] = sent_now(Letter.objects.get(kind="message"))

    assert message.subject == WORDS["subject"]
    assert message.to == [ADDRESS]
    assert message.body.startswith(WORDS["body"])
    assert submission.response.reference in message.body


def test_a_stopped_letter_is_not_sent_and_its_text_is_kept(submission, city):
    message = write(submission.response, city)
    writing.stop(message=message, at=NOON, by=city)

    assert Letter.objects.claim(NOON + HOLD, 50) != []
    assert Letter.objects.get(kind="message").state == "stopped"
    assert Message.objects.get().body == WORDS["body"]
    with pytest.raises(TooLate):
        writing.stop(message=message, at=NOON, by=city)


def test_a_letter_that_is_no_longer_held_cannot_be_stopped(submission, city):
    message = write(submission.response, city)

    with pytest.raises(TooLate):
        writing.stop(message=message, at=NOON + HOLD, by=city)


def received_by(how, *, consultation, by, email=ADDRESS):
    """An answer whose sender has not confirmed the address."""
    if how == "portal":
        return make_submission(consultation=consultation, confirmed=False).response
    return make_recorded(consultation=consultation, by=by, channel=how, email=email).response


def test_an_answer_by_e_mail_can_be_written_to_at_the_address_it_came_from(
    consultation, city, signed_in, noon
):
    response = received_by("email", consultation=consultation, by=city)
    address = reverse("admin:remiss_response_change", args=[response.pk])

    page = signed_in(city).get(address).content.decode()
    write(response, city)
    [message] = sent_now(Letter.objects.get(kind="message"))

    assert path(response) in page
    assert (message.to, message.subject) == ([ADDRESS], WORDS["subject"])


WAYS = {
    "maria": "Visa kontaktuppgifterna på svarets sida och skriv från din egen e-post.",
    "ahmed": "Be registratorn eller kommunens samordnare att skriva från sin egen e-post.",
}
WHY_NOT = {
    "portal": "Den som svarat har inte bekräftat e-postadressen. Fri text skickas inte dit.",
    "phone": "Svaret kom inte med e-post, så ingen har visat att e-postadressen är rätt. "
    "Fri text skickas inte dit.",
}


@pytest.mark.parametrize("username", WAYS)
@pytest.mark.parametrize("how", WHY_NOT)
def test_the_answers_page_says_why_it_cannot_be_written_to_and_what_to_do(
    consultation, city, civil, signed_in, how, username
):
    response = received_by(how, consultation=consultation, by=city)
    client = signed_in({"maria": city, "ahmed": civil}[username])

    page = client.get(reverse("admin:remiss_response_change", args=[response.pk]))
    refused = client.get(path(response))

    assert f"{WHY_NOT[how]} {WAYS[username]}" in page.content.decode()
    assert f"{WHY_NOT[how]} {WAYS[username]}" in refused.content.decode()
    assert path(response) not in page.content.decode()


def test_where_there_is_no_address_the_page_says_so(consultation, city, signed_in):
    response = received_by("meeting", consultation=consultation, by=city, email="")

    page = signed_in(city).get(reverse("admin:remiss_response_change", args=[response.pk]))

    said = "Svaret har ingen e-postadress. Hör av dig på samma sätt som svaret kom."
    assert said in page.content.decode()
    assert path(response) not in page.content.decode()


@pytest.mark.parametrize("how", ["portal", "meeting", "phone", "post"])
def test_nobody_who_has_not_shown_that_they_read_the_address_gets_free_text(
    consultation, city, how, signed_in, noon
):
    response = received_by(how, consultation=consultation, by=city)

    with pytest.raises(writing.CannotWrite):
        write(response, city)
    page = signed_in(city).post(path(response), WORDS | {"send": "1"})

    assert "Skicka brevet" not in page.content.decode()
    assert Message.objects.count() == Letter.objects.filter(kind="message").count() == 0


def test_a_letter_whose_address_has_changed_meanwhile_goes_to_nobody(submission, city):
    write(submission.response, city)
    letter = Letter.objects.get(kind="message")
    draft = answering.Draft.objects.get()
    answering.change_email(draft=draft, email="ny@tegelbacken.example", at=NOON)

    assert sent_now(letter) == []
    letter.refresh_from_db()
    assert letter.state == "failed"


def test_the_idéburna_side_writes_without_seeing_the_address(submission, civil, signed_in, noon):
    client = signed_in(civil)
    preview = client.post(path(submission.response), WORDS).content.decode()

    assert "Så ser brevet ut" in preview
    assert ADDRESS not in preview
    assert Event.objects.filter(verb=Verb.READ_CONTACT).count() == 0

    client.post(path(submission.response), WORDS | {"once": "två", "send": "1"})
    message = Message.objects.get()
    page = client.get(path(submission.response, "message", message.pk)).content.decode()
    assert "Ångra" in page
    assert ADDRESS not in page
    reading = client.get(reverse("admin:remiss_response_change", args=[submission.response_id]))
    assert path(submission.response, "message", message.pk) in reading.content.decode()


def test_the_city_sees_the_address_in_the_preview_and_that_is_logged(
    submission, city, signed_in, noon
):
    preview = signed_in(city).post(path(submission.response), WORDS).content.decode()

    assert ADDRESS in preview
    assert Event.objects.get(verb=Verb.READ_CONTACT).actor == city
    assert Message.objects.count() == 0


def test_a_line_break_in_the_subject_is_refused_and_the_text_handed_back(
    submission, city, signed_in, noon
):
    wrong = WORDS | {"subject": "Hej\nBcc: alla@fn.example"}
    page = signed_in(city).post(path(submission.response), wrong | {"send": "1"}).content.decode()

    assert "Ämnet ska stå på en rad." in page
    assert "Menar ni" in page
    assert Message.objects.count() == 0


def test_the_text_holds_no_address(submission, city):
    write(submission.response, city)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM remiss_message")
        assert ADDRESS not in str(cursor.fetchall())
