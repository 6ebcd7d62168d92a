"""What has been received cannot be changed by a statement, on either database."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db import models as django_models
from django.db.migrations import AddField, RemoveField
from django.db.migrations.state import ProjectState

from remiss.models import Disposal, Event, LetterText, Submission, triggers
from remiss.models.triggers import DisposalPermit, InstallTriggers
from remiss.workflow import naming, secrecy, wording, writing
from tests.factories import NOON, area_key, make_submission, make_theme, reply_to


@pytest.fixture
def received(consultation, city, civil):
    theme = make_theme(consultation=consultation, by=city)
    reply_to(theme, by=city, state="approved", other=civil)
    reply_to(theme, by=civil, state="sent_back", other=city, text="En gång till.")
    wording.kept(consultation, LetterText.Kind.INVITATION, at=NOON, by=city)
    submission = make_submission(
        consultation=consultation,
        texts={area_key("city-life"): {"how": "Text", "stance": "supports"}},
        behind={"cosignatories": "Kulturhuset Kajutan"},
        files=["yttrande.pdf"],
    )
    act = {"response": submission.response, "at": NOON, "by": city}
    writing.write(subject="En fråga", body="Hur många?", once="en", **act)
    naming.correct(name="Kajutan", reason="Felskrivet", seen=submission.sender, **act)
    Disposal.objects.create(decision="KS § 12", number=1, references=["MA-2222"], at=NOON, by=city)
    marked = secrecy.mark(provision="OSL 21 kap. 7 §", reason="Namn", **act)
    secrecy.try_mark(mark=marked, outcome="lifted", reason="Inget", seen=0, at=NOON, by=city)
    return submission


@pytest.mark.parametrize("table", triggers.IMMUTABLE)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_raw_sql_cannot_change_a_received_row(received, table, act):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        before = cursor.fetchone()[0]
        assert before > 0

        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            cursor.execute(act.format(table))

        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] == before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", triggers.IMMUTABLE)
def test_truncate_is_refused(received, table):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has no TRUNCATE")
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_gallring_goes_through_a_permit_and_never_lets_an_update_through(received):
    permit = DisposalPermit.objects.create(decision="KS 2031-04-01 § 12")
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE remiss_event SET note = 'x'")
        cursor.execute("DELETE FROM remiss_event")
    permit.delete()

    assert Event.objects.count() == 0


def test_every_trigger_stands_after_migrate(db):
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_every_trigger_stands_after_a_column_was_added_and_removed():
    state = ProjectState.from_apps(Submission._meta.apps)
    operations = [
        AddField("submission", "extra", django_models.TextField(default="")),
        InstallTriggers(),
        RemoveField("submission", "extra"),
        InstallTriggers(),
    ]
    for operation in operations:
        before = state.clone()
        operation.state_forwards("remiss", state)
        with connection.schema_editor() as editor:
            operation.database_forwards("remiss", editor, before, state)

    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_dropped_trigger_is_found(django_db_blocker):
    name = "remiss_answer_refuse_update"
    table = " ON remiss_answer" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{table}")
    try:
        assert triggers.missing(connection) == [name]
    finally:
        with connection.schema_editor() as editor:
            triggers.install(editor)
