"""What the scanner said of a file, when there is one: by its bytes, whoever has sent them."""

from collections.abc import Iterable
from typing import TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from remiss.models.response import StoredFile

File = TypeVar("File", bound=StoredFile)


class FileScanQuerySet(models.QuerySet["FileScan"]):
    def waiting(self):
        return self.filter(state=FileScan.State.WAITING)

    def infected(self):
        return self.filter(state=FileScan.State.INFECTED)


class FileScan(models.Model):
    """The verdict on all files with these bytes. A file without a row waits too."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Väntar på kontroll")
        CLEAN = "clean", _("Kontrollerad")
        INFECTED = "infected", _("Innehåller skadlig kod")

    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    found = models.CharField(max_length=200, blank=True)  # what the scanner calls it
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # when it is asked about again, while it waits

    objects = FileScanQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="filescan_is_one_a_file",
                violation_error_message=_("Filen har redan ett besked."),
            )
        ]

    def __str__(self):
        return self.get_state_display()


def with_scans(files: Iterable[File]) -> list[File]:
    """The files, each with what is known of it as `scan`. Nothing is asked without a scanner."""
    found = list(files)
    if settings.CLAMD and found:
        rows = FileScan.objects.filter(sha256__in={file.sha256 for file in found})
        known = dict(rows.values_list("sha256", "state"))
        for file in found:
            file.scan = known.get(file.sha256, FileScan.State.WAITING)
    return found
