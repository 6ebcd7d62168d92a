"""The log, and the counters behind the limits."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from remiss.models.body import Body
from remiss.models.extension import ExtensionRequest
from remiss.models.plan import Consultation
from remiss.models.response import Response
from remiss.models.secrecy import HidingQuerySet, SecrecyMark, sees_secret


class Verb(models.TextChoices):
    """What was done. One row is written inside each workflow verb (decision 26)."""

    SUBMITTED = "submitted", _("skickade in svaret")
    WITHDREW = "withdrew", _("tog tillbaka svaret")
    RESTORED = "restored", _("ångrade återtagandet")
    RECORDED = "recorded", _("registrerade ett svar som kom på annat sätt")
    REGISTERED = "registered", _("skrev in diarienummer")
    SET_ASIDE = "set_aside", _("lade svaret åt sidan")
    TOOK_BACK = "took_back", _("tog tillbaka svaret bland de andra")
    READ_CONTACT = "read_contact", _("läste kontaktuppgifter")
    EXPORTED = "exported", _("exporterade svar")
    MOVED_LAST_DAY = "moved_last_day", _("flyttade sista svarsdagen")
    CORRECTED = "corrected", _("rättade planen")
    CHANGED_EMAIL = "changed_email", _("bytte e-postadress")
    GRANTED = "granted", _("gav längre tid")
    DECLINED = "declined", _("gav inte längre tid")
    IMPORTED = "imported", _("läste in remissinstanser")
    CHANGED_BODY = "changed_body", _("ändrade remissinstansen")
    MERGED = "merged", _("slog ihop remissinstanser")
    WROTE_TEXT = "wrote_text", _("skrev en brevtext")
    INVITED = "invited", _("bjöd in")
    REMINDED = "reminded", _("påminde")
    UNDID = "undid", _("ångrade utskicket")
    OPENED = "opened", _("öppnade inbjudan")
    BEGAN = "began", _("började svara")
    ABSTAINED = "abstained", _("avstod från att svara")
    CHANGED_MIND = "changed_mind", _("ångrade att avstå")
    TIED = "tied", _("räknade svaret för")
    UNTIED = "untied", _("räknar inte längre svaret för")
    REVOKED = "revoked", _("bytte ut länken")
    RESENT = "resent", _("skickade inbjudan igen")
    BOUNCED = "bounced", _("fick mejlet tillbaka")
    PLACED = "placed", _("placerade ett stycke")
    NO_ACTION = "no_action", _("satte att ett stycke inte kräver någon åtgärd")
    DIVIDED = "divided", _("ändrade styckena")
    CHANGED_THEME = "changed_theme", _("ändrade teman")
    UNDID_STEP = "undid_step", _("ångrade")
    WROTE_NOTE = "wrote_note", _("skrev en anteckning")
    TRANSCRIBED = "transcribed", _("skrev av en fil")
    TRANSLATED = "translated", _("skrev en översättning")
    SHARED_AREAS = "shared_areas", _("fördelade områdena")
    JOINED_ACTORS = "joined_actors", _("ändrade listan över aktörer")
    DISCLOSED = "disclosed", _("lämnade ut handlingar")
    NOTED = "noted", _("noterade en kontakt")
    MARKED_SECRET = "marked_secret", _("sekretessmarkerade")
    TRIED_SECRET = "tried_secret", _("prövade sekretessmarkeringen")


class Disclosure(models.TextChoices):
    """How a request for a handling was met (TF 2 kap., OSL 6 kap.)."""

    WHOLE = "whole", _("Lämnades ut utan maskning")
    MASKED = "masked", _("Lämnades ut med maskning")
    REFUSED = "refused", _("Lämnades inte ut")

    @property
    def needs_note(self) -> bool:
        return self != Disclosure.WHOLE


class EventQuerySet(HidingQuerySet):
    def visible_to(self, viewer):
        """Two lines name what stands in an answer without being about it: more time may be given
        before it is sent in, and actors are joined by their names, which are hidden while an
        answer to the same remiss is."""
        visible = super().visible_to(viewer)
        if sees_secret(viewer):
            return visible
        marks = SecrecyMark.objects.standing()
        named = marks.filter(response__consultation=OuterRef("consultation"))
        asked = ExtensionRequest.objects.hidden_from(viewer).filter(decided_at=OuterRef("at"))
        decided = Q(verb__in=[Verb.GRANTED, Verb.DECLINED])
        return visible.filter(
            ~(Q(verb=Verb.JOINED_ACTORS) & Exists(named)), ~(decided & Exists(asked))
        )


class Event(models.Model):
    """Who did what, when, to what. Append-only: triggers refuse any change."""

    at = models.DateTimeField(_("när"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("av"),
    )
    verb = models.CharField(_("vad"), max_length=20, choices=Verb)
    consultation = models.ForeignKey(Consultation, models.PROTECT, null=True, related_name="+")
    response = models.ForeignKey(
        Response, models.PROTECT, null=True, related_name="events", verbose_name=_("svar")
    )
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, related_name="events", verbose_name=_("remissinstans")
    )
    note = models.CharField(_("anteckning"), max_length=500, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("händelse")
        verbose_name_plural = _("händelser")
        default_permissions = ("view",)
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display()}"

    @property
    def actor_name(self) -> str:
        if self.actor:
            return self.actor.get_full_name() or self.actor.username
        if self.verb == Verb.BOUNCED:
            return "Portalen"
        return "Remissinstansen" if self.body_id else "Den som svarat"


class Throttle(models.Model):
    """Hits in one window of one limit. The key is a digest: no address is stored in clear."""

    key = models.CharField(max_length=64)
    window = models.PositiveBigIntegerField()
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="throttle_is_unique")]

    def __str__(self):
        return self.key[:8]
