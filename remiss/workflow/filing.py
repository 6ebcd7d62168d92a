"""Files of a draft: add, order, remove; and the bytes that nobody refers to any more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from remiss import crash, uploads
from remiss.models import Attachment, Draft, DraftFile, DraftPart, Editor, How, Submission
from remiss.models.draft import FILES, LinkReplaced
from remiss.uploads import Stored
from remiss.workflow import accepting

SETTLED_AFTER = timedelta(days=1)  # a file younger than this may belong to a row being written


class TooMany(Exception):
    """The draft has as many files as one answer may have."""


def add(*, draft: Draft, stored: Stored, kind: str, by: Editor, at: datetime) -> DraftFile:
    """Put a stored file last among the draft's. Raises TooMany or LinkReplaced.

    Whatever goes wrong before the commit, the stored bytes are taken away again. When it is the
    commit itself nobody knows whether the row stands: then reconciling finds out.
    """
    with transaction.atomic():
        try:
            return _add(draft=draft, stored=stored, kind=kind, by=by, at=at)
        except BaseException:
            uploads.remove(stored.path)
            raise


def _add(*, draft, stored, kind, by, at) -> DraftFile:
    part = _lock(draft)
    files = list(draft.files.all())
    if len(files) >= uploads.MAX_FILES:
        raise TooMany
    file = DraftFile.objects.create(
        draft=draft,
        number=files[-1].number + 1 if files else 1,
        path=stored.path,
        name=stored.name,
        kind=kind,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        is_searchable=stored.is_searchable,
    )
    _note(part, [*files, file], by=by, at=at)
    crash.point("before_commit")
    return file


def remove(*, draft: Draft, pk: int, by: Editor, at: datetime) -> None:
    """Take a file out of the draft; one that has been sent in lives on there."""
    part = _remove(draft=draft, pk=pk, by=by, at=at)
    # Not before the part is let go of: sending in locks the draft first, then its parts.
    accepting.forget_what_is_gone(draft=draft, part=FILES, content=part.content)


@transaction.atomic
def _remove(*, draft: Draft, pk: int, by: Editor, at: datetime) -> DraftPart:
    part = _lock(draft)
    files = list(draft.files.all())
    gone = [file for file in files if file.pk == pk]
    if not gone:
        return part  # a second press, or somebody else was faster
    DraftFile.objects.filter(pk=pk).delete()
    _note(part, [file for file in files if file.pk != pk], by=by, at=at)
    remove_after_commit([gone[0].path])
    return part


@transaction.atomic
def move(*, draft: Draft, pk: int, later: bool, by: Editor, at: datetime) -> None:
    """Let a file change places with the one before it, or after it."""
    part = _lock(draft)
    files = list(draft.files.all())
    place = next((index for index, file in enumerate(files) if file.pk == pk), None)
    if place is None:
        return
    other = place + 1 if later else place - 1
    if not 0 <= other < len(files):
        return
    files[place], files[other] = files[other], files[place]
    _number(files)
    _note(part, files, by=by, at=at)


def as_sent(*, draft: Draft, submission: Submission) -> None:
    """Let the draft have the files of a submission and no others, in the caller's transaction."""
    paths = set(draft.files.values_list("path", flat=True))
    draft.files.all().delete()
    sent = list(submission.attachments.all())
    DraftFile.objects.bulk_create(DraftFile(draft=draft, **file.facts()) for file in sent)
    remove_after_commit(paths - {file.path for file in sent})


def remove_after_commit(paths: Iterable[str]) -> None:
    """Delete the bytes once the transaction stands, unless something sent in refers to them."""
    paths = list(paths)

    def remove_unreferred():
        for path in set(paths) - _referred(paths):
            uploads.remove(path)

    if paths:
        transaction.on_commit(remove_unreferred)


def reconcile(*, at: datetime) -> tuple[int, list[str]]:
    """Delete stored bytes no row refers to; (how many, what rows refer to and is not there).

    Only what is a day old: a younger file may belong to a row that is being written.
    """
    before = at - SETTLED_AFTER
    uploads.sweep_temporary(before)
    stored = dict(uploads.stored())
    wanted = _referred(None)
    orphans = [path for path, at_ in stored.items() if path not in wanted and at_ < before]
    for path in orphans:
        uploads.remove(path)
    # Looked for once more: a file may have come after the list was made.
    missing = sorted(path for path in wanted - set(stored) if not uploads.exists(path))
    return len(orphans), missing


def _referred(paths: list[str] | None) -> set[str]:
    """Which of the paths (or which at all) a draft or something sent in refers to."""
    return {
        path
        for model in (DraftFile, Attachment)
        for path in (model.objects.all() if paths is None else model.objects.filter(path__in=paths))
        .order_by()
        .values_list("path", flat=True)
    }


def _lock(draft: Draft) -> DraftPart:
    """The part that stands for the files, locked: sending in waits, and so does another upload."""
    part = (
        DraftPart.objects.select_for_update(of=("self",))
        .filter(draft=draft.pk, draft__link_version=draft.link_version, key=FILES)
        .first()
    )
    if part is None:
        raise LinkReplaced
    return part


def _number(files: list[DraftFile]) -> None:
    for number, file in enumerate(files, 1):
        file.number = number
    DraftFile.objects.bulk_update(files, ["number"])


def _note(part: DraftPart, files: list[DraftFile], *, by: Editor, at: datetime) -> None:
    """Raise the part's version, so that granska is shown again, and keep the list of files."""
    names = [{"name": file.name, "kind": file.kind, "sha256": file.sha256} for file in files]
    part.content = {"files": names} if names else {}
    part.version += 1
    part.is_done, part.saved_at, part.saved_by = bool(names), at, by.name
    part.save()
    part.keep(
        content=part.content,
        is_done=part.is_done,
        version=part.version,
        by=by,
        at=at,
        how=How.SAVED,
    )
