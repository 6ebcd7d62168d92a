"""The health address: it says ok when the database answers, and nothing else."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from remiss import clock


@require_safe
def health(request):
    clock.now()
    return HttpResponse("ok", content_type="text/plain")
