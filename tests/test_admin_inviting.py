"""Inviting from the workbench: the lists, the pages that show what will be sent, the texts."""

import re
from datetime import date

import pytest
from django.core import mail as outbox
from django.urls import reverse

from remiss.admin import choosing
from remiss.admin import inviting as pages
from remiss.models import Body, Dispatch, Event, Invitation, Letter, LetterText
from remiss.workflow import extending, invited, inviting, posting, wording
from remiss.workflow.inviting import HOLD
from tests.factories import (
    NOON,
    begin_invited,
    days,
    make_body,
    make_invitation,
    make_submission,
)
from tests.test_inviting import answer

LIST = "/samordning/remiss/invitation/"
BODIES = "/samordning/remiss/body/"
INVITE, REMIND = "/samordning/inbjudningar/bjud-in/", "/samordning/inbjudningar/paminn/"
GRANT = "/samordning/inbjudningar/langre-tid/"
SENDINGS, TEXTS = "/samordning/utskick/", "/samordning/brevtexter/"
TEXT = {"subject": "Svara på remissen", "body": "Hej {organisation}!\n\n{länk}", "seen": "0"}


@pytest.fixture
def body(consultation, noon):
    return make_body()


@pytest.fixture
def desk(signed_in, city):
    return signed_in(city)


def text_of(page):
    words = re.sub(r"<[^>]*>", " ", page.content.decode())
    return " ".join(words.split())


def names(page):
    return [str(row) for row in page.context["cl"].result_list]


def chosen(*bodies):
    return ",".join(str(body.pk) for body in bodies)


# The register


def saved(client, body=None, addresses=(), **fields):
    """Post the stock form; `addresses` are (row or None, e-mail, further fields)."""
    known = [row for row, _email, _more in addresses if row]
    data = {
        "name": "Sundspans kulturkrets",
        "kind": "association",
        "addresses-TOTAL_FORMS": len(addresses),
        "addresses-INITIAL_FORMS": len(known),
    }
    for n, (row, email, more) in enumerate(addresses):
        mine = {"email": email} | ({"id": row.pk, "body": body.pk} if row else {}) | more
        data |= {f"addresses-{n}-{name}": value for name, value in mine.items()}
    url = f"{BODIES}{body.pk}/change/" if body else f"{BODIES}add/"
    return client.post(url, data | fields)


def test_what_django_says_has_swedish_quotation_marks_and_is_never_run(desk):
    page = desk.get(saved(desk, name="<b>Kretsen</b>").url)

    (said,) = page.context["messages"]
    link = f"{BODIES}{Body.objects.get().pk}/change/"
    assert str(said) == (
        f'Lade till remissinstans ”<a href="{link}">&lt;b&gt;Kretsen&lt;/b&gt;</a>”.'
    )


def test_thousands_stand_apart_wherever_the_list_counts(desk):
    bodies = [Body(name=f"Krets {number}", kind="association") for number in range(1001)]
    for body in bodies:
        body.set_keys()
    Body.objects.bulk_create(bodies)

    page = desk.get(BODIES).content.decode()

    assert re.findall(r"1\D?001 \w+", page) == [
        "1\u00a0001 i",
        "1\u00a0001 valda",
        "1\u00a0001 remissinstanser",
        "1\u00a0001 remissinstanser",
    ]


@pytest.mark.parametrize(
    "name",
    ["remiss_invitation_changelist", "remiss_body_changelist", "matrix", "bounces", "dispatches"],
)
def test_each_page_about_invitations_leads_to_the_others_and_says_where_one_is(desk, name):
    url = reverse(f"admin:{name}")
    page = desk.get(url).content.decode()

    (places,) = re.findall('<nav class="nav" aria-label="Inbjudningar">(.*?)</nav>', page, re.S)
    assert len(re.findall("<a ", places)) == 8
    assert re.findall('<a href="([^"]*)" aria-current="page">', places) == [url]


def addresses_of(body):
    return list(body.addresses.order_by("pk").values_list("email", "is_main"))


def notes():
    return list(Event.objects.filter(verb="changed_body").values_list("note", flat=True))


def test_a_body_is_written_into_the_register_with_its_addresses(consultation, desk, noon):
    done = saved(
        desk,
        name="\u202eÅkerbo \u200b IF",
        organisation_number="8020024280",
        tags="idrott ,, Kultur",
        addresses=[(None, "a@akerbo.example", {}), (None, "b@akerbo.example", {})],
    )

    assert done.status_code == 302
    body = Body.objects.get()
    assert (body.name, body.organisation_number, body.tags) == (
        "Åkerbo IF",
        "802002-4280",
        "idrott, Kultur",
    )
    # Nobody chose a main one: then it is the first.
    assert addresses_of(body) == [("a@akerbo.example", True), ("b@akerbo.example", False)]
    assert notes() == ["ny, e-post"]


def test_the_log_says_which_fields_were_changed_and_no_address(body, desk):
    (address,) = body.addresses.all()
    saved(desk, body, [(address, "ny@sundspan.example", {"is_main": "on"})], tags="kultur")

    assert notes() == ["etiketter, e-post"]
    saved(desk, body, [(address, "ny@sundspan.example", {"is_main": "on"})], tags="kultur")
    assert notes() == ["etiketter, e-post"]


def test_an_address_that_is_changed_is_taken_to_work(body, desk):
    (address,) = body.addresses.all()
    body.addresses.update(failed_at=NOON, failure="5.1.1")

    saved(desk, body, [(address, "INFO@sundspan.example", {})])
    assert body.addresses.get().failed_at == NOON  # it is the same one
    saved(desk, body, [(address, "ny@sundspan.example", {})])
    assert (body.addresses.get().failed_at, body.addresses.get().failure) == (None, "")


def test_the_main_one_moves_and_two_addresses_may_change_places(consultation, desk, noon):
    body = make_body(email="a@fn.example", more=["b@fn.example"])
    first, second = body.addresses.order_by("pk")

    saved(desk, body, [(first, "b@fn.example", {}), (second, "a@fn.example", {"is_main": "on"})])

    assert addresses_of(body) == [("b@fn.example", False), ("a@fn.example", True)]


def test_a_removed_address_stays_in_letters_that_have_been_sent(consultation, city, desk, noon):
    invitation = make_invitation(consultation=consultation, by=city, more=["b@fn.example"])
    first, second = invitation.body.addresses.order_by("pk")

    saved(
        desk,
        invitation.body,
        [(first, first.email, {"DELETE": "on", "is_main": "on"}), (second, second.email, {})],
    )

    assert addresses_of(invitation.body) == [("b@fn.example", True)]
    assert invitation.letters.get().address == "info@sundspan.example"


@pytest.mark.parametrize(
    ("addresses", "sentence"),
    [
        (
            [(None, "info@fören.example", {}), (None, "INFO@xn--fren-5qa.example", {})],
            "Adressen finns redan på den här remissinstansen.",
        ),
        (
            [(None, "a@fn.example", {"is_main": "on"}), (None, "b@fn.example", {"is_main": "on"})],
            "Välj en enda huvudadress.",
        ),
        ([(None, "a@fn.example\r\nBcc: b@fn.example", {})], "Skriv bara en e-postadress"),
        ([(None, "ingen adress", {})], "Skriv bara en e-postadress"),
    ],
)
def test_addresses_that_do_not_go_together_are_refused(
    consultation, desk, noon, addresses, sentence
):
    page = saved(desk, addresses=addresses)

    assert sentence in text_of(page)
    assert Body.objects.count() == 0


SHARED = (
    "Nämnden har samma e-postadress. Är det samma remissinstans finns den redan. Ska båda ha "
    "adressen, kryssa i rutan och spara igen."
)
BOX = r'<input type="checkbox" name="addresses-0-is_shared"[^>]*>'


def test_an_address_that_another_body_has_is_asked_about(body, desk):
    board = make_body(name="Nämnden", kind="board", email="info@malmö.example")
    (address,) = body.addresses.all()
    typed = "INFO@xn--malm-8qa.example"

    page = saved(desk, body, [(address, typed, {"is_main": "on"})])

    assert SHARED in text_of(page)
    assert f'value="{typed}"' in page.text
    assert "checked" not in re.search(BOX, page.text)[0]
    assert addresses_of(body) == [("info@sundspan.example", True)]

    both = [(address, typed, {"is_main": "on", "is_shared": "on"})]
    amiss = saved(desk, body, both, name="")
    assert "checked" in re.search(BOX, amiss.text)[0]
    assert saved(desk, body, both).status_code == 302
    assert addresses_of(body) == [(typed, True)]
    assert addresses_of(board) == [("info@malmö.example", True)]
    # What they share since before is not asked about again.
    page = desk.get(f"{BODIES}{body.pk}/change/")
    assert '<input type="hidden" name="addresses-0-is_shared"' in page.text
    assert saved(desk, body, [(address, typed, {"is_main": "on"})], tags="a").status_code == 302


def test_a_new_body_with_another_one_s_address_is_asked_about(body, desk):
    addresses = [(None, "ny@fn.example", {}), (None, "info@sundspan.example", {})]

    page = saved(desk, name="Ny", addresses=addresses)

    assert SHARED.replace("Nämnden", "Sundspans kulturkrets") in text_of(page)
    assert Body.objects.count() == 1


def test_the_address_of_a_body_that_was_merged_is_free(body, desk):
    kept = make_body(name="Kvar", email="kvar@fn.example")
    body.merged_into = kept
    body.save()

    saved(desk, kept, [(kept.addresses.get(), "info@sundspan.example", {})])

    assert addresses_of(kept) == [("info@sundspan.example", True)]


def test_a_name_that_is_taken_is_refused_in_words_also_when_it_is_taken_meanwhile(
    body, desk, monkeypatch
):
    taken = "Det finns redan en remissinstans med det namnet."
    assert taken in text_of(saved(desk, name="SUNDSPANS  kulturkrets"))

    from remiss.forms.bodies import BodyForm  # what stands at the moment of the check

    stock, seen = BodyForm.clean_name, []

    def blind_once(form):
        seen.append(form)
        return form.cleaned_data["name"] if len(seen) == 1 else stock(form)

    monkeypatch.setattr(BodyForm, "clean_name", blind_once)
    assert taken in text_of(saved(desk, name="SUNDSPANS  kulturkrets"))
    assert (len(seen), Body.objects.count()) == (2, 1)


def test_a_person_s_number_is_refused_and_not_repeated(consultation, desk, noon):
    page = saved(desk, organisation_number="19640823-3234")

    assert "Det ser ut som ett personnummer." in text_of(page)
    assert "640823" not in page.content.decode()


def test_what_has_been_removed_or_merged_meanwhile_is_no_crash(body, desk):
    (address,) = body.addresses.all()
    body.addresses.all().delete()
    assert saved(desk, body, [(address, "x@fn.example", {})]).status_code in {200, 302}

    other = make_body(name="En annan", email="")
    Body.objects.filter(pk=body.pk).update(merged_into=other)
    assert saved(desk, body).status_code == 302
    assert names(desk.get(BODIES)) == ["En annan"]


@pytest.fixture
def register(consultation, city, noon):
    """Bodies of every kind a filter tells apart."""
    make_body(name="Utan adress", email="", kind="board")
    failing = make_body(name="Fel adress", email="fel@fn.example", tags="Idrott")
    failing.addresses.update(failed_at=NOON)
    make_body(name="Ängens krets", email="info@ängen.example", tags="kultur, idrott")
    make_invitation(
        consultation=consultation, by=city, name="Inbjuden krets", email="in@fn.example",
        organisation_number="802002-4280",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Fel adress", "Inbjuden krets", "Utan adress", "Ängens krets"]),
        ({"vem": "board"}, ["Utan adress"]),
        ({"etikett": "idrott"}, ["Fel adress", "Ängens krets"]),
        ({"adress": "saknas"}, ["Utan adress"]),
        ({"adress": "fel"}, ["Fel adress"]),
        ({"inbjuden": "ja"}, ["Inbjuden krets"]),
        ({"inbjuden": "nej", "etikett": "kultur"}, ["Ängens krets"]),
        ({"q": "ÄNGENS"}, ["Ängens krets"]),
        ({"q": "info@ängen.example"}, ["Ängens krets"]),
        ({"q": "fn.example adress"}, ["Fel adress"]),
        ({"q": "8020024280"}, ["Inbjuden krets"]),
        ({"q": "%"}, []),
    ],
)
def test_the_register_is_filtered_and_searched(register, desk, query, expected):
    assert names(desk.get(BODIES, query)) == expected


def test_the_register_says_how_a_body_is_reached_and_whether_it_is_invited(register, desk):
    words = text_of(desk.get(BODIES))

    assert "fel@fn.example (fungerar inte)" in words
    assert "Utan adress Nämnd saknas - nej" in words
    assert "Inbjuden krets Förening in@fn.example - Skickad" in words


# The list of invitations


@pytest.fixture
def asked(consultation, city, noon):
    """Invitations that a filter tells apart, by the name of their body."""
    made = {
        name: make_invitation(
            consultation=consultation, by=city, name=name, email=f"{n}@fn.example", at=at, **fields
        )
        for n, (name, at, fields) in enumerate(
            [
                ("Avstår krets", NOON - days(9), {}),
                ("Påmind krets", NOON - days(9), {"tags": "idrott"}),
                ("Tid krets", NOON - days(9), {"kind": "board"}),
                ("Väntar krets", NOON, {"sent": False}),
                ("Åter krets", NOON - days(9), {}),
            ]
        )
    }
    invited.decline(invitation=made["Avstår krets"], reason="", at=NOON)
    reminded = made["Påmind krets"].body
    inviting.remind(consultation=consultation, bodies=[reminded.pk], at=NOON - days(1), by=city)
    extending.grant_to_bodies(
        invitations=[made["Tid krets"]], until=date(2026, 12, 9), reason="Prov", at=NOON, by=city
    )
    made["Åter krets"].body.addresses.update(failed_at=NOON)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Avstår krets", "Påmind krets", "Tid krets", "Väntar krets", "Åter krets"]),
        ({"status": "declined"}, ["Avstår krets"]),
        ({"status": "not_sent"}, ["Väntar krets"]),
        ({"status": "sent"}, ["Påmind krets", "Tid krets", "Åter krets"]),
        ({"vem": "board"}, ["Tid krets"]),
        ({"etikett": "idrott"}, ["Påmind krets"]),
        ({"fram": "nej"}, ["Åter krets"]),
        ({"paminn": "1"}, ["Påmind krets"]),
        ({"tid": "egen"}, ["Tid krets"]),
        ({"q": "åter KRETS"}, ["Åter krets"]),
        ({"status": "x", "paminn": "9"}, [
            "Avstår krets", "Påmind krets", "Tid krets", "Väntar krets", "Åter krets",
        ]),
    ],
)  # fmt: skip
def test_the_list_of_invitations_is_filtered_and_searched(asked, desk, query, expected):
    assert names(desk.get(LIST, query)) == expected


def test_a_row_says_what_has_been_sent_and_leads_to_the_body(asked, desk):
    page = desk.get(LIST, {"q": "påmind"})

    row = "Påmind krets Skickad Förening 1@fn.example 2026-11-03 - 1, senast 2026-11-11 2026-11-30"
    assert row in text_of(page)
    assert f"/samordning/instanser/{asked['Påmind krets'].body_id}/" in page.content.decode()


def test_only_the_city_s_side_is_offered_to_give_more_time(
    asked, signed_in, city, civil, registrar
):
    offered = {
        user: [
            words
            for words in ("Skicka inbjudan", "Skicka påminnelse", "Ge längre tid")
            if f">{words}</option>" in signed_in(user).get(LIST).content.decode()
        ]
        for user in (city, civil, registrar)
    }

    assert offered == {
        city: ["Skicka inbjudan", "Skicka påminnelse", "Ge längre tid"],
        civil: ["Skicka inbjudan", "Skicka påminnelse"],
        registrar: [],
    }


# What is sent


def posted(client, url, page=None, **data):
    """The page's own form, as it was shown."""
    page = page or client.get(url, {"bodies": data["bodies"]})
    return client.post(url, {"seen": page.context["seen"]} | data)


def test_the_page_shows_the_letters_and_who_gets_none_and_why(consultation, city, desk, noon):
    going = [make_body(name=f"Krets {n}", email=f"{n}@fn.example") for n in range(4)]
    without = make_body(name="Utan adress", email="")
    old = make_invitation(consultation=consultation, by=city, name="Förut", email="f@fn.example")

    page = desk.get(INVITE, {"bodies": chosen(*going, without, old.body)})

    words = text_of(page)
    assert "Får mejlet 4 av 6 valda" in words
    assert "Skicka till 4" in words
    for n in range(3):
        assert f"Till {n}@fn.example Ämne Inbjudan att svara på remiss" in words
        assert f"Krets {n} är inbjuden att svara på remissen" in words
    assert "Krets 3 är inbjuden" not in words
    assert words.count("Er personliga länk: (den personliga länken)") == 3
    assert "Saknar e-postadress. (1) Utan adress" in words
    assert "Är redan inbjuden. (1) Förut" in words
    assert Letter.objects.count() == 1


def test_sending_holds_the_letters_ten_minutes_and_says_so(body, desk, city):
    done = posted(desk, INVITE, bodies=chosen(body))

    assert (done.status_code, done.url) == (302, SENDINGS)
    words = text_of(desk.get(SENDINGS))
    assert "1 mejl skickas kl. 12.10. Fram till dess kan ni ångra." in words
    assert "Inbjudan, version 1" in words
    letter = Letter.objects.get()
    assert (letter.address, letter.due) == ("info@sundspan.example", NOON + HOLD)
    assert letter.dispatch.made_by == city


def test_reminding_works_the_same_way(consultation, city, desk, noon):
    asked = [
        make_invitation(
            consultation=consultation, by=city, name=f"Krets {n}", email=f"{n}@fn.example",
            at=NOON - days(6),
        )
        for n in range(2)
    ]  # fmt: skip
    answer(asked[1])
    keys = chosen(*(invitation.body for invitation in asked))

    page = desk.get(REMIND, {"bodies": keys})
    assert "Vi har inte fått något svar från Krets 0 än." in text_of(page)
    assert "Har svarat. (1) Krets 1" in text_of(page)
    posted(desk, REMIND, bodies=keys)

    letters = Letter.objects.filter(kind="reminder").values_list("address", flat=True)
    assert list(letters) == ["0@fn.example"]


@pytest.mark.parametrize("what", ["number", "who", "address", "text"])
def test_what_has_changed_since_it_was_shown_is_shown_again(consultation, city, desk, noon, what):
    bodies = [make_body(name=f"Krets {n}", email=f"{n}@fn.example") for n in range(3)]
    bodies[2].addresses.update(is_main=False)
    keys = chosen(*bodies)
    page = desk.get(INVITE, {"bodies": keys})
    if what in {"number", "who"}:
        inviting.invite(consultation=consultation, bodies=[bodies[0].pk], at=NOON, by=city)
    if what == "who":  # one less and one more: as many as before
        bodies[2].addresses.update(is_main=True)
    elif what == "address":
        bodies[1].addresses.update(email="annan@fn.example", email_key="annan@fn.example")
    elif what == "text":
        wording.write(
            consultation=consultation, kind="invitation", subject="Ny", body="{länk}", seen=0,
            at=NOON, by=city,
        )  # fmt: skip
    before = Letter.objects.count()

    again = posted(desk, INVITE, page=page, bodies=keys)

    assert "Inget är skickat" in text_of(again)
    assert Letter.objects.count() == before
    assert posted(desk, INVITE, page=again, bodies=keys).status_code == 302


def test_a_reminder_whose_address_has_moved_is_shown_again(consultation, city, desk, noon):
    asked = make_invitation(consultation=consultation, by=city, at=NOON - days(5))
    keys = chosen(asked.body)
    page = desk.get(REMIND, {"bodies": keys})
    asked.body.addresses.update(email="annan@fn.example", email_key="annan@fn.example")

    again = posted(desk, REMIND, page=page, bodies=keys)

    assert "Inget är skickat" in text_of(again)
    assert not Letter.objects.filter(kind="reminder").exists()
    assert posted(desk, REMIND, page=again, bodies=keys).status_code == 302
    assert Letter.objects.get(kind="reminder").address == "annan@fn.example"


def test_pressing_twice_sends_once(body, desk):
    page = desk.get(INVITE, {"bodies": chosen(body)})

    posted(desk, INVITE, page=page, bodies=chosen(body))
    again = posted(desk, INVITE, page=page, bodies=chosen(body))

    assert "Inget är skickat" in text_of(again)
    assert "Är redan inbjuden. (1) Sundspans kulturkrets" in text_of(again)
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("url", [INVITE, REMIND, GRANT])
@pytest.mark.parametrize("keys", ["", "x", "\0", "9" * 40, "-1", "999999", "1.5,²", ",,", "'"])
def test_forged_keys_reach_nothing(body, desk, url, keys):
    assert desk.get(url, {"bodies": keys}).status_code == 200
    sent = {"bodies": keys, "seen": "x", "until": "2026-12-09", "reason": "x"}
    assert desk.post(url, sent | {"confirmed": "1"}).status_code == 200
    assert (Invitation.objects.count(), Letter.objects.count()) == (0, 0)


def test_the_lists_lead_to_the_pages_also_with_more_than_an_address_holds(
    consultation, city, desk, noon
):
    bodies = [make_body(name=f"K{n}", email=f"k{n}@fn.example") for n in range(2)]
    act = {"action": "invite", "_selected_action": [body.pk for body in bodies], "index": "0"}
    sent = desk.post(BODIES, act)
    assert (sent.status_code, sent.url) == (302, f"{INVITE}?bodies={chosen(*bodies)}")

    Body.objects.bulk_create(
        Body(name=f"M{n}", name_key=f"m{n}", sort_key=f"m{n}", kind="board") for n in range(900)
    )
    page = desk.post(BODIES, act | {"select_across": "1"})
    assert "Får mejlet 2 av 902 valda" in text_of(page)
    posted(desk, INVITE, page=page, bodies=page.context["keys"])
    assert Letter.objects.count() == 2

    act = {"_selected_action": [Invitation.objects.first().pk], "index": "0"}
    for action, url in (("invite", INVITE), ("remind", REMIND), ("grant_time", GRANT)):
        assert desk.post(LIST, act | {"action": action}).url == f"{url}?bodies={bodies[0].pk}"


def test_more_than_are_taken_at_a_time_are_told_of_and_taken_along(
    consultation, desk, noon, monkeypatch
):
    monkeypatch.setattr(choosing, "MOST", 2)
    bodies = [make_body(name=f"K{n}", email=f"k{n}@fn.example") for n in range(4)]
    keys = chosen(*bodies)

    page = desk.get(INVITE, {"bodies": keys})
    posted(desk, INVITE, bodies=keys)

    told = (
        "Du har valt 4 remissinstanser. Det är för många på en gång, så det här gäller de 2 "
        "första. 2 är inte med. Välj dem för sig i listan efteråt."
    )
    assert told in text_of(page)
    assert "Får mejlet 2 av 2 " in text_of(page)
    assert list(Invitation.objects.values_list("body__name", flat=True)) == ["K0", "K1"]

    asked = desk.post(GRANT, DAY | {"bodies": chosen(*bodies[:3])})
    told = told.replace("valt 4", "valt 3").replace("2 är inte", "En är inte")
    assert told.replace("Välj dem", "Välj den") in text_of(asked)
    assert asked.context["keys"] == chosen(*bodies[:3])  # told of when it is confirmed, too
    page = desk.get(INVITE, {"bodies": chosen(*bodies[:2])})
    assert "för många" not in text_of(page)


def test_nothing_can_be_sent_without_a_remiss(db, desk, noon):
    body = make_body()
    for url in (INVITE, REMIND, GRANT):
        assert desk.get(url, {"bodies": chosen(body)}).status_code == 200
    for url in (LIST, BODIES, SENDINGS, TEXTS):
        assert desk.get(url).status_code == 200
    assert desk.get(f"{TEXTS}invitation/").status_code == 404


# Sendings


def test_a_sending_is_undone_while_it_is_held_and_not_after(body, desk, at):
    posted(desk, INVITE, bodies=chosen(body))
    undo = reverse("admin:undo_dispatch", args=[Dispatch.objects.get().pk])
    assert undo in desk.get(SENDINGS).content.decode()

    assert (
        "1 mejl skickas inte. De som inte får inbjudan finns bland Inbjudningar med status Inte "
        "skickad. De räknas inte som inbjudna och kan bjudas in på nytt."
    ) in text_of(desk.post(undo, follow=True))
    assert Letter.objects.get().state == "stopped"
    assert undo not in desk.get(SENDINGS).content.decode()
    assert "gick inte att ångra" in text_of(desk.post(undo, follow=True))


def test_what_was_undone_is_chosen_and_invited_anew(body, desk, consultation, at):
    def names(answer):
        page = desk.get(BODIES, {"inbjuden": answer})
        return [row.name for row in page.context["cl"].result_list]

    posted(desk, INVITE, bodies=chosen(body))
    assert (names("ja"), names("nej")) == ([body.name], [])
    desk.post(reverse("admin:undo_dispatch", args=[Dispatch.objects.get().pk]))
    assert (names("ja"), names("nej")) == ([], [body.name])
    alone = desk.get(reverse("admin:body", args=[body.pk])).text
    assert ">Skicka inbjudan</a>" in alone

    at(NOON + HOLD)
    posted(desk, INVITE, bodies=chosen(body))
    assert (names("ja"), names("nej")) == ([body.name], [])
    assert list(Letter.objects.order_by("pk").values_list("state", flat=True)) == [
        "stopped",
        "queued",
    ]


def test_a_reminder_that_is_undone_leaves_the_body_invited(body, consultation, city, desk):
    make_invitation(consultation=consultation, by=city, body=body, at=NOON - days(6))
    posted(desk, REMIND, bodies=chosen(body))
    undo = reverse("admin:undo_dispatch", args=[Dispatch.objects.first().pk])

    words = text_of(desk.post(undo, follow=True))
    assert "Utskicket är ångrat. 1 mejl skickas inte." in words
    assert "Inte skickad" not in words


def test_who_has_longer_time_is_whose_day_is_after_everybodys(asked, desk, consultation):
    def listed():
        page = desk.get(LIST, {"tid": "egen"})
        return [row.body.name for row in page.context["cl"].result_list]

    assert listed() == ["Tid krets"]
    type(consultation).objects.update(last_day=date(2026, 12, 9))
    assert listed() == []
    page = desk.get(reverse("admin:body", args=[asked["Tid krets"].body_id])).text
    assert "egen dag" not in page


def test_the_remisslista_is_whole_whatever_the_list_shows(asked, desk):
    page = desk.get(LIST, {"vem": "board"})

    assert "1 i urvalet." in page.text
    assert "Hämta hela remisslistan som Excel" in page.text


def test_after_ten_minutes_nothing_is_undone(body, desk, at):
    posted(desk, INVITE, bodies=chosen(body))
    undo = reverse("admin:undo_dispatch", args=[Dispatch.objects.get().pk])

    at(NOON + HOLD)
    assert undo not in desk.get(SENDINGS).content.decode()
    assert "gick inte att ångra" in text_of(desk.post(undo, follow=True))
    assert Letter.objects.get().state == "queued"


def test_sendings_count_their_letters(asked, desk):
    found = desk.get(SENDINGS).context["sendings"]

    assert [(str(each.text), each.total, each.sent) for each, _may in found][0] == (
        "Inbjudan, version 1",
        1,
        0,
    )
    assert len(found) == 6


def test_older_sendings_stand_on_pages_of_their_own(consultation, city, desk, noon, monkeypatch):
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    for n in range(5):
        make_invitation(
            consultation=consultation, by=city, name=f"Krets {n}", email=f"{n}@fn.example",
            at=NOON + days(n),
        )  # fmt: skip

    def shown(**query):
        found = desk.get(SENDINGS, query).context["sendings"]
        return [(dispatch.held_until - NOON).days for dispatch, _undo in found]

    assert [shown(), shown(sida="2"), shown(sida="3")] == [[4, 3], [2, 1], [0]]
    assert 'href="?sida=2" rel="next"' in desk.get(SENDINGS).content.decode()


# Texts


def test_a_text_is_written_in_revisions_that_are_kept(consultation, city, desk, noon):
    assert "Standardtexten. Ingen har ändrat den." in text_of(desk.get(TEXTS))

    done = desk.post(f"{TEXTS}invitation/", TEXT)
    desk.post(f"{TEXTS}invitation/", TEXT | {"subject": "Svara nu", "seen": "1"})

    assert (done.status_code, done.url) == (302, TEXTS)
    written = LetterText.objects.order_by("number").values_list("number", "subject", "written_by")
    assert list(written) == [(1, "Svara på remissen", city.pk), (2, "Svara nu", city.pk)]
    assert Event.objects.filter(verb="wrote_text").count() == 2
    changed = text_of(desk.get(f"{TEXTS}invitation/", {"visa": "2"}))
    assert "Ändrat i version 2 Ämne Svara [borttaget: på remissen ] [tillagt: nu ]" in changed
    old = desk.get(f"{TEXTS}invitation/", {"version": "1"})
    assert "I rutorna står version 1." in text_of(old)
    assert old.context["form"]["subject"].value() == "Svara på remissen"
    assert old.context["form"]["seen"].value() == 2
    for odd in ("9", "x", "-1", "9" * 30, "0"):
        assert desk.get(f"{TEXTS}invitation/", {"version": odd, "visa": odd}).status_code == 200


def test_the_same_text_again_is_no_revision(consultation, desk, noon):
    subject, body = wording.STANDARD["invitation"]
    desk.post(f"{TEXTS}invitation/", {"subject": subject, "body": body, "seen": "0"})

    assert LetterText.objects.count() == 0


def test_whoever_writes_second_sees_both_texts_and_loses_none(consultation, city, desk, noon):
    wording.write(
        consultation=consultation, kind="reminder", subject="Deras", body="Deras {länk}", seen=0,
        at=NOON, by=city,
    )  # fmt: skip

    page = desk.post(f"{TEXTS}reminder/", TEXT | {"subject": "Min"})

    assert page.status_code == 409
    words = text_of(page)
    assert "Någon annan har sparat texten" in words
    assert "Den andra texten : Ämne Deras" in words
    assert page.context["form"]["subject"].value() == "Min"
    assert LetterText.objects.count() == 1
    desk.post(f"{TEXTS}reminder/", TEXT | {"subject": "Min", "seen": "1"})
    assert LetterText.objects.order_by("-number").first().subject == "Min"


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("invitation", {"subject": "Hej\r\nBcc: a@fn.example"}, "Ämnet ska stå på en rad."),
        ("invitation", {"subject": "Hej\u2028Bcc: a@fn.example"}, "Ämnet ska stå på en rad."),
        ("invitation", {"subject": ""}, "Skriv ämnet."),
        ("invitation", {"subject": "x" * 151}, "Ämnet kan ha högst 150 tecken."),
        ("invitation", {"subject": "Se {länk}"}, "Länken får inte stå här"),
        ("invitation", {"subject": "{namn}"}, "{namn} går inte att fylla i."),
        ("invitation", {"body": "Hej"}, "Skriv {länk} där"),
        ("reminder", {"body": "Hej"}, "Skriv {länk} där"),
        ("invitation", {"body": " \u200b"}, "Skriv texten."),
        ("invitation", {"body": "{länk}" + "x" * 10_000}, "högst 10 000 tecken"),
        ("invitation", {"body": "{länk} {0.__class__}"}, "{0.__class__} går inte att fylla i."),
        ("invitation", {"body": "{länk} {{ x }}"}, "{ x } går inte att fylla i."),
        ("missive", {"body": "Till {organisation}"}, "{organisation} går inte att fylla i."),
        ("missive", {"body": "Här: {Länk}"}, "{Länk} går inte att fylla i."),
        ("missive", {"body": "{dagar kvar}"}, "Det som finns är {sista dag}, {planen}, {remissen}"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_and_handed_back(
    consultation, desk, noon, kind, changes, sentence
):
    page = desk.post(f"{TEXTS}{kind}/", TEXT | {"body": "Hej {länk}"} | changes)

    assert page.status_code == 200
    assert sentence in text_of(page).replace("&#x27;", "'")
    assert page.context["form"]["body"].value() == (TEXT | {"body": "Hej {länk}"} | changes)["body"]
    assert LetterText.objects.count() == 0


def test_what_looks_like_code_is_sent_as_it_stands(consultation, city, desk, noon, at):
    name = "Se https://lura.example {länk} %s krets.example"
    body = make_body(name=name)
    words = "%s %(x)s ${x} <b> {% now %} {" + "x" * 50 + "}\n{organisation}\n{länk}"
    written = desk.post(f"{TEXTS}invitation/", TEXT | {"body": words.replace("${x} ", "")})
    assert written.status_code == 200  # {% now %} is not to be filled in

    words = words.replace("${x} ", "").replace("{% now %} ", "")
    assert desk.post(f"{TEXTS}invitation/", TEXT | {"body": words}).status_code == 302
    posted(desk, INVITE, bodies=chosen(body))
    at(NOON + HOLD)
    posting.send_all()

    (message,) = outbox.outbox
    assert message.body.startswith("%s %(x)s <b>")
    assert "{" + "x" * 50 + "}" in message.body
    assert "Se {länk} %s krets example" in message.body
    assert "lura.example" not in message.body


def test_a_preview_saves_nothing(consultation, city, desk, noon):
    make_invitation(consultation=consultation, by=city, name="Åkerbo IF")

    page = desk.post(f"{TEXTS}reminder/", TEXT | {"preview": "1"})

    assert "Hej Åkerbo IF! (den personliga länken) Malmöandans samordnare" in text_of(page)
    assert LetterText.objects.filter(kind="reminder").count() == 0


def test_the_missive_may_be_taken_away_again(consultation, desk, noon):
    desk.post(f"{TEXTS}missive/", {"subject": "", "body": "Läs {planen}.", "seen": "0"})
    desk.post(f"{TEXTS}missive/", {"subject": "", "body": "", "seen": "1"})

    assert list(LetterText.objects.values_list("number", "body")) == [(2, ""), (1, "Läs {planen}.")]


# More time

DAY = {"until": "2026-12-09", "reason": "Styrelsen möts sent."}


def test_more_time_is_given_after_a_page_that_says_what_it_means(asked, desk, consultation):
    begun = asked["Påmind krets"]
    begin_invited(invitation=begun, email="hemlig@fn.example")
    outside = make_body(name="Oinbjuden", email="o@fn.example")
    keys = chosen(*(invitation.body for invitation in asked.values()), outside)

    page = desk.post(GRANT, DAY | {"bodies": keys})

    words = text_of(page)
    assert "Ny sista dag onsdag 9 december kl. 23.59" in words
    assert "Avstår krets: inget mejl: avstår" in words
    assert "Påmind krets: till den som skriver svaret" in words
    assert "hemlig@fn.example" not in words
    assert "Tid krets: har redan tid till onsdag 9 december, inget ändras" in words
    unsent = "inget mejl: inbjudan är inte skickad. Dagen står i inbjudan när den skickas"
    assert f"Väntar krets: {unsent}" in words
    assert "Åter krets: inget mejl: adressen fungerar inte" in words
    assert "får därför inte längre tid: Oinbjuden." in words
    assert Invitation.objects.filter(own_last_day=None).count() == 4

    done = desk.post(GRANT, DAY | {"bodies": keys, "confirmed": "1"}, follow=True)

    assert "4 remissinstanser har tid till och med onsdag 9 december." in text_of(done)
    assert Invitation.objects.filter(own_last_day=date(2026, 12, 9)).count() == 5
    note = Event.objects.filter(verb="granted").first().note
    assert note == "till 2026-12-09. Styrelsen möts sent."


def test_more_time_without_an_invitation_that_has_gone_says_that_no_letter_goes(asked, desk):
    keys = chosen(asked["Väntar krets"].body)

    done = desk.post(GRANT, DAY | {"bodies": keys, "confirmed": "1"}, follow=True)

    assert "1 remissinstans har tid till och med onsdag 9 december. Inget mejl skickas." in text_of(
        done
    )
    body = asked["Väntar krets"].body
    assert not Letter.objects.filter(kind="time_given", invitation__body=body).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"until": "2026-11-30"}, "Välj en dag efter måndag 30 november."),
        ({"until": "2036-11-30"}, "Välj en dag inom två år."),
        ({"until": "i maj"}, "Skriv datumet som år, månad och dag"),
        ({"reason": ""}, "Skriv varför. Det står i loggen."),
    ],
)
def test_what_cannot_be_given_is_said_and_the_form_is_kept(asked, desk, changes, sentence):
    keys = chosen(asked["Väntar krets"].body)

    page = desk.post(GRANT, DAY | changes | {"bodies": keys, "confirmed": "1"})

    assert sentence in text_of(page)
    assert page.context["keys"] == keys
    assert asked["Väntar krets"].own_last_day is None


def test_the_idéburna_side_gives_no_more_time(asked, signed_in, civil):
    keys = chosen(asked["Väntar krets"].body)

    assert signed_in(civil).post(GRANT, DAY | {"bodies": keys, "confirmed": "1"}).status_code == 403


# What nobody sees


def test_no_page_shows_a_body_s_link(asked, consultation, desk, city):
    draft = begin_invited(invitation=asked["Påmind krets"])
    make_submission(consultation=consultation)
    keys = chosen(*(invitation.body for invitation in asked.values()))
    secrets = [invitation.public_id for invitation in asked.values()] + [draft.public_id]
    pages = [
        desk.get(url, query)
        for url, query in [
            (LIST, {}), (BODIES, {}), (f"{BODIES}{asked['Påmind krets'].body_id}/change/", {}),
            (INVITE, {"bodies": keys}), (REMIND, {"bodies": keys}), (GRANT, {"bodies": keys}),
            (SENDINGS, {}), (TEXTS, {}), (f"{TEXTS}invitation/", {}), (f"{TEXTS}reminder/", {}),
        ]
    ]  # fmt: skip

    for page in pages:
        words = page.content.decode()
        assert page.status_code == 200
        assert [secret for secret in secrets if secret in words] == []
        assert "/inbjudan/" not in words
