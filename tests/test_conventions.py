"""The house rules that no linter knows: which room may know which, and what no file may hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
ROOMS = ROOT / "remiss"
COMMON = {"text", "swedish", "clock", "markdown", "models", "limits", "uploads", "crash"}
KNOWS = {
    # Leaves: what they need comes from Django and the standard library.
    **dict.fromkeys(
        ["text", "swedish", "markdown", "crash", "logs", "clock", "trialmail", "scanning"], set()
    ),
    "middleware": set(),
    "accounts": {"limits", "text", "workflow"},
    "lockout": {"limits", "models"},
    "signon": {"clock", "models", "text", "workflow"},
    "models": {"text", "swedish", "clock", "markdown"},
    "limits": {"text", "models"},
    "uploads": {"text", "crash"},
    "links": COMMON,
    "bounces": {"text"},
    "roles": {"models"},
    "checks": {"models"},
    "signins": {"clock", "limits", "workflow"},
    "apps": {"checks", "signins"},
    "exports": COMMON,
    "importing": {"text", "models"},
    "questionnaire": {"text", "models", "exports.sections"},
    "mail": COMMON
    | {"bounces", "links", "exports.sections", "exports.receipt", "exports.typesetting"},
    "workflow": COMMON
    | {"bounces", "links", "mail", "roles", "scanning", "exports.sections", "importing"},
    "forms": COMMON | {"lockout", "exports.sections", "questionnaire", "importing"},
    "templatetags": COMMON,
    "views": COMMON | {"links", "mail", "roles", "workflow", "forms", "exports", "questionnaire"},
    "admin": COMMON
    | {"bounces", "links", "mail", "roles", "workflow", "forms", "exports", "questionnaire"}
    | {"importing"},
    "urls": {"views"},
    "demo": COMMON | {"roles", "workflow", "exports.sections"},
    "management": COMMON | {"mail", "roles", "workflow", "demo"},
}
# Where an import has to wait: Django says so, or settings must be named first.
LATE_IMPORTS = {"remiss/apps.py", "malmoandan/wsgi.py", "manage.py"}
CLOCK = {"remiss/clock.py"}


def python_files(*folders):
    return [
        file
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in file.parts
    ]


def name_of(file):
    return file.relative_to(ROOT).as_posix()


def room_of(file):
    return file.relative_to(ROOMS).parts[0].removesuffix(".py")


def imported(tree):
    """The dotted names of our own that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            deep = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from deep if node.module in {"remiss", "remiss.exports"} else [node.module]


def rooms_known(file):
    tree = ast.parse(file.read_text())
    for name in imported(tree):
        parts = name.split(".")
        if parts[0] == "remiss" and len(parts) > 1:
            yield ".".join(parts[1:3]) if parts[1] == "exports" else parts[1]


@pytest.mark.parametrize("file", python_files("remiss"), ids=name_of)
def test_a_room_knows_only_what_it_may(file):
    room = room_of(file)
    if room == "__init__":
        return
    allowed = KNOWS[room]

    strangers = {
        known
        for known in rooms_known(file)
        if known.split(".")[0] != room
        and known not in allowed
        and known.split(".")[0] not in allowed
    }

    assert strangers == set()


def test_nothing_knows_the_edges():
    """Only the address lists know views, and nobody knows admin or the commands."""
    known = {
        (name_of(file), room)
        for file in python_files("remiss")
        for room in rooms_known(file)
        if room in {"admin", "views", "management"} and room_of(file) != room
    }

    assert {pair for pair in known if pair[0] != "remiss/urls.py"} == set()


@pytest.mark.parametrize("file", python_files("remiss", "malmoandan"), ids=name_of)
def test_imports_stand_at_the_top(file):
    if name_of(file) in LATE_IMPORTS:
        return
    tree = ast.parse(file.read_text())
    late = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert late == []


@pytest.mark.parametrize("file", python_files("remiss", "malmoandan"), ids=name_of)
def test_the_clock_is_the_database_s(file):
    if name_of(file) in CLOCK:
        return
    readings = re.findall(
        r"timezone\.now\(|datetime\.now\(|datetime\.today\(|date\.today\(|utcnow\(|time\.time\(",
        file.read_text(),
    )

    assert readings == []


def test_a_migration_that_touches_an_immutable_model_ends_with_the_triggers():
    immutable = {
        "submission",
        "stance",
        "answer",
        "cosignatory",
        "attachment",
        "event",
        "lettertext",
        "message",
        "namecorrection",
        "disposal",
        "replyrevision",
        "approval",
        "sendback",
        "secrecytrial",
    }
    files = sorted((ROOMS / "migrations").glob("0*.py"))
    assert files
    for file in files:
        calls = [
            node
            for assigned in ast.walk(ast.parse(file.read_text()))
            if isinstance(assigned, ast.Assign) and ast.unparse(assigned.targets[0]) == "operations"
            for node in assigned.value.elts
        ]
        calls = [call for call in calls if isinstance(call, ast.Call)]
        touched = {
            keyword.value.value.lower()
            for call in calls
            for keyword in call.keywords
            if keyword.arg in {"name", "model_name"} and isinstance(keyword.value, ast.Constant)
        }
        if touched & immutable:
            assert ast.unparse(calls[-1].func).endswith("InstallTriggers"), file.name


def test_a_command_is_a_few_lines_around_one_call():
    folder = ROOMS / "management" / "commands"
    long = {file.name for file in folder.glob("*.py") if len(file.read_text().splitlines()) > 40}

    assert long == set()


def tracked_files():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nobody can say which files belong to the project")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_package_index_or_a_place_on_a_machine():
    # Put together here, so that this file is clean too.
    places = "|".join(f"/{name}/" for name in ("work", "root", "tmp", "home"))
    hosts = "|".join(["py" + r"pi\.", "python" + r"hosted\.", "npm" + r"js\.", "index" + "-url"])
    forbidden = re.compile(rf"(?<![\w.}}*/-])(?:{places})|{hosts}", re.IGNORECASE)
    found = {}
    for file in tracked_files():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        if hits := forbidden.findall(text):
            found[name_of(file)] = hits

    assert found == {}


def test_a_comment_in_a_template_ends_on_its_line():
    """Django shows one that does not to everybody."""
    shown = {
        f"{file.relative_to(ROOT)}: {line}"
        for file in (ROOT / "templates").rglob("*.*")
        for line in file.read_text().splitlines()
        if "{#" in line and "#}" not in line
    }

    assert shown == set()


def test_the_readme_s_map_of_rooms_equals_the_files():
    rows = re.findall(r"^\| `remiss/([\w./]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    on_disk = {
        path.name + ("/" if path.is_dir() else "")
        for path in ROOMS.iterdir()
        if path.name not in {"__init__.py", "__pycache__", "migrations"}
    }

    assert sorted(rows) == sorted(on_disk)


# What no file of a repository may hold, as it looks: no list of what is secret can be kept.
SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token of a service": (
        r"\b(?:gh[pousr]_\w{30}|github_pat_\w{30}|glpat-[\w-]{20}|xox[abeprs]-[\w-]{20}"
        r"|(?:AKIA|ASIA)[0-9A-Z]{16}|sk-[\w-]{30}|AIza[\w-]{35}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.)"
    ),
    # Small letters, capitals and digits together: words, calls and names of settings have not all.
    "a value that is called secret": (
        r"(?i:secret|password|passwd|token|api_?key)\w*[\"']?\s*[:=]\s*[\"']?"
        r"(?=[^\s\"']*[0-9])(?=[^\s\"']*[a-z])(?=[^\s\"']*[A-Z])[\w+/=-]{20}"
    ),
    "a password in an address": r"://\w+:(?!secret@|none@)[^\s:/@{}$\"'<>()]+@",
}


def secrets_in(text):
    return [kind for kind, looks in SECRETS.items() if re.search(looks, text)]


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("a private key", ["-----BEGIN EC ", "PRIVATE KEY-----"]),
        ("a token of a service", ["gh", "p_", "a1" * 18]),
        ("a token of a service", ["AK", "IA", "J7" * 8]),
        ("a value that is called secret", ["SECRET_KEY", " = ", '"kX9' + "vQ2" * 9 + '"']),
        ("a value that is called secret", ["EMAIL_PASSWORD", "=", "kX9" + "vQ2" * 9]),
        ("a password in an address", ["postgres:", "//app:", "hemligt@db/remiss"]),
    ],
)
def test_a_secret_is_known_when_it_is_seen(kind, parts):
    assert secrets_in("".join(parts)) == [kind]


def test_no_file_holds_a_secret():
    texts = {file: file.read_text(errors="ignore") for file in tracked_files()}
    found = {name_of(file): kinds for file, text in texts.items() if (kinds := secrets_in(text))}

    assert found == {}
