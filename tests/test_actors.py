"""The actors that answers name, spellings joined by hand, and the list as a file."""

from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from remiss.models import ActorAlias, Event
from remiss.models.draft import area_key
from remiss.workflow import actors as workflow
from remiss.workflow import recording
from tests.factories import AREAS, NOON, make_consultation, make_submission, make_version

XSS = "<script>alert(1)</script>"


def names(consultation, *listed, area="city-life", organisation="Tegelbacken"):
    texts = {area_key(area): {"how": "Text.", "actors": "\n".join(listed)}}
    return make_submission(consultation=consultation, texts=texts, organisation=organisation)


def listed(consultation, area="city-life"):
    found = workflow.actors(consultation, area, AnonymousUser())
    return [(actor.name, actor.count) for actor in found]


def join(consultation, by, keys, name):
    seen = workflow.standing(consultation, keys)
    return workflow.join(consultation=consultation, keys=keys, name=name, seen=seen, at=NOON, by=by)


def take_out(consultation, by, variant, out_of):
    return workflow.take_out(
        consultation=consultation, variant=variant, out_of=out_of, at=NOON, by=by
    )


def test_actors_are_counted_once_an_answer_and_the_commonest_spelling_is_shown(consultation):
    names(consultation, "Polisen", "polisen", "- Stadsbiblioteket", "")
    names(consultation, "Polisen.", "  Fritid ")
    names(consultation, "Polisen", area="participation")

    assert listed(consultation) == [("Polisen", 2), ("Fritid", 1), ("Stadsbiblioteket", 1)]
    assert listed(consultation, "participation") == [("Polisen", 1)]
    assert listed(consultation, "young-health") == []


def test_answers_that_do_not_count_name_nobody(consultation, city):
    submission = names(consultation, "Polisen")
    recording.set_aside(responses=[submission.response], reason="spam", note="", at=NOON, by=city)

    assert listed(consultation) == []


def test_spellings_are_joined_in_all_areas_and_taken_out_again(consultation, city):
    names(consultation, "Biblioteket", "Bibblan")
    names(consultation, "Bibliotek")
    names(consultation, "Bibblan", area="participation")

    assert join(consultation, city, ["bibblan", "biblioteket"], "Biblioteket") == 2
    assert listed(consultation) == [("Bibliotek", 1), ("Biblioteket", 1)]
    join(consultation, city, ["biblioteket", "bibliotek"], "Stadens bibliotek")
    assert listed(consultation) == [("Stadens bibliotek", 2)]
    assert listed(consultation, "participation") == [("Stadens bibliotek", 1)]

    taken = take_out(consultation, city, "bibblan", out_of="stadens bibliotek")
    assert taken == "Stadens bibliotek"
    assert listed(consultation) == [("Stadens bibliotek", 2), ("Bibblan", 1)]
    assert Event.objects.filter(verb="joined_actors", actor=city).count() == 3
    assert not take_out(consultation, city, "bibblan", out_of="stadens bibliotek")


def test_a_name_that_was_joined_away_can_be_the_name_again(consultation, city):
    names(consultation, "Bibblan", "Biblioteket")
    join(consultation, city, ["bibblan", "biblioteket"], "Biblioteket")
    join(consultation, city, ["biblioteket"], "Bibblan")

    assert listed(consultation) == [("Bibblan", 1)]
    assert list(ActorAlias.objects.values_list("variant_key", "name")) == [
        ("biblioteket", "Bibblan")
    ]


def test_a_spelling_that_another_has_joined_since_is_not_moved_in_silence(
    consultation, city, civil
):
    names(consultation, "Biblioteket", "Fritid", "Bibblan")
    keys = ["biblioteket", "bibblan"]
    seen = workflow.standing(consultation, keys)
    join(consultation, city, ["biblioteket", "fritid"], "X")

    with pytest.raises(workflow.ActorsMoved):
        workflow.join(consultation=consultation, keys=keys, name="Y", seen=seen, at=NOON, by=civil)

    assert sorted(ActorAlias.objects.values_list("variant_key", "name")) == [
        ("biblioteket", "X"),
        ("fritid", "X"),
    ]
    assert Event.objects.filter(verb="joined_actors").count() == 1


def test_a_spelling_that_has_been_joined_with_another_since_is_not_taken_out_of_that(
    consultation, city, civil
):
    names(consultation, "Biblioteket", "Fritid", "Bibblan")
    join(consultation, city, ["biblioteket", "bibblan"], "Biblioteket")
    take_out(consultation, civil, "bibblan", out_of="biblioteket")
    join(consultation, civil, ["bibblan", "fritid"], "Fritid")

    with pytest.raises(workflow.ActorsMoved):
        take_out(consultation, city, "bibblan", out_of="biblioteket")

    assert listed(consultation) == [("Biblioteket", 1), ("Fritid", 1)]
    assert Event.objects.filter(verb="joined_actors").count() == 3


def test_a_name_that_is_part_of_another_actor_is_not_taken_from_it(consultation, city, civil):
    names(consultation, "Biblioteket", "Fritid", "Bibblan")
    join(consultation, city, ["bibblan", "fritid"], "X")

    with pytest.raises(ValueError, match="redan ihopslaget med en annan aktör"):
        join(consultation, civil, ["biblioteket", "y"], "Bibblan")

    assert listed(consultation) == [("Biblioteket", 1), ("X", 1)]


@pytest.mark.parametrize(
    ("keys", "name"), [(["a", "b"], " "), (["a"], "A"), ([], "A"), (["", ""], "A")]
)
def test_nothing_to_join_is_refused(consultation, city, keys, name):
    with pytest.raises(ValueError, match="minst två|vilket namn"):
        join(consultation, city, keys, name)

    assert not ActorAlias.objects.exists()


def test_a_row_longer_than_any_name_is_an_actor_too(consultation, city):
    names(consultation, "ß" * 5_000, "Kort")
    long, short = workflow.actors(consultation, "city-life", city)

    join(consultation, city, [long.key, short.key], "Å" * 500)

    assert listed(consultation) == [("Å" * 200, 1)]


# The page


def test_the_page_lists_suggests_joins_and_takes_out(consultation, city, signed_in, noon):
    first = names(consultation, "Stadsbiblioteket", XSS)
    names(consultation, "Stadsbibliotek", organisation="<b>Sundspan</b>")
    client, url = signed_in(city), reverse("admin:actors")

    page = client.get(url).content.decode()
    assert "Kan vara samma" in page
    assert XSS not in page
    assert "<b>Sundspan" not in page
    assert reverse("admin:remiss_response_change", args=[first.response_id]) in page

    chosen = {"omrade": "city-life", "aktor": ["stadsbiblioteket", "stadsbibliotek", "finns inte"]}
    asked = client.get(url, chosen).content.decode()
    assert "Vilket namn ska visas?" in asked
    assert "finns inte" not in asked
    assert not ActorAlias.objects.exists()

    seen = client.get(url, chosen).context["seen"]
    assert f'name="sett" value="{seen}"' in asked
    wanted = chosen | {"namn": "Stadsbibliotek", "annat": "<i>Bibblan</i>", "sett": seen}
    done = client.post(url, wanted, follow=True).content.decode()
    assert "&lt;i&gt;Bibblan" in done
    assert "<i>Bibblan" not in done
    assert ("<i>Bibblan</i>", 2) in listed(consultation)

    variant = {"omrade": "city-life", "variant": "stadsbibliotek"}
    refused = client.post(url, variant | {"ur": "fritid"})
    assert refused.status_code == 409
    assert refused.context["refusal"] == (
        "Någon annan har slagit ihop skrivsättet med en annan aktör sedan sidan visades. "
        "Ingenting är ändrat. Listan visar hur det står nu."
    )
    assert ("Stadsbibliotek", 1) not in listed(consultation)

    (joined,) = (actor for actor in refused.context["actors"] if actor.joined)
    assert f'name="ur" value="{escape(joined.key)}"' in refused.content.decode()
    client.post(url, variant | {"ur": joined.key})
    assert ("Stadsbibliotek", 1) in listed(consultation)


def test_whoever_joins_second_sees_what_stands_and_what_was_wanted(
    consultation, city, civil, signed_in, noon
):
    names(consultation, "Biblioteket", "Fritid", "Bibblan")
    client, url = signed_in(city), reverse("admin:actors")
    chosen = {"omrade": "city-life", "aktor": ["biblioteket", "bibblan"]}
    seen = client.get(url, chosen).context["seen"]
    join(consultation, civil, ["biblioteket", "fritid"], "X")

    refused = client.post(url, chosen | {"namn": "Bibblan", "sett": seen})

    assert refused.status_code == 409
    assert refused.context["refusal"] == (
        "Någon annan har slagit ihop eller tagit ut några av skrivsätten sedan sidan visades. "
        "Ingenting är ändrat. Du ville visa dem som Bibblan. Nu visas de som X, Bibblan."
    )
    assert [actor.key for actor in refused.context["chosen"]] == ["x", "bibblan"]
    assert 'value="Bibblan" id="namn-2" checked' in refused.content.decode()
    assert listed(consultation) == [("Bibblan", 1), ("X", 1)]

    again = {"aktor": ["x", "bibblan"], "sett": refused.context["seen"], "namn": "Bibblan"}
    client.post(url, chosen | again)
    assert listed(consultation) == [("Bibblan", 1)]


def test_what_is_joined_already_is_told_with_the_name_that_was_wanted(
    consultation, city, civil, signed_in, noon
):
    names(consultation, "Biblioteket", "Bibblan")
    client, url = signed_in(city), reverse("admin:actors")
    chosen = {"omrade": "city-life", "aktor": ["biblioteket", "bibblan"]}
    seen = client.get(url, chosen).context["seen"]
    join(consultation, civil, chosen["aktor"], "X")

    refused = client.post(url, chosen | {"annat": "Stadens", "sett": seen})

    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Du ville visa dem som Stadens. Nu visas de som X." in text
    assert listed(consultation) == [("X", 1)]


def test_a_form_older_than_its_token_keeps_the_name_and_tells_what_has_changed(
    consultation, city, civil, noon
):
    names(consultation, "Biblioteket", "Fritid", "Bibblan")
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("admin:actors")
    chosen = {"omrade": "city-life", "aktor": ["biblioteket", "bibblan"]}
    seen = client.get(url, chosen).context["seen"]
    post = chosen | {"annat": "Stadens", "sett": seen}

    as_it_was = client.post(url, post)
    join(consultation, civil, ["biblioteket", "fritid"], "X")
    changed = client.post(url, post)

    assert [page.status_code for page in (as_it_was, changed)] == [403, 403]
    assert [page.context["typed"] for page in (as_it_was, changed)] == ["Stadens", "Stadens"]
    assert as_it_was.context["refusal"] == ""
    assert changed.context["refusal"].endswith("Nu visas de som X, Bibblan.")


def test_one_alone_is_not_joined_and_an_empty_name_is_asked_for_again(
    consultation, city, signed_in, noon
):
    names(consultation, "A", "B")
    client, url = signed_in(city), reverse("admin:actors")

    assert "minst två" in client.get(url, {"aktor": ["a"]}).content.decode()
    page = client.post(url, {"aktor": ["a", "b"], "annat": " ", "sett": ""}).content.decode()
    assert "Skriv vilket namn" in page
    assert page.count('name="aktor"') == 2


def test_the_registrar_reads_and_does_not_join(consultation, registrar, signed_in, noon):
    names(consultation, "Stadsbiblioteket", "Stadsbibliotek")
    client, url = signed_in(registrar), reverse("admin:actors")

    page = client.get(url).content.decode()
    assert "Stadsbiblioteket" in page
    assert "Slå ihop" not in page
    assert client.post(url, {"aktor": ["a", "b"], "namn": "A"}).status_code == 403


def test_without_a_remiss_the_page_says_so(db, superuser, signed_in, noon):
    client = signed_in(superuser)

    assert "Inget svar nämner" in client.get(reverse("admin:actors")).content.decode()
    assert client.post(reverse("admin:actors_xlsx")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_one_as_for_three(
    consultation, city, signed_in, noon, django_assert_num_queries, number
):
    for place in range(number):
        names(consultation, "Polisen", f"Aktör {place}", organisation=f"Org {place}")
    client = signed_in(city)

    with django_assert_num_queries(9):
        client.get(reverse("admin:actors"))


def test_the_file_has_every_area_logs_itself_and_holds_no_formula(
    consultation, city, signed_in, noon
):
    names(consultation, "=1+1", "Bibblan")
    submission = names(consultation, "Biblioteket", area="participation", organisation="=cmd")
    join(consultation, city, ["bibblan", "biblioteket"], "Biblioteket")

    file = signed_in(city).post(reverse("admin:actors_xlsx"))

    book = openpyxl.load_workbook(BytesIO(b"".join(file.streaming_content)))
    header, *rows = book["Aktörer"].iter_rows()
    assert [[cell.value for cell in row] for row in rows] == [
        ["Stadsliv, allmänna platser och lokaler", "=1+1", 1, None, "Tegelbacken"]
        + [rows[0][5].value],
        ["Stadsliv, allmänna platser och lokaler", "Biblioteket", 1, "Bibblan", "Tegelbacken"]
        + [rows[1][5].value],
        ["Delaktighet, trygghet, demokrati", "Biblioteket", 1, None, "=cmd"]
        + [submission.response.reference],
    ]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "inlineStr"}
    assert Event.objects.get(verb="exported").note == "2 svar som lista över aktörer (xlsx)"


def test_an_area_that_the_newest_plan_has_dropped_keeps_its_actors(
    consultation, city, signed_in, noon
):
    names(consultation, "Polisen", area="participation")
    kept = [row for row in AREAS if row[0] != "participation"]
    assert len(kept) == len(AREAS) - 1
    make_version(consultation=consultation, number=2, areas=kept)
    client = signed_in(city)

    page = client.get(reverse("admin:actors"), {"omrade": "participation"})
    assert [(area.key, number) for area, number in page.context["areas"]] == [
        *((row[0], 0) for row in kept),
        ("participation", 1),
    ]
    assert [actor.name for actor in page.context["actors"]] == ["Polisen"]

    file = client.post(reverse("admin:actors_xlsx"))
    _header, *rows = openpyxl.load_workbook(BytesIO(b"".join(file.streaming_content)))["Aktörer"]
    assert [[cell.value for cell in row[:3]] for row in rows] == [
        ["Delaktighet, trygghet, demokrati", "Polisen", 1]
    ]


def test_another_remiss_has_its_own_names(consultation, city):
    other = make_consultation(slug="en-annan")
    names(other, "Bibblan", "Biblioteket")
    join(consultation, city, ["bibblan", "biblioteket"], "Biblioteket")

    assert len(listed(other)) == 2
