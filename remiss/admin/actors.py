"""The actors that answers name, area by area, and spellings that are joined by hand."""

from contextlib import ExitStack
from functools import partial
from tempfile import TemporaryFile

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from remiss.admin import scopes
from remiss.admin.gates import moment, needs, page
from remiss.exports import files
from remiss.exports.sheets import Column, Sheet
from remiss.exports.tables import snapshot, swedish_stamp
from remiss.models import Consultation, PriorityArea
from remiss.text.alike import likely_variants
from remiss.workflow import actors as workflow
from remiss.workflow import recording

MOST_SUGGESTED = 20
MOST_CHOSEN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def urls(site) -> list:
    def at(route, view, url_name):
        return path(route, site.admin_view(view), name=url_name)

    return [
        at("aktorer/", actors, "actors"),
        at("aktorer/xlsx/", actors_xlsx, "actors_xlsx"),
    ]


@needs("remiss.view_theme")
def actors(request, *, stale=False, moved=None):
    """GET shows the actors of an area, or asks about those in ?aktor=; POST joins or takes out."""
    consultation = Consultation.objects.current()
    areas = areas_of(consultation)
    found = workflow.in_areas(consultation, request.user) if consultation else {}
    data = request.POST if request.method == "POST" else request.GET
    area = next((each for each in areas if each.key == data.get("omrade")), None)
    area = area or next((each for each in areas if found.get(each.key)), None)
    here = found.get(area.key, []) if area else []
    by_key = {actor.key: actor for actor in here}
    # A spelling that has been joined since the page was shown leads to what it is part of now.
    by_spelling = {variant: actor for actor in here for variant, _written in actor.variants}
    by_spelling |= by_key
    keys = [key for key in data.getlist("aktor")[:MOST_CHOSEN] if key in by_spelling]
    chosen = [by_spelling[key] for key in keys]
    chosen = list({actor.key: actor for actor in chosen}.values())
    may_join = request.user.has_perm("remiss.place_passage")
    name = data.get("annat", "").strip() or data.get("namn", "").strip()
    refusal = moved(chosen, name) if moved else ""
    if request.method == "POST":
        if not may_join:
            raise PermissionDenied
        if consultation is None:
            return redirect("admin:actors")
    if request.method == "POST" and not stale and not moved:
        if "variant" in request.POST:
            return _take_out(request, consultation, area)
        try:
            workflow.join(
                consultation=consultation,
                keys=keys,
                name=name,
                seen=request.POST.get("sett", ""),
                at=moment(request),
                by=request.user,
            )
        except workflow.ActorsMoved:
            return actors(request, moved=_moved)  # as they stand now
        except ValueError as sentence:
            refusal = str(sentence)
        else:
            messages.success(request, f"De {len(chosen)} skrivsätten visas nu som {name}.")
            return redirect(_address(area))
    asks = may_join and "aktor" in data
    if asks and len(chosen) < 2:
        asks, refusal = False, refusal or "Kryssa för minst två skrivsätt att slå ihop."
    names = list(dict.fromkeys(actor.name for actor in chosen))
    seen = workflow.standing(consultation, [actor.key for actor in chosen]) if asks else ""
    if stale and asks and seen != data.get("sett"):
        refusal = _moved(chosen, name)
    likely = [] if asks or not may_join else likely_variants(by_key)
    return page(
        request,
        "actors_join" if asks else "actors",
        status=403 if stale else 409 if moved else 200,
        title="Slå ihop skrivsätt" if asks else "Aktörer",
        section="actors",
        hidden_answers=scopes.hidden(request.user, consultation),
        areas=[(each, len(found.get(each.key, []))) for each in areas],
        area=area,
        actors=here,
        chosen=chosen,
        typed="" if name in names else name,
        picked=name,
        names=names,
        seen=seen,
        likely=[(by_key[one], by_key[other]) for one, other in likely[:MOST_SUGGESTED]],
        may_join=may_join,
        may_export=request.user.has_perm("remiss.export_response"),
        refusal=refusal,
        stale=stale,
        errors_present=bool(refusal),
        back=_address(area),
    )


# A form older than its token comes back with the name that was written in it.
actors.shown_again = partial(actors, stale=True)


def areas_of(consultation: Consultation | None) -> list[PriorityArea]:
    """As the newest version of the plan has them; those that only older versions have come last."""
    if consultation is None:
        return []
    rows = PriorityArea.objects.filter(version__consultation=consultation)
    found: dict[str, PriorityArea] = {}
    for area in rows.order_by("-version__number", "number"):
        found.setdefault(area.key, area)
    return list(found.values())


def _address(area: PriorityArea | None) -> str:
    address = reverse("admin:actors")
    return f"{address}?{urlencode({'omrade': area.key})}" if area else address


def _moved(chosen: list[workflow.Actor], name: str) -> str:
    """What stands now and what was wanted."""
    stands = ", ".join(actor.name for actor in chosen)
    return (
        "Någon annan har slagit ihop eller tagit ut några av skrivsätten sedan sidan visades. "
        f"Ingenting är ändrat. Du ville visa dem som {name}. Nu visas de som {stands}."
    )


def _taken_out_of_another(_chosen, _name) -> str:
    return (
        "Någon annan har slagit ihop skrivsättet med en annan aktör sedan sidan visades. "
        "Ingenting är ändrat. Listan visar hur det står nu."
    )


def _take_out(request, consultation: Consultation, area: PriorityArea | None):
    try:
        name = workflow.take_out(
            consultation=consultation,
            variant=request.POST["variant"],
            out_of=request.POST.get("ur", ""),
            at=moment(request),
            by=request.user,
        )
    except workflow.ActorsMoved:
        return actors(request, moved=_taken_out_of_another)
    if name:
        messages.success(request, f"Skrivsättet står för sig igen och hör inte längre till {name}.")
    else:
        messages.error(request, "Skrivsättet stod redan för sig. Ingenting är ändrat.")
    return redirect(_address(area))


@needs("remiss.export_response", methods=("POST",))
def actors_xlsx(request):
    """The actors of all areas as a file, logged before a byte of it is sent."""
    consultation = get_object_or_404(
        Consultation, pk=getattr(Consultation.objects.current(), "pk", None)
    )
    at = moment(request)
    with ExitStack() as opened:
        target = opened.enter_context(TemporaryFile())
        with snapshot():
            found = workflow.in_areas(consultation, request.user)
            headings = {area.key: area.heading for area in areas_of(consultation)}
            listed = [
                (heading, actor)
                for key, heading in headings.items()
                for actor in found.get(key, [])
            ]
            responses = {response.pk for _heading, actor in listed for response in actor.responses}
            files.write_xlsx(
                target,
                [SHEET],
                ((0, _row(heading, actor)) for heading, actor in listed),
                long_texts=[],
                about=[
                    ("Vad", "Aktörer som nämns i svaren, område för område"),
                    ("Remiss", consultation.title),
                    ("Urval", "Svar som räknas, i sin senaste version"),
                    ("Gjord", swedish_stamp(at)),
                ],
                made_at=at,
            )
            recording.exported(
                consultation=consultation,
                count=len(responses),
                form="lista över aktörer (xlsx)",
                reason="",
                at=at,
                by=request.user,
            )
        opened.pop_all()  # closed by the response, when it has been sent
    target.seek(0)
    name = f"aktorer-{consultation.slug}-{timezone.localdate(at)}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


SHEET = Sheet(
    "Aktörer",
    [
        Column("Område", 32),
        Column("Aktör", 40),
        Column("Antal svar", 12),
        Column("Skrivs också", 40),
        Column("Nämns av", 50),
        Column("Referenser", 24),
    ],
    kept=2,
)


def _row(heading: str, actor: workflow.Actor) -> list:
    also = [written for _key, written in actor.joined]
    references = [response.reference for response in actor.responses]
    cells = ["\n".join(also), "\n".join(actor.organisations), "\n".join(references)]
    return [
        heading,
        actor.name,
        actor.count,
        *(files.cut(cell, files.CELL_LIMIT) for cell in cells),
    ]
