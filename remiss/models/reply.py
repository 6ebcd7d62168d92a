"""Återkoppling: what the two sides answer, to a theme or to one answer, and how each of them stood.

Every row here is append-only. A revision that both sides have approved stands; a later one begins
anew, and the earlier stands until both have approved the later too (decision 22).
"""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from remiss.models.passage import Theme
from remiss.models.plan import Consultation
from remiss.models.response import Response
from remiss.models.review import Coordinator

Side = Coordinator.Side


class Outcome(models.TextChoices):
    """Besked: what became of what the answers said."""

    CHANGED = "changed", _("Planen ändras")
    PARTLY = "partly", _("Delvis ändring")
    UNCHANGED = "unchanged", _("Ingen ändring")
    TAKEN_ON = "taken_on", _("Tas vidare i arbetet")


def contradictions(*, outcome: str, before: str, after: str) -> dict[str, str]:
    """What is wrong with a change in the plan that is to be handed over, by field, in words.

    A text may be new, with nothing before it; one that stood there has become something.
    """
    if outcome == Outcome.UNCHANGED:
        words = "Beskedet är Ingen ändring. Välj ett annat besked, eller töm rutan."
        return {name: words for name, text in {"before": before, "after": after}.items() if text}
    if before and not after:
        return {"after": "Skriv hur det står nu, eller att texten är borttagen."}
    return {}


class ReplyState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    HANDED_OVER = "handed_over", _("Lämnat över")
    SENT_BACK = "sent_back", _("Skickat tillbaka")
    APPROVED = "approved", _("Godkänt av båda")


class ReplyQuerySet(models.QuerySet["ReplyRevision"]):
    def about(self, target: Theme | Response):
        """Those of one theme or one answer, the newest first."""
        is_theme = isinstance(target, Theme)
        return self.filter(**{"theme" if is_theme else "response": target}).order_by("-number")

    def newest(self):
        """Of each theme and each answer the latest revision."""
        same = Q(theme=OuterRef("theme")) | Q(response=OuterRef("response"))
        later = ReplyRevision.objects.filter(same, number__gt=OuterRef("number"))
        return self.filter(~Exists(later))

    def in_use(self, consultation: Consultation | None):
        """Of themes that have not been merged into another, and of answers that count."""
        of_theme = Q(theme__consultation=consultation, theme__merged_into=None)
        counting = Response.objects.current().filter(consultation=consultation)
        return self.filter(of_theme | Q(response__in=counting.order_by().values("pk")))

    def with_doings(self):
        """With everything that `state` and the pages ask of a row."""
        return self.select_related("by", "theme", "response").prefetch_related(
            "approvals__by", "send_backs__by"
        )

    def waiting_for(self, side: str):
        """Newest revisions where this side is the one to act: handed over by the other, or its own
        that are not handed over or have come back."""
        approved = Approval.objects.filter(revision=OuterRef("pk"))
        sent_back = Exists(SendBack.objects.filter(revision=OuterRef("pk")))
        own = Q(side=side) & (~Exists(approved) | sent_back)
        theirs = ~Q(side=side) & Exists(approved.filter(side=F("revision__side")))
        undecided = ~Exists(approved.exclude(side=F("revision__side"))) & ~sent_back
        return self.newest().filter(own | (theirs & undecided))

    def approved(self):
        """Both sides have approved it."""
        each = [Exists(Approval.objects.filter(revision=OuterRef("pk"), side=s)) for s in Side]
        return self.filter(*each)


class Act(models.Model):
    """Who did it, for which side, when; `is_deputy` when they stood in for its coordinator."""

    side = models.CharField(_("sida"), max_length=5, choices=Side)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av")
    )
    is_deputy = models.BooleanField(_("ställföreträdare"), default=False)
    at = models.DateTimeField(_("när"))

    class Meta:
        abstract = True

    @property
    def who(self) -> str:
        """As the pages name them: "Maria Ek, Malmö stad" or "Kim, ställföreträdare, Malmö stad"."""
        name = self.by.get_full_name() or self.by.username
        deputy = ["ställföreträdare"] if self.is_deputy else []
        return ", ".join([name, *deputy, str(self.get_side_display())])  # type: ignore[attr-defined]


class ReplyRevision(Act):
    """One wording of the reply to a theme, or to one answer. `said` is what the answers said."""

    theme = models.ForeignKey(Theme, models.PROTECT, null=True, related_name="replies")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="replies")
    number = models.PositiveIntegerField(_("version"))
    outcome = models.CharField(_("besked"), max_length=9, choices=Outcome, blank=True)
    said = models.TextField(_("det sa svaren"), blank=True)
    text = models.TextField(_("återkoppling"), blank=True)
    before = models.TextField(_("så stod det i planen"), blank=True)
    after = models.TextField(_("så står det nu"), blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("återkoppling")
        verbose_name_plural = _("återkopplingar")
        default_permissions = ()
        permissions = [("write_reply", "Kan skriva och godkänna återkoppling")]
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(theme=None, response__isnull=False)
                | Q(theme__isnull=False, response=None),
                name="reply_is_to_a_theme_or_to_an_answer",
                violation_error_message=_(
                    "Återkopplingen gäller antingen ett tema eller ett svar."
                ),
            ),
            models.CheckConstraint(
                condition=Q(response=None) | Q(outcome="", said="", before="", after=""),
                name="reply_to_an_answer_is_text_alone",
                violation_error_message=_("Återkopplingen till ett svar har inget besked."),
            ),
            models.UniqueConstraint(
                fields=["theme", "number"], name="reply_number_is_unique_in_its_theme"
            ),
            models.UniqueConstraint(
                fields=["response", "number"], name="reply_number_is_unique_in_its_answer"
            ),
        ]

    def __str__(self):
        return f"version {self.number}"

    @property
    def target(self) -> Theme | Response:
        found = self.theme or self.response
        assert found is not None  # a constraint says so
        return found

    @property
    def other_side(self) -> str:
        return Side.CIVIL if self.side == Side.CITY else Side.CITY

    @property
    def state(self) -> ReplyState:
        sides = {approval.side for approval in self.approvals.all()}
        if self.send_backs.all():
            return ReplyState.SENT_BACK
        if len(sides) == 2:
            return ReplyState.APPROVED
        return ReplyState.HANDED_OVER if sides else ReplyState.DRAFT

    @property
    def acting_side(self) -> str:
        """The side that is to do something now; empty when nobody is."""
        if self.state == ReplyState.APPROVED:
            return ""
        return self.other_side if self.state == ReplyState.HANDED_OVER else self.side

    @property
    def acting_side_name(self) -> str:
        return str(Side(self.acting_side).label) if self.acting_side else ""

    @property
    def other_side_name(self) -> str:
        return str(Side(self.other_side).label)

    @property
    def approved_at(self):
        """When the second of the two approved it; None while it does not stand."""
        is_approved = self.state == ReplyState.APPROVED
        return max(each.at for each in self.approvals.all()) if is_approved else None

    @property
    def send_back(self) -> "SendBack | None":
        return next(iter(self.send_backs.all()), None)


class Approval(Act):
    """One side stands behind a revision; the author's own is the handing over."""

    revision = models.ForeignKey(ReplyRevision, models.PROTECT, related_name="approvals")

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "side"],
                name="reply_is_approved_once_a_side",
                violation_error_message=_("Den sidan har redan godkänt."),
            ),
            # Whoever handed it over is never the other side as well.
            models.UniqueConstraint(
                fields=["revision", "by"],
                name="reply_is_approved_once_a_person",
                violation_error_message=_("Den som har skrivit kan inte godkänna åt den andra."),
            ),
        ]

    def __str__(self):
        return str(self.revision_id)


class SendBack(Act):
    """The other side would not approve the revision, and why."""

    revision = models.ForeignKey(ReplyRevision, models.PROTECT, related_name="send_backs")
    comment = models.TextField(_("kommentar"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["revision"],
                name="reply_is_sent_back_once",
                violation_error_message=_("Återkopplingen är redan skickad tillbaka."),
            )
        ]

    def __str__(self):
        return str(self.revision_id)
