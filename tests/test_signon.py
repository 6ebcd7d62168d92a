"""Logging in through a directory opens accounts that exist, and lets nobody past the other gate.

In a process of its own, since its tables and addresses are there only when it is set up.
"""

import pytest

from tests.test_settings import KEY, REAL, run

pytestmark = pytest.mark.once
ON = {
    "OIDC_ISSUER": "https://login.malmoandan.example/tenant",
    "OIDC_CLIENT_ID": "portal",
    "OIDC_CLIENT_SECRET": "hemligt",
    "OIDC_NAME": "Malmö stad",
}
FORM_ACTION = """
from django.conf import settings
print(*settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"])
"""
FLOW = """
import django; django.setup()
from importlib import import_module
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.core.management import call_command
from django.test import Client, RequestFactory

settings.ALLOWED_HOSTS.append("testserver")
call_command("migrate", verbosity=0)
sessions = import_module(settings.SESSION_ENGINE)
people = get_user_model().objects
people.create_user("maria", "maria@malmoandan.example", "x", is_staff=True)
people.create_user("stangd", "stangd@malmoandan.example", "x", is_staff=True, is_active=False)
people.create_user("annan", "annan@malmoandan.example", "x")
people.create_superuser("root", "root@malmoandan.example", "x")

def arrive(sub, email, verified=True):
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), sessions.SessionStore()
    request._messages = SessionStorage(request)
    said = {"userinfo": {"sub": sub, "email": email, "email_verified": verified}}
    with context.request_context(request):
        login = get_adapter().get_provider(request, "oidc").sociallogin_from_response(request, said)
        answered = complete_login(request, login)
    request.session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    page = client.get("/samordning/")
    print(sub, answered.status_code, page.status_code, page.get("Location", ""))

arrive("1", "Maria@malmoandan.example")
settings.OIDC_SHOWS_SECOND_FACTOR = True
arrive("1", "bytt@malmoandan.example")
arrive("2", "maria@malmoandan.example", verified=False)
arrive("3", "stangd@malmoandan.example")
arrive("4", "annan@malmoandan.example")
arrive("5", "root@malmoandan.example")
arrive("6", "okand@malmoandan.example")
people.filter(username="maria").update(is_active=False)
arrive("1", "maria@malmoandan.example")
login = Client().get("/samordning/konto/logga-in/").content.decode()
print(people.count(), login.count("Logga in med Malmö stad"))
"""
OUTSIDE = "302 /samordning/login/?next=/samordning/"


def test_nothing_of_it_is_there_until_it_is_asked_for():
    assert run("-c", FORM_ACTION).stdout == "'self'\n"


def test_the_provider_may_take_the_form():
    assert run("-c", FORM_ACTION, **ON).stdout == "'self' https://login.malmoandan.example\n"


def test_an_unsafe_directory_does_not_start():
    started = run("-c", FORM_ACTION, **ON | {"OIDC_ISSUER": "http://login.malmoandan.example"})

    assert "OIDC_ISSUER must begin with https://" in started.stderr


def test_only_open_accounts_of_staff_get_in_and_the_second_factor_is_asked_for(tmp_path):
    trial = dict.fromkeys(REAL) | {
        "TRIAL": "1", "VAR_DIR": str(tmp_path), "SECRET_KEY": KEY, "SECOND_FACTOR_REQUIRED": "1",
    }  # fmt: skip

    flow = run("-c", FLOW, **ON | trial)

    assert (flow.stdout or flow.stderr).split("\n") == [
        "1 302 302 /samordning/konto/inloggning/",
        "1 302 200 ",
        *(f"{uid} 403 {OUTSIDE}" for uid in "23456"),
        f"1 403 {OUTSIDE}",
        "4 1",
        "",
    ]
