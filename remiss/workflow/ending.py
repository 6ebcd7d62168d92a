"""How a draft ends: deleted by those who wrote it, or 30 days after its own last day."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from remiss.models import Draft, DraftFile, Editor, ExtensionRequest, How, Letter, Response
from remiss.models.draft import LinkReplaced
from remiss.workflow import accepting, filing


def purge(*, at: datetime) -> int:
    """Delete drafts 30 days after their own last day; how many. What was sent in stays.

    Never while a request for more time waits for its decision (decision 8).
    """
    today = timezone.localdate(at)
    return sum(_purge_one(pk, today) for pk in _purgeable(today).values_list("pk", flat=True))


def _purgeable(today: date):
    pending = ExtensionRequest.objects.pending().values("public_id")
    return Draft.objects.kept_long_enough(today).exclude(public_id__in=pending)


@transaction.atomic
def _purge_one(pk: int, today: date) -> int:
    """Asked again under the lock that asking for more time takes: that comes first, or too late."""
    Draft.objects.select_for_update().filter(pk=pk).first()
    draft = _purgeable(today).filter(pk=pk).first()
    return delete(draft) if draft else 0


@transaction.atomic
def delete(draft: Draft) -> int:
    """Delete the whole draft unread, and where the letters about it went; how many drafts."""
    paths = list(DraftFile.objects.filter(draft=draft).values_list("path", flat=True))
    Letter.objects.filter(target=f"draft:{draft.pk}").forget()
    deleted = draft.delete()[1].get(Draft._meta.label, 0)
    filing.remove_after_commit(paths)
    return deleted


@transaction.atomic
def discard(*, draft: Draft, at: datetime) -> bool:
    """Delete what has not been sent in, now, with its history; True when the whole draft is gone.

    Of an answer that has been sent in the draft stays, as it was sent. Raises LinkReplaced.
    """
    held = Draft.objects.select_for_update().held_by(draft)
    draft = held.select_related(None).first()
    if draft is None:
        raise LinkReplaced
    if not draft.round:
        return bool(delete(draft))
    for part in draft.parts.select_for_update():
        sent = part.revisions.filter(version=part.sent_version).exclude(how=How.ASIDE).first()
        part.revisions.all().delete()
        part.content, part.is_done = (sent.content, sent.is_done) if sent else ({}, False)
        part.version += 1
        part.sent_version, part.saved_at = part.version, at
        part.save()
        if sent:
            part.keep(
                content=sent.content,
                is_done=sent.is_done,
                version=part.version,
                by=Editor(),
                at=at,
                how=How.RESTORED,
            )
        accepting.forget_what_is_gone(draft=draft, part=part.key, content=part.content)
    latest = Response.objects.select_related("latest").get(public_id=draft.public_id).latest
    filing.as_sent(draft=draft, submission=latest)
    return False
