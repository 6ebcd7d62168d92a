"""Roller: what each group may do, what the side decides instead, and who is in which group now."""

from django.contrib.auth import get_user_model
from django.urls import path

from remiss import roles
from remiss.admin.gates import needs, page


def urls(site) -> list:
    return [path("roller/", site.admin_view(rights), name="roles")]


@needs("remiss.view_coordinator", methods=("GET", "HEAD"))
def rights(request):
    """The dict in roles.py as a page, and where the database is not as the dict says."""
    return page(
        request,
        "roles",
        title="Roller",
        section="log",
        names=list(roles.ROLES),
        kinds=roles.rights(),
        no=roles.NO,
        not_by_permission=roles.not_by_permission(),
        people=_people(),
        differences=roles.differences(),
        more=list(roles.with_more_than_a_group()),
    )


def _people() -> list[tuple[str, list]]:
    """Each group with those in it who can log in, and last those who are in none."""
    users = get_user_model().objects.filter(is_active=True, is_staff=True, is_superuser=False)
    found: dict[str, list] = {name: [] for name in roles.ROLES}
    without = []
    for user in users.prefetch_related("groups").order_by("first_name", "username"):
        groups = [group.name for group in user.groups.all() if group.name in found]
        for name in groups:
            found[name].append(user)
        if not groups:
            without.append(user)
    return [*found.items(), *([("Ingen grupp", without)] if without else [])]
