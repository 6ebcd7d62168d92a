"""Two who decide at once about the same words, with real commits on PostgreSQL."""

import threading

import pytest
from django.db import IntegrityError, connection

from remiss.models import Event, Finding, Masking
from remiss.workflow import masking
from tests.factories import NOON, area_key, make_consultation, make_staff, make_submission
from tests.test_masking import mask, words
from tests.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
NUMBER = "0701-74 06 05"


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


@pytest.fixture
def sent():
    texts = {area_key("city-life"): {"how": f"Ring {NUMBER}."}}
    return make_submission(consultation=make_consultation(), texts=texts)


@pytest.fixture
def city():
    return make_staff(username="maria", group="Samordnare kommunen", side="city")


def test_ten_who_hide_the_same_words_hide_them_once(sent, city):
    places = words(sent, NUMBER)

    hidden = at_once(10, lambda _index: mask(sent, places, by=city))

    assert sorted(len(each) for each in hidden) == [0] * 9 + [1]
    assert Masking.objects.standing().count() == 1
    assert Event.objects.filter(verb="masked").count() == 1


def test_without_the_lock_the_second_is_refused_by_the_database(sent, city, monkeypatch):
    places, both = words(sent, NUMBER), threading.Barrier(2)
    monkeypatch.setattr(masking, "_hold", lambda _submissions: None)

    def when_both_have_read(text, start, end):
        both.wait(timeout=30)
        return start, end

    monkeypatch.setattr(masking, "whole", when_both_have_read)

    results = at_once(2, lambda _index: mask(sent, places, by=city))

    assert sorted(type(each).__name__ for each in results) == [IntegrityError.__name__, "list"]


def test_of_ten_who_decide_differently_one_is_heard(sent, city):
    number = Finding.objects.get()

    def decide(index):
        verb = masking.hide if index % 2 else masking.let_stand
        return verb(findings=[number], at=NOON, by=city)

    decided = at_once(10, decide)

    assert sorted(len(each) for each in decided) == [0] * 9 + [1]
    number.refresh_from_db()
    assert (number.left_at is None) == Masking.objects.exists()
