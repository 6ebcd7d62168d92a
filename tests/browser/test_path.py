"""The whole way from the plan to a receipt and back, as people go it."""

import pytest
from playwright.sync_api import expect

from remiss.models import Draft, Response, Submission
from tests.browser.conftest import DESK, PHONE, link_in, text_of

ORGANISATION = "Tegelbackens kultur- och idrottsförening"
ADDRESS = "sekreterare@tegelbacken.example"
TEXTS = {
    "Hur kan samverkan ske": "Öppna skolornas aulor på kvällarna.\n\nVi tar hand om nycklarna.",
    "Vilken samverkan finns redan": "Ett avtal om bollplanen.",
    "Vilka av stadens aktörer": "Fritidsförvaltningen\nStadsbiblioteket",
}
MISSING = "Planen nämner inte byalagen."


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def follow(page, name, *, exact=True):
    page.get_by_role("link", name=name, exact=exact).first.click()


def heading(page, name):
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def begin(page, portal):
    """Fill in the start form and press the button; the page is the task list."""
    page.goto(portal.plan_path("begin"))
    fill_begin(page)
    portal.wait(minutes=2)
    press(page, "Börja svara")
    heading(page, "Ert svar")


def fill_begin(page, organisation=ORGANISATION, address=ADDRESS):
    page.get_by_label("Förening eller annan idéburen organisation").check()
    page.get_by_label("Organisationens namn").fill(organisation)
    page.get_by_label("Ditt namn").fill("Robin Exempel")
    page.get_by_label("E-postadress").fill(address)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_the_plan_to_a_receipt_a_change_and_a_withdrawal(portal, visitor, width, script):
    page = visitor(width=width, script=script)

    # The plan
    page.goto("/")
    heading(page, "Hur ska Malmö stad och föreningslivet samverka?")
    expect(page.locator(".hero")).to_contain_text("18 dagar kvar")
    expect(page.locator(".hero")).to_contain_text("måndag 30 november kl. 23.59")
    follow(page, "Läs hela planen")
    heading(page, portal.consultation.title)
    follow(page, "Frågorna om Stadsliv, allmänna platser och lokaler")
    heading(page, "Stadsliv, allmänna platser och lokaler")
    follow(page, "Svara om det här området")

    # The start form, first with errors
    heading(page, "Svara på remissen")
    portal.wait(minutes=2)
    press(page, "Börja svara")
    expect(page).to_have_title("Fel: Svara på remissen – Malmöandan")
    summary = page.locator("#fel")
    expect(summary.get_by_role("heading")).to_have_text("Tre uppgifter behöver rättas")
    if script:
        expect(summary).to_be_focused()
    summary.get_by_role("link", name="Skriv e-postadressen.").click()
    expect(page.get_by_label("E-postadress")).to_be_focused()
    summary.get_by_role("link", name="Välj vem som svarar.").click()
    expect(page.get_by_label("Förening eller annan idéburen organisation")).to_be_focused()
    fill_begin(page)
    press(page, "Börja svara")

    # The task list, and the link from the mail in another browser
    heading(page, "Ert svar")
    expect(page.get_by_role("main")).to_contain_text("Bekräfta e-postadressen")
    expect(page.get_by_role("main")).to_contain_text("Ni har inte skrivit något än.")
    message = portal.newest_mail(ADDRESS)
    page = visitor(width=width, script=script)
    page.goto(link_in(message))
    heading(page, "Bekräfta e-postadressen")
    press(page, "Bekräfta och fortsätt")
    heading(page, "Ert svar")
    assert "/lank/" not in page.url
    expect(page.get_by_role("main")).to_contain_text("E-postadressen är bekräftad.")

    # One area and the whole plan
    follow(page, "3. Stadsliv, allmänna platser och lokaler")
    page.get_by_label("Vi tillstyrker med förbehåll").check()
    for label, text in TEXTS.items():
        page.get_by_label(label).fill(text)
    press(page, "Spara – området är klart")
    expect(page.get_by_role("main")).to_contain_text("Område 3 är sparat.")
    expect(page.get_by_role("main")).to_contain_text("Ett av fyra områden är klart.")
    follow(page, "Övriga synpunkter")
    page.get_by_label("Saknas något i planen?").fill(MISSING)
    press(page, "Spara och fortsätt senare")

    # Granska, and back to it from a change
    follow(page, "Granska och skicka in")
    heading(page, "Granska och skicka in svaret")
    expect(page.get_by_role("main")).to_contain_text("Tillstyrker med förbehåll")
    expect(page.get_by_role("main")).to_contain_text(ADDRESS)
    for text in [*TEXTS.values(), MISSING]:
        # The paragraphs stand as they were written.
        assert text in page.get_by_role("main").inner_text()
    follow(page, "Ändra svaret om Stadsliv, allmänna platser och lokaler")
    page.get_by_label("Hur kan samverkan ske").fill("Öppna aulorna.")
    press(page, "Spara – området är klart")
    heading(page, "Granska och skicka in svaret")
    expect(page.get_by_role("main")).to_contain_text("Öppna aulorna.")
    follow(page, "Ändra uppgifter om er")
    press(page, "Spara")
    heading(page, "Granska och skicka in svaret")

    # Sent in: the receipt on the page and in the mail
    press(page, "Skicka in svaret")
    heading(page, "Tack! Svaret är inskickat")
    sent = Submission.objects.get()
    reference = Response.objects.get().reference
    for text in (reference, sent.digest_groups, "torsdag 12 november", "Öppna aulorna."):
        expect(page.get_by_role("main")).to_contain_text(text)
    receipt = portal.newest_mail(ADDRESS)
    assert receipt["Subject"] == f"Vi har tagit emot ert svar, {reference}"
    for text in ("Öppna aulorna.", "Ett avtal om bollplanen.", "Stadsbiblioteket", MISSING):
        assert text in text_of(receipt)
    follow(page, "Visa svaret")
    heading(page, f"Svar {reference}")
    expect(page.get_by_role("main")).to_contain_text("Stadsbiblioteket")

    # Version 2, by the same link
    page = visitor(width=width, script=script)
    page.goto(link_in(receipt))
    press(page, "Bekräfta och fortsätt")
    expect(page.get_by_role("main")).to_contain_text(f"referens {reference}")
    follow(page, "4. Delaktighet, trygghet, demokrati")
    page.get_by_label("Hur kan samverkan ske").fill("Fråga oss tidigt.")
    press(page, "Spara – området är klart")
    expect(page.get_by_role("main")).to_contain_text("Ni har ändringar som inte är inskickade.")
    follow(page, "Granska och skicka in")
    press(page, "Skicka in svaret")
    heading(page, "Tack! Svaret är inskickat")
    expect(page.locator(".summary").first).to_contain_text("Version")
    assert [each.number for each in Submission.objects.order_by("number")] == [1, 2]
    assert "Fråga oss tidigt." in text_of(portal.newest_mail(ADDRESS))

    # Taken back, and given again
    follow(page, "Ta tillbaka svaret")
    press(page, "Ja, ta tillbaka svaret")
    expect(page.get_by_role("main")).to_contain_text("Ni har tagit tillbaka svaret")
    assert Response.objects.current().count() == 0
    assert reference in portal.newest_mail(ADDRESS)["Subject"]
    heading(page, "Kvittens")
    follow(page, "Låt det gälla igen")
    press(page, "Ja, låt svaret gälla igen")
    heading(page, "Tack! Svaret är inskickat")
    assert Response.objects.current().count() == 1

    # Leaving
    press(page, "Lämna svaret")
    heading(page, "Hur ska Malmö stad och föreningslivet samverka?")
    page.goto(portal.path("tasks", Draft.objects.get().public_id))
    heading(page, "Öppna svaret med er länk")
