"""More time: asked for, granted, declined; and the time a preliminary answer gives itself."""

from datetime import UTC, date, datetime, timedelta

import pytest

from remiss import mail
from remiss.models import Draft, Event, ExtensionRequest, Letter, Response
from remiss.models.draft import BEHIND, area_key
from remiss.workflow import answering, ending, extending
from tests.factories import (
    NOON,
    ask_for_time,
    begin_invited,
    days,
    make_draft,
    make_invitation,
    make_staff,
    make_submission,
    save,
    send_in,
)

CITY = area_key("city-life")
CANARY = "KANARIEFAGELN-I-UTKASTET"
UNTIL = date(2026, 12, 10)
AFTER_CLOSING = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
# 10 December at 23.59.59,999999 in Malmö.
LAST_MOMENT = datetime(2026, 12, 10, 22, 59, 59, 999999, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def draft(consultation):
    return make_draft(consultation=consultation, texts={CITY: {"how": "Öppna aulorna."}})


@pytest.fixture
def request_(draft):
    return ask_for_time(draft=draft)


def grant(request, *, by, until=UNTIL, note="", at=NOON):
    return extending.grant(request=request, until=until, note=note, at=at, by=by)


def decline(request, *, by, note="Beredningen kan inte vänta.", at=NOON):
    return extending.decline(request=request, note=note, at=at, by=by)


def own_days(draft):
    held = (model.objects.filter(public_id=draft.public_id) for model in (Draft, Response))
    return [day for rows in held for day in rows.values_list("own_last_day", flat=True)]


def words(message):
    return " ".join(message.body.split())


def letter_about(kind):
    return mail.render(Letter.objects.get(kind=kind))


# Given to invited bodies, who may have asked for it


@pytest.fixture
def begun(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    return invitation, begin_invited(invitation=invitation)


def give(invitation, *, by, until=UNTIL):
    return extending.grant_to_bodies(
        invitations=[invitation], until=until, reason="Nämnden möts sent.", at=NOON, by=by
    )


@pytest.mark.parametrize("wanted", [None, UNTIL - days(1), UNTIL])
@pytest.mark.parametrize("is_sent", [False, True])
def test_time_given_from_the_list_grants_what_was_asked_for(begun, city, wanted, is_sent):
    invitation, draft = begun
    asked = ask_for_time(draft=draft, wanted_day=wanted)
    if is_sent:
        save(draft=draft, key=CITY, how="Öppna aulorna.")
        send_in(draft=draft)

    assert give(invitation, by=city) == 1

    asked.refresh_from_db()
    assert (asked.decision, asked.until, asked.note) == ("granted", UNTIL, "")
    assert (asked.decided_at, asked.decided_by) == (NOON, city)
    name = invitation.body.name
    assert list(
        Event.objects.filter(verb="granted").order_by("pk").values_list("note", flat=True)
    ) == [
        f"{name}, till 2026-12-10. Nämnden möts sent.",
        "till 2026-12-10. Nämnden möts sent.",
    ]
    assert not Letter.objects.filter(
        kind__startswith="extension_", target=f"extension:{asked.pk}"
    ).exists()
    told = Letter.objects.filter(kind__startswith="time_given").values_list("kind", flat=True)
    assert list(told) == ["time_given_draft"]


def test_what_is_asked_for_beyond_the_day_given_from_the_list_waits(begun, city):
    invitation, draft = begun
    asked = ask_for_time(draft=draft, wanted_day=UNTIL + days(1))
    elsewhere = ask_for_time(draft=make_draft(consultation=invitation.consultation))

    give(invitation, by=city)

    assert list(ExtensionRequest.objects.pending().order_by("pk")) == [asked, elsewhere]
    grant(asked, by=city, until=UNTIL + days(1))
    assert own_days(draft) == [UNTIL + days(1)]


# Asking


@pytest.mark.parametrize("at", [NOON, AFTER_CLOSING - MICROSECOND, AFTER_CLOSING, NOON + days(40)])
def test_more_time_can_be_asked_for_before_and_after_the_last_day(draft, at):
    request = ask_for_time(draft=draft, wanted_day=UNTIL, at=at)

    assert request == ExtensionRequest.objects.get()
    assert (request.asked_at, request.wanted_day, request.is_pending) == (at, UNTIL, True)
    assert (request.public_id, request.email) == (draft.public_id, draft.email)
    assert request.organisation == "Tegelbackens kultur- och idrottsförening"
    assert request.reason == "Styrelsen möts den 3 december."


def test_asking_changes_nothing_in_the_draft(draft):
    before = Draft.objects.values().get(), list(draft.parts.values().order_by("pk"))
    ask_for_time(draft=draft)

    assert (Draft.objects.values().get(), list(draft.parts.values().order_by("pk"))) == before


def test_a_second_request_waits_for_the_first(draft, request_, city):
    with pytest.raises(extending.AlreadyAsked):
        ask_for_time(draft=draft)
    assert ExtensionRequest.objects.count() == 1

    decline(request_, by=city)

    assert ask_for_time(draft=draft).is_pending


def test_another_draft_may_ask_meanwhile(consultation, request_):
    ask_for_time(draft=make_draft(consultation=consultation))

    assert ExtensionRequest.objects.pending().count() == 2


def test_only_the_city_s_coordinators_are_told(draft, city, civil, registrar, administrator):
    second = make_staff(username="eva", group="Samordnare kommunen", side="city")
    gone = make_staff(username="per", group="Samordnare kommunen", side="city")
    gone.is_active = False
    gone.save()
    ask_for_time(draft=draft)

    told = Letter.objects.filter(kind="extension_asked").values_list("address", flat=True)
    assert sorted(told) == sorted([city.email, second.email])


def test_the_letter_to_them_has_neither_the_reason_nor_a_word_of_the_draft(
    consultation, city, noon
):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": CANARY}})
    request = ask_for_time(draft=draft, reason="Ordföranden är sjuk.")

    message = letter_about("extension_asked")

    assert message.subject == ("Önskemål om längre tid: Tegelbackens kultur- och idrottsförening")
    assert "torsdag 12 november 2026 kl. 12.00" in words(message)
    assert f"/{request.pk}/" in message.body
    assert CANARY not in message.body
    assert draft.public_id not in message.body
    assert "sjuk" not in message.body


def test_the_letter_to_them_is_not_sent_once_it_has_been_decided(draft, city):
    request = ask_for_time(draft=draft)
    decline(request, by=city)

    with pytest.raises(mail.Undeliverable):
        letter_about("extension_asked")


# Deciding


@pytest.mark.parametrize("who", ["civil", "registrar", "reader", "administrator", "superuser"])
@pytest.mark.parametrize("decide", [grant, decline])
def test_only_the_city_s_side_decides(request, draft, request_, who, decide):
    by = request.getfixturevalue(who)

    with pytest.raises(extending.NotAllowed):
        decide(request_, by=by)

    assert ExtensionRequest.objects.get().is_pending
    assert own_days(draft) == [None]


def test_a_coordinator_whose_account_is_closed_does_not_decide(request_, city):
    city.is_active = False
    city.save()

    with pytest.raises(extending.NotAllowed):
        grant(request_, by=city)


@pytest.mark.parametrize("until", [date(2026, 11, 12), date(2026, 11, 30)])
def test_the_day_must_be_after_the_last_day_that_stands(draft, request_, city, until):
    with pytest.raises(ValueError, match="måste vara efter 2026-11-30"):
        grant(request_, until=until, by=city)

    assert ExtensionRequest.objects.get().is_pending
    assert own_days(draft) == [None]


def test_the_day_must_be_after_the_own_last_day_that_stands(draft, request_, city):
    grant(request_, by=city)
    again = ask_for_time(draft=draft)

    with pytest.raises(ValueError, match="måste vara efter 2026-12-10"):
        grant(again, until=UNTIL, by=city)
    grant(again, until=UNTIL + days(1), by=city)

    assert own_days(draft) == [UNTIL + days(1)]


def test_the_day_is_today_or_later(draft, request_, city):
    late = NOON + days(60)  # 11 January

    with pytest.raises(ValueError, match="sista dagen"):
        grant(request_, until=date(2027, 1, 10), at=late, by=city)
    grant(request_, until=date(2027, 1, 11), at=late, by=city)

    assert own_days(draft) == [date(2027, 1, 11)]


def test_time_is_given_to_the_draft_and_to_what_has_been_sent_in(draft, city):
    send_in(draft=draft)
    grant(ask_for_time(draft=draft), by=city)

    assert own_days(draft) == [UNTIL, UNTIL]
    assert Draft.objects.get().extended_at == NOON


def test_an_answer_sent_in_afterwards_has_the_day_too(draft, request_, city):
    grant(request_, by=city)
    send_in(draft=draft)

    assert own_days(draft) == [UNTIL, UNTIL]


def test_an_answer_whose_draft_is_gone_can_be_given_time(consultation, draft, city):
    send_in(draft=draft)
    request = ask_for_time(draft=draft)
    Draft.objects.all().delete()
    grant(request, by=city)

    assert own_days(draft) == [UNTIL]


def test_a_deleted_draft_that_was_never_sent_gets_no_time(draft, request_, city):
    ending.discard(draft=draft, at=NOON)

    with pytest.raises(ValueError, match="Utkastet finns inte längre"):
        grant(request_, by=city)
    assert decline(request_, by=city).decision == "declined"


@pytest.mark.parametrize("first", [grant, decline])
@pytest.mark.parametrize("second", [grant, decline])
def test_the_second_of_two_decisions_is_told_of_the_first(request_, city, first, second):
    also = make_staff(username="eva", group="Samordnare kommunen", side="city")
    decided = first(request_, by=city)

    with pytest.raises(extending.AlreadyDecided):
        second(request_, by=also)

    stands = ExtensionRequest.objects.get()
    assert (stands.decision, stands.decided_by) == (decided.decision, city)
    assert Event.objects.count() == 1


def test_what_was_decided_is_kept_with_who_and_when(request_, city):
    later = NOON + days(1)
    grant(request_, note="Vi förstår.", at=later, by=city)

    decided = ExtensionRequest.objects.get()
    assert (decided.decision, decided.until, decided.note) == ("granted", UNTIL, "Vi förstår.")
    assert (decided.decided_at, decided.decided_by) == (later, city)


# The log


def test_a_grant_is_logged(request_, city):
    grant(request_, note="Vi förstår.", by=city)

    event = Event.objects.get()
    assert (event.verb, event.actor, event.response, event.at) == ("granted", city, None, NOON)
    assert event.note == ("Tegelbackens kultur- och idrottsförening, till 2026-12-10. Vi förstår.")


def test_a_refusal_is_logged_with_its_reason_and_the_answer(draft, city):
    submission = send_in(draft=draft)
    decline(ask_for_time(draft=draft), by=city)

    event = Event.objects.get(verb="declined")
    assert (event.actor, event.response) == (city, submission.response)
    assert event.note == ("Tegelbackens kultur- och idrottsförening. Beredningen kan inte vänta.")


@pytest.mark.parametrize("decide", [grant, decline])
def test_the_log_which_cannot_be_erased_names_no_private_person(consultation, city, decide):
    """Decision 18: a private person's name can be erased, and so lies outside immutable rows."""
    draft = make_draft(
        consultation=consultation, kind="private_person", organisation="", contact_name=CANARY
    )
    decide(ask_for_time(draft=draft), by=city)

    assert CANARY not in Event.objects.get().note


# The letters about the decision


def test_the_letter_says_until_when_with_the_year(draft, request_, city, noon):
    grant(request_, note="Vi förstår att nämnden behöver mötas.", by=city)

    message = letter_about("extension_granted")

    assert message.to == [draft.email]
    assert message.subject == "Ni har fått längre tid att svara"
    assert (
        "Tegelbackens kultur- och idrottsförening kan svara till och med "
        "torsdag 10 december 2026 kl. 23.59. Samordnarna skriver: "
        "Vi förstår att nämnden behöver mötas. Använd samma länk som förut:"
    ) in words(message)
    assert "Den längre tiden gäller bara er." in words(message)


def test_the_letter_of_a_refusal_has_the_reason_and_the_day_that_stands(request_, city, noon):
    decline(request_, by=city)

    message = letter_about("extension_declined")

    assert message.subject == "Ni får inte längre tid att svara"
    assert "Skäl: Beredningen kan inte vänta." in words(message)
    assert "Ni kan skicka in svaret till och med måndag 30 november 2026 kl. 23.59:" in words(
        message
    )


def test_after_closing_the_letter_of_a_refusal_says_what_can_still_be_done(draft, city, at):
    at(AFTER_CLOSING)
    decline(ask_for_time(draft=draft, at=AFTER_CLOSING), at=AFTER_CLOSING, by=city)

    text = words(letter_about("extension_declined"))

    assert "Remissen stängde måndag 30 november 2026." in text
    assert "Ni kan läsa och hämta det ni har skrivit här:" in text


def test_the_letter_of_a_refusal_goes_out_though_the_draft_is_deleted(draft, request_, city, noon):
    ending.discard(draft=draft, at=NOON)
    decline(request_, by=city)

    message = letter_about("extension_declined")

    assert message.to == [request_.email]
    assert "/lank/" not in message.body


@pytest.mark.parametrize("decide", [grant, decline])
def test_the_letter_goes_to_where_the_answer_is_now_reached(draft, request_, city, decide):
    answering.change_email(draft=draft, email="ny@forening.example", at=NOON)
    decide(request_, by=city)

    addresses = Letter.objects.filter(kind__in=["extension_granted", "extension_declined"])
    assert list(addresses.values_list("address", flat=True)) == ["ny@forening.example"]


@pytest.mark.parametrize(
    ("decide", "kind"), [(grant, "extension_granted"), (decline, "extension_declined")]
)
def test_a_decision_to_an_address_that_was_changed_before_sending_carries_no_link(
    draft, request_, city, noon, decide, kind
):
    """Most often the address belongs to somebody else: no link goes there (decision 14)."""
    decide(request_, by=city)
    answering.change_email(draft=draft, email="ny@forening.example", at=NOON)

    try:
        body = letter_about(kind).body
    except mail.Undeliverable:
        body = ""

    assert "/lank/" not in body


def test_the_decision_s_letters_are_seen_by_staff_and_hold_nothing_of_the_draft(
    consultation, city, noon
):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": CANARY}})
    grant(ask_for_time(draft=draft), by=city)

    kinds = Letter.objects.about_responses().values_list("kind", flat=True)
    assert sorted(kinds) == ["extension_asked", "extension_granted"]
    assert CANARY not in letter_about("extension_granted").body


# What the time is good for


def test_it_can_be_sent_in_until_the_last_moment_of_the_own_last_day(draft, request_, city):
    grant(request_, by=city)

    submission = send_in(draft=draft, at=LAST_MOMENT)

    assert (submission.received_at, submission.is_late) == (LAST_MOMENT, False)


def test_it_cannot_be_sent_in_a_microsecond_later(draft, request_, city):
    grant(request_, by=city)

    with pytest.raises(answering.Closed):
        send_in(draft=draft, at=LAST_MOMENT + MICROSECOND)


def test_what_is_sent_in_can_be_changed_and_withdrawn_until_then(draft, city):
    submission = send_in(draft=draft)
    grant(ask_for_time(draft=draft), by=city)
    save(draft=draft, key=CITY, how="Ändrat.", at=LAST_MOMENT)

    second = send_in(draft=draft, at=LAST_MOMENT)
    response = Response.objects.get()
    answering.withdraw(response=response, at=LAST_MOMENT)

    assert (second.number, second.response) == (2, submission.response)
    with pytest.raises(answering.Closed):
        answering.restore(response=response, at=LAST_MOMENT + MICROSECOND)


def test_it_is_only_that_draft_s_time(consultation, draft, request_, city):
    other = make_draft(consultation=consultation, texts={CITY: {"how": "Fler nycklar."}})
    grant(request_, by=city)

    with pytest.raises(answering.Closed):
        send_in(draft=other, at=AFTER_CLOSING)
    with pytest.raises(answering.Closed):
        make_draft(consultation=consultation, at=AFTER_CLOSING)
    assert own_days(other) == [None]


def test_a_refusal_gives_no_time(draft, request_, city):
    decline(request_, by=city)

    with pytest.raises(answering.Closed):
        send_in(draft=draft, at=AFTER_CLOSING)


# A preliminary answer


EXPECTED = {"decided_by": "expected", "expected_on": "2026-12-20"}
DECIDED = {"decided_by": "board", "decided_on": "2026-12-18", "paragraph": "§ 84"}


@pytest.mark.parametrize("kind", ["board", "department", "municipal_company", "advisory_council"])
def test_a_preliminary_municipal_answer_has_until_the_decision(consultation, kind):
    submission = make_submission(consultation=consultation, kind=kind, behind=EXPECTED)

    assert submission.is_preliminary
    assert submission.decision_expected_on == date(2026, 12, 20)
    assert own_days(submission.response) == [date(2026, 12, 20)] * 2
    assert Draft.objects.get().extended_at == NOON


@pytest.mark.parametrize(
    "kind",
    ["association", "umbrella_organisation", "other_civil_society", "other_body", "private_person"],
)
def test_nobody_else_gives_itself_time(consultation, kind):
    organisation = "" if kind == "private_person" else "Tegelbackens förening"
    submission = make_submission(
        consultation=consultation, kind=kind, organisation=organisation, behind=EXPECTED
    )

    assert (submission.is_preliminary, submission.decision_expected_on) == (False, None)
    assert own_days(submission.response) == [None, None]


def test_a_draft_gives_itself_no_time_before_it_is_sent_in(consultation):
    draft = make_draft(
        consultation=consultation,
        kind="board",
        texts={CITY: {"how": "Öppna aulorna."}, BEHIND: EXPECTED},
    )

    with pytest.raises(answering.Closed):
        send_in(draft=draft, at=AFTER_CLOSING)
    assert own_days(draft) == [None]


def test_the_version_that_confirms_it_is_not_preliminary(consultation):
    first = make_submission(consultation=consultation, kind="board", behind=EXPECTED)
    draft = Draft.objects.get()
    decided_at = datetime(2026, 12, 20, 22, 59, 59, 999999, tzinfo=UTC)
    save(draft=draft, key=BEHIND, at=decided_at, **DECIDED)

    second = send_in(draft=draft, at=decided_at)

    assert (second.number, second.response) == (2, first.response)
    assert (second.is_preliminary, second.is_late) == (False, False)
    assert second.decision_expected_on is None
    assert second.backing["decided_on"] == "2026-12-18"
    assert own_days(draft) == [date(2026, 12, 20)] * 2
    first.refresh_from_db()
    assert first.is_preliminary


def test_the_day_after_the_decision_was_expected_is_too_late(consultation):
    make_submission(consultation=consultation, kind="board", behind=EXPECTED)

    with pytest.raises(answering.Closed):
        send_in(draft=Draft.objects.get(), at=datetime(2026, 12, 20, 23, 0, tzinfo=UTC))


def test_an_expected_decision_never_shortens_time_that_was_granted(consultation, city):
    draft = make_draft(
        consultation=consultation,
        kind="board",
        texts={CITY: {"how": "Öppna aulorna."}, BEHIND: EXPECTED},
    )
    grant(ask_for_time(draft=draft), until=date(2027, 1, 15), by=city)
    send_in(draft=draft)

    assert own_days(draft) == [date(2027, 1, 15)] * 2


def test_time_that_is_granted_goes_on_from_where_the_expected_decision_ends(consultation, city):
    submission = make_submission(consultation=consultation, kind="board", behind=EXPECTED)
    request = ask_for_time(draft=Draft.objects.get())

    with pytest.raises(ValueError, match="efter 2026-12-20"):
        grant(request, until=UNTIL, by=city)

    assert own_days(submission.response) == [date(2026, 12, 20)] * 2


# The receipt's copy


COPIED = "registrator@namnden.example"


def copies():
    letters = Letter.objects.filter(kind="receipt_copy")
    return list(letters.values_list("address", flat=True))


def test_the_copy_of_the_receipt_has_neither_link_nor_text(consultation, noon):
    submission = make_submission(
        consultation=consultation,
        kind="board",
        organisation="Fritidsnämnden",
        texts={CITY: {"how": CANARY}},
        behind=DECIDED | {"copy_email": COPIED},
    )

    message = letter_about("receipt_copy")

    assert message.to == [COPIED]
    assert message.subject == f"Kvitto på svar till Malmö stad, {submission.response.reference}"
    assert f"Kontrollkod: {submission.digest_groups}" in message.body
    assert "torsdag 12 november 2026 kl. 12.00" in words(message)
    assert "Fritidsnämnden" in message.body
    assert CANARY not in message.body
    assert "§ 84" not in message.body
    assert "/lank/" not in message.body
    assert submission.response.public_id not in message.body


def test_the_copy_of_a_preliminary_answer_s_receipt_says_so(consultation, noon):
    make_submission(
        consultation=consultation, kind="board", behind=EXPECTED | {"copy_email": COPIED}
    )

    assert "Det är preliminärt." in words(letter_about("receipt_copy"))


def test_an_address_confirmed_by_the_copy_s_reader_opens_nothing(consultation, noon):
    """Also once the answer has moved to that address, the copy stays what it was."""
    make_submission(
        consultation=consultation, kind="board", behind=DECIDED | {"copy_email": COPIED}
    )
    answering.change_email(draft=Draft.objects.get(), email=COPIED, at=NOON)

    assert "/lank/" not in letter_about("receipt_copy").body


@pytest.mark.parametrize(
    ("kind", "copy_email"),
    [
        ("association", COPIED),
        ("board", ""),
        ("board", "Sekreterare@Tegelbacken.example"),  # the answer's own address
    ],
)
def test_no_copy_goes_where_none_was_asked_for(consultation, kind, copy_email):
    make_submission(
        consultation=consultation, kind=kind, behind=DECIDED | {"copy_email": copy_email}
    )

    assert copies() == []


def test_a_version_more_is_a_copy_more_until_the_address_has_had_three(consultation):
    make_submission(
        consultation=consultation, kind="board", behind=DECIDED | {"copy_email": COPIED}
    )
    draft = Draft.objects.get()
    for number in range(4):
        save(draft=draft, key=CITY, how=f"Ändring {number}")
        send_in(draft=draft)

    assert copies() == [COPIED] * 3
