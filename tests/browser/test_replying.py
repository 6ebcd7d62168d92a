"""Replying together by the keyboard alone, each side in a browser of its own; and axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from remiss import roles
from remiss.models import Passage, ReplyRevision
from remiss.workflow import reviewing
from tests.browser.states import LONG_WORD, TEXT
from tests.browser.test_axe_workbench import faults
from tests.factories import days, make_staff, make_submission, make_theme, reply_to

STOPS = 80


def tab_to(page, place):
    for _stop in range(STOPS):
        if place.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(place).to_be_focused()


def write(page, label, text):
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def press(page, role, name):
    tab_to(page, page.get_by_role(role, name=name, exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False])
def test_written_handed_over_sent_back_revised_and_approved(portal, desk_of, script):
    city = make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")
    civil = make_staff(username="ahmed", group=roles.COORDINATOR_CIVIL, side="civil")
    theme = make_theme(consultation=portal.consultation, by=city, at=portal.moment)
    make_submission(consultation=portal.consultation, at=portal.moment)
    placed = {"themes": [theme], "seen": 0, "at": portal.moment, "by": city}
    reviewing.place(passage=Passage.objects.get(), **placed)
    hers, his = (desk_of(user, script=script, reduced_motion="reduce") for user in (city, civil))

    hers.goto(reverse("admin:theme", args=[theme.pk]))
    press(hers, "link", "Återkoppling till temat")
    write(hers, "Det sa svaren", "Många vill låna aulor.")
    tab_to(hers, hers.get_by_label("Inte bestämt än"))
    hers.keyboard.press("ArrowDown")  # round to the first
    expect(hers.get_by_label("Planen ändras", exact=True)).to_be_checked()
    write(hers, "Återkoppling", "Vi öppnar aulorna.")
    press(hers, "button", "Spara och lämna över")
    hers.get_by_text("Återkopplingen är lämnad till Idéburen sektor.").wait_for()

    his.goto(reverse("admin:index"))
    press(his, "link", "Återkoppling som väntar på mig")
    press(his, "link", "Lokaler")
    write(his, "Vad behöver ändras?", "Säg när på dygnet.")
    press(his, "button", "Skicka tillbaka")
    his.get_by_text("Återkopplingen är skickad tillbaka.").wait_for()

    hers.goto(reverse("admin:waiting"))
    press(hers, "link", "Lokaler")
    expect(hers.get_by_text("Säg när på dygnet.")).to_be_visible()
    write(hers, "Återkoppling", "Vi öppnar aulorna på kvällarna.")
    press(hers, "button", "Spara och lämna över")

    his.goto(reverse("admin:waiting"))
    press(his, "link", "Lokaler")
    expect(his.locator("ins", has_text="kvällarna").first).to_be_visible()
    press(his, "button", "Godkänn version 2")
    his.get_by_text("Återkopplingen är godkänd av båda och gäller.").wait_for()

    found = ReplyRevision.objects.about(theme).with_doings()
    assert [(each.text, each.outcome, each.state) for each in found] == [
        ("Vi öppnar aulorna på kvällarna.", "changed", "approved"),
        ("Vi öppnar aulorna.", "changed", "sent_back"),
    ]


def test_replies_have_no_faults_in_any_state(portal, desk_of, visitor):
    city = make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")
    civil = make_staff(username="ahmed", group=roles.COORDINATOR_CIVIL, side="civil")
    theme = make_theme(consultation=portal.consultation, by=city, at=portal.moment)
    response = make_submission(consultation=portal.consultation, at=portal.moment).response
    how = {"other": civil, "at": portal.moment}
    page = desk_of(city)
    reply = reverse("admin:theme_reply", args=[theme.pk])

    page.goto(reply)
    page.get_by_role("button", name="Spara och lämna över").click()
    page.get_by_text("Två uppgifter behöver rättas").wait_for()
    assert faults(page, visitor) == {}

    reply_to(theme, by=city, state="approved", text=f"{TEXT} {LONG_WORD}", **how)
    placed = {"themes": [theme], "seen": 0, "at": portal.moment + days(1), "by": city}
    reviewing.place(passage=Passage.objects.get(), **placed)
    reply_to(theme, by=civil, state="sent_back", other=city, at=portal.moment)
    page.goto(f"{reply}?visa=2")
    page.get_by_text("tillagt efter godkännandet").wait_for()
    assert faults(page, visitor) == {}

    page.goto(f"{reply}?skriv=1")
    page.get_by_label("Planen ändras", exact=True).wait_for()
    reply_to(theme, by=civil, state="handed_over", text=TEXT, at=portal.moment)
    page.get_by_label("Återkoppling", exact=True).fill(LONG_WORD)
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Någon annan har sparat återkopplingen").wait_for()
    assert faults(page, visitor) == {}

    page.goto(reply)
    page.get_by_role("button", name="Godkänn version 3").wait_for()
    assert faults(page, visitor) == {}
    for path in (reverse("admin:waiting"), reverse("admin:response_reply", args=[response.pk])):
        page.goto(path)
        assert faults(page, visitor) == {}, path
