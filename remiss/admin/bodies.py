"""Remissinstanser: the register of those who may be asked for an answer."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse

from remiss.admin import choosing, scopes
from remiss.admin.base import ChoiceFilter, PlainAdmin
from remiss.admin.gates import moment
from remiss.forms.bodies import AddressForm, AddressFormSet, BodyForm
from remiss.models import Body, BodyAddress, Status
from remiss.models.body import BODY_KINDS
from remiss.workflow import registering_bodies


class BodyKindFilter(ChoiceFilter):
    title, parameter_name, options = "vem", "vem", BODY_KINDS

    def narrow(self, queryset, value, user):
        return queryset.filter(kind=value)


class TagFilter(ChoiceFilter):
    title, parameter_name = "etikett", "etikett"

    def lookups(self, request, model_admin):
        return scopes.tags_in_use()

    def narrow(self, queryset, value, user):
        return queryset.tagged(value)


class AddressFilter(ChoiceFilter):
    title, parameter_name = "adress", "adress"
    options = [("saknas", "Saknar e-postadress"), ("fel", "Adressen fungerar inte")]

    def narrow(self, queryset, value, user):
        if value == "saknas":
            return scopes.without_address(queryset)
        return scopes.with_failing_address(queryset)


class InvitedFilter(ChoiceFilter):
    title, parameter_name = "inbjuden", "inbjuden"
    options = [("ja", "Inbjudna"), ("nej", "Inte inbjudna")]

    def queryset(self, request, queryset):
        consultation = scopes.current_consultation(request)
        match self.value():
            case "ja":
                return scopes.invited(queryset, consultation)
            case "nej":
                return scopes.uninvited(queryset, consultation)
        return queryset


class AddressInline(admin.StackedInline):
    """Addresses have no permissions of their own: they follow their body's."""

    model, form, formset = BodyAddress, AddressForm, AddressFormSet
    readonly_fields = ["works"]
    extra = 1
    show_change_link = False

    def get_fields(self, request, obj=None):
        asked = ["is_shared"] if self.has_change_permission(request, obj) else []
        return ["email", *asked, "is_main", "works"]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("remiss.view_body")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("remiss.change_body")

    has_add_permission = has_delete_permission = has_change_permission

    @admin.display(description="fungerar")
    def works(self, address):
        if not address.pk:
            return ""
        return f"Nej. {address.failure}".strip() if address.failed_at else "Ja"


class BodyList(ChangeList):
    def url_for_result(self, result):
        return reverse("admin:body", args=[result.pk])


@admin.register(Body)
class BodyAdmin(PlainAdmin):
    form = BodyForm
    inlines = [AddressInline]
    list_display = ["name", "kind", "main_address", "tags", "invitation"]
    list_filter = [BodyKindFilter, TagFilter, AddressFilter, InvitedFilter]
    ordering = ["sort_key", "pk"]
    search_fields = ["name"]  # shows the box; get_search_results decides what is searched
    search_help_text = "Namn, e-post eller organisationsnummer. Alla ord ska finnas."
    fieldsets = [(None, {"fields": BodyForm.Meta.fields})]
    actions = ["invite"]
    change_list_template = "admin/remiss/body_list.html"
    change_form_template = "admin/remiss/body_form.html"

    def get_queryset(self, request):
        bodies = scopes.with_main_address(super().get_queryset(request).in_use(), "pk")
        return scopes.with_invitation(bodies, scopes.current_consultation(request))

    def get_changelist(self, request, **kwargs):
        return BodyList

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(pk__in=scopes.bodies_matching(search_term).values("pk")), False

    @admin.display(description="e-post", empty_value="saknas")
    def main_address(self, body):
        return f"{body.email} (fungerar inte)" if body.is_failing else body.email

    @admin.display(description="inbjuden", empty_value="nej")
    def invitation(self, body):
        return body.status and str(Status(body.status).label)

    # Pages

    def changelist_view(self, request, extra_context=None):
        context = {
            "title": "Remissinstanser",
            "section": "invitations",
            "may_add": self.has_add_permission(request),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except registering_bodies.Overtaken:
            # Checked once more, the form now finds what was in the way and says so.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"section": "invitations"}
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        return super().history_view(request, object_id, {"section": "invitations"})

    def save_model(self, request, obj, form, change):
        """Saved together with the addresses."""

    def save_related(self, request, form, formsets, change):
        (addresses,) = formsets
        registering_bodies.save(
            body=form.instance,
            addresses=addresses.addresses(),
            removed=addresses.removed(),
            at=moment(request),
            by=request.user,
        )

    def construct_change_message(self, request, form, formsets, add=False):  # noqa: FBT002  Django's own
        # Without the addresses, which are to be possible to remove.
        return super().construct_change_message(request, form, [], add)

    # Actions

    def has_invite_permission(self, request):
        return request.user.has_perm("remiss.invite_body")

    @admin.action(description="Bjud in", permissions=["invite"])
    def invite(self, request, queryset):
        return choosing.asked(request, "invite", queryset.values_list("pk", flat=True))
