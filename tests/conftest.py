"""Fixtures: a named cast, a fixed clock at the edges, and a database that may be emptied."""

import sys
from collections.abc import Iterable
from functools import cache
from itertools import chain

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, models, transaction
from django.db.backends.signals import connection_created
from django.db.models.sql import compiler
from django.test import TransactionTestCase
from django.urls import reverse
from whitenoise.middleware import WhiteNoiseMiddleware

from remiss import clock, links, roles
from remiss.models import DisposalPermit
from remiss.workflow import remembering
from tests import factories

# What migrate and the groups of staff put into a new database, and no test takes out.
LASTING = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
}


# What a test that asks the database has among its fixtures.
ASKS = {"db", "transactional_db", "django_db_setup", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if not (ASKS & set(item.fixturenames) or item.get_closest_marker("django_db")):
            item.add_marker(pytest.mark.once)


class SlowFirst:
    """What takes long is begun first, or one worker would sit with it when the other is done."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: not item.get_closest_marker("large"))


def pytest_configure(config):
    config.pluginmanager.register(SlowFirst())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, _counted=set()):  # noqa: B006  what has been counted so far
    """Of a test with many cases the first has its lines counted: counting doubles the time."""
    tracer, test = sys.gettrace(), item.nodeid.partition("[")[0]
    if test not in _counted or not item.config.pluginmanager.hasplugin("_cov"):
        _counted.add(test)
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A database with the groups of staff in it, as after `manage.py setup_roles`."""
    with django_db_blocker.unblock():
        roles.setup_roles()
    yield
    if connection.vendor == "postgresql":
        # A browser that keeps a connection open keeps a thread of the server, and that its own.
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@connection_created.connect
def _wait_for_a_slow_test(connection, **_kwargs):
    """The portal never thinks for thirty seconds in a transaction; a test on a busy machine may."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = '300s'")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A test may think for long inside its transaction, which PostgreSQL is told to end."""
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"]["options"] = "-c statement_timeout=120000"


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    """Every test has a database of its own, whose keys begin anew."""
    remembering.forget()


@pytest.fixture(autouse=True)
def _test_settings(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.CLAMD = ""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def rows(monkeypatch):
    """How many rows the database handed over, but for a role's fixed number of permissions."""
    fetched = []
    stock = compiler.SQLCompiler.execute_sql

    def counted(self, *args, **kwargs):
        result = stock(self, *args, **kwargs)
        if self.query.model is Permission or not isinstance(result, Iterable):
            return result
        chunks = [[result]] if isinstance(result, tuple) else list(result)
        fetched.extend(chain.from_iterable(chunks))
        return result if isinstance(result, tuple) else iter(chunks)

    monkeypatch.setattr(compiler.SQLCompiler, "execute_sql", counted)
    return fetched


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


@cache
def _tables():
    return sorted(set(connection.introspection.table_names()) - LASTING)


def _empty_tables(_case):
    """Tests with real commits empty the tables afterwards, which the triggers let through only
    with a permit. Row by row, since a few rows go faster so than every table by TRUNCATE."""
    permit = DisposalPermit.objects.create(decision="the end of a test")
    with transaction.atomic(), connection.cursor() as cursor:
        asked = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in _tables()
        )
        cursor.execute(asked)
        for (table,) in cursor.fetchall():
            if table != permit._meta.db_table:
                cursor.execute(f"DELETE FROM {table}")
    permit.delete()


# Not a fixture: it has to outlive those that set up the database.
TransactionTestCase._fixture_teardown = _empty_tables


def _find_static_files(self, original=WhiteNoiseMiddleware.add_files_from_finders, found={}):  # noqa: B006
    """Each client of a test has middleware of its own; the files are looked for once."""
    if not found:
        original(self)
        found.update(self.files)
    self.files.update(found)


WhiteNoiseMiddleware.add_files_from_finders = _find_static_files
