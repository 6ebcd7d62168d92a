"""A dangerous combination of settings does not start (fault C1); a right one has no warnings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from remiss import checks

ROOT = Path(__file__).parent.parent
KEY = "a-long-key-of-its-own-" + "x7Q2" * 12
REAL = {
    "SECRET_KEY": KEY,
    "SITE_URL": "https://malmoandan.example",
    "ALLOWED_HOSTS": "malmoandan.example",
    "DATABASE_URL": "postgres://app:secret@127.0.0.1:1/remiss",
    "EMAIL_HOST": "smtp.malmoandan.example",
    "DEFAULT_FROM_EMAIL": "remiss@malmoandan.example",
    "UPLOADS_DIR": "/srv/uploads",
    "TRUSTED_PROXIES": "1",
}
# Taken out of what the tests themselves were started with.
NAMES = {
    *REAL,
    "SECOND_FACTOR_REQUIRED",
    "TRIAL",
    "DEBUG",
    "VAR_DIR",
    "CLAMD",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
}


def run(*command, **changes):
    """Start a process with the environment of a real set-up and some changes; None takes away."""
    env = {name: value for name, value in os.environ.items() if name not in NAMES}
    env |= {name: value for name, value in (REAL | changes).items() if value is not None}
    env["DJANGO_SETTINGS_MODULE"] = "malmoandan.settings"
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def start(**changes):
    return run("-c", "import django; django.setup()", **changes)


def test_a_real_set_up_starts():
    assert start().stderr == ""


@pytest.mark.parametrize("name", [name for name in REAL if name != "TRUSTED_PROXIES"])
def test_a_missing_variable_stops_the_start_and_is_named(name):
    started = start(**{name: None})

    assert started.returncode != 0
    assert f"Set {name}." in started.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be at least 50 random characters"),
        ({"SECRET_KEY": "trial-only-" + "0" * 50}, "SECRET_KEY must be at least 50"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 50}, "SECRET_KEY must be at least 50"),
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY must be at least 50"),
        ({"DEBUG": "1"}, "DEBUG shows private texts"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name each host"),
        ({"ALLOWED_HOSTS": ".malmoandan.example"}, "ALLOWED_HOSTS must name each host"),
        ({"ALLOWED_HOSTS": "malmoandan.example,*"}, "ALLOWED_HOSTS must name each host"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name each host"),
        ({"SITE_URL": "http://malmoandan.example"}, "SITE_URL must begin with https://"),
        ({"EMAIL_WITHOUT_TLS": "1"}, "EMAIL_WITHOUT_TLS is for a mail server on this machine only"),
        ({"DATABASE_URL": "sqlite:///remiss.sqlite3"}, "SQLite is for TRIAL=1 only"),
        ({"CLAMD": "clamd"}, "CLAMD must be host:port, or the path of a socket"),
        ({"CLAMD": "clamd:0"}, "CLAMD must be host:port, or the path of a socket"),
        ({"SECOND_FACTOR_REQUIRED": "0"}, "SECOND_FACTOR_REQUIRED=0 is for TRIAL=1 only"),
        (
            {"TRIAL": "1", "ALLOWED_HOSTS": "malmoandan.example"},
            "TRIAL=1 serves on this machine only",
        ),
        (
            {"TRIAL": "1", "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": "https://malmoandan.example"},
            "TRIAL=1 serves on this machine only",
        ),
    ],
)
def test_a_dangerous_combination_does_not_start(tmp_path, changes, sentence):
    started = start(VAR_DIR=str(tmp_path), **changes)

    assert started.returncode != 0
    assert sentence in started.stderr


def test_a_real_process_cannot_be_told_to_crash():
    said = run("-c", "from django.conf import settings; print(repr(settings.CRASH_AT))")
    told = run(
        "-c", "from django.conf import settings; print(repr(settings.CRASH_AT))",
        CRASH_AT="before_commit",
    )  # fmt: skip

    assert said.stdout == told.stdout == "''\n"


def test_check_deploy_has_no_warnings():
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_check_deploy_refuses_trial_mode(tmp_path):
    checked = run(
        "manage.py", "check", "--deploy", TRIAL="1", VAR_DIR=str(tmp_path),
        SITE_URL="http://127.0.0.1:8000", ALLOWED_HOSTS="127.0.0.1",
    )  # fmt: skip

    assert checked.returncode != 0
    assert "remiss.E003" in checked.stderr


def test_real_cookies_and_headers_are_strict():
    names = [
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "EMAIL_USE_TLS",
    ]
    code = f"from django.conf import settings as s; print([getattr(s, n) for n in {names}])"

    assert run("-c", code).stdout == f"{[True] * len(names)}\n"


def test_the_web_process_does_not_come_up_without_a_trigger(tmp_path):
    env = {
        "TRIAL": "1", "VAR_DIR": str(tmp_path), "DATABASE_URL": None, "EMAIL_HOST": None,
        "SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1",
    }  # fmt: skip
    drop = "from django.db import connection as c; c.cursor().execute('DROP TRIGGER {}')"
    assert run("manage.py", "migrate", "-v0", **env).returncode == 0
    assert run("-c", "import malmoandan.wsgi", **env).returncode == 0
    run("manage.py", "shell", "-v0", "-c", drop.format("remiss_answer_refuse_update"), **env)

    refused = run("-c", "import malmoandan.wsgi", **env)

    assert refused.returncode != 0
    assert "remiss_answer_refuse_update is missing" in refused.stderr


def test_a_missing_trigger_is_refused_on_this_database(db, monkeypatch):
    monkeypatch.setattr(checks.triggers, "missing", lambda connection: ["remiss_event_refuse_x"])

    with pytest.raises(ImproperlyConfigured, match="remiss_event_refuse_x is missing"):
        checks.refuse_unsafe_start()


def test_a_sound_database_is_not_refused(db):
    checks.refuse_unsafe_start()


def test_a_careless_sqlite_is_an_error(db):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own setting; PostgreSQL's is below")
    with connection.cursor() as cursor:
        # Asked of a connection of its own: the pragma cannot change inside a transaction.
        other = connection.copy()
        other.settings_dict = connection.settings_dict | {
            "NAME": ":memory:",
            "OPTIONS": {"init_command": "PRAGMA synchronous=OFF;"},
        }
        try:
            with other.cursor() as theirs:
                assert checks._sqlite_lapses(theirs) == ["synchronous=FULL"]
        finally:
            other.close()
        assert checks._sqlite_lapses(cursor) == []


def test_a_forgetful_postgresql_is_an_error_outside_trial_mode(db, settings):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: DATABASE_URL, or pg_virtualenv")
    settings.TRIAL = False
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")

        found = [error.msg for error in checks.safeguards_stand(["default"])]

    assert any(message.startswith("synchronous_commit is off") for message in found)
