"""Named points where a trial process can be made to die, to show that nothing is lost then."""

import os
import signal
from collections import Counter

from django.conf import settings

_passed: Counter[str] = Counter()


def point(name: str) -> None:
    """Kill this process here, as a power cut would, when CRASH_AT names the point.

    "after_claim:40" lets it pass thirty-nine times first.
    """
    where, _colon, time = settings.CRASH_AT.partition(":")
    if name != where:
        return
    _passed[name] += 1
    if _passed[name] >= int(time or 1):
        os.kill(os.getpid(), signal.SIGKILL)
