"""Whatever stands in a text column, however it got there, a page shows it as text and a file holds
it as text. A new text column is filled here, or excused with its reason."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from remiss import links
from remiss.models import (
    AreaShare,
    Coordinator,
    Correction,
    CoSignatory,
    Disposal,
    Event,
    FileScan,
    Invitation,
    Registration,
    ReplyRevision,
    Response,
    ReviewStep,
    Submission,
    Theme,
    triggers,
)
from remiss.models.masking import texts_of
from remiss.workflow import actors, masking, naming, noting, secrecy, translating
from tests import test_access
from tests.factories import NOON, reply_to, save
from tests.test_access import (  # noqa: F401  two of them fixtures
    CAST,
    HOLDERS,
    INVITED,
    PUBLIC,
    STAFF_TABLE,
    cast,
    client_of,
    world,
)

pytestmark = [pytest.mark.large, pytest.mark.once]

# Out of an attribute of either kind, and out of what holds raw text; a formula in a spreadsheet.
LONG = """=1+1'" xss=></script></style></title></textarea><xss>"""
SHORT = """='" xss=><xss>"""  # fits a telephone number

MADE = "made by the portal, of signs that it has chosen"
EXCUSED = {
    **dict.fromkeys(
        [
            "Consultation.slug", "PriorityArea.key", "PriorityArea.slug", "Question.key",
            "Response.public_id", "Response.reference", "Response.corrected_sort_key",
            "Contact.email_key", "Submission.submit_key", "Submission.sort_key",
            "Submission.sha256", "Submission.search_text", "Attachment.path",
            "Attachment.media_type", "Attachment.sha256", "Body.name_key", "Body.sort_key",
            "Body.tag_keys", "BodyAddress.email_key", "ExtensionRequest.public_id",
            "Letter.target", "Letter.message_id", "Invitation.public_id", "Draft.public_id",
            "Draft.start_key", "Draft.email_key", "Draft.accepted", "DraftPart.key",
            "DraftRevision.editor", "DraftFile.path", "DraftFile.media_type",
            "DraftFile.sha256", "Throttle.key", "FileScan.sha256", "Message.once",
            "Theme.area_key", "Theme.name_key", "ReviewStep.before", "ReviewStep.after",
            "Note.area_key", "Translation.language", "AreaShare.area_key",
            "ActorAlias.variant_key", "Disposal.references",
        ],
        MADE,
    ),
    **dict.fromkeys(
        ["DraftPart.content", "DraftRevision.content", "Submission.backing"],
        "JSON, whose texts are filled one by one",
    ),
    "Submission.canonical": "the record, which is shown nowhere but in files",
    **dict.fromkeys(
        ["PlanVersion.background_html", "PlanVersion.asked_html", "PlanVersion.coordinators_html",
         "PriorityArea.proposals_html", "PriorityArea.reasons_html"],
        "sanitised HTML of a column that is filled; tests/test_text.py tries what makes it",
    ),
    **dict.fromkeys(
        ["Body.organisation_number", "CoSignatory.organisation_number"],
        "ten digits, tried where they are read",
    ),
    "DisposalPermit.decision": "stands only inside a transaction",
}  # fmt: skip
PRIVATE_TOO = {"ExtensionRequest.contact_name"}  # the same name twice is a private person's


def columns():
    """(model, field) of every column that holds a text of somebody's, by our own models."""
    for model in apps.get_app_config("remiss").get_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if is_text and not field.choices:
                yield model, field


def label(model, field):
    return f"{model._meta.object_name}.{field.name}"


def payload(field):
    room = field.max_length or 1000
    return LONG if room > len(LONG) else SHORT


@pytest.fixture
def filled(world, cast):  # noqa: F811
    """A row in each table, and then in each text column what would break out if it could."""
    city, civil, at = cast["c"], cast["i"], NOON
    draft, consultation = world["draft"], world["consultation"]
    response, file = world["submission"].response, draft_file(draft)
    how = {"at": at, "by": city}
    version = consultation.versions.get()
    save(draft=draft, key="area:city-life", how=LONG, exists=LONG, actors=f"{LONG}\n{LONG}")
    save(draft=draft, key="behind", cosignatories=LONG, paragraph=SHORT, own_registry_number=SHORT)
    Correction.objects.create(version=version, at=at, note="x")
    AreaShare.objects.create(
        consultation=consultation, area_key="city-life", coordinator=Coordinator.objects.first()
    )
    FileScan.objects.create(sha256=file.sha256, state=FileScan.State.INFECTED, found="x")
    Registration.objects.create(
        submission=world["submission"], registry_number="x", registered_on=at.date(), by=city
    )
    ReviewStep.objects.create(consultation=consultation, said="x", before=[], after=[], **how)
    Disposal.objects.create(decision="x", number=1, references=["MA-2222"], **how)
    CoSignatory.objects.create(submission=world["submission"], name="x", number=1)
    Event.objects.create(verb="placed", actor=city, response=response, note="x", at=at)
    theme = Theme.objects.earliest("pk")
    for target in (theme, response):
        reply_to(target, by=city, state="approved", other=civil)
        reply_to(target, by=civil, state="sent_back", other=city, text="En gång till.")
    noting.write(response=response, area_key="", text="x", seen=0, **how)
    noting.write(response=response, area_key="city-life", text="x", seen=0, **how)
    translating.translate(
        submission=world["submission"], language="fi", is_machine_made=False,
        texts={response.latest.answers.first().pk: "x"}, seen={}, **how,
    )  # fmt: skip
    translating.transcribe(attachment=file, text="x", seen=0, **how)
    actors.join(consultation=consultation, keys=["a", "b"], name="x", **how)
    naming.correct(
        response=response, name="Kajutan", reason="x", seen=response.latest.sender, **how
    )
    mark = secrecy.mark(response=response, provision="x", reason="x", **how)
    secrecy.try_mark(mark=mark, outcome="lifted", reason="x", seen=0, **how)
    spot = next(iter(texts_of(world["submission"])))
    masking.mask(
        submission=world["submission"], places=[(spot, 0, 3)], reason="other", note="x", **how
    )
    fill()
    return world


def draft_file(draft):
    return Response.objects.get(public_id=draft.public_id).latest.attachments.get()


def fill():
    with connection.cursor() as cursor:  # what is never changed too, until the test is over
        for table in triggers.IMMUTABLE:
            cursor.execute(f"DROP TRIGGER {table}_refuse_update")
    wanted = {}
    for model, field in columns():
        if label(model, field) not in EXCUSED:
            more = "?" if label(model, field) in PRIVATE_TOO else ""
            wanted.setdefault(model, {})[field.name] = payload(field) + more
    for model, texts in wanted.items():
        rows = model._base_manager.all()
        if model is ReplyRevision:
            rows.exclude(response=None).update(text=texts["text"])
            rows = rows.filter(response=None)
        assert rows.update(**texts), f"{model.__name__} has no row to fill"
    backing = Submission.objects.first().backing
    Submission.objects.update(backing=backing | {"paragraph": SHORT, "own_registry_number": SHORT})
    for user in get_user_model().objects.all():
        user.first_name = user.last_name = user.email = SHORT
        user.username += SHORT
        user.save()


class Broken(HTMLParser):
    """Notes every element and attribute that the payload would have made."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.times = [], 0

    def handle_starttag(self, tag, attrs):
        names = [tag, *(name for name, _value in attrs)]
        self.found += [f"<{tag}> {name}" for name in names if "xss" in name]
        self.times += sum("xss" in (value or "") for _name, value in attrs)

    def handle_data(self, data):
        self.times += "xss" in data


def broken(client, paths):
    """What broke out on which page, and how many times the payload stood as text."""
    found, shown = {}, set()
    for path in paths:
        page = client.get(path)
        body = b"".join(page.streaming_content) if page.streaming else page.content
        assert page.status_code < 500, path
        if page.get("Content-Type", "").startswith("text/html"):
            reader = Broken()
            reader.feed(body.decode())
            reader.close()
            if reader.found:
                found[path] = reader.found
            if reader.times:
                shown.add(path)
    return found, shown


def test_every_text_column_is_filled_or_excused():
    listed = {label(model, field) for model, field in columns()}

    assert set(EXCUSED) - listed == set()


def test_no_page_shows_what_was_written_as_anything_but_text(filled, cast):  # noqa: F811
    """Every page as everybody that it is for: what would break out stands there as text."""
    draft, invitation = filled["draft"], Invitation.objects.earliest("pk")
    holder = Client()
    holder.post(reverse("remiss:open_link", args=[links.make_key(draft, purpose=links.FROM_PAGE)]))
    holder.post(
        reverse("remiss:open_invitation", args=[links.make_key(invitation, purpose=links.TO_BODY)])
    )
    public = [test_access.public_path(name) for name in sorted(PUBLIC)]
    opened = [test_access.holder_path(name, draft) for name in sorted(HOLDERS)]
    opened += [reverse(name, args=[invitation.public_id]) for name in sorted(INVITED)]
    staff = {
        who: [
            test_access.address(name, filled)
            for name, (sees, _does) in STAFF_TABLE.items()
            if who in sees and "logout" not in name and "login" not in name
        ]
        for who in CAST[1:]
    }
    found, shown = broken(holder, public + opened)
    assert found == {}
    assert len(shown) > 20
    shown_to = {}
    for who, paths in staff.items():
        found, shown = broken(client_of(cast[who]), paths)
        assert found == {}, who
        shown_to[who] = len(shown)
    assert min(shown_to.values()) > 0
    assert min(shown_to[who] for who in "ricx") > 30


def texts_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each)]
    return [value] if isinstance(value, str) else []


def test_files_hold_what_was_written_as_text(filled, cast):  # noqa: F811
    client = client_of(cast["c"])

    def taken(form):
        page = client.post(reverse("admin:export"), {"scope": "all", "form": form})
        assert page.status_code == 200
        return b"".join(page.streaming_content) if page.streaming else page.content

    cells = list(csv.reader(io.StringIO(taken("csv").decode("utf-8-sig")), delimiter=";"))
    assert any(cell.startswith(f"'{LONG}") for row in cells for cell in row)
    assert not any(cell.startswith("=") for row in cells for cell in row)
    assert any(LONG in text for text in texts_in(json.loads(taken("json"))))
    book = load_workbook(io.BytesIO(taken("xlsx")))
    shown = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(str(cell.value).startswith(LONG) for cell in shown)
    assert {cell.data_type for cell in shown if "xss" in str(cell.value)} == {"s"}
    reader = Broken()
    reader.feed(taken("print").decode())
    assert (reader.found, reader.times > 0) == ([], True)
