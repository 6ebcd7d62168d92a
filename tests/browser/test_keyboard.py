"""Everything with Tab, Enter, Space and the arrows; where one is can always be seen."""

import pytest
from playwright.sync_api import expect

from remiss.models import Submission
from tests.browser.conftest import link_in
from tests.browser.states import ADDRESS, STATES, Stage
from tests.factories import area_key

MOST_STOPS = 120  # on one page; more would mean that Tab goes in circles
# Where the keyboard is: the element's place in the document, what it is, and whether it shows.
HERE = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const marked = each => {
        const style = getComputedStyle(each);
        const clear = style.outlineColor.endsWith(', 0)') || style.outlineColor === 'transparent';
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !clear)
            || style.boxShadow !== 'none';
    };
    const box = here.getBoundingClientRect();
    return {
        place: [...document.querySelectorAll('*')].indexOf(here),
        what: here.outerHTML.slice(0, 120),
        shows: marked(here) || Boolean(here.closest('.card') && marked(here.closest('.card'))),
        seen: box.width > 4 && box.height > 4 && box.bottom > 0 && box.top < innerHeight,
    };
}"""
# All that Tab should stop at, in the order of the document; a radio group is one stop.
STOPS = """() => {
    const all = [...document.querySelectorAll('*')];
    const first = each => document.querySelector(`[name="${each.name}"]:checked`)
        || document.querySelector(`[name="${each.name}"]`);
    return all.filter(each => each.matches('a[href], button, input, textarea, select, summary'))
        .filter(each => each.tabIndex >= 0 && !each.disabled && each.type !== 'hidden')
        .filter(each => each.checkVisibility({ visibilityProperty: true }))
        .filter(each => each.type !== 'radio' || each === first(each))
        .map(each => all.indexOf(each));
}"""


class Keyboard:
    """Hands that never touch a mouse."""

    def __init__(self, page):
        self.page = page
        self.place = -1

    def press(self, key):
        self.page.keyboard.press(key)

    def tab(self):
        """One step on: it shows, and it comes later in the document."""
        self.press("Tab")
        here = self.page.evaluate(HERE)
        assert here, "Tab led out of the page"
        assert here["shows"], here["what"]
        assert here["seen"], here["what"]
        assert here["place"] > self.place, here["what"]
        self.place = here["place"]

    def go_to(self, locator):
        place = locator.evaluate("each => [...document.querySelectorAll('*')].indexOf(each)")
        while self.place != place:
            assert self.place < place, "Tab has gone past it"
            self.tab()

    def follow(self, name, *, role="link", key="Enter"):
        """Go to a link or a button and use it; the next page begins at its top."""
        before = self.page.url
        self.go_to(self.page.get_by_role(role, name=name, exact=True).first)
        with self.page.expect_navigation():
            self.press(key)
        assert role == "button" or self.page.url != before
        self.place = -1

    def push(self, name, *, key="Enter"):
        self.follow(name, role="button", key=key)

    def write(self, label, text):
        self.go_to(self.page.get_by_label(label))
        self.page.keyboard.insert_text(text)

    def choose(self, label):
        """Into the group with Tab, to the choice with the arrows."""
        wanted = self.page.get_by_label(label, exact=True)
        group = self.page.locator(f'[name="{wanted.get_attribute("name")}"]')
        chosen = group.and_(self.page.locator(":checked"))
        self.go_to(chosen if chosen.count() else group.first)
        self.press("Space")
        for _choice in range(group.count()):
            if wanted.is_checked():
                break
            self.press("ArrowDown")
        expect(wanted).to_be_checked()
        assert self.page.evaluate(HERE)["shows"]
        self.place = self.page.evaluate(HERE)["place"]


def heading(page, name):
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_whole_way_by_keyboard(portal, visitor):
    page = visitor(reduced_motion="reduce")
    hands = Keyboard(page)

    page.goto(portal.plan_path("start"))
    hands.tab()
    expect(page.get_by_role("link", name="Till innehållet")).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    hands.tab()
    expect(page.get_by_role("link", name="Svara på remissen").first).to_be_focused()
    hands.place = -1
    page.reload()
    hands.follow("Svara på remissen")

    # Errors take the keyboard to the summary, and its links to the fields
    portal.wait(minutes=2)
    hands.push("Börja svara")
    expect(page.locator("#fel")).to_be_focused()
    hands.tab()
    hands.press("Enter")
    expect(page.get_by_label("Förening eller annan idéburen organisation")).to_be_focused()
    hands.place = page.evaluate(HERE)["place"]
    hands.press("Space")
    hands.write("Organisationens namn", "Tegelbackens kulturförening")
    hands.write("Ditt namn", "Robin Exempel")
    hands.write("E-postadress", ADDRESS)
    hands.go_to(page.get_by_label("Visa inte vårt namn på webbplatsen"))
    hands.press("Space")
    expect(page.get_by_label("Visa inte vårt namn på webbplatsen")).to_be_checked()
    hands.press("Shift+Tab")
    expect(page.get_by_label("E-postadress")).to_be_focused()
    hands.place = page.evaluate(HERE)["place"]
    hands.push("Börja svara", key="Space")
    heading(page, "Ert svar")

    # The link from the mail
    page.goto(link_in(portal.newest_mail(ADDRESS)))
    hands.push("Bekräfta och fortsätt")

    # An area: what the plan says, a stance, three texts
    hands.follow("3. Stadsliv, allmänna platser och lokaler")
    hands.go_to(page.locator("summary"))
    hands.press("Enter")
    expect(page.locator("details")).to_have_attribute("open", "")
    hands.choose("Vi avstyrker")
    hands.write("1. Hur kan samverkan ske?", "Öppna aulorna.")
    hands.write("2. Vilken samverkan finns redan?", "Ett avtal.")
    hands.write("3. Vilka av stadens aktörer verkar inom området?", "Stadsbiblioteket")
    hands.push("Spara – området är klart", key="Space")
    heading(page, "Ert svar")
    hands.follow("Övriga synpunkter")
    hands.choose("Vi tillstyrker")
    hands.write("Sammanfattning", "Bra plan.")
    hands.push("Spara – klart")

    # Granska, a change and the button that sends it in
    hands.follow("Granska och skicka in")
    hands.follow("Ändra svaret om Stadsliv, allmänna platser och lokaler")
    hands.choose("Ingen markering")
    hands.push("Spara – området är klart")
    heading(page, "Granska och skicka in svaret")
    hands.push("Skicka in svaret")
    heading(page, "Tack! Svaret är inskickat")
    sent = Submission.objects.get()
    assert [each.text for each in sent.answers.order_by("pk")] == [
        "Öppna aulorna.", "Ett avtal.", "Stadsbiblioteket", "Bra plan.",
    ]  # fmt: skip
    assert sent.hide_name

    # Taken back, and out
    hands.follow("Ta tillbaka svaret")
    hands.push("Ja, ta tillbaka svaret")
    heading(page, "Kvittens")
    hands.push("Lämna svaret")
    heading(page, "Hur ska Malmö stad och föreningslivet samverka?")


def test_a_second_look_by_keyboard_and_without_script(portal, visitor):
    page = visitor(script=False, reduced_motion="reduce")
    draft = portal.draft(
        texts={area_key("city-life"): {"how": "Ring 070-123 45 67 eller 040-12 34 56."}}
    )
    portal.hold(page, draft)
    hands = Keyboard(page)

    page.goto(portal.path("check", draft.public_id))
    hands.follow("Titta på uppgifterna")
    heading(page, "Så visas svaret på webbplatsen")
    expect(page.locator("mark")).to_have_count(2)

    # One is right, the other is not
    hands.push("Det är rätt så med 040-12 34 56", key="Space")
    heading(page, "Så visas svaret på webbplatsen")
    expect(page.locator("mark")).to_have_count(1)
    hands.follow("Ändra texten med 070-123 45 67")
    heading(page, "Stadsliv, allmänna platser och lokaler")
    expect(page.get_by_label("1. Hur kan samverkan ske?")).to_be_focused()
    hands.place = page.evaluate(HERE)["place"]
    hands.press("Control+A")
    page.keyboard.insert_text("Ring 040-12 34 56.")
    hands.push("Spara – området är klart")
    heading(page, "Granska och skicka in svaret")
    expect(page.get_by_text("att titta på en gång till")).to_have_count(0)
    hands.follow("Så visas svaret på webbplatsen")
    expect(page.locator("mark")).to_have_count(0)
    hands.follow("Till granska och skicka in")
    hands.push("Skicka in svaret")
    heading(page, "Tack! Svaret är inskickat")
    assert Submission.objects.get().answers.get().text == "Ring 040-12 34 56."


WALKED = [
    "start open", "plan", "area 2", "begin errors", "find link", "accessibility", "tasks begun",
    "who conflict", "email", "area form filled", "area form conflict", "check full", "receipt",
    "403 with the text handed back", "login", "check with marks", "rehearsal with marks",
]  # fmt: skip


@pytest.mark.parametrize("name", WALKED)
def test_tab_stops_at_everything_in_the_order_of_the_page(
    portal, visitor, monkeypatch, settings, name
):
    stage = Stage(portal, visitor(reduced_motion="reduce"), monkeypatch, settings)
    page = stage.reach(next(state for state in STATES if state.name == name))
    stops = page.evaluate(STOPS)
    assert len(stops) < MOST_STOPS
    hands = Keyboard(page)
    # From the top, wherever the script or the test has put the keyboard.
    page.evaluate("first => document.querySelectorAll('*')[first].focus()", stops[0])
    hands.place = stops[0]

    walked = stops[:1]
    for _stop in stops[1:]:
        hands.tab()
        walked.append(hands.place)
    assert walked == stops

    page.keyboard.press("Shift+Tab")
    assert page.evaluate(HERE)["place"] == stops[-2]
