"""Two of a side decide about one revision at once, with real commits on PostgreSQL."""

import threading

import pytest
from django.db import connection

from remiss import roles
from remiss.models import Approval, Event, Letter, ReplyRevision, SendBack, Theme
from remiss.workflow import replying
from remiss.workflow.replying import ReplyMoved, ReplyRefused
from tests.factories import (
    NOON,
    REPLY,
    make_consultation,
    make_staff,
    make_theme,
    reply_to,
)
from tests.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


@pytest.fixture
def theirs():
    """The coordinator and the deputy of the side that a reply has been handed over to."""
    city = make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")
    theme = make_theme(consultation=make_consultation(), by=city)
    reply_to(theme, by=city, state="handed_over")
    return [
        make_staff(username=name, group=roles.COORDINATOR_CIVIL, side="civil", is_deputy=deputy)
        for name, deputy in (("ahmed", False), ("doris", True))
    ]


def how(by):
    return {"target": Theme.objects.get(), "seen": 1, "at": NOON, "by": by}


def one_approves_and_one_sends_back(theirs):
    acts = (
        lambda: replying.approve(**how(theirs[0])),
        lambda: replying.send_back(comment="Skriv kortare.", **how(theirs[1])),
    )
    return at_once(2, lambda index: acts[index]())


def decided():
    return Approval.objects.filter(side="civil").count(), SendBack.objects.count()


def test_two_approvals_at_once_are_one(theirs):
    results = at_once(2, lambda index: replying.approve(**how(theirs[index])))

    assert sorted(type(each) for each in results if isinstance(each, Exception)) == [ReplyRefused]
    assert decided() == (1, 0)
    assert Event.objects.filter(verb="approved").count() == 1
    assert Letter.objects.filter(kind="reply_approved").count() == 1


def test_a_revision_is_approved_or_sent_back_and_never_both(theirs):
    results = one_approves_and_one_sends_back(theirs)

    assert [type(each) for each in results if isinstance(each, Exception)] == [ReplyRefused]
    assert sum(decided()) == 1


def test_without_the_lock_it_would_be_both(theirs, monkeypatch):
    both = threading.Barrier(2)
    hold = replying._hold

    def unguarded(target):
        found = hold(target)
        both.wait(timeout=30)  # each has read how it stood before the other writes
        return found

    monkeypatch.setattr(replying, "_lock", lambda target: None)
    monkeypatch.setattr(replying, "_hold", unguarded)
    one_approves_and_one_sends_back(theirs)

    assert decided() == (1, 1)


def test_of_two_who_write_at_once_one_is_told_and_nothing_is_lost(theirs):
    def write(index):
        return replying.write(**how(theirs[index]), **REPLY | {"text": f"Text {index}."})

    [moved] = [each for each in at_once(2, write) if isinstance(each, Exception)]

    assert isinstance(moved, ReplyMoved)
    kept = ReplyRevision.objects.get(number=2)
    assert {kept.text, moved.written["text"]} == {"Text 0.", "Text 1."}
    assert moved.standing == kept
