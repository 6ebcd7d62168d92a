"""What every kind of file is read into: lines that know which cells they stand in."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

# All parts that are read; parsed they take many times as much memory. An answer of three hundred
# pages in Word has about half as many tags.
MAX_BYTES = 16 * 2**20
MAX_TAGS = 400_000

BODY, NOTE, BOX, MARGIN = "", "Fotnot", "Textruta", "Sidhuvud eller sidfot"


class Unreadable(Exception):
    """The file has passed the checks of uploads and can still not be read as a document."""


@dataclass
class Line:
    """One paragraph. `cells` is (row, cell) of each table it stands in, the outermost first."""

    text: str
    cells: tuple[tuple[int, int], ...] = ()
    mark: str = ""  # what a list puts in front of it
    source: str = BODY


@dataclass
class Document:
    lines: list[Line] = field(default_factory=list)
    has_changes: bool = False  # tracked ones
    comments: int = 0


class Parts:
    """The parts of a package, by name in lower case."""

    def __init__(self, content: bytes):
        try:
            self.package = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError) as error:
            raise Unreadable from error
        self.bytes_left, self.tags_left = MAX_BYTES, MAX_TAGS
        self.names = {name.replace("\\", "/").lower(): name for name in self.package.namelist()}

    def matching(self, pattern: str) -> Iterator[etree._Element]:
        for name in sorted(self.names):
            if re.fullmatch(pattern, name):
                yield self.root(name)

    def root(self, name: str) -> etree._Element:
        """A part, or an empty element where there is none. No entity, network or DTD is used."""
        if name not in self.names:
            return etree.Element("none")
        try:
            self.bytes_left -= self.package.getinfo(self.names[name]).file_size
            if self.bytes_left < 0:
                raise Unreadable
            content = self.package.read(self.names[name])
            self.tags_left -= content.count(b"<")
            if self.tags_left < 0:
                raise Unreadable
            return etree.fromstring(content, _parser())
        except (etree.XMLSyntaxError, zipfile.BadZipFile, ValueError, OSError) as error:
            raise Unreadable from error


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True,
        remove_comments=True,
    )  # fmt: skip


def name_of(element) -> str:
    """Its name without the namespace: the strict form of docx has others than the usual one."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element, name: str) -> str:
    """An attribute, in whatever namespace."""
    if element is None:
        return ""
    for each, value in element.attrib.items():
        if each.rpartition("}")[2] == name:
            return value
    return ""


def child(element, *path: str):
    """The first child of a child … by name, or None."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if name_of(each) == name), None)
    return element


def numbered(count: int, form: str) -> str:
    """A number as a list shows it: 3, c or C; others as digits."""
    if form in {"lowerLetter", "a", "upperLetter", "A"} and 0 < count <= 26:
        letter = chr(ord("a") + count - 1)
        return letter.upper() if form in {"upperLetter", "A"} else letter
    return str(count)


def number_in(text: str, default: int = 0) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else default
