"""Nollställ andra faktorn: for somebody who has lost their phone, by whoever keeps the accounts."""

from functools import partial

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from remiss.admin.gates import moment, needs, page
from remiss.forms.staff import ResetFactorForm
from remiss.workflow import credentials


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    route = "konton/<int:pk>/andra-faktorn/"
    return [path(route, site.admin_view(reset_factor), name="reset_factor")]


@needs("auth.change_user")
def reset_factor(request, pk, *, stale=False):
    """GET shows whose and which, POST takes them away and ends the sessions."""
    user = get_object_or_404(get_user_model(), pk=pk)
    is_given = request.method == "POST" and not stale
    form = ResetFactorForm(request.POST if request.method == "POST" else None)
    if credentials.refusal(user=user, by=request.user):
        raise PermissionDenied
    if is_given and form.is_valid():
        number = credentials.reset_second_factor(
            user=user, reason=form.cleaned_data["reason"], by=request.user, at=moment(request)
        )
        messages.success(request, _outcome(user, number))
        return redirect("admin:auth_user_change", user.pk)
    held = credentials.factors_of(user)
    return page(
        request,
        "reset_factor",
        status=403 if stale else 200,
        title="Nollställ andra faktorn",
        section="staff",
        person=user,
        name=user.get_full_name() or user.username,
        has_app=held.filter(type=Authenticator.Type.TOTP).exists(),
        keys=[str(key) for key in held.filter(type=Authenticator.Type.WEBAUTHN)],
        form=form,
        stale=stale,
        errors_present=bool(form.errors),
    )


reset_factor.shown_again = partial(reset_factor, stale=True)


def _outcome(user, number: int) -> str:
    gone = "Andra faktorn är borttagen" if number else "Det fanns ingen andra faktor"
    return f"{gone}, och {user.username} är utloggad överallt."
