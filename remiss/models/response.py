"""What has been received. Submissions never change; what may change stands beside them."""

import hashlib
import json
import secrets
from datetime import datetime, time

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from remiss.models.plan import Consultation, PlanVersion, PriorityArea, Question
from remiss.models.secrecy import HidingFilesQuerySet, HidingQuerySet, sees_secret
from remiss.swedish import swedish_day_time

RECORDED = "recorded:"  # how the submit_key begins of what staff have registered
NOON = time(12)
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPRSTUVWXYZ"


def new_reference() -> str:
    return "MA-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _unused in range(4))


class Kind(models.TextChoices):
    """Who answers: one vocabulary for respondents and invited bodies (decision 3)."""

    ASSOCIATION = "association", _("Förening")
    UMBRELLA = "umbrella_organisation", _("Paraplyorganisation")
    OTHER_CIVIL = "other_civil_society", _("Annan idéburen organisation")
    BOARD = "board", _("Nämnd")
    DEPARTMENT = "department", _("Förvaltning")
    COMPANY = "municipal_company", _("Kommunalt bolag")
    COUNCIL = "advisory_council", _("Råd")
    OTHER_BODY = "other_body", _("Annan myndighet eller organisation")
    PRIVATE = "private_person", _("Privatperson")


MUNICIPAL = {Kind.BOARD, Kind.DEPARTMENT, Kind.COMPANY, Kind.COUNCIL}


class Position(models.TextChoices):
    """Ställningstagande (decision 4). No row at all is "Ingen markering"."""

    SUPPORTS = "supports", _("Tillstyrker")
    WITH_CONDITIONS = "supports_with_conditions", _("Tillstyrker med förbehåll")
    NO_OBJECTION = "no_objection", _("Har inget att invända")
    OPPOSES = "opposes", _("Avstyrker")
    ABSTAINS = "abstains", _("Avstår från att yttra sig")
    NO_POSITION = "no_position", _("Lämnar bara synpunkter")


class Channel(models.TextChoices):
    PORTAL = "portal", _("Webbplatsen")
    EMAIL = "email", _("E-post")
    POST = "post", _("Brev")
    MEETING = "meeting", _("Möte")
    PHONE = "phone", _("Telefon")


class FileKind(models.TextChoices):
    """What a file is in the matter (ux.md section 6)."""

    STATEMENT = "statement", _("Yttrande")
    MEMO = "memo", _("Tjänsteskrivelse")
    MINUTES = "minutes", _("Protokollsutdrag")
    DISSENT = "dissent", _("Särskilt yttrande")
    OTHER = "other", _("Annan bilaga")


class Prepared(models.TextChoices):
    """How an organisation arrived at its answer."""

    BOARD = "board", _("Styrelsen")
    ANNUAL_MEETING = "annual_meeting", _("Årsmötet")
    MEMBERS_MEETING = "members_meeting", _("Ett medlemsmöte")
    SURVEY = "survey", _("En enkät till medlemmarna")


class DecidedBy(models.TextChoices):
    """Who has decided on a municipal answer. EXPECTED: nobody yet, the answer is preliminary."""

    BOARD = "board", _("Nämnden")
    DEPARTMENT = "department", _("Förvaltningen")
    DELEGATION = "delegation", _("Beslut på delegation")
    EXPECTED = "expected", _("Beslut väntas, svaret är preliminärt")


class SetAside(models.TextChoices):
    """Why an answer does not count (decision 20). Reversible, and the answer is kept."""

    SUSPECT = "suspect", _("Misstänkt skräp, inte granskat")
    TEST = "test", _("Test")
    SPAM = "spam", _("Skräp")
    DUPLICATE = "duplicate", _("Dubblett")
    WRONG_MATTER = "wrong_matter", _("Hör till ett annat ärende")


def by_name(response: str, submission: str) -> Coalesce:
    """What rows are sorted by to stand in the order of the names they show; both are lookups."""
    corrected = NullIf(f"{response}corrected_sort_key", models.Value(""))
    return Coalesce(corrected, f"{submission}sort_key")


class ResponseQuerySet(HidingQuerySet):
    answer_path = "pk"

    def current(self):
        """What lists, counts and documents mean by "svar" (decision 20)."""
        return self.filter(withdrawn_at=None, set_aside="", latest__isnull=False)

    def with_areas(self):
        """How many areas the latest version says something about, in one query."""
        about = (
            PriorityArea.objects.filter(
                Q(answers__submission=OuterRef("latest"))
                | Q(stances__submission=OuterRef("latest"))
            )
            .order_by()
            .annotate(one=models.Value(1))
            .values("one")
            .annotate(n=models.Count("pk", distinct=True))
            .values("n")
        )
        return self.annotate(area_count=Coalesce(models.Subquery(about), 0))

    def for_reading(self):
        """With everything a list, a document or an export shows, in a fixed number of queries."""
        return self.select_related(
            "consultation", "latest__registration", "latest__plan_version"
        ).prefetch_related("latest__answers__question", "latest__answers__area", "latest__stances")


class Response(models.Model):
    """A remissvar, through all its versions. `latest` is the version that counts."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="responses", verbose_name=_("remiss")
    )
    public_id = models.CharField(max_length=32, unique=True, editable=False)
    link_version = models.PositiveIntegerField(default=1, editable=False)
    reference = models.CharField(_("referens"), max_length=12, unique=True, editable=False)
    channel = models.CharField(_("inkom via"), max_length=7, choices=Channel, editable=False)
    latest = models.ForeignKey(
        "Submission", models.PROTECT, null=True, related_name="+", editable=False
    )
    # The link of an invited body leads here too; which bodies it counts for is CountedFor's to say.
    invitation = models.OneToOneField(
        "remiss.Invitation", models.PROTECT, null=True, related_name="+", editable=False
    )
    own_last_day = models.DateField(_("egen sista svarsdag"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("e-post bekräftad"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("återtaget"), null=True, editable=False)
    # The version whose texts have been looked through for what may point out a person.
    looked_through = models.PositiveIntegerField(default=0, editable=False)
    set_aside = models.CharField(
        _("åsidosatt"), max_length=12, choices=SetAside, blank=True, editable=False
    )
    # The latest NameCorrection, kept here by its verb alone; empty is the name as it was sent in.
    corrected_name = models.CharField(_("rättat namn"), max_length=200, blank=True, editable=False)
    corrected_sort_key = models.CharField(max_length=220, blank=True, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("svar")
        verbose_name_plural = _("svar")
        default_permissions = ("view",)
        permissions = [
            ("record_response", "Kan registrera svar som kommit på annat sätt"),
            ("set_aside_response", "Kan lägga svar åt sidan och ta tillbaka dem"),
            ("register_response", "Kan skriva in diarienummer"),
            ("export_response", "Kan exportera svar"),
        ]

    def __str__(self):
        return self.reference

    @property
    def counts(self) -> bool:
        return not self.withdrawn_at and not self.set_aside

    @property
    def status(self) -> str:
        """The state in words, for lists and headings (ux.md section 3)."""
        if self.set_aside:
            return f"Åsidosatt: {self.get_set_aside_display().lower()}"
        if self.withdrawn_at:
            return "Återtaget"
        sent = "Inskickat efter svarstiden" if self.latest.is_late else "Inskickat"
        if self.latest.is_preliminary:
            sent += ", preliminärt"
        return f"{sent}, version {self.latest.number}" if self.latest.number > 1 else sent

    @property
    def shown_as(self) -> str:
        """The name in lists and headings: corrected where it was wrong."""
        return self.corrected_name or self.latest.sender

    @property
    def email(self) -> str:
        """Where the respondent is reached; empty where there is no address, or no longer."""
        return self.contact.email if hasattr(self, "contact") else ""

    @property
    def has_contact(self) -> bool:
        """Whether there is anything to read about who to ask. Erasing takes the row with it."""
        held = getattr(self, "contact", None)
        return bool(held and (held.name or held.email or held.copy_email))

    @property
    def contact_is_erased(self) -> bool:
        return not hasattr(self, "contact")

    @property
    def email_is_unconfirmed(self) -> bool:
        return self.channel == Channel.PORTAL and self.confirmed_at is None

    @property
    def takes_free_text(self) -> bool:
        """Somebody has shown that they read the address: by its link, or by having written from it
        themselves. What staff took down from paper, by phone or at a meeting shows nothing."""
        return self.confirmed_at is not None or self.channel == Channel.EMAIL

    def may_change(self, at: datetime) -> bool:
        """Ask here before a change or a withdrawal by the respondent."""
        return self.consultation.is_open_for(at, self.own_last_day)


class Contact(models.Model):
    """Who to ask, outside the record and its digest so that it can be erased (decision 18)."""

    response = models.OneToOneField(Response, models.CASCADE, related_name="contact")
    name = models.CharField(_("namn"), max_length=200, blank=True)
    email = models.CharField(_("e-post"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True, db_index=True)
    # Most often the respondent's own registrator, who gets the receipt and no link.
    copy_email = models.CharField(_("kopia av kvittot till"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("kontaktuppgifter")
        verbose_name_plural = _("kontaktuppgifter")
        default_permissions = ("view",)

    def __str__(self):
        return self.response.reference


class SubmissionQuerySet(HidingQuerySet):
    def with_hidden_files(self, viewer):
        """Each row carries how many of its files `viewer` may not see as `hidden_files`."""
        if sees_secret(viewer):
            return self.annotate(hidden_files=models.Value(0))
        marked = Attachment.objects.with_secrecy().filter(is_secret=True, submission=OuterRef("pk"))
        number = marked.order_by().values("submission").annotate(n=models.Count("pk")).values("n")
        return self.annotate(hidden_files=models.functions.Coalesce(models.Subquery(number), 0))

    def with_secrecy(self):
        """Each row carries whether its answer is marked as `is_secret`."""
        return self.annotate(is_secret=self._marked())


class Submission(models.Model):
    """One version of a remissvar as it was received. Immutable: triggers refuse any change."""

    hidden_files: int  # on rows asked for with_hidden_files()
    is_secret: bool  # on rows asked for with_secrecy()

    response = models.ForeignKey(Response, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField(_("version"))
    submit_key = models.CharField(max_length=60, unique=True)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    # Only the day is true of one that was registered without a time: ask has_time.
    received_at = models.DateTimeField(_("inkom"))
    time_is_given = models.BooleanField(null=True)  # null: received before this was kept
    is_late = models.BooleanField(_("inkommen efter svarstiden"), default=False)
    kind = models.CharField(_("vem"), max_length=24, choices=Kind)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    sort_key = models.CharField(max_length=220, db_index=True)
    hide_name = models.BooleanField(_("visas utan namn"), default=False)
    is_preliminary = models.BooleanField(_("preliminärt"), default=False)
    decision_expected_on = models.DateField(_("beslut väntas"), null=True)
    # Who stands behind it: the fields of the record of the same name (docs/digest.md).
    backing = models.JSONField(default=dict)
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    search_text = models.TextField()

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version av ett svar")
        verbose_name_plural = _("versioner av svar")
        default_permissions = ()
        ordering = ["response", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "number"], name="submission_number_is_unique_in_its_response"
            )
        ]
        indexes = [models.Index(fields=["-received_at"], name="submission_newest_first")]

    def __str__(self):
        return f"{self.response}, version {self.number}"

    @property
    def has_time(self) -> bool:
        """Whether it is known when on the day it came in.

        Before that was kept, one that was registered without a time got noon, or the moment of
        registering when that was before noon: it has the fractions of a second that nobody types.
        """
        if self.time_is_given is not None or not self.submit_key.startswith(RECORDED):
            return self.time_is_given is not False
        clock = timezone.localtime(self.received_at).time()
        return clock != NOON and not clock.microsecond

    def received(self, *, this_year: int | None = None) -> str:
        """When it came in, in words: "söndag 12 november 2026 kl. 14.32", or the day alone."""
        return swedish_day_time(self.received_at, this_year=this_year, has_time=self.has_time)

    @property
    def sender(self) -> str:
        """The name as it was sent in: a private person's is contact data, not the record."""
        return self.organisation or self.get_kind_display()

    @property
    def shown_name(self) -> str:
        """The organisation's name, corrected where it was wrong; empty for a private person."""
        return self.response.corrected_name or self.organisation

    @property
    def shown_as(self) -> str:
        """As Response.shown_as, for this version."""
        return self.shown_name or self.get_kind_display()

    @property
    def digest_groups(self) -> str:
        """The first 16 characters of the digest in groups of four, as on the receipt."""
        code = self.sha256[:16].upper()
        return " ".join(code[start : start + 4] for start in range(0, 16, 4))


class Stance(models.Model):
    """The position on one area, or on the whole plan where `area` is empty. Immutable."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="stances")
    area = models.ForeignKey(PriorityArea, models.PROTECT, null=True, related_name="stances")
    value = models.CharField(max_length=24, choices=Position)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["submission", "area"], name="stance_is_one_an_area"),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(area=None),
                name="stance_on_the_whole_plan_is_one",
            ),
        ]

    def __str__(self):
        return str(self.submission_id)


class AnswerQuerySet(HidingQuerySet):
    answer_path = "submission__response"


class Answer(models.Model):
    """One text to one question, in one area or about the whole plan. Immutable."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    area = models.ForeignKey(PriorityArea, models.PROTECT, null=True, related_name="answers")
    text = models.TextField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "question", "area"], name="answer_is_one_a_question"
            ),
            models.UniqueConstraint(
                fields=["submission", "question"],
                condition=Q(area=None),
                name="answer_about_the_whole_plan_is_one",
            ),
        ]

    def __str__(self):
        return str(self.submission_id)


class CoSignatory(models.Model):
    """An organisation that stands behind the answer together with the one that sent it. Immutable.

    `organisation_number` is "802002-4280", or empty.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="cosignatories")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    organisation_number = models.CharField(max_length=11, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["submission", "number"]

    def __str__(self):
        return str(self.submission_id)


class StoredFile(models.Model):
    """What is known of a file. Its bytes lie in the private storage under `path`, a random name."""

    number = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=100, db_index=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=16, choices=FileKind)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    is_searchable = models.BooleanField()

    scan: str = ""  # on files that come from with_scans(), when there is a scanner

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        return self.scan == "waiting"

    @property
    def is_infected(self) -> bool:
        return self.scan == "infected"

    @property
    def lacks_text(self) -> bool:
        """A scan: nothing in it can be searched, or read aloud."""
        return self.media_type == "application/pdf" and not self.is_searchable

    def facts(self) -> dict:
        """Everything but whose it is: a file is sent in, and taken back into a draft, by these."""
        return {
            field.name: getattr(self, field.name)
            for field in StoredFile._meta.local_concrete_fields
        }


class Attachment(StoredFile):
    """A file as it was sent in. Immutable, as are its bytes: `sha256` is of what lies in `path`."""

    is_secret: bool  # on rows asked for with_secrecy()

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="attachments")

    objects = HidingFilesQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["submission", "number"]

    def __str__(self):
        return str(self.submission_id)


class Registration(models.Model):
    """The diarienummer of one version, written by the registrator (OSL 5 kap. 1 §)."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="registration")
    registry_number = models.CharField(_("diarienummer"), max_length=60)
    registered_on = models.DateField(_("diariefört den"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av")
    )

    class Meta:
        verbose_name = _("diarieföring")
        verbose_name_plural = _("diarieföringar")
        default_permissions = ()

    def __str__(self):
        return self.registry_number


def canonical_json(record: dict) -> str:
    """The record as one string: UTF-8, sorted keys, no spaces. docs/digest.md lists the fields."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(canonical: str) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal characters."""
    return hashlib.sha256(canonical.encode()).hexdigest()
