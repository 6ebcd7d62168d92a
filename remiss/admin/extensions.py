"""Längre tid: who has asked for it. Each row leads to the page where it is decided."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from remiss import roles
from remiss.admin.base import ChoiceFilter, ReadOnlyAdmin, short_day, short_time
from remiss.admin.deciding import sender
from remiss.models import ExtensionRequest


class DecisionFilter(ChoiceFilter):
    title, parameter_name = "beslut", "beslut"
    options = [("pending", "Väntar"), *ExtensionRequest.Decision.choices]

    def narrow(self, queryset, value, user):
        return queryset.pending() if value == "pending" else queryset.filter(decision=value)


class RequestList(ChangeList):
    """Each row leads to our own page."""

    def url_for_result(self, result):
        return reverse("admin:decide_extension", args=[result.pk])


@admin.register(ExtensionRequest)
class ExtensionRequestAdmin(ReadOnlyAdmin):
    list_filter = [DecisionFilter]
    ordering = ["-asked_at", "-pk"]
    actions = None

    def get_changelist(self, request, **kwargs):
        return RequestList

    def get_list_display(self, request):
        who = "organisation" if roles.may_see_contact(request.user) else "who"
        return [who, "asked", "wanted", "decided", "given"]

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

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._shown(request, object_id)

    def history_view(self, request, object_id, extra_context=None):
        return self._shown(request, object_id)

    def _shown(self, request, object_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = self.get_object(request, unquote(object_id))
        if asked is None:
            raise Http404
        return redirect("admin:decide_extension", asked.pk)
