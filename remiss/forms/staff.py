"""Forms on our own pages of the workbench: input → cleaned values. They save nothing."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import CleanTextField, DayField, NameField
from remiss.models import Coordinator, SetAside, Tell
from remiss.swedish import swedish_day

FARTHEST = timedelta(days=2 * 366)


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
