"""Limits that all processes share, and whose address it is behind proxies."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import RequestFactory

from remiss import limits
from remiss.models import Throttle

NOON = datetime(2026, 11, 12, 11, 0, tzinfo=UTC)
FIVE = limits.Limit("test", 5, 3600)


def request_from(address, forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, **headers)


# Counting


def test_exactly_as_many_as_the_limit_are_let_through(db):
    assert [limits.allow(FIVE, "someone", NOON) for _ in range(7)] == [True] * 5 + [False] * 2


def test_others_other_limits_and_the_next_hour_count_apart(db):
    for _ in range(6):
        limits.allow(FIVE, "someone", NOON)

    assert limits.allow(FIVE, "somebody else", NOON)
    assert limits.allow(limits.Limit("other", 5, 3600), "someone", NOON)
    assert limits.allow(FIVE, "someone", NOON + timedelta(hours=1))
    assert not limits.allow(FIVE, "someone", NOON + timedelta(minutes=59))


@pytest.mark.django_db(transaction=True)
def test_connections_that_count_at_once_share_the_limit():
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("one connection only; real processes on SQLite are tried in test_crashes.py")
    allowed, barrier = [], threading.Barrier(8)

    def press():
        barrier.wait()
        try:
            for _ in range(5):
                allowed.append(limits.allow(limits.Limit("race", 12, 3600), "x", NOON))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (allowed.count(True), allowed.count(False)) == (12, 28)
    assert Throttle.objects.get().hits == 40


def test_no_address_is_stored_in_clear(db):
    limits.allow(FIVE, "192.0.2.7", NOON)

    assert "192.0.2.7" not in Throttle.objects.get().key


def test_counters_are_forgotten_after_two_weeks(db):
    limits.allow(FIVE, "old", NOON - timedelta(days=15))
    limits.allow(FIVE, "recent", NOON - timedelta(days=13))

    limits.prune(NOON)

    assert Throttle.objects.count() == 1


def test_traces_of_logins_and_sessions_are_forgotten_too(db):
    for age in (15, 13):
        log = AccessLog.objects.create(username="maria", ip_address="203.0.113.9")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=NOON - timedelta(days=age))
    for name, hours in (("over", -1), ("going", 1)):
        Session.objects.create(session_key=name, expire_date=NOON + timedelta(hours=hours))

    limits.prune(NOON)

    assert AccessLog.objects.count() == 1
    assert Session.objects.get().session_key == "going"


# Whose address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "198.51.100.1"),
        (0, "203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6,7.7.7.7,203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        # Fewer hops than there are proxies: the request went round one of them.
        (2, "6.6.6.6", "198.51.100.1"),
        (1, "", "198.51.100.1"),
    ],
)
def test_only_trusted_hops_are_counted_from_the_right(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies

    assert limits.client_address(request_from("198.51.100.1", forwarded)) == expected


def test_a_hundred_invented_addresses_are_one_client(db, settings):
    settings.TRUSTED_PROXIES = 1
    networks = {
        limits.network(request_from("10.0.0.1", f"192.0.2.{number}, 203.0.113.9"))
        for number in range(100)
    }

    assert networks == {"203.0.113.9"}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("not an address", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_subscriber_s_ipv6_addresses_are_one_network(address, network):
    assert limits.network(request_from(address)) == network


# The quiet test for machines


def test_a_stamp_tells_when_the_form_was_shown_and_is_used_once():
    first, second = limits.stamp(NOON), limits.stamp(NOON)

    assert limits.read_stamp(first)[0] == NOON
    assert limits.read_stamp(first)[1] != limits.read_stamp(second)[1]


@pytest.mark.parametrize("forged", ["", "1794481200-x", "1794481200-x:AAAA", "\x00", "å:å"])
def test_a_stamp_we_did_not_make_tells_nothing(forged):
    assert limits.read_stamp(forged) == (None, "")


@pytest.mark.parametrize(
    ("trap", "seconds", "automatic"),
    [("", 2.9, True), ("", 3, False), ("", 3600, False), ("http://x", 60, True)],
)
def test_a_machine_fills_in_what_nobody_sees_or_faster_than_anybody_reads(trap, seconds, automatic):
    at = NOON + timedelta(seconds=seconds)

    assert limits.looks_automatic(trap=trap, shown_at=NOON, at=at) is automatic
    assert limits.looks_automatic(trap="", shown_at=None, at=at)
