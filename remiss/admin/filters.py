"""The filters of the list of svar. Their parameters stand in links and must not change."""

import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from remiss.admin import passages, scopes
from remiss.admin.base import ChoiceFilter
from remiss.models import (
    MUNICIPAL,
    Channel,
    Consultation,
    Kind,
    PriorityArea,
    SecrecyMark,
    SetAside,
    Theme,
)
from remiss.models.secrecy import sees_secret


class ConsultationFilter(ChoiceFilter):
    title, parameter_name = "remiss", "remiss"

    def lookups(self, request, model_admin):
        return [(str(pk), title) for pk, title in Consultation.objects.values_list("pk", "title")]

    def has_output(self):
        return len(self.lookup_choices) > 1

    def narrow(self, queryset, value, user):
        return queryset.filter(consultation=value)


class StatusFilter(ChoiceFilter):
    """Without a choice the list shows what "svar" means everywhere: what counts."""

    title, parameter_name, all_label = "status", "status", "Gäller"
    options = [
        ("late", "Gäller, kom efter svarstiden"),
        ("suspect", "Misstänkt skräp"),
        ("set_aside", "Åsidosatta"),
        ("withdrawn", "Återtagna"),
        ("all", "Alla"),
    ]

    def queryset(self, request, queryset):
        match self.value():
            case "late":
                return queryset.current().filter(latest__is_late=True)
            case "suspect":
                return queryset.filter(set_aside=SetAside.SUSPECT)
            case "set_aside":
                return queryset.exclude(set_aside="")
            case "withdrawn":
                return queryset.filter(withdrawn_at__isnull=False)
            case "all":
                return queryset
        return queryset.current()


@dataclass(frozen=True)
class Sector:
    """Several kinds of respondent at once."""

    value: str
    label: str
    kinds: frozenset[str]


CIVIL = Sector("idebura", "Idéburen sektor", frozenset(passages.CIVIL))
CITY = Sector("staden", "Malmö stad", frozenset(MUNICIPAL))
SECTORS = {sector.value: sector for sector in (CIVIL, CITY)}


class KindFilter(ChoiceFilter):
    title, parameter_name = "vem", "vem"
    options = [*((each.value, each.label) for each in SECTORS.values()), *Kind.choices]

    def narrow(self, queryset, value, user):
        kinds = SECTORS[value].kinds if value in SECTORS else [value]
        return queryset.filter(latest__kind__in=kinds)


class AreaFilter(ChoiceFilter):
    title, parameter_name = "område", "omrade"

    def lookups(self, request, model_admin):
        newest_last = PriorityArea.objects.order_by("version__number", "version_id", "number")
        return list(dict(newest_last.values_list("key", "heading")).items())

    def narrow(self, queryset, value, user):
        return scopes.about(queryset, value)


class PlacedFilter(ChoiceFilter):
    title, parameter_name = "stycken", "placerat"
    narrowed = {
        "kvar": ("Stycken kvar att placera", scopes.with_passages_left),
        "klart": ("Alla stycken placerade", scopes.all_placed),
        "bilaga": ("Bara bilaga, inte hanterad", scopes.files_left),
        "bilaga-hanterad": ("Bara bilaga, hanterad", scopes.files_handled),
    }
    options = [(value, label) for value, (label, _narrow) in narrowed.items()]

    def narrow(self, queryset, value, user):
        _label, narrow = self.narrowed[value]
        return narrow(queryset)


class ThemeFilter(ChoiceFilter):
    title, parameter_name = "tema", "tema"

    def lookups(self, request, model_admin):
        return [(str(theme.pk), theme.name) for theme in Theme.objects.filter(merged_into=None)]

    def narrow(self, queryset, value, user):
        return scopes.under_theme(queryset, value)


class UnreadFilter(ChoiceFilter):
    title, parameter_name = "läst", "olast"
    options = [("mig", "Olästa av mig"), ("alla", "Ingen har läst")]

    def narrow(self, queryset, value, user):
        return scopes.unread_by(queryset, user) if value == "mig" else scopes.unread(queryset)


class RegistryFilter(ChoiceFilter):
    title, parameter_name = "diarienummer", "diarie"
    options = [("saknas", "Saknar diarienummer"), ("finns", "Har diarienummer")]

    def narrow(self, queryset, value, user):
        if value == "saknas":
            return scopes.unregistered(queryset)
        return queryset.filter(latest__registration__isnull=False)


class FilesFilter(ChoiceFilter):
    title, parameter_name = "bilaga", "bilaga"

    def lookups(self, request, model_admin):
        scanned = [("skadlig", "Har bilaga med skadlig kod")] if settings.CLAMD else []
        return [("med", "Har bilaga"), *scanned]

    def narrow(self, queryset, value, user):
        if value == "skadlig":
            return scopes.with_malware(queryset, user)
        return scopes.with_files(queryset)


class PreliminaryFilter(ChoiceFilter):
    title, parameter_name = "beslut", "beslut"
    options = [("vantas", "Preliminärt, beslut väntas")]

    def narrow(self, queryset, value, user):
        return scopes.preliminary(queryset)


class MoreTimeFilter(ChoiceFilter):
    title, parameter_name = "längre tid", "tid"
    options = [("egen", "Har längre tid")]

    def narrow(self, queryset, value, user):
        return scopes.with_own_last_day(queryset)


UP_TO = "till-"
WEEK = re.compile(rf"({UP_TO})?(20[0-9]{{2}})-v([0-9]{{1,2}})")


class WeekFilter(ChoiceFilter):
    """When the first version came in. Reached from the overview's table, and shown while chosen."""

    title, parameter_name = "kom in", "vecka"

    def lookups(self, request, model_admin):
        asked = request.GET.get(self.parameter_name, "")
        found = _week(asked)
        if not found:
            return []
        is_up_to, monday = found
        year, week, _day = monday.isocalendar()
        return [(asked, f"{'Till och med vecka' if is_up_to else 'Vecka'} {week}, {year}")]

    def narrow(self, queryset, value, user):
        is_up_to, monday = _week(value)
        return scopes.came_in_week(queryset, monday, is_up_to=is_up_to)


def _week(text: str) -> tuple[bool, date] | None:
    """ "till-2026-v42" → (True, the Monday of that week); None when it is no week."""
    found = WEEK.fullmatch(text)
    if not found:
        return None
    try:
        return bool(found[1]), date.fromisocalendar(int(found[2]), int(found[3]), 1)
    except ValueError:
        return None


class HiddenNameFilter(ChoiceFilter):
    title, parameter_name = "namn", "namn"
    options = [("utan", "Visas utan namn"), ("med", "Visas med namn")]

    def narrow(self, queryset, value, user):
        return queryset.filter(latest__hide_name=value == "utan")


class EmailFilter(ChoiceFilter):
    title, parameter_name = "e-post", "epost"
    options = [("obekraftad", "E-post inte bekräftad")]

    def narrow(self, queryset, value, user):
        return scopes.unconfirmed(queryset)


class SecrecyFilter(ChoiceFilter):
    """Offered to those who see what is marked."""

    title, parameter_name = "sekretessmarkering", "sekretess"
    options = [
        ("markerade", "Sekretessmarkerade svar och filer"),
        ("oprovade", "Markeringen är inte prövad"),
    ]

    def lookups(self, request, model_admin):
        return self.options if sees_secret(request.user) else []

    def narrow(self, queryset, value, user):
        marks = SecrecyMark.objects
        return scopes.marked_secret(
            queryset, marks.standing() if value == "markerade" else marks.untried()
        )


class ChannelFilter(ChoiceFilter):
    title, parameter_name, options = "inkom via", "kanal", Channel.choices

    def narrow(self, queryset, value, user):
        return queryset.filter(channel=value)
