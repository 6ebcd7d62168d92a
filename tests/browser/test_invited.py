"""An invited body on a phone: from the letter through a change of mind to a receipt."""

import pytest
from playwright.sync_api import expect

from remiss.models import Invitation, Response
from tests.browser.conftest import PHONE, link_in
from tests.browser.test_path import follow, heading, press

ADDRESS = "info@sundspan.example"
BODY = "Sundspans kulturkrets"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_letter_by_declining_to_an_answer(portal, visitor, script):
    page = visitor(width=PHONE, script=script)
    main = page.get_by_role("main")
    portal.invitation(name=BODY, email=ADDRESS, sent=False)
    link = link_in(portal.newest_mail(ADDRESS))

    # The letter's link, and the button
    page.goto(link)
    heading(page, "Inbjudan att svara på remissen")
    press(page, "Öppna inbjudan")
    heading(page, f"Välkomna att svara, {BODY}")
    assert link not in page.url

    # Declining, and thinking better of it
    follow(page, "Vi avstår från att svara")
    heading(page, "Vill ni avstå?")
    page.get_by_label("Vill ni säga varför?").fill("Styrelsen hinner inte.")
    press(page, "Ja, vi avstår")
    expect(main).to_contain_text("Ni får inga fler påminnelser.")
    expect(main).to_contain_text("Ni har avstått från att svara")
    press(page, "Ta bort vårt avstående")
    expect(main).to_contain_text("Avståendet är borttaget.")
    expect(main).not_to_contain_text("Ni har avstått")

    # Beginning: only the name is missing
    press(page, "Börja svara")
    expect(page).to_have_title(f"Fel: Välkomna att svara, {BODY} – Malmöandan")
    expect(page.get_by_label("E-postadress")).to_have_value(ADDRESS)
    page.get_by_label("Ditt namn").fill("Anna Exempel")
    press(page, "Börja svara")
    heading(page, "Ert svar")
    expect(main).not_to_contain_text("Bekräfta e-postadressen")

    # One area, and sent
    follow(page, "3. Stadsliv, allmänna platser och lokaler")
    page.get_by_label("Hur kan samverkan ske").fill("Lås upp skolan.")
    press(page, "Spara – området är klart")
    follow(page, "Granska och skicka in")
    press(page, "Skicka in svaret")
    heading(page, "Tack! Svaret är inskickat")
    response = Response.objects.get(invitation__body__name=BODY)
    expect(main).to_contain_text(response.reference)
    assert Invitation.objects.with_status().get(body__name=BODY).status == "answered"

    # The letter's link leads to the same answer, in any browser
    page = visitor(width=PHONE, script=script)
    page.goto(link)
    press(page, "Öppna ert svar")
    heading(page, "Ert svar")
    expect(page.get_by_role("main")).to_contain_text(response.reference)
    press(page, "Lämna svaret")
    page.goto(portal.path("invited", response.invitation.public_id))
    heading(page, "Öppna svaret med er länk")
