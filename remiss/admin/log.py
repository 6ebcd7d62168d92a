"""Logg: the append-only events, and reports about accessibility. Nothing here can be changed."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.html import format_html

from remiss.admin.base import ChoiceFilter, ReadOnlyAdmin, short_time
from remiss.models import AccessibilityReport, Event, Verb


class VerbFilter(ChoiceFilter):
    title, parameter_name = "vad", "vad"
    options = [(value, str(label)[0].upper() + str(label)[1:]) for value, label in Verb.choices]

    def narrow(self, queryset, value, user):
        return queryset.filter(verb=value)


class ActorFilter(ChoiceFilter):
    title, parameter_name = "av", "av"

    def lookups(self, request, model_admin):
        actors = get_user_model().objects.filter(
            pk__in=Event.objects.order_by().values("actor").distinct()
        )
        return [(str(user.pk), user.get_full_name() or user.username) for user in actors]

    def narrow(self, queryset, value, user):
        return queryset.filter(actor=value)


class LoggedAdmin(ReadOnlyAdmin):
    """A list that is its own last page: rows are read where they stand."""

    list_display_links = None
    actions = None
    change_list_template = "admin/remiss/log_list.html"
    heading = ""

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"title": self.heading, "section": "log"} | (extra_context or {})
        )


def linked(response) -> str:
    if response is None:
        return ""
    return format_html(
        '<a href="{}">{}</a>',
        reverse("admin:remiss_response_change", args=[response.pk]),
        response.reference,
    )


@admin.register(Event)
class EventAdmin(LoggedAdmin):
    heading = "Händelser"
    list_display = ["when", "who", "what", "about", "note"]
    list_filter = [VerbFilter, ActorFilter]
    list_select_related = ["actor", "response"]
    search_fields = ["reference"]
    search_help_text = "Svarets referens, till exempel MA-4K7P."
    fields = ["when", "who", "what", "about", "note"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_search_results(self, request, queryset, search_term):
        word = search_term.strip()
        return (queryset.filter(response__reference__icontains=word) if word else queryset), False

    @admin.display(description="när", ordering="at")
    def when(self, event):
        return short_time(event.at)

    @admin.display(description="av")
    def who(self, event):
        return event.actor_name

    @admin.display(description="vad")
    def what(self, event):
        return event.get_verb_display()

    @admin.display(description="svar")
    def about(self, event):
        return linked(event.response)


@admin.register(AccessibilityReport)
class AccessibilityReportAdmin(LoggedAdmin):
    heading = "Rapporter om tillgänglighet"
    list_display = ["when", "text", "email"]
    fields = ["when", "text", "email"]

    @admin.display(description="när", ordering="at")
    def when(self, report):
        return short_time(report.at)
