"""`make demo`: the whole portal on this machine, with example data, until it is stopped."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from remiss.demo.cast import ACCOUNTS, PASSWORD, STAGES

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
START_WITHIN = 120  # seconds
STOP_WITHIN = 15  # seconds


def main() -> int:
    port, stage = os.environ.get("PORT") or "8000", os.environ.get("STAGE") or "open"
    if stage not in STAGES:
        return refuse(f"STAGE={stage} is not one of {', '.join(STAGES)}.")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return refuse(f"PORT={port} is not a port number.")
    if is_taken(int(port)):
        return refuse(f"Port {port} is taken. Choose another one: make demo PORT=8001")
    prepare(port, stage)
    say(f"Starting on http://127.0.0.1:{port} …")
    return serve(port)


def refuse(why: str) -> int:
    sys.stderr.write(why + "\n")
    return 2


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def is_taken(port: int) -> bool:
    """Asked by connecting: servers that share a port could bind beside each other."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def prepare(port: str, stage: str) -> None:
    """The environment of a trial, and a database with the stage's data in it."""
    VAR.mkdir(exist_ok=True)
    # What belongs to a real set-up must not leak in: a demo never mails, nor seeds a real database.
    for name in (
        "DATABASE_URL", "EMAIL_HOST", "BOUNCES_ADDRESS", "BOUNCES_MAILDIR", "SECRET_KEY_FALLBACKS",
        "CRASH_AT", "DEBUG",
    ):  # fmt: skip
        os.environ.pop(name, None)
    os.environ |= {
        "TRIAL": "1",
        "DJANGO_SETTINGS_MODULE": "malmoandan.settings",
        "VAR_DIR": str(VAR),
        "SECRET_KEY": secret_key(),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "TRUSTED_PROXIES": "0",
        "BIND": f"127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    clear_other_stage(stage)
    for command in (["migrate", "-v0"], ["setup_roles"], ["seed", f"--stage={stage}"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
    (VAR / "stage").write_text(stage)


def secret_key() -> str:
    """Made once and kept, so that links and sessions outlive a restart."""
    path = VAR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def clear_other_stage(stage: str) -> None:
    noted = VAR / "stage"
    if noted.exists() and noted.read_text() != stage:
        say(f"The stage was {noted.read_text()}: the demo data is made anew for {stage}.")
        (VAR / "remiss.sqlite3").unlink(missing_ok=True)
        for folder in ("mail", "uploads"):
            shutil.rmtree(VAR / folder, ignore_errors=True)


def serve(port: str) -> int:
    """The web server with the letter process beside it; when one ends, so does the other."""
    stopped = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.append(True))
    parent, children = os.getppid(), []
    logs = VAR / "log"
    logs.mkdir(exist_ok=True)
    gunicorn = ["-m", "gunicorn", "-c", "malmoandan/gunicorn.py", "malmoandan.wsgi"]
    for name, command in (("web", gunicorn), ("letters", ["manage.py", "send_letters", "--loop"])):
        with (logs / f"{name}.log").open("a") as log:
            children.append(
                # A session of its own: Ctrl-C reaches this process, which ends them in order.
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
    try:
        if answers(port, children, stopped):
            greet(port)
            while not stopped and os.getppid() == parent and all_live(children):
                time.sleep(0.3)
        if stopped or os.getppid() != parent:
            return 0
        return refuse(f"The demo did not keep running. What it said stands in {logs}.")
    finally:
        end(children)


def all_live(children) -> bool:
    return all(child.poll() is None for child in children)


def answers(port: str, children, stopped) -> bool:
    """Wait for the health address; False when something ended or nothing came."""
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and not stopped and all_live(children):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/halsa/", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def greet(port: str) -> None:
    site = f"http://127.0.0.1:{port}"
    say(f"""
The portal        {site}/
For coordinators  {site}/samordning/
Mails             {site}/provpost/ and {VAR / "mail"}
Logs              {VAR / "log"}

Accounts (name password)""")
    for name in ACCOUNTS:
        say(f"{name} {PASSWORD}")
    say("\nCtrl-C stops it. make demo-reset starts over with new data.")


def end(children) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + STOP_WITHIN
    for child in children:
        try:
            child.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
