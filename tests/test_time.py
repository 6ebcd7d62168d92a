"""The last day, to the microsecond, in Swedish time; own last days; moving it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from remiss.models import Consultation, Event
from remiss.models.plan import Timing
from remiss.workflow import moving, recording
from tests.factories import NOON, days, make_consultation, make_submission

MICROSECOND = timedelta(microseconds=1)

# (opens_on, last_day, first instant that is open, first instant that is not), in UTC. Winter,
# and a remiss whose edges are the days the clocks change in March and October.
EDGES = [
    pytest.param(
        date(2026, 10, 12),
        date(2026, 11, 30),
        datetime(2026, 10, 11, 22, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 23, 0, tzinfo=UTC),
        id="winter",
    ),
    pytest.param(
        date(2027, 3, 28),
        date(2027, 10, 31),
        datetime(2027, 3, 27, 23, 0, tzinfo=UTC),
        datetime(2027, 10, 31, 23, 0, tzinfo=UTC),
        id="opens the day summer time begins, closes the day it ends",
    ),
    pytest.param(
        date(2026, 10, 25),
        date(2027, 3, 28),
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 22, 0, tzinfo=UTC),
        id="opens the day summer time ends, closes the day it begins",
    ),
]


@pytest.mark.parametrize(("opens_on", "last_day", "opening", "closing"), EDGES)
def test_instance_and_queryset_agree_on_every_edge(db, opens_on, last_day, opening, closing):
    consultation = make_consultation(opens_on=opens_on, last_day=last_day)
    moments = {
        opening - MICROSECOND: False,
        opening: True,
        closing - MICROSECOND: True,
        closing: False,
    }
    for at, is_open in moments.items():
        assert consultation.is_open(at) is is_open
        assert Consultation.objects.open(at).exists() is is_open


def test_an_unpublished_remiss_is_never_open(db):
    consultation = make_consultation(is_published=False)

    assert not consultation.is_open(NOON)
    assert not Consultation.objects.open(NOON).exists()


@pytest.mark.parametrize(
    ("own", "moment", "is_open"),
    [
        (None, datetime(2026, 11, 30, 23, 0, tzinfo=UTC), False),
        (date(2026, 12, 15), datetime(2026, 12, 15, 22, 59, 59, 999999, tzinfo=UTC), True),
        (date(2026, 12, 15), datetime(2026, 12, 15, 23, 0, tzinfo=UTC), False),
        (date(2026, 11, 1), datetime(2026, 11, 30, 12, 0, tzinfo=UTC), True),
    ],
)
def test_the_gate_takes_the_latest_of_all_days(db, own, moment, is_open):
    assert make_consultation().is_open_for(moment, own, None) is is_open


@pytest.mark.parametrize(
    ("today", "phase", "left"),
    [
        (date(2026, 10, 11), "before", "50 dagar kvar"),
        (date(2026, 11, 22), "open", "8 dagar kvar"),
        (date(2026, 11, 23), "lastweek", "7 dagar kvar"),
        (date(2026, 11, 29), "lastweek", "1 dag kvar"),
        (date(2026, 11, 30), "lastday", "Sista dagen"),
        (date(2026, 12, 1), "closed", "0 dagar kvar"),
    ],
)
def test_phase_and_days_left_are_calendar_days(today, phase, left):
    timing = Timing(date(2026, 10, 12), date(2026, 11, 30), today)

    assert (timing.phase, timing.left) == (phase, left)
    assert timing.deadline == "måndag 30 november kl. 23.59"


def test_the_year_is_written_when_it_is_not_this_year():
    timing = Timing(date(2027, 10, 12), date(2027, 11, 30), date(2026, 11, 24))

    assert timing.deadline == "tisdag 30 november 2027 kl. 23.59"
    assert timing.short_day == "30 november 2027"
    assert timing.day_with_year == "tisdag 30 november 2027"


def test_the_deadline_reads_the_same_on_every_public_page(client, consultation, noon):
    for path in ("planen/", "omraden/ungas-halsa-och-livsstil/", "svara/", "resultat/"):
        page = client.get(f"/remiss/{consultation.slug}/{path}").text
        assert "Svara senast <strong>måndag 30 november kl. 23.59</strong> – 18 dagar kvar." in page


def test_moving_the_last_day_takes_effect_at_once_and_is_logged(consultation, city):
    moving.move_last_day(
        consultation=consultation,
        last_day=date(2026, 12, 7),
        reason="Nämnderna hinner inte.",
        at=NOON,
        by=city,
    )

    assert Consultation.objects.get().last_day == date(2026, 12, 7)
    event = Event.objects.get()
    assert (event.verb, event.actor) == ("moved_last_day", city)
    assert event.note == "från 2026-11-30 till 2026-12-07. Nämnderna hinner inte."


@pytest.mark.parametrize("who", ["civil", "registrar", "administrator", "superuser"])
def test_only_the_citys_side_moves_the_last_day(request, consultation, who):
    by = request.getfixturevalue(who)

    with pytest.raises(recording.NotAllowed):
        moving.move_last_day(
            consultation=consultation, last_day=date(2026, 12, 7), reason="", at=NOON, by=by
        )

    assert Consultation.objects.get().last_day == date(2026, 11, 30)


def test_the_last_day_moves_to_today_at_the_earliest_and_earlier_needs_a_reason(consultation, city):
    move = {"consultation": consultation, "at": NOON, "by": city}

    with pytest.raises(ValueError, match="i dag eller senare"):
        moving.move_last_day(last_day=date(2026, 11, 11), reason="Fel dag.", **move)
    with pytest.raises(ValueError, match="Skriv varför"):
        moving.move_last_day(last_day=date(2026, 11, 12), reason="", **move)
    moving.move_last_day(last_day=date(2026, 11, 12), reason="Beslut i KS.", **move)

    assert Consultation.objects.get().last_day == date(2026, 11, 12)
    assert Event.objects.count() == 1


def test_a_remiss_that_opens_before_the_moved_day_is_refused_by_the_rule(db, city):
    consultation = make_consultation(opens_on=date(2026, 12, 1), last_day=date(2026, 12, 31))

    with pytest.raises(ValidationError):
        moving.move_last_day(
            consultation=consultation, last_day=date(2026, 11, 20), reason="x", at=NOON, by=city
        )


def test_a_late_answer_registered_by_staff_is_taken_and_marked(consultation, city):
    from tests.factories import make_recorded

    late = make_recorded(
        consultation=consultation, by=city, received_at=NOON + days(20), at=NOON + days(21)
    )
    in_time = make_submission(consultation=consultation)
    early = make_recorded(consultation=consultation, by=city, received_at=NOON - days(60))

    assert not early.is_late
    assert late.is_late
    assert late.response.status == "Inskickat efter svarstiden"
    assert not in_time.is_late
