"""Logging in through an organisation's own directory (OpenID Connect), where one is set up.

It opens accounts that an Administratör has made, and makes none. allauth asks for the second factor
afterwards as it does after a password, unless the settings say that the directory has.
"""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import get_user_model
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from remiss import clock
from remiss.models import Verb
from remiss.text import email_key
from remiss.workflow import credentials


class SignOnAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        """Tie the directory's person to the account with the same address, the first time."""
        if request.user.is_authenticated:
            # A colleague's identity must not be tied to an account that stands open.
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("admin:index")))
        if sociallogin.is_existing:
            if not (sociallogin.user.is_staff and sociallogin.user.is_active):
                raise ImmediateHttpResponse(refused(request))
            return
        owner = owner_of(sociallogin.email_addresses)
        if owner is None:
            raise ImmediateHttpResponse(refused(request))
        sociallogin.connect(request, owner)
        credentials.note_change(
            user=owner, verb=Verb.ADDED_FACTOR, what="Organisationens inloggning.", at=clock.now()
        )


def owner_of(addresses):
    """The one open account of staff with an address that the directory has verified, or None.

    No superuser: the directory's administrators would be superusers here as well.
    """
    keys = {email_key(address.email) for address in addresses if address.verified}
    staff = get_user_model().objects.filter(is_staff=True, is_active=True).exclude(email="")
    owners = [user for user in staff if email_key(user.email) in keys]
    return owners[0] if len(owners) == 1 and not owners[0].is_superuser else None


def refused(request):
    return render(request, "account/no_account.html", status=403)
