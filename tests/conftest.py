"""Fixtures: a named cast, a fixed clock at the edges, and a database that may be emptied."""

import pytest
from django.db import connection, models
from django.test import TransactionTestCase
from django.urls import reverse

from remiss import clock, links, roles
from remiss.models import DisposalPermit
from tests import factories


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A test may think for long inside its transaction, which PostgreSQL is told to end."""
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"]["options"] = "-c statement_timeout=120000"


@pytest.fixture(autouse=True)
def _test_settings(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def at(monkeypatch):
    """Set the database's clock as the edges see it: at(moment)."""

    def freeze(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(
            clock, "expression", lambda: models.Value(moment, models.DateTimeField())
        )
        return moment

    return freeze


@pytest.fixture
def noon(at):
    return at(factories.NOON)


@pytest.fixture
def consultation(db):
    return factories.make_consultation()


@pytest.fixture
def submission(consultation):
    return factories.make_submission(consultation=consultation)


@pytest.fixture
def city(db):
    return factories.make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")


@pytest.fixture
def civil(db):
    return factories.make_staff(username="ahmed", group=roles.COORDINATOR_CIVIL, side="civil")


@pytest.fixture
def registrar(db):
    return factories.make_staff(username="birgit", group=roles.REGISTRAR)


@pytest.fixture
def reader(db):
    return factories.make_staff(username="lena", group=roles.READER)


@pytest.fixture
def administrator(db):
    return factories.make_staff(username="admir", group=roles.ADMINISTRATOR)


@pytest.fixture
def superuser(db):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_superuser("root", "root@malmoandan.example", "x" * 12)


@pytest.fixture
def signed_in(client):
    """signed_in(user) → a client logged in as that user."""

    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def opened(client, consultation, noon):
    """opened(draft) → a client whose session holds the draft, as after pressing the button."""

    def open_draft(draft, *, purpose=links.FROM_PAGE, client=client):
        key = links.make_key(draft, purpose=purpose)
        client.post(reverse("remiss:open_link", args=[key]))
        return client

    return open_draft


def _teardown_with_permit(self, original=TransactionTestCase._fixture_teardown):
    """Tests with real commits empty the tables afterwards, which the triggers let through only
    with a permit: it is put in first and is the last row to go."""
    DisposalPermit.objects.create(decision="the end of a test")
    flush = connection.ops.sql_flush

    def permit_last(*args, **kwargs):
        return sorted(flush(*args, **kwargs), key=lambda sql: "disposalpermit" in sql)

    connection.ops.sql_flush = permit_last
    try:
        original(self)
    finally:
        connection.ops.sql_flush = flush


# Not a fixture: it has to outlive those that set up the database.
TransactionTestCase._fixture_teardown = _teardown_with_permit
