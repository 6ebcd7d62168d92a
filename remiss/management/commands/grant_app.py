"""What the app role may do in PostgreSQL: part of every deploy, run by the owner."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from remiss.models import triggers


class Command(BaseCommand):
    help = "Let the app role do what the portal does, and nothing that undoes a safeguard."

    def add_arguments(self, parser):
        parser.add_argument("role", help="the role in DATABASE_URL of the web and letter processes")

    def handle(self, *, role, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Roles are for PostgreSQL.")
        triggers.grant(connection, role)
