"""The demo's data, for a trial on one machine."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from remiss import clock
from remiss.demo import build
from remiss.demo.cast import STAGES


class Command(BaseCommand):
    help = "Fill an empty trial database with the plan, staff and thirty invented answers."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=STAGES, default="open")

    def handle(self, *, stage, **options):
        if not settings.TRIAL:
            raise CommandError("The demo has well-known passwords: it needs TRIAL=1.")
        is_new = build.build(stage=stage, at=clock.now())
        self.stdout.write("The demo data is in place." if is_new else "The demo data is kept.")
