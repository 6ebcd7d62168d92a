"""Översikt: figures and charts where each number leads to the list it counts, and what to do.

What is counted is the current remiss. Duties that outlive a remiss have lists over all of them, and
are told as such: letters that failed, requests for more time, personal data, the diarium.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from remiss.admin import masking, passages, registry, scopes
from remiss.admin.charts import DayChart, day_chart, stacks
from remiss.admin.filters import CITY, CIVIL, UP_TO
from remiss.admin.gates import is_coordinator, moment, page, side_of
from remiss.models import (
    SETTLED,
    Consultation,
    Dispatch,
    Draft,
    ExtensionRequest,
    Invitation,
    Kind,
    Letter,
    LetterText,
    Status,
    Submission,
)
from remiss.models.body import KINDS_IN_PLURAL

LATEST = 5


@dataclass(frozen=True)
class Figure:
    """A number in words, and the list that holds exactly as many rows."""

    label: str
    number: int
    url: str = ""


@dataclass(frozen=True)
class Counted:
    """Something to count: the rows, what they are called and where they are listed."""

    label: str
    rows: QuerySet
    url: str = ""
    is_of_all: bool = False  # of every remiss, as its list is


def overview(request):
    """What every member of staff meets first. Without view_response there is nothing to count."""
    user = request.user
    consultation = Consultation.objects.current()
    at = moment(request)
    sees_responses = user.has_perm("remiss.view_response")
    shown = _shown(user, consultation, at) if sees_responses else {}
    return page(
        request,
        "overview",
        title="Översikt",
        section="overview",
        consultation=consultation,
        timing=consultation and consultation.timing(at),
        at=at,
        sees_responses=sees_responses,
        **shown,
    )


def _shown(user, consultation: Consultation | None, at) -> dict:
    figures, to_do = _figures(user, consultation), _to_do(user, consultation)
    areas = passages.areas(consultation)[:-1] if consultation else []
    by_area = _by_area(consultation, areas, user)
    others = Counted("andra remisser", _others(consultation))
    numbers = _numbers([*figures, *to_do, others, *(each for row in by_area for each in row)])
    several = bool(numbers[others])
    days = _days(consultation, at, user) if consultation else None
    invited = _invited(user, consultation)
    largest = max((sum(numbers[each] for each in row) for row in by_area), default=0)
    return {
        "figures": [*_with(numbers, figures, several=several), *_departments(invited)],
        "to_do": _with(numbers, to_do, several=several),
        "newest": _newest(user, consultation),
        "all_url": _list(consultation),
        "days": days,
        "weeks": _weeks(days, consultation) if days else [],
        "invited": stacks(
            (str(label), cells) for label, cells in _by_kind(invited) if sum(n for n, _url in cells)
        ),
        "by_area": stacks(
            (
                (area.heading, [(numbers[each], each.url) for each in row])
                for area, row in zip(areas, by_area, strict=True)
            ),
            of=largest,
        ),
    }


def _numbers(counted: list[Counted]) -> dict[Counted, int]:
    """How many rows each has, all in one statement."""
    each = [
        one.rows.order_by()
        .annotate(counted_as=Value(place))
        .values("counted_as")
        .annotate(n=Count("pk"))
        .values_list("counted_as", "n")
        for place, one in enumerate(counted)
    ]
    found = dict(each[0].union(*each[1:], all=True))
    return {one: found.get(place, 0) for place, one in enumerate(counted)}


def _with(numbers: dict[Counted, int], counted: list[Counted], *, several: bool) -> list[Figure]:
    return [
        Figure(
            f"{one.label}, alla remisser" if several and one.is_of_all else one.label,
            numbers[one],
            one.url,
        )
        for one in counted
    ]


def _others(consultation: Consultation | None) -> QuerySet:
    return Consultation.objects.exclude(pk=consultation.pk if consultation else None)


def _list(consultation: Consultation | None, **query) -> str:
    """The list of svar of the remiss, narrowed by its filters."""
    if consultation:
        query["remiss"] = consultation.pk
    address = reverse("admin:remiss_response_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def _of(rows: QuerySet, consultation: Consultation | None) -> QuerySet:
    """Of the remiss; of all while none is published, as the lists then show."""
    return rows.filter(consultation=consultation) if consultation else rows


def _current(user, consultation: Consultation | None) -> QuerySet:
    return _of(scopes.current(user), consultation)


def _figures(user, consultation: Consultation | None) -> list[Counted]:
    def listed(**query):
        return _list(consultation, **query)

    current = _current(user, consultation)
    suspects = _of(scopes.suspects(user), consultation)
    failed = Letter.objects.visible_to(user).about_responses().filter(state=Letter.State.FAILED)
    drafts = _of(Draft.objects.waiting(), consultation)
    return [
        Counted("inskickade svar", current, listed()),
        Counted("e-post inte bekräftad", scopes.unconfirmed(current), listed(epost="obekraftad")),
        Counted("utkast (innehållet syns inte)", drafts),
        Counted("svar ingen har läst", scopes.unread(current), listed(olast="alla")),
        Counted("åsidosatta som misstänkt skräp", suspects, listed(status="suspect")),
        Counted("mejl kom inte fram", failed, _letters(user), is_of_all=True),
    ]


def _letters(user) -> str:
    if not user.has_perm("remiss.view_letter"):
        return ""
    return f"{reverse('admin:remiss_letter_changelist')}?{urlencode({'lage': 'failed'})}"


def _to_do(user, consultation: Consultation | None) -> list[Counted]:
    current = _current(user, consultation)
    tasks = []
    if settings.CLAMD and (infected := scopes.with_malware(current, user)).exists():
        label = "Svar med skadlig kod i en bilaga"
        tasks.append(Counted(label, infected, _list(consultation, bilaga="skadlig")))
    if is_coordinator(user):
        mine = scopes.unread_by(current, user)
        left = scopes.with_passages_left(current)
        tasks += [
            Counted("Läs nya svar", mine, _list(consultation, olast="mig")),
            Counted("Svar med stycken att placera", left, _list(consultation, placerat="kvar")),
            Counted(
                "Svar med bara bilaga att hantera",
                scopes.files_left(current),
                _list(consultation, placerat="bilaga"),
            ),
            *_replies(user, consultation),
        ]
    if user.has_perm("remiss.view_extensionrequest"):
        wishes = ExtensionRequest.objects.visible_to(user)
        address = reverse("admin:remiss_extensionrequest_changelist")
        url = f"{address}?{urlencode({'beslut': 'pending'})}"
        tasks.append(Counted("Önskemål om längre tid", wishes.pending(), url, is_of_all=True))
    if masking.may_mask(user):
        url = reverse("admin:findings")
        label = "Möjliga personuppgifter att granska"
        tasks.append(Counted(label, masking.waiting(user), url, is_of_all=True))
    suspects = _of(scopes.suspects(user), consultation)
    tasks += [
        _unregistered(user, consultation),
        Counted("Granska misstänkt skräp", suspects, _list(consultation, status="suspect")),
    ]
    if user.has_perm("remiss.view_invitation"):
        asked = Invitation.objects.in_use().filter(consultation=consultation).with_status()
        lost = scopes.not_delivered(asked)
        tasks.append(Counted("Inbjudningar som inte kom fram", lost, _invitations(fram="nej")))
    return tasks


def _replies(user, consultation: Consultation | None) -> list[Counted]:
    waiting = scopes.replies_waiting(consultation, side_of(user), user)
    address = reverse("admin:waiting")
    return [
        Counted("Återkoppling som väntar på mig", waiting, address),
        Counted(
            "Teman utan återkoppling", scopes.without_reply(consultation), f"{address}?visa=utan"
        ),
    ]


def _unregistered(user, consultation: Consultation | None) -> Counted:
    """Those who follow the diarium count every version, others the answers in their list."""
    if registry.may_follow(user):
        address = reverse("admin:unregistered")
        label = "Versioner som inte är diarieförda"
        return Counted(label, registry.waiting(user), address, is_of_all=True)
    lacking = scopes.unregistered(_current(user, consultation))
    return Counted("Svar som saknar diarienummer", lacking, _list(consultation, diarie="saknas"))


def _newest(user, consultation: Consultation | None):
    current = scopes.without_long_texts(_current(user, consultation))
    return current.select_related("latest").order_by("-latest__received_at", "-pk")[:LATEST]


# Charts


def _days(consultation: Consultation, at, user) -> DayChart | None:
    """When the answers that count first came in."""
    current = scopes.current(user).filter(consultation=consultation)
    first = Submission.objects.visible_to(user).filter(number=1, response__in=current)
    per_day = (
        first.order_by()
        .annotate(day=TruncDate("received_at", tzinfo=timezone.get_current_timezone()))
        .values("day")
        .annotate(n=Count("pk"))
    )
    reminders = Dispatch.objects.filter(
        consultation=consultation, text__kind=LetterText.Kind.REMINDER, undone_at=None
    )
    today = timezone.localdate(at)
    return day_chart(
        {row["day"]: row["n"] for row in per_day},
        first=consultation.opens_on,
        last=max(consultation.opens_on, min(today, consultation.last_day)),
        reminders=_swedish_days(reminders.values_list("held_until", flat=True)),
    )


def _weeks(days: DayChart, consultation: Consultation) -> list[tuple[str, Figure, Figure]]:
    """(week, its new answers, all so far), each number with the list it counts."""
    return [
        (
            week.label,
            Figure(week.label, week.new, _list(consultation, vecka=week.key)),
            Figure(week.label, week.so_far, _list(consultation, vecka=f"{UP_TO}{week.key}")),
        )
        for week in days.weeks
    ]


def _swedish_days(moments) -> list[date]:
    return [timezone.localdate(moment) for moment in moments]


def _by_area(consultation: Consultation | None, areas, user) -> list[list[Counted]]:
    """For each area the answers about it, of the idéburna sector and of the city."""
    current = scopes.current(user).filter(consultation=consultation)
    return [
        [
            Counted(
                area.heading,
                scopes.about(current, area.key).filter(latest__kind__in=kinds),
                _list(consultation, omrade=area.key, vem=sector),
            )
            for sector, kinds in ((CIVIL.value, CIVIL.kinds), (CITY.value, CITY.kinds))
        ]
        for area in areas
        if consultation
    ]


def _invitations(**query) -> str:
    return f"{reverse('admin:remiss_invitation_changelist')}?{urlencode(query)}"


def _invited(user, consultation: Consultation | None) -> dict[tuple[str, str], int]:
    """(kind, status) → how many of those asked in the remiss."""
    if not user.has_perm("remiss.view_invitation"):
        return {}
    asked = Invitation.objects.in_use().filter(consultation=consultation).with_status()
    rows = asked.asked().order_by().values("body__kind", "status").annotate(n=Count("pk"))
    return {(row["body__kind"], row["status"]): row["n"] for row in rows}


# Each column of the chart: which statuses it holds, and the filter that shows the same.
COLUMNS: list[tuple[list[str], str]] = [
    (list(SETTLED), "settled"),
    ([Status.DRAFT], Status.DRAFT.value),
    ([Status.OPENED], Status.OPENED.value),
    (list(scopes.UNOPENED), "unopened"),
]


def _by_kind(invited: dict[tuple[str, str], int]):
    for kind, label in KINDS_IN_PLURAL.items():
        yield (
            label,
            [
                (
                    sum(invited.get((kind, status), 0) for status in statuses),
                    _invitations(vem=kind.value, status=shown),
                )
                for statuses, shown in COLUMNS
            ],
        )


def _departments(invited: dict[tuple[str, str], int]) -> list[Figure]:
    """How many of the invited förvaltningar have answered, or said that they will not."""
    asked = {status: n for (kind, status), n in invited.items() if kind == Kind.DEPARTMENT}
    if not asked:
        return []
    settled = sum(asked.get(status, 0) for status in SETTLED)
    address = _invitations(vem=Kind.DEPARTMENT.value, status="settled")
    return [Figure(f"av {sum(asked.values())} förvaltningar har svarat", settled, address)]
