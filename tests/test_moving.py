"""Moving the last day and telling whom it concerns."""

from datetime import date

import pytest
from django.core import mail as outbox
from django.urls import reverse

from remiss.models import Draft, Invitation, Letter, Response, Tell
from remiss.models.draft import area_key
from remiss.workflow import invited, moving, posting
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


def move(world, by, *groups, last_day=NEW_DAY):
    return moving.move_last_day(
        consultation=world, last_day=last_day, reason="Fler hinner.", tell=groups, at=NOON, by=by
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
    at(NOON)
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
    assert "De som har skrivit men inte skickat in" not in asked
    assert told() == {"silent": [], "drafts": [], "answered": []}
    done = client.post(url, data | {"confirmed": "1"}, follow=True).content.decode()

    assert "6 mejl skickas." in done
    assert Letter.objects.filter(kind__startswith="moved").count() == 6
