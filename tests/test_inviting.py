"""Inviting and reminding: who gets a letter, who is left out and why, and what can be undone."""

import pytest
from django.core import mail as outbox

from remiss import links, mail
from remiss.models import Body, Draft, Event, Invitation, Letter, LetterText
from remiss.models.draft import area_key
from remiss.text.keys import LONGEST_KEY
from remiss.workflow import answering, extending, invited, inviting, posting, tying
from remiss.workflow.inviting import HOLD, NobodyToWriteTo, TooLate
from tests.factories import (
    NOON,
    begin_invited,
    days,
    make_body,
    make_invitation,
    make_submission,
    save,
    send_in,
)

HOW = {"how": "Lås upp skolan."}
EARLIER = NOON - days(9)


def status_of(invitation):
    return Invitation.objects.with_status().get(pk=invitation.pk).status


def answer(invitation, *, at=NOON):
    draft = begin_invited(invitation=invitation, at=at)
    save(draft=draft, key=area_key("city-life"), at=at, **HOW)
    return send_in(draft=draft, at=at)


def reasons(recipients):
    return {each.body.name: each.why_not for each in recipients}


# Inviting


@pytest.mark.django_db
def test_a_body_may_have_a_name_of_nothing_but_swedish_letters():
    body = make_body(name="Ö" * 200)

    body.refresh_from_db()
    assert body.name == "Ö" * 200
    assert max(map(len, (body.name_key, body.sort_key))) <= LONGEST_KEY


def test_each_body_that_is_invited_has_one_letter_held_ten_minutes(consultation, city):
    bodies = [make_body(name=f"Krets {n}", email=f"krets{n}@fn.example") for n in range(3)]

    dispatch = inviting.invite(
        consultation=consultation, bodies=[body.pk for body in bodies], at=NOON, by=city
    )

    letters = Letter.objects.filter(dispatch=dispatch)
    assert sorted(letters.values_list("address", "due", "kind")) == [
        (f"krets{n}@fn.example", NOON + HOLD, "invitation") for n in range(3)
    ]
    assert {letter.text for letter in letters} == {LetterText.objects.get()}
    assert Event.objects.filter(verb="invited", actor=city).count() == 3


def test_who_is_not_invited_and_why(consultation, city):
    new = make_body(name="Ny krets", email="ny@fn.example")
    make_body(name="Utan adress", email="")
    failing = make_body(name="Fel adress", email="fel@fn.example")
    failing.addresses.update(failed_at=NOON)
    old = make_body(name="Sammanslagen", email="gammal@fn.example")
    Body.objects.filter(pk=old.pk).update(merged_into=new)
    make_invitation(consultation=consultation, by=city, name="Inbjuden", email="in@fn.example")
    declined = make_invitation(
        consultation=consultation, by=city, name="Avstår", email="av@fn.example"
    )
    invited.decline(invitation=declined, reason="", at=NOON)
    answered = make_invitation(
        consultation=consultation, by=city, name="Svarat", email="sv@fn.example"
    )
    answer(answered)

    found = inviting.to_invite(consultation, Body.objects.all(), at=NOON)

    assert reasons(found) == {
        "Avstår": "Avstår.",
        "Fel adress": "Adressen fungerar inte.",
        "Inbjuden": "Är redan inbjuden.",
        "Ny krets": "",
        "Svarat": "Har svarat.",
        "Utan adress": "Saknar e-postadress.",
    }


def test_nobody_is_invited_after_the_last_day(consultation, city):
    body = make_body()

    with pytest.raises(NobodyToWriteTo):
        inviting.invite(consultation=consultation, bodies=[body.pk], at=NOON + days(19), by=city)

    assert (Invitation.objects.count(), Letter.objects.count()) == (0, 0)


def test_a_sending_can_be_undone_until_it_goes(consultation, city):
    body = make_body()
    dispatch = inviting.invite(consultation=consultation, bodies=[body.pk], at=NOON, by=city)

    with pytest.raises(TooLate):
        inviting.undo(dispatch=dispatch, at=NOON + HOLD, by=city)
    assert inviting.undo(dispatch=dispatch, at=NOON + HOLD - days(1) / 86400, by=city) == 1

    assert Letter.objects.get().state == "stopped"
    assert status_of(Invitation.objects.get()) == "not_sent"
    with pytest.raises(TooLate):
        inviting.undo(dispatch=dispatch, at=NOON, by=city)


def test_a_letter_that_has_been_taken_is_not_undone(consultation, city):
    body = make_body()
    dispatch = inviting.invite(consultation=consultation, bodies=[body.pk], at=NOON, by=city)
    Letter.objects.claim(NOON + HOLD)

    assert inviting.undo(dispatch=dispatch, at=NOON + HOLD / 2, by=city) == 0
    assert Letter.objects.get().state == "queued"


def test_after_undoing_the_body_can_be_invited_again_with_the_same_link(consultation, city):
    body = make_body()
    dispatch = inviting.invite(consultation=consultation, bodies=[body.pk], at=NOON, by=city)
    before = Invitation.objects.get().public_id
    inviting.undo(dispatch=dispatch, at=NOON, by=city)

    inviting.invite(consultation=consultation, bodies=[body.pk], at=NOON + HOLD, by=city)

    assert Invitation.objects.get().public_id == before
    assert list(Letter.objects.order_by("pk").values_list("state", flat=True)) == [
        "stopped",
        "queued",
    ]


# The letter


def test_the_invitation_says_what_it_is_about(consultation, city, at):
    make_invitation(consultation=consultation, by=city, sent=False)
    at(NOON)
    posting.send_all()

    (message,) = outbox.outbox
    assert message.subject == "Inbjudan att svara på remiss: Malmöandans handlingsplan"
    assert message.to == ["info@sundspan.example"]
    text = message.body.replace("\n", " ")
    assert "Sundspans kulturkrets är inbjuden att svara på remissen" in text
    assert "Svara senast måndag 30 november 2026 kl. 23.59." in text
    assert "\nhttp://127.0.0.1:8000/inbjudan/" in message.body
    assert "{" not in message.body
    assert max(map(len, message.body.replace("http", "\nhttp").splitlines())) <= 130


def test_a_letter_to_an_address_the_body_no_longer_has_is_not_sent(consultation, city, at):
    invitation = make_invitation(consultation=consultation, by=city, sent=False)
    invitation.body.addresses.all().delete()
    at(NOON)
    posting.send_all()

    assert outbox.outbox == []
    assert Letter.objects.get().state == "failed"


def test_whoever_answers_while_a_reminder_waits_is_not_reminded(consultation, city, at):
    invitation = make_invitation(consultation=consultation, by=city, at=NOON - days(5))
    inviting.remind(consultation=consultation, bodies=[invitation.body_id], at=NOON, by=city)
    answer(invitation)
    at(NOON + HOLD)
    posting.send_all()

    reminder = Letter.objects.get(kind="reminder")
    assert (reminder.state, reminder.last_error) == ("stopped", "De hade redan svarat.")
    assert "reminder" not in {message.subject for message in outbox.outbox}


# Reminding


def test_who_is_not_reminded_and_why(consultation, city):
    def silent(name, at=EARLIER, **facts):
        made = make_invitation(
            consultation=consultation, by=city, name=name, email=f"{name[0]}@fn.example", at=at
        )
        Invitation.objects.filter(pk=made.pk).update(**facts)
        made.refresh_from_db()
        return made

    silent("Tyst")
    invited.decline(invitation=silent("Avstår"), reason="", at=NOON)
    answer(silent("Svarat"))
    begin_invited(invitation=silent("Har börjat"))
    silent("Längre tid", own_last_day=consultation.last_day + days(9))
    silent("Fel adress").body.addresses.update(failed_at=NOON)
    make_body(name="Aldrig inbjuden", email="x@fn.example")
    silent("Nyss inbjuden", at=NOON)
    silent("Inbjuden för fem dagar sedan", at=NOON - days(1))
    again = silent("Inbjuden igen")
    main = again.body.addresses.get()
    inviting.send_again(invitation=again, address=main, at=NOON, by=city)
    again.letters.latest("pk").mark_sent(NOON)
    recent = silent("Nyss påmind")
    inviting.remind(consultation=consultation, bodies=[recent.body_id], at=NOON, by=city)

    later = NOON + days(4)
    found = inviting.to_remind(consultation, Body.objects.all(), at=later)

    assert reasons(found) == {
        "Aldrig inbjuden": "Inbjudan är inte skickad.",
        "Avstår": "Avstår.",
        "Fel adress": "Adressen fungerar inte.",
        "Har börjat": "",
        "Inbjuden för fem dagar sedan": "",
        "Inbjuden igen": "Inbjuden för mindre än 5 dagar sedan.",
        "Längre tid": "Har längre tid, till onsdag 9 december.",
        "Nyss inbjuden": "Inbjuden för mindre än 5 dagar sedan.",
        "Nyss påmind": "Påmind för mindre än 5 dagar sedan.",
        "Svarat": "Har svarat.",
        "Tyst": "",
    }


def test_nobody_is_reminded_more_than_three_times(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city, at=NOON - days(20))
    bodies = [invitation.body_id]
    for number in range(3):
        at = NOON - days(15 - number * 5)
        inviting.remind(consultation=consultation, bodies=bodies, at=at, by=city)

    (found,) = inviting.to_remind(consultation, bodies, at=NOON + days(10))
    assert found.why_not == "Har påmints tre gånger."
    with pytest.raises(NobodyToWriteTo):
        inviting.remind(consultation=consultation, bodies=bodies, at=NOON + days(10), by=city)


def test_a_reminder_that_was_undone_does_not_count(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city, at=NOON - days(5))
    bodies = [invitation.body_id]
    dispatch = inviting.remind(consultation=consultation, bodies=bodies, at=NOON, by=city)
    inviting.undo(dispatch=dispatch, at=NOON, by=city)

    (found,) = inviting.to_remind(consultation, bodies, at=NOON)
    assert found.why_not == ""


def test_after_the_common_last_day_those_with_longer_time_can_be_reminded(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    Invitation.objects.update(own_last_day=consultation.last_day + days(20))

    (found,) = inviting.to_remind(consultation, [invitation.body_id], at=NOON + days(20))
    assert found.why_not == ""


# Statuses


def test_the_status_follows_what_has_happened(consultation, city):
    body = make_body()
    inviting.invite(consultation=consultation, bodies=[body.pk], at=NOON - HOLD, by=city)
    invitation = Invitation.objects.select_related("consultation", "body").get()
    letter = invitation.letters.get()

    assert status_of(invitation) == "not_sent"
    letter.mark_sent(NOON)
    assert status_of(invitation) == "sent"
    Letter.objects.update(state="failed")
    assert status_of(invitation) == "not_delivered"
    invited.open_link(invitation=invitation, at=NOON)
    assert status_of(invitation) == "opened"
    invited.decline(invitation=invitation, reason="Vi hinner inte.", at=NOON)
    assert status_of(invitation) == "declined"
    begin_invited(invitation=invitation)
    assert status_of(invitation) == "draft"
    answer(invitation)
    assert status_of(invitation) == "answered"


def test_an_answer_that_does_not_count_does_not_make_the_body_answered(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    response = answer(invitation).response
    invited.open_link(invitation=invitation, at=NOON)
    type(response).objects.update(set_aside="test")

    assert status_of(invitation) == "opened"


def test_an_answer_that_is_taken_back_is_a_draft_again(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    response = answer(invitation).response
    answering.withdraw(response=response, at=NOON)

    assert status_of(invitation) == "draft"
    assert list(Draft.objects.waiting()) == list(Draft.objects.all())
    assert not Draft.objects.unsent().exists()


def test_what_has_been_sent_in_is_no_draft_when_it_is_untied(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    invited.open_link(invitation=invitation, at=NOON)
    response = answer(invitation).response
    tying.untie(response=response, body=invitation.body, at=NOON, by=city)

    row = Invitation.objects.with_status().get()
    assert (row.status, row.is_writing, row.has_draft) == ("opened", False, True)
    assert not Draft.objects.waiting().exists()


def undone(consultation, by, **fields):
    """An invitation that was undone before it left us."""
    invitation = make_invitation(consultation=consultation, by=by, sent=False, **fields)
    dispatch = invitation.letters.get().dispatch
    inviting.undo(dispatch=dispatch, at=dispatch.made_at, by=by)
    return invitation


def test_more_time_before_the_invitation_has_gone_is_no_invitation(consultation, city, at):
    invitation = undone(consultation, city)
    until = consultation.last_day + days(9)
    given = extending.grant_to_bodies(
        invitations=[invitation], until=until, reason="Möts sent.", at=NOON, by=city
    )

    assert given == 1
    assert list(Letter.objects.values_list("kind", "state")) == [("invitation", "stopped")]
    assert status_of(invitation) == "not_sent"
    bodies = [invitation.body_id]
    reminding = inviting.to_remind(consultation, bodies, at=NOON)
    assert reasons(reminding) == {"Sundspans kulturkrets": "Inbjudan är inte skickad."}
    inviting.invite(consultation=consultation, bodies=bodies, at=NOON, by=city)
    at(NOON + HOLD)
    posting.send_all()
    (message,) = outbox.outbox
    assert "onsdag 9 december 2026 kl. 23.59." in message.body.replace("\n", " ")
    assert status_of(invitation) == "sent"


def test_another_letter_that_has_gone_does_not_make_the_body_invited(consultation, city):
    invitation = undone(consultation, city)
    for number, state in enumerate(["sent", "failed"]):
        mail.queue_time_given(invitation, address="info@sundspan.example", at=NOON + HOLD * number)
        Letter.objects.filter(kind="time_given").update(state=state, sent_at=NOON)

        assert status_of(invitation) == "not_sent"
        (found,) = inviting.to_invite(consultation, [invitation.body_id], at=NOON)
        assert found.why_not == ""


def test_a_body_s_answer_to_another_remiss_is_not_counted_here(consultation, city):
    from tests.factories import make_consultation

    other = make_consultation(slug="en-annan")
    invitation = make_invitation(consultation=consultation, by=city)
    elsewhere = make_submission(consultation=other).response
    tying.tie(response=elsewhere, bodies=[invitation.body], at=NOON, by=city)

    assert status_of(invitation) == "sent"


# What staff see


def test_the_log_says_that_a_body_has_begun_and_not_who_writes(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    begin_invited(invitation=invitation, name="Hemliga Anna")

    assert Event.objects.get(verb="began").note == ""


# To one body alone


def test_the_link_that_is_sent_again_goes_also_to_those_who_have_declined(consultation, city, at):
    invitation = make_invitation(consultation=consultation, by=city)
    main = invitation.body.addresses.get()
    invited.decline(invitation=invitation, reason="", at=NOON)
    inviting.send_again(invitation=invitation, address=main, at=NOON + HOLD, by=city)
    at(NOON + HOLD)
    posting.send_all()

    assert [message.to for message in outbox.outbox] == [["info@sundspan.example"]]


def kinds_of_events():
    rows = Event.objects.exclude(verb="wrote_text").order_by("pk")
    return list(rows.values_list("verb", flat=True))


def test_before_the_remiss_opens_the_invitation_can_be_sent_again_and_nobody_is_reminded(
    consultation, city, at
):
    before = at(NOON - days(40))
    invitation = make_invitation(consultation=consultation, by=city, at=before)
    main = invitation.body.addresses.get()

    inviting.send_again(invitation=invitation, address=main, at=before + HOLD, by=city)
    at(before + HOLD)
    posting.send_all()

    assert [message.to for message in outbox.outbox] == [["info@sundspan.example"]]
    found = inviting.to_remind(consultation, [invitation.body_id], at=before + days(6))
    assert reasons(found) == {"Sundspans kulturkrets": "Remissen har inte öppnat."}


def test_nothing_is_sent_about_a_remiss_that_is_not_shown(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    type(consultation).objects.update(is_published=False)
    consultation.refresh_from_db()

    main = invitation.body.addresses.get()
    with pytest.raises(ValueError, match="Remissen syns inte på webbplatsen."):
        inviting.send_again(invitation=invitation, address=main, at=NOON, by=city)
    found = inviting.to_remind(consultation, [invitation.body_id], at=NOON)
    assert reasons(found) == {"Sundspans kulturkrets": "Remissen syns inte på webbplatsen."}


@pytest.mark.parametrize("away", [-40, 0], ids=["before it opens", "while it is open"])
def test_a_link_is_replaced_by_one_that_is_sent(consultation, city, at, away):
    moment = at(NOON + days(away))
    invitation = make_invitation(consultation=consultation, by=city, at=moment)
    main = invitation.body.addresses.get()

    done = inviting.revoke(invitation=invitation, address=main, at=moment + HOLD, by=city)

    assert done == ""
    assert Invitation.objects.get().link_version == 2
    assert kinds_of_events() == ["invited", "revoked", "resent"]


def test_after_the_last_day_a_link_is_taken_back_although_no_new_one_is_of_use(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    main, late = invitation.body.addresses.get(), NOON + days(19)

    done = inviting.revoke(invitation=invitation, address=main, at=late, by=city)

    assert done == "Svarstiden har gått ut. Ge längre tid först."
    assert Invitation.objects.get().link_version == 2
    assert Letter.objects.count() == 1
    assert kinds_of_events() == ["invited", "revoked"]


def test_after_the_last_day_the_new_link_to_what_was_written_is_sent(consultation, city, at):
    invitation = make_invitation(consultation=consultation, by=city)
    main = invitation.body.addresses.get()
    draft = begin_invited(invitation=invitation)
    late = at(NOON + days(19))

    done = inviting.revoke(invitation=invitation, address=main, at=late, by=city)
    Letter.objects.filter(kind="link").delete()
    posting.send_all()

    assert done == ""
    draft.refresh_from_db()
    assert (Invitation.objects.get().link_version, draft.link_version) == (2, 2)
    (message,) = outbox.outbox
    assert links.invitation_link(Invitation.objects.get()) in message.body


def test_after_the_last_day_the_link_is_sent_again_as_long_as_it_leads_anywhere(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    main, late = invitation.body.addresses.get(), NOON + days(19)
    draft = begin_invited(invitation=invitation)
    inviting.send_again(invitation=invitation, address=main, at=late, by=city)
    assert Letter.objects.filter(kind="invitation").count() == 2

    draft.delete()
    with pytest.raises(ValueError, match="Svarstiden har gått ut. Ge längre tid först."):
        inviting.send_again(invitation=invitation, address=main, at=late + HOLD, by=city)


def test_a_letter_after_the_last_day_has_no_days_left_to_tell_of(consultation):
    lefts = [consultation.timing(NOON + days(away)).left for away in (17, 18, 19, 40)]

    assert lefts == ["1 dag kvar", "Sista dagen", "0 dagar kvar", "0 dagar kvar"]


def test_a_link_that_has_been_replaced_is_sent_also_to_those_who_have_answered(
    consultation, city, at
):
    invitation = make_invitation(consultation=consultation, by=city)
    main = invitation.body.addresses.get()
    answer(invitation)
    inviting.revoke(invitation=invitation, address=main, at=NOON + HOLD, by=city)
    at(NOON + HOLD)
    posting.send_all()

    assert Letter.objects.filter(kind="invitation", state="sent").count() == 2
