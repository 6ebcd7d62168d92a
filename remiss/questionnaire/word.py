"""A docx as lines: the final text, whatever Word or LibreOffice has wrapped around it."""

import re
from itertools import count

from remiss.questionnaire.lines import (
    BOX,
    MARGIN,
    NOTE,
    Document,
    Line,
    Parts,
    attribute,
    child,
    name_of,
    number_in,
    numbered,
)

MAIN = re.compile(r"wordprocessingml\.document\.main\+xml$")
# Taken away by a tracked change, or never text.
GONE = {"del", "moveFrom", "delText", "delInstrText"}
NOT_TEXT = {"pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "instrText"}
CHANGES = {"ins", "del", "moveFrom", "moveTo", "cellDel", "cellIns"}
LINE_ENDS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011"}
LONGEST_LABEL = 40  # of a point in a list, as the file says that it looks
SEPARATORS = {"separator", "continuationSeparator", "continuationNotice"}


def read(content: bytes) -> Document:
    """Raises Unreadable."""
    parts = Parts(content)
    reader = _Reader(parts)
    main = parts.root(_main_part(parts))
    reader.walk(main, ())
    for pattern, source in (
        (r"word/(?:foot|end)notes\d*\.xml", NOTE),
        (r"word/(?:header|footer)\d*\.xml", MARGIN),
    ):
        for root in parts.matching(pattern):
            reader.look_for_changes(root)
            reader.walk(root, (), source)
    reader.look_for_changes(main)
    reader.end_paragraph()
    for root in parts.matching(r"word/comments\d*\.xml"):
        reader.document.comments += sum(name_of(each) == "comment" for each in root)
    return reader.document


def _main_part(parts: Parts) -> str:
    for each in parts.root("[content_types].xml"):
        if MAIN.search(attribute(each, "ContentType")):
            return attribute(each, "PartName").lstrip("/").lower()
    return "word/document.xml"


class _Reader:
    def __init__(self, parts: Parts):
        self.document = Document()
        self.lists = _Lists(parts)
        self.numbers = count(1)
        self.goes_on = False  # the mark that ended the paragraph before is deleted
        self.pieces: list[str] = []  # of the paragraph that does

    def look_for_changes(self, root) -> None:
        self.document.has_changes |= any(name_of(each) in CHANGES for each in root.iter())

    def walk(self, element, cells, source="", row=0) -> None:
        for each in element:
            name = name_of(each)
            if name == "p":
                self.paragraph(each, cells, source)
            elif _is_left_out(each, name):
                continue
            elif name == "tr":
                self.walk(each, cells, source, next(self.numbers))
            elif name == "tc":
                self.walk(each, (*cells, (row, next(self.numbers))), source)
            else:
                self.walk(each, cells, source, row)

    def paragraph(self, paragraph, cells, source) -> None:
        pieces: list[str] = []
        boxes: list = []
        _inline(paragraph, pieces, boxes)
        before = self.document.lines[-1:]
        if self.goes_on and (before[0].cells, before[0].source) == (cells, source):
            self.pieces += pieces
        else:
            self.end_paragraph()
            self.pieces = pieces
            mark = self.lists.mark(paragraph) if "".join(pieces).strip() else ""
            self.document.lines.append(Line("", cells, mark, source))
        marks = child(paragraph, "pPr", "rPr")
        self.goes_on = marks is not None and any(name_of(each) in GONE for each in marks)
        if not self.goes_on:
            self.end_paragraph()
        for box in boxes:
            self.end_paragraph()
            self.goes_on = False
            self.walk(box, (), source or BOX)

    def end_paragraph(self) -> None:
        if self.pieces:
            self.document.lines[-1].text = "".join(self.pieces)
            self.pieces = []


def _is_left_out(element, name: str) -> bool:
    if name in GONE or name in NOT_TEXT:
        return True
    if name == "tr":
        return child(element, "trPr", "del") is not None
    if name == "tc":
        return child(element, "tcPr", "cellDel") is not None
    if name == "sdt":  # a control that nobody has filled in shows what to do in it
        return child(element, "sdtPr", "showingPlcHdr") is not None
    if name == "Fallback":  # the same once more, for older programs
        return element.getprevious() is not None
    return attribute(element, "type") in SEPARATORS


def _inline(element, pieces: list[str], boxes: list) -> None:
    for each in element:
        name = name_of(each)
        if name == "t":
            pieces.append(each.text or "")
        elif name in LINE_ENDS:
            pieces.append(LINE_ENDS[name])
        elif name == "sym":
            pieces.append(_symbol(attribute(each, "char")))
        elif name == "txbxContent":
            boxes.append(each)
        elif not _is_left_out(each, name):
            _inline(each, pieces, boxes)


def _symbol(code: str) -> str:
    return chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else ""


class _Lists:
    """What stands in front of a point: a bullet, or the number that Word counts to."""

    def __init__(self, parts: Parts):
        levels, self.nums = {}, {}
        for each in parts.root("word/numbering.xml"):
            if name_of(each) == "abstractNum":
                levels[attribute(each, "abstractNumId")] = {
                    number_in(attribute(level, "ilvl")): level
                    for level in each
                    if name_of(level) == "lvl"
                }
            elif name_of(each) == "num":
                of = attribute(child(each, "abstractNumId"), "val")
                self.nums[attribute(each, "numId")] = levels.get(of, {})
        self.styles = {
            attribute(each, "styleId"): each
            for each in parts.root("word/styles.xml")
            if name_of(each) == "style"
        }
        self.counts: dict[str, dict[int, int]] = {}

    def mark(self, paragraph) -> str:
        number, level = self._numbering(paragraph)
        shape = self.nums.get(number, {}).get(level)
        if shape is None:
            return ""
        form = attribute(child(shape, "numFmt"), "val")
        if form == "none":
            return ""
        indent = "  " * min(level, 9)
        if form == "bullet":
            return f"{indent}• "
        counts = self.counts.setdefault(number, {})
        start = number_in(attribute(child(shape, "start"), "val"), 1)
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        return f"{indent}{self._label(number, shape, counts)} "

    def _label(self, number, shape, counts) -> str:
        def shown(found):
            level = int(found[1]) - 1
            of = self.nums[number].get(level)
            return numbered(counts.get(level, 1), attribute(child(of, "numFmt"), "val"))

        return re.sub("%([1-9])", shown, attribute(child(shape, "lvlText"), "val")[:LONGEST_LABEL])

    def _numbering(self, paragraph) -> tuple[str, int]:
        """(list, level), of the paragraph itself or of a style that it builds on."""
        found = child(paragraph, "pPr", "numPr")
        style = attribute(child(paragraph, "pPr", "pStyle"), "val")
        seen: set[str] = set()
        while found is None and style in self.styles and style not in seen:
            seen.add(style)
            found = child(self.styles[style], "pPr", "numPr")
            style = attribute(child(self.styles[style], "basedOn"), "val")
        level = number_in(attribute(child(found, "ilvl"), "val"))
        return attribute(child(found, "numId"), "val"), level
