"""Ej diarieförda: every version that waits, and diarienummer for several at once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from remiss.models import Event, Registration, Response, Submission, Verb
from remiss.workflow import answering, recording, registering
from tests.factories import (
    NOON,
    area_key,
    days,
    make_draft,
    make_submission,
    save,
    send_in,
)

LIST = "/samordning/ej-diarieforda/"
SEVERAL = f"{LIST}diariefor/"
PAYLOAD = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _at_noon(noon):
    pass


@pytest.fixture
def versions(consultation):
    """Two versions of one answer, and one of another; the earliest first."""
    draft = make_draft(consultation=consultation, texts={area_key("city-life"): {"how": "Först."}})
    first = send_in(draft=draft, at=NOON - days(5))
    save(draft=draft, key=area_key("city-life"), how="Sedan.")
    second = send_in(draft=draft, at=NOON - days(1))
    third = make_submission(consultation=consultation, organisation="Sundspans kulturkrets")
    return [first, second, third]


def several(*versions):
    return f"{SEVERAL}?{'&'.join(f'v={each.pk}' for each in versions)}"


def typed(versions, *numbers, action="confirm", day="2026-11-12"):
    fields = {f"number-{each.pk}": no for each, no in zip(versions, numbers, strict=True)}
    return fields | {"registered_on": day, "action": action}


def register(submission, by, number="STK-1", **more):
    recording.register(
        submission=submission,
        registry_number=number,
        registered_on=NOON.date(),
        at=NOON,
        by=by,
        **more,
    )


def written():
    return dict(Registration.objects.values_list("submission", "registry_number"))


# The list


def test_every_version_without_a_diarienummer_waits_oldest_first(signed_in, registrar, versions):
    client = signed_in(registrar)

    assert client.get(LIST).context["rows"] == list(zip(versions, [5, 1, 0], strict=True))

    register(versions[1], registrar)
    assert client.get(LIST).context["rows"] == [(versions[0], 5), (versions[2], 0)]


def test_days_are_counted_by_the_calendar_in_malmo(signed_in, registrar, consultation, at):
    late_in_the_evening = NOON + timedelta(hours=11, minutes=59)  # 23.59 the same day
    make_submission(consultation=consultation, at=late_in_the_evening)
    at(late_in_the_evening + timedelta(minutes=2))

    [(_submission, waited)] = signed_in(registrar).get(LIST).context["rows"]

    assert waited == 1


def test_what_was_withdrawn_waits_and_what_may_be_nothing_is_told(signed_in, registrar, versions):
    answering.withdraw(response=versions[0].response, at=NOON)
    Response.objects.filter(pk=versions[2].response_id).update(set_aside="spam")
    client = signed_in(registrar)

    page = client.get(LIST)
    assert [each for each, _days in page.context["rows"]] == versions[:2]
    assert "misstänkt skräp är inte med: 1." in page.text

    page = client.get(LIST, {"visa": "alla"})
    assert [each for each, _days in page.context["rows"]] == versions


def test_a_coordinator_sees_the_list_and_nothing_to_tick(signed_in, city, versions):
    page = signed_in(city).get(LIST).text

    assert versions[0].response.reference in page
    assert 'type="checkbox"' not in page
    assert "Diarieför" not in page.partition("<main")[2]


def test_an_empty_list_says_so(signed_in, registrar, consultation):
    assert "Allt som har kommit in är diariefört." in signed_in(registrar).get(LIST).text


@pytest.mark.parametrize("number", [2, 120])
def test_the_list_costs_the_same_however_many_wait(
    signed_in, registrar, submission, django_assert_num_queries, number
):
    copies(submission, number)
    client = signed_in(registrar)

    with django_assert_num_queries(8):
        page = client.get(LIST, {"sida": "9"})

    assert len(page.context["rows"]) <= 50
    assert page.context["shown"].paginator.count == number + 1


def copies(submission, number):
    Submission.objects.bulk_create(
        Submission(
            response=submission.response,
            number=n,
            submit_key=f"copy{n}",
            plan_version_id=submission.plan_version_id,
            received_at=NOON,
            kind=submission.kind,
            canonical="{}",
            sha256="0" * 64,
        )
        for n in range(2, number + 2)
    )


# Several at once


def test_numbers_are_filled_in_with_that_of_the_remiss_or_by_a_pattern(
    signed_in, registrar, versions
):
    client, address = signed_in(registrar), several(*versions)

    def filled(page):
        return [page.context["form"][f"number-{each.pk}"].value() for each in versions]

    assert filled(client.get(address)) == ["STK-2026-663"] * 3
    page = client.get(f"{address}&pattern={{dnr}}-{{n}}&start=7")
    assert filled(page) == ["STK-2026-663-7", "STK-2026-663-8", "STK-2026-663-9"]
    page = client.get(f"{address}&pattern={{n}}/{{0.__class__}}&start=0")
    assert filled(page) == [f"{n}/{{0.__class__}}" for n in range(3)]
    assert written() == {}


@pytest.mark.parametrize(
    ("pattern", "start", "says"),
    [
        ("", "1", "Skriv hur numren ska se ut."),
        ("x" * 61, "1", "Mönstret kan ha högst 60 tecken."),
        ("{n}", "ett", "Skriv löpnumret med siffror, till exempel 1."),
        ("{n}", "-1", "Skriv löpnumret med siffror, till exempel 1."),
    ],
)
def test_a_pattern_that_is_none_is_told(signed_in, registrar, versions, pattern, start, says):
    address = several(*versions)

    page = signed_in(registrar).get(f"{address}&pattern={pattern}&start={start}")

    assert page.text.count(says) == 2
    assert page.context["form"][f"number-{versions[0].pk}"].value() == "STK-2026-663"


def test_the_page_asks_with_number_and_names_before_anything_is_written(
    signed_in, registrar, versions
):
    client, address = signed_in(registrar), several(*versions)

    page = client.post(address, typed(versions, "A-1", "A-2", "A-3", action="continue"))

    assert "3 versioner diarieförs torsdag 12 november" in page.text
    assert "Ja, diarieför 3 versioner" in page.text
    for each, number in zip(versions, ["A-1", "A-2", "A-3"], strict=True):
        assert f"{each.response.reference}, version {each.number}</th>" in page.text
        assert f">{each.sender}</td>" in page.text
        assert f">{number}</td>" in page.text
    assert written() == {}

    page = client.post(address, typed(versions, "A-1", "A-2", "A-3", action="change"))
    assert page.context["form"][f"number-{versions[2].pk}"].value() == "A-3"
    assert written() == {}


def test_a_number_is_written_for_each_and_logged(signed_in, registrar, versions):
    done = signed_in(registrar).post(
        several(*versions), typed(versions, "A-1", "A-2", "A-3", day="2026-11-11"), follow=True
    )

    assert "3 versioner är diarieförda." in done.text
    assert done.context["rows"] == []
    assert written() == {
        each.pk: number for each, number in zip(versions, ["A-1", "A-2", "A-3"], strict=True)
    }
    assert set(Registration.objects.values_list("by", "registered_on")) == {
        (registrar.pk, date(2026, 11, 11))
    }
    logged = Event.objects.filter(verb=Verb.REGISTERED).order_by("pk")
    assert list(logged.values_list("actor", "response", "note")) == [
        (registrar.pk, versions[0].response_id, "version 1: A-1"),
        (registrar.pk, versions[1].response_id, "version 2: A-2"),
        (registrar.pk, versions[2].response_id, "version 1: A-3"),
    ]


@pytest.mark.parametrize("action", ["continue", "confirm"])
@pytest.mark.parametrize(
    ("number", "day", "says"),
    [
        ("", "2026-11-12", "Skriv diarienumret för {name}."),
        ("x" * 61, "2026-11-12", "Diarienumret för {name} kan ha högst 60 tecken."),
        ("A-2", "2026-11-13", "Dagen har inte varit än."),
        ("A-2", "1026-11-12", "Kontrollera årtalet."),
        ("A-2", "", "Skriv ett datum."),
    ],
)
def test_one_that_is_wrong_stops_all_and_is_named(
    signed_in, registrar, versions, action, number, day, says
):
    data = typed(versions, "Behåll mig", number, "A-3", action=action, day=day)

    page = signed_in(registrar).post(several(*versions), data)

    name = f"{versions[1].response.reference}, version 2"
    assert page.text.count(says.format(name=name)) == 2
    assert 'value="Behåll mig"' in page.text
    assert "<title>Fel:" in page.text
    assert written() == {}


@pytest.mark.parametrize("action", ["continue", "confirm"])
def test_one_that_got_its_number_meanwhile_is_shown_and_nothing_is_written(
    signed_in, registrar, city, versions, action
):
    register(versions[1], city, "B-9")
    client, address = signed_in(registrar), several(*versions)

    page = client.post(address, typed(versions, "A-1", "A-2", "A-3", action=action))

    assert "Någon annan hann före" in page.text
    assert f"{versions[1].response.reference}, version 2: <bdi>B-9</bdi>, av maria" in page.text
    assert page.context["form"].submissions == [versions[0], versions[2]]
    assert 'value="A-1"' in page.text
    assert written() == {versions[1].pk: "B-9"}

    rest = [versions[0], versions[2]]
    assert client.post(address, typed(rest, "A-1", "A-3")).url == LIST
    assert written() == dict(
        zip([each.pk for each in versions], ["A-1", "B-9", "A-3"], strict=True)
    )


def test_pressing_twice_writes_once_and_says_so(signed_in, registrar, versions):
    client, address = signed_in(registrar), several(versions[0])
    for _press in range(2):
        page = client.post(address, typed(versions[:1], "A-1"), follow=True)

    assert "Det finns inget kvar att diarieföra bland dem du valde." in page.text
    assert Event.objects.filter(verb=Verb.REGISTERED).count() == 1


def test_the_verb_writes_all_or_nothing(registrar, city, versions):
    register(versions[2], city, "B-9")

    with pytest.raises(registering.AlreadyRegistered) as first:
        registering.register_together(
            numbers=dict.fromkeys(versions, "A"), registered_on=NOON.date(), at=NOON, by=registrar
        )

    assert [each.submission for each in first.value.taken] == [versions[2]]
    assert written() == {versions[2].pk: "B-9"}


def test_at_most_fifty_are_taken_at_a_time(signed_in, registrar, submission):
    with pytest.raises(ValueError, match="Högst 50"):
        registering.register_together(
            numbers={Submission(pk=n): "A" for n in range(51)},
            registered_on=NOON.date(),
            at=NOON,
            by=registrar,
        )
    address = f"{SEVERAL}?{'&'.join(f'v={n}' for n in range(51))}"
    assert signed_in(registrar).get(address).url == LIST


@pytest.mark.parametrize("query", ["", "?v=", "?v=x", "?v=99999999999999999999", "?v=%00"])
def test_a_bad_address_leads_back_to_the_list(signed_in, registrar, submission, query):
    page = signed_in(registrar).get(SEVERAL + query, follow=True)

    assert page.redirect_chain == [(LIST, 302)]
    assert "Välj minst en och högst 50 versioner." in page.text


def test_what_people_wrote_is_shown_as_text(signed_in, registrar, consultation):
    submission = make_submission(consultation=consultation, organisation=PAYLOAD)
    client, address = signed_in(registrar), several(submission)
    data = typed([submission], "<b>1</b>", action="continue")
    pages = [client.get(LIST), client.get(address), client.post(address, data)]
    register(submission, registrar, "<b>2</b>")
    pages.append(client.get(address))

    for page in pages:
        assert "<img src=x" not in page.text
        assert "<script>alert" not in page.text
        assert "<b>1" not in page.text
        assert "<b>2" not in page.text
    assert "&lt;b&gt;2&lt;/b&gt;" in pages[-1].text


def test_a_stale_token_gives_the_numbers_back(registrar, versions):
    client = Client(enforce_csrf_checks=True)
    client.force_login(registrar, backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(several(*versions), typed(versions, "A-1", "A-2", "A-3"))

    assert page.status_code == 403
    assert "Sidan har varit öppen länge" in page.text
    assert 'value="A-2"' in page.text
    assert written() == {}


@pytest.mark.parametrize("number", [1, 50])
def test_registering_costs_the_same_however_many(
    signed_in, registrar, submission, django_assert_num_queries, number
):
    copies(submission, number - 1)
    versions = list(Submission.objects.all())
    client = signed_in(registrar)

    with django_assert_num_queries(15):
        client.post(several(*versions), typed(versions, *["A"] * number))

    assert len(written()) == number


# One at a time


def test_a_number_that_somebody_else_wrote_meanwhile_is_not_written_over_unseen(
    signed_in, registrar, city, submission
):
    client = signed_in(registrar)
    address = reverse("admin:register", args=[submission.response_id, 1])
    register(submission, city, "B-9")
    data = {"registry_number": "A-1", "registered_on": "2026-11-12", "seen": ""}

    page = client.post(address, data)

    assert "maria har skrivit in diarienumret B-9. Det är inte ändrat." in page.text
    assert 'value="A-1"' in page.text
    assert written() == {submission.pk: "B-9"}
    # Seen now, and so a correction.
    assert client.post(address, data | {"seen": "B-9"}).status_code == 302
    assert written() == {submission.pk: "A-1"}
