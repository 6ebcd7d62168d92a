"""A log line is one line, without keys and without what a person wrote (fault C5)."""

import io
import logging

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from malmoandan import gunicorn
from malmoandan.urls import urlpatterns as real_urls
from remiss.logs import Mask, OneLine, mask

CANARY = "kanariefågel-i-texten"


def fails(request):
    raise ValueError(f"cannot handle {request.POST['how']}")


def fine(request):
    return HttpResponse("ok")


urlpatterns = [
    path("fails/", fails),
    path("lank/<str:key>/fails/", fails),
    *real_urls,
]


@pytest.fixture
def written():
    """What the configured handler writes, with its filter and its formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Mask())
    handler.setFormatter(OneLine("{levelname} {name} {message}", style="{"))
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("GET /lank/9f.1.secret/", "GET /lank/***/"),
        ("GET /lank/9f.1.secret", "GET /lank/***"),
        ("GET /lank/9f.1.secret?utm=x", "GET /lank/***?utm=x"),
        ("from https://malmoandan.example/lank/9f.1.secret/ on", None),
        ('"/inbjudan/9f.1.secret/"', '"/inbjudan/***/"'),
        ("/lank/a/ and /lank/b/", "/lank/***/ and /lank/***/"),
        ("GET /lank/glomt/", "GET /lank/glomt/"),
        ("GET /svar/9f/", "GET /svar/9f/"),
    ],
)
def test_a_personal_key_is_cut_out(line, masked):
    masked = masked or "from https://malmoandan.example/lank/***/ on"

    assert mask(line) == masked


def test_the_access_log_goes_through_the_same_filter():
    handler = gunicorn.logconfig_dict["handlers"]["stderr"]

    assert gunicorn.logconfig_dict["loggers"]["gunicorn.access"]["handlers"] == ["stderr"]
    assert handler["filters"] == ["mask"]
    assert gunicorn.logconfig_dict["filters"]["mask"] == {"()": "remiss.logs.Mask"}
    assert "%(f)" not in gunicorn.access_log_format  # no referer
    assert "%(h)" not in gunicorn.access_log_format  # no client address


def test_an_event_is_one_escaped_line(written):
    logging.getLogger("remiss.test").warning("one\r\nERROR forged\x1b[31m\u2028line")

    lines = written.getvalue().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("WARNING remiss.test one")
    assert "\x1b" not in lines[0]


def test_an_exception_is_its_type_and_place(written):
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("remiss.test").exception("failed")

    assert CANARY not in written.getvalue()
    assert "ValueError at " in written.getvalue()
    assert "test_logs.py:" in written.getvalue()
    assert len(written.getvalue().splitlines()) == 1


@pytest.mark.urls(__name__)
def test_a_failing_view_tells_the_log_nothing_that_was_posted(written, db):
    client = Client(raise_request_exception=False)

    answer = client.post(f"/fails/?q={CANARY}", {"how": CANARY})

    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert CANARY not in written.getvalue()
    assert "ValueError" in written.getvalue()


@pytest.mark.urls(__name__)
def test_a_failing_view_under_a_link_does_not_log_the_key(written, db):
    Client(raise_request_exception=False).post("/lank/9f.1.secret/fails/", {"how": CANARY})

    assert "9f.1.secret" not in written.getvalue()
    assert "/lank/***/fails/" in written.getvalue()


def test_no_error_report_is_mailed():
    handlers = [
        name
        for logger in django_settings.LOGGING["loggers"].values()
        for name in logger["handlers"]
    ]

    assert set(handlers) == {"stderr"}
    assert django_settings.ADMINS == []
