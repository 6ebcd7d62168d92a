"""How allauth is used: for staff only, nobody signs up, and nobody works on a password alone."""

import base64
import hashlib
from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from remiss import limits
from remiss.text import email_key
from remiss.workflow import credentials

# What a session may open that has shown a password and no more.
ALWAYS = {"account_login", "account_logout", "account_inactive", "admin:logout", "admin:jsi18n"}
TO_ENROL = {"mfa_activate_totp", "mfa_add_webauthn", "mfa_index", "account_reauthenticate"}
TO_SHOW = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


class StaffAdapter(DefaultAccountAdapter):
    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "Användarnamnet eller lösenordet stämmer inte. Kontrollera båda och försök igen."
        ),
    }

    def authenticate(self, request, **shown):
        # Folded before anybody counts: another capital is not another try.
        if "username" in shown:
            shown["username"] = credentials.name_of_account(shown["username"])
        return super().authenticate(request, **shown)

    def is_open_for_signup(self, request):
        return False

    def login(self, request, user):
        super().login(request, user)
        # A login is as good as a confirmation, for the five minutes that one counts.
        records = get_authentication_records(request, user)
        if records:
            records[-1]["reauthenticated"] = True
            request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records

    def get_reset_password_from_key_url(self, key):
        return ""  # the link is made as the letter is sent

    def send_password_reset_mail(self, user, email, context):
        """A letter in the outbox, to the address the account has now and to no other."""
        at = self.request.received_at
        is_theirs = email_key(email) == email_key(user.email)
        if not (is_theirs and user.is_staff and user.is_active and user.has_usable_password()):
            return
        if limits.allow(limits.LINKS_TO_ADDRESS, f"password:{user.pk}", at):
            credentials.ask_for_password(user=user, at=at)

    def send_mail(self, template_prefix, email, context):
        """Nothing is sent in a request: a letter that has no row in the outbox is not sent."""


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of apps lie encrypted in the database, so that a copy of it opens no account."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Koden stämmer inte. Vänta på nästa kod i appen och försök igen."),
    }

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # The key has been replaced: no code fits until the factor has been set anew.
            return base64.b32encode(get_random_string(20).encode()).decode()

    def can_delete_authenticator(self, authenticator):
        return credentials.may_remove(authenticator)

    def generate_authenticator_name(self, user, type):
        return f"Nyckel {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def _get_site_name(self):
        return settings.MFA_TOTP_ISSUER


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"remiss.factor:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def has_shown_second_factor(request) -> bool:
    """Whether this session has, not only whether the account could: that is what lets in."""
    methods = {"mfa"} | ({"socialaccount"} if settings.OIDC_SHOWS_SECOND_FACTOR else set())
    records = get_authentication_records(request, request.user)
    return any(record.get("method") in methods for record in records)


def second_factor(get_response):
    """Let staff who have shown a password alone reach what adds or shows the other factor.

    Every page is behind it but the public ones, which do not ask who somebody is.
    """

    def middleware(request):
        return get_response(request)

    middleware.process_view = _gate
    return middleware


def _gate(request, view, args, kwargs):
    match = request.resolver_match
    if not settings.SECOND_FACTOR_REQUIRED or match.namespace == "remiss":
        return None
    if not request.user.is_authenticated or has_shown_second_factor(request):
        return None
    is_enrolled = credentials.factors_of(request.user).exists()
    if match.view_name in ALWAYS | (TO_SHOW if is_enrolled else TO_ENROL):
        return None
    return HttpResponseRedirect(reverse("mfa_reauthenticate" if is_enrolled else "mfa_index"))


def no_password(request):
    """An account without a password gets one from an Administratör only (decision 32)."""
    raise PermissionDenied
