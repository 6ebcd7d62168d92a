"""What the pages of the workbench cost when many have answered and everything is placed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remiss.admin import alike
from remiss.models import Answer, Passage, Placement
from remiss.models.draft import area_key
from remiss.workflow import reviewing, suggesting
from tests.factories import NOON, make_submission, make_theme, tell_the_planner
from tests.test_admin_lists import copies

LIST = "admin:remiss_response_changelist"
# Of the queries four are Django's own: the session, the user and the permissions from two places.
QUERIES = {
    "list": 10,
    "answer": 14,
    "overview": 12,
    "place": 13,
    "themes": 12,
    "theme": 14,
    "alike": 11,
    "group": 14,
}
PAGE, OF_A_GROUP, OTHER_ROWS = 50, alike.MOST_SHOWN, 40
WORDINGS = [
    f"Vi vill att {what} öppnas för alla föreningar i området på kvällar och helger."
    for what in ("aulorna", "hallarna", "köken", "gårdarna", "biblioteken")
]


@pytest.fixture
def world(consultation, city, noon):
    """So many answers of one passage in five wordings, each placed under two themes, and one more
    answer that is left to place."""

    def build(number):
        texts = {area_key("city-life"): {"how": f"{WORDINGS[0]}\n\nNågot helt eget."}}
        left = make_submission(consultation=consultation, texts=texts)
        themes = [make_theme(consultation=consultation, by=city, name=name) for name in "AB"]
        copies(left.response, number - 1, texts=WORDINGS)
        answers = Answer.objects.exclude(submission=left).order_by("pk")
        made = Passage.objects.bulk_create(
            Passage(answer=answer, start=0, end=len(answer.text), number=1) for answer in answers
        )
        Placement.objects.bulk_create(
            Placement(passage=each, theme=theme, by=city, at=NOON)
            for each in made
            for theme in themes
        )
        tell_the_planner()
        place = reverse("admin:place", args=[left.response_id, "city-life"])
        change = reverse("admin:remiss_response_change", args=[left.response_id])
        return (
            left,
            themes,
            {
                "list": reverse(LIST),
                "answer": f"{change}?_changelist_filters=o%3D1",
                "overview": reverse("admin:index"),
                "place": place,
                "themes": reverse("admin:themes"),
                "theme": reverse("admin:theme", args=[themes[0].pk]),
                "alike": reverse("admin:alike"),
                "group": f"{reverse('admin:alike')}?stycke={made[0].pk}",
            },
        )

    return build


def cost(client, url, rows):
    """(queries, rows) of a page."""
    rows.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked), len(rows)


@pytest.mark.parametrize("number", [30, 300, pytest.param(3000, marks=pytest.mark.large)])
def test_pages_cost_the_same_however_much_is_placed(signed_in, city, world, rows, number):
    left, themes, urls = world(number)
    client = signed_in(city)
    client.get(urls["answer"])  # the first opening writes the mark

    # What is kept is not there yet: it is counted from a bounded number of rows.
    queries, cold = cost(client, urls["place"], rows)
    assert (queries, cold <= suggesting.MOST_READ + PAGE) == (QUERIES["place"] + 1, True)
    queries, cold = cost(client, urls["alike"], rows)
    bound = alike.MOST_PASSAGES + 2 * alike.MOST_ANSWERS
    assert (queries, cold <= bound) == (QUERIES["alike"] + 3, True)

    found = {name: cost(client, url, rows) for name, url in urls.items()}
    assert {name: queries for name, (queries, _rows) in found.items()} == QUERIES
    of_group = found.pop("group")[1]
    assert of_group <= 3 * OF_A_GROUP + OTHER_ROWS
    assert {name: n for name, (_queries, n) in found.items() if n > PAGE + OTHER_ROWS} == {}

    # After a placement that one is read, and not the others again.
    passage = Passage.objects.filter(answer__submission=left).earliest("start")
    reviewing.place(passage=passage, themes=themes[:1], seen=0, at=NOON, by=city)
    queries, moved = cost(client, urls["place"], rows)
    assert (queries, moved <= OTHER_ROWS) == (QUERIES["place"] + 1, True)
