"""What a file may be, what its first bytes say that it is, and why it is refused."""

import re

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
}
SPELLINGS = {kind: kind for kind in KINDS} | {"jpeg": "jpg", "heif": "heic"}

SIGNATURES = [
    (rb"%PDF-", "pdf"),
    (rb"PK\x03\x04", "zip"),
    (rb"\x89PNG\r\n\x1a\n", "png"),
    (rb"\xff\xd8\xff", "jpg"),
    (rb".{4}ftyp(?:avif|avis)", "avif"),
    (rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", "heic"),
    (rb"GIF8[79]a", "gif"),
    (rb"RIFF.{4}WEBP", "webp"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (rb"\{\\rtf", "rtf"),
    (rb"MZ|\x7fELF", "exe"),
    (rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype svg|<svg)", "svg"),
    (rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<body|<script)", "html"),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml", "xml"),
]
PROGRAMS = re.compile(
    r"(?i)\.(?:apk|app|bat|chm|cmd|com|cpl|dll|dmg|exe|hta|img|inf|iso|jar|js|jse|lnk|mjs|msc|msi"
    r"|pif|pl|ps1|py|reg|scf|scr|sh|svg|swf|sys|url|vb|vbe|vbs|wsf|wsh|html?|docm|dotm|xlsm|xlsb"
    r"|xltm|pptm)\s*$"
)


class Fault(Exception):
    """Why a file is refused, as a word; the sentences are in remiss.uploads.refusals."""

    def __init__(self, fault: str, found: str = ""):
        super().__init__(fault)
        self.fault, self.found = fault, found


def kind_of(content: bytes) -> str:
    for signature, kind in SIGNATURES:
        if re.match(signature, content[:1024], re.DOTALL):
            return kind
    return ""
