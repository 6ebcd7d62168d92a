"""Forms about remissinstanser: input → cleaned values. They save nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import DayField, EmailField, NameField
from remiss.models import BodyAddress, Channel

EVERYTHING = [("", _("Alla"))]
NEW = "new"
LONGEST_NOTE = 400


def _choice(label, choices=()) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=EVERYTHING + list(choices), required=False)


class NarrowForm(forms.Form):
    """The filters of the matrix, from an address: whatever is not offered is ignored."""

    remiss = forms.ChoiceField(label=_("Remiss"), required=False)
    vem = _choice(_("Vem"))
    status = _choice(_("Status"))
    etikett = _choice(_("Etikett"))
    omrade = _choice(_("Område"))
    stallning = _choice(_("Ställningstagande"))

    @classmethod
    def read(cls, data, **offered) -> tuple[dict[str, str], "NarrowForm"]:
        """What is chosen, and the form that shows it. `offered` maps field → its choices."""
        asked = cls(data, offered=offered)
        asked.is_valid()
        chosen = {name: asked.cleaned_data.get(name, "") for name in asked.fields}
        return chosen, cls(initial=chosen, offered=offered)

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        for name, choices in offered.items():
            everything = [] if name == "remiss" else EVERYTHING
            self.fields[name].choices = everything + choices
        for name in set(self.fields) - set(offered):
            del self.fields[name]


class NoteContactForm(forms.Form):
    """A call or a meeting with a remissinstans, noted by hand."""

    consultation = forms.TypedChoiceField(
        label=_("Vilken remiss gällde det?"),
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj vilken remiss.")),
    )
    on = DayField(label=_("Vilken dag?"))
    channel = forms.ChoiceField(
        label=_("Hur?"),
        choices=[
            (channel.value, channel.label)
            for channel in (Channel.PHONE, Channel.EMAIL, Channel.MEETING, Channel.POST)
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj hur det gick till.")),
    )
    text = NameField(
        label=_("Vad sades?"),
        help_text=_("Högst 400 tecken. Anteckningen kan bli en allmän handling."),
        widget=forms.Textarea(attrs={"rows": 4}),
        missing=_("Skriv vad som sades."),
        max_length=LONGEST_NOTE,
        too_long=_("Anteckningen kan ha högst 400 tecken."),
    )

    def __init__(self, *args, consultations, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["consultation"]
        field.choices = [(consultation.pk, consultation.title) for consultation in consultations]
        if not consultations:
            del self.fields["consultation"]
        elif len(consultations) == 1:
            field.initial, field.widget = consultations[0].pk, forms.HiddenInput()

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("Dagen har inte varit än."))
        return day


class ChooseAddressForm(forms.Form):
    """To which of the body's addresses, or to a new one."""

    address = forms.ChoiceField(
        label=_("Vart ska mejlet?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj en av adresserna.")),
    )
    email = EmailField(
        label=_("Ny adress"), help_text=_("Skriv bara om du valt en ny adress."), required=False
    )
    is_main = forms.BooleanField(
        label=_("Gör den nya adressen till huvudadress"),
        help_text=_("Påminnelser går till huvudadressen."),
        required=False,
    )

    def __init__(self, *args, addresses, **kwargs):
        super().__init__(*args, **kwargs)
        self.addresses = {str(address.pk): address for address in addresses}
        field = self.fields["address"]
        theirs = [(pk, address.email) for pk, address in self.addresses.items()]
        field.choices = [*theirs, (NEW, _("En ny adress"))]
        field.choice_hints = {pk: _hint(address) for pk, address in self.addresses.items()}
        working = [pk for pk, address in self.addresses.items() if not address.failed_at]
        field.initial = (working or [NEW])[0]
        # Else the next letter would go where nothing arrives.
        is_lost = any(address.is_main and address.failed_at for address in addresses)
        self.fields["is_main"].initial = is_lost

    @property
    def chosen(self) -> BodyAddress | None:
        """None is the new one."""
        return self.addresses.get(self.cleaned_data["address"])

    def clean(self):
        cleaned = super().clean()
        if "address" in cleaned and "email" in cleaned:
            if self.chosen is None and not cleaned["email"]:
                self.add_error("email", _("Skriv den nya adressen."))
            if self.chosen and cleaned["email"]:
                self.add_error("address", _("Du har skrivit en ny adress men valt en annan."))
        return cleaned


def _hint(address: BodyAddress) -> str:
    marks = [
        _("Huvudadress") if address.is_main else "",
        _("Fungerar inte") if address.failed_at else "",
    ]
    return ". ".join(str(mark) for mark in marks if mark)
