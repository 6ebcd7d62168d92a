"""Autosave and writing together, as the server keeps them: nothing acknowledged is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from remiss.models import DraftRevision, Submission
from remiss.text import MAX_LENGTH
from remiss.workflow import answering
from tests.factories import (
    BEHIND,
    KIM,
    NOON,
    WHO,
    area_key,
    days,
    make_draft,
    save,
    send_in,
    url,
)

CITY = area_key("city-life")
PERSONAL = "811228-9874"  # the example of the tax agency's own brochure


@pytest.fixture
def draft(consultation):
    return make_draft(consultation=consultation, texts={CITY: {"how": "Första", "stance": ""}})


@pytest.fixture
def autosave(opened, draft):
    """autosave(how=…) → the answer to what the script posts, from version 1 and round 0."""
    client = opened(draft)

    def post(name="answer_area", *args, **form):
        args = args or ([3] if name == "answer_area" else [])
        form = {"seen": "1", "round": "0", "stance": ""} | form
        return client.post(url(name, draft, *args), form, headers={"X-Autosave": "1"})

    return post


def part(draft, key=CITY):
    return draft.parts.get(key=key)


def test_an_autosave_answers_one_line_with_the_time_of_the_server_and_the_next_version(
    autosave, draft
):
    response = autosave(how="Andra")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text == "Utkastet sparades kl. 12.00."
    assert response["X-Seen"] == "2"
    assert part(draft).content["how"] == "Andra"


def test_an_autosave_neither_marks_an_area_as_done_nor_takes_the_mark_away(autosave, draft):
    before = part(draft)
    save(draft=draft, key=area_key("participation"), how="x", is_done=False)

    autosave(how="Andra")
    autosave("answer_area", 4, how="Mer")

    assert part(draft).is_done == before.is_done
    assert part(draft, area_key("participation")).is_done is False


def test_an_older_autosave_never_overwrites_a_newer_one(autosave, draft):
    save(draft=draft, key=CITY, how="Den andras", stance="", by=KIM)

    response = autosave(how="Min")

    assert response.status_code == 409
    assert response.text == ("Någon annan har sparat det här. Tryck på Spara så får ni jämföra.")
    assert "X-Seen" not in response
    assert part(draft).content["how"] == "Den andras"
    aside = DraftRevision.objects.get(how="aside")
    assert aside.content["how"] == "Min"


def test_the_same_text_twice_is_acknowledged_twice_and_kept_once(autosave, draft):
    first, second = autosave(how="Andra"), autosave(how="Andra")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first["X-Seen"] == second["X-Seen"] == "2"
    assert DraftRevision.objects.filter(part=part(draft)).count() == 2


def test_what_cannot_be_kept_does_not_stop_the_rest_and_is_said(autosave, draft):
    response = autosave(how="å" * (MAX_LENGTH + 1), exists="Ett avtal")

    assert response.status_code == 422
    assert response.text.startswith("Inte allt är sparat. Svaret på fråga 1 är längre än")
    assert response["X-Seen"] == "2"
    assert part(draft).content["how"] == "Första"
    assert part(draft).content["exists"] == "Ett avtal"


def test_exactly_the_longest_text_is_kept(autosave, draft):
    assert autosave(how="å" * MAX_LENGTH).status_code == 200
    assert len(part(draft).content["how"]) == MAX_LENGTH


def test_a_personnummer_is_kept_nowhere_not_even_by_autosave(autosave, draft):
    who = part(draft, WHO)
    form = who.content | {"organisation_number": PERSONAL, "contact_name": "Kim", "hide_name": ""}

    response = autosave("who", **form)

    assert response.status_code == 422
    assert PERSONAL not in response.text
    assert part(draft, WHO).content["contact_name"] == "Kim"
    assert part(draft, WHO).content.get("organisation_number", "") == ""
    assert not any(PERSONAL in str(row.content) for row in DraftRevision.objects.all())


def test_an_autosave_from_a_page_opened_before_sending_in_is_told_so(autosave, draft):
    sent = send_in(draft=draft)

    response = autosave(how="Efteråt")

    assert response.status_code == 409
    assert response.text == "Svaret är redan inskickat. Tryck på Spara om ni vill ändra det."
    assert part(draft).content["how"] == "Första"
    assert Submission.objects.get() == sent


def test_a_save_by_the_button_from_such_a_page_is_a_change_and_says_so(opened, draft):
    client = opened(draft)
    send_in(draft=draft)

    form = {"seen": "1", "round": "0", "action": "done", "how": "Efteråt", "stance": ""}
    page = client.post(url("answer_area", draft, 3), form, follow=True).text

    assert "Det ni nu har sparat är en ändring som inte är inskickad." in page
    assert part(draft).content["how"] == "Efteråt"
    assert Submission.objects.get().answers.get().text == "Första"


def test_without_a_session_an_autosave_is_one_line_and_changes_nothing(draft, noon):
    response = Client().post(
        url("answer_area", draft, 3), {"how": "x"}, headers={"X-Autosave": "1"}
    )

    assert response.status_code == 403
    assert response.text == (
        "Öppna svaret med er länk i en ny flik. Texten finns kvar här. Tryck sedan på Spara."
    )
    assert part(draft).content["how"] == "Första"


def test_with_an_old_token_an_autosave_is_one_line_too(opened, draft):
    strict = opened(draft, client=Client(enforce_csrf_checks=False))
    strict.handler.enforce_csrf_checks = True

    response = strict.post(
        url("answer_area", draft, 3),
        {"how": "x", "seen": "1", "round": "0"},
        headers={"X-Autosave": "1"},
    )

    assert response.status_code == 403
    assert "\n" not in response.text
    assert part(draft).content["how"] == "Första"


def test_a_link_revoked_while_somebody_writes_hands_the_text_back(opened, draft, monkeypatch):
    """The session was still good when the page was asked for (fault S9)."""
    client = opened(draft)
    verb = answering.save_part

    def revoked_first(**kwargs):
        same = type(draft).objects.select_related("consultation").get(pk=draft.pk)
        answering.change_email(draft=same, email="ny@forening.example", at=NOON)
        return verb(**kwargs)

    monkeypatch.setattr(answering, "save_part", revoked_first)
    form = {"seen": "1", "round": "0", "action": "done", "how": "Min långa text", "stance": ""}
    response = client.post(url("answer_area", draft, 3), form)

    assert response.status_code == 403
    assert "Min långa text</textarea>" in response.text
    assert part(draft).content["how"] == "Första"


def test_a_draft_can_be_saved_after_the_last_day_also_by_itself(autosave, draft, at):
    at(NOON + days(40))
    response = autosave(how="Efter stängning")
    # The session has run out by then in a real browser; here the clock alone has moved.
    assert response.status_code == 200
    assert part(draft).content["how"] == "Efter stängning"


def test_who_saved_a_part_last_and_when_is_said_in_the_list_and_on_its_page(
    opened, draft, consultation
):
    save(draft=draft, key=CITY, how="Kims text", stance="", by=KIM)
    client = opened(draft)

    tasks = client.get(url("tasks", draft)).text
    area = client.get(url("answer_area", draft, 3)).text

    assert "Sparat av Kim torsdag 12 november kl. 12.00" in tasks
    assert "Sparat av Kim torsdag 12 november kl. 12.00" in area
    assert url("history", draft, "omrade-3") in area


def test_a_name_given_on_the_task_list_stands_by_what_is_saved_afterwards(opened, draft):
    client = opened(draft)

    client.post(url("tasks", draft), {"name": "Amina\u202e  <b>"})
    form = {"seen": "1", "round": "0", "action": "done", "how": "Aminas", "stance": ""}
    client.post(url("answer_area", draft, 3), form)

    assert part(draft).saved_by == "Amina <b>"
    page = client.get(url("tasks", draft)).text
    assert "Sparat av Amina &lt;b&gt;" in page


def test_the_name_is_forgotten_when_the_answer_is_left(opened, draft, client):
    opened(draft).post(url("tasks", draft), {"name": "Amina"})
    client.post(url("leave", draft))
    opened(draft)

    assert client.get(url("tasks", draft)).context["form"].initial == {"name": ""}


def test_two_browsers_are_two_editors_and_a_conflict_names_the_other(opened, draft):
    one, other = opened(draft, client=Client()), opened(draft, client=Client())
    one.post(url("tasks", draft), {"name": "Kim"})
    form = {"seen": "1", "round": "0", "action": "done", "stance": ""}
    one.post(url("answer_area", draft, 3), form | {"how": "Kims text"})

    page = other.post(url("answer_area", draft, 3), form | {"how": "Min text"})

    assert page.status_code == 409
    assert "Det hände kl. 12.00 och gjordes av Kim, efter att ni öppnade sidan." in page.text
    editors = DraftRevision.objects.filter(part=part(draft)).values_list("editor", flat=True)
    assert len(set(editors)) == 3  # the one who began, and these two


def test_keeping_the_other_text_leaves_mine_in_the_history(opened, draft):
    client = opened(draft)
    save(draft=draft, key=CITY, how="Den andras", stance="", by=KIM)
    form = {"seen": "1", "round": "0", "action": "done", "how": "Min text", "stance": ""}
    client.post(url("answer_area", draft, 3), form)

    client.post(url("answer_area", draft, 3), form | {"action": "theirs", "seen": "2"})

    assert part(draft).content["how"] == "Den andras"
    assert DraftRevision.objects.get(how="aside").content["how"] == "Min text"
    assert "Ersatte inte den andra texten" in client.get(url("history", draft, "omrade-3")).text


def test_the_conflict_page_does_not_save_by_itself(opened, draft):
    """Else the script would let one text win before anybody has chosen."""
    client = opened(draft)
    save(draft=draft, key=CITY, how="Den andras", stance="", by=KIM)

    shown = client.get(url("answer_area", draft, 3)).text
    conflict = client.post(
        url("answer_area", draft, 3), {"seen": "1", "action": "done", "how": "Min"}
    ).text

    assert "data-autosave" in shown
    assert "data-autosave" not in conflict


# The history


def test_short_steps_of_autosaving_are_left_out_until_they_are_asked_for(opened, draft):
    client = opened(draft)
    version = 1
    for number in range(6):
        save(
            draft=draft,
            key=CITY,
            how="Ord " * (number + 2),
            stance="",
            at=NOON + days(number / 3000),
        )
        version += 1
    DraftRevision.objects.filter(part=part(draft), version__gt=1).update(how="auto")

    few = client.get(url("history", draft, "omrade-3"))
    every = client.get(url("history", draft, "omrade-3") + "?alla=1")

    assert [step.revision.version for step in few.context["steps"]] == [version, 1]
    assert [step.revision.version for step in every.context["steps"]] == [7, 6, 5, 4, 3, 2, 1]


def test_a_step_that_lost_text_or_was_overwritten_is_always_shown(opened, draft):
    save(draft=draft, key=CITY, how="En lång text som försvann", stance="")
    save(draft=draft, key=CITY, how="Kort", stance="")
    save(draft=draft, key=CITY, how="Kims text är också lång", stance="", by=KIM)
    DraftRevision.objects.filter(part=part(draft)).update(how="auto")

    steps = opened(draft).get(url("history", draft, "omrade-3")).context["steps"]

    assert [(step.revision.version, step.is_current, step.replaced_by) for step in steps] == [
        (4, True, ""),
        (3, False, "Kim"),
        (2, False, ""),
    ]


def revision_of(draft, text):
    return next(
        each
        for each in DraftRevision.objects.filter(part__draft=draft)
        if text in each.content.values()
    )


def test_an_earlier_text_is_shown_with_what_has_changed_and_can_be_the_text_again(opened, draft):
    save(draft=draft, key=CITY, how="Första och andra", stance="", by=KIM)
    client, first = opened(draft), revision_of(draft, "Första")
    address = url("earlier_text", draft, "omrade-3", first.pk)

    page = client.get(address).text
    done = client.post(address, {"seen": "2"})

    assert '<dd class="text" dir="auto">Första</dd>' in page
    assert "[tillagt: </span> och andra<span" in page
    assert done.url == url("answer_area", draft, 3)
    assert part(draft).content["how"] == "Första"
    assert part(draft).version == 3
    assert revision_of(draft, "Första och andra").version == 2


def test_taking_a_text_back_from_a_page_that_is_old_shows_it_again(opened, draft):
    client, first = opened(draft), revision_of(draft, "Första")
    save(draft=draft, key=CITY, how="Andra", stance="")
    save(draft=draft, key=CITY, how="Tredje", stance="", by=KIM)

    response = client.post(url("earlier_text", draft, "omrade-3", first.pk), {"seen": "2"})

    assert response.status_code == 409
    assert "Någon annan har sparat medan ni läste" in response.text
    assert part(draft).content["how"] == "Tredje"


@pytest.mark.parametrize("slug", ["uppgifter", "bakom", "omrade-1", "omrade-4", "ovrigt"])
def test_each_part_has_a_history(opened, draft, slug):
    assert opened(draft).get(url("history", draft, slug)).status_code == 200


@pytest.mark.parametrize("slug", ["omrade-5", "bilagor", "hittepa"])
def test_a_part_that_is_not_there_has_none(opened, draft, slug):
    assert opened(draft).get(url("history", draft, slug)).status_code == 404


def test_the_text_of_another_part_or_draft_is_not_found(opened, draft, consultation):
    other = make_draft(consultation=consultation, texts={CITY: {"how": "Hemligt"}})
    client = opened(draft)
    theirs, mine = revision_of(other, "Hemligt"), revision_of(draft, "Första")

    for slug, pk in (("omrade-3", theirs.pk), ("omrade-1", mine.pk)):
        for method in ("get", "post"):
            response = getattr(client, method)(url("earlier_text", draft, slug, pk), {"seen": "0"})
            assert response.status_code == 404


def test_what_people_write_is_never_markup_in_the_history(opened, consultation):
    nasty = "<script>alert(1)</script>&lt;svg onload=alert(2)&gt;"
    draft = make_draft(
        consultation=consultation,
        texts={CITY: {"how": nasty}, BEHIND: {"cosignatories": nasty}},
        organisation=nasty[:60],
    )
    save(draft=draft, key=CITY, how=nasty + " mer")
    client, first = opened(draft), part(draft).revisions.get(version=1)

    pages = [
        client.get(url("history", draft, "omrade-3")),
        client.get(url("earlier_text", draft, "omrade-3", first.pk)),
        client.get(url("check", draft)),
        client.get(url("tasks", draft)),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assert not any("<script>alert" in page.text or "<svg onload" in page.text for page in pages)


def test_the_history_costs_as_many_queries_however_long_it_is(
    opened, draft, django_assert_num_queries
):
    client = opened(draft)
    address = url("history", draft, "omrade-3")
    client.get(address)
    with django_assert_num_queries(6):
        client.get(address)
    for number in range(30):
        save(draft=draft, key=CITY, how=f"Text {number}", stance="")

    with django_assert_num_queries(6):
        client.get(address)


# A copy of one's own


def test_a_draft_can_be_fetched_as_text_whole_also_after_the_last_day(opened, draft, at):
    save(draft=draft, key=CITY, how="Första raden\nÅ, Ä och 🙂 <b>", stance="supports")
    save(draft=draft, key=BEHIND, cosignatories="Kulturhuset Kajutan")
    at(NOON + days(25))

    response = opened(draft).get(url("download_draft", draft))

    assert response["Content-Disposition"] == 'attachment; filename="utkast.txt"'
    assert response["Cache-Control"] == "private, no-store"
    text = response.content.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    lines = [line for line in text.split("\r\n") if line]
    assert lines == [
        "Utkast till svar på remissen: Handlingsplan för samverkan mellan idéburen sektor och "
        "Malmö stad",
        "Tegelbackens kultur- och idrottsförening",
        "Hämtat måndag 7 december 2026 kl. 12.00. Utkastet är inte ett inskickat svar.",
        "3. Stadsliv, allmänna platser och lokaler",
        "Ställningstagande: Tillstyrker",
        "Hur kan samverkan ske?",
        "Första raden",
        "Å, Ä och 🙂 <b>",
        "Vilka som står bakom svaret",
        "Står också bakom svaret",
        "Kulturhuset Kajutan",
    ]


# One person, two bodies


def test_one_person_answers_for_two_boards_in_one_browser(opened, consultation, client, at):
    first = make_draft(
        consultation=consultation, organisation="Testnämnden för fritid", kind="board"
    )
    opened(first)
    begin = reverse("remiss:begin", args=[consultation.slug]) + f"?efter={first.public_id}"
    form = client.get(begin).context["form"]
    at(NOON + days(0.01))

    client.post(
        begin,
        {
            "kind": form["kind"].value(),
            "organisation": "Testnämnden för kultur",
            "contact_name": form["contact_name"].value(),
            "email": form["email"].value(),
            "stamp": form["stamp"].value(),
        },
    )

    assert form["kind"].value() == "department"
    second = type(first).objects.exclude(pk=first.pk).get()
    assert second.email == first.email
    for draft, name in ((first, "fritid"), (second, "kultur")):
        assert f"Testnämnden för {name}" in client.get(url("tasks", draft)).text


def test_what_somebody_else_began_fills_in_nothing(client, consultation, noon):
    other = make_draft(consultation=consultation, email="hemlig@forening.example")

    begin = reverse("remiss:begin", args=[consultation.slug]) + f"?efter={other.public_id}"

    assert "hemlig" not in client.get(begin).text
