"""How the texts of a submission become passages, and what a new version keeps (decision 21)."""

from itertools import groupby

from remiss.models import Answer, Passage, Placement, Question, Submission
from remiss.text import split_passages


def divide(submission: Submission, *, earlier: Submission | None = None) -> None:
    """Make the passages of a submission, in the caller's transaction.

    Where text, area and question are as in `earlier`, its passages are taken over as they were
    split, with their placements; the rest is to be placed. Lists of actors are no viewpoints and
    have no passages.
    """
    answers = _prose(submission)
    kept = _passages_by_place(earlier) if earlier else {}
    made: list[Passage] = []
    copied: list[tuple[Passage, Passage]] = []
    for _area, group in groupby(answers, key=lambda answer: answer.area_id):
        number = 0
        for answer in group:
            before = kept.get(_place(answer), [])
            known = [p for p in before if p.answer.text == answer.text]
            if known:
                for _number, split in groupby(known, key=lambda passage: passage.number):
                    number += 1
                    for old in split:
                        new = Passage(
                            answer=answer,
                            start=old.start,
                            end=old.end,
                            number=number,
                            no_action=old.no_action,
                        )
                        made.append(new)
                        copied.append((old, new))
                continue
            for start, end in split_passages(answer.text):
                number += 1
                made.append(Passage(answer=answer, start=start, end=end, number=number))
    Passage.objects.bulk_create(made)
    Placement.objects.bulk_create(
        Placement(passage=new, theme_id=placed.theme_id, by_id=placed.by_id, at=placed.at)
        for old, new in copied
        for placed in old.placements.all()
    )


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
