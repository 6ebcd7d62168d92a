"""Real processes killed at named points: nothing acknowledged is lost, no receipt is missing.

Everything here runs on a database with real commits: a file, or a database of its own.
"""

import re
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.rig import Browser, Database, Rig, Sink, answers, wait_until

SETUP = """
from datetime import timedelta
from django.utils import timezone
from remiss import clock
from tests.factories import make_consultation
today = timezone.localdate(clock.now())
make_consultation(opens_on=today - timedelta(days=5), last_day=today + timedelta(days=5))
"""
DRAFT = """
from django.urls import reverse
from remiss import clock, links
from remiss.models import Consultation, Letter
from remiss.workflow import answering
from tests.factories import make_draft
at = clock.now()
draft = make_draft(
    consultation=Consultation.objects.get(),
    at=at,
    texts={"area:city-life": {"how": "Fler nycklar."}},
)
answering.confirm(holder=draft, at=at)
Letter.objects.update(state="sent")
key = links.make_key(draft, purpose=links.FROM_MAIL)
print(reverse("remiss:open_link", args=[key]), reverse("remiss:check", args=[draft.public_id]))
"""
SUBMISSIONS = """
from remiss import clock
from remiss.models import Consultation, Letter
from tests.factories import make_submission
for number in range({}):
    make_submission(
        consultation=Consultation.objects.get(), at=clock.now(), email=f"en{{number}}@fn.example"
    )
Letter.objects.exclude(kind="receipt").delete()
"""
INVITATION = """
from django.urls import reverse
from remiss import clock, links
from remiss.models import Consultation
from tests.factories import make_invitation, make_staff
invitation = make_invitation(
    consultation=Consultation.objects.get(),
    by=make_staff(username="maria", group="Samordnare kommunen", side="city"),
    at=clock.now(),
)
key = links.make_key(invitation, purpose=links.TO_BODY)
print(reverse("remiss:open_invitation", args=[key]))
print(reverse("remiss:invited", args=[invitation.public_id]))
"""
WHO = {
    "organisation": "Sundspans kulturkrets",
    "contact_name": "Anna Exempel",
    "email": "info@sundspan.example",
}
ENDED = """
from datetime import timedelta
from django.utils import timezone
from remiss import clock
from remiss.models import Consultation
from tests.factories import make_staff, make_submission
consultation = Consultation.objects.get()
make_submission(consultation=consultation, files=["yttrande.pdf"], at=clock.now())
make_staff(username="birgit", group="Registrator")
consultation.last_day = timezone.localdate(clock.now()) - timedelta(days=1)
consultation.save()
"""
CLOSED = """
from datetime import timedelta
from django.utils import timezone
from remiss import clock
from remiss.models import Consultation
from tests.factories import make_staff
make_staff(username="maria", group="Samordnare kommunen", side="city")
Consultation.objects.update(last_day=timezone.localdate(clock.now()) - timedelta(days=1))
"""
MOVE = """
from datetime import timedelta
from django.contrib.auth import get_user_model
from django.utils import timezone
from remiss import clock
from remiss.models import Consultation
from remiss.swedish import swedish_day
from remiss.workflow import moving
today = timezone.localdate(clock.now())
day = today + timedelta(days={})
moving.move_last_day(
    consultation=Consultation.objects.get(), last_day=day, reason="Prov", at=clock.now(),
    by=get_user_model().objects.get(),
)
print(swedish_day(day, this_year=today.year))
"""
GALLRING = """
from django.contrib.auth import get_user_model
from remiss import clock
from remiss.models import Response
from remiss.workflow import disposing
disposing.dispose(
    responses=[Response.objects.get().pk], decision="KS 44", at=clock.now(),
    by=get_user_model().objects.get(),
)
"""
RECEIPTS = 8
# Due at once, as letters are when they have been held for ten minutes.
INVITATIONS = """
from django.contrib.auth import get_user_model
from remiss import clock
from remiss.models import Consultation
from remiss.workflow import inviting
from tests.factories import make_bodies
inviting.invite(
    consultation=Consultation.objects.get(),
    bodies=[body.pk for body in make_bodies({})],
    at=clock.now() - inviting.HOLD,
    by=get_user_model().objects.create_user("maria"),
)
"""
UNDO = """
from django.contrib.auth import get_user_model
from remiss import clock
from remiss.models import Dispatch
from remiss.workflow import inviting
print(inviting.undo(
    dispatch=Dispatch.objects.get(), at=clock.now(), by=get_user_model().objects.get()
))
"""
INVITED = 500
# Where the letter process dies, and at which letter of those that it takes up.
KILLS = [
    ("after_claim", 40), ("after_smtp_ok", 60), ("after_sent", 70), ("after_smtp_ok", 1),
    ("after_claim", 80), ("after_smtp_ok", 50),
]  # fmt: skip


@pytest.fixture(scope="session")
def migrated(django_db_setup, tmp_path_factory):
    database = Database(tmp_path_factory.mktemp("rig"))
    database.create()
    rig = Rig(database, database.folder)
    assert rig.manage("migrate", "-v0").returncode == 0
    rig.python(SETUP)
    yield database
    database.drop()


@pytest.fixture
def rig(migrated, tmp_path):
    database = Database(tmp_path)
    database.create(template=migrated)
    rig = Rig(database, tmp_path)
    yield rig
    rig.end_all()
    database.drop()


@pytest.fixture
def check_form(rig):
    """A person at granska: browser, address and the form as it was shown."""
    link, check = rig.python(DRAFT).split()

    def open_it(site):
        browser = Browser(site)
        browser.post(link, browser.form(link))
        return browser, check, browser.form(check)

    return open_it


def stored(rig):
    """How many files lie in the private storage."""
    return sum(path.is_file() for path in (rig.folder / "uploads").rglob("*"))


def sent(rig):
    return rig.count("remiss_submission"), rig.count("remiss_letter WHERE kind = 'receipt'")


# Web processes


@pytest.mark.large
def test_killed_before_the_commit_nothing_is_stored_and_a_retry_works(rig, check_form):
    with rig.web(CRASH_AT="before_commit") as site:
        browser, check, form = check_form(site)
        assert browser.post(check, form) is None
    assert sent(rig) == (0, 0)
    assert rig.count("remiss_event") == 0

    with rig.web() as site:
        browser.site = site
        receipt = browser.post(check, form)

    assert sent(rig) == (1, 1)
    assert rig.sql("SELECT reference FROM remiss_response")[0][0] in receipt


def test_killed_after_the_commit_the_answer_is_there_and_a_retry_gets_its_receipt(rig, check_form):
    with rig.web(CRASH_AT="after_commit") as site:
        browser, check, form = check_form(site)
        assert browser.post(check, form) is None
    assert sent(rig) == (1, 1)
    (reference,) = rig.sql("SELECT reference FROM remiss_response")[0]

    with rig.web() as site:
        browser.site = site
        receipt = browser.post(check, form)

    assert sent(rig) == (1, 1)
    assert reference in receipt
    assert rig.manage("send_letters").returncode == 0
    assert len(list((rig.folder / "mail").glob("*.eml"))) == 1


def test_gallring_killed_before_the_commit_has_removed_nothing(rig):
    rig.python(ENDED)
    dying = rig._start("-c", f"import django; django.setup()\n{GALLRING}", CRASH_AT="before_commit")
    assert dying.wait(timeout=60) == -signal.SIGKILL
    counted = ("remiss_answer", "remiss_contact", "remiss_attachment", "remiss_passage")
    assert [rig.count(table) for table in counted] == [1, 1, 1, 1]
    assert rig.count("remiss_disposal") == rig.count("remiss_disposalpermit") == 0
    assert stored(rig) == 1

    rig.python(GALLRING)

    assert [rig.count(table) for table in counted] == [0, 0, 0, 0]
    assert rig.count("remiss_disposal") == 1
    assert stored(rig) == 0


@pytest.mark.large
def test_a_web_process_that_dies_is_replaced(rig, check_form):
    with rig.web(CRASH_AT="after_commit", WEB_WORKERS="1") as site:
        browser, check, form = check_form(site)
        browser.post(check, form)
        wait_until(lambda: answers(f"{site}/halsa/"))

        assert "MA-" in browser.get(check.replace("granska", "kvittens"))


@pytest.mark.large
def test_twenty_who_press_begin_at_once_come_to_one_draft(rig):
    link, landing = rig.python(INVITATION).split()
    with rig.web() as site:

        def form_in_a_browser(_number):
            browser = Browser(site)
            browser.post(link, browser.form(link))
            return browser, browser.form(landing)

        def press(browser_and_form):
            browser, form = browser_and_form
            return browser.post(landing, form | WHO)

        with ThreadPoolExecutor(20) as pool:
            pages = list(pool.map(press, list(pool.map(form_in_a_browser, range(20)))))

    (public_id,) = rig.sql("SELECT public_id FROM remiss_draft")[0]
    assert rig.count("remiss_draft") == rig.count("remiss_letter WHERE kind = 'link'") == 1
    assert all(f"/svar/{public_id}/" in page and "Ert svar" in page for page in pages)


# Web processes that know nothing of each other


@pytest.fixture
def sites(rig):
    """Two servers beside each other, with two processes each."""
    with rig.web(TRUSTED_PROXIES="1") as one, rig.web(TRUSTED_PROXIES="1") as other:
        yield [one, other]


@pytest.mark.large
def test_all_processes_agree_at_once_when_the_last_day_is_moved(rig, sites):
    browsers = [Browser(site) for site in sites * 8]

    def said_by(browser):
        page = browser.get("/remiss/handlingsplan/svara/")
        return re.findall(r"Remissen (?:är öppen|stänger).*?<strong>(.*?) kl\. 23\.59<", page)

    def said():
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(said_by, browsers))

    rig.python(CLOSED)
    assert said() == [[]] * 16
    for later in (1, 9):  # to tomorrow, which opens the remiss again, and on
        day = rig.python(MOVE.format(later))
        assert said() == [[day]] * 16


@pytest.mark.large
def test_a_hundred_who_ask_at_once_bring_one_address_three_letters(rig, sites):
    rig.python(DRAFT)
    path = "/lank/glomt/"

    def ask(number):
        browser = Browser(sites[number % 2])
        # Each from a network of its own: what is left is the limit of the address.
        browser.opener.addheaders = [("X-Forwarded-For", f"203.0.113.{number}")]
        email = {"email": "Sekreterare@tegelbacken.example"}
        return "Titta i inkorgen" in browser.post(path, browser.form(path) | email)

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(100))) == [True] * 100

    # One row an hour: the hundred may lie on both sides of a full one.
    hits = [hits for (hits,) in rig.sql("SELECT hits FROM remiss_throttle WHERE hits > 3")]
    assert sum(hits) == 100
    assert rig.count("remiss_letter WHERE kind = 'link_again'") == 3 * len(hits)


# The letter process


@pytest.mark.large
def test_killed_after_the_claim_the_letter_is_sent_when_the_lease_is_over(rig):
    rig.python(SUBMISSIONS.format(RECEIPTS))
    with Sink() as sink:
        rig.smtp_port = sink.port
        assert rig.manage("send_letters", CRASH_AT="after_claim").returncode == -signal.SIGKILL
        assert sink.messages == []
        assert rig.manage("send_letters").returncode == 0
        # One letter is still held by the process that died; the others did not wait for it.
        assert len(sink.messages) == RECEIPTS - 1
        lease_is_over(rig)
        assert rig.manage("send_letters").returncode == 0

    assert all_were_sent(rig)
    assert len(sink.ids) == len(set(sink.ids)) == RECEIPTS


@pytest.mark.large
def test_killed_after_the_mail_server_s_answer_the_same_letter_comes_twice(rig):
    rig.python(SUBMISSIONS.format(RECEIPTS))
    with Sink() as sink:
        rig.smtp_port = sink.port
        assert rig.manage("send_letters", CRASH_AT="after_smtp_ok").returncode == -signal.SIGKILL
        assert len(sink.messages) == 1
        lease_is_over(rig)
        assert rig.manage("send_letters").returncode == 0

    assert all_were_sent(rig)
    assert len(sink.ids) == RECEIPTS + 1
    assert len(set(sink.ids)) == RECEIPTS
    assert sink.ids.count(sink.ids[0]) == 2


@pytest.mark.large
def test_letter_processes_killed_again_and_again_lose_nothing(rig):
    rig.python(SUBMISSIONS.format(3 * RECEIPTS))
    kills = 0
    with Sink() as sink:
        rig.smtp_port = sink.port
        for _ in range(3):
            already = len(sink.messages)
            process = rig.letters()
            wait_until(lambda reached=already + 3: len(sink.messages) >= reached)
            process.kill()
            process.wait()
            kills += 1
        lease_is_over(rig)
        rig.manage("send_letters")

    assert all_were_sent(rig)
    assert len(set(sink.ids)) == 3 * RECEIPTS
    assert len(sink.ids) <= 3 * RECEIPTS + kills


@pytest.mark.large
def test_five_hundred_invitations_all_go_however_often_the_process_is_killed(rig):
    rig.python(INVITATIONS.format(INVITED))
    with Sink() as sink:
        rig.smtp_port = sink.port
        for where, letter in KILLS:
            killed = rig.manage("send_letters", CRASH_AT=f"{where}:{letter}")
            assert killed.returncode == -signal.SIGKILL
        assert rig.manage("send_letters").returncode == 0
        # All but those that the processes had in hand when they died: these wait for their lease.
        in_hand = [where for where, _letter in KILLS if where != "after_sent"]
        assert rig.count("remiss_letter WHERE state = 'queued'") == len(in_hand)
        lease_is_over(rig)
        assert rig.manage("send_letters").returncode == 0

    assert all_were_sent(rig)
    queued = dict(rig.sql("SELECT message_id, address FROM remiss_letter"))
    came = [(re.search(r"(?m)^To: (\S+)", text)[1], text) for text in sink.messages]
    assert sorted({address for address, _text in came}) == sorted(queued.values())
    assert [queued[message_id] for message_id in sink.ids] == [address for address, _text in came]
    assert len(queued) == len(set(queued.values())) == INVITED
    # Twice comes only what the mail server had taken and nobody had written down.
    twice = [message_id for message_id, times in Counter(sink.ids).items() if times > 1]
    assert len(sink.ids) == INVITED + len(twice)
    assert len(twice) == sum(where == "after_smtp_ok" for where, _letter in KILLS)
    assert rig.count("remiss_letter WHERE attempts > 1") == len(in_hand)


@pytest.mark.large
def test_what_is_undone_while_letters_go_is_never_sent(rig):
    rig.python(INVITATIONS.format(60))
    rig.sql("UPDATE remiss_dispatch SET held_until = '2099-01-01 00:00:00'")
    with Sink() as sink:
        rig.smtp_port = sink.port
        assert rig.manage("send_letters", CRASH_AT="after_smtp_ok:20").returncode == -signal.SIGKILL
        process = rig.letters()
        wait_until(lambda: len(sink.messages) >= 25)
        stopped = int(rig.python(UNDO))
        wait_until(lambda: rig.count("remiss_letter WHERE state = 'queued'") == 1)
        process.kill()
        process.wait()
        lease_is_over(rig)
        assert rig.manage("send_letters").returncode == 0

    of_state = dict(rig.sql("SELECT state, count(*) FROM remiss_letter GROUP BY state"))
    assert of_state.get("stopped", 0) == stopped
    assert of_state["sent"] == len(set(sink.ids)) == 60 - stopped
    sent = {row[0] for row in rig.sql("SELECT message_id FROM remiss_letter WHERE state = 'sent'")}
    assert set(sink.ids) == sent


@pytest.mark.large
def test_two_letter_processes_share_the_work_and_end_when_told(rig):
    rig.python(SUBMISSIONS.format(3 * RECEIPTS))
    with Sink() as sink:
        rig.smtp_port = sink.port
        processes = [rig.letters(), rig.letters()]
        wait_until(lambda: all_were_sent(rig))
        for process in processes:
            process.terminate()

        assert [process.wait(15) for process in processes] == [0, 0]
    assert len(sink.ids) == len(set(sink.ids)) == 3 * RECEIPTS


@pytest.mark.large
def test_the_letter_process_outlives_a_database_that_is_away(rig):
    hide(rig)
    process = rig.letters()
    log = rig.folder / "stderr.log"
    wait_until(lambda: "the database did not answer" in log.read_text())
    show(rig)

    rig.python(SUBMISSIONS.format(1))

    wait_until(lambda: all_were_sent(rig))
    assert process.poll() is None


# Counters


@pytest.mark.large
def test_processes_that_count_at_once_share_the_limit(rig):
    count = """
from datetime import UTC, datetime
from remiss import limits
at = datetime(2026, 11, 12, 11, tzinfo=UTC)
print(sum(limits.allow(limits.Limit("race", 25, 3600), "x", at) for _ in range(15)))
"""
    with ThreadPoolExecutor(4) as pool:
        allowed = [int(printed) for printed in pool.map(rig.python, [count] * 4)]

    assert sum(allowed) == 25
    assert rig.sql("SELECT hits FROM remiss_throttle") == [(60,)]


def lease_is_over(rig):
    rig.sql("UPDATE remiss_letter SET lease_until = '2026-01-01 00:00:00' WHERE state = 'queued'")


def all_were_sent(rig):
    return rig.count("remiss_letter WHERE state <> 'sent'") == 0 < rig.count("remiss_letter")


def hide(rig):
    """The database as it looks while it is away: no table answers."""
    rig.sql("ALTER TABLE remiss_letter RENAME TO remiss_letter_away")


def show(rig):
    rig.sql("ALTER TABLE remiss_letter_away RENAME TO remiss_letter")
