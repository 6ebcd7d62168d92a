"""What texts, names and addresses are compared and sorted by."""

import re
import unicodedata
from contextlib import suppress

from remiss.text.cleaning import clean_name

LONGEST_KEY = 220  # characters; folding makes 200 into up to 600


def search_key(text: str) -> str:
    """What is compared in searches: SQLite folds ASCII only, so both sides are folded here."""
    return unicodedata.normalize("NFC", text).casefold()


def name_key(name: str) -> str:
    """What tells one organisation's name from another's: case, spaces and quotes do not."""
    bare = re.sub(r"[\"'”’“‘´`.]", "", search_key(clean_name(name)))
    return " ".join(bare.split())[:LONGEST_KEY]


def tag_keys(tags: str) -> str:
    """ ",idrott,kultur," for "Kultur, idrott": each tag is found between its commas."""
    keys = sorted({search_key(clean_name(tag)) for tag in tags.split(",")} - {""})
    return f",{','.join(keys)}," if keys else ""


def sort_key(name: str) -> str:
    """A key that sorts å, ä, ö after z and w with v in any database's byte order."""
    folded = search_key(name)
    folded = folded.replace("å", "{1").replace("ä", "{2").replace("æ", "{2")
    folded = folded.replace("ö", "{3").replace("ø", "{3").replace("w", "v")
    plain = "".join(
        mark for mark in unicodedata.normalize("NFD", folded) if not unicodedata.combining(mark)
    )
    return plain.strip()[:LONGEST_KEY]


def email_key(address: str) -> str:
    """The address for comparison: lower case, domain in punycode. Stored as typed elsewhere."""
    local, _at, domain = address.strip().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return unicodedata.normalize("NFC", f"{local}@{domain}").casefold()
