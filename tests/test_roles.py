"""Roles: the dict, the page that shows it, and what nobody can do to it."""

import re
from functools import partial

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from remiss import roles
from remiss.admin import reading
from remiss.models.secrecy import sees_secret
from remiss.roles import side_of
from tests.factories import make_staff, make_submission

URL = "/samordning/roller/"


def holds(permission, user):
    return user.has_perm(permission)


def said():
    return {
        permission: words for kind in roles.SENTENCES.values() for permission, words in kind.items()
    }


@pytest.mark.once
def test_every_permission_in_the_dict_has_one_sentence_and_no_other_has():
    given = {permission for held in roles.ROLES.values() for permission in held}
    listed = [permission for kind in roles.SENTENCES.values() for permission in kind]

    assert sorted(listed) == sorted(given)
    assert len(set(said().values())) == len(listed)


def test_every_permission_of_ours_is_one_of_the_dict_s_or_of_nobody(db):
    """A permission that somebody has invented and no role has is a gate that never opens."""
    ours = Permission.objects.filter(content_type__app_label="remiss")
    made = {f"remiss.{codename}" for codename in ours.values_list("codename", flat=True)}
    stock = {name for name in made if re.match(r"remiss\.(add|change|delete|view)_", name)}

    assert {name for name in made - stock if name not in said()} == set()


# What is asked where no permission decides.
ASKED = {
    "Läsa kontaktuppgifter": reading._may_see_contact,
    "Anteckna utlämnanden": reading._may_disclose,
    "Radera kontaktuppgifter": roles.is_authority,
    "Ta fram registerutdrag": roles.is_authority,
    "Läsa det som är sekretessmarkerat": sees_secret,
}


@pytest.mark.parametrize("setting", [True, False])
def test_the_page_equals_what_each_role_may(
    signed_in, city, civil, registrar, reader, administrator, settings, setting
):
    settings.IDEBUREN_SEES_CONTACTS = setting
    people = (city, civil, registrar, reader, administrator)
    page = signed_in(city).get(URL).content.decode()
    permissions = {words: permission for permission, words in said().items()}
    table = re.search(r'<table class="matrix sent">.*?</table>', page, re.DOTALL)[0]
    heads = re.findall(r'<th scope="col">(.*?)</th>', table)
    kinds = re.findall(r'<th scope="rowgroup" colspan="6"><strong>(.*?)</strong></th>', table)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    for sentence, cells in rows:
        told = [re.sub("<.*?>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", cells)]
        may = ASKED.get(sentence) or partial(holds, permissions.get(sentence))
        assert [cell != "Nej" for cell in told] == [may(user) for user in people], sentence
        by_side = [sentence in ASKED and may(user) and bool(side_of(user)) for user in people]
        assert [cell == "Ja, genom sidan" for cell in told] == by_side, sentence

    assert heads == ["Får", *roles.ROLES]
    assert kinds == list(roles.SENTENCES)
    assert {sentence for sentence, _cells in rows} == {*permissions, *ASKED}
    for what, sentence in roles.not_by_permission():
        assert f"<dt>{what}</dt><dd>{sentence}</dd>" in page


def test_the_page_says_who_has_each_role(signed_in, city, civil, registrar, superuser):
    registrar.first_name, registrar.last_name = "Birgit", "Exempel"
    registrar.save()
    gone = make_staff(username="borta", group=roles.READER)
    gone.is_active = False
    gone.save()

    page = signed_in(city).get(URL)

    assert [(name, [str(user) for user in users]) for name, users in page.context["people"]] == [
        (roles.COORDINATOR_CITY, ["maria"]),
        (roles.COORDINATOR_CIVIL, ["ahmed"]),
        (roles.REGISTRAR, ["birgit"]),
        (roles.READER, []),
        (roles.ADMINISTRATOR, []),
    ]
    assert "Birgit Exempel" in page.content.decode()
    assert "root har rättigheter som ingen grupp ger." in page.content.decode()


def test_a_group_that_somebody_has_changed_is_told_until_it_is_put_right(signed_in, city):
    client = signed_in(city)
    assert "manage.py setup_roles" not in client.get(URL).content.decode()
    reader = Group.objects.get(name=roles.READER)
    reader.permissions.set(Permission.objects.filter(codename="change_user"))
    Group.objects.create(name="Alla").permissions.set(reader.permissions.all())

    page = client.get(URL).content.decode()

    assert page.count("manage.py setup_roles") == 1
    assert "Läsare. Saknar remiss.view_response. Har för mycket: auth.change_user." in page
    assert "Alla. Har för mycket: auth.change_user." in page
    call_command("setup_roles")
    Group.objects.get(name="Alla").delete()
    assert roles.differences() == []


def test_the_contact_setting_is_told_as_it_is(settings):
    for setting, words in ((True, "läser dem också"), (False, "läser dem inte")):
        settings.IDEBUREN_SEES_CONTACTS = setting
        assert words in dict(roles.not_by_permission())["Kontaktuppgifter"]


def test_the_page_is_for_coordinators_and_the_administrator(
    signed_in, city, civil, administrator, registrar, reader
):
    for user, status in (
        (city, 200), (civil, 200), (administrator, 200), (registrar, 403), (reader, 403),
    ):  # fmt: skip
        assert signed_in(user).get(URL).status_code == status
        assert signed_in(user).post(URL).status_code in {403, 405}


def test_no_page_of_an_administrator_s_shows_a_word_of_an_answer(
    signed_in, administrator, consultation, city, noon
):
    canary = "Kanariefågeln"
    response = make_submission(
        consultation=consultation,
        organisation=canary,
        contact_name=canary,
        email="kanarie@kanariefageln.example",
        texts={"area:city-life": {"how": canary}},
        files=["kanariefågeln.pdf"],
    ).response
    client = signed_in(administrator)
    pages, seen = [reverse("admin:index"), reverse("admin:log"), URL], set()
    while pages:
        address = pages.pop()
        seen.add(address)
        found = client.get(address)
        text = found.content.decode() if not found.streaming else ""
        assert "kanariefågel" not in text.lower()
        assert "kanariefageln" not in text
        assert response.reference not in text
        links = {link.split("#")[0] for link in re.findall(r'href="(/samordning/[^"]*)"', text)}
        pages += [link for link in links if link not in seen and link not in pages]
    assert {"/samordning/planen/", "/samordning/auth/user/"} <= seen
