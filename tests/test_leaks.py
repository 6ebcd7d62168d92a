"""A draft is the respondent's own space: its words are nowhere staff, logs or letters can reach."""

import io
import logging
import re
from html import unescape
from itertools import count

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from remiss import links, mail
from remiss.models import Draft, Letter
from tests.factories import make_draft, make_invitation, make_submission, plan_of, save

CANARY = "kanariefagel"
LINKED = "/(?:inbjudan|lank)/[0-9a-f]{32}"  # a personal link, and not /lank/glomt/
LINK = re.compile(r'href="(/samordning/[^"#]*)"')


@pytest.fixture
def draft(consultation, noon):
    """A draft with a canary in each of its fields, and something real beside it to be found."""
    make_submission(consultation=consultation)
    draft = make_draft(
        consultation=consultation,
        organisation=f"{CANARY} förening",
        contact_name=f"{CANARY} person",
        email=f"{CANARY}@hemlig.example",
    )
    number = count(1)
    for key, _area, asked in plan_of(consultation).parts():
        texts = {question.key: f"{CANARY} {next(number)}" for question in asked}
        save(draft=draft, key=key, stance="opposes", **texts)
        save(draft=draft, key=key, stance="opposes", **texts | {"how": f"{CANARY} igen"})
    return draft


@pytest.fixture
def log_output():
    """Everything the handlers of the settings would write, from DEBUG up."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    loggers = [root, logging.getLogger("django"), logging.getLogger("axes")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    yield stream
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def crawl(client, starts):
    """Every page under /samordning/ that can be reached by links from `starts`: path → text."""
    seen, waiting = {}, list(starts)
    while waiting and len(seen) < 400:
        path = unescape(waiting.pop())
        if path in seen or "logga-ut" in path or "logout" in path:
            continue
        response = client.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        seen[path] = body.decode(errors="replace")
        waiting += LINK.findall(seen[path])
        if response.status_code == 302:
            waiting.append(response["Location"].partition("#")[0])
    return seen


def stock_pages():
    """The pages of every registered model and row, linked or not, and a search on each list."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist") + f"?q={CANARY}"
        yield reverse(f"{name}_add")
        for row in model._default_manager.all()[:20]:
            for page in ("change", "history", "delete"):
                yield reverse(f"{name}_{page}", args=[row.pk])


def autocompletes():
    for model in apps.get_models():
        for field in model._meta.fields:
            yield (
                f"{reverse('admin:autocomplete')}?app_label={model._meta.app_label}"
                f"&model_name={model._meta.model_name}&field_name={field.name}&term={CANARY}"
            )


@pytest.mark.large
@pytest.mark.parametrize("who", ["superuser", "city", "registrar"])
def test_no_page_of_the_workbench_shows_a_word_of_a_draft_or_a_personal_link(
    request, draft, consultation, city, signed_in, who
):
    make_invitation(consultation=consultation, by=city)
    client = signed_in(request.getfixturevalue(who))

    pages = crawl(client, [reverse("admin:index"), *stock_pages(), *autocompletes()])

    assert len(pages) > 60
    # The words searched for stand in the search box, so they are looked for beside it.
    echoed = re.compile(rf'value="{CANARY}"|(?:q|term)(?:=|%3D){CANARY}')
    found = [path for path, page in pages.items() if CANARY in echoed.sub("", page)]
    assert found == []
    assert [path for path, page in pages.items() if draft.public_id in page] == []
    assert [path for path, page in pages.items() if re.search(LINKED, page)] == []


def test_staff_see_how_many_drafts_there_are(draft, signed_in, city):
    page = signed_in(city).get(reverse("admin:index")).content.decode()

    assert re.search(r"utkast \(innehållet syns inte\).*?<dd>\s*(?:<a[^>]*>)?1\b", page, re.DOTALL)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "print"])
def test_no_export_holds_a_word_of_a_draft(draft, signed_in, city, form):
    response = signed_in(city).post(
        reverse("admin:export"),
        {"scope": "all", "form": form, "with_contact": "on", "reason": "Prov"},
    )
    body = b"".join(response.streaming_content) if response.streaming else response.content

    assert response.status_code == 200
    if form == "xlsx":
        from openpyxl import load_workbook

        sheets = load_workbook(io.BytesIO(body)).worksheets
        text = str([[cell.value for cell in row] for sheet in sheets for row in sheet])
    else:
        text = body.decode("utf-8-sig")
    assert "Öppna skolornas aulor" in text
    assert CANARY not in text


def test_no_log_line_or_error_report_holds_a_word_of_a_draft(
    draft, consultation, log_output, monkeypatch, mailoutbox
):
    client = Client(raise_request_exception=False, enforce_csrf_checks=False)
    client.post(reverse("remiss:open_link", args=[links.make_key(draft, purpose=links.FROM_PAGE)]))
    area = reverse("remiss:answer_area", args=[draft.public_id, 1])
    form = {"seen": "2", "action": "done", "how": f"{CANARY} sparad"}
    client.post(area, form)
    client.post(area, form | {"seen": "0"})
    client.post(area, {"seen": "x" * 99, "how": CANARY * 20000})
    client.get(reverse("remiss:check", args=[draft.public_id]))

    def broken(**kwargs):
        raise RuntimeError(str(kwargs))

    monkeypatch.setattr("remiss.workflow.answering.save_part", broken)
    assert client.post(area, form).status_code == 500

    written = log_output.getvalue()
    assert "Internal Server Error" in written
    for line in written.splitlines():
        # What stands in the exception itself is taken out by the handlers' own formatter.
        if "RuntimeError" not in line and CANARY in line:
            pytest.fail(line)
    assert mailoutbox == []


def test_letters_about_a_draft_alone_are_hidden_from_staff(draft, signed_in, superuser):
    assert Letter.objects.filter(address=draft.email).exists()
    assert not Letter.objects.about_responses().filter(address=draft.email).exists()

    page = signed_in(superuser).get(reverse("admin:remiss_letter_changelist")).content.decode()

    assert draft.email not in page


def test_a_failed_letter_logs_neither_address_nor_name(draft, log_output, monkeypatch, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail.send_due()

    assert "was not sent" in log_output.getvalue()
    assert CANARY not in log_output.getvalue()


def test_nothing_staff_can_see_points_at_a_draft():
    drafts = {"draft", "draftpart", "draftrevision", "draftfile"}
    pointing = [
        field
        for model in apps.get_models()
        if model._meta.model_name not in drafts
        for field in model._meta.get_fields()
        if field.related_model and field.related_model._meta.model_name in drafts
    ]

    assert pointing == []
    assert not any(model._meta.model_name in drafts for model in admin.site._registry)
    assert str(Draft(public_id="x")) == "x"
