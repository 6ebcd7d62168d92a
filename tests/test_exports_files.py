"""Rows as files: separators, formulas, the limits of a cell and the names of sheets."""

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from remiss.exports import files
from remiss.exports.sheets import Column, Sheet
from remiss.text import clean

MADE_AT = datetime(2026, 11, 12, 11, 0, tzinfo=UTC)
FORMULAS = [
    "=1+1",
    "+46 40 34 10 00",
    "-1+1",
    "- en punkt i en lista",
    "@SUM(A1)",
    "\t=1+1",
    "\n=1+1",
    "|cmd",
    "%a",
    " =1+1",
    "\u00a0=1+1",
    "\u200d=1+1",
    "\u202e=1+1",
    "\u2060 =1+1",
    "'=1+1",
    "''=1+1",
    "＝1+1",
    '=HYPERLINK("http://example.org";"Läs mer")',
    '=cmd|"/C calc"!A0',
    '="a";=1+1',
]
NASTY = [
    *FORMULAS,
    "Malmö – ÅÄÖ åäö é ü",
    'Ett "citat"; och; semikolon',
    "rad ett\nrad två\n\n\trad fyra",
    "'hej'",
    "  mellanslag före och efter  ",
    "<r><t>inte kod</t></r>",
    "<r></t></is></c></r>",
    "<script>alert(1)</script> & &amp; ]]>",
    "_x0041_ och _x000B_",
    "http://example.org/",
    "mailto:a@example.org",
    "0701234567",
    "1,5",
    "3-12",
    "TRUE",
    "#REF!",
    "👩‍👩‍👧 🇸🇪 𝕏 नमस्ते",
    "مرحبا بكم في مالمو",
    "\u2066isolerad\u2069 \u202eomvänd\u202c",
    "日本語のテキスト",
    "·\tpunkt\no\tring",
]
FORBIDDEN = [chr(code) for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF, 0x1FFFE)]


def csv_of(rows, header=("Text",)):
    target = io.BytesIO()
    files.write_csv(target, list(header), rows)
    return target.getvalue()


def read_csv(content):
    """As docs/digest.md says: one leading apostrophe is taken away."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [[cell.removeprefix("'") for cell in row] for row in rows]


def xlsx_of(texts, *, column="Svar", name="Blad"):
    target = io.BytesIO()
    files.write_xlsx(
        target,
        [Sheet(name, [Column("Nr"), Column(column), Column("Efter")])],
        ((0, [number, text, "efter"]) for number, text in enumerate(texts, 1)),
        long_texts=((0, 1, text) for text in texts if len(text) > files.ALWAYS_FITS),
        about=[("Antal", len(texts))],
        made_at=MADE_AT,
    )
    return target.getvalue()


def read_xlsx(content, sheet=0):
    book = load_workbook(io.BytesIO(content))
    return [list(row) for row in book.worksheets[sheet].iter_rows(values_only=True)]


def unescaped(cell):
    """openpyxl leaves Excel's escape of an underscore as it is."""
    return cell.replace("_x005F_", "_") if isinstance(cell, str) else cell


def converted(content, name, tmp_path, *extra):
    """The file as LibreOffice reads it: flat XML."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice (soffice) is not installed: apt-get install libreoffice-calc")
    source = tmp_path / name
    source.write_bytes(content)
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            *extra,
            "--convert-to",
            "fods",
            "--outdir",
            str(tmp_path),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return source.with_suffix(".fods").read_text()


# CSV


def test_a_csv_begins_with_a_byte_order_mark_and_has_semicolons_and_crlf():
    content = csv_of([["Åsa", "ö"]], header=["Namn", "Ort"])
    assert content == "\ufeffNamn;Ort\r\nÅsa;ö\r\n".encode()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_csv_cell_begins_as_a_formula(text):
    cell = csv_of([[text]]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert cell.lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["Hej = hej", "a-b", "5 %", "ö@malmo.example", "", "(=1)"])
def test_an_ordinary_csv_cell_is_left_alone(text):
    assert files.harmless(text) == text


@pytest.mark.parametrize("text", NASTY)
def test_a_text_comes_back_equal_from_csv(text):
    assert read_csv(csv_of([[text, "efter"]])) == [["Text"], [text, "efter"]]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=60).map(clean), min_size=1, max_size=4))
def test_any_cleaned_texts_come_back_equal_from_csv(texts):
    assert read_csv(csv_of([texts]))[1] == texts


def test_libreoffice_finds_no_formula_in_a_csv(tmp_path):
    # Semicolon, double quote, UTF-8, from row 1; and told to evaluate formulas, unlike by default.
    reading = "--infilter=CSV:59,34,76,1,,0,false,true,false,false,false,1,true"
    guarded = converted(
        csv_of([[text, "efter"] for text in NASTY]), "guarded.csv", tmp_path, reading
    )
    assert guarded.count("table:formula=") == 0
    assert "Malmö – ÅÄÖ åäö é ü" in guarded
    bare = converted("=1+1;efter\r\n".encode("utf-8-sig"), "bare.csv", tmp_path, reading)
    assert bare.count("table:formula=") == 1


# XLSX


@pytest.mark.parametrize("text", NASTY)
def test_a_text_comes_back_equal_from_xlsx(text):
    assert unescaped(read_xlsx(xlsx_of([text]))[1][1]) == text


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60).map(clean))
def test_any_cleaned_text_comes_back_equal_from_xlsx(text):
    found = read_xlsx(xlsx_of([text]))[1][1]
    assert unescaped(found or "") == text.replace("_x005F_", "_")


def test_every_xlsx_cell_is_text_and_none_a_formula_or_a_link():
    with zipfile.ZipFile(io.BytesIO(xlsx_of(NASTY))) as parts:
        names = parts.namelist()
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count('t="inlineStr"') == 3 + 2 * len(NASTY)
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert not any("rels" in name and "sheet" in name for name in names)


def test_libreoffice_finds_no_formula_and_equal_text_in_an_xlsx(tmp_path):
    flat = converted(xlsx_of(NASTY), "svar.xlsx", tmp_path)
    assert flat.count("table:formula=") == 0
    assert "xlink:href" not in flat.split("<office:body>")[1]
    for text in ("Malmö – ÅÄÖ åäö é ü", "_x0041_ och _x000B_", "&lt;r&gt;&lt;t&gt;inte kod"):
        assert text in flat


def test_the_header_is_frozen_and_can_be_filtered():
    page = load_workbook(io.BytesIO(xlsx_of(["a", "b"]))).worksheets[0]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:C3"
    assert page["B1"].font.bold
    assert page["B2"].alignment.wrap_text


def test_the_last_sheet_says_what_the_file_is_about():
    assert read_xlsx(xlsx_of(["a"]), sheet=-1) == [["Uppgift", "Värde"], ["Antal", 1]]


def test_a_note_stands_above_the_header():
    target = io.BytesIO()
    sheet = Sheet("Svar", [Column("A")], note="Spara den bara där.", kept=1)
    files.write_xlsx(target, [sheet], [(0, ["x"])], long_texts=[], about=[], made_at=MADE_AT)
    assert read_xlsx(target.getvalue()) == [["Spara den bara där."], ["A"], ["x"]]


LIMIT = files.CELL_LIMIT


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * LIMIT, [LIMIT]),
        ("a" * (LIMIT + 1), [LIMIT, 1]),
        ("å" * (LIMIT * 2), [LIMIT, LIMIT]),
        ("a" * 100_000, [LIMIT, LIMIT, LIMIT, 1_699]),
        # An emoji is two of Excel's units, and never cut in half.
        ("😀" * 16_383, [16_383]),
        ("😀" * 16_384, [16_383, 1]),
        ("a" + "😀" * 16_383, [16_384]),
        ("a" + "😀" * 16_384, [16_384, 1]),
        ("a" * (LIMIT - 1) + "😀", [LIMIT - 1, 1]),
        ("a" * (LIMIT - 2) + "😀", [LIMIT - 1]),
    ],
)
def test_a_text_too_long_for_a_cell_goes_on_in_the_next_columns(text, lengths):
    header, row = read_xlsx(xlsx_of([text], column="Hur?"))
    more = [f"Hur? (forts. {part})" for part in range(2, len(lengths) + 1)]
    assert header == ["Nr", "Hur?", *more, "Efter"]
    pieces = row[1:-1]
    assert [len(piece) for piece in pieces] == lengths
    assert all(files.utf16_length(piece) <= LIMIT for piece in pieces)
    assert "".join(pieces) == text
    assert row[-1] == "efter"


def test_a_short_text_leaves_the_continuation_empty():
    rows = read_xlsx(xlsx_of(["kort", "a" * (LIMIT + 5)]))
    assert rows[1] == [1, "kort", None, "efter"]
    assert rows[2][2] == "aaaaa"


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=80), st.integers(min_value=2, max_value=30))
def test_pieces_are_never_too_long_and_give_the_text_back(text, limit):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "CELL_LIMIT", limit)
        text = clean(text)
        pieces = files.cell_texts(text)
        assert "".join(pieces) == text
        assert all(0 < files.utf16_length(piece) <= limit for piece in pieces)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("3 Stadsliv", "3 Stadsliv"),
        ("1 [Unga]:*?/\\", "1 Unga"),
        ("'2' \"Lokaler\"", "2 Lokaler"),
        ("[]", "Blad"),
        ("History", "History (2)"),
        ("4 Delaktighet\x00\ttrygghet", "4 Delaktighettrygghet"),
        ("5 " + "a" * 40, "5 " + "a" * 29),
        ("6 " + "😀" * 20, "6 " + "😀" * 14),
    ],
)
def test_sheet_names_are_what_excel_accepts(wanted, name):
    assert files.sheet_name(wanted, set()) == name


def test_sheet_names_differ_also_when_headings_do_not():
    taken = set()
    names = [files.sheet_name(name, taken) for name in ["1 Lokal", "1 LOKAL", "1 lokal", "x" * 40]]
    names.append(files.sheet_name("x" * 50, taken))
    assert names == ["1 Lokal", "1 LOKAL (2)", "1 lokal (3)", "x" * 31, "x" * 27 + " (2)"]


def test_libreoffice_opens_sheets_with_difficult_names(tmp_path):
    flat = converted(xlsx_of(["a"], name='1 [Å]:*?/\\\' "x"'), "namn.xlsx", tmp_path)
    assert 'table:name="1 Å x"' in flat


# JSON and all three


def json_of(items):
    target = io.BytesIO()
    files.write_json(target, {"format": 1}, items)
    return target.getvalue()


def test_json_is_lossless_and_guards_nothing():
    items = [{"text": text} for text in NASTY]
    assert json.loads(json_of(items)) == {"export": {"format": 1}, "responses": items}


def test_json_without_answers_is_still_json():
    assert json.loads(json_of([]))["responses"] == []


@pytest.mark.parametrize("character", FORBIDDEN, ids=lambda mark: f"U+{ord(mark):04X}")
def test_a_character_no_file_can_hold_does_not_spoil_one(character):
    text = f"före{character}efter"
    assert read_csv(csv_of([[text]]))[1] == [clean(text)]
    assert read_xlsx(xlsx_of([text]))[1][1] == clean(text)
    assert json.loads(json_of([{"text": text}]))["responses"][0]["text"] == text
