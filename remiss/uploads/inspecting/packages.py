"""Docx, odt and xlsx: zip files in which nothing is believed before all of it is unpacked."""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from xml.parsers import expat

from .kinds import PROGRAMS, Fault

KINDS = {"docx", "odt", "xlsx"}
MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 2**20  # bytes
MAX_TABLE = 2**20  # bytes: the table of contents of 2 000 entries with long names

END = struct.Struct("<4s4H2LH")  # end of the table of contents, at the end of the file
LOCAL = struct.Struct("<4s5H3L2H")  # in front of each entry
IS_ENCRYPTED, IS_UTF8 = 0x1, 0x800

TYPES_PART = "[content_types].xml"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES = {
    f"{MAIN_TYPE}wordprocessingml.document.main+xml": "docx",
    f"{MAIN_TYPE}wordprocessingml.template.main+xml": "dotx",
    f"{MAIN_TYPE}spreadsheetml.sheet.main+xml": "xlsx",
    f"{MAIN_TYPE}spreadsheetml.template.main+xml": "xltx",
    f"{MAIN_TYPE}presentationml.presentation.main+xml": "pptx",
}
ODF_TYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "ott",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
MACROS = re.compile(
    r"(?:^|/)(?:vbaproject|vbadata|macrosheets/|activex|basic/|scripts/)|\.(?:doc|dot|xls|xlt|ppt)m$"
)
OBJECTS = re.compile(r"oleobject[^/]*$|embeddings/[^/]*\.bin$")


def inspect(content: bytes, kind: str) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # Word and Excel put an encrypted document into the container of their old formats.
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        old = "xls" if kind == "xlsx" else "doc"
        raise Fault("password") if is_locked else Fault("disagrees", old)
    parts = unpacked(content)
    found, main = what_is(parts)
    refuse_what_runs(parts)
    refuse_entities(parts)
    if found != kind:
        raise Fault("disagrees", found)
    if main not in parts:
        raise Fault("unreadable")
    read_xml(parts[main])


def guess(content: bytes) -> str:
    """What a zip file under another name is, as far as can be told."""
    try:
        return what_is(unpacked(content))[0]
    except (Fault, zipfile.BadZipFile, ValueError, struct.error, zlib.error, expat.ExpatError):
        return "zip"


def unpacked(content: bytes) -> dict[str, bytes]:
    """Every part by its name in lower case, as Office compares them."""
    entries = table_of_contents(content)
    if any(entry.flag_bits & IS_ENCRYPTED for entry in entries):
        raise Fault("password")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Fault("complex")
    parts = {
        entry.filename.replace("\\", "/").lower(): unpacked_entry(content, entry)
        for entry in entries
    }
    if len(parts) < len(entries):  # of two with one name, every program takes its own pick
        raise Fault("unreadable")
    return parts


def table_of_contents(content: bytes) -> list[zipfile.ZipInfo]:
    """The entries in their order in the file; no byte belongs to two of them."""
    if len(content) < END.size:
        raise Fault("unreadable")
    mark, *_disks, count, size, _offset, comment = END.unpack(content[-END.size :])
    if mark != b"PK\x05\x06" or comment:  # cut off, or something else has been put after it
        raise Fault("unreadable")
    if count > MAX_ENTRIES or size > MAX_TABLE:
        raise Fault("complex")
    with zipfile.ZipFile(BytesIO(content)) as package:
        entries = sorted(package.infolist(), key=lambda entry: entry.header_offset)
    if len(entries) > MAX_ENTRIES:
        raise Fault("complex")
    end = 0
    for entry in entries:
        if entry.header_offset < end or (end == 0 and entry.header_offset > 0):
            raise Fault("unreadable")
        end = entry.header_offset + LOCAL.size + len(entry.orig_filename) + entry.compress_size
    return entries


def unpacked_entry(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Its bytes. zipfile stops at the size that is declared, other programs do not: so we count."""
    mark, _needs, flags, method, *_sizes, name_length, extra_length = LOCAL.unpack_from(
        content, entry.header_offset
    )
    name_at = entry.header_offset + LOCAL.size
    start = name_at + name_length + extra_length
    name = content[name_at : name_at + name_length].decode("utf-8" if flags & IS_UTF8 else "cp437")
    if mark != b"PK\x03\x04" or method != entry.compress_type or name != entry.orig_filename:
        raise Fault("unreadable")
    packed = content[start : start + entry.compress_size]
    if method == zipfile.ZIP_DEFLATED:
        packed = inflated(packed, entry.file_size)
    elif method != zipfile.ZIP_STORED:  # Office writes no others, and theirs cannot be counted
        raise Fault("unreadable")
    if len(packed) != entry.file_size or zlib.crc32(packed) != entry.CRC:
        raise Fault("unreadable")
    return packed


def inflated(packed: bytes, declared: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    unpacked = inflater.decompress(packed, declared + 1)
    if not inflater.eof or inflater.unused_data:
        raise Fault("unreadable")
    return unpacked


def what_is(parts: dict[str, bytes]) -> tuple[str, str]:
    """The kind and the name of its main part."""
    if "mimetype" in parts:
        if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
            raise Fault("password")
        return ODF_TYPES.get(parts["mimetype"].strip(), "zip"), "content.xml"
    types: dict[str, str] = {}
    read_xml(
        parts.get(TYPES_PART, b"<Types/>"),
        lambda _name, of: types.update({of.get("ContentType", ""): of.get("PartName", "")}),
    )
    if any("macroEnabled" in content_type for content_type in types):
        raise Fault("macros")
    for content_type, kind in MAIN_TYPES.items():
        if content_type in types:
            return kind, types[content_type].lstrip("/").lower()
    return "zip", ""


def refuse_what_runs(parts: dict[str, bytes]) -> None:
    if any(MACROS.search(name) for name in parts):
        raise Fault("macros")
    if any(OBJECTS.search(name) or PROGRAMS.search(name) for name in parts):
        raise Fault("objects")
    if b"sun.star.oleobject" in parts.get("meta-inf/manifest.xml", b""):
        raise Fault("objects")


def read_xml(xml: bytes, started: Callable[[str, dict[str, str]], object] | None = None) -> None:
    """Calls `started` with the name and attributes of each element. Declarations are refused:
    Office and LibreOffice write none, and they are how entities come in."""

    def refuse(*_declaration) -> None:
        raise Fault("unreadable")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = started
    parser.Parse(xml, True)  # noqa: FBT003 - expat takes no keyword


def refuse_entities(parts: dict[str, bytes]) -> None:
    """A short text in them unfolds into gigabytes, or reads the reader's own files."""
    for name, part in parts.items():
        # Without its zero bytes UTF-16 is as good as ASCII for this.
        if name.endswith((".xml", ".rels")) and b"<!ENTITY" in part.replace(b"\0", b""):
            raise Fault("unreadable")
