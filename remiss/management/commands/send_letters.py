"""The letter process. Run one or more of `send_letters --loop` beside the web processes."""

import signal
import threading

from django.core.management.base import BaseCommand

from remiss import clock, mail
from remiss.workflow import posting


class Command(BaseCommand):
    help = "Send the letters that are due."

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--loop", action="store_true", help="go on until stopped")
        what.add_argument("--hold", action="store_true", help="after a restore: send none of them")
        what.add_argument("--release", action="store_true", help="send those that were held")

    def handle(self, *, loop, hold, release, **options):
        if loop:
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            posting.run(stop)
        elif hold:
            self.stdout.write(f"{mail.hold()} letters are held.")
        elif release:
            self.stdout.write(f"{mail.release(at=clock.now())} letters are released.")
        else:
            self.stdout.write(f"{posting.send_all()} letters were taken up.")
