"""All addresses. Decision 2: what stands at the top, and what is a remiss's own."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from remiss import accounts
from remiss.views import account, errors

login = [
    path("logga-in/", account.login, name="account_login"),
    path("logga-in/nyckel/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("logga-in/kod/", mfa.authenticate, name="mfa_authenticate"),
    path("logga-ut/", allauth.logout, name="account_logout"),
    path("losenord/", account.change_password, name="account_change_password"),
    path("utan-losenord/", accounts.no_password, name="account_set_password"),
    path("glomt-losenord/", allauth.password_reset, name="account_reset_password"),
    path(
        "glomt-losenord/skickat/",
        allauth.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "nytt-losenord/klart/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # One part of the path, so that logs cut it out whole.
    re_path(
        r"^nytt-losenord/(?P<uidb36>[0-9a-z]{1,13})-(?P<key>[0-9A-Za-z-]{1,100})/$",
        account.new_password,
        name="account_reset_password_from_key",
    ),
    path("inaktivt/", allauth.account_inactive, name="account_inactive"),
    path("bekrafta/", allauth.reauthenticate, name="account_reauthenticate"),
    path("bekrafta/kod/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "bekrafta/nyckel/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("inloggning/", account.ways_in, name="mfa_index"),
    path("inloggning/app/", account.add_app, name="mfa_activate_totp"),
    path("inloggning/app/ta-bort/", account.remove_app, name="mfa_deactivate_totp"),
    path("inloggning/nycklar/", account.keys, name="mfa_list_webauthn"),
    path("inloggning/nyckel/", account.add_key, name="mfa_add_webauthn"),
    path("inloggning/nyckel/<int:pk>/ta-bort/", account.remove_key, name="mfa_remove_webauthn"),
    path("inloggning/reservkoder/", account.reserve_codes, name="mfa_view_recovery_codes"),
    path(
        "inloggning/reservkoder/nya/",
        account.new_reserve_codes,
        name="mfa_generate_recovery_codes",
    ),
]

if settings.OIDC_ISSUER:
    login += [
        path("katalog/", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("katalog/avbruten/", account.sign_on_cancelled, name="socialaccount_login_cancelled"),
    ]

urlpatterns = [
    path("samordning/konto/", include(login)),
    path("samordning/", admin.site.urls),
    path("", include("remiss.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
