"""Objects for tests, by keyword functions a reader can guess. Nothing random, no clock."""

import hashlib
import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse

from remiss import roles
from remiss.exports.sections import Plan
from remiss.markdown import to_html
from remiss.models import (
    AreaHint,
    Body,
    BodyAddress,
    Consultation,
    Coordinator,
    Editor,
    Invitation,
    Kind,
    PlanVersion,
    PriorityArea,
    Question,
    ReplyRevision,
    Theme,
)
from remiss.models.draft import BEHIND, WHO, area_key
from remiss.uploads import Stored
from remiss.workflow import (
    answering,
    extending,
    filing,
    invited,
    inviting,
    recording,
    replying,
    reviewing,
)

NOON = datetime(2026, 11, 12, 11, 0, tzinfo=UTC)  # 12.00 in Malmö, 18 days before the last day
ROBIN, KIM = Editor("11111111", "Robin"), Editor("22222222", "Kim")
OPENS_ON, LAST_DAY = date(2026, 10, 12), date(2026, 11, 30)

AREAS = [
    ("young-health", "ungas-halsa-och-livsstil", "Ungas hälsa och livsstil"),
    ("equal-leisure", "jamlik-fritid-och-kultur", "Jämlik fritid och kultur"),
    (
        "city-life",
        "stadsliv-allmanna-platser-och-lokaler",
        "Stadsliv, allmänna platser och lokaler",
    ),
    ("participation", "delaktighet-trygghet-demokrati", "Delaktighet, trygghet, demokrati"),
]
QUESTIONS = [
    ("how", "area", "prose", "Hur kan samverkan ske?"),
    ("exists", "area", "prose", "Vilken samverkan finns redan?"),
    ("actors", "area", "list", "Vilka av stadens aktörer verkar inom området?"),
    ("summary", "whole", "prose", "Sammanfattning"),
    ("missing", "whole", "prose", "Saknas något i planen?"),
    ("other", "whole", "prose", "Övriga synpunkter på planen"),
]
PROPOSALS, REASONS = "- Ett förslag\n- Ett till", "Därför."
PROPOSALS_HTML, REASONS_HTML = to_html(PROPOSALS), to_html(REASONS)

_number = count(1)


def make_consultation(
    *, opens_on=OPENS_ON, last_day=LAST_DAY, is_published=True, slug="handlingsplan", areas=AREAS
):
    """A published remiss with a plan of four areas and the six questions."""
    consultation = Consultation.objects.create(
        slug=slug,
        title="Handlingsplan för samverkan mellan idéburen sektor och Malmö stad",
        opens_on=opens_on,
        last_day=last_day,
        is_published=is_published,
        registry_number="STK-2026-663",
        contact_email="samordnarna@malmoandan.example",
        contact_phone="040-00 00 00",
    )
    make_version(consultation=consultation, areas=areas)
    return consultation


def make_version(*, consultation, number=1, areas=AREAS):
    version = PlanVersion.objects.create(
        consultation=consultation,
        number=number,
        vision="En öppen, demokratisk och jämlik stad",
        aims="Fördjupad samverkan\nStärka demokratin\nMöta engagemanget",
        lead="Malmöandan är överenskommelsen mellan Malmö stad och idéburen sektor.",
        forum="Ett forum för dialog.",
        background="Bakgrund med **fetstil**.",
        asked="Alla förvaltningar och många föreningar har fått planen.",
        coordinators="Två samordnare.",
    )
    made_areas = PriorityArea.objects.bulk_create(
        PriorityArea(
            version=version,
            key=key,
            number=place,
            slug=slug,
            heading=heading,
            summary=f"Om {heading.lower()}.",
            lead=f"Ingress om {heading.lower()}.",
            proposals=PROPOSALS,
            proposals_html=PROPOSALS_HTML,
            reasons=REASONS,
            reasons_html=REASONS_HTML,
            is_example=True,
        )
        for place, (key, slug, heading) in enumerate(areas, 1)
    )
    how, *_others = Question.objects.bulk_create(
        Question(
            version=version,
            key=key,
            number=place if scope == "area" else place - 3,
            scope=scope,
            kind=kind,
            label=label,
            hint=f"Hjälp till {label}",
        )
        for place, (key, scope, kind, label) in enumerate(QUESTIONS, 1)
    )
    hint = "Tänk på skolor och fritidsgårdar."
    AreaHint.objects.create(question=how, area=made_areas[0], text=hint)
    return version


def plan_of(consultation):
    return Plan(consultation.versions.first())


def make_draft(
    *,
    consultation,
    organisation="Tegelbackens kultur- och idrottsförening",
    kind=Kind.ASSOCIATION,
    contact_name="Robin Exempel",
    email="sekreterare@tegelbacken.example",
    hide_name=False,
    is_suspect=False,
    texts=None,
    at=NOON,
):
    """A started draft; `texts` maps part key → content, e.g. {"area:city-life": {"how": "…"}}."""
    draft = answering.start(
        consultation=consultation,
        plan=plan_of(consultation),
        who={
            "kind": str(kind),
            "organisation": organisation,
            "contact_name": contact_name,
            "hide_name": hide_name,
        },
        email=email,
        once=f"once-{next(_number)}",
        is_suspect=is_suspect,
        by=ROBIN,
        at=at,
    )
    for key, content in (texts or {}).items():
        save(draft=draft, key=key, at=at, **content)
    return draft


def save(*, draft, key, at=NOON, is_done=True, seen=None, by=ROBIN, **content):
    """Save one part from the version that stands now, or from `seen`."""
    part = draft.parts.get(key=key)
    return answering.save_part(
        draft=draft,
        key=key,
        content=content,
        is_done=is_done,
        seen=part.version if seen is None else seen,
        by=by,
        at=at,
    )


def add_file(
    *,
    draft,
    name="yttrande.pdf",
    kind="statement",
    body=b"%PDF-1.7 prov",
    at=NOON,
    by=ROBIN,
    **facts,
):
    """Put a file among the draft's as an upload does, without asking what the bytes are."""
    name_on_disk = uuid.uuid4().hex
    path = f"{name_on_disk[:2]}/{name_on_disk}"
    place = Path(settings.UPLOADS_DIR) / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(body)
    about = {
        "path": path,
        "name": name,
        "media_type": "application/pdf",
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "is_searchable": True,
        "was_converted": False,
    }
    return filing.add(draft=draft, stored=Stored(**about | facts), kind=kind, by=by, at=at)


def versions_of(draft):
    """What granska posts: each part's version."""
    return dict(draft.parts.values_list("key", "version"))


def send_in(*, draft, at=NOON):
    draft.refresh_from_db()
    return answering.submit(draft=draft, seen=draft.round, versions=versions_of(draft), at=at)


def make_submission(
    *, consultation, texts=None, confirmed=True, behind=None, files=(), at=NOON, **who
):
    """A submission sent through the verbs; by default one text about city life.

    `behind` is the content of the part on who stands behind it, `files` names of PDFs.
    """
    texts = texts or {area_key("city-life"): {"how": "Öppna skolornas aulor för föreningar."}}
    if behind:
        texts = texts | {BEHIND: behind}
    draft = make_draft(consultation=consultation, texts=texts, at=at, **who)
    for name in files:
        add_file(draft=draft, name=name, at=at)
    if confirmed:
        answering.confirm(holder=draft, at=at)
    return send_in(draft=draft, at=at)


def ask_for_time(*, draft, reason="Styrelsen möts den 3 december.", wanted_day=None, at=NOON):
    """A request for more time for the draft."""
    who = draft.parts.get(key=WHO).content
    return extending.ask(draft=draft, who=who, reason=reason, wanted_day=wanted_day, at=at)


def make_recorded(
    *, consultation, by, channel="email", email="", received_at=NOON, at=NOON, texts=None
):
    """An answer registered by staff."""
    return recording.record(
        consultation=consultation,
        plan=plan_of(consultation),
        channel=channel,
        received_at=received_at,
        who={
            "kind": "association",
            "organisation": "Sundspans kulturkrets",
            "contact_name": "Kim Exempel",
            "hide_name": False,
        },
        email=email,
        contents=texts or {area_key("city-life"): {"how": "Fler nycklar."}},
        send_receipt=False,
        once=f"recorded-{next(_number)}",
        at=at,
        by=by,
    )


def make_body(
    *,
    name="Sundspans kulturkrets",
    kind=Kind.ASSOCIATION,
    email="info@sundspan.example",
    more=(),
    tags="",
    **fields,
):
    """A remissinstans with a main address, and `more` addresses; without any when `email` is ""."""
    body = Body.objects.create(name=name, kind=kind, tags=tags, **fields)
    for place, address in enumerate([email, *more] if email else []):
        BodyAddress.objects.create(body=body, email=address, is_main=not place)
    return body


def make_bodies(number):
    """So many remissinstanser with an address each, in two inserts."""
    bodies = [Body(name=f"Krets {n:03}", kind=Kind.ASSOCIATION) for n in range(number)]
    for body in bodies:
        body.set_keys()
    Body.objects.bulk_create(bodies)
    addresses = [
        BodyAddress(body=body, email=f"krets{n:03}@fn.example", is_main=True)
        for n, body in enumerate(bodies)
    ]
    for address in addresses:
        address.set_keys()
    BodyAddress.objects.bulk_create(addresses)
    return bodies


def make_invitation(*, consultation, by, body=None, sent=True, at=NOON, **fields):
    """An invitation made as a coordinator makes it; its letter has gone at `at` when `sent`."""
    body = body or make_body(**fields)
    made_at = at - inviting.HOLD
    inviting.invite(consultation=consultation, bodies=[body.pk], at=made_at, by=by)
    invitation = Invitation.objects.select_related("consultation", "body").get(
        consultation=consultation, body=body
    )
    if sent:
        invitation.letters.get().mark_sent(at)
    return invitation


def begin_invited(*, invitation, email="anna@sundspan.example", name="Anna Exempel", at=NOON):
    """The draft that the body begins through its link."""
    return invited.begin(
        invitation=invitation,
        plan=plan_of(invitation.consultation),
        who={
            "kind": invitation.body.kind,
            "organisation": invitation.body.name,
            "contact_name": name,
            "hide_name": False,
        },
        email=email,
        by=Editor("33333333", name),
        at=at,
    )


def make_staff(*, username, group, side=None, notice="never", is_deputy=False):
    """A member of staff in `group`; a coordinator when `side` is given."""
    if not Group.objects.filter(name=group).exists():
        roles.setup_roles()
    user = get_user_model().objects.create_user(
        username, f"{username}@malmoandan.example", "en-lang-fras-for-prov", is_staff=True
    )
    user.groups.add(Group.objects.get(name=group))
    if side:
        Coordinator.objects.create(user=user, side=side, notice=notice, is_deputy=is_deputy)
    return user


def make_theme(*, consultation, by, name="Lokaler", area="city-life", at=NOON):
    return reviewing.new_theme(consultation=consultation, area_key=area, name=name, at=at, by=by)


REPLY = {
    "said": "Många vill låna skolornas lokaler.",
    "outcome": "changed",
    "text": "Vi öppnar aulorna på kvällarna.",
    "before": "Lokaler ses över.",
    "after": "Aulorna öppnas.",
}


def reply_to(target, *, by, state="draft", other=None, at=NOON, **words):
    """The next revision of the reply, in the state; `other` is of the other side."""
    newest = ReplyRevision.objects.about(target).first()
    fields = REPLY if isinstance(target, Theme) else {"text": REPLY["text"]}
    revision = replying.write(
        target=target, seen=newest.number if newest else 0, at=at, by=by, **fields | words
    )
    how = {"target": target, "seen": revision.number, "at": at}
    if state != "draft":
        replying.hand_over(by=by, **how)
    if state == "approved":
        replying.approve(by=other, **how)
    if state == "sent_back":
        replying.send_back(by=other, comment="Skriv kortare.", **how)
    return ReplyRevision.objects.with_doings().get(pk=revision.pk)


def tell_the_planner():
    """PostgreSQL plans by what it counted last, which may be the empty tables of another test."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def url(name, holder, *args):
    """The address of a page of one answer."""
    return reverse(f"remiss:{name}", args=[holder.public_id, *args])


def days(number):
    return timedelta(days=number)


__all__ = [name for name in globals() if not name.startswith("_")]
