"""From the coordinator's list in Excel to a row of the matrix, by way of a phone."""

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, link_in
from tests.browser.test_path import follow, heading, press

ADDRESS, BODY = "info@sundspan.example", "Sundspans kulturkrets"
LIST = (
    "Organisation;Vem;E-post;Etiketter\r\n"
    f"{BODY};Förening;{ADDRESS};kultur\r\n"
    "Åhörarna;Nätverk;hej@ahorarna.example;\r\n"
    "Utan namn;;inte en adress;\r\n"
).encode("cp1252")


def test_from_a_list_in_excel_to_the_matrix(portal, visitor, desk):
    # The list is read in: two are new, one has an error and is left out
    desk.goto(reverse("admin:import_bodies"))
    desk.get_by_label("Fil", exact=True).set_input_files(
        {"name": "remisslista.csv", "mimeType": "text/csv", "buffer": LIST}
    )
    press(desk, "Läs filen")
    desk.get_by_label("Vilka är remissinstanserna?").select_option(label="Förening")
    press(desk, "Fortsätt")
    expect(desk.get_by_role("main")).to_contain_text("Åhörarna")
    press(desk, "Lägg till 2 remissinstanser")
    heading(desk, "Remissinstanser")

    # One of them is invited; the letter is held, and goes
    desk.get_by_role("row").filter(has_text=BODY).get_by_role("checkbox").check()
    desk.get_by_label("Åtgärd:").select_option(label="Bjud in")
    desk.get_by_role("button", name="Utför").click()
    expect(desk.get_by_role("main")).to_contain_text(f"{BODY} är inbjuden att svara")
    press(desk, "Skicka till 1")
    expect(desk.get_by_role("button", name="Ångra")).to_be_visible()
    assert portal.mails() == []
    portal.wait(minutes=10)

    # On the phone: no, and then yes
    phone = visitor(width=PHONE)
    phone.goto(link_in(portal.newest_mail(ADDRESS)))
    press(phone, "Öppna inbjudan")
    follow(phone, "Vi avstår från att svara")
    press(phone, "Ja, vi avstår")
    desk.goto(reverse("admin:matrix"))
    expect(desk.get_by_role("row").filter(has_text=BODY)).to_contain_text("Avstår")
    press(phone, "Ta bort vårt avstående")
    phone.get_by_label("Ditt namn").fill("Anna Exempel")
    press(phone, "Börja svara")
    follow(phone, "3. Stadsliv, allmänna platser och lokaler")
    phone.get_by_role("radio", name="Vi tillstyrker", exact=True).check()
    press(phone, "Spara – området är klart")
    follow(phone, "Granska och skicka in")
    press(phone, "Skicka in svaret")
    heading(phone, "Tack! Svaret är inskickat")

    # And in the matrix
    desk.goto(reverse("admin:matrix"))
    row = desk.get_by_role("row").filter(has_text=BODY)
    expect(row).to_contain_text("Svarat")
    expect(row).to_contain_text("Tillstyrker")
    expect(desk.get_by_role("main")).to_contain_text("1 av 1")
