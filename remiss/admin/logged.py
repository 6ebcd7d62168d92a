"""Lists beside the log, whose rows are read where they stand; reports about accessibility."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from remiss.admin.base import ReadOnlyAdmin, short_time
from remiss.models import AccessibilityReport


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


@admin.register(AccessibilityReport)
class AccessibilityReportAdmin(LoggedAdmin):
    heading = "Rapporter om tillgänglighet"
    list_display = ["when", "text", "email"]
    fields = ["when", "text", "email"]

    @admin.display(description="när", ordering="at")
    def when(self, report):
        return short_time(report.at)
