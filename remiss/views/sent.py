"""What has been sent in, as its holder sees it: receipt, print, versions, files, withdrawal."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from remiss.exports import sections
from remiss.exports.downloads import receipt_as_download
from remiss.exports.typesetting import NotMade
from remiss.models import Attachment, Submission, with_scans
from remiss.views.again import shown_again
from remiss.views.files import fetched
from remiss.views.opened import Opened, held
from remiss.views.reading import closed_page
from remiss.workflow import answering

NOT_MADE = (
    "Det gick inte att göra pdf-filen just nu. Försök igen om en stund. Kvittot står också här."
)


@require_safe
def receipt(request, public_id):
    """The receipt of the latest version; bookmarkable as long as the session lives."""
    return _sent_page(request, public_id, "answering/receipt.html")


@require_safe
def receipt_pdf(request, public_id):
    """The receipt of one version as a PDF, made when somebody asks for it."""
    response = held(request, public_id).response
    if response is None:
        raise Http404
    sent = list(response.submissions.select_related("response__consultation", "plan_version"))
    try:
        return receipt_as_download(_wanted(request.GET.get("version"), sent))
    except NotMade:
        messages.warning(request, NOT_MADE)
        return redirect("remiss:receipt", public_id)


@require_safe
def print_answer(request, public_id):
    """The answer as sent, for the association's own files."""
    return _sent_page(request, public_id, "answering/print_answer.html")


def _sent_page(request, public_id, template):
    opened = held(request, public_id)
    response = opened.response
    if response is None:
        return redirect("remiss:tasks", public_id)
    submission = response.latest
    return opened.page(
        template,
        response=response,
        submission=submission,
        reference=response.reference,
        digest_groups=submission.digest_groups,
        sections=[
            section for section in sections.of_submission(submission) if not section.is_empty
        ],
        backing=sections.backing_of_submission(submission),
        files=with_scans(submission.attachments.all()),
        draft_confirmed=opened.holder.confirmed_at is not None,
        email=opened.email,
        withdrawn=response.withdrawn_at,
        has_draft=isinstance(opened, Opened),
    )


@require_safe
def versions(request, public_id):
    """What was sent in, version by version, and what each changed."""
    opened = held(request, public_id)
    response = opened.response
    if response is None:
        return redirect("remiss:tasks", public_id)
    sent = list(
        response.submissions.select_related("plan_version").defer("canonical", "search_text")
    )
    shown = _wanted(request.GET.get("version"), sent)
    earlier = next((each for each in sent if each.number == shown.number - 1), None)
    return opened.page(
        "answering/versions.html",
        response=response,
        submission=response.latest,
        reference=response.reference,
        versions=sent[::-1],
        shown=shown,
        earlier=earlier,
        differences=sections.between(earlier, shown) if earlier else [],
        sections=[section for section in sections.of_submission(shown) if not section.is_empty],
        backing=sections.backing_of_submission(shown),
        files=with_scans(shown.attachments.all()),
        withdrawn=response.withdrawn_at,
    )


def _wanted(number, sent: list[Submission]) -> Submission:
    """The version asked for; anything else than the number of one shows the latest."""
    return next((each for each in sent if str(each.number) == number), sent[-1])


@require_safe
def sent_file(request, public_id, pk):
    """A file as it was sent in, in any version."""
    response = held(request, public_id).response
    if response is None:
        raise Http404
    file = Attachment.objects.filter(submission__response=response, pk=pk).first()
    if file is None:
        raise Http404
    return fetched(file)


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, public_id, *, stale=False):
    """Take the answer back, or undo that, until the last day. Nothing is deleted."""
    opened = held(request, public_id)
    response = opened.response
    if response is None:
        return redirect("remiss:tasks", public_id)
    if request.method == "POST" and not stale:
        undo = request.POST.get("action") == "restore"
        verb = answering.restore if undo else answering.withdraw
        try:
            verb(response=response, at=opened.at)
        except answering.Closed:
            return closed_page(
                request,
                opened.consultation,
                at=opened.at,
                status=403,
                draft=opened.holder,
                returned=[],
            )
        return redirect("remiss:receipt", public_id)
    return opened.page(
        "answering/withdraw.html",
        status=403 if stale else 200,
        response=response,
        submission=response.latest,
        withdrawn=response.withdrawn_at,
        stale=stale,
    )
