"""Who stands behind an answer, its decision and its files, in every export and in the record."""

import csv
import hashlib
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from remiss.exports import files, tables
from remiss.models import Submission
from remiss.models.response import canonical_json, digest
from tests.factories import WHO, add_file, make_draft, make_submission, save, send_in
from tests.test_exports_files import unescaped

NUMBER = "802002-4280"
BOTH = f"Kulturhuset Kajutan, {NUMBER}\nMalmö Körforum"
PRELIMINARY = {
    "decided_by": "expected",
    "expected_on": "2026-12-06",
    "own_registry_number": "KN-2026-41",
    "copy_email": "registrator@kultur.example",
}
DECIDED = {
    "decided_by": "board",
    "decided_on": "2026-11-10",
    "paragraph": "§ 114",
    "own_registry_number": "KN-2026-41",
}


@pytest.fixture
def export(signed_in, noon):
    """export(user, form) → the bytes of the file."""

    def post(user, form, **fields):
        address = reverse("admin:export")
        reply = signed_in(user).post(address, {"form": form, "scope": "all", **fields})
        return b"".join(reply.streaming_content) if reply.streaming else reply.content

    return post


def csv_rows(content):
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


def xlsx_rows(content):
    header, *rows = load_workbook(io.BytesIO(content))["Svar"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def cell_texts(content):
    sheets = load_workbook(io.BytesIO(content)).worksheets
    return str([list(sheet.iter_rows(values_only=True)) for sheet in sheets])


def behind(row):
    return {label: row[label] for label in tables.labels(tables.BEHIND) if row[label]}


@pytest.fixture
def union(consultation):
    """A joint answer of an umbrella organisation, with two files."""
    draft = make_draft(
        consultation=consultation,
        kind="umbrella_organisation",
        organisation="Föreningarnas hus",
        texts={"area:city-life": {"how": "Öppna aulorna."}},
    )
    who = draft.parts.get(key=WHO).content
    save(draft=draft, key=WHO, **who | {"organisation_number": NUMBER})
    save(
        draft=draft,
        key="behind",
        prepared=["board", "survey"],
        members=31,
        cosignatories=BOTH,
    )
    add_file(draft=draft, name="yttrande.pdf")
    add_file(draft=draft, name="=reservation.pdf", kind="dissent", is_searchable=False)
    return send_in(draft=draft)


UNION = {
    "Organisationsnummer": NUMBER,
    "Antal medlemmar": "31",
    "Så togs svaret fram": "Styrelsen, En enkät till medlemmarna",
    "Står också bakom svaret": BOTH,
    "Bilagor": "yttrande.pdf (Yttrande)\n=reservation.pdf (Särskilt yttrande)",
}


def test_a_table_says_who_stands_behind_an_answer_and_names_its_files(union, city, export):
    (row,) = csv_rows(export(city, "csv"))
    (cells,) = xlsx_rows(export(city, "xlsx"))

    assert behind(row) == UNION
    assert behind(cells) == UNION | {"Antal medlemmar": 31}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            PRELIMINARY,
            {
                "Preliminärt": "Ja",
                "Vem som har beslutat": "Beslut väntas, svaret är preliminärt",
                "Beslut väntas": "2026-12-06",
                "Eget diarienummer": "KN-2026-41",
            },
        ),
        (
            DECIDED,
            {
                "Vem som har beslutat": "Nämnden",
                "Beslutsdatum": "2026-11-10",
                "Paragraf": "§ 114",
                "Eget diarienummer": "KN-2026-41",
            },
        ),
    ],
)
def test_a_table_says_what_has_been_decided_and_what_has_not(
    consultation, city, export, said, expected
):
    make_submission(consultation=consultation, kind="board", behind=said)

    (row,) = csv_rows(export(city, "csv"))
    (cells,) = xlsx_rows(export(city, "xlsx"))

    assert behind(row) == expected
    assert behind(cells) == expected


def test_a_name_that_looks_like_a_formula_is_harmless_in_a_table(consultation, city, export):
    make_submission(
        consultation=consultation,
        behind={"cosignatories": '=HYPERLINK("http://example.org")\n+46 Kören'},
        files=["=1+1.pdf"],
    )

    (row,) = csv_rows(export(city, "csv"))
    book = load_workbook(io.BytesIO(export(city, "xlsx")))

    assert row["Står också bakom svaret"] == '\'=HYPERLINK("http://example.org")\n+46 Kören'
    assert row["Bilagor"] == "'=1+1.pdf (Yttrande)"
    assert {cell.data_type for line in book["Svar"] for cell in line} <= {"s", "inlineStr", "n"}


def test_three_hundred_names_go_on_in_a_column_of_their_own(consultation, city, export):
    names = "\n".join(f"{number:03} {'å' * 190}" for number in range(300))
    make_submission(consultation=consultation, behind={"cosignatories": names}, files=["a.pdf"])

    (cells,) = xlsx_rows(export(city, "xlsx"))

    label = "Står också bakom svaret"
    assert len(names) > files.CELL_LIMIT
    assert unescaped(cells[label] + cells[f"{label} (forts. 2)"]) == names
    assert cells["Bilagor"] == "a.pdf (Yttrande)"
    assert csv_rows(export(city, "csv"))[0][label] == names


def test_the_printable_page_shows_who_stands_behind_it_and_the_files(union, city, export):
    page = export(city, "print").decode()

    assert page.count("<h2>Vilka som står bakom svaret</h2>") == 1
    assert f'<dd class="text" dir="auto">{BOTH}</dd>' in page
    assert "<bdi>yttrande.pdf</bdi>" in page
    assert "Särskilt yttrande, 13\u00a0byte. Saknar sökbar text" in page


def test_the_json_has_the_record_with_its_files_and_an_own_last_day(consultation, city, export):
    submission = make_submission(
        consultation=consultation, kind="board", behind=PRELIMINARY, files=["yttrande.pdf"]
    )

    exported = json.loads(export(city, "json"))

    (response,) = exported["responses"]
    (version,) = response["submissions"]
    assert exported["export"]["format"] == 4
    assert response["own_last_day"] == "2026-12-06"
    assert "contact" not in response
    record = version["record"]
    assert record["format"] == 2
    assert record["preliminary"] is True
    assert record["backing"] == {
        "organisation_number": "",
        "members": None,
        "prepared": [],
        "decided_by": "expected",
        "decided_on": "",
        "decision_expected_on": "2026-12-06",
        "paragraph": "",
        "own_registry_number": "KN-2026-41",
    }
    assert record["cosignatories"] == []
    assert record["attachments"] == [
        {
            "name": "yttrande.pdf",
            "kind": "statement",
            "media_type": "application/pdf",
            "size": 13,
            "sha256": hashlib.sha256(b"%PDF-1.7 prov").hexdigest(),
        }
    ]
    assert digest(canonical_json(record)) == version["sha256"] == submission.sha256


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "print"])
def test_where_the_copy_went_is_contact_data(consultation, city, export, form):
    make_submission(consultation=consultation, kind="board", behind=PRELIMINARY)

    def texts(**fields):
        content = export(city, form, **fields)
        return cell_texts(content) if form == "xlsx" else content.decode()

    assert "registrator@kultur.example" not in texts()
    assert "registrator@kultur.example" in texts(with_contact="on", reason="Kallelse")


def test_names_and_files_cost_no_queries_of_their_own(consultation, city, signed_in, noon):
    client = signed_in(city)
    counts = []
    for _round in range(2):
        make_submission(
            consultation=consultation, behind={"cosignatories": BOTH}, files=["a.pdf", "b.pdf"]
        )
        for form in ("csv", "xlsx", "json", "print"):
            with CaptureQueriesContext(connection) as queries:
                reply = client.post(reverse("admin:export"), {"form": form, "scope": "all"})
                assert b"".join(reply) if reply.streaming else reply.content
            counts.append(len(queries))

    assert counts[:4] == counts[4:]


# The record


FORMAT_1 = (
    '{"answers":[{"area":"city-life","area_heading":"Stadsliv, allmänna platser och lokaler",'
    '"label":"Hur kan samverkan ske?","question":"how","text":"Öppna skolornas aulor.\\nOch '
    'köken."},{"area":null,"label":"Sammanfattning","question":"summary",'
    '"text":"Bra \\"plan\\"."}],'
    '"channel":"portal","consultation":"handlingsplan","format":1,"hide_name":false,'
    '"kind":"association","organisation":"Tegelbackens kultur- och idrottsförening",'
    '"plan_version":1,"received_at":"2026-11-12T11:00:00.000000+00:00","reference":"MA-4K7P",'
    '"stances":[{"area":"city-life","area_heading":"Stadsliv, allmänna platser och lokaler",'
    '"stance":"supports"}],"version":1}'
)
FORMAT_1_DIGEST = "2b3d70b37e000bd0d3311a8c1373bbb08e48fcee86b8a47f98cbf5f18196608e"


def test_a_receipt_from_before_names_and_files_still_verifies(submission, city, export):
    earlier = Submission.objects.get()
    earlier.pk, earlier.number, earlier.submit_key = None, 2, "from an earlier release"
    earlier.canonical, earlier.sha256 = FORMAT_1, FORMAT_1_DIGEST
    earlier.save()

    assert digest(FORMAT_1) == FORMAT_1_DIGEST
    (response,) = json.loads(export(city, "json"))["responses"]
    record = response["submissions"][1]["record"]
    assert canonical_json(record) == FORMAT_1
    assert digest(canonical_json(record)) == response["submissions"][1]["sha256"]
