"""The coordinators' own rows beside what was received."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from remiss.models.response import Response


class Coordinator(models.Model):
    """A samordnare. The side is data, not a permission: has_perm is true for a superuser."""

    class Side(models.TextChoices):
        CITY = "city", _("Malmö stad")
        CIVIL = "civil", _("Idéburen sektor")

    class Notice(models.TextChoices):
        AT_ONCE = "at_once", _("Genast, ett mejl per svar")
        DAILY = "daily", _("En gång om dagen")
        NEVER = "never", _("Inga mejl")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="coordinator",
        verbose_name=_("konto"),
    )
    side = models.CharField(_("sida"), max_length=5, choices=Side)
    notice = models.CharField(
        _("mejl om nya svar"), max_length=7, choices=Notice, default=Notice.DAILY
    )
    told_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("samordnare")
        verbose_name_plural = _("samordnare")

    def __str__(self):
        return self.user.get_full_name() or self.user.username


class ReadMark(models.Model):
    """Opening an answer marks it as read for that user only."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["response", "user"], name="readmark_is_one_a_user")
        ]

    def __str__(self):
        return str(self.response_id)
