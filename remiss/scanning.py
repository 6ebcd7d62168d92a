"""Asks clamd, ClamAV's daemon, whether bytes are malware: its INSTREAM command, and no other."""

import re
import socket
import struct
import time

CONNECTING, ANSWERING = 3, 15  # seconds
PIECE = 2**16  # bytes
LONGEST = 1000  # bytes of what it says
FOUND = re.compile(r"stream: (.+) FOUND")
# Said of a file that it did not look at the whole of, when it is told to say so.
LIMITS = "Heuristics.Limits.Exceeded"


class Down(Exception):
    """Nobody answers at the address: no other file can be looked at now either."""


class Unknown(Exception):
    """It gave no verdict on this file; str() is what it said instead."""


def scan(content: bytes, *, address: str) -> str:
    """The name of the malware that is found, or "" when there is none.

    `address` is host:port or the path of a socket. Raises Down or Unknown.
    """
    said = _ask(content, address)
    if said == "stream: OK":
        return ""
    found = FOUND.fullmatch(said)
    if found and not found[1].startswith(LIMITS):
        return found[1]
    raise Unknown(said or "nothing")


def _ask(content: bytes, address: str) -> str:
    with _connected(address) as link:
        until = time.monotonic() + ANSWERING
        try:
            _send(link, content, until)
        except TimeoutError as late:
            raise Unknown("timeout") from late
        except OSError:
            pass  # it hangs up on what is over its limit, and may have said so
        try:
            return _answer(link, until)
        except OSError as error:
            raise Unknown(type(error).__name__) from error


def _connected(address: str) -> socket.socket:
    try:
        if not address.startswith("/"):
            host, _colon, port = address.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECTING)
        link = socket.socket(socket.AF_UNIX)
        try:
            link.settimeout(CONNECTING)
            link.connect(address)
        except OSError:
            link.close()
            raise
        return link
    except OSError as error:
        raise Down(type(error).__name__) from error


def _send(link: socket.socket, content: bytes, until: float) -> None:
    link.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        _wait_at_most(link, until)
        link.sendall(struct.pack("!I", len(piece)) + piece)
    link.sendall(struct.pack("!I", 0))


def _answer(link: socket.socket, until: float) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST:
        _wait_at_most(link, until)
        piece = link.recv(LONGEST)
        if not piece:
            return ""  # cut off: half an answer is none
        said += piece
    return said.partition(b"\0")[0].decode(errors="replace").strip()


def _wait_at_most(link: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    link.settimeout(left)
