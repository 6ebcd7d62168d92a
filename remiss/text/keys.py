"""What texts, names and addresses are compared and sorted by."""

import unicodedata
from contextlib import suppress


def search_key(text: str) -> str:
    """What is compared in searches: SQLite folds ASCII only, so both sides are folded here."""
    return unicodedata.normalize("NFC", text).casefold()


def sort_key(name: str) -> str:
    """A key that sorts å, ä, ö after z and w with v in any database's byte order."""
    folded = search_key(name)
    folded = folded.replace("å", "{1").replace("ä", "{2").replace("æ", "{2")
    folded = folded.replace("ö", "{3").replace("ø", "{3").replace("w", "v")
    plain = "".join(
        mark for mark in unicodedata.normalize("NFD", folded) if not unicodedata.combining(mark)
    )
    return plain.strip()


def email_key(address: str) -> str:
    """The address for comparison: lower case, domain in punycode. Stored as typed elsewhere."""
    local, _at, domain = address.strip().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return unicodedata.normalize("NFC", f"{local}@{domain}").casefold()
