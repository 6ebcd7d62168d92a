"""Triggers that refuse any change to what has been received (decision 17).

The promise is about statements, by whatever code, that the database is sent. Gallring goes
through a permit row that is inserted and deleted in the same transaction.
"""

from django.db import models, transaction
from django.db.migrations.operations.base import Operation

IMMUTABLE = (
    "remiss_submission",
    "remiss_stance",
    "remiss_answer",
    "remiss_cosignatory",
    "remiss_attachment",
    "remiss_event",
    "remiss_lettertext",
    "remiss_message",
    "remiss_namecorrection",
    "remiss_disposal",
    "remiss_replyrevision",
    "remiss_approval",
    "remiss_sendback",
    "remiss_secrecytrial",
)
MESSAGE = "received rows are never changed"


class DisposalPermit(models.Model):
    """While a row stands here, deleting is let through. Updating never is."""

    decision = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.decision


PERMITTED = "EXISTS (SELECT 1 FROM remiss_disposalpermit)"

POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION remiss_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' AND {PERMITTED} THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def _name(table: str, act: str) -> str:
    return f"{table}_refuse_{act}"


def install(schema_editor) -> None:
    """Put every trigger in place. Idempotent; to be the last operation of a migration that
    touches an immutable table, since SQLite drops triggers when it remakes a table."""
    connection = schema_editor.connection
    tables = set(connection.introspection.table_names())
    if connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_FUNCTION, params=None)
    for table in (name for name in IMMUTABLE if name in tables):
        for statement in _statements(connection.vendor, table):
            schema_editor.execute(statement, params=None)


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            statement
            for act, level in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
            for statement in (
                f"DROP TRIGGER IF EXISTS {_name(table, act)} ON {table}",
                f"CREATE TRIGGER {_name(table, act)} BEFORE {act.upper()} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION remiss_refuse_change()",
            )
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
    return [
        f"DROP TRIGGER IF EXISTS {_name(table, 'update')}",
        f"CREATE TRIGGER {_name(table, 'update')} BEFORE UPDATE ON {table} {refuse}",
        f"DROP TRIGGER IF EXISTS {_name(table, 'delete')}",
        f"CREATE TRIGGER {_name(table, 'delete')} BEFORE DELETE ON {table} "
        f"WHEN NOT {PERMITTED} {refuse}",
    ]


def missing(connection) -> list[str]:
    """The names of triggers that should stand in this database and do not."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled='O'")
            acts: tuple[str, ...] = ("update", "delete", "truncate")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            acts = ("update", "delete")
        found = {row[0] for row in cursor.fetchall()}
    expected = {_name(table, act) for table in IMMUTABLE if table in tables for act in acts}
    return sorted(expected - found)


def grant(connection, role: str) -> None:
    """Let the app role do what the portal does and nothing that undoes a safeguard; run by the
    owner, after every migrate. Idempotent.

    The role owns no table, so it can drop no trigger; it has no TRUNCATE; and of received rows it
    may not even try an UPDATE. DELETE of them is for gallring, which the trigger lets through.
    """
    to = connection.ops.quote_name(role)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        received = tables & set(IMMUTABLE)
        read_only = {"django_migrations"}
        for allowed, some in (
            ("SELECT, INSERT, UPDATE, DELETE", tables - received - read_only),
            ("SELECT, INSERT, DELETE", received),
            ("SELECT", read_only),
        ):
            names = ", ".join(map(connection.ops.quote_name, sorted(some)))
            cursor.execute(f"REVOKE ALL ON {names} FROM {to}")
            cursor.execute(f"GRANT {allowed} ON {names} TO {to}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {to}")


class InstallTriggers(Operation):
    """The last operation of every migration that touches an immutable table."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        install(schema_editor)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        install(schema_editor)

    def describe(self):
        return "Refuse changes to received rows"
