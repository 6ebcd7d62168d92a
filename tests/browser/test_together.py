"""Several people, several answers, slow networks and old pages."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from remiss import links
from remiss.models import DraftRevision, Letter, Submission
from tests.browser.conftest import paste
from tests.browser.states import ANSWER, CITY

HOW = "Hur kan samverkan ske"
DONE = "Spara – området är klart"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def main(page):
    return expect(page.get_by_role("main"))


def test_two_associations_in_one_browser_never_mix(portal, visitor):
    page = visitor()
    drafts = [portal.draft(organisation=f"Förening {name}") for name in ("Ett", "Två")]
    for draft in drafts:
        page.goto(links.link_on_page(draft))
        press(page, "Öppna svaret")
        page.goto(portal.path("answer_area", draft.public_id, 1))
        page.get_by_label(HOW).fill(f"Text för {draft.public_id}")
        press(page, DONE)

    other = page.context.new_page()
    for tab, draft, name in ((page, drafts[0], "Ett"), (other, drafts[1], "Två")):
        tab.goto(portal.path("check", draft.public_id))
        main(tab).to_contain_text(f"Förening {name}")
        main(tab).to_contain_text(f"Text för {draft.public_id}")
    for tab in (page, other):
        press(tab, "Skicka in svaret")
        main(tab).to_contain_text("Ert referensnummer")

    sent = Submission.objects.order_by("pk")
    assert [each.organisation for each in sent] == ["Förening Ett", "Förening Två"]
    assert [each.answers.get().text for each in sent] == [
        f"Text för {draft.public_id}" for draft in drafts
    ]
    press(page, "Lämna svaret")
    other.reload()
    main(other).to_contain_text("Länken finns i mejlet från oss.")


def test_a_second_press_on_a_slow_network_gives_the_same_receipt(portal, visitor):
    page = visitor()
    draft = portal.draft(texts={CITY: ANSWER})
    portal.hold(page, draft)
    page.goto(portal.path("check", draft.public_id))
    answers, waiting = [], []

    def slow(route):
        if route.request.method != "POST":
            return route.continue_()
        answers.append(route.fetch(max_redirects=0))
        if len(answers) > 1:
            return route.fulfill(response=answers[-1])
        # The server has answered; the person who waits does not get to see it.
        return waiting.append(route)

    page.route("**/granska/", slow)
    button = page.get_by_role("button", name="Skicka in svaret")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    while not answers:
        page.wait_for_timeout(50)
    page.mouse.click(*middle)

    main(page).to_contain_text("Tack! Svaret är inskickat")
    sent = Submission.objects.get()
    main(page).to_contain_text(sent.response.reference)
    assert [answer.status for answer in answers] == [302, 302]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert Letter.objects.filter(kind="receipt").count() == 1


@pytest.fixture
def remembering_page(browser_type, browser_type_launch_args, base_url):
    """A browser that keeps whole pages for the back button, which Playwright's own does not."""
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser.new_page(base_url=base_url)
    browser.close()


@pytest.mark.parametrize("name", ["answer_area", "check", "receipt"])
def test_going_back_after_leaving_shows_no_text(portal, remembering_page, name):
    page = remembering_page
    draft = portal.draft(texts={CITY: {"how": "Bara för oss."}})
    portal.hold(page, draft)
    if name == "receipt":
        page.goto(portal.path("check", draft.public_id))
        press(page, "Skicka in svaret")
    else:
        page.goto(portal.path(name, draft.public_id, *([3] if name == "answer_area" else [])))
    assert "Bara för oss." in page.content()
    private = page.url
    press(page, "Lämna svaret")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hur ska Malmö stad")

    page.evaluate("history.back()")
    page.wait_for_url(private)

    main(page).to_contain_text("Länken finns i mejlet från oss.")
    assert "Bara för oss." not in page.content()


@pytest.mark.parametrize(
    ("button", "kept"), [("Spara min text", "Min text"), ("Behåll den andra", "Den andras text")]
)
def test_two_people_in_one_area_see_both_texts_and_choose(portal, visitor, button, kept):
    mine, theirs = visitor(), visitor()
    draft = portal.draft()
    for page in (mine, theirs):
        portal.hold(page, draft)
        page.goto(portal.path("answer_area", draft.public_id, 3))
    theirs.get_by_label(HOW).fill("Den andras text")
    press(theirs, DONE)
    main(theirs).to_contain_text("Område 3 är sparat.")

    mine.get_by_label(HOW).fill("Min text")
    press(mine, DONE)

    notice = mine.get_by_role("group", name="Någon annan har sparat det här området")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("Det hände kl. 12.00")
    expect(mine.get_by_label(HOW)).to_have_value("Min text")
    expect(mine.locator(".other")).to_contain_text("Den andras text")
    press(mine, button)
    expect(mine.get_by_role("heading", level=1)).to_have_text("Ert svar")
    part = draft.parts.get(key=CITY)
    assert part.content["how"] == kept
    assert DraftRevision.objects.filter(part=part, content__how="Den andras text").exists()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_page_open_for_too_long_keeps_its_text_and_saves_on_the_next_press(
    portal, visitor, script
):
    page = visitor(script=script)
    draft = portal.draft()
    portal.hold(page, draft)
    page.goto(portal.path("answer_area", draft.public_id, 3))
    page.get_by_label(HOW).fill("Skrivet i tio timmar")
    page.context.clear_cookies(name="csrftoken")

    press(page, DONE)

    main(page).to_contain_text("Sidan har varit öppen länge")
    expect(page.get_by_label(HOW)).to_have_value("Skrivet i tio timmar")
    press(page, DONE)
    main(page).to_contain_text("Område 3 är sparat.")
    assert draft.parts.get(key=CITY).content["how"] == "Skrivet i tio timmar"


def test_leaving_is_never_refused(portal, visitor):
    page = visitor()
    draft = portal.draft()
    portal.hold(page, draft)
    page.goto(portal.path("tasks", draft.public_id))
    # As when somebody logs in to the workbench in the same browser: every open form is too old.
    page.context.clear_cookies(name="csrftoken")

    press(page, "Lämna svaret")

    page.goto(portal.path("tasks", draft.public_id))
    main(page).to_contain_text("Länken finns i mejlet från oss.")


def test_the_counter_is_silent_until_8000_and_never_stops_anybody(portal, visitor):
    page = visitor()
    draft = portal.draft()
    portal.hold(page, draft)
    page.goto(portal.path("answer_area", draft.public_id, 3))
    box, count = page.get_by_label(HOW), page.locator("#id_how_antal")

    for text, said in [
        ("a" * 7_999, ""),
        ("a" * 8_000, "2\u00a0000 tecken kvar till 10\u00a0000."),
        ("😀" * 9_000, "1\u00a0000 tecken kvar till 10\u00a0000."),
        ("a\n" * 5_000, "0 tecken kvar till 10\u00a0000."),
        ("a" * 100_001, "1 tecken över 100\u00a0000. Så mycket får inte plats."),
        ("a" * 10_412, "412 tecken över 10\u00a0000. Det går bra."),
    ]:
        paste(box, text)
        expect(count).to_have_text(said, use_inner_text=True)
    expect(page.locator("#id_how_antal + [aria-live=polite]")).to_have_text(
        "412 tecken över 10 000. Det går bra."
    )

    press(page, DONE)
    main(page).to_contain_text("Område 3 är sparat.")
    assert len(draft.parts.get(key=CITY).content["how"]) == 10_412


def test_dates_are_swedish_wherever_the_browser_is(portal, visitor):
    page = visitor(timezone_id="Asia/Tokyo")
    # Half past eleven at night in Malmö; in Tokyo it is already the next morning.
    portal.set_clock(datetime(2026, 11, 30, 22, 30, tzinfo=UTC))
    draft = portal.draft(texts={CITY: ANSWER})
    portal.hold(page, draft)

    page.goto(portal.plan_path("start"))
    expect(page.locator(".hero")).to_contain_text("Sista dagen")
    page.goto(portal.path("check", draft.public_id))
    press(page, "Skicka in svaret")
    main(page).to_contain_text("måndag 30 november kl. 23.30")

    portal.set_clock(datetime(2026, 11, 30, 23, 0, tzinfo=UTC))
    page.goto(portal.plan_path("start"))
    expect(page.locator(".hero")).to_contain_text("Remissen är stängd")
