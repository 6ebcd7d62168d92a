"""What leaves the portal: all that counts, the filtered, the chosen; and what never does."""

import csv
import io
import json
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from remiss.demo.answers import ANSWERS, WHOLE
from remiss.exports import files, tables
from remiss.models import Contact, Event, Response, Submission, Verb
from remiss.models.draft import REST
from remiss.models.response import canonical_json, digest
from remiss.text import clean
from remiss.workflow import answering, recording
from tests import factories
from tests.factories import NOON, area_key
from tests.test_exports_files import FORBIDDEN, NASTY, read_csv, unescaped

CITY_LIFE = area_key("city-life")
FORMATS = ["csv", "xlsx", "json", "print"]


@pytest.fixture
def export(signed_in, noon):
    """export(user, form="csv", …) → the reply to the export page's form."""

    replies = []

    def post(user, *, form="csv", scope="all", query="", **fields):
        address = reverse("admin:export") + (f"?{query}" if query else "")
        reply = signed_in(user).post(address, {"form": form, "scope": scope, **fields})
        replies.append(reply)
        return reply

    yield post
    for reply in replies:
        content(reply)  # the client closes a file when it has been read


def content(reply):
    return b"".join(reply.streaming_content) if reply.streaming else reply.content


def csv_rows(reply):
    text = io.StringIO(content(reply).decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


def book(reply):
    loaded = load_workbook(io.BytesIO(content(reply)))
    return {
        page.title: [list(row) for row in page.iter_rows(values_only=True)]
        for page in loaded.worksheets
    }


def records(reply):
    return json.loads(content(reply))["responses"]


def send(consultation, texts, **who):
    return factories.make_submission(consultation=consultation, texts=texts, **who)


# The rows


def test_a_csv_has_a_row_for_each_answer_and_question(consultation, city, export):
    submission = send(
        consultation,
        {
            CITY_LIFE: {"stance": "supports", "how": "Öppna aulorna.", "actors": "Kajutan"},
            area_key("participation"): {"stance": "abstains"},
            REST: {"other": "Bra plan."},
        },
    )
    recording.register(
        submission=submission,
        registry_number="STK-2026-663-1",
        registered_on=date(2026, 11, 12),
        at=NOON,
        by=city,
    )
    rows = csv_rows(export(city))
    shared = {
        "Referens": submission.response.reference,
        "Version": "1",
        "Organisation": "Tegelbackens kultur- och idrottsförening",
        "Vem": "Förening",
        "Kanal": "Webbplatsen",
        "Inkom": "2026-11-12 12.00",
        "Inkommen efter svarstiden": "",
        "Diarienummer": "STK-2026-663-1",
        "Visas utan namn": "",
        "Status": "Inskickat",
        **dict.fromkeys(tables.labels(tables.BEHIND), ""),
    }
    asked = [
        {
            "Område": "3. Stadsliv, allmänna platser och lokaler",
            "Ställningstagande": "Tillstyrker",
            "Fråga": "Hur kan samverkan ske?",
            "Svar": "Öppna aulorna.",
        },
        {
            "Område": "3. Stadsliv, allmänna platser och lokaler",
            "Ställningstagande": "Tillstyrker",
            "Fråga": "Vilka av stadens aktörer verkar inom området?",
            "Svar": "Kajutan",
        },
        {
            "Område": "4. Delaktighet, trygghet, demokrati",
            "Ställningstagande": "Avstår från att yttra sig",
            "Fråga": "",
            "Svar": "",
        },
        {
            "Område": "Hela planen",
            "Ställningstagande": "",
            "Fråga": "Övriga synpunkter på planen",
            "Svar": "Bra plan.",
        },
    ]
    assert rows == [shared | row for row in asked]
    assert list(rows[0])[8:12] == ["Område", "Ställningstagande", "Fråga", "Svar"]


def test_a_workbook_has_a_sheet_for_the_answers_and_one_for_each_area(consultation, city, export):
    first = send(consultation, {CITY_LIFE: {"stance": "opposes", "how": "Nej."}})
    later = NOON + timedelta(hours=1)
    send(consultation, {REST: {"stance": "supports", "missing": "Arbete."}}, at=later)
    sheets = book(export(city, form="xlsx"))
    assert list(sheets) == [
        "Svar",
        "1 Ungas",
        "2 Jämlik",
        "3 Stadsliv",
        "4 Delaktighet",
        "Om filen",
    ]
    header, row, other = sheets["Svar"]
    answer = dict(zip(header, row, strict=True))
    assert header[:3] == ["Referens", "Version", "Organisation"]
    assert answer["Referens"] == first.response.reference
    assert answer["Kontrollkod"] == first.digest_groups
    stance = "Ställningstagande: 3. Stadsliv, allmänna platser och lokaler"
    assert answer[stance] == "Avstyrker"
    assert answer["Ställningstagande: Hela planen"] is None
    other = dict(zip(header, other, strict=True))
    assert other["Ställningstagande: Hela planen"] == "Tillstyrker"
    assert other["Saknas något i planen?"] == "Arbete."
    assert sheets["3 Stadsliv"] == [
        [
            "Referens",
            "Version",
            "Organisation",
            "Område",
            "Ställningstagande",
            "Hur kan samverkan ske?",
            "Vilken samverkan finns redan?",
            "Vilka av stadens aktörer verkar inom området?",
        ],
        [
            first.response.reference,
            1,
            "Tegelbackens kultur- och idrottsförening",
            "3. Stadsliv, allmänna platser och lokaler",
            "Avstyrker",
            "Nej.",
            None,
            None,
        ],
    ]
    assert len(sheets["1 Ungas"]) == 1
    assert sheets["Om filen"][2:4] == [["Urval", "Alla svar."], ["Antal svar", 2]]


def test_a_long_text_goes_on_in_a_column_with_the_question_s_name(consultation, city, export):
    text = "å" * (files.CELL_LIMIT * 2 + 1)
    send(consultation, {CITY_LIFE: {"how": text}, REST: {"summary": text}})
    sheets = book(export(city, form="xlsx"))
    for name, question in (("3 Stadsliv", "Hur kan samverkan ske?"), ("Svar", "Sammanfattning")):
        header, row = sheets[name]
        first = header.index(question)
        assert header[first + 1 : first + 3] == [f"{question} (forts. 2)", f"{question} (forts. 3)"]
        assert "".join(row[first : first + 3]) == text


def test_answers_to_several_versions_of_the_plan_go_into_one_export(consultation, city, export):
    send(consultation, {CITY_LIFE: {"how": "Till den första."}})
    areas = [
        ("work", "arbete", "Arbete"),
        *factories.AREAS[:2],
        ("city-life", "stadsliv", "Stadens rum"),
    ]
    version = factories.make_version(consultation=consultation, number=2, areas=areas)
    version.questions.filter(key="exists").update(label="Vad finns redan?")
    send(consultation, {CITY_LIFE: {"how": "Till den andra.", "exists": "Ett"}})
    rows = csv_rows(export(city))
    assert [(row["Planversion"][-1], row["Område"], row["Svar"]) for row in rows] == [
        ("1", "3. Stadsliv, allmänna platser och lokaler", "Till den första."),
        ("2", "4. Stadens rum", "Till den andra."),
        ("2", "4. Stadens rum", "Ett"),
    ]
    sheets = book(export(city, form="xlsx"))
    assert list(sheets)[1:-1] == ["1 Arbete", "2 Ungas", "3 Jämlik", "4 Stadens", "4 Delaktighet"]
    header, *both = sheets["4 Stadens"]
    assert [row[header.index("Hur kan samverkan ske?")] for row in both] == [
        "Till den första.",
        "Till den andra.",
    ]
    assert [row[header.index("Vad finns redan?")] for row in both] == [None, "Ett"]
    assert "Vilken samverkan finns redan?" in header
    assert len(records(export(city, form="json"))) == 2
    assert "Till den andra." in content(export(city, form="print")).decode()


def test_the_digest_recomputed_from_the_json_equals_the_stored_one(consultation, city, export):
    draft = factories.make_draft(consultation=consultation, texts={CITY_LIFE: {"how": "Ett."}})
    factories.send_in(draft=draft)
    factories.save(draft=draft, key=CITY_LIFE, how="Två.")
    later = NOON + timedelta(hours=2)
    factories.send_in(draft=draft, at=later)
    for text in NASTY:
        send(consultation, {CITY_LIFE: {"how": clean(text)}})
    factories.make_recorded(consultation=consultation, by=city)
    found = records(export(city, form="json"))
    versions = [version for response in found for version in response["submissions"]]
    assert len(versions) == Submission.objects.count() == len(NASTY) + 3
    stored = dict(Submission.objects.values_list("sha256", "canonical"))
    for version in versions:
        canonical = canonical_json(version["record"])
        assert digest(canonical) == version["sha256"]
        assert canonical == stored[version["sha256"]]
    first, second = found[-1]["submissions"]
    assert (first["number"], second["number"]) == (1, 2)
    assert second["received_at"] == "2026-11-12T14:00:00+01:00"
    assert "contact" not in found[0]


# The same text back


def texts_by_place(submission):
    return {
        (answer.area.heading if answer.area else "Hela planen", answer.question.label): answer.text
        for answer in submission.answers.select_related("area", "question")
    }


def assert_equal_text_everywhere(export, user):
    """Each stored text stands at its place in CSV, XLSX and JSON."""
    stored = {
        response.reference: texts_by_place(response.latest)
        for response in Response.objects.current().select_related("latest")
    }
    places = sum(map(len, stored.values()))

    header, *rows = read_csv(content(export(user)))
    found = [dict(zip(header, row, strict=True)) for row in rows]
    answered = [row for row in found if row["Fråga"]]
    assert len(answered) == places
    for row in answered:
        heading = row["Område"].partition(". ")[2] or row["Område"]
        assert stored[row["Referens"]][heading, row["Fråga"]] == row["Svar"]

    sheets = book(export(user, form="xlsx"))
    seen = 0
    for name, (header, *rows) in sheets.items():
        for row in rows if name != "Om filen" else []:
            cells = dict(zip(header, row, strict=True))
            heading = cells["Område"].partition(". ")[2] if "Område" in cells else "Hela planen"
            for (place, label), text in stored[cells["Referens"]].items():
                if place == heading:
                    seen += 1
                    more = [cells.get(f"{label} (forts. {part})") for part in range(2, 9)]
                    assert unescaped("".join(filter(None, [cells[label], *more]))) == text
    assert seen == places

    for response in records(export(user, form="json")):
        record = response["submissions"][-1]["record"]
        assert stored[response["reference"]] == {
            (answer.get("area_heading", "Hela planen"), answer["label"]): answer["text"]
            for answer in record["answers"]
        }


def test_nasty_texts_come_back_equal_from_all_formats(consultation, city, export):
    for text in NASTY:
        send(
            consultation,
            {CITY_LIFE: {"how": clean(text), "actors": clean(text)}, REST: {"other": clean(text)}},
        )
    assert_equal_text_everywhere(export, city)


def test_every_forbidden_character_is_cleaned_away_before_it_can_spoil_a_file(
    consultation, city, export
):
    for mark in FORBIDDEN:
        send(consultation, {CITY_LIFE: {"how": clean(f"före{mark}efter")}})
    assert_equal_text_everywhere(export, city)
    assert content(export(city, form="print")).decode().count('dir="auto">före') == len(FORBIDDEN)


def test_the_example_answers_come_back_equal_from_all_formats(consultation, city, export):
    for number, example in enumerate(ANSWERS):
        contents = {area_key(key): dict(texts) for key, texts in example.areas.items()}
        contents[REST] = dict(example.whole)
        for key, stance in example.stances.items():
            part = REST if key == WHOLE else area_key(key)
            contents.setdefault(part, {})["stance"] = stance
        contents = {
            key: {name: clean(text) for name, text in content.items()}
            for key, content in contents.items()
            if content
        }
        at = NOON + timedelta(minutes=number)
        who = {
            "kind": example.kind,
            "organisation": example.organisation,
            "contact_name": example.contact_name,
            "hide_name": example.hide_name,
        }
        if example.channel == "portal":
            send(consultation, contents, email=example.email, at=at, **who)
        else:
            recording.record(
                consultation=consultation,
                plan=factories.plan_of(consultation),
                channel=example.channel,
                received_at=at,
                who=who,
                email=example.email,
                contents=contents,
                send_receipt=False,
                once=f"example-{number}",
                at=at,
                by=city,
            )
    assert Response.objects.current().count() == len(ANSWERS)
    assert_equal_text_everywhere(export, city)


# Which answers


def test_all_means_what_counts_and_says_what_is_left_out(consultation, city, export, signed_in):
    kept = send(consultation, None)
    test, gone = send(consultation, None), send(consultation, None)
    recording.set_aside(responses=[test.response], reason="test", note="", at=NOON, by=city)
    answering.withdraw(response=gone.response, at=NOON)
    note = "1 åsidosatt och 1 återtaget svar är inte med."
    assert note in signed_in(city).get(reverse("admin:export")).content.decode()
    assert {row["Referens"] for row in csv_rows(export(city))} == {kept.response.reference}
    assert book(export(city, form="xlsx"))["Om filen"][2] == ["Urval", f"Alla svar. {note}"]
    assert json.loads(content(export(city, form="json")))["export"]["left_out"] == note
    assert note in content(export(city, form="print")).decode()


def test_all_means_the_remiss_that_is_going_on(consultation, city, export):
    send(consultation, None)
    newer = factories.make_consultation(slug="nasta", opens_on=date(2026, 11, 1))
    now = send(newer, None)
    reply = export(city)
    assert {row["Referens"] for row in csv_rows(reply)} == {now.response.reference}
    assert 'filename="remissvar-nasta-2026-11-12.csv"' in reply["Content-Disposition"]


def test_the_chosen_may_be_set_aside_or_withdrawn_and_carry_their_status(
    consultation, city, export
):
    send(consultation, None)
    test, gone = send(consultation, None), send(consultation, None)
    recording.set_aside(responses=[test.response], reason="test", note="", at=NOON, by=city)
    answering.withdraw(response=gone.response, at=NOON)
    query = f"ids={test.response_id},{gone.response_id}"
    rows = csv_rows(export(city, scope="chosen", query=query))
    assert {row["Referens"]: row["Status"] for row in rows} == {
        test.response.reference: "Åsidosatt: test",
        gone.response.reference: "Återtaget",
    }


def test_the_filtered_are_those_the_list_shows(consultation, city, export, signed_in):
    send(consultation, {CITY_LIFE: {"how": "Nycklar till skolan."}}, kind="board")
    wanted = send(consultation, {CITY_LIFE: {"how": "Nycklar till parken."}})
    send(consultation, {CITY_LIFE: {"how": "Bänkar."}})
    query = "q=" + "q%3Dnycklar%26vem%3Dassociation%26p%3D1%26o%3D-2"
    listed = signed_in(city).get(
        reverse("admin:remiss_response_changelist"), {"q": "nycklar", "vem": "association"}
    )
    references = {response.reference for response in listed.context["cl"].queryset}
    rows = csv_rows(export(city, scope="filtered", query=query))
    assert {row["Referens"] for row in rows} == references == {wanted.response.reference}


def test_a_list_of_what_was_set_aside_is_exported_as_shown(consultation, city, export):
    send(consultation, None)
    spam = send(consultation, None)
    recording.set_aside(responses=[spam.response], reason="spam", note="", at=NOON, by=city)
    rows = csv_rows(export(city, scope="filtered", query="q=status%3Dset_aside"))
    assert {row["Referens"] for row in rows} == {spam.response.reference}


@pytest.mark.parametrize(
    "ids",
    [
        "999999",
        "9" * 25,
        "9" * 18,
        "9" * 5000,
        "0",
        "-1",
        "1.5",
        "²",
        "MA-23AB",
        "",
        ",,",
        "1,x",
        "\x00",
    ],
)
def test_chosen_answers_that_do_not_exist_give_a_message(consultation, city, export, ids):
    factories.make_draft(consultation=consultation)
    reply = export(city, scope="chosen", query=f"ids={ids}" if ids.isprintable() else "ids=%00")
    assert reply.status_code == 200
    assert "attachment" not in reply.get("Content-Disposition", "")
    assert "1 uppgift behöver rättas".replace("1", "En") in reply.content.decode()
    assert not Event.objects.filter(verb=Verb.EXPORTED).exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scope": ""}, "Välj vilka svar filen ska innehålla."),
        ({"scope": "drafts"}, "Välj vilka svar filen ska innehålla."),
        ({"scope": "filtered"}, "Välj vilka svar filen ska innehålla."),
        ({"form": "exe"}, "Välj ett format."),
        ({"with_contact": "on"}, "Skriv varför kontaktuppgifterna behövs."),
        ({"with_contact": "on", "reason": "\u200b "}, "Skriv varför kontaktuppgifterna behövs."),
        ({"with_contact": "on", "reason": "x" * 301}, "Skriv högst 300 tecken."),
    ],
)
def test_a_wrong_choice_gives_a_message_and_no_file(submission, city, export, fields, message):
    reply = export(city, **fields)
    assert reply.status_code == 200
    assert message in reply.content.decode()
    assert not Event.objects.filter(verb=Verb.EXPORTED).exists()


def test_with_no_answers_there_is_a_message_instead_of_an_empty_file(consultation, city, export):
    assert "Det finns inga svar att exportera." in export(city).content.decode()


def test_without_any_remiss_the_page_still_stands(city, export):
    assert "Det finns inga svar att exportera." in export(city).content.decode()


@pytest.mark.parametrize(
    "query", ["q=nonsense%3D1", "q=p%3Dx", "q=%26%26%3D", "q=o%3D99.99.x", "x=1"]
)
def test_an_address_that_filters_nothing_offers_no_filtered_answers(
    submission, city, signed_in, query
):
    reply = signed_in(city).get(reverse("admin:export") + f"?{query}")
    assert reply.status_code in {200, 400}


# The file


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("csv", "text/csv; charset=utf-8"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("json", "application/json"),
    ],
)
def test_a_file_is_an_attachment_that_nobody_keeps_or_guesses_about(
    submission, city, export, form, kind
):
    reply = export(city, form=form)
    name = f"remissvar-handlingsplan-2026-11-12.{form}"
    assert reply["Content-Disposition"] == f'attachment; filename="{name}"'
    assert reply["Content-Type"] == kind
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in reply["Cache-Control"]
    assert int(reply["Content-Length"]) == len(content(reply))


def test_the_printable_page_has_every_answer_in_full_on_a_page_of_its_own(
    consultation, city, export
):
    text = "Rad ett <b>\n" + "ord " * 3_000
    submission = send(consultation, {CITY_LIFE: {"stance": "supports", "how": text}})
    send(consultation, None, kind="private_person", organisation="", contact_name="Robin Hemlig")
    page = content(export(city, form="print")).decode()
    assert page.count('class="flow narrow newpage"') == 2
    assert "Rad ett &lt;b&gt;\n" + "ord " * 3_000 in page
    assert submission.response.reference in page
    assert "<h2>3. Stadsliv, allmänna platser och lokaler</h2>" in page
    assert "Privatperson" in page
    assert "Robin Hemlig" not in page
    assert "<style" not in page


# Session, user, groups and side; what there is to choose from; the plan; the answers; the log.
QUERIES = {"csv": 22, "xlsx": 24, "json": 19, "print": 22}


@pytest.mark.large
def test_an_export_takes_as_many_queries_for_300_answers_as_for_one(
    consultation, city, signed_in, noon
):
    client = signed_in(city)
    for number in (1, 30, 300):
        while Response.objects.count() < number:
            factories.make_recorded(consultation=consultation, by=city)
        counts = {}
        for form in FORMATS:
            fields = {"scope": "all", "form": form, "with_contact": "on", "reason": "prov"}
            with CaptureQueriesContext(connection) as queries:
                reply = client.post(reverse("admin:export"), fields)
                assert len(content(reply)) > 100
            counts[form] = len(queries)
        assert counts == QUERIES, number


# Who may, and what is logged


def test_who_may_export(
    submission, city, civil, registrar, reader, administrator, superuser, export, client
):
    replies = {
        user.username: export(user).status_code
        for user in (city, civil, registrar, reader, administrator, superuser)
    }
    assert replies == {
        "maria": 200,
        "ahmed": 200,
        "birgit": 200,
        "lena": 403,
        "admir": 403,
        "root": 200,
    }
    client.logout()
    address = reverse("admin:export")
    assert client.get(address).status_code == 302
    assert client.post(address).status_code in {302, 403}


def test_who_may_take_contact_details_along(submission, city, civil, registrar, superuser, export):
    for user, may in ((city, True), (civil, False), (registrar, True), (superuser, False)):
        for form in FORMATS:
            reply = content(export(user, form=form, with_contact="on", reason="Kallelse till möte"))
            text = str(book_text(reply)) if form == "xlsx" else reply.decode()
            assert ("sekreterare@tegelbacken.example" in text) is may, (user, form)
            assert ("Robin Exempel" in text) is may
            assert ("Filen innehåller 1 svar med namn och e-post." in text) is (
                may and form != "csv"
            )


def book_text(content):
    return [
        list(page.iter_rows(values_only=True))
        for page in load_workbook(io.BytesIO(content)).worksheets
    ]


def test_the_idéburna_side_may_when_the_parties_have_agreed(submission, civil, export, settings):
    settings.IDEBUREN_SEES_CONTACTS = True
    (row,) = csv_rows(export(civil, with_contact="on", reason="Kallelse"))
    assert (row["Kontaktperson"], row["E-post"]) == (
        "Robin Exempel",
        "sekreterare@tegelbacken.example",
    )


def test_the_page_warns_of_contact_details_and_hides_them_from_who_may_not(
    submission, city, civil, signed_in
):
    warning = (
        "Filen innehåller 1 svar med namn och e-post. "
        "Spara den bara där sådana uppgifter får finnas."
    )
    address = reverse("admin:export")
    assert warning in signed_in(city).get(address).content.decode()
    page = signed_in(civil).get(address).content.decode()
    assert "med namn och e-post" not in page
    assert 'name="with_contact"' not in page
    several = signed_in(city).get(f"{address}?ids={submission.response_id}").content.decode()
    assert "Filen innehåller de svar du väljer med namn och e-post." in several


def test_without_the_choice_no_file_has_contact_details(consultation, city, export):
    submission = send(
        consultation, None, kind="private_person", organisation="", contact_name="Robin Hemlig"
    )
    for form in FORMATS:
        reply = content(export(city, form=form, reason="glömde kryssa"))
        text = str(book_text(reply)) if form == "xlsx" else reply.decode()
        assert "Robin Hemlig" not in text
        assert "@tegelbacken" not in text
        assert submission.response.reference in text


def test_erased_contact_details_are_empty(submission, city, export):
    Contact.objects.all().delete()
    (row,) = csv_rows(export(city, with_contact="on", reason="prov"))
    assert (row["Kontaktperson"], row["E-post"], row["Kopia av kvittot till"]) == ("", "", "")
    assert records(export(city, form="json", with_contact="on", reason="prov"))[0]["contact"] == {
        "name": "",
        "email": "",
        "copy_email": "",
    }


@pytest.mark.parametrize("form", FORMATS)
def test_every_export_is_logged_with_who_how_many_and_why(submission, city, export, form):
    export(city, form=form)
    export(city, form=form, with_contact="on", reason="Kallelse till möte")
    said = "utskrift" if form == "print" else form
    notes = (
        Event.objects.filter(verb=Verb.EXPORTED)
        .order_by("pk")
        .values_list("actor__username", "consultation__slug", "note", "at")
    )
    assert list(notes) == [
        ("maria", "handlingsplan", f"1 svar som {said} (alla svar)", NOON),
        (
            "maria",
            "handlingsplan",
            f"1 svar som {said} (alla svar), med kontaktuppgifter: Kallelse till möte",
            NOON,
        ),
    ]


def test_an_export_of_several_remisser_is_logged_for_each(consultation, city, export):
    send(consultation, None)
    newer = factories.make_consultation(slug="nasta", opens_on=date(2026, 11, 1))
    send(newer, None), send(newer, None)
    ids = ",".join(str(pk) for pk in Response.objects.values_list("pk", flat=True))
    reply = export(city, scope="chosen", query=f"ids={ids}")
    assert 'filename="remissvar-2026-11-12.csv"' in reply["Content-Disposition"]
    logged = Event.objects.filter(verb=Verb.EXPORTED).values_list("consultation__slug", "note")
    assert sorted(logged) == [
        ("handlingsplan", "1 svar som csv (de du har valt)"),
        ("nasta", "2 svar som csv (de du har valt)"),
    ]


def test_an_export_that_fails_is_neither_sent_nor_logged(submission, city, export, monkeypatch):
    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(files, "write_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        export(city)
    assert not Event.objects.filter(verb=Verb.EXPORTED).exists()


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_a_draft_is_in_an_export(consultation, city, export, form):
    canary = "kanariefågel"
    texts = {
        key: {"stance": "opposes"} | dict.fromkeys(("how", "exists", "actors"), canary)
        for key in map(area_key, ("young-health", "equal-leisure", "city-life", "participation"))
    } | {REST: dict.fromkeys(("summary", "missing", "other"), canary)}
    factories.make_draft(
        consultation=consultation,
        organisation=canary,
        contact_name=canary,
        email="kanariefagel@bur.example",
        texts=texts,
    )
    # Also what was written in an answer that has been sent in, after it was.
    draft = factories.make_draft(consultation=consultation, texts={CITY_LIFE: {"how": "Sänt."}})
    factories.send_in(draft=draft)
    factories.save(draft=draft, key=CITY_LIFE, how=canary)
    reply = content(export(city, form=form, with_contact="on", reason="prov"))
    text = str(book_text(reply)) if form == "xlsx" else reply.decode()
    assert "Sänt." in text
    assert "kanarie" not in text


# One moment


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_export_sees_the_answers_of_one_moment():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets nobody write while an export reads")
    consultation = factories.make_consultation()
    factories.make_submission(consultation=consultation)

    def counts_around_a_new_answer():
        before = Response.objects.current().count()
        other = threading.Thread(target=send_in_elsewhere, args=(consultation,))
        other.start()
        other.join()
        return before, Response.objects.current().count()

    with tables.snapshot():
        assert counts_around_a_new_answer() == (1, 1)
    with transaction.atomic():
        assert counts_around_a_new_answer() == (2, 3)


def send_in_elsewhere(consultation):
    try:
        factories.make_submission(consultation=consultation)
    finally:
        connection.close()
