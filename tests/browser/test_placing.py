"""Placing by hand: the keyboard alone, and a browser without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from remiss.models import Note, Passage
from tests.browser.states import CITY
from tests.factories import make_submission

ANSWERS, EACH = 3, 10
THEMES = ["Lokaler", "Nycklar", "Pengar"]


@pytest.mark.parametrize("script", [True, False])
def test_thirty_passages_of_three_answers_by_keyboard(portal, desk_of, city, script):
    """Typing, Enter and the links that lead on; Enter twice makes a theme."""
    for number in range(ANSWERS):
        text = "\n\n".join(f"Stycke {n} i svar {number}." for n in range(EACH))
        make_submission(
            consultation=portal.consultation,
            organisation=f"Förening {number}",
            texts={CITY: {"how": text}},
        )
    page = desk_of(city, script=script, reduced_motion="reduce")
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


@pytest.mark.parametrize("script", [True, False])
def test_all_else_that_is_done_to_a_passage_is_done_by_keyboard(portal, desk_of, city, script):
    sent = make_submission(
        consultation=portal.consultation,
        texts={CITY: {"how": "Vi vill ha nycklar, lokaler och pengar.\n\nVi har en lokal."}},
    )
    page = desk_of(city, script=script, reduced_motion="reduce")
    page.goto(reverse("admin:place", args=[sent.response_id, "city-life"]))
    # Two at a comma, and three before a word
    open_up(page, "Dela eller slå ihop")
    press(page, page.get_by_role("button", name="Dela före den här delen"))
    expect(page.get_by_role("main")).to_contain_text("Stycke 3.1 är delat i två.")
    assert texts() == ["Vi vill ha nycklar,", "lokaler och pengar.", "Vi har en lokal."]
    press(page, page.get_by_role("link", name="Välj stycke 3.1a"))
    open_up(page, "Dela eller slå ihop")
    press(page, page.get_by_role("link", name="Dela före ett ord i den här delen"))
    press(page, page.get_by_role("button", name="Dela före nycklar,"))
    assert texts() == [
        "Vi vill ha", "nycklar,", "lokaler och pengar.", "Vi har en lokal.",
    ]  # fmt: skip

    # Joined again, twice
    for label in ("3.1a", "3.1a"):
        press(page, page.get_by_role("link", name=f"Välj stycke {label}"))
        open_up(page, "Dela eller slå ihop")
        press(page, page.get_by_role("button", name="Slå ihop med nästa stycke"))
    assert texts() == ["Vi vill ha nycklar, lokaler och pengar.", "Vi har en lokal."]

    # Nothing to do about the second; and that is undone
    press(page, page.get_by_role("link", name="Välj stycke 3.2"))
    open_up(page, "Kräver ingen åtgärd")
    to(page, page.get_by_role("radio", name="Presentation av den som svarar"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Spara och nästa"))
    assert Passage.objects.covered().get().text == "Vi har en lokal."
    press(page, page.get_by_role("button", name="Ångra").first)
    assert Passage.objects.covered().count() == 0

    # And a note
    to(page, page.get_by_label("Om område 3"))
    page.keyboard.insert_text("Ring om nycklarna.")
    press(page, page.get_by_role("button", name="Spara anteckningen").first)
    assert Note.objects.get().text == "Ring om nycklarna."


def texts():
    return [passage.text.strip() for passage in Passage.objects.in_order()]


def make_newest():
    return Passage.objects.latest("answer__submission__pk").answer.submission.response_id


def follow(page, name):
    press(page, page.get_by_role("link", name=name, exact=True))


def to(page, target):
    """With Tab, from where one is."""
    for _stop in range(90):
        if target.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def press(page, target):
    to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_up(page, name):
    """What is folded under a heading; it stays open where it was."""
    heading = page.locator("summary", has_text=name)
    if not heading.evaluate("each => each.parentElement.open"):
        to(page, heading)
        page.keyboard.press("Enter")
