"""Cleaning what people paste, and counting it."""

import re
import unicodedata

NOTICE_LENGTH = 10_000  # characters: a notice (decision 12)
MAX_LENGTH = 100_000  # characters: the only hard limit, when saving and when sending

LINE_BREAKS = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
# Control characters but LF and tab, noncharacters, lone surrogates, zero-width space, byte order
# mark, soft hyphen. One of them in a stored text is enough to break a whole export.
REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
# Joiners and direction marks carry meaning in a text, in a name they only deceive.
REMOVED_FROM_NAMES = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u2069]")
LINK = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.)\S*")


def clean(text: str) -> str:
    """The text as it is stored: NFC, LF line breaks, nothing invisible that breaks a reader.

    ZWJ, ZWNJ, direction marks and bullet characters stay (decision 12).
    """
    text = LINE_BREAKS.sub("\n", text)
    return unicodedata.normalize("NFC", REMOVED.sub("", text))


def clean_name(text: str) -> str:
    """One line, single spaces, no direction marks: names go into subjects, headings and files."""
    text = REMOVED_FROM_NAMES.sub("", clean(text.replace("\t", " ")))
    # Composed again: a mark that was taken out may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", " ".join(text.split()))


def is_blank(text: str) -> bool:
    """True when nothing is left to read: spaces and zero-width characters are not an answer."""
    return not REMOVED_FROM_NAMES.sub("", clean(text)).strip()


def count(text: str) -> int:
    """Code points with a line break as one, as the counter in the page counts."""
    return len(clean(text))


def name_in_mail(name: str) -> str:
    """A name fit for a letter to an address nobody has confirmed: one line, no link, ≤ 80."""
    name = " ".join(LINK.sub("", clean_name(name)).split())
    # A bare domain becomes a link in most mail programs.
    name = re.sub(r"(?<=\w)\.(?=\w{2,})", " ", name)
    return name if len(name) <= 80 else name[:79].rstrip() + "…"


def rows(text: str) -> list[str]:
    """The rows of a list answer: one actor a row, blank rows dropped."""
    return [line.strip() for line in text.split("\n") if line.strip()]
