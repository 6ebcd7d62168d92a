"""Konton: who works here, in which group. Nobody can be made a superuser on these pages."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.db import transaction

from remiss import roles
from remiss.admin.base import ChoiceFilter, PlainAdmin
from remiss.admin.gates import moment
from remiss.forms.stock import NewStaffForm, SetPasswordForm, StaffForm
from remiss.workflow import credentials, staffing


class GroupFilter(ChoiceFilter):
    title, parameter_name = "grupp", "grupp"
    options = [(name, name) for name in roles.ROLES]

    def narrow(self, queryset, value, user):
        return queryset.filter(groups__name=value)


class ActiveFilter(ChoiceFilter):
    title, parameter_name = "aktiv", "aktiv"
    options = [("ja", "Kan logga in"), ("nej", "Avstängda")]

    def narrow(self, queryset, value, user):
        return queryset.filter(is_active=value == "ja")


@admin.register(get_user_model())
class StaffAdmin(PlainAdmin, UserAdmin):
    form, add_form = StaffForm, NewStaffForm
    change_password_form = SetPasswordForm
    list_display = ["username", "full_name", "email", "group", "side", "can_log_in"]
    list_filter = [GroupFilter, ActiveFilter]
    list_select_related = ["coordinator"]
    filter_horizontal = ()
    actions = None
    own = ["username", "first_name", "last_name", "email"]
    fieldsets = [(None, {"fields": [*own, "group", "is_deputy", "is_active"]})]
    add_fieldsets = [(None, {"fields": [*own, "group", "is_deputy", "password1", "password2"]})]
    add_form_template = None
    change_form_template = "admin/remiss/staff_form.html"

    def get_queryset(self, request):
        users = super().get_queryset(request).prefetch_related("groups")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def has_change_permission(self, request, obj=None):
        # Whoever may set a superuser's password is a superuser a minute later.
        reachable = obj is None or request.user.is_superuser or not obj.is_superuser
        return reachable and super().has_change_permission(request, obj)

    def get_fieldsets(self, request, obj=None):
        if obj is not None and obj.pk == request.user.pk:
            return [(None, {"fields": self.own})]
        return super().get_fieldsets(request, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002  Django's own
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields["group"].queryset = staffing.groups()
        if obj is not None and obj.pk == request.user.pk:
            # Nobody gives themselves another group, or locks themselves out.
            del form.base_fields["group"], form.base_fields["is_deputy"]
        form.deputies = staffing.deputies(besides=obj)
        form.coordinators = staffing.coordinators(besides=obj)
        return form

    def save_model(self, request, obj, form, change):
        """All of it by verbs, which write the log."""
        who = {"user": obj, "at": moment(request), "by": request.user}
        if not change:
            staffing.employ(**self._placed(form), **who)
            return
        staffing.change(changed=form.changed_data, **who)
        if "group" in form.cleaned_data:
            staffing.place(**self._placed(form), **who)

    @staticmethod
    def _placed(form) -> dict:
        return {name: form.cleaned_data[name] for name in ("group", "is_deputy")}

    @transaction.atomic
    def user_change_password(self, request, id, form_url=""):
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = self.get_object(request, unquote(id))
            credentials.let_try_again(user)
            if user.pk != request.user.pk:
                credentials.end_sessions(user)
        return response

    def construct_change_message(self, request, form, formsets, add=False):  # noqa: FBT002
        # The stock page for a password calls nothing else of ours between saving and answering.
        if isinstance(form, self.change_password_form):
            staffing.password_was_set(user=form.user, at=moment(request), by=request.user)
        return super().construct_change_message(request, form, formsets, add)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"title": "Konton", "section": "staff"} | (extra_context or {})
        )

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"section": "staff"}
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        return super().history_view(request, object_id, {"section": "staff"})

    @admin.display(description="namn", ordering="first_name")
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description="grupp", empty_value="ingen")
    def group(self, user):
        return ", ".join(group.name for group in user.groups.all()) or None

    @admin.display(description="sida")
    def side(self, user):
        coordinator = getattr(user, "coordinator", None)
        deputy = ", ställföreträdare" if coordinator and coordinator.is_deputy else ""
        return coordinator and f"{coordinator.get_side_display()}{deputy}"

    @admin.display(description="kan logga in", ordering="is_active")
    def can_log_in(self, user):
        return "ja" if user.is_active else "nej"
