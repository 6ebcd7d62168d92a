"""A filled-in file → the text of each place, and everything else that somebody wrote in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from remiss.questionnaire import opendocument, word
from remiss.questionnaire.lines import BODY, Line, Unreadable
from remiss.questionnaire.places import FILE_LINE, KEY_LINE, Place
from remiss.text import clean, is_blank

__all__ = ["Found", "Loose", "Unreadable", "read"]

DEADLINE = re.compile(r"Svara senast \w+ \d{1,2} \w+ \d{4} kl\. 23\.59\.")
MAX_LOOSE = 60  # what could not be placed; beyond it the rest comes as one text
READERS = {"docx": word.read, "odt": opendocument.read}


@dataclass
class Loose:
    """A text that stands in no place."""

    text: str
    source: str = BODY
    after: str = ""  # the number of the place it stood after


@dataclass
class Found:
    texts: dict[str, str] = field(default_factory=dict)  # key of a place → text; "" is empty
    twice: set[str] = field(default_factory=set)  # keys of places with two texts
    loose: list[Loose] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)  # whose file it is
    has_changes: bool = False
    comments: int = 0


def read(content: bytes, kind: str, *, places: list[Place], known: set[str]) -> Found:
    """`known` are our own paragraphs in the file. Raises Unreadable."""
    try:
        document = READERS[kind](content)
    except RecursionError as error:
        raise Unreadable from error
    found = Found(has_changes=document.has_changes, comments=document.comments)
    taken, loose = _sorted_out(document.lines, places, found)
    for key, texts in taken.items():
        said = list(dict.fromkeys(text for text in texts if not is_blank(text)))
        found.texts[key] = "\n\n".join(said)
        if len(said) > 1:
            found.twice.add(key)
    found.loose = _grouped(loose, known)
    return found


def _sorted_out(lines: list[Line], places: list[Place], found: Found):
    """The texts of each place, and (line, number of the place before it) of all other lines."""
    by_key = {place.key: place for place in places}
    taken: dict[str, list[str]] = {}
    chunk: list[Line] = []
    loose: list[tuple[Line, str]] = []
    here: tuple = ()  # the cells of the place that the lines stand in
    after, ends = "", []
    for line in lines:
        text = line.text
        if line.source == BODY and (owner := FILE_LINE.search(text)):
            found.keys.add(owner[1].upper())
            text = text[: owner.start()] + text[owner.end() :]
        key = KEY_LINE.search(text) if line.source == BODY else None
        place = by_key.get(key[1].upper()) if key else None
        if place:
            after, here = place.number, line.cells
            line = Line((text[: key.start()] + text[key.end() :]).strip(), line.cells)
            if not here:  # the frame is gone: where the text ends nobody can tell
                loose.append((line, after))
                continue
            chunk = [line] if line.text else []
            ends.append((place.key, chunk))
        elif key or not here or line.source or line.cells[: len(here)] != here:
            if key:
                here = ()
            loose.append((Line(text, line.cells, line.mark, line.source), after))
        else:
            chunk.append(line)
    for key_of_place, chunk in ends:
        taken.setdefault(key_of_place, []).append(_joined(chunk))
    return taken, loose


def _joined(lines: Iterable[Line]) -> str:
    """Paragraphs as lines; the cells of a row in a table within a place are parted by tabs."""
    pieces, before = [], None
    for line in lines:
        if before is not None:
            pieces.append("\t" if _is_next_cell(before, line) else "\n")
        pieces.append(line.mark + line.text)
        before = line
    return clean("".join(pieces))


def _is_next_cell(before: Line, line: Line) -> bool:
    one, other = before.cells, line.cells
    return (
        len(one) == len(other) > 0
        and one[:-1] == other[:-1]
        and one[-1][0] == other[-1][0]
        and one[-1][1] != other[-1][1]
    )


def _grouped(lines: list[tuple[Line, str]], known: set[str]) -> list[Loose]:
    """Lines that stand together as one text; our own are left out and part the others."""
    groups: list[tuple[str, str, list[Line]]] = []
    is_parted = True
    for line, after in lines:
        if line.text.strip() and _is_ours(line, known):
            is_parted = True
            continue
        where = (line.source, "" if line.source else after)
        if is_parted or groups[-1][:2] != where:
            groups.append((*where, []))
        groups[-1][2].append(line)
        is_parted = False
    loose = [Loose(_joined(group).strip("\n\t"), source, after) for source, after, group in groups]
    loose = [each for each in loose if not is_blank(each.text)]
    if len(loose) > MAX_LOOSE:
        rest = "\n\n".join(each.text for each in loose[MAX_LOOSE - 1 :])
        loose = [*loose[: MAX_LOOSE - 1], Loose(rest)]
    return loose


def _is_ours(line: Line, known: set[str]) -> bool:
    text = " ".join(clean(line.text).split())
    return line.source == BODY and (text in known or bool(DEADLINE.fullmatch(text)))
