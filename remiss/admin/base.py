"""What all lists and forms of the workbench share."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.safestring import mark_safe

from remiss.admin.gates import whole_numbers
from remiss.forms.stock import AdminNameField, AdminTextField


def short_time(moment) -> str:
    """2026-11-12 14.32: narrow enough for a column, and sorted by eye."""
    return (
        formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""
    )


def short_received(submission) -> str:
    """When it came in, as short_time; the day alone where no time is known."""
    if submission.has_time:
        return short_time(submission.received_at)
    return short_day(timezone.localdate(submission.received_at))


def short_day(day) -> str:
    """2026-11-12."""
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""


class ChoiceFilter(admin.SimpleListFilter):
    """A filter with a closed list: anything else in the address is ignored and shows all."""

    all_label = "Alla"
    options: list[tuple[str, str]] = []

    def lookups(self, request, model_admin):
        return self.options

    def value(self):
        value = super().value()
        return value if value in dict(self.lookup_choices) else None

    def queryset(self, request, queryset):
        value = self.value()
        return self.narrow(queryset, value, request.user) if value else queryset

    def narrow(self, queryset, value, user):
        raise NotImplementedError

    def choices(self, changelist):
        everything, *rest = super().choices(changelist)
        return [everything | {"display": self.all_label}, *rest]


class PlainAdmin(admin.ModelAdmin):
    """Pages of fifty, no lookups in the address but our own filters, nothing is ever deleted."""

    list_per_page = list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    formfield_overrides = {
        models.CharField: {"form_class": AdminNameField, "widget": AdminTextInputWidget},
        models.TextField: {"form_class": AdminTextField, "widget": AdminTextareaWidget},
        models.SlugField: {"widget": AdminTextInputWidget},
    }

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            # The stock action view trusts the boxes to hold numbers.
            posted = request.POST.copy()
            keys = whole_numbers(posted.getlist(ACTION_CHECKBOX_NAME))
            posted.setlist(ACTION_CHECKBOX_NAME, [str(key) for key in keys])
            request.POST = posted
        return super().changelist_view(request, extra_context)

    def message_user(self, request, message, *args, **kwargs):
        """As Django's, which has English quotation marks in its Swedish sentences too."""
        swedish = str(message).replace("“", "”")
        message = mark_safe(swedish) if hasattr(message, "__html__") else swedish
        return super().message_user(request, message, *args, **kwargs)

    def lookup_allowed(self, lookup, value, request):
        return lookup in {kind.parameter_name for kind in self.list_filter}

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(PlainAdmin):
    """To be read by those with the view permission, changed by nobody, superusers included."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class LeadingList(ChangeList):
    def url_for_result(self, result):
        return self.model_admin.address_of(result)


class LeadingAdmin(ReadOnlyAdmin):
    """A list whose rows lead to pages of our own; the stock pages of a row lead there too."""

    def address_of(self, row) -> str:
        raise NotImplementedError

    def get_changelist(self, request, **kwargs):
        return LeadingList

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._shown(request, object_id)

    def history_view(self, request, object_id, extra_context=None):
        return self._shown(request, object_id)

    def _shown(self, request, object_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return redirect(self.address_of(row))
