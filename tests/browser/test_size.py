"""What a page weighs before compression: the portal is read on old phones in basements."""

from django.conf import settings

CSS, SCRIPT, START = 40_000, 5_000, 60_000  # bytes


def test_the_style_sheet_and_each_script_are_small():
    """Every page has remiss.js; autosave.js comes with the pages one writes on."""
    folder = settings.BASE_DIR / "static" / "remiss"

    assert (folder / "remiss.css").stat().st_size < CSS
    assert [file.name for file in folder.glob("*.js") if file.stat().st_size >= SCRIPT] == []


def test_the_start_page_weighs_little_all_together(portal, visitor):
    page, weights = visitor(), {}
    page.on("response", lambda response: weights.update({response.url: len(response.body())}))

    page.goto(portal.plan_path("start"))
    page.wait_for_load_state("networkidle")

    assert len(weights) >= 3
    assert sum(weights.values()) < START
