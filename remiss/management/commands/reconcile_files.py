"""Hold the stored files against the rows. The letter process does it once a day as well."""

from django.core.management.base import BaseCommand

from remiss import clock
from remiss.workflow import filing


class Command(BaseCommand):
    help = "Delete stored files that no row refers to, and name those that are missing."

    def handle(self, **options):
        deleted, missing = filing.reconcile(at=clock.now())
        self.stdout.write(f"{deleted} files without a row were deleted.")
        for path in missing:
            self.stdout.write(f"Missing: {path}")
