"""How often a right theme is among the first three, beside simply naming the most used ones.

`python -m tests.measuring` writes docs/suggestions.md.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from remiss.text.suggesting import Learned
from tests.shapes_with_themes import ANSWERS, WHOLE, WORDINGS, passages

REPORT = Path(__file__).parent.parent / "docs" / "suggestions.md"
PLACED_FIRST = 20
SHOWN = 3
ORDERS = 5


@dataclass
class Figures:
    """Of the passages tried, how many were right: by their words, and by use alone."""

    tried: Counter = field(default_factory=Counter)
    by_words: Counter = field(default_factory=Counter)
    by_use: Counter = field(default_factory=Counter)

    def share(self, right: Counter, kind: str = "all") -> float:
        return right[kind] / self.tried[kind]


def measure(seed: int) -> Figures:
    """One order in which the answers might have been read.

    Each passage is guessed before it is placed. The themes to choose from are those that exist by
    then, in its area and for the whole plan: a theme is made when the first passage needs it, and
    that passage counts as a miss.
    """
    order = list(range(ANSWERS))
    Random(seed).shuffle(order)
    waiting = sorted(passages(), key=lambda each: order.index(each.answer))
    found = Figures()
    for count, passage in enumerate(waiting):
        if count < PLACED_FIRST:
            continue
        before = waiting[:count]
        made = {theme for each in before for theme in each.themes}
        here = [theme for theme in WORDINGS if theme in made and theme[0] in {passage.area, WHOLE}]
        placed = [(each.text, each.themes) for each in before if each.themes & set(here)]
        ranked = Learned({theme: theme[1] for theme in here}, placed).rank(passage.text)
        used = Counter(theme for _text, themes in placed for theme in themes if theme in here)
        most = [theme for theme, _number in used.most_common(SHOWN)]
        for kind in ("all", "new" if passage.is_new else "shared"):
            found.tried[kind] += 1
            found.by_words[kind] += bool(passage.themes & set(ranked[:SHOWN]))
            found.by_use[kind] += bool(passage.themes & set(most))
    return found


def report() -> str:
    runs = [measure(seed) for seed in range(ORDERS)]
    together = Figures()
    for run in runs:
        together.tried += run.tried
        together.by_words += run.by_words
        together.by_use += run.by_use
    rows = [
        f"| {label} | {together.tried[kind]} | {together.share(together.by_words, kind):.1%} "
        f"| {together.share(together.by_use, kind):.1%} |"
        for label, kind in [
            ("all", "all"),
            ("with a sentence in words that others use too", "shared"),
            ("one short sentence that nobody else has written", "new"),
        ]
    ]
    shares = [run.share(run.by_words) for run in runs]
    return TEXT.format(
        answers=ANSWERS,
        passages=len(passages()),
        themes=len(WORDINGS),
        first=PLACED_FIRST,
        orders=ORDERS,
        rows="\n".join(rows),
        least=min(shares),
        most=max(shares),
    )


TEXT = """# How well themes are suggested

Words of passages that are placed already suggest themes for the next one.
`remiss/text/suggesting.py` compares stems, and pieces of long words, weighed by how rare they are
(tf-idf, nearest theme), with a little for how much a theme is used. Nothing comes from outside and
nothing leaves the portal. It can be turned off for a remiss (`suggests_themes`).

Written by `python -m tests.measuring`, from {answers} invented answers with {passages} passages
under {themes} themes (`tests/shapes_with_themes.py`). Each passage is guessed before it is placed,
once {first} are placed, in {orders} orders of the answers. Right is: a theme that a person would
choose is among the first three. A passage that needs a theme nobody has made yet counts as a miss.

| Passages | Guesses | By words | The three most used themes |
|---|---|---|---|
{rows}

In the single orders: {least:.1%} to {most:.1%}. The suggestions are kept while the first row is at
least 60 % (`tests/test_suggesting.py`).

The texts are invented, and people who mean the same thing share words in them more evenly than in
life; the last row, where each text was written by hand and is used once, is the
more careful figure.
"""

if __name__ == "__main__":
    REPORT.write_text(report())
    print(REPORT.read_text())  # noqa: T201  what the command is for
