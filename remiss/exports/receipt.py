"""The receipt of one version as a PDF: for people to read, with the record in it for machines."""

import json
import re
import unicodedata
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from remiss.exports import glyphs, sections
from remiss.exports.typesetting import typeset
from remiss.models import Attachment, Submission

SOURCE = Path(__file__).with_name("receipt.typ")
ATTACHED = "remissvar.json"  # the name of the record inside the PDF
LINE = 60  # characters: an address may be longer than the line
ROOM_TO_BREAK = "\u200b"


def pdf(submission: Submission) -> bytes:
    """The receipt as PDF/A-3 and PDF/UA-1, the same bytes every time. Raises NotMade.

    No contact data: only what is in the record, and its digest.
    """
    said = json.dumps(contents(submission))
    return typeset(SOURCE, at=submission.received_at, receipt=said, canonical=submission.canonical)


def file_name(submission: Submission) -> str:
    return f"kvitto-{submission.response.reference}-version-{submission.number}.pdf"


class Printer:
    """Makes texts fit to print and counts the characters that could not be shown."""

    def __init__(self, line: int = LINE) -> None:
        self.replaced = 0
        # Never between a letter and a mark on it.
        self.unbroken = re.compile(rf"\S{{{line}}}(?=[\w!-~])")

    def line(self, text: str) -> str:
        text, replaced = glyphs.shown(text.replace("\t", "    "))
        self.replaced += replaced
        return self.unbroken.sub(rf"\g<0>{ROOM_TO_BREAK}", text)

    def paragraphs(self, text: str) -> list[dict]:
        """Each with its lines and its direction, which the first letter of a text decides."""
        return [
            {"rtl": is_rtl(paragraph), "lines": [self.line(line) for line in paragraph.split("\n")]}
            for paragraph in re.split("\n{2,}", text.strip("\n"))
        ]

    def rows(self, rows: list[tuple[str, str]]) -> list[dict]:
        return [{"label": self.line(label), "text": self.paragraphs(text)} for label, text in rows]


def is_rtl(text: str) -> bool:
    """Whether a browser would begin the text at the right, with dir="auto"."""
    directions = map(unicodedata.bidirectional, text)
    return next((each for each in directions if each in {"L", "R", "AL"}), "L") != "L"


def contents(submission: Submission) -> dict:
    """What the receipt says, as texts that its fonts can show."""
    printer, reference = Printer(), submission.response.reference
    answered = [part for part in sections.of_submission(submission) if not part.is_empty]
    content = {
        "fonts": list(glyphs.FONTS),
        "title": f"Kvitto {reference}, version {submission.number}",
        "description": f"Remissvaret {reference}, version {submission.number}, som det togs emot",
        "running": f"{reference}, version {submission.number}",
        "facts": printer.rows(_facts(submission)),
        "code": submission.digest_groups,
        "sha256": submission.sha256,
        "verify_url": settings.SITE_URL + reverse("remiss:verify"),
        "attached": ATTACHED,
        "sections": [_section(printer, part) for part in answered],
        "backing": printer.rows(sections.backing_of_submission(submission)),
        "files": [_file(printer, file) for file in submission.attachments.all()],
    }
    return content | {"replaced": _replaced(printer.replaced)}


def _facts(submission: Submission) -> list[tuple[str, str]]:
    received = submission.received()
    rows = [
        ("Remiss", submission.response.consultation.title),
        ("Svar från", submission.sender),
        ("Referensnummer", submission.response.reference),
        ("Mottaget", received + (", efter svarstiden" if submission.is_late else "")),
        ("Version", str(submission.number)),
    ]
    if submission.is_preliminary:
        rows.append(("Beslut", "Svaret är preliminärt. Beslutet var inte fattat."))
    if submission.hide_name:
        rows.append(("Namnet på webbplatsen", "Visas inte."))
    return rows


def _section(printer: Printer, part: sections.Section) -> dict:
    stance = [("Ställningstagande", part.stance)] if part.stance else []
    return {"heading": printer.line(part.heading), "rows": printer.rows(stance + part.answered)}


def _file(printer: Printer, file: Attachment) -> dict:
    return {
        "name": printer.paragraphs(f"{file.number}. {file.name}"),
        "about": f"{file.get_kind_display()}, {filesizeformat(file.size)}. SHA-256:",
        "sha256": file.sha256,
    }


def _replaced(number: int) -> str:
    if not number:
        return ""
    them, they = ("Ett tecken", "Det") if number == 1 else (f"{number} tecken", "De")
    return (
        f"{them} finns inte i den här filens typsnitt. {they} står som ett nummer och ett namn "
        f"inom hakparentes. Filen {ATTACHED} har texten så som den skickades in."
    )
