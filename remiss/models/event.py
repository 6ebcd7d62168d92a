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
    EXPORTED = "exported", _("tog ut uppgifter som fil")
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
    CHANGED_MIND = "changed_mind", _("tog tillbaka sitt avstående")
    TIED = "tied", _("räknade svaret för")
    UNTIED = "untied", _("räknar inte längre svaret för")
    REVOKED = "revoked", _("bytte ut länken")
    RESENT = "resent", _("skickade inbjudan igen")
    BOUNCED = "bounced", _("fick mejlet tillbaka")
    PLACED = "placed", _("placerade ett stycke")
    NO_ACTION = "no_action", _("satte att ett stycke inte kräver någon åtgärd")
    DIVIDED = "divided", _("ändrade styckena")
    CHANGED_THEME = "changed_theme", _("ändrade teman")
    HANDLED_FILES = "handled_files", _("satte att bilagorna är hanterade")
    UNDID_STEP = "undid_step", _("ångrade")
    WROTE_NOTE = "wrote_note", _("skrev en anteckning")
    TRANSCRIBED = "transcribed", _("skrev av en fil")
    TRANSLATED = "translated", _("skrev en översättning")
    SHARED_AREAS = "shared_areas", _("fördelade områdena")
    JOINED_ACTORS = "joined_actors", _("ändrade listan över aktörer")
    DISCLOSED = "disclosed", _("lämnade ut handlingar")
    NOTED = "noted", _("noterade en kontakt")
    ADDED_FACTOR = "added_factor", _("lade till ett sätt att logga in")
    REMOVED_FACTOR = "removed_factor", _("tog bort ett sätt att logga in")
    NEW_CODES = "new_codes", _("gjorde nya reservkoder")
    CHANGED_PASSWORD = "changed_password", _("bytte lösenord")
    RESET_FACTOR = "reset_factor", _("nollställde andra faktorn")
    MANY_FAILURES = "many_failures", _("märkte många misslyckade inloggningar")
    MASKED = "masked", _("dolde ord i det som är offentligt")
    UNMASKED = "unmasked", _("tog bort en maskning")
    LET_STAND = "let_stand", _("lät möjliga personuppgifter stå")
    ASKED_AGAIN = "asked_again", _("ångrade att möjliga personuppgifter får stå")
    WROTE_TO = "wrote_to", _("skrev till den som svarat")
    STOPPED_LETTER = "stopped_letter", _("stoppade ett brev")
    CORRECTED_NAME = "corrected_name", _("rättade namnet")
    ERASED = "erased", _("raderade kontaktuppgifter")
    SEARCHED_PERSON = "searched_person", _("sökte efter en persons uppgifter")
    TOOK_EXTRACT = "took_extract", _("hämtade ett registerutdrag")
    DISPOSED = "disposed", _("gallrade svaret")
    WROTE_REPLY = "wrote_reply", _("skrev återkoppling")
    HANDED_OVER = "handed_over", _("lämnade över återkoppling")
    APPROVED = "approved", _("godkände återkoppling")
    SENT_BACK = "sent_back", _("skickade tillbaka återkoppling")
    CHANGED_PLAN = "changed_plan", _("ändrade planen")
    CHANGED_SETTINGS = "changed_settings", _("ändrade remissens inställningar")
    CHOSE_NOTICE = "chose_notice", _("valde mejl om nya svar")
    MADE_ACCOUNT = "made_account", _("skapade ett konto")
    CHANGED_ACCOUNT = "changed_account", _("ändrade uppgifter i ett konto")
    CHANGED_GROUP = "changed_group", _("ändrade gruppen för ett konto")
    CLOSED_ACCOUNT = "closed_account", _("stängde av ett konto")
    REOPENED_ACCOUNT = "reopened_account", _("öppnade ett konto igen")
    SET_PASSWORD = "set_password", _("satte nytt lösenord för ett konto")
    LOGGED_IN = "logged_in", _("loggade in")
    LOGGED_OUT = "logged_out", _("loggade ut")
    FAILED_LOGIN = "failed_login", _("misslyckades med att logga in")
    LOCKED_OUT = "locked_out", _("stängdes ute efter för många försök")
    MARKED_SECRET = "marked_secret", _("sekretessmarkerade")
    TRIED_SECRET = "tried_secret", _("prövade sekretessmarkeringen")
    FOUND_MALWARE = "found_malware", _("hittade skadlig kod i en bilaga")


class Concern(models.TextChoices):
    """What kind of thing an event is about. Each verb is of one kind."""

    ANSWERS = "svar", _("Svar")
    HANDED_OUT = "uppgifter", _("Diarium, kontaktuppgifter och filer")
    REVIEW = "genomgang", _("Genomgång av svaren")
    INVITED = "inbjudna", _("Remissinstanser och brev")
    SETTINGS = "installningar", _("Planen och inställningar")
    ACCOUNTS = "konton", _("Konton")
    LOGINS = "inloggning", _("Inloggning")


VERBS: dict[Concern, tuple[Verb, ...]] = {
    Concern.ANSWERS: (
        Verb.SUBMITTED,
        Verb.WITHDREW,
        Verb.RESTORED,
        Verb.RECORDED,
        Verb.SET_ASIDE,
        Verb.TOOK_BACK,
        Verb.CHANGED_EMAIL,
        Verb.TIED,
        Verb.UNTIED,
        Verb.GRANTED,
        Verb.DECLINED,
        Verb.MARKED_SECRET,
        Verb.TRIED_SECRET,
        Verb.WROTE_TO,
        Verb.STOPPED_LETTER,
        Verb.CORRECTED_NAME,
        Verb.FOUND_MALWARE,
    ),
    Concern.HANDED_OUT: (
        Verb.REGISTERED,
        Verb.READ_CONTACT,
        Verb.EXPORTED,
        Verb.DISCLOSED,
        Verb.SEARCHED_PERSON,
        Verb.TOOK_EXTRACT,
        Verb.ERASED,
        Verb.DISPOSED,
    ),
    Concern.REVIEW: (
        Verb.PLACED,
        Verb.NO_ACTION,
        Verb.DIVIDED,
        Verb.CHANGED_THEME,
        Verb.HANDLED_FILES,
        Verb.UNDID_STEP,
        Verb.WROTE_NOTE,
        Verb.TRANSCRIBED,
        Verb.TRANSLATED,
        Verb.SHARED_AREAS,
        Verb.JOINED_ACTORS,
        Verb.WROTE_REPLY,
        Verb.HANDED_OVER,
        Verb.APPROVED,
        Verb.SENT_BACK,
        Verb.MASKED,
        Verb.UNMASKED,
        Verb.LET_STAND,
        Verb.ASKED_AGAIN,
    ),
    Concern.INVITED: (
        Verb.IMPORTED,
        Verb.CHANGED_BODY,
        Verb.MERGED,
        Verb.INVITED,
        Verb.REMINDED,
        Verb.UNDID,
        Verb.OPENED,
        Verb.BEGAN,
        Verb.ABSTAINED,
        Verb.CHANGED_MIND,
        Verb.REVOKED,
        Verb.RESENT,
        Verb.BOUNCED,
        Verb.NOTED,
    ),
    Concern.SETTINGS: (
        Verb.MOVED_LAST_DAY,
        Verb.CORRECTED,
        Verb.CHANGED_PLAN,
        Verb.CHANGED_SETTINGS,
        Verb.WROTE_TEXT,
        Verb.CHOSE_NOTICE,
    ),
    Concern.ACCOUNTS: (
        Verb.MADE_ACCOUNT,
        Verb.CHANGED_ACCOUNT,
        Verb.CHANGED_GROUP,
        Verb.CLOSED_ACCOUNT,
        Verb.REOPENED_ACCOUNT,
        Verb.SET_PASSWORD,
        Verb.CHANGED_PASSWORD,
        Verb.ADDED_FACTOR,
        Verb.REMOVED_FACTOR,
        Verb.NEW_CODES,
        Verb.RESET_FACTOR,
    ),
    Concern.LOGINS: (
        Verb.LOGGED_IN,
        Verb.LOGGED_OUT,
        Verb.FAILED_LOGIN,
        Verb.LOCKED_OUT,
        Verb.MANY_FAILURES,
    ),
}


class Disclosure(models.TextChoices):
    """How a request for a handling was met (TF 2 kap., OSL 6 kap.)."""

    WHOLE = "whole", _("Lämnades ut utan maskning")
    MASKED = "masked", _("Lämnades ut med maskning")
    REFUSED = "refused", _("Lämnades inte ut")

    @property
    def needs_note(self) -> bool:
        return self != Disclosure.WHOLE


def _name(user) -> str:
    return user.get_full_name() or user.username


LONGEST_NOTE = 500  # characters


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

    def note(self, verb: str, response: Response, note: str = "", *, at, by=None, **about):
        """Write what was done with an answer, by nobody when it was done by the link; more words
        than the column holds are cut. The Event."""
        return self.create(
            at=at,
            actor=by,
            verb=verb,
            consultation_id=response.consultation_id,
            response=response,
            note=note[:LONGEST_NOTE],
            **about,
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
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("konto"),
    )
    note = models.CharField(_("anteckning"), max_length=LONGEST_NOTE, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("händelse")
        verbose_name_plural = _("händelser")
        default_permissions = ("view",)
        permissions = [("view_account_event", "Kan läsa loggen över konton och inställningar")]
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at", "id"], name="event_at"),
            models.Index(fields=["actor", "at"], name="event_actor_at"),
            models.Index(fields=["verb", "at"], name="event_verb_at"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_verb_display()}"

    @property
    def account_name(self) -> str:
        return _name(self.account) if self.account else ""

    @property
    def actor_name(self) -> str:
        if self.actor:
            return _name(self.actor)
        if self.verb in {Verb.BOUNCED, Verb.MANY_FAILURES, Verb.FOUND_MALWARE}:
            return "Portalen"
        if self.verb in VERBS[Concern.LOGINS]:
            return "Ingen som är inloggad"
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
