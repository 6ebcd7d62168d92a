"""Forms on our own pages of the workbench: input → cleaned values. They save nothing."""

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CleanTextField, DayField, NameField
from remiss.models import Coordinator, Disclosure, SetAside, Submission, Tell
from remiss.swedish import swedish_day

FARTHEST = timedelta(days=2 * 366)
LONGEST_PERIOD = timedelta(days=366)
MOST_NOTED = 400  # characters about an utlämnande
EARLIEST_YEAR = 2000  # before it a date is a slip of the finger
LATEST_YEAR = 2200  # and after it; the last day there is has none after it


class ShortTextField(CleanTextField):
    """A text of some lines beside other fields, not the body of a page."""

    widget = forms.Textarea(attrs={"rows": 4})
    big = False


class SetAsideForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Varför?"),
        # A suspect is what the portal found; a person says what it was.
        choices=[choice for choice in SetAside.choices if choice[0] != SetAside.SUSPECT],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj varför."),
            "invalid_choice": _("Välj varför."),
        },
    )
    note = NameField(
        label=_("Anteckning"),
        help_text=_("Frivillig. Står i loggen."),
        missing="",
        required=False,
        max_length=500,
        too_long=_("Anteckningen kan ha högst 500 tecken."),
    )


class RegistryForm(forms.Form):
    registry_number = NameField(
        label=_("Diarienummer"),
        missing=_("Skriv diarienumret."),
        max_length=60,
        too_long=_("Diarienumret kan ha högst 60 tecken."),
    )
    registered_on = DayField(label=_("Diariefört den"))
    # The number that stood there when the page was made: nobody else's is written over unseen.
    seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


class PatternForm(forms.Form):
    """How to number versions in a row: {dnr} is the number of the remiss, {n} the place."""

    pattern = NameField(
        label=_("Mönster"),
        help_text=_("{dnr} blir remissens diarienummer och {n} löpnumret."),
        missing=_("Skriv hur numren ska se ut."),
        max_length=60,
        too_long=_("Mönstret kan ha högst 60 tecken."),
        widget=forms.TextInput(attrs={"class": "input--m"}),
    )
    start = forms.IntegerField(
        label=_("Första löpnumret"),
        min_value=0,
        max_value=999_999,
        widget=forms.TextInput(attrs={"class": "input--s", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("Skriv löpnumret med siffror, till exempel 1."),
        ),
    )

    def numbers(self, submissions: Sequence[Submission]) -> dict[Submission, str]:
        pattern, start = self.cleaned_data["pattern"], self.cleaned_data["start"]
        return {
            # The pattern's own marks are replaced before a number with such marks can come in.
            each: each.response.consultation.registry_number.join(
                part.replace("{n}", str(number)) for part in pattern.split("{dnr}")
            )
            for number, each in enumerate(submissions, start)
        }


class TogetherForm(forms.Form):
    """A diarienummer for each of several versions, and one day for all of them."""

    registered_on = DayField(label=_("Diariefört den"))

    def __init__(self, *args, submissions: Sequence[Submission], today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.submissions, self.today = submissions, today
        self.initial.setdefault("registered_on", today)
        for submission in submissions:
            name = f"{submission.response.reference}, version {submission.number}"
            self.fields[self.name_of(submission)] = NameField(
                label=name,
                help_text=submission.shown_as,
                initial=submission.response.consultation.registry_number,
                missing=_("Skriv diarienumret för %(name)s.") % {"name": name},
                max_length=60,
                too_long=_("Diarienumret för %(name)s kan ha högst 60 tecken.") % {"name": name},
                widget=forms.TextInput(attrs={"class": "input--m"}),
            )

    @staticmethod
    def name_of(submission: Submission) -> str:
        return f"number-{submission.pk}"

    def clean_registered_on(self):
        day = self.cleaned_data["registered_on"]
        if day > self.today:
            raise forms.ValidationError(_("Dagen har inte varit än."))
        if day.year < EARLIEST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet."))
        return day

    def numbers(self) -> dict[Submission, str]:
        return {each: self.cleaned_data[self.name_of(each)] for each in self.submissions}


class PeriodForm(forms.Form):
    """From a day through another, a year at the most."""

    first = DayField(label=_("Från och med"))
    last = DayField(label=_("Till och med"))

    def clean_first(self):
        return self._day("first")

    def clean_last(self):
        return self._day("last")

    def _day(self, name):
        day = self.cleaned_data[name]
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet."))
        return day

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Välj samma dag som den första, eller en senare."))
        elif first and last and last - first > LONGEST_PERIOD:
            self.add_error("last", _("Välj högst ett år åt gången."))
        return cleaned


class DisclosedForm(forms.Form):
    """What was asked for of one version, and what was lämnat ut; never who asked."""

    ANSWER = "answer"

    what = forms.MultipleChoiceField(
        label=_("Vad gäller det?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj vad det gäller.")),
    )
    decision = forms.ChoiceField(
        label=_("Vad blev beslutet?"),
        choices=Disclosure.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj vad beslutet blev.")),
    )
    given_on = DayField(label=_("Vilken dag?"))
    note = ShortTextField(
        label=_("Anteckning"),
        help_text=_(
            "Vad som är maskat, eller varför det inte lämnades ut. Skriv inte vem som frågade. "
            "Den som begär en handling behöver inte säga vem hen är."
        ),
        too_long=_("Skriv högst 400 tecken."),
    )

    def __init__(self, *args, submission, today, **kwargs):
        # Beside another form with a note and a day on the same page.
        super().__init__(*args, auto_id="id_disclosed_%s", **kwargs)
        self.submission, self.today = submission, today
        files = submission.attachments.all()
        choices = [
            (self.ANSWER, _("Svaret")),
            *((str(file.number), f"Bilaga {file.number}, {file.name}") for file in files),
        ]
        self.fields["what"].choices = choices
        self.initial.setdefault("what", [value for value, _label in choices])
        self.initial.setdefault("given_on", today)

    def clean_given_on(self):
        day = self.cleaned_data["given_on"]
        if day > self.today:
            raise forms.ValidationError(_("Dagen har inte varit än."))
        if day < timezone.localdate(self.submission.received_at):
            raise forms.ValidationError(_("Den dagen hade versionen inte kommit in."))
        return day

    def clean_note(self):
        # One line: it stands in a list of what has happened.
        note = " ".join(self.cleaned_data["note"].split())
        if len(note) > MOST_NOTED:
            raise forms.ValidationError(self.fields["note"].too_long)
        return note

    def clean(self):
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if cleaned.get("note") == "" and decision == Disclosure.MASKED:
            self.add_error("note", _("Skriv vad som är maskat, men inte vad som stod där."))
        elif cleaned.get("note") == "" and decision == Disclosure.REFUSED:
            self.add_error("note", _("Skriv varför det inte lämnades ut."))
        return cleaned

    def facts(self) -> dict:
        """What the verb is told."""
        cleaned = self.cleaned_data
        return {
            "with_answer": self.ANSWER in cleaned["what"],
            "files": [int(number) for number in cleaned["what"] if number != self.ANSWER],
            "decision": Disclosure(cleaned["decision"]),
            "given_on": cleaned["given_on"],
            "note": cleaned["note"],
        }


class MoveLastDayForm(forms.Form):
    last_day = DayField(label=_("Ny sista svarsdag"))
    reason = NameField(
        label=_("Varför?"),
        help_text=_("Står i loggen. Behövs om dagen blir tidigare."),
        missing="",
        required=False,
        max_length=400,
        too_long=_("Skriv högst 400 tecken."),
    )
    tell = forms.MultipleChoiceField(
        label=_("Vilka ska få ett mejl om den nya dagen?"),
        help_text=_("Den som har en egen senare dag får inget mejl."),
        choices=Tell.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Välj bland grupperna i listan.")},
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_last_day(self):
        last_day = self.cleaned_data["last_day"]
        if last_day > self.today + FARTHEST:
            raise forms.ValidationError(_("Välj en dag inom två år."))
        return last_day


def not_later(until: date, *, after: date, today: date) -> str:
    """Why the day is not one that gives more time; empty when it is."""
    if until <= after:
        named = swedish_day(after, this_year=today.year)
        return str(_("Välj en dag efter %(after)s.") % {"after": named})
    return str(_("Välj en dag inom två år.")) if until > today + FARTHEST else ""


class DecideExtensionForm(forms.Form):
    """Yes with a day, or no with a reason. The day that they want is proposed when it may be."""

    GRANT, DECLINE = "grant", "decline"

    action = forms.ChoiceField(
        label=_("Beslut"),
        choices=[(GRANT, _("Ge längre tid")), (DECLINE, _("Ge inte längre tid"))],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Välj om du ger längre tid.")
        ),
    )
    until = DayField(
        label=_("Ny sista dag"), help_text=_("Behövs om du ger längre tid."), required=False
    )
    reason = ShortTextField(
        label=_("Motivering"),
        help_text=_("Står i mejlet och i loggen. Behövs om du inte ger längre tid."),
        too_long=_("Texten får vara högst 100\u00a0000 tecken."),
    )

    def __init__(self, *args, wanted: date | None = None, after: date, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.after, self.today = after, today
        if wanted and not not_later(wanted, after=after, today=today):
            until = self.fields["until"]
            until.initial = wanted
            until.help_text = _("Dagen de vill ha är ifylld. Behövs om du ger längre tid.")

    @property
    def is_granting(self) -> bool:
        return self.cleaned_data["action"] == self.GRANT

    def clean(self):
        cleaned = super().clean()
        action = cleaned.get("action")
        if action == self.GRANT and "until" in cleaned:
            self._clean_until(cleaned["until"])
        if action == self.DECLINE and cleaned.get("reason") == "":
            self.add_error("reason", _("Skriv varför. Skälet står i mejlet."))
        return cleaned

    def _clean_until(self, until: date | None) -> None:
        if until is None:
            self.add_error("until", _("Skriv den nya sista dagen."))
        elif refusal := not_later(until, after=self.after, today=self.today):
            self.add_error("until", refusal)


class GrantTimeForm(forms.Form):
    """More time for several invited bodies at once."""

    until = DayField(label=_("Ny sista dag"))
    reason = NameField(
        label=_("Varför?"),
        help_text=_("Står i loggen, inte i mejlet."),
        missing=_("Skriv varför. Det står i loggen."),
        max_length=400,
        too_long=_("Skriv högst 400 tecken."),
    )

    def __init__(self, *args, after: date, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.after, self.today = after, today

    def clean_until(self):
        until = self.cleaned_data["until"]
        if refusal := not_later(until, after=self.after, today=self.today):
            raise forms.ValidationError(refusal)
        return until


class ResetFactorForm(forms.Form):
    reason = NameField(
        label=_("Varför?"),
        help_text=_("Står i loggen och i mejlet till den som har kontot."),
        missing=_("Skriv varför. Det står i loggen."),
        max_length=300,
        too_long=_("Skriv högst 300 tecken."),
    )


class NoticeForm(forms.Form):
    notice = forms.ChoiceField(
        label=_("Mejl om nya svar"),
        choices=Coordinator.Notice.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj hur du vill få veta."),
            "invalid_choice": _("Välj hur du vill få veta."),
        },
    )
