"""The WSGI application. A process whose database lacks its safeguards does not come up."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "malmoandan.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from remiss.checks import refuse_unsafe_start  # noqa: E402  needs the loaded apps

refuse_unsafe_start()
