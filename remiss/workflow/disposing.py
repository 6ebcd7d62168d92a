"""Gallring: answers that go for good, by a decision, and the row that says so (decision 17)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from remiss import crash
from remiss.models import (
    Answer,
    Attachment,
    Disposal,
    DisposalPermit,
    Draft,
    Event,
    ExtensionRequest,
    Letter,
    Response,
    ReviewStep,
    Submission,
    Verb,
)
from remiss.models.draft import DraftFile, new_public_id
from remiss.swedish import swedish_day
from remiss.workflow import filing

MOST = 200  # answers in one act


class CannotDispose(Exception):
    """Nothing has been gallrat; the sentence says why."""


def why_not(response: Response, at: datetime) -> str:
    """Why an answer cannot be gallrat, as a sentence; empty when nothing hinders it."""
    consultation, own_day = response.consultation, response.own_last_day
    if consultation.is_open_for(at):
        return "Remissen pågår."
    if own_day and consultation.is_open_for(at, own_day):
        day = swedish_day(own_day, this_year=timezone.localdate(at).year)
        return f"Remissen är stängd, men det här svaret har egen svarstid till och med {day}."
    return ""


@transaction.atomic
def dispose(*, responses: Iterable[int], decision: str, at: datetime, by) -> Disposal:
    """Remove every row and file of the answers, by their keys, all or none of them.

    What stays is the reference, so that the log still says what it was about, and the Disposal.
    Raises CannotDispose.
    """
    if not decision:
        raise CannotDispose("Skriv gallringsbeslutet och dess diarienummer.")
    chosen = list(
        Response.objects.select_for_update(of=("self",))
        .select_related("consultation")
        .filter(pk__in=list(responses), latest__isnull=False)
        .order_by("pk")
    )
    if not 0 < len(chosen) <= MOST:
        raise CannotDispose(f"Välj minst ett och högst {MOST} svar.")
    if any(why_not(each, at) for each in chosen):
        raise CannotDispose("Svarstiden pågår för något av svaren. Inget är gallrat.")
    disposal = Disposal.objects.create(
        decision=decision,
        number=len(chosen),
        references=sorted(each.reference for each in chosen),
        at=at,
        by=by,
    )
    permit = DisposalPermit.objects.create(decision=decision)
    paths = _remove(chosen)
    permit.delete()
    Event.objects.bulk_create(
        Event(
            at=at,
            actor=by,
            verb=Verb.DISPOSED,
            consultation_id=each.consultation_id,
            response=each,
            note=decision,
        )
        for each in chosen
    )
    filing.remove_after_commit(paths)
    crash.point("before_commit")
    return disposal


def _remove(responses: Sequence[Response]) -> list[str]:
    """Remove what hangs on the answers; the paths of the files that were theirs."""
    keys = [each.pk for each in responses]
    links = [each.public_id for each in responses]
    submissions = Submission.objects.filter(response__in=keys)
    numbers = list(submissions.values_list("pk", flat=True))
    drafts = Draft.objects.filter(public_id__in=links)
    requests = ExtensionRequest.objects.filter(public_id__in=links)
    paths = [
        *Attachment.objects.filter(submission__in=numbers).values_list("path", flat=True),
        *DraftFile.objects.filter(draft__in=drafts).values_list("path", flat=True),
    ]
    targets = [f"response:{pk}" for pk in keys]
    for model, rows in {"draft": drafts, "extension": requests}.items():
        targets += [f"{model}:{pk}" for pk in rows.values_list("pk", flat=True)]
    targets += [f"submission:{pk}" for pk in numbers]
    _remove_letters(targets)
    decided = _decided_before_sending(requests)
    _remove_steps(set(Answer.objects.filter(submission__in=numbers).values_list("pk", flat=True)))
    requests.delete()
    drafts.delete()
    # The answer's own row is kept as a name for the log: no link and no list leads to it.
    for each in responses:
        each.latest = each.invitation = each.own_last_day = each.confirmed_at = None
        each.corrected_name = each.corrected_sort_key = ""
        each.public_id, each.link_version = new_public_id(), each.link_version + 1
        each.save()
    for rows in _hanging_on(Response.objects.filter(pk__in=keys), left=(Event,)):
        rows.delete()
    _silence(Q(response__in=keys) | Q(pk__in=decided))
    return paths


def _decided_before_sending(requests: QuerySet) -> list[int]:
    """What the log says of more time that was decided on while there was no answer to say it of."""
    decisions = requests.filter(
        consultation=OuterRef("consultation"),
        decided_at=OuterRef("at"),
        decided_by=OuterRef("actor"),
    )
    verbs = [Verb.GRANTED, Verb.DECLINED]
    events = Event.objects.filter(response=None, body=None, verb__in=verbs)
    return list(events.filter(Exists(decisions)).values_list("pk", flat=True))


def _silence(theirs: Q) -> None:
    """Who did what and when stays in the log; what they said about the answers does not."""
    said = list(Event.objects.filter(theirs).exclude(note="").order_by("pk"))
    Event.objects.filter(pk__in=[event.pk for event in said]).delete()
    for event in said:
        event.note = ""
    Event.objects.bulk_create(said)


def _hanging_on(rows: QuerySet, *, left: tuple[type[models.Model], ...] = ()) -> Iterator[QuerySet]:
    """The rows that lead to these by foreign keys, those farthest away first: what is added to an
    answer one day goes with it."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        model = relation.related_model
        if model in left or model is rows.model:
            continue
        keys = list(
            model._default_manager.filter(**{f"{relation.field.name}__in": rows})
            .order_by()
            .values_list("pk", flat=True)
        )
        if keys:
            found = model._default_manager.filter(pk__in=keys)
            yield from _hanging_on(found, left=left)
            yield found


def _remove_letters(targets: Sequence[str]) -> None:
    """Letters about them, also to coordinators: "submission:1" and "submission:1/coordinator:2"."""
    wanted = set(targets)
    about = Letter.objects.exclude(target="").values_list("pk", "target")
    keys = [pk for pk, target in about.iterator() if target.partition("/")[0] in wanted]
    Letter.objects.filter(pk__in=keys).delete()


def _remove_steps(answers: set[int]) -> None:
    """Steps of placing that hold rows of the answers: nobody can undo them any more."""
    keys = [
        step.pk
        for step in ReviewStep.objects.only("before", "after").iterator()
        if answers & {row[1] for row in [*step.before["passages"], *step.after["passages"]]}
    ]
    ReviewStep.objects.filter(pk__in=keys).delete()
