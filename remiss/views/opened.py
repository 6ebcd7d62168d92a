"""A draft opened in this session, with what its pages share."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from remiss.exports.sections import Plan
from remiss.models import MUNICIPAL, Draft, DraftPart, Kind, Response
from remiss.models.draft import BEHIND, FILES, REST, WHO, area_key
from remiss.swedish import swedish_day_time
from remiss.views import holding
from remiss.views.errors import SessionLost
from remiss.views.reading import page


@dataclass(frozen=True)
class Task:
    """One line of the task list."""

    url: str
    label: str
    status: str = ""
    tag: str = ""
    hint: str = ""


class Held:
    """What this session holds of one answer: its draft, or what was sent in when that is gone."""

    def __init__(self, request, holder: Draft | Response, at: datetime):
        self.request, self.holder, self.at = request, holder, at
        self.consultation = holder.consultation
        self.consultation.at = at

    @property
    def response(self) -> Response | None:
        """What has been sent in."""
        received = Response.objects.select_related(
            "latest__plan_version", "consultation", "contact"
        )
        return received.filter(public_id=self.holder.public_id).first()

    @property
    def own_timing(self):
        own = self.holder.own_last_day
        if not own or own <= self.consultation.last_day:
            return None
        return self.consultation.timing(self.at, own)

    @property
    def may_send(self) -> bool:
        return self.consultation.is_open_for(self.at, self.holder.own_last_day)

    @property
    def email(self) -> str:
        return self.response.email

    def url(self, name: str, *args) -> str:
        return reverse(f"remiss:{name}", args=[self.holder.public_id, *args])

    def page(self, template: str, *, status: int = 200, **context):
        context = {
            "draft": self.holder,
            "own_timing": self.own_timing,
            "can_change": False,
        } | context
        return page(
            self.request, template, self.consultation, section="answer", status=status, **context
        )


class Opened(Held):
    """A draft opened in this session. Raises SessionLost when it is not."""

    def __init__(self, request, public_id):
        self.draft, at = holding.held_draft(request, public_id)
        super().__init__(request, self.draft, at)
        self.plan = Plan(self.draft.plan_version)
        self.parts = self.draft.contents()

    @property
    def who(self) -> dict:
        return self.parts[WHO].content

    @property
    def kind(self) -> str:
        return self.who["kind"]

    @property
    def email(self) -> str:
        return self.draft.email

    @property
    def response(self) -> Response | None:
        return super().response if self.draft.round else None

    def slugs(self) -> list[tuple[str, str]]:
        """(word in an address, part key) of the parts with a text, in the order of the tasks."""
        areas = [(f"omrade-{area.number}", area_key(area.key)) for area in self.plan.areas]
        return [("uppgifter", WHO), ("bakom", BEHIND), *areas, ("ovrigt", REST)]

    def part_named(self, slug: str) -> DraftPart:
        """The part that a word in an address stands for. Raises Http404."""
        for each, key in self.slugs():
            if each == slug:
                return self.parts[key]
        raise Http404

    def slug_of(self, part: DraftPart) -> str:
        return next(slug for slug, key in self.slugs() if key == part.key)

    def edit_url(self, key: str) -> str:
        """Where the part with this key is written."""
        for part, area, _asked in self.plan.parts():
            if part == key and area:
                return self.url("answer_area", area.number)
        return self.url({WHO: "who", BEHIND: "behind", FILES: "files"}.get(key, "answer_rest"))

    def page(self, template: str, *, status: int = 200, response=None, **context):
        context = {
            "organisation": self.who.get("organisation", ""),
            "kept_until": self.consultation.kept_until(self.draft.own_last_day),
            "submission": response.latest if response else None,
            "can_change": self.may_send,
            **task_lists(self),
        } | context
        return super().page(template, status=status, **context)


def held(request, public_id) -> Held:
    """The draft, or what was sent in when the draft is gone. Raises SessionLost."""
    try:
        return Opened(request, public_id)
    except SessionLost:
        return Held(request, *holding.held_response(request, public_id))


def task_lists(opened: Opened) -> dict[str, list[Task]]:
    parts = opened.parts
    areas = [
        _part_task(opened.url("answer_area", area.number), str(area), parts[area_key(area.key)])
        for area in opened.plan.areas
    ]
    areas.append(
        _part_task(opened.url("answer_rest"), "Övriga synpunkter", parts[REST], optional=True)
    )
    areas.append(_files_task(opened))
    confirmed = ("Bekräftad", "done") if opened.draft.is_confirmed else ("Inte bekräftad", "wait")
    who = [
        _part_task(opened.url("who"), "Uppgifter om er", parts[WHO]),
        Task(opened.url("email"), "E-postadress", *confirmed),
    ]
    if opened.kind != Kind.PRIVATE:
        behind = _part_task(
            opened.url("behind"), behind_label(opened), parts[BEHIND], optional=True
        )
        who.insert(1, behind)
    return {
        "tasks_who": who,
        "tasks_areas": areas,
        "tasks_send": [
            Task(
                opened.url("check"),
                "Granska och skicka in",
                hint="Ni ser allt en gång till innan det skickas",
            )
        ],
    }


def behind_label(opened: "Opened") -> str:
    """What the page on who stands behind the answer is called for this kind of respondent."""
    return "Beslut om svaret" if opened.kind in MUNICIPAL else "Vilka som står bakom svaret"


def _part_task(url: str, label: str, part: DraftPart, *, optional=False) -> Task:
    begun = part.is_begun or part.is_done
    state = ("Valfritt", "no") if optional and not begun else _state(part)
    return Task(url, label, *state, hint=_last_saved(part))


def _files_task(opened: "Opened") -> Task:
    names = opened.parts[FILES].content.get("files", [])
    state = ("Valfritt", "no")
    if names:
        state = ("1 fil" if len(names) == 1 else f"{len(names)} filer", "done")
    return Task(opened.url("files"), "Bilagor", *state, hint=_last_saved(opened.parts[FILES]))


def _last_saved(part: DraftPart) -> str:
    """Who saved it last, and when; said once somebody has given a name to be known by."""
    if not part.saved_by or not part.saved_at:
        return ""
    year = timezone.localtime(part.saved_at).year
    return f"Sparat av {part.saved_by} {swedish_day_time(part.saved_at, this_year=year)}"


def _state(part) -> tuple[str, str]:
    if part.is_done:
        return "Klart", "done"
    return ("Påbörjat", "todo") if part.is_begun else ("Inte påbörjat", "no")
