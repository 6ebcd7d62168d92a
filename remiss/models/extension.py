"""More time: asked for by those who write, decided by the city's side (decision 8)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from remiss.models.plan import Consultation
from remiss.models.secrecy import HidingQuerySet, SecrecyMark


class ExtensionRequestQuerySet(HidingQuerySet):
    def pending(self):
        return self.filter(decision="")

    def of(self, public_id: str):
        return self.filter(public_id=public_id).order_by("-asked_at", "-pk")

    def _marked(self) -> Exists:
        # It knows no answer but by the public id, and says who to contact about it.
        marks = SecrecyMark.objects.standing()
        return Exists(marks.filter(response__public_id=OuterRef("public_id")))


class ExtensionRequest(models.Model):
    """A request for more time: a document of its own, apart from the draft it is about.

    It knows the draft's public id and no row of it: nothing staff see leads to a draft.
    """

    class Decision(models.TextChoices):
        GRANTED = "granted", _("Beviljat")
        DECLINED = "declined", _("Avslaget")

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="+", verbose_name=_("remiss")
    )
    public_id = models.CharField(max_length=32, db_index=True, editable=False)
    organisation = models.CharField(_("vem"), max_length=200)
    contact_name = models.CharField(_("kontaktperson"), max_length=200)
    email = models.CharField(_("e-post"), max_length=254)
    wanted_day = models.DateField(_("vill ha tid till"), null=True)
    reason = models.TextField(_("skäl"))
    asked_at = models.DateTimeField(_("begärt"))
    decision = models.CharField(_("beslut"), max_length=8, choices=Decision, blank=True)
    until = models.DateField(_("tid till"), null=True)
    note = models.TextField(_("motivering"), blank=True)
    decided_at = models.DateTimeField(_("beslutat"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("av"),
    )

    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("önskemål om längre tid")
        verbose_name_plural = _("önskemål om längre tid")
        default_permissions = ("view",)
        permissions = [("decide_extension", "Kan besluta om längre tid")]
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["public_id"],
                condition=Q(decision=""),
                name="extensionrequest_is_one_at_a_time",
                violation_error_message=_("Ni har redan bett om längre tid."),
            ),
            models.CheckConstraint(
                condition=Q(decision="granted", until__isnull=False)
                | (~Q(decision="granted") & Q(until=None)),
                name="extensionrequest_has_a_day_when_granted",
                violation_error_message=_("Välj en ny sista dag."),
            ),
        ]

    def __str__(self):
        return self.organisation

    @property
    def is_pending(self) -> bool:
        return not self.decision

    @property
    def is_private(self) -> bool:
        """A person asks for themselves: the name is contact data, also in the log."""
        return self.organisation == self.contact_name
