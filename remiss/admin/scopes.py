"""Which answers a column, a filter and a figure mean: written once, so that they agree."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from remiss.models import (
    SETTLED,
    Answer,
    Attachment,
    Body,
    BodyAddress,
    Channel,
    Consultation,
    Coordinator,
    FileScan,
    Invitation,
    Letter,
    Passage,
    Placement,
    PriorityArea,
    ReadMark,
    Registration,
    ReplyRevision,
    Response,
    SecrecyMark,
    SetAside,
    Stance,
    Status,
    Submission,
    Theme,
)
from remiss.models.secrecy import sees_secret
from remiss.text import clean, email_key, name_key, search_key, sort_key

# The body has been asked, and the link of the invitation has not been used.
UNOPENED = [Status.SENT, Status.NOT_DELIVERED]


def received(viewer) -> QuerySet:
    """Everything that has been sent in and `viewer` may see, also what no longer counts."""
    visible = Response.objects.visible_to(viewer)
    return without_long_texts(visible.filter(latest__isnull=False))


def current(viewer) -> QuerySet:
    """What counts as svar, of what `viewer` may see."""
    return Response.objects.visible_to(viewer).current()


def hidden(viewer, consultation: Consultation | None = None) -> QuerySet:
    """What counts as svar and is sekretessmarkerat: told to `viewer` as a number, never shown."""
    found = Response.objects.hidden_from(viewer).current()
    return found.filter(consultation=consultation) if consultation else found


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


def with_news(responses: QuerySet, user) -> QuerySet:
    """Each row says as `is_news` whether the user coordinates and has not read its latest
    version."""
    coordinates = Exists(Coordinator.objects.filter(user=user.pk))
    return responses.annotate(is_news=coordinates & ~_latest_read(user=user.pk))


def unregistered(responses: QuerySet) -> QuerySet:
    """The latest version has no diarienummer."""
    return responses.filter(latest__registration=None)


def unregistered_versions(viewer) -> QuerySet:
    """Every version that has come in and has no diarienummer, the earliest first.

    OSL 5 kap. 1 § asks for each of them, also of an answer that was withdrawn or set aside.
    """
    visible = Submission.objects.visible_to(viewer)
    waiting = visible.filter(registration=None).defer("canonical", "search_text")
    return waiting.select_related("response__consultation").order_by("received_at", "pk")


def unconfirmed(responses: QuerySet) -> QuerySet:
    return responses.filter(channel=Channel.PORTAL, confirmed_at=None)


def with_files(responses: QuerySet) -> QuerySet:
    """The latest version has a bilaga."""
    return responses.filter(Exists(Attachment.objects.filter(submission=OuterRef("latest"))))


def with_malware(responses: QuerySet, viewer) -> QuerySet:
    """The latest version has a bilaga that the scanner has refused."""
    infected = FileScan.objects.infected().values("sha256")
    files = Attachment.objects.visible_to(viewer).filter(sha256__in=infected)
    return responses.filter(Exists(files.filter(submission=OuterRef("latest"))))


def preliminary(responses: QuerySet) -> QuerySet:
    """The latest version waits for a decision."""
    return responses.filter(latest__is_preliminary=True)


def with_own_last_day(responses: QuerySet) -> QuerySet:
    """More time was granted, or a preliminary answer waits for its decision."""
    return responses.filter(own_last_day__isnull=False)


def came_in_week(responses: QuerySet, monday: date, *, is_up_to: bool) -> QuerySet:
    """The first version came in in the Swedish week of that Monday, or in it or before."""
    first = Submission.objects.filter(response=OuterRef("pk"), number=1)
    first = first.filter(received_at__lt=_midnight(monday + timedelta(days=7)))
    if not is_up_to:
        first = first.filter(received_at__gte=_midnight(monday))
    return responses.filter(Exists(first))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def suspects(viewer) -> QuerySet:
    return received(viewer).filter(set_aside=SetAside.SUSPECT)


def about(responses: QuerySet, area_key: str) -> QuerySet:
    """The latest version says something about the area, in whatever version of the plan."""
    here = {"submission": OuterRef("latest"), "area__key": area_key}
    return responses.filter(
        Exists(Answer.objects.filter(**here)) | Exists(Stance.objects.filter(**here))
    )


def marked_secret(responses: QuerySet, marks: QuerySet) -> QuerySet:
    """One of the marks is on the answer or on a file in any version of it."""
    return responses.filter(_has(marks))


def _has(marks: QuerySet) -> Exists:
    about = Q(response=OuterRef("pk")) | Q(attachment__submission__response=OuterRef("pk"))
    return Exists(marks.filter(about))


def with_secrecy(responses: QuerySet) -> QuerySet:
    """Each row carries whether it `is_secret`, and whether it `has_secret` file or is so itself."""
    standing = SecrecyMark.objects.standing()
    is_secret = Exists(standing.filter(response=OuterRef("pk")))
    return responses.annotate(is_secret=is_secret, has_secret=_has(standing))


def _passages_of_latest():
    return Passage.objects.filter(answer__submission=OuterRef("latest"))


def with_passages_left(responses: QuerySet) -> QuerySet:
    """Something in the latest version is still to be placed."""
    return responses.filter(Exists(_passages_of_latest().left()))


def all_placed(responses: QuerySet) -> QuerySet:
    """There are passages in the latest version, and none of them is left."""
    passages = _passages_of_latest()
    return responses.filter(Exists(passages), ~Exists(passages.left()))


def only_files(responses: QuerySet) -> QuerySet:
    """What the latest version says stands in its files alone: it has no passage to place."""
    return with_files(responses).filter(~Exists(_passages_of_latest()))


def files_left(responses: QuerySet) -> QuerySet:
    """Those of them that nobody has marked as handled."""
    return only_files(responses).filter(latest__handled_files=None)


def files_handled(responses: QuerySet) -> QuerySet:
    return only_files(responses).filter(latest__handled_files__isnull=False)


def under_theme(responses: QuerySet, theme: int | str) -> QuerySet:
    """Something in the latest version stands under the theme."""
    return responses.filter(Exists(_passages_of_latest().filter(placements__theme=theme)))


def number_of(passages: QuerySet, by: str) -> Coalesce:
    """How many there are, for the outer row that they are filtered by; `by` leads to that row."""
    grouped = passages.order_by().values(by).annotate(n=Count("pk"))
    return Coalesce(Subquery(grouped.values("n")), 0)


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
        passage_count=number_of(_passages_of_latest(), "answer__submission"),
        covered_count=number_of(_passages_of_latest().covered(), "answer__submission"),
    )


def matching(responses: QuerySet, words: str) -> QuerySet:
    """Every word stands in the text, the organisation's name, the reference or a diarienummer."""
    for word in clean(words).split():
        numbered = Registration.objects.filter(
            submission__response=OuterRef("pk"), registry_number__icontains=word
        )
        responses = responses.filter(
            Q(latest__search_text__contains=search_key(word))
            | Q(corrected_sort_key__contains=sort_key(word))
            | Q(reference__icontains=word)
            | Q(Exists(numbered))
        )
    return responses


# Replies


def replies(consultation: Consultation | None, viewer) -> QuerySet:
    """The newest revision of each reply that is in use."""
    return _replies_in_use(consultation, viewer).newest()


def replies_waiting(consultation: Consultation | None, side: str, viewer) -> QuerySet:
    """Where this side is the one to act."""
    return _replies_in_use(consultation, viewer).waiting_for(side)


def _replies_in_use(consultation: Consultation | None, viewer) -> QuerySet:
    in_use = ReplyRevision.objects.in_use(consultation)
    if sees_secret(viewer):
        return in_use
    answers = Response.objects.visible_to(viewer)
    return in_use.filter(Q(response=None) | Q(response__in=answers))


def without_reply(consultation: Consultation | None) -> QuerySet:
    """Themes that passages stand under and nobody has begun to reply to."""
    in_use = Theme.objects.filter(consultation=consultation, merged_into=None, replies=None)
    return in_use.filter(Exists(Placement.objects.filter(theme=OuterRef("pk"))))


# Bodies and their invitations


def current_consultation(request) -> Consultation | None:
    """The remiss that bodies are invited to, asked once a request."""
    if not hasattr(request, "current_consultation"):
        request.current_consultation = Consultation.objects.current()
    return request.current_consultation


def _main_address(body: str) -> QuerySet:
    return BodyAddress.objects.order_by().filter(body=OuterRef(body), is_main=True)


def with_main_address(rows: QuerySet, body: str) -> QuerySet:
    """Each row carries `email` and whether it `is_failing`, of the body that `body` leads to."""
    main = _main_address(body)
    return rows.annotate(
        email=Subquery(main.values("email")[:1]), is_failing=Exists(main.failing())
    )


def with_invitation(bodies: QuerySet, consultation: Consultation | None) -> QuerySet:
    """Each body carries the Status of its invitation as `status`, None when it has none."""
    asked = Invitation.objects.filter(consultation=consultation, body=OuterRef("pk"))
    return bodies.annotate(status=Subquery(asked.with_status().values("status")[:1]))


def invited(bodies: QuerySet, consultation: Consultation | None) -> QuerySet:
    return bodies.filter(pk__in=_asked(consultation))


def uninvited(bodies: QuerySet, consultation: Consultation | None) -> QuerySet:
    return bodies.exclude(pk__in=_asked(consultation))


def _asked(consultation: Consultation | None) -> QuerySet:
    """The bodies that have been invited or will be when their letter goes. One whose sending was
    undone may be chosen anew."""
    rows = Invitation.objects.filter(consultation=consultation).with_status()
    return rows.filter(Q(is_invited=True) | ~Q(status=Status.NOT_SENT)).values("body")


def without_address(bodies: QuerySet) -> QuerySet:
    return bodies.filter(~Exists(_main_address("pk")))


def with_failing_address(bodies: QuerySet) -> QuerySet:
    """Letters go to the main address, and that one does not work."""
    return bodies.filter(Exists(_main_address("pk").failing()))


def not_delivered(invitations: QuerySet) -> QuerySet:
    """The latest letter did not arrive, or the next one would not, and an answer is still missing.

    The rows come with_status().
    """
    failing = Exists(_main_address("body").failing())
    lost = invitations.filter(Q(latest_state=Letter.State.FAILED) | Q(failing))
    return lost.exclude(status__in=SETTLED)


def tags_in_use() -> list[tuple[str, str]]:
    """(key, as somebody has written it) for each tag, in order."""
    written = Body.objects.in_use().exclude(tags="").order_by("tags").values("tags").distinct()
    tags = {search_key(tag): tag for row in written for tag in Body(**row).tag_list}
    return sorted(tags.items(), key=lambda tag: sort_key(tag[1]))


def bodies_matching(words: str) -> QuerySet:
    """Every word stands in the name, an address or the organisation number."""
    bodies = Body.objects.in_use()
    for word in clean(words).split():
        key = email_key(word) if "@" in word.strip("@") else search_key(word)
        reached = BodyAddress.objects.filter(body=OuterRef("pk"), email_key__contains=key)
        number = f"{word[:6]}-{word[6:]}" if len(word) == 10 and word.isdecimal() else word
        bodies = bodies.filter(
            Q(name_key__contains=name_key(word))
            | Q(organisation_number__contains=number)
            | Q(Exists(reached))
        )
    return bodies
