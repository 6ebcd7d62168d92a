"""Named points where a trial process can be made to die, to show that nothing is lost then."""

import os
import signal

from django.conf import settings


def point(name: str) -> None:
    """Kill this process here, as a power cut would, when CRASH_AT names the point."""
    if name == settings.CRASH_AT:
        os.kill(os.getpid(), signal.SIGKILL)
