"""The list of svar: what it shows, finds and counts, and what it costs."""

from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from remiss.models import Response
from remiss.workflow import answering, extending, invited, inviting, recording
from tests import factories
from tests.factories import NOON, make_recorded, make_submission

LIST = "/samordning/remiss/response/"


def shown(client, **query):
    """The references in the list, in order."""
    page = client.get(LIST, query)
    assert page.status_code == 200
    return [response.reference for response in page.context["cl"].result_list]


@pytest.fixture
def mixed(consultation, city, noon):
    """Answers of every kind a filter tells apart, oldest first."""
    made = {
        "plain": make_submission(
            consultation=consultation, organisation="Åkerbo IF", at=NOON - timedelta(hours=9)
        ),
        "board": make_submission(
            consultation=consultation,
            kind="board",
            organisation="Fritidsnämnden",
            texts={"area:equal-leisure": {"stance": "supports"}},
            at=NOON - timedelta(hours=8),
        ),
        "private": make_submission(
            consultation=consultation,
            kind="private_person",
            organisation="",
            contact_name="Kim Hemlig",
            confirmed=False,
            at=NOON - timedelta(hours=7),
        ),
        "hidden": make_submission(
            consultation=consultation,
            organisation="Dold förening",
            hide_name=True,
            at=NOON - timedelta(hours=6),
        ),
        "suspect": make_submission(
            consultation=consultation, is_suspect=True, at=NOON - timedelta(hours=5)
        ),
        "withdrawn": make_submission(consultation=consultation, at=NOON - timedelta(hours=4)),
        "recorded": make_recorded(
            consultation=consultation, by=city, received_at=NOON - timedelta(hours=3)
        ),
    }
    answering.withdraw(response=made["withdrawn"].response, at=NOON)
    return {name: submission.response for name, submission in made.items()}


def names_of(mixed, references):
    return {name for name, response in mixed.items() if response.reference in references}


def test_the_list_shows_what_counts_newest_first(signed_in, city, mixed):
    found = shown(signed_in(city))

    assert found == [
        mixed[name].reference for name in ("recorded", "hidden", "private", "board", "plain")
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            {"status": "all"},
            {"plain", "board", "private", "hidden", "suspect", "withdrawn", "recorded"},
        ),
        ({"status": "suspect"}, {"suspect"}),
        ({"status": "set_aside"}, {"suspect"}),
        ({"status": "withdrawn"}, {"withdrawn"}),
        ({"status": "late"}, set()),
        ({"vem": "board"}, {"board"}),
        ({"omrade": "equal-leisure"}, {"board"}),
        ({"epost": "obekraftad"}, {"private"}),
        ({"namn": "utan"}, {"hidden"}),
        ({"kanal": "email"}, {"recorded"}),
        ({"kanal": "portal", "vem": "association"}, {"plain", "hidden"}),
    ],
)
def test_each_filter_shows_its_own(signed_in, city, mixed, query, expected):
    assert names_of(mixed, shown(signed_in(city), **query)) == expected


def test_files_preliminary_answers_and_longer_time_have_filters(
    signed_in, city, consultation, noon
):
    make_submission(consultation=consultation, organisation="Utan något")
    make_submission(consultation=consultation, organisation="Med fil", files=["yttrande.pdf"])
    make_submission(
        consultation=consultation,
        organisation="Kulturnämnden",
        kind="board",
        behind={"decided_by": "expected", "expected_on": "2026-12-06"},
    )
    draft = factories.make_draft(
        consultation=consultation,
        organisation="Fick tid",
        texts={"area:city-life": {"how": "Öppna aulorna."}},
    )
    factories.send_in(draft=draft)
    extending.grant(
        request=factories.ask_for_time(draft=draft),
        until=NOON.date() + timedelta(days=30),
        note="",
        at=NOON,
        by=city,
    )

    def found(**query):
        rows = signed_in(city).get(LIST, query).context["cl"].result_list
        return {response.latest.organisation for response in rows}

    assert found(bilaga="med") == {"Med fil"}
    assert found(beslut="vantas") == {"Kulturnämnden"}
    # A preliminary answer may be sent in anew until the decision.
    assert found(tid="egen") == {"Kulturnämnden", "Fick tid"}
    assert found(bilaga="x", beslut="x", tid="x") == {
        "Utan något",
        "Med fil",
        "Kulturnämnden",
        "Fick tid",
    }


def test_a_joint_answer_is_found_by_each_who_stands_behind_it(signed_in, city, consultation, noon):
    make_submission(consultation=consultation, organisation="Sundspans kulturkrets")
    joint = make_submission(
        consultation=consultation,
        behind={"cosignatories": "Kulturhuset Kajutan, 802002-4280\nMalmö Körforum"},
    )
    reference = joint.response.reference

    assert joint.organisation == "Tegelbackens kultur- och idrottsförening"
    for words in ("Kajutan", "KÖRFORUM", "802002-4280", "tegelbackens kajutan"):
        assert shown(signed_in(city), q=words) == [reference], words


def test_late_answers_have_a_filter(signed_in, city, mixed, at):
    consultation = mixed["plain"].consultation
    after = at(NOON + timedelta(days=40))
    late = make_recorded(consultation=consultation, by=city, received_at=after, at=after)

    assert shown(signed_in(city), status="late") == [late.response.reference]


def test_unread_is_each_coordinator_s_own(signed_in, city, civil, mixed):
    recording.mark_read(response=mixed["board"], by=civil)

    assert "board" in names_of(mixed, shown(signed_in(city), olast="mig"))
    assert "board" not in names_of(mixed, shown(signed_in(civil), olast="mig"))
    assert "board" not in names_of(mixed, shown(signed_in(city), olast="alla"))


def test_a_new_version_is_unread_again(signed_in, city, consultation, noon):
    draft = factories.make_draft(
        consultation=consultation, texts={"area:city-life": {"how": "Ett"}}
    )
    response = factories.send_in(draft=draft).response
    recording.mark_read(response=response, by=city)
    assert shown(signed_in(city), olast="mig") == []
    factories.save(draft=draft, key="area:city-life", how="Två")
    factories.send_in(draft=draft)

    assert shown(signed_in(city), olast="mig") == [response.reference]


def test_missing_diarienummer_has_a_filter(signed_in, registrar, mixed):
    recording.register(
        submission=mixed["board"].latest,
        registry_number="STK-2026-663-4",
        registered_on=NOON.date(),
        at=NOON,
        by=registrar,
    )

    assert names_of(mixed, shown(signed_in(registrar), diarie="finns")) == {"board"}
    missing = names_of(mixed, shown(signed_in(registrar), diarie="saknas"))
    assert missing == {"plain", "private", "hidden", "recorded"}
    assert names_of(mixed, shown(signed_in(registrar), q="stk-2026-663-4")) == {"board"}


def test_search_wants_every_word_in_any_case(signed_in, city, mixed):
    client = signed_in(city)

    assert names_of(mixed, shown(client, q="ÅKERBO skolornas")) == {"plain"}
    assert shown(client, q="åkerbo fritidsnämnden") == []
    assert names_of(mixed, shown(client, q=mixed["board"].reference.lower())) == {"board"}
    assert shown(client, q="100%_\\") == []


def test_a_private_person_s_name_is_neither_shown_nor_found(signed_in, city, mixed):
    page = signed_in(city).get(LIST)

    assert "Privatperson" in page.content.decode()
    assert "Hemlig" not in page.content.decode()
    assert shown(signed_in(city), q="Hemlig") == []


def test_the_organisations_sort_in_swedish(signed_in, city, consultation, noon):
    for name in ("Öresund", "Ängen", "Zenit", "Åkerbo", "Alfa"):
        make_submission(consultation=consultation, organisation=name)

    page = signed_in(city).get(LIST, {"o": "2"})

    found = [response.latest.organisation for response in page.context["cl"].result_list]
    assert found == ["Alfa", "Zenit", "Åkerbo", "Ängen", "Öresund"]


def test_the_columns_say_areas_readers_and_status(signed_in, city, civil, mixed):
    recording.mark_read(response=mixed["private"], by=city)
    recording.mark_read(response=mixed["board"], by=city)
    recording.mark_read(response=mixed["board"], by=civil)

    page = signed_in(city).get(LIST, {"status": "all"}).content.decode()

    assert page.count("1 av 4") == 7
    assert ">K</td>" in page
    assert ">K/I</td>" in page
    assert "Åsidosatt: misstänkt skräp, inte granskat" in page
    assert "Inskickat, e-post inte bekräftad" in page
    assert "Återtaget" in page


# Costs


# Of these four are Django's own: the session, the user, and the permissions from two places.
LIST_QUERIES, ANSWER_QUERIES, OVERVIEW_QUERIES = 10, 14, 12
INVITATION_QUERIES, BODY_QUERIES = 9, 9


@pytest.mark.parametrize("number", [30, 300, pytest.param(3000, marks=pytest.mark.large)])
def test_pages_cost_the_same_however_many_answers_there_are(
    signed_in, city, consultation, noon, rows, django_assert_num_queries, number
):
    draft = factories.make_draft(consultation=consultation)
    factories.save(draft=draft, key="area:city-life", how="Öppna aulorna.")
    first = factories.send_in(draft=draft).response
    copies(first, number - 1)
    client = signed_in(city)
    client.get(f"{LIST}{first.pk}/change/")  # the first opening writes the mark

    for url, queries in (
        (LIST, LIST_QUERIES),
        (f"{LIST}?q=aulorna&vem=association&omrade=city-life&olast=alla&o=2", LIST_QUERIES),
        (f"{LIST}{first.pk}/change/?_changelist_filters=vem%3Dassociation", ANSWER_QUERIES),
        (reverse("admin:index"), OVERVIEW_QUERIES),
    ):
        rows.clear()
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200
        assert len(rows) <= 50 + 20, url


@pytest.mark.parametrize("number", [30, 300])
def test_lists_of_bodies_cost_the_same_however_many_there_are(
    signed_in, city, consultation, noon, rows, django_assert_num_queries, number
):
    keys = [body.pk for body in factories.make_bodies(number)]
    inviting.invite(consultation=consultation, bodies=keys, at=NOON, by=city)
    client = signed_in(city)
    bodies, invitations = "/samordning/remiss/body/", "/samordning/remiss/invitation/"

    for url, queries in (
        (invitations, INVITATION_QUERIES),
        (f"{invitations}?status=not_sent&q=krets&paminn=0", INVITATION_QUERIES),
        (bodies, BODY_QUERIES),
        (f"{bodies}?q=krets&inbjuden=ja", BODY_QUERIES),
    ):
        rows.clear()
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200
        assert len(rows) <= 50 * 3, url


def copies(response, number, texts=("Aulorna",)):
    """More answers like one, put in directly: the verbs would take a minute for three hundred."""
    submission = response.latest
    answer = submission.answers.get()
    responses = Response.objects.bulk_create(
        Response(
            consultation_id=response.consultation_id,
            public_id=f"copy{n}",
            reference=f"XX-{n:04}",
            channel="portal",
        )
        for n in range(number)
    )
    submissions = type(submission).objects.bulk_create(
        type(submission)(
            response=copy,
            number=1,
            submit_key=f"copy{copy.pk}",
            plan_version_id=submission.plan_version_id,
            received_at=NOON - timedelta(minutes=n + 1),
            kind=submission.kind,
            organisation=submission.organisation,
            sort_key=submission.sort_key,
            canonical="{}",
            sha256="0" * 64,
            search_text=submission.search_text,
        )
        for n, copy in enumerate(responses)
    )
    type(answer).objects.bulk_create(
        type(answer)(submission=copy, question=answer.question, area=answer.area, text=text)
        for copy, text in zip(submissions, cycle(texts), strict=False)
    )
    copied = type(submission).objects.filter(response=OuterRef("pk")).values("pk")
    Response.objects.filter(public_id__startswith="copy").update(latest=Subquery(copied))
    factories.tell_the_planner()


# Bad addresses and forged posts


@pytest.mark.parametrize(
    "query",
    [
        "e=1",
        "p=999999",
        "p=-1",
        "p=x",
        "all=",
        "o=99.-x.%00",
        "q=%00",
        "q=%ED%A0%80",
        "status=%00",
        "vem=nobody",
        "omrade=' OR 1=1",
        "kanal[]=x",
        "vecka=2026-v54",
        "vecka=0001-v1",
        "vecka=till-2099-v53",
        "remiss=999999999999999999999",
        "_facets=1",
        "latest__organisation__startswith=a",
        "public_id__startswith=a",
        "contact__email__contains=a",
        "reference=%00",
        "_to_field=public_id",
        "_popup=1",
    ],
)
def test_a_bad_address_is_never_a_crash(signed_in, city, submission, noon, query):
    page = signed_in(city).get(f"{LIST}?{query}", follow=True)

    assert page.status_code in {200, 400}


def test_lookups_cannot_be_used_to_guess_hidden_values(signed_in, city, submission):
    for field in ("public_id__startswith", "contact__email__contains", "link_version"):
        assert signed_in(city).get(LIST, {field: "a"}).status_code == 400


@pytest.mark.parametrize("chosen", [["x"], ["\0"], ["9" * 40], ["-1"], ["999999"], ["1.5", "²"]])
def test_forged_choices_reach_nothing(signed_in, city, submission, noon, chosen):
    page = signed_in(city).post(
        LIST, {"action": "set_aside", "_selected_action": chosen, "index": "0"}, follow=True
    )

    assert page.status_code == 200
    assert Response.objects.current().count() == 1


def test_what_a_role_may_not_do_is_not_offered_and_not_done(signed_in, reader, submission):
    client = signed_in(reader)

    page = client.get(LIST).content.decode()
    assert "Lägg åt sidan" not in page
    assert "Exportera" not in page
    client.post(
        LIST, {"action": "set_aside", "_selected_action": [submission.response_id], "index": "0"}
    )
    assert Response.objects.current().count() == 1


def test_chosen_answers_go_to_the_export_page(signed_in, city, submission, noon):
    sent = signed_in(city).post(
        LIST,
        {"action": "export_chosen", "_selected_action": [submission.response_id], "index": "0"},
    )

    assert sent.status_code == 302
    assert sent.url == f"/samordning/exportera/?scope=chosen&ids={submission.response_id}"


def test_the_list_links_to_an_export_of_what_it_shows(signed_in, city, submission):
    page = signed_in(city).get(LIST, {"vem": "association", "q": "aulor"}).content.decode()

    assert "/samordning/exportera/?scope=filter&amp;q=vem%3Dassociation%26q%3Daulor" in page


# Översikt


def test_every_figure_equals_the_list_it_leads_to(signed_in, city, mixed):
    recording.mark_read(response=mixed["board"], by=city)
    for reason in ("Väntar på styrelsen.", "Avslaget."):
        draft = factories.make_draft(consultation=mixed["board"].consultation)
        asked = factories.ask_for_time(draft=draft, reason=reason)
    extending.decline(request=asked, note="Nej.", at=NOON, by=city)
    declined, _silent, lost = (
        factories.make_invitation(
            consultation=asked.consultation,
            by=city,
            name=f"Testförvaltning {n}",
            kind="department",
            email=f"{n}@malmo.example",
        )
        for n in range(3)
    )
    invited.decline(invitation=declined, reason="", at=NOON)
    lost.letters.update(state="failed")
    theme = factories.make_theme(consultation=asked.consultation, by=city)
    factories.reply_to(theme, by=city)
    client = signed_in(city)
    page = client.get("/samordning/")

    figures = [*page.context["figures"], *page.context["to_do"]]
    assert [(figure.label, figure.number) for figure in figures] == [
        ("inskickade svar", 5),
        ("e-post inte bekräftad", 1),
        ("utkast (innehållet syns inte)", 3),  # the withdrawn one can be sent in again
        ("svar ingen har läst", 4),
        ("åsidosatta som misstänkt skräp", 1),
        ("mejl kom inte fram", 1),
        ("av 3 förvaltningar har svarat", 1),
        ("Läs nya svar", 4),
        ("Svar med stycken att placera", 4),
        ("Svar med bara bilaga att hantera", 0),
        ("Återkoppling som väntar på mig", 1),
        ("Teman utan återkoppling", 0),
        ("Önskemål om längre tid", 1),
        ("Möjliga personuppgifter att granska", 0),
        ("Versioner som inte är diarieförda", 6),  # the withdrawn one has come in too
        ("Granska misstänkt skräp", 1),
        ("Inbjudningar som inte kom fram", 1),
    ]
    drawn = [*page.context["invited"], *page.context["by_area"]]
    cells = [cell for row in drawn for cell in row.cells]
    assert sum(number for number, _url in cells) == 3 + 4
    # Of drafts there is a number and no list (decision 10).
    assert [each.label for each in figures if not each.url] == ["utkast (innehållet syns inte)"]
    weeks = [(each.number, each.url) for _week, *both in page.context["weeks"] for each in both]
    assert [number for number, _url in weeks] == [0] * 8 + [5, 5]
    for number, url in [(each.number, each.url) for each in figures if each.url] + cells + weeks:
        assert (url, listed_at(client, url)) == (url, number)


def listed_at(client, url):
    """How many rows the list at the address has, whichever page it is."""
    context = client.get(url).context
    if "cl" in context:
        return context["cl"].result_count
    return context["shown"].paginator.count if "shown" in context else len(context["rows"])


def test_the_figures_are_those_of_the_current_remiss(signed_in, city, consultation, noon):
    older = factories.make_consultation(
        slug="en-aldre", opens_on=factories.OPENS_ON - timedelta(days=10)
    )
    # The older one has two of each, and the current one has one.
    for remiss, number in ((older, 2), (consultation, 1)):
        for _each in range(number):
            make_submission(consultation=remiss, confirmed=False)
            make_submission(consultation=remiss, is_suspect=True)
            factories.make_draft(consultation=remiss, texts={"area:city-life": {"how": "Utkast"}})
    draft = factories.make_draft(consultation=older)
    factories.ask_for_time(draft=draft, reason="Väntar på styrelsen.")
    newest = Response.objects.current().get(consultation=consultation)
    client = signed_in(city)
    page = client.get("/samordning/")

    figures = [*page.context["figures"], *page.context["to_do"]]
    assert [(figure.label, figure.number) for figure in figures] == [
        ("inskickade svar", 1),
        ("e-post inte bekräftad", 1),
        ("utkast (innehållet syns inte)", 1),
        ("svar ingen har läst", 1),
        ("åsidosatta som misstänkt skräp", 1),
        ("mejl kom inte fram, alla remisser", 0),
        ("Läs nya svar", 1),
        ("Svar med stycken att placera", 1),
        ("Svar med bara bilaga att hantera", 0),
        ("Återkoppling som väntar på mig", 0),
        ("Teman utan återkoppling", 0),
        ("Önskemål om längre tid, alla remisser", 1),
        ("Möjliga personuppgifter att granska, alla remisser", 0),
        ("Versioner som inte är diarieförda, alla remisser", 3),
        ("Granska misstänkt skräp", 1),
        ("Inbjudningar som inte kom fram", 0),
    ]
    for figure in figures:
        if figure.url:
            assert (figure.label, listed_at(client, figure.url)) == (figure.label, figure.number)
    assert [each.pk for each in page.context["newest"]] == [newest.pk]
    assert listed_at(client, page.context["all_url"]) == 1


def test_the_weeks_count_first_versions_in_swedish_weeks_and_lead_to_them(
    signed_in, city, consultation, noon
):
    # Sunday 23.30 in Malmö, half an hour into Monday, a later version of the first, and one more.
    sunday = datetime(2026, 11, 1, 22, 30, tzinfo=UTC)
    draft = factories.make_draft(
        consultation=consultation, texts={"area:city-life": {"how": "Ett"}}
    )
    first = factories.send_in(draft=draft, at=sunday).response
    second = make_submission(consultation=consultation, at=sunday + timedelta(hours=1)).response
    last = make_submission(consultation=consultation).response
    factories.save(draft=draft, key="area:city-life", how="Två")
    factories.send_in(draft=draft)
    gone = make_submission(consultation=consultation, at=sunday).response
    answering.withdraw(response=gone, at=NOON)
    client = signed_in(city)

    page = client.get("/samordning/")

    assert [(week, new.number, total.number) for week, new, total in page.context["weeks"]] == [
        ("Vecka 42", 0, 0),
        ("Vecka 43", 0, 0),
        ("Vecka 44", 1, 1),
        ("Vecka 45", 1, 2),
        ("Vecka 46", 1, 3),
    ]
    assert page.context["days"].description.startswith("Sammanlagt 3 svar.")
    assert len(page.context["days"].bars) == 3
    found = [
        [
            {each.pk for each in client.get(figure.url).context["cl"].result_list}
            for figure in (new, total)
        ]
        for _week, new, total in page.context["weeks"]
    ]
    assert found == [
        [set(), set()],
        [set(), set()],
        [{first.pk}, {first.pk}],
        [{second.pk}, {first.pk, second.pk}],
        [{last.pk}, {first.pk, second.pk, last.pk}],
    ]


def test_a_reader_is_told_of_answers_without_diarienummer(signed_in, reader, mixed):
    client = signed_in(reader)

    [figure] = [
        each
        for each in client.get("/samordning/").context["to_do"]
        if each.label == "Svar som saknar diarienummer"
    ]

    assert figure.number == 5
    assert client.get(figure.url).context["cl"].result_count == 5


def test_days_left_come_from_the_timing(signed_in, city, consultation, at):
    for moment, words in (
        (NOON, "18 dagar kvar"),
        (NOON + timedelta(days=18), "Sista dagen"),
        (NOON + timedelta(days=19), "Remissen stängde"),
        (NOON - timedelta(days=60), "Remissen öppnar"),
    ):
        at(moment)
        assert words in signed_in(city).get("/samordning/").content.decode()


def test_an_administrator_sees_no_answers_on_the_overview(signed_in, administrator, submission):
    page = signed_in(administrator).get("/samordning/").content.decode()

    assert submission.response.reference not in page
    assert "inskickade svar" not in page
    assert "Konton" in page


def test_the_overview_stands_without_a_remiss(signed_in, city):
    assert "Ingen remiss syns" in signed_in(city).get("/samordning/").content.decode()
