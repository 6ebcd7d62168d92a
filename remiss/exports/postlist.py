"""The postlista: what has come in, in a form that anybody may be shown."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from remiss.exports import glyphs
from remiss.exports.published import SECRET, name_in_lists, public_name
from remiss.exports.receipt import Printer
from remiss.exports.sheets import Cell
from remiss.exports.tables import CHUNK, received_stamp, swedish_stamp
from remiss.exports.typesetting import typeset
from remiss.models import PriorityArea, Registration, Submission
from remiss.swedish import swedish_day

SOURCE = Path(__file__).with_name("postlist.typ")
HEADER = ["Inkom", "Avsändare", "Kanal", "Ärende", "Handling", "Diarienummer", "Referens"]
MOST_IN_PDF = 2_000  # rows
NARROWEST = 16  # characters that fit in any column without a place to break


def received_between(first: date, last: date, *, viewer) -> QuerySet:
    """Every version that came in from the first of these Swedish days through the last."""
    begin, end = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in (first, last + timedelta(days=1))
    )
    areas = (
        PriorityArea.objects.filter(
            Q(answers__submission=OuterRef("pk")) | Q(stances__submission=OuterRef("pk"))
        )
        .order_by()
        .values("version")
        .annotate(n=Count("pk", distinct=True))
        .values("n")
    )
    long_texts = ("canonical", "search_text", "backing")
    return (
        Submission.objects.visible_to(viewer)
        .with_secrecy()
        .filter(received_at__gte=begin, received_at__lt=end)
        .select_related("response__consultation", "response__latest", "registration")
        .defer(*long_texts, *(f"response__latest__{name}" for name in long_texts))
        .annotate(
            area_count=Coalesce(Subquery(areas), 0),
            file_count=Count("attachments"),
        )
        .prefetch_related("maskings", "response__latest__maskings")
        .order_by("received_at", "pk")
    )


def sender(submission: Submission) -> str:
    """The name, when everything about the answer says that it may be told; else only what it is.

    A wish to be without a name holds for the earlier versions too, and nobody's name stands here
    for what a person has set aside: it may be a joke at somebody's cost. Of what is
    sekretessmarkerat nothing is told but that it came.
    """
    response = submission.response
    if submission.is_secret:
        return SECRET
    if response.set_aside:
        return str(submission.get_kind_display())
    is_hidden = submission.hide_name or response.latest.hide_name
    return public_name(submission.kind, name_in_lists(submission), hide_name=is_hidden)


def row(submission: Submission) -> list[str]:
    response = submission.response
    try:
        registry_number = submission.registration.registry_number
    except Registration.DoesNotExist:
        registry_number = ""
    return [
        received_stamp(submission),
        sender(submission),
        str(response.get_channel_display()),
        response.consultation.title,
        _document(submission),
        registry_number,
        response.reference,
    ]


def rows(submissions: QuerySet) -> Iterator[list[Cell]]:
    for submission in submissions.iterator(chunk_size=CHUNK):
        yield list(row(submission))


def _document(submission) -> str:
    number = submission.number
    what = "Remissvar" if number == 1 else f"Ändrat remissvar (version {number})"
    if submission.is_secret:
        return what
    areas, attached = submission.area_count, submission.file_count
    about = _number(areas, "område", "områden") if areas else "hela planen"
    return f"{what} om {about}" + (f", {_number(attached, 'bilaga', 'bilagor')}" * bool(attached))


def _number(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def pdf(submissions: QuerySet, *, first: date, last: date, at: datetime) -> bytes:
    """The list as PDF/A-3 and PDF/UA-1. Raises NotMade."""
    printer = Printer(NARROWEST)
    period = f"{_day(first)} till och med {_day(last)}"
    content = {
        "fonts": list(glyphs.FONTS),
        "title": "Postlista",
        "period": period,
        "made": f"Uttagen {swedish_stamp(at)}.",
        "header": HEADER,
        "rows": [[printer.paragraphs(str(cell)) for cell in each] for each in rows(submissions)],
    }
    said = json.dumps(content | {"replaced": printer.replaced})
    return typeset(SOURCE, at=at, list=said)


def _day(day: date) -> str:
    return swedish_day(day, this_year=None)
