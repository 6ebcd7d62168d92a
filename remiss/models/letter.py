"""The outbox. A letter is a row; its text and link are made when it is sent (decision 27)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from remiss.models.extension import ExtensionRequest
from remiss.models.plan import Consultation
from remiss.models.response import Response, Submission
from remiss.models.secrecy import sees_secret

LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=4)  # receivers may greylist or be down for days (RFC 5321 4.5.4.1)
MAX_DELAY = timedelta(hours=4)


class LetterText(models.Model):
    """One revision of a text that coordinators write. Append-only: triggers refuse any change.

    `body` may hold the placeholders of remiss.text.placeholders and nothing else that is filled in.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Inbjudan")
        REMINDER = "reminder", _("Påminnelse")
        MISSIVE = "missive", _("Följebrev")

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="letter_texts")
    kind = models.CharField(_("text"), max_length=10, choices=Kind)
    number = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("ämne"), max_length=150, blank=True)
    body = models.TextField(_("text"))
    written_at = models.DateTimeField(_("skriven"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av")
    )

    class Meta:
        verbose_name = _("brevtext")
        verbose_name_plural = _("brevtexter")
        default_permissions = ()
        ordering = ["consultation", "kind", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "kind", "number"],
                name="lettertext_number_is_unique_in_its_kind",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, version {self.number}"


class Dispatch(models.Model):
    """One sending of letters to many, held back until `held_until` so that it can be undone.

    What coordinators have written is its `text`; none about a moved last day.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="dispatches")
    text = models.ForeignKey(LetterText, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("gjort"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av")
    )
    held_until = models.DateTimeField(_("skickas"))
    undone_at = models.DateTimeField(_("ångrat"), null=True)

    class Meta:
        verbose_name = _("utskick")
        verbose_name_plural = _("utskick")
        default_permissions = ()
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return str(self.text or _("Ny sista svarsdag"))

    def may_be_undone(self, at: datetime) -> bool:
        return self.undone_at is None and at < self.held_until


class Tell(models.TextChoices):
    """Who may be told of a moved last day: one letter each, none if their own day stays."""

    SILENT = "silent", _("Inbjudna som inte har börjat svara")
    DRAFTS = "drafts", _("De som har skrivit men inte skickat in")
    ANSWERED = "answered", _("De som har svarat")


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

    def forget(self) -> None:
        """Stop those that wait, and keep of each no address and nothing that quotes one."""
        waiting = self.filter(state=Letter.State.QUEUED)
        waiting.update(state=Letter.State.STOPPED, lease_until=None)
        self.update(address="", last_error="", bounce="")

    def about_responses(self):
        """What staff may see: letters about a draft alone show an address (decision 10)."""
        return self.exclude(kind__in=Letter.DRAFT_KINDS)

    def visible_to(self, viewer):
        """Without those about an answer that is hidden from `viewer`."""
        if sees_secret(viewer):
            return self.all()
        about = {"submission": Submission, "response": Response, "extension": ExtensionRequest}
        hidden = (_names(name, model.objects.hidden_from(viewer)) for name, model in about.items())
        return self.filter(*(~each for each in hidden))


def _names(name: str, rows: models.QuerySet) -> Exists:
    """Whether the target of a letter names one of the rows, as "submission:12/coordinator:1"."""
    named = Concat(Value(f"{name}:"), Cast("pk", models.CharField()), Value("/"))
    target = Concat(OuterRef("target"), Value("/"), output_field=models.CharField())
    return Exists(rows.annotate(named=named, target=target).filter(target__startswith=F("named")))


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
        INVITATION = "invitation", _("Inbjudan")
        REMINDER = "reminder", _("Påminnelse")
        TIME_GIVEN = "time_given", _("Längre tid, till remissinstansen")
        TIME_GIVEN_DRAFT = "time_given_draft", _("Längre tid, till den som skriver")
        MOVED_INVITED = "moved_invited", _("Ny sista dag, till inbjudna")
        MOVED_DRAFT = "moved_draft", _("Ny sista dag, till den som skriver")
        MOVED_ANSWERED = "moved_answered", _("Ny sista dag, till den som svarat")
        PASSWORD = "password", _("Nytt lösenord")
        LOGIN_CHANGED = "login_changed", _("Ändrad inloggning")
        MESSAGE = "message", _("Brev till den som svarat")
        REPLY_WAITING = "reply_waiting", _("Återkoppling att godkänna, till samordnare")
        REPLY_SENT_BACK = "reply_sent_back", _("Återkoppling tillbaka, till den som skrev")
        REPLY_APPROVED = "reply_approved", _("Återkoppling godkänd, till den som skrev")

    class State(models.TextChoices):
        QUEUED = "queued", _("Väntar")
        SENT = "sent", _("Skickat")
        FAILED = "failed", _("Kom inte fram")
        STOPPED = "stopped", _("Stoppat")  # undone, or no longer needed when its turn came

    DRAFT_KINDS = (
        "link",
        "link_again",
        "reminder_week",
        "reminder_day",
        "time_given_draft",
        "moved_draft",
    )

    kind = models.CharField(_("brev"), max_length=20, choices=Kind)
    target = models.CharField(max_length=60)
    address = models.CharField(_("till"), max_length=254)
    due = models.DateTimeField(_("ska skickas"))
    next_try_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(_("försök"), default=0)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(_("läge"), max_length=7, choices=State, default=State.QUEUED)
    sent_at = models.DateTimeField(_("skickat"), null=True)
    last_error = models.CharField(_("senaste fel"), max_length=300, blank=True)
    # What letters to invited bodies know besides: whose, which sending, which text.
    invitation = models.ForeignKey(
        "remiss.Invitation", models.PROTECT, null=True, related_name="letters"
    )
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, null=True, related_name="letters")
    text = models.ForeignKey(LetterText, models.PROTECT, null=True, related_name="letters")
    # What a coordinator or the registrator has written to one respondent.
    written = models.ForeignKey("remiss.Message", models.PROTECT, null=True, related_name="letters")
    # The receiving server's verdict after it was sent; "5.1.1" and its words (RFC 3464).
    bounced_at = models.DateTimeField(_("kom tillbaka"), null=True)
    bounce = models.CharField(_("besked"), max_length=300, blank=True)

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
        # A quick server may have reported it undeliverable before we got here. It has left us.
        state = Case(When(bounced_at=None, then=Value("sent")), default=F("state"))
        row = Letter.objects.filter(pk=self.pk)
        row.update(state=state, sent_at=at, lease_until=None, last_error="")

    def mark_bounced(self, at: datetime, words: str) -> bool:
        """The receiving server refused it for good; whether that was news."""
        news = Letter.objects.filter(pk=self.pk, bounced_at=None)
        words = words[:300]
        is_news = news.update(state="failed", bounced_at=at, bounce=words, lease_until=None) > 0
        self.refresh_from_db(fields=["state", "bounced_at", "bounce", "lease_until"])
        return is_news

    def mark_stopped(self, why: str) -> None:
        """It is not sent, and that is no failure."""
        self.state, self.lease_until, self.last_error = self.State.STOPPED, None, why[:300]
        self.save(update_fields=["state", "lease_until", "last_error"])

    def mark_failed(self, at: datetime, error: str) -> None:
        """Try again later, twice as late each time; give up after four days."""
        delay = min(timedelta(minutes=2 ** min(self.attempts, 8)), MAX_DELAY)
        self.next_try_at, self.lease_until, self.last_error = at + delay, None, error[:300]
        if at - self.due > GIVE_UP_AFTER:
            self.state = self.State.FAILED
        self.save(update_fields=["next_try_at", "lease_until", "last_error", "state"])
