"""PDFs by typst, each made in a process of its own that takes its memory with it when it ends."""

import json
import resource
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import typst

MAX_MEMORY = 2**31  # bytes of address space; all boxes full, 1.5 million characters, take a third
MAX_SECONDS = 20  # of computing; the same takes one
SECONDS = 30  # by the wall clock
PLACES = threading.BoundedSemaphore(2)
WAIT = 15  # seconds for a place
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}  # no secrets of ours for it to find


class NotMade(Exception):
    """The PDF could not be made; whatever it was to go with stands without it."""


def typeset(source: Path, *, at: datetime, **data: str) -> bytes:
    """`source` with `data` as its sys.inputs, dated `at`: equal input gives equal bytes.

    Raises NotMade. Texts by others go into `data`, which typst shows and never reads as markup.
    """
    order = json.dumps({"source": str(source), "timestamp": int(at.timestamp()), "data": data})
    if not PLACES.acquire(timeout=WAIT):
        raise NotMade("too many at once")
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__],
            input=order.encode(),
            env=ENVIRONMENT,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise NotMade("it took too long") from expired
    finally:
        PLACES.release()
    if done.returncode:
        # And no more than that: what it complained of may quote what somebody wrote.
        raise NotMade(f"it ended with {done.returncode}")
    return done.stdout


def compiled(*, source: str, timestamp: int, data: dict[str, str]) -> bytes:
    return typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        # One keeps, the other can be read aloud: what breaks either is an error and no file.
        pdf_standards=["a-3a", "ua-1"],
        timestamp=timestamp,
        sys_inputs=data,
    )


def main() -> None:
    for which, value in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_SECONDS)):
        with suppress(ValueError):  # macOS, where nobody runs the portal for real
            resource.setrlimit(which, (value, resource.getrlimit(which)[1]))
    sys.stdout.buffer.write(compiled(**json.load(sys.stdin.buffer)))


if __name__ == "__main__":
    main()
