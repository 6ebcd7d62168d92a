"""Hiding words with the keyboard alone, and its pages held to axe."""

import pytest
from django.urls import reverse

from remiss.models import Finding, Masking
from tests.browser.states import CITY
from tests.browser.test_axe_workbench import faults
from tests.factories import make_submission

TEXT = "Ring Robin Exempel på 0701-74 06 05. Robin Exempel svarar."


@pytest.fixture
def sent(portal):
    return make_submission(
        consultation=portal.consultation, texts={CITY: {"how": TEXT}}, files=["avtal.pdf"]
    )


def press(page, role, name):
    """Reach something and press it, as somebody without a mouse does."""
    page.get_by_role(role, name=name).first.focus()
    page.keyboard.press("Space" if role in {"checkbox", "radio"} else "Enter")


def test_words_are_hidden_and_shown_again_from_the_keyboard(portal, desk, visitor, sent):
    desk.goto(reverse("admin:mask", args=[sent.response_id]))
    assert faults(desk, visitor) == {}

    desk.get_by_label("Ord att dölja").focus()
    desk.keyboard.type("robin exempel")
    desk.keyboard.press("Enter")
    desk.get_by_text("2 ställen med").wait_for()
    press(desk, "button", "Dölj de valda")
    desk.get_by_role("link", name="Välj varför.").wait_for()
    assert faults(desk, visitor) == {}

    press(desk, "radio", "Personuppgift som inte behöver vara offentlig")
    press(desk, "button", "Visa hur det blir")
    desk.get_by_role("heading", name="Så skulle svaret visas").wait_for()
    assert "Ring [borttaget] på 0701-74 06 05. [borttaget] svarar." in (
        desk.locator("#svaret").inner_text()
    )
    assert not Masking.objects.exists()
    press(desk, "button", "Dölj de valda")
    desk.get_by_text("Dolde 2 ställen.").wait_for()
    assert faults(desk, visitor) == {}

    press(desk, "button", "Ångra")
    desk.get_by_text("Orden visas igen.").wait_for()
    assert Masking.objects.standing().count() == 1


def test_selecting_words_in_the_answer_writes_them_in_the_box(portal, desk, sent):
    desk.goto(reverse("admin:mask", args=[sent.response_id]))
    desk.locator("#svaret p", has_text="Ring Robin").select_text()

    desk.wait_for_function("document.getElementById('id_words').value !== ''")
    assert desk.get_by_label("Ord att dölja").input_value() == TEXT


def test_what_was_found_is_worked_through_from_the_keyboard(portal, desk, visitor, sent):
    desk.goto(reverse("admin:findings"))
    assert faults(desk, visitor) == {}

    press(desk, "button", "Dölj 0701-74 06 05")
    desk.get_by_text("Dolt: 0701-74 06 05").wait_for()
    assert faults(desk, visitor) == {}
    press(desk, "button", "Ångra")
    desk.get_by_role("heading", name="2 uppgifter kvar att granska").wait_for()

    for kind in ("Telefonnummer", "Filnamn"):
        press(desk, "checkbox", kind)
    press(desk, "button", "Låt de kryssade stå")
    desk.get_by_role("heading", name="Låt stå 2 uppgifter?").wait_for()
    assert faults(desk, visitor) == {}
    press(desk, "button", "Låt stå 2 uppgifter")
    desk.get_by_text("Det finns inget kvar att granska").wait_for()
    assert Finding.objects.left().count() == 2
    assert faults(desk, visitor) == {}
