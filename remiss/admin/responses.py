"""The list of svar: columns, search and what can be done with several at once."""

from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from remiss.admin import acts, reading, scopes
from remiss.admin.base import ReadOnlyAdmin, short_received
from remiss.admin.filters import (
    AreaFilter,
    ChannelFilter,
    ConsultationFilter,
    EmailFilter,
    FilesFilter,
    HiddenNameFilter,
    KindFilter,
    MoreTimeFilter,
    PlacedFilter,
    PreliminaryFilter,
    RegistryFilter,
    SecrecyFilter,
    StatusFilter,
    ThemeFilter,
    UnreadFilter,
    WeekFilter,
)
from remiss.admin.gates import LONGEST_ADDRESS, is_coordinator, whole_numbers
from remiss.models import Response
from remiss.models.response import by_name
from remiss.models.secrecy import sees_secret
from remiss.workflow import disposing


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    list_display = [
        "reference",
        "organisation",
        "kind",
        "areas",
        "received",
        "registry_number",
        "readers",
        "placed",
        "state",
    ]
    list_filter = [
        ConsultationFilter,
        StatusFilter,
        UnreadFilter,
        RegistryFilter,
        AreaFilter,
        PlacedFilter,
        ThemeFilter,
        KindFilter,
        FilesFilter,
        PreliminaryFilter,
        MoreTimeFilter,
        EmailFilter,
        HiddenNameFilter,
        ChannelFilter,
        SecrecyFilter,
        WeekFilter,
    ]
    list_select_related = ["consultation", "latest__registration"]
    ordering = ["-latest__received_at", "-pk"]
    search_fields = ["reference"]  # shows the box; get_search_results decides what is searched
    search_help_text = (
        "Ord i svaret, organisation, referens eller diarienummer. Alla ord ska finnas."
    )
    actions = ["mark_read", "mark_unread", "set_aside", "take_back", "export_chosen", "dispose"]
    change_list_template = "admin/remiss/response_list.html"

    def get_queryset(self, request):
        received = scopes.with_columns(scopes.received(request.user))
        return scopes.with_secrecy(received) if sees_secret(request.user) else received

    def get_search_results(self, request, queryset, search_term):
        return scopes.matching(queryset, search_term), False

    @admin.display(description="organisation", ordering=by_name("", "latest__"))
    def organisation(self, response):
        name = response.shown_as
        # What the row carries is asked for only for those who see it.
        if getattr(response, "is_secret", False):
            return f"{name} (sekretessmarkerat)"
        has_secret = getattr(response, "has_secret", False)
        return f"{name} (har en sekretessmarkerad fil)" if has_secret else name

    @admin.display(description="vem", ordering="latest__kind")
    def kind(self, response):
        return response.latest.get_kind_display()

    @admin.display(description="områden", ordering="area_count")
    def areas(self, response):
        return f"{response.area_count} av {response.area_total}"

    @admin.display(description="inkom", ordering="latest__received_at")
    def received(self, response):
        return short_received(response.latest)

    @admin.display(
        description="diarienr",
        ordering="latest__registration__registry_number",
        empty_value="saknas",
    )
    def registry_number(self, response):
        registration = getattr(response.latest, "registration", None)
        return registration and registration.registry_number

    @admin.display(description="läst av (K/I)", empty_value="ingen")
    def readers(self, response):
        sides = {"K": response.read_by_city, "I": response.read_by_civil}
        return "/".join(letter for letter, has_read in sides.items() if has_read) or None

    @admin.display(description="placerat", empty_value="inga stycken")
    def placed(self, response):
        total = response.passage_count
        return f"{response.covered_count} av {total}" if total else None

    @admin.display(description="status")
    def state(self, response):
        unconfirmed = ", e-post inte bekräftad" if response.email_is_unconfirmed else ""
        return response.status + unconfirmed

    # Pages

    def changelist_view(self, request, extra_context=None):
        query = {"scope": "filter", "q": request.GET.urlencode()}
        context = {
            "title": "Svar",
            "section": "responses",
            "export_query": urlencode(query),
            "may_record": request.user.has_perm("remiss.record_response"),
            "may_export": self.has_export_permission(request),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        for key in whole_numbers([unquote(object_id)]):
            return reading.opened(request, key)
        raise Http404

    # Actions: each leads to a page of its own that shows how many and which before anything is done

    def has_coordinate_permission(self, request):
        return is_coordinator(request.user)

    def has_set_aside_permission(self, request):
        return request.user.has_perm("remiss.set_aside_response")

    def has_export_permission(self, request):
        return request.user.has_perm("remiss.export_response")

    @admin.action(description="Markera som läst", permissions=["coordinate"])
    def mark_read(self, request, queryset):
        return acts.asked(request, "mark_read", queryset)

    @admin.action(description="Markera som oläst", permissions=["coordinate"])
    def mark_unread(self, request, queryset):
        return acts.asked(request, "mark_unread", queryset)

    @admin.action(description="Lägg åt sidan", permissions=["set_aside"])
    def set_aside(self, request, queryset):
        return acts.asked(request, "set_aside", queryset)

    @admin.action(description="Ta tillbaka bland svaren", permissions=["set_aside"])
    def take_back(self, request, queryset):
        return acts.asked(request, "take_back", queryset)

    def has_dispose_permission(self, request):
        return request.user.has_perm("remiss.dispose_response")

    @admin.action(description="Gallra", permissions=["dispose"])
    def dispose(self, request, queryset):
        keys = queryset.order_by("pk").values_list("pk", flat=True)[: disposing.MOST + 1]
        query = urlencode({"ids": ",".join(map(str, keys))})
        return redirect(f"{reverse('admin:dispose')}?{query}")

    @admin.action(description="Exportera valda", permissions=["export"])
    def export_chosen(self, request, queryset):
        keys = ",".join(map(str, queryset.order_by("pk").values_list("pk", flat=True)))
        query = {"scope": "chosen", "ids": keys}
        if len(keys) > LONGEST_ADDRESS:  # everything in the list has been chosen
            query = {"scope": "filter", "q": request.GET.urlencode()}
        return redirect(f"{reverse('admin:export')}?{urlencode(query)}")
