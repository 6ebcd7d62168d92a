"""Codes, keys and the old password. Guesses are counted in the database, for all processes."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base.forms import (
    AuthenticateForm,
    BaseAuthenticateForm,
    ReauthenticateForm,
)
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from remiss import clock, limits, lockout
from remiss.forms.fields import NameField

TOO_MANY = _(
    "För många fel koder. Vänta en timme, eller använd en nyckel om du har en. "
    "Var det inte du som försökte? Be administratören att sätta ett nytt lösenord."
)

WRONG_CODE = _(
    "Koden stämmer inte eller är redan använd. Vänta på nästa kod i appen, eller skriv en "
    "reservkod som du inte har använt."
)
KEY_FAILED = _("Det gick inte att använda nyckeln. Försök igen, eller använd ett annat sätt.")
# What the library raises at JSON that no browser has made.
ODD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CodeField(forms.CharField):
    widget = forms.TextInput(
        attrs={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
            "class": "input--m",
        }
    )

    def __init__(self, help_text):
        super().__init__(
            label=_("Kod"),
            help_text=help_text,
            max_length=40,
            error_messages={
                "required": _("Skriv koden."),
                "max_length": _("Skriv bara en kod, utan annan text."),
            },
        )
        self.widget.attrs.pop("maxlength", None)


class LimitedCode(BaseAuthenticateForm):
    """Whoever gets here has shown the password, so only they can use up the guesses."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(_("Sex siffror från appen, eller en av dina reservkoder."))

    def clean_code(self) -> str:
        at, who = clock.now(), str(self.user.pk)
        counted = (limits.CODES_OF_ACCOUNT, limits.CODES_OF_ACCOUNT_A_DAY)
        if not all(limits.allow(limit, who, at) for limit in counted):
            if limits.is_first_beyond(limits.CODE_ALARMS, who, at):
                lockout.tell(f"Konto {self.user.username}: för många fel koder.", at)
            raise forms.ValidationError(TOO_MANY)
        try:
            code = super().clean_code()
        except forms.ValidationError as error:
            raise forms.ValidationError(WRONG_CODE) from error
        for limit in counted:
            limits.give_back(limit, who, at)
        # Each code opens once, whichever process sees it: allauth remembers in its own memory.
        if not limits.allow(limits.CODE_ONCE, f"{who}:{normalize_user_code(code)}", at):
            self._emit_authentication_failed(self.authenticator)
            raise forms.ValidationError(WRONG_CODE)
        return code


class CodeForm(LimitedCode, AuthenticateForm):
    pass


class ConfirmCodeForm(LimitedCode, ReauthenticateForm):
    pass


class AddAppForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(_("De sex siffror som appen visar nu."))


@contextmanager
def _read_as_key() -> Iterator[None]:
    """Whatever is wrong with what a browser says of a key, the form says one thing about it."""
    try:
        yield
    except (forms.ValidationError, *ODD) as error:
        raise forms.ValidationError(KEY_FAILED) from error


class KeyField(forms.JSONField):
    """What the browser says of a key: an object, or nothing that anybody tries to read."""

    widget = forms.HiddenInput

    def clean(self, value):
        with _read_as_key():
            found = super().clean(value)
            if not isinstance(found, dict):
                raise TypeError
            return found


class KeyForm(AuthenticateWebAuthnForm):
    credential = KeyField()

    def clean_credential(self):
        with _read_as_key():
            return super().clean_credential()


class LoginKeyForm(KeyForm, LoginWebAuthnForm):
    pass


class ConfirmKeyForm(KeyForm, ReauthenticateWebAuthnForm):
    pass


class AddKeyForm(AddWebAuthnForm):
    """Every key is made so that it can open by itself where it is able to: nothing to choose."""

    passwordless = None
    credential = KeyField()

    def clean(self):
        with _read_as_key():
            return super().clean()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"] = NameField(
            label=_("Namn på nyckeln"),
            help_text=_("Så att du känner igen den, till exempel Jobbtelefonen."),
            missing="",
            required=False,
            max_length=60,
            too_long=_("Namnet kan ha högst 60 tecken."),
            widget=forms.TextInput(attrs={"class": "input--m"}),
        )


class NewPasswordForm(ChangePasswordForm):
    """Whoever sits down at an open session may not guess the password that opened it."""

    def clean_oldpassword(self) -> str:
        # Asked at the door, where axes counts, makes one wait and has it logged.
        if not get_account_adapter().reauthenticate(self.user, self.cleaned_data["oldpassword"]):
            raise get_account_adapter().validation_error("enter_current_password")
        return self.cleaned_data["oldpassword"]
