"""The letters a week and a day before the last day: when, to whom, and what they say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail as outbox

from remiss import links, mail
from remiss.models import Draft, Letter, Response
from remiss.models.draft import WHO, area_key
from remiss.workflow import answering, ending, extending, invited, moving, posting, reminding
from tests.factories import (
    NOON,
    add_file,
    ask_for_time,
    begin_invited,
    days,
    make_consultation,
    make_draft,
    make_invitation,
    make_submission,
    save,
    send_in,
)

CITY = area_key("city-life")
CANARY = "KANARIEFAGELN-I-UTKASTET"
MICROSECOND = timedelta(microseconds=1)
# Nine o'clock in Malmö a week and a day before 30 November, which is winter time.
WEEK = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


def reminders():
    queued = Letter.objects.filter(kind__startswith="reminder").order_by("due", "target")
    return list(queued.values_list("kind", "target", "due"))


def one(kind, draft, due):
    return [(kind, f"draft:{draft.pk}", due)]


def rendered(kind="reminder_week"):
    return mail.render(Letter.objects.get(kind=kind))


def words(message):
    return " ".join(message.body.split())


# When


@pytest.mark.parametrize(
    ("last_day", "week", "day"),
    [
        pytest.param(date(2026, 11, 30), WEEK, DAY, id="winter"),
        pytest.param(
            date(2026, 10, 26),
            datetime(2026, 10, 19, 7, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 8, 0, tzinfo=UTC),
            id="summer time ends the day before",
        ),
        pytest.param(
            date(2026, 10, 25),
            datetime(2026, 10, 18, 7, 0, tzinfo=UTC),
            datetime(2026, 10, 24, 7, 0, tzinfo=UTC),
            id="summer time ends on the last day",
        ),
        pytest.param(
            date(2026, 10, 31),
            datetime(2026, 10, 24, 7, 0, tzinfo=UTC),
            datetime(2026, 10, 30, 8, 0, tzinfo=UTC),
            id="summer time ends in between",
        ),
        pytest.param(
            date(2027, 3, 29),
            datetime(2027, 3, 22, 8, 0, tzinfo=UTC),
            datetime(2027, 3, 28, 7, 0, tzinfo=UTC),
            id="summer time begins the day before",
        ),
    ],
)
def test_both_fall_due_at_nine_by_a_clock_in_malmo(db, last_day, week, day):
    consultation = make_consultation(opens_on=last_day - days(20), last_day=last_day)
    draft = make_draft(consultation=consultation, at=week - days(5))

    queued = [reminding.remind(at=at) for at in (week - MICROSECOND, week, day - MICROSECOND, day)]

    assert queued == [0, 1, 0, 1]
    assert reminders() == one("reminder_week", draft, week) + one("reminder_day", draft, day)


def test_nothing_is_queued_a_second_time(consultation):
    draft = make_draft(consultation=consultation)
    for at in (WEEK, WEEK, WEEK + days(2), DAY, DAY + days(1)):
        reminding.remind(at=at)

    assert reminders() == one("reminder_week", draft, WEEK) + one("reminder_day", draft, DAY)


def test_the_letter_goes_to_the_address_of_the_draft(consultation):
    make_draft(consultation=consultation, email="anna@forening.example")
    reminding.remind(at=WEEK)

    assert Letter.objects.get(kind="reminder_week").address == "anna@forening.example"


def test_after_days_without_a_letter_process_the_week_s_letter_goes_late(consultation):
    draft = make_draft(consultation=consultation)

    assert reminding.remind(at=WEEK + days(4)) == 1
    assert reminders() == one("reminder_week", draft, WEEK)


@pytest.mark.parametrize("later", [days(0), timedelta(hours=14), timedelta(hours=38)])
def test_of_two_that_fell_due_meanwhile_only_the_later_goes(consultation, later):
    """Also on the last day itself, until midnight."""
    draft = make_draft(consultation=consultation)

    assert reminding.remind(at=DAY + later) == 1
    assert reminders() == one("reminder_day", draft, DAY)


def test_the_morning_before_the_hour_has_come_nothing_goes_late_either(consultation):
    make_draft(consultation=consultation)

    assert reminding.remind(at=DAY - MICROSECOND) == 0


def test_after_the_last_day_nobody_is_reminded(consultation):
    make_draft(consultation=consultation)

    assert reminding.remind(at=datetime(2026, 11, 30, 23, 0, tzinfo=UTC)) == 0


# To whom


def test_an_answer_that_is_sent_in_is_not_reminded_of(consultation):
    make_submission(consultation=consultation)

    assert reminding.remind(at=WEEK) == 0


def test_a_withdrawn_answer_that_nobody_has_changed_is_not_reminded_of(consultation):
    answering.withdraw(response=make_submission(consultation=consultation).response, at=NOON)

    assert reminding.remind(at=WEEK) == 0


def test_changes_to_what_is_sent_in_are_reminded_of(consultation):
    draft = changed(consultation)

    assert reminding.remind(at=WEEK) == 1
    assert reminders() == one("reminder_week", draft, WEEK)


@pytest.fixture
def begun(consultation, city):
    """An invitation whose body has begun to answer."""
    invitation = make_invitation(consultation=consultation, by=city)
    begin_invited(invitation=invitation)
    return invitation


def test_whoever_has_begun_and_then_declined_is_not_reminded_until_they_change_their_mind(
    begun,
):
    invited.decline(invitation=begun, reason="", at=NOON)
    assert [reminding.remind(at=at) for at in (WEEK, DAY)] == [0, 0]

    invited.change_mind(invitation=begun, at=DAY)
    assert reminding.remind(at=DAY) == 1


@pytest.mark.parametrize("kind", ["reminder_week", "reminder_day"])
def test_a_reminder_that_waits_when_the_body_declines_is_not_sent(begun, at, kind):
    moment = at(WEEK if kind == "reminder_week" else DAY)
    Letter.objects.all().delete()
    reminding.remind(at=moment)
    invited.decline(invitation=begun, reason="", at=moment)
    posting.send_all()

    letter = Letter.objects.get()
    assert (letter.kind, letter.state) == (kind, "stopped")
    assert letter.last_error == "De hade redan avstått."
    assert outbox.outbox == []


def test_whoever_began_within_the_week_gets_only_the_day_s_letter(consultation):
    draft = make_draft(consultation=consultation, at=WEEK)

    assert [reminding.remind(at=WEEK + days(number)) for number in range(6)] == [0] * 6
    assert reminding.remind(at=DAY) == 1
    assert reminders() == one("reminder_day", draft, DAY)


def test_whoever_began_just_before_the_week_gets_both(consultation):
    make_draft(consultation=consultation, at=WEEK - MICROSECOND)

    assert [reminding.remind(at=at) for at in (WEEK, DAY)] == [1, 1]


def test_whoever_began_the_day_before_after_nine_gets_none(consultation):
    make_draft(consultation=consultation, at=DAY)

    assert [reminding.remind(at=DAY + timedelta(hours=hours)) for hours in (1, 24)] == [0, 0]


def test_a_suspect_that_nobody_has_confirmed_gets_none(consultation):
    make_draft(consultation=consultation, is_suspect=True)

    assert [reminding.remind(at=at) for at in (WEEK, DAY)] == [0, 0]


def test_a_suspect_whose_address_is_confirmed_gets_them_as_others_do(consultation):
    draft = make_draft(consultation=consultation, is_suspect=True)
    answering.confirm(holder=draft, at=NOON)

    assert [reminding.remind(at=at) for at in (WEEK, DAY)] == [1, 1]


def test_an_address_nobody_has_confirmed_is_reminded_all_the_same(consultation):
    make_draft(consultation=consultation)

    assert reminding.remind(at=WEEK) == 1


# Other last days


def test_a_draft_with_a_last_day_of_its_own_is_reminded_of_that_day(consultation):
    draft = make_draft(consultation=consultation)
    Draft.objects.update(own_last_day=date(2026, 12, 15))

    own_week = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
    own_day = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)
    queued = [reminding.remind(at=at) for at in (WEEK, DAY, own_week - MICROSECOND)]
    assert queued == [0, 0, 0]
    assert [reminding.remind(at=at) for at in (own_week, own_day)] == [1, 1]
    assert reminders() == [
        *one("reminder_week", draft, own_week),
        *one("reminder_day", draft, own_day),
    ]


def test_an_own_last_day_before_everybody_else_s_changes_nothing(consultation):
    draft = make_draft(consultation=consultation)
    Draft.objects.update(own_last_day=date(2026, 11, 20))

    assert reminding.remind(at=WEEK) == 1
    assert reminders() == one("reminder_week", draft, WEEK)


def test_more_time_moves_the_letters(consultation, city):
    draft = make_draft(consultation=consultation)
    reminding.remind(at=WEEK)
    grant(draft, until=date(2026, 12, 10), at=WEEK + days(2), by=city)

    queued = [reminding.remind(at=at) for at in (DAY, datetime(2026, 12, 3, 8, 0, tzinfo=UTC))]

    assert queued == [0, 1]


def test_whoever_was_given_more_time_within_the_week_has_just_had_a_letter(consultation, city):
    draft = make_draft(consultation=consultation)
    grant(draft, until=date(2026, 12, 3), at=DAY, by=city)

    day_before = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    assert [reminding.remind(at=at) for at in (DAY + days(1), day_before)] == [0, 1]
    assert reminders() == one("reminder_day", draft, day_before)


def grant(draft, *, until, at, by):
    request = ask_for_time(draft=draft, at=at)
    extending.grant(request=request, until=until, note="", at=at, by=by)


def test_a_last_day_that_is_moved_on_is_reminded_of_again(consultation, city):
    draft = make_draft(consultation=consultation)
    reminding.remind(at=WEEK)
    moving.move_last_day(
        consultation=consultation, last_day=date(2026, 12, 7), reason="", at=WEEK, by=city
    )

    later = WEEK + days(7)
    assert [reminding.remind(at=at) for at in (DAY, later)] == [0, 1]
    assert reminders() == one("reminder_week", draft, WEEK) + one("reminder_week", draft, later)


# What they say


@pytest.fixture
def unsent(consultation, at):
    at(WEEK)
    return make_draft(consultation=consultation, texts={CITY: {"how": CANARY}})


def changed(consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Öppna aulorna."}})
    send_in(draft=draft)
    save(draft=draft, key=CITY, how=CANARY)
    return draft


def test_of_what_was_never_sent_it_says_that_it_is_begun(unsent):
    reminding.remind(at=WEEK)

    message = rendered()

    assert message.subject == "Ert svar är inte inskickat än"
    assert (
        "Ni har börjat svara för Tegelbackens kultur- och idrottsförening men inte skickat in. "
        "Ni kan skicka in till och med måndag 30 november 2026 kl. 23.59. Det är 7 dagar kvar. "
        f"Fortsätt här: {links.link_in_mail(unsent)} Hinner ni inte? Be om längre tid via länken."
    ) in words(message)


def test_to_a_private_person_it_names_nobody(consultation, at):
    at(WEEK)
    make_draft(consultation=consultation, kind="private_person", organisation="")
    reminding.remind(at=WEEK)

    assert "Ni har börjat svara men inte skickat in." in words(rendered())


def test_of_changes_it_says_which_version_counts(consultation, at):
    at(WEEK)
    changed(consultation)
    reference = Response.objects.get().reference
    reminding.remind(at=WEEK)

    message = rendered()

    assert message.subject == "Era ändringar är inte inskickade än"
    assert (
        f"Ni har ändrat svaret från Tegelbackens kultur- och idrottsförening ({reference}) men "
        "inte skickat in ändringarna. Version 1 gäller. Vill ni inte ändra något behöver ni inte "
        "göra något."
    ) in words(message)


def test_of_a_withdrawn_answer_it_says_that_it_does_not_count(consultation, at):
    at(WEEK)
    changed(consultation)
    response = Response.objects.get()
    answering.withdraw(response=response, at=NOON)
    reminding.remind(at=WEEK)

    message = rendered()

    assert message.subject == "Ert svar är inte inskickat än"
    assert (
        f"Ni har tagit tillbaka svaret från Tegelbackens kultur- och idrottsförening "
        f"({response.reference}) och ändrat i det, men inte skickat in det på nytt. Just nu räknas "
        "det inte."
    ) in words(message)
    assert "gäller" not in message.body


def test_the_day_before_it_says_one_day_and_on_the_last_day_today(unsent, at):
    reminding.remind(at=DAY)

    at(DAY)
    assert "Det är 1 dag kvar." in words(rendered("reminder_day"))
    at(DAY + days(1))
    assert "I dag är sista dagen: ni kan skicka in till och med kl. 23.59." in words(
        rendered("reminder_day")
    )


def test_it_says_the_last_day_that_stands_when_it_is_sent(unsent, city):
    reminding.remind(at=WEEK)
    moving.move_last_day(
        consultation=unsent.consultation, last_day=date(2026, 12, 7), reason="", at=WEEK, by=city
    )

    assert "till och med måndag 7 december 2026 kl. 23.59. Det är 14 dagar kvar." in words(
        rendered()
    )


def test_no_word_of_the_draft_is_in_it(consultation, at):
    at(WEEK)
    draft = make_draft(
        consultation=consultation,
        contact_name=CANARY,
        texts={CITY: {"how": CANARY}, "rest": {"summary": CANARY}, "behind": {"other": CANARY}},
    )
    add_file(draft=draft, name=f"{CANARY}.pdf")
    reminding.remind(at=WEEK)

    message = rendered()

    assert CANARY not in message.message().as_string()
    assert message.attachments == []


def test_a_name_that_is_a_link_does_not_become_one(consultation, at):
    at(WEEK)
    draft = make_draft(consultation=consultation)
    content = draft.parts.get(key=WHO).content
    save(draft=draft, key=WHO, **content | {"organisation": "Vinn på https://ond.example/kod"})
    reminding.remind(at=WEEK)

    assert "ond.example" not in rendered().body


# Between queueing and sending


def undeliverable(state="failed"):
    with pytest.raises(mail.Undeliverable):
        rendered()
    posting.send_all()
    assert [message for message in outbox.outbox if "inskickat än" in message.subject] == []
    assert Letter.objects.get(kind="reminder_week").state == state


def test_whoever_has_sent_in_meanwhile_gets_no_letter(unsent):
    reminding.remind(at=WEEK)
    send_in(draft=unsent, at=WEEK)

    undeliverable()


def test_whoever_has_deleted_the_draft_meanwhile_gets_no_letter(unsent):
    reminding.remind(at=WEEK)
    ending.discard(draft=unsent, at=WEEK)

    undeliverable(state="stopped")


def test_whoever_has_deleted_the_changes_meanwhile_gets_no_letter(consultation, at):
    at(WEEK)
    draft = changed(consultation)
    reminding.remind(at=WEEK)
    ending.discard(draft=Draft.objects.get(pk=draft.pk), at=WEEK)

    undeliverable()


def test_a_letter_held_up_past_the_last_day_is_not_sent(unsent, at):
    reminding.remind(at=WEEK)
    at(datetime(2026, 11, 30, 23, 0, tzinfo=UTC))

    undeliverable()


def test_a_letter_to_an_address_that_was_changed_meanwhile_is_not_sent(unsent):
    reminding.remind(at=WEEK)
    answering.change_email(draft=unsent, email="ny@forening.example", at=WEEK)

    undeliverable()


# Who sees that they exist


def test_staff_never_see_a_letter_about_a_draft(consultation):
    make_draft(consultation=consultation)
    reminding.remind(at=WEEK)
    reminding.remind(at=DAY)

    assert Letter.objects.count() == 3  # the link and both reminders
    assert list(Letter.objects.about_responses()) == []


def test_the_letter_process_queues_them_by_itself(unsent):
    posting.do_chores()

    assert reminders() == one("reminder_week", unsent, WEEK)
