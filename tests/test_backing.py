"""Who stands behind an answer: what each kind is asked, what is refused, and where it comes out."""

import json
from datetime import date

import pytest
from django.apps import apps
from django.urls import reverse

from remiss.models import CoSignatory, Draft, Kind, Response, Submission
from remiss.models.backing import backing_of
from tests.factories import (
    BEHIND,
    LAST_DAY,
    NOON,
    WHO,
    area_key,
    days,
    make_draft,
    make_submission,
    save,
    send_in,
    url,
)

CITY = area_key("city-life")
PERSONAL = "811228-9874"  # the example of the tax agency's own brochure
THREE = "Kulturhuset Kajutan, 802002-4280\n· Teaterföreningen Lysmask\nMalmö Körforum\n"
DECIDED = {
    "decided_by": "board",
    "decided_on": "2026-11-10",
    "paragraph": "§ 93",
    "own_registry_number": "FRI-2026-933",
    "copy_email": "registrator@fritid.example",
}


def make(consultation, kind="association", **content):
    return make_draft(
        consultation=consultation,
        kind=kind,
        texts={CITY: {"how": "Text"}} | ({BEHIND: content} if content else {}),
    )


def post(client, draft, **form):
    return client.post(url("behind", draft), {"seen": "0", "round": "0", "action": "done"} | form)


def content_of(draft, key=BEHIND):
    return draft.parts.get(key=key).content


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("association", ["prepared", "cosignatories"]),
        ("other_civil_society", ["prepared", "cosignatories"]),
        ("other_body", ["prepared", "cosignatories"]),
        ("umbrella_organisation", ["prepared", "members", "cosignatories"]),
        *(
            (
                kind,
                [
                    "decided_by", "expected_on", "decided_on", "paragraph", "own_registry_number",
                    "cosignatories", "copy_email",
                ],
            )
            for kind in ("board", "department", "municipal_company", "advisory_council")
        ),
    ],
)  # fmt: skip
def test_each_kind_is_asked_what_it_can_know(opened, consultation, kind, asked):
    draft = make(consultation, kind)

    form = opened(draft).get(url("behind", draft)).context["form"]

    assert [name for name in form.fields if name not in {"seen", "round"}] == asked


def test_a_private_person_answers_for_nobody_else(opened, consultation):
    draft = make(consultation, "private_person")
    client = opened(draft)

    assert client.get(url("behind", draft)).status_code == 404
    assert url("behind", draft) not in client.get(url("tasks", draft)).text
    assert url("behind", draft) not in client.get(url("check", draft)).text


def test_what_an_umbrella_says_comes_out_on_every_page_and_in_the_record(opened, consultation):
    draft = make(consultation, "umbrella_organisation")
    client = opened(draft)

    saved = post(client, draft, cosignatories=THREE, members="31", prepared=["board", "survey"])
    shown = client.get(url("check", draft)).text
    submission = send_in(draft=draft)

    assert saved.url == url("tasks", draft)
    assert list(submission.cosignatories.values_list("number", "name", "organisation_number")) == [
        (1, "Kulturhuset Kajutan", "802002-4280"),
        (2, "Teaterföreningen Lysmask", ""),
        (3, "Malmö Körforum", ""),
    ]
    record = json.loads(submission.canonical)
    assert record["cosignatories"] == [
        {"name": "Kulturhuset Kajutan", "organisation_number": "802002-4280"},
        {"name": "Teaterföreningen Lysmask", "organisation_number": ""},
        {"name": "Malmö Körforum", "organisation_number": ""},
    ]
    assert record["backing"] == {
        "organisation_number": "",
        "members": 31,
        "prepared": ["board", "survey"],
        "decided_by": "",
        "decided_on": "",
        "decision_expected_on": "",
        "paragraph": "",
        "own_registry_number": "",
    }
    assert record["preliminary"] is False
    said = ["Teaterföreningen Lysmask", "Styrelsen, En enkät till medlemmarna", "<dd", "31"]
    for page in (
        shown,
        client.get(url("receipt", draft)).text,
        client.get(url("print_answer", draft)).text,
        client.get(url("versions", draft)).text,
    ):
        assert [words for words in said if words not in page] == []


def test_a_municipal_decision_comes_out_and_the_copy_address_stays_outside_the_record(
    opened, consultation
):
    draft = make(consultation, "board")
    client = opened(draft)
    post(client, draft, **DECIDED)

    submission = send_in(draft=draft)

    record = json.loads(submission.canonical)
    assert record["backing"]["decided_by"] == "board"
    assert record["backing"]["decided_on"] == "2026-11-10"
    assert "registrator@fritid.example" not in submission.canonical
    assert submission.response.contact.copy_email == "registrator@fritid.example"
    page = client.get(url("receipt", draft)).text
    said = ["Nämnden", "tisdag 10 november 2026", "§ 93", "FRI-2026-933"]
    assert [words for words in said if words not in page] == []


def test_a_joint_answer_is_found_in_search_under_each_that_stands_behind_it(
    consultation, signed_in, city
):
    joint = make_submission(consultation=consultation, behind={"cosignatories": THREE})
    make_submission(consultation=consultation, organisation="En annan förening")

    client = signed_in(city)
    address = reverse("admin:remiss_response_changelist")
    found = {
        words: [
            response.latest
            for response in client.get(address, {"q": words}).context["cl"].result_list
        ]
        for words in ("lysmask", "KÖRFORUM", "802002-4280", "Tegelbacken")
    }

    assert found == dict.fromkeys(found, [joint])


def test_fields_of_another_kind_are_left_out_when_the_kind_has_changed(consultation):
    draft = make(consultation, "board", **DECIDED, cosignatories="Kajutan")
    who = content_of(draft, WHO) | {"kind": "association"}
    save(draft=draft, key=WHO, **who)

    submission = send_in(draft=draft)

    assert submission.backing["decided_by"] == ""
    assert submission.response.contact.copy_email == ""
    assert [each.name for each in submission.cosignatories.all()] == ["Kajutan"]
    save(draft=draft, key=WHO, **who | {"kind": "private_person"})
    assert send_in(draft=draft).cosignatories.count() == 0


# The organisation's number


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("802002-4280", "802002-4280"),
        ("8020024280", "802002-4280"),
        (" 16802002–4280 ", "802002-4280"),
        ("", ""),
    ],
)
def test_the_number_of_an_organisation_is_optional_and_stored_in_one_form(
    opened, consultation, typed, stored
):
    draft = make(consultation)
    form = content_of(draft, WHO) | {
        "seen": "1",
        "round": "0",
        "hide_name": "",
        "organisation_number": typed,
    }

    assert opened(draft).post(url("who", draft), form).status_code == 302
    assert content_of(draft, WHO)["organisation_number"] == stored
    assert send_in(draft=draft).backing["organisation_number"] == stored


NOT_TEN = "Skriv numret med tio siffror, till exempel 802002-4280, eller lämna rutan tom."
WRONG_DIGIT = "Kontrollsiffran stämmer inte. Jämför alla siffror, eller lämna rutan tom."


@pytest.mark.parametrize(
    ("typed", "why"),
    [("802002-4281", WRONG_DIGIT), ("123", NOT_TEN), ("tolv siffror", NOT_TEN)],
)
def test_a_number_that_cannot_be_right_is_told_and_handed_back(opened, consultation, typed, why):
    draft = make(consultation)
    form = content_of(draft, WHO) | {"seen": "1", "hide_name": "", "organisation_number": typed}

    page = opened(draft).post(url("who", draft), form)

    assert page.context["form"].errors == {"organisation_number": [why]}
    assert f'value="{typed}"' in page.text


def everything_stored():
    """All text of every row in the database, as one string."""
    return "\n".join(str(row) for model in apps.get_models() for row in model.objects.values_list())


@pytest.mark.parametrize(
    "typed", [PERSONAL, "198112289874", "19811228-9874", "811228+9874", "8112889871"]
)
def test_a_personnummer_is_refused_and_neither_shown_stored_nor_logged(
    opened, consultation, typed, caplog
):
    draft = make(consultation)
    client = opened(draft)
    form = content_of(draft, WHO) | {"seen": "1", "hide_name": "", "organisation_number": typed}

    page = client.post(url("who", draft), form)
    # A page with an old token hands texts back, but not this one.
    assert page.status_code == 200
    assert page.context["form"].errors == {
        "organisation_number": [
            "Det ser ut som ett personnummer. Vi sparar inte sådana. Lämna rutan tom."
        ]
    }
    digits = typed.replace("-", "").replace("+", "")[-10:]
    for text in (page.text, everything_stored(), caplog.text):
        assert typed not in text
        assert digits not in text


def test_a_personnummer_among_those_who_stand_behind_it_is_refused_by_row(opened, consultation):
    draft = make(consultation)
    typed = f"Kulturhuset Kajutan\nKim Exempel {PERSONAL}\nMalmö Körforum"

    page = post(opened(draft), draft, cosignatories=typed)

    assert page.context["form"].errors == {
        "cosignatories": ["På rad 2 står det ett personnummer. Vi sparar inte sådana. Ta bort det."]
    }
    assert "Kulturhuset Kajutan\nMalmö Körforum</textarea>" in page.text
    assert PERSONAL not in page.text
    assert PERSONAL not in everything_stored()


def test_a_list_of_names_that_is_too_long_is_told(opened, consultation):
    draft = make(consultation)
    many = "\n".join(f"Förening {number}" for number in range(301))

    page = post(opened(draft), draft, cosignatories=many)

    assert page.context["form"].errors == {
        "cosignatories": ["Det får plats högst 300 organisationer. Lägg hela listan som bilaga."]
    }
    assert "Förening 300</textarea>" in page.text


def test_a_name_that_is_too_long_is_told(opened, consultation):
    draft = make(consultation)

    page = post(opened(draft), draft, cosignatories="Å" * 201)

    assert page.context["form"].errors == {
        "cosignatories": ["Ett namn kan ha högst 200 tecken. Skriv en organisation per rad."]
    }


@pytest.mark.parametrize("typed", ["31 st", "-1", "många", "1000000"])
def test_a_number_of_members_is_digits(opened, consultation, typed):
    draft = make(consultation, "umbrella_organisation")

    page = post(opened(draft), draft, members=typed)

    assert page.context["form"].errors == {
        "members": ["Skriv antalet med siffror, till exempel 31."]
    }
    assert f'value="{typed}"' in page.text


# Preliminary


def expected(opened, consultation, day, *, kind="board", at=None):
    draft = make(consultation, kind)
    client = opened(draft)
    return draft, post(client, draft, decided_by="expected", expected_on=day)


@pytest.mark.parametrize("day", ["2026-11-12", "2026-12-06", "2027-01-11"])
def test_a_decision_may_be_expected_from_today_and_sixty_days_on(opened, consultation, day):
    draft, response = expected(opened, consultation, day)

    assert response.status_code == 302
    submission = send_in(draft=draft)
    draft.refresh_from_db()
    assert submission.is_preliminary
    assert submission.decision_expected_on == date.fromisoformat(day)
    assert draft.own_last_day == date.fromisoformat(day)
    assert Response.objects.get().own_last_day == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-11-11", "Välj en dag från i dag till och med 2027-01-11."),
        ("2027-01-12", "Välj en dag från i dag till och med 2027-01-11."),
        ("i jul", "Skriv datumet som år, månad och dag, till exempel 2026-11-12."),
        ("", "Skriv vilken dag beslutet väntas."),
    ],
)
def test_any_other_day_is_told(opened, consultation, day, message):
    _draft, page = expected(opened, consultation, day)

    assert page.context["form"].errors == {"expected_on": [message]}


def test_a_wait_cannot_prolong_itself(opened, consultation, at):
    """After the last day the sixty days are counted from it, not from each new version."""
    draft, _response = expected(opened, consultation, "2027-01-10")
    send_in(draft=draft)
    at(NOON + days(40))
    client = opened(draft)

    form = {"seen": "1", "round": "1", "decided_by": "expected", "expected_on": "2027-01-30"}
    page = client.post(url("behind", draft), form)

    assert page.context["form"].errors == {
        "expected_on": ["Välj en dag från i dag till och med 2027-01-29."]
    }


def test_only_the_city_s_own_bodies_get_time_by_waiting_for_a_decision(consultation):
    draft = make(consultation, decided_by="expected", expected_on="2026-12-06")

    submission = send_in(draft=draft)

    draft.refresh_from_db()
    assert not submission.is_preliminary
    assert draft.own_last_day is None


def test_a_later_version_confirms_the_preliminary_one(opened, consultation, at):
    draft, _response = expected(opened, consultation, "2026-12-06")
    first = send_in(draft=draft)
    client = opened(draft)
    receipt = client.get(url("receipt", draft)).text
    at(NOON + days(23))  # 5 December, after the last day
    client = opened(draft)
    assert client.get(url("check", draft)).status_code == 200
    client.post(
        url("behind", draft),
        {
            "seen": "1",
            "round": "1",
            "action": "done",
            "decided_by": "board",
            "decided_on": "2026-12-05",
        },
    )

    second = send_in(draft=draft, at=NOON + days(23))

    assert "Svaret är preliminärt" in receipt
    assert "senast söndag 6 december kl. 23.59" in receipt
    assert first.is_preliminary
    assert not second.is_preliminary
    assert not second.is_late
    assert Response.objects.get().status == "Inskickat, version 2"
    page = client.get(url("versions", draft)).text
    assert "Vem som har beslutat" in page
    assert "Svaret är preliminärt" not in client.get(url("receipt", draft)).text


def test_a_decision_cannot_have_been_made_tomorrow(opened, consultation):
    draft = make(consultation, "board")

    page = post(opened(draft), draft, decided_by="board", decided_on="2026-11-13")

    assert page.context["form"].errors == {
        "decided_on": ["Beslutsdatumet kan inte ligga framåt i tiden."]
    }
    assert 'value="2026-11-13"' in page.text


def test_a_conflict_about_who_stands_behind_it_shows_both(opened, consultation):
    draft = make(consultation, "board")
    client = opened(draft)
    save(draft=draft, key=BEHIND, **DECIDED, cosignatories="", expected_on="")

    page = post(client, draft, decided_by="delegation", paragraph="§ 1")

    assert page.status_code == 409
    assert "Nämnden" in page.text
    assert "§ 93" in page.text
    assert 'value="§ 1"' in page.text


def test_drafts_from_before_these_parts_have_fields_for_them(consultation):
    old = {"kind": "association", "organisation": "x", "contact_name": "y", "hide_name": False}

    assert backing_of(old, {}).record()["organisation_number"] == ""
    assert backing_of(old | {"kind": Kind.BOARD}, {}).is_preliminary is False


def test_counts_of_rows_equal_what_was_written(consultation):
    many = "\n".join(f"Förening {number}" for number in range(31))
    submission = make_submission(consultation=consultation, behind={"cosignatories": many})

    assert CoSignatory.objects.filter(submission=submission).count() == 31
    assert Submission.objects.count() == Draft.objects.count() == 1
    assert consultation.last_day == LAST_DAY
