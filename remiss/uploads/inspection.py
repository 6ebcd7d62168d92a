"""Has a file looked at by another process, since whoever made it may want to harm this one."""

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from remiss.uploads import refusals

SECONDS = 20  # by the wall clock; the process has a limit on computing of its own
PLACES = threading.BoundedSemaphore(2)  # a gigabyte each at worst
WAIT = 15  # seconds for a place
# Isolated (-I): no variable and no folder of the user decides what is imported.
START = "import sys; sys.path.append(sys.argv.pop(1)); from inspecting.running import main; main()"
# No secrets of ours for it to find; one arena, since glibc reserves much address space for each.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Verdict:
    is_searchable: bool = False
    is_rewritten: bool = False  # the clean copy is to be stored, not what came


def inspect(
    source: Path, target: Path, *, kind: str, extension: str, wants_text: bool = False
) -> Verdict:
    """Raises Refused, and OSError when the clean copy could not be written.

    With `wants_text` the text of a PDF stands in `target` afterwards.
    """
    lines, ending = _run(source, target, kind, *(["text"] if wants_text else []))
    said: dict = {}
    for line in lines:
        said |= json.loads(line)
    fault = said.pop("fault", None)
    if fault == "unwritten":
        raise OSError("the clean copy could not be written")
    if fault == "disagrees":
        raise refusals.disagreement(extension, said["found"])
    if fault:
        raise refusals.refused_for(fault)
    if not lines:
        logger.warning("Looking at a %s ended with %s", kind, ending)
        raise refusals.refused_for("unreadable" if ending == 1 else "complex")
    return Verdict(**said)


def _run(source: Path, target: Path, *asked: str) -> tuple[list[bytes], int | str]:
    """What the process said, and its exit status or "timeout"."""
    command = [
        sys.executable, "-I", "-c", START, str(Path(__file__).parent),
        str(source), str(target), *asked,
    ]  # fmt: skip
    if not PLACES.acquire(timeout=WAIT):
        raise refusals.Refused(str(refusals.BUSY))
    try:
        done = subprocess.run(
            command,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback could quote the file
            timeout=SECONDS,
            check=False,
        )
        return done.stdout.splitlines(), done.returncode
    except subprocess.TimeoutExpired as expired:
        return (expired.stdout or b"").splitlines(), "timeout"
    finally:
        PLACES.release()
