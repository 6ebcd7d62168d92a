"""How allauth is used: for staff only, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied


class StaffAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False


def no_password(request):
    """An account without a password gets one from an Administratör only (decision 32)."""
    raise PermissionDenied
