"""The demo: built through the verbs, in four stages, and served by one command."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Max, Min

from remiss import roles, uploads
from remiss.admin.passages import cover_by_area
from remiss.demo import build
from remiss.demo import themes as told
from remiss.demo.answers import ANSWERS, DRAFTS, WHOLE
from remiss.demo.cast import ACCOUNTS, PASSWORD, STAGES
from remiss.exports.sections import of_submission
from remiss.models import (
    ActorAlias,
    AreaShare,
    Attachment,
    Consultation,
    CoSignatory,
    Draft,
    Event,
    ExtensionRequest,
    Letter,
    Masking,
    Note,
    Passage,
    Placement,
    ReadMark,
    ReplyRevision,
    Response,
    ReviewStep,
    SecrecyMark,
    Submission,
    Theme,
)
from remiss.models.masking import texts_of
from remiss.text import masked
from remiss.workflow.actors import actors
from tests.rig import Browser, answers, free_port, wait_until

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
SLOW_MACHINE = 180  # seconds for everything a first start does
TODAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "last_day"),
    [
        (date(2026, 11, 21), date(2026, 11, 30)),
        (date(2026, 11, 22), date(2026, 11, 30)),
        (date(2026, 11, 23), date(2027, 11, 30)),
        (date(2026, 11, 24), date(2027, 11, 30)),
        (date(2026, 12, 1), date(2027, 11, 30)),
        (date(2028, 2, 29), date(2028, 11, 30)),
    ],
)
def test_the_last_day_is_the_first_30_november_at_least_eight_days_ahead(today, last_day):
    opens_on, chosen = build.days("open", today)

    assert chosen == last_day
    assert opens_on < today


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_stands_as_its_name_says(db, stage):
    assert build.build(stage=stage, at=TODAY)

    consultation = Consultation.objects.get()
    assert consultation.timing(TODAY).phase == {"lastday": "lastday"}.get(stage, stage)
    assert consultation.slug == f"handlingsplan-{consultation.last_day.year}"
    assert consultation.versions.get().areas.count() == 4
    assert Event.objects.filter(at__gt=TODAY).count() == 0
    assert Letter.objects.exclude(state="sent").count() == 0
    assert Letter.objects.filter(sent_at__gt=TODAY).count() == 0
    if stage == "before":
        assert (Response.objects.count(), Draft.objects.count()) == (0, 0)
        assert (Theme.objects.count(), ReplyRevision.objects.count()) == (0, 0)
        return
    span = Submission.objects.aggregate(first=Min("received_at"), last=Max("received_at"))
    assert consultation.is_open(span["first"])
    assert consultation.is_open(span["last"])
    assert span["last"] < TODAY
    assert Response.objects.count() == len(ANSWERS) == 30
    assert Draft.objects.unsent().count() == len(DRAFTS)
    assert Submission.objects.filter(is_late=True).count() == 0


def test_what_the_answers_tell_is_what_was_received(db):
    build.build(stage="open", at=TODAY)

    told = {}
    for example in ANSWERS:
        told[example.fate] = told.get(example.fate, 0) + 1
    assert Response.objects.filter(withdrawn_at__isnull=False).count() == told["withdrawn"]
    assert Response.objects.exclude(set_aside="").count() == sum(
        told[fate] for fate in build.SET_ASIDE
    )
    assert Submission.objects.filter(number=2).count() == told["changed"]
    assert Response.objects.exclude(channel="portal").count() == sum(
        example.channel != "portal" for example in ANSWERS
    )
    texts = sum(
        len(section.answered)
        for response in Response.objects.select_related("latest__plan_version")
        for section in of_submission(response.submissions.get(number=1))
    )
    assert texts == sum(
        sum(len(area) for area in example.areas.values()) + len(example.whole)
        for example in ANSWERS
    )


def test_files_who_stands_behind_and_a_wish_for_time_are_there_to_be_seen(db):
    build.build(stage="open", at=TODAY)

    told = sum(len(example.files) for example in ANSWERS)
    assert Attachment.objects.count() == told == 3
    assert set(Attachment.objects.values_list("path", flat=True)) == dict(uploads.stored()).keys()
    assert all(Attachment.objects.values_list("is_searchable", flat=True))
    assert CoSignatory.objects.count() == 31
    assert Submission.objects.get(is_preliminary=True).decision_expected_on > TODAY.date()
    assert ExtensionRequest.objects.pending().count() == 1


def test_staff_have_begun_their_work(db):
    build.build(stage="open", at=TODAY)

    assert Event.objects.filter(verb="registered").count() == 14
    assert ReadMark.objects.values("user").distinct().count() == 2
    assert Event.objects.filter(at__gt=TODAY).count() == 0


def test_the_letters_of_the_story_are_not_sent_again(db):
    build.build(stage="open", at=TODAY)

    assert Letter.objects.count() > 30
    assert Letter.objects.exclude(state="sent").count() == 0
    assert Letter.objects.filter(sent_at__gt=TODAY).count() == 0


# What the coordinators have made of the answers

READABLE = Passage.objects.current().select_related("answer__area", "answer__submission__response")


def area_of(passage):
    return passage.answer.area.key if passage.answer.area else WHOLE


def words_in(passage, words):
    text = passage.text.casefold()
    return any(each in text for each in words)


@pytest.fixture
def bench(db, request):
    """The demo at a stage; the two coordinators by their sides."""
    build.build(stage=request.param, at=TODAY)
    coordinators = Consultation.objects.get().area_shares.select_related("coordinator__user")
    return {each.coordinator.side: each.coordinator.user for each in coordinators}


# Each of these builds the demo, which takes seconds: "closed" holds all that is read.
at_stage = partial(pytest.mark.parametrize, "bench", indirect=True)


@at_stage(["open", "closed"])
def test_each_area_is_begun_and_none_is_done(bench):
    shown = cover_by_area(Consultation.objects.get(), bench["city"])

    dealt_with, total = {}, {}
    for passage in READABLE.prefetch_related("placements"):
        key = passage.answer.area.key if passage.answer.area else ""
        total[key] = total.get(key, 0) + 1
        is_done = bool(passage.no_action) or passage.placements.count() > 0
        dealt_with[key] = dealt_with.get(key, 0) + is_done
    assert {key: (cover.covered, cover.total) for key, cover in shown.items()} == {
        key: (dealt_with[key], total[key]) for key in total
    }
    assert [key for key, cover in shown.items() if not 0 < cover.percent < 100] == []
    assert len({cover.percent for cover in shown.values()}) == len(shown) == 5


@at_stage(["closed"])
def test_a_passage_stands_under_the_themes_that_its_words_are_about(bench):
    placed = READABLE.exclude(placements=None).prefetch_related("placements__theme")

    assert [
        passage.label
        for passage in placed.numbered()
        if {each.theme.name for each in passage.placements.all()}
        != {
            theme.name
            for theme in told.THEMES
            if theme.area == area_of(passage) and words_in(passage, theme.words)
        }
    ] == []
    assert placed.exclude(no_action="").count() == 0
    assert {
        area_of(each.passage): each.by.coordinator.side
        for each in Placement.objects.select_related("by__coordinator", "passage__answer__area")
        if each.passage.answer.area
    } == told.READERS
    assert {each.area_key: each.coordinator.side for each in AreaShare.objects.all()} == (
        told.READERS
    )


@at_stage(["closed"])
def test_a_passage_is_dealt_with_after_it_came_in_by_somebody_who_has_read_the_answer(bench):
    came_in = Placement.objects.values_list("at", "passage__answer__submission__received_at")
    read = set(ReadMark.objects.values_list("response", "user"))
    dealt_with = Placement.objects.values_list("passage__answer__submission__response", "by")

    assert [at for at, received_at in came_in if at <= received_at] == []
    assert set(dealt_with) - read == set()


@at_stage(["closed"])
def test_the_text_that_three_boards_share_is_placed_in_one_act_a_theme(bench):
    said = ReviewStep.objects.filter(said__startswith="3 stycken under").values_list(
        "said", flat=True
    )

    assert sorted(said) == [
        "3 stycken under Ansvar och kostnader",
        "3 stycken under Ansvar och kostnader",
        "3 stycken under Belysning, toaletter och skötsel",
        "3 stycken under Tidig medverkan",
        "3 stycken under Tillstånd och en väg in",
        "3 stycken under Trygghet på platsen",
    ]


WAITING = {
    "open": {
        "city": ["Möten där folk redan är", "Tidig medverkan"],
        "civil": ["Tillgänglighet och ledsagning"],
    },
    "closed": {
        "city": ["Ansvar och kostnader", "Besked efteråt"],
        "civil": ["Öppet på kvällar, helger och lov"],
    },
}
STATES = {
    "open": ["draft", "handed_over", "handed_over"],
    "closed": ["approved", "draft", "handed_over", "sent_back"],
}


@pytest.mark.parametrize("stage", WAITING)
def test_something_waits_for_each_of_the_two(db, stage):
    build.build(stage=stage, at=TODAY)

    newest = ReplyRevision.objects.newest()
    assert sorted(reply.state for reply in newest) == STATES[stage]
    assert {
        side: sorted(newest.waiting_for(side).values_list("theme__name", flat=True))
        for side in ("city", "civil")
    } == WAITING[stage]
    unplaced = [reply.theme.name for reply in newest if not reply.theme.placements.exists()]
    assert unplaced == []


@at_stage(["open"])
def test_one_answer_is_marked_as_secret_and_the_names_in_another_are_masked(bench):
    (mark,) = SecrecyMark.objects.untried()
    (version,) = {masking.submission for masking in Masking.objects.standing()}
    shown = "".join(
        masked(
            text,
            [(each.start, each.end) for each in Masking.objects.with_texts() if each.spot == spot],
        )
        for spot, text in texts_of(version).items()
    )

    secret = Response.objects.hidden_from(bench["civil"])
    assert list(secret) == [mark.response]
    assert told.SECRET_NAME in mark.response.latest.answers.get().text
    assert version.organisation == told.MASKED_IN
    assert [name for name in told.MASKED_NAMES if name in shown] == []
    assert shown.count("[borttaget]") == 8


@at_stage(["open"])
def test_the_coordinators_have_noted_called_and_joined_spellings(bench):
    consultation = Consultation.objects.get()

    notes = Note.objects.order_by("text").values_list(
        "response__latest__organisation", "area_key", "by__coordinator__side", "text"
    )
    assert list(notes) == [
        (organisation, "" if area == WHOLE else area, side, text)
        for organisation, (area, side, text) in told.NOTES.items()
    ]
    (call,) = Event.objects.filter(verb="noted")
    assert (call.body.name, call.actor) == (told.CALLED, bench["civil"])
    assert set(ActorAlias.objects.values_list("name", flat=True)) == {told.SPELT}
    named = actors(consultation, "young-health", bench["civil"])
    assert [actor.count for actor in named if "fritidsg" in actor.key] == [3]


def test_an_existing_demo_is_kept(db):
    build.build(stage="open", at=TODAY)
    references = set(Response.objects.values_list("reference", flat=True))

    assert not build.build(stage="closed", at=TODAY)
    assert set(Response.objects.values_list("reference", flat=True)) == references


def test_five_accounts_can_log_in(db, client, django_user_model):
    build.build(stage="before", at=TODAY)

    assert set(django_user_model.objects.values_list("username", flat=True)) == set(ACCOUNTS)
    groups = [django_user_model.objects.get(username=name).groups.get().name for name in ACCOUNTS]
    assert groups == list(roles.ROLES)
    assert not django_user_model.objects.filter(is_superuser=True).exists()
    for user in django_user_model.objects.all():
        assert user.check_password(PASSWORD)
        assert user.is_staff


def test_well_known_passwords_are_never_seeded_outside_trial_mode(db, settings):
    settings.TRIAL = False

    with pytest.raises(CommandError, match="TRIAL=1"):
        call_command("seed")


# The command


@pytest.fixture
def demo(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the demo is on SQLite; it is tried in the SQLite run")
    running = []

    def start(port, **env):
        env = os.environ | {"PORT": str(port), "VAR_DIR": str(tmp_path), **env}
        process = subprocess.Popen(
            [sys.executable, "-m", "remiss.demo.run"], cwd=ROOT, env=env, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def children_of(process):
    return [
        int(status.parent.name)
        for status in Path("/proc").glob("[0-9]*/status")
        if f"PPid:\t{process.pid}\n" in status.read_text()
    ]


@pytest.mark.parametrize(("number", "stage"), [(signal.SIGTERM, "open"), (signal.SIGINT, "before")])
def test_the_demo_serves_says_how_and_ends_without_orphans(demo, number, stage):
    port = free_port()
    process = demo(port, STAGE=stage)
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/halsa/"), within=SLOW_MACHINE)
    page = Browser(f"http://127.0.0.1:{port}").get("/")
    children = children_of(process)
    process.send_signal(number)
    said, _nothing = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "Malmöandan" in page
    assert [line for line in said.splitlines() if line.endswith(f" {PASSWORD}")] == [
        f"{name} {PASSWORD}" for name in ACCOUNTS
    ]
    assert f"http://127.0.0.1:{port}/provpost/" in said
    assert len(children) == 2
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []


def test_a_taken_port_is_said_at_once(demo):
    port = free_port()
    first = demo(port, STAGE="before")
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/halsa/"), within=SLOW_MACHINE)

    second = demo(port)
    said, _nothing = second.communicate(timeout=30)

    assert second.returncode == 2
    assert said == f"Port {port} is taken. Choose another one: make demo PORT=8001\n"
    assert first.poll() is None


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"STAGE": "later"}, "STAGE=later is not one of before, open, lastday, closed."),
        ({"PORT": "http"}, "PORT=http is not a port number."),
    ],
)
def test_a_wrong_choice_is_said_at_once(demo, env, sentence):
    process = demo(0, **env)
    said, _nothing = process.communicate(timeout=30)

    assert (process.returncode, said) == (2, f"{sentence}\n")
