"""What the forms of all parts of a draft share."""

from django import forms
from django.http import QueryDict

from remiss.forms.fields import SeenField
from remiss.text import has_personal_number


def without_personal_numbers(text: str) -> str:
    """The text without the rows that hold a personnummer."""
    return "\n".join(row for row in text.split("\n") if not has_personal_number(row))


class ForgettingForm(forms.Form):
    """A form with fields that refuse a personnummer."""

    def forget_personal_numbers(self) -> None:
        """Not even the page that refuses a personnummer repeats it."""
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        for name, found in self.errors.as_data().items():
            if any(error.code == "personal" for error in found):
                typed[name] = without_personal_numbers(typed.get(name, ""))
        self.data = typed


class SavedForm(ForgettingForm):
    """A form of one part of a draft: it knows the version and the round that its page showed.

    `kept` names the fields that are the part's content.
    """

    seen = SeenField()
    round = SeenField()
    kept: tuple[str, ...] = ()

    def content(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.kept}

    def content_where_valid(self, before: dict) -> dict:
        """The content with what could be read, and `before` where something is wrong."""
        return before | {
            name: self.cleaned_data[name] for name in self.kept if name in self.cleaned_data
        }
