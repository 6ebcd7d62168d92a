"""Many at once, with real commits on PostgreSQL; each race has a control without its guard."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, connections

from remiss import roles
from remiss.models import (
    Body,
    Conflict,
    CountedFor,
    Draft,
    DraftPart,
    DraftRevision,
    Event,
    Invitation,
    Letter,
    Registration,
    Response,
    Submission,
)
from remiss.models.draft import LinkReplaced
from remiss.workflow import answering, invited, inviting, merging, moving, recording, registering
from tests.factories import (
    NOON,
    ROBIN,
    area_key,
    begin_invited,
    days,
    make_body,
    make_consultation,
    make_draft,
    make_invitation,
    make_staff,
    make_submission,
    versions_of,
)

CITY = area_key("city-life")

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


def at_once(number, act):
    """Run act(index) on `number` own connections that start together; results and exceptions."""
    barrier, results = threading.Barrier(number), [None] * number

    def run(index):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[index] = act(index)
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def while_held(monkeypatch, holder, name, first, second):
    """Run `first`; when it has been through `name`, let `second` begin and come as far as it can
    before `first` goes on; what came of both."""
    original, begun = getattr(holder, name), threading.Event()

    def slow(*args, **kwargs):
        found = original(*args, **kwargs)
        if threading.current_thread() is mine[0]:
            begun.set()
            time.sleep(0.5)
        return found

    mine = []

    def act(index):
        if index == 0:
            mine.append(threading.current_thread())
            return first()
        assert begun.wait(timeout=30)
        return second()

    monkeypatch.setattr(holder, name, slow)
    return at_once(2, act)


@pytest.fixture
def draft():
    return make_draft(consultation=make_consultation(), texts={CITY: {"how": "Öppna aulorna."}})


def send(draft, versions):
    mine = Draft.objects.select_related("consultation", "plan_version").get(pk=draft.pk)
    return answering.submit(draft=mine, seen=0, versions=versions, at=NOON)


def test_twenty_at_once_send_one_draft_and_get_equal_receipts(draft):
    versions = versions_of(draft)

    results = at_once(20, lambda _index: send(draft, versions))

    submission = Submission.objects.get()
    assert results == [submission] * 20
    assert Letter.objects.filter(kind="receipt").count() == 1
    assert Event.objects.filter(verb="submitted").count() == 1
    assert Response.objects.get().latest == submission


def test_without_the_guards_the_same_twenty_send_more_than_once(draft, monkeypatch):
    versions = versions_of(draft)
    number = iter(range(100))
    monkeypatch.setattr(answering, "submit_key", lambda *_args: f"unguarded-{next(number)}")
    monkeypatch.setattr(Draft.objects, "held_by", _in_any_round(Draft.objects.held_by))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE remiss_response DROP CONSTRAINT remiss_response_public_id_key")
    try:
        at_once(20, lambda _index: send(draft, versions))
        assert Submission.objects.count() > 1
    finally:
        _empty_submissions()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE remiss_response "
                "ADD CONSTRAINT remiss_response_public_id_key UNIQUE (public_id)"
            )


def _in_any_round(held_by):
    def held(draft):
        rows = held_by(draft)
        rows.filter = lambda **_conditions: rows
        return rows

    return held


def _empty_submissions():
    from remiss.models import DisposalPermit

    permit = DisposalPermit.objects.create(decision="the end of a test")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE remiss_response CASCADE")
    permit.delete()


def save(part_pk, content, seen):
    part = DraftPart.objects.get(pk=part_pk)
    part.replace(content=content, is_done=True, seen=seen, by=ROBIN, at=NOON)


def test_no_acknowledged_text_is_lost_between_two_editors(draft):
    part = draft.parts.get(key=CITY)

    def edit(editor):
        acknowledged = []
        for number in range(50):
            text = {"how": f"{editor}:{number}"}
            try:
                save(part.pk, text, DraftPart.objects.get(pk=part.pk).version)
            except Conflict:
                continue
            acknowledged.append(text)
        return acknowledged

    acknowledged = [text for texts in at_once(2, edit) for text in texts]

    kept = [revision.content for revision in DraftRevision.objects.filter(part=part)]
    assert len(acknowledged) >= 50
    assert [text for text in acknowledged if text not in kept] == []


def test_without_the_version_the_same_two_editors_lose_text(draft, monkeypatch):
    part = draft.parts.get(key=CITY)

    def blind(index):
        """Read, then write what was read: what a save without its WHERE would do."""
        for number in range(50):
            mine = DraftPart.objects.get(pk=part.pk)
            mine.content = mine.content | {f"{index}:{number}": "x"}
            mine.save(update_fields=["content"])

    at_once(2, blind)

    assert len(DraftPart.objects.get(pk=part.pk).content) < 101


def test_a_text_saved_while_the_draft_is_sent_is_in_the_answer_or_refused_as_moved(draft):
    part, versions = draft.parts.get(key=CITY), versions_of(draft)

    def act(index):
        if index == 0:
            return send(draft, versions)
        return save(part.pk, {"how": "Ändrat i samma stund"}, part.version)

    sent, saved = at_once(2, act)

    assert saved is None
    if isinstance(sent, answering.Moved):
        assert Submission.objects.count() == 0
    else:
        assert sent.answers.get().text == "Öppna aulorna."
    assert DraftPart.objects.get(pk=part.pk).content == {"how": "Ändrat i samma stund"}


def test_nobody_gets_in_after_a_last_day_that_is_moved_in_the_same_instant():
    consultation = make_consultation()
    city = make_staff(username="maria", group="Samordnare kommunen", side="city")
    drafts = [make_draft(consultation=consultation, texts={CITY: {"how": "x"}}) for _n in range(10)]
    later = NOON + days(1)

    def act(index):
        if index == 10:
            return moving.move_last_day(
                consultation=consultation,
                last_day=NOON.date(),
                reason="Beslut.",
                at=NOON,
                by=city,
            )
        mine = Draft.objects.select_related("consultation", "plan_version").get(pk=drafts[index].pk)
        return answering.submit(draft=mine, seen=0, versions=versions_of(mine), at=later)

    results = at_once(11, act)

    moved = Event.objects.get(verb="moved_last_day")
    assert results[10] == {}  # nobody is told of it
    sent = [result for result in results[:10] if isinstance(result, Submission)]
    refused = [result for result in results[:10] if isinstance(result, answering.Closed)]
    assert len(sent) + len(refused) == 10
    # Whoever was let in had committed before the move did.
    later_rows = Submission.objects.filter(pk__gt=0, is_late=False, received_at=later)
    assert later_rows.count() == len(sent)
    assert moved.pk


def test_a_request_that_arrived_in_time_is_in_time_however_late_it_commits():
    consultation = make_consultation()
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "x"}})
    arrived = NOON + days(18.4)  # 30 November, 21.36 in Malmö

    submission = answering.submit(draft=draft, seen=0, versions=versions_of(draft), at=arrived)

    assert submission.received_at == arrived
    assert not submission.is_late


def test_a_typical_submission_takes_at_most_fifteen_statements(draft):
    from django.test.utils import CaptureQueriesContext

    draft.refresh_from_db()
    draft.consultation, draft.plan_version  # noqa: B018  fetched with the draft in the view
    versions = versions_of(draft)
    with CaptureQueriesContext(connection) as captured:
        answering.submit(draft=draft, seen=0, versions=versions, at=NOON)
    inside = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    begin = next(index for index, sql in enumerate(inside) if sql.startswith("BEGIN"))

    statements = [sql for sql in inside[begin:] if sql not in {"BEGIN", "COMMIT"}]
    assert len(statements) <= 15


# An invited body


@pytest.fixture
def invitation():
    city = make_staff(username="maria", group="Samordnare kommunen", side="city")
    return make_invitation(consultation=make_consultation(), by=city)


def press_begin(invitation, index):
    mine = Invitation.objects.select_related("consultation", "body").get(pk=invitation.pk)
    return begin_invited(invitation=mine, name=f"Anna {index}", email=f"anna{index}@fn.example")


def test_twenty_of_one_body_who_begin_at_once_come_to_one_draft(invitation):
    results = at_once(20, lambda index: press_begin(invitation, index))

    draft = Draft.objects.get()
    assert results == [draft] * 20
    assert Event.objects.filter(verb="began").count() == 1
    assert Letter.objects.filter(kind="link").get().address == draft.email
    save(draft.parts.get(key=CITY).pk, {"how": "Öppna aulorna."}, seen=0)
    versions = versions_of(draft)
    at_once(20, lambda _index: send(draft, versions))
    assert Response.objects.get().invitation == invitation


def test_without_looking_under_the_lock_the_database_refuses_the_other_nineteen(
    invitation, monkeypatch
):
    start, number = answering.start, iter(range(100))
    monkeypatch.setattr(invited, "holder_of", lambda _invitation: None)
    monkeypatch.setattr(
        answering, "start", lambda **given: start(**given | {"once": f"unguarded-{next(number)}"})
    )

    results = at_once(20, lambda index: press_begin(invitation, index))

    assert Draft.objects.get() in results
    assert sum(isinstance(result, IntegrityError) for result in results) == 19


def test_a_save_that_meets_the_replacing_of_the_link_is_kept_or_refused_with_its_text(invitation):
    draft = begin_invited(invitation=invitation)
    part, city = draft.parts.get(key=CITY), invitation.letters.get().dispatch.made_by

    def act(index):
        if index:
            main = invitation.body.addresses.get()
            return inviting.revoke(
                invitation=Invitation.objects.select_related("consultation", "body").get(),
                address=main,
                at=NOON + days(1),
                by=city,
            )
        mine = Draft.objects.get(pk=draft.pk)
        mine.link_version = 1  # as the session knows it
        return answering.save_part(
            draft=mine, key=CITY, content={"how": "Sist."}, is_done=True, seen=0, by=ROBIN, at=NOON
        )

    saved, revoked = at_once(2, act)

    part.refresh_from_db()
    assert revoked == ""
    if isinstance(saved, LinkReplaced):
        assert part.content == {}
    else:
        assert (saved, part.content) == (1, {"how": "Sist."})
    assert Draft.objects.get().link_version == 2


# Two bodies become one while one of them begins


@pytest.fixture
def two(invitation):
    """(kept's, other's) invitation."""
    city = invitation.letters.get().dispatch.made_by
    fields = {"name": "Kajuta", "email": "kajuta@fn.example"}
    return invitation, make_invitation(consultation=invitation.consultation, by=city, **fields)


def merge_and_begin(two, monkeypatch, first):
    """Both at once; `first` has the row when the other one comes to it."""
    mine, theirs = two
    city = mine.letters.get().dispatch.made_by
    is_under_way, is_done = threading.Event(), threading.Event()
    room, name = {"merge": (merging, "_take_addresses"), "begin": (answering, "start")}[first]
    before = getattr(room, name)

    def meanwhile(*args, **kwargs):
        is_under_way.set()
        is_done.wait(timeout=2)  # in vain where the other one waits for the row
        return before(*args, **kwargs)

    monkeypatch.setattr(room, name, meanwhile)

    def act(index):
        verb = ["merge", "begin"][index]
        if verb != first:
            is_under_way.wait(timeout=30)
        try:
            if verb == "merge":
                return merging.merge(kept=mine.body, other=theirs.body, at=NOON, by=city)
            return press_begin(theirs, index)
        finally:
            is_done.set()

    return at_once(2, act)


def test_who_begins_while_the_body_is_merged_comes_to_the_invitation_that_is_in_use(
    two, monkeypatch
):
    merged, begun = merge_and_begin(two, monkeypatch, "merge")

    assert merged == two[0].body
    assert begun == Draft.objects.get()
    assert begun.invitation == two[0]


def test_a_body_that_is_just_beginning_is_not_merged_away(two, monkeypatch):
    merged, begun = merge_and_begin(two, monkeypatch, "begin")

    assert isinstance(merged, merging.CannotMerge)
    assert begun == Draft.objects.get()
    assert begun.invitation == two[1]
    assert Body.objects.in_use().count() == 2


@pytest.mark.parametrize("first", ["merge", "begin"])
def test_without_the_lock_on_the_invitations_a_draft_is_left_where_nobody_finds_it(
    two, monkeypatch, first
):
    monkeypatch.setattr(
        merging, "_held", lambda *bodies: list(Invitation.objects.filter(body__in=bodies))
    )

    merged, begun = merge_and_begin(two, monkeypatch, first)

    assert merged == two[0].body
    left = Draft.objects.get()
    assert left == begun
    assert left.invitation.body.merged_into == merged


# Two bodies become one while one of them sends in


def send_and_merge(invitation, monkeypatch, first):
    """Both at once; `first` has done its part of what the two share when the other one begins."""
    kept = make_body(name="Sundspan", email="ny@sundspan.example")
    draft = begin_invited(invitation=invitation)
    save(draft.parts.get(key=CITY).pk, {"how": "Öppna aulorna."}, seen=0)
    versions, city = versions_of(draft), invitation.letters.get().dispatch.made_by
    acts = {
        "send": lambda: send(draft, versions),
        "merge": lambda: merging.merge(kept=kept, other=invitation.body, at=NOON, by=city),
    }
    room, name = {"send": (answering, "_count_for_body"), "merge": (merging, "_take_addresses")}[
        first
    ]
    (second,) = set(acts) - {first}
    results = while_held(monkeypatch, room, name, acts[first], acts[second])
    assert {type(each) for each in results} == {Submission, Body}
    return kept


@pytest.mark.parametrize("first", ["send", "merge"])
def test_what_is_sent_while_the_body_is_merged_counts_for_the_one_it_becomes(
    invitation, monkeypatch, first
):
    kept = send_and_merge(invitation, monkeypatch, first)

    assert CountedFor.objects.get().body == kept


@pytest.mark.parametrize("first", ["send", "merge"])
def test_without_the_locks_it_counts_for_a_body_that_is_no_more(invitation, monkeypatch, first):
    monkeypatch.setattr(
        merging, "_held", lambda *bodies: list(Invitation.objects.filter(body__in=bodies))
    )

    kept = send_and_merge(invitation, monkeypatch, first)

    assert CountedFor.objects.get().body.merged_into == kept


# Two coordinators press at once


def invite_at_once(number=8):
    consultation = make_consultation()
    bodies = [make_body(name=f"Krets {n}", email=f"{n}@fn.example").pk for n in range(5)]
    by = make_staff(username="maria", group="Samordnare kommunen", side="city")

    def act(_index):
        return inviting.invite(consultation=consultation, bodies=bodies, at=NOON, by=by)

    results = at_once(number, act)
    return [type(result).__name__ for result in results], Letter.objects.count()


def test_however_many_press_at_once_each_body_has_one_letter():
    results, letters = invite_at_once()

    assert sorted(results) == ["Dispatch", *["NobodyToWriteTo"] * 7]
    assert letters == 5


def test_without_the_lock_some_who_press_at_once_get_a_crash(monkeypatch):
    monkeypatch.setattr(inviting, "_held", list)

    results, letters = invite_at_once()

    assert "IntegrityError" in results
    assert letters == 5  # the key of one invitation a body still holds


# Two registrators and one version


@pytest.fixture
def registrars():
    return [make_staff(username=name, group=roles.REGISTRAR) for name in ("birgit", "bodil")]


def numbers_of(submissions):
    return dict(
        Registration.objects.filter(submission__in=submissions).values_list(
            "submission", "registry_number"
        )
    )


def test_of_two_registrators_at_once_one_writes_and_the_other_is_told(registrars):
    consultation = make_consultation()
    versions = [make_submission(consultation=consultation) for _number in range(3)]
    wanted = [versions[:2], versions[1:][::-1]]  # one in common, and asked for crosswise

    def write(index):
        numbers = dict.fromkeys(wanted[index], f"STK-{index}")
        registering.register_together(
            numbers=numbers, registered_on=NOON.date(), at=NOON, by=registrars[index]
        )

    results = at_once(2, write)

    [loser] = [index for index, result in enumerate(results) if result is not None]
    assert isinstance(results[loser], registering.AlreadyRegistered)
    assert [each.submission for each in results[loser].taken] == [versions[1]]
    winner = 1 - loser
    assert numbers_of(versions) == {each.pk: f"STK-{winner}" for each in wanted[winner]}
    assert Event.objects.filter(verb="registered").count() == 2


def test_of_two_who_register_one_version_by_itself_one_is_told(registrars):
    submission = make_submission(consultation=make_consultation())

    def write(index, seen=""):
        recording.register(
            submission=submission,
            registry_number=f"STK-{index}",
            registered_on=NOON.date(),
            at=NOON,
            by=registrars[index],
            seen=seen,
        )

    results = at_once(2, write)

    assert {type(result) for result in results} == {registering.AlreadyRegistered, type(None)}
    winner = results.index(None)
    assert numbers_of([submission]) == {submission.pk: f"STK-{winner}"}
    # The control: without what was seen the later one is written over the other.
    assert at_once(2, lambda index: write(index, seen=None)) == [None, None]
