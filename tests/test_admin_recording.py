"""Registrera svar: an answer that came another way, typed in by staff."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remiss import uploads
from remiss.models import Event, Letter, Response, Submission, Verb
from remiss.questionnaire import writing
from remiss.text import MAX_LENGTH
from tests import samples
from tests.factories import NOON, area_key, plan_of

URL = "/samordning/svar/registrera/"


def filled_in(**changes):
    return {
        "channel": "meeting",
        "received_on": "2026-11-10",
        "received_time": "",
        "kind": "association",
        "organisation": "Sundspans kulturkrets",
        "contact_name": "",
        "email": "",
        "once": "0123456789abcdef",
        "p3-how": "Öppna aulorna.",
        "p5-stance": "supports",
    } | changes


@pytest.fixture
def client_of_city(signed_in, city, consultation, noon):
    return signed_in(city)


def test_the_form_asks_for_every_area_and_question(client_of_city, consultation):
    page = client_of_city.get(URL).content.decode()

    assert page.count("<textarea") == 4 * 3 + 3 + 1  # and who else stands behind it
    assert page.count("Ställningstagande</label>") == 5
    for area in consultation.versions.first().areas.all():
        assert area.heading in page
    assert 'value="portal"' not in page


def test_a_registered_answer_is_a_submission_like_the_others(client_of_city, city):
    sent = client_of_city.post(URL, filled_in())

    submission = Submission.objects.select_related("response").get()
    assert sent.url == reverse("admin:remiss_response_change", args=[submission.response_id])
    assert submission.response.channel == "meeting"
    assert submission.organisation == "Sundspans kulturkrets"
    assert submission.received_at == datetime(2026, 11, 10, 11, 0, tzinfo=UTC)  # 12.00 in Malmö
    assert not submission.is_late
    answers = submission.answers.values_list("area__key", "question__key", "text")
    assert list(answers) == [("city-life", "how", "Öppna aulorna.")]
    assert list(submission.stances.values_list("area", "value")) == [(None, "supports")]
    recorded = Event.objects.get(verb=Verb.RECORDED)
    assert (recorded.actor, recorded.response) == (city, submission.response)


def test_a_private_person_s_name_is_contact_and_not_record(client_of_city):
    client_of_city.post(
        URL, filled_in(kind="private_person", organisation="Kim Hemlig", contact_name="Kim Hemlig")
    )

    submission = Submission.objects.get()
    assert submission.organisation == ""
    assert "Hemlig" not in submission.canonical + submission.search_text
    assert submission.response.contact.name == "Kim Hemlig"


def test_late_is_marked_and_never_refused(client_of_city, at):
    at(NOON + timedelta(days=40))
    page = client_of_city.post(URL, filled_in(received_on="2026-12-01"), follow=True)

    assert Submission.objects.get().is_late
    assert "inkommet efter svarstiden" in page.content.decode()


def test_the_last_day_itself_is_in_time(client_of_city, at):
    at(NOON + timedelta(days=40))
    client_of_city.post(URL, filled_in(received_on="2026-11-30", received_time="23.59"))

    assert not Submission.objects.get().is_late


def test_what_came_this_morning_is_not_dated_at_noon(client_of_city, at):
    morning = at(NOON - timedelta(hours=3))
    client_of_city.post(URL, filled_in(received_on="2026-11-12"))

    assert Submission.objects.get().received_at == morning


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"channel": ""}, "channel", "Välj hur svaret kom."),
        ({"channel": "portal"}, "channel", "Välj hur svaret kom."),
        ({"received_on": ""}, "received_on", "Skriv ett datum."),
        ({"received_on": "12 nov"}, "received_on", "Skriv datumet som år, månad och dag"),
        ({"received_on": "2026-11-13"}, "received_on", "Dagen har inte varit än."),
        ({"received_on": "0001-01-01"}, "received_on", "Kontrollera årtalet."),
        ({"received_time": "25.00"}, "received_time", "Skriv klockslaget som 14.30."),
        (
            {"received_on": "2026-11-12", "received_time": "12.01"},
            "received_time",
            "Klockan är inte så mycket än.",
        ),
        ({"kind": ""}, "kind", "Välj vem som svarar."),
        ({"organisation": " \u200b"}, "organisation", "Skriv organisationens namn."),
        ({"organisation": "x" * 201}, "organisation", "Namnet kan ha högst 200 tecken."),
        ({"email": "kim@"}, "email", "Skriv hela e-postadressen, till exempel namn@forening.se."),
        ({"send_receipt": "on"}, "email", "Skriv adressen som kvittot ska till."),
        ({"p3-stance": "x"}, "p3-stance", "Välj ett av ställningstagandena i listan."),
        ({"p3-how": "å" * (MAX_LENGTH + 1)}, "p3-how", "Område 3, ”Hur kan samverkan ske?”"),
        ({"p3-how": "", "p5-stance": ""}, "__all__", "Skriv minst en text"),
    ],
)
def test_what_is_wrong_is_said_and_the_text_comes_back(client_of_city, changes, field, message):
    page = client_of_city.post(
        URL, filled_in(**{"p1-how": "Behåll mig"} if field != "__all__" else {}, **changes)
    )

    errors = page.context["form"].errors
    assert list(errors) == [field]
    assert message in errors[field][0]
    assert page.status_code == 200
    assert Response.objects.count() == 0
    if field != "__all__":
        assert "Behåll mig" in page.content.decode()


def test_an_hour_that_the_clocks_skip_is_refused(client_of_city, consultation, at):
    consultation.opens_on, consultation.last_day = NOON.date(), NOON.date() + timedelta(days=400)
    consultation.save()
    at(NOON + timedelta(days=200))

    page = client_of_city.post(URL, filled_in(received_on="2027-03-28", received_time="02.30"))

    assert list(page.context["form"].errors) == ["received_time"]


def test_pressing_twice_makes_one_answer(client_of_city):
    first, second = (client_of_city.post(URL, filled_in()) for _ in range(2))

    assert first.url == second.url
    assert Submission.objects.count() == 1


def test_a_forged_once_is_replaced(client_of_city):
    client_of_city.post(URL, filled_in(once=""))
    page = client_of_city.post(URL, filled_in(once="' OR 1=1" * 20))

    assert Submission.objects.count() == 1
    assert "once" in page.context["form"].errors


def test_a_receipt_goes_only_where_it_is_asked_for(client_of_city):
    client_of_city.post(URL, filled_in(email="info@sundspan.example"))
    assert Letter.objects.filter(kind="receipt").count() == 0

    client_of_city.post(
        URL, filled_in(email="info@sundspan.example", send_receipt="on", once="another-one-1")
    )
    client_of_city.post(
        URL, filled_in(email="info@sundspan.example", send_receipt="on", once="anotherone1")
    )
    receipt = Letter.objects.get(kind="receipt")
    assert receipt.address == "info@sundspan.example"


def test_texts_are_cleaned_as_on_the_public_forms(client_of_city):
    client_of_city.post(
        URL, filled_in(**{"p3-how": "Rad\r\nett\x0b\u200bA\u030a\x00", "organisation": "Å\u202ek"})
    )

    submission = Submission.objects.get()
    assert submission.answers.get().text == "Rad\nett\nÅ"
    assert submission.organisation == "Åk"


def test_only_those_who_may_register_answers(
    signed_in, registrar, reader, administrator, consultation, noon
):
    for user in (registrar, reader, administrator):
        client = signed_in(user)
        assert client.get(URL).status_code == 403
        assert client.post(URL, filled_in()).status_code == 403
    assert Response.objects.count() == 0


def test_both_sides_may(signed_in, civil, consultation, noon):
    assert signed_in(civil).post(URL, filled_in()).status_code == 302


def test_before_the_remiss_opens_there_is_nothing_to_register(client_of_city, at):
    at(NOON - timedelta(days=60))

    assert "inte öppnat än" in client_of_city.get(URL).content.decode()
    assert "inte öppnat än" in client_of_city.post(URL, filled_in()).content.decode()
    assert Response.objects.count() == 0


def test_another_remiss_can_be_chosen_and_a_strange_one_is_404(client_of_city, consultation):
    assert client_of_city.get(URL, {"remiss": consultation.slug}).status_code == 200
    assert client_of_city.get(URL, {"remiss": "finns-inte\0"}).status_code == 404


def test_a_stale_token_gives_the_form_back_with_its_text(city, consultation, noon):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(URL, filled_in(csrfmiddlewaretoken="x"))

    assert page.status_code == 403
    assert "Sidan har varit öppen länge" in page.content.decode()
    assert "Öppna aulorna." in page.content.decode()
    assert Response.objects.count() == 0


def test_a_lost_session_gives_the_text_back(client, consultation, noon):
    page = client.post(URL, filled_in())

    assert page.status_code == 403
    assert "Öppna aulorna." in page.content.decode()


# A filled-in Word file


def fill(client, body, name="svar.docx", **typed):
    file = SimpleUploadedFile(name, body, content_type="application/octet-stream")
    return client.post(URL, filled_in(**typed) | {"action": "fill", "file": file})


def word_file(consultation, contents, loose=""):
    content = writing.questionnaire(
        plan_of(consultation), key="ZZZZ-ZZZZ", contents=contents, at=NOON
    )
    document = docx.Document(BytesIO(content))
    document.add_paragraph(loose)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_word_file_fills_the_form_and_registers_nothing(client_of_city, consultation):
    body = word_file(
        consultation,
        {
            area_key("city-life"): {"how": "Ur filen", "stance": "opposes"},
            "rest": {"missing": "Unga"},
        },
        loose="Hälsningar från styrelsen",
    )

    page = fill(client_of_city, body).text

    assert "Texten ur filen står i rutorna" in page
    assert ">\nÖppna aulorna.\n\nUr filen</textarea>" in page
    assert ">\nUnga</textarea>" in page
    assert '<option value="opposes" selected>' in page
    assert '<option value="supports" selected>' in page  # chosen by hand, and not in the file
    assert "Hälsningar från styrelsen</textarea>" in page
    assert 'value="Sundspans kulturkrets"' in page
    assert "Fel:" not in page
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (samples.excel, "svar.xlsx", "Den här kan läggas som bilaga."),
        (samples.macro_document, "svar.docx", "Filen innehåller makron."),
        (lambda: b"\0" * (10 * 2**20 + 1), "svar.docx", "Filen får vara högst 10 MB."),
    ],
)
def test_a_file_that_is_refused_leaves_what_is_typed(client_of_city, body, name, says):
    page = fill(client_of_city, body(), name).text

    assert says in page
    assert "Öppna aulorna.</textarea>" in page
    assert 'value="Sundspans kulturkrets"' in page


# What came as a file


def fill_from(client, name, body, **typed):
    file = SimpleUploadedFile(name, body)
    return client.post(URL, {"action": "fill", "file": file, "once": "x"} | typed)


def test_the_text_of_a_pdf_stands_beside_the_form_and_nothing_is_registered(client_of_city):
    page = fill_from(
        client_of_city, "Svar.pdf", samples.pdf(text="Hela svaret"), **{"p1-how": "Mitt"}
    )

    assert page.status_code == 200
    assert page.context["returned"] == ["Hela svaret"]
    assert "Texten ur filen står bredvid rutorna" in page.text
    assert 'rows="30" dir="auto" readonly>\nHela svaret</textarea>' in page.text
    assert page.context["form"]["p1-how"].value() == "Mitt"
    assert Submission.objects.count() == 0
    assert list(uploads.stored()) == []


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        (
            "Skannat.pdf",
            samples.scanned_pdf(),
            "Pdf-filen har ingen text som går att läsa. Skriv av den, eller be om en annan fil.",
        ),
        (
            "Hemlig.pdf",
            samples.encrypted_pdf(user="hemlig"),
            "Filen är skyddad med lösenord. Ta bort skyddet och försök igen.",
        ),
        ("Tom.pdf", b"", "Filen är tom."),
    ],
)
def test_a_pdf_that_cannot_be_read_is_told_and_what_was_typed_stays(
    client_of_city, name, body, message
):
    page = fill_from(client_of_city, name, body, **{"p1-how": "Mitt"})

    assert page.context["word_form"].errors == {"file": [message]}
    assert page.context["form"]["p1-how"].value() == "Mitt"


def test_any_word_file_is_shown_in_full_beside_the_form(client_of_city):
    page = fill_from(client_of_city, "Brev.docx", samples.word())

    assert page.context["returned"] != []
    assert page.context["word_form"].errors == {}
    assert Submission.objects.count() == 0
