"""The respondent's own space. Nothing here may be reached from anything staff can see."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from remiss.models.invitation import Invitation
from remiss.models.plan import KEPT_FOR, Consultation, PlanVersion
from remiss.models.response import Response, StoredFile

WHO, BEHIND, REST, FILES = "who", "behind", "rest", "files"


def area_key(key: str) -> str:
    """The part that holds the answers about one area."""
    return f"area:{key}"


def new_public_id() -> str:
    """128 random bits, safe in an address, never beginning or ending in a mark."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Editor:
    """Who saves: a number that the session drew, and the name its holder gave, if any.

    There are no accounts: the name tells those who write together who did what, and no more.
    """

    key: str = ""
    name: str = ""


class Conflict(Exception):
    """Somebody else saved the part after this page was opened; `part` is what stands now."""

    def __init__(self, part):
        super().__init__("part has moved")
        self.part = part


class LinkReplaced(Exception):
    """The link that opened the draft stopped working while the page was open."""


class SentMeanwhile(Exception):
    """The answer was sent in after this page was opened; what is typed now is a change to it."""


class DraftQuerySet(models.QuerySet):
    def unsent(self):
        """Drafts with something that has not been sent in."""
        return self.filter(_unsent())

    def waiting(self):
        """Drafts whose answer is still to come: something has not been sent in, or what was has
        been taken back. The number staff may see.
        """
        taken_back = Response.objects.order_by().filter(
            public_id=models.OuterRef("public_id"), withdrawn_at__isnull=False
        )
        return self.filter(_unsent() | models.Exists(taken_back))

    def not_declined(self):
        """Without those of bodies that have said that no answer will come."""
        return self.exclude(invitation__declined_at__isnull=False)

    def with_email(self, key: str):
        return self.filter(email_key=key)

    def held_by(self, draft: "Draft"):
        """The row of a draft, if the link that opened it still works."""
        return self.filter(pk=draft.pk, link_version=draft.link_version)

    def with_last_day(self):
        """Each row carries the latest of the days that apply to it as `last`, as the gate does."""
        whole = F("consultation__last_day")
        return self.annotate(last=Greatest(whole, Coalesce(F("own_last_day"), whole)))

    def last_day_within(self, first: date, until: date):
        return self.with_last_day().filter(last__gte=first, last__lte=until)

    def kept_long_enough(self, today: date):
        """Drafts whose own last day is more than 30 days ago (decision 8)."""
        return self.with_last_day().filter(last__lt=today - KEPT_FOR)


def _unsent() -> models.Exists:
    parts = DraftPart.objects.filter(draft=models.OuterRef("pk"), version__gt=F("sent_version"))
    return models.Exists(parts)


class Draft(models.Model):
    """An answer being written. `round` counts how many times it has been sent in."""

    last: date  # on rows asked for with_last_day()

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
    extended_at = models.DateTimeField(null=True)
    is_suspect = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    # Of an invited body: one draft however many of them open the link, and wherever (fault S8).
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, related_name="+")
    # Part key → marks of words that look like personal data and are right as they stand.
    accepted = models.JSONField(default=dict)

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

    def mark_of(self, part: str, question: str, words: str) -> str:
        """Tells the words apart without holding them: nobody can guess back from it."""
        said = "\0".join([self.public_id, part, question, words])
        return salted_hmac("remiss.accepted", said, algorithm="sha256").hexdigest()[:32]

    def has_accepted(self, part: str, mark: str) -> bool:
        return mark in self.accepted.get(part, [])

    def contents(self) -> dict[str, "DraftPart"]:
        return {part.key: part for part in self.parts.all()}


class How(models.TextChoices):
    """How a text came into the history of its part."""

    SAVED = "saved", _("sparat")
    AUTO = "auto", _("sparat av sig självt")
    RESTORED = "restored", _("hämtat tillbaka")
    ASIDE = "aside", _("sparat vid sidan av")  # lost to another text, and kept


class DraftPart(models.Model):
    """One part of a draft with a version of its own: two people in two areas never meet."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="parts")
    key = models.CharField(max_length=70)
    content = models.JSONField(default=dict)
    is_done = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    sent_version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.CharField(max_length=80, blank=True)

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
    def replace(
        self,
        *,
        content: dict,
        is_done: bool,
        seen: int,
        by: Editor,
        at: datetime,
        how: str = How.SAVED,
        round_seen: int | None = None,
    ) -> int:
        """Store `content` if nobody has saved since version `seen`, and keep it in the history.

        Gives the version that now stands. Raises Conflict with the part as it stands (equal
        content is not a conflict), LinkReplaced, or SentMeanwhile when `round_seen` is given and
        the draft has been sent in since.
        """
        holder = Draft.objects.held_by(self.draft)
        rounds = {} if round_seen is None else {"round": round_seen}
        if rounds:
            # Waits for a sending under way: the UPDATE alone would still see the round before it.
            holder.select_for_update().first()
        moved = DraftPart.objects.filter(
            pk=self.pk, version=seen, draft__in=holder.filter(**rounds)
        ).update(
            content=content,
            is_done=is_done,
            version=F("version") + 1,
            saved_at=at,
            saved_by=by.name,
        )
        if not moved:
            if not holder.exists():
                raise LinkReplaced
            current = DraftPart.objects.get(pk=self.pk)
            if current.content == content and current.is_done == is_done:
                return current.version  # a second press of the same button
            if current.version == seen:
                raise SentMeanwhile
            raise Conflict(current)
        self.keep(content=content, is_done=is_done, version=seen + 1, by=by, at=at, how=how)
        return seen + 1

    def keep(
        self, *, content: dict, version: int, by: Editor, at: datetime, how: str, is_done=False
    ) -> None:
        """Put a text into the history of this part."""
        DraftRevision.objects.create(
            part_id=self.pk,
            version=version,
            content=content,
            is_done=is_done,
            saved_at=at,
            saved_by=by.name,
            editor=by.key,
            how=how,
            size=sum(len(value) for value in content.values() if isinstance(value, str)),
        )


class DraftRevision(models.Model):
    """Every text that was once acknowledged, kept until the draft is purged (decision 11).

    `version` is the part's after the saving; of a text that lost to another one, the version
    that stood then.
    """

    part = models.ForeignKey(DraftPart, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    is_done = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=80, blank=True)
    editor = models.CharField(max_length=16, blank=True)
    how = models.CharField(max_length=8, choices=How, default=How.SAVED)
    size = models.PositiveIntegerField(default=0)  # characters in all

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "version"],
                condition=~Q(how="aside"),
                name="draftrevision_is_unique",
            )
        ]

    def __str__(self):
        return str(self.part_id)


class DraftFile(StoredFile):
    """A file of a draft."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")

    class Meta:
        default_permissions = ()
        ordering = ["number", "pk"]

    def __str__(self):
        return str(self.draft_id)
