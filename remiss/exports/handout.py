"""One version of an answer as a ZIP: for the archive, for another system, or to be lämnad ut."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.core.files import File
from django.template.loader import render_to_string
from django.utils import timezone

from remiss import uploads
from remiss.exports import receipt, sections
from remiss.exports.tables import contact_of
from remiss.models import Attachment, Registration, Submission, with_scans
from remiss.swedish import swedish_day_time

FORMAT = 2  # of metadata.json
FOLDER = "bilagor"
SUMS = "kontrollsummor.txt"
PIECE = 2**16  # bytes


CONTACT = [("Kontaktperson", "name"), ("E-post", "email"), ("Kopia av kvittot till", "copy_email")]
MISSING = "Filen saknas på servern och är inte med."
WAITING = "Filen väntar på kontroll och är inte med."
INFECTED = "Filen innehåller skadlig kod och är inte med."
CHANGED = "Filen har inte den kontrollsumma som den hade när den skickades in."


@dataclass(frozen=True)
class Taken:
    """Who takes the file out and when, and whether with who to contact."""

    by: str
    at: datetime
    with_contact: bool


@dataclass
class Enclosed:
    """A file of the answer and its place in the ZIP; `fault` says why it is not there, or is not
    what was sent in."""

    attachment: Attachment
    path: str
    fault: str = ""

    @property
    def about(self) -> dict:
        return {
            "path": None if self.is_missing else self.path,
            "name": self.attachment.name,
            "kind": self.attachment.kind,
            "media_type": self.attachment.media_type,
            "size": self.attachment.size,
            "sha256": self.attachment.sha256,
            "fault": self.fault or None,
        }

    @property
    def is_missing(self) -> bool:
        return self.fault in {MISSING, WAITING, INFECTED}


def write(target: BinaryIO, submission: Submission, *, taken: Taken) -> list[Enclosed]:
    """Write the ZIP and tell of its files. Raises NotMade, from the PDF.

    All of it comes from what was sent in. No draft is read, and who to contact only when asked for.
    """
    pdf = receipt.pdf(submission)  # first: nothing is written when it cannot be made
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        book = _Book(archive, submission.received_at)
        enclosed = list(_enclose(book, submission))
        facts = _facts(submission, enclosed, taken)
        book.add("svar.html", _page(submission, enclosed, taken).encode())
        book.add("svar.pdf", pdf)
        book.add("svar.json", submission.canonical.encode())
        said = json.dumps(facts, ensure_ascii=False, indent=2)
        book.add("metadata.json", f"{said}\n".encode())
        book.add(SUMS, book.sums().encode())
    return enclosed


def file_name(submission: Submission) -> str:
    return f"{submission.response.reference}-version-{submission.number}.zip"


class _Book:
    """Adds entries, all dated alike, and keeps the sums of their bytes."""

    def __init__(self, archive: zipfile.ZipFile, moment: datetime):
        self.archive = archive
        self.dated = timezone.localtime(moment).timetuple()[:6]
        self._sums: dict[str, str] = {}

    def add(self, path: str, content: bytes) -> None:
        self.archive.writestr(self._entry(path, zipfile.ZIP_DEFLATED), content)
        self._sums[path] = hashlib.sha256(content).hexdigest()

    def copy(self, path: str, source: File) -> str:
        """Copy a piece at a time; the sum of what was copied."""
        digest = hashlib.sha256()
        # What people send is compressed in its own way already.
        entry = self._entry(path, zipfile.ZIP_STORED)
        with self.archive.open(entry, "w") as inside:
            while piece := source.read(PIECE):
                digest.update(piece)
                inside.write(piece)
        self._sums[path] = digest.hexdigest()
        return self._sums[path]

    def sums(self) -> str:
        """As sha256sum writes them, for `sha256sum -c`."""
        return "".join(f"{digest}  {path}\n" for path, digest in self._sums.items())

    def _entry(self, path: str, method: int) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(path, self.dated)
        entry.compress_type = method
        entry.external_attr = 0o644 << 16
        return entry


def _enclose(book: _Book, submission: Submission) -> Iterator[Enclosed]:
    names: set[str] = set()
    for attachment in with_scans(submission.attachments.all()):
        path = f"{FOLDER}/{uploads.unique_file_name(attachment.name, names)}"
        enclosed = Enclosed(attachment, path)
        if attachment.is_waiting or attachment.is_infected:
            enclosed.fault = WAITING if attachment.is_waiting else INFECTED
            yield enclosed
            continue
        try:
            with uploads.open_file(attachment.path) as source:
                if source.size > uploads.MAX_BYTES:  # nothing that was ever taken in
                    raise FileNotFoundError(attachment.path)
                digest = book.copy(path, source)
        except FileNotFoundError:
            enclosed.fault = MISSING
        else:
            enclosed.fault = "" if digest == attachment.sha256 else CHANGED
        yield enclosed


def _facts(submission: Submission, enclosed: list[Enclosed], taken: Taken) -> dict:
    response = submission.response
    consultation = response.consultation
    facts = {
        "format": FORMAT,
        "reference": response.reference,
        "version": submission.number,
        "received_at": timezone.localtime(submission.received_at).isoformat(),
        "time_is_given": submission.has_time,
        "is_late": submission.is_late,
        "channel": response.channel,
        "registration": _registration(submission),
        "consultation": {
            "slug": consultation.slug,
            "title": consultation.title,
            "registry_number": consultation.registry_number,
        },
        "plan_version": submission.plan_version.number,
        "sha256": submission.sha256,
        "files": [each.about for each in enclosed],
        "taken_out_by": taken.by,
        "taken_out_at": timezone.localtime(taken.at).isoformat(),
    }
    if taken.with_contact:
        return facts | {"contact": contact_of(response)}
    return facts | {"contact": None, "left_out": ["contact"]}


def _registration(submission: Submission) -> dict | None:
    try:
        registration = submission.registration
    except Registration.DoesNotExist:
        return None
    return {
        "registry_number": registration.registry_number,
        "registered_on": registration.registered_on.isoformat(),
    }


def _page(submission: Submission, enclosed: list[Enclosed], taken: Taken) -> str:
    """The answer for people, in one file that asks for nothing from anywhere."""
    answered = [part for part in sections.of_submission(submission) if not part.is_empty]
    contact = contact_of(submission.response) if taken.with_contact else {}
    context = {
        "submission": submission,
        "response": submission.response,
        "registration": _registration(submission),
        "sections": answered,
        "backing": sections.backing_of_submission(submission),
        "enclosed": enclosed,
        "received": submission.received(),
        "taken": taken,
        "taken_at": swedish_day_time(taken.at, this_year=None),
        "contact": {label: contact[name] for label, name in CONTACT if contact.get(name)},
    }
    return render_to_string("admin/handout.html", context)
