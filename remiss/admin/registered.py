"""What the workbench shows: our own tables and accounts, nothing of other apps."""

from django.contrib import admin

for model in list(admin.site._registry):  # login attempts, e-mail addresses
    admin.site.unregister(model)

from remiss.admin import (  # noqa: E402, F401  they register
    bodies,
    extensions,
    invitations,
    letters,
    logged,
    plantexts,
    responses,
    staff,
)
