"""What respondents may send as files, what is refused and with which words, and what is kept."""

import errno
import hashlib
import io
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from remiss import uploads
from remiss.uploads import inspection, storage
from remiss.uploads.inspecting import kinds, packages
from tests import samples

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
SECONDS = 6  # the longest a verdict may take here, on a machine that others use too


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return settings.UPLOADS_DIR


@pytest.fixture(autouse=True)
def _coverage_sees_the_other_process(monkeypatch):
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    monkeypatch.setattr(inspection, "ENVIRONMENT", inspection.ENVIRONMENT | measured)


def sent(name, content):
    return SimpleUploadedFile(name, content)


def taken(name, content):
    """What was stored, and the bytes."""
    stored = uploads.take(sent(name, content))
    with uploads.open_file(stored.path) as file:
        return stored, file.read()


def refusal(name, content):
    with pytest.raises(uploads.Refused) as refused:
        uploads.take(sent(name, content))
    return str(refused.value)


def files_in(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


@contextmanager
def memory():
    """Gives a function that says how many bytes Python had at most."""
    tracemalloc.start()
    try:
        peak = []
        yield lambda: peak[0]
        peak.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def run(code, folder, **env):
    """Another process with the same folder."""
    start = (
        "import django; django.setup()\n"
        "from django.core.files.uploadedfile import SimpleUploadedFile as Sent\n"
        "from remiss import uploads\n"
        "from remiss.uploads import storage\n"
        "from tests import samples\n"
    )
    return subprocess.run(
        [sys.executable, "-c", start + code],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "malmoandan.settings", "UPLOADS_DIR": str(folder)}
        | env,
        capture_output=True,
        text=True,
        check=False,
    )


# What is taken

PDF, DOCX, ODT, XLSX = (kinds.KINDS[kind] for kind in ("pdf", "docx", "odt", "xlsx"))

DOCUMENTS = {
    "a PDF with text": ("svar.pdf", samples.pdf, PDF, True),
    "a PDF with capitals in its name": ("SVAR.PDF", samples.pdf, PDF, True),
    "a PDF from a copier": ("svar.pdf", samples.scanned_pdf, PDF, False),
    "a PDF with blank text only": ("svar.pdf", lambda: samples.pdf(text="  "), PDF, False),
    "a PDF with a link": ("svar.pdf", samples.pdf_with_link, PDF, True),
    "a PDF with lines after its end": ("svar.pdf", lambda: samples.pdf(tail=b"\r\n\0"), PDF, True),
    "a PDF that must not be changed": (
        "svar.pdf", lambda: samples.encrypted_pdf(user=""), PDF, True,
    ),
    "an old PDF that must not be changed": (
        "svar.pdf", lambda: samples.encrypted_pdf(user="", algorithm="RC4-128"), PDF, True,
    ),
    "a PDF with its data attached": (
        "svar.pdf", lambda: samples.pdf_with_attachment("svar.xml"), PDF, True,
    ),
    "a PDF with lines and no text": ("karta.pdf", samples.pdf_map, PDF, False),
    "a PDF with a broken object": ("svar.pdf", lambda: samples.pdf(more=[b"<</A"]), PDF, True),
    "a Word document": ("svar.docx", samples.word, DOCX, True),
    "a Word document with a picture": ("svar.docx", samples.word_with_picture, DOCX, True),
    "a Word document with a table of figures": (
        "svar.docx",
        lambda: samples.with_parts(samples.word(), **{"word/embeddings/a.xlsx": samples.excel()}),
        DOCX, True,
    ),
    "an OpenDocument text": ("svar.odt", samples.odt, ODT, True),
    "an OpenDocument text with a picture": (
        "svar.odt", lambda: samples.odt(**{"Pictures/1.png": samples.png()}), ODT, True,
    ),
    "an Excel workbook": ("svar.xlsx", samples.excel, XLSX, True),
    "an Excel workbook with a chart": ("svar.xlsx", lambda: samples.excel(chart=True), XLSX, True),
    "an Excel workbook that knows its printer": (
        "svar.xlsx",
        lambda: samples.with_parts(
            samples.excel(), **{"xl/printerSettings/printerSettings1.bin": b"A4"}
        ),
        XLSX, True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("claim", DOCUMENTS)
def test_a_document_is_taken_as_it_is(claim):
    name, make, media_type, is_searchable = DOCUMENTS[claim]
    content = make()

    stored, kept = taken(name, content)

    assert kept == content
    assert stored == uploads.Stored(
        path=stored.path,
        name=name.replace(".PDF", ".pdf"),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        is_searchable=is_searchable,
        was_converted=False,
    )


PICTURES = {
    "a photo": ("bild.jpg", samples.jpg, "bild.jpg", "JPEG", (80, 60)),
    "a photo with the long extension": ("b.JPEG", samples.jpg, "b.jpeg", "JPEG", (80, 60)),
    "a photo that the phone held upright": (
        "bild.jpg", samples.jpg_with_everything, "bild.jpg", "JPEG", (60, 80),
    ),
    "a photo upside down": (
        "bild.jpg", lambda: samples.jpg_with_everything(3), "bild.jpg", "JPEG", (80, 60),
    ),
    "a photo for print": (
        "bild.jpg", lambda: samples.jpg(image=samples.picture(mode="CMYK")),
        "bild.jpg", "JPEG", (80, 60),
    ),
    "a grey photo": (
        "bild.jpg", lambda: samples.jpg(image=samples.picture(mode="L")),
        "bild.jpg", "JPEG", (80, 60),
    ),
    "an iPhone's JPEG, which is two": ("bild.jpg", samples.mpo, "bild.jpg", "JPEG", (80, 60)),
    "a photo with a jar after it": (
        "bild.jpg", lambda: samples.jpg() + samples.jar(), "bild.jpg", "JPEG", (80, 60),
    ),
    "a photo with a web page after it": (
        "bild.jpg", lambda: samples.jpg() + samples.HTML, "bild.jpg", "JPEG", (80, 60),
    ),
    "a screenshot": ("bild.png", samples.png, "bild.png", "PNG", (80, 60)),
    "a picture with texts": ("bild.png", samples.png_with_text, "bild.png", "PNG", (80, 60)),
    "a drawing with few colours": (
        "bild.png", lambda: samples.png(image=samples.picture(mode="P"), transparency=0),
        "bild.png", "PNG", (80, 60),
    ),
    "a picture that one can see through": (
        "bild.png", lambda: samples.png(image=samples.picture(mode="RGBA")),
        "bild.png", "PNG", (80, 60),
    ),
    "a picture with a web page after it": (
        "bild.png", lambda: samples.png() + samples.HTML, "bild.png", "PNG", (80, 60),
    ),
    "a picture with a zip file after it": (
        "bild.png", lambda: samples.png() + samples.jar(), "bild.png", "PNG", (80, 60),
    ),
    "a HEIC": ("IMG_1.HEIC", samples.heic, "IMG_1.jpg", "JPEG", (160, 120)),
    "a HEIC with all it knows": (
        "IMG_1.heif", lambda: samples.heic(exif=samples.place().tobytes(), xmp=b"<x>Karin</x>"),
        "IMG_1.jpg", "JPEG", (160, 120),
    ),
    "a HEIC that one can see through": (
        "IMG_1.heic", lambda: samples.heic(image=samples.picture((160, 120), "RGBA")),
        "IMG_1.jpg", "JPEG", (160, 120),
    ),
}  # fmt: skip


@pytest.mark.parametrize("claim", PICTURES)
def test_a_picture_is_drawn_anew_with_nothing_else_in_it(claim):
    name, make, shown, written_as, size = PICTURES[claim]

    stored, kept = taken(name, make())

    with Image.open(BytesIO(kept)) as picture:
        picture.load()
        assert (picture.format, picture.size) == (written_as, size)
        assert dict(picture.getexif()) == {}
        assert set(picture.info) <= {
            "icc_profile", "transparency", "jfif", "jfif_version", "jfif_unit", "jfif_density",
            "adobe", "adobe_transform",
        }  # fmt: skip
    for trace in (b"Exif", b"Karin", b"Kamerans", b"xmp", b"Skapad", b"<script", b"PK\x03\x04"):
        assert trace not in kept
    assert stored == uploads.Stored(
        path=stored.path,
        name=shown,
        media_type=f"image/{written_as.lower()}",
        size=len(kept),
        sha256=hashlib.sha256(kept).hexdigest(),
        is_searchable=False,
        was_converted="IMG" in name,
    )


def test_a_photo_taken_upright_stands_upright():
    """Orientation 6: the right side of what the camera stored is down."""
    _stored, kept = taken("bild.jpg", samples.jpg_with_everything(6))

    with Image.open(BytesIO(kept)) as picture:
        top, bottom = picture.getpixel((30, 10)), picture.getpixel((30, 70))
    assert top[0] > 200 > 50 > top[2]
    assert bottom[2] > 200 > 50 > bottom[0]


def test_the_colours_keep_their_profile():
    for name, content in (
        ("bild.jpg", samples.jpg_with_everything()),
        ("bild.png", samples.png_with_text()),
    ):
        _stored, kept = taken(name, content)

        with Image.open(BytesIO(kept)) as picture:
            assert picture.info["icc_profile"] == samples.icc_profile()


def test_a_photo_keeps_the_tables_it_was_made_with():
    content = samples.jpg(quality=97, subsampling=0)

    _stored, kept = taken("bild.jpg", content)

    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(kept)) as after:
        assert after.quantization == before.quantization
        assert after.layer == before.layer


def test_a_photo_of_48_megapixels_is_taken():
    stored, kept = taken("bild.jpg", samples.jpg(image=samples.picture((8064, 6048))))

    with Image.open(BytesIO(kept)) as picture:
        assert picture.size == (8064, 6048)
    assert stored.size == len(kept)


# What is refused

MUST = "Filen måste vara pdf, docx, odt, xlsx, jpg eller png."
UNREADABLE = "Filen går inte att läsa. Öppna den på din enhet, spara den på nytt och försök igen."
COMPLEX = "Filen är för komplicerad för att granskas. Spara den som en ny pdf och försök igen."
PASSWORD = "Filen är skyddad med lösenord. Ta bort skyddet och försök igen."
MACROS = "Filen innehåller makron. Spara den utan makron och försök igen."
OBJECTS = "Filen innehåller inbäddade objekt eller program. Spara den som pdf och försök igen."
SCRIPT = "Filen innehåller skript. Skriv ut den till en ny pdf och försök igen."
ATTACHED = "Filen har en programfil bifogad. Ta bort den och försök igen."
TWO = "Filen är två filer i en. Skriv ut den till en ny pdf och försök igen."
PIXELS = "Bilden är för stor. Förminska den till högst 64 megapixel och försök igen."
AS_DOCX = "Spara den som docx i Word och försök igen."
AS_XLSX = "Spara den som xlsx i Excel och försök igen."
AS_PDF = "Spara den som pdf och försök igen."
AS_PICTURE = "Spara bilden som jpg eller png och försök igen."
UNPACK = "Packa upp den och skicka filerna en och en."


def something_else(extension, advice=""):
    fact = f"{MUST} Namnet slutar på .{extension}, men innehållet är något annat."
    return f"{fact} {advice}".strip()


def another(extension, found):
    return (
        f"{MUST} Namnet slutar på .{extension}, men innehållet är {found}."
        f" Byt slutet på namnet till .{found} och försök igen."
    )


def word_with(**parts):
    return lambda: samples.with_parts(samples.word(), **parts)


def excel_with(**parts):
    return lambda: samples.with_parts(samples.excel(), **parts)


def always(content):
    return lambda: content


JAVASCRIPT = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
LAUNCH = b"/OpenAction<</S/Launch/F(cmd.exe)>>"
CURLED = b"/OpenAction<</S/Java#53cript/JS(app.alert\\(1\\))>>"

REFUSED = {
    # By the name alone
    "an empty file": ("svar.pdf", always(b""), "Filen är tom."),
    "an empty file of another kind": ("svar.exe", always(b""), "Filen är tom."),
    "more than 10 MB": (
        "svar.pdf", lambda: b"%PDF-".ljust(uploads.MAX_BYTES + 1), "Filen får vara högst 10 MB.",
    ),
    "a name without extension": ("svar", samples.pdf, MUST),
    "a program": ("svar.exe", always(samples.EXE), MUST),
    "a program after a PDF's name": ("svar.pdf.exe", always(samples.EXE), MUST),
    "a name that reads backwards": ("svar\u202efdp.exe", always(samples.EXE), MUST),
    "a script": ("svar.js", always(b"alert(1)"), MUST),
    "an old Word document": ("svar.doc", always(samples.DOC), f"{MUST} {AS_DOCX}"),
    "a Word document with macros": ("svar.docm", samples.macro_document, f"{MUST} {AS_DOCX}"),
    "rich text": ("svar.rtf", always(samples.RTF), f"{MUST} {AS_DOCX}"),
    "an old workbook": ("svar.xls", always(samples.DOC), f"{MUST} {AS_XLSX}"),
    "a Pages document": ("svar.pages", samples.jar, f"{MUST} {AS_PDF}"),
    "a presentation": ("svar.pptx", samples.jar, f"{MUST} {AS_PDF}"),
    "plain text": ("svar.txt", always(b"Hej"), f"{MUST} {AS_PDF}"),
    "a web page": ("svar.html", always(samples.HTML), f"{MUST} {AS_PDF}"),
    "a drawing in SVG": ("svar.svg", always(samples.SVG), f"{MUST} {AS_PICTURE}"),
    "a GIF": ("bild.gif", lambda: samples.other_picture("GIF"), f"{MUST} {AS_PICTURE}"),
    "a WebP": ("bild.webp", lambda: samples.other_picture("WEBP"), f"{MUST} {AS_PICTURE}"),
    "a zip file": ("svar.zip", samples.jar, f"{MUST} {UNPACK}"),
    "XML": ("svar.xml", always(b"<?xml version='1.0'?><a/>"), MUST),
    # The name says one thing, the content another
    "a web page named pdf": (
        "svar.pdf", always(samples.HTML), something_else("pdf", AS_PDF),
    ),
    "a web page named png": ("a.png", always(samples.HTML), something_else("png", AS_PDF)),
    "SVG named png": ("a.png", always(samples.SVG), something_else("png", AS_PICTURE)),
    "XML named docx": ("a.docx", always(b"<?xml version='1.0'?><a/>"), something_else("docx")),
    "a program named pdf": ("svar.pdf", always(samples.EXE), something_else("pdf")),
    "nonsense named odt": ("svar.odt", always(b"\x01\x02\x03" * 99), something_else("odt")),
    "junk before a PDF": ("svar.pdf", lambda: b"\n" + samples.pdf(), something_else("pdf")),
    "a web page before a PDF": (
        "svar.pdf", lambda: samples.HTML + samples.pdf(), something_else("pdf", AS_PDF),
    ),
    "a Word document named pdf": ("svar.pdf", samples.word, another("pdf", "docx")),
    "a Word document named xlsx": ("svar.xlsx", samples.word, another("xlsx", "docx")),
    "a workbook named docx": ("svar.docx", samples.excel, another("docx", "xlsx")),
    "an OpenDocument text named docx": ("svar.docx", samples.odt, another("docx", "odt")),
    "a PDF named docx": ("svar.docx", samples.pdf, another("docx", "pdf")),
    "a PNG named jpg": ("bild.jpg", samples.png, another("jpg", "png")),
    "a JPEG named png": ("bild.png", samples.jpg, another("png", "jpg")),
    "a HEIC named jpg": ("bild.jpg", samples.heic, another("jpg", "heic")),
    "a GIF named jpg": (
        "a.jpg", lambda: samples.other_picture("GIF"), something_else("jpg", AS_PICTURE),
    ),
    "a GIF that is a jar": (
        "a.jpg", lambda: samples.other_picture("GIF") + samples.jar(),
        something_else("jpg", AS_PICTURE),
    ),
    "an AVIF named heic": (
        "a.heic", always(b"\0\0\0\x20ftypavif" + b"\0" * 99), something_else("heic", AS_PICTURE),
    ),
    "an old Word document named docx": (
        "svar.docx", always(samples.DOC), something_else("docx", AS_DOCX),
    ),
    "an old workbook named xlsx": (
        "svar.xlsx", always(samples.compound_file("Workbook")), something_else("xlsx", AS_XLSX),
    ),
    "rich text named docx": ("svar.docx", always(samples.RTF), something_else("docx", AS_DOCX)),
    "an OpenDocument sheet named odt": (
        "svar.odt",
        lambda: samples.packed(
            samples.odt_parts("application/vnd.oasis.opendocument.spreadsheet")
        ),
        something_else("odt", AS_PDF),
    ),
    "a zip file named docx": ("svar.docx", samples.jar, something_else("docx", UNPACK)),
    "a zip file behind a GIF's first bytes": (
        "svar.docx", lambda: b"GIF89a" + samples.word(), something_else("docx", AS_PICTURE),
    ),
    # PDF
    "a PDF with a password": ("svar.pdf", lambda: samples.encrypted_pdf(user="x"), PASSWORD),
    "a PDF that runs a script": ("svar.pdf", lambda: samples.pdf(catalog=JAVASCRIPT), SCRIPT),
    "a script with a name in disguise": ("svar.pdf", lambda: samples.pdf(catalog=CURLED), SCRIPT),
    "a script in a compressed object": ("svar.pdf", samples.pdf_with_hidden_script, SCRIPT),
    "a script in an object of its own": (
        "svar.pdf", lambda: samples.pdf(more=[b"<</S/JavaScript/JS(1)>>"]), SCRIPT,
    ),
    "a script on a page": (
        "svar.pdf", lambda: samples.pdf(page=b"/AA<</O<</S/JavaScript/JS(1)>>>>"), SCRIPT,
    ),
    "a PDF that starts a program": ("svar.pdf", lambda: samples.pdf(catalog=LAUNCH), SCRIPT),
    "a PDF with a program in it": (
        "svar.pdf", lambda: samples.pdf_with_attachment("faktura.pdf.exe"), ATTACHED,
    ),
    "a PDF with macros in it": (
        "svar.pdf", lambda: samples.pdf_with_attachment("svar.docm"), ATTACHED,
    ),
    "a PDF with a docx after it": ("svar.pdf", lambda: samples.pdf() + samples.word(), UNREADABLE),
    "a PDF that is a zip file": ("svar.pdf", lambda: samples.pdf(tail=samples.jar()), TWO),
    "a PDF that is a web page": (
        "svar.pdf", lambda: samples.pdf(head=b"%PDF-1.7\n%" + samples.HTML + b"\n"), TWO,
    ),
    "a PDF with a web page after it": ("svar.pdf", lambda: samples.pdf(tail=samples.HTML), TWO),
    "a PDF cut off": ("svar.pdf", lambda: samples.pdf()[:300], UNREADABLE),
    "a PDF with no pages": (
        "svar.pdf",
        lambda: samples.pdf_of(
            [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
        ),
        UNREADABLE,
    ),
    "a PDF in name only": ("svar.pdf", always(b"%PDF-1.7\nHej\n%%EOF\n"), UNREADABLE),
    # Office
    "macros in a docx": ("svar.docx", samples.macro_document, MACROS),
    "macros with no word about them": (
        "svar.docx", word_with(**{"word/vbaProject.bin": b"\xd0\xcf"}), MACROS,
    ),
    "macros in a workbook": ("a.xlsx", excel_with(**{"xl/vbaProject.bin": b"\xd0"}), MACROS),
    "macros of Excel 4": ("a.xlsx", excel_with(**{"xl/macrosheets/sheet1.xml": b"<a/>"}), MACROS),
    "ActiveX": ("svar.docx", word_with(**{"word/activeX/activeX1.xml": b"<a/>"}), MACROS),
    "a document with macros in a document": (
        "svar.docx", word_with(**{"word/embeddings/a.docm": b"PK"}), MACROS,
    ),
    "Basic in an odt": ("a.odt", lambda: samples.odt(**{"Basic/script-lc.xml": b"<a/>"}), MACROS),
    "Python in an odt": ("a.odt", lambda: samples.odt(**{"Scripts/python/a.py": b"1"}), MACROS),
    "an OLE object": ("a.docx", word_with(**{"word/embeddings/oleObject1.bin": b"1"}), OBJECTS),
    "an OLE object in a workbook": (
        "a.xlsx", excel_with(**{"xl/embeddings/oleObject1.bin": b"\xd0"}), OBJECTS,
    ),
    "an OLE object in an odt": (
        "a.odt",
        lambda: samples.odt(
            **{"META-INF/manifest.xml": b"<m type='application/vnd.sun.star.oleobject'/>"}
        ),
        OBJECTS,
    ),
    "a program in a document": ("a.docx", word_with(**{"word/media/a.exe": b"MZ"}), OBJECTS),
    "a docx with a password": (
        "svar.docx", always(samples.compound_file("EncryptedPackage")), PASSWORD,
    ),
    "an xlsx with a password": (
        "svar.xlsx", always(samples.compound_file("EncryptedPackage")), PASSWORD,
    ),
    "an odt with a password": ("svar.odt", samples.encrypted_odt, PASSWORD),
    "a zip file with a password": ("svar.docx", samples.encrypted_zip, PASSWORD),
    "entities in the main part": ("svar.docx", samples.word_with_entities, UNREADABLE),
    "entities in another part": (
        "svar.docx",
        word_with(**{"word/x.xml": "<!DOCTYPE a [<!ENTITY b SYSTEM 'c'>]><a/>".encode("utf-16")}),
        UNREADABLE,
    ),
    "a main part that is no XML": (
        "svar.docx", word_with(**{"word/document.xml": b"<a><b>"}), UNREADABLE,
    ),
    "a docx without its text": ("svar.docx", word_with(**{"word/document.xml": None}), UNREADABLE),
    "an odt without its text": ("a.odt", lambda: samples.odt(**{"content.xml": b""}), UNREADABLE),
    "a docx cut off": ("svar.docx", lambda: samples.word()[:9_000], UNREADABLE),
    "a docx with something after it": (
        "svar.docx", lambda: samples.word() + samples.HTML, UNREADABLE,
    ),
    "a docx packed in a way Office does not": (
        "svar.docx",
        lambda: samples.packed(samples.parts_of(samples.word()), method=14),
        UNREADABLE,
    ),
    "two parts of one name": ("a.docx", samples.zip_with_two_parts_of_one_name, UNREADABLE),
    # Pictures
    "a photo cut off": ("bild.jpg", lambda: samples.jpg()[:500], UNREADABLE),
    "a PNG cut off": ("bild.png", lambda: samples.png(image=samples.noise())[:9_000], UNREADABLE),
    "a HEIC cut off": ("bild.heic", lambda: samples.heic()[:400], UNREADABLE),
    "a picture that is all header": ("bild.png", lambda: samples.png()[:33], UNREADABLE),
    # Bombs
    "a page that unfolds": ("svar.pdf", samples.pdf_bomb, COMPLEX),
    "arrays in arrays in arrays": ("svar.pdf", samples.pdf_that_nests, UNREADABLE),
    "a docx that unfolds into 110 MB": ("svar.docx", samples.zip_bomb, COMPLEX),
    "2 001 parts": ("svar.docx", samples.many_entries, COMPLEX),
    "a part that lies about its size": ("svar.docx", samples.lying_zip, UNREADABLE),
    "parts that share their bytes": ("svar.docx", samples.overlapping_zip, UNREADABLE),
    "2 500 megapixels": ("bild.png", samples.pixel_bomb, PIXELS),
    "65 megapixels": ("a.png", lambda: samples.pixel_bomb(8_063), PIXELS),
    "a comment that unfolds": ("bild.png", samples.text_bomb, UNREADABLE),
}  # fmt: skip
BOMBS = list(REFUSED)[-9:]


@pytest.mark.parametrize("claim", REFUSED)
def test_a_refusal_says_what_is_wrong_and_leaves_nothing(claim, folder):
    name, make, sentence = REFUSED[claim]
    content = make()
    started = time.monotonic()

    assert refusal(name, content) == sentence

    assert time.monotonic() - started < SECONDS
    assert files_in(folder) == []


def test_the_files_tried_here_are_many():
    assert len(DOCUMENTS) + len(PICTURES) + len(REFUSED) > 120


def test_a_refusal_has_no_exclamation_mark_and_ends_as_a_sentence():
    for _name, _make, sentence in REFUSED.values():
        assert re.fullmatch(r"[A-ZÅÄÖ][^!]*\.", sentence)


# What it costs


def test_bombs_cost_the_web_process_no_memory(tmp_path, folder):
    """In a process of its own, since the highest mark of this one may be anywhere."""
    for number, claim in enumerate(BOMBS):
        name, make, _sentence = REFUSED[claim]
        (tmp_path / f"{number}-{name}").write_bytes(make())

    done = run(
        "import resource\n"
        "from pathlib import Path\n"
        "most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"files = sorted(Path({str(tmp_path)!r}).glob('*.*'))\n"
        "bombs = [Sent(file.name, file.read_bytes()) for file in files]\n"
        "before, refused = most(), 0\n"
        "for bomb in bombs:\n"
        "    try: uploads.take(bomb)\n"
        "    except uploads.Refused: refused += 1\n"
        "print(refused, most() - before)\n",
        folder,
    )

    refused, growth = map(int, done.stdout.split())
    assert refused == len(BOMBS)
    assert growth < 10_000  # kB


def test_a_big_upload_costs_the_web_process_no_memory():
    with TemporaryUploadedFile("svar.pdf", "application/pdf", uploads.MAX_BYTES, None) as file:
        head = samples.pdf()
        file.write(head[:-7] + b"%" * (uploads.MAX_BYTES - len(head)) + b"\n%%EOF\n")
        file.seek(0)

        with memory() as most, pytest.raises(uploads.Refused):
            uploads.take(file)

    assert most() < 2**20  # bytes


def test_a_process_that_computes_for_ever_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(inspection, "START", "while True: pass")
    monkeypatch.setattr(inspection, "SECONDS", 0.5)

    assert refusal("svar.pdf", samples.pdf()) == COMPLEX


def test_a_process_that_is_killed_is_a_refusal(monkeypatch):
    monkeypatch.setattr(inspection, "START", "import os; os.kill(os.getpid(), 9)")

    assert refusal("svar.pdf", samples.pdf()) == COMPLEX


@pytest.mark.parametrize(
    "ending", ["while True: pass", "import os; os.kill(os.getpid(), 9)", "1/0"]
)
def test_a_file_that_has_passed_is_taken_though_the_search_for_text_dies(monkeypatch, ending):
    monkeypatch.setattr(inspection, "START", f"print('{{}}', flush=True)\n{ending}")
    monkeypatch.setattr(inspection, "SECONDS", 3)  # a busy machine takes one to start it

    stored, _kept = taken("svar.pdf", samples.pdf())

    assert stored.is_searchable is False


def test_the_process_has_limits_and_no_secrets(monkeypatch):
    """Asked in the process itself, which prints what it finds as the verdict's fault."""
    monkeypatch.setenv("SECRET_KEY", "hemlig")
    monkeypatch.setattr(
        inspection,
        "START",
        "import sys; sys.path.append(sys.argv.pop(1))\n"
        "from inspecting import running; import os, json, resource as r\n"
        "running.inspect = lambda *_, **__: iter(())\n"
        "running.main()\n"
        "limits = [r.getrlimit(w)[0] for w in (r.RLIMIT_AS, r.RLIMIT_FSIZE, r.RLIMIT_CPU)]\n"
        "assert limits == [2**30, 40 * 2**20, 10], limits\n"
        "named = {name for name in os.environ if not name.startswith('COVERAGE_')}\n"
        "assert named <= {'MALLOC_ARENA_MAX', 'LC_CTYPE'}, named\n"
        "assert not {'django', 'remiss'} & set(sys.modules)\n"
        "print('{\"is_searchable\": true}')",
    )

    stored, _kept = taken("svar.pdf", samples.pdf())

    assert stored.is_searchable is True


def test_when_all_places_are_taken_the_person_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(inspection, "WAIT", 0.01)
    assert inspection.PLACES.acquire(blocking=False)
    assert inspection.PLACES.acquire(blocking=False)
    try:
        sentence = refusal("svar.pdf", samples.pdf())
    finally:
        inspection.PLACES.release(2)

    assert sentence == "Just nu kommer många filer på en gång. Vänta en minut och försök igen."


# Hostile bytes that nobody has thought of


@pytest.mark.parametrize("at", range(0, 36_000, 4_001))
def test_a_docx_with_a_changed_byte_is_refused_or_says_the_same(at):
    """Every byte is under a checksum or in a table."""
    content = bytearray(samples.word())
    content[at] ^= 0xFF
    try:
        uploads.take(sent("svar.docx", bytes(content)))
    except uploads.Refused:
        return

    assert packages.unpacked(bytes(content)) == packages.unpacked(samples.word())


# Storage


def test_a_path_has_no_trace_of_the_name_and_is_never_given_twice():
    paths = [uploads.take(sent("karin.pdf", samples.pdf())).path for _ in range(2)]

    assert all(re.fullmatch(r"([0-9a-f]{2})/\1[0-9a-f]{30}", path) for path in paths)
    assert len(set(paths)) == 2


def test_only_the_portal_may_read_what_is_stored(folder):
    stored = uploads.take(sent("svar.pdf", samples.pdf()))

    assert (folder / stored.path).stat().st_mode & 0o777 == 0o600
    assert (folder / stored.path).parent.stat().st_mode & 0o777 == 0o700


def test_stored_files_lie_outside_every_folder_that_is_served(settings):
    from malmoandan import settings as as_shipped

    served = [settings.STATIC_ROOT, *settings.STATICFILES_DIRS]
    assert not any(as_shipped.UPLOADS_DIR.is_relative_to(folder) for folder in served)
    assert settings.MEDIA_ROOT == ""
    with pytest.raises(ValueError, match="Uploads have no address"):
        storages["uploads"].url("ab/" + "0" * 32)


def test_stored_files_are_listed_with_the_time_they_were_written(folder):
    stored = uploads.take(sent("svar.pdf", samples.pdf()))
    os.utime(folder / stored.path, (86_400, 86_400))
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / "notes.txt").write_text("not ours")

    assert list(uploads.stored()) == [(stored.path, datetime(1970, 1, 2, tzinfo=UTC))]


def test_nothing_is_listed_before_there_is_a_folder():
    assert list(uploads.stored()) == []
    assert uploads.sweep_temporary(datetime.now(UTC)) == 0


def test_a_removed_file_is_gone_and_may_be_removed_again():
    stored = uploads.take(sent("svar.pdf", samples.pdf()))

    uploads.remove(stored.path)
    uploads.remove(stored.path)

    assert list(uploads.stored()) == []
    with pytest.raises(FileNotFoundError):
        uploads.open_file(stored.path)


@pytest.mark.parametrize(
    "path",
    ["", "ab", "../secret", "ab/../../secret", "/etc/passwd", "unfinished/" + "0" * 32, "ab/\0"],
)
def test_a_path_that_was_never_given_opens_and_removes_nothing(path, folder):
    folder.mkdir()
    (folder.parent / "secret").write_text("hemligt")
    (folder / "unfinished").mkdir()
    (folder / "unfinished" / ("0" * 32)).write_text("halft")

    uploads.remove(path)

    with pytest.raises(FileNotFoundError):
        uploads.open_file(path)
    assert (folder.parent / "secret").exists()
    assert (folder / "unfinished" / ("0" * 32)).exists()


def test_what_dead_processes_left_is_swept_and_the_rest_is_not(folder):
    stored = uploads.take(sent("svar.pdf", samples.pdf()))
    now = datetime.now(UTC)
    for name, age in (("old", timedelta(hours=2)), ("new", timedelta())):
        (folder / "unfinished" / name).write_bytes(b"half")
        at = (now - age).timestamp()
        os.utime(folder / "unfinished" / name, (at, at))
    os.utime(folder / stored.path, (0, 0))

    assert uploads.sweep_temporary(now - timedelta(hours=1)) == 1

    assert files_in(folder) == sorted([stored.path, "unfinished/new"])


NOT_STORED = "Filen kom inte fram. Försök igen."


def test_a_full_disk_leaves_no_half_file(monkeypatch, folder, caplog):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    assert refusal("karin.pdf", samples.pdf()) == NOT_STORED

    assert files_in(folder) == []
    assert caplog.messages == ["A file could not be stored: No space left on device"]


def test_a_disk_that_fails_after_the_rename_leaves_no_file(monkeypatch, folder):
    fsync, calls = os.fsync, []

    def fails_the_second_time(handle):
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", fails_the_second_time)

    assert refusal("svar.pdf", samples.pdf()) == NOT_STORED

    assert files_in(folder) == []


def test_a_folder_that_cannot_be_made_is_a_refusal(settings, tmp_path):
    (tmp_path / "in the way").write_text("a file")
    settings.UPLOADS_DIR = tmp_path / "in the way" / "uploads"

    assert refusal("svar.pdf", samples.pdf()) == NOT_STORED


STOPPED = {
    "while it is received": ("svar.pdf", lambda: b"%PDF-" + b" " * 200_000, 100_000),
    # What came fits, and the JPEG that is made of it does not.
    "while a picture is drawn anew": (
        "bild.heic", lambda: samples.heic(image=samples.noise(400), quality=40), 100_000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("claim", STOPPED)
def test_a_write_that_the_system_stops_leaves_no_half_file(claim, tmp_path, folder):
    name, make, limit = STOPPED[claim]
    (tmp_path / name).write_bytes(make())

    done = run(
        "import pathlib, resource\n"
        f"file = Sent({name!r}, pathlib.Path({str(tmp_path / name)!r}).read_bytes())\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "try: uploads.take(file)\n"
        "except uploads.Refused as refused: print(refused)\n",
        folder,
        PYTHONIOENCODING="utf-8",
    )

    assert done.stdout == f"{NOT_STORED}\n", done.stderr
    assert files_in(folder) == []


def test_killed_before_the_rename_nothing_is_seen_and_the_rest_can_be_swept(folder):
    done = run(
        "import os\n"
        "storage._sync = lambda file: os.kill(os.getpid(), 9)\n"
        "uploads.take(Sent('svar.pdf', samples.pdf()))\n",
        folder,
    )

    assert done.returncode == -signal.SIGKILL
    assert list(uploads.stored()) == []
    assert len(files_in(folder)) == 2
    assert uploads.sweep_temporary(datetime.now(UTC) + timedelta(seconds=1)) == 2
    assert files_in(folder) == []


def test_killed_after_the_rename_the_file_is_whole(folder):
    done = run(
        "uploads.take(Sent('svar.pdf', samples.pdf()))\n", folder, CRASH_AT="after_file_rename"
    )

    assert done.returncode == -signal.SIGKILL
    ((path, _at),) = uploads.stored()
    assert (folder / path).read_bytes() == samples.pdf()


# Too big, while it is received


class Flow(io.RawIOBase):
    """A request body that is made as it is read, so that the test itself needs no memory."""

    def __init__(self, parts):
        self.parts, self.part, self.was_read = parts, b"", 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.part = self.part or next(self.parts, b"")
        given, self.part = self.part[: len(buffer)], self.part[len(buffer) :]
        buffer[: len(given)] = given
        self.was_read += len(given)
        return len(given)


BOUNDARY = "7d3f0a"


def posted(*, blocks, header=""):
    """A POST with a field, a file of so many blocks of 64 kB, and a field after it."""

    def body():
        yield field("csrfmiddlewaretoken", "nyckel")
        about = 'name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n'
        yield f"--{BOUNDARY}\r\nContent-Disposition: form-data; {about}{header}\r\n".encode()
        yield from (b"a" * 65_536 for _ in range(blocks))
        yield b"\r\n" + field("kind", "svar") + f"--{BOUNDARY}--\r\n".encode()

    length, flow = sum(map(len, body())), Flow(body())
    request = RequestFactory().generic(
        "POST",
        "/",
        **{
            "wsgi.input": io.BufferedReader(flow),
            "CONTENT_LENGTH": str(length),
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        },
    )
    return request, lambda: flow.was_read == length


def field(name, value):
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    ).encode()


FIELDS = {"csrfmiddlewaretoken": "nyckel", "kind": "svar"}


def test_a_file_over_the_limit_is_thrown_away_and_the_fields_are_kept():
    request, was_all_read = posted(blocks=1_600)

    with memory() as most:
        assert uploads.is_too_big(request) is True

    assert request.POST.dict() == FIELDS
    assert request.FILES.dict() == {}
    assert was_all_read()  # so the connection is not reset
    assert most() < 2**20  # bytes


@pytest.mark.parametrize(("blocks", "is_too_big"), [(0, False), (160, False), (161, True)])
def test_exactly_10_mb_are_received(blocks, is_too_big):
    request, _was_all_read = posted(blocks=blocks)

    assert uploads.is_too_big(request) is is_too_big

    sizes = [file.size for file in request.FILES.values()]
    assert sizes == ([] if is_too_big else [blocks * 65_536])
    assert request.POST.dict() == FIELDS
    request.close()


def test_what_is_sent_as_base64_is_counted_as_it_is_unpacked():
    """200 blocks are more than 10 MB as they are sent, and fewer as they are meant."""
    for blocks, is_too_big in ((200, False), (220, True)):
        request, _was_all_read = posted(
            blocks=blocks, header="Content-Transfer-Encoding: base64\r\n"
        )

        assert uploads.is_too_big(request) is is_too_big
        assert request.POST.dict() == FIELDS
        request.close()


def test_a_request_without_files_is_not_too_big():
    assert uploads.is_too_big(RequestFactory().get("/")) is False
    assert uploads.is_too_big(RequestFactory().post("/", {"text": "a"})) is False


def test_no_header_can_say_that_a_file_is_too_big():
    request = RequestFactory().post("/", headers={"Remiss.Uploads.Is-Too-Big": "1"})

    assert uploads.is_too_big(request) is False


# Names

NAMES = [
    ("svar.pdf", "svar.pdf"),
    ("Svar från Rosengård.PDF", "Svar från Rosengård.pdf"),
    ("..\\..\\x.pdf", "x.pdf"),
    ("../../etc/x.pdf", "x.pdf"),
    ("C:\\Users\\Karin\\svar.docx", "svar.docx"),
    ("a/b\\c.odt", "c.odt"),
    ("CON.pdf", "_CON.pdf"),
    ("con.tar.pdf", "_con.tar.pdf"),
    ("nul", "_nul"),
    ("Com1.xlsx", "_Com1.xlsx"),
    ("LPT¹.pdf", "_LPT¹.pdf"),
    ("COM1 .pdf", "_COM1.pdf"),
    ("konto.pdf", "konto.pdf"),
    ("svar\r\nSet-Cookie: a.pdf", "svar Set-Cookie a.pdf"),
    ("sv\"ar's`.pdf", "svars.pdf"),
    ("a<b>c:d|e?f*g.pdf", "abcdefg.pdf"),
    ("svar\u202efdp.exe", "svarfdp.exe"),
    ("svar\u200b\u2066\ufeff.pdf", "svar.pdf"),
    ("sva\0r.pdf", "svar.pdf"),
    ("a\u030angest.pdf", "ångest.pdf"),
    ('a"\u030angest.pdf', "ångest.pdf"),
    (".htaccess.pdf", "htaccess.pdf"),
    ("--help.pdf", "help.pdf"),
    (" . - svar.pdf", "svar.pdf"),
    ("svar.pdf. . ", "svar.pdf"),
    ("svar ..pdf", "svar.pdf"),
    ("  två   ord .pdf", "två ord.pdf"),
    (".docx", "fil.docx"),
    ("???.png", "fil.png"),
    ("", "fil.pdf"),
    ("...", "fil.pdf"),
    ("mapp/", "fil.pdf"),
    ("å" * 300 + ".docx", "å" * 95 + ".docx"),
    ("x" * 300, "x" * 100),
    ("a" * 94 + " .pdf.pdf", "a" * 94 + ".pdf"),
    ("😀.pdf", "😀.pdf"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_a_name_is_shown_cleaned(name, shown):
    assert uploads.clean_file_name(name) == shown


@given(st.text(st.characters(codec=None), max_size=200), st.sampled_from(["", ".pdf", ".a b"]))
def test_whatever_a_name_is_what_is_shown_is_safe(name, ending):
    shown = uploads.clean_file_name(name + ending)

    assert 0 < len(shown) <= 100
    assert not set(shown) & set("/\\<>:\"|?*'`\r\n\t\0\u202e\u2066")
    assert shown[0] not in " .-"
    assert shown[-1] not in " ."
    shown.encode()
    assert uploads.clean_file_name(shown) == shown


def test_a_long_name_is_taken_and_shown_shortened():
    stored, _kept = taken("å" * 240 + ".pdf", samples.pdf())

    assert stored.name == "å" * 96 + ".pdf"


def test_the_picker_offers_what_is_taken():
    offered = {extension.lstrip(".") for extension in uploads.ACCEPT.split(",")}

    assert offered == set(kinds.SPELLINGS)
    assert storage.UNFINISHED not in offered
