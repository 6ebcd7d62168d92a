"""What may stand in a log: one escaped line an event, personal links cut out."""

import logging
import re
import time

KEY = re.compile(r"(/(?:lank|inbjudan|nytt-losenord)/)(?!glomt/)[^/\s\"'?]+")


def mask(text: str) -> str:
    """The text with every personal key replaced; an access log with keys opens every answer."""
    return KEY.sub(r"\1***", text)


class Mask(logging.Filter):
    def filter(self, record):
        record.msg, record.args = mask(record.getMessage()), ()
        return True


class OneLine(logging.Formatter):
    """Control characters escaped, so that nobody can forge a line (fault C5).

    Of an exception only the place and the type are kept: its text may quote what a person wrote.
    """

    # In UTC, whatever zone the process is in: the lines of several processes can be put together.
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record):
        line = super().format(record)
        return line.encode("unicode_escape").decode("ascii") if not line.isprintable() else line

    def formatException(self, exc_info):
        kind, _value, trace = exc_info
        places = []
        while trace:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        return f"{kind.__name__} at " + " < ".join(reversed(places[-8:]))
