"""Så visas svaret: what the public will see, with what is worth a second look marked."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from remiss import links
from remiss.models import Draft, Kind, Submission
from remiss.models.draft import BEHIND, LinkReplaced
from remiss.workflow import accepting, ending, filing
from tests.factories import (
    NOON,
    ROBIN,
    add_file,
    area_key,
    days,
    make_draft,
    make_submission,
    save,
    send_in,
    url,
)

CITY, YOUTH = area_key("city-life"), area_key("young-health")
PHONE, MAIL = "070-123 45 67", "robin@hemma.example"
TEXT = f"Ring Robin på {PHONE}.\nEller skriv till {MAIL}."


@pytest.fixture
def draft(consultation, noon):
    return make_draft(consultation=consultation, texts={CITY: {"how": TEXT, "stance": "opposes"}})


@pytest.fixture
def shown(opened):
    """shown(draft) → the HTML of the rehearsal."""

    def read(draft):
        return opened(draft).get(url("rehearsal", draft)).content.decode()

    return read


def looks(html):
    """(what, words, where) of each row of the list."""
    rows = re.findall(
        r"<p>(\S+): <a href=\"#uppgift-\d+\"><bdi>(.*?)</bdi></a><span class=\"hint\">(.*?)</span>",
        html,
    )
    return [tuple(unescape(each) for each in row) for row in rows]


def marks(html):
    """The words marked in the answer, with what is said to those who do not see it."""
    found = re.findall(
        r'<mark id="uppgift-\d+"><span class="vh">\[(.*?): </span>(.*?)<span class="vh">\]', html
    )
    return [(what, unescape(words)) for what, words in found]


def buttons(html):
    return re.findall(r'name="mark" value="(\w+)"', html)


def accept(client, draft, mark):
    return client.post(url("rehearsal", draft), {"mark": mark})


def article(html):
    return html[html.index("<article") : html.index("</article>")]


def test_what_points_out_a_person_is_listed_and_marked_in_the_text(draft, shown):
    html = shown(draft)

    where = "3. Stadsliv, allmänna platser och lokaler: Hur kan samverkan ske?"
    assert looks(html) == [("Telefonnummer", PHONE, where), ("E-postadress", MAIL, where)]
    assert marks(html) == [("telefonnummer", PHONE), ("e-postadress", MAIL)]
    assert "Två uppgifter att titta på en gång till" in html
    assert html.count(f'href="{url("answer_area", draft, 3)}?fran=granska#id_how"') == 2


def test_the_text_around_the_marks_is_whole(draft, shown):
    bare = re.sub(r'<span class="vh">.*?</span>|</?mark.*?>', "", article(shown(draft)))

    assert f'<p class="text" dir="auto">{TEXT}' in unescape(bare)


def test_the_answer_is_shown_as_it_will_be_published(consultation, noon, shown):
    draft = make_draft(
        consultation=consultation,
        texts={
            YOUTH: {"how": "Läxhjälp.\n\nTvå kvällar."},
            CITY: {"stance": "opposes"},
            "rest": {"summary": "En bra plan."},
            BEHIND: {"cosignatories": "Kulturhuset Kajutan, 802002-4280\nSundspan"},
        },
    )
    add_file(draft=draft, name="yttrande.pdf")

    found = re.findall(">([^<>]+)<", article(shown(draft)))

    words = [unescape(each.strip()) for each in found if each.strip()]
    assert words == [
        "Remissvar från förening",
        "Tegelbackens kultur- och idrottsförening",
        "Här kommer dagen då svaret skickades in, och en referens.",
        "1. Ungas hälsa och livsstil",
        "Hur kan samverkan ske?",
        "Läxhjälp.\n\nTvå kvällar.",
        "3. Stadsliv, allmänna platser och lokaler",
        "Ställningstagande",
        "Avstyrker",
        "Hela planen",
        "Sammanfattning",
        "En bra plan.",
        "Står också bakom svaret",
        "Kulturhuset Kajutan",
        "Sundspan",
        "Bilagor",
        "yttrande.pdf",
        "Filerna publiceras inte. De går att begära ut från Malmö stad.",
    ]


@pytest.mark.parametrize(
    ("who", "kicker", "name"),
    [
        ({"hide_name": True}, "förening", "Förening som inte visas med namn"),
        (
            {"kind": Kind.COMPANY, "hide_name": True},
            "kommunalt bolag",
            "Kommunalt bolag som inte visas med namn",
        ),
        ({"kind": Kind.PRIVATE, "organisation": ""}, "privatperson", "Privatperson"),
        ({"kind": Kind.PRIVATE, "organisation": "Kanariefågel"}, "privatperson", "Privatperson"),
    ],
)
def test_a_name_that_is_not_to_be_seen_is_not_there(consultation, noon, shown, who, kicker, name):
    draft = make_draft(consultation=consultation, **{"organisation": "Kanariefågel"} | who)
    save(draft=draft, key=CITY, how="Nycklar.")

    html = shown(draft)

    assert f"Remissvar från {kicker}</p>" in html
    assert f'<h2 dir="auto">{name}</h2>' in html
    assert "Kanariefågel" not in article(html)


@pytest.mark.parametrize("sent", [False, True])
def test_no_contact_data_is_on_the_page(consultation, noon, shown, sent):
    draft = make_draft(
        consultation=consultation,
        kind=Kind.BOARD,
        contact_name="Kanariefågel Ett",
        email="kanariefagel.tva@hemlig.example",
        texts={
            CITY: {"how": "Nycklar."},
            BEHIND: {"copy_email": "kanariefagel.tre@hemlig.example", "cosignatories": "Kajutan"},
        },
    )
    if sent:
        send_in(draft=draft)

    html = shown(draft)

    assert "kanarief" not in html.lower()
    assert "hemlig.example" not in html


def test_an_answer_that_is_empty_says_so(consultation, noon, shown):
    html = shown(make_draft(consultation=consultation))

    assert "Ni har inte skrivit något än." in html
    assert "<article" not in html
    assert looks(html) == []


def test_an_answer_sent_in_shows_its_day_and_reference(consultation, draft, shown):
    reference = send_in(draft=draft).response.reference

    assert f"Senast inskickat torsdag 12 november. Referens {reference}." in shown(draft)


def test_names_of_files_and_cosignatories_are_looked_at_too(consultation, noon, shown):
    draft = make_draft(
        consultation=consultation, texts={BEHIND: {"cosignatories": f"Kajutan, {PHONE}"}}
    )
    add_file(draft=draft, name=f"{MAIL}.pdf")

    html = shown(draft)

    assert [(what, where) for what, _words, where in looks(html)] == [
        ("Telefonnummer", "Vilka som står bakom svaret: Namn"),
        ("E-postadress", "Bilagor: Filens namn"),
    ]
    assert f'href="{url("behind", draft)}?fran=granska#id_cosignatories"' in html
    assert f'href="{url("files", draft)}?fran=granska"' in html


def test_changing_the_text_leads_back_to_granska(draft, opened):
    client = opened(draft)
    form = {"how": "Nycklar.", "seen": 1, "round": 0, "action": "done"}

    saved = client.post(f"{url('answer_area', draft, 3)}?fran=granska", form)

    assert saved["Location"] == url("check", draft)
    assert looks(client.get(url("rehearsal", draft)).content.decode()) == []


def test_what_is_right_as_it_stands_is_not_asked_about_again(draft, shown, client):
    mark = buttons(shown(draft))[0]

    answered = accept(client, draft, mark)

    assert answered["Location"] == url("rehearsal", draft)
    html = shown(draft)
    assert "Telefonnummer: vi frågar inte om det igen." in html
    assert marks(html) == [("e-postadress", MAIL)]
    assert PHONE in article(html)
    save(draft=draft, key=CITY, how=f"Mer text. {TEXT}")
    assert marks(shown(draft)) == [("e-postadress", MAIL)]


def test_the_same_words_elsewhere_are_asked_about(draft, shown, client):
    for mark in buttons(shown(draft)):
        accept(client, draft, mark)
    save(draft=draft, key=YOUTH, how=f"Ring {PHONE}.")
    save(draft=draft, key=CITY, how=TEXT, exists=f"Ring {PHONE}.")

    assert [where for _what, _words, where in looks(shown(draft))] == [
        "1. Ungas hälsa och livsstil: Hur kan samverkan ske?",
        "3. Stadsliv, allmänna platser och lokaler: Vilken samverkan finns redan?",
    ]


def test_words_that_were_taken_out_are_asked_about_when_they_come_back(draft, shown, client):
    for mark in buttons(shown(draft)):
        accept(client, draft, mark)
    assert looks(shown(draft)) == []
    draft.refresh_from_db()

    save(draft=draft, key=CITY, how=f"Skriv till {MAIL}.")
    save(draft=draft, key=CITY, how=TEXT)

    assert [words for _what, words, _where in looks(shown(draft))] == [PHONE]


def test_a_file_that_was_taken_away_is_asked_about_when_it_comes_back(draft, shown, client):
    file = add_file(draft=draft, name=f"{PHONE}.pdf")
    accept(client, draft, buttons(shown(draft))[2])
    draft.refresh_from_db()
    assert list(draft.accepted) == ["files"]

    filing.remove(draft=draft, pk=file.pk, by=ROBIN, at=NOON)
    assert draft.accepted == {}
    add_file(draft=draft, name=f"{PHONE}.pdf")

    assert [where for _what, _words, where in looks(shown(draft))][2:] == ["Bilagor: Filens namn"]


def test_changes_that_are_discarded_take_their_marks_along(draft, shown, client):
    accept(client, draft, buttons(shown(draft))[0])
    send_in(draft=draft)
    save(draft=draft, key=YOUTH, how=f"Ring {PHONE}.")
    accept(client, draft, buttons(shown(draft))[0])
    assert list(Draft.objects.get().accepted) == [CITY, YOUTH]

    ending.discard(draft=draft, at=NOON)

    assert list(Draft.objects.get().accepted) == [CITY]


def test_other_words_in_the_same_place_are_asked_about(draft, shown, client):
    for mark in buttons(shown(draft)):
        accept(client, draft, mark)

    save(draft=draft, key=CITY, how=TEXT.replace("67", "68"))

    assert [words for _what, words, _where in looks(shown(draft))] == ["070-123 45 68"]


def test_a_mark_holds_no_words_and_differs_between_drafts(consultation, draft, shown, client):
    other = make_draft(consultation=consultation, texts={CITY: {"how": TEXT}})
    accept(client, draft, buttons(shown(draft))[0])

    draft.refresh_from_db()

    assert re.fullmatch(r"\{'area:city-life': \['[0-9a-f]{32}'\]\}", str(draft.accepted))
    assert not set(buttons(shown(other))) & set(draft.accepted[CITY])


@pytest.mark.parametrize("mark", ["", "x", "0" * 32, "\x00", "'"])
def test_a_mark_that_is_not_of_this_text_changes_nothing(draft, shown, client, mark):
    shown(draft)

    answered = accept(client, draft, mark)

    assert answered["Location"] == url("rehearsal", draft)
    draft.refresh_from_db()
    assert draft.accepted == {}
    assert "Den uppgiften finns inte kvar i texten." in shown(draft)


def test_nobody_says_so_about_somebody_else_s_draft(consultation, draft, shown, client):
    mark = buttons(shown(draft))[0]
    other = make_draft(consultation=consultation)
    stranger = Client()
    key = links.make_key(other, purpose=links.FROM_PAGE)
    stranger.post(reverse("remiss:open_link", args=[key]))

    assert stranger.get(url("rehearsal", draft)).status_code == 403
    assert accept(stranger, draft, mark).status_code == 403
    assert accept(stranger, other, mark).status_code == 302
    assert [each.accepted for each in Draft.objects.all()] == [{}, {}]


def test_a_link_that_was_replaced_says_nothing(draft):
    Draft.objects.update(link_version=2)

    with pytest.raises(LinkReplaced):
        accepting.accept(draft=draft, part=CITY, mark="a", standing=["a"])


def test_two_who_say_so_at_once_are_both_heard(draft):
    first, second = Draft.objects.get(), Draft.objects.get()

    accepting.accept(draft=first, part=CITY, mark="a", standing=["a", "b"])
    accepting.accept(draft=second, part=CITY, mark="b", standing=["a", "b"])
    accepting.accept(draft=second, part=YOUTH, mark="c", standing=["c"])

    assert Draft.objects.get().accepted == {CITY: ["a", "b"], YOUTH: ["c"]}


def test_a_page_with_an_old_token_comes_back_and_changes_nothing(draft, opened):
    held = opened(draft)
    mark = buttons(held.get(url("rehearsal", draft)).content.decode())[0]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = held.cookies

    answered = accept(strict, draft, mark)

    assert answered.status_code == 403
    html = answered.content.decode()
    assert "Tryck på Det är rätt så en gång till." in html
    assert len(looks(html)) == 2
    draft.refresh_from_db()
    assert draft.accepted == {}


NASTY = [
    f"<script>x('{PHONE}')</script>",
    f'"><img src=x onerror=alert(1)> {PHONE} </mark></p>',
    f"{{{{ draft }}}} {{% now %}} {PHONE} &amp; &lt;b&gt;",
    f"<mark>{PHONE}</mark><b>{MAIL}</b>",
    f"\u202e{PHONE}\u202c <a href='javascript:1'>{MAIL}</a>",
    f"</span>{MAIL}<span class='vh'>",
]


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_are_text_around_the_marks_too(consultation, noon, shown, text):
    draft = make_draft(
        consultation=consultation, texts={CITY: {"how": text}}, organisation=f"<i>{text}"[:90]
    )
    add_file(draft=draft, name=f"<b>{PHONE}.pdf")

    html = article(shown(draft))

    assert [words for _what, words in marks(html)][0] in text
    tags = set(re.findall(r"<(/?\w+)", html))
    assert not tags & {"script", "img", "b", "i", "a"}
    answer = re.search(r'<p class="text" dir="auto">(.*?)\n?</p>', html, re.DOTALL)[1]
    bare = re.sub(r'<span class="vh">[^<]*</span>|<mark id="uppgift-\d+">|</mark>', "", answer)
    assert not re.search("[<>]", bare)
    assert unescape(bare) == text


def test_granska_tells_of_it_and_never_stands_in_the_way(draft, opened):
    client = opened(draft)

    html = client.get(url("check", draft)).content.decode()

    assert "Två uppgifter att titta på en gång till" in html
    assert html.index("Två uppgifter att titta på") < html.index("Skicka in svaret</button>")
    assert f'href="{url("rehearsal", draft)}"' in html
    versions = re.search(r'name="versions" value="([^"]*)"', html)[1]
    sent = client.post(url("check", draft), {"round": 0, "versions": versions})
    assert sent["Location"] == url("receipt", draft)
    assert Submission.objects.get().answers.get().text == TEXT


def test_granska_is_silent_when_there_is_nothing_to_look_at(consultation, noon, opened):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Nycklar."}})

    html = opened(draft).get(url("check", draft)).content.decode()

    assert "att titta på en gång till" not in html
    assert "Så visas svaret på webbplatsen" in html


def test_what_is_sent_is_the_same_whatever_was_said_of_it(consultation, draft, shown, client):
    for mark in buttons(shown(draft)):
        accept(client, draft, mark)

    sent = send_in(draft=draft)

    same = make_submission(
        consultation=consultation, texts={CITY: {"how": TEXT, "stance": "opposes"}}
    )
    own = {"reference", "received_at"}
    assert "accepted" not in sent.canonical
    assert _but(sent.canonical, own) == _but(same.canonical, own)


def _but(canonical, keys):
    record = json.loads(canonical)
    return {key: value for key, value in record.items() if key not in keys}


def test_the_page_is_open_after_the_last_day(draft, opened, at):
    at(NOON + days(20))

    assert opened(draft).get(url("rehearsal", draft)).status_code == 200
