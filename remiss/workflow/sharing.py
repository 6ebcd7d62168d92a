"""Which coordinator reads which area first: an agreement between the two, not a right."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from remiss.models import AreaShare, Consultation, Coordinator, Event, Verb


class SharesMoved(Exception):
    """The other coordinator has divided the same area since the page was shown."""


@transaction.atomic
def share(
    *,
    consultation: Consultation,
    wanted: Mapping[str, Coordinator | None],
    seen: Mapping[str, int | None],
    at: datetime,
    by,
) -> int:
    """Let each area (by key) be read first by its coordinator, or by nobody; how many changed.

    `seen` is the coordinator's key that the page showed for the area. Raises SharesMoved.
    """
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    shares = AreaShare.objects.filter(consultation=consultation)
    standing = dict(shares.values_list("area_key", "coordinator"))
    changed = {
        key: coordinator
        for key, coordinator in wanted.items()
        if (coordinator and coordinator.pk) != seen.get(key)
    }
    for key, coordinator in changed.items():
        now = standing.get(key)
        if now == (coordinator and coordinator.pk):
            continue
        if now != seen.get(key):
            raise SharesMoved
        shares.filter(area_key=key).delete()
        if coordinator:
            AreaShare.objects.create(
                consultation=consultation, area_key=key, coordinator=coordinator
            )
    if changed:
        said = ", ".join(
            f"{key or 'hela planen'}: {who or 'ingen'}" for key, who in changed.items()
        )
        Event.objects.create(
            at=at, actor=by, verb=Verb.SHARED_AREAS, consultation=consultation, note=said[:500]
        )
    return len(changed)
