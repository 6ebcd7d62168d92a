"""The coordinators' own rows beside what was received."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remiss.models.plan import Consultation
from remiss.models.response import Answer, Attachment, Response, Submission


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
    is_deputy = models.BooleanField(_("ställföreträdare"), default=False)

    class Meta:
        verbose_name = _("samordnare")
        verbose_name_plural = _("samordnare")
        constraints = [
            models.UniqueConstraint(
                fields=["side"],
                condition=Q(is_deputy=True),
                name="coordinator_deputy_is_one_a_side",
                violation_error_message=_("Sidan har redan en ställföreträdare."),
            )
        ]

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


class Written(models.Model):
    """What a coordinator writes beside an answer, and changes later. `version` is the one that an
    edit has to have seen."""

    text = models.TextField(_("text"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Note(Written):
    """Intern anteckning: never published, and may become an allmän handling."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="notes")
    area_key = models.CharField(max_length=60, blank=True)  # empty: about the whole answer

    class Meta:
        verbose_name = _("anteckning")
        verbose_name_plural = _("anteckningar")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["response", "area_key"], name="note_is_one_a_response_and_area"
            )
        ]

    def __str__(self):
        return str(self.response_id)


class Transcript(Written):
    """What a scan or a picture says, written out, beside the file as it was sent in."""

    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="transcript")

    class Meta:
        verbose_name = _("avskrift")
        verbose_name_plural = _("avskrifter")
        default_permissions = ()

    def __str__(self):
        return str(self.attachment_id)


class Translation(Written):
    """A text in Swedish beside the original, which is the handling. `language` is the original's,
    as a BCP 47 tag ("fi", "ar")."""

    answer = models.OneToOneField(Answer, models.PROTECT, related_name="translation")
    language = models.CharField(_("språk"), max_length=12)
    is_machine_made = models.BooleanField(_("maskinöversatt"), default=False)

    class Meta:
        verbose_name = _("översättning")
        verbose_name_plural = _("översättningar")
        default_permissions = ()

    def __str__(self):
        return str(self.answer_id)


class HandledFiles(models.Model):
    """What a coordinator made of a version that says what it says in its files alone: there is no
    passage in it to place, and without this row it waits. A later version waits anew."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="handled_files")
    outcome = models.CharField(_("vad bilagan ledde till"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("hanterad bilaga")
        verbose_name_plural = _("hanterade bilagor")
        default_permissions = ()

    def __str__(self):
        return str(self.submission_id)


class AreaShare(models.Model):
    """Which coordinator reads an area first: an agreement between the two, not a right."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="area_shares")
    area_key = models.CharField(max_length=60, blank=True)
    coordinator = models.ForeignKey(Coordinator, models.CASCADE, related_name="area_shares")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "area_key"], name="areashare_is_one_an_area"
            )
        ]

    def __str__(self):
        return self.area_key


class ActorAlias(models.Model):
    """A way of writing an actor's name in the third question, joined by hand with others:
    the rows whose name key is `variant_key` are shown as `name`."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="actor_aliases")
    variant_key = models.CharField(max_length=260)
    name = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "variant_key"], name="actoralias_is_one_a_variant"
            )
        ]

    def __str__(self):
        return self.name
