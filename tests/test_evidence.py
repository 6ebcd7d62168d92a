"""The page about one remissinstans: what was sent to it, what came of it, and what can be done."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from remiss import mail
from remiss.models import (
    Body,
    BodyAddress,
    Channel,
    Coordinator,
    Dispatch,
    Draft,
    Event,
    Invitation,
    Letter,
    LetterText,
)
from remiss.models.draft import area_key
from remiss.workflow import (
    answering,
    bodies,
    extending,
    invited,
    inviting,
    merging,
    secrecy,
    tying,
    writing,
)
from tests.factories import (
    LAST_DAY,
    NOON,
    add_file,
    ask_for_time,
    begin_invited,
    days,
    make_body,
    make_consultation,
    make_invitation,
    make_submission,
    save,
    send_in,
)

LATER = NOON + timedelta(hours=1)


def address(name, invitation, *args):
    return reverse(f"admin:{name}", args=[invitation.body_id, *args])


def said(client, path, data=None):
    """The messages after a POST, and then the page it led to."""
    response = client.post(path, data or {}, follow=True)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]]


def text_of(response):
    """The page as one line of words between its tags."""
    return " ".join(response.content.decode().split())


@pytest.fixture
def invitation(consultation, city, noon):
    return make_invitation(consultation=consultation, by=city, more=["styrelsen@sundspan.example"])


@pytest.fixture
def client_of_city(signed_in, city):
    return signed_in(city)


def noting(**changes):
    return {"on": "2026-11-10", "channel": "phone", "text": "De svarar på fredag."} | changes


# What the page says


def test_the_page_tells_who_the_body_is_and_where_it_stands(client_of_city, invitation, city):
    Body.objects.filter(pk=invitation.body_id).update(
        tags="Kultur, Söder", notes="Ring först.", organisation_number="802002-4280"
    )
    invited.decline(invitation=invitation, reason="Vi hinner inte.", at=NOON)
    page = text_of(client_of_city.get(address("body", invitation)))

    for words in (
        '<h1 dir="auto">Sundspans kulturkrets</h1>',
        "<dd>Förening</dd>",
        "<dd>802002-4280</dd>",
        '<a class="key" href="mailto:info@sundspan.example">info@sundspan.example</a> '
        '<span class="tag tag--todo">Huvudadress</span></div>',
        "styrelsen@sundspan.example",
        "<dd>Kultur, Söder</dd>",
        "Ring först.",
        '<span class="tag tag--todo">Avstår</span>',
        "<dt>Inbjudan skickad</dt><dd>torsdag 12 november kl. 12.00</dd>",
        "<dt>Öppnad</dt><dd>Inte än</dd>",
        "Vi hinner inte.",
        "<dt>Sista svarsdag</dt><dd>måndag 30 november</dd>",
        "Remissinstansen avstod från att svara",
        "maria bjöd in",
    ):
        assert words in page, words


def test_answers_say_who_else_they_count_for_and_whether_they_count(
    client_of_city, invitation, consultation, city
):
    joint = make_submission(consultation=consultation).response
    aside = make_submission(consultation=consultation).response
    other = make_body(name="Krets två", email="tva@fn.example")
    tying.tie(response=joint, bodies=[invitation.body, other], at=NOON, by=city)
    tying.tie(response=aside, bodies=[invitation.body], at=NOON, by=city)
    type(aside).objects.filter(pk=aside.pk).update(set_aside="test")
    page = text_of(client_of_city.get(address("body", invitation)))

    link = reverse("admin:remiss_response_change", args=[joint.pk])
    theirs = reverse("admin:body", args=[other.pk])
    assert f'<a href="{link}">{joint.reference}</a> Inskickat, torsdag 12 november' in page
    assert f'Räknas också för <a href="{theirs}"><bdi>Krets två</bdi></a>.' in page
    assert (
        f"{aside.reference}</a> Åsidosatt: test, torsdag 12 november kl. 12.00. Räknas inte."
        in (page)
    )


def test_remisser_stand_newest_first_also_where_the_body_was_not_invited(
    client_of_city, invitation, city
):
    older = make_consultation(slug="fjolarets", opens_on=NOON.date() - days(400))
    newer = make_consultation(slug="nasta", opens_on=NOON.date() - days(3))
    make_invitation(consultation=newer, by=city, body=invitation.body)
    tied = make_submission(consultation=newer).response  # received where it was open
    type(tied).objects.filter(pk=tied.pk).update(consultation=older)
    tying.tie(response=tied, bodies=[invitation.body], at=NOON, by=city)
    page = client_of_city.get(address("body", invitation))

    shown = [(part.consultation.slug, bool(part.invitation)) for part in page.context["parts"]]
    assert shown == [("nasta", True), ("handlingsplan", True), ("fjolarets", False)]
    assert page.content.decode().count("Inte inbjuden") == 1


def test_every_letter_is_there_with_how_it_went(client_of_city, invitation, city):
    main = invitation.body.addresses.get(is_main=True)
    for hours in range(1, 6):
        at = NOON + timedelta(hours=hours)
        inviting.send_again(invitation=invitation, address=main, at=at, by=city)
    outcomes = [
        {"state": "failed", "bounced_at": LATER, "bounce": "5.1.1 Mottagaren finns inte"},
        {"state": "failed", "last_error": "Servern svarar inte"},
        {"state": "stopped", "last_error": "Utskicket ångrades."},
        {"state": "queued", "attempts": 1, "last_error": "Greylisted", "next_try_at": LATER},
        {"state": "queued"},
    ]
    for letter, outcome in zip(Letter.objects.order_by("pk")[1:], outcomes, strict=True):
        Letter.objects.filter(pk=letter.pk).update(**outcome)
    page = text_of(client_of_city.get(address("body", invitation)))

    for words in (
        "Kom inte fram: 5.1.1 Mottagaren finns inte (torsdag 12 november kl. 13.00)",
        "Kom inte iväg: Servern svarar inte",
        "Stoppat: Utskicket ångrades.",
        "Nytt försök torsdag 12 november kl. 13.00. Senaste felet: Greylisted",
        "Väntar till torsdag 12 november kl. 17.00",
        "Skickat",
    ):
        assert page.count(f'<td class="outcome">{words} </td>') == 1, words


def test_the_text_of_a_letter_is_the_revision_it_was_made_from(client_of_city, invitation, city):
    sent = LetterText.objects.get()
    LetterText.objects.create(
        consultation=sent.consultation, kind=sent.kind, number=2, subject="Ny", body="Nyare text",
        written_at=NOON, written_by=city,
    )  # fmt: skip
    path = reverse("admin:letter_text", args=[sent.pk])
    assert f'<a href="{path}">text version 1</a>' in text_of(
        client_of_city.get(address("body", invitation))
    )
    page = client_of_city.get(path).content.decode()

    assert sent.body in page
    assert "Nyare text" not in page


def test_a_body_that_has_been_merged_says_with_which(client_of_city, invitation):
    old = make_body(name="Gamla kretsen", email="gamla@fn.example")
    Body.objects.filter(pk=old.pk).update(merged_into=invitation.body)
    there = text_of(client_of_city.get(reverse("admin:body", args=[old.pk])))
    here = text_of(client_of_city.get(address("body", invitation)))

    assert f'{address("body", invitation)}"><bdi>Sundspans kulturkrets</bdi></a>' in there
    assert "<bdi>Gamla kretsen</bdi></a></li>" in here


def answered(invitation, city, *, at=NOON):
    """One that has asked for more time, got it, sent in, been told of a new day and written to."""
    draft = begin_invited(invitation=invitation, email="eva@svarar.example", name="Eva")
    asked = ask_for_time(draft=draft)
    extending.grant(request=asked, until=LAST_DAY + days(2), note="", at=at, by=city)
    save(draft=draft, key=area_key("city-life"), how="Öppna aulorna.")
    response = send_in(draft=draft, at=at).response
    answering.confirm(holder=draft, at=at)
    response.refresh_from_db()
    answering.find_links(email="eva@svarar.example", at=at)
    dispatch = Dispatch.objects.create(
        consultation=invitation.consultation, text=None, made_at=at, made_by=city, held_until=at
    )
    mail.queue_moved(dispatch, invited=[], drafts=[], answered=[response])
    writing.write(response=response, subject="En fråga", body="Ring oss.", once="a", at=at, by=city)
    return response


TO_RESPONDENT = [
    "Brev till den som svarat",
    "Ny sista dag, till den som svarat",
    "Kvitto med hela svaret",
    "Kvitto",
    "Längre tid",
]


def sent_to(page):
    """The letters on the page: what, and to whom."""
    row = r'<th scope="row">(.*?)</th><td class="outcome">.*?</td><td>(.*?)</td>'
    rows = re.findall(row, page.content.decode(), re.DOTALL)
    return [(re.sub("<.*?>", "", what), to) for what, to in rows]


def test_letters_about_the_body_s_own_answer_are_shown_and_those_about_its_draft_are_not(
    client_of_city, invitation, city
):
    Coordinator.objects.update(notice="at_once")
    response = answered(invitation, city, at=LATER)
    # To somebody else, and about somebody else's answer.
    make_submission(consultation=invitation.consultation)
    assert Letter.objects.filter(kind="new_response").count() == 2

    page = client_of_city.get(address("body", invitation))

    assert sent_to(page) == [
        *((f"{what}, svar {response.reference}", "e•••@svarar.example") for what in TO_RESPONDENT),
        ("Inbjudan, text version 1", "info@sundspan.example"),
    ]
    assert (
        "Brev om utkast visas inte här. De går till den som skriver, och utkastet är den "
        "personens eget tills svaret skickas in."
    ) in text_of(page)


def test_letters_from_before_an_answer_counted_here_are_marked(client_of_city, invitation, city):
    of_another = make_submission(consultation=invitation.consultation).response
    tying.tie(response=of_another, bodies=[invitation.body], at=LATER, by=city)
    writing.write(response=of_another, subject="A", body="B", once="a", at=LATER, by=city)

    page = client_of_city.get(address("body", invitation))

    about = f"svar {of_another.reference}"
    assert [what for what, _to in sent_to(page)] == [
        f"Brev till den som svarat, {about}",
        f"Kvitto, {about}, innan svaret räknades hit",
        "Inbjudan, text version 1",
    ]


def happened(page):
    """What has happened, newest first: who and what, with the note."""
    return [
        " ".join(filter(None, [each.who, each.what, each.note]))
        for each in page.context["happenings"]
    ]


def test_what_the_body_asked_for_sent_in_and_took_back_has_happened(
    client_of_city, invitation, city
):
    draft = begin_invited(invitation=invitation)
    hours = [NOON + timedelta(hours=number) for number in range(6)]
    until = LAST_DAY + days(2)
    asked = ask_for_time(draft=draft, wanted_day=LAST_DAY + days(5), at=hours[1])
    extending.grant(request=asked, until=until, note="Räcker det?", at=hours[2], by=city)
    before = client_of_city.get(address("body", invitation))
    save(draft=draft, key=area_key("city-life"), how="Öppna aulorna.")
    response = send_in(draft=draft, at=hours[3]).response
    again = ask_for_time(draft=draft, at=hours[4])
    extending.decline(request=again, note="Det räcker.", at=hours[4], by=city)
    answering.withdraw(response=response, at=hours[5])
    # Of somebody else, who has asked for the same.
    make_submission(consultation=invitation.consultation)
    other = make_invitation(
        consultation=invitation.consultation, by=city, name="En annan", email="en@annan.example"
    )
    ask_for_time(draft=begin_invited(invitation=other, email="en@annan.example"))

    page = client_of_city.get(address("body", invitation))

    at_first = [
        "maria gav längre tid till 2026-12-02. Räcker det?",
        "Den som svarar bad om längre tid till 2026-12-05",
        "Remissinstansen började svara",
        "maria bjöd in Inbjudan, version 1",
    ]
    assert happened(before) == at_first
    assert happened(page) == [
        "Den som svarat tog tillbaka svaret",
        "maria gav inte längre tid Det räcker.",
        "Den som svarar bad om längre tid",
        "Den som svarat skickade in svaret version 1",
        *at_first,
    ]


def test_a_declining_that_was_taken_back_is_told_in_those_words(client_of_city, invitation):
    invited.decline(invitation=invitation, reason="", at=NOON)
    invited.change_mind(invitation=invitation, at=LATER)

    page = client_of_city.get(address("body", invitation))

    assert happened(page) == [
        "Remissinstansen tog tillbaka sitt avstående",
        "Remissinstansen avstod från att svara",
        "maria bjöd in Inbjudan, version 1",
    ]


def test_of_an_answer_that_counts_for_several_no_body_is_told_of_the_others(
    client_of_city, invitation, city
):
    joint = make_submission(consultation=invitation.consultation).response
    other = make_body(name="Krets två", email="tva@fn.example")
    tying.tie(response=joint, bodies=[invitation.body, other], at=LATER, by=city)

    page = client_of_city.get(address("body", invitation))

    assert happened(page) == [
        "maria räknade svaret för Sundspans kulturkrets",
        "Den som svarat skickade in svaret version 1",
        "maria bjöd in Inbjudan, version 1",
    ]


def test_what_has_happened_to_a_marked_answer_is_hidden_with_it(signed_in, civil, invitation, city):
    response = answered(invitation, city, at=LATER)
    open_to_all = happened(signed_in(civil).get(address("body", invitation)))
    secrecy.mark(response=response, provision="OSL 21:1", reason="Hälsa", at=NOON, by=city)

    hidden = happened(signed_in(civil).get(address("body", invitation)))

    assert len(open_to_all) == 6
    assert hidden == ["Remissinstansen började svara", "maria bjöd in Inbjudan, version 1"]


def test_an_answer_that_was_taken_back_says_when_and_when_it_came_in(
    client_of_city, invitation, city
):
    draft = begin_invited(invitation=invitation)
    save(draft=draft, key=area_key("city-life"), how="Öppna aulorna.")
    response = send_in(draft=draft, at=NOON).response
    answering.withdraw(response=response, at=NOON + days(3))

    page = text_of(client_of_city.get(address("body", invitation)))

    assert (
        f"{response.reference}</a> Återtaget, söndag 15 november kl. 12.00. "
        "Kom in torsdag 12 november kl. 12.00. Räknas inte."
    ) in page


def test_the_address_of_who_answered_is_for_those_who_may_see_contact_details(
    signed_in, civil, invitation, city, settings
):
    answered(invitation, city, at=LATER)
    Letter.objects.filter(kind="receipt").update(
        state="failed", bounced_at=NOON, bounce="5.1.1 <eva@svarar.example> okänd"
    )

    hidden = signed_in(civil).get(address("body", invitation))
    settings.IDEBUREN_SEES_CONTACTS = True
    shown = signed_in(civil).get(address("body", invitation))

    assert [to for _what, to in sent_to(hidden)] == ["Den som svarat"] * 5 + [
        "info@sundspan.example"
    ]
    assert "eva@svarar.example" not in hidden.content.decode()
    assert [to for _what, to in sent_to(shown)][:5] == ["e•••@svarar.example"] * 5
    assert "eva@svarar.example" not in shown.content.decode()  # reading it is logged elsewhere
    assert "5.1.1 &lt;e•••@svarar.example&gt; okänd" in shown.content.decode()


def test_letters_about_a_marked_answer_are_hidden_with_it(signed_in, civil, invitation, city):
    response = answered(invitation, city, at=LATER)
    secrecy.mark(response=response, provision="OSL 21:1", reason="Hälsa", at=NOON, by=city)

    page = signed_in(civil).get(address("body", invitation))

    assert sent_to(page) == [("Inbjudan, text version 1", "info@sundspan.example")]
    assert len(sent_to(signed_in(city).get(address("body", invitation)))) == 6


def test_nothing_of_a_draft_is_on_the_page(client_of_city, invitation, city):
    draft = begin_invited(invitation=invitation, email="hemlig@utkast.example", name="Hemliga Eva")
    save(draft=draft, key=area_key("city-life"), how="HEMLIGT", stance="abstains")
    add_file(draft=draft, name="hemlig.pdf")
    extending.grant_to_bodies(
        invitations=[invitation], until=LAST_DAY + days(9), reason="", at=NOON, by=city
    )
    # As if a letter about the draft had been tied to the invitation.
    about_draft = Letter.objects.filter(kind__in=Letter.DRAFT_KINDS)
    assert set(about_draft.values_list("kind", flat=True)) == {"link", "time_given_draft"}
    about_draft.update(invitation=invitation)
    page = text_of(client_of_city.get(address("body", invitation)))

    assert "De har börjat svara. Ingen i samordningen kan läsa utkastet." in page
    assert [
        word for word in ("HEMLIGT", "hemlig", "Hemliga", draft.public_id) if word in page
    ] == []


def test_what_others_wrote_is_shown_and_never_run(client_of_city, invitation, city):
    nasty = "<script>alert(1)</script>"
    Body.objects.filter(pk=invitation.body_id).update(name=nasty, notes=nasty, tags=nasty)
    Invitation.objects.update(declined_at=NOON, decline_reason=nasty)
    Letter.objects.update(bounced_at=NOON, bounce=nasty)
    BodyAddress.objects.update(failed_at=NOON, failure=nasty)
    bodies.note_contact(
        body=invitation.body, consultation=None, on=NOON.date(), channel="phone", text=nasty,
        at=NOON, by=city,
    )  # fmt: skip
    paths = [
        address("body", invitation),
        address("send_again", invitation, invitation.pk),
        address("revoke_link", invitation, invitation.pk),
    ]
    for path in paths:
        page = client_of_city.get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_much_has_happened(
    signed_in, city, invitation, consultation, django_assert_num_queries, number
):
    body = invitation.body
    main = body.addresses.get(is_main=True)
    for place in range(number):
        remiss = make_consultation(slug=f"remiss-{place}")
        there = make_invitation(consultation=remiss, by=city, body=body)
        inviting.send_again(invitation=there, address=main, at=LATER, by=city)
        response = make_submission(consultation=remiss).response
        others = [make_body(name=f"{place}{n}", email=f"{place}{n}@fn.example") for n in "ab"]
        tying.tie(response=response, bodies=[body, *others], at=NOON, by=city)
    client = signed_in(city)

    with django_assert_num_queries(20):
        page = client.get(address("body", invitation))
    parts = page.context["parts"]
    assert [len(part.letters) for part in parts] == [3] * number + [1]
    assert [len(others) for part in parts for _answer, others in part.answers] == [2] * number


def test_the_registrator_reads_and_acts_on_nothing(signed_in, registrar, invitation):
    BodyAddress.objects.update(failed_at=NOON)
    page = text_of(signed_in(registrar).get(address("body", invitation)))

    for act in ("Skicka inbjudan igen", "Byt ut länken", "fungerar igen", "Notera en kontakt"):
        assert act not in page
    assert signed_in(registrar).post(address("body", invitation), noting()).status_code == 403
    assert not Event.objects.filter(verb="noted").exists()


# Calls noted by hand


@pytest.mark.parametrize("channel", ["phone", "email", "meeting", "post"])
def test_a_contact_is_noted_with_its_day_and_how(client_of_city, invitation, city, channel):
    assert said(
        client_of_city,
        address("body", invitation),
        noting(channel=channel, consultation=invitation.consultation_id),
    ) == ["Kontakten är noterad."]

    event = Event.objects.get(verb="noted")
    how = str(Channel(channel).label).lower()
    assert event.note == f"2026-11-10, {how}: De svarar på fredag."
    assert (event.actor, event.body, event.consultation, event.at) == (
        city, invitation.body, invitation.consultation, NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"on": "2026-11-13"}, "Dagen har inte varit än."),
        ({"on": "i går"}, "Skriv datumet som år, månad och dag, till exempel 2026-11-12."),
        ({"channel": "portal"}, "Välj hur det gick till."),
        ({"text": " "}, "Skriv vad som sades."),
        ({"text": "x" * 401}, "Anteckningen kan ha högst 400 tecken."),
        ({"consultation": "999999"}, "Välj vilken remiss."),
    ],
)
def test_a_contact_that_cannot_be_noted_comes_back_with_what_was_written(
    client_of_city, invitation, changes, message
):
    data = noting(consultation=invitation.consultation_id) | changes
    page = client_of_city.post(address("body", invitation), data)

    assert [str(text) for texts in page.context["form"].errors.values() for text in texts] == [
        message
    ]
    assert page.context["form"]["text"].value() == data["text"]
    assert "<title>Fel: Sundspans" in page.content.decode()
    assert not Event.objects.filter(verb="noted").exists()


def test_a_body_without_a_remiss_can_be_noted_too(client_of_city, noon, consultation):
    body = make_body()
    path = reverse("admin:body", args=[body.pk])
    page = text_of(client_of_city.get(path))
    said(client_of_city, path, noting())

    assert "Inte inbjuden till någon remiss än." in page
    assert Event.objects.get(verb="noted").consultation is None


def test_the_verb_takes_no_day_that_has_not_been(invitation, city):
    with pytest.raises(ValueError, match="Dagen har inte varit än"):
        bodies.note_contact(
            body=invitation.body, consultation=None, on=NOON.date() + days(1), channel="phone",
            text="x", at=NOON, by=city,
        )  # fmt: skip


def test_a_form_older_than_its_token_keeps_what_was_written(city, invitation):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(address("body", invitation), noting())

    assert page.status_code == 403
    assert "Sidan har varit öppen länge" in page.content.decode()
    assert page.context["form"]["text"].value() == "De svarar på fredag."
    assert not Event.objects.filter(verb="noted").exists()


# Sending again, and the link


def test_the_invitation_is_sent_again_to_the_address_that_was_chosen(
    client_of_city, invitation, at
):
    other = invitation.body.addresses.get(is_main=False)
    at(LATER)
    path = address("send_again", invitation, invitation.pk)

    assert said(client_of_city, path, {"address": other.pk}) == [
        "Inbjudan skickas igen till styrelsen@sundspan.example."
    ]
    again = Letter.objects.latest("pk")
    assert (again.kind, again.address, again.due) == ("invitation", other.email, LATER)
    assert Event.objects.get(verb="resent").note == other.email


def test_a_new_address_is_kept_and_can_become_the_main_one(client_of_city, invitation, at):
    at(LATER)
    path = address("send_again", invitation, invitation.pk)
    said(client_of_city, path, {"address": "new", "email": "ny@sundspan.example"})
    data = {"address": "new", "email": "huvud@sundspan.example", "is_main": "on"}
    at(LATER + days(1))
    said(client_of_city, path, data)

    assert list(invitation.body.addresses.values_list("email", "is_main")) == [
        ("huvud@sundspan.example", True),
        ("info@sundspan.example", False),
        ("styrelsen@sundspan.example", False),
        ("ny@sundspan.example", False),
    ]
    changed = Event.objects.filter(verb="changed_body").order_by("pk")
    assert list(changed.values_list("note", flat=True)) == [
        "ny adress: ny@sundspan.example",
        "ny huvudadress: huvud@sundspan.example",
    ]


def test_an_invitation_that_never_went_is_not_sent_again_but_sent(client_of_city, invitation):
    path = address("send_again", invitation, invitation.pk)
    assert client_of_city.get(path).context["title"] == "Skicka inbjudan igen"
    invitation.letters.update(state="stopped", sent_at=None)

    page = client_of_city.get(path)

    assert page.context["title"] == "Skicka inbjudan"
    assert "Inbjudan har inte skickats än." in page.text
    main = invitation.body.addresses.get(is_main=True)
    assert said(client_of_city, path, {"address": main.pk}) == [
        "Inbjudan skickas till info@sundspan.example."
    ]


@pytest.mark.parametrize("is_failing", [True, False])
def test_a_new_address_becomes_the_main_one_unasked_where_the_main_one_fails(
    client_of_city, invitation, is_failing
):
    other = invitation.body.addresses.filter(is_main=is_failing)
    other.update(failed_at=NOON)
    page = client_of_city.get(address("send_again", invitation, invitation.pk))
    box = page.context["form"]["is_main"]

    assert box.initial == is_failing
    assert ("checked" in str(box)) == is_failing


def test_the_first_address_of_a_body_is_its_main_one(invitation, city):
    body = make_body(name="Utan adress", email="")
    added = bodies.add_address(body=body, email="a@b.example", is_main=False, at=NOON, by=city)

    assert added.is_main


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "address", "Välj en av adresserna."),
        ({"address": "foreign"}, "address", "Välj en av adresserna."),
        ({"address": "new"}, "email", "Skriv den nya adressen."),
        (
            {"address": "new", "email": "inte en adress"},
            "email",
            "Skriv bara en e-postadress, utan mellanslag.",
        ),
        (
            {"address": "main", "email": "ny@sundspan.example"},
            "address",
            "Du har skrivit en ny adress men valt en annan.",
        ),
        (
            {"address": "new", "email": "INFO@sundspan.example"},
            "__all__",
            "Adressen finns redan på den här remissinstansen. Välj den i listan.",
        ),
        (
            {"address": "new", "email": "EN@annan.example"},
            "__all__",
            "En annan har samma e-postadress. Ska båda ha den, lägg först till den under Ändra "
            "uppgifterna.",
        ),
        ({"address": "failing"}, "__all__", "Adressen fungerar inte. Välj en annan."),
    ],
)
@pytest.mark.parametrize("route", ["send_again", "revoke_link"])
def test_an_address_that_cannot_be_used_is_refused_and_nothing_is_kept(
    client_of_city, invitation, at, route, data, field, message
):
    body = invitation.body
    foreign = make_body(name="En annan", email="en@annan.example")
    body.addresses.filter(is_main=False).update(failed_at=NOON)
    keys = {
        "foreign": foreign.addresses.get().pk,
        "main": body.addresses.get(is_main=True).pk,
        "failing": body.addresses.get(is_main=False).pk,
    }
    sent = data | ({"address": keys.get(data["address"], "new")} if "address" in data else {})
    at(LATER)
    page = client_of_city.post(address(route, invitation, invitation.pk), sent)

    assert page.context["form"].errors == {field: [message]}
    assert "<title>Fel:" in page.content.decode()
    assert page.context["form"]["email"].value() == sent.get("email")
    invitation.refresh_from_db()
    counts = (Letter.objects.count(), body.addresses.count(), invitation.link_version)
    assert counts == (1, 2, 1)


def test_after_the_last_day_nothing_is_sent_and_no_address_kept(client_of_city, invitation, at):
    at(NOON + days(40))
    shown = text_of(client_of_city.get(address("body", invitation)))
    data = {"address": "new", "email": "ny@sundspan.example"}
    page = client_of_city.post(address("send_again", invitation, invitation.pk), data)

    assert "Skicka inbjudan igen" not in shown
    assert page.context["form"].errors == {
        "__all__": ["Svarstiden har gått ut. Ge längre tid först."]
    }
    assert invitation.body.addresses.count() == 2


def test_the_link_is_replaced_after_a_page_that_says_what_that_does(client_of_city, invitation, at):
    path = address("revoke_link", invitation, invitation.pk)
    asked = text_of(client_of_city.get(path))
    assert "Alla länkar som har skickats till instansen slutar att fungera" in asked
    draft = begin_invited(invitation=invitation)
    at(LATER)
    main = invitation.body.addresses.get(is_main=True)

    assert said(client_of_city, path, {"address": main.pk}) == [
        "Länken är utbytt. Den nya skickas till info@sundspan.example."
    ]
    invitation.refresh_from_db()
    assert (invitation.link_version, Draft.objects.get(pk=draft.pk).link_version) == (2, 2)
    assert Event.objects.filter(verb="revoked").count() == 1


def test_after_the_last_day_the_link_is_replaced_without_asking_where_to(
    client_of_city, invitation, at
):
    at(NOON + days(40))
    path = address("revoke_link", invitation, invitation.pk)
    assert path in text_of(client_of_city.get(address("body", invitation)))
    asked = text_of(client_of_city.get(path))
    assert "Inget nytt brev skickas. Svarstiden har gått ut. Ge längre tid först." in asked
    assert "Vart ska mejlet?" not in asked

    assert said(client_of_city, path) == [
        "Länken är utbytt. Inget nytt brev skickas. Svarstiden har gått ut. Ge längre tid först."
    ]
    invitation.refresh_from_db()
    assert invitation.link_version == 2
    assert Letter.objects.count() == 1


def test_after_the_last_day_the_link_to_what_is_written_is_sent(client_of_city, invitation, at):
    begin_invited(invitation=invitation)
    at(NOON + days(40))
    main = invitation.body.addresses.get(is_main=True)
    page = text_of(client_of_city.get(address("body", invitation)))

    for route, done in [
        ("send_again", "Inbjudan skickas igen till info@sundspan.example."),
        ("revoke_link", "Länken är utbytt. Den nya skickas till info@sundspan.example."),
    ]:
        path = address(route, invitation, invitation.pk)
        assert path in page
        at(NOON + days(40 + len(route)))
        assert said(client_of_city, path, {"address": main.pk}) == [done]


@pytest.mark.parametrize("route", ["send_again", "revoke_link"])
def test_of_a_body_that_has_been_merged_one_is_led_to_the_one_that_goes_on(
    client_of_city, invitation, city, route
):
    kept = make_invitation(
        consultation=invitation.consultation, by=city, name="Kajutan", email="k@fn.example"
    )
    path = address(route, invitation, invitation.pk)
    merging.merge(kept=kept.body, other=invitation.body, at=NOON, by=city)
    words = "Sundspans kulturkrets ingår nu i Kajutan, så inget är gjort. Gör det här i stället."

    typed = {"address": "new", "email": "ny@fn.example"}
    for page, sentence in [
        (client_of_city.get(path, follow=True), words),
        (
            client_of_city.post(path, typed, follow=True),
            f"{words} Adressen du skrev: ny@fn.example",
        ),
    ]:
        assert page.redirect_chain == [(address("body", kept), 302)]
        assert [str(message) for message in page.context["messages"]] == [sentence]
    assert Letter.objects.count() == 2
    verb = getattr(inviting, route.removesuffix("_link"))
    with pytest.raises(ValueError, match="ingår nu i Kajutan"):
        verb(invitation=invitation, address=kept.body.addresses.first(), at=LATER, by=city)


@pytest.mark.parametrize("route", ["send_again", "revoke_link"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_invitation_of_another_body_is_refused_with_a_sentence(
    client_of_city, invitation, route, method
):
    other = make_body(name="En annan", email="en@annan.example")
    path = reverse(f"admin:{route}", args=[other.pk, invitation.pk])
    page = getattr(client_of_city, method)(path, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Inbjudan hör till en annan remissinstans."
    ]
    assert Letter.objects.count() == 1


def test_an_address_is_marked_as_working_again(client_of_city, invitation):
    main = invitation.body.addresses.get(is_main=True)
    path = address("address_works", invitation, main.pk)
    assert said(client_of_city, path) == [
        "info@sundspan.example var redan märkt som att den fungerar."
    ]
    BodyAddress.objects.filter(pk=main.pk).update(failed_at=NOON, failure="5.1.1")
    assert said(client_of_city, path) == [
        "info@sundspan.example är märkt som att den fungerar igen."
    ]

    main.refresh_from_db()
    assert (main.failed_at, main.failure) == (None, "")
    event = Event.objects.get(verb="changed_body")
    assert event.note == "adressen fungerar igen: info@sundspan.example"


def test_the_address_of_another_body_is_refused_with_a_sentence(client_of_city, invitation):
    foreign = make_body(name="En annan", email="en@annan.example").addresses.get()
    BodyAddress.objects.update(failed_at=NOON)

    assert said(client_of_city, address("address_works", invitation, foreign.pk)) == [
        "Adressen hör till en annan remissinstans."
    ]
    foreign.refresh_from_db()
    assert foreign.failed_at == NOON


def test_what_is_not_there_is_a_404(client_of_city, invitation):
    for name, args in [
        ("body", [999999]),
        ("send_again", [invitation.body_id, 999999]),
        ("send_again", [999999, invitation.pk]),
        ("letter_text", [999999]),
    ]:
        assert client_of_city.get(reverse(f"admin:{name}", args=args)).status_code == 404
    path = reverse("admin:address_works", args=[invitation.body_id, 999999])
    assert client_of_city.post(path).status_code == 404
