"""Words replaced in what is shown: the text as it stands is never touched (decision 24)."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

MASK = "[borttaget]"
BEFORE_AND_AFTER = 60  # characters shown on either side of a place
# Joiners and direction marks, which nobody who types a word can see in it.
UNSEEN = "[\u200c-\u200f\u202a-\u202e\u2060-\u2069]*"

Span = tuple[int, int]  # start and end, in characters


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with [borttaget] in place of each marked run; all else is as it was."""
    shown, reached = [], 0
    for start, end in merged(text, spans):
        shown += [text[reached:start], MASK]
        reached = end
    return "".join([*shown, text[reached:]])


def merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """The marked runs in order: whole characters as a reader sees them, and no two that touch."""
    runs: list[Span] = []
    for start, end in sorted(whole(text, *span) for span in spans):
        if start >= end:
            continue
        if runs and start <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((start, end))
    return runs


def whole(text: str, start: int, end: int) -> Span:
    """The span within the text, grown until neither end parts what is read as one character."""
    start, end = max(0, start), min(end, len(text))
    if start >= end:
        return start, start
    while _is_within(text, start):
        start -= 1
    while _is_within(text, end):
        end += 1
    return start, end


# What is read together with the one before it beside all marks: skin tones, flags' tags, the
# joiners, and letters that Thai, Lao and narrow katakana use as marks.
FOLLOWS = re.compile("[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u0e33\u0eb3ﾞﾟ]")
LEADS = re.compile("[\u200d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
HANGUL_VOWEL_OR_END = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]")
HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7a3\ua960-\ua97c\ud7b0-\ud7fb]")
FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
VIRAMA = 9  # its canonical combining class: it joins two consonants to one


def _is_within(text: str, place: int) -> bool:
    """Whether a cut here would part a letter from its accent, an emoji from its tone and the like
    (UAX 29; where in doubt, together)."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if unicodedata.category(after).startswith("M") or FOLLOWS.match(after):
        return True
    if LEADS.match(before) or unicodedata.combining(before) == VIRAMA:
        return True
    if HANGUL_VOWEL_OR_END.match(after) and HANGUL.match(before):
        return True
    if FLAG_LETTER.match(after):
        first = place
        while first and FLAG_LETTER.match(text[first - 1]):
            first -= 1
        return (place - first) % 2 == 1
    return before == "\r" and after == "\n"


@dataclass(frozen=True)
class Occurrence:
    start: int
    end: int
    is_whole_words: bool


def occurrences(text: str, words: str) -> list[Occurrence]:
    """Where the words stand, in any case and over line breaks; also inside of longer words."""
    parts = [UNSEEN.join(map(re.escape, part)) for part in words.split()]
    if not parts:
        return []
    pattern = re.compile(rf"{UNSEEN}\s+{UNSEEN}".join(parts), re.IGNORECASE)
    return [_occurrence(text, *each.span()) for each in pattern.finditer(text)]


def _occurrence(text: str, start: int, end: int) -> Occurrence:
    start, end = whole(text, start, end)
    inside = [re.fullmatch(r"\w\w", text[max(0, place - 1) : place + 1]) for place in (start, end)]
    return Occurrence(start, end, is_whole_words=not any(inside))


WORD = re.compile(r"\w+")
ENDING = 2  # letters: "Hemlig" is "Hemligs" and "Hemliga" too
SHORT = 3  # letters: a word of so few is like too many others
A_NAME = 3  # words: what is as short as that is looked for word by word


def traces(text: str, hidden: Collection[str], *, known: Collection[str] = ()) -> list[Span]:
    """Where the text may say the same as what is `hidden` in other words: for a person to look at.

    They are the words with an ending of their own, and single ones of them: all of a name, and
    of a sentence those that stand together or begin with a capital. What is in `known`, as
    known_words() gives it, points at nothing.
    """
    spans: list[Span] = []
    telling: set[str] = set()
    named: set[str] = set()
    for words in hidden:
        spans += _with_endings(text, words)
        sought = WORD.findall(words)
        told = [word for word in sought if len(word) > SHORT and word.casefold() not in known]
        telling |= _forms(told)
        is_name = len(sought) <= A_NAME
        named |= _forms(
            word
            for word in told
            if is_name or word[0].isdigit() or (word[0].isupper() and word != sought[0])
        )
    return merged(text, [*spans, *_runs(text, telling, named)])


def _with_endings(text: str, words: str) -> Iterator[Span]:
    for each in occurrences(text, words):
        is_begun = not re.match(r"\w\w", text[max(0, each.start - 1) : each.start + 1])
        if is_begun and (ending := _ending(words).match(text, each.end)):
            yield each.start, each.end + len(ending[0])


def known_words(texts: Iterable[str]) -> set[str]:
    return {word.casefold() for text in texts for word in WORD.findall(text)}


def _ending(words: str) -> re.Pattern:
    length = len(words.split()[-1])
    return re.compile(rf"\w{{1,{ENDING}}}(?!\w)" if length > SHORT else r"s(?!\w)")


def _forms(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in _forms_of(word)}


def _forms_of(word: str) -> list[str]:
    """What two words share that may be one: all of it in any case, or all but an ending, when both
    are names or neither is: "Annas" is "Anna", and "annat" is not."""
    folded = word.casefold()
    first = word[0] + folded[1:]
    ends = range(max(SHORT + 1, len(first) - ENDING), len(first) + 1)
    return [f"={folded}", *(first[:end] for end in ends)]


def _runs(text: str, telling: set[str], named: set[str]) -> Iterator[Span]:
    """Words after one another that are told by their beginnings: two or more of any, or a name."""
    run: list[re.Match[str]] = []
    for word in [*WORD.finditer(text), None]:
        if word and not telling.isdisjoint(_forms_of(word[0])):
            run.append(word)
            continue
        if len(run) > 1 or any(not named.isdisjoint(_forms_of(each[0])) for each in run):
            yield run[0].start(), run[-1].end()
        run = []


def around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """What stands before the span, in it and after it, cut at words where there is more."""
    first, last = max(0, start - BEFORE_AND_AFTER), min(len(text), end + BEFORE_AND_AFTER)
    before, after = text[first:start], text[end:last]
    if first:
        before = "…" + before.partition(" ")[2]
    if last < len(text):
        after = after.rpartition(" ")[0] + "…"
    return before, text[start:end], after
