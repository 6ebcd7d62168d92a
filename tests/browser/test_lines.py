"""Lists with many columns on a phone: every column of a row can be seen without scrolling it."""

import pytest
from django.urls import reverse

from remiss.models import Event
from tests.browser.test_axe_workbench import faults
from tests.factories import make_submission, make_theme, reply_to

PHONE = 360  # CSS pixels
# The cells with something in them that stick out of the window, and how many there are.
CELLS = """() => {
    const room = document.documentElement.clientWidth;
    const cells = [...document.querySelectorAll('.lines tbody :is(th, td)')]
        .filter(each => each.textContent.trim());
    return [cells.length, cells.filter(each => each.getBoundingClientRect().right > room)
        .map(each => each.textContent)];
}"""


@pytest.mark.parametrize("name", ["log", "waiting"])
def test_every_column_is_seen_on_a_phone(portal, desk, visitor, city, name):
    response = make_submission(consultation=portal.consultation).response
    theme = make_theme(consultation=portal.consultation, by=city, at=portal.moment)
    reply_to(theme, by=city, at=portal.moment)
    Event.objects.note("wrote_note", response, "Ett ord " * 20, at=portal.moment, by=city)
    desk.set_viewport_size({"width": PHONE, "height": 640})
    desk.goto(reverse(f"admin:{name}"))

    number, outside = desk.evaluate(CELLS)

    assert number >= 5
    assert outside == []
    assert faults(desk, visitor) == {}
