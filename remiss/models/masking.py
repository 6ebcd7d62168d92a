"""What is not to be read in public, and what a person looks at before anything is (decision 24)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from remiss.models.response import Answer, Attachment, CoSignatory, Response, Submission
from remiss.models.secrecy import HidingQuerySet, sees_secret
from remiss.text import Personal


@dataclass(frozen=True)
class Spot:
    """One text of a version that can be public: which field it is, and the key of its row."""

    field: str  # "answer", "cosignatory", "attachment", or "organisation" without a key
    pk: int = 0

    def row(self) -> dict[str, int]:
        """What a span is created with."""
        return {f"{self.field}_id": self.pk} if self.pk else {}


def spots(
    submission: Submission,
    answers: Iterable[Answer],
    cosignatories: Iterable[CoSignatory],
    attachments: Iterable[Attachment],
) -> dict[Spot, str]:
    """Every text of a version that can be public. A name that is not to be shown is not."""
    is_named = bool(submission.organisation) and not submission.hide_name
    return {
        **({Spot("organisation"): submission.organisation} if is_named else {}),
        **{Spot("answer", answer.pk): answer.text for answer in answers},
        **{Spot("cosignatory", each.pk): each.name for each in cosignatories},
        **{Spot("attachment", file.pk): file.name for file in attachments},
    }


def texts_of(submission: Submission) -> dict[Spot, str]:
    return spots(
        submission,
        submission.answers.all(),
        submission.cosignatories.all(),
        submission.attachments.all(),
    )


def is_a_place(model: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(condition=Q(start__lt=F("end")), name=f"{model}_is_not_empty"),
        models.CheckConstraint(
            condition=Q(answer=None, cosignatory=None)
            | Q(answer=None, attachment=None)
            | Q(cosignatory=None, attachment=None),
            name=f"{model}_is_in_one_text",
        ),
    ]


class Marked(models.Model):
    """Some characters of one text of one version, as the text was received. Where none of the
    three keys is set the text is the organisation's name."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="%(class)ss")
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="+")
    cosignatory = models.ForeignKey(CoSignatory, models.PROTECT, null=True, related_name="+")
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.spot}:{self.start}"

    @property
    def spot(self) -> Spot:
        for field in ("answer", "cosignatory", "attachment"):
            if key := getattr(self, f"{field}_id"):
                return Spot(field, key)
        return Spot("organisation")

    @property
    def whole_text(self) -> str:
        if self.answer:
            return self.answer.text
        named = self.cosignatory or self.attachment
        return named.name if named else self.submission.organisation

    @property
    def text(self) -> str:
        return self.whole_text[self.start : self.end]


KEYS = ("answer_id", "cosignatory_id", "attachment_id")


def _which() -> list[Coalesce]:
    """Which text it is, with 0 for what is not set: NULL equals nothing, not even NULL."""
    return [Coalesce(key, 0) for key in KEYS]


class Ground(models.TextChoices):
    """Why words are not published."""

    PERSONAL = "personal", _("Personuppgift som inte behöver vara offentlig (GDPR)")
    NUMBER = "number", _("Personnummer eller samordningsnummer (3 kap. 10 § dataskyddslagen)")
    SENSITIVE = "sensitive", _("Känslig personuppgift (artikel 9 i GDPR)")
    OFFENCE = "offence", _("Uppgift om brott (artikel 10 i GDPR)")
    HEALTH = "health", _("Enskilds hälsa eller sexualliv (21 kap. 1 § OSL)")
    PROTECTED = "protected", _("Skyddade personuppgifter (21 kap. 3 § OSL)")
    BUSINESS = "business", _("Affärs- eller driftförhållanden (31 kap. 16 § OSL)")
    SECURITY = "security", _("Säkerhets- eller bevakningsåtgärd (18 kap. 8 § OSL)")
    OTHER = "other", _("Annat skäl")

    @property
    def needs_note(self) -> bool:
        return self == Ground.OTHER


class MarkedQuerySet(HidingQuerySet):
    answer_path = "submission__response"

    def visible_to(self, viewer):
        visible = super().visible_to(viewer)
        if sees_secret(viewer):
            return visible
        files = Attachment.objects.visible_to(viewer)
        return visible.filter(Q(attachment=None) | Q(attachment__in=files))


class MaskingQuerySet(MarkedQuerySet):
    def standing(self):
        return self.filter(undone_at=None)

    def with_texts(self):
        return self.select_related("submission", "answer", "cosignatory", "attachment").defer(
            "submission__canonical", "submission__search_text"
        )


class Masking(Marked):
    """Words that nothing public shows. A row is undone, never deleted or moved."""

    reason = models.CharField(_("skäl"), max_length=10, choices=Ground)
    note = models.CharField(_("anteckning"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    objects = MaskingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("maskning")
        verbose_name_plural = _("maskningar")
        permissions = [("mask_text", "Kan dölja ord i det som är offentligt")]
        ordering = ["submission", "pk"]
        constraints = [
            *is_a_place("masking"),
            models.UniqueConstraint(
                "submission",
                *_which(),
                "start",
                "end",
                condition=Q(undone_at=None),
                name="masking_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="masking_is_undone_by_somebody",
            ),
        ]


class FindingQuerySet(MarkedQuerySet):
    def current(self):
        """Of answers that count, in the version that counts (decision 20)."""
        return self.filter(submission__in=Response.objects.current().order_by().values("latest"))

    def waiting(self):
        """Neither hidden nor let stand."""
        return self.filter(~_is_hidden(), left_at=None)

    def hidden(self):
        return self.filter(_is_hidden())

    def left(self):
        return self.filter(~_is_hidden(), left_at__isnull=False)


def _is_hidden() -> Q:
    """Every character is masked, by one mark or by several that leave nothing between them; a
    file's name is dealt with by a mark on any of it."""
    marks = _marks_here()
    begun = marks.filter(start__lte=OuterRef("start"), end__gt=OuterRef("start"))
    # A gap begins where a mark ends inside of it and no other goes on.
    going_on = _marks_here().filter(start__lte=OuterRef("end"), end__gt=OuterRef("end"))
    gaps = marks.filter(~Exists(going_on), end__gt=OuterRef("start"), end__lt=OuterRef("end"))
    of_file = marks.filter(attachment__isnull=False)
    return Q(Exists(begun), ~Exists(gaps)) | Q(Exists(of_file))


def _marks_here():
    """Marks that stand in the same text as the row of the query outside."""
    own = dict(zip((f"own_{key}" for key in KEYS), _which(), strict=True))
    same = {f"own_{key}": Coalesce(OuterRef(key), 0) for key in KEYS}
    here = Masking.objects.order_by().standing().alias(**own)
    return here.filter(submission=OuterRef("submission"), **same)


class Finding(Marked):
    """A place that may point out a person, found when the version was received; or a file's name,
    which is not public before somebody has looked at it (decision 13).

    Whether it is hidden is for the masks that stand to say.
    """

    class Kind(models.TextChoices):
        PERSONAL_NUMBER = Personal.PERSONAL_NUMBER.value, _("Personnummer")
        COORDINATION_NUMBER = Personal.COORDINATION_NUMBER.value, _("Samordningsnummer")
        PHONE = Personal.PHONE.value, _("Telefonnummer")
        EMAIL = Personal.EMAIL.value, _("E-postadress")
        STREET = Personal.STREET.value, _("Gatuadress")
        FILE_NAME = "file_name", _("Filnamn")
        MASKED_BEFORE = "masked_before", _("Liknar ord som doldes i en tidigare version")

    kind = models.CharField(_("vad"), max_length=20, choices=Kind)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    left_at = models.DateTimeField(null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["submission", "pk"]
        constraints = [
            *is_a_place("finding"),
            models.UniqueConstraint(
                "submission", *_which(), "start", "end", name="finding_is_found_once"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, left_by=None)
                | Q(left_at__isnull=False, left_by__isnull=False),
                name="finding_is_left_by_somebody",
            ),
        ]

    @property
    def ground(self) -> Ground:
        """Why it is hidden, when nobody says anything else."""
        numbers = {self.Kind.PERSONAL_NUMBER, self.Kind.COORDINATION_NUMBER}
        return Ground.NUMBER if self.kind in numbers else Ground.PERSONAL
