"""Sekretessmarkering: what hides an answer or a file, and from whom (decision 25)."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

REGISTRAR = "Registrator"  # the group
CITY = "city"  # Coordinator.Side.CITY, which knows answers and so cannot be known here


# Who sees it


@dataclass(frozen=True)
class Standing:
    """What decides what a user sees: the side of a coordinator, or "", and the group."""

    side: str = ""
    is_registrar: bool = False

    @property
    def sees_secret(self) -> bool:
        return self.side == CITY or (not self.side and self.is_registrar)


def standing_of(user) -> Standing:
    """Asked once a request, as Django does with permissions."""
    if not hasattr(user, "standing_this_request"):
        registrars = Group.objects.filter(name=REGISTRAR, user=OuterRef("pk"))
        rows = get_user_model().objects.filter(pk=user.pk)
        found = rows.values_list("coordinator__side", Exists(registrars)).first()
        side, is_registrar = found or ("", False)
        user.standing_this_request = Standing(side or "", is_registrar)
    return user.standing_this_request


def sees_secret(user) -> bool:
    """The registrator and the city's side. Asked of membership and side, since has_perm is true
    for a superuser on everything (decision 5)."""
    return user.is_active and standing_of(user).sees_secret


# What is hidden


class HidingQuerySet(models.QuerySet):
    """Rows about an answer, which `answer_path` leads to."""

    answer_path = "response"

    def visible_to(self, viewer):
        """Without what stands under a sekretessmarkering that `viewer` may not see.

        Every page, list, figure and file of the workbench is read through this.
        """
        return self.all() if sees_secret(viewer) else self.filter(~self._marked())

    def hidden_from(self, viewer):
        """The rest: to be counted, never shown."""
        return self.none() if sees_secret(viewer) else self.filter(self._marked())

    def _marked(self) -> Exists:
        return Exists(SecrecyMark.objects.standing().filter(response=OuterRef(self.answer_path)))


class HidingFilesQuerySet(HidingQuerySet):
    """A file that was sent in again with a later version is the same file."""

    answer_path = "submission__response"

    def visible_to(self, viewer):
        visible = super().visible_to(viewer)
        return visible if sees_secret(viewer) else visible.filter(~self._marked_file())

    def with_secrecy(self):
        """Each row carries whether it is marked as `is_secret`."""
        return self.annotate(is_secret=self._marked_file())

    def _marked_file(self) -> Exists:
        return Exists(
            SecrecyMark.objects.standing().filter(
                attachment__submission__response=OuterRef("submission__response"),
                attachment__sha256=OuterRef("sha256"),
            )
        )


# The marks


class SecrecyMarkQuerySet(models.QuerySet["SecrecyMark"]):
    def standing(self):
        """Those that hide: untried, or tried with the outcome that they stay."""
        return self.filter(lifted_at=None)

    def untried(self):
        return self.standing().filter(version=0)

    def of(self, response):
        """On the answer and on its files, the newest first."""
        about = Q(response=response) | Q(attachment__submission__response=response)
        return self.filter(about).order_by("-at", "-pk")


class SecrecyMark(models.Model):
    """A sekretessmarkering of an answer, through all its versions, or of one of its files.

    It hides until somebody has tried it and lifted it. A new mark after that is a new row.
    `version` rises each time it is tried.
    """

    response = models.ForeignKey(
        "remiss.Response", models.PROTECT, null=True, related_name="secrecy_marks"
    )
    attachment = models.ForeignKey(
        "remiss.Attachment", models.PROTECT, null=True, related_name="secrecy_marks"
    )
    provision = models.CharField(_("lagrum"), max_length=120)
    reason = models.CharField(_("skäl"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    lifted_at = models.DateTimeField(null=True)

    objects = SecrecyMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("sekretessmarkering")
        verbose_name_plural = _("sekretessmarkeringar")
        default_permissions = ()
        permissions = [("mark_secret", "Kan sekretessmarkera och pröva markeringar")]
        constraints = [
            models.CheckConstraint(
                condition=Q(response=None) ^ Q(attachment=None),
                name="secrecymark_is_of_an_answer_or_a_file",
                violation_error_message=_("Markera svaret eller en fil."),
            ),
            models.UniqueConstraint(
                fields=["response"],
                condition=Q(lifted_at=None),
                name="secrecymark_of_an_answer_stands_alone",
                violation_error_message=_("Svaret är redan sekretessmarkerat."),
            ),
            models.UniqueConstraint(
                fields=["attachment"],
                condition=Q(lifted_at=None),
                name="secrecymark_of_a_file_stands_alone",
                violation_error_message=_("Filen är redan sekretessmarkerad."),
            ),
        ]

    def __str__(self):
        return self.provision

    @property
    def status(self) -> str:
        """The state in words, for tags and lists."""
        if self.lifted_at:
            return "Hävd"
        return "Prövad, består" if self.version else "Inte prövad"


class SecrecyTrial(models.Model):
    """Somebody has tried a mark, and what came of it. Append-only: triggers refuse any change."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Markeringen består")
        LIFTED = "lifted", _("Markeringen hävs")

    mark = models.ForeignKey(SecrecyMark, models.PROTECT, related_name="trials")
    outcome = models.CharField(_("utfall"), max_length=6, choices=Outcome)
    reason = models.CharField(_("skäl"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("prövning")
        verbose_name_plural = _("prövningar")
        default_permissions = ()
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_outcome_display()
