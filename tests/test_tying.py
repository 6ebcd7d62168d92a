"""Which bodies an answer counts for, and two bodies that turn out to be one."""

import pytest
from django.urls import reverse

from remiss import links, mail
from remiss.models import Body, CountedFor, Draft, Event, Invitation
from remiss.models.draft import area_key
from remiss.workflow import invited, inviting, merging, tying
from remiss.workflow.inviting import HOLD
from remiss.workflow.merging import CannotMerge
from tests.factories import (
    LAST_DAY,
    NOON,
    begin_invited,
    days,
    make_body,
    make_consultation,
    make_invitation,
    make_submission,
    save,
    send_in,
)


def status_of(body):
    return Invitation.objects.with_status().get(body=body).status


def answered(invitation, **who):
    draft = begin_invited(invitation=invitation, **who)
    save(draft=draft, key=area_key("city-life"), how="Lås upp skolan.")
    return send_in(draft=draft).response


def test_a_coordinated_answer_counts_for_each_of_its_bodies(consultation, city):
    first = make_invitation(
        consultation=consultation, by=city, name="Kajutan", email="k@fn.example"
    )
    second = make_invitation(
        consultation=consultation, by=city, name="Lysmask", email="l@fn.example"
    )
    response = answered(first)

    assert tying.tie(response=response, bodies=[first.body, second.body], at=NOON, by=city) == 1

    assert [status_of(each.body) for each in (first, second)] == ["answered", "answered"]
    assert list(Event.objects.filter(verb="tied").values_list("body", "response")) == [
        (second.body_id, response.pk)
    ]


def test_untying_lets_the_body_be_silent_again(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    response = make_submission(consultation=consultation).response
    tying.tie(response=response, bodies=[invitation.body], at=NOON, by=city)

    assert tying.untie(response=response, body=invitation.body, at=NOON, by=city)

    assert status_of(invitation.body) == "sent"
    assert not tying.untie(response=response, body=invitation.body, at=NOON, by=city)
    assert Event.objects.filter(verb="untied").count() == 1


def test_a_new_version_does_not_tie_again_what_a_coordinator_has_untied(consultation, city):
    invitation = make_invitation(consultation=consultation, by=city)
    response = answered(invitation)
    tying.untie(response=response, body=invitation.body, at=NOON, by=city)
    draft = Draft.objects.get(public_id=response.public_id)
    save(draft=draft, key=area_key("city-life"), how="Lås upp alla skolor.")
    send_in(draft=draft)

    assert not CountedFor.objects.exists()


def test_the_page_suggests_those_whose_names_stand_in_the_answer(
    consultation, city, signed_in, noon
):
    make_body(name="Kulturhuset ”Kajutan”", email="k@fn.example")
    make_body(name="Lysmask", email="l@fn.example")
    submission = make_submission(
        consultation=consultation, behind={"cosignatories": "kulturhuset kajutan"}
    )
    client = signed_in(city)
    url = reverse("admin:tie", args=[submission.response_id])

    page = client.get(url).content.decode()
    assert "Kulturhuset ”Kajutan”" in page
    assert "Lysmask" not in page
    searched = client.get(url, {"q": "LYS"}).content.decode()
    assert "Lysmask" in searched

    body = Body.objects.get(name="Lysmask")
    done = client.post(url, {"body": [body.pk, "x", "99999"]}, follow=True).content.decode()
    assert "Svaret räknas nu för Lysmask." in done
    again = client.post(url, {"body": body.pk}, follow=True)
    none = client.post(url, follow=True)
    assert [[str(each) for each in page.context["messages"]] for page in (again, none)] == [
        ["Svaret räknades redan för Lysmask."],
        ["Välj minst en remissinstans."],
    ]
    read = client.get(reverse("admin:remiss_response_change", args=[submission.response_id]))
    assert "<bdi>Lysmask</bdi>" in read.content.decode()
    client.post(url, {"untie": body.pk})
    assert not CountedFor.objects.exists()


# Merging


def test_merging_moves_addresses_invitations_and_answers(consultation, city):
    kept = make_body(name="Kajutan", email="info@kajutan.example", tags="kultur")
    invitation = make_invitation(
        consultation=consultation,
        by=city,
        name="Kulturhuset Kajutan",
        email="KAJUTAN@fn.example",
        more=["INFO@kajutan.example"],
        tags="Kultur, scen",
        notes="Ring efter fem.",
    )
    response = answered(invitation)

    merging.merge(kept=kept, other=invitation.body, at=NOON, by=city)

    kept.refresh_from_db()
    assert sorted(kept.addresses.values_list("email", "is_main")) == [
        ("KAJUTAN@fn.example", False),
        ("info@kajutan.example", True),
    ]
    assert (kept.tags, kept.notes) == ("kultur, scen", "Ring efter fem.")
    assert status_of(kept) == "answered"
    assert [each.body for each in response.counted_for.all()] == [kept]
    assert list(Body.objects.in_use()) == [kept]
    assert Event.objects.filter(verb="merged").count() == 2


def test_the_old_link_leads_to_the_invitation_of_the_one_that_was_kept(
    consultation, city, client, noon
):
    mine = make_invitation(consultation=consultation, by=city, name="Kajutan", email="a@fn.example")
    old = make_invitation(consultation=consultation, by=city, name="Kajuta", email="b@fn.example")

    merging.merge(kept=mine.body, other=old.body, at=NOON, by=city)

    old.refresh_from_db()
    assert invited.in_use(old) == mine
    assert list(Invitation.objects.in_use()) == [mine]
    key = links.make_key(old, purpose=links.TO_BODY)
    opened = client.post(reverse("remiss:open_invitation", args=[key]))
    assert opened.url == reverse("remiss:invited", args=[mine.public_id])


@pytest.fixture
def pair(consultation, city):
    """The invitations of two bodies that will turn out to be one: (kept's, other's)."""
    return [
        make_invitation(
            consultation=consultation, by=city, name=name, email=f"{name}@fn.example".lower(),
            at=NOON - days(20),
        )
        for name in ("Kajutan", "Kajuta")
    ]  # fmt: skip


def merged(pair, city):
    """Kept's invitation once the two are one."""
    mine, theirs = pair
    merging.merge(kept=mine.body, other=theirs.body, at=NOON, by=city)
    rows = Invitation.objects.select_related("body", "consultation").with_status()
    return rows.get(pk=mine.pk)


def test_replacing_the_link_ends_also_the_old_links_of_those_merged_into_it(
    pair, consultation, city, client, noon
):
    third = make_invitation(consultation=consultation, by=city, name="Kaj", email="kaj@fn.example")
    elsewhere = make_invitation(
        consultation=make_consultation(slug="fjolarets"), by=city, body=pair[1].body
    )
    merging.merge(kept=pair[1].body, other=third.body, at=NOON, by=city)
    mine = merged(pair, city)
    draft = begin_invited(invitation=mine)
    keys = [links.make_key(each, purpose=links.TO_BODY) for each in (mine, pair[1], third)]
    opened = [reverse("remiss:open_invitation", args=[key]) for key in keys]
    assert [client.get(url).status_code for url in opened] == [200, 200, 200]
    client.post(opened[2])
    assert client.get(reverse("remiss:tasks", args=[draft.public_id])).status_code == 200

    main = mine.body.addresses.get(is_main=True)
    inviting.revoke(invitation=mine, address=main, at=NOON, by=city)

    assert [client.post(url).status_code for url in opened] == [410, 410, 410]
    assert "Vi har skickat en nyare länk till Kajutan." in client.get(opened[2]).text
    assert client.get(reverse("remiss:tasks", args=[draft.public_id])).status_code == 403
    elsewhere.refresh_from_db()
    assert elsewhere.link_version == 1


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"), [(None, 9, 9), (9, None, 9), (3, 9, 9), (9, 3, 9)]
)
def test_the_latest_day_of_the_two_holds_also_for_what_has_been_begun(
    pair, city, mine, theirs, kept
):
    for invitation, more in zip(pair, (mine, theirs), strict=True):
        own = more and {"own_last_day": LAST_DAY + days(more)}
        Invitation.objects.filter(pk=invitation.pk).update(**own or {})
    pair[0].refresh_from_db()
    draft = begin_invited(invitation=pair[0])

    assert merged(pair, city).own_last_day == LAST_DAY + days(kept)
    draft.refresh_from_db()
    assert draft.own_last_day == LAST_DAY + days(kept)


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"),
    [(None, 3, 3), (3, None, 3), (3, 5, 3), (5, 3, 3), (None, None, None)],
)
def test_the_first_opening_of_the_two_is_kept(pair, city, mine, theirs, kept):
    for invitation, day in zip(pair, (mine, theirs), strict=True):
        if day:
            invited.open_link(invitation=invitation, at=NOON - days(20 - day))

    assert merged(pair, city).opened_at == (kept and NOON - days(20 - kept))


def test_a_declining_of_the_other_is_kept(pair, city):
    invited.decline(invitation=pair[1], reason="Vi hinner inte.", at=NOON)

    mine = merged(pair, city)

    assert (mine.status, mine.declined_at, mine.decline_reason) == (
        "declined", NOON, "Vi hinner inte.",
    )  # fmt: skip


def test_a_declining_of_its_own_is_not_replaced(pair, city):
    for place, invitation in enumerate(pair):
        invited.decline(invitation=invitation, reason=f"Skäl {place}", at=NOON - days(place))

    mine = merged(pair, city)

    assert (mine.declined_at, mine.decline_reason) == (NOON, "Skäl 0")


def test_a_declining_does_not_undo_an_answer_or_what_was_begun_after_it(pair, consultation, city):
    invited.decline(invitation=pair[1], reason="", at=NOON)
    response = make_submission(consultation=consultation).response
    tying.tie(response=response, bodies=[pair[1].body], at=NOON, by=city)

    mine = merged(pair, city)

    assert (mine.status, mine.declined_at) == ("answered", None)


@pytest.mark.parametrize(("began", "status"), [(-1, "declined"), (1, "draft")])
def test_the_later_of_beginning_and_declining_holds(pair, city, began, status):
    invited.decline(invitation=pair[1], reason="", at=NOON)
    begin_invited(invitation=pair[0], at=NOON + days(began))

    assert merged(pair, city).status == status


def test_reminders_of_both_count(pair, consultation, city):
    def remind(invitation, at):
        inviting.remind(consultation=consultation, bodies=[invitation.body_id], at=at, by=city)

    for ago in (15, 10):
        remind(pair[1], NOON - days(ago))
    remind(pair[0], NOON - days(4))

    mine = merged(pair, city)

    assert (mine.reminders, mine.reminded_at) == (3, NOON - days(4) + HOLD)
    (found,) = inviting.to_remind(consultation, [mine.body_id], at=NOON + days(9))
    assert found.why_not == "Har påmints tre gånger."


def test_whom_the_other_was_reminded_for_is_not_reminded_again_at_once(pair, consultation, city):
    bodies = [pair[1].body_id]
    inviting.remind(consultation=consultation, bodies=bodies, at=NOON - days(1), by=city)

    mine = merged(pair, city)

    (found,) = inviting.to_remind(consultation, [mine.body_id], at=NOON)
    assert found.why_not == "Påmind för mindre än 5 dagar sedan."


def test_what_was_sent_to_the_other_has_been_sent(pair, consultation, city):
    pair[0].letters.update(state="stopped", sent_at=None)

    mine = merged(pair, city)

    assert (mine.status, mine.sent_at) == ("sent", NOON - days(20))


def test_two_that_have_begun_are_not_merged_and_nothing_is_changed(consultation, city):
    mine = make_invitation(consultation=consultation, by=city, name="Kajutan", email="a@fn.example")
    other = make_invitation(consultation=consultation, by=city, name="Kajuta", email="b@fn.example")
    begin_invited(invitation=other)
    with pytest.raises(CannotMerge, match="behåll Kajuta"):
        merging.merge(kept=mine.body, other=other.body, at=NOON, by=city)
    begin_invited(invitation=mine)
    with pytest.raises(CannotMerge, match="Båda har börjat svara"):
        merging.merge(kept=mine.body, other=other.body, at=NOON, by=city)

    assert Body.objects.in_use().count() == 2
    assert other.body.addresses.count() == 1


def test_a_body_is_not_merged_with_itself_or_twice(consultation, city):
    one, other = (
        make_body(name="A", email="a@fn.example"),
        make_body(name="B", email="b@fn.example"),
    )
    with pytest.raises(CannotMerge):
        merging.merge(kept=one, other=one, at=NOON, by=city)
    merging.merge(kept=one, other=other, at=NOON, by=city)
    with pytest.raises(CannotMerge):
        merging.merge(kept=one, other=other, at=NOON, by=city)


def test_the_name_of_a_merged_body_is_free_again_and_a_letter_to_it_is_stopped(
    consultation, city, at
):
    kept = make_invitation(consultation=consultation, by=city, name="A", email="a@fn.example")
    other = make_body(name="B", email="b@fn.example")
    inviting.invite(consultation=consultation, bodies=[other.pk], at=NOON, by=city)

    merging.merge(kept=kept.body, other=other, at=NOON, by=city)

    assert make_body(name="B", email="c@fn.example").pk != other.pk
    (letter,) = Invitation.objects.get(body=other).letters.all()
    with pytest.raises(mail.NotNeeded):
        mail.render(letter)


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_somebody_else_has_merged_meanwhile_is_told(city, signed_in, noon, method):
    kept, other, third = (make_body(name=name, email=f"{name}@fn.example") for name in "ABC")
    merging.merge(kept=kept, other=other, at=NOON, by=city)
    ask = getattr(signed_in(city), method)

    def told(body, chosen):
        url = reverse("admin:merge_bodies", args=[body.pk])
        page = ask(url, {"other": chosen.pk}, follow=True)
        said = [str(message) for message in page.context["messages"]]
        return said, page.context.get("refusal"), page.redirect_chain

    to_kept = [(reverse("admin:body", args=[kept.pk]), 302)]
    sentence = "B är redan ihopslagen med A."
    assert told(kept, other) == ([sentence], None, to_kept)  # the same
    assert told(other, kept) == ([sentence], None, to_kept)  # the other way round
    assert told(third, other) == ([], sentence, [])  # with another one
    assert Body.objects.in_use().count() == 2


def test_merging_asks_first_and_says_why_not(consultation, city, signed_in, noon):
    kept = make_body(name="Kajutan", email="a@fn.example")
    other = make_body(name="Kajuta <b>två</b>", email="b@fn.example")
    client = signed_in(city)
    url = reverse("admin:merge_bodies", args=[kept.pk])

    assert "Kajuta &lt;b&gt;två" in client.get(url, {"q": "kajut"}).content.decode()
    assert "Det går inte att ångra." in client.get(url, {"other": other.pk}).content.decode()
    assert Body.objects.in_use().count() == 2
    assert client.post(url, {"other": kept.pk}).status_code == 200
    assert Body.objects.in_use().count() == 2
