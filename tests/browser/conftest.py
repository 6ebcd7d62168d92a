"""The portal in a real browser: Chromium where there is one, the clock of the tests, own mails."""

import email
import email.policy
import re
import shutil
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from remiss import mail, roles
from remiss.demo import build
from remiss.models import Consultation
from tests.factories import NOON, make_draft, make_invitation, make_staff

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
BEFORE_OPENING = datetime(2026, 9, 30, 10, 0, tzinfo=UTC)  # the demo opens twelve days later
PHONE, DESK = 360, 1280  # CSS pixels
OWN_COOKIES = {"sessionid", "csrftoken"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    quiet = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    quiet += " disable-component-update disable-sync"
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": [f"--{word}" for word in quiet.split()],
    }


class Portal:
    """The served portal: its clock, its mails, and short ways to where a test begins."""

    def __init__(self, url, freeze, mail_dir):
        self.url, self.freeze, self.mail_dir = url, freeze, mail_dir
        build.build(stage="before", at=BEFORE_OPENING)
        self.consultation = Consultation.objects.get()
        self.set_clock(NOON)

    def set_clock(self, moment):
        self.moment = self.freeze(moment)

    def wait(self, **time):
        self.set_clock(self.moment + timedelta(**time))

    def path(self, name, *args):
        return reverse(f"remiss:{name}", args=args)

    def plan_path(self, name, *args):
        return self.path(name, self.consultation.slug, *args)

    def draft(self, **kwargs):
        return make_draft(consultation=self.consultation, **kwargs)

    @property
    def coordinator(self):
        return get_user_model().objects.get(username="samordnare.kommunen")

    def invitation(self, **kwargs):
        return make_invitation(
            consultation=self.consultation, by=self.coordinator, at=self.moment, **kwargs
        )

    def hold(self, page, *drafts):
        """Let the page's browser hold the drafts, as after pressing the button of their links."""
        session = import_module(django_settings.SESSION_ENGINE).SessionStore()
        session["svar"] = {draft.public_id: draft.link_version for draft in drafts}
        session["renewed"] = int(self.moment.timestamp())
        session.save()
        page.context.add_cookies(
            [{"name": "sessionid", "value": session.session_key, "url": self.url}]
        )

    def mails(self):
        """Send what is due as the letter process does; every mail so far, the oldest first."""
        mail.send_due(limit=100)
        return [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in sorted(self.mail_dir.glob("*.eml"))
        ]

    def newest_mail(self, to):
        """What reached the address last; the coordinators get letters of their own."""
        return [message for message in self.mails() if message["To"] == to][-1]


def text_of(message):
    return message.get_body().get_content().replace("\r\n", "\n")


def link_in(message):
    """The personal link: one address, alone on its line."""
    return re.search(r"^(https?://\S+/(?:lank|inbjudan)/\S+)$", text_of(message), re.MULTILINE)[1]


def paste(box, text):
    """A long text at once; typed line by line it takes the browser minutes."""
    box.evaluate(
        "(box, text) => { box.value = text; box.dispatchEvent(new Event('input')); }", text
    )


@pytest.fixture
def portal(live_server, at, settings):
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "remiss.trialmail.EmailBackend"
    return Portal(live_server.url, at, settings.MAIL_DIR)


class Watch:
    """What a browser complains of, and what it asks others for; neither should ever happen."""

    def __init__(self, context, home):
        self.home, self.refused, self.found = home, set(), []
        context.on("console", self._console)
        context.on("weberror", lambda fault: self.found.append(f"script: {fault.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _request(self, request):
        if not request.url.startswith((self.home, "data:", "about:")):
            self.found.append(f"request to {request.url}")

    def _response(self, response):
        if response.status >= 400 and response.request.resource_type == "document":
            # An error page is the answer of a test that asked for it; Chromium notes it anyway.
            self.refused.add(response.url)
        elif response.status >= 400:
            self.found.append(f"{response.status} for {response.url}")

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.found.append((message.location.get("url", ""), message.text))

    def complaints(self):
        return [
            found
            for found in self.found
            if not (
                isinstance(found, tuple)
                and found[0] in self.refused
                and found[1].startswith("Failed to load resource")
            )
        ]


class Visitors:
    """People with a browser each. Each leaves without complaints and with nothing kept."""

    def __init__(self, new_context, url):
        self.new_context, self.url, self.watches = new_context, url, {}

    def __call__(self, *, width=DESK, script=True, **options):
        context = self.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            locale="sv-SE",
            **options,
        )
        context.set_default_timeout(8_000)
        self.watches[context] = Watch(context, self.url)
        return context.new_page()

    def complaints(self, page):
        return self.watches[page.context].complaints()

    def forgive(self, page):
        """For tests that put tools of their own into the page."""
        self.watches[page.context].found.clear()

    def leave(self):
        for context, watch in self.watches.items():
            kept = context.storage_state()
            assert watch.complaints() == []
            assert kept["origins"] == []
            assert {cookie["name"] for cookie in kept["cookies"]} <= OWN_COOKIES


@pytest.fixture
def visitor(new_context, live_server):
    visitors = Visitors(new_context, live_server.url)
    yield visitors
    visitors.leave()


@pytest.fixture
def city(portal):
    return make_staff(username="maria", group=roles.COORDINATOR_CITY, side="city")


@pytest.fixture
def desk_of(portal, visitor):
    """desk_of(user, script=…) → a page of somebody's, logged in."""

    def sit_down(user, **options):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page = visitor(**options)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": portal.url}])
        return page

    return sit_down


@pytest.fixture
def desk(desk_of, city):
    """A page of the city's coordinator, logged in."""
    return desk_of(city)
