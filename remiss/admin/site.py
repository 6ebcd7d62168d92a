"""The admin site under /samordning/, with the portal's login."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite


class SamordningSite(AdminSite):
    site_header = "Malmöandan, samordning"
    site_title = "Malmöandan, samordning"
    index_title = "Översikt"
    enable_nav_sidebar = False

    def login(self, request, extra_context=None):
        # The door to a second factor: whatever allauth asks for is asked here too.
        return secure_admin_login(super().login)(request, extra_context)
