"""Who may do what among staff: five groups as one dict, applied by `manage.py setup_roles`."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from remiss.models import Coordinator
from remiss.models.secrecy import REGISTRAR

COORDINATOR_CITY = "Samordnare kommunen"
COORDINATOR_CIVIL = "Samordnare idéburen sektor"
READER = "Läsare"
ADMINISTRATOR = "Administratör"

PLAN = [
    f"remiss.{act}_{model}"
    for model in ("planversion", "priorityarea", "question", "areahint")
    for act in ("add", "change", "view")
] + [
    "remiss.delete_areahint",
    "remiss.view_consultation",
    "remiss.change_consultation",
    "remiss.add_consultation",
]
READ = [
    "remiss.view_response",
    "remiss.view_event",
    "remiss.view_extensionrequest",
    "remiss.view_body",
    "remiss.view_invitation",
    "remiss.view_theme",
]
COORDINATE = [
    *READ,
    *PLAN,
    "remiss.record_response",
    "remiss.set_aside_response",
    "remiss.export_response",
    "remiss.add_body",
    "remiss.change_body",
    "remiss.invite_body",
    "remiss.place_passage",
    "remiss.view_letter",
    "remiss.view_accessibilityreport",
]

ROLES: dict[str, list[str]] = {
    # The side decides on days and on contact details, not a permission (decision 5).
    COORDINATOR_CITY: [
        *COORDINATE,
        "remiss.move_last_day",
        "remiss.decide_extension",
        "remiss.mark_secret",
    ],
    COORDINATOR_CIVIL: COORDINATE,
    REGISTRAR: [
        *READ,
        "remiss.register_response",
        "remiss.export_response",
        "remiss.view_contact",
        "remiss.mark_secret",
    ],
    READER: ["remiss.view_response"],
    # No content: accounts and settings only.
    ADMINISTRATOR: [
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        "remiss.add_coordinator",
        "remiss.change_coordinator",
        "remiss.view_coordinator",
        "remiss.view_consultation",
    ],
}


@transaction.atomic
def setup_roles() -> None:
    """Make the groups hold exactly the permissions above. Idempotent."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, wanted in ROLES.items():
        group, _is_new = Group.objects.get_or_create(name=name)
        group.permissions.set([known[label] for label in wanted])


def side_of(user) -> str:
    """The coordinator's side, or "" for everyone else, superusers included."""
    side = Coordinator.objects.filter(user_id=user.pk).values_list("side", flat=True).first()
    return side or ""


def may_see_contact(user) -> bool:
    """Contact details: the registrator and the city's side; the idéburna side by setting.

    Asked of membership and side, since has_perm is true for a superuser on everything
    (decisions 5 and 25).
    """
    if not user.is_active:
        return False
    side = side_of(user)
    if side == Coordinator.Side.CITY:
        return True
    if side == Coordinator.Side.CIVIL:
        return settings.IDEBUREN_SEES_CONTACTS
    return user.groups.filter(name=REGISTRAR).exists()
