"""Placing by hand: the keyboard alone, and a browser without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from remiss import roles
from remiss.models import Passage
from tests.browser.states import CITY
from tests.factories import make_staff, make_submission

ANSWERS, EACH = 3, 10
THEMES = ["Lokaler", "Nycklar", "Pengar"]


@pytest.fixture
def desk(portal, visitor, client):
    """desk(script=…) → a page of the city's coordinator, logged in."""
    city = make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    def sit_down(**options):
        page = visitor(**options)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": portal.url}])
        return page

    return sit_down


@pytest.mark.parametrize("script", [True, False])
def test_thirty_passages_of_three_answers_by_keyboard(portal, desk, script):
    """Typing, Enter and the links that lead on; Enter twice makes a theme."""
    for number in range(ANSWERS):
        text = "\n\n".join(f"Stycke {n} i svar {number}." for n in range(EACH))
        make_submission(
            consultation=portal.consultation,
            organisation=f"Förening {number}",
            texts={CITY: {"how": text}},
        )
    page = desk(script=script, reduced_motion="reduce")
    keys = page.keyboard
    last = make_newest()
    page.goto(
        reverse("admin:place", args=[last, "city-life"]) + "?_changelist_filters=placerat%3Dkvar"
    )

    for number in range(ANSWERS * EACH):
        expect(page.get_by_label("Tema", exact=True)).to_be_focused()
        keys.insert_text(THEMES[number % len(THEMES)])
        with page.expect_navigation():
            keys.press("Enter")
        if number < len(THEMES):
            expect(page.get_by_text("Ska det bli ett nytt?")).to_be_visible()
            expect(page.get_by_label("Tema", exact=True)).to_be_focused()
            with page.expect_navigation():
                keys.press("Enter")
        if (number + 1) % EACH == 0:
            heading = page.get_by_role("heading", name="Alla stycken i området är placerade.")
            expect(heading).to_be_visible()
            if number + 1 < ANSWERS * EACH:
                follow(page, "Nästa svar i urvalet")

    assert Passage.objects.left().count() == 0
    assert Passage.objects.covered().count() == ANSWERS * EACH


def make_newest():
    return Passage.objects.latest("answer__submission__pk").answer.submission.response_id


def follow(page, name):
    """To the link with Tab, and along it."""
    link = page.get_by_role("link", name=name, exact=True)
    for _stop in range(60):
        if link.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(link).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
