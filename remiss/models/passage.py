"""What the coordinators make of the answers: passages, the themes they are placed under, and steps
that can be undone. The words themselves are never touched (decision 21)."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from remiss.models.plan import Consultation
from remiss.models.response import Answer, Response
from remiss.models.secrecy import HidingQuerySet
from remiss.text import letters, name_key

WHOLE = ""  # the area key of what is about the whole plan


class Theme(models.Model):
    """What several passages are about, in one area or (`area_key` empty) in the whole plan."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="themes", verbose_name=_("remiss")
    )
    area_key = models.CharField(_("område"), max_length=60, blank=True)
    name = models.CharField(_("tema"), max_length=120)
    name_key = models.CharField(max_length=130, editable=False)
    place = models.PositiveIntegerField(_("ordning"), default=0)
    version = models.PositiveIntegerField(default=0, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("tema")
        verbose_name_plural = _("teman")
        default_permissions = ("view",)
        permissions = [("place_passage", "Kan placera stycken under teman")]
        ordering = ["area_key", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "area_key", "name_key"],
                condition=Q(merged_into=None),
                name="theme_name_is_unique_in_its_area",
                violation_error_message=_("Det finns redan ett tema med det namnet i området."),
            )
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        self.name_key = name_key(self.name)
        super().save(**kwargs)


class PassageQuerySet(HidingQuerySet):
    answer_path = "answer__submission__response"

    def current(self):
        """Of answers that count, in the version that counts (decision 20)."""
        return self.filter(
            answer__submission__in=Response.objects.current().order_by().values("latest")
        )

    def with_cover(self):
        """Each row carries whether somebody has dealt with it as `is_covered`."""
        placed = Exists(Placement.objects.filter(passage=OuterRef("pk")))
        return self.annotate(is_placed=placed).annotate(is_covered=placed | ~Q(no_action=""))

    def covered(self):
        return self.with_cover().filter(is_covered=True)

    def left(self):
        """To be placed: neither under a theme nor marked as needing nothing."""
        return self.with_cover().filter(is_covered=False)

    def in_area(self, key: str):
        """Of one area, by its key through all versions of the plan, or of the whole plan."""
        return self.filter(answer__area__key=key) if key else self.filter(answer__area=None)

    def in_order(self):
        return self.order_by("answer__area__number", "answer__question__number", "start")

    def numbered(self):
        """Each row carries what its label is made of."""
        same = Passage.objects.filter(answer=OuterRef("answer"), number=OuterRef("number"))
        upto = same.filter(start__lte=OuterRef("start"))
        counts = [
            Subquery(rows.order_by().values("number").annotate(n=Count("pk")).values("n"))
            for rows in (same, upto)
        ]
        return self.select_related("answer__area").annotate(
            sharing_number=counts[0], place_in_number=counts[1]
        )


class Passage(models.Model):
    """A span of an answer's text, in characters. `number` counts within the area of its submission
    and is shared by those that were split out of one another: 3.2a and 3.2b.

    `version` rises with everything that is done to it, so that two at once notice each other.
    """

    is_placed: bool  # on rows asked for with_cover()
    is_covered: bool
    sharing_number: int  # on rows asked for as numbered()
    place_in_number: int

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=0)
    no_action = models.CharField(_("kräver ingen åtgärd"), max_length=300, blank=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["answer", "start"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "start"], name="passage_start_is_unique"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="passage_is_not_empty"),
        ]

    def __str__(self):
        return f"{self.answer_id}:{self.start}"

    @property
    def text(self) -> str:
        return self.answer.text[self.start : self.end]

    @property
    def label(self) -> str:
        """ "3.2", "3.2a" where several share the number, and "H.1" about the whole plan."""
        area = self.answer.area
        letter = letters(self.place_in_number) if self.sharing_number > 1 else ""
        return f"{area.number if area else 'H'}.{self.number}{letter}"


class Placement(models.Model):
    """A passage stands under a theme; it may stand under several."""

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="placements")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="placements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "theme"], name="placement_is_one_a_passage_and_theme"
            )
        ]

    def __str__(self):
        return str(self.passage_id)


class ReviewStep(models.Model):
    """One thing done to passages or themes, with how they stood before and after it.

    `before` and `after` are what remiss.workflow.reviewing.state() gives; a step is undone only
    while everything still stands as it left it.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    said = models.CharField(max_length=200)
    before = models.JSONField()
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    left_behind_at = models.DateTimeField(null=True)  # could not be undone: what is before it can

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self):
        return self.said

    @property
    def touched(self) -> list[int]:
        """The keys of the passages that stand differently before and after."""
        changed = self.changed
        return [row[0] for row in self.before["passages"] if row[0] in changed]

    @property
    def changed(self) -> set[int]:
        """As `touched`, with those that were not there before."""
        before, after = (
            {row[0]: row for row in side["passages"]} for side in (self.before, self.after)
        )
        return {pk for pk in before | after if before.get(pk) != after.get(pk)}
