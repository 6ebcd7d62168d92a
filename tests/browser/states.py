"""Every state a public page can be in, and how to get there; test_axe.py checks the list."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import docx
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.urls import reverse

from remiss import limits, links
from remiss.models import (
    Conflict,
    Consultation,
    Correction,
    Draft,
    ExtensionRequest,
    Invitation,
    Submission,
)
from remiss.questionnaire import writing
from remiss.questionnaire.places import file_key
from remiss.views import reading
from remiss.workflow import answering, wording
from tests.browser.conftest import BEFORE_OPENING, Portal, paste
from tests.factories import (
    KIM,
    NOON,
    add_file,
    area_key,
    ask_for_time,
    days,
    plan_of,
    save,
    send_in,
)

LAST_WEEK = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
LAST_DAY = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
CLOSED = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)

AREAS = ["young-health", "equal-leisure", "city-life", "participation"]
CITY = area_key("city-life")
ADDRESS = "sekreterare@tegelbacken.example"
LONG_WORD = "Handlingsplansremissynpunktssammanställningsbilaga"
TEXT = f"Öppna skolornas aulor på kvällarna.\n\n• {LONG_WORD}\n• https://exempel.se/{'a' * 90}"
ANSWER = {"stance": "supports_with_conditions", "how": TEXT, "actors": "Stadsbiblioteket\nPark"}

ANSWERED_AUTOSAVE = """
const asked = window.fetch;
window.fetch = (url, options) => options?.headers?.['X-Autosave']
    ? Promise.resolve(new Response('Utkastet sparades kl. 12.00.', {
        headers: { 'Content-Type': 'text/plain', 'X-Seen': '1' } }))
    : asked(url, options);
"""

STATES = []


@dataclass(frozen=True)
class State:
    name: str
    url: str  # the URL name that the state belongs to, or the error page
    shows: str  # words that only this state has
    reach: callable

    def __str__(self):
        return self.name


def state(name, url, shows):
    def add(reach):
        STATES.append(State(name, url, shows, reach))
        return reach

    return add


@dataclass
class Stage:
    """What a state is made with."""

    portal: Portal
    page: object
    patch: object
    settings: object

    def __post_init__(self):
        # A page that stands open while it is looked at saves by itself, and once more as it is
        # closed: the line is shown, and no row is touched behind the back of the test.
        self.page.add_init_script(ANSWERED_AUTOSAVE)

    def reach(self, wanted):
        wanted.reach(self)
        self.page.wait_for_load_state()  # the script has set the focus by then
        shown = " ".join(self.page.locator("body").inner_text().split())
        assert wanted.shows in shown, shown[:1_000]
        return self.page

    def go(self, name, *args):
        self.page.goto(self.portal.path(name, *args))

    def read(self, name, *args):
        self.page.goto(self.portal.plan_path(name, *args))

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def lose_token(self):
        self.page.context.clear_cookies(name="csrftoken")

    def draft(self, *, confirmed=False, held=True, **kwargs):
        draft = self.portal.draft(**kwargs)
        if confirmed:
            answering.confirm(holder=draft, at=self.portal.moment)
        if held:
            self.portal.hold(self.page, draft)
        return draft

    def sent(self, *, confirmed=True):
        draft = self.draft(confirmed=confirmed, texts={CITY: ANSWER, "rest": {"missing": TEXT}})
        send_in(draft=draft, at=self.portal.moment)
        draft.refresh_from_db()
        return draft

    def invitation(self):
        return self.portal.invitation(name=f"{LONG_WORD} krets")

    def open_invitation(self, invitation=None):
        key = links.make_key(invitation or self.invitation(), purpose=links.TO_BODY)
        self.go("open_invitation", key)

    def decline(self, reason):
        self.open_invitation()
        self.press("Öppna inbjudan")
        self.page.get_by_role("link", name="Vi avstår från att svara").click()
        paste(self.page.get_by_label("Vill ni säga varför?"), reason)
        self.press("Ja, vi avstår")

    def open(self, name, draft, *args):
        self.go(name, draft.public_id, *args)

    def breaks(self, error):
        """Let the next page that looks for the current remiss meet `error`."""

        def broken():
            raise error

        self.patch.setattr(reading, "_current_or_none", broken)


# Reading


def _start_at(name, moment, shows):
    @state(f"start {name}", "start", shows)
    def reach(stage):
        stage.portal.set_clock(moment)
        stage.read("start")


_start_at("before", BEFORE_OPENING, "Inte öppen än")
_start_at("open", datetime(2026, 11, 12, 11, 0, tzinfo=UTC), "18 dagar kvar")
_start_at("last week", LAST_WEEK, "5 dagar kvar")
_start_at("last day", LAST_DAY, "Sista dagen")
_start_at("closed", CLOSED, "Remissen är stängd")


@state("no consultation", "home", "Det finns ingen remiss just nu")
def _(stage):
    Consultation.objects.update(is_published=False)
    stage.go("home")


@state("plan", "plan", "Skriv ut planen")
def _(stage):
    stage.read("plan")


@state("plan with corrections", "plan", "Rättat i planen")
def _(stage):
    version = stage.portal.consultation.versions.get()
    Correction.objects.create(version=version, at=stage.portal.moment, note="Ett årtal var fel.")
    stage.read("plan")


@state("worksheet", "worksheet", "Vad tycker vi om det?")
def _(stage):
    stage.read("worksheet")


def _area(number):
    @state(f"area {number}", "area", f"Område {number} av 4")
    def reach(stage):
        version = stage.portal.consultation.versions.get()
        stage.read("area", version.areas.get(number=number).slug)


for _number in range(1, 5):
    _area(_number)


@state("area closed", "area", "Det här händer nu")
def _(stage):
    stage.portal.set_clock(CLOSED)
    stage.read("area", "stadsliv-allmanna-platser-och-lokaler")


@state("area before", "area", "Remissen öppnar måndag 12 oktober")
def _(stage):
    stage.portal.set_clock(BEFORE_OPENING)
    stage.read("area", "stadsliv-allmanna-platser-och-lokaler")


@state("closed", "closed", "Hann ni inte skicka in?")
def _(stage):
    stage.portal.set_clock(CLOSED)
    stage.read("closed")


@state("not open yet", "begin", "Remissen har inte öppnat")
def _(stage):
    stage.portal.set_clock(BEFORE_OPENING)
    stage.read("begin")


@state("results", "results", "Vad som publiceras")
def _(stage):
    stage.read("results")


@state("about", "about", "Om remissen")
def _(stage):
    stage.go("about")


@state("contact", "contact", "samordnarna@malmoandan.example")
def _(stage):
    stage.go("contact")


@state("privacy", "privacy", "Personuppgifter")
def _(stage):
    stage.go("privacy")


@state("accessibility", "accessibility", "Berätta om brister")
def _(stage):
    stage.go("accessibility")


@state("accessibility errors", "accessibility", "Skriv vad som inte fungerar.")
def _(stage):
    stage.go("accessibility")
    stage.page.get_by_label("E-postadress").fill("fel@")
    stage.press("Skicka")


@state("accessibility sent", "accessibility", "Tack, vi har tagit emot det ni skrev")
def _(stage):
    stage.go("accessibility")
    stage.page.get_by_label("Vad fungerar inte?").fill("Knappen syns inte.")
    stage.press("Skicka")


# Starting and finding the way back


def _fill_begin(stage):
    stage.page.get_by_label("Organisationens namn").fill("Tegelbackens kulturförening")
    stage.page.get_by_label("Ditt namn").fill("Robin Exempel")


@state("begin", "begin", "Ni behöver inget konto.")
def _(stage):
    stage.read("begin")


@state("begin errors", "begin", "Tre uppgifter behöver rättas")
def _(stage):
    stage.read("begin")
    stage.press("Börja svara")


@state("begin stale", "begin", "Sidan har varit öppen länge")
def _(stage):
    stage.read("begin")
    _fill_begin(stage)
    stage.lose_token()
    stage.press("Börja svara")


@state("begin too late", "begin", "Det ni skrev är inte sparat hos oss.")
def _(stage):
    stage.read("begin")
    _fill_begin(stage)
    stage.portal.set_clock(CLOSED)
    stage.press("Börja svara")


@state("find link", "find_link", "Mejla länken")
def _(stage):
    stage.go("find_link")


@state("find link errors", "find_link", "Skriv e-postadressen.")
def _(stage):
    stage.go("find_link")
    stage.press("Mejla länken")


@state("find link sent", "find_link", "Titta i inkorgen")
def _(stage):
    stage.go("find_link")
    stage.page.get_by_label("E-postadress").fill(ADDRESS)
    stage.press("Mejla länken")


@state("link from the mail", "open_link", "Bekräfta och fortsätt")
def _(stage):
    stage.go("open_link", links.make_key(stage.draft(held=False), purpose=links.FROM_MAIL))


@state("link from the page", "open_link", "Öppna svaret")
def _(stage):
    stage.go("open_link", links.make_key(stage.draft(held=False), purpose=links.FROM_PAGE))


# The task list, and the pages about who answers


@state("tasks empty", "tasks", "Ni har inte skrivit något än.")
def _(stage):
    stage.open("tasks", stage.draft())


@state("tasks begun", "tasks", "Ett av fyra områden är klart.")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    save(draft=draft, key="rest", is_done=False, missing=TEXT)
    stage.open("tasks", draft)


@state("tasks all done", "tasks", "Alla fyra områden är klara.")
def _(stage):
    stage.open("tasks", stage.draft(confirmed=True, texts={area_key(key): ANSWER for key in AREAS}))


@state("tasks confirmed now", "tasks", "E-postadressen är bekräftad.")
def _(stage):
    stage.go("open_link", links.make_key(stage.draft(held=False), purpose=links.FROM_MAIL))
    stage.press("Bekräfta och fortsätt")


@state("tasks saved", "tasks", "Område 3 är sparat.")
def _(stage):
    stage.open("answer_area", stage.draft(), 3)
    stage.press("Spara och fortsätt senare")


@state("tasks sent", "tasks", "Svaret är inskickat")
def _(stage):
    stage.open("tasks", stage.sent())


@state("tasks with unsent changes", "tasks", "Ni har ändringar som inte är inskickade.")
def _(stage):
    draft = stage.sent()
    save(draft=draft, key=CITY, how="Något annat.")
    stage.open("tasks", draft)


@state("tasks withdrawn", "tasks", "Ni har tagit tillbaka svaret.")
def _(stage):
    stage.open("tasks", _withdrawn(stage))


@state("tasks after closing", "tasks", "Det ni har skrivit är sparat som utkast")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    stage.portal.set_clock(CLOSED)
    stage.open("tasks", draft)


@state("tasks with own time", "tasks", "Ni har längre tid")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    Draft.objects.update(own_last_day=stage.portal.consultation.last_day + days(10))
    stage.portal.set_clock(CLOSED)
    stage.open("tasks", draft)


@state("who", "who", "Tillbaka utan att spara")
def _(stage):
    stage.open("who", stage.draft())


@state("who errors", "who", "Två uppgifter behöver rättas")
def _(stage):
    stage.open("who", stage.draft())
    stage.page.get_by_label("Organisationens namn").fill("")
    stage.page.get_by_label("Ditt namn").fill("")
    stage.press("Spara")


@state("who conflict", "who", "Någon annan har sparat uppgifterna om er")
def _(stage):
    draft = stage.draft()
    stage.open("who", draft)
    content = draft.parts.get(key="who").content
    save(draft=draft, key="who", **content | {"organisation": "Annat namn", "kind": "board"})
    stage.page.get_by_label("Ditt namn").fill("Kim Exempel")
    stage.press("Spara")


@state("email", "email", "Kom mejlet inte fram?")
def _(stage):
    stage.open("email", stage.draft())


@state("email confirmed", "email", "är bekräftad.")
def _(stage):
    stage.open("email", stage.draft(confirmed=True))


@state("email errors", "email", "Skriv hela e-postadressen")
def _(stage):
    stage.open("email", stage.draft())
    stage.page.get_by_label("E-postadress").fill("fel@")
    stage.press("Byt adress")


# Writing


@state("area form", "answer_area", "Vad tycker ni om det planen föreslår här?")
def _(stage):
    stage.open("answer_area", stage.draft(), 3)


@state("area form filled", "answer_area", "1 500 tecken över 10 000. Det går bra.")
def _(stage):
    draft = stage.draft(kind="department", texts={CITY: ANSWER | {"exists": "å" * 11_500}})
    stage.open("answer_area", draft, 3)
    stage.page.locator("summary").click()


@state("area form errors", "answer_area", "Svaret på fråga 1 är längre än 100 000 tecken")
def _(stage):
    stage.open("answer_area", stage.draft(), 3)
    paste(stage.page.get_by_label("Hur kan samverkan ske"), "å" * 100_001)
    stage.press("Spara – området är klart")


@state("area form stale", "answer_area", "Texten i rutorna finns kvar.")
def _(stage):
    stage.open("answer_area", stage.draft(), 3)
    stage.lose_token()
    stage.press("Spara – området är klart")


@state("area form conflict", "answer_area", "Någon annan har sparat det här området")
def _(stage):
    draft = stage.draft()
    stage.open("answer_area", draft, 3)
    save(draft=draft, key=CITY, **ANSWER)
    stage.page.get_by_label("Hur kan samverkan ske").fill("Min text")
    stage.press("Spara – området är klart")


@state("area form after closing", "answer_area", "men inte skicka in det.")
def _(stage):
    draft = stage.sent()
    stage.portal.set_clock(CLOSED)
    stage.open("answer_area", draft, 3)


@state("rest", "answer_rest", "Här skriver ni om hela planen.")
def _(stage):
    stage.open("answer_rest", stage.draft())


@state("rest conflict", "answer_rest", "Någon annan har sparat de övriga synpunkterna")
def _(stage):
    draft = stage.draft()
    stage.open("answer_rest", draft)
    save(draft=draft, key="rest", missing=TEXT)
    stage.press("Spara – klart")


# Who stands behind it, files, history and time

BEHIND_FORM = {"cosignatories": f"Kulturhuset Kajutan, 802002-4280\n{LONG_WORD}", "members": 31}
DECIDED = {"decided_by": "expected", "expected_on": "2026-12-06", "paragraph": "§ 93"}


def _umbrella(stage, **texts):
    return stage.draft(kind="umbrella_organisation", texts=texts)


@state("behind", "behind", "Hur många medlemsorganisationer har ni?")
def _(stage):
    stage.open("behind", _umbrella(stage, behind=BEHIND_FORM))


@state("behind of a board", "behind", "Vem har beslutat om svaret?")
def _(stage):
    stage.open("behind", stage.draft(kind="board", texts={"behind": DECIDED}))


@state("behind errors", "behind", "Skriv vilken dag beslutet väntas.")
def _(stage):
    stage.open("behind", stage.draft(kind="board"))
    stage.page.get_by_label("Beslut väntas, svaret är preliminärt").check()
    stage.press("Spara – klart")


@state("behind conflict", "behind", "Någon annan har sparat det här")
def _(stage):
    draft = stage.draft(kind="board")
    stage.open("behind", draft)
    save(draft=draft, key="behind", **DECIDED)
    stage.press("Spara – klart")


@state("files empty", "files", "Ni har inga bilagor.")
def _(stage):
    stage.open("files", stage.draft())


@state("files", "files", "Saknar sökbar text")
def _(stage):
    draft = stage.draft()
    add_file(draft=draft, name=f"{LONG_WORD}.pdf", is_searchable=False)
    add_file(draft=draft, kind="minutes", name="Protokollsutdrag § 93.pdf")
    stage.open("files", draft)


@state("files full", "files", "Ta bort en om ni vill lägga till en annan.")
def _(stage):
    draft = stage.draft()
    for number in range(5):
        add_file(draft=draft, name=f"{number}.pdf")
    stage.open("files", draft)


@state("files errors", "files", "Två uppgifter behöver rättas")
def _(stage):
    stage.open("files", stage.draft())
    stage.press("Ladda upp filen")


@state("files stale", "files", "Välj filen och tryck på knappen en gång till.")
def _(stage):
    stage.open("files", stage.draft())
    stage.lose_token()
    stage.press("Ladda upp filen")


@state("files after closing", "files", "Be om längre tid")
def _(stage):
    draft = stage.draft()
    add_file(draft=draft)
    stage.portal.set_clock(CLOSED)
    stage.open("files", draft)


def _written_over(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    save(draft=draft, key=CITY, how=f"{TEXT} Med mera.", by=KIM)
    with suppress(Conflict):
        save(draft=draft, key=CITY, how="Kom för sent.", seen=1)
    return draft


@state("history", "history", "Ersatte inte den andra texten")
def _(stage):
    stage.open("history", _written_over(stage), "omrade-3")


@state("history empty", "history", "Inget är sparat här än.")
def _(stage):
    stage.open("history", stage.draft(), "omrade-1")


@state("history in pages", "history", "Sida 1 av 2")
def _(stage):
    draft = stage.draft()
    for number in range(51):
        save(draft=draft, key=CITY, how=f"Text {number}")
    stage.open("history", draft, "omrade-3")


def _earlier(draft):
    return draft.parts.get(key=CITY).revisions.get(version=1, how="saved")


@state("earlier text", "earlier_text", "Ta tillbaka den här texten")
def _(stage):
    draft = _written_over(stage)
    stage.open("earlier_text", draft, "omrade-3", _earlier(draft).pk)
    stage.page.locator("main summary").click()


@state("earlier text moved", "earlier_text", "Någon annan har sparat medan ni läste")
def _(stage):
    draft = _written_over(stage)
    stage.open("earlier_text", draft, "omrade-3", _earlier(draft).pk)
    save(draft=draft, key=CITY, how="Ännu en.", by=KIM)
    stage.press("Ta tillbaka den här texten")


@state("more time", "more_time", "Varför behöver ni längre tid?")
def _(stage):
    stage.open("more_time", stage.draft())


@state("more time errors", "more_time", "Skriv varför ni behöver längre tid.")
def _(stage):
    stage.open("more_time", stage.draft())
    stage.press("Skicka frågan")


@state("more time asked", "more_time", "Frågan skickades")
def _(stage):
    draft = stage.draft()
    ask_for_time(draft=draft, reason=TEXT, at=stage.portal.moment)
    stage.open("more_time", draft)


def _decided(stage, decision, **about):
    draft = stage.draft()
    request = ask_for_time(draft=draft, at=stage.portal.moment)
    ExtensionRequest.objects.filter(pk=request.pk).update(
        decision=decision, decided_at=stage.portal.moment, note=TEXT, **about
    )
    stage.open("more_time", draft)


@state("more time granted", "more_time", "Ni fick längre tid")
def _(stage):
    _decided(stage, "granted", until=stage.portal.consultation.last_day + days(8))


@state("more time declined", "more_time", "Ni fick inte längre tid")
def _(stage):
    _decided(stage, "declined")


@state("discard", "discard", "Vill ni ta bort utkastet?")
def _(stage):
    stage.open("discard", stage.draft())


@state("discard changes", "discard", "Vill ni ta bort ändringarna?")
def _(stage):
    draft = stage.sent()
    save(draft=draft, key=CITY, how="Något annat.")
    stage.open("discard", draft)


@state("tasks named", "tasks", "Sparat av Kim")
def _(stage):
    stage.open("tasks", _written_over(stage))


@state("tasks waiting for time", "tasks", "Ni har bett om längre tid.")
def _(stage):
    draft = stage.draft()
    ask_for_time(draft=draft, at=stage.portal.moment)
    stage.open("tasks", draft)


@state("area form saved by itself", "answer_area", "Utkastet sparades kl.")
def _(stage):
    stage.open("answer_area", stage.draft(), 3)
    stage.page.clock.install()
    stage.page.reload()
    stage.page.get_by_label("Hur kan samverkan ske").fill(TEXT)
    stage.page.clock.run_for(4_000)
    stage.page.get_by_text("Utkastet sparades kl. 12.00.").wait_for()


# Sending in


@state("check empty", "check", "Svara om minst ett område innan ni skickar in.")
def _(stage):
    stage.open("check", stage.draft())


@state("check full", "check", "Skicka in svaret")
def _(stage):
    stage.open("check", stage.draft(hide_name=True, texts={area_key(key): ANSWER for key in AREAS}))


@state("check long", "check", "är längre än 10 000 tecken")
def _(stage):
    stage.open("check", stage.draft(texts={CITY: {"how": f"{TEXT} " * 60}}))


@state("check moved", "check", "Svaret har ändrats sedan ni öppnade sidan")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    stage.open("check", draft)
    save(draft=draft, key=CITY, how="Något annat.")
    stage.press("Skicka in svaret")


@state("check stale", "check", "Tryck på Skicka in svaret en gång till.")
def _(stage):
    stage.open("check", stage.draft(texts={CITY: ANSWER}))
    stage.lose_token()
    stage.press("Skicka in svaret")


@state("check after closing", "check", "Remissen har stängt")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    stage.portal.set_clock(CLOSED)
    stage.open("check", draft)


@state("check sent too late", "check", "Det ni skrev är sparat som utkast men inte inskickat.")
def _(stage):
    stage.open("check", stage.draft(texts={CITY: ANSWER}))
    stage.portal.set_clock(CLOSED)
    stage.press("Skicka in svaret")


LOOKED_AT = {
    "how": "Ring Robin på 070-123 45 67 eller skriv till robin@hemma.example.",
    "exists": f"Vi bor på Amiralsgatan 35 B, 214 37 Malmö.\n\n{'a' * 60}@{'b' * 60}.example",
}


@state("check with marks", "check", "Fyra uppgifter att titta på en gång till")
def _(stage):
    stage.open("check", stage.draft(texts={CITY: ANSWER | LOOKED_AT}))


@state("rehearsal empty", "rehearsal", "Ni har inte skrivit något än.")
def _(stage):
    stage.open("rehearsal", stage.draft())


@state("rehearsal", "rehearsal", "Förening som inte visas med namn")
def _(stage):
    draft = stage.draft(hide_name=True, texts={area_key(key): ANSWER for key in AREAS})
    add_file(draft=draft, name=f"{LONG_WORD}.pdf")
    stage.open("rehearsal", draft)


@state("rehearsal with marks", "rehearsal", "Fyra uppgifter att titta på en gång till")
def _(stage):
    behind = {"cosignatories": "Kulturhuset Kajutan\nSundspan"}
    stage.open("rehearsal", stage.draft(texts={CITY: ANSWER | LOOKED_AT, "behind": behind}))


@state("rehearsal accepted", "rehearsal", "Tre uppgifter att titta på en gång till")
def _(stage):
    stage.open("rehearsal", stage.draft(texts={CITY: ANSWER | LOOKED_AT}))
    stage.page.get_by_role("button", name="Det är rätt så").first.click()


@state("rehearsal stale", "rehearsal", "Tryck på Det är rätt så en gång till.")
def _(stage):
    stage.open("rehearsal", stage.draft(texts={CITY: ANSWER | LOOKED_AT}))
    stage.lose_token()
    stage.page.get_by_role("button", name="Det är rätt så").first.click()


def _everything(stage):
    draft = stage.draft(
        kind="board", confirmed=True, texts={CITY: ANSWER, "behind": BEHIND_FORM | DECIDED}
    )
    add_file(draft=draft, name=f"{LONG_WORD}.pdf", is_searchable=False)
    return draft


@state("check with all there is", "check", "Beslut om svaret")
def _(stage):
    stage.open("check", _everything(stage))


@state("receipt preliminary", "receipt", "Svaret är preliminärt")
def _(stage):
    draft = _everything(stage)
    send_in(draft=draft, at=stage.portal.moment)
    stage.open("receipt", draft)


@state("versions of one", "versions", "Det är den som gäller.")
def _(stage):
    stage.open("versions", stage.sent())


@state("versions", "versions", "Det här ändrades från version 1")
def _(stage):
    draft = _everything(stage)
    send_in(draft=draft, at=stage.portal.moment)
    save(draft=draft, key=CITY, how=f"{TEXT} Med mera.", stance="opposes")
    send_in(draft=draft, at=stage.portal.moment)
    stage.open("versions", draft)


@state("receipt without a draft", "receipt", "Skriv till samordnarna om något är fel.")
def _(stage):
    draft = stage.sent()
    stage.portal.set_clock(CLOSED)
    Draft.objects.all().delete()
    stage.open("receipt", draft)


@state("receipt", "receipt", "Ett kvitto med hela svaret")
def _(stage):
    stage.open("receipt", stage.sent())


@state("receipt unconfirmed", "receipt", "Bekräfta e-postadressen")
def _(stage):
    stage.open("receipt", stage.sent(confirmed=False))


@state("receipt after closing", "receipt", "om något är fel")
def _(stage):
    draft = stage.sent()
    stage.portal.set_clock(CLOSED)
    stage.open("receipt", draft)


def _withdrawn(stage):
    draft = stage.sent()
    stage.open("withdraw", draft)
    stage.press("Ja, ta tillbaka svaret")
    return draft


@state("receipt withdrawn", "receipt", "Det räknas inte längre.")
def _(stage):
    _withdrawn(stage)


@state("print", "print_answer", "Kontrollkod")
def _(stage):
    stage.open("print_answer", stage.sent())


@state("withdraw", "withdraw", "Vill ni ta tillbaka svaret?")
def _(stage):
    stage.open("withdraw", stage.sent())


@state("restore", "withdraw", "Ska svaret gälla igen?")
def _(stage):
    stage.open("withdraw", _withdrawn(stage))


# Checking a receipt


def _check_receipt(stage, reference, code):
    stage.go("verify")
    stage.page.get_by_label("Referensnummer").fill(reference)
    stage.page.get_by_label("Kontrollkod").fill(code)
    stage.press("Kontrollera")


def _sent_version(stage, number):
    """Sent in twice; one of the versions."""
    draft = stage.sent()
    save(draft=draft, key=CITY, how="Öppna aulorna.", stance="opposes")
    send_in(draft=draft, at=stage.portal.moment)
    return Submission.objects.get(response__public_id=draft.public_id, number=number)


@state("verify", "verify", "Den som har skickat in ett svar har fått ett kvitto.")
def _(stage):
    stage.go("verify")


@state("verify with errors", "verify", "Skriv hela kontrollkoden")
def _(stage):
    _check_receipt(stage, "", "AB12")


@state("verify with an old token", "verify", "Tryck på Kontrollera en gång till.")
def _(stage):
    stage.go("verify")
    stage.lose_token()
    stage.press("Kontrollera")


@state("receipt holds", "verify", "Kvittot stämmer Kontrollera ett kvitto")
def _(stage):
    sent = _sent_version(stage, 2)
    _check_receipt(stage, sent.response.reference, sent.digest_groups)


@state("receipt of an earlier version holds", "verify", "det finns en senare version")
def _(stage):
    sent = _sent_version(stage, 1)
    _check_receipt(stage, sent.response.reference, sent.digest_groups)


@state("receipt does not hold", "verify", "Kvittot stämmer inte Kontrollera ett kvitto")
def _(stage):
    _check_receipt(stage, "MA-2222", "0000 0000 0000 0000")


# What stops people


@state("400", "errors/400.html", "Det gick inte att läsa det som skickades")
def _(stage):
    stage.settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    stage.go("find_link")
    stage.press("Mejla länken")


@state("403", "errors/403.html", "Ni får inte öppna den här sidan")
def _(stage):
    stage.breaks(PermissionDenied())
    stage.go("about")


@state("403 without a session", "errors/403_session.html", "Öppna svaret med er länk")
def _(stage):
    stage.open("tasks", stage.draft(held=False))


@state("403 with the text handed back", "errors/403_session.html", "Text 1 av 2")
def _(stage):
    stage.open("answer_area", stage.draft(), 3)
    stage.page.get_by_label("Hur kan samverkan ske").fill(TEXT)
    stage.page.get_by_label("Vilken samverkan finns redan").fill(TEXT)
    stage.page.context.clear_cookies(name="sessionid")
    stage.press("Spara – området är klart")


@state("403 logged out meanwhile", "errors/403_workbench.html", "Det du skrev finns kvar här.")
def _(stage):
    stage.page.goto(reverse("account_reset_password"))
    box = stage.page.get_by_role("textbox")
    box.fill(ADDRESS)
    # As if the page had been one of the workbench, and its session had ended.
    box.evaluate("(box, there) => box.form.action = there", reverse("admin:bounces"))
    stage.press("Mejla länken")


@state("403 of an old form", "errors/403_stale.html", "Sidan har varit öppen länge")
def _(stage):
    stage.page.goto(reverse("account_reset_password"))
    stage.page.context.clear_cookies(name="csrftoken")
    stage.press("Mejla länken")


@state("404", "errors/404.html", "Sidan finns inte")
def _(stage):
    stage.page.goto("/finns-inte/")


@state("410", "errors/410.html", "Länken har bytts ut")
def _(stage):
    draft = stage.draft(held=False)
    key = links.make_key(draft, purpose=links.FROM_MAIL)
    answering.change_email(draft=draft, email="ny@forening.example", at=stage.portal.moment)
    stage.go("open_link", key)


@state("413", "errors/413.html", "Det ni skickade är för stort")
def _(stage):
    stage.settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    stage.open("answer_area", stage.draft(), 3)
    paste(stage.page.get_by_label("Hur kan samverkan ske"), TEXT * 10)
    stage.press("Spara – området är klart")


@state("429", "errors/429.html", "För många försök")
def _(stage):
    stage.patch.setattr(limits, "LINKS_FROM_NETWORK", limits.Limit("none", 0, 3600))
    stage.go("find_link")
    stage.page.get_by_label("E-postadress").fill(ADDRESS)
    stage.press("Mejla länken")


@state("429 at login", "errors/429_login.html", "Vänta en minut och försök igen.")
def _(stage):
    for _number in range(8):
        stage.page.goto(reverse("account_login"))
        stage.page.get_by_label("Användarnamn").fill("maria")
        stage.page.get_by_label("Lösenord").fill("fel")
        stage.press("Logga in")


@state("500", "errors/500.html", "Något gick fel hos oss")
def _(stage):
    stage.breaks(RuntimeError("broken"))
    stage.go("about")


@state("503", "errors/503.html", "Portalen är stängd en stund")
def _(stage):
    stage.breaks(OperationalError("away"))
    stage.go("about")


# Through Word


def _upload(stage, draft, body, name="svar.docx"):
    stage.open("from_word", draft)
    stage.page.get_by_label("Den ifyllda filen").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": body}
    )
    stage.press("Läs filen")


def _word_file(owner, contents=None, *, loose=()):
    """A file that has been filled in; `owner` tells whose it is."""
    plan = plan_of(Consultation.objects.get())
    key = file_key(owner, plan.version.number)
    content = writing.questionnaire(plan, key=key, contents=contents or {}, at=NOON)
    document = docx.Document(BytesIO(content))
    for text in loose:
        document.add_paragraph(text)
        document.add_paragraph(writing.CARE)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


@state("from word", "from_word", "Hämta svaret som Word-fil")
def _(stage):
    stage.open("from_word", stage.draft())


@state("from word refused", "from_word", "En pdf går inte att läsa in i rutorna.")
def _(stage):
    _upload(stage, stage.draft(), b"%PDF-1.7", "svar.pdf")


@state("from word nothing new", "from_word", "Det finns inget nytt i filen.")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER})
    _upload(stage, draft, _word_file(draft.public_id))


@state("from word read", "from_word", "Stod efter rutan för svar 5.3")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER | {"how": "Öppna aulorna."}})
    contents = {CITY: ANSWER | {"exists": TEXT}, "rest": {"stance": "opposes"}}
    _upload(stage, draft, _word_file(draft.public_id, contents, loose=[TEXT, LONG_WORD]))
    for details in stage.page.locator("details").all():
        details.locator("summary").click()


@state("from word asked about", "from_word", "Är det rätt fil?")
def _(stage):
    _upload(stage, stage.draft(), _word_file("another", {CITY: ANSWER}))


@state("from word errors", "from_word", "Markera att det är rätt fil")
def _(stage):
    _upload(stage, stage.draft(), _word_file("another", {CITY: ANSWER}, loose=[TEXT]))
    stage.press("Ta in texten")


@state("from word conflict", "from_word", "Någon annan har sparat medan ni läste")
def _(stage):
    draft = stage.draft(texts={CITY: ANSWER | {"how": "Öppna aulorna."}})
    _upload(stage, draft, _word_file(draft.public_id, {CITY: ANSWER}, loose=[TEXT]))
    save(draft=draft, key=CITY, by=KIM, how="Kims text")
    stage.press("Ta in texten")


@state("from word stale", "from_word", "Sidan har varit öppen länge")
def _(stage):
    draft = stage.draft()
    _upload(stage, draft, _word_file(draft.public_id, {CITY: ANSWER}))
    stage.lose_token()
    stage.press("Ta in texten")


# Invited


@state("open invitation", "open_invitation", "är inbjuden att svara på remissen")
def _(stage):
    stage.open_invitation()


@state("invitation", "invited", "Uppgifterna är redan ifyllda.")
def _(stage):
    stage.open_invitation()
    stage.press("Öppna inbjudan")


@state("invitation declined", "invited", "Ni har avstått från att svara")
def _(stage):
    stage.decline("Vi hinner inte.")


@state("decline errors", "decline", "Texten är längre än 400 tecken.")
def _(stage):
    stage.decline(f"{TEXT} {TEXT} {TEXT} {TEXT}")


@state("invited bodies", "invited_bodies", "Alla får svara, även den som inte står här.")
def _(stage):
    stage.invitation()
    Consultation.objects.update(shows_invited=True)
    stage.read("invited_bodies")


@state("missive", "missive", "Svara senast måndag 30 november 2026.")
def _(stage):
    wording.write(
        consultation=stage.portal.consultation, kind="missive", seen=0, subject=LONG_WORD,
        body=f"{TEXT}\n\nSvara senast {{sista dag}}.\n{{planen}}",
        at=stage.portal.moment, by=stage.portal.coordinator,
    )  # fmt: skip
    stage.read("missive")


@state("link replaced, invited", "errors/410.html", "Har ni inte fått något mejl?")
def _(stage):
    invitation = stage.invitation()
    Invitation.objects.update(link_version=2)
    stage.open_invitation(invitation)


# Beside the road


@state("trial mail empty", "trial_mail", "Inga mejl än.")
def _(stage):
    stage.go("trial_mail")


@state("trial mail", "trial_mail", "Vi har tagit emot ert svar")
def _(stage):
    stage.sent()
    stage.portal.mails()
    stage.go("trial_mail")


@state("login", "account_login", "Logga in")
def _(stage):
    stage.page.goto(reverse("account_login"))
