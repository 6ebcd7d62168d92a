"""A portal of its own: a database with real commits, and processes that can be killed.

It runs on the same engine as the tests: a file for SQLite, a database beside theirs on PostgreSQL.
"""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from aiosmtpd.controller import Controller
from django.db import connection

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds for something another process is about to do


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, *, within=PATIENCE):
    until = time.monotonic() + within
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("what was waited for did not come")


class Database:
    """Made by migrate once, then copied for each test."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.name = f"rig_{os.getpid()}_{folder.name}".lower().replace("-", "_")

    @property
    def url(self):
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.folder / 'rig.sqlite3'}"
        at = connection.settings_dict
        quoted = [urllib.parse.quote(str(at[name]), safe="") for name in ("USER", "PASSWORD")]
        host = urllib.parse.quote(at["HOST"], safe="")
        return f"postgres://{':'.join(quoted)}@{host}:{at['PORT']}/{self.name}"

    def create(self, template: "Database | None" = None):
        if connection.vendor == "sqlite":
            if template:
                shutil.copy(template.folder / "rig.sqlite3", self.folder / "rig.sqlite3")
            return
        _admin(f"CREATE DATABASE {self.name}" + (f" TEMPLATE {template.name}" if template else ""))

    def drop(self):
        if connection.vendor == "postgresql":
            _admin(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def sql(self, statement):
        """The rows of one statement, by a connection that knows nothing of Django."""
        if connection.vendor == "sqlite":
            with contextlib.closing(sqlite3.connect(self.folder / "rig.sqlite3", 20)) as raw:
                rows = raw.execute(statement).fetchall()
                raw.commit()
                return rows
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as raw:
            cursor = raw.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _admin(statement):
    import psycopg

    at = connection.settings_dict
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"],
        dbname="postgres", autocommit=True,
    ) as raw:  # fmt: skip
        raw.execute(statement)


class Rig:
    def __init__(self, database: Database, folder: Path):
        self.database, self.folder, self.smtp_port, self.running = database, folder, None, []

    def env(self, **changes):
        unwanted = {
            "EMAIL_HOST",
            "EMAIL_PORT",
            "BOUNCES_MAILDIR",
            "DATABASE_POOL",
            "CRASH_AT",
            "CLAMD",
        }
        env = {name: value for name, value in os.environ.items() if name not in unwanted}
        env |= {
            "TRIAL": "1",
            "DJANGO_SETTINGS_MODULE": "malmoandan.settings",
            "DATABASE_URL": self.database.url,
            "VAR_DIR": str(self.folder),
            "PYTHONPATH": str(ROOT),
        }
        if self.smtp_port:
            env |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.smtp_port)}
        return env | changes

    def python(self, code, **env):
        """Run code with Django set up; what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT, env=self.env(**env), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def manage(self, *command, **env):
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.env(**env), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def _start(self, *command, **env):
        with (self.folder / "stderr.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=self.env(**env), start_new_session=True,
                stdout=log, stderr=log,
            )  # fmt: skip
        self.running.append(process)
        return process

    def letters(self, **env):
        return self._start("manage.py", "send_letters", "--loop", **env)

    @contextlib.contextmanager
    def web(self, **env):
        """The web server as it is really run; the address of its site."""
        port = free_port()
        site = f"http://127.0.0.1:{port}"
        process = self._start(
            "-m", "gunicorn", "-c", "malmoandan/gunicorn.py", "malmoandan.wsgi",
            BIND=f"127.0.0.1:{port}", SITE_URL=site, **env,
        )  # fmt: skip
        try:
            wait_until(lambda: answers(f"{site}/halsa/"))
            yield site
        finally:
            self.end(process)

    def end(self, process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.remove(process)

    def end_all(self):
        for process in list(self.running):
            self.end(process)

    def sql(self, statement):
        return self.database.sql(statement)

    def count(self, table):
        return self.sql(f"SELECT count(*) FROM {table}")[0][0]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


class Browser:
    """A person's browser, as far as cookies and forms go."""

    def __init__(self, site):
        self.site = site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        with self.opener.open(self.site + path, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def post(self, path, fields):
        """The page after the post; None when the connection broke before any answer."""
        body = urllib.parse.urlencode(fields).encode()
        try:
            with self.opener.open(self.site + path, body, timeout=PATIENCE) as answer:
                return answer.read().decode()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            return None

    def form(self, path):
        """The hidden fields of the page's form."""
        page = self.get(path)
        inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
        return {
            re.search(r'name="([^"]*)"', field)[1]: re.search(r'value="([^"]*)"', field)[1]
            for field in inputs
            if "value=" in field
        }


class Sink:
    """A mail server that keeps what it is given, or answers as it is told to."""

    def __init__(self):
        self.messages, self.reply, self.reply_to_address = [], "250 OK", "250 OK"
        self.senders = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    def __enter__(self):
        self.controller.start()
        self.port = self.controller.port
        return self

    def __exit__(self, *exc_info):
        self.controller.stop()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.reply_to_address.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.reply_to_address

    async def handle_DATA(self, server, session, envelope):
        if self.reply.startswith("2"):
            self.messages.append(envelope.content.decode())
            self.senders.append(envelope.mail_from)
        return self.reply

    @property
    def ids(self):
        return [re.search(r"(?im)^message-id:\s*(\S+)", text)[1] for text in self.messages]
