"""The texts of letters to bodies: what may stand in them and what has to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CleanTextField, NameField, SeenField
from remiss.models import LetterText
from remiss.text import LINE_BREAKS, NOTICE_LENGTH, placeholders

LONGEST_SUBJECT = 150  # characters
# The följebrev is a page for everybody: nothing in it is about one body.
OF_ONE_BODY = (placeholders.LINK, placeholders.ORGANISATION, placeholders.DAYS_LEFT)
TOO_LONG = _("Texten får vara högst 10\u00a0000 tecken.")


class SubjectField(NameField):
    """One line: a line break would begin another header (fault X7)."""

    def to_python(self, value):
        if len(LINE_BREAKS.sub("\n", value or "").strip().split("\n")) > 1:
            raise forms.ValidationError(_("Ämnet ska stå på en rad."))
        return super().to_python(value)


class LetterTextForm(forms.Form):
    subject = SubjectField(
        label=_("Ämne"),
        missing=_("Skriv ämnet."),
        max_length=LONGEST_SUBJECT,
        too_long=_("Ämnet kan ha högst 150 tecken."),
    )
    body = CleanTextField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 16}), too_long=TOO_LONG
    )
    seen = SeenField()

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        if self.is_page:
            self.fields["subject"].label = _("Rubrik")
            self.fields["subject"].required = False

    @staticmethod
    def placeholders(kind: str) -> list[str]:
        """The words in braces that may stand in a text of the kind."""
        of_one = OF_ONE_BODY if kind == LetterText.Kind.MISSIVE else ()
        return [name for name in placeholders.PLACEHOLDERS if name not in of_one]

    @property
    def is_page(self) -> bool:
        return self.kind == LetterText.Kind.MISSIVE

    def clean_subject(self):
        subject = self.cleaned_data["subject"]
        if placeholders.holds(subject, placeholders.LINK):
            raise forms.ValidationError(
                _("Länken får inte stå här, där den syns för fler. Skriv {länk} i texten.")
            )
        self._refuse_unknown(subject)
        return subject

    def clean_body(self):
        body = self.cleaned_data["body"]
        if len(body) > NOTICE_LENGTH:
            raise forms.ValidationError(TOO_LONG)
        self._refuse_unknown(body)
        if not self.is_page:
            if not body:
                raise forms.ValidationError(_("Skriv texten."))
            if not placeholders.holds(body, placeholders.LINK):
                raise forms.ValidationError(
                    _("Skriv {länk} där organisationens personliga länk ska stå.")
                )
        return body

    def _refuse_unknown(self, text: str) -> None:
        known = self.placeholders(self.kind)
        if unknown := placeholders.unknown(text, known):
            raise forms.ValidationError(
                _("%(unknown)s går inte att fylla i. Det som finns är %(known)s."),
                params={
                    "unknown": ", ".join(dict.fromkeys(unknown)),
                    "known": ", ".join(f"{{{name}}}" for name in known),
                },
            )

    def show_other(self, theirs):
        """Beside what was written, what somebody else has saved; saving again is on top of it."""
        for name in ("subject", "body"):
            self.fields[name].other_text = getattr(theirs, name)
        self.data = self.data.copy()
        self.data["seen"] = str(theirs.number)
