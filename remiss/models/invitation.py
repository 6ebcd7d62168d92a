"""Who has been asked for an answer, and what has come of it."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from remiss.models.body import Body
from remiss.models.letter import Letter
from remiss.models.plan import Consultation
from remiss.models.response import Response
from remiss.models.secrecy import HidingQuerySet


class CountedFor(models.Model):
    """A response counts as the answer of a body: its own, or one given together with others.

    Made when an invited body sends in (`by` is empty then) and by coordinators; removed when they
    untie it. The log keeps both.
    """

    response = models.ForeignKey(Response, models.PROTECT, related_name="counted_for")
    body = models.ForeignKey(Body, models.PROTECT, related_name="counted")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = HidingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["response", "body"], name="countedfor_is_one_a_response_and_body"
            )
        ]

    def __str__(self):
        return str(self.body_id)


class Status(models.TextChoices):
    """Where an invitation stands (ux.md section 3). Derived by with_status(), never stored."""

    NOT_SENT = "not_sent", _("Inte skickad")
    SENT = "sent", _("Skickad")
    NOT_DELIVERED = "not_delivered", _("Kom inte fram")
    OPENED = "opened", _("Öppnad")
    DRAFT = "draft", _("Utkast")
    ANSWERED = "answered", _("Svarat")
    DECLINED = "declined", _("Avstår")


SETTLED = [Status.ANSWERED, Status.DECLINED]  # avstår counts as answered


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def in_use(self):
        """Without those of a body that was merged into one that was invited itself."""
        return self.filter(body__merged_into=None)

    def held_by(self, invitation: "Invitation"):
        """The row, if the link that opened it still works."""
        return self.filter(pk=invitation.pk, link_version=invitation.link_version)

    def sent(self):
        """Those whose letter has gone, whatever has come of it."""
        return self.filter(Exists(_gone().filter(invitation=OuterRef("pk"))))

    def with_letters(self):
        """What has been sent to each: `sent_at` and `sent_last_at`, of the first invitation and the
        latest, `reminders` and `reminded_at`, and the latest letter to the body as `latest_letter`
        (pk) and `latest_state`. `is_invited` says whether an invitation of its own has gone,
        waits or was refused.

        A letter that was stopped before it was sent is no letter; one that came back has gone.
        What was sent to bodies that have been merged into the row's own counts as sent to it.
        """
        letters = Letter.objects.exclude(state=Letter.State.STOPPED)
        latest = letters.filter(invitation=OuterRef("pk")).order_by("-due", "-pk")
        invitations = letters.filter(kind=Letter.Kind.INVITATION, invitation=OuterRef("pk"))
        reminders = letters.filter(kind=Letter.Kind.REMINDER)
        first, other_first = _own_and_merged(_gone(), Min("sent_at"))
        again, other_again = _own_and_merged(_gone(), Max("sent_at"))
        number, other_number = _own_and_merged(reminders, Count("pk"))
        last, other_last = _own_and_merged(reminders, Max("due"))
        return self.annotate(
            # Databases differ on the least of something and nothing.
            sent_at=Least(Coalesce(first, other_first), Coalesce(other_first, first)),
            sent_last_at=Greatest(Coalesce(again, other_again), Coalesce(other_again, again)),
            reminders=Coalesce(number, 0) + Coalesce(other_number, 0),
            reminded_at=Greatest(Coalesce(last, other_last), Coalesce(other_last, last)),
            latest_letter=Subquery(latest.values("pk")[:1]),
            latest_state=Subquery(latest.values("state")[:1]),
            is_invited=Exists(invitations),
        )

    def with_status(self):
        """Each row carries its Status as `status`, and what that is made of."""
        invited = Q(is_invited=True) | Q(sent_at__isnull=False)
        return (
            self.with_letters()
            .annotate(
                is_answered=Exists(
                    CountedFor.objects.filter(
                        body=OuterRef("body"),
                        response__consultation=OuterRef("consultation"),
                        response__in=Response.objects.current(),
                    )
                ),
                has_draft=Exists(_drafts().filter(invitation=OuterRef("pk"))),
                is_writing=Exists(_drafts().waiting().filter(invitation=OuterRef("pk"))),
            )
            .annotate(
                status=Case(
                    When(is_answered=True, then=Value(Status.ANSWERED)),
                    When(declined_at__isnull=False, then=Value(Status.DECLINED)),
                    When(is_writing=True, then=Value(Status.DRAFT)),
                    When(opened_at__isnull=False, then=Value(Status.OPENED)),
                    When(invited, latest_state="failed", then=Value(Status.NOT_DELIVERED)),
                    # Other letters are no invitation: only the invitation gives the link first.
                    When(sent_at__isnull=False, then=Value(Status.SENT)),
                    default=Value(Status.NOT_SENT),
                    output_field=models.CharField(),
                )
            )
        )

    def asked(self):
        """Those that count where the invited are counted: what never left us asks nobody.

        The rows come with_status().
        """
        return self.exclude(status=Status.NOT_SENT)

    def with_begun(self):
        """Each row says as `is_begun` whether its link leads to what the body has written, as it
        does also after the last day."""
        received = Response.objects.order_by().filter(invitation=OuterRef("pk"))
        drafts = _drafts().filter(invitation=OuterRef("pk"))
        return self.annotate(is_begun=Exists(drafts) | Exists(received))

    def with_last_day(self):
        """Each row carries the day that applies to it as `last`, as the gate does."""
        whole = F("consultation__last_day")
        return self.annotate(last=Greatest(whole, Coalesce(F("own_last_day"), whole)))


def _gone():
    """The invitations that have left us."""
    return Letter.objects.filter(kind=Letter.Kind.INVITATION, sent_at__isnull=False)


def _own_and_merged(letters, figure) -> tuple[Subquery, Subquery]:
    """One figure over those letters, of one kind, that a row has itself; and over those of
    bodies that were merged into its own, which merging leaves no chains of."""
    own = letters.filter(invitation=OuterRef("pk"))
    merged = letters.filter(
        invitation__body__merged_into=OuterRef("body"),
        invitation__consultation=OuterRef("consultation"),
    )
    return _one(own, figure), _one(merged, figure)


def _one(letters, figure) -> Subquery:
    return Subquery(letters.order_by().values("kind").annotate(one=figure).values("one"))


def _drafts():
    # That a body has begun is counted, never read (decision 10).
    return Invitation._meta.apps.get_model("remiss", "Draft").objects.order_by()


class Invitation(models.Model):
    """One body asked for an answer in one remiss, with the facts of it and their times.

    `public_id` and `link_version` make its personal link (decision 14). `own_last_day` is an
    uppskov; the gate takes the latest of all days that apply.
    """

    sent_at: datetime | None  # on rows asked for with_letters()
    sent_last_at: datetime | None
    reminders: int
    reminded_at: datetime | None
    latest_letter: int | None
    latest_state: str | None
    is_invited: bool
    status: str  # on rows asked for with_status()
    is_answered: bool
    has_draft: bool  # whatever has become of it
    is_writing: bool  # the answer is still to come
    is_begun: bool  # on rows asked for with_begun()
    last: date  # on rows asked for with_last_day()

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="invitations", verbose_name=_("remiss")
    )
    body = models.ForeignKey(
        Body, models.PROTECT, related_name="invitations", verbose_name=_("remissinstans")
    )
    public_id = models.CharField(max_length=32, unique=True, editable=False)
    link_version = models.PositiveIntegerField(default=1, editable=False)
    invited_at = models.DateTimeField(_("upplagd"), editable=False)
    own_last_day = models.DateField(_("egen sista svarsdag"), null=True, editable=False)
    opened_at = models.DateTimeField(_("öppnad"), null=True, editable=False)
    declined_at = models.DateTimeField(_("avstår"), null=True, editable=False)
    decline_reason = models.TextField(_("skäl"), blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("inbjudan")
        verbose_name_plural = _("inbjudningar")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "body"],
                name="invitation_is_one_a_body_and_consultation",
                violation_error_message=_("Remissinstansen är redan inbjuden."),
            )
        ]

    def __str__(self):
        return str(self.body)

    def is_open(self, at: datetime) -> bool:
        """Ask here before the body begins or declines."""
        return self.consultation.is_open_for(at, self.own_last_day)

    @property
    def is_reached(self) -> bool:
        """Whether the body has had its link: a letter to it may speak of it as known."""
        return bool(self.sent_at or self.opened_at)

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)
