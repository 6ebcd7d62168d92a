"""What the two coordinators have done with the answers, told through the verbs of the workflow."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from remiss.demo import themes as told
from remiss.demo.answers import WHOLE
from remiss.demo.themes import BY_CITY, BY_CIVIL, ExampleReply
from remiss.models import (
    Body,
    Channel,
    Consultation,
    Ground,
    Kind,
    Passage,
    ReplyState,
    Response,
    Theme,
)
from remiss.models.masking import texts_of
from remiss.models.passage import WHOLE as WHOLE_PLAN
from remiss.text import occurrences
from remiss.workflow import (
    actors,
    bodies,
    masking,
    noting,
    recording,
    replying,
    reviewing,
    secrecy,
    sharing,
)

MUNICIPAL = {Kind.BOARD, Kind.DEPARTMENT, Kind.COMPANY, Kind.COUNCIL}
DAY = timedelta(days=1)


@dataclass
class Bench:
    """`on_day` gives the moment of a day of the story, `at` is when the demo is built."""

    consultation: Consultation
    city: object
    civil: object
    on_day: Callable[[int], datetime]
    at: datetime
    _themes: dict[tuple[str, str], Theme] = field(default_factory=dict)
    _done: Counter[date] = field(default_factory=Counter)

    def work(self, stage: str) -> None:
        self._share_areas()
        self._call()
        self._mark_secret()
        self._read(told.READ_UNTIL[stage])
        self._mask()
        self._take_notes()
        self._join_spellings()
        for number, reply in enumerate(told.REPLIES[stage]):
            self._reply(reply, self._at_hour(self.at - DAY, hour=13 + number))

    def _by(self, side: str):
        return self.city if side == BY_CITY else self.civil

    def _at_hour(self, moment: datetime, hour: int) -> datetime:
        return timezone.make_aware(datetime.combine(timezone.localdate(moment), time(hour)))

    def _after(self, moment: datetime) -> datetime:
        """The afternoon of the next day, two minutes after what was done then before."""
        at = self._at_hour(moment + DAY, hour=13)
        self._done[at.date()] += 1
        return at + timedelta(minutes=2 * self._done[at.date()])

    # Before the first passage is placed

    def _share_areas(self) -> None:
        sides = {side: self._by(side).coordinator for side in (BY_CITY, BY_CIVIL)}
        sharing.share(
            consultation=self.consultation,
            wanted={key: sides[side] for key, side in told.READERS.items()},
            seen={},
            at=self.on_day(1),
            by=self.city,
        )

    def _call(self) -> None:
        at = self.on_day(22)
        bodies.note_contact(
            body=Body.objects.get(name=told.CALLED),
            consultation=self.consultation,
            on=timezone.localdate(at),
            channel=Channel.PHONE,
            text=told.CALL,
            at=at,
            by=self.civil,
        )

    def _mark_secret(self) -> None:
        current = Response.objects.current().select_related("latest")
        response = current.get(latest__answers__text__contains=told.SECRET_NAME)
        recording.mark_read(response=response, by=self.city)
        secrecy.mark(
            response=response,
            provision=told.PROVISION,
            reason=told.SECRET_BECAUSE,
            at=self._after(response.latest.received_at),
            by=self.city,
        )

    # Reading and placing

    def _read(self, until: Mapping[str, int]) -> None:
        last = {side: timezone.localdate(self.on_day(day)) for side, day in until.items()}
        alike: dict[tuple[str, str], list[Passage]] = {}
        opened: dict[tuple[str, int], Response] = {}
        for passage in self._passages():
            submission, side = passage.answer.submission, _reader(passage)
            if timezone.localdate(submission.received_at) <= last[side]:
                opened[side, submission.response_id] = submission.response
                alike.setdefault((_area(passage), passage.text), []).append(passage)
        for (side, _pk), response in opened.items():
            recording.mark_read(response=response, by=self._by(side))
        for group in alike.values():
            self._place(group)

    def _passages(self):
        """In the order in which they came in, without those that not both may read."""
        rows = Passage.objects.visible_to(self.civil).current()
        rows = rows.filter(answer__submission__response__consultation=self.consultation)
        return rows.select_related(
            "answer__area", "answer__question", "answer__submission__response__latest"
        ).order_by("answer__submission__received_at", "answer", "start")

    def _place(self, group: Sequence[Passage]) -> None:
        """One passage, or in one act those of several answers that say the same."""
        first, last = group[0], group[-1]
        by, area, text = self._by(_reader(first)), _area(first), first.text.casefold()
        reason = next((why for words, why in told.NOTHING.items() if words in text), "")
        names = [
            theme.name
            for theme in told.THEMES
            if theme.area == area and any(words in text for words in theme.words)
        ]
        received_at = last.answer.submission.received_at
        if reason:
            for passage in group:
                reviewing.needs_nothing(
                    passage=passage,
                    reason=reason,
                    seen=passage.version,
                    at=self._after(received_at),
                    by=by,
                )
        elif names and len(group) == 1:
            at = self._after(received_at)
            under = [self._theme(area, name, at=at, by=by) for name in names]
            reviewing.place(passage=first, themes=under, seen=first.version, at=at, by=by)
        else:
            for round_, name in enumerate(names):
                at = self._after(received_at)
                reviewing.place_together(
                    passages=[(passage, passage.version + round_) for passage in group],
                    theme=self._theme(area, name, at=at, by=by),
                    at=at,
                    by=by,
                )

    def _theme(self, area: str, name: str, *, at: datetime, by) -> Theme:
        """Made when the first passage comes under it."""
        if (area, name) not in self._themes:
            self._themes[area, name] = reviewing.new_theme(
                consultation=self.consultation, area_key=_key(area), name=name, at=at, by=by
            )
        return self._themes[area, name]

    # Beside the passages

    def _mask(self) -> None:
        response = self._response(told.MASKED_IN)
        places = [
            (spot, each.start, each.end)
            for spot, text in texts_of(response.latest).items()
            for name in told.MASKED_NAMES
            for each in occurrences(text, name)
        ]
        masking.mask(
            submission=response.latest,
            places=places,
            reason=Ground.PERSONAL,
            note="",
            at=self._after(response.latest.received_at),
            by=self.city,
        )

    def _take_notes(self) -> None:
        for organisation, (area, side, text) in told.NOTES.items():
            response = self._response(organisation)
            noting.write(
                response=response,
                area_key=_key(area),
                text=text,
                seen=0,
                at=self._after(response.latest.received_at),
                by=self._by(side),
            )

    def _response(self, organisation: str) -> Response:
        current = Response.objects.current().select_related("latest")
        return current.get(latest__organisation=organisation)

    def _join_spellings(self) -> None:
        keys = [actors.key_of(name) for name in (*told.SPELLINGS, told.SPELT)]
        actors.join(
            consultation=self.consultation,
            keys=keys,
            name=told.SPELT,
            seen=actors.standing(self.consultation, keys),
            at=self._at_hour(self.at - DAY, hour=10),
            by=self.civil,
        )

    # Replies

    def _reply(self, reply: ExampleReply, at: datetime) -> None:
        theme = self._themes[reply.area, reply.theme]
        by = self._by(reply.side)
        revision = replying.write(
            target=theme,
            seen=0,
            at=at,
            by=by,
            **{name: getattr(reply, name) for name in replying.FIELDS},
        )
        if reply.fate == ReplyState.DRAFT:
            return
        seen = revision.number
        replying.hand_over(target=theme, seen=seen, at=at + timedelta(minutes=10), by=by)
        answering = {
            "target": theme,
            "seen": seen,
            "at": at + timedelta(minutes=40),
            "by": self._by(BY_CIVIL if reply.side == BY_CITY else BY_CITY),
        }
        if reply.fate == ReplyState.SENT_BACK:
            replying.send_back(comment=reply.comment, **answering)
        elif reply.fate == ReplyState.APPROVED:
            replying.approve(**answering)


def _area(passage: Passage) -> str:
    return passage.answer.area.key if passage.answer.area else WHOLE


def _key(area: str) -> str:
    return WHOLE_PLAN if area == WHOLE else area


def _reader(passage: Passage) -> str:
    """The side that has agreed to read the area first; of the whole plan, the sender's side."""
    side = BY_CITY if passage.answer.submission.kind in MUNICIPAL else BY_CIVIL
    return told.READERS.get(_area(passage), side)
