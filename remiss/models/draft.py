"""The respondent's own space. Nothing here may be reached from anything staff can see."""

import secrets
from datetime import datetime

from django.db import models, transaction
from django.db.models import F, Q

from remiss.models.plan import Consultation, PlanVersion

WHO, REST = "who", "rest"


def area_key(key: str) -> str:
    """The part that holds the answers about one area."""
    return f"area:{key}"


def new_public_id() -> str:
    """128 random bits, safe in an address, never beginning or ending in a mark."""
    return secrets.token_hex(16)


class Conflict(Exception):
    """Somebody else saved the part after this page was opened; `part` is what stands now."""

    def __init__(self, part):
        super().__init__("part has moved")
        self.part = part


class DraftQuerySet(models.QuerySet):
    def unsent(self):
        """Drafts with something that has not been sent in: the number staff may see."""
        return self.filter(
            models.Exists(
                DraftPart.objects.filter(draft=models.OuterRef("pk"), version__gt=F("sent_version"))
            )
        )

    def with_email(self, key: str):
        return self.filter(email_key=key)


class Draft(models.Model):
    """An answer being written. `round` counts how many times it has been sent in."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=32, unique=True)
    # The number used once of the start form: a second press finds the first one's draft.
    start_key = models.CharField(max_length=32, unique=True)
    link_version = models.PositiveIntegerField(default=1)
    round = models.PositiveIntegerField(default=0)
    email = models.CharField(max_length=254)
    email_key = models.CharField(max_length=254, db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    own_last_day = models.DateField(null=True)
    is_suspect = models.BooleanField(default=False)
    started_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.public_id

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    def may_start_or_send(self, at: datetime) -> bool:
        """Ask here before sending: the remiss is open, or this draft has longer time."""
        return self.consultation.is_open_for(at, self.own_last_day)

    def contents(self) -> dict[str, "DraftPart"]:
        return {part.key: part for part in self.parts.all()}


class DraftPart(models.Model):
    """One part of a draft with a version of its own: two people in two areas never meet."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="parts")
    key = models.CharField(max_length=70)
    content = models.JSONField(default=dict)
    is_done = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    sent_version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["draft", "key"], name="draftpart_key_is_unique"),
            models.CheckConstraint(
                condition=Q(sent_version__lte=F("version")), name="draftpart_sent_is_not_ahead"
            ),
        ]

    def __str__(self):
        return str(self.draft_id)

    @property
    def is_begun(self) -> bool:
        return any(self.content.values())

    @transaction.atomic
    def replace(self, *, content: dict, is_done: bool, seen: int, at: datetime) -> None:
        """Store `content` if nobody has saved since version `seen`, and keep it in the history.

        Raises Conflict with the part as it now stands. Equal content is not a conflict.
        """
        moved = DraftPart.objects.filter(pk=self.pk, version=seen).update(
            content=content, is_done=is_done, version=F("version") + 1, saved_at=at
        )
        if not moved:
            current = DraftPart.objects.get(pk=self.pk)
            if current.content == content and current.is_done == is_done:
                return  # a second press of the same button
            raise Conflict(current)
        DraftRevision.objects.create(
            part_id=self.pk, version=seen + 1, content=content, saved_at=at
        )


class DraftRevision(models.Model):
    """Every text that was once acknowledged, kept until the draft is purged (decision 11)."""

    part = models.ForeignKey(DraftPart, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["part", "version"], name="draftrevision_is_unique")
        ]

    def __str__(self):
        return str(self.part_id)
