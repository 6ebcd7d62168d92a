"""The mails of a trial, readable in the browser of the same machine."""

import email
import email.policy
import re

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from remiss import limits

ADDRESS = re.compile(r"(https?://\S+)")
NEWEST = 50  # letters shown


@require_safe
def trial_mail(request):
    if not settings.TRIAL or limits.client_address(request) not in {"127.0.0.1", "::1"}:
        raise Http404
    files = sorted(settings.MAIL_DIR.glob("*.eml"), reverse=True)[:NEWEST]
    return render(request, "trial_mail.html", {"mails": [_read(file) for file in files]})


def _read(file) -> dict:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body().get_content()
    return {
        "name": file.name,
        "to": message["To"],
        "subject": message["Subject"],
        "date": message["Date"],
        "parts": [(text, text if text.startswith("http") else "") for text in ADDRESS.split(body)],
    }
