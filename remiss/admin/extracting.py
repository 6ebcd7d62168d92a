"""Registerutdrag: what the portal holds about one person, on a page and as a file."""

from functools import partial
from io import BytesIO

from django.urls import path
from django.utils import timezone

from remiss import roles
from remiss.admin.gates import allowed, moment, page
from remiss.exports import extract
from remiss.exports.downloads import file_as_download
from remiss.forms.people import PersonForm
from remiss.workflow import disclosing

FORMS = {
    "html": (extract.as_html, "text/html; charset=utf-8"),
    "json": (extract.as_json, "application/json"),
}


def urls(site) -> list:
    """The addresses to put first among those of `site`."""
    return [path("registerutdrag/", site.admin_view(person), name="person")]


@allowed(roles.is_authority)
def person(request, *, stale=False):
    """POST shows what was found, or gives it as a file: who is looked for stands in no address and
    in no log (fault C5). That somebody has looked is logged."""
    at = moment(request)
    form = PersonForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and not stale and form.is_valid():
        found = extract.about(form.cleaned_data["words"])
        wanted = request.POST.get("form", "")
        if wanted in FORMS:
            make, media_type = FORMS[wanted]
            disclosing.took_extract(count=found.count, form=wanted, at=at, by=request.user)
            name = f"registerutdrag-{timezone.localdate(at).isoformat()}.{wanted}"
            return file_as_download(BytesIO(make(found, at=at)), name, media_type)
        disclosing.searched_person(count=found.count, at=at, by=request.user)
    return page(
        request,
        "person",
        status=403 if stale else 200,
        title="Registerutdrag",
        section="registry",
        form=form,
        found=found,
        draft_notice=extract.DRAFT_NOTICE,
        stale=stale,
        errors_present=bool(form.errors),
    )


# A form older than its token comes back with what was written in it.
person.shown_again = partial(person, stale=True)
