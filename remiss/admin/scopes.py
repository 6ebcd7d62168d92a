"""Which answers a column, a filter and a figure mean: written once, so that they agree."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from remiss.models import (
    Answer,
    Attachment,
    Channel,
    Coordinator,
    PriorityArea,
    ReadMark,
    Registration,
    Response,
    SetAside,
    Stance,
)
from remiss.text import clean, search_key


def received() -> QuerySet:
    """Everything that has been sent in, also what no longer counts."""
    return without_long_texts(Response.objects.filter(latest__isnull=False))


def without_long_texts(responses: QuerySet) -> QuerySet:
    """Lists need neither the record nor the text to search in, which hold every answer twice."""
    return responses.defer("latest__canonical", "latest__search_text")


def _latest_read(**by) -> Exists:
    return Exists(
        ReadMark.objects.filter(
            response=OuterRef("pk"), version__gte=OuterRef("latest__number"), **by
        )
    )


def unread(responses: QuerySet) -> QuerySet:
    """Nobody has opened the latest version."""
    return responses.filter(~_latest_read())


def unread_by(responses: QuerySet, user) -> QuerySet:
    return responses.filter(~_latest_read(user=user.pk))


def unregistered(responses: QuerySet) -> QuerySet:
    """The latest version has no diarienummer."""
    return responses.filter(latest__registration=None)


def unconfirmed(responses: QuerySet) -> QuerySet:
    return responses.filter(channel=Channel.PORTAL, confirmed_at=None)


def with_files(responses: QuerySet) -> QuerySet:
    """The latest version has a bilaga."""
    return responses.filter(Exists(Attachment.objects.filter(submission=OuterRef("latest"))))


def preliminary(responses: QuerySet) -> QuerySet:
    """The latest version waits for a decision."""
    return responses.filter(latest__is_preliminary=True)


def with_own_last_day(responses: QuerySet) -> QuerySet:
    """More time was granted, or a preliminary answer waits for its decision."""
    return responses.filter(own_last_day__isnull=False)


def suspects() -> QuerySet:
    return received().filter(set_aside=SetAside.SUSPECT)


def about(responses: QuerySet, area_key: str) -> QuerySet:
    """The latest version says something about the area, in whatever version of the plan."""
    here = {"submission": OuterRef("latest"), "area__key": area_key}
    return responses.filter(
        Exists(Answer.objects.filter(**here)) | Exists(Stance.objects.filter(**here))
    )


def with_columns(responses: QuerySet) -> QuerySet:
    """What the list shows of each answer, in the list's own query."""
    areas = (
        PriorityArea.objects.filter(version=OuterRef("latest__plan_version"))
        .order_by()
        .values("version")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return responses.with_areas().annotate(
        area_total=Coalesce(Subquery(areas), 0),
        read_by_city=_latest_read(user__coordinator__side=Coordinator.Side.CITY),
        read_by_civil=_latest_read(user__coordinator__side=Coordinator.Side.CIVIL),
    )


def matching(responses: QuerySet, words: str) -> QuerySet:
    """Every word stands in the text, the organisation's name, the reference or a diarienummer."""
    for word in clean(words).split():
        numbered = Registration.objects.filter(
            submission__response=OuterRef("pk"), registry_number__icontains=word
        )
        responses = responses.filter(
            Q(latest__search_text__contains=search_key(word))
            | Q(reference__icontains=word)
            | Q(Exists(numbered))
        )
    return responses
