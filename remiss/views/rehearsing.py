"""The answer as it will be published, shown to those who write it before they send it in."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from remiss.exports import published
from remiss.exports.published import Piece, Place, PublishedAnswer
from remiss.models import Finding
from remiss.models.backing import backing_of
from remiss.models.draft import BEHIND, FILES, LinkReplaced
from remiss.swedish import swedish_day
from remiss.text import find_personal_data
from remiss.views.again import shown_again
from remiss.views.errors import SessionLost
from remiss.views.opened import Opened
from remiss.workflow import accepting


@dataclass(frozen=True)
class Look:
    """Words worth a second look before they are public."""

    number: int
    what: str
    words: str
    place: Place
    url: str
    mark: str


class Looking:
    """Cuts texts where there is something to look at, and gathers it in the order of the page."""

    def __init__(self, opened: Opened):
        self.opened = opened
        self.looks: list[Look] = []
        self.standing: dict[str, list[str]] = {}  # part key → marks, accepted ones too

    def __call__(self, place: Place, text: str) -> list[Piece]:
        pieces, reached = [], 0
        for found in find_personal_data(text):
            mark = self.opened.draft.mark_of(place.part, place.question, found.text)
            self.standing.setdefault(place.part, []).append(mark)
            if self.opened.draft.has_accepted(place.part, mark):
                continue
            look = self._look(str(Finding.Kind(found.kind.value).label), found.text, place, mark)
            pieces += [
                Piece(text[reached : found.start]),
                Piece(found.text, note=look.what.lower(), number=look.number),
            ]
            reached = found.end
        return [piece for piece in [*pieces, Piece(text[reached:])] if piece.text]

    def _look(self, what: str, words: str, place: Place, mark: str) -> Look:
        field = "" if place.part == FILES else f"#id_{place.question}"
        url = f"{self.opened.edit_url(place.part)}?fran=granska{field}"
        self.looks.append(Look(len(self.looks) + 1, what, words, place, url, mark))
        return self.looks[-1]


def rehearse(opened: Opened) -> tuple[PublishedAnswer, Looking]:
    """The draft as it would be published now, and what to look at in it."""
    looking = Looking(opened)
    contents = {key: part.content for key, part in opened.parts.items()}
    backing = backing_of(opened.who, contents[BEHIND])
    answer = published.of_contents(
        opened.plan,
        contents,
        kind=opened.kind,
        organisation=opened.who["organisation"],
        hide_name=opened.who["hide_name"],
        cosignatories=[name for name, _number in backing.cosignatories],
        files=[file.name for file in opened.draft.files.all()] if contents[FILES] else [],
        when=_when(opened),
        pieces=looking,
    )
    return answer, looking


def _when(opened: Opened) -> str:
    if response := opened.response:
        year = opened.consultation.timing(opened.at).today.year
        day = swedish_day(timezone.localdate(response.latest.received_at), this_year=year)
        return f"Senast inskickat {day}. Referens {response.reference}."
    return "Här kommer dagen då svaret skickades in, och en referens."


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
def rehearsal(request, public_id, *, stale=False):
    """Så visas svaret; POST says that some words are right as they stand."""
    opened = Opened(request, public_id)
    answer, looking = rehearse(opened)
    if request.method == "POST" and not stale:
        return _accepted(opened, looking, request.POST.get("mark", ""))
    return opened.page(
        "answering/rehearsal.html",
        status=403 if stale else 200,
        response=opened.response,
        answer=answer,
        looks=looking.looks,
        stale=stale,
    )


def _accepted(opened: Opened, looking: Looking, mark: str):
    """Back to the page; what is no longer in the text needs no word."""
    look = next((each for each in looking.looks if each.mark == mark), None)
    if look is None:
        messages.info(opened.request, "Den uppgiften finns inte kvar i texten.")
        return redirect("remiss:rehearsal", opened.draft.public_id)
    try:
        accepting.accept(
            draft=opened.draft,
            part=look.place.part,
            mark=mark,
            standing=looking.standing[look.place.part],
        )
    except LinkReplaced as replaced:
        raise SessionLost from replaced
    messages.success(opened.request, f"{look.what}: vi frågar inte om det igen.")
    return redirect("remiss:rehearsal", opened.draft.public_id)
