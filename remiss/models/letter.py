"""The outbox. A letter is a row; its text and link are made when it is sent (decision 27)."""

from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=4)  # receivers may greylist or be down for days (RFC 5321 4.5.4.1)
MAX_DELAY = timedelta(hours=4)


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, at: datetime):
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        return self.filter(free, state=Letter.State.QUEUED, due__lte=at, next_try_at__lte=at)

    @transaction.atomic
    def claim(self, at: datetime, limit: int = 20) -> list["Letter"]:
        """Take up to `limit` due letters for this process until the lease runs out."""
        due = self.due(at).order_by("next_try_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        self.filter(pk__in=ids).update(lease_until=at + LEASE, attempts=F("attempts") + 1)
        return list(self.filter(pk__in=ids).order_by("next_try_at", "pk"))

    def about_responses(self):
        """What staff may see: letters about a draft alone show an address (decision 10)."""
        return self.exclude(kind__in=Letter.DRAFT_KINDS)


class Letter(models.Model):
    """One letter to one address. `target` names the row it is about, as "model:id"."""

    class Kind(models.TextChoices):
        LINK = "link", _("Länken till svaret")
        LINK_AGAIN = "link_again", _("Länken igen")
        RECEIPT = "receipt", _("Kvitto")
        FULL_RECEIPT = "full_receipt", _("Kvitto med hela svaret")
        WITHDRAWN = "withdrawn", _("Svaret är återtaget")
        NEW_RESPONSE = "new_response", _("Nytt svar, till samordnare")
        DIGEST = "digest", _("Dagens svar, till samordnare")
        REPORT = "report", _("Tillgänglighetsbrist")
        REMINDER_WEEK = "reminder_week", _("Påminnelse en vecka före")
        REMINDER_DAY = "reminder_day", _("Påminnelse dagen före")
        RECEIPT_COPY = "receipt_copy", _("Kopia av kvitto")
        EXTENSION_ASKED = "extension_asked", _("Önskemål om längre tid, till samordnare")
        EXTENSION_GRANTED = "extension_granted", _("Längre tid")
        EXTENSION_DECLINED = "extension_declined", _("Inte längre tid")

    class State(models.TextChoices):
        QUEUED = "queued", _("Väntar")
        SENT = "sent", _("Skickat")
        FAILED = "failed", _("Kom inte iväg")

    DRAFT_KINDS = ("link", "link_again", "reminder_week", "reminder_day")

    kind = models.CharField(_("brev"), max_length=20, choices=Kind)
    target = models.CharField(max_length=60)
    address = models.CharField(_("till"), max_length=254)
    due = models.DateTimeField(_("ska skickas"))
    next_try_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(_("försök"), default=0)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(_("läge"), max_length=6, choices=State, default=State.QUEUED)
    sent_at = models.DateTimeField(_("skickat"), null=True)
    last_error = models.CharField(_("senaste fel"), max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("brev")
        verbose_name_plural = _("brev")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["kind", "target", "due"], name="letter_is_queued_once")
        ]

    def __str__(self):
        return self.get_kind_display()

    def mark_sent(self, at: datetime) -> None:
        self.state, self.sent_at, self.lease_until, self.last_error = "sent", at, None, ""
        self.save(update_fields=["state", "sent_at", "lease_until", "last_error"])

    def mark_failed(self, at: datetime, error: str) -> None:
        """Try again later, twice as late each time; give up after four days."""
        delay = min(timedelta(minutes=2 ** min(self.attempts, 8)), MAX_DELAY)
        self.next_try_at, self.lease_until, self.last_error = at + delay, None, error[:300]
        if at - self.due > GIVE_UP_AFTER:
            self.state = self.State.FAILED
        self.save(update_fields=["next_try_at", "lease_until", "last_error", "state"])
