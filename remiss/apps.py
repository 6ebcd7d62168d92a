from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class RemissConfig(AppConfig):
    name = "remiss"
    verbose_name = "Remiss"

    def ready(self):
        from remiss import checks, signins  # noqa: F401  registers them


class SamordningConfig(AdminConfig):
    default_site = "remiss.admin.site.SamordningSite"

    def ready(self):
        super().ready()
        import_module("remiss.admin.registered")  # after every other app's
