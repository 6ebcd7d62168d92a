"""Which characters the fonts of a PDF have, and what stands where one is missing (decision 31)."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

# They show nothing and need no glyph: joiners, direction marks, variation selectors.
INVISIBLE = frozenset(
    map(chr, [0x34F, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
) | frozenset(map(chr, [*range(0x2060, 0x2065), *range(0x2066, 0x2070), *range(0xFE00, 0xFE10)]))


def _read(source: str) -> dict[str, frozenset[str]]:
    fonts: dict[str, set[str]] = {}
    for line in source.splitlines():
        if line.startswith("["):
            characters = fonts.setdefault(line.strip("[]"), set())
        elif line and not line.startswith("#"):
            for part in line.split():
                first, _dash, last = part.partition("-")
                characters.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return {name: frozenset(characters) for name, characters in fonts.items()}


# In the order they are tried.
FONTS = _read(Path(__file__).with_name("glyphs.txt").read_text())
# Needs no looking at where a mark stands.
PLAIN = frozenset(
    each for each in next(iter(FONTS.values())) if not unicodedata.category(each).startswith("M")
)


def shown(text: str) -> tuple[str, int]:
    """The text with "[U+1F600 GRINNING FACE]" for what no font has, and how many that were."""
    if PLAIN.issuperset(text):
        return text, 0
    parts, replaced = [], 0
    for cluster in _clusters(text):
        if _is_covered(cluster) and not _is_mark(cluster[0]):
            parts.append(cluster)
            continue
        for character in cluster:
            # A mark is drawn by the font of its letter or not at all.
            stays = _is_covered(character) and not _is_mark(character)
            parts.append(character if stays else _named(character))
            replaced += not stays
    return "".join(parts), replaced


def _clusters(text: str) -> Iterator[str]:
    """Each character with the marks that are drawn on it.

    A mark after a space or after nothing that shows is by itself: a line may begin between them.
    """
    cluster = ""
    for character in text:
        has_base = cluster.strip() and cluster not in INVISIBLE
        if cluster and not (has_base and _is_mark(character)):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _is_mark(character: str) -> bool:
    return character not in INVISIBLE and unicodedata.category(character).startswith("M")


def _is_covered(cluster: str) -> bool:
    visible = set(cluster) - INVISIBLE
    return any(characters >= visible for characters in FONTS.values())


def _named(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"[U+{ord(character):04X}{f' {name}' if name else ''}]"
