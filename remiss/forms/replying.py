"""Forms about replies: input → cleaned values. They save nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CleanTextField, SeenField
from remiss.forms.staff import ShortTextField
from remiss.models import Outcome, ReplyRevision
from remiss.models.reply import contradictions

TOO_LONG = _("Texten får vara högst 100\u00a0000 tecken.")
UNDECIDED = ("", _("Inte bestämt än"))


class ReplyTextField(CleanTextField):
    big = False


class ReplyForm(forms.Form):
    """The reply to one answer. A draft says something; what is handed over lacks nothing."""

    text = ReplyTextField(
        label=_("Återkoppling"),
        help_text=_("Svaret till dem som har skrivit. Publiceras när båda sidor har godkänt."),
        too_long=TOO_LONG,
    )
    seen = SeenField()
    missing = {"text": _("Skriv återkopplingen innan du lämnar över.")}

    def __init__(self, *args, hands_over: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.hands_over = hands_over

    @classmethod
    def of(cls, revision: ReplyRevision | None) -> "ReplyForm":
        """Filled in with a revision, or empty."""
        if revision is None:
            return cls(initial={"seen": 0})
        words = {name: getattr(revision, name) for name in cls.base_fields if name != "seen"}
        return cls(initial=words | {"seen": revision.number})

    def clean(self):
        cleaned = super().clean()
        for name, words in self.missing.items() if self.hands_over else ():
            if cleaned.get(name) == "":
                self.add_error(name, words)
        if not self.hands_over and not self.errors and not any(self.words().values()):
            self.add_error("text", _("Skriv något innan du sparar."))
        return cleaned

    def words(self) -> dict[str, str]:
        return {name: text for name, text in self.cleaned_data.items() if name != "seen"}

    def show_other(self, theirs: ReplyRevision) -> None:
        """Beside what was written, what somebody else has saved; saving again is on top of it."""
        for name, field in self.fields.items():
            if name != "seen":
                field.other_text = getattr(theirs, name)  # type: ignore[attr-defined]
        if "outcome" in self.fields:
            self.fields["outcome"].other_text = theirs.get_outcome_display() or UNDECIDED[1]  # type: ignore[attr-defined]
        self.data = self.data.dict() | {"seen": str(theirs.number)}  # type: ignore[attr-defined]


class ThemeReplyForm(ReplyForm):
    outcome = forms.ChoiceField(
        label=_("Besked"),
        choices=[*Outcome.choices, UNDECIDED],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Välj ett av beskeden i listan.")},
    )
    said = ShortTextField(
        label=_("Det sa svaren"), help_text=_("Kort, med era ord."), too_long=TOO_LONG
    )
    before = ShortTextField(
        label=_("Så stod det i planen"),
        help_text=_("Om planen ändras. Lämna tomt om texten är ny, eller om inget ändras."),
        too_long=TOO_LONG,
    )
    after = ShortTextField(label=_("Så står det nu"), too_long=TOO_LONG)
    missing = {"outcome": _("Välj ett besked innan du lämnar över."), **ReplyForm.missing}

    def clean(self):
        cleaned = super().clean()
        change = {name: cleaned.get(name, "") for name in ("outcome", "before", "after")}
        for name, words in contradictions(**change).items() if self.hands_over else ():
            self.add_error(name, words)
        return cleaned

    field_order = ["said", "outcome", "text", "before", "after", "seen"]


class SendBackForm(forms.Form):
    comment = ShortTextField(
        label=_("Vad behöver ändras?"),
        help_text=_("Den som har skrivit läser det här. Publiceras inte."),
        too_long=TOO_LONG,
    )

    def clean_comment(self):
        if not self.cleaned_data["comment"]:
            raise forms.ValidationError(_("Skriv vad som behöver ändras."))
        return self.cleaned_data["comment"]
