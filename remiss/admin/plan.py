"""Planen: everything that is out on remiss on one page, and where to change it."""

from remiss.admin.deadline import may_move
from remiss.admin.gates import moment, needs, page
from remiss.models import Consultation


@needs("remiss.view_consultation", methods=("GET", "HEAD"))
def plan(request):
    """Everything of the plan on one page, with what is still example text."""
    consultations = Consultation.objects.order_by("-opens_on", "-pk").prefetch_related(
        "versions__areas__hints__question", "versions__questions", "versions__corrections"
    )
    user, at = request.user, moment(request)
    return page(
        request,
        "plan",
        title="Planen",
        section="plan",
        consultations=[(each, each.timing(at)) for each in consultations],
        sees_texts=user.has_perm("remiss.view_planversion"),
        may_change=user.has_perm("remiss.change_planversion"),
        may_add=user.has_perm("remiss.add_consultation"),
        may_move=may_move(user),
    )
