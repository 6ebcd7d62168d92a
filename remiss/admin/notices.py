"""Mina mejl: each coordinator's own choice."""

from django.contrib import messages
from django.shortcuts import redirect

from remiss.admin.gates import allowed, is_coordinator, moment, page
from remiss.forms.staff import NoticeForm
from remiss.models import Coordinator
from remiss.workflow import staffing


@allowed(is_coordinator)
def my_notice(request):
    """How a coordinator is told about new answers."""
    coordinator = Coordinator.objects.get(user=request.user)
    form = NoticeForm(request.POST or None, initial={"notice": coordinator.notice})
    if request.method == "POST" and form.is_valid():
        staffing.choose_notice(
            coordinator=coordinator, notice=form.cleaned_data["notice"], at=moment(request)
        )
        messages.success(request, "Valet är sparat.")
        return redirect("admin:index")
    return page(
        request,
        "my_notice",
        title="Mina mejl",
        section="mine",
        form=form,
        email=request.user.email,
        errors_present=bool(form.errors),
    )
