"""Whether a receipt holds, for anybody who has one. Nothing else is told, and nothing is kept."""

import logging
from enum import Enum

from remiss.models import Submission
from remiss.models.response import digest

log = logging.getLogger(__name__)


class Verdict(Enum):
    HOLDS = "Kvittot stämmer"
    HOLDS_EARLIER = "Kvittot stämmer, men det finns en senare version"
    DOES_NOT_HOLD = "Kvittot stämmer inte"


def verify(*, reference: str, code: str) -> Verdict:
    """Whether a version with this reference was received whose digest begins with `code`.

    A reference that does not exist is told like a wrong code. What was withdrawn or set aside
    was received too. The digest is counted again, so a record that has been changed is noticed.
    """
    submission = (
        Submission.objects.filter(response__reference=reference, sha256__startswith=code)
        .select_related("response")
        .first()
    )
    if submission is None:
        return Verdict.DOES_NOT_HOLD
    if digest(submission.canonical) != submission.sha256:
        log.error("the record of submission %s does not have its digest", submission.pk)
        return Verdict.DOES_NOT_HOLD
    is_latest = submission.pk == submission.response.latest_id
    return Verdict.HOLDS if is_latest else Verdict.HOLDS_EARLIER
