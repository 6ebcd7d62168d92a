"""An odt as lines; see word.py, which does the same for docx."""

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

CELLS = {"table-cell", "covered-table-cell"}
# Deleted text lies apart from the text; the rest is said of a picture or a field, not in it.
NOT_TEXT = {"tracked-changes", "note-citation", "sequence-decls", "forms", "title", "desc"}
MARGINS = re.compile("(?:header|footer)(?:-left|-first)?")
MOST_SPACES = 100  # in a row, that one element may stand for
SPACE = re.compile(r"[ \t\r\n]+")


def read(content: bytes) -> Document:
    """Raises Unreadable."""
    parts = Parts(content)
    main, styles = parts.root("content.xml"), parts.root("styles.xml")
    reader = _Reader(main, styles)
    body = child(main, "body", "text")
    if body is not None:
        reader.walk(body, ())
    masters = child(styles, "master-styles")
    for each in masters.iter() if masters is not None else ():
        if MARGINS.fullmatch(name_of(each)):
            reader.walk(each, (), MARGIN)
    return reader.document


class _Reader:
    def __init__(self, *roots):
        self.document = Document()
        self.numbers = count(1)
        self.list_styles = {
            attribute(each, "name"): {
                number_in(attribute(level, "level"), 1): level for level in each
            }
            for root in roots
            for each in root.iter()
            if name_of(each) == "list-style"
        }
        self.counts: dict[tuple[str, int], int] = {}

    def walk(self, element, cells, source="", row=0) -> None:
        for each in element:
            name = name_of(each)
            if name in {"p", "h"}:
                self.paragraph(each, cells, source)
            elif name == "list":
                self.items(each, cells, source, row, attribute(each, "style-name"), 1)
            elif name == "tracked-changes":
                self.document.has_changes |= len(each) > 0
            elif name == "annotation":
                self.document.comments += 1
            elif name == "frame" or name == "custom-shape":
                self.walk(each, (), source or BOX)
            elif name == "table-row":
                self.walk(each, cells, source, next(self.numbers))
            elif name in CELLS:
                self.walk(each, (*cells, (row, next(self.numbers))), source)
            elif name not in NOT_TEXT:
                self.walk(each, cells, source, row)

    def items(self, points, cells, source, row, style, level) -> None:
        """A list; the first paragraph of each point gets its mark."""
        shape = self.list_styles.get(style, {}).get(level)
        if not attribute(points, "continue-numbering") and not attribute(points, "continue-list"):
            self.counts.pop((style, level), None)
        for item in points:
            is_first = name_of(item) == "list-item"
            for each in item:
                if name_of(each) == "list":
                    own = attribute(each, "style-name") or style
                    self.items(each, cells, source, row, own, level + 1)
                elif name_of(each) in {"p", "h"}:
                    before = len(self.document.lines)
                    self.paragraph(each, cells, source)
                    line = self.document.lines[before]
                    if is_first and line.text.strip():
                        line.mark = self.mark(shape, style, level)
                    is_first = False
                else:
                    self.walk([each], cells, source, row)

    def mark(self, shape, style: str, level: int) -> str:
        indent = "  " * (min(level, 10) - 1)
        kind = name_of(shape) if shape is not None else ""
        if kind == "list-level-style-bullet":
            return f"{indent}• "
        form = attribute(shape, "num-format")
        if kind != "list-level-style-number" or not form:
            return ""
        start = number_in(attribute(shape, "start-value"), 1)
        self.counts[style, level] = at = self.counts.get((style, level), start - 1) + 1
        prefix, suffix = attribute(shape, "num-prefix")[:9], attribute(shape, "num-suffix")[:9]
        return f"{indent}{prefix}{numbered(at, form)}{suffix} "

    def paragraph(self, paragraph, cells, source) -> None:
        pieces: list[str] = []
        beside: list[tuple[str, object]] = []
        self.inline(paragraph, pieces, beside)
        self.document.lines.append(Line("".join(pieces), cells, "", source))
        for kind, each in beside:
            self.walk(each, (), source or kind)

    def inline(self, element, pieces: list[str], beside: list) -> None:
        pieces.append(SPACE.sub(" ", element.text or ""))
        for each in element:
            self.piece(each, pieces, beside)
            pieces.append(SPACE.sub(" ", each.tail or ""))

    def piece(self, each, pieces: list[str], beside: list) -> None:
        name = name_of(each)
        if name == "s":
            pieces.append(" " * min(number_in(attribute(each, "c"), 1), MOST_SPACES))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name == "annotation":
            self.document.comments += 1
        elif name == "note":
            beside.append((NOTE, [child(each, "note-body")] if len(each) else []))
        elif name in {"frame", "custom-shape"}:
            beside.append((BOX, [each]))
        elif name not in NOT_TEXT:
            self.inline(each, pieces, beside)
