"""Reports about mail that did not arrive, in the shapes that mail servers give them."""

from contextlib import suppress

import pytest

from remiss import bounces
from remiss.bounces import Bounce, NoReport, Outcome
from remiss.text import clean_name

pytestmark = pytest.mark.once

ID = "<q7w2e9r4t6y1u8i3o5p0a2s4@remiss.malmoandan.example>"
TO = "info@tegelbacken.example"


def report(*groups, original=None, top="", kind="message/delivery-status", said="Se nedan."):
    """A multipart/report with these groups of fields, and the letter it is about."""
    if original is None:
        original = f"Content-Type: text/rfc822-headers\n\nSubject: Inbjudan\nMessage-ID: {ID}\n"
    fields = "\n\n".join(("Reporting-MTA: dns; mx.post.example", *groups))
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.post.example>\n{top}"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n boundary="x"\n'
        f"\n--x\nContent-Type: text/plain; charset=utf-8\n\n{said}\n"
        f"--x\nContent-Type: {kind}\n\n{fields}\n\n--x\n{original}\n--x--\n"
    ).encode()


def failed(*, recipient=TO, status="5.1.1", diagnostic="smtp; 550 5.1.1 User unknown", more=""):
    return (
        f"Final-Recipient: rfc822; {recipient}\n{more}Action: failed\nStatus: {status}\n"
        f"Diagnostic-Code: {diagnostic}"
    )


def words(text, *, top="From: MAILER-DAEMON@post.example\n"):
    return f"{top}Subject: failure notice\n\n{text}".encode()


REFUSED = Bounce(ID, TO, Outcome.REFUSED, "5.1.1", "User unknown")
WHOLE = (
    "Content-Type: message/rfc822\n\nFrom: remiss@malmoandan.example\nMessage-ID: "
    f"{ID}\nContent-Type: text/plain\n\nStatus: 5.7.1\nMessage-ID: <annat@fn.example>\n"
)
QMAIL = f"""Hi. This is the qmail-send program at post.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{TO}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <studsar@malmoandan.example>
Received: from mx (4.2.2.1) by post.example
Message-ID: {ID}
Subject: Inbjudan

Hej, 5.7.1
"""
EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {TO}
    host mx.tegelbacken.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{TO}>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Message-ID: {ID}
"""
EVIL = '<img src=x onerror=alert(1)>\x00\u202e"><script>'

SHAPES = {
    "Postfix": (
        report(failed(diagnostic=f"smtp; 550 5.1.1 <{TO}>: Recipient address\n    rejected")),
        [Bounce(ID, TO, Outcome.REFUSED, "5.1.1", f"<{TO}>: Recipient address rejected")],
    ),
    "Postfix, without the address it went to": (
        report(failed(more="Original-Recipient: rfc822;info@tegelbacken.example\n",
                      recipient="kassor@tegelbacken.example")),
        [REFUSED],
    ),
    "Exim": (report(failed(), original=WHOLE), [REFUSED]),
    "Exim, in words": (
        words(EXIM, top=f"X-Failed-Recipients: {TO}\nAuto-Submitted: auto-replied\n"),
        [REFUSED],
    ),
    "Exchange": (
        report(
            failed(status="5.1.10", diagnostic="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound;"
                                               " Recipient not found by SMTP address lookup"),
            original=WHOLE, top=f"In-Reply-To: {ID}\nX-MS-Exchange-Message-Is-Ndr:\n",
        ),
        [Bounce(ID, TO, Outcome.REFUSED, "5.1.10", "RESOLVER.ADR.RecipientNotFound; Recipient not"
                                                   " found by SMTP address lookup")],
    ),
    "Exchange, with nothing of the letter": (
        report(
            failed(), original="Content-Type: text/plain\n\nBort.", top=f"In-Reply-To: {ID}\n"
        ),
        [REFUSED],
    ),
    "Gmail": (
        report(
            f"X-Original-Message-ID: {ID}",
            failed(diagnostic="smtp; 550-5.1.1 The email account that you tried to reach does\n"
                              "  550-5.1.1 not exist. 550 5.1.1 https://support.post.example/mail"),
            original="Content-Type: text/plain\n\nLångt brev",
            said="Adressen hittades inte",
        ),
        [Bounce(ID, TO, Outcome.REFUSED, "5.1.1", "The email account that you tried to reach does"
                                                  " not exist. https://support.post.example/mail")],
    ),
    "sendmail, with words after the status": (
        report(failed(status="5.1.1 (User unknown)", diagnostic="X-Unix; 67")),
        [Bounce(ID, TO, Outcome.REFUSED, "5.1.1", "67")],
    ),
    "a status in the diagnostic alone": (
        report(failed(status="", diagnostic="smtp; 550 User unknown")),
        [Bounce(ID, TO, Outcome.REFUSED, "5.0.0", "550 User unknown")],
    ),
    "qmail": (
        words(QMAIL),
        [Bounce(ID, TO, Outcome.REFUSED, "5.1.1", "Sorry, no mailbox here by that name.")],
    ),
    "two recipients": (
        report(failed(), failed(recipient="anna@tegelbacken.example", status="4.4.7",
                                diagnostic="smtp; 450 4.4.7 Timeout")),
        [REFUSED, Bounce(ID, "anna@tegelbacken.example", Outcome.GIVEN_UP, "4.4.7", "Timeout")],
    ),
    "delayed": (
        report(f"Final-Recipient: rfc822; {TO}\nAction: delayed\nStatus: 4.2.0"),
        [Bounce(ID, TO, Outcome.DELAYED, "4.2.0")],
    ),
    "delivered": (
        report(f"Final-Recipient: rfc822; {TO}\nAction: relayed\nStatus: 2.1.9"),
        [Bounce(ID, TO, Outcome.DELIVERED, "2.1.9")],
    ),
    "out of office": (
        f"From: {TO}\nSubject: Autosvar: Inbjudan\nAuto-Submitted: auto-replied\n"
        f"In-Reply-To: {ID}\n\nJag är tillbaka på måndag.".encode(),
        [Bounce(ID, "", Outcome.AUTO_REPLY)],
    ),
    "out of office, by its subject": (
        b"From: x@fn.example\nSubject: Automatic reply: Inbjudan\n\nBorta.",
        [Bounce("", "", Outcome.AUTO_REPLY)],
    ),
    "an address in another alphabet": (
        report(
            "Final-Recipient: utf-8; info@förening.example\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 Okänd användare",
            kind="message/global-delivery-status",
            original=f"Content-Type: message/global-headers\n\nMessage-ID: {ID}\nSubject: Åäö\n",
        ),
        [Bounce(ID, "info@förening.example", Outcome.REFUSED, "5.1.1", "Okänd användare")],
    ),
    "an address in another alphabet, spelt out": (
        report(failed(recipient="").replace("rfc822; ", r"utf-8; info@f\x{F6}rening.example")),
        [Bounce(ID, "info@förening.example", Outcome.REFUSED, "5.1.1", "User unknown")],
    ),
    "sent on as an attachment": (
        b"From: Maria <maria@malmo.example>\nSubject: Vb\n"
        b"Content-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: text/plain\n\nTitta.\n"
        b"--y\nContent-Type: message/rfc822\n\n" + report(failed()) + b"\n--y--\n",
        [REFUSED],
    ),
    "Windows line ends": (report(failed()).replace(b"\n", b"\r\n"), [REFUSED]),
    "no letter named": (
        report(failed(), original="Content-Type: text/plain\n\n"),
        [Bounce("", TO, Outcome.REFUSED, "5.1.1", "User unknown")],
    ),
    "HTML that means harm": (
        report(failed(diagnostic=f"smtp; 550 5.1.1 {EVIL}")),
        [Bounce(ID, TO, Outcome.REFUSED, "5.1.1", '<img src=x onerror=alert(1)>"><script>')],
    ),
    "bytes that are no text": (
        report(failed(diagnostic="smtp; 550 5.1.1 Ok")).replace(b"Ok", b"Ok\xe4\xff"),
        [Bounce(ID, TO, Outcome.REFUSED, "5.1.1", "Ok\ufffd\ufffd")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_report_says(shape):
    data, expected = SHAPES[shape]

    assert bounces.read(data) == expected


def test_only_a_refusal_for_good_is_hard():
    assert [outcome for outcome in Outcome if Bounce(ID, TO, outcome).is_hard] == ["refused"]


def test_a_long_diagnostic_is_one_line_of_300():
    (bounce,) = bounces.read(report(failed(diagnostic="smtp; 550 5.1.1 " + "ordet " * 200)))

    assert len(bounce.diagnostic) <= 300
    assert "\n" not in bounce.diagnostic


LETTER = b"From: anna@fn.example\nSubject: Hej\n\nTack, vi svarar."
NESTED = b"Content-Type: message/rfc822\n\n"
REFUSALS = {
    "nothing": (b" \n", "Filen är tom."),
    "Outlook's own format": (b"\xd0\xcf\x11\xe0\xa1\xb1", "Filen är sparad av Outlook som .msg."
                             " Spara mejlet som .eml i stället."),
    "too big": (LETTER + b"x" * 2**20, "Filen är större än 1 MB."),
    "too many lines": (LETTER + b"\n" * 90_000, "Filen har för många rader."),
    "too many parts": (NESTED * 5_000 + LETTER, "Filen har för många delar."),
    "a letter": (LETTER, "Filen är ingen rapport om ett mejl som inte kom fram."),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "Filen är ingen rapport om ett mejl som inte kom"
                  " fram."),
    "words about no letter we know of": (
        words("550 5.1.1 User unknown"), "Filen är ingen rapport om ett mejl som inte kom fram."
    ),
    "a report cut off": (
        report(failed())[:300], "Filen är ingen rapport om ett mejl som inte kom fram."
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_report_is_refused_with_a_sentence(name):
    data, sentence = REFUSALS[name]

    with pytest.raises(NoReport) as refused:
        bounces.read(data)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: multipart/report" + b"".join(b";\n b*%d=a" % n for n in range(9_000)),
        b"Content-Type: " + b"(" * 100_000 + b"\n\nx",
        b"Content-Type: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\nx",
        b"Content-Type: text/plain; charset=unknown-999\nFrom: mailer-daemon@x.example\n\nx",
        b"From: mailer-daemon@x.example\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        report(failed(), kind="message/delivery-status; charset=\xff").replace(b"x--", b""),
        report(failed()).replace(b"Status", b"\xff\xfe\x00"),
        report(failed(recipient="\\x{110000}\\x{D800}@\\x{0}")),
    ],
)
def test_a_report_made_to_do_harm_is_read_or_refused_and_nothing_else(data):
    try:
        found = bounces.read(data)
    except NoReport:
        found = []

    for bounce in found:
        said = bounce.message_id + bounce.recipient + bounce.words
        assert said == clean_name(said)


@pytest.mark.parametrize("cut", range(0, 900, 37))
def test_a_report_cut_off_anywhere_is_read_or_refused(cut):
    whole = report(failed())
    with suppress(NoReport):
        assert len(bounces.read(whole[:cut] + b"\xff\r" + whole[cut + 9 :])) <= 1
