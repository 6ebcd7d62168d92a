"""The plan in the admin: free before opening, then locked or corrected; and the last day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from remiss.models import (
    AreaHint,
    Consultation,
    Correction,
    Event,
    PlanVersion,
    PriorityArea,
    Question,
    Verb,
)
from tests.factories import LAST_DAY, NOON, make_draft, make_submission

BEFORE = NOON - timedelta(days=60)


def url_of(row):
    return reverse(f"admin:remiss_{row._meta.model_name}_change", args=[row.pk])


def add_url(model):
    return reverse(f"admin:remiss_{model}_add")


def posted(client, url, **changes):
    """Post the form at `url` as it stands, with some fields changed."""
    form = client.get(url).context["adminform"].form
    data = {}
    for field in form:
        value = field.value()
        if value is True:
            data[field.html_name] = "on"
        elif value not in (None, False):
            data[field.html_name] = value
    return client.post(url, data | changes)


@pytest.fixture
def area(consultation):
    return consultation.versions.get().areas.get(key="city-life")


@pytest.fixture
def question(consultation):
    return consultation.versions.get().questions.get(key="how")


# Before opening


def test_texts_are_edited_freely_before_opening(signed_in, civil, area, at):
    at(BEFORE)
    page = posted(signed_in(civil), url_of(area), proposals="Ett **nytt** förslag", number="9")

    area.refresh_from_db()
    assert page.url == reverse("admin:plan")
    assert area.proposals_html == "<p>Ett <strong>nytt</strong> förslag</p>\n"
    assert area.number == 9
    assert Correction.objects.count() == 0


def test_a_new_version_with_area_question_and_hint_before_opening(
    signed_in, city, consultation, at
):
    at(BEFORE)
    client = signed_in(city)

    client.post(
        add_url("planversion"),
        {"consultation": consultation.pk, "number": 2, "vision": "V", "aims": "A", "lead": "L"},
    )
    version = PlanVersion.objects.get(number=2)
    client.post(
        add_url("priorityarea"),
        {
            "version": version.pk,
            "number": 1,
            "heading": "Ett",
            "key": "one",
            "slug": "ett",
            "summary": "S",
            "lead": "L",
            "proposals": "P",
            "reasons": "R",
        },
    )
    client.post(
        add_url("question"),
        {
            "version": version.pk,
            "scope": "area",
            "number": 1,
            "key": "how",
            "kind": "prose",
            "label": "Hur?",
        },
    )
    area, question = version.areas.get(), version.questions.get()
    client.post(add_url("areahint"), {"question": question.pk, "area": area.pk, "text": "Tips"})

    assert area.hints.get().text == "Tips"


def test_a_hint_cannot_join_two_versions(signed_in, city, consultation, at):
    at(BEFORE)
    other = PlanVersion.objects.create(
        consultation=consultation, number=2, vision="V", aims="A", lead="L"
    )
    area = PriorityArea.objects.create(version=other, key="x", number=1, slug="x", heading="X")
    before = AreaHint.objects.count()

    page = signed_in(city).post(
        add_url("areahint"),
        {"question": Question.objects.first().pk, "area": area.pk, "text": "Tips"},
    )

    assert "olika versioner" in page.content.decode()
    assert AreaHint.objects.count() == before


def test_whether_the_invited_are_shown_is_changed_at_any_time_and_logged(
    signed_in, city, consultation, at
):
    at(NOON)
    posted(signed_in(city), url_of(consultation), shows_invited="on")

    consultation.refresh_from_db()
    assert consultation.shows_invited
    event = Event.objects.get()
    assert (event.verb, event.actor, event.consultation) == ("changed_settings", city, consultation)
    assert event.note == "visa sändlistan på webbplatsen från nej till ja"


def test_each_change_of_the_plan_and_of_a_setting_is_one_event(
    signed_in, city, consultation, area, at
):
    client, at_once = signed_in(city), {"heading": "Stadsliv", "lead": "Ny ingress"}
    at(BEFORE)
    posted(client, url_of(area), **at_once)
    posted(client, url_of(area))  # as it stands
    posted(client, add_url("areahint"), question=question_of(area), area=area.pk, text="Tips")
    hint = AreaHint.objects.get(text="Tips")
    client.post(reverse("admin:remiss_areahint_delete", args=[hint.pk]), {"post": "yes"})
    posted(client, url_of(consultation), last_day="2026-12-07", registry_number="STK-1")
    at(NOON)
    posted(client, url_of(consultation), title="En ny rubrik", correction="Fel rubrik")
    data = posted(client, url_of(area), heading="Stadens liv", correction="Fel ord")

    assert data.url == reverse("admin:plan")
    found = Event.objects.order_by("pk").values_list("verb", "actor", "consultation", "note")
    assert [(verb, note) for verb, _actor, _consultation, note in found] == [
        ("changed_plan", "prioriterat område 3. Stadsliv: rubrik, ingress"),
        ("changed_plan", "lade till hjälptext för ett område Tips"),
        ("changed_plan", "tog bort hjälptext för ett område Tips"),
        (
            "changed_settings",
            "sista svarsdag från 2026-11-30 till 2026-12-07; "
            "diarienummer från STK-2026-663 till STK-1",
        ),
        ("corrected", "Fel rubrik"),
        (
            "changed_settings",
            "rubrik från Handlingsplan för samverkan mellan idéburen sektor och Malmö stad "
            "till En ny rubrik",
        ),
        ("corrected", "Fel ord"),
    ]
    assert {row[1:3] for row in found} == {(city.pk, consultation.pk)}


def question_of(area):
    return area.version.questions.get(key="exists").pk


def test_days_and_address_are_edited_before_opening_only(signed_in, city, consultation, at):
    at(BEFORE)
    posted(signed_in(city), url_of(consultation), last_day="2026-12-07")
    consultation.refresh_from_db()
    assert consultation.last_day == date(2026, 12, 7)

    at(NOON)
    posted(
        signed_in(city),
        url_of(consultation),
        opens_on="2026-12-01",
        last_day="2027-01-01",
        slug="ny",
        contact_phone="040-12 34 56",
    )
    consultation.refresh_from_db()
    assert consultation.contact_phone == "040-12 34 56"
    assert (consultation.slug, consultation.last_day) == ("handlingsplan", date(2026, 12, 7))
    assert consultation.is_published


@pytest.mark.parametrize(
    "changes",
    [
        {"opens_on": "2026-12-24"},
        {"last_day": "9999-12-31"},
        {"opens_on": "0001-01-01"},
        {"slug": "å ä"},
        {"contact_email": "inte en adress"},
    ],
)
def test_impossible_values_are_told(signed_in, city, consultation, at, changes):
    at(BEFORE)
    page = posted(signed_in(city), url_of(consultation), **changes)

    assert page.status_code == 200
    assert page.context["errors"]


# Frozen


def test_a_frozen_text_changes_only_with_a_correction(signed_in, civil, area, noon):
    client = signed_in(civil)

    refused = posted(client, url_of(area), lead="Ny ingress")
    area.refresh_from_db()
    assert "Skriv vad som rättas" in refused.content.decode()
    assert area.lead != "Ny ingress"

    posted(client, url_of(area), lead="Ny ingress", correction="Stavfel i ingressen")
    area.refresh_from_db()
    correction, event = Correction.objects.get(), Event.objects.get(verb=Verb.CORRECTED)
    assert area.lead == "Ny ingress"
    assert (correction.note, correction.version) == ("Stavfel i ingressen", area.version)
    assert (event.actor, event.note) == (civil, "Stavfel i ingressen")


def test_a_frozen_form_says_so_and_shows_what_is_example(signed_in, city, area, question, noon):
    client = signed_in(city)

    example = client.get(url_of(area)).content.decode()
    other = client.get(url_of(question)).content.decode()

    warning = "Remissen är öppen. Ändringen syns direkt och noteras på sidan Planen."
    assert warning in example
    assert warning in other
    assert "Det här är exempeltext" in example
    assert "Det här är exempeltext" not in other


def test_what_identifies_a_frozen_part_is_locked(signed_in, city, area, question, noon):
    client = signed_in(city)

    posted(
        client, url_of(area), correction="R", heading="Nytt", key="new", number="7", slug="ny",
        version="99",
    )  # fmt: skip
    posted(
        client, url_of(question), correction="R", label="Hur då?", key="new", number="7",
        scope="whole", kind="list",
    )  # fmt: skip

    area.refresh_from_db()
    question.refresh_from_db()
    assert (area.heading, area.key, area.number) == ("Nytt", "city-life", 3)
    assert area.slug == "stadsliv-allmanna-platser-och-lokaler"
    assert (question.label, question.key, question.number) == ("Hur då?", "how", 1)
    assert (question.scope, question.kind) == ("area", "prose")


def test_nothing_is_added_to_or_taken_from_a_frozen_plan(
    signed_in, superuser, city, consultation, area, question, noon
):
    hint = AreaHint.objects.get()
    for user in (city, superuser):
        client = signed_in(user)
        for model in ("planversion", "priorityarea", "question", "areahint"):
            assert client.get(add_url(model)).status_code == 403
            assert client.post(add_url(model), {}).status_code == 403
        for row in (area, question, hint, area.version, consultation):
            name = f"admin:remiss_{row._meta.model_name}_delete"
            sent = client.post(reverse(name, args=[row.pk]), {"post": "yes"})
            assert sent.status_code == 403
    assert (PriorityArea.objects.count(), Question.objects.count()) == (4, 6)


def test_a_frozen_plan_gets_nothing_while_another_remiss_waits(signed_in, city, consultation, at):
    """The add form opens for the waiting remiss, and takes no other version than that one's."""
    at(NOON)
    waiting = Consultation.objects.create(
        slug="nasta",
        title="Nästa",
        opens_on=LAST_DAY + timedelta(days=90),
        last_day=LAST_DAY + timedelta(days=120),
        contact_email="a@b.example",
    )
    PlanVersion.objects.create(consultation=waiting, vision="V", aims="A", lead="L")

    page = signed_in(city).post(
        add_url("question"),
        {
            "version": consultation.versions.get().pk,
            "scope": "area",
            "number": 4,
            "key": "more",
            "kind": "prose",
            "label": "Mer?",
        },
    )

    assert "version" in page.context["adminform"].form.errors
    assert not Question.objects.filter(key="more").exists()


def test_taking_away_the_example_mark_is_no_correction(signed_in, city, area, noon):
    client = signed_in(city)
    form = client.get(url_of(area)).context["adminform"].form
    data = {field.html_name: field.value() or "" for field in form}
    del data["is_example"]

    client.post(url_of(area), data)

    area.refresh_from_db()
    assert not area.is_example
    assert Correction.objects.count() == 0


@pytest.mark.parametrize(
    "odd", ["\0", "\x0b", "\u202e", "\u2028", "a\ud800".encode("utf-8", "ignore")]
)
def test_odd_characters_never_crash_a_form(signed_in, city, area, question, noon, odd):
    client = signed_in(city)
    text = odd if isinstance(odd, str) else odd.decode()

    for row, field in ((area, "heading"), (area, "proposals"), (question, "hint")):
        page = posted(client, url_of(row), **{field: f"Ord{text}ord", "correction": f"R{text}"})
        assert page.status_code in {200, 302}
        row.refresh_from_db()
        assert "\0" not in getattr(row, field)
        assert "\x0b" not in getattr(row, field)


def test_raw_html_in_the_plan_is_escaped(signed_in, city, area, noon):
    posted(
        signed_in(city),
        url_of(area),
        proposals="<script>x</script>[a](javascript:b)",
        correction="R",
    )

    area.refresh_from_db()
    assert "<script" not in area.proposals_html
    assert "href" not in area.proposals_html


@pytest.mark.parametrize("model", ["planversion", "priorityarea", "question", "areahint"])
def test_only_coordinators_see_and_change_the_texts(
    signed_in, city, civil, registrar, reader, administrator, consultation, noon, model
):
    row = {
        "planversion": PlanVersion,
        "priorityarea": PriorityArea,
        "question": Question,
        "areahint": AreaHint,
    }[model].objects.first()
    statuses = {
        user.username: signed_in(user).get(url_of(row)).status_code
        for user in (city, civil, registrar, reader, administrator)
    }

    assert statuses == {"maria": 200, "ahmed": 200, "birgit": 403, "lena": 403, "admir": 403}


def test_the_plan_page_lists_everything_with_example_marks(signed_in, city, area, noon):
    posted(signed_in(city), url_of(area), lead="Ny", correction="Bytte ingress")

    page = signed_in(city).get(reverse("admin:plan")).content.decode()

    assert page.count('tag--wait">Exempeltext') == 4
    assert "Bytte ingress" in page
    assert "Flytta sista svarsdagen" in page


def test_an_administrator_sees_the_days_and_not_the_texts(
    signed_in, administrator, consultation, noon
):
    page = signed_in(administrator).get(reverse("admin:plan")).content.decode()

    assert "måndag 30 november kl. 23.59" in page
    assert "Hela planens texter" not in page
    assert "Flytta sista svarsdagen" not in page
    shown = signed_in(administrator).get(url_of(consultation))
    assert shown.status_code == 200
    assert "_save" not in shown.content.decode()


# The last day


def move(client, consultation, **data):
    return client.post(reverse("admin:move_last_day", args=[consultation.pk]), data)


def test_moving_the_last_day_shows_what_it_means_before_it_is_done(
    signed_in, city, consultation, noon
):
    make_draft(consultation=consultation)
    make_submission(consultation=consultation)
    client = signed_in(city)

    asked = move(client, consultation, last_day="2026-12-07", reason="Fler behöver tid")
    consultation.refresh_from_db()
    page = asked.content.decode()
    assert "måndag 7 december kl. 23.59" in page
    assert (asked.context["drafts"], asked.context["answers"]) == (1, 1)
    assert consultation.last_day == LAST_DAY

    move(client, consultation, last_day="2026-12-07", reason="Fler behöver tid", confirmed="1")
    consultation.refresh_from_db()
    event = Event.objects.get(verb=Verb.MOVED_LAST_DAY)
    assert consultation.last_day == date(2026, 12, 7)
    assert event.actor == city
    assert event.note == "från 2026-11-30 till 2026-12-07. Fler behöver tid"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"last_day": ""}, "last_day"),
        ({"last_day": "2026-11-11"}, "last_day"),
        ({"last_day": "2026-11-30"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"last_day": "x\0"}, "last_day"),
        ({"last_day": "2026-11-20"}, "reason"),
        ({"last_day": "2026-12-07", "reason": "x" * 401}, "reason"),
    ],
)
def test_a_day_that_cannot_be_is_refused(signed_in, city, consultation, noon, data, field):
    page = move(signed_in(city), consultation, confirmed="1", **data)

    consultation.refresh_from_db()
    assert list(page.context["form"].errors) == [field]
    assert consultation.last_day == LAST_DAY


def test_a_day_before_the_opening_is_refused(signed_in, city, consultation, at):
    at(BEFORE)
    page = move(signed_in(city), consultation, last_day="2026-10-01", reason="R", confirmed="1")

    assert list(page.context["form"].errors) == ["last_day"]


def test_the_last_day_can_become_today_with_a_reason(signed_in, city, consultation, noon):
    asked = move(signed_in(city), consultation, last_day="2026-11-12", reason="Klart")
    assert "stänger i kväll" in asked.content.decode()

    move(signed_in(city), consultation, last_day="2026-11-12", reason="Klart", confirmed="1")
    consultation.refresh_from_db()
    assert consultation.last_day == date(2026, 11, 12)


def test_only_the_city_s_side_moves_the_last_day(
    signed_in, civil, registrar, reader, administrator, superuser, consultation, noon
):
    url = reverse("admin:move_last_day", args=[consultation.pk])
    for user in (civil, registrar, reader, administrator, superuser):
        client = signed_in(user)
        assert client.get(url).status_code == 403
        sent = move(client, consultation, last_day="2026-12-07", reason="R", confirmed="1")
        assert sent.status_code == 403
        assert "Flytta sista svarsdagen" not in client.get("/samordning/").content.decode()
    consultation.refresh_from_db()
    assert consultation.last_day == LAST_DAY


def test_a_remiss_that_is_not_there_is_404(signed_in, city):
    for pk in (0, 9, 10**30):
        assert signed_in(city).get(f"/samordning/planen/{pk}/sista-dag/").status_code == 404
