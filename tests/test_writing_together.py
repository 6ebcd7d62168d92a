"""People who write in one draft at the same time, with real commits on PostgreSQL.

Every text that was once acknowledged is in the draft or in its history, whoever else saved, sent
in, or changed the address in the same instant. Each guard has a control without it.
"""

import hashlib
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from remiss import crash, uploads
from remiss.models import (
    Attachment,
    Conflict,
    Draft,
    DraftFile,
    DraftPart,
    DraftRevision,
    Event,
    ExtensionRequest,
    How,
    Letter,
    Response,
    Submission,
)
from remiss.models.draft import BEHIND, FILES, LinkReplaced, SentMeanwhile, area_key
from remiss.models.response import digest
from remiss.workflow import answering, extending, filing, reminding
from tests.factories import (
    KIM,
    NOON,
    ROBIN,
    add_file,
    ask_for_time,
    days,
    make_consultation,
    make_draft,
    make_staff,
    plan_of,
    save,
    versions_of,
)
from tests.rig import wait_until
from tests.test_races import at_once

CITY, YOUNG = area_key("city-life"), area_key("young-health")
DRAFTS, SAVES, PAIRS_AT_ONCE = 200, 50, 6
INSTANTS = 25  # how many times two things are let happen at once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")


@pytest.fixture
def remiss():
    return make_consultation()


@pytest.fixture
def draft(remiss):
    return make_draft(consultation=remiss, texts={CITY: {"how": "Öppna aulorna."}})


@pytest.fixture
def sending_waits(monkeypatch):
    """sending_waits(other) → (what sending gave, what `other` gave), when `other` comes while the
    answer is as good as sent: it stands in line for a row, and then the sending commits.
    """

    def run(draft, other):
        nearly_sent, versions = threading.Event(), versions_of(draft)

        def point(name):
            nearly_sent.set()
            wait_until(somebody_waits)

        def act(index):
            if index == 0:
                return send(draft, versions=versions)
            nearly_sent.wait(timeout=30)
            return other()

        with monkeypatch.context() as patch:
            patch.setattr(crash, "point", point)
            return at_once(2, act)

    return run


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def opened(draft):
    """The draft as one more request fetches it, with the link that opened it."""
    rows = Draft.objects.select_related("consultation", "plan_version")
    return rows.get(pk=draft.pk, link_version=draft.link_version)


def send(draft, *, seen=0, versions, at=NOON):
    return answering.submit(draft=opened(draft), seen=seen, versions=versions, at=at)


def saving(draft, key, text, seen, *, by=ROBIN, **more):
    return answering.save_part(
        draft=draft, key=key, content={"how": text}, is_done=True, seen=seen, by=by, at=NOON, **more
    )


# Two editors of one text (D3 and goal G6)


def many_drafts(remiss, number):
    """Begun drafts, without a letter each."""
    version = plan_of(remiss).version
    drafts = Draft.objects.bulk_create(
        Draft(
            consultation=remiss,
            plan_version=version,
            public_id=f"{place:032x}",
            start_key=f"many-{place}",
            email="sekreterare@tegelbacken.example",
            email_key="sekreterare@tegelbacken.example",
            started_at=NOON,
        )
        for place in range(number)
    )
    DraftPart.objects.bulk_create(DraftPart(draft=draft, key=CITY) for draft in drafts)
    return drafts


def write_together(drafts, write):
    """Two editors of each draft, who begin together; what each was told is kept, in pairs."""

    def one(draft):
        barrier = threading.Barrier(2)

        def edit(editor):
            barrier.wait(timeout=30)
            return write(draft, editor)

        first = inner.submit(edit, ROBIN)
        return [edit(KIM), first.result()]

    def close():
        barrier.wait(timeout=30)
        connections.close_all()

    barrier = threading.Barrier(2 * PAIRS_AT_ONCE)
    with (
        ThreadPoolExecutor(PAIRS_AT_ONCE) as outer,
        ThreadPoolExecutor(PAIRS_AT_ONCE) as inner,
    ):
        told = list(outer.map(one, drafts))
        closing = [pool.submit(close) for pool in (outer, inner) for _n in range(PAIRS_AT_ONCE)]
        for each in closing:
            each.result()
    return told


def write_and_read_conflicts(draft, editor):
    """Fifty presses of the button. Whoever meets a conflict has both texts on the page: some go on
    from the other's, some keep their own and press again.
    """
    chance, seen, told, conflicts = random.Random(f"{draft.pk}{editor.key}"), 0, [], 0
    keeps_own = False
    for number in range(SAVES):
        text = told[-1] if keeps_own else f"{editor.name} {number}"
        keeps_own = False
        try:
            seen = saving(draft, CITY, text, seen, by=editor)
        except Conflict as conflict:
            conflicts, seen = conflicts + 1, conflict.part.version
            keeps_own = chance.random() < 0.5
        told.append(text)
    return told, conflicts


def write_blindly(draft, editor):
    """What a save would be that asked nobody which version it replaces."""
    told = []
    for number in range(SAVES):
        text = f"{editor.name} {number}"
        part = DraftPart.objects.get(draft=draft, key=CITY)
        DraftPart.objects.filter(pk=part.pk).update(content={"how": text}, version=part.version + 1)
        DraftRevision.objects.update_or_create(
            part=part,
            version=part.version + 1,
            defaults={"content": {"how": text}, "saved_at": NOON},
        )
        told.append(text)
    return told, 0


def kept(draft):
    part = DraftPart.objects.get(draft=draft, key=CITY)
    texts = DraftRevision.objects.filter(part=part).values_list("content__how", flat=True)
    return {part.content["how"], *texts}


@pytest.mark.large
def test_two_hundred_pairs_of_editors_lose_no_text_they_were_told_is_kept(remiss):
    drafts = many_drafts(remiss, DRAFTS)

    told = write_together(drafts, write_and_read_conflicts)

    lost = [
        text
        for draft, pair in zip(drafts, told, strict=True)
        for text in {text for texts, _conflicts in pair for text in texts} - kept(draft)
    ]
    assert lost == []
    assert sum(len(texts) for pair in told for texts, _conflicts in pair) == 2 * DRAFTS * SAVES
    assert sum(conflicts for pair in told for _texts, conflicts in pair) >= DRAFTS


def test_a_part_s_history_has_each_version_once_and_in_order(remiss):
    drafts = many_drafts(remiss, PAIRS_AT_ONCE)

    write_together(drafts, write_and_read_conflicts)

    for draft in drafts:
        part = DraftPart.objects.get(draft=draft, key=CITY)
        saved = DraftRevision.objects.filter(part=part).exclude(how=How.ASIDE).order_by("pk")
        assert [each.version for each in saved] == list(range(1, part.version + 1))
        assert saved.last().content == part.content


def test_without_the_version_in_the_save_the_same_editors_lose_text(remiss):
    drafts = many_drafts(remiss, PAIRS_AT_ONCE)

    told = write_together(drafts, write_blindly)

    lost = [
        text
        for draft, pair in zip(drafts, told, strict=True)
        for texts, _conflicts in pair
        for text in set(texts) - kept(draft)
    ]
    assert lost != []


def test_two_editors_in_two_areas_never_meet(draft):
    def write(index):
        key, seen = [(CITY, 1), (YOUNG, 0)][index]
        for number in range(SAVES):
            seen = saving(opened(draft), key, f"Text {number}", seen)
        return seen

    assert at_once(2, write) == [SAVES + 1, SAVES]


# Saving while it is sent in (D4)


@pytest.mark.large
def test_two_hundred_submissions_hold_what_granska_showed_whoever_saves_meanwhile(remiss):
    drafts = [
        make_draft(consultation=remiss, texts={CITY: {"how": "Som granska visade."}})
        for _n in range(8)
    ]
    shown, outcomes, sent = {}, [], []

    def act(index):
        draft, place = drafts[index % 8], index // 8
        number, versions, seen = shown[draft.pk]
        if place == 0:
            return send(draft, seen=number, versions=versions)
        return saving(opened(draft), CITY, f"Efter version {number}", seen)

    for number in range(25):
        for draft in drafts:
            if number:
                seen = DraftPart.objects.get(draft=draft, key=CITY).version
                saving(opened(draft), CITY, "Som granska visade.", seen)
            draft.refresh_from_db()
            versions = versions_of(draft)
            shown[draft.pk] = (draft.round, versions, versions[CITY])
        outcomes += at_once(16, act)[:8]
        for submission in Submission.objects.exclude(pk__in=[pk for pk, _sha in sent]):
            sent.append((submission.pk, submission.sha256))

    assert len(outcomes) == 200
    received = [each for each in outcomes if isinstance(each, Submission)]
    moved = [each for each in outcomes if isinstance(each, answering.Moved)]
    assert len(received) + len(moved) == 200
    assert sorted(Submission.objects.values_list("pk", "sha256")) == sorted(sent)
    assert len(sent) == len(received)
    for submission in Submission.objects.all():
        assert submission.answers.get().text == "Som granska visade."
        assert digest(submission.canonical) == submission.sha256


def test_a_text_that_saves_itself_after_the_sending_is_refused_and_nothing_moves(draft):
    submission = send(draft, versions=versions_of(draft))
    before = [DraftPart.objects.filter(draft=draft).values(), Submission.objects.values()]
    before = [list(rows) for rows in before]

    with pytest.raises(SentMeanwhile):
        saving(opened(draft), CITY, "Sent", 1, how=How.AUTO, round_seen=0)

    after = [DraftPart.objects.filter(draft=draft).values(), Submission.objects.values()]
    assert [list(rows) for rows in after] == before
    assert submission.answers.get().text == "Öppna aulorna."
    assert not Draft.objects.unsent().exists()


def test_a_text_that_saves_itself_while_it_is_sent_is_never_a_change_nobody_saw(remiss):
    """Either it came first, and granska is shown again, or it is refused: never in between."""
    seen = set()
    for _n in range(INSTANTS):
        draft = make_draft(consultation=remiss, texts={CITY: {"how": "Öppna aulorna."}})
        versions = versions_of(draft)

        def act(index, draft=draft, versions=versions):
            if index == 0:
                return send(draft, versions=versions)
            return saving(opened(draft), CITY, "I samma stund", 1, how=How.AUTO, round_seen=0)

        seen.add(tuple(type(each).__name__ for each in at_once(2, act)))

    assert seen <= {("Submission", "SentMeanwhile"), ("Moved", "int")}


def test_a_text_that_saves_itself_and_waits_for_the_sending_is_refused(draft, sending_waits):
    sent, saved = sending_waits(
        draft,
        lambda: saving(opened(draft), CITY, "I samma stund", 1, how=How.AUTO, round_seen=0),
    )

    assert isinstance(sent, Submission)
    assert isinstance(saved, SentMeanwhile)
    assert not Draft.objects.unsent().exists()


def test_a_text_saved_by_hand_that_waits_for_the_sending_is_a_change_to_it(draft, sending_waits):
    sent, saved = sending_waits(draft, lambda: saving(opened(draft), CITY, "I samma stund", 1))

    assert (sent.answers.get().text, saved) == ("Öppna aulorna.", 2)
    assert digest(sent.canonical) == sent.sha256
    assert Draft.objects.unsent().exists()


# The link is replaced in the same instant (S9)


def test_a_save_in_the_instant_the_link_is_replaced_is_kept_whole_or_refused(remiss):
    for _n in range(INSTANTS):
        draft = make_draft(consultation=remiss)
        old = opened(draft)

        def act(index, draft=draft, old=old):
            if index == 0:
                return answering.change_email(
                    draft=opened(draft), email="ny@forening.example", at=NOON + timedelta(hours=1)
                )
            return saving(old, CITY, "I samma stund", 0)

        changed, saved = at_once(2, act)

        assert changed is None
        part = DraftPart.objects.get(draft=draft, key=CITY)
        texts = list(DraftRevision.objects.filter(part=part).values_list("content__how", flat=True))
        if isinstance(saved, LinkReplaced):
            assert (part.content, part.version, texts) == ({}, 0, [])
        else:
            assert (saved, part.content, texts) == (1, {"how": "I samma stund"}, ["I samma stund"])
        with pytest.raises(LinkReplaced):
            saving(old, CITY, "Efteråt", part.version)


def test_an_answer_sent_in_the_instant_its_link_is_replaced_has_the_link_of_its_draft(remiss):
    for _n in range(INSTANTS):
        draft = make_draft(consultation=remiss, texts={CITY: {"how": "Öppna aulorna."}})
        versions, old = versions_of(draft), opened(draft)

        def act(index, draft=draft, old=old, versions=versions):
            if index == 0:
                return answering.change_email(
                    draft=opened(draft), email="ny@forening.example", at=NOON + timedelta(hours=1)
                )
            return answering.submit(draft=old, seen=0, versions=versions, at=NOON)

        changed, sent = at_once(2, act)

        assert changed is None
        assert isinstance(sent, Submission | answering.AlreadySent)
        held = Response.objects.filter(public_id=draft.public_id)
        rows = list(held.values_list("link_version", "contact__email"))
        expected = [(2, "ny@forening.example")] if isinstance(sent, Submission) else []
        assert rows == expected


def test_of_two_who_move_the_answer_at_once_one_finds_the_link_replaced(remiss):
    """Else both hold the version that now counts, also the one the other meant to shut out."""
    draft = make_draft(consultation=remiss)
    first, second = opened(draft), opened(draft)

    answering.change_email(draft=first, email="ratt@forening.example", at=NOON)
    with pytest.raises(LinkReplaced):
        answering.change_email(draft=second, email="fel@annan.example", at=NOON)

    stands = Draft.objects.get()
    assert (stands.email, stands.link_version) == ("ratt@forening.example", 2)


# Files


def stored():
    return {path for path, _at in uploads.stored()}


def test_two_uploads_at_once_to_four_files_make_five_and_leave_no_bytes(remiss):
    for _n in range(10):
        draft = make_draft(consultation=remiss)
        for number in range(4):
            add_file(draft=draft, name=f"{number}.pdf")

        results = at_once(2, lambda index, draft=draft: add_file(draft=draft, name=f"{index}.pdf"))

        assert sorted(type(each).__name__ for each in results) == ["DraftFile", "TooMany"]
        files = DraftFile.objects.filter(draft=draft)
        assert [file.number for file in files] == [1, 2, 3, 4, 5]
        assert len(DraftPart.objects.get(draft=draft, key=FILES).content["files"]) == 5
    assert stored() == set(DraftFile.objects.values_list("path", flat=True))


def test_without_the_lock_two_uploads_at_once_make_six(draft, monkeypatch):
    both = threading.Barrier(2)
    for number in range(4):
        add_file(draft=draft, name=f"{number}.pdf")
    monkeypatch.setattr(filing, "_lock", lambda draft: draft.parts.get(key=FILES))
    monkeypatch.setattr(filing, "_note", lambda *_args, **_kwargs: both.wait(timeout=30))

    at_once(2, lambda index: add_file(draft=draft, name=f"{index}.pdf"))

    assert DraftFile.objects.filter(draft=draft).count() == 6


def removing(draft, file):
    return filing.remove(draft=opened(draft), pk=file.pk, by=ROBIN, at=NOON)


def test_a_file_removed_in_the_instant_of_sending_is_whole_in_the_answer_or_not_in_it(remiss):
    for _n in range(INSTANTS):
        draft = make_draft(consultation=remiss, texts={CITY: {"how": "Se bilagan."}})
        file = add_file(draft=draft)
        versions = versions_of(draft)

        def act(index, draft=draft, file=file, versions=versions):
            return send(draft, versions=versions) if index == 0 else removing(draft, file)

        sent, removed = at_once(2, act)

        assert removed is None
        assert not DraftFile.objects.filter(draft=draft).exists()
        if isinstance(sent, Submission):
            assert has_its_bytes(sent)
        else:
            assert isinstance(sent, answering.Moved)
            assert file.path not in stored()
    assert stored() == set(Attachment.objects.values_list("path", flat=True))


def has_its_bytes(submission):
    file = submission.attachments.get()
    if file.path not in stored():
        return False
    with uploads.open_file(file.path) as body:
        return hashlib.sha256(body.read()).hexdigest() == file.sha256


def test_a_file_whose_removal_waits_for_the_sending_is_whole_in_the_answer(draft, sending_waits):
    file = add_file(draft=draft)

    sent, removed = sending_waits(draft, lambda: removing(draft, file))

    assert removed is None
    assert not DraftFile.objects.exists()
    assert has_its_bytes(sent)


def test_without_asking_what_was_sent_the_removal_takes_the_answer_s_file(
    draft, sending_waits, monkeypatch
):
    monkeypatch.setattr(filing, "_referred", lambda _paths: set())
    file = add_file(draft=draft)

    sent, _removed = sending_waits(draft, lambda: removing(draft, file))

    assert not has_its_bytes(sent)


# More time, and letters


@pytest.fixture
def city():
    return make_staff(username="maria", group="Samordnare kommunen", side="city")


def granting(request, city):
    mine = ExtensionRequest.objects.get(pk=request.pk)
    return extending.grant(request=mine, until=date(2026, 12, 10), note="", at=NOON, by=city)


def own_days(draft):
    held = (model.objects.get(public_id=draft.public_id) for model in (Draft, Response))
    return [each.own_last_day for each in held]


def test_more_time_granted_in_the_instant_of_sending_is_the_answer_s_too(remiss, city):
    for _n in range(2 * INSTANTS):
        draft = make_draft(consultation=remiss, texts={CITY: {"how": "Öppna aulorna."}})
        request, versions = ask_for_time(draft=draft), versions_of(draft)

        def act(index, draft=draft, request=request, versions=versions):
            return send(draft, versions=versions) if index == 0 else granting(request, city)

        sent, granted = at_once(2, act)

        assert isinstance(sent, Submission)
        assert isinstance(granted, ExtensionRequest)
        assert own_days(draft) == [date(2026, 12, 10)] * 2


def test_more_time_that_waits_for_the_sending_is_the_answer_s_too(draft, city, sending_waits):
    request = ask_for_time(draft=draft)

    sent, granted = sending_waits(draft, lambda: granting(request, city))

    assert isinstance(sent, Submission)
    assert isinstance(granted, ExtensionRequest)
    assert own_days(draft) == [date(2026, 12, 10)] * 2


def test_without_reading_the_day_under_the_lock_the_answer_misses_the_time(
    draft, city, monkeypatch
):
    monkeypatch.setattr(Draft, "refresh_from_db", lambda *_args, **_kwargs: None)
    versions, early = versions_of(draft), opened(draft)
    granting(ask_for_time(draft=draft), city)

    answering.submit(draft=early, seen=0, versions=versions, at=NOON)

    assert own_days(draft) == [date(2026, 12, 10), None]


def test_more_time_that_waits_for_the_sending_never_shortens_what_a_preliminary_answer_gave(
    remiss, city, sending_waits
):
    draft = make_draft(consultation=remiss, kind="board", texts={CITY: {"how": "Öppna aulorna."}})
    save(draft=draft, key=BEHIND, decided_by="expected", expected_on="2026-12-20")
    request = ask_for_time(draft=draft)

    sent, granted = sending_waits(draft, lambda: granting(request, city))

    assert isinstance(sent, Submission)
    assert isinstance(granted, ExtensionRequest | ValueError)
    assert own_days(draft) == [date(2026, 12, 20)] * 2


def test_two_coordinators_who_decide_at_once_make_one_decision(remiss, city):
    for _n in range(INSTANTS):
        draft = make_draft(consultation=remiss, texts={CITY: {"how": "Öppna aulorna."}})
        request = ask_for_time(draft=draft)

        def act(index, request=request):
            mine = ExtensionRequest.objects.get(pk=request.pk)
            if index == 0:
                return extending.decline(request=mine, note="Nej.", at=NOON, by=city)
            until = date(2026, 12, 10)
            return extending.grant(request=mine, until=until, note="", at=NOON, by=city)

        names = sorted(type(each).__name__ for each in at_once(2, act))
        assert names == ["AlreadyDecided", "ExtensionRequest"]
    decided = Event.objects.filter(verb__in=["granted", "declined"])
    letters = Letter.objects.filter(kind__in=["extension_granted", "extension_declined"])
    assert (decided.count(), letters.count()) == (INSTANTS, INSTANTS)


def test_a_draft_that_asks_twice_at_once_asks_once(remiss):
    for _n in range(INSTANTS):
        draft = make_draft(consultation=remiss)

        results = at_once(2, lambda _index, draft=draft: ask_for_time(draft=opened(draft)))

        names = sorted(type(each).__name__ for each in results)
        assert names == ["AlreadyAsked", "ExtensionRequest"]


def test_two_schedulers_at_once_give_each_draft_one_reminder(remiss):
    drafts = [make_draft(consultation=remiss) for _n in range(20)]
    week = NOON + days(11)  # 23 November at 12.00: the week's letter fell due at nine

    at_once(4, lambda _index: reminding.remind(at=week))

    letters = Letter.objects.filter(kind__startswith="reminder")
    assert sorted(letters.values_list("kind", "target")) == sorted(
        ("reminder_week", f"draft:{draft.pk}") for draft in drafts
    )


def test_without_the_unique_key_two_schedulers_at_once_give_more(draft, monkeypatch):
    both, queue = threading.Barrier(2), Letter.objects.bulk_create

    def queue_together(*args, **kwargs):
        both.wait(timeout=30)
        return queue(*args, **kwargs)

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE remiss_letter DROP CONSTRAINT letter_is_queued_once")
    try:
        with monkeypatch.context() as patch:
            patch.setattr(Letter.objects, "bulk_create", queue_together)
            at_once(2, lambda _index: reminding.remind(at=NOON + days(11)))
        assert Letter.objects.filter(kind="reminder_week").count() == 2
    finally:
        Letter.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE remiss_letter ADD CONSTRAINT letter_is_queued_once "
                "UNIQUE (kind, target, due)"
            )
