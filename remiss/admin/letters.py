"""Brev: how the letters about received answers are going. Letters about drafts are not shown."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList

from remiss import roles
from remiss.admin.base import ChoiceFilter, short_time
from remiss.admin.logged import LoggedAdmin, linked
from remiss.models import Letter, Submission
from remiss.text import hide_addresses

SUBMISSION = "submission:"


class StateFilter(ChoiceFilter):
    title, parameter_name, options = "läge", "lage", Letter.State.choices

    def narrow(self, queryset, value, user):
        return queryset.filter(state=value)


class KindFilter(ChoiceFilter):
    title, parameter_name = "brev", "brev"
    options = [choice for choice in Letter.Kind.choices if choice[0] not in Letter.DRAFT_KINDS]

    def narrow(self, queryset, value, user):
        return queryset.filter(kind=value)


def _submission_key(letter) -> int | None:
    """A letter names what it is about in words, so that the outbox knows no other table."""
    first = letter.target.partition("/")[0]
    return int(first.removeprefix(SUBMISSION)) if first.startswith(SUBMISSION) else None


class LetterList(ChangeList):
    """The answers of one page of letters, in one query."""

    def get_results(self, request):
        super().get_results(request)
        letters = list(self.result_list)
        keys = {_submission_key(letter) for letter in letters} - {None}
        received = (
            Submission.objects.visible_to(request.user)
            .filter(pk__in=keys)
            .select_related("response")
        )
        received = received.defer("canonical", "search_text")
        found = {submission.pk: submission.response for submission in received}
        for letter in letters:
            written = letter.written and letter.written.response
            letter.about_response = written or found.get(_submission_key(letter))
        self.result_list = letters


@admin.register(Letter)
class LetterAdmin(LoggedAdmin):
    heading = "Brev"
    list_filter = [StateFilter, KindFilter]
    ordering = ["-due", "-pk"]
    always = ["kind", "about", "state", "due_at", "sent", "came_back", "attempts"]
    # A mail server's refusal quotes the address.
    with_address = ["to", "refused", "returned"]

    def get_queryset(self, request):
        letters = super().get_queryset(request).visible_to(request.user).about_responses()
        return letters.select_related("invitation__body", "written__response")

    def get_changelist(self, request, **kwargs):
        return LetterList

    def get_list_display(self, request):
        return self.always + (self.with_address if roles.may_see_contact(request.user) else [])

    def get_fields(self, request, obj=None):
        return [name for name in self.get_list_display(request) if name != "about"]

    @admin.display(description="svar eller remissinstans")
    def about(self, letter):
        return letter.invitation.body.name if letter.invitation else linked(letter.about_response)

    # An answer's address is contact data, which is shown where that is logged: here only its
    # domain stands. The address of a remissinstans stands on its page.

    def _shown(self, letter, text):
        return text if letter.invitation else hide_addresses(text)

    @admin.display(description=Letter._meta.get_field("address").verbose_name, ordering="address")
    def to(self, letter):
        return self._shown(letter, letter.address)

    @admin.display(description=Letter._meta.get_field("last_error").verbose_name)
    def refused(self, letter):
        return self._shown(letter, letter.last_error)

    @admin.display(description=Letter._meta.get_field("bounce").verbose_name)
    def returned(self, letter):
        return self._shown(letter, letter.bounce)

    @admin.display(description="ska skickas", ordering="due")
    def due_at(self, letter):
        return short_time(letter.due)

    @admin.display(description="skickat", ordering="sent_at")
    def sent(self, letter):
        return short_time(letter.sent_at)

    @admin.display(description="kom tillbaka", ordering="bounced_at")
    def came_back(self, letter):
        return short_time(letter.bounced_at)
