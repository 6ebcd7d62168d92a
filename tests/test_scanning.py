"""Malware (fault F5): files wait for the scanner, what it has not found clean is nobody's to fetch,
and sending in goes on. The scanner is a small server that speaks as clamd does."""

import io
import json
import socket
import socketserver
import struct
import threading
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remiss import scanning
from remiss.models import Event, FileScan, Verb
from remiss.workflow import disposing, filing, posting
from remiss.workflow import scanning as workflow
from tests.factories import NOON, ROBIN, add_file, area_key, days, make_draft, send_in

ROOMS = Path(__file__).parent.parent / "remiss"
# In two, so that no scanner takes this file for what it tests.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Win.Test.EICAR_HDB-1"
TEXTS = {area_key("city-life"): {"how": "Öppna skolorna."}}
WAITS, INFECTED = "Väntar på kontroll", "Innehåller skadlig kod och går inte att hämta"
REPLACE = "Filen innehåller skadlig kod. Byt ut den."


def minutes(number):
    return timedelta(minutes=number)


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > self.server.limit:
                return self.say("INSTREAM size limit exceeded. ERROR")
        self.server.seen.append(content)
        verdict = f"{NAME} FOUND" if EICAR in content else "OK"
        return self.say(self.server.says or f"stream: {verdict}")

    def say(self, words):
        self.wfile.write(f"{words}\0".encode() if words != "cut off" else b"stream: O")


class Scanner:
    """Can be stopped, and started again at the same address."""

    limit, says, server = 2**20, "", None

    def __init__(self):
        self.seen, self.port = [], 0

    def start(self):
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), Talk)
        self.port = self.server.server_address[1]
        self.server.seen = self.seen
        self.set(limit=self.limit, says=self.says)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def set(self, *, limit=2**20, says=""):
        self.server.limit, self.server.says = limit, says

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"


@pytest.fixture
def scanner(settings):
    scanner = Scanner()
    scanner.start()
    settings.CLAMD = scanner.address
    yield scanner
    scanner.stop()


@contextmanager
def away(scanner):
    scanner.stop()
    yield
    scanner.start()


# What it says


@pytest.mark.parametrize("content", [b"", b"x", b"x" * (scanning.PIECE * 3 + 1)], ids=len)
def test_it_is_given_every_byte_and_says_that_there_is_no_malware(scanner, content):
    assert scanning.scan(content, address=scanner.address) == ""
    assert scanner.seen == [content]


def test_malware_has_a_name(scanner):
    assert scanning.scan(b"%PDF " + EICAR, address=scanner.address) == NAME


@pytest.mark.parametrize(
    "words",
    [
        "INSTREAM size limit exceeded. ERROR",
        "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND",
        "stream: Can't allocate memory ERROR",
        "stream: OK and more",
        "cut off",
        "x" * 5000,
        "",
    ],
)
def test_anything_but_a_verdict_is_none(scanner, words):
    scanner.set(says=words or " ")

    with pytest.raises(scanning.Unknown):
        scanning.scan(b"x", address=scanner.address)


def test_one_that_is_over_its_limit_and_hangs_up_has_given_no_verdict(scanner):
    scanner.set(limit=1000)

    with pytest.raises(scanning.Unknown):
        scanning.scan(b"x" * 2**22, address=scanner.address)


def test_one_that_takes_too_long_has_given_no_verdict(monkeypatch):
    monkeypatch.setattr(scanning, "ANSWERING", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        pytest.raises(scanning.Unknown, scanning.scan, b"x", address=address)


def test_it_is_found_at_a_socket_in_the_file_system_too(tmp_path):
    class Local(socketserver.ThreadingUnixStreamServer):
        limit, says, seen = 100, "", []

    path = str(tmp_path / "clamd")
    with pytest.raises(scanning.Down):
        scanning.scan(b"x", address=path)
    with Local(path, Talk) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        assert scanning.scan(EICAR, address=path) == NAME
        server.shutdown()


def test_nobody_there_is_told_from_no_verdict(scanner):
    with away(scanner), pytest.raises(scanning.Down):
        scanning.scan(b"x", address=scanner.address)


# What becomes of the files


@pytest.fixture(autouse=True)
def _at_noon(noon):
    pass


def answer(consultation, **bodies):
    """Sent in, with a file of each name."""
    draft = make_draft(consultation=consultation, texts=TEXTS)
    for name, body in bodies.items():
        add_file(draft=draft, name=f"{name}.pdf", body=body)
    return send_in(draft=draft)


def states():
    return sorted(FileScan.objects.values_list("state", flat=True))


def fetched(client, submission, name):
    file = submission.attachments.get(name=f"{name}.pdf")
    return client.get(reverse("admin:sent_file", args=[submission.response_id, file.pk]))


def read(client, submission):
    return client.get(reverse("admin:remiss_response_change", args=[submission.response_id]))


def test_staff_get_a_file_when_it_is_found_clean_and_not_before(
    scanner, consultation, signed_in, reader
):
    submission = answer(consultation, hel=b"%PDF hel", smittad=b"%PDF " + EICAR)
    client = signed_in(reader)

    page = read(client, submission)
    assert (page.text.count(WAITS), page.text.count(INFECTED)) == (2, 0)
    refused = fetched(client, submission, "hel")
    assert refused.status_code == 409
    assert "väntar på kontroll och går inte att hämta än." in refused.text

    posting.do_chores()

    page = read(client, submission)
    assert (page.text.count(WAITS), page.text.count(INFECTED)) == (0, 1)
    assert b"".join(fetched(client, submission, "hel").streaming_content) == b"%PDF hel"
    refused = fetched(client, submission, "smittad")
    assert refused.status_code == 409
    assert "innehåller skadlig kod och går inte att hämta." in refused.text
    infected = submission.attachments.get(name="smittad.pdf")
    address = reverse("admin:sent_file", args=[submission.response_id, infected.pk])
    assert f'href="{address}"' not in page.text


def test_the_zip_leaves_out_what_is_not_clean_and_says_so(
    scanner, consultation, signed_in, registrar
):
    submission = answer(consultation, hel=b"%PDF hel", smittad=EICAR)
    workflow.scan_waiting(at=NOON)
    draft = make_draft(consultation=consultation, texts=TEXTS)
    add_file(draft=draft, name="ny.pdf", body=b"%PDF ny")
    later = send_in(draft=draft)

    def taken(submission):
        address = reverse("admin:version_zip", args=[submission.response_id, 1])
        body = b"".join(signed_in(registrar).post(address).streaming_content)
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            assert EICAR not in b"".join(map(archive.read, archive.namelist()))
            files = json.loads(archive.read("metadata.json"))["files"]
            page = archive.read("svar.html").decode()
            inside = [name for name in archive.namelist() if name.startswith("bilagor/")]
            return inside, [(file["path"], file["fault"]) for file in files], page

    inside, files, page = taken(submission)
    assert inside == ["bilagor/hel.pdf"]
    said = "Filen innehåller skadlig kod och är inte med."
    assert files == [("bilagor/hel.pdf", None), (None, said)]
    assert said in page
    assert taken(later)[:2] == ([], [(None, "Filen väntar på kontroll och är inte med.")])


def test_what_nobody_could_look_at_is_looked_at_when_the_scanner_is_back(scanner, consultation):
    with away(scanner):
        submission = answer(consultation, hel=b"%PDF hel")  # sent in all the same
        posting.do_chores()
        assert (submission.number, states()) == (1, [])

    posting.do_chores()

    assert states() == ["clean"]


def test_a_file_over_the_limit_waits_and_is_asked_about_ever_more_seldom(scanner, consultation):
    answer(consultation, stor=b"x" * 5000, liten=b"x")
    scanner.set(limit=1000)

    for minute in range(64):
        workflow.scan_waiting(at=NOON + minutes(minute))
    assert states() == ["clean", "waiting"]
    assert FileScan.objects.get(state="waiting").tries == 7  # 0, 1, 3, 7, 15, 31, 63

    scanner.set()
    workflow.scan_waiting(at=NOON + minutes(94))
    assert states() == ["clean", "waiting"]
    workflow.scan_waiting(at=NOON + minutes(95))
    assert states() == ["clean", "clean"]


def test_a_file_that_is_gone_or_is_another_waits(scanner, consultation, settings):
    submission = answer(consultation, borta=b"%PDF borta", annan=b"%PDF annan")
    gone, changed = submission.attachments.all()
    (settings.UPLOADS_DIR / gone.path).unlink()
    (settings.UPLOADS_DIR / changed.path).write_bytes(b"%PDF bytt")

    workflow.scan_waiting(at=NOON)

    assert states() == ["waiting", "waiting"]


def test_one_verdict_is_of_all_that_have_the_same_bytes_and_stands(scanner, consultation):
    answer(consultation, ett=b"%PDF ett")
    answer(consultation, två=b"%PDF ett")

    workflow.scan_waiting(at=NOON)
    scanner.set(says="stream: Annat FOUND")
    workflow.scan_waiting(at=NOON + days(1))

    assert (states(), len(scanner.seen)) == (["clean"], 1)


def test_some_files_at_a_time_are_looked_at_and_the_rest_the_next(
    scanner, consultation, monkeypatch
):
    monkeypatch.setattr(workflow, "BATCH", 2)
    answer(consultation, a=b"a", b=b"b", c=b"c")

    workflow.scan_waiting(at=NOON)
    assert len(scanner.seen) == 2
    workflow.scan_waiting(at=NOON)
    assert len(scanner.seen) == 3


def test_letters_have_their_turn_when_the_scanner_is_slow(scanner, consultation, monkeypatch):
    monkeypatch.setattr(workflow, "SECONDS", -1)
    answer(consultation, a=b"a")

    workflow.scan_waiting(at=NOON)

    assert scanner.seen == []


def test_bytes_are_opened_where_this_is_asked_and_nowhere_else():
    """The ZIP, the one way to download a file, and the scanner's own."""
    opening = {
        file.relative_to(ROOMS).as_posix()
        for file in ROOMS.rglob("*.py")
        if "uploads.open_file(" in file.read_text()
    }

    assert opening == {"exports/handout.py", "exports/downloads.py", "workflow/scanning.py"}


# What the respondent sees


def test_the_respondent_is_told_and_sends_in_all_the_same(scanner, consultation, opened):
    draft = make_draft(consultation=consultation, texts=TEXTS)
    file = add_file(draft=draft, body=EICAR)
    client, address = opened(draft), reverse("remiss:files", args=[draft.public_id])
    own = reverse("remiss:draft_file", args=[draft.public_id, file.pk])

    page = client.get(address).text
    assert (page.count(WAITS), page.count(f"byte. {WAITS}")) == (1, 1)
    got = client.get(own)  # one's own, which one has just put there
    assert b"".join(got.streaming_content) == EICAR
    workflow.scan_waiting(at=NOON)
    page = client.get(address).text
    assert (page.count(WAITS), page.count(REPLACE), own in page) == (0, 1, False)
    assert client.get(own).status_code == 404
    assert REPLACE in client.get(reverse("remiss:check", args=[draft.public_id])).text

    submission = send_in(draft=draft)

    sent = submission.attachments.get()
    assert REPLACE in client.get(reverse("remiss:receipt", args=[draft.public_id])).text
    own = reverse("remiss:sent_file", args=[draft.public_id, sent.pk])
    assert client.get(own).status_code == 404


# What staff are told


def to_do(client):
    return [
        (figure.label, figure.number, figure.url)
        for figure in client.get(reverse("admin:index")).context["to_do"]
        if "skadlig" in figure.label
    ]


def test_malware_is_logged_once_and_only_when_it_is_sent_in(
    scanner, consultation, signed_in, city, settings
):
    draft = make_draft(consultation=consultation, texts=TEXTS)
    file = add_file(draft=draft, body=EICAR)
    events = Event.objects.filter(verb=Verb.FOUND_MALWARE)
    client = signed_in(city)

    workflow.scan_waiting(at=NOON)
    assert (states(), list(events), to_do(client)) == (["infected"], [], [])

    submission = send_in(draft=draft)
    for minute in range(3):
        workflow.scan_waiting(at=NOON + minutes(minute))
    event = events.get()
    assert (event.response, event.note, event.actor_name) == (
        submission.response, NAME, "Portalen",
    )  # fmt: skip
    url = f"{reverse('admin:remiss_response_changelist')}?bilaga=skadlig&remiss={consultation.pk}"
    assert to_do(client) == [("Svar med skadlig kod i en bilaga", 1, url)]
    assert [each.pk for each in client.get(url).context["cl"].result_list] == [
        submission.response_id
    ]

    draft.refresh_from_db()
    filing.remove(draft=draft, pk=draft.files.get().pk, by=ROBIN, at=NOON)
    send_in(draft=draft)
    assert file.sha256 == submission.attachments.get().sha256  # the earlier version has it still
    assert to_do(client) == []


def test_what_the_scanner_said_goes_with_the_file(scanner, consultation, city):
    submission = answer(consultation, smittad=EICAR)
    workflow.scan_waiting(at=NOON)
    later = NOON + days(60)

    disposing.dispose(responses=[submission.response_id], decision="G 1", at=later, by=city)
    workflow.scan_waiting(at=later)

    assert states() == []
    assert Event.objects.get(verb=Verb.FOUND_MALWARE).note == ""


# Without a scanner


def test_without_a_scanner_nothing_is_asked_and_nothing_is_said(
    consultation, signed_in, registrar, opened
):
    draft = make_draft(consultation=consultation, texts=TEXTS)
    file = add_file(draft=draft, body=EICAR)
    submission = send_in(draft=draft)
    FileScan.objects.create(sha256=file.sha256, state="infected", found=NAME)  # from another day
    holder = opened(draft)
    public = [reverse(f"remiss:{name}", args=[draft.public_id]) for name in ("files", "receipt")]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        pages = [holder.get(address) for address in public]
        client = signed_in(registrar)
        pages += [read(client, submission), client.get(reverse("admin:index"))]
        got = fetched(client, submission, "yttrande")
        posting.do_chores()

    assert b"".join(got.streaming_content) == EICAR
    assert [page.status_code for page in pages] == [200] * 4
    assert [word for page in pages for word in (WAITS, "skadlig") if word in page.text] == []
    assert [query for query in asked if "filescan" in query["sql"]] == []
