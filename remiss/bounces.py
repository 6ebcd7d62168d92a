"""What a mail server reports about a letter it could not deliver (RFC 3464), read from bytes.

What is read here has been written by anybody: nothing but NoReport is raised, and the sizes are
bounded before a parser sees them.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum

from remiss.text import clean_name

MAX_BYTES = 2**20
MAX_LINES = 40_000  # with them and the parts bounded, no nesting costs more than a second
MAX_PARTS = 40
MAX_RECIPIENTS = 50
MAX_WORDS = 300  # characters

REPORTS = {"message/delivery-status", "message/global-delivery-status"}
ORIGINALS = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/global-headers",
}
OUTLOOK = b"\xd0\xcf\x11\xe0"  # how a message begins that Outlook has saved as .msg

PART = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
ANGLED = re.compile(r"<([^<>\s]{3,200})>")
MESSAGE_ID = re.compile(r"^[ \t>]*Message-ID:\s*(<[^<>\s]{3,200}>)", re.IGNORECASE | re.MULTILINE)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
CODES = re.compile(
    r"(?:(?<![\d.])[45]\d\d[ -]+)?(?:\(?#)?(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])\)?[ -]*"
)
ADDRESS_LINE = re.compile(r"^[ \t]*<?([^<>\s:]{1,120}@[^<>\s:]{1,120})>?:?[ \t]*$", re.MULTILINE)
NON_ASCII = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")  # RFC 6533 3, in an ASCII field
FOR_GOOD = re.compile(r"permanent (?:error|failure)|permanent fatal", re.IGNORECASE)
FROM_A_SERVER = re.compile(r"(?:mailer-daemon|postmaster)@|^\s*<>\s*$", re.IGNORECASE)
AWAY = re.compile(
    r"^(?:autosvar|automatiskt svar|automatic reply|auto(?:matic)?[ -]?reply|frånvaro|"
    r"out of (?:the )?office)",
    re.IGNORECASE,
)


class NoReport(Exception):
    """The file says nothing about a letter's delivery; the sentence says why, in Swedish."""


class Outcome(StrEnum):
    """What a report says. Only REFUSED is a hard bounce."""

    REFUSED = "refused"  # for good
    GIVEN_UP = "given_up"  # after trying for some time: the next letter may arrive
    DELAYED = "delayed"
    DELIVERED = "delivered"
    AUTO_REPLY = "auto_reply"


@dataclass(frozen=True)
class Bounce:
    """What a report says about one recipient of one letter. What it does not say is ""."""

    message_id: str  # of the letter, "<…@…>"
    recipient: str
    outcome: Outcome
    status: str = ""  # "5.1.1"
    diagnostic: str = ""  # one line

    @property
    def is_hard(self) -> bool:
        return self.outcome == Outcome.REFUSED

    @property
    def words(self) -> str:
        return f"{self.status} {self.diagnostic}".strip()[:MAX_WORDS]


def read(data: bytes) -> list[Bounce]:
    """What a report says, one Bounce a recipient. Raises NoReport."""
    _refuse_unreadable(data)
    try:
        # The older policy: the newer one takes minutes over a header made for it.
        found = _read(message_from_bytes(data))
    except NoReport:
        raise
    except Exception as broken:
        # The parser has a different exception for every way in which a message can be broken.
        raise NoReport("Filen är skadad och går inte att läsa.") from broken
    if not found:
        raise NoReport("Filen är ingen rapport om ett mejl som inte kom fram.")
    return found[:MAX_RECIPIENTS]


def _refuse_unreadable(data: bytes) -> None:
    if not data.strip():
        raise NoReport("Filen är tom.")
    if data.startswith(OUTLOOK):
        raise NoReport("Filen är sparad av Outlook som .msg. Spara mejlet som .eml i stället.")
    if len(data) > MAX_BYTES:
        raise NoReport("Filen är större än 1 MB.")
    if data.count(b"\n") + data.count(b"\r") > 2 * MAX_LINES:
        raise NoReport("Filen har för många rader.")
    if sum(1 for _ in PART.finditer(data)) > MAX_PARTS:
        raise NoReport("Filen har för många delar.")


def _read(message: Message) -> list[Bounce]:
    for part in message.walk():
        parts = _parts(part)
        status = next((inner for inner in parts if inner.get_content_type() in REPORTS), None)
        if status is not None:
            return _of_report(part, parts, _fields(status))
    return _in_plain_words(message) or _auto_reply(message)


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    found = payload if isinstance(payload, list) else []
    return [inner for inner in found if isinstance(inner, Message)]


# The report that is made for machines


def _of_report(report: Message, parts: list[Message], fields: list[Message]) -> list[Bounce]:
    original = next((part for part in parts if part.get_content_type() in ORIGINALS), None)
    message_id = _id_of_original(original) or _first_id(
        *(_header(block, "X-Original-Message-ID") for block in fields),
        _header(report, "In-Reply-To"),
        _header(report, "References"),
    )
    recipients = [block for block in fields if block["Final-Recipient"] or block["Action"]]
    return [_of_recipient(block, message_id) for block in recipients]


def _of_recipient(block: Message, message_id: str) -> Bounce:
    diagnostic = _header(block, "Diagnostic-Code")
    status = status_of(_header(block, "Status")) or status_of(diagnostic)
    action = _header(block, "Action").lower()
    if action == "failed":
        outcome = Outcome.REFUSED if status.startswith("5") else Outcome.GIVEN_UP
    elif action in {"delivered", "relayed", "expanded"}:
        outcome = Outcome.DELIVERED
    else:
        outcome = Outcome.DELAYED
    # The address that was written to, where the server knows both.
    address = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
    return Bounce(message_id, _address(address), outcome, status, in_short(diagnostic))


def _fields(status: Message) -> list[Message]:
    """The groups of fields of a report: first the message's, then one a recipient."""
    if status.get_content_type() == "message/delivery-status":
        return _parts(status)
    # The same in UTF-8 (RFC 6533): to the parser a message with the other groups as its text.
    (first,) = _parts(status)
    groups = re.split(r"\n[ \t]*\n", _text(first))
    return [first, *(message_from_string(group.lstrip()) for group in groups)]


def _id_of_original(original: Message | None) -> str:
    if original is None:
        return ""
    for inner in _parts(original):
        if found := _first_id(_header(inner, "Message-ID")):
            return found
    named = MESSAGE_ID.search(_text(original))
    return named[1] if named else ""


# Reports in words, and answers nobody has written


def _in_plain_words(message: Message) -> list[Bounce]:
    """Reports by qmail, older Exim and their like: a letter to people, with ours below it."""
    failed = _header(message, "X-Failed-Recipients")
    senders = [_header(message, name) for name in ("From", "Return-Path")]
    if not failed and not any(FROM_A_SERVER.search(sender) for sender in senders):
        return []
    text = "\n".join(
        _text(part) for part in message.walk() if part.get_content_maintype() == "text"
    )
    attached = next((part for part in message.walk() if part.get_content_type() in ORIGINALS), None)
    below = MESSAGE_ID.search(text)
    message_id = _id_of_original(attached) or (below[1] if below else "")
    if not message_id:
        return []
    said = text[: below.start()] if below else text
    status = status_of(said) or ("5.0.0" if failed or FOR_GOOD.search(said) else "")
    outcome = Outcome.REFUSED if status.startswith("5") else Outcome.DELAYED
    addresses = failed.split(",") if failed else ADDRESS_LINE.findall(said)[:MAX_RECIPIENTS]
    return [
        Bounce(message_id, _address(address), outcome, status, _why(said))
        for address in addresses or [""]
    ]


def _auto_reply(message: Message) -> list[Bounce]:
    submitted = _header(message, "Auto-Submitted").lower()
    kinds = {part.get_content_type() for part in message.walk()}
    if not (
        submitted.startswith("auto")
        or any(message[name] for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or AWAY.search(_header(message, "Subject"))
        or "message/disposition-notification" in kinds
    ):
        return []
    message_id = _first_id(_header(message, "In-Reply-To"), _header(message, "References"))
    return [Bounce(message_id, "", Outcome.AUTO_REPLY)]


# Pieces


def _header(part: Message, name: str) -> str:
    """A header's text as it stands, in one line; bytes that are no UTF-8 become marks."""
    for known, value in part.raw_items():
        if known.lower() == name.lower():
            return clean_name(_legible(str(value)))
    return ""


def _legible(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return text.replace("\r\n", "\n").replace("\0", "")


def _first_id(*values: str) -> str:
    for value in values:
        if found := ANGLED.search(value):
            return f"<{found[1]}>"
    return ""


def status_of(text: str) -> str:
    """ "5.1.1", or "5.0.0" from a reply code alone."""
    if found := STATUS.search(text):
        return found[1]
    found = REPLY_CODE.search(text)
    return f"{found[1]}.0.0" if found else ""


def _address(field: str) -> str:
    """The address in "rfc822; anna@fn.example"."""
    _kind, semicolon, rest = field.partition(";")
    address = (rest if semicolon else field).strip().strip("<>").strip()
    address = NON_ASCII.sub(lambda found: _character(int(found[1], 16)), address)
    return clean_name(address)[:254] if "@" in address else ""


def _character(number: int) -> str:
    return chr(number) if number < 0x110000 else ""


def in_short(field: str) -> str:
    """The server's words without what the status says already, on one line."""
    kind, semicolon, rest = field.partition(";")
    words = rest if semicolon and " " not in kind.strip() else field
    return " ".join(CODES.sub("", clean_name(words)).split())[:MAX_WORDS]


def _why(said: str) -> str:
    """The line of a report in words that says why: the one with the code."""
    lines = [clean_name(line) for line in said.split("\n")]
    with_code = [line for line in lines if STATUS.search(line) or REPLY_CODE.search(line)]
    return in_short(with_code[0]) if with_code else ""
