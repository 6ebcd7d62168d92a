"""Kontrollera ett kvitto: anybody may ask whether a receipt holds."""

from django.views.decorators.http import require_http_methods

from remiss import limits
from remiss.forms.verifying import VerifyForm
from remiss.models import Consultation
from remiss.views import errors
from remiss.views.again import shown_again
from remiss.views.reading import page
from remiss.workflow import verifying


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request, *, stale=False):
    """Posted, so that neither addresses nor logs keep what was asked about."""
    form = VerifyForm(request.POST or None)
    verdict = None
    if request.method == "POST" and not stale and form.is_valid():
        at = request.received_at
        if not limits.allow(limits.RECEIPTS_FROM_NETWORK, limits.network(request), at):
            return errors.too_many(request)
        verdict = verifying.verify(**form.cleaned_data)
    return page(
        request,
        "reading/verify.html",
        Consultation.objects.current(),
        section="about",
        status=403 if stale else 200,
        form=form,
        verdict=verdict,
        stale=stale,
    )
