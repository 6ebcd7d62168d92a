"""Changes of the plan and of a remiss's own settings, as the log tells them."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import models

from remiss.models import Consultation, Event, Verb


def changed_settings(
    *, consultation: Consultation, before: Mapping[str, object], at: datetime, by
) -> None:
    """Log which settings of a remiss are other than `before`, and what each was and is."""
    said = [
        f"{_label(consultation, name)} från {_told(was)} till {_told(getattr(consultation, name))}"
        for name, was in before.items()
        if was != getattr(consultation, name)
    ]
    if said:
        _note(Verb.CHANGED_SETTINGS, consultation, "; ".join(said), at=at, by=by)


def made_consultation(*, consultation: Consultation, at: datetime, by) -> None:
    """Log that a remiss was made."""
    _note(Verb.CHANGED_SETTINGS, consultation, f"ny remiss: {consultation.title}", at=at, by=by)


def changed_plan(
    *, part: models.Model, consultation: Consultation, fields: Collection[str], at: datetime, by
) -> None:
    """Log which texts of a part of the plan were changed; the texts themselves stand there."""
    names = ", ".join(_label(part, name) for name in fields)
    _note(Verb.CHANGED_PLAN, consultation, f"{_name(part)}: {names}", at=at, by=by)


def added_to_plan(*, part: models.Model, consultation: Consultation, at: datetime, by) -> None:
    _note(Verb.CHANGED_PLAN, consultation, f"lade till {_name(part)}", at=at, by=by)


def took_from_plan(*, part: models.Model, consultation: Consultation, at: datetime, by) -> None:
    _note(Verb.CHANGED_PLAN, consultation, f"tog bort {_name(part)}", at=at, by=by)


def _name(part: models.Model) -> str:
    return f"{part._meta.verbose_name} {str(part)[:150]}"


def _label(row, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) or "inget"


def _note(verb: str, consultation: Consultation, note: str, *, at: datetime, by) -> None:
    Event.objects.create(at=at, actor=by, verb=verb, consultation=consultation, note=note[:500])
