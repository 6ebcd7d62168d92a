"""Which themes the words of a text point at, learned from texts that stand under them already.

Plain counting: no model from elsewhere, nothing leaves the process, the same input gives the same
answer. How well it does is measured in docs/suggestions.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from math import log, sqrt
from types import MappingProxyType
from typing import Generic, TypeVar

from remiss.text.keys import search_key

Key = TypeVar("Key", bound=Hashable)

WORD = re.compile(r"[^\W\d_]+")
# Endings of nouns, adjectives and verbs, the longest first; what is left is no real stem, but the
# same for most forms of a word.
ENDINGS = (
    "arnas", "ernas", "ornas", "andet", "andes", "arens", "heten", "heter", "arna", "erna", "orna",
    "ande", "ende", "aste", "aren", "ades", "erns", "ens", "ets", "are", "ast", "ade", "het", "ers",
    "an", "ar", "er", "or", "en", "et", "na", "as", "es", "at", "a", "e", "s", "n", "t",
)  # fmt: skip
SHORTEST_STEM = 3
LONG = 7  # letters: from here on a word may be a compound, and its pieces count too
PIECE = 5
NAME_WEIGHT = 2.0  # a theme's own name says more than any one text under it
PIECE_WEIGHT = 0.4
USED_WEIGHT = 0.15  # what is much used is a little likelier
TOO_COMMON = """
    alla allt alltid andra annan annars att av bara behov behöva behöver bland blev bli blir
    borde bra bör de dem den denna deras dess dessa det detta dig din ditt dock du där därför då
    efter ej eller en er era ett flera fler fram framgå från för föreslår få får gör göra ha hade
    han har hej helt hos hur här i in inget ingen inom inte är även åt över jag kan kom kommer
    kunna lite med men mer mest mot mycket måste ni nu när nämnden någon något några och också om
    oss på redan samma samt sedan sen ser ska skall skulle som så ta tack tar till tycker under upp
    ut utan vad var vara varit varje vara vem vi vid viktigt vilka vill vilken våra vår vårt vore
    föreningen föreningar föreningarna kommunen malmö staden planen
"""
STOP_WORDS = frozenset(TOO_COMMON.split())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending: "föreningarna" and "förening" alike."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=50_000)
def _features(word: str) -> tuple[tuple[str, float], ...]:
    """What a word counts as: its stem, and when long the pieces that other compounds share."""
    if word in STOP_WORDS or len(word) < 2:
        return ()
    root = stem(word)
    found = [(root, 1.0)]
    if len(word) >= LONG:
        pieces = {root[at : at + PIECE] for at in range(len(root) - PIECE + 1)} - {root}
        found += [(f"~{piece}", PIECE_WEIGHT) for piece in sorted(pieces)]
    elif len(root) == PIECE:
        found.append((f"~{root}", PIECE_WEIGHT))
    return tuple(found)


@lru_cache(maxsize=4_000)  # the same placed passages are asked about again and again
def features(text: str) -> Mapping[str, float]:
    """What a text is compared by, with how much of each."""
    found: defaultdict[str, float] = defaultdict(float)
    for word in WORD.findall(search_key(text)):
        for feature, weight in _features(word):
            found[feature] += weight
    return MappingProxyType(found)


class Learned(Generic[Key]):
    """What texts that stand under themes say about others."""

    def __init__(self, names: Mapping[Key, str], placed: Iterable[tuple[str, Iterable[Key]]]):
        """`names` are the themes to choose from, in the order that settles ties; `placed` are
        texts with the themes they stand under."""
        self.under: dict[Key, dict[str, float]] = {key: defaultdict(float) for key in names}
        self.texts: Counter[Key] = Counter()
        self.where: Counter[str] = Counter()  # in how many texts a feature stands
        self.total = 0
        for key, name in names.items():
            self._learn({f: NAME_WEIGHT * n for f, n in features(name).items()}, [key])
        for text, keys in placed:
            chosen = [key for key in keys if key in self.under]
            self._learn(features(text), chosen)
            self.texts.update(chosen)
        self.lengths = {
            key: sqrt(sum((n * self._rarity(f)) ** 2 for f, n in found.items())) or 1.0
            for key, found in self.under.items()
        }

    def _learn(self, found: Mapping[str, float], keys: Iterable[Key]) -> None:
        self.total += 1
        self.where.update(found.keys())
        for key in keys:
            for feature, much in found.items():
                self.under[key][feature] += much

    def _rarity(self, feature: str) -> float:
        return log((1 + self.total) / (1 + self.where[feature])) + 0.1

    def rank(self, text: str) -> list[Key]:
        """The themes, the likeliest first; none when no word of the text has been seen."""
        found = {f: n * self._rarity(f) for f, n in features(text).items() if self.where[f]}
        if not found:
            return []
        weighed = {f: n * self._rarity(f) for f, n in found.items()}
        scores = {
            key: sum(n * known[f] for f, n in weighed.items() if f in known) / self.lengths[key]
            for key, known in self.under.items()
        }
        most = max(scores.values(), default=0) or 1.0
        used = max(self.texts.values(), default=0) or 1
        likely = {k: s / most + USED_WEIGHT * self.texts[k] / used for k, s in scores.items()}
        return sorted(likely, key=lambda key: -likely[key])
