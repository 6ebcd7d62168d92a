"""Everything that can happen to drafts, in any order, against a model in plain Python.

Hypothesis chooses the steps; the commits are real. The model foretells each outcome, and the
invariants hold the rows and the stored files against it after every step.
"""

import hashlib
import os
import shutil
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from remiss import links, uploads
from remiss.models import (
    AreaHint,
    Attachment,
    Conflict,
    Consultation,
    Coordinator,
    DisposalPermit,
    Draft,
    DraftFile,
    DraftPart,
    DraftRevision,
    Editor,
    ExtensionRequest,
    How,
    Letter,
    PlanVersion,
    PriorityArea,
    Question,
    Response,
    Submission,
)
from remiss.models.draft import BEHIND, FILES, REST, WHO, LinkReplaced, SentMeanwhile, area_key
from remiss.models.extension import ExtensionRequestQuerySet
from remiss.models.response import digest
from remiss.workflow import answering, ending, extending, filing, moving, reminding
from tests.factories import (
    LAST_DAY,
    NOON,
    OPENS_ON,
    add_file,
    ask_for_time,
    days,
    make_consultation,
    make_draft,
    make_staff,
)

pytestmark = pytest.mark.large

CITY, YOUNG = area_key("city-life"), area_key("young-health")
EDITORS = [Editor("11111111", "Robin"), Editor("22222222", "Kim"), Editor("33333333", "Ada")]
LASTING = {Consultation, PlanVersion, PriorityArea, Question, AreaHint, Coordinator}
BOUNDED = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

which = st.integers(0, 1)
editors = st.sampled_from(range(len(EDITORS)))
texts = st.sampled_from(["new", "new", "new", "empty", "repeated"])
seldom = st.sampled_from([True, False, False])
waits = st.sampled_from(
    [timedelta(hours=1), timedelta(hours=20), timedelta(hours=30), days(3), days(7), days(32), None]
)


@dataclass
class Sent:
    """One version as it was when it was received."""

    pk: int
    key: str
    number: int
    received_at: datetime
    open_until: date
    canonical: str
    sha256: str
    attachments: list


@dataclass
class Sight:
    """What one editor has on the screen: the link's version, the round, each part's version."""

    draft: Draft
    link: int
    round: int
    versions: dict


@dataclass
class Sheet:
    """What the model knows of one draft and of what has been sent in of it."""

    pk: int
    public_id: str
    started_at: datetime
    once: str
    parts: dict  # key → (version, content, is_done)
    sent_versions: dict
    is_live: bool = True
    link: int = 1
    round: int = 0
    own: date | None = None
    extended_at: datetime | None = None
    withdrawn: bool = False
    files: dict = field(default_factory=dict)  # pk → (path, sha256)
    sent: list[Sent] = field(default_factory=list)
    sent_contents: dict = field(default_factory=dict)
    sent_done: dict = field(default_factory=dict)
    acknowledged: list = field(default_factory=list)  # (key, content)
    aside: list = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)

    @property
    def versions(self):
        return {key: version for key, (version, _content, _done) in self.parts.items()}

    @property
    def contents(self):
        return {key: content for key, (_version, content, _done) in self.parts.items()}

    @property
    def is_unsent(self):
        return any(version > self.sent_versions[key] for key, version in self.versions.items())

    @property
    def says_something(self):
        return any(
            value
            for key, content in self.contents.items()
            if key not in {WHO, BEHIND}
            for value in content.values()
        )


class Portal(RuleBasedStateMachine):
    def __init__(self, consultation, city):
        super().__init__()
        self.consultation, self.city = consultation, city
        self.at, self.last_day = NOON, LAST_DAY
        self.sheets, self.pending, self.reminders = [], {}, set()
        self.orphans = {}  # path → when it was stored
        self.written = 0
        Consultation.objects.update(last_day=LAST_DAY)

    def teardown(self):
        with transaction.atomic(), connection.cursor() as cursor:
            permit = DisposalPermit.objects.create(decision="the end of an example")
            for model in apps.get_app_config("remiss").get_models():
                if model not in LASTING | {DisposalPermit}:
                    cursor.execute(f"DELETE FROM {model._meta.db_table}")
            permit.delete()
        shutil.rmtree(django_settings.UPLOADS_DIR, ignore_errors=True)

    # The model's own arithmetic

    @property
    def today(self):
        return timezone.localdate(self.at)

    @property
    def live(self):
        return [sheet for sheet in self.sheets if sheet.is_live]

    def pick(self, number):
        return self.live[number % len(self.live)]

    def last(self, sheet):
        return max(self.last_day, sheet.own or self.last_day)

    def is_open(self, sheet):
        return OPENS_ON <= self.today <= self.last(sheet)

    def a_text(self, kind):
        self.written += kind == "new"
        return "" if kind == "empty" else f"Text {self.written}"

    def look(self, sheet, editor):
        """The editor's page is loaded anew; one whose link was replaced opens the new one."""
        sight = sheet.sights[editor]
        opened = Draft.objects.filter(public_id=sheet.public_id, link_version=sight.link).first()
        assert (opened is not None) == (sight.link == sheet.link)
        draft = Draft.objects.get(pk=sheet.pk)
        key = links.read_key(links.make_key(draft, purpose=links.FROM_MAIL))
        assert (key.public_id, key.link_version) == (sheet.public_id, sheet.link)
        answering.confirm(holder=draft, at=self.at)
        sheet.sights[editor] = self.sight(sheet)
        return sheet.sights[editor]

    def sight(self, sheet):
        draft = Draft.objects.select_related("consultation", "plan_version").get(pk=sheet.pk)
        return Sight(draft, draft.link_version, draft.round, dict(sheet.versions))

    # Beginning and opening

    @initialize()
    def the_first_one_starts(self):
        self.begin()

    @precondition(lambda self: len(self.live) < 2)
    @rule()
    def start(self):
        if OPENS_ON <= self.today <= self.last_day:
            self.begin()
        else:
            with pytest.raises(answering.Closed):
                make_draft(consultation=Consultation.objects.get(), at=self.at)

    def begin(self):
        draft = make_draft(consultation=Consultation.objects.get(), at=self.at)
        rows = {part.key: part for part in draft.parts.all()}
        sheet = Sheet(
            pk=draft.pk,
            public_id=draft.public_id,
            started_at=self.at,
            once=draft.start_key,
            parts={key: (part.version, part.content, part.is_done) for key, part in rows.items()},
            sent_versions=dict.fromkeys(rows, 0),
            acknowledged=[(WHO, rows[WHO].content)],
        )
        sheet.sights = [self.sight(sheet) for _editor in EDITORS]
        self.sheets.append(sheet)

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors)
    def open_by_the_link(self, number, editor):
        self.look(self.pick(number), editor)

    # Writing

    def save_and_compare(self, sheet, editor, key, content, *, done, seen, act, round_seen=None):
        """Call `act`, which saves; hold what it does against what the model foretells."""
        sight, (version, stands, stands_done) = sheet.sights[editor], sheet.parts[key]
        if sight.link != sheet.link:
            with pytest.raises(LinkReplaced):
                act()
            self.look(sheet, editor)
        elif seen == version and round_seen in {None, sheet.round}:
            assert act() == version + 1
            sheet.parts[key] = (version + 1, content, done)
            sheet.acknowledged.append((key, content))
            sight.versions[key] = version + 1
        elif (stands, stands_done) == (content, done):
            assert act() == version
        elif seen == version:
            with pytest.raises(SentMeanwhile):
                act()
            sight.round = sheet.round
        else:
            with pytest.raises(Conflict) as conflict:
                act()
            assert (conflict.value.part.version, conflict.value.part.content) == (version, stands)
            sheet.acknowledged.append((key, content))
            sheet.aside.append((key, content))
            sight.versions[key] = version  # both texts have been shown

    def save(self, sheet, editor, key, content, *, done, **more):
        sight = sheet.sights[editor]
        seen = sight.versions[key]

        def act():
            return answering.save_part(
                draft=sight.draft, key=key, content=content, is_done=done, seen=seen,
                by=EDITORS[editor], at=self.at, **more,
            )  # fmt: skip

        round_seen = more.get("round_seen")
        self.save_and_compare(
            sheet, editor, key, content, done=done, seen=seen, act=act, round_seen=round_seen
        )
        return act, seen, sheet.sights[editor] is sight

    @precondition(lambda self: self.live)
    @rule(
        number=which,
        editor=editors,
        key=st.sampled_from([CITY, CITY, YOUNG, REST]),
        kind=texts,
        done=st.booleans(),
        twice=st.booleans(),
    )
    def save_a_text(self, number, editor, key, kind, done, twice):
        sheet = self.pick(number)
        content = {"summary" if key == REST else "how": self.a_text(kind)}
        act, seen, is_still_in = self.save(sheet, editor, key, content, done=done)
        if twice and is_still_in:
            self.save_and_compare(sheet, editor, key, content, done=done, seen=seen, act=act)

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors, kind=texts, done=st.booleans())
    def save_by_itself(self, number, editor, kind, done):
        sheet = self.pick(number)
        content, round_seen = {"how": self.a_text(kind)}, sheet.sights[editor].round
        self.save(sheet, editor, CITY, content, done=done, how=How.AUTO, round_seen=round_seen)

    @precondition(lambda self: self.live)
    @rule(
        number=which,
        editor=editors,
        kind=st.sampled_from(["association", "board", "private_person"]),
        wait=st.sampled_from([None, 1, 20, 60]),
    )
    def save_who_we_are(self, number, editor, kind, wait):
        sheet = self.pick(number)
        who = {
            "kind": kind,
            "organisation": "" if kind == "private_person" else "Tegelbackens förening",
            "contact_name": "Robin Exempel",
            "hide_name": False,
        }
        behind = {"decided_by": "board", "decided_on": "2026-11-10"}
        if wait:
            expected_on = (self.today + days(wait)).isoformat()
            behind = {"decided_by": "expected", "expected_on": expected_on}
        self.save(sheet, editor, WHO, who, done=True)
        self.save(sheet, editor, BEHIND, behind, done=True)

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors, place=st.integers(0, 5))
    def restore_an_earlier_text(self, number, editor, place):
        sheet = self.pick(number)
        earlier = list(DraftRevision.objects.filter(part__draft=sheet.pk, part__key=CITY))
        if not earlier:
            return
        chosen, sight = earlier[place % len(earlier)], sheet.sights[editor]
        seen = sight.versions[CITY]

        def act():
            return answering.restore_text(
                draft=sight.draft, key=CITY, revision=chosen.pk, seen=seen, by=EDITORS[editor],
                at=self.at,
            )  # fmt: skip

        done = sheet.parts[CITY][2]
        self.save_and_compare(sheet, editor, CITY, chosen.content, done=done, seen=seen, act=act)

    # Files

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors, dies=seldom)
    def upload_a_file(self, number, editor, dies):
        if dies:
            self.die_between_the_file_and_its_row()
            return
        sheet = self.pick(number)
        sight, body = sheet.sights[editor], uuid.uuid4().bytes
        refusal = None
        if sight.link != sheet.link:
            refusal = LinkReplaced
        elif len(sheet.files) == uploads.MAX_FILES:
            refusal = filing.TooMany
        if refusal:
            with pytest.raises(refusal):
                add_file(draft=sight.draft, body=body, at=self.at)
            return
        file = add_file(draft=sight.draft, body=body, at=self.at)
        self.stamp(file.path)
        sheet.files[file.pk] = (file.path, hashlib.sha256(body).hexdigest())
        self.files_changed(sheet)

    @precondition(lambda self: any(sheet.files for sheet in self.live))
    @rule(editor=editors, place=st.integers(0, 4))
    def remove_a_file(self, editor, place):
        sheet = next(sheet for sheet in self.live if sheet.files)
        sight, pk = sheet.sights[editor], list(sheet.files)[place % len(sheet.files)]
        if sight.link != sheet.link:
            with pytest.raises(LinkReplaced):
                filing.remove(draft=sight.draft, pk=pk, by=EDITORS[editor], at=self.at)
            return
        filing.remove(draft=sight.draft, pk=pk, by=EDITORS[editor], at=self.at)
        del sheet.files[pk]
        self.files_changed(sheet)
        filing.remove(draft=sight.draft, pk=pk, by=EDITORS[editor], at=self.at)  # pressed again

    def files_changed(self, sheet):
        part = DraftPart.objects.get(draft=sheet.pk, key=FILES)
        assert part.version == sheet.parts[FILES][0] + 1
        named = [file["sha256"] for file in part.content.get("files", [])]
        assert named == [sha256 for _path, sha256 in sheet.files.values()]
        sheet.parts[FILES] = (part.version, part.content, part.is_done)
        sheet.acknowledged.append((FILES, part.content))

    def stamp(self, path):
        """The file was written now, by the machine's clock."""
        os.utime(self.place(path), (self.at.timestamp(),) * 2)

    def place(self, path):
        return Path(django_settings.UPLOADS_DIR) / path

    def die_between_the_file_and_its_row(self):
        name = uuid.uuid4().hex
        path = f"{name[:2]}/{name}"
        self.place(path).parent.mkdir(parents=True, exist_ok=True)
        self.place(path).write_bytes(b"left")
        self.stamp(path)
        self.orphans[path] = self.at

    @rule()
    def reconcile(self):
        old = [path for path, at in self.orphans.items() if at < self.at - timedelta(days=1)]

        assert filing.reconcile(at=self.at) == (len(old), [])

        for path in old:
            del self.orphans[path]

    # Sending in

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors, looks=st.booleans())
    def submit(self, number, editor, looks):
        self.send(self.pick(number), editor, looks=looks)

    def send(self, sheet, editor, *, looks):
        sight = self.look(sheet, editor) if looks else sheet.sights[editor]
        key = f"{sheet.public_id}:{sight.round}"
        earlier = [sent for sent in sheet.sent if sent.key == key]

        def act():
            return answering.submit(
                draft=sight.draft, seen=sight.round, versions=sight.versions, at=self.at
            )

        if sight.link != sheet.link or sight.round != sheet.round:
            if earlier:
                assert act().pk == earlier[0].pk
                return
            refusal = answering.AlreadySent
        elif not self.is_open(sheet):
            refusal = answering.Closed
        elif sight.versions != sheet.versions:
            refusal = answering.Moved
        elif not sheet.says_something:
            refusal = answering.Empty
        else:
            self.received(sheet, key, act())
            assert act().pk == sheet.sent[-1].pk  # the same press, repeated
            return
        with pytest.raises(refusal):
            act()

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors)
    def look_and_submit(self, number, editor):
        self.send(self.pick(number), editor, looks=True)

    def received(self, sheet, key, submission):
        who, behind = sheet.contents[WHO], sheet.contents[BEHIND]
        open_until = self.last(sheet)
        if who["kind"] == "board" and behind.get("expected_on"):
            expected_on = date.fromisoformat(behind["expected_on"])
            sheet.own = max(sheet.own or expected_on, expected_on)
            sheet.extended_at = self.at
        sheet.round += 1
        sheet.withdrawn = False
        sheet.sent_versions, sheet.sent_contents = dict(sheet.versions), dict(sheet.contents)
        sheet.sent_done = {key: done for key, (_version, _content, done) in sheet.parts.items()}
        attachments = self.attachments_of(submission.pk)
        assert [(path, sha256) for _pk, path, sha256 in attachments] == list(sheet.files.values())
        sheet.sent.append(
            Sent(
                pk=submission.pk, key=key, number=len(sheet.sent) + 1, received_at=self.at,
                open_until=open_until, canonical=submission.canonical, sha256=submission.sha256,
                attachments=attachments,
            )
        )  # fmt: skip

    def attachments_of(self, pk):
        of_it = Attachment.objects.filter(submission=pk).order_by("number")
        return list(of_it.values_list("pk", "path", "sha256"))

    @precondition(lambda self: any(sheet.sent for sheet in self.sheets))
    @rule(number=which, withdrawn=st.booleans())
    def withdraw_or_undo_it(self, number, withdrawn):
        sent = [sheet for sheet in self.sheets if sheet.sent]
        sheet = sent[number % len(sent)]
        response = Response.objects.get(public_id=sheet.public_id)
        verb = answering.withdraw if withdrawn else answering.restore
        if self.is_open(sheet):
            verb(response=response, at=self.at)
            sheet.withdrawn = withdrawn
        else:
            with pytest.raises(answering.Closed):
                verb(response=response, at=self.at)

    # More time, and other people's decisions

    @precondition(lambda self: self.live)
    @rule(number=which)
    def ask_for_more_time(self, number):
        sheet = self.pick(number)
        draft = Draft.objects.get(pk=sheet.pk)
        if sheet.public_id in self.pending:
            with pytest.raises(extending.AlreadyAsked):
                ask_for_time(draft=draft, at=self.at)
        else:
            self.pending[sheet.public_id] = ask_for_time(draft=draft, at=self.at).pk

    @precondition(lambda self: self.pending)
    @rule(more=st.sampled_from([None, -1, 0, 5, 20]))
    def decide_on_more_time(self, more):
        """Grant so many days more than there are; decline without any."""
        public_id, pk = next(iter(self.pending.items()))
        sheet = next(sheet for sheet in self.sheets if sheet.public_id == public_id)
        decide = {"request": ExtensionRequest.objects.get(pk=pk), "at": self.at, "by": self.city}
        if more is None:
            extending.decline(note="Remissen är lång nog.", **decide)
        else:
            decide |= {"until": max(self.last(sheet), self.today) + days(more), "note": ""}
            if not sheet.is_live or not self.last(sheet) < decide["until"]:
                with pytest.raises(ValueError, match="sista dagen|Utkastet finns inte"):
                    extending.grant(**decide)
                return
            if decide["until"] < self.today:
                with pytest.raises(ValueError, match="sista dagen"):
                    extending.grant(**decide)
                return
            extending.grant(**decide)
            sheet.own, sheet.extended_at = decide["until"], self.at
        del self.pending[public_id]
        with pytest.raises(extending.AlreadyDecided):
            extending.decline(**{"note": ""} | {k: decide[k] for k in ("request", "at", "by")})

    @rule(on=st.integers(0, 20))
    def move_the_last_day(self, on):
        self.last_day = self.today + days(on)
        moving.move_last_day(
            consultation=Consultation.objects.get(), last_day=self.last_day, reason="Beslut.",
            at=self.at, by=self.city,
        )  # fmt: skip

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors, sure=seldom)
    def change_the_address(self, number, editor, sure):
        """The one who changes it stays in; everybody else's link is replaced."""
        sheet = self.pick(number)
        if not sure or sheet.sights[editor].link != sheet.link:
            return
        self.written += 1
        answering.change_email(
            draft=Draft.objects.get(pk=sheet.pk), email=f"ny{self.written}@forening.example",
            at=self.at,
        )  # fmt: skip
        sheet.link += 1
        sheet.sights[editor] = self.sight(sheet)

    # Time and what it does

    @rule(wait=waits)
    def time_passes(self, wait):
        """So long, or until the morning after the last day."""
        closing = self.morning(self.last_day + days(1))
        self.at = self.at + wait if wait else max(self.at, closing)

    def morning(self, day):
        return timezone.make_aware(datetime.combine(day, time(9)))

    @rule()
    def remind(self):
        for sheet in self.live:
            left = (self.last(sheet) - self.today).days
            if not sheet.is_unsent or not 0 <= left <= 7:
                continue
            kind, before = ("reminder_day", 1) if left <= 1 else ("reminder_week", 7)
            moment = self.morning(self.last(sheet) - days(before))
            since = max(sheet.started_at, sheet.extended_at or sheet.started_at)
            if since < moment <= self.at:
                self.reminders.add((kind, f"draft:{sheet.pk}", moment))

        reminding.remind(at=self.at)

    @precondition(lambda self: self.live)
    @rule(number=which, editor=editors, sure=seldom)
    def discard(self, number, editor, sure):
        sheet = self.pick(number)
        if not sure:
            return
        if sheet.sights[editor].link != sheet.link:
            with pytest.raises(LinkReplaced):
                ending.discard(draft=sheet.sights[editor].draft, at=self.at)
            return
        assert ending.discard(draft=sheet.sights[editor].draft, at=self.at) is not bool(sheet.sent)
        if sheet.sent:
            self.back_to_what_was_sent(sheet)
        else:
            self.end(sheet)

    def back_to_what_was_sent(self, sheet):
        """Texts and files are those of the latest version, and the history begins there."""
        for key, (version, _content, _done) in sheet.parts.items():
            content = sheet.sent_contents[key]
            sheet.parts[key] = (version + 1, content, sheet.sent_done[key])
        sheet.sent_versions = dict(sheet.versions)
        sheet.acknowledged = [(key, content) for key, content in sheet.contents.items() if content]
        sheet.aside = []
        rows = DraftFile.objects.filter(draft=sheet.pk).order_by("number")
        sheet.files = {file.pk: (file.path, file.sha256) for file in rows}
        assert list(sheet.files.values()) == [
            (path, sha256) for _pk, path, sha256 in sheet.sent[-1].attachments
        ]

    def end(self, sheet):
        sheet.is_live, sheet.files = False, {}
        sheet.acknowledged = sheet.aside = []

    @rule()
    def purge(self):
        old = [
            sheet
            for sheet in self.live
            if self.last(sheet) + days(30) < self.today and sheet.public_id not in self.pending
        ]

        assert ending.purge(at=self.at) == len(old)

        for sheet in old:
            self.end(sheet)

    # What always holds

    @invariant()
    def drafts_are_as_the_model_says(self):
        rows = Draft.objects.values_list("pk", "link_version", "round", "own_last_day").order_by(
            "pk"
        )
        assert list(rows) == [(each.pk, each.link, each.round, each.own) for each in self.live]
        for sheet in self.live:
            parts = DraftPart.objects.filter(draft=sheet.pk)
            stands = {part.key: (part.version, part.content, part.is_done) for part in parts}
            assert stands == sheet.parts
        unsent = set(Draft.objects.unsent().values_list("pk", flat=True))
        assert unsent == {sheet.pk for sheet in self.live if sheet.is_unsent}

    @invariant()
    def every_acknowledged_text_is_kept(self):
        for sheet in self.live:
            revisions = DraftRevision.objects.filter(part__draft=sheet.pk)
            kept = list(revisions.values_list("part__key", "content", "how"))
            texts = [(key, content) for key, content, _how in kept]
            aside = [(key, content) for key, content, how in kept if how == "aside"]
            assert [each for each in sheet.acknowledged if each not in texts] == []
            assert [each for each in sheet.aside if each not in aside] == []

    @invariant()
    def what_was_received_never_changes(self):
        expected = [
            (sent.pk, sent.key, sent.number, sent.received_at, sent.canonical, sent.sha256)
            for sheet in self.sheets
            for sent in sheet.sent
        ]
        columns = ("pk", "submit_key", "number", "received_at", "canonical", "sha256")
        assert sorted(Submission.objects.values_list(*columns)) == sorted(expected)
        for sheet in self.sheets:
            for sent in sheet.sent:
                assert digest(sent.canonical) == sent.sha256
                assert self.attachments_of(sent.pk) == sent.attachments
                assert timezone.localdate(sent.received_at) <= sent.open_until

    @invariant()
    def a_response_follows_its_draft(self):
        columns = ("public_id", "latest", "withdrawn_at", "own_last_day", "link_version")
        rows = Response.objects.values_list(*columns)
        assert {(*row[:2], row[2] is not None, *row[3:]) for row in rows} == {
            (each.public_id, each.sent[-1].pk, each.withdrawn, each.own, each.link)
            for each in self.sheets
            if each.sent
        }

    @invariant()
    def stored_files_are_those_that_rows_refer_to_and_hash_to_what_they_say(self):
        wanted = dict(self.orphans)
        for sheet in self.sheets:
            wanted |= dict(sheet.files.values())
            for sent in sheet.sent:
                wanted |= {path: sha256 for _pk, path, sha256 in sent.attachments}
        assert {path for path, _at in uploads.stored()} == set(wanted)
        for path in set(wanted) - set(self.orphans):
            assert hashlib.sha256(self.place(path).read_bytes()).hexdigest() == wanted[path]

    @invariant()
    def nobody_is_reminded_twice_of_one_last_day(self):
        queued = Letter.objects.filter(kind__startswith="reminder")
        assert sorted(queued.values_list("kind", "target", "due")) == sorted(self.reminders)


@pytest.fixture
def portal(transactional_db):
    consultation = make_consultation()
    city = make_staff(username="maria", group="Samordnare kommunen", side="city")
    return lambda: Portal(consultation, city)


def test_nothing_that_happens_to_drafts_breaks_what_always_holds(portal):
    run_state_machine_as_test(portal, settings=BOUNDED)


# Controls: with one guard away the same rules and invariants must notice


@pytest.fixture
def walked(portal):
    """A machine that is walked by hand, with one draft begun in it."""
    machine = portal()
    machine.begin()
    yield machine
    machine.teardown()


def write(machine, *, editor=0):
    machine.save_a_text(number=0, editor=editor, key=CITY, kind="new", done=True, twice=False)


def write_both(machine):
    write(machine, editor=0)
    write(machine, editor=1)
    machine.every_acknowledged_text_is_kept()


def send_and_remove_the_file(machine):
    machine.upload_a_file(number=0, editor=0, dies=False)
    machine.look_and_submit(number=0, editor=0)
    machine.remove_a_file(editor=0, place=0)
    machine.stored_files_are_those_that_rows_refer_to_and_hash_to_what_they_say()


def wait_for_a_decision(machine):
    machine.ask_for_more_time(number=0)
    machine.time_passes(wait=None)
    machine.time_passes(wait=days(32))
    machine.purge()


def send_after_the_last_day(machine):
    write(machine)
    machine.time_passes(wait=None)
    machine.look_and_submit(number=0, editor=0)


def nothing(*_args, **_kwargs):
    pass


GUARDS = [
    pytest.param(write_both, DraftPart, "keep", nothing, id="the history"),
    pytest.param(write_both, answering, "_keep_aside", nothing, id="what lost is kept"),
    pytest.param(
        send_and_remove_the_file, filing, "_referred", lambda _paths: set(), id="sent files stay"
    ),
    pytest.param(
        wait_for_a_decision,
        ExtensionRequestQuerySet,
        "pending",
        lambda requests: requests.none(),
        id="a request is waited for",
    ),
    pytest.param(
        send_after_the_last_day,
        Consultation,
        "is_open_for",
        lambda *_args: True,
        id="the last day",
    ),
]


@pytest.mark.parametrize(("walk", "place", "guard", "without"), GUARDS)
def test_the_machine_notices_that_a_guard_is_away(walked, monkeypatch, walk, place, guard, without):
    monkeypatch.setattr(place, guard, without)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        walk(walked)


@pytest.mark.parametrize("walk", [each.values[0] for each in GUARDS[1:]])
def test_with_its_guards_in_place_the_same_walk_is_quiet(walked, walk):
    walk(walked)
