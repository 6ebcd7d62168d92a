"""A password alone opens no page of the workbench, wrong guesses wait, and what ends is ended."""

import base64
import logging
import time
from datetime import timedelta

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from fido2.webauthn import PublicKeyCredentialDescriptor

from remiss import accounts, limits, lockout, logs, mail, roles
from remiss.forms.logging_in import KEY_FAILED
from remiss.models import Event, Letter, Throttle, Verb
from remiss.workflow import credentials
from tests.factories import NOON
from tests.test_access import STAFF_TABLE, address, cast, world  # noqa: F401  fixtures

PASSWORD = "en-lang-fras-for-prov"
SECRET = totp.generate_totp_secret()


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def with_app():
    """with_app(user): the account has an app and reserve codes; the codes."""

    # allauth remembers in its cache which codes an account has used; here the keys come again.
    cache.clear()

    def enrol(user):
        totp.TOTP.activate(user, SECRET)
        return RecoveryCodes.activate(user).generate_codes()

    return enrol


def code(offset=0):
    """What an app with the secret shows now."""
    return totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30 + offset))


def wrong_code():
    return next(
        f"{guess:06}" for guess in range(10) if f"{guess:06}" not in map(code, range(-2, 3))
    )


def show_password(client, username="maria", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)


def show_code(client, text):
    return client.post(reverse("mfa_authenticate"), {"code": text})


def is_in(client):
    return client.get(reverse("admin:index")).status_code == 200


# Password alone


def test_a_password_alone_opens_no_page_of_the_workbench(required, world, cast):  # noqa: F811
    user = cast["x"]
    client = Client(enforce_csrf_checks=True)  # nor one that is shown again with an old token
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    open_to_all = accounts.ALWAYS | accounts.TO_ENROL
    closed = {name for name in STAFF_TABLE if name not in open_to_all}

    paths = {name: address(name, world) for name in closed}

    led_to = {
        (name, method): getattr(client, method)(path).get("Location")
        for name, path in paths.items()
        for method in ("get", "post")
    }

    assert set(led_to.values()) == {reverse("mfa_index")}


def test_who_has_a_factor_is_asked_for_it_and_can_add_no_other(required, city, with_app):
    with_app(city)
    client = Client()
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    for name in ("admin:index", *accounts.TO_ENROL - {"account_reauthenticate"}):
        assert client.get(reverse(name)).get("Location") == reverse("mfa_reauthenticate"), name
    client.post(reverse("mfa_reauthenticate"), {"code": code()})
    assert is_in(client)


def test_the_login_page_waits_for_the_code(required, client, city, with_app):
    with_app(city)

    assert show_password(client).url == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302
    assert show_code(client, wrong_code()).status_code == 200
    assert not is_in(client)
    assert show_code(client, code()).url == reverse("admin:index")
    assert is_in(client)


def test_the_stock_login_page_opens_nothing(required, client, city):
    path = "/samordning/login/"

    sent = client.post(path, {"username": "maria", "password": PASSWORD}, follow=True)

    assert sent.redirect_chain[0][0].startswith(reverse("account_login"))
    assert not is_in(client)


def test_whoever_changes_the_password_or_is_remembered_is_not_let_in(required, city):
    client = Client()
    show_password(client)
    client.post(reverse("account_login"), {"login": "maria", "password": PASSWORD, "remember": "1"})

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "en-ny-lang-fras", "password2": "en-ny-lang-fras"},
    )

    city.refresh_from_db()
    assert city.check_password(PASSWORD)
    assert not is_in(client)


def test_a_session_counts_its_own_codes_and_not_another_account_s(required, city, civil, with_app):
    with_app(city)
    client = Client()
    show_password(client)
    show_code(client, code())
    records = client.session["account_authentication_methods"]
    other = Client()
    other.force_login(civil, backend="django.contrib.auth.backends.ModelBackend")
    session = other.session
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(city.pk)
    session.save()

    assert is_in(client)
    assert not is_in(other)


def test_the_trial_asks_for_a_password_only(client, city):
    assert show_password(client).url == reverse("admin:index")
    assert is_in(client)
    assert reverse("mfa_index") not in client.get(reverse("admin:index")).content.decode()


def test_public_pages_are_open_to_all(required, signed_in, city, consultation, noon):
    assert signed_in(city).get(reverse("remiss:start", args=["handlingsplan"])).status_code == 200


def test_nobody_signs_up(client, db):
    assert client.get("/samordning/konto/signup/").status_code in {302, 404}
    assert not accounts.StaffAdapter().is_open_for_signup(None)


# Adding and removing


def test_an_app_is_added_with_its_first_code(required, client, city, noon):
    show_password(client)
    assert client.get(reverse("admin:index")).url == reverse("mfa_index")
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert " ".join(secret[at : at + 4] for at in range(0, 32, 4)) in page.content.decode()

    counter = int(time.time()) // 30
    shown = totp.format_hotp_value(totp.hotp_value(secret, counter))
    sent = client.post(reverse("mfa_activate_totp"), {"code": shown})

    assert sent.url == reverse("mfa_view_recovery_codes")
    assert is_in(client)
    event = Event.objects.get(verb=Verb.ADDED_FACTOR)
    assert (event.actor, event.note) == (city, "App med koder.")
    assert Letter.objects.get(kind="login_changed").address == city.email


def test_the_secret_lies_encrypted_and_a_lost_key_opens_nothing(city, with_app, settings):
    with_app(city)
    stored = Authenticator.objects.get(type="totp")
    assert SECRET not in str(stored.data)
    assert stored.wrap().validate_code(code())

    old, settings.SECRET_KEY = settings.SECRET_KEY, "en annan nyckel " * 4

    assert not stored.wrap().validate_code(code(1))
    settings.SECRET_KEY_FALLBACKS = [old]
    assert stored.wrap().validate_code(code(1))


def in_with_app(client):
    show_password(client)
    show_code(client, code())
    assert is_in(client)


def test_reserve_codes_are_shown_once_and_come_as_a_file(required, client, city, with_app, noon):
    (first, *_rest) = with_app(city)
    in_with_app(client)

    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()

    assert shown.count(first) == 2  # on the page and in the file
    assert first not in again


def test_a_reserve_code_opens_once(required, city, with_app):
    (first, *_rest) = with_app(city)
    for is_open in (True, False):
        client = Client()
        show_password(client)
        show_code(client, first)
        assert is_in(client) == is_open


def logins():
    verbs = [Verb.LOGGED_IN, Verb.FAILED_LOGIN]
    found = Event.objects.filter(verb__in=verbs).order_by("pk")
    return list(found.values_list("verb", "actor__username", "account__username", "note"))


WRONG_CODE = (Verb.FAILED_LOGIN, None, "maria", "Fel kod.")


def test_wrong_and_used_codes_and_reserve_codes_are_in_the_log(required, city, with_app, noon):
    (first, second, *_rest) = with_app(city)
    show_password(client := Client())
    show_code(client, wrong_code())
    show_code(client, first)
    show_password(other := Client())
    refused = show_code(other, first).content.decode()
    show_code(other, code())
    other.post(reverse("mfa_reauthenticate"), {"code": second})

    assert "eller skriv en reservkod som du inte har använt." in refused
    assert logins() == [
        WRONG_CODE,
        (Verb.LOGGED_IN, "maria", None, "Med en reservkod."),
        WRONG_CODE,
        (Verb.LOGGED_IN, "maria", None, ""),
        (Verb.LOGGED_IN, "maria", None, "Bekräftade med en reservkod."),
    ]


def test_a_code_of_the_app_that_has_opened_once_is_in_the_log_when_it_comes_again(
    required, city, with_app, noon, settings
):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    with_app(city)
    shown = code()
    for _login in range(2):
        show_password(client := Client())
        show_code(client, shown)

    assert logins() == [(Verb.LOGGED_IN, "maria", None, ""), WRONG_CODE]


def test_a_key_is_offered_to_whoever_has_one(required, client, city, with_app, monkeypatch):
    with_app(city)
    show_password(client)
    without = client.get(reverse("mfa_authenticate")).content.decode()
    key = PublicKeyCredentialDescriptor(type="public-key", id=b"1")
    monkeypatch.setattr(webauthn, "get_credentials", lambda user: [key])

    page = client.get(reverse("mfa_authenticate")).content.decode()

    assert "Använd nyckel i stället" not in without
    assert "Har du inte appen?" in without
    assert "Använd nyckel i stället" in page
    assert "Har du varken appen eller nyckeln?" in page


def test_new_reserve_codes_replace_the_old(required, client, city, with_app, noon):
    (first, *_rest) = with_app(city)
    in_with_app(client)

    client.post(reverse("mfa_generate_recovery_codes"))

    assert first not in Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert Event.objects.get(verb=Verb.NEW_CODES).note == ""


def test_the_last_factor_stays_where_one_is_compulsory(required, client, city, with_app, noon):
    with_app(city)
    in_with_app(client)

    asked = client.get(reverse("mfa_deactivate_totp")).content.decode()
    client.post(reverse("mfa_deactivate_totp"))

    assert "ditt enda sätt" in asked
    assert Authenticator.objects.filter(user=city, type="totp").exists()


# Names


@pytest.mark.parametrize("typed", ["Maria", "MARIA ", "maria"])
def test_a_name_is_the_same_however_its_letters_are_written(client, city, typed):
    show_password(client, typed)

    assert is_in(client)


def test_letters_that_sqlite_folds_not_are_folded_too(client, city):
    city.username = "åsa"
    city.save()
    show_password(client, "Åsa")

    assert is_in(client)


def test_of_two_names_that_were_alike_each_is_its_own(client, city, civil):
    city.username = "AHMED"
    city.save()

    assert [credentials.name_of_account(typed) for typed in ("AHMED", "ahmed", "Ahmed")] == [
        "AHMED", "ahmed", "ahmed",
    ]  # fmt: skip


def test_another_capital_is_not_another_guess(client, city, noon):
    for typed in ("maria", "Maria", "MARIA", "mariA") * 2:
        show_password(client, typed, "fel")
    refused = show_password(client, "mAria")

    assert refused.status_code == 429
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"maria"}


def test_the_name_is_asked_for_in_a_way_that_suits_a_phone(client, db):
    page = client.get(reverse("account_login"))
    wrong = show_password(client, "nobody").content.decode()

    form = page.context["form"]
    attrs = form.fields["login"].widget.attrs
    assert (form.fields["login"].label, attrs["autocapitalize"]) == ("Användarnamn", "none")
    assert "placeholder" not in page.content.decode()
    assert "Användarnamnet eller lösenordet stämmer inte." in wrong


# Guessing


def test_codes_are_guessed_ten_times_an_hour_by_everybody_together(
    required, city, with_app, noon, at
):
    with_app(city)
    for number in range(10):
        guesser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        show_password(guesser)
        assert "För många fel koder" not in show_code(guesser, wrong_code()).content.decode()
    owner = Client()
    show_password(owner)

    assert "För många fel koder" in show_code(owner, code()).content.decode()
    assert not is_in(owner)
    assert Event.objects.get(verb=Verb.MANY_FAILURES).note == "Konto maria: för många fel koder."
    at(NOON + timedelta(hours=1))
    assert show_code(owner, code()).url == reverse("admin:index")


def test_right_codes_use_up_no_guesses(city, noon):
    for _number in range(12):
        assert limits.allow(limits.CODES_OF_ACCOUNT, "1", NOON)
        limits.give_back(limits.CODES_OF_ACCOUNT, "1", NOON)

    assert Throttle.objects.get().hits == 0


def test_a_code_opens_one_login(required, city, with_app, noon, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    with_app(city)
    shown = code()
    for is_open in (True, False):
        client = Client()
        show_password(client)
        show_code(client, shown)
        assert is_in(client) == is_open


def test_the_wait_doubles_and_ends():
    waits = [lockout.wait_after(failures).total_seconds() // 60 for failures in (7, 8, 9, 10, 50)]

    assert waits == [0, 1, 2, 4, 60]


def fail(client, times, **extra):
    for _number in range(times):
        last = show_password(client, password="fel", **extra)
    return last


def pass_time(minutes):
    """Axes has a clock of its own: what it has noted is made older."""
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(minutes=minutes)
        attempt.save()


def test_a_locked_door_says_how_long_and_opens_by_itself(client, city):
    shut = fail(client, 8)
    assert shut.status_code == 429
    assert "Vänta en minut" in shut.content.decode()
    assert show_password(client).status_code == 429

    pass_time(1.1)
    again = fail(client, 1)
    assert (again.status_code, "Vänta 2 minuter" in again.content.decode()) == (429, True)
    pass_time(1.5)
    assert show_password(client).status_code == 429

    pass_time(1)
    assert show_password(client).status_code == 302
    assert AccessAttempt.objects.count() == 0


def test_trying_at_a_shut_door_makes_the_wait_no_longer(client, city):
    fail(client, 20)
    pass_time(1.1)

    assert show_password(client).status_code == 302


def test_an_office_stays_open_and_outsiders_shut_nobody_out(client, city, civil):
    fail(client, 8)

    assert show_password(Client(), username="ahmed").status_code == 302
    assert show_password(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_one_ipv6_subscriber_is_one_network(client, city):
    fail(client, 4, REMOTE_ADDR="2001:db8::1")
    fail(client, 4, REMOTE_ADDR="2001:db8::2")

    assert show_password(client, REMOTE_ADDR="2001:db8::3").status_code == 429
    assert show_password(client, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def test_many_failures_are_told_once_an_hour_and_never_what_was_typed(
    city, noon, caplog, monkeypatch
):
    monkeypatch.setattr(limits, "FAILURES_OF_ACCOUNT", limits.Limit("failure-account", 3, 3600))
    for number in range(6):
        fail(Client(REMOTE_ADDR=f"192.0.2.{number}"), 1)
        fail(Client(REMOTE_ADDR=f"198.51.100.{number}"), 1, username="mitt-hemliga-losenord")

    event = Event.objects.get(verb=Verb.MANY_FAILURES)
    assert (event.note, event.actor_name) == ("Konto maria: fler än 3 på en timme.", "Portalen")
    told = [record.getMessage() for record in caplog.records if record.name == "remiss.lockout"]
    assert told == ["many failed logins: Konto maria: fler än 3 på en timme."]


def test_logs_hold_no_name_and_no_address_of_who_failed(client, db, caplog):
    axes = logging.getLogger("axes")
    axes.addHandler(caplog.handler)
    try:
        fail(client, 9, username="mitt-hemliga-losenord", REMOTE_ADDR="192.0.2.7")
    finally:
        axes.removeHandler(caplog.handler)

    assert "Locking out somebody" in caplog.text
    assert "hemliga" not in caplog.text
    assert "192.0.2.7" not in caplog.text


def test_one_network_that_fails_for_many_accounts_is_told_without_its_address(
    client, db, noon, monkeypatch
):
    monkeypatch.setattr(limits, "FAILURES_FROM_NETWORK", limits.Limit("failure-network", 3, 3600))
    for number in range(6):
        fail(client, 1, username=f"konto{number}")

    assert Event.objects.get(verb=Verb.MANY_FAILURES).note == "Ett nät: fler än 3 på en timme."


ODD_JSON = [
    "[]", "1", "null", '""', '"x"', "{}", "NaN", "9" * 5000, "[" * 100_000, "{", "\0",
    '{"response": []}', '{"response": {"userHandle": 1}}', '{"response": {"userHandle": "_w"}}',
    '{"response": {"userHandle": null}}', '{"id": "x", "response": {"userHandle": "MQ"}}',
    '{"id": 1, "rawId": [], "response": {"userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "AA", "signature": "AA", "attestationObject": "oA", "userHandle": "MQ"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "W10", '
    '"authenticatorData": "_w", "signature": 1, "attestationObject": "gA", "userHandle": "MQ"}}',
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD_JSON, ids=range(len(ODD_JSON)))
def test_a_key_that_no_browser_made_opens_nothing_and_breaks_nothing(
    required, city, civil, with_app, noon, odd
):
    """At the door, instead of a code, to confirm that it is oneself, and to add it."""
    with_app(city)
    stranger, waiting, confirming, adding = (Client() for _number in range(4))
    show_password(waiting)
    show_password(adding, username="ahmed")
    confirming.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    ajax = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
    asked = [
        (stranger, "mfa_login_webauthn", ajax),
        (waiting, "mfa_authenticate", {}),
        (confirming, "mfa_reauthenticate_webauthn", {}),
        (adding, "mfa_add_webauthn", {}),
    ]
    for client, name, how in asked:
        client.get(reverse(name), **how)  # the ceremony has begun

    handle = base64.urlsafe_b64encode(user_pk_to_url_str(city).encode()).decode().rstrip("=")
    odd = odd.replace("MQ", handle)

    shown = [
        client.post(reverse(name), {"credential": odd, "name": "x"}, follow=True)
        for client, name, _how in asked
    ]

    assert [page.status_code for page in shown] == [200] * 4
    assert str(KEY_FAILED) in shown[0].text
    assert "Nyckeln kändes inte igen" in shown[1].text
    assert "Nyckeln gick inte att lägga till" in shown[3].text
    assert [is_in(client) for client, *_rest in asked] == [False] * 4
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_old_password_is_guessed_no_more_often_than_at_the_door(inside, city, noon):
    """The words of the form, the wait, and a line in the log for each wrong guess."""
    path = reverse("account_change_password")
    new = {"password1": "en-helt-ny-lang-fras", "password2": "en-helt-ny-lang-fras"}
    guesses = [inside.post(path, {"oldpassword": f"gissning-{n}", **new}) for n in range(8)]
    right = inside.post(path, {"oldpassword": PASSWORD, **new})

    assert [page.status_code for page in guesses] == [200] * 7 + [429]
    assert "oldpassword" in guesses[0].context["form"].errors
    assert right.status_code == 429
    assert "Vänta" in right.text
    city.refresh_from_db()
    assert city.check_password(PASSWORD)
    assert Event.objects.filter(verb=Verb.FAILED_LOGIN, account=city).count() == 7
    assert Event.objects.filter(verb=Verb.LOCKED_OUT, account=city).count() == 1


def test_the_right_old_password_changes_it(inside, city, noon):
    new = {"password1": "en-helt-ny-lang-fras", "password2": "en-helt-ny-lang-fras"}

    page = inside.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert page.status_code == 302
    city.refresh_from_db()
    assert city.check_password(new["password1"])


# What ends sessions


def test_a_change_of_rights_ends_every_session_and_a_waiting_login(required, city, civil, with_app):
    with_app(city)
    inside, waiting, other = Client(), Client(), Client()
    in_with_app(inside)
    show_password(waiting)
    other.force_login(civil, backend="django.contrib.auth.backends.ModelBackend")

    assert credentials.end_sessions(city) == 2

    assert not is_in(inside)
    assert show_code(waiting, code(1)).url == reverse("account_login")
    assert Session.objects.count() == 1


@pytest.fixture
def inside(city):
    client = Client()
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    assert is_in(client)
    return client


def of_account(user, **changes):
    own = {name: getattr(user, name) for name in ("username", "first_name", "last_name", "email")}
    return own | {"group": user.groups.get().pk, "is_active": "on"} | changes


def test_saving_an_account_unchanged_ends_nothing(inside, signed_in, administrator, city):
    signed_in(administrator).post(
        reverse("admin:auth_user_change", args=[city.pk]), of_account(city)
    )

    assert is_in(inside)


def test_another_group_ends_the_sessions(inside, signed_in, administrator, city):
    reader = Group.objects.get(name=roles.READER)
    signed_in(administrator).post(
        reverse("admin:auth_user_change", args=[city.pk]), of_account(city, group=reader.pk)
    )

    assert not is_in(inside)
    assert not Session.objects.filter(pk=inside.cookies["sessionid"].value).exists()


def test_a_closed_account_has_no_sessions_left(inside, signed_in, administrator, city):
    signed_in(administrator).post(
        reverse("admin:auth_user_change", args=[city.pk]), of_account(city, is_active="")
    )

    assert not is_in(inside)
    assert not Session.objects.filter(pk=inside.cookies["sessionid"].value).exists()


def test_a_password_set_by_another_ends_the_sessions_and_the_wait(
    inside, signed_in, administrator, city
):
    fail(Client(), 8)
    new = "en-helt-ny-lang-fras"
    signed_in(administrator).post(
        reverse("admin:auth_user_password_change", args=[city.pk]),
        {"password1": new, "password2": new, "usable_password": "true"},
    )

    assert not is_in(inside)
    assert show_password(Client(), password=new).status_code == 302


def test_where_a_password_is_enough_nobody_is_told_that_it_is_not(signed_in, city):
    page = signed_in(city).get(reverse("mfa_index")).content.decode()
    assert "Kontot är bara skyddat av lösenordet." in page
    assert reverse("admin:index") in page
    assert "räcker inte" not in page


# The second factor is reset


def test_an_administrator_resets_a_second_factor(
    required, signed_in, settings, administrator, city, with_app, noon
):
    with_app(city)
    inside = Client()
    in_with_app(inside)
    settings.SECOND_FACTOR_REQUIRED = False  # the administrator's own is not the matter here
    client, path = signed_in(administrator), reverse("admin:reset_factor", args=[city.pk])
    assert "app med koder" in client.get(path).content.decode()
    assert "Skriv varför" in client.post(path, {"reason": ""}).content.decode()

    client.post(path, {"reason": "Ny telefon, ringde upp"})

    assert not Authenticator.objects.filter(user=city).exists()
    assert not is_in(inside)
    event = Event.objects.get(verb=Verb.RESET_FACTOR)
    assert (event.actor, event.note) == (administrator, "Ny telefon, ringde upp")
    (letter,) = Letter.objects.filter(kind="login_changed", address=city.email)
    assert "admir nollställde andra faktorn" in " ".join(mail.render(letter).body.split())


def test_nobody_resets_their_own_or_a_superuser_s(
    signed_in, administrator, superuser, city, with_app
):
    with_app(superuser)
    client = signed_in(administrator)

    for user in (administrator, superuser):
        path = reverse("admin:reset_factor", args=[user.pk])
        assert client.post(path, {"reason": "Försök"}).status_code == 403
        with pytest.raises(credentials.NotAllowed):
            credentials.reset_second_factor(user=user, reason="x", by=administrator, at=NOON)
    assert Authenticator.objects.filter(user=superuser).exists()
    assert signed_in(city).get(reverse("admin:reset_factor", args=[city.pk])).status_code == 403


# A forgotten password


def forgotten(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def link_in_letter():
    (letter,) = Letter.objects.filter(kind="password")
    (link,) = [line for line in mail.render(letter).body.split() if "nytt-losenord" in line]
    return "/" + link.split("/", 3)[3]


def choose(client, link, new="en-helt-ny-lang-fras"):
    led = client.get(link)
    if led.status_code != 302:
        return led
    return client.post(led.url, {"password1": new, "password2": new})


def test_a_forgotten_password_goes_over_the_outbox(
    required, client, city, with_app, noon, mailoutbox
):
    with_app(city)
    assert forgotten(client, "MARIA@malmoandan.example").status_code == 302
    letter = Letter.objects.get()
    assert (letter.kind, letter.target, mailoutbox) == ("password", f"user:{city.pk}", [])
    link = link_in_letter()

    assert choose(client, link).url == reverse("account_reset_password_from_key_done")

    assert show_password(client, password="en-helt-ny-lang-fras").url == reverse("mfa_authenticate")
    assert not is_in(client)
    assert "Länken gäller inte längre" in choose(Client(), link).content.decode()
    assert Event.objects.get(verb=Verb.CHANGED_PASSWORD).note == "Med länk i mejl."


def test_choosing_a_password_ends_sessions_also_one_in_the_same_browser(inside, client, city, noon):
    forgotten(client, city.email)
    link = link_in_letter()

    assert choose(inside, link).status_code == 302

    assert not is_in(inside)


@pytest.mark.parametrize("email", ["ingen@malmoandan.example", "gammal@malmoandan.example"])
def test_an_address_of_no_account_gets_the_same_page_and_no_letter(client, city, noon, email):
    city.emailaddress_set.create(email="gammal@malmoandan.example", verified=True)

    known, unknown = forgotten(client, city.email), forgotten(client, email)

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [letter.address for letter in Letter.objects.all()] == [city.email]


def test_three_letters_an_hour_and_none_to_a_closed_account(client, city, civil, at):
    get_user_model().objects.filter(pk=civil.pk).update(is_active=False)
    for minute in range(5):
        at(NOON + timedelta(minutes=minute))
        forgotten(client, city.email)
        forgotten(client, civil.email)

    assert [letter.address for letter in Letter.objects.all()] == [city.email] * 3


def test_a_letter_whose_account_has_moved_is_not_sent(client, city, noon):
    forgotten(client, city.email)
    get_user_model().objects.filter(pk=city.pk).update(email="ny@malmoandan.example")

    with pytest.raises(mail.Undeliverable):
        mail.render(Letter.objects.get())


def test_logs_show_no_way_to_a_new_password():
    line = "GET /samordning/konto/nytt-losenord/5-cxyz12-0123456789abcdef/ 302"

    assert logs.mask(line) == "GET /samordning/konto/nytt-losenord/***/ 302"


def test_the_checks_find_nothing(required):
    call_command("check", verbosity=0)
