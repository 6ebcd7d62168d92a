"""Apply roles.py: part of every deploy."""

from django.core.management.base import BaseCommand

from remiss import roles


class Command(BaseCommand):
    help = "Make the five groups hold exactly the permissions that roles.py gives them."

    def handle(self, **options):
        roles.setup_roles()
