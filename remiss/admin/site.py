"""The admin site under /samordning/, with the portal's login, menu and pages of its own."""

from dataclasses import dataclass
from functools import wraps

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse

from remiss.admin import (
    actors,
    acts,
    alike,
    bouncing,
    covering,
    deadline,
    deciding,
    disposing,
    erasing,
    evidence,
    exporting,
    extracting,
    factors,
    granting,
    handling,
    importing,
    inviting,
    lettertexts,
    log,
    masking,
    matrix,
    naming,
    notices,
    overview,
    placing,
    plan,
    postlist,
    reading,
    registering,
    registry,
    replying,
    rights,
    scopes,
    secrecy,
    sparing,
    themes,
    translating,
    tying,
    waiting,
    writing,
)
from remiss.admin.gates import is_coordinator


@dataclass(frozen=True)
class Place:
    """One line of the menu; `section` is what a page says it belongs to."""

    section: str
    label: str
    url_name: str
    permission: str = ""
    or_permission: str = ""

    def is_for(self, user) -> bool:
        asked = [each for each in (self.permission, self.or_permission) if each]
        return not asked or any(user.has_perm(each) for each in asked)


MENU = [
    Place("overview", "Översikt", "admin:index"),
    Place("responses", "Svar", "admin:remiss_response_changelist", "remiss.view_response"),
    Place("themes", "Teman", "admin:themes", "remiss.view_theme"),
    Place(
        "invitations",
        "Inbjudningar",
        "admin:remiss_invitation_changelist",
        "remiss.view_invitation",
    ),
    Place(
        "extensions",
        "Längre tid",
        "admin:remiss_extensionrequest_changelist",
        "remiss.view_extensionrequest",
    ),
    Place("registry", "Diarium", "admin:unregistered", "remiss.export_response"),
    Place("actors", "Aktörer", "admin:actors", "remiss.view_theme"),
    Place("plan", "Planen", "admin:plan", "remiss.view_consultation"),
    Place("log", "Logg", "admin:log", "remiss.view_event", "remiss.view_account_event"),
    Place("export", "Exportera", "admin:export", "remiss.export_response"),
    Place("staff", "Konton", "admin:auth_user_changelist", "auth.view_user"),
]


class SamordningSite(AdminSite):
    site_header = "Malmöandan, samordning"
    site_title = "Malmöandan, samordning"
    index_title = "Översikt"
    enable_nav_sidebar = False

    def login(self, request, extra_context=None):
        # The door to a second factor: whatever allauth asks for is asked here too.
        return secure_admin_login(super().login)(request, extra_context)

    def index(self, request, extra_context=None):
        return overview.overview(request)

    def each_context(self, request):
        context = super().each_context(request)
        user = request.user
        if context["has_permission"]:
            context |= {
                "menu": [
                    (place.section, place.label, reverse(place.url_name))
                    for place in MENU
                    if place.is_for(user)
                ],
                "has_notice": is_coordinator(user),
                "has_factors": settings.SECOND_FACTOR_REQUIRED,
                "hidden_answers": scopes.hidden(user),
            }
        return context

    def admin_view(self, view, cacheable=False):  # noqa: FBT002  Django's own
        """As Django's, but what is posted after the session has ended is handed back (fault D6)."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request, *args, **kwargs):
            if request.method == "POST" and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def autocomplete_view(self, request):
        """No form of ours completes names: a door that nothing needs stays shut."""
        raise PermissionDenied

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def get_app_list(self, request, app_label=None):
        # Asked for on every page, for a sidebar that the menu replaces.
        return super().get_app_list(request, app_label) if app_label else []

    def get_urls(self):
        def at(route, view, url_name, **kwargs):
            return path(route, self.admin_view(view), kwargs, name=url_name)

        return [
            *bouncing.urls(self),
            *exporting.urls(self),
            *factors.urls(self),
            *tying.urls(self),
            *matrix.urls(self),
            *evidence.urls(self),
            *importing.urls(self),
            *inviting.urls(self),
            *lettertexts.urls(self),
            *granting.urls(self),
            *translating.urls(self),
            *secrecy.urls(self),
            *registry.urls(self),
            *postlist.urls(self),
            *log.urls(self),
            *rights.urls(self),
            *alike.urls(self),
            *actors.urls(self),
            *placing.urls(self),
            *masking.urls(self),
            *handling.urls(self),
            *themes.urls(self),
            *replying.urls(self),
            *waiting.urls(self),
            *covering.urls(self),
            *sparing.urls(self),
            *writing.urls(self),
            *naming.urls(self),
            *erasing.urls(self),
            *extracting.urls(self),
            *disposing.urls(self),
            at("svar/registrera/", registering.record_response, "record_response"),
            at("svar/markera-som-last/", acts.act, "mark_read", name="mark_read"),
            at("svar/markera-som-olast/", acts.act, "mark_unread", name="mark_unread"),
            at("svar/lagg-at-sidan/", acts.act, "set_aside", name="set_aside"),
            at("svar/ta-tillbaka/", acts.act, "take_back", name="take_back"),
            at("svar/<int:pk>/kontakt/", reading.read_contact, "read_contact"),
            at("svar/<int:pk>/bilagor/<int:file_pk>/", reading.sent_file, "sent_file"),
            at("svar/<int:pk>/kvitto/<int:number>/", reading.receipt_pdf, "receipt_pdf"),
            at("svar/<int:pk>/diarienummer/<int:number>/", reading.register, "register"),
            at(
                "svar/<int:pk>/version/<int:number>/handling.zip",
                reading.version_zip,
                "version_zip",
            ),
            at("svar/<int:pk>/version/<int:number>/utlamnande/", reading.disclose, "disclose"),
            at("onskemal/<int:pk>/", deciding.decide_extension, "decide_extension"),
            at("planen/", plan.plan, "plan"),
            at("planen/<int:pk>/sista-dag/", deadline.move_last_day, "move_last_day"),
            at("mina-mejl/", notices.my_notice, "my_notice"),
            *super().get_urls(),
        ]
