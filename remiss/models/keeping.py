"""What becomes of an answer once it is in the record: a name put right, and at last gallring."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from remiss.models.response import Response


class NameCorrection(models.Model):
    """The name that an answer is shown under from now on. Append-only: triggers refuse any change.

    The latest one stands on Response too, as `corrected_name`, until a version comes in under
    another name; what was sent in is untouched.
    """

    response = models.ForeignKey(Response, models.PROTECT, related_name="name_corrections")
    name = models.CharField(_("namn"), max_length=200)
    reason = models.CharField(_("varför"), max_length=300)
    at = models.DateTimeField(_("när"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av")
    )

    class Meta:
        verbose_name = _("rättat namn")
        verbose_name_plural = _("rättade namn")
        default_permissions = ()
        permissions = [("correct_name", "Kan rätta namnet som ett svar visas med")]
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.name


class Disposal(models.Model):
    """Gallring: how many answers went, which ones, and by which decision. Append-only."""

    decision = models.CharField(_("gallringsbeslut"), max_length=200)
    number = models.PositiveIntegerField(_("antal svar"))
    references = models.JSONField(_("referenser"))
    at = models.DateTimeField(_("när"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av")
    )

    class Meta:
        verbose_name = _("gallring")
        verbose_name_plural = _("gallringar")
        default_permissions = ()
        permissions = [("dispose_response", "Kan gallra svar")]
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.decision
