"""Forms on our own pages of the workbench: input → cleaned values. They save nothing."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.forms.utils import from_current_timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from remiss.exports.sections import WHOLE_PLAN, Plan
from remiss.forms.answering import WhoForm
from remiss.forms.fields import STANCES, CleanTextField, DayField, EmailField, NameField
from remiss.models import Channel, Coordinator, SetAside, Tell
from remiss.swedish import swedish_day

NOON = time(12)
NO_MARK = [("", _("Ingen markering"))]
ONCE = r"^[A-Za-z0-9]{10,40}$"
FARTHEST = timedelta(days=2 * 366)
EARLIEST_YEAR = 2000  # before it a date is a slip of the finger


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
    """Yes with a day, or no with a reason."""

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

    def __init__(self, *args, after: date, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.after, self.today = after, today

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


class RecordForm(WhoForm):
    """An answer that came by e-mail, on paper, by phone or at a meeting, whole on one page."""

    channel = forms.ChoiceField(
        label=_("Hur kom svaret?"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.PORTAL],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj hur svaret kom."),
            "invalid_choice": _("Välj hur svaret kom."),
        },
    )
    received_on = DayField(label=_("Vilken dag kom svaret?"))
    received_time = forms.TimeField(
        label=_("Klockslag"),
        help_text=_("Frivilligt, till exempel 14.30. Det är dagen som räknas."),
        required=False,
        widget=forms.TextInput(attrs={"class": "input--s"}),
        error_messages={"invalid": _("Skriv klockslaget som 14.30.")},
    )
    email = EmailField(label=_("E-postadress"), help_text=_("Frivillig."), required=False)
    send_receipt = forms.BooleanField(label=_("Skicka kvitto till e-postadressen"), required=False)
    once = forms.RegexField(ONCE, required=False, widget=forms.HiddenInput)

    RECEIVED = ("channel", "received_on", "received_time")
    WHO = ("kind", "organisation", "contact_name", "email", "hide_name", "send_receipt")

    def __init__(self, *args, plan: Plan, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        self.plan = plan
        self.fields["organisation"].help_text = _("Så som det ska stå när svaret publiceras.")
        self.fields["contact_name"].label = _("Kontaktpersonens namn")
        self.fields["contact_name"].help_text = _("Frivilligt. Publiceras inte.")
        self.fields["contact_name"].required = False
        self.fields["hide_name"].label = _("Visa inte namnet på webbplatsen")
        self.fields["hide_name"].help_text = _("Om den som svarar har bett om det.")
        self.order_fields([*self.RECEIVED, *self.WHO])  # the summary follows the page
        self.initial.setdefault("once", get_random_string(22))
        for number, (_key, area, asked) in enumerate(plan.parts(), 1):
            self.fields[f"p{number}-stance"] = forms.ChoiceField(
                label=_("Ställningstagande"),
                choices=NO_MARK + [choice for choice in STANCES if choice[0]],
                required=False,
                widget=forms.Select(attrs={"class": "input--m"}),
                error_messages={"invalid_choice": _("Välj ett av ställningstagandena i listan.")},
            )
            for question in asked:
                place = f"Område {area.number}" if area else WHOLE_PLAN
                self.fields[f"p{number}-{question.key}"] = CleanTextField(
                    label=question.label,
                    too_long=f"{place}, ”{question.label}”: texten är längre än "
                    "100\u00a0000 tecken och får inte plats.",
                )

    def sections(self) -> list:
        """(heading, fields) for everything that can be answered, in order."""
        return [
            (
                f"{area.number}. {area.heading}" if area else WHOLE_PLAN,
                [
                    self[f"p{number}-{name}"]
                    for name in ("stance", *(question.key for question in asked))
                ],
            )
            for number, (_key, area, asked) in enumerate(self.plan.parts(), 1)
        ]

    def received_fields(self) -> list:
        return [self[name] for name in self.RECEIVED]

    def who_fields(self) -> list:
        return [self[name] for name in self.WHO]

    def clean_once(self):
        return self.cleaned_data["once"] or get_random_string(22)

    def clean_received_on(self):
        # A day before the opening is taken too: registering is never refused (decision 9).
        day = self.cleaned_data["received_on"]
        if day > self.plan.version.consultation.timing(self.at).today:
            raise forms.ValidationError(_("Dagen har inte varit än."))
        if day.year < EARLIEST_YEAR:
            raise forms.ValidationError(_("Kontrollera årtalet."))
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("send_receipt") and cleaned.get("email") == "":
            self.add_error("email", _("Skriv adressen som kvittot ska till."))
        if cleaned.get("received_on") and "received_time" in cleaned:
            self._clean_received_at(cleaned)
        return cleaned

    def _clean_received_at(self, cleaned) -> None:
        given = cleaned["received_time"]
        try:
            received_at = from_current_timezone(
                datetime.combine(cleaned["received_on"], given or NOON)
            )
        except forms.ValidationError as error:  # an hour that the change of clocks leaves out
            self.add_error("received_time", error)
            return
        if received_at > self.at and given:
            self.add_error("received_time", _("Klockan är inte så mycket än."))
        cleaned["received_at"] = min(received_at, self.at)

    def contents(self) -> dict[str, dict]:
        return {
            key: {
                name: self.cleaned_data[f"p{number}-{name}"]
                for name in ("stance", *(question.key for question in asked))
            }
            for number, (key, _area, asked) in enumerate(self.plan.parts(), 1)
        }
