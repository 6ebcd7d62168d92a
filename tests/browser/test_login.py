"""A second factor in a browser: an app by the keyboard alone, a passkey, and what axe says."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from remiss import roles
from tests.browser.test_axe_workbench import faults
from tests.factories import make_staff

PASSWORD = "en-lang-fras-for-prov"


@pytest.fixture
def city(portal, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    cache.clear()
    return make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")


def type_password(page):
    page.goto(reverse("admin:index"))
    page.get_by_label("Användarnamn").focus()
    keys = page.keyboard
    keys.insert_text("maria")
    keys.press("Tab")
    keys.insert_text(PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")


def code_of(secret, later=0):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + later))


def test_an_app_is_added_and_used_by_keyboard(visitor, city):
    page = visitor()
    keys = page.keyboard
    type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggning")
    page.get_by_role("link", name="Lägg till app").focus()
    keys.press("Enter")
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Kod").focus()
    keys.insert_text("000000")
    keys.press("Enter")
    expect(page.get_by_role("group", name="En uppgift behöver rättas")).to_be_focused()
    assert page.locator("code.secret").inner_text().replace(" ", "") == secret
    page.get_by_label("Kod").focus()
    keys.press("Control+A")
    keys.insert_text(code_of(secret))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reservkoder")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Hämta som fil").press("Enter")
    assert len(saving.value.path().read_text().split()) == 14  # four words and ten codes
    page.get_by_role("link", name="Till översikten").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Översikt")

    page.get_by_role("button", name="Logga ut").press("Enter")
    type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv koden")
    page.get_by_label("Kod").focus()
    keys.insert_text(code_of(secret, 1))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Översikt")


@pytest.fixture
def key_holder(visitor, city):
    """A page whose browser has a key built in that knows its owner."""
    page = visitor()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def test_a_passkey_is_added_and_opens_without_a_password(key_holder, city):
    page = key_holder
    type_password(page)
    page.get_by_role("link", name="Lägg till nyckel").press("Enter")
    page.get_by_label("Namn på nyckeln").fill("Jobbtelefonen")
    page.get_by_role("button", name="Lägg till nyckel").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reservkoder")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Jobbtelefonen"

    page.get_by_role("link", name="Till översikten").press("Enter")
    page.get_by_role("button", name="Logga ut").press("Enter")
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Logga in med nyckel").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Översikt")

    page.get_by_role("button", name="Logga ut").press("Enter")
    type_password(page)
    page.get_by_role("button", name="Använd nyckel i stället").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Översikt")


def test_a_key_that_is_refused_says_what_to_do(visitor, city):
    page = visitor()
    page.add_init_script("navigator.credentials.get = async () => { throw new Error(); }")
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Logga in med nyckel").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Försök igen, eller använd en kod.")


def test_the_pages_of_a_second_factor_have_no_faults(visitor, city):
    page = visitor()
    found = {}

    def look(name):
        found[name] = faults(page, visitor)

    page.goto(reverse("account_login"))
    look("login")
    type_password(page)
    look("ways in, none")
    page.goto(reverse("mfa_add_webauthn"))
    look("add key")
    page.goto(reverse("mfa_activate_totp"))
    look("add app")
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Kod").fill(code_of(secret))
    page.get_by_role("button", name="Lägg till app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reservkoder")
    look("reserve codes")
    page.goto(reverse("mfa_index"))
    look("ways in")
    page.get_by_role("button", name="Logga ut").click()
    type_password(page)
    page.get_by_role("button", name="Logga in").click()
    look("code, wrong")
    page.goto(reverse("account_reset_password"))
    look("forgotten")

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_resetting_a_second_factor_has_no_faults_empty_and_wrong(portal, visitor, client):
    city = make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")
    client.force_login(
        make_staff(username="admir", group=roles.ADMINISTRATOR),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = visitor()
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": portal.url}])
    page.goto(reverse("admin:reset_factor", args=[city.pk]))
    assert faults(page, visitor) == {}

    page.get_by_role("button", name="Nollställ").click()
    expect(page.get_by_role("group", name="En uppgift behöver rättas")).to_be_focused()
    assert faults(page, visitor) == {}
