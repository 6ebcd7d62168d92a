"""All addresses. Decision 2: what stands at the top, and what is a remiss's own."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path

from remiss import accounts
from remiss.views import errors

urlpatterns = [
    path("samordning/konto/logga-in/", account.login, name="account_login"),
    path("samordning/konto/logga-ut/", account.logout, name="account_logout"),
    path("samordning/konto/losenord/", account.password_change, name="account_change_password"),
    path("samordning/konto/utan-losenord/", accounts.no_password, name="account_set_password"),
    path("samordning/konto/inaktivt/", account.account_inactive, name="account_inactive"),
    path("samordning/konto/bekrafta/", account.reauthenticate, name="account_reauthenticate"),
    path("samordning/", admin.site.urls),
    path("", include("remiss.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
