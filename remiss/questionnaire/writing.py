"""The questionnaire as a Word file: what the plan says, what is asked, and room to answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import html

from remiss.exports.sections import Plan
from remiss.models import Consultation, Position
from remiss.questionnaire.places import Place, places_of
from remiss.text import clean

HOW = [
    "Skriv i rutorna, under raden som börjar med ”Svar”. Ta inte bort den raden, för den visar var "
    "texten hör hemma.",
    "Ni väljer själva vilka frågor ni svarar på. En ruta som är tom ändrar inget.",
    "Rubriker, fetstil och tabeller blir vanlig text i svaret. Styckena finns kvar.",
    "När ni är klara: öppna ert svar på webbplatsen med er länk och välj ”Hämta in från Word”. "
    "Inget är inskickat förrän ni skickar in det där.",
]
CARE = (
    "Skriv inte om enskilda personers hälsa, ekonomi eller annat känsligt. Svaret blir offentligt."
)
PROPOSALS, REASONS = "Det här föreslår planen", "Därför behövs samverkan"
DARK = RGBColor(0x12, 0x2B, 0x39)
STANCES = "Skriv ett av de här, eller lämna rutan tom:"
BLOCKS = {"p", "h3", "h4", "li", "tr", "blockquote", "ul", "ol", "table", "thead", "tbody"}


@dataclass(frozen=True)
class Block:
    """A paragraph of ours. `level` is that of a heading, `is_item` a point in a list; one that
    `is_asking` stays on the page of the place it is about."""

    text: str
    level: int = 0
    is_item: bool = False
    is_asking: bool = False


def blocks(plan: Plan, places: list[Place]) -> Iterator[Block | Place]:
    """Everything of the file that is the same in every answer, with each place where it stands."""
    yield Block("Så fyller ni i", level=2)
    yield from (Block(text, is_item=True) for text in HOW)
    yield Block(CARE)
    heading = ""
    for place in places:
        if place.heading != heading:
            heading = place.heading
            yield Block(heading, level=2)
            yield from _area(place.area)
        number = "" if place.is_stance else f"{place.number} "
        yield Block(f"{number}{place.label}", level=3)
        if place.hint:
            yield Block(place.hint, is_asking=True)
        if place.is_stance:
            yield Block(STANCES, is_asking=True)
            for position in Position:
                yield Block(str(position.label), is_item=True, is_asking=True)
        yield place


def _area(area) -> Iterator[Block]:
    if area is None:
        return
    yield Block(area.lead)
    for heading, source in ((PROPOSALS, area.proposals_html), (REASONS, area.reasons_html)):
        if source:
            yield Block(heading, level=3)
            yield from paragraphs(source)


def paragraphs(source: str) -> Iterator[Block]:
    """Sanitised HTML of the plan as plain paragraphs; the address of a link stands after it."""
    for element in html.fragments_fromstring(f"<div>{source}</div>")[0].iter(*BLOCKS):
        text = " ".join(_own_text(element).split())
        if text:
            level = 4 if element.tag in {"h3", "h4"} else 0
            yield Block(_number(element) + text, level, is_item=_is_bullet(element))


def _own_text(element) -> str:
    """The text of an element without that of the blocks within it, which come on their own."""
    text = element.text or ""
    for child in element:
        if child.tag not in BLOCKS:
            text += _own_text(child)
            href = child.get("href")
            if href and href not in child.text_content():
                text += f" ({href})"
            text += " – " if child.tag in {"td", "th"} and child.getnext() is not None else ""
        text += (" " if child.tag == "br" else "") + (child.tail or "")
    return text


def _number(element) -> str:
    """The number of a point, as text: Word would go on counting from the list before it."""
    parent = element.getparent()
    if element.tag != "li" or parent.tag != "ol":
        return ""
    return f"{int(parent.get('start', 1)) + parent.index(element)}. "


def _is_bullet(element) -> bool:
    return element.tag == "li" and element.getparent().tag == "ul"


def known_texts(plan: Plan) -> set[str]:
    """Our own paragraphs, so that reading a file tells them from what a person has written."""
    return {
        " ".join(clean(each.text).split())
        for each in blocks(plan, places_of(plan))
        if isinstance(each, Block)
    } | {" ".join(title(plan).split())}


def known_in(consultation: Consultation) -> set[str]:
    """The same for a file of any version of the plan."""
    return set().union(*(known_texts(Plan(version)) for version in consultation.versions.all()))


def title(plan: Plan) -> str:
    return f"Svar på remissen: {plan.version.consultation.title}"


def questionnaire(
    plan: Plan,
    *,
    key: str,
    contents: Mapping[str, Mapping[str, str]],
    beside: tuple[str, ...] = (),
    at: datetime,
) -> bytes:
    """The file. `contents` is what a draft holds, part key → field → text; `beside` stands on top,
    `key` tells whose file it is."""
    document = _new_document(title(plan), at)
    document.add_heading(_clean(title(plan)), 1)
    for text in (*beside, f"Filens nyckel {key} · planens version {plan.version.number}"):
        document.add_paragraph(_clean(text))
    for block in blocks(plan, places_of(plan)):
        if isinstance(block, Place):
            _add_frame(document, block, _written(block, contents.get(block.part, {})))
        elif block.level:
            document.add_heading(_clean(block.text), block.level)
        else:
            style = "List Bullet" if block.is_item else None
            paragraph = document.add_paragraph(_clean(block.text), style)
            paragraph.paragraph_format.keep_with_next = block.is_asking
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _written(place: Place, content: Mapping[str, str]) -> str:
    text = content.get(place.name, "")
    return str(Position(text).label) if place.is_stance and text else text


def _clean(text: str) -> str:
    """One paragraph: a line break in a text of the plan is a space."""
    return clean(text).replace("\n", " ")


def _new_document(name: str, at: datetime):
    document = docx.Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    about = document.core_properties
    about.title, about.language, about.author, about.comments = _clean(name)[:255], "sv-SE", "", ""
    about.created = about.modified = at.replace(tzinfo=None)
    _speak_swedish(document)
    for level in range(1, 5):  # the template's blue is too pale to read
        document.styles[f"Heading {level}"].font.color.rgb = DARK
    line = document.styles.add_style("Svarsrad", WD_STYLE_TYPE.PARAGRAPH)
    line.base_style = document.styles["Normal"]
    line.font.bold, line.font.size = True, Pt(9)
    line.paragraph_format.space_after = Pt(4)
    line.paragraph_format.keep_with_next = True
    return document


def _speak_swedish(document) -> None:
    """In every place where the template says English (a screen reader believes any of them)."""
    for style in document.styles.element.iter(qn("w:lang")):
        style.set(qn("w:val"), "sv-SE")
    for setting in document.settings.element.iter(qn("w:themeFontLang")):
        setting.set(qn("w:val"), "sv-SE")


def _add_frame(document, place: Place, text: str) -> None:
    """The place: a table of one cell, with its key first and the respondent's text under it."""
    table = document.add_table(1, 1, "Table Grid")
    for name, said in (
        ("w:tblCaption", f"Svar {place.number}"),
        ("w:tblDescription", f"Ruta för svaret: {_clean(place.label)}"),
    ):
        element = OxmlElement(name)
        element.set(qn("w:val"), said)
        table._tbl.tblPr.append(element)
    cell = table.cell(0, 0)
    first = cell.paragraphs[0]
    first.text, first.style = place.line, document.styles["Svarsrad"]
    for line in clean(text).split("\n"):
        cell.add_paragraph(line)
    document.add_paragraph()  # two tables that meet become one
