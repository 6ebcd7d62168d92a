"""Forms about passages and themes: input → cleaned values. They save nothing."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from remiss.forms.fields import NameField
from remiss.forms.staff import ShortTextField
from remiss.models import Theme
from remiss.text import name_key

LONGEST_THEME, LONGEST_REASON = 120, 300  # characters


class ThemeNameField(NameField):
    """A theme's name, told from others by its letters."""

    def __init__(self, **kwargs):
        super().__init__(
            max_length=LONGEST_THEME,
            too_long=_("Temats namn kan ha högst 120 tecken."),
            **{"missing": _("Skriv temats namn.")} | kwargs,
        )

    def clean(self, value):
        name = super().clean(value)
        if name and not name_key(name):
            raise forms.ValidationError(_("Skriv ett namn med minst en bokstav eller siffra."))
        return name


class PlaceForm(forms.Form):
    """Under which themes: one by its name, any by ticking."""

    theme = ThemeNameField(
        label=_("Tema"),
        help_text=_("Skriv några bokstäver och välj ett tema, eller skriv ett nytt."),
        missing="",
        required=False,
        widget=forms.TextInput(attrs={"list": "teman", "autocomplete": "off"}),
    )
    themes = forms.MultipleChoiceField(
        label=_("Teman"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Ett av temana finns inte längre. Välj bland dem som står här.")
        },
    )
    asked = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, themes: Sequence[Theme], may_be: Sequence[Theme], initial):
        """Shows `themes` as boxes; takes any of `may_be`."""
        super().__init__(data, initial=initial)
        self.may_be = {str(theme.pk): theme for theme in may_be}
        ticked = data.getlist("themes") if data else []
        shown = [*themes, *(self.may_be[key] for key in ticked if key in self.may_be)]
        boxes = cast(forms.MultipleChoiceField, self.fields["themes"])
        boxes.choices = [
            (str(theme.pk), format_html("<bdi>{}</bdi>", theme.name))
            for theme in dict.fromkeys(shown)
        ]

    def clean_themes(self):
        return [self.may_be[key] for key in self.cleaned_data["themes"]]


class NoActionForm(forms.Form):
    OTHER = "other"
    REASONS = [
        ("presentation", _("Presentation av den som svarar")),
        ("introduction", _("Allmän inledning")),
        ("repetition", _("Upprepning")),
        (OTHER, _("Annat")),
    ]

    reason = forms.ChoiceField(
        label=_("Varför?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj varför.")),
    )
    other = NameField(
        label=_("Skäl, om du valde Annat"),
        help_text=_("Står i sammanställningen."),
        missing="",
        required=False,
        max_length=LONGEST_REASON,
        too_long=_("Skälet kan ha högst 300 tecken."),
    )

    def clean(self):
        cleaned = super().clean()
        is_other = cleaned.get("reason") == self.OTHER
        if is_other and cleaned.get("other") == "":
            self.add_error("other", _("Skriv skälet."))
        return cleaned

    @property
    def words(self) -> str:
        """The reason as it is kept and shown."""
        chosen = self.cleaned_data["reason"]
        return (
            self.cleaned_data["other"] if chosen == self.OTHER else str(dict(self.REASONS)[chosen])
        )


class HandledForm(forms.Form):
    outcome = NameField(
        label=_("Vad ledde bilagan till?"),
        help_text=_(
            "Till exempel: kräver ingen åtgärd, tas upp i återkopplingen till svaret, eller texten "
            "är registrerad i ett annat svar. Står i loggen."
        ),
        missing=_("Skriv vad bilagan ledde till."),
        max_length=LONGEST_REASON,
        too_long=_("Texten kan ha högst 300 tecken."),
    )


class NoteForm(forms.Form):
    text = ShortTextField(
        label=_("Intern anteckning"),
        help_text=_("Publiceras inte. Kan bli en allmän handling."),
        too_long=_("Anteckningen får vara högst 100\u00a0000 tecken."),
        # What was shown is posted along: a note that nobody has touched is not written.
        show_hidden_initial=True,
        widget=forms.Textarea(attrs={"rows": 4, "form": "stycket"}),
    )


class ThemeForm(forms.Form):
    """A theme's name and where it belongs."""

    name = ThemeNameField(label=_("Temats namn"))
    area = forms.ChoiceField(
        label=_("Område"),
        widget=forms.Select(attrs={"class": "input--m"}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Välj område.")),
    )

    def __init__(self, *args, areas: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["area"]).choices = areas


class MergeThemesForm(forms.Form):
    """Where the theme belongs, asked when passages of several areas come to stand under it."""

    area = forms.ChoiceField(
        label=_("Var ska temat höra till?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Välj var temat ska höra till.")
        ),
    )

    def __init__(self, *args, areas: Sequence[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["area"]).choices = areas


class SplitThemeForm(forms.Form):
    name = ThemeNameField(
        label=_("Temat som de ska flyttas till"),
        help_text=_("Ett nytt tema, eller namnet på ett som redan finns i området."),
    )
