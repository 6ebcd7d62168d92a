"""Moving the last day and telling whom it concerns."""

from datetime import date

import pytest
from django.core import mail as outbox
from django.urls import reverse

from remiss.models import Dispatch, Draft, Event, Invitation, Letter, Response, Tell
from remiss.models.draft import area_key
from remiss.workflow import answering, invited, moving, posting
from remiss.workflow.inviting import HOLD
from tests.factories import (
    NOON,
    begin_invited,
    make_draft,
    make_invitation,
    make_recorded,
    make_submission,
    save,
    send_in,
)

NEW_DAY = date(2026, 12, 7)
HOW = {"how": "Lås upp skolan."}


@pytest.fixture
def world(consultation, city):
    """Somebody in each place an invited or spontaneous respondent can be in."""

    def asked(name, **more):
        return make_invitation(
            consultation=consultation, by=city, name=name, email=f"{name}@fn.example", **more
        )

    silent = asked("tyst")
    invited.open_link(invitation=asked("oppnad"), at=NOON)
    asked("ej-skickad", sent=False)
    Letter.objects.filter(address="ej-skickad@fn.example").update(state="stopped")
    asked("fel").body.addresses.update(failed_at=NOON)
    invited.decline(invitation=asked("avstar"), reason="", at=NOON)
    begun = asked("avstar-borjat")
    save(draft=begin_invited(invitation=begun), key=area_key("city-life"), **HOW)
    invited.decline(invitation=begun, reason="", at=NOON)
    later = asked("egen-tid")
    Invitation.objects.filter(pk=later.pk).update(own_last_day=date(2026, 12, 20))
    draft = begin_invited(invitation=asked("utkast"), email="utkast@fn.example")
    save(draft=draft, key=area_key("city-life"), **HOW)
    sent = begin_invited(invitation=asked("svarat"), email="svarat@fn.example")
    save(draft=sent, key=area_key("city-life"), **HOW)
    send_in(draft=sent)
    make_submission(consultation=consultation, email="spontan@fn.example")
    changing = make_submission(consultation=consultation, email="andrar@fn.example")
    drafts = Draft.objects.filter(public_id=changing.response.public_id)
    save(draft=drafts.get(), key=area_key("city-life"), how="Något nytt.")
    make_draft(consultation=consultation, email="skriver@fn.example")
    make_draft(consultation=consultation, email="skrap@fn.example", is_suspect=True)
    recorded = make_recorded(consultation=consultation, by=city).response
    recorded.contact.email = recorded.contact.email_key = "epost@fn.example"
    recorded.contact.save()
    Letter.objects.exclude(invitation=silent).delete()
    return consultation


def addresses(kind):
    return sorted(Letter.objects.filter(kind=kind).values_list("address", flat=True))


def told():
    return {
        "silent": addresses("moved_invited"),
        "drafts": addresses("moved_draft"),
        "answered": addresses("moved_answered"),
    }


EVERYBODY = {
    "silent": ["oppnad@fn.example", "tyst@fn.example"],
    "drafts": ["andrar@fn.example", "skriver@fn.example", "utkast@fn.example"],
    "answered": ["epost@fn.example", "spontan@fn.example", "svarat@fn.example"],
}


def move(world, by, *groups, last_day=NEW_DAY, at=NOON):
    return moving.move_last_day(
        consultation=world, last_day=last_day, reason="Fler hinner.", tell=groups, at=at, by=by
    )


def test_each_group_that_was_chosen_gets_a_letter_and_nobody_gets_two(world, city):
    assert move(world, city, *Tell) == {"silent": 2, "drafts": 3, "answered": 3}
    assert told() == EVERYBODY


@pytest.mark.parametrize("group", list(Tell))
def test_a_group_that_was_not_chosen_gets_no_letter(world, city, group):
    move(world, city, group)

    chosen = EVERYBODY[group]
    if group == Tell.ANSWERED:  # with changes that are not sent: nobody else tells them
        chosen = ["andrar@fn.example", *chosen]
    assert told() == {name: chosen if name == group else [] for name in EVERYBODY}


def test_whoever_has_a_later_day_already_is_told_nothing(world, city):
    later = date(2026, 12, 24)
    for model in (Draft, Response, Invitation):
        model.objects.update(own_last_day=later)

    assert sum(move(world, city, *Tell).values()) == 0


def test_whoever_declines_while_the_letter_waits_does_not_get_it(world, city, at):
    move(world, city, Tell.DRAFTS)
    declining = Invitation.objects.get(body__name="utkast")
    invited.decline(invitation=declining, reason="", at=NOON)
    at(NOON + HOLD)
    posting.send_all()

    assert sorted(to for message in outbox.outbox for to in message.to) == [
        "andrar@fn.example",
        "skriver@fn.example",
    ]
    letter = Letter.objects.get(kind="moved_draft", address="utkast@fn.example")
    assert (letter.state, letter.last_error) == ("stopped", "De hade redan avstått.")


def test_the_letters_say_the_new_day_and_lead_back(world, city, at):
    move(world, city, *Tell)
    at(NOON)
    posting.send_all()
    assert outbox.outbox == []  # held back
    at(NOON + HOLD)
    posting.send_all()

    assert len(outbox.outbox) == 8
    for message in outbox.outbox:
        text = message.body.replace("\n", " ")
        assert message.subject == "Ny sista dag: svara om Malmöandan senast måndag 7 december 2026"
        assert "kan svara till och med måndag 7 december 2026 kl. 23.59." in text
        recorded = message.to == ["epost@fn.example"]
        assert ("http://" in text) is not recorded
    links = {message.to[0]: message.body for message in outbox.outbox}
    assert "/inbjudan/" in links["tyst@fn.example"]
    assert "/lank/" in links["skriver@fn.example"]
    assert "Ert svar är framme." in links["spontan@fn.example"]


def test_the_page_tells_how_many_before_and_after(world, signed_in, city, noon):
    client = signed_in(city)
    url = reverse("admin:move_last_day", args=[world.pk])
    data = {"last_day": "2026-12-07", "reason": "", "tell": ["silent", "answered"]}

    asked = client.post(url, data).content.decode()
    assert "Inbjudna som inte har börjat svara: 2" in asked
    assert "De som har svarat: 4" in asked
    not_chosen = asked[asked.index("Gruppen är inte vald") :]
    assert "De som har skrivit men inte skickat in: 3" in not_chosen
    assert "Inbjudna som inte har börjat svara" not in not_chosen
    assert told() == {"silent": [], "drafts": [], "answered": []}
    done = client.post(url, data | {"confirmed": "1"}, follow=True).content.decode()

    assert (
        "6 mejl skickas kl. 12.10. Fram till dess kan ni ångra dem på sidan Utskick. Dagen är "
        "flyttad även om ni ångrar mejlen."
    ) in done
    assert Letter.objects.filter(kind__startswith="moved").count() == 6


def test_the_letters_are_shown_before_they_are_sent_and_name_nobody_who_writes(
    world, signed_in, city, noon
):
    url = reverse("admin:move_last_day", args=[world.pk])
    page = signed_in(city).post(url, {"last_day": "2026-12-07", "reason": "", "tell": list(Tell)})

    samples = {group.label: group.sample for group in page.context["told"]}
    assert {sample.subject for sample in samples.values()} == {
        "Ny sista dag: svara om Malmöandan senast måndag 7 december 2026"
    }
    day = "kan svara till och med måndag 7 december 2026 kl. 23.59."
    texts = {label: sample.text for label, sample in samples.items()}
    silent, drafts, answered = (texts[str(group.label)] for group in Tell)
    assert f"oppnad {day}" in silent
    assert f"Ni {day}" in drafts
    assert f"Ni {day}" in answered
    assert all("(den personliga länken)" in text for text in texts.values())
    assert "@fn.example" not in page.text
    assert all(sample.text.split("\n")[0] in page.text for sample in samples.values())


def moved_letters():
    rows = Letter.objects.filter(kind__startswith="moved")
    return sorted(set(rows.values_list("dispatch", "state", "due")))


def test_the_letters_are_one_sending_that_can_be_undone_and_the_day_stays(
    world, signed_in, city, noon
):
    client = signed_in(city)
    move(world, city, *Tell)
    (dispatch,) = Dispatch.objects.filter(text=None)
    assert moved_letters() == [(dispatch.pk, "queued", NOON + HOLD)]
    listed = client.get("/samordning/utskick/").text
    undo = reverse("admin:undo_dispatch", args=[dispatch.pk])
    assert "Ny sista svarsdag" in listed
    assert undo in listed

    said = client.post(undo, follow=True).text

    assert (
        "8 mejl skickas inte. Sista svarsdagen är fortfarande flyttad. Den ändras på sidan Planen."
    ) in said
    assert moved_letters() == [(dispatch.pk, "stopped", NOON + HOLD)]
    world.refresh_from_db()
    assert world.last_day == NEW_DAY
    notes = Event.objects.filter(verb="undid").values_list("body__name", "note")
    assert sorted(notes, key=str) == [
        ("oppnad", "Ny sista svarsdag"),
        ("tyst", "Ny sista svarsdag"),
        (None, "Ny sista svarsdag, 6 mejl"),
    ]


def test_moving_the_day_again_stops_the_letters_about_the_other_day(world, signed_in, city, noon):
    move(world, city, *Tell, last_day=date(2027, 12, 7))
    url = reverse("admin:move_last_day", args=[world.pk])
    data = {"last_day": "2026-12-07", "reason": "Fel år.", "tell": ["silent"]}
    assert "De stoppas när du flyttar dagen igen." in signed_in(city).post(url, data).text

    move(world, city, Tell.SILENT, at=NOON + HOLD / 2)

    first, second = Dispatch.objects.filter(text=None).order_by("pk")
    assert moved_letters() == [
        (first.pk, "stopped", NOON + HOLD),
        (second.pk, "queued", NOON + HOLD * 3 / 2),
    ]


def test_moving_the_day_without_letters_makes_no_sending(world, city):
    move(world, city)

    assert not Dispatch.objects.filter(text=None).exists()


def test_an_answer_that_was_taken_back_is_told_as_a_draft(world, city):
    answering.withdraw(response=Response.objects.get(contact__email="svarat@fn.example"), at=NOON)
    move(world, city, *Tell)

    assert "svarat@fn.example" in told()["drafts"]
    assert "svarat@fn.example" not in told()["answered"]


def test_it_says_who_gets_no_letter_and_why(world, signed_in, city, noon):
    Response.objects.filter(contact__email="spontan@fn.example").update(set_aside="test")
    Response.objects.get(contact__email="epost@fn.example").contact.delete()
    Draft.objects.filter(email="skriver@fn.example").update(own_last_day=date(2026, 12, 24))
    Invitation.objects.filter(body__name="fel").update(opened_at=NOON)
    without = Invitation.objects.get(body__name="oppnad").body
    without.addresses.all().delete()
    url = reverse("admin:move_last_day", args=[world.pk])
    data = {"last_day": "2026-12-07", "reason": "", "tell": list(Tell)}

    page = signed_in(city).post(url, data)

    found = {
        why: (rest.number, [body.name for body in rest.bodies])
        for why, rest in page.context["left_out"].items()
    }
    assert found == {
        "Avstår.": (2, ["avstar", "avstar-borjat"]),
        "Har redan tid minst så länge.": (1, ["egen-tid"]),
        "Inbjudan är inte skickad. Den nya dagen står i inbjudan när den skickas.": (
            1,
            ["ej-skickad"],
        ),
        "Huvudadressen fungerar inte.": (1, ["fel"]),
        "Saknar e-postadress.": (1, ["oppnad"]),
        "Utkast som redan har tid minst så länge.": (1, []),
        "Utkast som misstänks vara skräp.": (1, []),
        "Svar utan e-postadress.": (1, []),
        "Svar som är åsidosatta.": (1, []),
    }
    assert "Saknar e-postadress. (1)" in page.text


def test_everybody_who_is_invited_or_writes_is_told_or_left_out_for_one_reason(world, city):
    found = moving.audience(world, NEW_DAY)
    drafts = {draft.pk: draft.invitation_id for draft in found[Tell.DRAFTS]}
    answered = {response.invitation_id for response in found[Tell.ANSWERED]}
    by_name = [invitation.pk for invitation, _address in found[Tell.SILENT]]
    left = moving.left_out(world, NEW_DAY)
    bodies = [body.pk for rest in left.values() for body in rest.bodies]
    named = Invitation.objects.filter(body__in=bodies).values_list("pk", flat=True)

    invitations = sorted(Invitation.objects.values_list("pk", flat=True))
    once = [*by_name, *named, *filter(None, drafts.values()), *filter(None, answered)]
    assert sorted(once) == invitations
    suspect = left["Utkast som misstänks vara skräp."].number
    declined = Draft.objects.waiting().exclude(pk__in=Draft.objects.not_declined()).count()
    assert len(drafts) + suspect + declined == Draft.objects.waiting().count()
