"""An answer that is only files waits until somebody has marked it as dealt with."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from remiss.models import Draft, Event, HandledFiles, Passage, Verb
from remiss.workflow import handling, translating
from tests import factories
from tests.factories import NOON, make_submission, send_in

LIST = "/samordning/remiss/response/"
OUTCOME = "Kräver ingen åtgärd: nämnden tillstyrker"


def only_a_file(consultation, **who):
    who = {"kind": "board", "organisation": "Fritidsnämnden", "texts": {"area:city-life": {}}} | who
    return make_submission(consultation=consultation, files=["yttrande.pdf"], **who)


def page_of(submission):
    return reverse("admin:handle_files", args=[submission.response_id])


def listed(client, value):
    rows = client.get(LIST, {"placerat": value}).context["cl"].result_list
    return [response.pk for response in rows]


def files_of(client):
    files = client.get(reverse("admin:coverage")).context["files"]
    return files.covered, files.total


def to_do(client):
    tasks = {each.label: each for each in client.get(reverse("admin:index")).context["to_do"]}
    task = tasks["Svar med bara bilaga att hantera"]
    return task.number, [each.pk for each in client.get(task.url).context["cl"].result_list]


def handled(submission, by):
    return handling.handle(submission=submission, outcome=OUTCOME, at=NOON, by=by)


def test_a_scanned_yttrande_is_a_thing_to_deal_with_until_it_is_handled(
    signed_in, consultation, city, civil, noon
):
    submission = only_a_file(consultation)
    make_submission(consultation=consultation, files=["bilaga.pdf"])  # has a text to place as well
    translating.transcribe(
        attachment=submission.attachments.get(), text="Tillstyrks.", seen=0, at=NOON, by=city
    )
    client = signed_in(city)
    assert Passage.objects.filter(answer__submission=submission).count() == 0
    assert (files_of(client), to_do(client)) == ((0, 1), (1, [submission.response_id]))
    answer = client.get(reverse("admin:remiss_response_change", args=[submission.response_id]))
    assert f'href="{page_of(submission)}"' in answer.content.decode()

    done = client.post(page_of(submission), {"outcome": OUTCOME, "version": "1"}, follow=True)

    assert "Bilagorna är markerade som hanterade." in done.content.decode()
    assert OUTCOME in done.content.decode()
    assert (files_of(client), to_do(client)) == ((1, 1), (0, []))
    assert listed(client, "bilaga-hanterad") == [submission.response_id]
    event = Event.objects.get(verb=Verb.HANDLED_FILES)
    assert (event.actor, event.response, event.note) == (city, submission.response, OUTCOME)

    other = signed_in(civil)
    other.post(page_of(submission), {"act": "angra", "version": "1"})
    assert (files_of(other), listed(other, "bilaga")) == ((0, 1), [submission.response_id])
    assert listed(other, "bilaga-hanterad") == []
    event = Event.objects.get(verb=Verb.UNDID_STEP)
    assert (event.actor, event.response) == (civil, submission.response)


def test_each_answer_is_in_one_of_the_four_lists(signed_in, consultation, city, noon):
    made = {
        "kvar": make_submission(consultation=consultation),
        "bilaga": only_a_file(consultation),
        "bilaga-hanterad": only_a_file(consultation),
    }
    handled(made["bilaga-hanterad"], city)
    client = signed_in(city)

    found = {
        value: listed(client, value) for value in ("kvar", "klart", "bilaga", "bilaga-hanterad")
    }

    assert found == {"klart": []} | {name: [each.response_id] for name, each in made.items()}


def test_a_later_version_waits_anew(signed_in, consultation, city, noon):
    submission = only_a_file(consultation)
    handled(submission, city)
    draft = Draft.objects.get()
    factories.add_file(draft=draft, name="nytt.pdf")
    client = signed_in(city)
    assert files_of(client) == (1, 1)

    send_in(draft=draft)

    assert files_of(client) == (0, 1)
    # Whoever was still reading the first version does not mark the second one unseen.
    page = client.post(page_of(submission), {"outcome": OUTCOME, "version": "1"})
    assert page.status_code == 409
    assert f'value="{OUTCOME}"' in page.content.decode()
    assert files_of(client) == (0, 1)


def test_who_handles_second_sees_what_stands_and_keeps_the_text(
    signed_in, consultation, city, civil, noon
):
    submission = only_a_file(consultation)
    handled(submission, civil)

    page = signed_in(city).post(page_of(submission), {"outcome": "Mitt", "version": "1"})

    assert page.status_code == 409
    assert OUTCOME in page.content.decode()
    assert 'value="Mitt"' in page.content.decode()
    assert HandledFiles.objects.get().by == civil
    with transaction.atomic(), pytest.raises(handling.AlreadyHandled):
        handled(submission, city)


def test_an_empty_outcome_and_a_stale_page_change_nothing(signed_in, consultation, city, noon):
    submission = only_a_file(consultation)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    empty = signed_in(city).post(page_of(submission), {"outcome": " ", "version": "1"})
    stale = strict.post(page_of(submission), {"outcome": OUTCOME, "version": "1"})

    assert "Skriv vad bilagan ledde till." in empty.content.decode()
    assert stale.status_code == 403
    assert "Sidan har varit öppen länge" in stale.content.decode()
    assert f'value="{OUTCOME}"' in stale.content.decode()
    assert HandledFiles.objects.count() == 0


def test_an_answer_with_text_has_nothing_to_mark(signed_in, consultation, city, noon):
    submission = make_submission(consultation=consultation, files=["bilaga.pdf"])

    page = signed_in(city).get(page_of(submission), follow=True)

    assert "Svaret är inte bara bilaga." in page.content.decode()
    assert "Markera bilagan" not in page.content.decode()
