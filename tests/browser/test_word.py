"""The whole way through Word without any script: fetched, filled in, read through and taken in."""

import docx
import pytest

from tests.browser.states import CITY


@pytest.mark.parametrize("script", [False, True])
def test_an_answer_goes_out_to_word_and_comes_back(portal, visitor, tmp_path, script):
    page = visitor(script=script)
    draft = portal.draft(texts={CITY: {"how": "Öppna aulorna."}})
    portal.hold(page, draft)
    page.goto(portal.path("tasks", draft.public_id))
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Hämta som Word").click()
    file = tmp_path / fetched.value.suggested_filename
    fetched.value.save_as(file)
    document = docx.Document(str(file))
    cell = next(
        table.cell(0, 0) for table in document.tables if "Öppna aulorna." in table.cell(0, 0).text
    )
    cell.add_paragraph("Och parkerna.")
    document.add_paragraph("Något mer.")
    document.save(str(file))

    page.get_by_role("link", name="Hämta in från Word").click()
    page.get_by_label("Den ifyllda filen").set_input_files(str(file))
    page.get_by_role("button", name="Läs filen").click()
    page.locator("summary", has_text="Visa vad som ändras").click()
    assert "Och parkerna." in page.locator("ins").inner_text()
    page.get_by_label("Var ska text 1 stå?").select_option(
        label="3.2 Vilken samverkan finns redan?"
    )
    assert draft.parts.get(key=CITY).content == {"how": "Öppna aulorna."}
    page.get_by_role("button", name="Ta in texten").click()

    assert "Texten ur filen är sparad: område 3." in page.locator("main").inner_text()
    assert draft.parts.get(key=CITY).content == {
        "how": "Öppna aulorna.\nOch parkerna.",
        "exists": "Något mer.",
    }
