"""How a version of an answer becomes a row nobody can change: one way in for all channels."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from remiss.exports.sections import Plan
from remiss.models import (
    Answer,
    Attachment,
    Consultation,
    Contact,
    CoSignatory,
    Event,
    Kind,
    Response,
    Stance,
    Submission,
    Verb,
)
from remiss.models.backing import Backing
from remiss.models.draft import DraftFile
from remiss.models.masking import spots
from remiss.models.response import canonical_json, digest, new_reference
from remiss.text import search_key, sort_key
from remiss.workflow.dividing import divide
from remiss.workflow.masking import look_through

NOTHING_SAID = Backing()
FORMAT = 2  # of the canonical record; docs/digest.md tells what each format holds
TRIES = 20  # for a free reference


class Empty(Exception):
    """Nothing is written: a submission needs a text, a stance or a file."""


def receive(
    *,
    consultation: Consultation,
    response: Response | None,
    new_response: dict,
    contact: dict,
    plan: Plan,
    submit_key: str,
    kind: str,
    organisation: str,
    hide_name: bool,
    contents: dict[str, dict],
    received_at: datetime,
    has_time: bool = True,
    backing: Backing = NOTHING_SAID,
    files: Sequence[DraftFile] = (),
) -> Submission:
    """Store one version, in the caller's transaction. `contents` maps part key → content. Without
    `has_time` only the day of `received_at` is told.

    Raises IntegrityError when `submit_key` has been received before.
    """
    earlier = response.latest if response else None
    if response is None:
        response = _new_response(consultation=consultation, **new_response)
        Contact.objects.create(response=response, **contact)
        number = 1
    else:
        Contact.objects.filter(response=response).update(**contact)
        number = response.latest.number + 1

    record = {
        "format": FORMAT,
        "reference": response.reference,
        "version": number,
        "consultation": consultation.slug,
        "plan_version": plan.version.number,
        "channel": str(response.channel),
        "received_at": received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": str(kind),
        "organisation": organisation,
        "hide_name": hide_name,
        "preliminary": backing.is_preliminary,
        "backing": backing.record(),
        "cosignatories": [
            {"name": name, "organisation_number": number} for name, number in backing.cosignatories
        ],
        "attachments": [
            {
                "name": file.name,
                "kind": file.kind,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in files
        ],
        **_texts(plan, contents),
    }
    canonical = canonical_json(record)
    submission = Submission.objects.create(
        response=response,
        number=number,
        submit_key=submit_key,
        plan_version=plan.version,
        received_at=received_at,
        time_is_given=has_time,
        is_late=consultation.timing(received_at, response.own_last_day).phase == "closed",
        kind=kind,
        organisation=organisation,
        sort_key=sort_key(organisation or str(Kind(kind).label)),
        hide_name=hide_name,
        is_preliminary=backing.is_preliminary,
        decision_expected_on=backing.decision_expected_on,
        backing=backing.record(),
        canonical=canonical,
        sha256=digest(canonical),
        search_text=search_key(
            "\n".join(
                [
                    organisation,
                    *(f"{name} {number}" for name, number in backing.cosignatories),
                    *(answer["text"] for answer in record["answers"]),
                ]
            )
        ),
    )
    answers = Answer.objects.bulk_create(
        Answer(submission=submission, question=question, area=area, text=content[question.key])
        for area, asked, content in _answered(plan, contents)
        for question in asked
        if content.get(question.key)
    )
    divide(submission, earlier=earlier)
    Stance.objects.bulk_create(
        Stance(submission=submission, area=area, value=content["stance"])
        for area, _asked, content in _answered(plan, contents)
        if content.get("stance")
    )
    cosignatories = CoSignatory.objects.bulk_create(
        CoSignatory(submission=submission, number=place, name=name, organisation_number=number)
        for place, (name, number) in enumerate(backing.cosignatories, 1)
    )
    attachments = Attachment.objects.bulk_create(
        Attachment(submission=submission, **file.facts()) for file in files
    )
    texts = spots(submission, answers, cosignatories, attachments)
    look_through(submission, texts, earlier=earlier)
    if earlier and earlier.organisation != organisation:
        _let_go_of_the_correction(response, submission)
    Response.objects.filter(pk=response.pk).update(
        latest=submission, withdrawn_at=None, looked_through=number
    )
    response.latest, response.withdrawn_at = submission, None
    return submission


def _let_go_of_the_correction(response: Response, submission: Submission) -> None:
    """It was of another name: what they call themselves now is what they are shown as. As it
    stands under the lock: it may have been corrected since the answer was read."""
    held = Response.objects.select_for_update(of=("self",)).exclude(corrected_name="")
    corrected = held.filter(pk=response.pk).values_list("corrected_name", flat=True).first()
    if not corrected:
        return
    response.corrected_name = response.corrected_sort_key = ""
    response.save(update_fields=["corrected_name", "corrected_sort_key"])
    said = f"Det rättade namnet {corrected} gäller inte längre"
    note = f"till {submission.sender}, i version {submission.number}. {said}."
    Event.objects.note(Verb.CORRECTED_NAME, response, note, at=submission.received_at)


def _answered(plan: Plan, contents: dict[str, dict]):
    return [(area, asked, contents[key]) for key, area, asked in plan.parts() if contents.get(key)]


def _texts(plan: Plan, contents: dict[str, dict]) -> dict:
    """The record's answers and stances, with headings and questions as they were asked."""
    answers, stances = [], []
    for area, asked, content in _answered(plan, contents):
        place = {"area": area.key, "area_heading": area.heading} if area else {"area": None}
        if content.get("stance"):
            stances.append(place | {"stance": content["stance"]})
        answers += [
            place
            | {"question": question.key, "label": question.label, "text": content[question.key]}
            for question in asked
            if content.get(question.key)
        ]
    return {"answers": answers, "stances": stances}


def _new_response(**fields) -> Response:
    """A response under a reference of its own; a taken one is tried again under a savepoint."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return Response.objects.create(reference=new_reference(), **fields)
        except IntegrityError:
            taken = Response.objects.filter(public_id=fields["public_id"]).exists()
            if taken or attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")
