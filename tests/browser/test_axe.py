"""No page state has anything for axe to point at, in light and dark, on a phone and at a desk, and
each fits a narrow window: it is reached once for both."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings

from remiss import urls
from tests.browser.conftest import DESK, PHONE
from tests.browser.states import STATES, Stage
from tests.browser.test_reflow import too_wide_when_narrow

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe().axe_script
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,  # it would ask for every style sheet again, which the policy refuses
}
# Only what is wrong comes back: all that is right would be megabytes.
RUN_AXE = """options => axe.run(document, options).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html}`)))"""
LOOKS = [("light", DESK), ("dark", PHONE)]
# Addresses that never show a page of their own.
NOT_PAGES = {
    "short_plan", "short_worksheet", "short_area", "short_begin", "short_closed", "short_results",
    "leave", "health", "draft_file", "sent_file", "download_draft", "receipt_pdf", "answer_docx",
    "questions_docx",
}  # fmt: skip


@pytest.fixture
def stage(portal, visitor, monkeypatch, settings):
    return Stage(portal, visitor(), monkeypatch, settings)


def looks(page):
    """The page in each of the looks, named, one after the other."""
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        # Django's own sheet fades the colours of links.
        page.evaluate("document.getAnimations().forEach(each => each.finish())")
        yield f"{scheme} {width}"


def violations(page):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN_AXE, AXE_OPTIONS)


def test_every_address_and_every_error_page_has_a_state():
    names = {pattern.name for pattern in urls.urlpatterns}
    errors = {
        f"errors/{file.name}"
        for file in (django_settings.BASE_DIR / "templates" / "errors").glob("[!_]*.html")
    }

    assert {state.url for state in STATES} == names - NOT_PAGES | errors | {"account_login"}
    assert len({state.name for state in STATES}) == len(STATES)


@pytest.mark.parametrize("state", STATES, ids=str)
def test_a_page_state_has_no_faults_and_fits_a_narrow_window(stage, visitor, state):
    page = stage.reach(state)
    assert visitor.complaints(page) == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    found = {}
    for look in looks(page):
        if faults := violations(page):
            found[look] = faults

    assert found == {}
    assert too_wide_when_narrow(page) == []


def test_axe_sees_faults_that_are_there(stage):
    page = stage.reach(STATES[0])
    page.evaluate(
        """() => {
            const faint = document.createElement('p');
            faint.textContent = 'Lite blek';
            faint.style.cssText = 'color: #666; background: #fff'; // 5.7 to 1
            document.querySelector('main .wrap').append(faint, new Image());
            document.querySelector('h1').remove();
        }"""
    )

    found = {fault.partition(":")[0] for fault in violations(page)}

    assert {"color-contrast-enhanced", "image-alt", "page-has-heading-one"} <= found
