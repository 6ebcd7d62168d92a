"""Trial mode's mail server: one .eml file a letter, whole or not at all."""

import os
import time

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{os.getpid()}.eml"
            unfinished = settings.MAIL_DIR / f".{name}"
            unfinished.write_bytes(message.message().as_bytes(linesep="\r\n"))
            unfinished.rename(settings.MAIL_DIR / name)
        return len(email_messages)
