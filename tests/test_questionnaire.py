"""The questionnaire out as Word and in again, through all that people and programs do to it."""

import copy
import functools
import re
import shutil
import subprocess
import time
import zipfile
from contextlib import suppress
from io import BytesIO
from types import SimpleNamespace

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from remiss.questionnaire import lines, places, reading, writing
from remiss.questionnaire.places import file_key, is_file_key, places_of, stance_of
from remiss.text import clean, is_blank
from tests import samples
from tests.factories import NOON, area_key, plan_of

pytestmark = pytest.mark.once

CITY = area_key("city-life")
HOW = "Öppna aulorna.\n\n• På kvällarna\n\tmed  två blanksteg & <taggar>\n\n"
CONTENTS = {
    CITY: {"stance": "supports_with_conditions", "how": HOW, "actors": "Biblioteket\nParken"},
    "rest": {"stance": "", "missing": "Ja, unga."},
}


@pytest.fixture
def plan(consultation):
    return plan_of(consultation)


def written(plan, contents=CONTENTS, key="AAAA-BBBB", **more):
    return writing.questionnaire(plan, key=key, contents=contents, at=NOON, **more)


def place(plan, part, name):
    return next(each for each in places_of(plan) if (each.part, each.name) == (part, name))


def read(plan, content, kind="docx"):
    known = writing.known_texts(plan)
    return reading.read(content, kind, places=places_of(plan), known=known)


def texts_of(plan, found):
    """{(part, field): text} of the places with a text."""
    by_key = {each.key: (each.part, each.name) for each in places_of(plan)}
    return {by_key[key]: text for key, text in found.texts.items() if text}


EXPECTED = {
    (CITY, "stance"): "Tillstyrker med förbehåll",
    (CITY, "how"): HOW,
    (CITY, "actors"): "Biblioteket\nParken",
    ("rest", "missing"): "Ja, unga.",
}


class Filled:
    """A file of ours opened as a person opens it in Word."""

    def __init__(self, plan, contents=None):
        self.plan = plan
        self.document = docx.Document(BytesIO(written(plan, contents or {})))

    def cell(self, part, name):
        line = place(self.plan, part, name).line
        for table in self.document.tables:
            if table.cell(0, 0).paragraphs[0].text == line:
                return table.cell(0, 0)
        raise LookupError(line)

    def write(self, part, name, *paragraphs):
        cell = self.cell(part, name)
        cell.paragraphs[1].text = paragraphs[0]
        for text in paragraphs[1:]:
            cell.add_paragraph(text)
        return cell

    def content(self):
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()

    def read(self):
        return read(self.plan, self.content())


@pytest.fixture
def filled(plan):
    return Filled(plan)


def table_of(cell):
    return cell._tc.getparent().getparent()


def xml(text):
    return parse_xml(text.replace(">", f" {nsdecls('w')}>", 1))


def saved_again(content, kind, folder, source="docx"):
    """The file as LibreOffice writes it."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice (soffice) is not installed: apt-get install libreoffice-writer")
    (folder / "out").mkdir(exist_ok=True)
    file = folder / f"svar.{source}"
    file.write_bytes(content)
    subprocess.run(
        [
            soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless",
            "--convert-to", kind, "--outdir", str(folder / "out"), str(file),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "out" / f"svar.{kind}").read_bytes()


# Out


def test_what_is_written_comes_back_equal_and_nothing_else_does(plan):
    found = read(plan, written(plan))

    assert texts_of(plan, found) == EXPECTED
    assert found.loose == []
    assert found.keys == {"AAAA-BBBB"}
    assert (found.has_changes, found.comments, found.twice) == (False, 0, set())
    assert set(found.texts) == {each.key for each in places_of(plan)}


def test_the_lines_on_top_are_ours_too(plan):
    beside = ("Svar från Tegelbacken", "Svara senast måndag 30 november 2026 kl. 23.59.")
    content = written(plan, beside=beside)
    known = writing.known_texts(plan) | {beside[0]}

    assert reading.read(content, "docx", places=places_of(plan), known=known).loose == []


def test_every_place_has_a_number_and_a_key_of_its_own(plan):
    found = places_of(plan)

    assert len({each.key for each in found}) == len(found) == 4 * 4 + 4
    assert [each.number for each in found][:6] == ["1", "1.1", "1.2", "1.3", "2", "2.1"]
    assert found[-1].number == "5.3"
    assert found[1].hint == "Tänk på skolor och fritidsgårdar."
    assert found[5].hint == "Hjälp till Hur kan samverkan ske?"


def test_the_file_speaks_swedish_and_has_headings_a_title_and_captions(plan):
    document = docx.Document(BytesIO(written(plan)))
    parts = samples.parts_of(written(plan))

    assert document.core_properties.language == "sv-SE"
    assert document.core_properties.title == writing.title(plan)
    langs = [each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))]
    assert set(langs) == {"sv-SE"}
    assert b'w:themeFontLang w:val="sv-SE"' in parts["word/settings.xml"]
    headings = [
        (each.style.name, each.text)
        for each in document.paragraphs
        if each.style.name.startswith("Heading")
    ]
    assert headings[:5] == [
        ("Heading 1", writing.title(plan)),
        ("Heading 2", "Så fyller ni i"),
        ("Heading 2", "1. Ungas hälsa och livsstil"),
        ("Heading 3", "Det här föreslår planen"),
        ("Heading 3", "Därför behövs samverkan"),
    ]
    assert parts["word/document.xml"].count(b"<w:tblCaption ") == len(places_of(plan))


def test_the_file_has_text_only_no_fields_and_nothing_from_outside(plan):
    evil = '</w:t></w:r><w:fldSimple w:instr="DDE"/>{HYPERLINK "http://x"} ]]> &#x41;'
    content = written(plan, {CITY: {"how": evil}}, beside=(evil,))
    parts = samples.parts_of(content)

    for name, part in parts.items():
        assert b"<w:fldSimple" not in part, name
        assert b"instrText" not in part, name
        assert b'TargetMode="External"' not in part, name
    assert texts_of(plan, read(plan, content)) == {(CITY, "how"): evil}


def test_the_plan_is_plain_paragraphs_with_numbers_bullets_and_addresses():
    source = (
        "<p>Ett <strong>fett</strong> ord<br>och <a href='https://malmo.se/'>en länk</a>.</p>"
        "<ul class='list'><li>Ett<ul><li>Inre</li></ul></li><li><p>Två</p></li></ul>"
        "<ol start='3'><li>Tredje</li></ol><h3>Rubrik</h3>"
        "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    )

    found = [(each.text, each.level, each.is_item) for each in writing.paragraphs(source)]

    assert found == [
        ("Ett fett ord och en länk (https://malmo.se/).", 0, False),
        ("Ett", 0, True),
        ("Inre", 0, True),
        ("Två", 0, False),
        ("3. Tredje", 0, False),
        ("Rubrik", 4, False),
        ("a – b", 0, False),
    ]


def test_a_file_key_tells_the_owner_and_the_version_and_gives_away_nothing(settings):
    mine = file_key("a" * 32, 1)

    assert "a" * 4 not in mine.lower()
    assert is_file_key(mine.lower(), "a" * 32, [2, 1]) == 1
    assert is_file_key(mine, "a" * 32, [2]) is None
    assert is_file_key(mine, "b" * 32, [1]) is None
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 60
    assert file_key("a" * 32, 1) != mine
    assert is_file_key(mine, "a" * 32, [1]) == 1


@pytest.mark.parametrize(
    ("said", "stance"),
    [
        ("Tillstyrker", "supports"),
        (" Vi tillstyrker med\nförbehåll. ", "supports_with_conditions"),
        ("• Har inget att invända", "no_objection"),
        ("VI AVSTÅR FRÅN ATT YTTRA OSS", "abstains"),
        ("Avstyrker", "opposes"),
        ("", ""),
        ("Ingen markering", ""),
        ("Vi tillstyrker nästan", None),
    ],
)
def test_a_stance_is_read_from_its_words(said, stance):
    assert stance_of(said) == stance


clean_texts = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \t\n\u00a0–•åäö"), max_size=200
).map(clean)


@functools.cache  # the template takes longer than all the rest
def empty_document():
    return writing._new_document("Prov", NOON)


@given(text=clean_texts)
@settings(max_examples=100, deadline=None, database=None)
def test_any_clean_text_comes_back_equal(text):
    one = places.Place("MA7K", "1.1", "area:a", "how", "1. A", "Hur?")
    document = empty_document()
    document._body.clear_content()
    writing._add_frame(document, one, text)
    file = BytesIO()
    document.save(file)

    found = reading.read(file.getvalue(), "docx", places=[one], known=set())

    assert found.texts == {"MA7K": "" if is_blank(text) else text}
    assert found.loose == []


# Through other programs


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_libreoffice_saves_it_again_and_nothing_is_lost(plan, tmp_path, kind):
    found = read(plan, saved_again(written(plan), kind, tmp_path), kind)

    assert texts_of(plan, found) == EXPECTED
    assert found.loose == []
    assert found.keys == {"AAAA-BBBB"}


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_all_that_people_do_survives_libreoffice_too(plan, filled, tmp_path, kind):
    fill_with_everything(filled)

    found = read(plan, saved_again(filled.content(), kind, tmp_path), kind)

    everything_is_there(plan, found)


def test_all_that_people_do_is_read_from_what_word_writes(plan, filled):
    fill_with_everything(filled)

    everything_is_there(plan, filled.read())


def fill_with_everything(filled):
    """Lists, a nested table, tracked changes, a comment, a text beside the places."""
    cell = filled.write(CITY, "how", "Först")
    for style, text in (
        ("List Bullet", "punkt"), ("List Number", "ett"), ("List Number", "två"),
    ):  # fmt: skip
        cell.add_paragraph(text, filled.document.styles[style])
    nested = cell.add_table(2, 2)
    for number, each in enumerate(each for row in nested.rows for each in row.cells):
        each.text = f"ruta {number}"
    cell.add_paragraph("Sist")
    changed = filled.write(CITY, "exists", "Vi har ")
    changed.paragraphs[1]._p.append(
        xml('<w:ins w:id="91" w:author="A"><w:r><w:t>avtal</w:t></w:r></w:ins>')
    )
    changed.paragraphs[1]._p.append(
        xml('<w:del w:id="92" w:author="A"><w:r><w:delText>inget</w:delText></w:r></w:del>')
    )
    actors = filled.write(CITY, "actors", "Biblioteket")
    filled.document.add_comment(actors.paragraphs[1].runs, text="Stämmer det?", author="A")
    filled.document.add_paragraph("En rad efter allt.")
    filled.document.add_paragraph("Och en till.")


def everything_is_there(plan, found):
    texts = texts_of(plan, found)
    rows = [line.strip() for line in texts[CITY, "how"].split("\n")]
    assert [row for row in rows if row] == [
        "Först", "• punkt", "1. ett", "2. två", "ruta 0\truta 1", "ruta 2\truta 3", "Sist",
    ]  # fmt: skip
    assert texts[CITY, "exists"].strip() == "Vi har avtal"
    assert texts[CITY, "actors"] == "Biblioteket"
    assert found.has_changes
    assert found.comments == 1
    assert [each.text for each in found.loose] == ["En rad efter allt.\nOch en till."]
    assert found.loose[0].after == "5.3"


# What people do to it


def test_a_place_is_found_wherever_it_has_been_moved(filled):
    how = table_of(filled.write(CITY, "how", "Flyttad"))
    filled.write(CITY, "exists", "Kvar")
    filled.document.element.body.insert(0, how)

    assert texts_of(filled.plan, filled.read()) == {
        (CITY, "how"): "Flyttad",
        (CITY, "exists"): "Kvar",
    }


def test_headings_and_our_own_texts_may_go(filled):
    filled.write(CITY, "how", "Kvar")
    for paragraph in list(filled.document.element.body.iterchildren(qn("w:p"))):
        paragraph.getparent().remove(paragraph)

    found = filled.read()

    assert texts_of(filled.plan, found) == {(CITY, "how"): "Kvar"}
    assert found.loose == []
    assert found.keys == set()


def test_two_places_merged_into_one_cell_are_told_apart(filled):
    how = filled.write(CITY, "how", "Ett", "Två")
    exists = filled.write(CITY, "exists", "Tre")
    for paragraph in exists.paragraphs:
        how._tc.append(paragraph._p)
    table = table_of(exists)
    table.getparent().remove(table)

    assert texts_of(filled.plan, filled.read()) == {
        (CITY, "how"): "Ett\nTvå",
        (CITY, "exists"): "Tre",
    }


def test_a_place_that_is_gone_is_missing_and_its_text_is_not(filled):
    table = table_of(filled.write(CITY, "how", "Utan ruta"))
    for paragraph in table.iter(qn("w:p")):
        table.addprevious(copy.deepcopy(paragraph))
    table.getparent().remove(table)

    found = filled.read()

    assert place(filled.plan, CITY, "how").key not in found.texts
    assert [(each.text, each.after) for each in found.loose] == [("Utan ruta", "3.1")]


def test_both_texts_of_a_place_that_is_there_twice_are_kept(filled):
    table = table_of(filled.write(CITY, "how", "Första"))
    table.addnext(copy.deepcopy(table))
    filled.write(CITY, "how", "Andra")

    found = filled.read()

    assert texts_of(filled.plan, found) == {(CITY, "how"): "Andra\n\nFörsta"}
    assert found.twice == {place(filled.plan, CITY, "how").key}


def test_a_copied_place_that_is_equal_or_empty_is_one_text(filled):
    table = table_of(filled.write(CITY, "how", "Samma"))
    table.addnext(copy.deepcopy(table))
    empty = table_of(filled.cell(CITY, "exists"))
    empty.addnext(copy.deepcopy(empty))

    found = filled.read()

    assert texts_of(filled.plan, found) == {(CITY, "how"): "Samma"}
    assert found.twice == set()


def test_text_on_the_line_of_the_key_belongs_to_the_place(filled):
    cell = filled.cell(CITY, "how")
    cell.paragraphs[0].add_run(" Vi tycker:\nja")

    assert texts_of(filled.plan, filled.read())[CITY, "how"].rstrip() == "Vi tycker:\nja"


def test_text_in_a_place_without_its_line_is_shown(filled):
    cell = filled.write(CITY, "how", "Herrelös")
    cell._tc.remove(cell.paragraphs[0]._p)

    found = filled.read()

    assert texts_of(filled.plan, found) == {}
    assert [each.text for each in found.loose] == ["Herrelös"]


def test_content_controls_are_looked_into_but_not_their_prompts(filled):
    cell = filled.cell(CITY, "how")
    cell._tc.append(
        xml(
            "<w:sdt><w:sdtContent><w:p><w:r><w:t>I en kontroll</w:t></w:r></w:p></w:sdtContent>"
            "</w:sdt>"
        )
    )
    cell._tc.append(
        xml(
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Klicka här"
            "</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
    )

    assert texts_of(filled.plan, filled.read()) == {(CITY, "how"): "\nI en kontroll"}


def test_a_paragraph_mark_that_was_taken_away_joins_the_two(filled):
    cell = filled.write(CITY, "how", "Ett ", "stycke")
    marks = cell.paragraphs[1]._p.get_or_add_pPr()
    marks.append(xml("<w:rPr><w:del w:id='9' w:author='A'/></w:rPr>"))

    found = filled.read()

    assert texts_of(filled.plan, found) == {(CITY, "how"): "Ett stycke"}
    assert found.has_changes


def test_text_boxes_are_shown_once_and_by_themselves(filled):
    box = "<w:txbxContent><w:p><w:r><w:t>I en textruta</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    cell = filled.write(CITY, "how", "I rutan")
    cell.paragraphs[1]._p.append(
        xml(
            f"<w:r><mc:AlternateContent {mc}><mc:Choice Requires='wps'>{box}</mc:Choice>"
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )

    found = filled.read()

    assert texts_of(filled.plan, found) == {(CITY, "how"): "I rutan"}
    assert [(each.text, each.source) for each in found.loose] == [("I en textruta", lines.BOX)]


def test_footnotes_and_headers_are_shown_among_what_could_not_be_placed(filled):
    filled.document.sections[0].header.paragraphs[0].text = "Tegelbackens förening"
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="0" w:type="separator"><w:p><w:r>'
        '<w:t>-</w:t></w:r></w:p></w:footnote><w:footnote w:id="1"><w:p><w:r>'
        "<w:t>Se avtalet.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    ).encode()
    content = samples.with_parts(filled.content(), **{"word/footnotes.xml": notes})

    found = read(filled.plan, content)

    assert [(each.text, each.source) for each in found.loose] == [
        ("Se avtalet.", lines.NOTE),
        ("Tegelbackens förening", lines.MARGIN),
    ]


def test_an_odt_with_changes_notes_boxes_and_comments(plan):
    content = odt_of(
        """<text:tracked-changes><text:changed-region><text:deletion><text:p>borta</text:p>
        </text:deletion></text:changed-region></text:tracked-changes>
        <table:table><table:table-row><table:table-cell>
        <text:p>LINE</text:p><text:p>Ett<text:s text:c="2"/>två<text:tab/>tre<text:line-break/>fyra
        <text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>En not</text:p>
        </text:note-body></text:note><office:annotation><text:p>Kommentar</text:p>
        </office:annotation></text:p></table:table-cell></table:table-row></table:table>
        <text:p><draw:frame><draw:text-box><text:p>I en ram</text:p></draw:text-box></draw:frame>
        </text:p>
        <text:p>Löst</text:p>""".replace("LINE", place(plan, CITY, "how").line)
    )

    found = read(plan, content, "odt")

    assert texts_of(plan, found) == {(CITY, "how"): "Ett  två\ttre\nfyra "}
    assert [(each.text, each.source) for each in found.loose] == [
        ("En not", lines.NOTE), ("I en ram", lines.BOX), ("Löst", ""),
    ]  # fmt: skip
    assert (found.has_changes, found.comments) == (True, 1)


def odt_of(body):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for name, urn in (
            ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        )
    )  # fmt: skip
    content = (
        f"<office:document-content {spaces}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    return samples.odt(**{"content.xml": content.encode()})


def test_what_was_not_made_by_us_is_all_shown(plan):
    found = read(plan, samples.word())

    assert found.texts == {}
    assert [each.text for each in found.loose] == ["Remissvar\nVi tillstyrker. Åäö."]


def test_a_key_that_the_plan_does_not_have_is_shown_with_its_text(filled):
    cell = filled.write(CITY, "how", "Till en fråga som har tagits bort")
    cell.paragraphs[0].text = "Svar 9.1 · nyckel ZZZZ"

    found = filled.read()

    assert [each.text for each in found.loose] == [
        "Svar 9.1 · nyckel ZZZZ\nTill en fråga som har tagits bort"
    ]


def test_more_than_sixty_loose_texts_are_all_there(filled):
    for number in range(70):
        filled.document.add_paragraph(f"Löst {number}")
        filled.document.add_paragraph(writing.CARE)

    found = filled.read()

    assert len(found.loose) == reading.MAX_LOOSE
    assert "Löst 69" in found.loose[-1].text


# What somebody who wants to do harm would send


def test_an_entity_is_not_unfolded(plan):
    document = samples.parts_of(samples.word_with_entities())["word/document.xml"]
    document = document.replace(b"Remissvar", b"Remissvar &b;")

    found = read(plan, samples.with_parts(samples.word(), **{"word/document.xml": document}))

    assert "aaaa" not in str(found)
    assert "Remissvar" in str(found)


def test_a_file_outside_is_not_read(plan, tmp_path):
    (tmp_path / "secret").write_text("hemligt")
    evil = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
        f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body>"
        "</w:document>"
    )

    found = read(plan, samples.with_parts(samples.word(), **{"word/document.xml": evil.encode()}))

    assert "hemligt" not in str(found)


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 300 + b"</a>" * 300,
        b"<a/>" * 400_001,
        b"a" * (17 * 2**20),
        b"inget",
    ],
    ids=["deep", "many", "big", "not xml"],
)
def test_what_would_take_too_much_is_refused(plan, body):
    document = b"<w>" + body if body != b"inget" else body
    content = samples.with_parts(samples.word(), **{"word/document.xml": document + b"</w>"})

    with pytest.raises(reading.Unreadable):
        read(plan, content)


def test_as_deep_as_the_parser_goes_can_be_read(plan):
    deep = b"<a>" * 250 + b"</a>" * 250
    content = samples.with_parts(samples.word(), **{"word/document.xml": b"<w>" + deep + b"</w>"})

    assert read(plan, content).loose == []
    assert zipfile.is_zipfile(BytesIO(content))


def test_no_zip_is_unreadable(plan):
    with pytest.raises(reading.Unreadable):
        read(plan, b"inte en zip")


def test_a_plan_that_says_little_needs_no_help_text():
    assert list(writing._area(None)) == []
    assert list(writing._area(SimpleNamespace(lead="L", proposals_html="", reasons_html=""))) == [
        writing.Block("L")
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<w:p><w:r><w:t>Svar 1" + " " * 3_000_000 + "</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>Svar 1 nyckel </w:t></w:r></w:p>" * 30_000,
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>aaaaaaaaaaaaa</w:t></w:r></w:p>"
        * 25_000,
        "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" * 100_000 + "</w:tc></w:tr></w:tbl>" * 60,
    ],
    ids=["spaces", "keys", "joined", "nested"],
)
def test_what_is_made_to_take_long_does_not(plan, body):
    document = f"<w:document {nsdecls('w')}><w:body>{body}</w:body></w:document>".encode()
    content = samples.with_parts(samples.word(), **{"word/document.xml": document})
    before = time.process_time()

    with suppress(reading.Unreadable):
        read(plan, content)

    assert time.process_time() - before < 8


def test_the_label_of_a_point_cannot_make_a_file_large(plan):
    parts = samples.parts_of(samples.word())
    numbering = re.sub(b'w:lvlText w:val="[^"]*"', b'w:lvlText w:val="' + b"%1" * 5_000 + b'"',
                       parts["word/numbering.xml"])  # fmt: skip
    points = '<w:p><w:pPr><w:pStyle w:val="ListNumber"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>' * 500
    document = f"<w:document {nsdecls('w')}><w:body>{points}</w:body></w:document>".encode()
    content = samples.with_parts(
        samples.word(), **{"word/document.xml": document, "word/numbering.xml": numbering}
    )

    assert len(read(plan, content).loose[0].text) < 500 * 120
