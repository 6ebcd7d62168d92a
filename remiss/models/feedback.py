"""Reports about the website's accessibility (lagen om tillgänglighet, DOS-lagen 2018:1937)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessibilityReport(models.Model):
    """A failing somebody has met. The e-mail is optional: a report may be anonymous."""

    at = models.DateTimeField(_("när"))
    text = models.TextField(_("vad som inte fungerar"))
    email = models.CharField(_("e-post"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("tillgänglighetsbrist")
        verbose_name_plural = _("tillgänglighetsbrister")
        default_permissions = ("view",)
        ordering = ["-at"]

    def __str__(self):
        return self.text[:60]
