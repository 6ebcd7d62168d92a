"""Words that look like personal data and are right as they stand: asked about once.

Only marks are kept, never the words, and only as long as the words stand in the draft.
"""

from collections.abc import Iterable, Iterator

from django.db import transaction

from remiss.models import Draft
from remiss.models.draft import FILES, LinkReplaced
from remiss.text import find_personal_data


@transaction.atomic
def accept(*, draft: Draft, part: str, mark: str, standing: Iterable[str]) -> None:
    """Ask no more about the words of this mark. `standing` are the marks of the part as it is.

    Raises LinkReplaced.
    """
    known = _accepted(draft).get(part, [])
    _keep(draft, part, [each for each in standing if each == mark or each in known])


@transaction.atomic
def forget_what_is_gone(*, draft: Draft, part: str, content: dict) -> None:
    """After a saving: words that are no longer there are asked about if they come back."""
    if part not in draft.accepted:
        return
    standing = {
        draft.mark_of(part, question, found.text)
        for question, text in _texts(content)
        for found in find_personal_data(text)
    }
    _keep(draft, part, [each for each in _accepted(draft).get(part, []) if each in standing])


def _texts(content: dict) -> Iterator[tuple[str, str]]:
    """(question key, text) of what people have written in a part, and the names of its files."""
    for question, value in content.items():
        if question == FILES:
            yield from ((question, file["name"]) for file in value)
        elif isinstance(value, str):
            yield question, value


def _accepted(draft: Draft) -> dict[str, list[str]]:
    """What stands in the row, locked: two people may say so at the same moment."""
    held = Draft.objects.select_for_update().held_by(draft)
    accepted = held.values_list("accepted", flat=True).first()
    if accepted is None:
        raise LinkReplaced
    draft.accepted = accepted
    return accepted


def _keep(draft: Draft, part: str, marks: list[str]) -> None:
    others = {key: kept for key, kept in draft.accepted.items() if key != part}
    draft.accepted = others | ({part: sorted(set(marks))} if marks else {})
    Draft.objects.filter(pk=draft.pk).update(accepted=draft.accepted)
