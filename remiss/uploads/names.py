"""The name of a file as it is shown and downloaded; where a file lies is never made from it."""

import re
import unicodedata

from remiss.text import clean_name

MAX_LENGTH = 100  # characters, with the extension
MAX_BYTES = 200  # of UTF-8: no disk takes more than 255, and some folders are long already
FORBIDDEN = re.compile("[<>:\"|?*'`]")  # in Windows, or a quote that could end a header's value
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)")
EXTENSION = re.compile(r"\.([a-zA-Z0-9]{1,10})$")


def clean_file_name(name: str) -> str:
    """The last part of a path, fit for a heading, a header and any disk (faults F6, F7)."""
    name = clean_name(FORBIDDEN.sub("", re.split(r"[/\\]", name)[-1]))
    name = unicodedata.normalize("NFC", name).rstrip(" .")
    extension = extension_of(name)
    stem = (name[: -len(extension) - 1] if extension else name).lstrip(" .-").rstrip(" .")
    if RESERVED.match(stem):
        stem = f"_{stem}"
    if not stem:
        stem, extension = "fil", extension or "pdf"
    ending = f".{extension}" if extension else ""
    return stem[: MAX_LENGTH - len(ending)].rstrip(" .") + ending


def extension_of(name: str) -> str:
    found = EXTENSION.search(name)
    return found[1].lower() if found else ""


def with_extension(name: str, extension: str) -> str:
    return clean_file_name(f"{EXTENSION.sub('', name)}.{extension}")


def unique_file_name(name: str, taken: set[str]) -> str:
    """The name cleaned, and no other's on any disk; it is noted in `taken` (fault F7)."""
    name = clean_file_name(name)
    extension = extension_of(name)
    ending = f".{extension}" if extension else ""
    stem = name.removesuffix(ending)
    wanted, number = _cut(stem, ending), 1
    while (key := _on_disk(wanted)) in taken:
        number += 1
        wanted = _cut(stem, f" ({number}){ending}")
    taken.add(key)
    return wanted


def _cut(stem: str, ending: str) -> str:
    """As much of the stem as leaves room for the ending, in characters and in bytes on a disk."""
    stem = stem[: MAX_LENGTH - len(ending)]
    room = MAX_BYTES - len(ending.encode())
    # Half of a character at the end is dropped.
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + ending


def _on_disk(name: str) -> str:
    """Equal for names that one disk or another takes for the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
