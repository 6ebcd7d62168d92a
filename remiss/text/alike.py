"""Texts that share most of their wording, and names that may be the same name."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from heapq import nsmallest
from typing import TypeVar
from zlib import crc32

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from remiss.text.keys import search_key

Key = TypeVar("Key", bound=Hashable)

ALIKE = 0.8  # of the words of both, in the same order
SHORT = 6  # words: below it texts are alike when they are the same
SHINGLE = 3  # words in a row
SAMPLE = 24  # shingles of a text that it is found by
MOST_OF_A_SHINGLE = 60  # texts that are found by the same three words: "vi tycker att"
MOST_COMPARED = 12  # texts that one text is compared with in full
WORD = re.compile(r"\w+")

NAMES_ALIKE = 86  # per cent of their letters
MOST_NAMES = 800
DIGITS = re.compile(r"\d+")


def words(text: str) -> tuple[str, ...]:
    """What is compared: letters and figures, without case, marks, bullets and space."""
    return tuple(WORD.findall(search_key(text)))


def groups(texts: Mapping[Key, str], threshold: float = ALIKE) -> list[list[Key]]:
    """The keys of texts that share most of their wording, largest group first.

    Each group begins with the text that the others are like, which is the one that most have sent
    word for word, or else the longest. Texts of fewer than six words are alike only when they are
    the same. The grouping does not depend on the order of `texts`; keys within a group follow it.
    The time grows with the number of texts, not with its square: only texts that share some of a
    sample of their word sequences are compared.
    """
    same: dict[tuple[str, ...], list[Key]] = {}
    for key, text in texts.items():
        if found := words(text):
            same.setdefault(found, []).append(key)
    leaders: list[tuple[str, ...]] = []
    following: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    places: dict[int, list[int]] = defaultdict(list)
    for each in sorted(same, key=lambda each: (-len(same[each]), -len(each), each)):
        sample = _sample(each) if len(each) >= SHORT else []
        leader = _leader(each, sample, places, leaders, threshold)
        if leader is not None:
            following[leader].append(each)
            continue
        for shingle in sample:
            if len(places[shingle]) < MOST_OF_A_SHINGLE:
                places[shingle].append(len(leaders))
        leaders.append(each)
    made = [
        [*same[leader], *(key for other in following[leader] for key in same[other])]
        for leader in leaders
    ]
    return sorted((group for group in made if len(group) > 1), key=len, reverse=True)


def _sample(found: tuple[str, ...]) -> list[int]:
    """The same few shingles whichever text they stand in, so that texts that share many share
    some of these."""
    runs = {" ".join(found[at : at + SHINGLE]) for at in range(len(found) - SHINGLE + 1)}
    return nsmallest(SAMPLE, {crc32(run.encode()) for run in runs})


def _leader(
    each: tuple[str, ...],
    sample: Iterable[int],
    places: Mapping[int, list[int]],
    leaders: list[tuple[str, ...]],
    threshold: float,
) -> tuple[str, ...] | None:
    """The leader that the text is most like, or None when it is like none."""
    shared = Counter(number for shingle in sample for number in places.get(shingle, ()))
    likeliest = sorted(shared, key=lambda number: (-shared[number], number))[:MOST_COMPARED]
    scored = [
        (likeness(each, leaders[number], threshold), -number) for number in likeliest
    ]  # 0 when below the threshold
    best, number = max(scored, default=(0.0, 0))
    return leaders[-number] if best >= threshold else None


def likeness(one: tuple[str, ...], other: tuple[str, ...], threshold: float = 0.0) -> float:
    """How much of the words of both stand in both in the same order: 0 to 1."""
    return Indel.normalized_similarity(one, other, score_cutoff=threshold)


def likely_variants(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of name keys that may be spellings of one name, the likest first.

    Names whose figures differ are not: "Skola 1" is not "Skola 2".
    """
    chosen = sorted(set(names))[:MOST_NAMES]
    found = []
    for place, name in enumerate(chosen):
        close = process.extract(
            name,
            chosen[place + 1 :],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=NAMES_ALIKE,
            limit=5,
        )
        found += [
            (-score, name, other)
            for other, score, _at in close
            if DIGITS.findall(name) == DIGITS.findall(other)
        ]
    return [(one, other) for _score, one, other in sorted(found)]
