"""Makers of files: good ones, and such as somebody who wants to do harm would send."""

import functools
import random
import struct
import zipfile
import zlib
from io import BytesIO

import docx
import pillow_heif
import xlsxwriter
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from pypdf import PdfWriter

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GPS = (55.0, 36.0, 21.0)  # Malmö


# PDF


def pdf_of(objects, *, head=b"%PDF-1.7\n", tail=b""):
    """A PDF by hand: the bodies of objects 1, 2, …, of which 1 is the catalog."""
    content, offsets = head, []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return content + b"startxref\n%d\n%%%%EOF\n" % table + tail


def stream(content, entries=b""):
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def pdf(*, text="Hela svaret", catalog=b"", page=b"", more=(), contents=None, **bytes_around):
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>%s>>" % page,
            contents or stream(drawn),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *more,
        ],
        **bytes_around,
    )


def scanned_pdf():
    """A picture of a page, as a copier makes it: nothing in it can be searched."""
    file = BytesIO()
    picture().save(file, "PDF")
    return file.getvalue()


def encrypted_pdf(*, user, owner="ägare", algorithm="AES-256"):
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    writer.encrypt(user, owner, algorithm=algorithm)
    return _written(writer)


def pdf_with_hidden_script():
    """The script lies in a compressed object stream, where no byte search sees it."""
    action = b"<</S/JavaScript/JS(app.alert(1))>>"
    packed = zlib.compress(b"6 0 " + action)
    holder = stream(packed, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
    body = pdf(catalog=b"/OpenAction 6 0 R")
    content = body[: body.index(b"xref\n")]
    offsets = {number: content.index(b"%d 0 obj" % number) for number in range(1, 6)}
    offsets[7] = len(content)
    content += b"7 0 obj\n" + holder + b"\nendobj\n"
    offsets[8] = len(content)
    rows = [struct.pack(">BIB", 0, 0, 0)]
    rows += [
        struct.pack(">BIB", 2, 7, 0) if number == 6 else struct.pack(">BIB", 1, offsets[number], 0)
        for number in range(1, 9)
    ]
    entries = b"/Type/XRef/Size 9/W[1 4 1]/Root 1 0 R"
    content += b"8 0 obj\n" + stream(b"".join(rows), entries) + b"\nendobj\n"
    return content + b"startxref\n%d\n%%%%EOF\n" % offsets[8]


def pdf_with_attachment(name):
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    writer.add_attachment(name, b"<a/>")
    return _written(writer)


def pdf_with_link():
    link = b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://malmo.se/)>>>>]"
    return pdf(page=link)


def pdf_bomb():
    """A page of 100 kB that unfolds into 100 MB."""
    packed = zlib.compress(b"\0" * (100 * 2**20), 9)
    return pdf(contents=stream(packed, b"/Filter/FlateDecode"))


def pdf_map():
    """Lines and no text: minutes of work for who looks for words in it."""
    lines = b"".join(b"%d %d m %d 7 l S\n" % (n % 595, n % 842, n % 83) for n in range(400_000))
    packed = zlib.compress(lines)
    return pdf(contents=stream(packed, b"/Filter/FlateDecode"))


def pdf_that_nests():
    return pdf(more=[b"[" * 200_000 + b"]" * 200_000])


def _written(writer):
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


# Office


def packed(parts, *, method=zipfile.ZIP_DEFLATED):
    """A zip of parts: {name: bytes}."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


def parts_of(content):
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_parts(content, **changes):
    """The same package with parts put in, changed (bytes) or taken away (None)."""
    parts = parts_of(content) | {name: part for name, part in changes.items() if part is not None}
    return packed({name: part for name, part in parts.items() if changes.get(name, part)})


def word():
    document = docx.Document()
    document.add_heading("Remissvar")
    document.add_paragraph("Vi tillstyrker. Åäö.")
    document.add_table(2, 2)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def word_with_picture():
    document = docx.Document()
    document.add_picture(BytesIO(png()))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def excel(*, chart=False):
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Svar")
    sheet.write_column("A1", [1, 2, 3])
    if chart:
        drawn = book.add_chart({"type": "column"})
        drawn.add_series({"values": "=Svar!$A$1:$A$3"})
        sheet.insert_chart("C1", drawn)
    book.close()
    return file.getvalue()


ODT = "application/vnd.oasis.opendocument.text"


def odt_parts(mimetype=ODT):
    return {
        "mimetype": mimetype.encode(),
        "content.xml": b'<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        "META-INF/manifest.xml": b'<?xml version="1.0"?><manifest:manifest '
        b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    }


def odt(**changes):
    return packed(odt_parts() | changes)


def encrypted_odt():
    manifest = odt_parts()["META-INF/manifest.xml"].replace(
        b"/>", b"><manifest:encryption-data/></manifest:manifest>"
    )
    return odt(**{"META-INF/manifest.xml": manifest, "content.xml": b"\x8a\x01secret"})


def macro_document():
    """What Word calls docm."""
    types = parts_of(word())["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    return with_parts(
        word(), **{"[Content_Types].xml": types, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
    )


def word_with_entities():
    document = parts_of(word())["word/document.xml"]
    start = document.index(b"<w:document")
    lol = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return with_parts(word(), **{"word/document.xml": document[:start] + lol + document[start:]})


def compound_file(stream_name):
    """The old container of Office, with one stream name in its directory."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    return header + stream_name.encode("utf-16-le").ljust(512, b"\0")


def zip_bomb():
    """A docx of 150 kB that unfolds into 110 MB."""
    return with_parts(word(), **{"word/media/picture.png": b"\0" * (110 * 2**20)})


def many_entries(count=2_001):
    return with_parts(word(), **{f"word/media/{number}.png": b"." for number in range(count)})


def lying_zip(size=60 * 2**20):
    """One entry says that it is ten bytes, with the checksum of these ten, and is 60 MB."""
    content = with_parts(word(), **{"word/media/picture.png": b"\0" * size})
    true = struct.pack("<LL", zlib.crc32(b"\0" * size), size)
    assert content.count(true[:4]) == 2
    with zipfile.ZipFile(BytesIO(content)) as package:
        packed_size = package.getinfo("word/media/picture.png").compress_size
    was = struct.pack("<LLL", zlib.crc32(b"\0" * size), packed_size, size)
    assert content.count(was) == 2
    return content.replace(was, struct.pack("<LLL", zlib.crc32(b"\0" * 10), packed_size, 10))


def overlapping_zip():
    """Every entry of the table points at the same bytes, which are all of 9 MB unpacked."""
    content = with_parts(word(), **{"word/media/picture.png": b"\0" * (9 * 2**20)})
    end = content.rindex(b"PK\x05\x06")
    _, _, _, _, _, size, offset, _ = struct.unpack("<4s4H2LH", content[end:])
    table = content[offset : offset + size]
    row = table[table.rindex(b"PK\x01\x02") :]
    assert row.endswith(b"word/media/picture.png")
    rows = b"".join(row.replace(b"picture", b"pictur%d" % number) for number in range(9))
    count = table.count(b"PK\x01\x02") + 9
    table += rows
    return content[:offset] + table + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(table), offset, 0
    )  # fmt: skip


def zip_with_two_parts_of_one_name():
    file = BytesIO(word())
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("word/Document.xml", b"<another/>")
    return file.getvalue()


def encrypted_zip():
    """A docx whose entries carry the mark of zip encryption."""
    content = bytearray(word())
    for mark, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flags_at] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


# Pictures


def picture(size=(80, 60), mode="RGB"):
    """Red on the left and blue on the right, so that a turn shows."""
    drawn = Image.new("RGB", size, "red")
    ImageDraw.Draw(drawn).rectangle([size[0] // 2, 0, *size], fill="blue")
    return drawn.convert(mode)


def noise(side=100):
    """A picture that nothing makes smaller. The same each time."""
    return Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))


def place(orientation=1):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Kamerans namn"
    exif[0x8825] = {1: "N", 2: GPS, 3: "E", 4: GPS}
    return exif


def jpg(*, image=None, **options):
    file = BytesIO()
    (image or picture()).save(file, "JPEG", **options)
    return file.getvalue()


def jpg_with_everything(orientation=6):
    return jpg(
        exif=place(orientation),
        comment=b"En kommentar",
        xmp=b"<x:xmpmeta>Skapad av Karin</x:xmpmeta>",
        icc_profile=icc_profile(),
        quality=95,
    )


@functools.cache  # it says when it was made
def icc_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def mpo():
    """Two pictures in one file, as an iPhone makes its JPEGs."""
    file = BytesIO()
    picture().save(
        file, "MPO", save_all=True, append_images=[picture((40, 30))], exif=place().tobytes()
    )
    return file.getvalue()


def png(*, image=None, **options):
    file = BytesIO()
    (image or picture()).save(file, "PNG", **options)
    return file.getvalue()


def png_with_text():
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "Karin Andersson")
    said.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Karin</x:xmpmeta>")
    said.add_text("Comment", HTML.decode(), zip=True)
    return png(pnginfo=said, exif=place(3), icc_profile=icc_profile(), dpi=(300, 300))


def heic(**options):
    file = BytesIO()
    pillow_heif.from_pillow(options.pop("image", picture((160, 120)))).save(file, **options)
    return file.getvalue()


def other_picture(name):
    file = BytesIO()
    picture().save(file, name)
    return file.getvalue()


def chunk(kind, content):
    return struct.pack(">L", len(content)) + kind + content + struct.pack(
        ">L", zlib.crc32(kind + content)
    )  # fmt: skip


def pixel_bomb(side=50_000):
    """A PNG of some kilobytes that claims 2.5 thousand million pixels."""
    header = struct.pack(">LLBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * (10 * 2**20), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def text_bomb():
    """A small PNG whose comment unfolds into 100 MB."""
    said = b"Comment\0\0" + zlib.compress(b"a" * (100 * 2**20), 9)
    good = png()
    return good[:33] + chunk(b"zTXt", said) + good[33:]


# The rest


def jar():
    return packed({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "Evil.class": b"\xca\xfe"})


RTF = rb"{\rtf1\ansi Hej}"
EXE = b"MZ" + b"\0" * 200
DOC = compound_file("WordDocument")
