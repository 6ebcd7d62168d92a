"""Several files at once: reports about mail that did not arrive."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 20  # files


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A list of the files that were chosen."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list) else [data]
        cleaned = [super(SeveralFilesField, self).clean(file, initial) for file in files or [None]]
        if len(cleaned) > MOST:
            raise forms.ValidationError(
                _("Välj högst %(most)s filer på en gång."), params={"most": MOST}
            )
        return cleaned


class ReportsForm(forms.Form):
    reports = SeveralFilesField(
        label=_("Filer"),
        help_text=_("Mejl sparade som .eml, högst 20 på en gång och högst 1 MB var."),
        max_length=2_000,
        allow_empty_file=True,  # the reader of reports says what is wrong with it
        widget=SeveralFilesInput(attrs={"accept": ".eml,message/rfc822"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "missing", "empty", "max_length", "contradiction"),
            _("Välj minst en fil."),
        ),
    )
