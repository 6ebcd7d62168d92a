"""Forms that Django's own admin pages show and save: plan texts and accounts."""

from datetime import date

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    BaseUserCreationForm,
    SetPasswordMixin,
    UsernameField,
)
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from remiss.models.account import names_like
from remiss.text import clean, clean_name


class AdminNameField(forms.CharField):
    """A line of text in a stock admin form, cleaned like everything else that is stored."""

    def to_python(self, value):
        return clean_name(super().to_python(value) or "")


class AdminTextField(forms.CharField):
    def to_python(self, value):
        return clean(super().to_python(value) or "")


class CorrectedForm(forms.ModelForm):
    """A plan text. Once the remiss has opened a change must say what it puts right."""

    correction = AdminNameField(
        label=_("Vad rättas?"),
        help_text=_("Visas på sidan Planen och står i loggen."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    is_frozen = False  # set by the admin for the one it edits
    public: tuple[str, ...] | None = None  # fields a correction is asked for; None means all

    def clean(self):
        cleaned = super().clean()
        changed = set(self.changed_data) - {"correction", "is_example"}
        if self.public is not None:
            changed &= set(self.public)
        if self.is_frozen and changed and not cleaned.get("correction"):
            self.add_error("correction", _("Remissen är öppen. Skriv vad som rättas."))
        return cleaned


class ConsultationForm(CorrectedForm):
    public = ("title",)

    def clean(self):
        cleaned = super().clean()
        for name in ("opens_on", "last_day"):
            day = cleaned.get(name)
            if day and not date(2000, 1, 1) <= day <= date(2200, 1, 1):
                self.add_error(name, _("Kontrollera året."))
        return cleaned


class DeputyMixin(forms.Form):
    """Whether somebody is the coordinator of the side that the group has, or stands in for them:
    one of each (decisions 5 and 22)."""

    is_deputy = forms.BooleanField(
        label=_("Ställföreträdare"),
        help_text=_("Skriver och godkänner återkoppling i stället för samordnaren. En per sida."),
        required=False,
    )
    deputies: dict[int, str] = {}  # set by the admin: by a side's group, who it is already
    coordinators: dict[int, str] = {}  # likewise

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_deputy") and "group" in cleaned:
            self._clean_deputy(cleaned["group"])
        elif {"group", "is_deputy", "is_active"} & set(self.changed_data):
            self._clean_coordinator(cleaned.get("group"))
        return cleaned

    def _clean_coordinator(self, group: Group | None) -> None:
        name = self.coordinators.get(group.pk, "") if group else ""
        if name and self.cleaned_data.get("is_active", True):
            self.add_error(
                "group",
                _(
                    "%(name)s är redan samordnare för den sidan. Välj Ställföreträdare, eller "
                    "ändra det kontot först."
                )
                % {"name": name},
            )

    def _clean_deputy(self, group: Group | None) -> None:
        if group is None or group.pk not in self.deputies:
            self.add_error("is_deputy", _("Bara en samordnare kan vara ställföreträdare."))
        elif name := self.deputies[group.pk]:
            self.add_error(
                "is_deputy",
                _("%(name)s är redan ställföreträdare för den sidan. Ändra det kontot först.")
                % {"name": name},
            )


class UsernameMixin(forms.Form):
    """A name that no other account has, however it is written."""

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        others = set(names_like(username)) - {self.instance.username}  # type: ignore[attr-defined]
        if others:
            raise forms.ValidationError(
                _("Användarnamnet %(name)s finns redan. Välj ett annat."),
                params={"name": others.pop()},
            )
        return username


class StaffForm(UsernameMixin, DeputyMixin, forms.ModelForm):
    """An account. What somebody may do follows from the group alone."""

    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),  # the admin sets those there are
        label=_("Grupp"),
        help_text=_("Gruppen bestämmer vad personen får göra, och vilken sida en samordnare har."),
        required=False,
        empty_label=_("Ingen grupp: kan logga in men inte se något"),
    )

    class Meta:
        model = get_user_model()
        fields = ()
        field_classes = {"username": UsernameField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "group" in self.fields:
            offered = self.fields["group"].queryset
            self.initial["group"] = offered.filter(user=self.instance.pk).first()
            coordinator = getattr(self.instance, "coordinator", None)
            self.initial["is_deputy"] = bool(coordinator and coordinator.is_deputy)


class NewStaffForm(UsernameMixin, DeputyMixin, BaseUserCreationForm):
    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),  # the admin sets those there are
        label=_("Grupp"),
        help_text=StaffForm.base_fields["group"].help_text,
        error_messages={"required": _("Välj en grupp.")},
    )


class SetPasswordForm(AdminPasswordChangeForm):
    """A new password for somebody else. It is taken away, by a button, only where they can log in
    through the organisation's own directory instead."""

    password1, password2 = SetPasswordMixin.create_password_fields(_("Nytt lösenord"), _("Igen"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        self.sign_on = settings.OIDC_NAME
        self.fields["password1"].help_text = _(
            "Minst 12 tecken, gärna några ord i följd. Välj inget vanligt lösenord och inget som "
            "liknar personens namn."
        )
        self.fields["password2"].help_text = _("Skriv samma lösenord en gång till.")

    def validate_passwords(self, *args, **kwargs):
        if self.sign_on and "unset-password" in self.data:
            self.cleaned_data["usable_password"] = "false"
        super().validate_passwords(*args, **kwargs)
