"""Accounts: who may make whom what, Mina mejl, and the login."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from remiss import models, roles
from remiss.models import VERBS, Concern, Coordinator, Event
from tests import factories
from tests.factories import NOON, make_submission

PASSWORD = "en-lang-fras-for-prov"
LIST = "/samordning/auth/user/"


def url_of(user, page="change"):
    return f"{LIST}{user.pk}/{page}/"


def account(**changes):
    return {
        "username": "ny",
        "first_name": "Nils",
        "last_name": "Exempel",
        "email": "ny@malmoandan.example",
        "password1": "en-annan-lang-fras",
        "password2": "en-annan-lang-fras",
    } | changes


def group(name):
    return Group.objects.get(name=name).pk


FORGED = {
    "is_superuser": "on",
    "is_staff": "on",
    "user_permissions": ["1", "2"],
    "groups": ["1", "2", "3"],
}


def test_an_administrator_makes_an_account_in_one_group(signed_in, administrator):
    signed_in(administrator).post(
        f"{LIST}add/", account(group=group(roles.COORDINATOR_CIVIL), **FORGED)
    )

    made = get_user_model().objects.get(username="ny")
    assert [each.name for each in made.groups.all()] == [roles.COORDINATOR_CIVIL]
    assert made.coordinator.side == Coordinator.Side.CIVIL
    assert made.is_staff
    assert not made.is_superuser
    assert made.user_permissions.count() == 0
    assert made.check_password("en-annan-lang-fras")


def test_only_the_five_groups_can_be_chosen(signed_in, administrator):
    other = Group.objects.create(name="Allt")
    page = signed_in(administrator).get(f"{LIST}add/")

    offered = page.context["adminform"].form.fields["group"].queryset
    assert {each.name for each in offered} == set(roles.ROLES)
    refused = signed_in(administrator).post(f"{LIST}add/", account(group=other.pk))
    assert "group" in refused.context["adminform"].form.errors


def test_leaving_a_coordinator_s_group_takes_the_side_away(signed_in, administrator, city):
    form = {
        "username": "maria",
        "email": city.email,
        "is_active": "on",
        "group": group(roles.READER),
    }
    signed_in(administrator).post(url_of(city), form | FORGED)

    city = get_user_model().objects.get(pk=city.pk)
    assert not Coordinator.objects.filter(user=city).exists()
    assert not roles.may_see_contact(city)
    assert [each.name for each in city.groups.all()] == [roles.READER]
    assert not city.is_superuser


def test_an_administrator_names_one_deputy_a_side(signed_in, administrator, city, civil):
    client = signed_in(administrator)

    def save(user, of, **more):
        form = {
            "username": user.username,
            "email": user.email,
            "is_active": "on",
            "group": group(of),
        }
        return client.post(url_of(user), form | more)

    save(city, roles.COORDINATOR_CITY, is_deputy="on")
    save(civil, roles.COORDINATOR_CIVIL, is_deputy="on")
    assert Coordinator.objects.filter(is_deputy=True).count() == 2
    assert "Malmö stad, ställföreträdare" in client.get(LIST).content.decode()

    other = factories.make_staff(username="maj", group=roles.COORDINATOR_CITY, side="city")
    refused = save(other, roles.COORDINATOR_CITY, is_deputy="on").content.decode()
    assert "maria är redan ställföreträdare för den sidan." in refused
    refused = save(other, roles.READER, is_deputy="on").content.decode()
    assert "Bara en samordnare kan vara ställföreträdare." in refused
    save(city, roles.READER)
    save(other, roles.COORDINATOR_CITY, is_deputy="on")
    deputies = Coordinator.objects.filter(is_deputy=True).values_list("user__username", flat=True)
    assert sorted(deputies) == ["ahmed", "maj"]


def errors_of(page):
    return page.context["adminform"].form.errors


def test_a_side_has_one_coordinator(signed_in, administrator, city):
    client = signed_in(administrator)
    new = account(group=group(roles.COORDINATOR_CITY))
    said = "maria är redan samordnare för den sidan. "
    said += "Välj Ställföreträdare, eller ändra det kontot först."

    assert errors_of(client.post(f"{LIST}add/", new)) == {"group": [said]}
    client.post(f"{LIST}add/", new | {"is_deputy": "on"})
    made = get_user_model().objects.get(username="ny")
    own = {"username": "ny", "email": "", "is_active": "on", "group": new["group"]}
    assert errors_of(client.post(url_of(made), own)) == {"group": [said]}

    get_user_model().objects.filter(pk=city.pk).update(is_active=False)
    client.post(url_of(made), own)
    assert not Coordinator.objects.get(user=made).is_deputy
    back = {"username": "maria", "email": "", "is_active": "on", "group": new["group"]}
    refused = errors_of(client.post(url_of(city), back))
    assert refused == {"group": [said.replace("maria", "ny")]}


def test_two_that_were_coordinators_already_are_left_as_they_are(signed_in, administrator, city):
    other = factories.make_staff(username="maj", group=roles.COORDINATOR_CITY, side="city")
    form = {"username": "maj", "email": "", "is_active": "on"}
    signed_in(administrator).post(
        url_of(other), form | {"group": group(roles.COORDINATOR_CITY), "first_name": "Maj"}
    )

    other.refresh_from_db()
    assert other.first_name == "Maj"


@pytest.mark.parametrize("name", ["Maria", "MARIA", "maria"])
def test_no_two_names_differ_in_capitals_alone(signed_in, administrator, city, reader, name):
    client, said = signed_in(administrator), "Användarnamnet maria finns redan. Välj ett annat."
    made = client.post(f"{LIST}add/", account(username=name, group=group(roles.READER)))
    form = {"email": "", "is_active": "on", "group": group(roles.READER)}
    renamed = client.post(url_of(reader), form | {"username": name})

    assert errors_of(made) == errors_of(renamed) == {"username": [said]}
    client.post(url_of(reader), form | {"username": "LENA"})
    reader.refresh_from_db()
    assert reader.username == "LENA"


def test_nobody_makes_themselves_a_deputy(signed_in, administrator):
    page = signed_in(administrator).get(url_of(administrator)).content.decode()

    assert 'name="is_deputy"' not in page


def test_a_closed_account_is_out_at_once(signed_in, administrator, reader, client):
    theirs = Client()
    theirs.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    assert theirs.get("/samordning/").status_code == 200

    signed_in(administrator).post(
        url_of(reader), {"username": "lena", "email": "", "group": group(roles.READER)}
    )

    assert theirs.get("/samordning/").status_code == 302


def test_nobody_gives_themselves_another_group(signed_in, administrator):
    page = signed_in(administrator).get(url_of(administrator)).content.decode()
    assert 'name="group"' not in page

    signed_in(administrator).post(
        url_of(administrator),
        {"username": "admir", "group": group(roles.COORDINATOR_CITY), **FORGED},
    )

    administrator = get_user_model().objects.get(pk=administrator.pk)
    assert [each.name for each in administrator.groups.all()] == [roles.ADMINISTRATOR]
    assert administrator.is_active
    assert not administrator.is_superuser


def test_a_superuser_is_out_of_an_administrator_s_reach(signed_in, administrator, superuser):
    client = signed_in(administrator)
    before = superuser.password

    assert "root" not in client.get(LIST).content.decode()
    client.post(url_of(superuser), {"username": "taken", "is_active": ""})
    sent = client.post(
        url_of(superuser, "password"), {"password1": PASSWORD, "password2": PASSWORD}
    )

    superuser.refresh_from_db()
    assert sent.status_code == 404
    assert (superuser.username, superuser.password) == ("root", before)
    assert superuser.is_active


def test_an_administrator_sets_a_password(signed_in, administrator, reader):
    signed_in(administrator).post(
        url_of(reader, "password"),
        {"password1": "en-helt-ny-lang-fras", "password2": "en-helt-ny-lang-fras",
         "usable_password": "true"},
    )  # fmt: skip

    reader.refresh_from_db()
    assert reader.check_password("en-helt-ny-lang-fras")


@pytest.mark.parametrize("sign_on", ["", "Malmö stads katalog"])
def test_a_password_is_taken_away_only_where_there_is_another_way_in(
    signed_in, administrator, reader, settings, sign_on
):
    settings.OIDC_NAME = sign_on
    client, address = signed_in(administrator), url_of(reader, "password")

    page = client.get(address).content.decode()
    client.post(address, {"unset-password": "1", "usable_password": "false"})

    reader.refresh_from_db()
    assert ("Ta bort lösenordet" in page) is bool(sign_on)
    assert reader.has_usable_password() is not bool(sign_on)
    assert "Skriv samma lösenord en gång till." in page
    assert not [word for word in ("LDAP", "backend", "autentisering") if word in page]


def test_no_page_has_a_field_that_gives_more(signed_in, superuser, administrator, reader):
    for user in (superuser, administrator):
        for url in (f"{LIST}add/", url_of(reader), url_of(user)):
            page = signed_in(user).get(url).content.decode()
            for name in ("is_superuser", "is_staff", "user_permissions", "groups"):
                assert f'name="{name}"' not in page, (url, name)


def test_nobody_deletes_accounts(signed_in, superuser, administrator, reader):
    for user in (superuser, administrator):
        sent = signed_in(user).post(url_of(reader, "delete"), {"post": "yes"})
        assert sent.status_code == 403
    assert get_user_model().objects.filter(pk=reader.pk).exists()


@pytest.mark.parametrize("page", ["add/", "", "1/change/", "1/password/"])
def test_accounts_are_for_administrators(signed_in, city, civil, registrar, reader, page):
    for user in (city, civil, registrar, reader):
        client = signed_in(user)
        assert client.get(LIST + page).status_code == 403
        if page:
            assert client.post(LIST + page, account()).status_code == 403


@pytest.mark.parametrize(
    "query", ["password__startswith=a", "is_superuser__exact=1", "q=%00", "grupp=x", "o=-9"]
)
def test_bad_addresses_to_the_list_of_accounts(signed_in, administrator, query):
    assert signed_in(administrator).get(f"{LIST}?{query}", follow=True).status_code in {200, 400}


@pytest.mark.parametrize("name", ["\0", "a\0b", "\u202e", "a" * 151, "två ord"])
def test_odd_names_are_refused_and_never_crash(signed_in, administrator, name):
    page = signed_in(administrator).post(
        f"{LIST}add/", account(username=name, group=group(roles.READER))
    )

    assert page.status_code == 200
    assert "username" in page.context["adminform"].form.errors


def test_the_list_filters_by_group_and_whether_one_can_log_in(
    signed_in, administrator, city, reader
):
    reader.is_active = False
    reader.save()
    client = signed_in(administrator)

    def found(**query):
        page = client.get(LIST, query)
        return {user.username for user in page.context["cl"].result_list}

    assert found() == {"admir", "maria", "lena"}
    assert found(grupp=roles.COORDINATOR_CITY) == {"maria"}
    assert found(aktiv="nej") == {"lena"}
    assert found(q="MARIA") == {"maria"}


def test_the_list_of_accounts_costs_the_same_however_many(
    signed_in, administrator, django_assert_num_queries
):
    client = signed_in(administrator)
    for number in range(2):
        with django_assert_num_queries(8):
            assert client.get(LIST).status_code == 200
        for extra in range(5):
            factories.make_staff(username=f"u{number}{extra}", group=roles.READER)


# Mina mejl


def test_each_coordinator_chooses_their_own_letters(signed_in, city, civil, at):
    at(NOON)
    url = reverse("admin:my_notice")
    assert 'value="never" id="id_notice_2" checked' in signed_in(city).get(url).content.decode()

    sent = signed_in(city).post(url, {"notice": "daily"})

    city.coordinator.refresh_from_db()
    civil.coordinator.refresh_from_db()
    assert sent.url == "/samordning/"
    assert (city.coordinator.notice, city.coordinator.told_until) == ("daily", NOON)
    assert civil.coordinator.notice == "never"


def test_choosing_the_same_again_forgets_nothing_to_tell(signed_in, city, noon):
    Coordinator.objects.filter(user=city).update(notice="daily", told_until=None)

    signed_in(city).post(reverse("admin:my_notice"), {"notice": "daily"})

    assert Coordinator.objects.get(user=city).told_until is None


def test_a_choice_that_is_not_there_is_told(signed_in, city, noon):
    page = signed_in(city).post(reverse("admin:my_notice"), {"notice": "hourly"})

    assert "Välj hur du vill få veta." in page.content.decode()
    assert Coordinator.objects.get(user=city).notice == "never"


def test_only_coordinators_have_letters_to_choose(
    signed_in, registrar, reader, administrator, superuser
):
    for user in (registrar, reader, administrator, superuser):
        client = signed_in(user)
        assert client.get(reverse("admin:my_notice")).status_code == 403
        assert client.post(reverse("admin:my_notice"), {"notice": "daily"}).status_code == 403


# Login


def log_in(client, password=PASSWORD, username="maria", **extra):
    return client.post(reverse("account_login"), {"login": username, "password": password}, **extra)


def test_the_workbench_asks_for_a_login_and_leads_back(client, city):
    asked = client.get("/samordning/planen/", follow=True)
    assert asked.status_code == 200
    assert asked.content.decode().count("<h1") == 1
    assert "Logga in" in asked.content.decode()

    sent = client.post(asked.request["PATH_INFO"] + "?" + asked.request["QUERY_STRING"],
                       {"login": "maria", "password": PASSWORD,
                        "next": "/samordning/planen/"})  # fmt: skip
    assert sent.url == "/samordning/planen/"


def test_a_wrong_password_says_so_without_saying_which(client, city):
    known = log_in(client, "fel").content.decode()
    unknown = log_in(client, "fel", "finns-inte").content.decode()

    assert "<title>Fel: Logga in" in known
    assert known.count("lösenordet stämmer inte") == unknown.count("lösenordet stämmer inte") > 0


def test_login_never_leads_to_another_site(client, city):
    sent = client.post(
        reverse("account_login"),
        {"login": "maria", "password": PASSWORD, "next": "https://ond.example/"},
    )

    assert sent.url == "/samordning/"


def test_too_many_wrong_passwords_lock_one_name_from_one_network(client, city, civil):
    for _number in range(8):
        last = log_in(client, "fel")
    assert last.status_code == 429
    assert log_in(client).status_code == 429
    assert log_in(client, username="ahmed").status_code == 302


def test_others_from_elsewhere_are_not_locked_out(client, city):
    for _number in range(8):
        log_in(client, "fel")

    assert log_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_logging_out_takes_a_post(signed_in, city):
    client = signed_in(city)

    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get("/samordning/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.get("/samordning/").status_code == 302


def test_passwords_are_changed_on_one_page(signed_in, city):
    client = signed_in(city)
    assert client.get("/samordning/password_change/").url == reverse("account_change_password")

    client.post(
        reverse("account_change_password"),
        {
            "oldpassword": PASSWORD,
            "password1": "en-helt-ny-lang-fras",
            "password2": "en-helt-ny-lang-fras",
        },
    )

    city.refresh_from_db()
    assert city.check_password("en-helt-ny-lang-fras")


def test_somebody_who_is_not_staff_is_refused(client, db):
    person = get_user_model().objects.create_user("person", password=PASSWORD)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/samordning/", follow=True).status_code == 403


# What is registered at all


def test_the_workbench_holds_our_own_tables_and_nothing_else():
    assert {model.__name__ for model in admin.site._registry} == {
        "AccessibilityReport", "AreaHint", "Body", "Consultation", "ExtensionRequest",
        "Invitation", "Letter",
        "PlanVersion", "PriorityArea", "Question", "Response", "User",
    }  # fmt: skip


@pytest.mark.large
def test_a_draft_shows_nowhere_but_as_a_number(signed_in, superuser, consultation, noon):
    canary = "Kanariefågeln"
    draft = factories.make_draft(
        consultation=consultation,
        organisation=canary,
        contact_name=canary,
        email="kanarie@kanariefageln.example",
        texts={
            key: dict.fromkeys(("how", "exists", "actors", "summary", "missing", "other"), canary)
            for key in ("area:city-life", "rest")
        },
    )
    response = make_submission(consultation=consultation).response
    client = signed_in(superuser)
    models.AccessibilityReport.objects.create(at=NOON, text="En brist")

    pages = ["/samordning/", "/samordning/planen/", "/samordning/svar/registrera/"]
    pages += ["/samordning/logg/", f"/samordning/logg/?om={canary}"]
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages += [reverse(f"{name}_changelist"), reverse(f"{name}_changelist") + f"?q={canary}"]
        for row in model.objects.all():
            for page in ("change", "history", "delete"):
                pages.append(reverse(f"{name}_{page}", args=[row.pk]))
        assert model_admin.get_autocomplete_fields(None) == ()
    pages.append(reverse("admin:set_aside") + f"?ids={response.pk}")

    for page in pages:
        # The word that was searched for stands in the search box, and only there.
        content = client.get(page).content.decode().replace(f'value="{canary}"', "")
        for name in ("q", "om"):
            content = content.replace(f"{name}={canary}", "").replace(
                f"{name}={canary}".replace("å", "%C3%A5"), ""
            )
        assert canary.lower() not in content.lower(), page
        assert "kanariefageln" not in content, page
        assert draft.public_id not in content, page
    assert ("utkast (innehållet syns inte)", 1) in [
        (figure.label, figure.number) for figure in client.get("/samordning/").context["figures"]
    ]


# What is logged of accounts and logins


def log_of(*concerns):
    verbs = [verb for concern in concerns for verb in VERBS[concern]]
    rows = Event.objects.filter(verb__in=verbs).order_by("pk")
    return [
        (row.verb, row.actor and row.actor.username, row.account and row.account.username, row.note)
        for row in rows
    ]


def test_each_change_of_an_account_is_one_event(signed_in, administrator, noon):
    client = signed_in(administrator)
    client.post(f"{LIST}add/", account(group=group(roles.READER), **FORGED))
    made = get_user_model().objects.get(username="ny")
    as_it_is = {"username": "ny", "first_name": "Nils", "last_name": "Exempel",
                "email": "ny@malmoandan.example", "group": group(roles.READER),
                "is_active": "on"}  # fmt: skip

    client.post(url_of(made), as_it_is | FORGED)
    client.post(url_of(made), as_it_is | {"last_name": "Ek", "group": group(roles.REGISTRAR)})
    client.post(url_of(made), as_it_is | {"last_name": "Ek", "group": "", "is_active": ""})
    client.post(url_of(made), as_it_is | {"last_name": "Ek", "group": ""})
    new = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    client.post(url_of(made, "password"), new | {"password2": "en annan"})
    client.post(url_of(made, "password"), new)

    assert log_of(Concern.ACCOUNTS) == [
        (verb, "admir", "ny", note)
        for verb, note in [
            ("made_account", "Läsare"),
            ("changed_account", "efternamn"),
            ("changed_group", "från Läsare till Registrator"),
            ("closed_account", ""),
            ("changed_group", "från Registrator till ingen grupp"),
            ("reopened_account", ""),
            ("set_password", ""),
        ]
    ]
    made.refresh_from_db()
    assert not made.is_superuser
    assert made.user_permissions.count() == 0


def test_new_rights_and_lost_ones_hold_from_the_next_request(signed_in, administrator, reader):
    theirs = Client()

    def log_in_again():
        theirs.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")

    log_in_again()
    assert theirs.get("/samordning/logg/").status_code == 403

    for name, status in ((roles.REGISTRAR, 200), (roles.READER, 403)):
        signed_in(administrator).post(
            url_of(reader),
            {"username": "lena", "email": "", "is_active": "on", "group": group(name)},
        )
        assert theirs.get("/samordning/logg/").status_code == 302  # logged out
        log_in_again()
        assert theirs.get("/samordning/logg/").status_code == status


@pytest.mark.parametrize("page", ["auth/group/", "auth/permission/", "auth/group/1/change/"])
def test_groups_and_permissions_have_no_page(signed_in, superuser, administrator, page):
    for user in (superuser, administrator):
        client = signed_in(user)
        assert client.get(f"/samordning/{page}").status_code == 404
        assert client.post(f"/samordning/{page}", {"name": "Allt"}).status_code == 404


def test_logins_are_logged_once_each(client, city, noon):
    log_in(client)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "en-ny-lang-fras", "password2": "en-ny-lang-fras"},
    )
    client.post(reverse("account_logout"))

    assert log_of(Concern.LOGINS, Concern.ACCOUNTS) == [
        ("logged_in", "maria", None, ""),
        ("changed_password", "maria", "maria", ""),
        ("logged_out", "maria", None, ""),
    ]


def test_wrong_passwords_and_the_lock_out_are_logged(client, city, noon):
    for _number in range(12):
        log_in(client, "fel")

    assert log_of(Concern.LOGINS) == [
        *[("failed_login", None, "maria", "")] * 7,
        ("locked_out", None, "maria", ""),
    ]
    assert {each.actor_name for each in Event.objects.all()} == {"Ingen som är inloggad"}


def test_what_is_typed_for_an_account_that_is_not_there_is_not_kept(client, city, noon):
    for name in ("hemligt-losenord", "hemligt\0", "MARIA\r\nhemligt"):
        for _number in range(9):
            log_in(client, "fel", name)

    assert log_of(Concern.LOGINS) == []


def test_nobody_fills_the_log_from_outside(client, city, at):
    for number in range(22):
        at(NOON + timedelta(seconds=number))
        log_in(client, "fel", REMOTE_ADDR=f"192.0.2.{number}")

    assert len(log_of(Concern.LOGINS)) == 20


def test_a_chosen_way_of_letters_is_logged(signed_in, city, noon):
    for notice in ("daily", "daily", "at_once"):
        signed_in(city).post(reverse("admin:my_notice"), {"notice": notice})

    assert log_of(Concern.SETTINGS) == [
        ("chose_notice", "maria", None, "En gång om dagen"),
        ("chose_notice", "maria", None, "Genast, ett mejl per svar"),
    ]
