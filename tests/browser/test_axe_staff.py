"""Every page that the workbench has, as somebody who may open it meets it, held to axe.

Our own pages have no faults at all; Django's stock pages none that are serious or critical.
"""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from remiss import roles
from remiss.models import AccessibilityReport, Body, Passage, Response, Submission, Theme
from remiss.workflow import reviewing, writing
from tests.browser.states import CITY, DECIDED, LONG_WORD, TEXT
from tests.browser.test_axe import AXE, AXE_OPTIONS, looks
from tests.browser.test_reflow import TOO_WIDE
from tests.factories import (
    add_file,
    ask_for_time,
    make_body,
    make_invitation,
    make_staff,
    make_submission,
    reply_to,
    send_in,
)
from tests.test_access import STAFF_TABLE, STOCK, address

# What a GET answers with a file, a script or another address.
NOT_PAGES = {
    "admin:body_template", "admin:jsi18n", "admin:place_left", "admin:receipt_pdf",
    "admin:sent_file", "admin:login", "admin:logout", "admin:app_list", "admin:password_change",
    "admin:remiss_extensionrequest_change", "admin:remiss_extensionrequest_history",
    "admin:remiss_invitation_change", "admin:remiss_invitation_history",
}  # fmt: skip
# Who goes there, the first that may: coordinator, registrar, administrator.
GOES = "cra"
RUN_AXE = """options => axe.run(document, options).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node => [rule.impact, `${rule.id}: ${node.html}`])))"""


def routes_of(who):
    return sorted(
        name
        for name, (readers, _writers) in STAFF_TABLE.items()
        if name.startswith("admin:")
        and name not in NOT_PAGES
        and next((each for each in GOES if each in readers), "") == who
    )


def is_stock(name):
    """Whether the page is Django's own, but for its sheet and its words."""
    return name.startswith(("admin:auth_", "admin:password_")) or any(
        name in {f"admin:remiss_{model}_{page}" for page in ("add", "change", "history")}
        for model in STOCK.keys() - {"response"}
    )


def faults_of(page, name):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN_AXE, AXE_OPTIONS)
    return [
        what for impact, what in found if not is_stock(name) or impact in {"serious", "critical"}
    ]


@pytest.fixture
def world(portal):
    """One of everything, with words that are long."""
    consultation = portal.consultation
    maria = make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")
    ahmed = make_staff(username="ahmed", group=roles.COORDINATOR_CIVIL, side="civil")
    make_staff(username="birgit", group=roles.REGISTRAR)
    make_staff(username="lena", group=roles.READER)
    make_staff(username="admir", group=roles.ADMINISTRATOR)
    about = {"consultation": consultation, "at": portal.moment, "by": maria}
    sent = make_submission(
        consultation=consultation, organisation=LONG_WORD, texts={CITY: {"how": TEXT}},
    )  # fmt: skip
    draft = portal.draft(kind="board", texts={CITY: {"how": TEXT, "actors": "Bibliotek"}})
    add_file(draft=draft, name=f"{LONG_WORD}.pdf")
    ask_for_time(draft=draft, reason=TEXT)
    send_in(draft=draft, at=portal.moment)
    make_submission(
        consultation=consultation, kind="board", texts={CITY: {"how": TEXT}}, behind=DECIDED
    )
    make_invitation(consultation=consultation, by=maria, sent=False, name=LONG_WORD)
    make_body(name="Åkerbo IF", email="info@akerbo.example")
    AccessibilityReport.objects.create(at=portal.moment, text=TEXT)
    writing.write(
        response=sent.response, subject="En fråga", body=TEXT, once="en", at=portal.moment, by=maria
    )
    themes = [
        reviewing.new_theme(area_key="city-life", name=name, **about)
        for name in ("Lokaler", LONG_WORD)
    ]
    first, second, *_rest = Passage.objects.filter(answer__submission=sent).in_order()
    reviewing.place(passage=first, themes=themes, seen=0, at=portal.moment, by=maria)
    reviewing.needs_nothing(passage=second, reason=TEXT[:90], seen=0, at=portal.moment, by=maria)
    reply_to(themes[0], by=maria, state="sent_back", other=ahmed, at=portal.moment)
    reply_to(themes[1], by=ahmed, state="handed_over", at=portal.moment)
    scanned = portal.draft(kind="board", organisation=LONG_WORD, texts={})
    add_file(draft=scanned)
    only_files = send_in(draft=scanned, at=portal.moment)
    return {"consultation": consultation, "submission": sent, "only_files": only_files}


def query(name):
    """What a page that asks about a choice has in its address."""
    several = ",".join(str(pk) for pk in Response.objects.values_list("pk", flat=True))
    bodies = ",".join(str(pk) for pk in Body.objects.values_list("pk", flat=True))
    return {
        **dict.fromkeys(
            ["admin:set_aside", "admin:take_back", "admin:mark_read", "admin:dispose"],
            f"?ids={several}",
        ),
        **dict.fromkeys(["admin:invite", "admin:remind", "admin:grant_time"], f"?bodies={bodies}"),
        "admin:register_several": f"?v={Submission.objects.first().pk}",
        "admin:merge_themes": f"?med={Theme.objects.latest('pk').pk}",
    }.get(name, "")


# The coordinator's pages in three parts, for several processes to share.
PARTS = [("c", "maria", part, 3) for part in range(3)]
PARTS += [("r", "birgit", 0, 1), ("a", "admir", 0, 1)]


@pytest.mark.parametrize(("who", "username", "part", "parts"), PARTS)
def test_no_page_of_the_workbench_has_a_fault(world, desk_of, who, username, part, parts):
    page, found = desk_of(get_user_model().objects.get(username=username)), {}
    for name in routes_of(who)[part::parts]:
        path = address(name, world) + query(name)
        if name == "admin:handle_files":
            path = reverse(name, args=[world["only_files"].response_id])
        assert page.goto(path).status == 200, name
        if not page.url.endswith(path):
            found[f"{name} leads elsewhere"] = page.url
        for look in looks(page):
            if wrong := faults_of(page, name):
                found[f"{name}, {look}"] = wrong
        if not is_stock(name) and (wide := page.evaluate(TOO_WIDE)):
            found[f"{name}, too wide for a phone"] = wide

    assert not found, "\n".join(f"{page}: {wrong}" for page, wrong in found.items())


def test_every_page_has_somebody_who_goes_there():
    pages = {
        name for name, (readers, _w) in STAFF_TABLE.items() if readers and name[:6] == "admin:"
    }

    assert {name for who in GOES for name in routes_of(who)} == pages - NOT_PAGES
