"""The receipt as a PDF: valid, complete, literal, the same every time, and nobody's address."""

import hashlib
import io
import json
import logging
import random
import re
import threading
import unicodedata
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import page
import pypdf
import pytest
from django.core import mail as outbox

from remiss import links, roles
from remiss.exports import glyphs, receipt, typesetting
from remiss.models import Draft, Letter
from remiss.text import clean
from remiss.workflow import answering, posting
from tests.factories import (
    BEHIND,
    NOON,
    area_key,
    make_draft,
    make_staff,
    make_submission,
    save,
    send_in,
    url,
)

pytestmark = pytest.mark.once

CITY = area_key("city-life")
MARKUP = (
    '#read("receipt.typ") $x^2$ #eval("1 + 1") @ref <label> = heading *bold* _it_ `raw`\n'
    '= Rubrik\n- punkt\n+ ett\n\\ \\u{1f600} // kommentar /* och */ #link("a") ~ -- --- ... \'"\''
)
SCRIPTS = {
    "latin": "Åäö ÅÄÖ, Łódź, Þórður, İstanbul, nǃxoo, ”citat” – tankstreck … 25 % ½ €",
    "greek": "Ελληνικά, ᾠδή, Ὀδυσσεύς",
    "cyrillic": "Українська, русский, ѓќћђ",
    "hebrew": "שלום וברכה לכולם",
    "arabic": "مرحبا بالعالم، كيف الحال؟",
}


@pytest.fixture(autouse=True)
def _at_noon(noon):
    pass


def sent(consultation, text="Öppna skolornas aulor.", **more):
    return make_submission(consultation=consultation, texts={CITY: {"how": text}}, **more)


def reader_of(body):
    return pypdf.PdfReader(io.BytesIO(body))


def text_of(body):
    """All text, without the places we made for lines to break."""
    pages = "\n".join(each.extract_text() for each in reader_of(body).pages)
    return unicodedata.normalize("NFC", pages.replace("\u200b", ""))


def on_one_line(text):
    return " ".join(text.split())


def faults(body):
    """What breaks either standard, by the checker's rules.

     Of lengths of streams it complains when the data happen to end in a line break of their own
    : those are measured here, each of them.
    """
    profiles = page.ValidationProfile
    broken = [
        failure.rule_id
        for profile in (profiles.PDF_UA_1, profiles.PDF_A_3A)
        for failure in page.validate_pdf_bytes(body, profile=profile).failures
    ]
    assert wrong_lengths(body) == []
    return [rule for rule in broken if rule != "PDFA3A-STREAM-LENGTH-001"]


def wrong_lengths(body):
    """Where a stream does not end, but for one line break, as many bytes on as it says."""
    begins = re.compile(rb"/Length (\d+)\b(?:(?!endobj|stream).)*?stream\r?\n", re.DOTALL)
    ends = re.compile(rb"(?:\r\n|\n|\r)?endstream\b")
    wrong, measured, found = [], 0, begins.search(body)
    while found:
        end = found.end() + int(found[1])
        if not ends.match(body, end):
            wrong.append(found.start())
        measured += 1
        found = begins.search(body, end)
    assert measured > 3
    return wrong


def test_a_stream_of_another_length_than_it_says_is_seen():
    stream = b"<< /Length %d >>\nstream\nabcde\n\nendstream\nendobj\n"

    assert wrong_lengths(stream % 6 * 4) == []  # the data end in a line break of their own
    assert len(wrong_lengths(stream % 4 + stream % 6 * 3)) == 1


def compiled(content, rows, **more):
    """As the other process does it, which takes too long to start some hundred times."""
    content = content | {"sections": [{"heading": "Text", "rows": rows}]} | more
    return typesetting.compiled(
        source=str(receipt.SOURCE),
        timestamp=0,
        data={"receipt": json.dumps(content), "canonical": "{}"},
    )


# What it says


def test_the_receipt_says_everything_that_was_received(consultation):
    submission = make_submission(
        consultation=consultation,
        texts={
            CITY: {"stance": "supports", "how": "Första raden.\nAndra raden.\n\nNytt stycke."},
            "rest": {"summary": "Lås upp."},
        },
        behind={"cosignatories": "Kulturhuset Kajutan\nSundspans kulturkrets"},
        files=["yttrande.pdf"],
    )

    body = receipt.pdf(submission)

    text, file = text_of(body), submission.attachments.get()
    for said in [
        f"Malmöandan\nKvitto\nRemiss\n{consultation.title}\n",
        "Svar från\nTegelbackens kultur- och idrottsförening\n",
        f"Referensnummer\n{submission.response.reference}\n",
        "Mottaget\ntorsdag 12 november 2026 kl. 12.00\n",
        "Version\n1\n",
        "3. Stadsliv, allmänna platser och lokaler\nStällningstagande\nTillstyrker\n",
        "Hur kan samverkan ske?\nFörsta raden.\nAndra raden.\nNytt stycke.\n",
        "Hela planen\nSammanfattning\nLås upp.\n",
        "Står också bakom svaret\nKulturhuset Kajutan\nSundspans kulturkrets\n",
        "Bilagor\n1. yttrande.pdf\nYttrande, 13\u00a0byte. SHA-256:\n" + file.sha256,
    ]:
        assert said in text
    assert f"Kontrollkoden är {submission.digest_groups}." in text
    assert submission.sha256 in text
    assert "http://127.0.0.1:8000/kontroll/" in text.replace("\n", "")
    assert "Ungas hälsa" not in text  # an area left alone is not listed
    assert "typsnitt" not in text  # every character could be shown
    assert faults(body) == []


def test_a_preliminary_answer_and_a_hidden_name_are_told(consultation):
    behind = {"decided_by": "expected", "expected_on": "2026-12-06"}
    submission = sent(consultation, kind="board", behind=behind, hide_name=True)

    text = text_of(receipt.pdf(submission))

    assert "Svaret är preliminärt. Beslutet var inte fattat." in text
    assert "Namnet på webbplatsen\nVisas inte." in text
    assert "Beslut väntas\nsöndag 6 december 2026" in text


def test_the_receipt_of_an_earlier_version_stays_as_it_was(consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Först så."}})
    first = send_in(draft=draft)
    before = receipt.pdf(first)
    save(draft=draft, key=CITY, how="Sedan så.")
    second = send_in(draft=draft)
    answering.withdraw(response=second.response, at=NOON)

    assert receipt.pdf(first) == before
    assert "Sedan så." in text_of(receipt.pdf(second))


def test_the_record_lies_in_the_pdf_and_has_the_digest_that_the_receipt_shows(consultation):
    submission = sent(consultation, "Emoji \U0001f600 och \u202bhögerställt\u202c")

    attachments = reader_of(receipt.pdf(submission)).attachments

    assert list(attachments) == ["remissvar.json"]
    assert attachments["remissvar.json"] == [submission.canonical.encode()]
    assert hashlib.sha256(attachments["remissvar.json"][0]).hexdigest() == submission.sha256


def test_no_contact_data_is_in_the_pdf_or_beside_it(consultation):
    submission = sent(
        consultation,
        kind="board",
        contact_name="Kanariefågel Hemlig",
        email="kanarie@hemlig.example",
        behind={"decided_by": "board", "copy_email": "kanariekopia@hemlig.example"},
    )
    posting.send_all()

    reader = reader_of(receipt.pdf(submission))
    said = [text_of(receipt.pdf(submission)), str(reader.metadata), str(reader.xmp_metadata)]
    said += [body.decode() for found in reader.attachments.values() for body in found]
    said += [message.body for message in outbox.outbox]
    said += [str(message.attachments[0][0]) for message in outbox.outbox if message.attachments]
    assert [text for text in said if "kanarie" in text.casefold()] == []


# Characters


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_text_can_be_read_out_again(consultation, script):
    submission = sent(consultation, SCRIPTS[script])

    body = receipt.pdf(submission)

    text = text_of(body)
    # What is written from the right is read word by word: its order on a line is not kept by
    # every reader of PDF, and the record in the file has it.
    assert [word for word in SCRIPTS[script].split() if word not in text] == []
    if script in {"latin", "greek", "cyrillic"}:
        assert SCRIPTS[script] in text
    assert "typsnitt" not in text
    assert faults(body) == []


def test_a_text_from_the_right_begins_at_the_right():
    printed = receipt.Printer().paragraphs("Hej\n\n123 שלום\n\n– مرحبا\n\n123")

    assert [paragraph["rtl"] for paragraph in printed] == [False, True, True, False]


def test_markup_is_text(consultation):
    text = text_of(receipt.pdf(sent(consultation, MARKUP)))

    assert on_one_line(MARKUP) in on_one_line(text)


def test_what_no_font_has_is_named_and_counted(consultation):
    submission = sent(consultation, "Ja! \U0001f600\U0001f600 漢 a\u0338\u20dd")

    body = receipt.pdf(submission)

    text = on_one_line(text_of(body))
    assert "Ja! [U+1F600 GRINNING FACE][U+1F600 GRINNING FACE] [U+6F22 CJK UNIFIED" in text
    assert "tecken finns inte i den här filens typsnitt." in text
    assert "Filen remissvar.json har texten så som den skickades in." in text
    assert faults(body) == []


@pytest.mark.parametrize(
    ("text", "shown", "replaced"),
    [
        ("Åsa", "Åsa", 0),
        ("\U0001f600!", "[U+1F600 GRINNING FACE]!", 1),
        ("\ue000", "[U+E000]", 1),
        ("a\u200db", "a\u200db", 0),  # a joiner shows nothing and needs no glyph
        ("x\u0301", "x\u0301", 0),  # a letter and a mark of the same font
        ("ب\u05b0", "ب[U+05B0 HEBREW POINT SHEVA]", 1),  # not of the same font
        ("漢\u0301", "[U+6F22 CJK UNIFIED IDEOGRAPH-6F22][U+0301 COMBINING ACUTE ACCENT]", 2),
        ("\u0301a \u0301", "[U+0301 COMBINING ACUTE ACCENT]a [U+0301 COMBINING ACUTE ACCENT]", 2),
        ("", "", 0),
    ],
)
def test_shown(text, shown, replaced):
    assert glyphs.shown(text) == (shown, replaced)


@pytest.fixture
def content(consultation):
    return receipt.contents(sent(consultation))


@pytest.mark.parametrize("font", glyphs.FONTS)
def test_the_fonts_have_every_character_that_is_said_of_them(content, font):
    listed = sorted(glyphs.FONTS[font])
    said = " ".join(
        f"o{each}" if unicodedata.category(each).startswith("M") else each for each in listed
    )

    lines = [{"rtl": False, "lines": [said]}]
    assert compiled(content, [{"label": said, "text": lines}], fonts=[font])


def test_three_hundred_texts_of_any_characters_become_valid_pdfs(content):
    """Strictly: a character without a glyph is an error under these standards."""
    chance = random.Random(663)
    marks = [chr(code) for code in (*range(0x300, 0x370), *range(0x591, 0x5C8), 0x64B, 0x20DD)]
    pools = [range(0x20, 0x250), range(0x370, 0x700), range(0xA0, 0x3100), range(0x20, 0x110000)]
    for number in range(300):
        pool = pools[number % len(pools)]
        drawn = [chr(code) for code in chance.choices(pool, k=150)]
        drawn += chance.choices([*marks, " ", "\n", "\t", "\u200d", "\ufe0f", "\u202e"], k=75)
        chance.shuffle(drawn)
        text = clean("".join(drawn))

        rows = receipt.Printer().rows([(text.replace("\n", " "), text)])

        assert compiled(content, rows).startswith(b"%PDF-"), text


# Making it


def test_a_long_answer_is_whole(consultation):
    paragraph = "Vi vill att fler skolor öppnar sina aulor på kvällarna. " * 15
    texts = {
        area_key(key): {
            question: (paragraph.strip() + "\n\n") * 20 + f"Sist {key} {question}."
            for question in ("how", "exists", "actors")
        }
        for key in ("young-health", "equal-leisure", "city-life", "participation")
    }
    submission = make_submission(consultation=consultation, texts=texts)

    body = receipt.pdf(submission)

    text = text_of(body)
    assert len(reader_of(body).pages) >= 40
    assert text.count("skolor") == 15 * 20 * 12
    assert text.count("Sist ") == 12
    assert faults(body) == []


def test_a_word_longer_than_the_line_breaks(content):
    word = "a" * 300

    printed = receipt.Printer().line(word)

    assert printed.replace("\u200b", "") == word
    assert max(map(len, printed.split("\u200b"))) == 60


def test_a_pdf_that_takes_too_long_is_not_made(consultation, monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0)

    with pytest.raises(typesetting.NotMade):
        receipt.pdf(sent(consultation))


def test_a_pdf_that_breaks_the_standard_is_not_made(tmp_path):
    source = tmp_path / "untitled.typ"
    source.write_text("Ingen titel, ingen rubrik.")

    with pytest.raises(typesetting.NotMade):
        typesetting.typeset(source, at=NOON)


# Fetching it


def test_the_holder_fetches_the_receipt_of_any_version(consultation, opened):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Först så."}})
    first = send_in(draft=draft)
    save(draft=draft, key=CITY, how="Sedan så.")
    second = send_in(draft=draft)
    client = opened(draft)

    latest = client.get(url("receipt_pdf", draft))
    earlier = client.get(url("receipt_pdf", draft), {"version": "1"})

    reference = first.response.reference
    assert latest["Content-Type"] == "application/pdf"
    assert latest["Content-Disposition"] == (
        f'attachment; filename="kvitto-{reference}-version-2.pdf"'
    )
    assert latest["Cache-Control"] == "private, no-store"
    assert b"".join(latest.streaming_content) == receipt.pdf(second)
    assert b"".join(earlier.streaming_content) == receipt.pdf(first)


def test_the_receipt_page_leads_to_the_pdf(consultation, opened):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Text"}})
    send_in(draft=draft)

    shown = opened(draft).get(url("receipt", draft)).content.decode()

    assert f'<a class="btn btn--quiet" href="{url("receipt_pdf", draft)}" download>' in shown


def test_what_has_not_been_sent_in_has_no_receipt(consultation, opened):
    draft = make_draft(consultation=consultation)

    assert opened(draft).get(url("receipt_pdf", draft)).status_code == 404


def test_another_holder_does_not_get_it(consultation, opened):
    mine = make_draft(consultation=consultation, texts={CITY: {"how": "Mitt"}})
    theirs = make_draft(consultation=consultation, texts={CITY: {"how": "Deras"}})
    send_in(draft=theirs)

    assert opened(mine).get(url("receipt_pdf", theirs)).status_code == 403


def test_staff_fetch_the_receipt_of_each_version(consultation, signed_in):
    submission = sent(consultation)
    client = signed_in(make_staff(username="lena", group=roles.READER))
    address = f"/samordning/svar/{submission.response_id}/kvitto/1/"

    shown = client.get(f"/samordning/remiss/response/{submission.response_id}/change/")
    got = client.get(address)

    assert f'href="{address}"' in shown.content.decode()
    assert b"".join(got.streaming_content) == receipt.pdf(submission)
    assert client.get(address.replace("/1/", "/2/")).status_code == 404


# In the letter


def attached(kind):
    """What each letter of a kind had with it."""
    ids = set(Letter.objects.filter(kind=kind).values_list("message_id", flat=True))
    messages = [each for each in outbox.outbox if each.extra_headers["Message-ID"] in ids]
    assert messages
    return [each.attachments for each in messages]


def test_a_confirmed_address_gets_the_pdf(consultation):
    submission = sent(consultation)
    posting.send_all()

    name = f"kvitto-{submission.response.reference}-version-1.pdf"
    assert attached("receipt") == [[(name, receipt.pdf(submission), "application/pdf")]]


def test_an_unconfirmed_address_gets_it_once_it_is_confirmed(consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Text"}})
    submission = send_in(draft=draft)
    posting.send_all()
    assert attached("receipt") == [[]]

    answering.confirm(holder=draft, at=NOON)
    posting.send_all()

    assert [each[0][1] for each in attached("full_receipt")] == [receipt.pdf(submission)]


def test_the_address_of_the_copy_and_one_that_is_not_theirs_any_more_get_none(consultation):
    behind = {"decided_by": "board", "copy_email": "registrator@namnd.example"}
    draft = make_draft(consultation=consultation, kind="board", texts={BEHIND: behind})
    save(draft=draft, key=CITY, how="Text")
    answering.confirm(holder=draft, at=NOON)
    send_in(draft=draft)
    draft.refresh_from_db()
    answering.change_email(draft=draft, email="ny@forening.example", at=NOON)
    posting.send_all()

    assert attached("receipt_copy") == [[]]
    assert attached("receipt") == [[]]


def test_a_pdf_that_cannot_be_made_does_not_stop_the_letter(consultation, monkeypatch, caplog):
    submission = sent(consultation)
    monkeypatch.setattr(typesetting, "SECONDS", 0)

    with caplog.at_level(logging.WARNING, "remiss.mail"):
        posting.send_all()

    assert attached("receipt") == [[]]
    said = [each.getMessage() for each in caplog.records if each.name == "remiss.mail.rendering"]
    assert said == [f"the receipt of submission {submission.pk} was not made: it took too long"]


def test_nothing_is_made_when_an_answer_is_sent_in(consultation, opened, monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0)
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Text"}})
    client = opened(draft, purpose=links.FROM_MAIL)

    send_in(draft=draft)

    assert client.get(url("receipt", draft)).status_code == 200


def test_a_receipt_that_cannot_be_made_leads_back_with_words(opened, consultation, monkeypatch):
    submission = make_submission(consultation=consultation)
    draft = Draft.objects.get(public_id=submission.response.public_id)
    monkeypatch.setattr(typesetting, "SECONDS", 0.001)

    page = opened(draft).get(url("receipt_pdf", draft), follow=True)

    assert page.redirect_chain == [(url("receipt", draft), 302)]
    assert "Det gick inte att göra pdf-filen just nu." in page.text


def test_nothing_is_fetched_whatever_stands_in_an_answer(consultation):
    """A server that would answer is never asked (fault X6)."""
    asked = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Canary) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        site = f"http://127.0.0.1:{server.server_port}"
        text = (
            f'#image("{site}/a.png") ![bild]({site}/b.png) <img src="{site}/c.png"> '
            f"#link(\"{site}/d\") @import url({site}/e.css) <!ENTITY x SYSTEM '{site}/f'>"
        )
        try:
            made = receipt.pdf(
                make_submission(
                    consultation=consultation, organisation=text[:90], texts={CITY: {"how": text}}
                )
            )
            urllib.request.urlopen(f"{site}/alive", timeout=5).close()
        finally:
            server.shutdown()
            thread.join()

    assert made.startswith(b"%PDF-")
    assert asked == ["/alive"]
