"""How the texts of a submission become passages, and what a new version keeps (decision 21)."""

from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import groupby

from remiss.models import Answer, Passage, Placement, Question, Submission
from remiss.text import split_passages

# Where a passage begins and ends, and the earlier one that it takes over.
Span = tuple[int, int, Passage | None]


def divide(submission: Submission, *, earlier: Submission | None = None) -> None:
    """Make the passages of a submission, in the caller's transaction.

    A passage that says word for word what one of `earlier` said to the same question in the same
    area takes it over, as it was split or joined and with its placements; the rest is to be
    placed. Lists of actors are no viewpoints and have no passages.
    """
    answers = _prose(submission)
    kept = _passages_by_place(earlier) if earlier else {}
    made: list[Passage] = []
    copied: list[tuple[Passage, Passage]] = []
    for _area, group in groupby(answers, key=lambda answer: answer.area_id):
        shared = (
            (answer, spans)
            for answer in group
            for spans in _spans(answer.text, kept.get(_place(answer), []))
        )
        for number, (answer, spans) in enumerate(shared, 1):
            for start, end, old in spans:
                new = Passage(answer=answer, start=start, end=end, number=number)
                made.append(new)
                if old:
                    new.no_action = old.no_action
                    copied.append((old, new))
    Passage.objects.bulk_create(made)
    Placement.objects.bulk_create(
        Placement(passage=new, theme_id=placed.theme_id, by_id=placed.by_id, at=placed.at)
        for old, new in copied
        for placed in old.placements.all()
    )


def _spans(text: str, before: list[Passage]) -> Iterator[list[Span]]:
    """The spans of each number of a text, in order; `before` are the passages of the text that
    stood in its place."""
    if before and before[0].answer.text == text:
        yield from _as_they_were(before)
        return
    units = split_passages(text)
    ends = {end for _start, end in units}
    waiting = _blocks(before)
    done = 0
    for start, end in units:
        if start < done:
            continue
        block = _taken(waiting[text[start:end]], text, start, ends)
        if not block:
            yield [(start, end, None)]
            continue
        yield from _as_they_were(block, moved=start - block[0].start)
        done = start + block[-1].end - block[0].start


def _as_they_were(passages: list[Passage], *, moved: int = 0) -> Iterator[list[Span]]:
    for _number, shared in groupby(passages, key=lambda passage: passage.number):
        yield [(old.start + moved, old.end + moved, old) for old in shared]


def _blocks(before: list[Passage]) -> defaultdict[str, deque[list[Passage]]]:
    """What can be taken over by itself, by the words it begins with: passages from where one
    begins by itself until where one ends, which are several when some were split or joined."""
    blocks: defaultdict[str, deque[list[Passage]]] = defaultdict(deque)
    if not before:
        return blocks
    text = before[0].answer.text
    units = dict(split_passages(text))
    ends = set(units.values())
    block: list[Passage] = []
    for passage in before:
        block.append(passage)
        if passage.end in ends:
            start = block[0].start
            blocks[text[start : units.get(start, passage.end)]].append(block)
            block = []
    return blocks


def _taken(blocks: deque[list[Passage]], text: str, start: int, ends: set[int]) -> list[Passage]:
    """The first of the blocks that stands whole in the text at `start`, no longer among them."""
    for place, block in enumerate(blocks):
        said = block[0].answer.text[block[0].start : block[-1].end]
        if start + len(said) in ends and text.startswith(said, start):
            del blocks[place]
            return block
    return []


def divide_missing(limit: int = 200) -> int:
    """Make passages for what was received before there were any; for how many submissions."""
    lacking = Answer.objects.filter(passages=None, question__kind=Question.Kind.PROSE)
    ids = lacking.order_by().values_list("submission", flat=True).distinct()[:limit]
    submissions = Submission.objects.filter(pk__in=list(ids))
    for submission in submissions:
        if not Passage.objects.filter(answer__submission=submission).exists():
            divide(submission)
    return len(submissions)


def _prose(submission: Submission) -> list[Answer]:
    answers = submission.answers.filter(question__kind=Question.Kind.PROSE)
    return list(
        answers.select_related("question", "area").order_by("area__number", "question__number")
    )


def _place(answer: Answer) -> tuple[str, str]:
    return (answer.area.key if answer.area else "", answer.question.key)


def _hold(submission: Submission) -> None:
    """Let nobody place, merge or undo what is about to be taken over, until it has been."""
    answers = submission.answers.order_by().values("pk")
    held = Passage.objects.select_for_update().filter(answer__in=answers)
    list(held.order_by("pk").values_list("pk", flat=True))


def _passages_by_place(submission: Submission) -> dict[tuple[str, str], list[Passage]]:
    passages = (
        Passage.objects.filter(answer__submission=submission)
        .select_related("answer__area", "answer__question")
        .prefetch_related("placements")
        .order_by("answer", "start")
    )
    _hold(submission)
    found: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        found.setdefault(_place(passage.answer), []).append(passage)
    return found
