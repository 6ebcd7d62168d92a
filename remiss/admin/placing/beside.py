"""What is read beside the words of an area: the position on it, translations and transcripts."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from remiss.admin.passages import WHOLE_SLUG
from remiss.admin.placing.desk import Desk
from remiss.models import Attachment, Position, Stance, Transcript


def with_beside(responses: QuerySet, slug: str) -> QuerySet:
    """Each row carries the latest version's `stance` on the area, and whether it
    `has_transcripts`, in the rows' own query."""
    about = {"area": None} if slug == WHOLE_SLUG else {"area__key": slug}
    stances = Stance.objects.filter(submission=OuterRef("latest"), **about)
    written = Transcript.objects.filter(attachment__submission=OuterRef("latest")).exclude(text="")
    return responses.annotate(
        stance=Coalesce(Subquery(stances.values("value")[:1]), Value("")),
        has_transcripts=Exists(written),
    )


def beside(desk: Desk) -> dict:
    """For the page; the response has been fetched `with_beside`. A translation comes with its
    answer."""
    stance = desk.response.stance
    return {
        "stance": Position(stance).label if stance else "",
        "transcribed": _transcribed(desk) if desk.response.has_transcripts else [],
    }


def _transcribed(desk: Desk) -> list[Attachment]:
    """The files that are written out, and may be read by who asks."""
    files = Attachment.objects.visible_to(desk.user).filter(submission=desk.submission)
    return list(files.select_related("transcript").filter(transcript__text__gt=""))
