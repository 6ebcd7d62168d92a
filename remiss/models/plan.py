"""The plan that is out on remiss, and the one place that says whether it is open."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from remiss import clock
from remiss.markdown import to_html
from remiss.swedish import swedish_day

KEPT_FOR = timedelta(days=30)  # how long a draft outlives its own last day
LAST_WEEK = 7  # days left when the status line turns warm


@dataclass(frozen=True)
class Timing:
    """A remiss as seen at one moment, in Swedish calendar days: the source of every date text."""

    opens_on: date
    last_day: date
    today: date

    @property
    def is_open(self) -> bool:
        return self.opens_on <= self.today <= self.last_day

    @property
    def days_left(self) -> int:
        return (self.last_day - self.today).days

    @property
    def phase(self) -> str:
        """One of before, open, lastweek, lastday, closed."""
        if self.today < self.opens_on:
            return "before"
        if self.is_open:
            if self.days_left == 0:
                return "lastday"
            return "lastweek" if self.days_left <= LAST_WEEK else "open"
        return "closed"

    def _day(self, day: date) -> str:
        return swedish_day(day, this_year=self.today.year)

    @property
    def day(self) -> str:
        return self._day(self.last_day)

    @property
    def opens(self) -> str:
        return self._day(self.opens_on)

    @property
    def short_day(self) -> str:
        return self.day.split(" ", 1)[1]

    @property
    def day_with_year(self) -> str:
        """For letters and print, which are read in other years too (decision 6)."""
        return swedish_day(self.last_day, this_year=None)

    @property
    def deadline(self) -> str:
        return f"{self.day} kl. 23.59"

    @property
    def left(self) -> str:
        if self.days_left == 0:
            return "Sista dagen"
        return "1 dag kvar" if self.days_left == 1 else f"{max(self.days_left, 0)} dagar kvar"


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def published(self):
        return self.filter(is_published=True)

    def open(self, at: datetime):
        day = timezone.localdate(at)
        return self.published().filter(opens_on__lte=day, last_day__gte=day)

    def with_clock(self):
        """Each row carries the database's time as `at`: no reading page asks for it apart."""
        return self.annotate(at=clock.expression())

    def hold(self, pk: int) -> "Consultation":
        """The row under a shared lock: the last day stands still until the transaction ends.

        Shared, so that senders do not queue on it; only moving the last day waits.
        """
        lock = "FOR SHARE" if connection.vendor == "postgresql" else ""
        return self.raw(f"SELECT * FROM remiss_consultation WHERE id = %s {lock}", [pk])[0]

    def current(self):
        """The remiss the short addresses lead to: the newest one that has been published."""
        return self.published().with_clock().order_by("-opens_on", "-pk").first()


class Consultation(models.Model):
    """A remiss. `opens_on` and `last_day` are Swedish calendar days, both included."""

    at: datetime  # the database's time, on rows asked for with_clock()

    slug = models.SlugField(_("adressnamn"), unique=True, max_length=80)
    title = models.CharField(_("rubrik"), max_length=200)
    opens_on = models.DateField(_("öppnar"))
    last_day = models.DateField(_("sista svarsdag"))
    is_published = models.BooleanField(_("syns på webbplatsen"), default=False)
    registry_number = models.CharField(_("diarienummer"), max_length=60, blank=True)
    controller = models.CharField(
        _("personuppgiftsansvarig"), max_length=120, default="Kommunstyrelsen i Malmö"
    )
    shows_invited = models.BooleanField(
        _("visa sändlistan på webbplatsen"),
        default=False,
        help_text=_("Namnen på de inbjudna, aldrig deras adresser."),
    )
    suggests_themes = models.BooleanField(
        _("föreslå teman"),
        default=True,
        help_text=_("Ord i stycken som redan är placerade ger förslag. Inget lämnar portalen."),
    )
    contact_email = models.EmailField(_("samordnarnas e-post"))
    contact_phone = models.CharField(_("samordnarnas telefon"), max_length=40, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("remiss")
        verbose_name_plural = _("remisser")
        permissions = [("move_last_day", "Kan flytta sista svarsdag")]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("last_day")),
                name="consultation_opens_before_it_closes",
                violation_error_message=_("Remissen måste öppna före sista svarsdagen."),
            )
        ]

    def __str__(self):
        return self.title

    def is_open(self, at: datetime) -> bool:
        return self.is_published and self.timing(at).is_open

    def timing(self, at: datetime, own_last_day: date | None = None) -> Timing:
        """How the remiss stands at `at`; with an own last day, how it stands for that holder."""
        last_day = max(self.last_day, own_last_day) if own_last_day else self.last_day
        return Timing(self.opens_on, last_day, timezone.localdate(at))

    def is_open_for(self, at: datetime, *own_last_days: date | None) -> bool:
        """The one gate for starting and sending: the latest of all days that apply (decision 8)."""
        latest = max((day for day in own_last_days if day), default=None)
        return self.is_published and self.timing(at, latest).is_open

    def kept_until(self, own_last_day: date | None = None) -> date:
        """The day an unsent draft is deleted: 30 days after its own last day."""
        return max(self.last_day, own_last_day or self.last_day) + KEPT_FOR


class PlanVersion(models.Model):
    """The plan as sent out. Frozen from the day the remiss opens, but for a noted correction."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="versions", verbose_name=_("remiss")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    vision = models.CharField(_("vision"), max_length=200)
    aims = models.TextField(_("mål"), help_text=_("Ett mål per rad."))
    lead = models.TextField(_("ingress"))
    forum = models.TextField(_("vad planen ska bli"), blank=True)
    background = models.TextField(_("bakgrund"), blank=True, help_text=_("Markdown."))
    asked = models.TextField(_("vilka som har fått planen"), blank=True, help_text=_("Markdown."))
    coordinators = models.TextField(_("två samordnare"), blank=True, help_text=_("Markdown."))
    background_html = models.TextField(editable=False, blank=True)
    asked_html = models.TextField(editable=False, blank=True)
    coordinators_html = models.TextField(editable=False, blank=True)
    is_example = models.BooleanField(
        _("exempeltext"), default=False, help_text=_("Byt mot den beslutade planens text.")
    )

    class Meta:
        verbose_name = _("planversion")
        verbose_name_plural = _("planversioner")
        ordering = ["consultation", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "number"],
                name="planversion_number_is_unique_in_its_consultation",
                violation_error_message=_("Det finns redan en version med det numret."),
            )
        ]

    def __str__(self):
        return f"{self.consultation}, version {self.number}"

    def save(self, **kwargs):
        for field in ("background", "asked", "coordinators"):
            setattr(self, f"{field}_html", to_html(getattr(self, field)))
        super().save(**kwargs)

    @property
    def aims_list(self) -> list[str]:
        return [line.strip() for line in self.aims.splitlines() if line.strip()]

    def is_frozen(self, at: datetime) -> bool:
        return self.consultation.timing(at).phase != "before"


class PriorityArea(models.Model):
    """A prioriterat område. `key` is the same through all versions, the heading may change."""

    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="areas", verbose_name=_("planversion")
    )
    key = models.SlugField(_("nyckel"), max_length=60)
    number = models.PositiveSmallIntegerField(_("nummer"))
    slug = models.SlugField(_("adressnamn"), max_length=80)
    heading = models.CharField(_("rubrik"), max_length=120)
    summary = models.TextField(_("text på startsidan"))
    lead = models.TextField(_("ingress"))
    proposals = models.TextField(_("det här föreslår planen"), help_text=_("Markdown."))
    reasons = models.TextField(_("därför behövs samverkan"), help_text=_("Markdown."))
    proposals_html = models.TextField(editable=False, blank=True)
    reasons_html = models.TextField(editable=False, blank=True)
    is_example = models.BooleanField(
        _("exempeltext"), default=False, help_text=_("Byt mot den beslutade planens text.")
    )

    class Meta:
        verbose_name = _("prioriterat område")
        verbose_name_plural = _("prioriterade områden")
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", field],
                name=f"priorityarea_{field}_is_unique_in_its_version",
                violation_error_message=_("Två områden i samma version kan inte ha samma värde."),
            )
            for field in ("key", "number", "slug")
        ]

    def __str__(self):
        return f"{self.number}. {self.heading}"

    def save(self, **kwargs):
        self.proposals_html = to_html(self.proposals)
        self.reasons_html = to_html(self.reasons)
        super().save(**kwargs)

    @property
    def bond(self) -> int:
        """Which of the four brick patterns is drawn for the area."""
        return (self.number - 1) % 4 + 1


class Question(models.Model):
    """A question about each area, or about the whole plan. Every text sent in answers one."""

    class Scope(models.TextChoices):
        AREA = "area", _("varje område")
        WHOLE = "whole", _("hela planen")

    class Kind(models.TextChoices):
        PROSE = "prose", _("text")
        LIST = "list", _("en uppgift per rad")

    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="questions", verbose_name=_("planversion")
    )
    key = models.SlugField(_("nyckel"), max_length=40)
    number = models.PositiveSmallIntegerField(_("nummer"))
    scope = models.CharField(_("gäller"), max_length=5, choices=Scope)
    kind = models.CharField(_("form"), max_length=5, choices=Kind, default=Kind.PROSE)
    label = models.CharField(_("fråga"), max_length=200)
    hint = models.CharField(_("hjälptext"), max_length=300, blank=True)
    is_example = models.BooleanField(_("exempeltext"), default=False)

    class Meta:
        verbose_name = _("fråga")
        verbose_name_plural = _("frågor")
        ordering = ["version", "scope", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"],
                name="question_key_is_unique_in_its_version",
                violation_error_message=_("Två frågor i samma version kan inte ha samma nyckel."),
            )
        ]

    def __str__(self):
        return self.label


class AreaHint(models.Model):
    """The help text of a question in one area, where it differs from the question's own."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="area_hints")
    area = models.ForeignKey(PriorityArea, models.CASCADE, related_name="hints")
    text = models.CharField(_("hjälptext"), max_length=300)

    class Meta:
        verbose_name = _("hjälptext för ett område")
        verbose_name_plural = _("hjälptexter för områden")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "area"], name="areahint_is_one_a_question_and_area"
            )
        ]

    def __str__(self):
        return self.text

    def clean(self):
        if self.question_id and self.area_id and self.question.version_id != self.area.version_id:
            raise ValidationError(_("Frågan och området hör till olika versioner av planen."))


class Correction(models.Model):
    """A rättelse made in a frozen plan: shown as a notice on the plan's page (decision 1)."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="corrections")
    at = models.DateTimeField(_("när"))
    note = models.CharField(_("vad som har rättats"), max_length=300)

    class Meta:
        verbose_name = _("rättelse")
        verbose_name_plural = _("rättelser")
        ordering = ["-at"]

    def __str__(self):
        return self.note
