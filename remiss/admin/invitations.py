"""Inbjudningar: who has been asked and what has come of it. Each row leads to the body."""

from django.contrib import admin
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from remiss.admin import choosing, granting, scopes
from remiss.admin.base import ChoiceFilter, LeadingAdmin, short_day
from remiss.admin.bodies import BodyKindFilter, TagFilter
from remiss.admin.filters import ConsultationFilter
from remiss.models import SETTLED, Invitation, Status
from remiss.workflow.inviting import MOST_REMINDERS


class CurrentConsultationFilter(ConsultationFilter):
    all_label = "Den aktuella"

    def queryset(self, request, queryset):
        chosen = self.value() or scopes.current_consultation(request)
        return queryset.filter(consultation=chosen)


class StatusFilter(ChoiceFilter):
    title, parameter_name = "status", "status"
    options = [*Status.choices, ("settled", "Svarat eller avstår"), ("unopened", "Inte öppnad")]

    def narrow(self, queryset, value, user):
        if value == "settled":
            return queryset.filter(status__in=SETTLED)
        if value == "unopened":
            return queryset.filter(status__in=scopes.UNOPENED)
        return queryset.filter(status=value)


class InvitedKindFilter(BodyKindFilter):
    def narrow(self, queryset, value, user):
        return queryset.filter(body__kind=value)


class InvitedTagFilter(TagFilter):
    def narrow(self, queryset, value, user):
        return queryset.filter(body__tag_keys__contains=f",{value},")


class NotDeliveredFilter(ChoiceFilter):
    title, parameter_name = "kom inte fram", "fram"
    options = [("nej", "Kom inte fram, eller adressen fungerar inte")]

    def narrow(self, queryset, value, user):
        return scopes.not_delivered(queryset)


class RemindedFilter(ChoiceFilter):
    title, parameter_name = "påmind", "paminn"
    options = [
        ("0", "Aldrig"),
        ("1", "En gång"),
        ("2", "Två gånger"),
        (str(MOST_REMINDERS), "Tre gånger"),
    ]

    def narrow(self, queryset, value, user):
        return queryset.filter(reminders=int(value))


class MoreTimeFilter(ChoiceFilter):
    title, parameter_name = "längre tid", "tid"
    options = [("egen", "Har längre tid")]

    def narrow(self, queryset, value, user):
        return queryset.filter(own_last_day__gt=F("consultation__last_day"))


def _day(moment) -> str:
    """The day alone: a list of eight columns has no room for the time."""
    return short_day(moment and timezone.localdate(moment))


@admin.register(Invitation)
class InvitationAdmin(LeadingAdmin):
    # The status stands where a narrow window shows it.
    list_display = ["organisation", "state", "kind", "email", "sent", "opened", "reminded", "until"]
    list_filter = [
        CurrentConsultationFilter,
        StatusFilter,
        InvitedKindFilter,
        InvitedTagFilter,
        NotDeliveredFilter,
        RemindedFilter,
        MoreTimeFilter,
    ]
    list_select_related = ["body"]
    ordering = ["body__sort_key", "pk"]
    search_fields = ["body__name"]  # shows the box; get_search_results decides what is searched
    search_help_text = "Namn, e-post eller organisationsnummer. Alla ord ska finnas."
    actions = ["invite", "remind", "grant_time"]
    change_list_template = "admin/remiss/invitation_list.html"

    def address_of(self, row):
        return reverse("admin:body", args=[row.body_id])

    def get_queryset(self, request):
        invitations = super().get_queryset(request).in_use().with_status().with_last_day()
        return scopes.with_main_address(invitations.defer("body__notes"), "body")

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(body__in=scopes.bodies_matching(search_term)), False

    @admin.display(description="organisation", ordering="body__sort_key")
    def organisation(self, invitation):
        return invitation.body.name

    @admin.display(description="vem", ordering="body__kind")
    def kind(self, invitation):
        return invitation.body.get_kind_display()

    @admin.display(description="e-post", empty_value="saknas")
    def email(self, invitation):
        failing = invitation.is_failing
        return f"{invitation.email} (fungerar inte)" if failing else invitation.email

    @admin.display(description="status")
    def state(self, invitation):
        return invitation.status_label

    @admin.display(description="skickad", ordering="sent_at")
    def sent(self, invitation):
        return _day(invitation.sent_at)

    @admin.display(description="öppnad", ordering="opened_at")
    def opened(self, invitation):
        return _day(invitation.opened_at)

    @admin.display(description="påminnelser", ordering="reminders")
    def reminded(self, invitation):
        if not invitation.reminders:
            return "0"
        return f"{invitation.reminders}, senast {_day(invitation.reminded_at)}"

    @admin.display(description="tid till", ordering="last")
    def until(self, invitation):
        return short_day(invitation.last)

    # Pages

    def changelist_view(self, request, extra_context=None):
        context = {"title": "Inbjudningar", "section": "invitations"}
        return super().changelist_view(request, context | (extra_context or {}))

    # Actions: each leads to a page of its own that shows what will be done before it is

    def has_invite_permission(self, request):
        return request.user.has_perm("remiss.invite_body")

    def has_grant_permission(self, request):
        return granting.may_grant(request.user)

    @admin.action(description="Skicka inbjudan", permissions=["invite"])
    def invite(self, request, queryset):
        return choosing.asked(request, "invite", queryset.values_list("body", flat=True))

    @admin.action(description="Skicka påminnelse", permissions=["invite"])
    def remind(self, request, queryset):
        return choosing.asked(request, "remind", queryset.values_list("body", flat=True))

    @admin.action(description="Ge längre tid", permissions=["grant"])
    def grant_time(self, request, queryset):
        return choosing.asked(request, "grant_time", queryset.values_list("body", flat=True))
