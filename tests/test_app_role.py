"""In production the portal connects as a role that owns nothing (docs/running.md): what that role
cannot do, and that it can do all of the portal's work."""

from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from remiss.models import DisposalPermit, Event, Submission, triggers
from remiss.workflow import answering
from tests.factories import NOON, make_draft, save, send_in
from tests.test_triggers import received  # noqa: F401  a row in each table that is never changed

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROLE = "malmoandan_app_of_a_test"


def run(statement):
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(statement)


@pytest.fixture
def app_role():
    """as_app() → a block in which every statement is the app role's."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has no roles")
    run(f"DROP ROLE IF EXISTS {ROLE}")
    run(f"CREATE ROLE {ROLE} NOLOGIN")
    call_command("grant_app", ROLE)

    @contextmanager
    def as_app():
        run(f"SET ROLE {ROLE}")
        try:
            yield
        finally:
            run("RESET ROLE")

    yield as_app
    run(f"DROP OWNED BY {ROLE}")
    run(f"DROP ROLE {ROLE}")


def count(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_received_rows_stand_whatever_the_app_role_says(app_role, received):  # noqa: F811
    tables = triggers.IMMUTABLE
    assert [table for table in tables if not count(table)] == []
    said = [
        ("UPDATE {} SET id = id", DatabaseError, "permission denied"),
        ("DELETE FROM {}", IntegrityError, "never changed"),
        ("TRUNCATE {} CASCADE", DatabaseError, "permission denied"),
        ("ALTER TABLE {} DISABLE TRIGGER ALL", DatabaseError, "must be owner"),
        ("DROP TRIGGER {}_refuse_delete ON {}", DatabaseError, "must be owner"),
        ("DROP TABLE {} CASCADE", DatabaseError, "must be owner"),
    ]
    before = {table: count(table) for table in tables}

    with app_role():
        for table in tables:
            for statement, error, words in said:
                with pytest.raises(error, match=words):
                    run(statement.format(table, table))
        for statement in (
            "SET session_replication_role = replica",
            "CREATE OR REPLACE FUNCTION remiss_refuse_change() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
            "UPDATE django_migrations SET app = app",
        ):
            with pytest.raises(DatabaseError, match="permission denied|must be owner"):
                run(statement)

        # With a permit, which is how gallring goes, a DELETE is let through and an UPDATE is not.
        permit = DisposalPermit.objects.create(decision="KS 2031-04-01 § 12")
        with pytest.raises(DatabaseError, match="permission denied"):
            run("UPDATE remiss_event SET note = 'x'")
        with transaction.atomic():
            run("DELETE FROM remiss_event")
            assert Event.objects.count() == 0
            transaction.set_rollback(True)
        permit.delete()

    assert {table: count(table) for table in tables} == before


def test_the_portal_works_as_the_app_role(
    app_role,
    received,  # noqa: F811
    city,
    signed_in,
    noon,
):
    with app_role():
        draft = make_draft(consultation=received.response.consultation)
        save(draft=draft, key="area:city-life", how="Fler nycklar")
        submission = send_in(draft=draft)
        answering.withdraw(response=submission.response, at=NOON)
        client = signed_in(city)
        pages = [
            reverse("admin:index"),
            reverse("admin:log"),
            reverse("admin:remiss_response_change", args=[submission.response.pk]),
            reverse("admin:themes"),
            "/",
        ]
        statuses = [client.get(page, follow=True).status_code for page in pages]
        contact = reverse("admin:read_contact", args=[submission.response.pk])
        read = client.post(contact, follow=True)
        log = client.post(reverse("admin:log"), {"form": "csv"})
        assert b"".join(log.streaming_content)

    assert statuses == [200] * len(pages)
    assert (read.status_code, log.status_code) == (200, 200)
    assert Submission.objects.count() == 2
    assert [event.verb for event in Event.objects.order_by("pk")][-3:] == [
        "withdrew", "read_contact", "exported",
    ]  # fmt: skip
