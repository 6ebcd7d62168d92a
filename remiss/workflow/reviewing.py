"""Placing passages under themes: every act carries the version it saw and can be undone."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet

from remiss.models import (
    Consultation,
    Event,
    Passage,
    Placement,
    Response,
    ReviewStep,
    Theme,
    Verb,
)
from remiss.models.passage import WHOLE
from remiss.text import name_key, trim

LOOKED_AT = 50  # steps, for the one that changed a theme


class PassageMoved(Exception):
    """Somebody else has dealt with the passage since the page was shown; `passage` is as it stands,
    or None when it has been joined with another."""

    def __init__(self, passage: Passage | None):
        super().__init__("the passage has moved")
        self.passage = passage


class ThemeMoved(Exception):
    """Somebody else has changed the theme, or one of that name stands there already."""


class ThemeGone(ThemeMoved):
    """`theme` has been merged since the page was shown and is part of another now, or has been
    removed; in words."""

    def __init__(self, theme: Theme):
        self.theme, self.kept = theme, part_of(theme)
        is_removed = self.kept == theme
        super().__init__(
            f"Temat {theme.name} har tagits bort."
            if is_removed
            else f"Temat {theme.name} ingår nu i {self.kept.name}."
        )


class CannotUndo(Exception):
    """There is nothing to undo, or something has been done to the same passages since; `left` is
    the step that is left behind then."""

    left: ReviewStep | None = None


# Passages


@transaction.atomic
def place(*, passage: Passage, themes: Iterable[Theme], seen: int, at: datetime, by) -> ReviewStep:
    """Let the passage stand under exactly these themes. Raises PassageMoved or ThemeGone."""
    themes = list(themes)
    _hold_themes(themes)
    names = ", ".join(theme.name for theme in themes)
    said = f"under {names}" if themes else "under inget tema"
    with _step(passage.answer.submission.response.consultation_id, [passage], said, at, by) as done:
        _claim(passage, seen)
        passage.placements.exclude(theme__in=themes).delete()
        _put_under(passage, themes, at=at, by=by)
        if themes:
            Passage.objects.filter(pk=passage.pk).update(no_action="")
        _note(Verb.PLACED, passage, said, at=at, by=by)
    return done[0]


@transaction.atomic
def place_together(
    *, passages: Sequence[tuple[Passage, int]], theme: Theme, at: datetime, by
) -> ReviewStep:
    """Add the theme to several (passage, version seen), all or none.

    Passages of campaigns and near-duplicates are placed in one act and still counted one by one.
    Raises PassageMoved or ThemeGone.
    """
    _hold_themes([theme])
    chosen = [passage for passage, _seen in passages]
    said = f"{len(chosen)} stycken under {theme.name}"
    with _step(theme.consultation_id, chosen, said, at, by) as done:
        for passage, seen in passages:
            _claim(passage, seen)
            _put_under(passage, [theme], at=at, by=by)
            Passage.objects.filter(pk=passage.pk).update(no_action="")
            _note(Verb.PLACED, passage, f"under {theme.name}", at=at, by=by)
    return done[0]


@transaction.atomic
def needs_nothing(*, passage: Passage, reason: str, seen: int, at: datetime, by) -> ReviewStep:
    """Mark that the passage asks for nothing, and why. Raises PassageMoved."""
    return need_nothing(passages=[(passage, seen)], reason=reason, at=at, by=by)


@transaction.atomic
def need_nothing(
    *, passages: Sequence[tuple[Passage, int]], reason: str, at: datetime, by
) -> ReviewStep:
    """Mark that each (passage, version seen) asks for nothing, all or none. Raises PassageMoved."""
    chosen = [passage for passage, _seen in passages]
    consultation = chosen[0].answer.submission.response.consultation_id
    said = (
        f"{len(chosen)} stycken kräver ingen åtgärd" if len(chosen) > 1 else "kräver ingen åtgärd"
    )
    with _step(consultation, chosen, said, at, by) as done:
        for passage, seen in passages:
            _spare(passage, seen, reason, at=at, by=by)
    return done[0]


def _spare(passage: Passage, seen: int, reason: str, *, at: datetime, by) -> None:
    _claim(passage, seen)
    passage.placements.all().delete()
    Passage.objects.filter(pk=passage.pk).update(no_action=reason)
    _note(Verb.NO_ACTION, passage, reason, at=at, by=by)


@transaction.atomic
def put_back(*, passage: Passage, seen: int, at: datetime, by) -> ReviewStep:
    """Let the passage be placed anew. Raises PassageMoved."""
    consultation = passage.answer.submission.response.consultation_id
    with _step(consultation, [passage], "tillbaka till att placera", at, by) as done:
        _claim(passage, seen)
        passage.placements.all().delete()
        Passage.objects.filter(pk=passage.pk).update(no_action="")
        _note(Verb.PLACED, passage, "tillbaka till att placera", at=at, by=by)
    return done[0]


@transaction.atomic
def split(*, passage: Passage, offset: int, seen: int, at: datetime, by) -> Passage:
    """Cut the passage before the character `offset` of its text; gives the second half.

    Both halves stand where the whole stood. Raises PassageMoved, or ValueError in words.
    """
    text = passage.answer.text
    cut = passage.start + offset
    first, second = trim(text, passage.start, cut), trim(text, cut, passage.end)
    if not first or not second or not 0 < offset < passage.end - passage.start:
        raise ValueError("Välj ett ställe inne i stycket.")
    consultation = passage.answer.submission.response.consultation_id
    with _step(consultation, [passage], "delade stycket", at, by):
        _claim(passage, seen)
        Passage.objects.filter(pk=passage.pk).update(start=first[0], end=first[1])
        half = Passage.objects.create(
            answer_id=passage.answer_id,
            start=second[0],
            end=second[1],
            number=passage.number,
            no_action=Passage.objects.get(pk=passage.pk).no_action,
        )
        Placement.objects.bulk_create(
            Placement(passage=half, theme_id=each.theme_id, by_id=each.by_id, at=each.at)
            for each in passage.placements.all()
        )
        _note(Verb.DIVIDED, passage, "delade stycket", at=at, by=by)
    return half


@transaction.atomic
def join(*, passage: Passage, seen: int, following_seen: int, at: datetime, by) -> Passage:
    """Make one of the passage and the one after it in the same text; it stands under the themes of
    both. Raises PassageMoved, or ValueError in words when there is none after it."""
    following = (
        Passage.objects.filter(answer=passage.answer_id, start__gt=passage.start)
        .order_by("start")
        .first()
    )
    if following is None:
        raise ValueError("Det finns inget stycke efter det här i samma svar.")
    consultation = passage.answer.submission.response.consultation_id
    with _step(consultation, [passage], "slog ihop två stycken", at, by):
        _claim(passage, seen)
        _claim(following, following_seen)
        have = set(passage.placements.values_list("theme", flat=True))
        more = list(following.placements.exclude(theme__in=have))
        reasons = {passage.no_action, following.no_action}
        following.delete()
        Placement.objects.bulk_create(
            Placement(passage=passage, theme_id=each.theme_id, by_id=each.by_id, at=each.at)
            for each in more
        )
        agreed = passage.no_action if len(reasons) == 1 and not have and not more else ""
        Passage.objects.filter(pk=passage.pk).update(end=following.end, no_action=agreed)
        _note(Verb.DIVIDED, passage, "slog ihop två stycken", at=at, by=by)
    passage.refresh_from_db()
    return passage


def _put_under(passage: Passage, themes: Iterable[Theme], *, at: datetime, by) -> None:
    Placement.objects.bulk_create(
        [Placement(passage=passage, theme=theme, by=by, at=at) for theme in themes],
        ignore_conflicts=True,
    )


def _claim(passage: Passage, seen: int) -> None:
    moved = Passage.objects.filter(pk=passage.pk, version=seen).update(version=F("version") + 1)
    if not moved:
        raise PassageMoved(Passage.objects.filter(pk=passage.pk).first())


# Themes


@transaction.atomic
def new_theme(*, consultation: Consultation, area_key: str, name: str, at: datetime, by) -> Theme:
    """The theme of that name in the area, made if there is none: two who make it get the same."""
    themes = Theme.objects.filter(consultation=consultation, area_key=area_key, merged_into=None)
    last = themes.aggregate(last=Max("place"))["last"] or 0
    theme, is_new = themes.get_or_create(
        name_key=name_key(name),
        defaults={
            "consultation": consultation,
            "area_key": area_key,
            "name": name,
            "place": last + 1,
        },
    )
    if is_new:
        _note_theme(theme, f"nytt tema: {theme.name}", at=at, by=by)
    return theme


@transaction.atomic
def change_theme(
    *, theme: Theme, name: str, area_key: str, seen: int, at: datetime, by
) -> ReviewStep:
    """Give the theme another name or area. Raises ThemeMoved."""
    with _theme_step([theme], [], f"ändrade temat {theme.name}", at, by) as done:
        _claim_theme(theme, seen)
        theme.refresh_from_db()
        theme.name, theme.area_key = name, area_key
        _save_theme(theme)
        _note_theme(theme, f"ändrade temat till {theme.name}", at=at, by=by)
    return done[0]


@transaction.atomic
def order_themes(*, themes: Sequence[Theme], seen: Sequence[int], at: datetime, by) -> ReviewStep:
    """Let the themes of an area stand in this order; `seen` are their keys in the order that was
    shown. Raises ThemeMoved."""
    area = Theme.objects.filter(
        consultation=themes[0].consultation_id, area_key=themes[0].area_key, merged_into=None
    )
    with _theme_step(themes, [], "ändrade temanas ordning", at, by) as done:
        if list(area.order_by("place", "pk").values_list("pk", flat=True)) != list(seen):
            raise ThemeMoved
        for place, theme in enumerate(themes, 1):
            Theme.objects.filter(pk=theme.pk).update(place=place)
        _note_theme(themes[0], "ändrade temanas ordning", at=at, by=by)
    return done[0]


@transaction.atomic
def merge_themes(
    *,
    kept: Theme,
    other: Theme,
    seen: int,
    other_seen: int,
    area_key: str | None = None,
    shown: Collection[int] | None = None,
    at: datetime,
    by,
) -> ReviewStep:
    """Put everything under `other` under `kept`. Raises ThemeMoved, or ValueError in words.

    `area_key` is where `kept` belongs from now on, and must be said when passages of another area
    come to it. `shown` are the passages under `other` that `by` has seen: ThemeMoved when others
    stand there. What was replied to `other` can be read at `kept` and applies no longer.
    """
    if kept.pk == other.pk:
        raise ValueError("Välj två olika teman.")
    _hold_themes([kept, other])
    moving = _hold_under(other)
    if shown is not None and set(shown) != set(shown_under(other, by)):
        raise ThemeMoved
    if area_key is None and strangers(kept, other).exists():
        raise ValueError("Välj var temat ska höra till.")
    is_moving = area_key not in {None, kept.area_key}
    said = f"slog ihop {other.name} med {kept.name}{' för hela planen' if is_moving else ''}"
    with _theme_step([kept, other], moving, said, at, by) as done:
        _claim_theme(kept, seen)
        _claim_theme(other, other_seen)
        both = Placement.objects.filter(theme=kept).values("passage")
        Placement.objects.filter(theme=other, passage__in=both).delete()
        # From now: what was approved for `kept` was approved without them.
        Placement.objects.filter(theme=other).update(theme=kept, at=at, by=by)
        _bump(moving)
        Theme.objects.filter(pk=other.pk).update(merged_into=kept)
        if is_moving:
            _move_to_area(kept, area_key)
        _note_theme(kept, said, at=at, by=by)
    return done[0]


def shown_under(theme: Theme, viewer) -> list[int]:
    """Keys of everything under the theme that `viewer` may see."""
    under = Passage.objects.visible_to(viewer).filter(placements__theme=theme)
    return list(under.order_by("pk").values_list("pk", flat=True))


def strangers(kept: Theme, other: Theme) -> QuerySet:
    """What stands under `other` and is of another area than `kept`."""
    under = Passage.objects.filter(placements__theme=other)
    if kept.area_key == WHOLE:
        return under.none()
    return under.exclude(answer__area__key=kept.area_key)


def _move_to_area(theme: Theme, area_key: str) -> None:
    theme.refresh_from_db()
    theme.area_key = area_key
    try:
        _save_theme(theme)
    except ThemeMoved as error:
        raise ValueError(
            f"Det finns redan ett tema där som heter {theme.name}. Slå ihop med det i stället, "
            "eller byt namn på det ena."
        ) from error


@transaction.atomic
def split_theme(
    *, theme: Theme, passages: Sequence[Passage], name: str, seen: int, at: datetime, by
) -> Theme:
    """Move some of a theme's passages to another theme in its area, made if there is none.

    Raises ThemeMoved, PassageMoved when one of them stands there no longer, or ValueError in words.
    """
    refuse_split(theme=theme, passages=passages, name=name)
    other = new_theme(
        consultation=theme.consultation, area_key=theme.area_key, name=name, at=at, by=by
    )
    _hold_themes([theme, other])
    number = f"{len(passages)} stycke{'n' if len(passages) > 1 else ''}"
    said = f"flyttade {number} från {theme.name} till {other.name}"
    with _theme_step([theme, other], passages, said, at, by):
        _claim_theme(theme, seen)
        moved = Placement.objects.filter(theme=theme, passage__in=passages)
        still = set(moved.values_list("passage", flat=True))
        for passage in passages:
            if passage.pk not in still:
                raise PassageMoved(Passage.objects.filter(pk=passage.pk).first())
        have = Placement.objects.filter(theme=other, passage__in=passages).values("passage")
        moved.filter(passage__in=have).delete()
        moved.update(theme=other, at=at, by=by)
        _bump(passages)
        _note_theme(other, said, at=at, by=by)
    return other


@transaction.atomic
def remove_theme(*, theme: Theme, seen: int, at: datetime, by) -> ReviewStep:
    """Take away a theme that holds nothing. Raises ThemeMoved, or ValueError in words."""
    _hold_themes([theme])
    said = f"tog bort temat {theme.name}"
    with _theme_step([theme], [], said, at, by) as done:
        _claim_theme(theme, seen)
        if theme.placements.exists():
            raise ValueError(
                "Temat är inte borttaget, för stycken står under det, kanske i en tidigare version "
                "av ett svar. Slå ihop det med ett annat tema i stället."
            )
        if theme.replies.exists() or Theme.objects.filter(merged_into=theme).exists():
            raise ValueError(
                "Temat är inte borttaget, för det har en återkoppling, eller andra teman ingår i "
                "det. Slå ihop det med ett annat tema i stället."
            )
        Theme.objects.filter(pk=theme.pk).delete()
        _note_theme(theme, said, at=at, by=by)
    return done[0]


def refuse_split(*, theme: Theme, passages: Sequence, name: str) -> None:
    """Unless there is something to move, and somewhere to move it; ValueError in words."""
    if not passages:
        raise ValueError("Välj vilka stycken som ska flyttas.")
    if name_key(name) == theme.name_key:
        raise ValueError("Ge det nya temat ett annat namn.")


def part_of(theme: Theme) -> Theme:
    """The theme in use that it has been merged into, however many steps away; else itself."""
    while theme.merged_into_id:
        theme = Theme.objects.get(pk=theme.merged_into_id)
    return theme


def _hold_themes(themes: Iterable[Theme]) -> None:
    """Let nobody merge or change these until all is done. Raises ThemeGone.

    Themes are locked before passages, always; and so that a passage can still refer to one.
    """
    wanted = {each.pk: each for each in themes}
    held = Theme.objects.select_for_update(no_key=True)
    for theme in held.filter(pk__in=wanted).order_by("pk"):
        if theme.merged_into_id:
            raise ThemeGone(theme)
        del wanted[theme.pk]
    if wanted:
        raise ThemeGone(next(iter(wanted.values())))


def _hold_passages(answers: Iterable[int]) -> None:
    held = Passage.objects.select_for_update().filter(answer__in=list(answers))
    list(held.order_by("pk"))


def _hold_under(theme: Theme) -> list[Passage]:
    """The passages under a theme that is held, when no new version can copy any of them."""
    under = Passage.objects.filter(placements__theme=theme)
    _hold_passages(under.values_list("answer", flat=True))
    return list(under)  # asked again: one may have arrived while we waited


def _claim_theme(theme: Theme, seen: int) -> None:
    held = Theme.objects.filter(pk=theme.pk, version=seen, merged_into=None)
    if not held.update(version=F("version") + 1):
        raise ThemeMoved


def _save_theme(theme: Theme) -> None:
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError as error:
        raise ThemeMoved from error


def _bump(passages: Iterable[Passage]) -> None:
    ids = [passage.pk for passage in passages]
    Passage.objects.filter(pk__in=ids).update(version=F("version") + 1)


# Steps


def state(answers: Iterable[int], themes: Iterable[int]) -> dict:
    """How the passages of these answers and these themes stand, down to every row; and which
    version of each response counts."""
    answers = list(answers)
    passages = Passage.objects.filter(answer__in=answers).order_by("answer", "start")
    responses = Response.objects.filter(submissions__answers__in=answers)
    return {
        "latest": [
            list(row) for row in responses.order_by("pk").values_list("pk", "latest").distinct()
        ],
        "passages": [
            [p.pk, p.answer_id, p.start, p.end, p.number, p.version, p.no_action]
            + [
                [
                    [placed.theme_id, placed.by_id, placed.at.isoformat()]
                    for placed in sorted(p.placements.all(), key=lambda each: each.theme_id)
                ]
            ]
            for p in passages.prefetch_related("placements")
        ],
        "themes": [
            [t.pk, t.area_key, t.name, t.place, t.version, t.merged_into_id]
            for t in Theme.objects.filter(pk__in=list(themes)).order_by("pk")
        ],
    }


@contextmanager
def _step(
    consultation_id: int,
    passages: Sequence[Passage],
    said: str,
    at: datetime,
    by,
    themes: Sequence[Theme] = (),
) -> Iterator[list[ReviewStep]]:
    """Hold the rows, note how they stood, and when all is done how they stand."""
    answers = sorted({passage.answer_id for passage in passages})
    ids = sorted(theme.pk for theme in themes)
    list(Theme.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    _hold_passages(answers)
    before = state(answers, ids)
    done: list[ReviewStep] = []
    yield done
    done.append(
        ReviewStep.objects.create(
            consultation_id=consultation_id,
            by=by,
            at=at,
            said=said[:200],
            before=before,
            after=state(answers, ids),
        )
    )


def _theme_step(themes, passages, said, at, by):
    return _step(themes[0].consultation_id, passages, said, at, by, themes=themes)


def last_change(theme: Theme) -> ReviewStep | None:
    """What was done to the theme last, of all that has been done lately and stands."""
    steps = ReviewStep.objects.filter(consultation=theme.consultation_id, undone_at=None)
    lately = steps.select_related("by").order_by("-pk")[:LOOKED_AT]
    return next(
        (step for step in lately if theme.pk in {row[0] for row in step.after["themes"]}), None
    )


def latest_step(consultation: Consultation, by) -> ReviewStep | None:
    """What this coordinator would undo: their own latest step that stands and is not left
    behind."""
    own = ReviewStep.objects.filter(consultation=consultation, by=by)
    return own.filter(undone_at=None, left_behind_at=None).order_by("-pk").first()


def undo(*, consultation: Consultation, at: datetime, by) -> ReviewStep:
    """Put everything back as it stood before one's own latest step. Raises CannotUndo; the step is
    left behind then, so that it does not stand in the way of those before it."""
    step = latest_step(consultation, by)
    if step is None:
        raise CannotUndo("Det finns inget att ångra.")
    try:
        _undo(step, at=at, by=by)
    except CannotUndo as refusal:
        # Outside what was rolled back.
        standing = ReviewStep.objects.filter(pk=step.pk, undone_at=None)
        if standing.update(left_behind_at=at):
            refusal.left = step
        raise
    return step


@transaction.atomic
def _undo(step: ReviewStep, *, at: datetime, by) -> None:
    consultation = step.consultation_id
    answers = {row[1] for row in step.after["passages"]}
    themes = {row[0] for row in step.before["themes"]}
    # Every theme, since a passage may go back to one that is part of another by now.
    list(
        Theme.objects.select_for_update(no_key=True)
        .filter(consultation=consultation)
        .order_by("pk")
    )
    _hold_passages(answers)
    now = state(answers, themes)
    if now["latest"] != step.after.get("latest", now["latest"]):
        raise CannotUndo(
            "Det går inte att ångra, för svaret har kommit i en ny version sedan dess. "
            "Ändra i den nya versionen i stället."
        )
    # What others have done with the rest of an answer does not matter, and stays.
    before, after, now = (_only(side, step.changed) for side in (step.before, step.after, now))
    if _standing(now) != _standing(after):
        raise CannotUndo(
            "Det går inte att ångra, för någon har gjort något mer med samma stycken sedan dess."
        )
    if not ReviewStep.objects.filter(pk=step.pk, undone_at=None).update(undone_at=at):
        raise CannotUndo("Det är redan ångrat.")
    _refuse_removed(before)
    _put_back_removed(consultation, before, now)
    _restore(before, now, step.changed)
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.UNDID_STEP,
        consultation_id=consultation,
        note=step.said[:500],
    )


def _only(stood: dict, passages: set[int]) -> dict:
    rows = [row for row in stood["passages"] if row[0] in passages]
    return {"passages": rows, "themes": stood["themes"]}


def _standing(stood: dict) -> dict:
    """All of a state but the versions: they tell what somebody saw, and only ever rise."""
    return {
        "passages": [[*row[:5], *row[6:]] for row in stood["passages"]],
        "themes": [[*row[:4], *row[5:]] for row in stood["themes"]],
    }


def _refuse_removed(before: dict) -> None:
    """Nothing goes back to a theme that has been removed since."""
    under = {theme for row in before["passages"] for theme, _by, _at in row[-1]}
    there = set(Theme.objects.filter(pk__in=under).values_list("pk", flat=True))
    if not under <= there:
        raise CannotUndo("Det går inte att ångra, för temat har tagits bort sedan dess.")


def _put_back_removed(consultation: int, before: dict, now: dict) -> None:
    """The themes that the step removed; _restore() gives them their place."""
    there = {row[0] for row in now["themes"]}
    for pk, area_key, name, *_rest in before["themes"]:
        if pk in there:
            continue
        try:
            with transaction.atomic():
                Theme.objects.create(
                    pk=pk, consultation_id=consultation, area_key=area_key, name=name
                )
        except IntegrityError as error:
            raise _name_is_taken(name) from error


def _name_is_taken(name: str) -> CannotUndo:
    return CannotUndo(
        f"Det går inte att ångra, för det finns ett nytt tema med samma namn: {name}. "
        "Gör ändringen för hand i stället."
    )


def _restore(before: dict, now: dict, passages: set[int]) -> None:
    # Those that are part of another by now come last: its name may be the one that they had.
    merged_now = {row[0] for row in now["themes"] if row[5]}
    in_turn = sorted(before["themes"], key=lambda row: row[0] in merged_now)
    for pk, area_key, name, place, _version, merged_into in in_turn:
        try:
            Theme.objects.filter(pk=pk).update(
                area_key=area_key,
                name=name,
                name_key=name_key(name),
                place=place,
                version=F("version") + 1,
                merged_into=merged_into,
            )
        except IntegrityError as error:
            raise _name_is_taken(name) from error
    stands = {row[0]: row for row in now["passages"]}
    Passage.objects.filter(pk__in=passages).delete()
    rows = before["passages"]
    Passage.objects.bulk_create(
        Passage(
            pk=pk, answer_id=answer, start=start, end=end, number=number, no_action=no_action,
            version=_version_after(row, stands.get(pk)),
        )
        for row in rows
        for pk, answer, start, end, number, _version, no_action, _placed in [row]
    )  # fmt: skip
    under = {theme for row in rows for theme, _by, _at in row[-1]}
    gone = Theme.objects.filter(pk__in=under).exclude(merged_into=None)
    merged = {theme.pk: part_of(theme).pk for theme in gone}
    Placement.objects.bulk_create(
        [
            Placement(
                passage_id=row[0],
                theme_id=merged.get(theme, theme),
                by_id=by,
                at=datetime.fromisoformat(at),
            )
            for row in rows
            for theme, by, at in row[-1]
        ],
        ignore_conflicts=True,  # under a theme and what was merged into it
    )


def _version_after(before: list, now: list | None) -> int:
    """One that nobody has seen; that of a passage which stands as it stood is kept."""
    if now == before:
        return before[5]
    return max(before[5], now[5] if now else 0) + 1


def _note(verb: str, passage: Passage, note: str, *, at: datetime, by) -> None:
    Event.objects.note(verb, passage.answer.submission.response, note, at=at, by=by)


def _note_theme(theme: Theme, note: str, *, at: datetime, by) -> None:
    Event.objects.create(
        at=at,
        actor=by,
        verb=Verb.CHANGED_THEME,
        consultation_id=theme.consultation_id,
        note=note[:500],
    )
