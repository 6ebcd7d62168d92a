"""Text that saves itself: on slow networks, without a network, beside others, and never twice."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from remiss.models import DraftRevision
from tests.browser.states import CITY
from tests.factories import save

HOW, EXISTS = "Hur kan samverkan ske", "Vilken samverkan finns redan"
DONE, LATER = "Spara – området är klart", "Spara och fortsätt senare"
SAVED = "Utkastet sparades kl. 12.00."
LOST = "Det gick inte att spara just nu. Texten finns kvar här. Vi försöker igen."
KEYS, SLOW_TYPING, RETRY, LIMIT = 3_000, 15_000, 15_000, 30_000  # milliseconds


class Writer:
    """Somebody with an area open, whose clock stands still until the test moves it."""

    def __init__(self, page, draft):
        self.page, self.draft, self.sent = page, draft, []
        page.on("request", self._request)

    def _request(self, request):
        if "x-autosave" in request.headers:
            self.sent.append(request)

    def write(self, text, label=HOW):
        self.page.get_by_label(label).fill(text)

    def wait(self, milliseconds):
        self.page.clock.run_for(milliseconds)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def reads(self, line):
        expect(self.page.locator("[data-autosave-line]")).to_have_text(line)

    def seen(self):
        return self.page.locator("[name=seen]").input_value()

    def hold(self):
        """Keep the requests of autosave waiting; they are let go one by one from the list."""
        held = []
        self.route(held.append)
        return held

    def answer(self, **answer):
        self.route(lambda route: route.fulfill(**answer))

    def heal(self):
        self.page.unroute("**/omrade/3/")

    def route(self, handler):
        def sorted_out(route):
            if "x-autosave" in route.request.headers:
                return handler(route)
            return route.fallback()

        self.heal()
        self.page.route("**/omrade/3/", sorted_out)

    def until(self, count):
        self.until_true(lambda: len(self.sent) >= count)

    def until_idle(self):
        """Until the newest request has its answer, and the page has read it."""
        self.until_true(lambda: self.sent[-1].response() is not None)
        self.page.wait_for_timeout(100)

    def until_true(self, holds):
        for _ in range(250):
            if holds():
                return
            self.page.wait_for_timeout(20)
        pytest.fail("It never happened.")

    @property
    def part(self):
        return self.draft.parts.get(key=CITY)

    @property
    def stored(self):
        return self.part.content.get("how", "")


def lines(text, status=200, **headers):
    return {
        "status": status,
        "content_type": "text/plain; charset=utf-8",
        "headers": headers,
        "body": text,
    }


@pytest.fixture
def writer(portal, visitor):
    page = visitor()
    draft = portal.draft()
    portal.hold(page, draft)
    page.clock.install(time=portal.moment - timedelta(minutes=1))
    page.clock.pause_at(portal.moment)
    page.goto(portal.path("answer_area", draft.public_id, 3))
    yield Writer(page, draft)
    page.close()
    refusals = [found for found in visitor.complaints(page) if not is_note_of_network(found)]
    assert refusals == []
    visitor.forgive(page)


def is_note_of_network(found):
    """What Chromium itself writes about answers that these tests ask for."""
    text = found if isinstance(found, str) else found[1]
    return re.match(r"(4\d\d|5\d\d) for |Failed to load resource", text) is not None


def test_text_is_saved_three_seconds_after_the_last_key(writer):
    writer.write("Öppna")
    writer.wait(2_900)
    writer.write("Öppna aulorna 😀\n\nå")
    writer.wait(2_900)
    assert writer.sent == []

    writer.wait(100)

    writer.reads(SAVED)
    assert writer.stored == "Öppna aulorna 😀\n\nå"
    assert not writer.part.is_done
    assert writer.seen() == str(writer.part.version)
    assert len(writer.sent) == 1


def test_somebody_who_never_stops_typing_is_saved_every_fifteenth_second(writer):
    for second in range(1, 32):
        writer.write("a" * second)
        writer.wait(1_000)
        writer.until(second // 15)
        writer.page.wait_for_timeout(100)

    assert len(writer.sent) == 2
    assert writer.stored == "a" * 30


def test_nothing_is_sent_when_nothing_differs_from_what_is_saved(writer):
    writer.wait(60_000)
    writer.write("Ändrat")
    writer.write("")
    writer.wait(60_000)

    assert writer.sent == []


def test_choices_are_saved_too(writer):
    writer.page.get_by_label("Vi tillstyrker", exact=True).check()
    writer.wait(KEYS)

    writer.reads(SAVED)
    assert writer.part.content["stance"] == "supports"


def test_what_was_written_without_a_network_is_all_saved_when_it_comes_back(writer):
    writer.write("Före tunneln.")
    writer.wait(KEYS)
    writer.reads(SAVED)
    writer.page.context.set_offline(True)
    writer.write("Före tunneln. I tunneln.")
    writer.wait(KEYS)
    writer.reads(LOST)
    writer.write("Före tunneln. I tunneln. Längre in.")
    writer.write("Också här", EXISTS)
    writer.wait(KEYS)
    writer.reads(LOST)

    writer.page.context.set_offline(False)

    writer.reads(SAVED)
    writer.until_idle()
    assert writer.part.content | {"stance": ""} == {
        "stance": "",
        "how": "Före tunneln. I tunneln. Längre in.",
        "exists": "Också här",
        "actors": "",
    }


def test_what_was_on_its_way_when_the_network_came_back_is_tried_again_at_once(writer):
    held = writer.hold()
    writer.write("I tunneln.")
    writer.wait(KEYS)
    writer.until(1)

    writer.page.evaluate("dispatchEvent(new Event('online'))")
    writer.until_true(lambda: held)
    held[0].abort("internetdisconnected")
    writer.until_true(lambda: len(held) == 2)
    writer.reads(LOST)
    held[1].abort("internetdisconnected")
    writer.page.wait_for_timeout(300)

    assert len(held) == 2
    writer.heal()
    writer.wait(RETRY)
    writer.reads(SAVED)
    assert writer.stored == "I tunneln."


def test_typing_during_a_slow_request_is_saved_after_it_from_the_new_version(writer):
    held = writer.hold()
    writer.write("Ett.")
    writer.wait(KEYS)
    writer.until(1)
    writer.write("Ett. Två.")
    writer.wait(20_000)
    assert len(writer.sent) == 1

    held[0].continue_()
    writer.until(2)
    held[1].continue_()

    writer.reads(SAVED)
    writer.until_idle()
    assert writer.stored == "Ett. Två."
    first, second = (request.post_data for request in writer.sent)
    assert re.search(r"seen=(\d+)", second)[1] != re.search(r"seen=(\d+)", first)[1]
    assert DraftRevision.objects.filter(part=writer.part, content__how="Ett.").exists()


def test_a_failing_server_is_tried_again_after_fifteen_seconds(writer):
    writer.answer(status=500, body="Fel")
    writer.write("Kvar")
    writer.wait(KEYS)
    writer.reads(LOST)
    writer.wait(RETRY - 1_000)
    assert len(writer.sent) == 1
    writer.heal()

    writer.wait(1_000)

    writer.reads(SAVED)
    assert writer.stored == "Kvar"


@pytest.mark.parametrize(
    "answer",
    [
        lines("Sparat.", 200),  # without the new version
        lines("Fel.", 503),
        {
            "status": 200,
            "content_type": "text/html",
            "headers": {"X-Seen": "9"},
            "body": "Logga in",
        },
        {"status": 302, "headers": {"Location": "/"}},
        {"status": 403, "content_type": "text/html", "body": "Proxyn säger nej"},
    ],
    ids=["no version", "503", "page", "redirect", "refused by others"],
)
def test_an_answer_that_is_not_understood_is_no_save(writer, answer):
    writer.answer(**answer)
    writer.write("Kvar")
    writer.wait(KEYS)

    writer.reads(LOST)
    assert writer.seen() == "0"
    writer.wait(RETRY)
    writer.until(2)


def test_a_request_that_gets_no_answer_is_given_up_after_thirty_seconds(writer):
    writer.hold()
    writer.write("Kvar")
    writer.wait(KEYS)
    writer.until(1)
    writer.wait(LIMIT - 1)
    writer.reads("")

    writer.wait(1)

    writer.reads(LOST)
    writer.wait(RETRY)
    writer.until(2)


def test_a_save_whose_answer_got_lost_is_not_in_conflict_with_itself(writer):
    def stored_but_unheard(route):
        route.fetch()
        route.abort()

    writer.route(stored_but_unheard)
    writer.write("Ett.")
    writer.wait(KEYS)
    writer.reads(LOST)
    assert writer.stored == "Ett."
    writer.heal()
    writer.write("Ett. Två.")

    writer.wait(KEYS)

    writer.reads(SAVED)
    writer.until(3)
    writer.until_idle()
    assert writer.stored == "Ett. Två."
    assert writer.sent[1].post_data == writer.sent[0].post_data


def test_text_that_others_have_saved_is_never_written_over(writer):
    save(draft=writer.draft, key=CITY, how="Den andras text")

    writer.write("Min text")
    writer.wait(KEYS)

    writer.reads("Någon annan har sparat det här. Tryck på Spara så får ni jämföra.")
    writer.write("Min längre text")
    writer.wait(60_000)
    assert len(writer.sent) == 1
    assert writer.stored == "Den andras text"
    writer.press(DONE)
    expect(writer.page.get_by_label(HOW)).to_have_value("Min längre text")
    expect(writer.page.locator(".other")).to_contain_text("Den andras text")


@pytest.mark.parametrize("status", [403, 413, 422, 429])
def test_a_refusal_is_read_out_and_tried_again_only_with_other_text(writer, status):
    writer.answer(**lines("Så här är det.", status))
    writer.write("Ett.")
    writer.wait(KEYS)
    writer.reads("Så här är det.")
    writer.heal()
    writer.wait(60_000)
    assert len(writer.sent) == 1

    writer.write("Ett. Två.")
    writer.wait(KEYS)

    writer.reads(SAVED)
    assert writer.stored == "Ett. Två."


def test_a_field_that_cannot_be_saved_leaves_the_version_of_the_others(writer):
    writer.answer(**lines("Inte allt är sparat.", 422, **{"X-Seen": "7"}))
    writer.write("Ett.")
    writer.wait(KEYS)

    writer.reads("Inte allt är sparat.")
    assert writer.seen() == "7"


def test_a_lost_session_is_told_and_the_text_stays(writer):
    writer.write("Kvar")
    writer.page.context.clear_cookies(name="sessionid")
    writer.wait(KEYS)

    writer.reads(
        "Öppna svaret med er länk i en ny flik. Texten finns kvar här. Tryck sedan på Spara."
    )
    expect(writer.page.get_by_label(HOW)).to_have_value("Kvar")


def test_leaving_with_unsaved_text_asks_first_and_after_a_save_it_does_not(writer):
    asked = []
    writer.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    writer.page.get_by_label(HOW).press_sequentially("Osparat")

    writer.page.get_by_role("link", name="Till översikten av ert svar").click(no_wait_after=True)
    writer.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(writer.page.get_by_label(HOW)).to_have_value("Osparat")

    writer.wait(KEYS)
    writer.reads(SAVED)
    writer.page.get_by_role("link", name="Till översikten av ert svar").click()
    expect(writer.page.get_by_role("heading", level=1)).to_have_text("Ert svar")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("size", [10, 100_000], ids=["short", "long"])
def test_a_hidden_tab_saves_at_once(writer, size):
    writer.write("å" * size)

    writer.page.evaluate(
        """() => {
            Object.defineProperty(document, 'hidden', {value: true});
            document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )

    writer.reads(SAVED)
    assert writer.stored == "å" * size


@pytest.mark.parametrize(("button", "is_done"), [(DONE, True), (LATER, False)])
def test_the_button_waits_for_a_save_under_way_and_is_then_saved_without_conflict(
    writer, button, is_done
):
    held, posts = writer.hold(), []
    writer.write("Ett.")
    writer.wait(KEYS)
    writer.until(1)
    writer.write("Ett. Två.")
    writer.page.on("request", lambda request: posts.append(request) if by_button(request) else None)
    writer.press(button)
    writer.press(button)
    writer.wait(RETRY)
    assert posts == []

    held[0].continue_()

    expect(writer.page.get_by_role("main")).to_contain_text("Område 3 är sparat.")
    assert len(posts) == len(writer.sent) == 1
    assert writer.stored == "Ett. Två."
    assert writer.part.is_done == is_done


def by_button(request):
    return request.method == "POST" and "x-autosave" not in request.headers


def test_the_button_waits_no_longer_than_the_limit(writer):
    writer.hold()
    writer.write("Ett.")
    writer.wait(KEYS)
    writer.until(1)
    writer.press(DONE)

    writer.wait(LIMIT)

    expect(writer.page.get_by_role("main")).to_contain_text("Område 3 är sparat.")
    assert writer.stored == "Ett."


def test_the_button_stops_the_timers(writer):
    writer.write("Ett.")
    writer.press(DONE)

    expect(writer.page.get_by_role("main")).to_contain_text("Område 3 är sparat.")
    assert writer.sent == []


def test_the_button_never_trades_unsaved_text_for_the_browsers_offline_page(writer):
    writer.page.context.set_offline(True)
    writer.write("Kvar")
    writer.press(DONE)

    writer.reads(LOST)
    expect(writer.page.get_by_label(HOW)).to_have_value("Kvar")

    writer.page.context.set_offline(False)
    writer.reads(SAVED)
    writer.press(DONE)
    expect(writer.page.get_by_role("main")).to_contain_text("Område 3 är sparat.")
    assert writer.stored == "Kvar"


def test_read_aloud_are_the_first_save_and_what_goes_wrong_and_right_again(writer):
    line = writer.page.locator("[data-autosave-line]")
    for text, answer, spoken in [
        ("1", lines("Sparat 1", **{"X-Seen": "1"}), "polite"),
        ("2", lines("Sparat 2", **{"X-Seen": "2"}), "off"),
        ("3", lines("Det går inte.", 403), "polite"),
        ("4", lines("Sparat 4", **{"X-Seen": "3"}), "polite"),
        ("5", lines("Sparat 5", **{"X-Seen": "4"}), "off"),
    ]:
        writer.answer(**answer)
        writer.write(text)
        writer.wait(KEYS)
        writer.reads(answer["body"])
        expect(line).to_have_attribute("aria-live", spoken)


def test_a_page_that_comes_with_unsaved_text_saves_it(writer):
    page = writer.page

    def unsaved(route):
        answer = route.fetch()
        body = answer.text().replace("data-autosave ", 'data-autosave="unsaved" ')
        route.fulfill(
            response=answer, body=body.replace("</textarea>", "Från förra gången</textarea>")
        )

    page.route("**/omrade/3/", unsaved)
    page.reload()
    writer.heal()
    writer.wait(KEYS)

    writer.reads(SAVED)
    assert writer.stored == "Från förra gången"


def test_a_press_that_was_taken_back_leaves_autosave_at_work(writer):
    asked, pressed = [], []
    writer.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    def take_back(route):
        if not by_button(route.request):
            return route.fallback()
        pressed.append(route)
        # As the stop button: the page stays.
        return route.abort("aborted")

    writer.page.route("**/omrade/3/", take_back)
    box = writer.page.get_by_label(HOW)
    box.press_sequentially("Ett")
    writer.press(DONE)
    writer.until_true(lambda: pressed)

    box.press_sequentially(" två")
    writer.page.get_by_role("link", name="Till översikten av ert svar").click(no_wait_after=True)
    writer.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    writer.wait(KEYS)

    writer.reads(SAVED)
    assert writer.stored == "Ett två"


def test_text_put_back_by_the_browser_is_not_taken_for_saved(writer):
    """As Firefox does on a reload: the boxes have their text before any script runs."""
    writer.page.add_init_script(
        """addEventListener('readystatechange', () => {
            const box = document.querySelector('textarea');
            if (box) box.value = 'Skrivet före omladdningen';
        }, {capture: true, once: true});"""
    )
    writer.page.reload()
    writer.wait(KEYS)

    writer.reads(SAVED)
    assert writer.stored == "Skrivet före omladdningen"
