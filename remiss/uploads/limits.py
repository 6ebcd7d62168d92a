"""Stops a file that is too big while it is being received."""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

MAX_FILES = 5  # to one answer
MAX_BYTES = 10 * 2**20  # each
MARK = "remiss.uploads.is_too_big"  # no header can set it: theirs begin with HTTP_


class LimitHandler(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS. The rest of the request is still read: the person gets a page
    with a sentence, not a broken connection, and the other fields are there."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MAX_BYTES:
            self.request.META[MARK] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one have the file."""


def is_too_big(request: HttpRequest) -> bool:
    """Whether a file over the limit was thrown away."""
    request.FILES  # noqa: B018 - reading it is what receives the files
    return MARK in request.META
