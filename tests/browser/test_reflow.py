"""Small windows, large text, own colours and paper: nothing is cut and nothing scrolls sideways."""

import pytest

from tests.browser.conftest import DESK
from tests.browser.states import ANSWER, CITY, STATES, Stage

NARROW = 320  # CSS pixels: 1280 at 400 %
# WCAG 1.4.12, and the reader's own letters twice as large (1.4.4).
LARGE_TEXT = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        html { font-size: 200%; }
        * { line-height: 1.5 !important; letter-spacing: .12em !important;
            word-spacing: .16em !important; }
        p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
# What sticks out of the window, for a message that says where to look.
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= room) return [];
    return [...document.body.querySelectorAll('*')]
        .filter(each => each.getBoundingClientRect().right > room + 1)
        .map(each => each.outerHTML.slice(0, 120));
}"""
# Text that its own box hides: the box is smaller than what is in it and does not show the rest.
CUT = """() => [...document.querySelectorAll('main *')]
    .filter(each => {
        const style = getComputedStyle(each);
        const hides = value => value !== 'visible';
        return !each.closest('.vh, .trap, svg, [hidden]') && style.display !== 'none'
            && (hides(style.overflowX) && each.scrollWidth > each.clientWidth + 1
             || hides(style.overflowY) && each.scrollHeight > each.clientHeight + 1);
    })
    .map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def stage(portal, visitor, monkeypatch, settings):
    return Stage(portal, visitor(), monkeypatch, settings)


def find(name):
    return next(state for state in STATES if state.name == name)


def too_wide_when_narrow(page):
    """What sticks out of a narrow window, with letters as they are and with large ones."""
    page.set_viewport_size({"width": NARROW, "height": 640})
    found = page.evaluate(TOO_WIDE)
    page.evaluate(LARGE_TEXT)
    return found + page.evaluate(TOO_WIDE)


def test_a_line_that_does_not_break_is_found(stage):
    page = stage.reach(find("start open"))
    assert too_wide_when_narrow(page) == []

    page.evaluate("document.querySelector('main p').style.whiteSpace = 'nowrap'")

    assert too_wide_when_narrow(page) != []


def test_the_widest_reference_fits_too(stage):
    page = stage.reach(find("receipt"))
    page.evaluate("document.querySelector('.receipt .ref').textContent = 'MA-WWWW'")

    assert too_wide_when_narrow(page) == []


STATUSES = [
    ("tasks begun", ".tag:not(.tag--done)"),
    ("tasks empty", ".alert"),
    ("tasks confirmed now", ".alert"),
    ("start open", ".card"),
    ("begin", ".status"),
    ("begin errors", ".errors"),
    ("begin errors", ".field--error .input"),
    ("receipt", ".receipt"),
]


@pytest.mark.parametrize(("name", "selector"), STATUSES)
def test_what_colour_says_is_said_by_a_border_in_forced_colours(stage, name, selector):
    page = stage.reach(find(name))
    page.emulate_media(forced_colors="active")

    borders = page.locator(selector).evaluate_all(
        """all => all.map(each => {
            const style = getComputedStyle(each);
            return [style.borderTopStyle, parseFloat(style.borderTopWidth),
                    style.borderTopColor === style.backgroundColor];
        })"""
    )

    assert borders
    assert all(kind == "solid" and width >= 1 and not same for kind, width, same in borders)


PRINTED = [
    "plan", "worksheet", "receipt", "print", "area form filled", "check full",
    "rehearsal with marks",
]  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_paper_shows_the_whole_text_and_no_controls(stage, name):
    page = stage.reach(find(name))
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 680, "height": 1000})  # a page of A4 without its margins

    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(CUT) == []
    for selector in (".nav", ".footer", ".btn", ".status", ".skip"):
        assert page.locator(f"{selector}:visible").count() == 0
    black_on_white = page.evaluate(
        """() => [getComputedStyle(document.body).color,
                  getComputedStyle(document.body).backgroundColor]"""
    )
    assert black_on_white == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_a_closed_text_of_the_plan_is_printed_open(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    stage.open("answer_area", draft, 3)
    stage.page.emulate_media(media="print")

    height = stage.page.locator("details").evaluate("each => each.offsetHeight")

    assert height > 100


def test_print_buttons_print_and_are_not_promised_without_the_script(portal, visitor):
    page = visitor(width=DESK)
    page.goto(portal.plan_path("plan"))
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Skriv ut planen").click()
    assert page.title() == "printed"

    plain = visitor(width=DESK, script=False)
    plain.goto(portal.plan_path("plan"))
    assert plain.get_by_role("button", name="Skriv ut planen").count() == 0
