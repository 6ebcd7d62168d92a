"""The respondent's forms: input → cleaned values. They save nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.exports.sections import Plan
from remiss.forms.fields import (
    ALL_KINDS,
    KIND_HINTS,
    START_KINDS,
    CleanTextField,
    EmailField,
    NameField,
    OrganisationNumberField,
    SeenField,
    stance_field,
)
from remiss.forms.saved import SavedForm
from remiss.limits import TRAP_FIELD
from remiss.models import Kind, PriorityArea, Question

SLIPS = {
    "gmial.com": "gmail.com", "gmal.com": "gmail.com", "gmail.se": "gmail.com",
    "gmail.con": "gmail.com", "hotmial.com": "hotmail.com", "hotmail.con": "hotmail.com",
    "hotmal.com": "hotmail.com", "outlok.com": "outlook.com", "malmo.com": "malmo.se",
    "mamo.se": "malmo.se", "icloud.con": "icloud.com", "telai.com": "telia.com",
}  # fmt: skip


def likely_meant(address: str) -> str:
    """The address that was probably meant, or "": a notice that stops nobody."""
    local, _at, domain = address.rpartition("@")
    meant = SLIPS.get(domain.lower())
    return f"{local}@{meant}" if meant else ""


class WhoForm(forms.Form):
    """Who answers. A private person has no organisation; whatever stands there is left out."""

    kept: tuple[str, ...] = ("kind", "organisation", "contact_name", "hide_name")

    kind = forms.ChoiceField(
        label=_("Vem svarar?"),
        choices=ALL_KINDS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj vem som svarar."),
            "invalid_choice": _("Välj vem som svarar."),
        },
    )
    organisation = NameField(
        label=_("Organisationens namn"),
        help_text=_("Så som det ska stå när svaret publiceras."),
        missing=_("Skriv organisationens namn."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact_name = NameField(
        label=_("Ditt namn"),
        help_text=_("Så att samordnarna vet vem de ska fråga. Publiceras inte."),
        missing=_("Skriv ditt namn."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "input--m"}),
    )
    hide_name = forms.BooleanField(
        label=_("Visa inte vårt namn på webbplatsen"),
        help_text=_(
            "Välj det här om det kan vara en risk för er att synas. Svaret publiceras utan namn."
        ),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choice_hints = KIND_HINTS

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Kind.PRIVATE:
            # A private person's name is never part of the record (decision 18).
            cleaned["organisation"] = ""
            self.errors.pop("organisation", None)
        elif cleaned.get("kind") and cleaned.get("organisation") == "":
            # A name with an error of its own is not in the cleaned values at all.
            missing = self.fields["organisation"].error_messages["required"]
            self.add_error("organisation", missing)
        return cleaned

    def content(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.kept}


class StartForm(WhoForm):
    """The start form: who, an address for the link, and a quiet test for machines."""

    email = EmailField(
        label=_("E-postadress"),
        help_text=_("Hit skickar vi länken till ert svar. Publiceras inte."),
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["kind", "organisation", "contact_name", "email", "hide_name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = START_KINDS
        trap = forms.CharField(
            label=_("Lämna den här rutan tom"),
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        )
        trap.honeypot = True
        self.fields[TRAP_FIELD] = trap


class InvitedForm(forms.Form):
    """The start form of an invited body: its kind is known, and no machine has its link."""

    organisation = NameField(
        label=_("Organisationens namn"),
        help_text=WhoForm.base_fields["organisation"].help_text,
        missing=_("Skriv organisationens namn."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact_name = WhoForm.base_fields["contact_name"]
    email = StartForm.base_fields["email"]
    hide_name = WhoForm.base_fields["hide_name"]

    def content(self, kind: str) -> dict:
        """What the part about the respondent holds, of a body of this kind."""
        named = ("organisation", "contact_name", "hide_name")
        return {"kind": kind} | {name: self.cleaned_data[name] for name in named}


class DeclineForm(forms.Form):
    """Why no answer will come, if the body wants to say. It has to fit into a line of the log."""

    LONGEST = 400  # characters

    reason = CleanTextField(
        label=_("Vill ni säga varför?"),
        help_text=_(
            "Frivilligt. Samordnarna läser det, och det blir en allmän handling. "
            "Skriv högst 400 tecken."
        ),
        too_long=_("Texten är längre än 400 tecken. Korta den och försök igen."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        if len(reason) > self.LONGEST:
            raise forms.ValidationError(self.fields["reason"].too_long)
        return reason


class SeenWhoForm(SavedForm, WhoForm):
    """The same about an answer that has been begun, with the number of the organisation."""

    organisation_number = OrganisationNumberField(
        label=_("Organisationsnummer"),
        help_text=_("Frivilligt. Lämna tomt om ni inte har något. Skriv aldrig ett personnummer."),
    )
    kept = (*WhoForm.kept, "organisation_number")

    field_order = ["kind", "organisation", "organisation_number", "contact_name", "hide_name"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Kind.PRIVATE:
            cleaned["organisation_number"] = ""
            self.errors.pop("organisation_number", None)
        return cleaned


class PartForm(SavedForm):
    """Ställningstagande and one box a question, in one area or about the whole plan."""

    def __init__(self, *args, asked: list[Question], area: PriorityArea | None, hints, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        label = (
            _("Vad tycker ni om det planen föreslår här?")
            if area
            else _("Vad tycker ni om planen som helhet?")
        )
        self.fields["stance"] = stance_field(label)
        for question in asked:
            place = f"fråga {question.number}" if area else f"”{question.label}”"
            self.fields[question.key] = CleanTextField(
                label=f"{question.number}. {question.label}" if area else question.label,
                help_text=hints.get(question.pk, question.hint),
                too_long=f"Svaret på {place} är längre än 100\u00a0000 tecken och får inte plats. "
                "Lägg hela texten som bilaga.",
            )
        self.kept = ("stance", *(question.key for question in asked))


def part_form(plan: Plan, area: PriorityArea | None, **kwargs) -> PartForm:
    """The form of an area, with its own help texts, or of the whole plan."""
    asked = plan.area_questions if area else plan.whole_questions
    hints = {hint.question_id: hint.text for hint in area.hints.all()} if area else {}
    return PartForm(asked=asked, area=area, hints=hints, **kwargs)


class SubmitForm(forms.Form):
    """What granska showed: the round, and each part's version as "key=version" pairs."""

    round = SeenField()
    versions = forms.CharField(widget=forms.HiddenInput, required=False)

    def seen_versions(self) -> dict[str, int]:
        pairs = (pair.partition("=") for pair in self.cleaned_data["versions"].split(","))
        return {key: int(number) for key, _equals, number in pairs if number.isdecimal()}


def versions_seen(parts) -> str:
    return ",".join(f"{key}={part.version}" for key, part in sorted(parts.items()))


class EmailForm(forms.Form):
    email = EmailField(label=_("E-postadress"))


class ReportForm(forms.Form):
    """A failing in the website's accessibility; the address is optional."""

    text = CleanTextField(
        label=_("Vad fungerar inte?"),
        help_text=_("Skriv gärna på vilken sida det hände och vad ni använde."),
        too_long=_("Texten får vara högst 100\u00a0000 tecken."),
    )
    email = EmailField(
        label=_("E-postadress"), help_text=_("Frivilligt. Bara om ni vill ha svar."), required=False
    )

    def clean_text(self):
        if not self.cleaned_data["text"]:
            raise forms.ValidationError(_("Skriv vad som inte fungerar."))
        return self.cleaned_data["text"]
