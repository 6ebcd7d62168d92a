"""Loaded before the settings are: tests run in trial mode, on the database that is asked for."""

import os

os.environ["TRIAL"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread
