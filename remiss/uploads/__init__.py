"""Files that respondents send: what they may be, their cleaning, and where they are kept."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from remiss.text import clean
from remiss.uploads import inspection, refusals, storage
from remiss.uploads.inspecting.kinds import KINDS, SPELLINGS
from remiss.uploads.limits import MAX_BYTES, MAX_FILES, LimitHandler, is_too_big
from remiss.uploads.names import clean_file_name, extension_of, unique_file_name, with_extension
from remiss.uploads.refusals import Refused
from remiss.uploads.storage import exists, open_file, remove, stored, sweep_temporary

__all__ = [
    "ACCEPT",
    "MAX_BYTES",
    "MAX_FILES",
    "LimitHandler",
    "Refused",
    "Stored",
    "checked",
    "clean_file_name",
    "exists",
    "is_too_big",
    "open_file",
    "remove",
    "stored",
    "sweep_temporary",
    "take",
    "text_of_pdf",
    "unique_file_name",
]

# With heic in it an iPhone sends the picture as it is, half the size of the JPEG that it would
# otherwise make: it is through sooner, and a 48-megapixel one stays under the limit. Without it,
# a heic in a folder is greyed out on a Mac and on Android, and that person is stuck. So we convert.
ACCEPT = ".pdf,.docx,.odt,.xlsx,.jpg,.jpeg,.png,.heic,.heif"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    path: str
    name: str
    media_type: str
    size: int  # bytes as stored
    sha256: str  # of the bytes as stored
    is_searchable: bool
    was_converted: bool  # a HEIC, now a JPEG


def take(uploaded: UploadedFile) -> Stored:
    """Check, clean and store a file. Raises Refused; nothing is left of the file then."""
    name = clean_file_name(uploaded.name or "")
    extension = _extension(uploaded, name)
    try:
        return _store(uploaded, name, extension)
    except OSError as error:
        raise _not_stored(error) from error


def checked(uploaded: UploadedFile) -> tuple[str, bytes]:
    """The kind and the bytes of a file that is read at once and never kept. Raises Refused."""
    extension = _extension(uploaded, clean_file_name(uploaded.name or ""))
    kind = SPELLINGS[extension]
    try:
        with storage.unfinished() as received, storage.unfinished() as cleaned:
            storage.write(received, uploaded.chunks())
            inspection.inspect(received, cleaned, kind=kind, extension=extension)
            return kind, received.read_bytes()
    except OSError as error:
        raise _not_stored(error) from error


def text_of_pdf(uploaded: UploadedFile) -> str:
    """What can be read in a PDF that is not kept. Raises Refused, also when it is a scan."""
    extension = _extension(uploaded, clean_file_name(uploaded.name or ""))
    try:
        with storage.unfinished() as received, storage.unfinished() as read:
            storage.write(received, uploaded.chunks())
            inspection.inspect(received, read, kind="pdf", extension=extension, wants_text=True)
            found = clean(read.read_text(errors="replace")).strip()
    except OSError as error:
        raise _not_stored(error) from error
    if not found:
        raise Refused(str(refusals.NO_TEXT))
    return found


def _extension(uploaded: UploadedFile, name: str) -> str:
    extension = extension_of(name)
    if not uploaded.size:
        raise Refused(str(refusals.EMPTY))
    if uploaded.size > MAX_BYTES:
        raise Refused(str(refusals.TOO_BIG))
    if extension not in SPELLINGS:
        raise refusals.other_kind(extension)
    return extension


def _not_stored(error: OSError) -> Refused:
    # Without its name, which may say who sent it.
    logger.warning("A file could not be stored: %s", error.strerror or error)
    return Refused(str(refusals.NOT_STORED))


def _store(uploaded: UploadedFile, name: str, extension: str) -> Stored:
    kind = SPELLINGS[extension]
    with storage.unfinished() as received, storage.unfinished() as cleaned:
        storage.write(received, uploaded.chunks())
        verdict = inspection.inspect(received, cleaned, kind=kind, extension=extension)
        file = cleaned if verdict.is_rewritten else received
        size, digest = file.stat().st_size, _digest(file)
        path = storage.keep(file)
    was_converted = kind == "heic"
    return Stored(
        path=path,
        name=with_extension(name, "jpg") if was_converted else name,
        media_type=KINDS["jpg" if was_converted else kind],
        size=size,
        sha256=digest,
        is_searchable=verdict.is_searchable,
        was_converted=was_converted,
    )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
