"""The matrix and the remisslista: every status, filter and count is what counting by hand gives."""

from collections import Counter
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from remiss.exports import invited as exported
from remiss.models import (
    Answer,
    Body,
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
)
from remiss.models.draft import REST, LinkReplaced, area_key
from remiss.models.secrecy import sees_secret
from remiss.workflow import answering, extending, invited, inviting, recording, tying
from remiss.workflow.answering import Closed
from remiss.workflow.inviting import HOLD, NobodyToWriteTo, TooLate
from tests.factories import (
    AREAS,
    LAST_DAY,
    NOON,
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
        at=NOON, by=city,
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
        "Senaste påminnelsen": "2026-11-12 12.10",
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
REFUSALS = (NobodyToWriteTo, TooLate, Closed, LinkReplaced, invited.HasAnswered)


class History:
    """Acts of all who take part, one a day; what cannot be done now is refused and left."""

    def __init__(self, consultation, other, bodies, city):
        self.consultation, self.bodies, self.city = consultation, bodies, city
        self.at = NOON - days(30)
        # In another remiss, and so never seen here.
        elsewhere = make_submission(consultation=other, at=self.at).response
        tying.tie(response=elsewhere, bodies=bodies, at=self.at, by=city)

    def act(self, name, which, what):
        self.at += days(1)
        try:
            with transaction.atomic():
                getattr(self, name)(which, what)
        except REFUSALS:
            pass

    def invitation(self, which):
        rows = Invitation.objects.select_related("body", "consultation")
        return rows.filter(consultation=self.consultation, body=self.bodies[which]).first()

    def responses(self, what):
        found = list(Response.objects.filter(consultation=self.consultation).order_by("pk"))
        return [found[what % len(found)]] if found else []

    def invite(self, which, what):
        pks = [self.bodies[which].pk]
        inviting.invite(consultation=self.consultation, bodies=pks, at=self.at, by=self.city)

    def remind(self, which, what):
        pks = [self.bodies[which].pk]
        inviting.remind(consultation=self.consultation, bodies=pks, at=self.at, by=self.city)

    def undo(self, which, what):
        if dispatch := Dispatch.objects.order_by("pk").last():
            inviting.undo(dispatch=dispatch, at=dispatch.held_until - HOLD / 2, by=self.city)

    def letters_go(self, which, what):
        for letter in Letter.objects.filter(state="queued", invitation__isnull=False):
            letter.mark_sent(self.at)

    def bounce(self, which, what):
        sent = Letter.objects.filter(invitation=self.invitation(which), state="sent")
        latest = sent.exclude(invitation=None).order_by("-pk").values_list("pk", flat=True)[:1]
        came_back = Letter.objects.filter(pk__in=list(latest))
        came_back.update(state="failed", bounced_at=self.at)

    def send_again(self, which, what):
        if invitation := self.invitation(which):
            main = invitation.body.addresses.get()
            inviting.send_again(invitation=invitation, address=main, at=self.at, by=self.city)

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
            bodies = [self.bodies[which]]
            tying.tie(response=response, bodies=bodies, at=self.at, by=self.city)

    def untie(self, which, what):
        for response in self.responses(what):
            tying.untie(response=response, body=self.bodies[which], at=self.at, by=self.city)

    def give_time(self, which, what):
        if invitation := self.invitation(which):
            chosen = {"until": LAST_DAY + days(what + 1), "reason": "", "by": self.city}
            extending.grant_to_bodies(invitations=[invitation], at=self.at, **chosen)


ACTS = [name for name in vars(History) if not name.startswith("_")]
ACTS = [name for name in ACTS if name not in {"act", "invitation", "responses"}]
acts = st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 4))
# Two thirds begin with somebody invited, or most would find nobody to do anything to.
begun = st.sampled_from([[], [0], [0, 1, 2]]).map(
    lambda chosen: [*(("invite", which, 0) for which in chosen), ("letters_go", 0, 0)]
)
histories = st.tuples(begun, st.lists(acts, min_size=3, max_size=18)).map(
    lambda parts: parts[0] + parts[1]
)


def status_by_hand(invitation, letters, is_answered, has_draft):
    theirs = [letter for letter in letters if letter.invitation_id == invitation.pk]
    theirs = sorted(theirs, key=lambda letter: (letter.due, letter.pk))
    went = [letter for letter in theirs if letter.state != "stopped"]
    if is_answered:
        return "answered"
    if invitation.declined_at:
        return "declined"
    if has_draft:
        return "draft"
    if invitation.opened_at:
        return "opened"
    if went and went[-1].state == "failed":
        return "not_delivered"
    if any(letter.kind == "invitation" and letter.sent_at for letter in theirs):
        return "sent"
    return "sent" if went and went[-1].state == "sent" else "not_sent"


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
            has_draft = any(draft.invitation_id == invitations[0].pk for draft in drafts)
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
    invited_ones = [pair for pair in invited_ones if pair[1] != "uninvited"]
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
    rows = Invitation.objects.filter(consultation=consultation).with_status()
    for status in Status:
        by_database = set(rows.filter(status=status).values_list("body", flat=True))
        assert by_database == {pk for pk, row in found.items() if row[0] == status}
    for invitation in rows:
        letters = [
            letter for letter in Letter.objects.all() if letter.invitation_id == invitation.pk
        ]
        reminders = [
            letter for letter in letters if letter.kind == "reminder" and letter.state != "stopped"
        ]
        sent = [
            letter.sent_at for letter in letters if letter.kind == "invitation" and letter.sent_at
        ]
        assert invitation.reminders == len(reminders)
        assert invitation.reminded_at == max((each.due for each in reminders), default=None)
        assert invitation.sent_at == min(sent, default=None)


@pytest.mark.large
def test_whatever_has_happened_statuses_filters_and_counts_are_as_counted_by_hand(
    consultation, city, noon
):
    other = make_consultation(slug="en-annan")
    bodies = [
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
            going = History(consultation, other, bodies, city)
            for act in history:
                going.act(*act)
            found = by_hand(consultation)
            matrix = exported.Matrix(consultation, city)
            assert {row.body.pk: (row.status, row.said) for row in matrix.rows} == found
            check_counts(found, matrix, bodies)
            check_filters(found, matrix, bodies)
            check_list(found, consultation)
            seen.update(status for status, _said in found.values())
            transaction.set_rollback(True)

    holds()
    assert seen == {*Status.values, "uninvited"}
