"""Answering, one function a page: fetch, gate, form, verb, answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from remiss import crash, limits, links
from remiss.exports import sections
from remiss.exports.sections import Plan
from remiss.forms.answering import (
    EmailForm,
    SeenWhoForm,
    StartForm,
    SubmitForm,
    likely_meant,
    part_form,
    versions_seen,
)
from remiss.forms.backing import BehindForm
from remiss.forms.beside import WriterForm
from remiss.forms.fields import start_kind
from remiss.limits import TRAP_FIELD
from remiss.models import (
    MUNICIPAL,
    Conflict,
    ExtensionRequest,
    How,
    Kind,
    Response,
    with_scans,
)
from remiss.models.backing import backing_of
from remiss.models.draft import BEHIND, FILES, REST, WHO, LinkReplaced, SentMeanwhile, area_key
from remiss.swedish import swedish_day_time, swedish_time
from remiss.text import NOTICE_LENGTH
from remiss.views import errors, holding
from remiss.views.again import shown_again
from remiss.views.errors import SessionLost
from remiss.views.opened import Opened, behind_label, held
from remiss.views.reading import closed_page, newest_version, page, published
from remiss.views.rehearsing import rehearse
from remiss.views.written import behind_rows, who_rows
from remiss.workflow import answering

SUMMARY = "summary"  # the key of the question that asks for one, in a plan that does
FORM_METHODS = ["GET", "HEAD", "POST"]
SENT_MEANWHILE = (
    "Svaret skickades in medan ni skrev. Det ni nu har sparat är en ändring som inte är inskickad."
)


@shown_again
@require_http_methods(FORM_METHODS)
def begin(request, slug, *, stale=False):
    """The start form: who answers and where the link goes, nothing else."""
    consultation = published(slug)
    at = getattr(request, "received_at", None) or consultation.at
    if not consultation.is_open(at):
        return closed_page(
            request, consultation, at=at, status=403 if request.method == "POST" else 200
        )
    plan = Plan(newest_version(consultation))
    before = holding.who_before(request, request.GET.get("efter", ""))
    if before:
        before["kind"] = start_kind(before["kind"])
    initial = before | {"stamp": limits.stamp(at)}
    form = StartForm(request.POST or None, initial=initial)
    if request.method == "POST" and not stale and form.is_valid():
        network = limits.network(request)
        if not limits.allow(limits.STARTS_FROM_NETWORK, network, at):
            return errors.too_many(request)
        shown_at, once = limits.read_stamp(form.cleaned_data["stamp"])
        draft = answering.start(
            consultation=consultation,
            plan=plan,
            who=form.content(),
            email=form.cleaned_data["email"],
            once=once or limits.read_stamp(limits.stamp(at))[1],
            is_suspect=limits.looks_automatic(
                trap=form.cleaned_data[TRAP_FIELD], shown_at=shown_at, at=at
            ),
            by=holding.be_known_as(request, form.cleaned_data["contact_name"][:80]),
            at=at,
        )
        holding.hold(request, draft, at)
        if meant := likely_meant(draft.email):
            messages.info(request, f"Menade du {meant}? Adressen går att byta under E-postadress.")
        return redirect("remiss:tasks", draft.public_id)
    return page(
        request,
        "answering/begin.html",
        consultation,
        section="answer",
        status=403 if stale else 200,
        form=form,
        areas=plan.areas,
        stale=stale,
    )


def _lead(opened: Opened, response: Response | None) -> str:
    """Where the answer stands, in a sentence."""
    if response and not response.withdrawn_at:
        received = swedish_day_time(
            response.latest.received_at, this_year=opened.consultation.timing(opened.at).today.year
        )
        last = opened.own_timing or opened.consultation.timing(opened.at)
        sent = f"Svaret är inskickat {received}, referens {response.reference}."
        if any(part.version != part.sent_version for part in opened.parts.values()):
            sent += " Ni har ändringar som inte är inskickade."
        may = opened.draft.may_start_or_send(opened.at)
        return f"{sent} Ni kan ändra det till och med {last.short_day}." if may else sent
    if response:
        return "Ni har tagit tillbaka svaret. Ni kan ändra det och skicka in på nytt."
    areas = [opened.parts[area_key(area.key)] for area in opened.plan.areas]
    done = sum(part.is_done for part in areas)
    if done == len(areas):
        return f"Alla {_word(done)} områden är klara."
    if done:
        verb = "är klart" if done == 1 else "är klara"
        return (
            f"{_word(done).capitalize()} av {_word(len(areas))} områden {verb}. "
            "Ni väljer själva hur många ni svarar om – ett räcker."
        )
    if any(part.is_begun for part in areas) or opened.parts[REST].is_begun:
        return "Ni har börjat skriva. Ni väljer själva hur många områden ni svarar om – ett räcker."
    return "Ni har inte skrivit något än. Börja med det område ni kan bäst."


def _word(number: int) -> str:
    words = ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio")
    return words[number] if number < len(words) else str(number)


@shown_again
@require_http_methods(FORM_METHODS)
def tasks(request, public_id, *, stale=False):
    """Ert svar: the parts, how to come back, and the name to be known by."""
    opened = held(request, public_id)
    if not isinstance(opened, Opened):
        return redirect("remiss:receipt", public_id)
    form = WriterForm(request.POST or None, initial={"name": holding.editor(request).name})
    if request.method == "POST" and not stale and form.is_valid():
        holding.be_known_as(request, form.cleaned_data["name"])
        messages.success(request, "Namnet står vid det du sparar från och med nu.")
        return redirect("remiss:tasks", public_id)
    response = opened.response
    confirmed_now = request.session.get("confirmed") == public_id
    if confirmed_now:
        del request.session["confirmed"]
    return opened.page(
        "answering/tasks.html",
        status=403 if stale else 200,
        response=response,
        lead=_lead(opened, response),
        link=links.link_on_page(opened.draft),
        confirmed_now=confirmed_now,
        asked=ExtensionRequest.objects.of(public_id).first(),
        invitation=opened.draft.invitation if opened.draft.invitation_id else None,
        form=form,
        unsent=_has_unsent(opened),
        stale=stale,
    )


def _has_unsent(opened: Opened) -> bool:
    return any(part.version != part.sent_version for part in opened.parts.values())


def _initial(opened: Opened, part) -> dict:
    return part.content | {"seen": part.version, "round": opened.draft.round}


@shown_again
@require_http_methods(FORM_METHODS)
def who(request, public_id, *, stale=False):
    opened = Opened(request, public_id)
    part = opened.parts[WHO]
    form = SeenWhoForm(request.POST or None, initial=_initial(opened, part))
    saved = "Uppgifterna om er är sparade."
    return _edit(opened, part, form, "answering/who.html", saved=saved, stale=stale)


@shown_again
@require_http_methods(FORM_METHODS)
def behind(request, public_id, *, stale=False):
    """Who stands behind the answer; a private person answers for nobody else."""
    opened = Opened(request, public_id)
    if opened.kind == Kind.PRIVATE:
        raise Http404
    part = opened.parts[BEHIND]
    timing = opened.consultation.timing(opened.at)
    form = BehindForm(
        request.POST or None,
        initial=_initial(opened, part),
        kind=opened.kind,
        today=timing.today,
        last_day=timing.last_day,
    )
    label = behind_label(opened)
    return _edit(
        opened,
        part,
        form,
        "answering/behind.html",
        saved=f"{label}: det ni skrev är sparat.",
        stale=stale,
        label=label,
        municipal=opened.kind in MUNICIPAL,
    )


@shown_again
@require_http_methods(FORM_METHODS)
def answer_area(request, public_id, number, *, stale=False):
    opened = Opened(request, public_id)
    area = next((area for area in opened.plan.areas if area.number == number), None)
    if area is None:
        raise Http404
    part = opened.parts[area_key(area.key)]
    form = part_form(
        opened.plan,
        area,
        data=request.POST or None,
        initial=_initial(opened, part),
    )
    return _edit(
        opened,
        part,
        form,
        "answering/area.html",
        saved=f"Område {number} är sparat.",
        stale=stale,
        area=area,
        areas=opened.plan.areas,
        municipal=opened.who.get("kind") in MUNICIPAL,
    )


@shown_again
@require_http_methods(FORM_METHODS)
def answer_rest(request, public_id, *, stale=False):
    opened = Opened(request, public_id)
    part = opened.parts[REST]
    form = part_form(
        opened.plan,
        None,
        data=request.POST or None,
        initial=_initial(opened, part),
    )
    saved = "Övriga synpunkter är sparade."
    return _edit(opened, part, form, "answering/rest.html", saved=saved, stale=stale)


def _edit(opened: Opened, part, form, template: str, *, saved: str, stale: bool, **context):
    """Show or save one part; a stale save comes back with both texts (ux.md section 6)."""
    request, conflict = opened.request, None
    if request.method == "POST" and "X-Autosave" in request.headers and not stale:
        return _autosave(opened, part, form)
    action = request.POST.get("action", "")
    back = opened.url("check" if request.GET.get("fran") == "granska" else "tasks")
    if request.method == "POST" and not stale:
        if action == "theirs":
            messages.info(request, "Den andra texten gäller. Er text finns kvar i historiken.")
            return redirect(back)
        if form.is_valid():
            is_done = part.is_done if action == "mine" else action != "later"
            try:
                answering.save_part(
                    draft=opened.draft,
                    key=part.key,
                    content=form.content(),
                    is_done=is_done,
                    seen=form.cleaned_data["seen"],
                    by=holding.editor(request),
                    at=opened.at,
                )
            except Conflict as found:
                conflict = found.part
                _show_other(form, conflict)
            except LinkReplaced as replaced:
                raise SessionLost from replaced
            else:
                messages.success(request, saved)
                if form.cleaned_data["round"] not in {opened.draft.round, -1}:
                    messages.info(request, SENT_MEANWHILE)
                return redirect(back)
        form.forget_personal_numbers()
    status = 403 if stale else 409 if conflict else 200
    return opened.page(
        template,
        status=status,
        response=opened.response,
        form=form,
        stale=stale,
        conflict=conflict,
        history=opened.url("history", opened.slug_of(part)) if part.version else "",
        part=part,
        **context,
    )


def _autosave(opened: Opened, part, form) -> HttpResponse:
    """One line of text about what was kept, and in X-Seen the version to go on from.

    What cannot be kept of a form does not stand in the way of the rest; klart is never marked.
    """
    form.is_valid()
    try:
        version = answering.save_part(
            draft=opened.draft,
            key=part.key,
            content=form.content_where_valid(part.content),
            is_done=part.is_done,
            seen=form.cleaned_data["seen"],
            by=holding.editor(opened.request),
            at=opened.at,
            how=How.AUTO,
            round_seen=form.cleaned_data["round"],
        )
    except Conflict:
        return errors.line(409, "Någon annan har sparat det här. Tryck på Spara så får ni jämföra.")
    except SentMeanwhile:
        return errors.line(409, "Svaret är redan inskickat. Tryck på Spara om ni vill ändra det.")
    except LinkReplaced as replaced:
        raise SessionLost from replaced
    wrong = [message for messages_ in form.errors.values() for message in messages_]
    if wrong:
        said = errors.line(422, f"Inte allt är sparat. {wrong[0]}")
    else:
        said = errors.line(200, f"Utkastet sparades kl. {swedish_time(opened.at)}.")
    said["X-Seen"] = str(version)
    return said


def _show_other(form, current) -> None:
    """Put the other text beside each field that differs, and let the next save be seen from it."""
    form.data = form.data.copy()
    form.data["seen"] = str(current.version)
    mine = form.content()
    for name, theirs in current.content.items():
        if name in form.fields and mine.get(name) != theirs:
            form.fields[name].other_text = _as_read(form.fields[name], theirs)


def _as_read(field, value) -> str:
    """A value in the words of its field: the label of a choice, yes or no, or the text itself."""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    for choice, label in getattr(field, "choices", []):
        options = label if isinstance(label, list | tuple) else [(choice, label)]
        for each, words in options:
            if each == value:
                return str(words)
    return value


@shown_again
@require_http_methods(FORM_METHODS)
def email(request, public_id, *, stale=False):
    """Send the link again, or move the answer to another address."""
    opened = Opened(request, public_id)
    action = request.POST.get("action")
    if request.method == "POST" and not stale and action == "resend":
        answering.resend_link(draft=opened.draft, at=opened.at)
        messages.success(request, f"Vi mejlar länken till {opened.draft.email} igen.")
        return redirect("remiss:tasks", public_id)
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not stale and form.is_valid():
        if not limits.allow(limits.LINKS_FROM_NETWORK, limits.network(request), opened.at):
            return errors.too_many(request)
        try:
            answering.change_email(
                draft=opened.draft, email=form.cleaned_data["email"], at=opened.at
            )
        except LinkReplaced as replaced:
            raise SessionLost from replaced
        holding.hold(request, opened.draft, opened.at)
        messages.success(request, f"Vi har mejlat en ny länk till {opened.draft.email}.")
        return redirect("remiss:tasks", public_id)
    return opened.page("answering/email.html", status=403 if stale else 200, form=form, stale=stale)


@require_safe
def download_draft(request, public_id):
    """The draft as plain text, for the board's papers or for safety; also after the last day."""
    opened = Opened(request, public_id)
    contents = {key: part.content for key, part in opened.parts.items()}
    text = render_to_string(
        "answering/draft.txt",
        {
            "consultation": opened.consultation,
            "organisation": opened.who.get("organisation", ""),
            "fetched": swedish_day_time(opened.at, this_year=None),
            "sections": sections.of_contents(opened.plan, contents),
            "label": behind_label(opened),
            "backing": _behind_rows(opened),
            "files": opened.draft.files.all(),
        },
    )
    # Line ends as Notepad has them, and a mark that says that this is UTF-8.
    response = HttpResponse(
        "\ufeff" + text.replace("\n", "\r\n"), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="utkast.txt"'
    return response


@shown_again
@require_http_methods(FORM_METHODS)
def check(request, public_id, *, stale=False):
    """Granska: everything once more, and the button that sends it in."""
    opened = Opened(request, public_id)
    if request.method != "POST" or stale:
        return _check_page(opened, stale=stale)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _check_page(opened, moved=True)
    try:
        answering.submit(
            draft=opened.draft,
            seen=form.cleaned_data["round"],
            versions=form.seen_versions(),
            at=opened.at,
        )
    except answering.Closed:
        return closed_page(
            request, opened.consultation, at=opened.at, status=403, draft=opened.draft, returned=[]
        )
    except (answering.Moved, answering.AlreadySent):
        return _check_page(Opened(request, public_id), moved=True)
    except answering.Empty:
        return _check_page(opened)
    crash.point("after_commit")
    return redirect("remiss:receipt", public_id)


def _check_page(opened: Opened, *, moved=False, stale=False):
    contents = {key: part.content for key, part in opened.parts.items()}
    shown = sections.of_contents(opened.plan, contents)
    files = with_scans(opened.draft.files.all()) if contents[FILES] else []
    _answer, looking = rehearse(opened)
    form = SubmitForm(
        initial={"round": opened.draft.round, "versions": versions_seen(opened.parts)}
    )
    return opened.page(
        "answering/check.html",
        status=403 if stale else 409 if moved else 200,
        response=opened.response,
        form=form,
        rows=_who_rows(opened),
        behind_label=behind_label(opened),
        behind_rows=_behind_rows(opened),
        has_behind=opened.kind != Kind.PRIVATE,
        files=files,
        sections=[_changeable(opened, section) for section in shown],
        sendable=bool(files) or any(not section.is_empty for section in shown),
        notices=_notices(shown, has_summary=bool(contents[REST].get(SUMMARY))),
        looks=looking.looks,
        moved=moved,
        stale=stale,
    )


def _changeable(opened: Opened, section) -> dict:
    if section.area:
        url, about = opened.url("answer_area", section.area.number), section.area.heading
    else:
        url, about = opened.url("answer_rest"), "hela planen"
    hint = f"om {about}" if section.is_empty else f"svaret om {about}"
    return {
        "heading": section.heading,
        "url": f"{url}?fran=granska",
        "change_hint": hint,
        "stance": section.stance,
        "rows": section.rows,
        "is_empty": section.is_empty,
        "is_area": section.is_area,
        "is_whole": section.is_whole,
    }


def _who_rows(opened: Opened) -> list[tuple[str, str]]:
    *rows, hidden_name = who_rows(opened.who)
    rows += [("E-post (publiceras inte)", opened.draft.email), hidden_name]
    return [(label, text) for label, text in rows if text]


def _behind_rows(opened: Opened) -> list[tuple[str, str]]:
    backing = backing_of(opened.who, opened.parts[BEHIND].content)
    rows = behind_rows(opened, backing)
    if backing.copy_email:
        rows.append(("Kvittot går också till (publiceras inte)", backing.copy_email))
    return rows


def _notices(shown, *, has_summary: bool) -> list[str]:
    advice = "" if has_summary else ", men lägg gärna till en sammanfattning"
    return [
        f"{section.heading}: svaret på ”{label}” är längre än 10\u00a0000 tecken. "
        f"Det går bra{advice}."
        for section in shown
        for label, text in section.rows
        if len(text) > NOTICE_LENGTH
    ]
