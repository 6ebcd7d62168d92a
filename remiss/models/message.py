"""What coordinators and the registrator have written to a respondent, letter by letter."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from remiss.models.response import Response


class Message(models.Model):
    """One letter to whoever sent an answer in. Append-only: triggers refuse any change.

    It holds no address: that stands in its Letter, which can be erased. `once` is the number used
    once of the form, so that a second press finds the first one's letter.
    """

    response = models.ForeignKey(Response, models.PROTECT, related_name="messages")
    once = models.CharField(max_length=32, unique=True)
    subject = models.CharField(_("ämne"), max_length=150)
    body = models.TextField(_("text"))
    written_at = models.DateTimeField(_("skrivet"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av")
    )

    class Meta:
        verbose_name = _("brev till den som svarat")
        verbose_name_plural = _("brev till dem som svarat")
        default_permissions = ()
        permissions = [("write_to_respondent", "Kan skriva till den som svarat")]
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return self.subject

    @property
    def writer(self) -> str:
        return self.written_by.get_full_name() or self.written_by.username
