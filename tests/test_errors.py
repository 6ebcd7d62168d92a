"""What a person meets when something is away, and the headers on every answer."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import InterfaceError, InternalError, OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from remiss import clock
from remiss.views import errors
from tests.factories import make_draft

ID = "0123456789abcdef" * 2
TEXT = "En lång kväll med synpunkter"


def quiet_client(**kwargs):
    return Client(raise_request_exception=False, **kwargs)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError])
@pytest.mark.parametrize("path", ["/", "/planen/", f"/svar/{ID}/omrade/3/", "/samordning/"])
def test_a_database_that_is_away_gives_503_with_the_text(db, monkeypatch, error, path):
    def away(*_args, **_kwargs):
        raise error("no connection")

    monkeypatch.setattr(clock, "now", away)
    response = quiet_client().post(path, {"how": TEXT})

    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert TEXT in response.content.decode()
    assert "Portalen är stängd en stund" in response.content.decode()


def test_a_reading_page_without_database_is_503_too(consultation, monkeypatch):
    from django.db.models.sql.compiler import SQLCompiler

    def away(*_args, **_kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(SQLCompiler, "execute_sql", away)

    assert quiet_client().get(f"/remiss/{consultation.slug}/").status_code == 503


def test_an_unforeseen_error_is_a_plain_page_that_says_nothing_of_it(db, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError(TEXT)

    monkeypatch.setattr("remiss.views.reading.Consultation.objects.current", broken)
    response = quiet_client().get("/")

    page = response.content.decode()
    assert response.status_code == 500
    assert "Något gick fel hos oss" in page
    assert TEXT not in page


def test_passwords_and_tokens_are_never_handed_back():
    request = RequestFactory().post(
        "/",
        {
            "csrfmiddlewaretoken": "t",
            "password": "hemligt",
            "oldpassword": "hemligt",
            "new_password1": "hemligt",
            "stamp": "s",
            "how": TEXT,
        },
    )

    assert errors.handed_back(request) == [TEXT]


@pytest.mark.parametrize(
    ("origin", "heading"),
    [
        ("http://testserver", "Sidan har varit öppen länge"),
        ("https://annan.example", "Ni får inte öppna den här sidan"),
    ],
)
def test_a_form_older_than_its_token_is_told_from_one_of_somebody_elses(db, origin, heading):
    client = Client(enforce_csrf_checks=True)
    page = client.post(reverse("account_reset_password"), {"how": TEXT}, headers={"origin": origin})

    assert page.status_code == 403
    assert f"<h1>{heading}</h1>" in page.content.decode()
    assert TEXT in page.content.decode()


HIDDEN = re.compile(r'type="hidden" name="([a-z_]+)"')
WRITTEN_BEFORE = {"name", "username"}  # by a person, on the step before


def words_of(page):
    return " ".join(re.sub("<[^>]*>", " ", page.content.decode()).split())


def test_whoever_is_logged_out_meanwhile_is_told_so_and_keeps_what_was_written(client, db):
    posted = {"q": TEXT, "channel": "phone", "body": "12", "filters": "sida=2", "act": "spara"}
    page = client.post(reverse("admin:bounces"), posted)

    login = reverse("account_login")
    assert page.status_code == 403
    assert page.context["returned"] == [TEXT, "phone"]
    assert (
        f'<a class="btn" href="{login}" target="_blank">Logga in (öppnas i en ny flik)</a>'
        in page.content.decode()
    )
    assert (
        "Du är utloggad Därför är ingenting gjort. Logga in igen och gör om det. "
        "Det du skrev finns kvar här."
    ) in words_of(page)
    assert "ert eget svar" not in words_of(page)


def test_staff_who_may_not_open_a_page_are_not_asked_about_an_answer_of_theirs(client, db):
    user = get_user_model().objects.create_user("per", is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:bounces"))

    assert page.status_code == 403
    assert (
        "Du får inte öppna den här sidan Sidan kräver en behörighet som du inte har. "
        "Ingenting är gjort. Till översikten Behöver du sidan? Be administratören om behörigheten."
    ) in words_of(page)


def test_what_forms_of_the_workbench_carry_out_of_sight_is_known_by_name():
    pages = Path(settings.BASE_DIR, "templates/admin").rglob("*.html")
    carried = {name for page in pages for name in HIDDEN.findall(page.read_text())}

    assert {name for name in carried if not errors.NOT_TEXT.search(name)} == (
        errors.CARRIED | WRITTEN_BEFORE
    )


@pytest.mark.parametrize("path", ["/finns-inte/", "/svar/x.css", "/remiss/x/", "/.git/config"])
def test_an_unknown_address_is_404_in_swedish(client, db, path):
    response = client.get(path)

    assert response.status_code == 404
    assert "Sidan finns inte" in response.content.decode()


def test_a_bad_host_is_refused(client, db):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_links_in_letters_ignore_the_requests_host(consultation, settings):
    from remiss import links

    settings.SITE_URL = "https://malmoandan.example"
    draft = make_draft(consultation=consultation)

    assert links.link_in_mail(draft).startswith("https://malmoandan.example/lank/")


def test_health_says_only_ok(client, db):
    response = client.get("/halsa/")

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/halsa/", 200),
        ("/planen/", 302),
        ("/finns-inte/", 404),
        (f"/svar/{ID}/", 403),
        ("/samordning/", 302),
        ("/samordning/konto/logga-in/", 200),
        ("/lank/glomt/", 200),
    ],
)
def test_every_answer_has_the_same_headers(client, consultation, noon, path, status):
    response = client.get(path)

    assert response.status_code == status
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "private, no-store"
    assert "camera=()" in response["Permissions-Policy"]


def test_only_session_and_csrf_cookies_are_set(client, consultation, noon):
    client.get(reverse("remiss:begin", args=[consultation.slug]))

    assert set(client.cookies) <= {"csrftoken", "sessionid"}
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, consultation, noon, method):
    assert getattr(client, method)(f"/remiss/{consultation.slug}/svara/").status_code == 405


def test_trial_mail_is_for_the_same_machine_only(client, settings, tmp_path):
    assert client.get("/provpost/").status_code == 200
    assert client.get("/provpost/", REMOTE_ADDR="192.0.2.1").status_code == 404

    settings.TRIAL = False
    assert client.get("/provpost/").status_code == 404
