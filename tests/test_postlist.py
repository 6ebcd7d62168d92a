"""The postlista: everything that came in, and nobody's name that is not to be told."""

import csv
import io

import pypdf
import pytest
from django.urls import reverse

from remiss.exports import postlist, typesetting
from remiss.models import Event, Response, Spot, Verb
from remiss.workflow import answering, masking, naming, secrecy
from tests.factories import NOON, area_key, days, make_draft, make_submission, save, send_in
from tests.test_receipt import faults, text_of
from tests.test_registry import PAYLOAD, copies, register

URL = "/samordning/postlista/"


@pytest.fixture(autouse=True)
def _at_noon(noon):
    pass


def cells(client, **query):
    return [row for _submission, row in client.get(URL, query).context["rows"]]


def senders(client, **query):
    return [row[1] for row in cells(client, **query)]


def test_each_version_has_a_row_with_what_came_how_and_when(signed_in, registrar, consultation):
    draft = make_draft(consultation=consultation, texts={area_key("city-life"): {"how": "Så."}})
    first = send_in(draft=draft, at=NOON - days(2))
    save(draft=draft, key=area_key("young-health"), stance="supports")
    save(draft=draft, key="rest", summary="Bra.")
    send_in(draft=draft, at=NOON - days(1))
    other = make_submission(
        consultation=consultation, texts={"rest": {"summary": "Bra."}}, files=["a.pdf", "b.pdf"]
    )
    register(first, registrar, "STK-1")

    found = cells(signed_in(registrar))

    who, how, title = "Tegelbackens kultur- och idrottsförening", "Webbplatsen", consultation.title
    reference = first.response.reference
    assert found == [
        ["2026-11-10 12.00", who, how, title, "Remissvar om 1 område", "STK-1", reference],
        [
            "2026-11-11 12.00",
            who,
            how,
            title,
            "Ändrat remissvar (version 2) om 2 områden",
            "",
            reference,
        ],
        [
            "2026-11-12 12.00",
            who,
            how,
            title,
            "Remissvar om hela planen, 2 bilagor",
            "",
            other.response.reference,
        ],
    ]


def test_nobody_is_named_that_is_not_to_be(signed_in, registrar, consultation):
    def sent(**who):
        return make_submission(consultation=consultation, **who).response

    sent(kind="private_person", organisation="", contact_name="Kim Hemlig")
    sent(organisation="Dold förening", hide_name=True)
    aside = sent(organisation="Ett elakt skämt")
    Response.objects.filter(pk=aside.pk).update(set_aside="suspect")
    withdrawn = sent(organisation="Sundspans kulturkrets")
    answering.withdraw(response=withdrawn, at=NOON)

    assert senders(signed_in(registrar)) == [
        "Privatperson",
        "Förening som inte visas med namn",
        "Förening",
        "Sundspans kulturkrets",
    ]


def test_a_wish_to_be_without_a_name_holds_for_the_earlier_versions(
    signed_in, registrar, consultation
):
    draft = make_draft(consultation=consultation, texts={area_key("city-life"): {"how": "Så."}})
    send_in(draft=draft)
    who = draft.parts.get(key="who")
    save(draft=draft, key="who", **who.content | {"hide_name": True})
    send_in(draft=draft)

    assert set(senders(signed_in(registrar))) == {"Förening som inte visas med namn"}


def test_what_is_masked_of_a_name_is_masked_in_every_version_and_in_a_corrected_name(
    signed_in, registrar, consultation, city
):
    texts = {area_key("city-life"): {"how": "Så."}}
    draft = make_draft(consultation=consultation, organisation="Kim Hemligs vänner", texts=texts)
    send_in(draft=draft)
    second = send_in(draft=draft)
    client = signed_in(registrar)
    assert senders(client) == ["Kim Hemligs vänner"] * 2

    act = {"reason": "personal", "note": "", "at": NOON, "by": city}
    masking.mask(submission=second, places=[(Spot("organisation"), 0, 11)], **act)
    assert senders(client) == ["[borttaget] vänner"] * 2

    def correct(name, seen):
        response, act = Response.objects.get(), {"reason": "Fel", "at": NOON, "by": city}
        naming.correct(response=response, name=name, seen=seen, **act)
        return senders(client)

    assert correct("Kim Hemligs Vänner", "Kim Hemligs vänner") == ["[borttaget] Vänner"] * 2
    # The words that are masked are not in it: nobody has said what may be read.
    assert correct("Kim Hemlig & vänner", "Kim Hemligs Vänner") == ["[borttaget]"] * 2


def test_days_are_those_of_malmo_and_both_ends_belong(signed_in, registrar, consultation):
    for moment in ("2026-11-04 22:59", "2026-11-04 23:00", "2026-11-06 22:59", "2026-11-06 23:00"):
        at = NOON.fromisoformat(f"{moment}+00:00")
        make_submission(consultation=consultation, organisation=moment, at=at)
    client = signed_in(registrar)

    found = senders(client, first="2026-11-05", last="2026-11-06")

    assert found == ["2026-11-04 23:00", "2026-11-06 22:59"]
    assert senders(client) == ["2026-11-06 22:59", "2026-11-06 23:00"][-2:]


def test_without_days_it_is_today_and_the_six_before(signed_in, registrar, consultation):
    page = signed_in(registrar).get(URL)

    assert [page.context["form"][name].value() for name in ("first", "last")] == [
        "2026-11-06",
        "2026-11-12",
    ]
    assert "Inget kom in de dagarna." in page.text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2026-11-12", "2026-11-11", "Välj samma dag som den första, eller en senare."),
        ("2024-11-12", "2026-11-12", "Välj högst ett år åt gången."),
        ("", "2026-11-12", "Skriv ett datum."),
        ("0001-01-01", "0001-01-02", "Kontrollera årtalet."),
        ("9999-12-31", "9999-12-31", "Kontrollera årtalet."),
        ("i går", "\0", "Skriv datumet som år, månad och dag"),
    ],
)
def test_days_that_cannot_be_are_told(
    signed_in, registrar, consultation, method, first, last, says
):
    page = getattr(signed_in(registrar), method)(URL, {"first": first, "last": last})

    assert page.status_code == 200
    assert says in page.text
    assert page.context["shown"] is None


def taken(client, form, **period):
    period = period or {"first": "2026-11-06", "last": "2026-11-12"}
    response = client.post(URL, period | {"form": form})
    assert response["Content-Disposition"] == (
        f'attachment; filename="postlista-2026-11-06-2026-11-12.{form}"'
    )
    return b"".join(response.streaming_content)


def test_the_csv_has_the_rows_of_the_page_and_no_formulas(signed_in, registrar, consultation):
    make_submission(consultation=consultation, organisation="=HYPERLINK(1)")
    make_submission(consultation=consultation, organisation="Ўрта 仲間 مرحبا \U0001f600")
    client = signed_in(registrar)
    rows = cells(client)

    body = taken(client, "csv").decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(body), delimiter=";")) == [
        postlist.HEADER,
        [*rows[0][:1], "'=HYPERLINK(1)", *rows[0][2:]],
        rows[1],
    ]


def test_the_pdf_is_valid_and_says_the_same(signed_in, registrar, consultation):
    make_submission(consultation=consultation, organisation='#read("x") *stark* <b>')
    make_submission(consultation=consultation, organisation="مرحبا 仲間 \U0001f600")
    for _number in range(30):
        make_submission(consultation=consultation, organisation="En förening " * 10)

    body = taken(signed_in(registrar), "pdf")

    text = " ".join(text_of(body).split())
    assert faults(body) == []
    assert len(pypdf.PdfReader(io.BytesIO(body)).pages) > 1
    assert text.count("Inkom Avsändare Kanal Ärende Handling") > 1  # again on each page
    assert "fredag 6 november 2026 till och med torsdag 12 november 2026" in text
    assert '#read("x") *stark* <b>' in text
    assert "U+4EF2" in text
    assert "U+1F600" in text
    assert "Tecken som inte finns i den här filens typsnitt" in text


def test_an_empty_pdf_says_that_nothing_came(signed_in, registrar, consultation):
    body = taken(signed_in(registrar), "pdf")

    assert "Inget kom in." in text_of(body)
    assert faults(body) == []


def test_two_thousand_rows_are_not_too_much(consultation, submission, registrar):
    copies(submission, postlist.MOST_IN_PDF - 1)
    found = postlist.received_between(NOON.date(), NOON.date(), viewer=registrar)

    body = postlist.pdf(found, first=NOON.date(), last=NOON.date(), at=NOON)

    assert found.count() == postlist.MOST_IN_PDF
    assert body.startswith(b"%PDF")


def test_a_pdf_that_is_too_long_or_not_made_is_told(signed_in, registrar, submission, monkeypatch):
    period = {"first": "2026-11-06", "last": "2026-11-12", "form": "pdf"}
    client = signed_in(registrar)
    monkeypatch.setattr(typesetting, "SECONDS", 0)
    assert "Det gick inte att göra pdf-filen just nu." in client.post(URL, period).text
    monkeypatch.setattr(postlist, "MOST_IN_PDF", 0)
    assert "Listan har 1 handlingar." in client.post(URL, period).text

    assert Event.objects.filter(verb=Verb.EXPORTED).count() == 0


def test_each_file_is_logged(signed_in, city, submission):
    taken(signed_in(city), "csv")

    [event] = Event.objects.filter(verb=Verb.EXPORTED)
    assert (event.actor, event.note) == (
        city,
        "postlista 2026-11-06 till 2026-11-12 som csv, antal handlingar: 1",
    )


def test_names_are_shown_as_text(signed_in, registrar, consultation):
    make_submission(consultation=consultation, organisation=PAYLOAD)

    page = signed_in(registrar).get(URL, {"first": '"><script>alert(1)</script>', "last": PAYLOAD})
    assert "<script>alert" not in page.text
    page = signed_in(registrar).get(URL)
    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text


@pytest.mark.parametrize("number", [1, 120])
def test_the_list_costs_the_same_however_long(
    signed_in, registrar, submission, django_assert_num_queries, number
):
    copies(submission, number)
    client = signed_in(registrar)

    with django_assert_num_queries(9):
        client.get(URL, {"first": "2026-11-12", "last": "2026-11-12"})


def test_the_page_says_what_it_does_with_what_is_secret_to_whoever_reads_it(
    signed_in, registrar, city, civil, submission
):
    secrecy.mark(response=submission.response, provision="OSL 21:3", reason="Hot", at=NOON, by=city)
    kept, left_out = "står bara att det kom", "är sekretessmarkerat och visas inte här"

    for user, said in ((registrar, (True, False)), (city, (True, False)), (civil, (False, True))):
        page = signed_in(user).get(reverse("admin:post_list")).content.decode()
        assert (kept in page, left_out in page) == said, user
