"""What stands on a receipt, however somebody types it from the paper."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from remiss.models.response import REFERENCE_ALPHABET

BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212-]")  # groups, and what a phone makes of a hyphen
REFERENCE = re.compile(f"(?:MA)?([{REFERENCE_ALPHABET}]{{4}})")
CODE = re.compile("[0-9a-f]{16}|[0-9a-f]{64}")  # the whole digest says the same and more


class TypedField(forms.CharField):
    """A short code, wherever its spaces, hyphens and capitals are."""

    def __init__(self, *, missing, **attrs_and_more):
        super().__init__(
            error_messages={"required": missing},
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "off",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                    "class": "input--m",
                }
            ),
            **attrs_and_more,
        )

    def to_python(self, value):
        return BETWEEN.sub("", super().to_python(value)).upper()


class VerifyForm(forms.Form):
    reference = TypedField(
        label=_("Referensnummer"),
        help_text=_("Till exempel MA-4K7P."),
        missing=_("Skriv referensnumret."),
    )
    code = TypedField(
        label=_("Kontrollkod"),
        help_text=_("Sexton tecken i fyra grupper."),
        missing=_("Skriv kontrollkoden."),
    )

    def clean_reference(self):
        found = REFERENCE.fullmatch(self.cleaned_data["reference"])
        if not found:
            raise forms.ValidationError(
                _("Skriv hela referensnumret: MA och fyra bokstäver eller siffror.")
            )
        return f"MA-{found[1]}"

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(
                _("Skriv hela kontrollkoden: sexton tecken, siffror och bokstäverna A till F.")
            )
        return code
