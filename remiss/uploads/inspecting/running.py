"""The process that looks at one file: takes its path and kind, prints what it is as JSON."""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import process_time

from . import packages, pdfs, pictures
from .kinds import Fault, kind_of

MAX_MEMORY = 2**30  # bytes of address space: a picture of 64 million pixels takes half of it
MAX_OUTPUT = 40 * 2**20  # bytes
MAX_SECONDS = 10  # of computing
TEXT_SECONDS = 8  # for all of it, when somebody waits to read it
SEARCH_SECONDS = 2  # for the text layer of a PDF; a map can take minutes and have none


def main() -> None:
    source, target, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    wants_text = sys.argv[4:] == ["text"]
    limit(resource.RLIMIT_AS, MAX_MEMORY)
    limit(resource.RLIMIT_FSIZE, MAX_OUTPUT)
    limit(resource.RLIMIT_CPU, MAX_SECONDS)
    try:
        for said in inspect(source, target, kind, wants_text=wants_text):
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
    except Fault as fault:
        sys.stdout.write(json.dumps({"fault": fault.fault, "found": fault.found}))
    except MemoryError:
        sys.stdout.write(json.dumps({"fault": "complex"}))


def limit(which: int, value: int) -> None:
    _soft, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with suppress(ValueError):  # macOS, where nobody runs the portal for real, has no such limit
        resource.setrlimit(which, (value, hard))


def inspect(source: Path, target: Path, kind: str, *, wants_text: bool) -> Iterator[dict]:
    """Says what is known, the verdict first. Raises Fault; anything else means unreadable.

    The text of a PDF is written to `target` when it is wanted.
    """
    content = source.read_bytes()
    found = kind_of(content)
    if kind in packages.KINDS and found in {"zip", "doc"}:
        packages.inspect(content, kind)
        yield {"is_searchable": True}
        return
    if found != kind:
        raise Fault("disagrees", packages.guess(content) if found == "zip" else found)
    if kind == "pdf":
        reader = pdfs.inspect(content)
        yield {}
        # From here on this process may die: the file has passed.
        seconds = TEXT_SECONDS if wants_text else SEARCH_SECONDS
        limit(resource.RLIMIT_CPU, int(process_time()) + seconds)
        if wants_text:
            write(target, pdfs.text(reader).encode(errors="replace"))
        yield {"is_searchable": pdfs.is_searchable(reader)}
    else:
        write(target, pictures.cleaned(content, kind))
        yield {"is_rewritten": True}


def write(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise Fault("unwritten") from error
