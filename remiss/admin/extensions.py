"""Längre tid: who has asked for it. Each row leads to the page where it is decided."""

from django.contrib import admin
from django.urls import reverse

from remiss.admin.base import ChoiceFilter, LeadingAdmin, short_day, short_time
from remiss.admin.deciding import sender
from remiss.models import ExtensionRequest


class DecisionFilter(ChoiceFilter):
    title, parameter_name = "beslut", "beslut"
    options = [("pending", "Väntar"), *ExtensionRequest.Decision.choices]

    def narrow(self, queryset, value, user):
        return queryset.pending() if value == "pending" else queryset.filter(decision=value)


@admin.register(ExtensionRequest)
class ExtensionRequestAdmin(LeadingAdmin):
    list_filter = [DecisionFilter]
    ordering = ["-asked_at", "-pk"]
    actions = None

    def address_of(self, row):
        return reverse("admin:decide_extension", args=[row.pk])

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    list_display = ["who", "asked", "wanted", "decided", "given"]

    @admin.display(description="vem")
    def who(self, asked):
        return sender(asked)

    @admin.display(description="begärt", ordering="asked_at")
    def asked(self, asked):
        return short_time(asked.asked_at)

    @admin.display(description="vill ha tid till", ordering="wanted_day")
    def wanted(self, asked):
        return short_day(asked.wanted_day)

    @admin.display(description="beslut", ordering="decision", empty_value="väntar")
    def decided(self, asked):
        return asked.get_decision_display() or None

    @admin.display(description="tid till", ordering="until")
    def given(self, asked):
        return short_day(asked.until)

    # Pages

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request,
            {"title": "Önskemål om längre tid", "section": "extensions"} | (extra_context or {}),
        )
