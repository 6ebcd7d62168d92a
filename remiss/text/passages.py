"""A text as passages: paragraphs, and the items of a list, each one a span (decision 21)."""

import re

# "- ", "• ", "1. ", "a) " at the beginning of a line: an item of its own.
ITEM = re.compile(r"(?:[-–—•·*▪‣◦]\s+|\(?(?:\d{1,3}|[a-zåäö])[.)]\s+)(?=\S)", re.IGNORECASE)
# A sentence ends where what comes next begins with a capital, a figure or a quote, or a new line.
SENTENCE = re.compile(r"(?<=[.!?…:;؟])[\"”’)]*\s+(?=[\"”(]?[^\W_a-zåäö])|\s*\n\s*")
CLAUSE = re.compile(r"(?<=[,;،؛])\s+")
WORD = re.compile(r"\S+")
BLANK = re.compile(r"\n[^\S\n]*\n")


def split_passages(text: str) -> list[tuple[int, int]]:
    """(start, end) of each passage, in order: without space around, every other character in one.

    Blank lines part paragraphs; a line that begins as an item does begins a passage of its own.
    """
    spans = []
    for start, end in _paragraphs(text):
        starts = [start, *_items(text, start, end)]
        spans += [
            trimmed
            for begin, stop in zip(starts, [*starts[1:], end], strict=True)
            if (trimmed := trim(text, begin, stop))
        ]
    return spans


def _paragraphs(text: str):
    start = 0
    for gap in BLANK.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _items(text: str, start: int, end: int):
    """Where items begin after the first line of a paragraph."""
    place = text.find("\n", start, end)
    while place != -1:
        indent = len(text[place + 1 : end]) - len(text[place + 1 : end].lstrip(" \t"))
        if ITEM.match(text, place + 1 + indent, end):
            yield place + 1
        place = text.find("\n", place + 1, end)


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without the space around it; None when nothing is left."""
    inside = text[start:end]
    left = len(inside) - len(inside.lstrip())
    stripped = len(inside.strip())
    return (start + left, start + left + stripped) if stripped else None


def split_clauses(text: str) -> list[tuple[int, str]]:
    """(where it begins, the words) of each sentence, and of what commas and semicolons part in it;
    a line break ends one too."""
    gaps = [*SENTENCE.finditer(text), *CLAUSE.finditer(text)]
    starts = sorted({0, *(gap.end() for gap in gaps)})
    pairs = zip(starts, [*starts[1:], len(text)], strict=True)
    return [(start, text[start:end].strip()) for start, end in pairs if text[start:end].strip()]


def split_words(text: str) -> list[tuple[int, str]]:
    """(where it begins, the word with its marks) of each word."""
    return [(word.start(), word.group()) for word in WORD.finditer(text)]


def letters(number: int) -> str:
    """1 as "a", 26 as "z", 27 as "aa"."""
    found = ""
    while number:
        number, last = divmod(number - 1, 26)
        found = chr(ord("a") + last) + found
    return found
