"""An answer's place in the list it was opened from."""

from copy import copy

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation
from django.db.models import Count, F, Max, Window
from django.db.models.functions import Lag, Lead, RowNumber
from django.http import QueryDict

from remiss.models import Response

FILTERS = "_changelist_filters"


def filters_of(request) -> str:
    """The address of the list, as the page got it or a form on it posts it."""
    return request.GET.get(FILTERS, request.POST.get("filters", ""))


def around(request, response: Response, filters: str) -> dict:
    """`place` and `total` in the list that `filters` describes, and the keys of the neighbours as
    `before` and `after`. Empty when the filters are none of ours."""
    changelist = _changelist(request, filters)
    if changelist is None:
        return {}
    order = changelist.get_ordering(request, changelist.queryset)
    placed = changelist.queryset.annotate(
        place=Window(RowNumber(), order_by=order),
        before=Window(Lag("pk"), order_by=order),
        after=Window(Lead("pk"), order_by=order),
        total=Window(Count("pk")),
        # A filter on a window is applied after the others are counted; one on pk would come first.
        own=Window(Max("pk"), partition_by=F("pk")),
    )
    row = placed.filter(own=response.pk).values("place", "before", "after", "total").first()
    if row is None:  # read, and so gone from a list of unread
        row = {"after": changelist.queryset.values_list("pk", flat=True).first()}
    return row


class _Listed(ChangeList):
    """The list without its page: what it holds, and in which order."""

    def get_filters(self, request):
        # Those without options of their own ask the database what there is to choose from.
        self.list_filter = [
            each for each in self.list_filter if each.options or each.parameter_name in self.params
        ]
        return super().get_filters(request)

    def get_results(self, request):
        """Neither rows nor their number are wanted."""


def _changelist(request, filters: str):
    """The list as the address describes it; None when the address is not one of ours."""
    as_listed = copy(request)
    as_listed.GET = QueryDict(filters, mutable=True)
    for name in ("p", "all", "e"):
        as_listed.GET.pop(name, None)
    answers = copy(admin.site.get_model_admin(Response))
    answers.get_changelist = lambda _request: _Listed
    try:
        return answers.get_changelist_instance(as_listed)
    except (IncorrectLookupParameters, SuspiciousOperation):
        return None
