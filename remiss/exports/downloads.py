"""One file, a draft's or one that was sent in, or a receipt, as a download."""

from io import BytesIO
from typing import BinaryIO

from django.http import FileResponse, HttpResponseBase

from remiss import uploads
from remiss.exports import receipt
from remiss.models import Attachment, DraftFile, Submission, with_scans


class Withheld(Exception):
    """The scanner has not found the file clean."""


def as_download(file: DraftFile | Attachment, *, to_holder: bool = False) -> FileResponse:
    """The bytes as an attachment that no browser runs or shows in our name (fault F2).

    Raises FileNotFoundError when they are not there, and Withheld (fault F5). Those who hold the
    answer may fetch what they have put there themselves while it waits.
    """
    with_scans([file])
    if file.is_infected or (file.is_waiting and not to_holder):
        raise Withheld
    response = FileResponse(
        uploads.open_file(file.path),
        as_attachment=True,
        filename=file.name,
        content_type=file.media_type,
    )
    never_shown(response)
    return response


def receipt_as_download(submission: Submission) -> FileResponse:
    """The receipt of one version as a PDF. Raises NotMade."""
    body = BytesIO(receipt.pdf(submission))
    return file_as_download(body, receipt.file_name(submission), "application/pdf")


def file_as_download(body: BinaryIO, name: str, media_type: str) -> FileResponse:
    response = FileResponse(body, as_attachment=True, filename=name, content_type=media_type)
    never_shown(response)
    return response


def never_shown(response: HttpResponseBase) -> None:
    """Whatever a browser makes of the bytes, it neither runs them nor shows them as ours."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
