"""The coordinators' lists in a narrow window: what one came for is seen at once."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from remiss.models import LetterText
from remiss.workflow import inviting
from tests.browser.conftest import PHONE
from tests.browser.test_path import press
from tests.factories import make_body

LONG_WORD = "Exempelförsamlingen"
NAME = f"{LONG_WORD} i Rosengård"
LIST = f"Organisation;Vem;E-post\r\n{NAME};Förening;inte en adress\r\n".encode()
# On how many lines a word of a linked name stands.
LINES = """(cell, word) => {
    const text = cell.querySelector('a').firstChild, range = document.createRange();
    const start = text.data.indexOf(word);
    range.setStart(text, start);
    range.setEnd(text, start + word.length);
    return range.getClientRects().length;
}"""


def is_within(page, element):
    """Whether it lies within the window without any scrolling sideways."""
    box = element.bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.fixture
def phone(desk_of, city):
    return desk_of(city, width=PHONE)


def test_what_one_does_or_looks_for_lies_within_a_narrow_window(portal, phone, city):
    body = make_body(name=NAME, email="info@sundspan.example")
    LetterText.objects.create(
        consultation=portal.consultation, kind=LetterText.Kind.INVITATION, number=1,
        subject="Remiss", body="Hej", written_at=portal.moment, written_by=city,
    )  # fmt: skip
    inviting.invite(consultation=portal.consultation, bodies=[body.pk], at=portal.moment, by=city)

    phone.goto(reverse("admin:dispatches"))
    undo = phone.get_by_role("button", name="Ångra")
    assert is_within(phone, undo)
    box = undo.bounding_box()
    assert box["width"] > box["height"]  # its word stands on one line

    phone.goto(reverse("admin:remiss_invitation_changelist"))
    assert is_within(phone, phone.locator("tbody .field-state"))

    phone.goto(reverse("admin:body", args=[body.pk]))
    assert is_within(phone, phone.locator("tbody .outcome"))

    phone.goto(reverse("admin:import_bodies"))
    file = {"name": "lista.csv", "mimeType": "text/csv", "buffer": LIST}
    phone.get_by_label("Fil", exact=True).set_input_files(file)
    press(phone, "Läs filen")
    why = phone.locator("tbody .outcome")
    expect(why).to_contain_text("e-post")
    assert is_within(phone, why)


def test_no_name_is_broken_within_a_word_in_the_matrix(portal, desk):
    portal.invitation(name=NAME)
    desk.goto(reverse("admin:matrix"))

    assert desk.locator(".matrix tbody th").evaluate(LINES, LONG_WORD) == 1
