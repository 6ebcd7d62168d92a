"""An empty xlsx file with the headings that are understood, and a sheet that explains them."""

from io import BytesIO

from xlsxwriter import Workbook

from remiss.importing.reading import MAX_ROWS
from remiss.models.body import BODY_KINDS

COLUMNS = [
    ("Namn", 44, "Organisationens namn. Måste fyllas i."),
    (
        "Vem",
        30,
        "Ett av orden i listan. När rutan är tom gäller det som väljs när filen läses in.",
    ),
    ("E-post", 34, "Dit inbjudan skickas. Den som saknar e-post kan läggas till ändå."),
    ("Fler e-postadresser", 40, "Med komma emellan, om det är flera."),
    ("Organisationsnummer", 24, "Tio siffror, till exempel 802002-4280. Frivilligt."),
    ("Etiketter", 30, "Egna ord att söka på, med komma emellan. Frivilliga."),
    ("Anteckning", 44, "Syns bara för samordningen. Frivillig."),
]
TEXT = {"num_format": "@", "valign": "top"}  # an organisationsnummer keeps its digits


def template() -> bytes:
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(content, options) as book:
        book.set_properties({"title": "Remissinstanser att läsa in"})
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        text = book.add_format(TEXT)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet("Remissinstanser")
        page.freeze_panes(1, 0)
        for place, (heading, width, _explanation) in enumerate(COLUMNS):
            page.set_column(place, place, width, text)
            page.write_string(0, place, heading, bold)
        page.data_validation(
            1, 1, MAX_ROWS, 1,
            {
                "validate": "list",
                "source": [str(label) for _kind, label in BODY_KINDS],
                "error_type": "information",
                "error_title": "Vem",
                "error_message": "Välj helst ett av orden i listan.",
            },
        )  # fmt: skip
        page.set_first_sheet()
        page.activate()
        about = book.add_worksheet("Så här gör du")
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 80)
        explained = [
            ("Kolumn", "Vad som ska stå där"),
            *((heading, explanation) for heading, _width, explanation in COLUMNS),
            ("", ""),
            ("Vem kan vara", ", ".join(str(label) for _kind, label in BODY_KINDS)),
            ("Skriv inte", "Personnummer. En rad med personnummer läses inte in."),
            (
                "Så läses filen",
                "En rad blir en remissinstans. Inget läggs till förrän du bekräftar.",
            ),
        ]
        for number, (label, explanation) in enumerate(explained):
            about.write_string(number, 0, label, bold)
            about.write_string(number, 1, explanation, bold if number == 0 else wrapped)
    return content.getvalue()
