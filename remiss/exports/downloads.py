"""One file, a draft's or one that was sent in, as a download."""

from django.http import FileResponse

from remiss import uploads
from remiss.models import Attachment, DraftFile


def as_download(file: DraftFile | Attachment) -> FileResponse:
    """The bytes as an attachment that no browser runs or shows in our name (fault F2).

    Raises FileNotFoundError when they are not there.
    """
    response = FileResponse(
        uploads.open_file(file.path),
        as_attachment=True,
        filename=file.name,
        content_type=file.media_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
