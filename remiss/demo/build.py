"""The demo, built through the workflow verbs: the plan, five accounts, thirty answers, and what the
coordinators have made of them.

Moments are passed as `at`, so that an answer has been received when the story says. The letters
that the verbs queue are marked as sent at their own time: the mail folder shows only what happens
from now on.
"""

from datetime import date, datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from remiss import roles, uploads
from remiss.demo import papers
from remiss.demo.answers import ANSWERS, DRAFTS, WHOLE, ExampleAnswer
from remiss.demo.bench import Bench
from remiss.demo.bodies import BODIES, DECLINED_BECAUSE
from remiss.demo.cast import ACCOUNTS, PASSWORD
from remiss.demo.plan import PLAN
from remiss.exports.sections import Plan
from remiss.models import (
    AreaHint,
    Body,
    BodyAddress,
    Channel,
    Consultation,
    Coordinator,
    Draft,
    Editor,
    Invitation,
    Letter,
    PlanVersion,
    PriorityArea,
    Question,
    Response,
    SetAside,
    Submission,
)
from remiss.models.draft import BEHIND, REST, WHO, area_key
from remiss.text import clean
from remiss.workflow import answering, extending, filing, invited, inviting, recording, tying

# For each account: the name shown, its group, a coordinator's side and wish for letters.
STAFF = (
    ("Kommunens", "samordnare", roles.COORDINATOR_CITY, "city", "at_once"),
    ("Idéburnas", "samordnare", roles.COORDINATOR_CIVIL, "civil", "daily"),
    ("Registrator", "Exempel", roles.REGISTRAR, "", ""),
    ("Läsare", "Exempel", roles.READER, "", ""),
    ("Administratör", "Exempel", roles.ADMINISTRATOR, "", ""),
)
OPEN_FOR = 49  # days, as from 12 October to 30 November
STORY = 29  # days that the answers are spread over in answers.py
NOTICE = 8  # days that are left at least in the stage "open"
DAY = timedelta(days=1)

SET_ASIDE = {
    "duplicate": SetAside.DUPLICATE,
    "wrong_matter": SetAside.WRONG_MATTER,
    "spam": SetAside.SPAM,
}


def days(stage: str, today: date) -> tuple[date, date]:
    """The opening day and the last day of a stage, seen from today."""
    if stage == "before":
        opens_on = today + timedelta(days=12)
        return opens_on, opens_on + timedelta(days=OPEN_FOR)
    if stage == "open":
        last_day = date(today.year, *PLAN.last_day)
        if (last_day - today).days < NOTICE:
            last_day = last_day.replace(year=today.year + 1)
        return today - timedelta(days=STORY), last_day
    last_day = today if stage == "lastday" else today - timedelta(days=3)
    return last_day - timedelta(days=OPEN_FOR), last_day


@transaction.atomic
def build(*, stage: str, at: datetime) -> bool:
    """Fill an empty database; False when there is a remiss already, which is kept as it is."""
    if Consultation.objects.exists():
        return False
    roles.setup_roles()
    staff = _staff()
    today = timezone.localdate(at)
    opens_on, last_day = days(stage, today)
    consultation = _consultation(opens_on, last_day)
    plan = Plan(_plan_version(consultation))
    if stage != "before":
        span = (min(today, last_day) - opens_on).days
        demo = _Story(consultation, plan, staff, opens_on, span)
        demo.invite()
        for number, example in enumerate(ANSWERS):
            demo.tell(number, example)
        for number, example in enumerate(DRAFTS):
            demo.begin(example, demo.moment(number, example))
        demo.bodies_have_opened()
        demo.remind()
        demo.staff_have_read()
        Bench(consultation, demo.city, demo.civil, demo.on_day, at).work(stage)
    Letter.objects.filter(state=Letter.State.QUEUED).update(
        state=Letter.State.SENT, sent_at=F("due"), attempts=1
    )
    return True


def _staff() -> dict:
    staff = {}
    for username, member in zip(ACCOUNTS, STAFF, strict=True):
        first_name, last_name, group, side, notice = member
        user = get_user_model().objects.create_user(
            username,
            f"{username}@malmoandan.example",
            PASSWORD,
            first_name=first_name,
            last_name=last_name,
            is_staff=True,
        )
        user.groups.add(Group.objects.get(name=group))
        if side:
            Coordinator.objects.create(user=user, side=side, notice=notice)
        staff[username] = user
    return staff


def _consultation(opens_on: date, last_day: date) -> Consultation:
    return Consultation.objects.create(
        slug=f"handlingsplan-{last_day.year}",
        title=PLAN.title,
        opens_on=opens_on,
        last_day=last_day,
        is_published=True,
        registry_number=f"STK-{opens_on.year}-663",
        contact_email="samordnarna@malmoandan.example",
        contact_phone="040-00 00 00",
    )


def _plan_version(consultation: Consultation) -> PlanVersion:
    version = PlanVersion.objects.create(
        consultation=consultation,
        vision=PLAN.vision,
        aims="\n".join(PLAN.aims),
        lead=PLAN.lead,
        forum=PLAN.forum,
        background=PLAN.background,
        asked=PLAN.asked,
        coordinators=PLAN.coordinators,
        is_example=PLAN.is_example,
    )
    areas = [
        PriorityArea.objects.create(
            version=version,
            key=area.key,
            slug=area.slug,
            number=area.number,
            heading=area.heading,
            summary=area.summary,
            lead=area.lead,
            proposals=area.proposals,
            reasons=area.reasons,
            is_example=area.is_example,
        )
        for area in PLAN.areas
    ]
    asked = [
        (Question.Scope.AREA, PLAN.area_questions),
        (Question.Scope.WHOLE, PLAN.whole_questions),
    ]
    for scope, questions in asked:
        for number, text in enumerate(questions, 1):
            question = Question.objects.create(
                version=version,
                key=text.key,
                number=number,
                scope=scope,
                kind=text.kind,
                label=text.label,
                hint=text.hint,
            )
            AreaHint.objects.bulk_create(
                AreaHint(question=question, area=area, text=text.area_hints[area.key])
                for area in areas
                if area.key in text.area_hints
            )
    return version


class _Story:
    """What happened from the opening until now, told by calling one verb after another."""

    def __init__(self, consultation, plan, staff, opens_on, span):
        self.consultation, self.plan, self.staff = consultation, plan, staff
        self.opens_on, self.span = opens_on, span
        self.invited: dict[str, Invitation] = {}
        self.city = staff["samordnare.kommunen"]
        self.civil = staff["samordnare.ideburen"]

    def moment(self, number: int, example: ExampleAnswer) -> datetime:
        """A working hour on the day of the story; later answers of a day come later."""
        day = self.opens_on + timedelta(days=example.day * self.span // STORY)
        clock_time = time(8 + number // 6, number % 6 * 9 + 4)
        return timezone.make_aware(datetime.combine(day, clock_time))

    def tell(self, number: int, example: ExampleAnswer) -> None:
        at = self.moment(number, example)
        if example.channel != Channel.PORTAL:
            self._record(number, example, at)
            return
        draft = self.begin(example, at - timedelta(hours=1))
        submission = self._submit(draft, at)
        response = submission.response
        if example.fate == "changed":
            for key, content in example.later.items():
                self._save(draft, _part_key(key), content, at + 2 * DAY)
            self._submit(draft, at + 2 * DAY)
        elif example.fate == "withdrawn":
            answering.withdraw(response=response, at=at + 3 * DAY)
        elif example.fate in SET_ASIDE:
            recording.set_aside(
                responses=[response],
                reason=SET_ASIDE[example.fate],
                note=example.note,
                at=at + DAY,
                by=self.civil,
            )

    def begin(self, example: ExampleAnswer, at: datetime) -> Draft:
        """A draft with everything written in it, its address confirmed where the story says so."""
        draft = self._start(example, at)
        if example.confirmed:
            answering.confirm(holder=draft, at=at + timedelta(minutes=4))
        for key, content in _contents(self.plan, example).items():
            if any(content.values()):
                self._save(draft, key, content, at + timedelta(minutes=30))
        if example.behind:
            self._save(draft, BEHIND, _behind(example, at), at + timedelta(minutes=34))
        for name, kind, text in example.files:
            file = SimpleUploadedFile(name, papers.page(text))
            filing.add(
                draft=draft,
                stored=uploads.take(file),
                kind=kind,
                by=Editor(name=example.contact_name),
                at=at + timedelta(minutes=38),
            )
        if example.asks:
            extending.ask(
                draft=draft,
                who=_who(example),
                reason=example.asks,
                wanted_day=self.consultation.last_day + 8 * DAY,
                at=at + timedelta(minutes=45),
            )
        return draft

    def _start(self, example: ExampleAnswer, at: datetime) -> Draft:
        """Through the link of the invitation for a body that has one and has not begun."""
        starting = {
            "plan": self.plan,
            "who": _who(example),
            "email": example.email,
            "by": Editor(name=example.contact_name),
            "at": at,
        }
        invitation = self.invited.pop(example.organisation, None)
        if invitation:
            invited.open_link(invitation=invitation, at=at - timedelta(minutes=2))
            draft = invited.begin(invitation=invitation, **starting)
            return Draft.objects.get(pk=draft.pk)
        return answering.start(
            consultation=self.consultation,
            once=f"demo-{example.shape}-{Draft.objects.count()}",
            **starting,
        )

    def invite(self) -> None:
        """On the day the remiss opens; their letters went ten minutes later."""
        at = timezone.make_aware(datetime.combine(self.opens_on, time(7)))
        bodies = {}
        for example in BODIES:
            body = Body.objects.create(
                name=example.name, kind=example.kind, tags=example.tags, notes=example.notes
            )
            if example.email:
                BodyAddress.objects.create(body=body, email=example.email, is_main=True)
            bodies[example.name] = body
        asked = [bodies[example.name].pk for example in BODIES if example.fate != "waiting"]
        dispatch = inviting.invite(
            consultation=self.consultation, bodies=asked, at=at, by=self.city
        )
        self._have_gone(dispatch)
        rows = Invitation.objects.select_related("body", "consultation")
        self.invited = {invitation.body.name: invitation for invitation in rows}

    def _have_gone(self, dispatch) -> None:
        Letter.objects.filter(dispatch=dispatch).update(
            state=Letter.State.SENT, sent_at=F("due"), attempts=1
        )

    def bodies_have_opened(self) -> None:
        at = self.on_day(6)
        for example in BODIES:
            invitation = self.invited.get(example.name)
            if example.fate in {"opened", "declined"}:
                invited.open_link(invitation=invitation, at=at)
            if example.fate == "declined":
                invited.decline(invitation=invitation, reason=DECLINED_BECAUSE, at=at)

    def on_day(self, number: int) -> datetime:
        day = self.opens_on + timedelta(days=number * self.span // STORY)
        return timezone.make_aware(datetime.combine(day, time(9)))

    def remind(self) -> None:
        at = self.on_day(20)
        if timezone.localdate(at) - self.opens_on < timedelta(days=inviting.DAYS_BETWEEN):
            return  # they have just been invited
        everybody = Body.objects.values_list("pk", flat=True)
        dispatch = inviting.remind(
            consultation=self.consultation, bodies=everybody, at=at, by=self.civil
        )
        self._have_gone(dispatch)

    def _save(self, draft, key, content, at) -> None:
        part = draft.parts.get(key=key)
        answering.save_part(
            draft=draft,
            key=key,
            content=part.content
            | {
                name: clean(value) if isinstance(value, str) else value
                for name, value in content.items()
            },
            is_done=draft.confirmed_at is not None,
            seen=part.version,
            by=Editor(name=draft.parts.get(key=WHO).content["contact_name"]),
            at=at,
        )

    def _submit(self, draft, at) -> Submission:
        draft.refresh_from_db()
        versions = dict(draft.parts.values_list("key", "version"))
        return answering.submit(draft=draft, seen=draft.round, versions=versions, at=at)

    def _record(self, number, example, at) -> None:
        submission = recording.record(
            consultation=self.consultation,
            plan=self.plan,
            channel=example.channel,
            received_at=at,
            who=_who(example),
            email=example.email,
            contents=_contents(self.plan, example),
            send_receipt=False,
            once=f"demo-{number}",
            at=at + timedelta(hours=3),
            by=self.civil if example.channel == Channel.MEETING else self.city,
        )
        if invitation := self.invited.pop(example.organisation, None):
            tying.tie(
                response=submission.response,
                bodies=[invitation.body],
                at=at + timedelta(hours=4),
                by=self.city,
            )

    def staff_have_read(self) -> None:
        """Read marks on what came first, and diarienummer on what the registrator has reached."""
        registrar = self.staff["registrator"]
        responses = list(Response.objects.select_related("latest").order_by("latest__received_at"))
        for number, response in enumerate(responses[:14], 1):
            received_at = response.latest.received_at
            recording.register(
                submission=response.latest,
                registry_number=f"{self.consultation.registry_number}-{number}",
                registered_on=timezone.localdate(received_at),
                at=received_at + timedelta(hours=5),
                by=registrar,
            )
        for response in responses[:11]:
            recording.mark_read(response=response, by=self.city)
        for response in responses[:18]:
            recording.mark_read(response=response, by=self.civil)


def _who(example: ExampleAnswer) -> dict:
    return {
        "kind": example.kind,
        "organisation": example.organisation,
        "contact_name": example.contact_name,
        "hide_name": example.hide_name,
    }


def _behind(example: ExampleAnswer, at: datetime) -> dict:
    """As the form stores it; days of the story become dates."""
    today = timezone.localdate(at)
    return {
        name: (today + timedelta(days=value)).isoformat()
        if name.endswith("_on") and isinstance(value, int)
        else value
        for name, value in example.behind.items()
    }


def _part_key(key: str) -> str:
    return REST if key == WHOLE else area_key(key)


def _contents(plan: Plan, example: ExampleAnswer) -> dict[str, dict]:
    """The answer as the forms would hand it over: part key → stance and texts."""
    texts = {**{area_key(key): value for key, value in example.areas.items()}, REST: example.whole}
    stances = {_part_key(key): value for key, value in example.stances.items()}
    return {
        key: {
            "stance": stances.get(key, ""),
            **{question.key: clean(texts.get(key, {}).get(question.key, "")) for question in asked},
        }
        for key, _area, asked in plan.parts()
    }
