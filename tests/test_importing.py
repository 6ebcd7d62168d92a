"""Files with remissinstanser, as people save them: what becomes of each row, and what is added."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remiss.admin import importing as pages
from remiss.importing import columns, reading, verdicts, workbook
from remiss.importing.template import template
from remiss.models import Body, BodyAddress, Event, Kind
from remiss.workflow import importing
from tests import samples
from tests.factories import NOON, make_body
from tests.test_races import at_once

pytestmark = pytest.mark.django_db

NEW, EXISTS, DUPLICATE, ERROR = "new", "exists", "duplicate", "error"
HEAD = "Namn;Vem;E-post"


def csv(*lines, encoding="utf-8-sig", end="\r\n"):
    return end.join(lines).encode(encoding)


def xlsx(*rows, hidden_first=False):
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden_first:
        sheet.append(["skräp"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Lista")
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content, **parts):
    """The same zip file with some parts replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in source.namelist():
            if name not in parts:
                package.writestr(name, source.read(name))
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


def rows_of(content):
    sheets = reading.read(content)
    return sheets[columns.best(sheets)].rows


def judged(content, *, kind=Kind.ASSOCIATION):
    rows = rows_of(content)
    return verdicts.judge(rows, columns.guess(rows, kind=kind), verdicts.known())


def verdicts_of(content, **kwargs):
    return [(one.number, one.verdict.value, one.reason) for one in judged(content, **kwargs)]


def names_of(content):
    return [one.name for one in judged(content)]


def shown(content):
    return importing.shown(judged(content))


def import_file(content, *, by, seen=None, kind=Kind.ASSOCIATION, name="lista.csv"):
    rows = rows_of(content)
    choice = columns.guess(rows, kind=kind)
    if seen is None:
        seen = importing.shown(judged(content, kind=kind))
    return importing.import_bodies(
        rows=rows, choice=choice, seen=seen, file_name=name, at=NOON, by=by
    )


# What is read: three rows with every letter that goes wrong, in every way that they are saved

PLAIN = [
    HEAD,
    "Åkarps ängar – söder;Förening;info@akarp.example",
    "Café Öst;Nätverk;cafe@x.example",
    "Éclair och Ü;;info@malmö.example",
]
PLAIN_READ = [
    ("Åkarps ängar – söder", "association", ["info@akarp.example"]),
    ("Café Öst", "other_civil_society", ["cafe@x.example"]),
    ("Éclair och Ü", "association", ["info@malmö.example"]),
]
AS_ROWS = [line.split(";") for line in PLAIN]
SAVED = {
    "utf-8 with a byte order mark": csv(*PLAIN),
    "utf-8 without one": csv(*PLAIN, encoding="utf-8"),
    "cp1252": csv(*PLAIN, encoding="cp1252"),
    "utf-16 little-endian, Excel's Unicode text": b"\xff\xfe"
    + csv(*PLAIN, encoding="utf-16-le").replace(b";\0", b"\t\0"),
    "utf-16 big-endian": b"\xfe\xff" + csv(*PLAIN, encoding="utf-16-be"),
    "mac": csv(*PLAIN, encoding="mac_roman"),
    "commas": csv(*[line.replace(";", ",") for line in PLAIN]),
    "tabs in cp1252": csv(*[line.replace(";", "\t") for line in PLAIN], encoding="cp1252"),
    "line feeds": csv(*PLAIN, end="\n"),
    "carriage returns": csv(*PLAIN, end="\r"),
    "everything in quotes": csv(*['"' + '";"'.join(line.split(";")) + '"' for line in PLAIN]),
    "empty columns to the right": csv(*[f"{line};;;" for line in PLAIN]),
    "xlsx": xlsx(*AS_ROWS),
    "xlsx behind a hidden sheet": xlsx(*AS_ROWS, hidden_first=True),
    "decomposed letters, from a Mac": csv(*[line.replace("Å", "A\u030a") for line in PLAIN]),
    "the end of a file in MS-DOS": csv(*PLAIN, "", encoding="cp1252") + b"\x1a",
}  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("content", SAVED.values(), ids=SAVED)
def test_the_same_list_is_read_however_it_is_saved(content):
    found = judged(content)

    assert [(one.name, one.kind, one.emails) for one in found] == PLAIN_READ
    assert [(one.number, one.verdict.value, one.reason) for one in found] == [
        (2, NEW, ""), (3, NEW, ""), (4, NEW, ""),
    ]  # fmt: skip


@pytest.mark.once
def test_old_ms_dos_files_are_told_by_their_letters():
    assert names_of(csv("Namn", "Föräldrar på Ås", encoding="cp850")) == ["Föräldrar på Ås"]


# Verdicts: (file, what is said of each row)

MAIN_EMAIL = "E-postadressen ”{}”: "
HAS_UMLAUT = "Före @ kan adressen inte ha å, ä, ö eller andra tecken utanför a–z."
NOT_WHOLE = "Skriv hela e-postadressen, till exempel namn@forening.se."
NO_EMAIL = "Utan e-post. Kan inte bjudas in med mejl."
NO_NAME = "Namn saknas."
PERSONAL = "Organisationsnumret ser ut som ett personnummer. Vi sparar inte sådana. Ta bort det."
UNKNOWN_KIND = "Under Vem står ”flygklubb”. Skriv till exempel förening, nämnd eller myndighet."

JUDGED = {
    "an empty row keeps the numbers": (
        csv(HEAD, ";;", "A;;a@x.example", "", "B;;b@x.example"),
        [(3, NEW, ""), (5, NEW, "")],
    ),
    "a line break within a cell is one row": (
        csv(HEAD, '"Kultur\nkretsen";;a@x.example', "B;;b@x.example"),
        [(2, NEW, ""), (3, NEW, "")],
    ),
    "quotes within quotes": (
        csv(HEAD, '"Föreningen ""Röda; blå""";;a@x.example'),
        [(2, NEW, "")],
    ),
    "the line that tells Excel the delimiter": (
        csv("sep=,", "Namn,E-post", "A,a@x.example"),
        [(2, NEW, "")],
    ),
    "a title over the headings": (
        csv("Remissinstanser 2026;;", "", HEAD, "A;;a@x.example"),
        [(4, NEW, "")],
    ),
    "no headings": (
        csv("A;a@x.example", "B;b@x.example"),
        [(1, NEW, ""), (2, NEW, "")],
    ),
    "headings in another order and other words": (
        csv("Mejladress;Org.nr;Föreningens namn", "a@x.example;802002-4280;A"),
        [(2, NEW, "")],
    ),
    "names alone": (csv("Namn", "A", "B"), [(2, NEW, NO_EMAIL), (3, NEW, NO_EMAIL)]),
    "the same address in other case": (
        csv(HEAD, "A;;Info@X.example", "B;;info@x.example"),
        [(2, NEW, ""), (3, DUPLICATE, "Dubblett av rad 2: samma e-postadress som A.")],
    ),
    "the same domain in punycode": (
        csv(HEAD, "A;;info@malmö.se", "B;;info@xn--malm-8qa.se"),
        [(2, NEW, ""), (3, DUPLICATE, "Dubblett av rad 2: samma e-postadress som A.")],
    ),
    "the same domain decomposed": (
        csv(HEAD, "A;;info@malmö.se", "B;;info@malmo\u0308.se"),
        [(2, NEW, ""), (3, DUPLICATE, "Dubblett av rad 2: samma e-postadress som A.")],
    ),
    "the same name in other case, quotes and spaces": (
        csv(HEAD, "Möllans hörn;;a@x.example", "”MÖLLANS”  hörn;;b@x.example"),
        [(2, NEW, ""), (3, DUPLICATE, "Dubblett av rad 2: samma namn.")],
    ),
    "the same name decomposed": (
        csv(HEAD, "Öst;;", "O\u0308st;;"),
        [(2, NEW, NO_EMAIL), (3, DUPLICATE, "Dubblett av rad 2: samma namn.")],
    ),
    "a row with a fault makes no duplicate": (
        csv(HEAD, "A;;fel", "A;;a@x.example"),
        [(2, ERROR, MAIN_EMAIL.format("fel") + NOT_WHOLE), (3, NEW, "")],
    ),
    "one that exists by name": (
        csv(HEAD, "FINNS REDAN;;ny@x.example", "Finns redan;;annan@x.example"),
        [(2, EXISTS, "Finns redan som Finns redan."), (3, EXISTS, "Finns redan.")],
    ),
    "one that exists by address": (
        csv(HEAD, "Nytt namn;;FINNS@x.example", "Annat;;andra@x.example"),
        [
            (2, EXISTS, "Finns redan har samma e-postadress."),
            (3, EXISTS, "Finns redan har samma e-postadress."),
        ],
    ),
    "a further address that exists": (
        csv("Namn;E-post;Kopia", "Nytt namn;ny@x.example;FINNS@x.example"),
        [(2, EXISTS, "Finns redan har samma e-postadress.")],
    ),
    "a further address that was the main one of a row before": (
        csv("Namn;E-post;Kopia", "A;a@x.example;", "B;b@x.example;a@x.example"),
        [(2, NEW, ""), (3, DUPLICATE, "Dubblett av rad 2: samma e-postadress som A.")],
    ),
    "a main address that was a further one of a row before": (
        csv("Namn;E-post;Kopia", "B;b@x.example;a@x.example", "A;a@x.example;"),
        [(2, NEW, ""), (3, DUPLICATE, "Dubblett av rad 2: samma e-postadress som B.")],
    ),
    "one that was merged into another": (
        csv(HEAD, "Gammalt namn;;"),
        [(2, EXISTS, "Finns redan som Finns redan.")],
    ),
    "addresses that are none": (
        csv(HEAD, "A;;åsa@malmo.se", "B;;b@x", "C;;@x.example", "D;;saknas", "E;;-"),
        [
            (2, ERROR, MAIN_EMAIL.format("åsa@malmo.se") + HAS_UMLAUT),
            (3, ERROR, MAIN_EMAIL.format("b@x") + NOT_WHOLE),
            (4, ERROR, MAIN_EMAIL.format("@x.example") + NOT_WHOLE),
            (5, ERROR, MAIN_EMAIL.format("saknas") + NOT_WHOLE),
            (6, NEW, NO_EMAIL),
        ],
    ),
    "a wrong address after one in brackets": (
        csv(HEAD, 'A;;"Anna <anna@x.example>; bo"', 'B;;"Bo <bo@x.example>, fel@x"'),
        [
            (2, ERROR, MAIN_EMAIL.format("bo") + NOT_WHOLE),
            (3, ERROR, MAIN_EMAIL.format("fel@x") + NOT_WHOLE),
        ],
    ),
    "a wrong address among several": (
        csv("Namn;E-post;Kopia", "A;a@x.example;fel@"),
        [(2, ERROR, MAIN_EMAIL.format("fel@") + NOT_WHOLE)],
    ),
    "names that are none": (
        csv(HEAD, ";;a@x.example", '" ";;b@x.example', "…;;c@x.example", "\u200b;;d@x.example"),
        [(2, ERROR, NO_NAME), (3, ERROR, NO_NAME), (4, ERROR, NO_NAME), (5, ERROR, NO_NAME)],
    ),
    "a name as long as it may be, and longer": (
        csv(HEAD, f"{'Ö' * 200};;", f"{'Ö' * 201};;"),
        [(2, NEW, NO_EMAIL), (3, ERROR, "Namnet kan ha högst 200 tecken.")],
    ),
    "a kind that nobody knows": (
        csv(HEAD, "A;flygklubb;"),
        [(2, ERROR, UNKNOWN_KIND)],
    ),
    "a private person": (
        csv(HEAD, "Robin;privatperson;"),
        [(2, ERROR, "En privatperson kan inte vara remissinstans.")],
    ),
    "organisation numbers": (
        csv("Namn;Organisationsnummer", "A;802002-4280", "B;8020024280", "C;802002-4281", "D;12"),
        [
            (2, NEW, NO_EMAIL),
            (3, NEW, NO_EMAIL),
            (4, ERROR, "Kontrollsiffran stämmer inte i organisationsnumret 802002-4281. Jämför "
             "alla siffror, eller lämna rutan tom."),
            (5, ERROR, "Organisationsnumret är fel. Skriv tio siffror, till exempel "
             "802002-4280, eller lämna rutan tom."),
        ],
    ),
    "a mistyped personal number is not shown": (
        csv("Namn;Organisationsnummer", "A;811228-9875"),
        [
            (2, ERROR, "Organisationsnumret är fel. Skriv tio siffror, till exempel "
             "802002-4280, eller lämna rutan tom."),
        ],
    ),
    "personal numbers": (
        csv(
            "Namn;Orgnr;Anteckning",
            "A;19811228-9874;",
            "B;;Ordförande 811228-9874",
            "C 811228-9874;;",
        ),
        [
            (2, ERROR, PERSONAL),
            (3, ERROR, "Det står ett personnummer i raden. Vi sparar inte sådana. Ta bort det."),
            (4, ERROR, "Det står ett personnummer i namnet. Vi sparar inte sådana. Ta bort det."),
        ],
    ),
    "tags beyond their limit": (
        csv("Namn;Etiketter", f"A;{'ö' * 301}"),
        [(2, ERROR, "Etiketterna kan ha högst 300 tecken tillsammans.")],
    ),
    "formulas in csv are text": (
        csv(HEAD, '=cmd|"/c calc"!A1;;', "@SUM(A1);;", "+A;;"),
        [(2, NEW, NO_EMAIL), (3, NEW, NO_EMAIL), (4, NEW, NO_EMAIL)],
    ),
    "formulas in xlsx that nobody has counted": (
        xlsx(["Namn", "E-post"], ['=HYPERLINK("http://x.example";"A")', "a@x.example"]),
        [(2, ERROR, NO_NAME)],
    ),
    "errors in xlsx are nothing": (
        xlsx(["Namn", "E-post"], ["#N/A", "a@x.example"], ["A", "#REF!"]),
        [(2, ERROR, NO_NAME), (3, NEW, NO_EMAIL)],
    ),
    "an empty row in xlsx": (
        xlsx(["Namn", "E-post"], [], [None, None], ["A", "a@x.example"]),
        [(4, NEW, "")],
    ),
    "markup is text": (
        csv(HEAD, "<script>alert(1)</script>;;a@x.example", "{{ x }};;b@x.example"),
        [(2, NEW, ""), (3, NEW, "")],
    ),
    "headings alone": (csv(HEAD), []),
}  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize(("content", "said"), JUDGED.values(), ids=JUDGED)
def test_each_row_of_a_file_has_a_verdict(content, said):
    body = make_body(name="Finns redan", email="finns@x.example", more=["andra@x.example"])
    Body.objects.create(name="Gammalt namn", kind=Kind.ASSOCIATION, merged_into=body)

    assert verdicts_of(content) == said


@pytest.mark.once
def test_there_are_more_than_forty_files():
    assert len(SAVED) + len(JUDGED) + len(REFUSED) > 40


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "emails"),
    [
        ("a@x.example", ["a@x.example"]),
        ("A@X.example; b@x.example", ["A@X.example", "b@x.example"]),
        ("a@x.example,b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example b@x.example\nc@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("a@x.example; A@x.example", ["a@x.example"]),
        ("Anna Exempel <anna@x.example>; Bo <bo@x.example>", ["anna@x.example", "bo@x.example"]),
        ("Anna Exempel <anna@x.example>; bo@x.example", ["anna@x.example", "bo@x.example"]),
        ("bo@x.example, Anna <anna@x.example>", ["bo@x.example", "anna@x.example"]),
        ("Anna <anna@x.example> bo@x.example", ["anna@x.example", "bo@x.example"]),
        ("Exempel, Anna <anna@x.example>, Bo <bo@x.example>", ["anna@x.example", "bo@x.example"]),
        ("Anna Exempel\n<anna@x.example>\nbo@x.example", ["anna@x.example", "bo@x.example"]),
        ("'anna@x.example' <anna@x.example>", ["anna@x.example"]),
        ("mailto:a@x.example", ["a@x.example"]),
        ("\u00a0a@x.example\u200b", ["a@x.example"]),
    ],
)
def test_of_several_addresses_in_a_box_the_first_is_the_main_one(typed, emails):
    (one,) = judged(xlsx(["Namn", "E-post"], ["A", typed]))

    assert (one.verdict, one.emails) == (NEW, emails)


@pytest.mark.once
@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("", "advisory_council"),
        ("FÖRENING", "association"),
        ("Ideell förening", "association"),
        ("paraplyorganisation", "umbrella_organisation"),
        ("nätverk", "other_civil_society"),
        ("Stiftelse", "other_civil_society"),
        ("studieförbund", "other_civil_society"),
        ("trossamfund", "other_civil_society"),
        ("samfund", "other_civil_society"),
        ("nämnd", "board"),
        ("förvaltning", "department"),
        ("Kommunalt bolag", "municipal_company"),
        ("bolag", "municipal_company"),
        ("AB", "municipal_company"),
        ("råd", "advisory_council"),
        ("myndighet", "other_body"),
        ("region", "other_body"),
        ("Länsstyrelse", "other_body"),
        ("universitet", "other_body"),
    ],
)
def test_the_word_for_who_they_are_is_understood(word, kind):
    (one,) = judged(csv(HEAD, f"A;{word};a@x.example"), kind=Kind.COUNCIL)

    assert (one.verdict, one.kind) == (NEW, kind)


@pytest.mark.once
@pytest.mark.parametrize(
    ("lines", "uses"),
    [
        (
            ["Instans;Typ av instans;E-post;Övrig e-post;Märkning", "A;nämnd;a@x.example;;"],
            ["name", "kind", "email", "more", "tags"],
        ),
        (["Namn;Vilka de är;E-post", "A;Nämnd;", "B;–;", "C;bolag;"], ["name", "kind", "email"]),
        (["Namn;Vilka de är;E-post", "A;Nämnd;", "B;flygklubb;"], ["name", "", "email"]),
        (["förening;A;a@x.example", "Förening;B;b@x.example"], ["kind", "name", "email"]),
        # Each stands once: they may be the names.
        (["Polisen;Box 1;a@x.example", "Regionen;Box 2;b@x.example"], ["name", "", "email"]),
    ],
    ids=["headings", "kinds alone", "one that is none", "no headings", "names that are kinds"],
)
def test_who_they_are_is_found_by_the_heading_or_by_the_words(lines, uses):
    assert list(columns.guess(rows_of(csv(*lines))).uses) == uses


@pytest.mark.once
def test_numbers_and_days_in_a_workbook_are_text():
    (one,) = judged(
        xlsx(
            ["Namn", "Organisationsnummer", "Anteckning", "Kommentar"],
            ["A", 8020024280.0, date(2026, 11, 12), 2.5],
        )
    )

    assert (one.organisation_number, one.notes) == ("802002-4280", "2026-11-12\n2,5")


@pytest.mark.once
def test_a_formula_is_what_it_last_came_to():
    sheet = "xl/worksheets/sheet1.xml"
    content = xlsx(["Namn", "E-post"], ["=1+1", "a@x.example"])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = package.read(sheet).decode()
    counted = xml.replace("<v></v>", "<v>Räknat namn</v>").replace("<v />", "<v>Räknat namn</v>")
    counted = counted.replace('r="A2"', 'r="A2" t="str"')

    assert names_of(repacked(content, **{sheet: counted})) == ["Räknat namn"]


# What is not read, and what is said instead

REFUSED = {
    "nothing": (b"", reading.EMPTY),
    "empty rows": (csv(";;", "", ";"), reading.EMPTY),
    "a byte order mark alone": (b"\xef\xbb\xbf", reading.EMPTY),
    "an empty workbook": (xlsx(), reading.EMPTY),
    "pdf": (samples.pdf(), "En pdf går inte att läsa in. " + reading.NOT_A_TABLE),
    "docx": (samples.word(), reading.NOT_A_TABLE),
    "a picture": (samples.png(), reading.NOT_A_TABLE),
    "a web page that calls itself xls": (
        b"<html><table><tr><td>A</td></tr></table></html>",
        f"Filen är en webbsida. {reading.SAVE_AS}",
    ),
    "old xls": (reading.OLE + b"\0" * 600, f"Filen har Excels gamla format. {reading.SAVE_AS}"),
    "a password": (
        reading.OLE + b"\0" * 100 + "EncryptedPackage".encode("utf-16-le"),
        reading.PASSWORD,
    ),
    "too big": (b"A" * (reading.MAX_BYTES + 1), reading.TOO_BIG),
    "bytes": (b"Namn;\x01\x02\x03;a", reading.NOT_A_TABLE),
    "half a workbook": (xlsx(["Namn"], ["A"])[:2_000], reading.BROKEN),
    "a workbook that is not one": (
        repacked(xlsx(["Namn"]), **{"xl/workbook.xml": b"<x>"}),
        reading.BROKEN,
    ),
    "macros": (
        repacked(xlsx(["Namn"]), **{"xl/vbaProject.bin": b"x"}),
        reading.FAULTS["macros"],
    ),
    "xlsb": (
        repacked(xlsx(["Namn"]), **{"xl/workbook.bin": b"x"}),
        reading.FAULTS["xlsb"],
    ),
    "entities": (
        repacked(
            xlsx(["Namn"]),
            **{"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "ha">]><sst>&a;</sst>'},
        ),
        reading.BROKEN,
    ),
    "thousands of parts": (
        repacked(xlsx(["Namn"]), **{f"xl/{n}.xml": b"" for n in range(workbook.MAX_ENTRIES)}),
        reading.TOO_COMPLEX,
    ),
    "too many rows": (csv("Namn", *["A"] * 10_001), reading.TOO_MANY_ROWS),
    "too many columns": (csv(";".join(["Namn"] * 51)), reading.TOO_MANY_COLUMNS),
    "a quote that never ends": (
        csv(HEAD, '"A;;a@x.example', *["B;;b@x.example"] * 200),
        "På rad 2 börjar ett citattecken som inte slutar. Rätta det i Excel och spara filen igen.",
    ),
}


@pytest.mark.once
@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_list_is_refused_with_a_reason(content, why):
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(content)

    assert str(refused.value) == why


@pytest.mark.once
@pytest.mark.parametrize(
    "make",
    [
        lambda: repacked(
            xlsx(["Namn"]), **{"xl/sharedStrings.xml": b"\0" * (workbook.MAX_UNPACKED + 1)}
        ),
        lambda: xlsx(*[["ö" * 4_999] * 50] * 100),
    ],
    ids=["a bomb", "a long text in every cell"],
)
def test_what_unpacks_to_too_much_is_refused(make):
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(make())

    assert str(refused.value) == reading.TOO_COMPLEX


@pytest.mark.once
def test_a_workbook_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 2)
    head = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    cells = head + b"<sheetData><row>" + b"<c/>" * 12_000_000
    content = repacked(xlsx(["Namn"]), **{"xl/worksheets/sheet1.xml": cells})

    with pytest.raises(reading.Unreadable) as refused:
        reading.read(content)

    assert str(refused.value) == reading.TOO_COMPLEX


@pytest.mark.once
def test_a_sheet_that_lies_about_its_rows_is_read_as_far_as_it_goes():
    sheet = "xl/worksheets/sheet1.xml"
    content = xlsx(["Namn"], ["A"])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = package.read(sheet).decode()
    far = xml.replace('<row r="2"', '<row r="99999999999"').replace('r="A2"', 'r="A99999999999"')

    assert [row.number for row in rows_of(repacked(content, **{sheet: far}))] == [1]


# Several sheets


def book(**sheets):
    """A workbook with these sheets; the rows of each are lines as in csv."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in sheets.items():
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append([cell or None for cell in line.split(";")])
    return saved(made)


README = ["Det här är sändlistan 2026", "Fråga Robin"]
MANY = ["Namn", *["A"] * 10_001]


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (book(Läs=README, Lista=[HEAD, "A;;a@x.example"]), "Lista"),
        (book(Läs=[], Lista=["A;a@x.example"]), "Lista"),
        (book(Läs=["Kolumn;Vad", "Namn;Vem det är"], Lista=["A;a@x.example"]), "Lista"),
        (book(Läs=README, Lista=["Namn", "A"]), "Lista"),
        (book(Tom=[HEAD], Lista=[HEAD, "A;;a@x.example"]), "Lista"),
        (book(Ett=[HEAD, "A;;"], Två=[HEAD, "B;;", "C;;"]), "Ett"),
        (book(Ett=["Namn", "A"], Två=[HEAD, "B;nämnd;"]), "Två"),
        (book(Stor=MANY, Lista=["Namn", "A"]), "Lista"),
    ],
    ids=[
        "a title first", "an empty one first", "an explanation first", "one known heading",
        "headings alone first", "two alike", "the one with more columns", "one that is too long",
    ],
)  # fmt: skip
def test_the_sheet_that_is_most_like_a_list_is_read(content, name):
    sheets = reading.read(content)

    assert sheets[columns.best(sheets)].name == name


@pytest.mark.once
def test_a_text_is_not_read_instead_of_a_list_that_cannot_be():
    sheets = reading.read(book(Läs=README, Lista=MANY))

    with pytest.raises(reading.Unreadable) as refused:
        columns.best(sheets)

    assert str(refused.value) == reading.TOO_MANY_ROWS


@pytest.mark.once
def test_sheets_that_are_hidden_or_empty_are_not_there():
    made = openpyxl.load_workbook(io.BytesIO(book(Dold=[HEAD], Gömd=[HEAD], Tom=[], Syns=[HEAD])))
    made["Dold"].sheet_state = "hidden"
    made["Gömd"].sheet_state = "veryHidden"

    assert [sheet.name for sheet in reading.read(saved(made))] == ["Syns"]


@pytest.mark.once
def test_what_is_wrong_with_one_sheet_does_not_stop_another():
    head = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    broken = repacked(
        book(Ett=[HEAD, "A;;"], Två=[HEAD], Tre=[HEAD]),
        **{"xl/worksheets/sheet2.xml": head + b"<dimension ref='A1'/><sheetData><row>"},
    )
    long = book(Ett=[HEAD, "A;;"], Två=[";".join(["ö" * 4_999] * 50)] * 20)

    for content, faults in (
        (broken, [("Två", reading.BROKEN), ("Tre", reading.BROKEN)]),
        (long, [("Två", reading.TOO_COMPLEX)]),
    ):
        first, *others = reading.read(content)
        assert (first.name, len(first.rows), first.fault) == ("Ett", 2, "")
        assert [(sheet.name, sheet.fault) for sheet in others] == faults


def test_the_template_is_understood_and_holds_no_formula():
    book = openpyxl.load_workbook(io.BytesIO(template()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert columns.guess(rows_of(template()), kind="board").uses == (
        "name", "kind", "email", "more", "organisation_number", "tags", "notes",
    )  # fmt: skip
    assert judged(template()) == []


# What is added


def test_a_file_becomes_bodies_with_their_addresses(city):
    content = csv(
        "Namn;Vem;E-post;Kopia;Orgnr;Taggar;Kommentar",
        "Öst;nämnd;a@x.example;b@x.example, c@malmö.se;8020024280;Idrott;Ring först",
        "Utan;;;;;;",
    )

    assert import_file(content, by=city, kind=Kind.UMBRELLA) == 2

    body, without = Body.objects.all().order_by("name_key")[::-1]
    assert (body.name, body.kind, body.organisation_number) == ("Öst", "board", "802002-4280")
    assert (body.name_key, body.sort_key, body.tag_keys) == ("öst", "{3st", ",idrott,")
    assert body.notes == "Ring först"
    assert list(body.addresses.values_list("email", "email_key", "is_main")) == [
        ("a@x.example", "a@x.example", True),
        ("b@x.example", "b@x.example", False),
        ("c@malmö.se", "c@xn--malm-8qa.se", False),
    ]
    assert (without.kind, without.addresses.count()) == (Kind.UMBRELLA, 0)
    event = Event.objects.get()
    assert (event.verb, event.actor, event.note) == ("imported", city, "2 ur filen lista.csv")


def test_the_same_file_a_second_time_adds_nothing(city):
    content = csv(HEAD, "A;;a@x.example", "B;;b@x.example", "C;;fel")
    import_file(content, by=city)

    assert import_file(content, by=city) == 0
    assert Body.objects.count() == 2
    assert Event.objects.count() == 1
    assert [verdict for _number, verdict, _why in verdicts_of(content)] == [EXISTS, EXISTS, ERROR]


def test_nothing_is_added_when_the_register_has_changed_since(city):
    content = csv(HEAD, "A;;", "B;;")
    seen = shown(content)
    make_body(name="A", email="")

    with pytest.raises(importing.NotAsShown):
        import_file(content, by=city, seen=seen)

    assert Body.objects.count() == 1


def test_as_many_others_than_were_shown_are_not_added(city):
    known = make_body(name="A", email="")
    content = csv(HEAD, "A;;", "B;;")
    seen = shown(content)
    known.name = "B"
    known.save()

    with pytest.raises(importing.NotAsShown):
        import_file(content, by=city, seen=seen)

    assert [body.name for body in Body.objects.all()] == ["B"]


def test_all_of_a_file_is_added_or_nothing(city, monkeypatch):
    def fail(**_fields):
        raise RuntimeError

    monkeypatch.setattr(Event.objects, "create", fail)
    with pytest.raises(RuntimeError):
        import_file(csv(HEAD, "A;;a@x.example", "B;;"), by=city)

    assert (Body.objects.count(), BodyAddress.objects.count()) == (0, 0)


def test_a_row_that_the_database_refuses_takes_the_whole_file_with_it(city, monkeypatch):
    make_body(name="Redan", email="")
    # What somebody sees who has looked before the other one's rows were there.
    monkeypatch.setattr(verdicts, "known", lambda: verdicts.Known({}, {}))

    with pytest.raises(importing.NotAsShown):
        import_file(csv(HEAD, "A;;a@x.example", "Redan;;b@x.example"), by=city)

    assert [body.name for body in Body.objects.all()] == ["Redan"]
    assert not BodyAddress.objects.exists()


@pytest.mark.large
@pytest.mark.parametrize("content", [
    pytest.param(
        csv(HEAD, *[f"Förening {n};;f{n}@x.example" for n in range(10_000)], encoding="cp1252"),
        id="csv",
    ),
])  # fmt: skip
def test_ten_thousand_rows_are_read_and_added(content, coordinator):
    path = reverse("admin:import_bodies")
    few = csv(HEAD, "Annan;;annan@y.example")
    with CaptureQueriesContext(connection) as for_few:
        upload(coordinator, few)
    with CaptureQueriesContext(connection) as for_many:
        page = upload(coordinator, content)
    assert len(for_many) == len(for_few)
    assert "Det finns 9 800 till." in page.content.decode().replace("\u00a0", " ")

    with CaptureQueriesContext(connection) as adding:
        coordinator.post(path, fields_of(page, action="add"))

    assert (Body.objects.count(), BodyAddress.objects.count()) == (10_000, 10_000)
    assert len(adding) < 250  # SQLite takes a thousand values a statement, ten columns a row


@pytest.mark.large
def test_ten_thousand_rows_of_a_workbook_would_add_what_those_of_a_csv_file_do(coordinator):
    rows = [
        ("Namn", "Vem", "E-post"),
        *[(f"Krets {n}", "", f"{n}@x.example") for n in range(10_000)],
    ]

    page = upload(coordinator, xlsx(*rows), name="lista.xlsx")

    assert counts(page) == {NEW: 10_000, EXISTS: 0, DUPLICATE: 0, ERROR: 0}
    assert page.context["seen"] == shown(csv(*map(";".join, rows)))


# The pages


def upload(client, content, *, name="lista.csv", kind="association"):
    """Choose a file, and say who they are when that is asked."""
    file = io.BytesIO(content)
    file.name = name
    page = client.post(reverse("admin:import_bodies"), {"file": file})
    if kind and page.context and page.context.get("asks_kind"):
        return client.post(reverse("admin:import_bodies"), asked_of(page, kind=kind))
    return page


def asked_of(page, **changes):
    """What the form on a page that asks who they are would send."""
    form = page.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields |= {"carried": page.context["carried"], "shown_sheet": page.context["place"]}
    return fields | {"action": "read"} | changes


def fields_of(page, **changes):
    """What the form on the page would send."""
    form = page.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields |= {"carried": page.context["carried"], "shown_sheet": page.context["place"]}
    return fields | {"shown": form.shown, "seen": page.context["seen"]} | changes


def counts(page):
    return page.context["counts"]


@pytest.fixture
def coordinator(city, noon, signed_in):
    """A client that is logged in."""
    return signed_in(city)


def test_nothing_is_stored_before_it_is_confirmed(coordinator):
    page = upload(coordinator, csv(HEAD, "A;;a@x.example", "B;;fel", "A;;"))

    assert counts(page) == {NEW: 1, EXISTS: 0, DUPLICATE: 1, ERROR: 1}
    assert not Body.objects.exists()
    assert not Event.objects.exists()

    answer = coordinator.post(
        reverse("admin:import_bodies"), fields_of(page, action="add"), follow=True
    )

    assert [body.name for body in Body.objects.all()] == ["A"]
    assert [str(message) for message in answer.context["messages"]] == [
        "1 remissinstans är tillagd. 2 rader i filen togs inte med."
    ]


def test_what_a_file_says_is_text_in_the_page(coordinator):
    evil = "<script>alert(1)</script>"
    rows = [HEAD, f"{evil};{evil};", f"{evil};;{evil}@x.example", f"{evil};;", f"{evil};;"]
    page = upload(coordinator, csv(*rows), name=f"{evil}.csv").content.decode()

    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 4


def unread_of(page):
    notice = re.search(r"kolumn(?:er)? läses inte in:</p>(<ul.*?</ul>)", page.text)
    return re.findall(r"<li.*?>(.*?)</li>", notice[1]) if notice else []


def test_columns_that_hold_something_and_are_not_read_are_named(coordinator):
    lines = ["Namn;E-post;Telefon;Tom;Ort;", "A;a@x.example;040-1;;Malmö;", "B;;040-2;;;tyst"]
    page = upload(coordinator, csv(*lines))

    assert unread_of(page) == ["Kolumn C: Telefon", "Kolumn E: Ort", "Kolumn F"]
    assert re.search(r"<details open>\s*<summary>Hur kolumnerna läses", page.text)

    uses = {"column2": "notes", "column4": "tags", "column5": "notes"}
    page = coordinator.post(reverse("admin:import_bodies"), fields_of(page, **uses))

    assert unread_of(page) == []
    assert re.search(r"<details>\s*<summary>Hur kolumnerna läses", page.text)


TWO = book(Läs=README, Föreningar=[HEAD, "A;förening;"], Nämnder=[HEAD, "B;nämnd;", "C;råd;"])


def words_of(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def test_the_page_says_which_sheet_is_read_and_which_are_not(coordinator):
    page = upload(coordinator, TWO, name="lista.xlsx")

    assert "Blad: Föreningar . Inget är tillagt än." in words_of(page)
    assert page.context["others"] == [("Läs", ""), ("Nämnder", "")]
    assert "De här bladen läses inte: Läs Nämnder" in words_of(page)
    assert page.context["sheet_form"].fields["sheet"].choices == [
        (0, "Läs"), (1, "Föreningar"), (2, "Nämnder"),
    ]  # fmt: skip
    assert "blad" not in words_of(upload(coordinator, csv(HEAD, "A;nämnd;"))).lower()


def test_another_sheet_is_read_without_choosing_the_file_again(coordinator):
    path = reverse("admin:import_bodies")
    page = upload(coordinator, TWO, name="lista.xlsx")

    # Whichever button is pressed: nothing is added that has not been shown.
    for action in ("read", "add"):
        other = coordinator.post(path, fields_of(page, sheet="2", action=action))
        assert "Du har valt ett annat blad." in other.text
        assert (counts(other)[NEW], other.context["sheet"]) == (2, "Nämnder")
        assert other.context["others"] == [("Läs", ""), ("Föreningar", "")]
    assert not Body.objects.exists()

    done = coordinator.post(path, fields_of(other, sheet="2", action="add"), follow=True)

    assert sorted(Body.objects.values_list("name", "kind")) == [
        ("B", "board"), ("C", "advisory_council"),
    ]  # fmt: skip
    assert [str(message) for message in done.context["messages"]] == [
        "2 remissinstanser är tillagda. Filen har fler blad, som inte är inlästa: Läs, Föreningar."
    ]


@pytest.mark.parametrize("sheet", ["", "9", "-1", "x", "3"])
def test_a_sheet_that_cannot_be_read_is_not_chosen(coordinator, sheet):
    content = book(Lista=[HEAD, "A;nämnd;"], Ett=["Namn"], Två=["Namn"], Stor=MANY)
    page = upload(coordinator, content, name="lista.xlsx")

    again = coordinator.post(reverse("admin:import_bodies"), fields_of(page, sheet=sheet))

    assert again.context["sheet"] == "Lista"
    assert again.context["others"][-1] == ("Stor", reading.TOO_MANY_ROWS)
    assert f"Stor . Det går inte att läsa: {reading.TOO_MANY_ROWS}" in words_of(again).replace(
        "\u00a0", " "
    ).replace("10 000", "10\u00a0000")


def test_of_more_than_a_page_carries_the_one_sheet_is_kept(coordinator, monkeypatch):
    one = [sheet for sheet in reading.read(TWO) if sheet.name == "Föreningar"]
    monkeypatch.setattr(pages, "MOST_CARRIED", len(pages._packed("lista.xlsx", one, 0)) + 300)
    far = [f"{n * 7919 % 9973:x};nämnd;" for n in range(400)]
    content = book(Föreningar=[HEAD, "A;förening;"], Nämnder=[HEAD, *far])

    page = upload(coordinator, content, name="lista.xlsx")

    assert (counts(page)[NEW], page.context["sheet"]) == (1, "Föreningar")
    assert page.context["others"] == [("Nämnder", reading.TOO_MANY_SHEETS)]
    coordinator.post(reverse("admin:import_bodies"), fields_of(page, action="add"))
    assert [body.name for body in Body.objects.all()] == ["A"]


def test_a_personal_number_is_never_shown(coordinator):
    rows = ["Namn;Orgnr;Kommentar", "A;19811228-9874;", "B;;811228-9874", "C 811228-9874;;"]
    page = upload(coordinator, csv(*rows)).content.decode()

    assert "9874" not in page.replace(page[page.index('name="carried"') :].split('"')[3], "")


def test_each_column_s_use_can_be_changed(coordinator):
    page = upload(coordinator, csv("Kultur;a@x.example", "Idrott;b@x.example"))
    path = reverse("admin:import_bodies")
    chosen = fields_of(page, column0="notes", column1="name")

    unread = coordinator.post(path, chosen | {"action": "add"})
    assert "Du har ändrat hur filen ska läsas" in unread.content.decode()
    assert not Body.objects.exists()

    coordinator.post(path, fields_of(unread, action="add"))
    assert list(Body.objects.values_list("name", "notes")) == [
        ("a@x.example", "Kultur"),
        ("b@x.example", "Idrott"),
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"column0": ""}, "Välj vilken kolumn som är namnet."),
        ({"column1": "name"}, "En annan kolumn är redan vald som namn."),
        ({"column1": "x"}, "Välj något i listan."),
        ({"heading": "77"}, "Välj var rubrikerna står."),
        ({"kind": "private_person"}, "Välj vilka remissinstanserna är."),
    ],
)
def test_columns_that_cannot_be_read_are_asked_about_again(coordinator, changes, why):
    page = upload(coordinator, csv("Namn;E-post", "A;a@x.example"))
    page = coordinator.post(
        reverse("admin:import_bodies"), fields_of(page) | changes | {"action": "add"}
    )

    assert why in page.content.decode()
    assert page.context["carried"]
    assert not Body.objects.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", reading.EMPTY),
        (samples.pdf(), "En pdf går inte att läsa in."),
        (b"A" * (11 * 2**20), reading.TOO_BIG),
    ],
    ids=["empty", "pdf", "eleven megabytes"],
)
def test_a_file_that_is_not_read_is_asked_for_again(coordinator, content, why):
    assert why in upload(coordinator, content).content.decode()


def asks_kind(page):
    """Whether the page asks who they are, under its own button."""
    asked = page.text.partition("<details")[0].count("Vilka är remissinstanserna?")
    return bool(asked) and not page.context["is_read"]


def test_a_file_that_says_who_everybody_is_is_not_asked_about(coordinator):
    page = upload(coordinator, csv(HEAD, "A;nämnd;", "B;bolag;", ";;"), kind="")

    assert "Vilka är remissinstanserna?" not in page.text
    assert counts(page) == {NEW: 2, EXISTS: 0, DUPLICATE: 0, ERROR: 0}

    coordinator.post(reverse("admin:import_bodies"), fields_of(page, action="add"))
    assert sorted(Body.objects.values_list("kind", flat=True)) == ["board", "municipal_company"]


def test_who_they_are_is_asked_for_where_the_file_does_not_say(coordinator):
    path = reverse("admin:import_bodies")
    asked = upload(coordinator, csv(HEAD, "A;nämnd;", "B;;", "C;-;"), kind="")

    assert asks_kind(asked)
    assert "2 rader i filen säger inte vilka de är." in asked.text
    assert asked.context["form"].errors == {}

    for action in ("read", "add"):
        unsaid = coordinator.post(path, asked_of(asked, action=action))
        assert asks_kind(unsaid)
        assert unsaid.context["form"].errors == {"kind": ["Välj vilka remissinstanserna är."]}
    assert not Body.objects.exists()

    page = coordinator.post(path, asked_of(asked, kind="umbrella_organisation"))
    assert not asks_kind(page)
    assert "Vilka är remissinstanserna?" in page.text  # among the columns, to be changed
    coordinator.post(path, fields_of(page, action="add"))
    assert list(Body.objects.order_by("name").values_list("name", "kind")) == [
        ("A", "board"), ("B", "umbrella_organisation"), ("C", "umbrella_organisation"),
    ]  # fmt: skip


def test_a_column_that_says_who_they_are_can_be_pointed_out_instead(coordinator):
    asked = upload(coordinator, csv("Namn;Dem", "A;nämnd", "B;flygklubb"), kind="")
    assert asks_kind(asked)

    page = coordinator.post(reverse("admin:import_bodies"), asked_of(asked, column1="kind"))

    assert counts(page) == {NEW: 1, EXISTS: 0, DUPLICATE: 0, ERROR: 1}
    assert "Vilka är remissinstanserna?" not in page.text


@pytest.mark.once
def test_a_row_that_nobody_has_said_anything_of_is_not_added():
    assert verdicts_of(csv(HEAD, "A;;a@x.example"), kind="") == [
        (2, ERROR, "Det står inte vem det är.")
    ]


def test_the_page_says_when_the_register_has_changed(coordinator):
    page = upload(coordinator, csv(HEAD, "A;;", "B;;"))
    make_body(name="B", email="")

    again = coordinator.post(reverse("admin:import_bodies"), fields_of(page, action="add"))

    assert "Inget är tillagt. Registret har ändrats" in again.content.decode()
    assert counts(again) == {NEW: 1, EXISTS: 1, DUPLICATE: 0, ERROR: 0}
    assert Body.objects.count() == 1


def test_rows_that_were_changed_on_the_way_are_not_taken(coordinator):
    page = upload(coordinator, csv(HEAD, "A;;"))
    path = reverse("admin:import_bodies")

    answer = coordinator.post(
        path, fields_of(page, action="add", carried="x" + page.context["carried"])
    )

    assert (answer.status_code, answer["Location"]) == (302, path)
    assert not Body.objects.exists()


def test_a_page_that_is_too_old_is_shown_again_and_adds_nothing(city, noon):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    lenient = Client()
    lenient.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    page = upload(lenient, csv(HEAD, "A;;a@x.example"))

    again = strict.post(
        reverse("admin:import_bodies"),
        fields_of(page, action="add"),
        headers={"origin": "http://testserver"},
    )

    assert again.status_code == 403
    assert again.context["counts"]["new"] == 1
    assert not Body.objects.exists()


def test_the_template_is_a_file_to_keep(coordinator):
    answer = coordinator.get(reverse("admin:body_template"))

    assert answer["Content-Disposition"] == 'attachment; filename="Remissinstanser.xlsx"'
    assert answer.content.startswith(b"PK")


# At the same time


@pytest.fixture
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


ONCE = csv(HEAD, *[f"Krets {n};;k{n}@x.example" for n in range(50)])
BACKWARDS = csv(HEAD, *[f"Krets {n};;k{n}@x.example" for n in reversed(range(50))])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_postgresql")
def test_of_eight_that_import_the_same_file_at_once_one_does(city):
    files = [ONCE, BACKWARDS] * 4
    seen = [shown(ONCE), shown(BACKWARDS)] * 4

    results = at_once(8, lambda index: import_file(files[index], by=city, seen=seen[index]))

    assert sorted(type(result).__name__ for result in results) == ["NotAsShown"] * 7 + ["int"]
    assert (Body.objects.count(), BodyAddress.objects.count()) == (50, 50)
    assert Event.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_postgresql")
def test_without_the_constraint_the_same_eight_add_more_than_once(city):
    constraint = Body._meta.constraints[0]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Body, constraint)
    try:
        seen = shown(ONCE)
        at_once(8, lambda _index: import_file(ONCE, by=city, seen=seen))
        assert Body.objects.count() > 50
    finally:
        BodyAddress.objects.all().delete()
        Body.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Body, constraint)
