"""The matrix and the remisslista: every status, filter and count is what counting by hand gives."""

from collections import Counter
from contextlib import suppress
from io import BytesIO

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from remiss import mail
from remiss.exports import invited as exported
from remiss.models import (
    Answer,
    Body,
    Consultation,
    CountedFor,
    Dispatch,
    Draft,
    Event,
    Invitation,
    Letter,
    Registration,
    Response,
    Stance,
    Status,
    Tell,
)
from remiss.models.draft import REST, LinkReplaced, area_key
from remiss.models.secrecy import sees_secret
from remiss.workflow import (
    answering,
    bodies,
    extending,
    invited,
    inviting,
    merging,
    moving,
    recording,
    tying,
)
from remiss.workflow.answering import Closed
from remiss.workflow.inviting import HOLD, NobodyToWriteTo, TooLate
from tests.factories import (
    AREAS,
    LAST_DAY,
    NOON,
    OPENS_ON,
    add_file,
    begin_invited,
    days,
    make_body,
    make_consultation,
    make_invitation,
    make_submission,
    make_version,
    save,
    send_in,
)

PAGE = "/samordning/inbjudningar/matris/"
LIST = "/samordning/remiss/invitation/"
FILE = "/samordning/inbjudningar/matris.xlsx"
REMISSLISTA = "/samordning/inbjudningar/remisslista.xlsx"
HEADINGS = [f"{number}. {heading}" for number, (_key, _slug, heading) in enumerate(AREAS, 1)]
HEADINGS += ["Hela planen"]
FORMULA = '=HYPERLINK("http://example.org";"Läs mer")'


def answered(invitation, *, at=NOON, email="anna@sundspan.example", **texts):
    """The body's answer, with `texts` as area key or "rest" → content."""
    draft = begin_invited(invitation=invitation, at=at, email=email)
    for key, content in texts.items():
        part = REST if key == "rest" else area_key(key.replace("_", "-"))
        save(draft=draft, key=part, at=at, **content)
    return send_in(draft=draft, at=at).response


def shown(client, **query):
    """The matrix as {name: [vem, status, *cells]}, in order."""
    page = client.get(PAGE, query)
    assert page.status_code == 200
    return {
        row.body.name: [str(row.body.get_kind_display()), row.status_label, *cells]
        for row, cells in page.context.get("rows") or []
    }


def sheets(client, address):
    """{sheet: rows} of the file at an address, each cell as it is read."""
    response = client.post(address)
    assert response.status_code == 200
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    for sheet in book:
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds
    return {
        sheet.title: [["" if cell is None else cell for cell in row] for row in sheet.values]
        for sheet in book
    }


@pytest.fixture
def world(consultation, city, noon):
    """One body in each state that a row can be in."""

    def invite(name, kind="association", **fields):
        email = f"info@{len(name)}{kind}.example"
        return make_invitation(
            consultation=consultation, by=city, name=name, kind=kind, email=email, **fields
        )

    silent = invite("Åkerbo IF", tags="Idrott")
    declined = invite("Rådet", "advisory_council")
    invited.decline(invitation=declined, reason="Vi hinner inte.", at=NOON)
    begun = invite("Nätverket", "other_civil_society", tags="kultur, Idrott")
    begin_invited(invitation=begun, email="hemlig@utkast.example")
    board = invite("Fritidsnämnden", "board")
    response = answered(
        board,
        city_life={"stance": "supports"},
        equal_leisure={"how": "Fler nycklar.", "stance": "opposes"},
        young_health={"how": "Fler fritidsgårdar."},
    )
    member = invite("Krets")
    tying.tie(response=response, bodies=[member.body], at=NOON, by=city)
    guest = make_body(name="Gästen", email="gast@fn.example")
    tying.tie(response=response, bodies=[guest], at=NOON, by=city)
    more = make_submission(consultation=consultation, texts={REST: {"stance": "no_objection"}})
    tying.tie(response=more.response, bodies=[member.body], at=NOON, by=city)
    return {
        "silent": silent, "declined": declined, "begun": begun, "board": board,
        "member": member, "guest": guest, "response": response, "more": more.response,
    }  # fmt: skip


SAID = ["Synpunkter", "Avstyrker", "Tillstyrker", "Inget svar", "Inget svar"]
WITH_MORE = [*SAID[:4], "Har inget att invända"]
EMPTY = [""] * 5


def test_each_body_has_a_row_by_name_with_what_its_answers_say(signed_in, city, world):
    assert list(shown(signed_in(city)).items()) == [
        ("Fritidsnämnden", ["Nämnd", "Svarat", *SAID]),
        ("Gästen", ["Förening", "Inte inbjuden", *SAID]),
        ("Krets", ["Förening", "Svarat", *WITH_MORE]),
        ("Nätverket", ["Annan idéburen organisation", "Utkast", *EMPTY]),
        ("Rådet", ["Råd", "Avstår", *EMPTY]),
        ("Åkerbo IF", ["Förening", "Skickad", *EMPTY]),
    ]


def test_who_has_answered_is_counted_per_kind_and_the_uninvited_are_not(signed_in, city, world):
    tallies = signed_in(city).get(PAGE).context["matrix"].tallies

    assert [(tally.label, tally.words, tally.declined) for tally in tallies] == [
        ("Förening", "1 av 2", 0),
        ("Annan idéburen organisation", "0 av 1", 0),
        ("Nämnd", "1 av 1", 0),
        ("Råd", "1 av 1", 1),
        ("Alla", "3 av 5", 1),
    ]


def test_an_invitation_that_was_undone_is_counted_nowhere(
    signed_in, client, city, consultation, world
):
    guest = make_body(name="Fel inbjuden", email="fel@fn.example")
    make_invitation(consultation=consultation, by=city, body=guest, sent=False)
    dispatch = Dispatch.objects.order_by("pk").last()
    inviting.undo(dispatch=dispatch, at=dispatch.made_at, by=city)
    type(consultation).objects.update(shows_invited=True)
    listed = client.get("/remiss/handlingsplan/sandlista/")
    page = signed_in(city).get(PAGE)

    assert [(tally.label, tally.words) for tally in page.context["matrix"].tallies][-1] == (
        "Alla",
        "3 av 5",
    )
    assert listed.context["total"] == 5
    assert "Fel inbjuden" not in listed.text
    assert "1 inbjudan är inte skickad och räknas inte." in page.text
    rows = {row.body.name: row.status_label for row, _cells in page.context["rows"]}
    assert rows["Fel inbjuden"] == "Inte skickad"


def test_two_answers_that_differ_are_both_in_the_cell(signed_in, city, consultation, world):
    also = make_submission(
        consultation=consultation,
        texts={area_key("city-life"): {"stance": "opposes"}, REST: {"summary": "Kort sagt."}},
        at=NOON + days(1),
    )
    tying.tie(response=also.response, bodies=[world["board"].body], at=NOON, by=city)

    row = shown(signed_in(city))["Fritidsnämnden"]
    assert row[2:] == [*SAID[:2], "Tillstyrker\nAvstyrker", "Inget svar", "Synpunkter"]


def test_an_answer_to_an_earlier_version_is_placed_by_the_area_s_key(
    signed_in, city, consultation, world
):
    newest = [("new", "nytt", "Nytt område"), *reversed(AREAS)]
    make_version(consultation=consultation, number=2, areas=newest)

    page = signed_in(city).get(PAGE)
    assert [label for _key, label in page.context["matrix"].columns] == [
        "1. Nytt område",
        "2. Delaktighet, trygghet, demokrati",
        "3. Stadsliv, allmänna platser och lokaler",
        "4. Jämlik fritid och kultur",
        "5. Ungas hälsa och livsstil",
        "Hela planen",
    ]
    row = shown(signed_in(city))["Fritidsnämnden"]
    nothing = "Inget svar"
    assert row[2:] == [nothing, nothing, "Tillstyrker", "Avstyrker", "Synpunkter", nothing]


ALL = {"Fritidsnämnden", "Gästen", "Krets", "Nätverket", "Rådet", "Åkerbo IF"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"vem": "board"}, {"Fritidsnämnden"}),
        ({"status": "answered"}, {"Fritidsnämnden", "Krets"}),
        ({"status": "uninvited"}, {"Gästen"}),
        ({"status": "sent", "vem": "association"}, {"Åkerbo IF"}),
        ({"etikett": "idrott"}, {"Nätverket", "Åkerbo IF"}),
        ({"stallning": "no_objection"}, {"Krets"}),
        ({"omrade": "hela-planen"}, {"Krets"}),
        ({"omrade": "participation"}, set()),
        ({"omrade": "city-life", "stallning": "supports"}, {"Fritidsnämnden", "Gästen", "Krets"}),
        ({"omrade": "city-life", "stallning": "opposes"}, set()),
        ({"stallning": "nothing", "omrade": "hela-planen"}, {"Fritidsnämnden", "Gästen"}),
        ({"vem": "nobody", "status": "x", "etikett": "'", "omrade": "9", "stallning": "\0"}, ALL),
        ({"remiss": "999999", "vem": ""}, ALL),
    ],
)
def test_each_filter_shows_its_own_on_the_page_and_in_the_file(
    signed_in, city, world, query, names
):
    client = signed_in(city)
    rows = shown(client, **query)

    assert set(rows) == names
    address = reverse("admin:matrix_xlsx", query=query)
    listed = sheets(client, address)["Matris"]
    assert [[row[0], row[1], row[2], *row[4:]] for row in listed[1:]] == [
        [name, *cells] for name, cells in rows.items()
    ]


def test_the_matrix_as_a_file_says_what_is_in_it(signed_in, city, world):
    book = sheets(signed_in(city), f"{FILE}?vem=board")

    assert book["Matris"] == [
        ["Organisation", "Vem", "Status", "Svar", *HEADINGS],
        ["Fritidsnämnden", "Nämnd", "Svarat", world["response"].reference, *SAID],
    ]
    assert book["Om filen"][1:] == [
        ["Remiss", "Handlingsplan för samverkan mellan idéburen sektor och Malmö stad"],
        ["Urval", "Vem: Nämnd"],
        ["Antal remissinstanser", 1],
        ["Har svarat: Förening", "1 av 2, varav 0 avstår"],
        ["Har svarat: Annan idéburen organisation", "0 av 1, varav 0 avstår"],
        ["Har svarat: Nämnd", "1 av 1, varav 0 avstår"],
        ["Har svarat: Råd", "1 av 1, varav 1 avstår"],
        ["Har svarat: Alla", "3 av 5, varav 1 avstår"],
        ["Uttaget", "2026-11-12 12.00"],
    ]


def test_the_remisslista_has_all_that_is_known_of_each(signed_in, city, registrar, world):
    silent, declined = world["silent"], world["declined"]
    silent.body.addresses.update(failed_at=NOON)
    Body.objects.filter(pk=silent.body_id).update(
        notes="Ring först.", organisation_number="802002-4280"
    )
    invited.open_link(invitation=silent, at=NOON + days(1) / 24)
    inviting.remind(
        consultation=silent.consultation, bodies=[declined.body_id, world["begun"].body_id],
        at=NOON + days(5), by=city,
    )  # fmt: skip
    extending.grant_to_bodies(
        invitations=[silent], until=LAST_DAY + days(9), reason="", at=NOON, by=city
    )
    Registration.objects.create(
        submission=world["more"].latest, registry_number="STK-1", registered_on=NOON, by=registrar
    )
    header, *rows = sheets(signed_in(city), REMISSLISTA)["Remisslista"]
    listed = {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in rows}
    empty = dict.fromkeys(header[1:], "")
    sent = {"Inbjudan skickad": "2026-11-12 12.00", "Utkast": "Nej", "Påminnelser": 0}

    assert list(listed) == sorted(ALL)
    assert listed["Åkerbo IF"] == empty | sent | {
        "Vem": "Förening",
        "Status": "Öppnad",
        "Organisationsnummer": "802002-4280",
        "E-post": "info@9association.example",
        "Adressen fungerar inte": "Ja",
        "Öppnad": "2026-11-12 13.00",
        "Tid till": "2026-12-09",
        "Etiketter": "Idrott",
        "Anteckning": "Ring först.",
    }
    assert listed["Rådet"] == empty | sent | {
        "Vem": "Råd",
        "Status": "Avstår",
        "E-post": "info@5advisory_council.example",
        "Avstår": "2026-11-12",
        "Skäl att avstå": "Vi hinner inte.",
    }
    assert listed["Nätverket"] == empty | sent | {
        "Vem": "Annan idéburen organisation",
        "Status": "Utkast",
        "E-post": "info@9other_civil_society.example",
        "Utkast": "Ja",
        "Påminnelser": 1,
        "Senaste påminnelsen": "2026-11-17 12.10",
        "Etiketter": "kultur, Idrott",
    }
    references = [world["response"].reference, world["more"].reference]
    assert listed["Krets"] == empty | sent | {
        "Vem": "Förening",
        "Status": "Svarat",
        "E-post": "info@5association.example",
        "Svarat": "2026-11-12\n2026-11-12",
        "Svar": "\n".join(references),
        "Diarienummer": "\nSTK-1",
    }
    assert listed["Gästen"] == empty | {
        "Vem": "Förening",
        "Status": "Inte inbjuden",
        "E-post": "gast@fn.example",
        "Svarat": "2026-11-12",
        "Svar": references[0],
    }


def test_each_file_is_in_the_log_and_a_page_is_not(signed_in, city, world):
    client = signed_in(city)
    client.get(PAGE)
    assert [client.get(address).status_code for address in (FILE, REMISSLISTA)] == [405, 405]
    assert not Event.objects.filter(verb="exported").exists()
    sheets(client, REMISSLISTA)
    sheets(client, FILE)

    logged = Event.objects.filter(verb="exported").order_by("pk")
    assert list(logged.values_list("actor__username", "note")) == [
        ("maria", "remisslistan: 6 remissinstanser som xlsx"),
        ("maria", "matrisen: 6 remissinstanser som xlsx"),
    ]


def test_what_a_spreadsheet_or_a_page_could_run_stands_as_text(signed_in, city, world):
    declined = world["declined"]
    texts = {"name": f"{FORMULA}<script>", "tags": "@SUM(A1)", "notes": "+46 40 34 10 00\n=1+1"}
    for name, text in texts.items():
        setattr(declined.body, name, text)
    declined.body.save()
    Invitation.objects.filter(pk=declined.pk).update(decline_reason="-1+1")
    client = signed_in(city)

    page = client.get(PAGE).content.decode()
    assert "&quot;Läs mer&quot;)&lt;script&gt;</a>" in page
    assert "<script>" not in page
    rows = sheets(client, REMISSLISTA)["Remisslista"]
    (row,) = [row for row in rows if row[0] == texts["name"]]
    assert [row[12], *row[16:]] == ["2026-11-12", "", texts["tags"], texts["notes"]]
    assert row[13] == "-1+1"
    assert texts["name"] in [row[0] for row in sheets(client, FILE)["Matris"]]


def test_a_text_longer_than_a_cell_goes_on_in_the_next(signed_in, city, world):
    long = "Ring först. " * 4_000
    Body.objects.filter(pk=world["guest"].pk).update(notes=long)

    header, *rows = sheets(signed_in(city), REMISSLISTA)["Remisslista"]
    assert header[-2:] == ["Anteckning", "Anteckning (forts. 2)"]
    (row,) = [row for row in rows if row[0] == "Gästen"]
    assert "".join(row[-2:]) == long


def test_no_file_and_no_page_shows_anything_of_a_draft(signed_in, city, world):
    draft = Draft.objects.get(invitation=world["begun"])
    save(draft=draft, key=area_key("city-life"), how="HEMLIGT", stance="abstains")
    add_file(draft=draft, name="hemlig.pdf")
    assert Letter.objects.filter(kind="link", address="hemlig@utkast.example").exists()
    client = signed_in(city)
    pages = [
        client.get(PAGE).content.decode(),
        str(sheets(client, FILE)),
        str(sheets(client, REMISSLISTA)),
    ]

    for page in pages:
        assert [word for word in ("HEMLIGT", "hemlig", "Anna Exempel") if word in page] == []


def test_before_anybody_is_invited_the_page_says_so(signed_in, city, consultation, noon):
    page = signed_in(city).get(PAGE).content.decode()

    assert "Ingen är inbjuden till Handlingsplan för samverkan" in page


def test_without_a_remiss_there_is_a_page_and_no_file(signed_in, city, noon):
    client = signed_in(city)

    assert "Ingen remiss syns på webbplatsen än." in client.get(PAGE).content.decode()
    assert [client.post(address).status_code for address in (FILE, REMISSLISTA)] == [404, 404]


def test_another_remiss_has_a_matrix_of_its_own(signed_in, city, world):
    other = make_consultation(slug="en-annan")
    make_invitation(consultation=other, by=city, body=world["guest"])
    client = signed_in(city)

    assert list(shown(client, remiss=other.pk)) == ["Gästen"]
    assert set(shown(client, remiss=world["board"].consultation_id)) == ALL


def make_many(consultation, city, number):
    """`number` invited bodies, all of which answers count for; a tenth as many answers."""
    bodies = [Body(name=f"Krets {place}", kind="association") for place in range(number)]
    for body in bodies:
        body.set_keys()
    Body.objects.bulk_create(bodies)
    Invitation.objects.bulk_create(
        Invitation(consultation=consultation, body=body, public_id=body.name, invited_at=NOON)
        for body in bodies
    )
    answers = [
        make_submission(consultation=consultation).response for _each in range(1 + number // 100)
    ]
    CountedFor.objects.bulk_create(
        CountedFor(response=answers[place % len(answers)], body=body, at=NOON)
        for place, body in enumerate(bodies)
    )


@pytest.mark.parametrize("number", [3, 30, 300])
def test_the_cost_is_the_same_however_many_there_are(
    signed_in, city, consultation, noon, django_assert_num_queries, number
):
    make_many(consultation, city, number)
    client = signed_in(city)
    sees_secret(city)  # asked once a request

    with django_assert_num_queries(12):
        assert len(shown(client)) == number
    with django_assert_num_queries(2):
        assert len(exported.rows(consultation, city)) == number
    with django_assert_num_queries(3):
        assert len(list(exported.Remisslista(consultation, city).cells())) == number


# Any history


KINDS = ["association", "board", "association"]
TAGS = ["Idrott", "", "idrott, Kultur"]
CONTENTS = [
    (area_key("city-life"), {"stance": "supports"}),
    (area_key("city-life"), {"stance": "", "how": "Lås upp."}),
    (area_key("equal-leisure"), {"stance": "opposes", "how": "Nej."}),
    (REST, {"stance": "no_position", "summary": "Kort."}),
    (REST, {"missing": "Mat."}),
]
REFUSALS = (
    NobodyToWriteTo, TooLate, Closed, LinkReplaced, invited.HasAnswered, merging.CannotMerge,
)  # fmt: skip


class History:
    """Acts of all who take part, one a day; what cannot be done now is refused and left."""

    def __init__(self, consultation, other, asked, city):
        self.consultation = Consultation.objects.get(pk=consultation.pk)  # its day is moved
        self.keys, self.city = [body.pk for body in asked], city
        self.at = NOON - days(31)
        # In another remiss, and so never seen here.
        elsewhere = make_submission(consultation=other, at=self.at).response
        tying.tie(response=elsewhere, bodies=asked, at=self.at, by=city)

    def act(self, name, which, what):
        self.at += days(1)
        try:
            with transaction.atomic():
                getattr(self, name)(which, what)
        except REFUSALS:
            pass

    def body(self, which):
        """The body, or the one that it has become part of."""
        found = Body.objects.get(pk=self.keys[which])
        return found.merged_into or found

    def invitation(self, which):
        rows = Invitation.objects.select_related("body", "consultation")
        return rows.filter(consultation=self.consultation, body=self.body(which)).first()

    def responses(self, what):
        found = list(Response.objects.filter(consultation=self.consultation).order_by("pk"))
        return [found[what % len(found)]] if found else []

    def invite(self, which, what):
        pks = [self.body(which).pk]
        inviting.invite(consultation=self.consultation, bodies=pks, at=self.at, by=self.city)

    def remind(self, which, what):
        pks = [self.body(which).pk]
        inviting.remind(consultation=self.consultation, bodies=pks, at=self.at, by=self.city)

    def undo(self, which, what):
        if dispatch := Dispatch.objects.order_by("pk").last():
            inviting.undo(dispatch=dispatch, at=dispatch.held_until - HOLD / 2, by=self.city)

    def letters_go(self, which, what):
        for letter in Letter.objects.filter(state="queued", invitation__isnull=False):
            letter.mark_sent(self.at)

    def bounce(self, which, what):
        sent = Letter.objects.filter(invitation=self.invitation(which), state="sent")
        if letter := sent.exclude(invitation=None).order_by("pk").last():
            mail.bounced(letter, status="5.1.1", diagnostic="", at=self.at)

    def address_works(self, which, what):
        for address in self.body(which).addresses.all():
            bodies.mark_working(address=address, at=self.at, by=self.city)

    def send_again(self, which, what):
        if invitation := self.invitation(which):
            main = invitation.body.addresses.get(is_main=True)
            with suppress(ValueError):  # in words
                inviting.send_again(invitation=invitation, address=main, at=self.at, by=self.city)

    def merge(self, which, what):
        other = Body.objects.get(pk=self.keys[(which + 1 + what % 2) % 3])
        merging.merge(kept=self.body(which), other=other, at=self.at, by=self.city)

    def move_last_day(self, which, what):
        today = timezone.localdate(self.at)
        day = max([LAST_DAY, LAST_DAY + days(4), today, today + days(2), OPENS_ON][what], OPENS_ON)
        moving.move_last_day(
            consultation=self.consultation, last_day=max(day, today), reason="Prov",
            tell=list(Tell), at=self.at, by=self.city,
        )  # fmt: skip

    def open(self, which, what):
        if invitation := self.invitation(which):
            invited.open_link(invitation=invitation, at=self.at)

    def decline(self, which, what):
        if invitation := self.invitation(which):
            invited.decline(invitation=invitation, reason="", at=self.at)

    def change_mind(self, which, what):
        if invitation := self.invitation(which):
            invited.change_mind(invitation=invitation, at=self.at)

    def begin(self, which, what):
        if invitation := self.invitation(which):
            begin_invited(invitation=invitation, at=self.at)

    def answer(self, which, what):
        if invitation := self.invitation(which):
            draft = begin_invited(invitation=invitation, at=self.at)
            key, content = CONTENTS[what]
            save(draft=draft, key=key, at=self.at, **content)
            send_in(draft=draft, at=self.at)

    def answer_uninvited(self, which, what):
        texts = dict([CONTENTS[what], CONTENTS[which]])
        make_submission(consultation=self.consultation, texts=texts, at=self.at)

    def withdraw(self, which, what):
        for response in self.responses(what):
            answering.withdraw(response=response, at=self.at)

    def restore(self, which, what):
        for response in self.responses(what):
            answering.restore(response=response, at=self.at)

    def set_aside(self, which, what):
        aside = {"reason": "test", "note": "", "at": self.at, "by": self.city}
        recording.set_aside(responses=self.responses(what), **aside)

    def take_back(self, which, what):
        recording.take_back(responses=self.responses(what), at=self.at, by=self.city)

    def tie(self, which, what):
        for response in self.responses(what):
            tied = [self.body(which)]
            tying.tie(response=response, bodies=tied, at=self.at, by=self.city)

    def untie(self, which, what):
        for response in self.responses(what):
            tying.untie(response=response, body=self.body(which), at=self.at, by=self.city)

    def give_time(self, which, what):
        if invitation := self.invitation(which):
            chosen = {"until": LAST_DAY + days(what + 1), "reason": "", "by": self.city}
            with suppress(ValueError):  # the day of all has been moved past it
                extending.grant_to_bodies(invitations=[invitation], at=self.at, **chosen)


ACTS = [name for name in vars(History) if not name.startswith("_")]
ACTS = [name for name in ACTS if name not in {"act", "body", "invitation", "responses"}]
acts = st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 4))
# Two thirds begin with somebody invited, or most would find nobody to do anything to.
begun = st.sampled_from([[], [0], [0, 1, 2]]).map(
    lambda chosen: [*(("invite", which, 0) for which in chosen), ("letters_go", 0, 0)]
)
histories = st.tuples(begun, st.lists(acts, min_size=3, max_size=18)).map(
    lambda parts: parts[0] + parts[1]
)


def with_merged(invitation, letters):
    """The letters to the body, and to those that are part of it now."""
    merged = {
        other.pk
        for other in Invitation.objects.filter(consultation=invitation.consultation_id)
        if other.pk == invitation.pk or other.body.merged_into_id == invitation.body_id
    }
    return [letter for letter in letters if letter.invitation_id in merged]


def own_letters(invitation, letters):
    theirs = [letter for letter in letters if letter.invitation_id == invitation.pk]
    return sorted(theirs, key=lambda letter: (letter.due, letter.pk))


def status_by_hand(invitation, letters, is_answered, has_draft):
    theirs = own_letters(invitation, letters)
    went = [letter for letter in theirs if letter.state != "stopped"]
    if is_answered:
        return "answered"
    if invitation.declined_at:
        return "declined"
    if has_draft:
        return "draft"
    if invitation.opened_at:
        return "opened"
    all_of_them = with_merged(invitation, letters)
    has_gone = any(letter.kind == "invitation" and letter.sent_at for letter in all_of_them)
    is_invited = has_gone or any(letter.kind == "invitation" for letter in went)
    if is_invited and went and went[-1].state == "failed":
        return "not_delivered"
    if has_gone:
        return "sent"
    return "not_sent"


def is_waiting(draft):
    answer = Response.objects.filter(public_id=draft.public_id).first()
    if answer and answer.withdrawn_at:
        return True
    return any(part.version > part.sent_version for part in draft.parts.all())


def said_by_hand(said, response, key):
    """What the latest version says of an area, or of the whole plan when the key is None."""
    stances, texts = said
    for stance in stances:
        if stance.submission_id == response.latest_id and (stance.area and stance.area.key) == key:
            return stance.value
    for answer in texts:
        if answer.submission_id == response.latest_id and (answer.area and answer.area.key) == key:
            return "text"
    return ""


def by_hand(consultation):
    """{body: (status or "uninvited", {column: things said})}; all rows are read and sifted here."""
    letters, drafts = list(Letter.objects.all()), list(Draft.objects.all())
    said = [list(model.objects.select_related("area")) for model in (Stance, Answer)]
    answers = {body.pk: [] for body in Body.objects.all()}
    for tied in CountedFor.objects.select_related("response__latest"):
        response = tied.response
        is_here = response.consultation_id == consultation.pk
        if is_here and response.withdrawn_at is None and response.set_aside == "":
            answers[tied.body_id].append(response)
    found = {}
    for body in Body.objects.all():
        if body.merged_into_id:
            continue
        theirs = sorted(answers[body.pk], key=lambda each: (each.latest.received_at, each.pk))
        invitations = [
            invitation
            for invitation in Invitation.objects.all()
            if (invitation.body_id, invitation.consultation_id) == (body.pk, consultation.pk)
        ]
        cells = {}
        for key in [*(key for key, _slug, _heading in AREAS), None] if theirs else []:
            things = []
            for response in theirs:
                thing = said_by_hand(said, response, key)
                if thing and thing not in things:
                    things.append(thing)
            cells[key or "hela-planen"] = things or ["nothing"]
        if invitations:
            has_draft = any(
                draft.invitation_id == invitations[0].pk and is_waiting(draft) for draft in drafts
            )
            found[body.pk] = (
                status_by_hand(invitations[0], letters, bool(theirs), has_draft),
                cells,
            )
        elif theirs:
            found[body.pk] = ("uninvited", cells)
    return found


def check_counts(found, matrix, bodies):
    kind_of = {body.pk: body.kind for body in bodies}
    invited_ones = [(kind_of[pk], status) for pk, (status, _said) in found.items()]
    invited_ones = [pair for pair in invited_ones if pair[1] not in {"uninvited", "not_sent"}]
    settled = Counter(kind for kind, status in invited_ones if status in {"answered", "declined"})
    declined = Counter(kind for kind, status in invited_ones if status == "declined")
    everybody = Counter(kind for kind, _status in invited_ones)
    labels = {"association": "Förening", "board": "Nämnd"}
    expected = [
        (labels[kind], settled[kind], everybody[kind], declined[kind])
        for kind in ("association", "board")
        if everybody[kind]
    ]
    totals = (settled.total(), everybody.total(), declined.total())
    tallied = [
        (tally.label, tally.settled, tally.invited, tally.declined) for tally in matrix.tallies
    ]
    assert tallied == [*expected, ("Alla", *totals)]


def check_filters(found, matrix, bodies):
    """Every value of every filter, and every area with every thing that can be said."""
    body_of = {body.pk: body for body in bodies}

    def takes(choice):
        return {row.body.pk for row in matrix.narrowed(exported.Choice(**choice))}

    def tags(pk):
        return {tag.strip().lower() for tag in body_of[pk].tags.split(",") if tag.strip()}

    for kind in KINDS:
        assert takes({"kind": kind}) == {pk for pk in found if body_of[pk].kind == kind}
    for status in exported.STATUSES:
        assert takes({"status": status}) == {pk for pk, row in found.items() if row[0] == status}
    assert {key for key, _tag in matrix.tags} == {tag for pk in found for tag in tags(pk)}
    for tag in ("idrott", "kultur"):
        assert takes({"tag": tag}) == {pk for pk in found if tag in tags(pk)}
    for thing in exported.SAID:
        anywhere = {pk for pk, (_status, said) in found.items() if [thing] in said.values()}
        anywhere |= {
            pk for pk, row in found.items() for things in row[1].values() if thing in things
        }
        assert takes({"stance": thing}) == anywhere
        for area, _label in matrix.columns:
            there = {pk for pk, (_status, said) in found.items() if thing in said.get(area, [])}
            assert takes({"stance": thing, "area": area}) == there
    for area, _label in matrix.columns:
        about = {pk for pk, row in found.items() if row[1].get(area, ["nothing"]) != ["nothing"]}
        assert takes({"area": area}) == about


def check_list(found, consultation):
    """The same by the database's own filter, as the list of invitations asks for it."""
    rows = Invitation.objects.in_use().filter(consultation=consultation).with_status()
    for status in Status:
        by_database = set(rows.filter(status=status).values_list("body", flat=True))
        assert by_database == {pk for pk, row in found.items() if row[0] == status}
    letters = list(Letter.objects.all())
    for invitation in rows:
        reminders = reminders_by_hand(invitation, letters)
        sent = sent_by_hand(invitation, letters)
        assert invitation.reminders == len(reminders)
        assert invitation.reminded_at == max((each.due for each in reminders), default=None)
        assert invitation.sent_at == min(sent, default=None)


def reminders_by_hand(invitation, letters):
    theirs = with_merged(invitation, letters)
    return [each for each in theirs if each.kind == "reminder" and each.state != "stopped"]


def sent_by_hand(invitation, letters):
    theirs = with_merged(invitation, letters)
    return [each.sent_at for each in theirs if each.kind == "invitation" and each.sent_at]


def invited_by_hand(found, consultation):
    """(invitation in use, its body, its status, its main address), read one by one."""
    for invitation in Invitation.objects.filter(consultation=consultation):
        body = invitation.body
        if body.merged_into_id is None:
            mains = [address for address in body.addresses.all() if address.is_main]
            yield invitation, body, found[body.pk][0], mains[0]


def not_delivered_by_hand(found, consultation):
    letters = list(Letter.objects.all())
    lost = set()
    for invitation, body, status, main in invited_by_hand(found, consultation):
        went = [each for each in own_letters(invitation, letters) if each.state != "stopped"]
        came_back = bool(went) and went[-1].state == "failed"
        if (came_back or main.failed_at) and status not in {"answered", "declined"}:
            lost.add(body.pk)
    return lost


def tags_of(body):
    return {tag.strip().lower() for tag in body.tags.split(",") if tag.strip()}


def check_pages(found, consultation, client, city):
    """Each filter of the list of invitations, and what the overview counts and leads to."""
    letters, lost = list(Letter.objects.all()), not_delivered_by_hand(found, consultation)
    rows = [each[:3] for each in invited_by_hand(found, consultation)]
    settled, unopened = {"answered", "declined"}, {"sent", "not_delivered"}
    number_of = {body.pk: len(reminders_by_hand(each, letters)) for each, body, _status in rows}
    expected = {
        ("status", "settled"): {body.pk for _row, body, status in rows if status in settled},
        ("status", "unopened"): {body.pk for _row, body, status in rows if status in unopened},
        ("fram", "nej"): lost,
        ("tid", "egen"): {
            body.pk
            for row, body, _status in rows
            if row.own_last_day and row.own_last_day > row.consultation.last_day
        },
    }
    for number in range(4):
        expected["paminn", str(number)] = {pk for pk in number_of if number_of[pk] == number}
    for kind in set(KINDS):
        expected["vem", kind] = {body.pk for _row, body, _status in rows if body.kind == kind}
    for tag in set().union(*map(tags_of, Body.objects.in_use())):
        expected["etikett", tag] = {body.pk for _row, body, _status in rows if tag in tags_of(body)}
    shown = {}
    for name, value in expected:
        request = RequestFactory().get(LIST, {name: value})
        request.user = city
        listed = admin.site.get_model_admin(Invitation).get_changelist_instance(request)
        shown[name, value] = {row.body_id for row in listed.queryset}
    assert shown == expected
    page = client.get("/samordning/").context
    (counted,) = [each for each in page["to_do"] if each.label == "Inbjudningar som inte kom fram"]
    assert counted.number == len(lost)
    columns = [settled, {"draft"}, {"opened"}, unopened]
    statuses = [
        [status for _row, body, status in rows if body.kind == kind and status != "not_sent"]
        for kind in ("association", "board")
    ]
    drawn = [[number for number, _url in row.cells] for row in page["invited"]]
    assert [row for row in drawn if any(row)] == [
        [sum(status in column for status in theirs) for column in columns]
        for theirs in statuses
        if theirs
    ]


def why_not_remind_by_hand(invitation, status, consultation, letters, at):
    today, last, own = timezone.localdate(at), consultation.last_day, invitation.own_last_day
    reminders = reminders_by_hand(invitation, letters)
    if not (sent_by_hand(invitation, letters) or invitation.opened_at):
        return "Inbjudan är inte skickad."
    if status in ("answered", "declined"):
        return {"answered": "Har svarat.", "declined": "Avstår."}[status]
    if today < consultation.opens_on:
        return "Remissen har inte öppnat."
    if today > max(last, own or last):
        return "Svarstiden har gått ut."
    if own and today <= last < own:
        return "Har längre tid"
    if len(reminders) >= 3:
        return "Har påmints tre gånger."
    if any((today - timezone.localdate(each.due)).days < 5 for each in reminders):
        return "Påmind för mindre än 5 dagar sedan."
    sent = sent_by_hand(invitation, letters)
    if any((today - timezone.localdate(each)).days < 5 for each in sent):
        return "Inbjuden för mindre än 5 dagar sedan."
    return ""


def why_not_invite_by_hand(invitation, status, consultation, letters, at):
    own, went = invitation.own_last_day, own_letters(invitation, letters)
    went = [each for each in went if each.state != "stopped"]
    if status in ("answered", "declined"):
        return {"answered": "Har svarat.", "declined": "Avstår."}[status]
    if timezone.localdate(at) > max(consultation.last_day, own or consultation.last_day):
        return "Svarstiden har gått ut."
    return "Är redan inbjuden." if went and went[-1].state in ("sent", "queued") else ""


def check_reasons(found, consultation, at):
    """Whom a sending leaves out, and why: before it opens, today, soon, and after it has closed."""
    letters = list(Letter.objects.all())
    asked = {body.pk: each for each in invited_by_hand(found, consultation) for body in [each[1]]}
    for moment in (at - days(60), at, at + days(5), at + days(40)):
        for consider, by_rule, nothing in [
            (inviting.to_remind, why_not_remind_by_hand, "Inbjudan är inte skickad."),
            (inviting.to_invite, why_not_invite_by_hand, None),
        ]:
            for each in consider(consultation, Body.objects.all(), at=moment):
                main = each.body.addresses.get(is_main=True)
                if each.body.pk in asked:
                    invitation, _body, status, _main = asked[each.body.pk]
                    reason = by_rule(invitation, status, consultation, letters, moment)
                elif nothing is None:
                    is_over = timezone.localdate(moment) > consultation.last_day
                    reason = "Svarstiden har gått ut." if is_over else ""
                else:
                    reason = nothing
                reason = reason or ("Adressen fungerar inte." if main.failed_at else "")
                assert each.why_not.partition(", till")[0] == reason


@pytest.mark.large
def test_whatever_has_happened_statuses_filters_and_counts_are_as_counted_by_hand(
    consultation, city, noon, signed_in
):
    client = signed_in(city)
    other = make_consultation(slug="en-annan", opens_on=OPENS_ON - days(1))
    asked = [
        make_body(name=f"Krets {place}", kind=kind, tags=tags, email=f"krets{place}@fn.example")
        for place, (kind, tags) in enumerate(zip(KINDS, TAGS, strict=True))
    ]
    seen = set()

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories)
    @example([("invite", 0, 0), ("letters_go", 0, 0), ("open", 0, 0), ("decline", 0, 0)])
    @example([("answer_uninvited", 0, 0), ("tie", 0, 0), ("invite", 1, 0), ("begin", 1, 0)])
    @example([("invite", 2, 0), ("letters_go", 0, 0), ("bounce", 2, 0), ("invite", 1, 0)])
    @example(
        [
            *(("invite", which, 0) for which in (0, 1)),
            ("letters_go", 0, 0),
            ("remind", 1, 0),
            ("give_time", 1, 2),
            ("open", 1, 0),
            ("decline", 1, 0),
            ("merge", 0, 0),
            ("bounce", 0, 0),
            ("move_last_day", 0, 1),
        ]
    )
    @example(
        [
            ("invite", 1, 0),
            ("letters_go", 0, 0),
            ("bounce", 1, 0),
            ("merge", 0, 0),
            ("move_last_day", 0, 2),
            ("answer_uninvited", 0, 0),
            ("tie", 1, 0),
        ]
    )
    @example(
        [
            ("invite", 0, 0),
            ("invite", 1, 0),
            ("letters_go", 0, 0),
            ("open", 0, 0),
            ("invite", 2, 0),
            ("answer", 2, 0),
        ]
    )
    def holds(history):
        with transaction.atomic():
            going = History(consultation, other, asked, city)
            for act in history:
                going.act(*act)
            found, moved = by_hand(consultation), going.consultation
            matrix = exported.Matrix(moved, city)
            assert {row.body.pk: (row.status, row.said) for row in matrix.rows} == found
            check_counts(found, matrix, Body.objects.all())
            check_filters(found, matrix, Body.objects.all())
            check_list(found, moved)
            check_reasons(found, moved, going.at)
            check_pages(found, moved, client, city)
            seen.update(status for status, _said in found.values())
            transaction.set_rollback(True)

    holds()
    assert seen == {*Status.values, "uninvited"}
