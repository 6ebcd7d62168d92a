"""allauth's pages for logging in, with what they change written in the log in the same breath."""

from textwrap import wrap
from typing import ClassVar
from urllib.parse import quote

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect

from remiss.models import Verb
from remiss.workflow import credentials

APP, KEY = "App med koder.", "Nyckel (passkey)."


class Noted:
    """A change that is done and logged together, or not at all."""

    verb: ClassVar[Verb]
    what = ""

    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            credentials.note_change(
                user=self.changed(), verb=self.verb, what=self.what, at=self.request.received_at
            )
        return response

    def changed(self):
        return self.request.user


class Added(Noted):
    verb = Verb.ADDED_FACTOR

    def form_valid(self, form):
        response = super().form_valid(form)
        # Who has just set one up holds it: this session has shown its second factor.
        record_authentication(self.request, self.request.user, "mfa", type=self.kind)
        self.request.session.cycle_key()
        return response


class Login(account.LoginView):
    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        # Tab goes from the name to the password; the way to a new one stands below the button.
        form.fields["password"].help_text = ""
        for field in form.fields.values():
            field.widget.attrs.pop("placeholder", None)
        form.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        return form

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "has_keys": settings.SECOND_FACTOR_REQUIRED,
            "sign_on": settings.OIDC_NAME,
        }


class ChangePassword(Noted, account.PasswordChangeView):
    verb = Verb.CHANGED_PASSWORD


class NewPassword(Noted, account.PasswordResetFromKeyView):
    verb, what = Verb.CHANGED_PASSWORD, "Med länk i mejl."

    def changed(self):
        # This browser's session too, which may be one of those that end.
        self.request.session.flush()
        credentials.let_try_again(self.reset_user)
        credentials.end_sessions(self.reset_user)
        return self.reset_user


class WaysIn(mfa.IndexView):
    def get_context_data(self, **kwargs):
        factors = credentials.factors_of(self.request.user)
        return super().get_context_data(**kwargs) | {
            "may_remove": all(credentials.may_remove(factor) for factor in factors),
            "is_required": settings.SECOND_FACTOR_REQUIRED,
        }


class AddApp(Added, totp.ActivateTOTPView):
    what, kind = APP, Authenticator.Type.TOTP

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"secret_in_groups": " ".join(wrap(context["form"].secret, 4))}


class RemoveApp(Noted, totp.DeactivateTOTPView):
    verb, what = Verb.REMOVED_FACTOR, APP

    def get_context_data(self, **kwargs):
        may_remove = credentials.may_remove(self.authenticator)
        return super().get_context_data(**kwargs) | {"may_remove": may_remove}


class AddKey(Added, webauthn.AddWebAuthnView):
    what, kind = KEY, Authenticator.Type.WEBAUTHN


class RemoveKey(Noted, webauthn.RemoveWebAuthnView):
    verb, what = Verb.REMOVED_FACTOR, KEY

    def form_valid(self, form):
        if not credentials.may_remove(self.get_object()):
            return redirect("mfa_index")  # which offers no button for it
        return super().form_valid(form)


class ReserveCodes(recovery_codes.ViewRecoveryCodesView):
    """Shown once; the file to keep comes with the page, so that nothing can ask for it later."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context["can_view_codes"]:
            lines = ["Reservkoder till Malmöandans samordning", "", *context["unused_codes"], ""]
            context["file"] = "data:text/plain;charset=utf-8," + quote("\r\n".join(lines))
        return context


class NewReserveCodes(Noted, recovery_codes.GenerateRecoveryCodesView):
    verb = Verb.NEW_CODES


login = Login.as_view()
change_password = ChangePassword.as_view()
new_password = NewPassword.as_view()
ways_in = WaysIn.as_view()
add_app = AddApp.as_view()
remove_app = RemoveApp.as_view()
add_key = AddKey.as_view()
remove_key = RemoveKey.as_view()
reserve_codes = ReserveCodes.as_view()
new_reserve_codes = NewReserveCodes.as_view()


def sign_on_cancelled(request):
    messages.info(request, "Inloggningen avbröts. Försök igen, eller logga in med lösenord.")
    return redirect("account_login")


@login_required
def keys(request):
    """Where allauth leads after a key is removed: all the ways in are listed on one page."""
    return redirect("mfa_index")
