"""Who may do what among staff: five groups as one dict, applied by `manage.py setup_roles`.

The page Roller shows this file: every permission has its sentence here.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from remiss.models import Coordinator
from remiss.models.secrecy import REGISTRAR, sees_secret, standing_of

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
    "remiss.mask_text",
    "remiss.write_reply",
    "remiss.view_letter",
    "remiss.view_accessibilityreport",
    "remiss.write_to_respondent",
    "remiss.correct_name",
    "remiss.view_coordinator",
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
        "remiss.mask_text",
        "remiss.write_to_respondent",
        "remiss.correct_name",
        "remiss.dispose_response",
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
        "remiss.view_account_event",
    ],
}

# What each permission lets somebody do, by kind of thing.
SENTENCES: dict[str, dict[str, str]] = {
    "Svar": {
        "remiss.view_response": "Läsa svar, bilagor och kvitton",
        "remiss.record_response": "Registrera svar som kom på annat sätt",
        "remiss.set_aside_response": "Lägga svar åt sidan och ta tillbaka dem",
        "remiss.register_response": "Skriva in diarienummer",
        "remiss.export_response": "Ta ut svar, postlista och sändlista som filer",
        "remiss.view_contact": "Läsa kontaktuppgifter",
        "remiss.write_to_respondent": "Skriva till den som svarat",
        "remiss.correct_name": "Rätta namnet som ett svar visas med",
        "remiss.mask_text": "Dölja ord i det som visas offentligt",
        "remiss.mark_secret": "Sekretessmarkera svar och filer och pröva markeringar",
        "remiss.dispose_response": "Gallra svar när svarstiden är slut",
    },
    "Genomgång": {
        "remiss.view_theme": "Läsa teman och se vad som är placerat",
        "remiss.place_passage": "Placera stycken, ändra teman, skriva anteckningar och översätta",
        "remiss.write_reply": "Skriva återkoppling, lämna över och godkänna för sin sida",
    },
    "Remissinstanser": {
        "remiss.view_body": "Läsa om remissinstanser",
        "remiss.view_invitation": "Se vilka som är inbjudna och om de har svarat",
        "remiss.add_body": "Lägga till remissinstanser och läsa in dem från en fil",
        "remiss.change_body": "Ändra remissinstanser och slå ihop dem",
        "remiss.invite_body": "Bjuda in, påminna och skriva brevtexterna",
        "remiss.view_letter": "Läsa listan över brev",
    },
    "Tid": {
        "remiss.view_extensionrequest": "Läsa önskemål om längre tid",
        "remiss.decide_extension": "Besluta om längre tid",
        "remiss.move_last_day": "Flytta sista svarsdagen",
    },
    "Planen": {
        "remiss.view_consultation": "Läsa remissens inställningar",
        "remiss.add_consultation": "Lägga upp en ny remiss",
        "remiss.change_consultation": "Ändra remissens inställningar",
        "remiss.view_planversion": "Läsa planens texter",
        "remiss.add_planversion": "Lägga till en version av planen",
        "remiss.change_planversion": "Ändra planens texter",
        "remiss.view_priorityarea": "Läsa områdena",
        "remiss.add_priorityarea": "Lägga till ett område",
        "remiss.change_priorityarea": "Ändra ett område",
        "remiss.view_question": "Läsa frågorna",
        "remiss.add_question": "Lägga till en fråga",
        "remiss.change_question": "Ändra en fråga",
        "remiss.view_areahint": "Läsa hjälptexterna till frågorna",
        "remiss.add_areahint": "Lägga till en hjälptext",
        "remiss.change_areahint": "Ändra en hjälptext",
        "remiss.delete_areahint": "Ta bort en hjälptext, innan remissen har öppnat",
    },
    "Logg och rapporter": {
        "remiss.view_event": "Läsa loggen, utom vem som har loggat in",
        "remiss.view_account_event": "Läsa loggen över konton, inloggningar och inställningar",
        "remiss.view_accessibilityreport": "Läsa rapporter om tillgänglighet",
    },
    "Konton": {
        "auth.view_user": "Se alla konton",
        "auth.add_user": "Skapa konton",
        "auth.change_user": "Ändra konton, byta grupp, stänga av och sätta nytt lösenord",
        "auth.view_group": "Se vilka grupper det finns",
        "remiss.view_coordinator": "Se den här sidan",
        "remiss.add_coordinator": "Göra någon till samordnare, genom gruppen",
        "remiss.change_coordinator": "Byta sida för en samordnare, genom gruppen",
    },
}


# What no permission lets somebody do: the registrator's group does, and the city's side.
OF_THE_AUTHORITY: dict[str, list[str]] = {
    "Svar": [
        "Anteckna utlämnanden",
        "Radera kontaktuppgifter",
        "Ta fram registerutdrag",
        "Läsa det som är sekretessmarkerat",
    ],
}
YES, BY_SIDE, NO = "Ja", "Ja, genom sidan", "Nej"


def rights() -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """By kind of thing, what may be done, and for each role whether it may: as it is, whether a
    permission, the group or the side decides."""
    table = []
    for kind, sentences in SENTENCES.items():
        rows = [(said, _answers(permission)) for permission, said in sentences.items()]
        rows += [(said, _by_side()) for said in OF_THE_AUTHORITY.get(kind, ())]
        table.append((kind, rows))
    return table


def _answers(permission: str) -> list[str]:
    if permission == "remiss.view_contact":
        return _by_side(civil=settings.IDEBUREN_SEES_CONTACTS)
    return [YES if permission in held else NO for held in ROLES.values()]


def _by_side(*, civil: bool = False) -> list[str]:
    """What the registrator does by group and the city by side; the other side where `civil`."""
    may = {REGISTRAR: YES, COORDINATOR_CITY: BY_SIDE} | (
        {COORDINATOR_CIVIL: BY_SIDE} if civil else {}
    )
    return [may.get(name, NO) for name in ROLES]


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


@dataclass(frozen=True)
class Difference:
    """A group in the database that is not as the dict says."""

    group: str
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


def differences() -> list[Difference]:
    """Where the database's groups differ from the dict; nobody is to have changed them by hand."""
    held: dict[str, set[str]] = {}
    rows = Group.objects.values_list(
        "name", "permissions__content_type__app_label", "permissions__codename"
    )
    for name, app, codename in rows:
        held.setdefault(name, set()).update([f"{app}.{codename}"] if codename else [])
    found = []
    for name in [*ROLES, *sorted(set(held) - set(ROLES))]:
        wanted, has = set(ROLES.get(name, ())), held.get(name, set())
        if wanted != has:
            found.append(Difference(name, tuple(sorted(wanted - has)), tuple(sorted(has - wanted))))
    return found


def with_more_than_a_group():
    """Accounts that may do something no group gives them: superusers, and rights given directly."""
    users = get_user_model().objects.filter(is_active=True)
    more = users.filter(is_superuser=True) | users.filter(user_permissions__isnull=False)
    return more.distinct().order_by("username")


def not_by_permission() -> list[tuple[str, str]]:
    """What the side or the group decides, not a permission: a superuser has every permission and
    no side (decision 5)."""
    contacts = "Registratorn och samordnaren från kommunen läser dem. "
    contacts += (
        "Samordnaren från idéburen sektor läser dem också, enligt en inställning på servern."
        if settings.IDEBUREN_SEES_CONTACTS
        else "Samordnaren från idéburen sektor läser dem inte, enligt en inställning på servern."
    )
    return [
        ("Sista svarsdagen", "Bara samordnaren från kommunen flyttar den."),
        ("Längre tid", "Bara samordnaren från kommunen beslutar, som myndighet."),
        ("Kontaktuppgifter", f"{contacts} Varje läsning står i loggen."),
        (
            "Återkoppling",
            "En samordnare lämnar över och samordnaren från den andra sidan godkänner. "
            "Ingen godkänner sin egen.",
        ),
        (
            "Sekretessmarkering",
            "Det som är markerat läser bara registratorn och samordnaren från kommunen, "
            "tills det är prövat.",
        ),
        (
            "Utlämnande, radering och registerutdrag",
            "Registratorn och samordnaren från kommunen antecknar vad som lämnats ut, raderar "
            "kontaktuppgifter och tar fram registerutdrag.",
        ),
        ("Utkast", "Ingen läser utkast. Bara antalet syns."),
    ]


def side_of(user) -> str:
    """The coordinator's side, or "" for everyone else, superusers included."""
    side = Coordinator.objects.filter(user_id=user.pk).values_list("side", flat=True).first()
    return side or ""


def is_authority(user) -> bool:
    """The registrator and the city's coordinator: they answer for what the city holds about people,
    and so see what is sekretessmarkerat."""
    return sees_secret(user)


def may_see_contact(user) -> bool:
    """Contact details: the registrator and the city's side; the idéburna side by setting.

    Asked of membership and side, since has_perm is true for a superuser on everything
    (decisions 5 and 25).
    """
    is_civil = standing_of(user).side == Coordinator.Side.CIVIL
    return sees_secret(user) or (user.is_active and is_civil and settings.IDEBUREN_SEES_CONTACTS)
