"""Where files lie: a folder of their own that no address leads to, under random names."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages

from remiss import crash

PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
UNFINISHED = "unfinished"  # on the same disk, so that a rename is whole or not at all


class PrivateStorage(FileSystemStorage):
    """STORAGES["uploads"]. Reads its folder anew each time: tests and commands move it."""

    @property
    def base_location(self):
        return settings.UPLOADS_DIR

    @property
    def location(self):
        return os.path.abspath(settings.UPLOADS_DIR)

    def url(self, name):
        raise ValueError("Uploads have no address: a view asks who may read, then opens the file.")


def open_file(path: str) -> File:
    """Raises FileNotFoundError, also for a path that take() never gave."""
    if not PATH.fullmatch(path):
        raise FileNotFoundError(path)
    return storages["uploads"].open(path)


def exists(path: str) -> bool:
    return PATH.fullmatch(path) is not None and storages["uploads"].exists(path)


def remove(path: str) -> None:
    """A file that is gone already is fine."""
    if PATH.fullmatch(path):
        storages["uploads"].delete(path)


def stored() -> Iterator[tuple[str, datetime]]:
    """Every stored path and when it was stored, in UTC."""
    for file, written_at in _files("[0-9a-f][0-9a-f]/*"):
        path = file.relative_to(_folder()).as_posix()
        if PATH.fullmatch(path):
            yield path, written_at


def sweep_temporary(before: datetime) -> int:
    """Remove what processes that died left half written; how many there were."""
    left = [file for file, written_at in _files(f"{UNFINISHED}/*") if written_at < before]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


@contextmanager
def unfinished() -> Iterator[Path]:
    """An empty file that only we can read, gone at the end unless it has been kept."""
    file = _made(_folder() / UNFINISHED) / secrets.token_hex(16)
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield file
    finally:
        with suppress(OSError):  # what is wrong with the disk has been said by then
            file.unlink(missing_ok=True)


def write(file: Path, chunks: Iterable[bytes]) -> None:
    with file.open("wb") as target:
        for chunk in chunks:
            target.write(chunk)


def keep(file: Path) -> str:
    """Move an unfinished file to its place; when this returns, a power cut does not lose it."""
    name = secrets.token_hex(16)
    folder = _made(_folder() / name[:2])
    _sync(file)
    kept = file.rename(folder / name)
    try:
        crash.point("after_file_rename")
        _sync(folder)
        _sync(_folder())  # which may have got a new folder
    except OSError:
        kept.unlink(missing_ok=True)
        raise
    return f"{name[:2]}/{name}"


def _folder() -> Path:
    return Path(settings.UPLOADS_DIR)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(pattern: str) -> Iterator[tuple[Path, datetime]]:
    for file in _folder().glob(pattern):
        with suppress(FileNotFoundError):  # others finish and remove theirs meanwhile
            yield file, datetime.fromtimestamp(file.stat().st_mtime, UTC)
