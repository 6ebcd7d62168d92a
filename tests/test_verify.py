"""Whether a receipt holds: three verdicts and nothing more, for anybody who asks."""

import hashlib
import json
import logging
import re

import pytest
from django.urls import reverse

from remiss import limits
from remiss.models import Event, Response, Submission
from remiss.models.response import canonical_json
from remiss.workflow import answering
from tests.factories import NOON, area_key, make_draft, make_submission, save, send_in

HOLDS = "Kvittot stämmer"
EARLIER = "Kvittot stämmer, men det finns en senare version"
DOES_NOT = "Kvittot stämmer inte"
CITY = area_key("city-life")

# As the first release wrote it, before there were files.
FORMAT_1 = (
    '{"answers":[{"area":"city-life","area_heading":"Stadsliv, allmänna platser och lokaler",'
    '"label":"Hur kan samverkan ske?","question":"how","text":"Öppna aulorna \U0001f600"}],'
    '"channel":"portal","consultation":"handlingsplan","format":1,"hide_name":false,'
    '"kind":"association","organisation":"Tegelbackens förening","plan_version":1,'
    '"received_at":"2026-10-20T10:00:00.000000+00:00","reference":"MA-4K7P","stances":[],'
    '"version":1}'
)
FORMAT_1_SHA256 = "dd28623f98b13d9a9cf32bafccc3cdafb32d4b3906fbf160140bf37db8a1e7a6"


@pytest.fixture(autouse=True)
def _at_noon(noon):
    pass


def ask(client, reference, code):
    return client.post(reverse("remiss:verify"), {"reference": reference, "code": code})


def verdict(client, reference, code):
    """What the page says; each verdict is said in full and none beside another."""
    got = ask(client, reference, code)
    assert got.status_code == 200
    verdict = got.context["verdict"]
    return verdict and verdict.value


def stored(consultation, *, canonical, sha256):
    """A version as it lies in the table, whatever its digest."""
    response = Response.objects.create(
        consultation=consultation, public_id="f" * 32, reference="MA-4K7P", channel="portal"
    )
    submission = Submission.objects.create(
        response=response,
        number=1,
        submit_key="f" * 32,
        plan_version=consultation.versions.get(),
        received_at=NOON,
        kind="association",
        organisation="Tegelbackens förening",
        canonical=canonical,
        sha256=sha256,
    )
    Response.objects.filter(pk=response.pk).update(latest=submission)
    return submission


def test_the_receipt_of_what_was_received_holds(client, submission):
    reference = submission.response.reference

    assert verdict(client, reference, submission.digest_groups) == HOLDS
    assert verdict(client, reference, submission.sha256) == HOLDS


@pytest.mark.parametrize(
    "typed",
    [
        ("{ref}", "{a} {b} {c} {d}"),
        (" {lower} ", "{a}{b}{c}{d}"),
        ("{bare}", "{a}-{b}-{c}-{d}"),
        ("MA {bare}", " {a}\u2013{b}\u00a0{c}\t{d} "),
    ],
)
def test_it_holds_however_it_is_typed(client, submission, typed):
    reference = submission.response.reference
    groups = submission.digest_groups.lower().split()
    words = {"ref": reference, "lower": reference.lower(), "bare": reference[3:]}
    words |= dict(zip("abcd", groups, strict=True))

    assert verdict(client, *(each.format(**words) for each in typed)) == HOLDS


def test_an_earlier_version_holds_and_is_told_to_be_one(client, consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Först så."}})
    first = send_in(draft=draft)
    save(draft=draft, key=CITY, how="Sedan så.")
    second = send_in(draft=draft)

    reference = first.response.reference
    assert verdict(client, reference, first.digest_groups) == EARLIER
    assert verdict(client, reference, second.digest_groups) == HOLDS


@pytest.mark.parametrize(
    "change", [{"withdrawn_at": NOON}, {"set_aside": "spam"}], ids=["withdrawn", "set aside"]
)
def test_what_no_longer_counts_was_received_all_the_same(client, submission, change):
    Response.objects.filter(pk=submission.response_id).update(**change)

    assert verdict(client, submission.response.reference, submission.digest_groups) == HOLDS


def test_a_wrong_code_and_an_unknown_reference_look_the_same(client, consultation, submission):
    other = make_submission(consultation=consultation, organisation="Sundspans kulturkrets")
    reference, code = submission.response.reference, submission.digest_groups
    wrong = ("1" if code[0] == "0" else "0") + code[1:]
    unknown = "MA-2222" if reference != "MA-2222" else "MA-3333"

    asked = [(reference, wrong), (unknown, code), (reference, other.digest_groups)]
    pages = [ask(client, *each) for each in asked]

    assert [page.context["verdict"].value for page in pages] == [DOES_NOT] * 3
    assert len({page.status_code for page in pages}) == 1
    token = re.compile('name="csrfmiddlewaretoken" value="[^"]+"')
    bodies = {
        token.sub("", page.content.decode())
        .replace(page.context["form"]["reference"].value(), "")
        .replace(page.context["form"]["code"].value(), "")
        for page in pages
    }
    assert len(bodies) == 1


def test_nothing_but_the_verdict_is_told(client, consultation):
    submission = make_submission(
        consultation=consultation,
        organisation="Kanariefågelns förening",
        contact_name="Kanarie Hemlig",
        email="kanarie@hemlig.example",
        texts={CITY: {"how": "Kanariens ord"}},
    )
    before = Event.objects.count()

    got = ask(client, submission.response.reference, submission.digest_groups)

    assert f'<h2 id="h-besked">{HOLDS}</h2>' in got.content.decode()
    assert "kanarie" not in got.content.decode().casefold()
    assert "12 november" not in got.content.decode()
    assert Event.objects.count() == before
    assert "sessionid" not in client.cookies


def test_a_receipt_of_an_earlier_release_holds(client, consultation):
    assert hashlib.sha256(FORMAT_1.encode()).hexdigest() == FORMAT_1_SHA256
    assert canonical_json(json.loads(FORMAT_1)) == FORMAT_1
    stored(consultation, canonical=FORMAT_1, sha256=FORMAT_1_SHA256)

    assert verdict(client, "MA-4K7P", FORMAT_1_SHA256[:16]) == HOLDS


@pytest.mark.parametrize(
    "changed",
    [
        FORMAT_1.replace("Öppna", "öppna"),
        FORMAT_1.replace('"version":1', '"version":2'),
        FORMAT_1 + " ",
    ],
)
def test_one_changed_byte_is_noticed(client, consultation, caplog, changed):
    submission = stored(consultation, canonical=changed, sha256=FORMAT_1_SHA256)

    with caplog.at_level(logging.ERROR, "remiss.workflow.verifying"):
        assert verdict(client, "MA-4K7P", FORMAT_1_SHA256[:16]) == DOES_NOT

    assert [record.getMessage() for record in caplog.records] == [
        f"the record of submission {submission.pk} does not have its digest"
    ]


def test_a_record_changed_together_with_its_digest_does_not_hold(client, consultation):
    changed = FORMAT_1.replace("Öppna", "Stäng")
    digest = hashlib.sha256(changed.encode()).hexdigest()
    stored(consultation, canonical=changed, sha256=digest)

    assert verdict(client, "MA-4K7P", FORMAT_1_SHA256[:16]) == DOES_NOT


@pytest.mark.parametrize(
    ("reference", "code", "said"),
    [
        ("", "", ["Skriv referensnumret.", "Skriv kontrollkoden."]),
        ("MA-4K7", "0" * 16, ["Skriv hela referensnumret"]),
        ("MA-4K7P", "0" * 15, ["Skriv hela kontrollkoden"]),
        ("MA-4K7P", "0" * 17, ["Skriv hela kontrollkoden"]),
        ("MA-4K7P", "%" * 16, ["Skriv hela kontrollkoden"]),
        ("MA-4K7P", "٠" * 16, ["Skriv hela kontrollkoden"]),
        ("MA-4K7P\x00", "0" * 16, ["Null-tecken"]),
    ],
)
def test_half_a_code_is_an_error_and_no_verdict(client, consultation, reference, code, said):
    got = ask(client, reference, code)

    assert got.context["verdict"] is None
    assert [text for text in said if text not in got.content.decode()] == []
    assert "<title>Fel: " in got.content.decode()


def test_asking_is_limited_by_network(client, submission, monkeypatch):
    monkeypatch.setattr(limits, "RECEIPTS_FROM_NETWORK", limits.Limit("few", 2, 3600))
    typed = (submission.response.reference, submission.digest_groups)

    statuses = [ask(client, *typed).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_a_code_in_an_address_is_not_read(client, submission):
    typed = {"reference": submission.response.reference, "code": submission.digest_groups}

    got = client.get(reverse("remiss:verify"), typed)

    assert got.context["verdict"] is None
    assert submission.response.reference not in got.content.decode()


def test_the_page_is_there_when_there_is_no_remiss(client, db):
    assert client.get("/kontroll/").status_code == 200


def test_pages_lead_to_it(client, consultation, opened):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Text"}})
    send_in(draft=draft)
    answering.confirm(holder=draft, at=NOON)
    shown = opened(draft).get(reverse("remiss:receipt", args=[draft.public_id])).content.decode()

    assert 'Vem som helst kan <a href="/kontroll/">kontrollera kvittot</a>' in shown
    assert '<li><a href="/kontroll/">Kontrollera ett kvitto</a></li>' in shown
