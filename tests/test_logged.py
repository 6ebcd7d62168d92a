"""What is logged, as one table: every verb of the workflow, and the events that one call writes.

A verb without a row fails the suite. One that writes nothing stands in SILENT, with why.
"""

import ast
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from remiss import roles
from remiss.bounces import Bounce, Outcome
from remiss.importing import verdicts
from remiss.importing.columns import NAME, Choice
from remiss.importing.reading import Row
from remiss.models import (
    Answer,
    Attachment,
    Consultation,
    Disclosure,
    Event,
    FileScan,
    Finding,
    LetterText,
    Passage,
    Verb,
)
from remiss.models.draft import area_key
from remiss.workflow import (
    actors,
    answering,
    bodies,
    bouncing,
    credentials,
    disclosing,
    disposing,
    erasing,
    extending,
    handling,
    importing,
    invited,
    inviting,
    masking,
    merging,
    moving,
    naming,
    noting,
    planning,
    recording,
    registering,
    registering_bodies,
    replying,
    reviewing,
    scanning,
    secrecy,
    sharing,
    staffing,
    translating,
    tying,
    wording,
    writing,
)
from tests.factories import (
    LAST_DAY,
    NOON,
    ask_for_time,
    begin_invited,
    days,
    make_body,
    make_draft,
    make_invitation,
    make_recorded,
    make_staff,
    make_submission,
    make_theme,
    reply_to,
    send_in,
)

WORKFLOW = Path(__file__).parent.parent / "remiss" / "workflow"
LATER = NOON + days(1)  # when it is done; what it needs was made at NOON
TEXTS = {area_key("city-life"): {"how": "Öppna skolorna.\n\nFler nycklar.", "actors": "Ett\nTvå"}}


@dataclass
class World:
    """What there is to do something with, made when it is asked for."""

    consultation: object
    by: object
    then: dict = field(init=False)

    def __post_init__(self):
        self.then = {"at": LATER, "by": self.by}

    def submission(self, **more):
        return make_submission(consultation=self.consultation, **{"texts": TEXTS} | more)

    def response(self):
        return self.submission().response

    def passages(self):
        rows = Passage.objects.filter(answer__submission=self.submission()).in_order()
        found = list(rows.select_related("answer__submission__response"))
        return [(passage, passage.version) for passage in found]

    def passage(self):
        passage, seen = self.passages()[0]
        return {"passage": passage, "seen": seen}

    def theme(self, name="Lokaler"):
        return reviewing.new_theme(
            consultation=self.consultation, area_key="city-life", name=name, at=NOON, by=self.by
        )

    def invitation(self, **more):
        return make_invitation(consultation=self.consultation, by=self.by, **more)

    def account(self, **facts):
        user = make_staff(username="nils", group=roles.READER)
        for name, value in facts.items():
            setattr(user, name, value)
        return user

    def finding(self):
        self.submission(texts={area_key("city-life"): {"how": "Ring Kim på 070-174 06 05."}})
        return Finding.objects.get()

    def reply(self, **how):
        """One that the other side has written; its theme, and the number that was seen."""
        other = make_staff(username="ahmed", group=roles.COORDINATOR_CIVIL, side="civil")
        theme = make_theme(consultation=self.consultation, by=self.by)
        return {"target": theme, "seen": reply_to(theme, by=other, **how).number}


def group(name):
    return Group.objects.get(name=name)


def tried_secret(w):
    marked = secrecy.mark(
        response=w.response(), provision="OSL 21 kap. 7 §", reason="Namn", at=NOON, by=w.by
    )
    secrecy.try_mark(mark=marked, outcome="lifted", reason="Inget", seen=0, **w.then)


def masked(w):
    submission = w.submission()
    spot = next(iter(masking.texts_of(submission)))
    return masking.mask(
        submission=submission, places=[(spot, 0, 3)], reason="personal", note="", at=NOON, by=w.by
    )[0]


def asked_again(w):
    finding = w.finding()
    masking.let_stand(findings=[finding], at=NOON, by=w.by)
    masking.ask_again(finding=finding, **w.then)


def handed_over(w):
    theme = make_theme(consultation=w.consultation, by=w.by)
    revision = reply_to(theme, by=w.by)
    replying.hand_over(target=theme, seen=revision.number, **w.then)


def written(w):
    return writing.write(response=w.response(), subject="Hej", body="Svara", once="en", **w.then)


def disposed(w):
    response = w.response()
    Consultation.objects.update(last_day=NOON.date())
    disposing.dispose(responses=[response.pk], decision="KS § 12", **w.then)


def placed_together(w):
    chosen = w.passages()[:2]
    reviewing.place_together(passages=chosen, theme=w.theme(), **w.then)


def joined(w):
    (first, seen), (_second, following_seen) = w.passages()[:2]
    reviewing.join(passage=first, seen=seen, following_seen=following_seen, **w.then)


def split_theme(w):
    theme, (passage, seen) = w.theme(), w.passages()[0]
    reviewing.place(passage=passage, themes=[theme], seen=seen, at=NOON, by=w.by)
    theme.refresh_from_db()
    reviewing.split_theme(
        theme=theme, passages=[passage], name="Nycklar", seen=theme.version, **w.then
    )


def changed_theme(w):
    theme = w.theme()
    reviewing.change_theme(
        theme=theme, name="Nycklar", area_key="city-life", seen=theme.version, **w.then
    )


def ordered_themes(w):
    themes = [w.theme(), w.theme("Nycklar")]
    seen = [theme.pk for theme in themes]
    reviewing.order_themes(themes=themes[::-1], seen=seen, **w.then)


def merged_themes(w):
    kept, other = w.theme(), w.theme("Nycklar")
    reviewing.merge_themes(
        kept=kept, other=other, seen=kept.version, other_seen=other.version, **w.then
    )


def undone_step(w):
    reviewing.place(themes=[w.theme()], at=NOON, by=w.by, **w.passage())
    reviewing.undo(consultation=w.consultation, **w.then)


def translated(w):
    submission = w.submission()
    texts = dict.fromkeys(Answer.objects.values_list("pk", flat=True), "Text")
    translating.translate(
        submission=submission, language="en", is_machine_made=False, texts=texts, seen={}, **w.then
    )


def transcribed(w):
    w.submission(files=["yttrande.pdf"])
    translating.transcribe(attachment=Attachment.objects.get(), text="Text", seen=0, **w.then)


def imported(w):
    rows, choice = [Row(2, ("Krets",))], Choice(uses=(NAME,), heading=0, kind="association")
    seen = importing.shown(verdicts.judge(rows, choice, verdicts.known()))
    importing.import_bodies(rows=rows, choice=choice, seen=seen, file_name="lista.csv", **w.then)


def changed_body(w):
    body = make_body()
    body.name = "Ett annat namn"
    registering_bodies.save(body=body, addresses=body.addresses.all(), **w.then)


def came_back(w):
    letter = w.invitation().letters.get()
    report = Bounce(letter.message_id, letter.address, Outcome.REFUSED, "5.1.1", "User unknown")
    bouncing.take([report], **w.then)


def works_again(w):
    body = make_body()
    body.addresses.update(failed_at=NOON)
    bodies.mark_working(address=body.addresses.get(), **w.then)


def sent_link(verb):
    def do(w):
        invitation = w.invitation()
        verb(invitation=invitation, address=invitation.body.addresses.get(), **w.then)

    return do


def declined(w):
    invitation = w.invitation()
    invited.decline(invitation=invitation, reason="Hinner inte", at=NOON)
    return invitation


def joined_actors(w, **how):
    keys = ["ett", "två"]
    seen = actors.standing(w.consultation, keys)
    actors.join(consultation=w.consultation, keys=keys, name="Ett", seen=seen, **how or w.then)


def took_out_actor(w):
    joined_actors(w, at=NOON, by=w.by)
    actors.take_out(consultation=w.consultation, variant="två", out_of="ett", **w.then)


def changed_mind(w):
    invited.change_mind(invitation=declined(w), at=LATER)


def infected(w):
    files = w.submission(files=["yttrande.pdf"]).attachments.all()
    FileScan.objects.create(sha256=files[0].sha256, state="infected", found="Eicar")
    scanning.note_infected(at=LATER)


def withdrew(w):
    response = w.response()
    answering.withdraw(response=response, at=NOON)
    return response


def settings(w):
    w.consultation.registry_number = "STK-1"
    planning.changed_settings(
        consultation=w.consultation, before={"registry_number": "", "title": w.consultation.title},
        **w.then,
    )  # fmt: skip


def untied(w):
    response, body = w.response(), make_body()
    tying.tie(response=response, bodies=[body], at=NOON, by=w.by)
    tying.untie(response=response, body=body, **w.then)


def taken_back(w):
    response = w.response()
    recording.set_aside(responses=[response], reason="test", note="", at=NOON, by=w.by)
    response.refresh_from_db()
    recording.take_back(responses=[response], **w.then)


def area(w):
    return {"part": w.consultation.versions.get().areas.first(), "consultation": w.consultation}


def request(w):
    return ask_for_time(draft=make_draft(consultation=w.consultation))


# Verb of the workflow → (what it is done with, the events that it writes). Of several alike,
# such as one a passage placed, as many as are named.
def handled_again(w):
    submission = w.response().latest
    handling.handle(submission=submission, outcome="Läst", at=NOON, by=w.by)
    handling.handle_again(submission=submission, **w.then)


STAFF = {
    "actors.join": (joined_actors, [Verb.JOINED_ACTORS]),
    "actors.take_out": (took_out_actor, [Verb.JOINED_ACTORS]),
    "bodies.add_address": (
        lambda w: bodies.add_address(
            body=make_body(), email="ny@sundspan.example", is_main=False, **w.then
        ),
        [Verb.CHANGED_BODY],
    ),
    "bodies.mark_working": (works_again, [Verb.CHANGED_BODY]),
    "bodies.note_contact": (
        lambda w: bodies.note_contact(
            body=make_body(), consultation=w.consultation, on=NOON.date(), channel="phone",
            text="De svarar.", **w.then,
        ),
        [Verb.NOTED],
    ),
    "bouncing.take": (came_back, [Verb.BOUNCED]),
    "disclosing.disclosed": (
        lambda w: disclosing.disclosed(
            submission=w.submission(), with_answer=True, files=[], decision=Disclosure.WHOLE,
            given_on=NOON.date(), note="", **w.then,
        ),
        [Verb.DISCLOSED],
    ),
    "disclosing.took_version": (
        lambda w: disclosing.took_version(submission=w.submission(), with_contact=True, **w.then),
        [Verb.EXPORTED, Verb.READ_CONTACT],
    ),
    "disclosing.took_post_list": (
        lambda w: disclosing.took_post_list(
            first=NOON.date(), last=NOON.date(), count=1, form="pdf", **w.then
        ),
        [Verb.EXPORTED],
    ),
    "disclosing.took_log": (
        lambda w: disclosing.took_log(count=1, form="csv", chosen="Allt", **w.then),
        [Verb.EXPORTED],
    ),
    "extending.grant": (
        lambda w: extending.grant(request=request(w), until=LAST_DAY + days(9), note="", **w.then),
        [Verb.GRANTED],
    ),
    "extending.decline": (
        lambda w: extending.decline(request=request(w), note="Nej", **w.then),
        [Verb.DECLINED],
    ),
    "extending.read_contact": (
        lambda w: extending.read_contact(request=request(w), **w.then), [Verb.READ_CONTACT]
    ),
    "extending.grant_to_bodies": (
        lambda w: extending.grant_to_bodies(
            invitations=[w.invitation()], until=LAST_DAY + days(9), reason="Möte", **w.then
        ),
        [Verb.GRANTED],
    ),
    "importing.import_bodies": (imported, [Verb.IMPORTED]),
    "handling.handle": (
        lambda w: handling.handle(submission=w.response().latest, outcome="Läst", **w.then),
        [Verb.HANDLED_FILES],
    ),
    "handling.handle_again": (handled_again, [Verb.UNDID_STEP]),
    "inviting.invite": (
        lambda w: inviting.invite(
            consultation=w.consultation, bodies=[make_body().pk], **w.then
        ),
        [Verb.WROTE_TEXT, Verb.INVITED],  # the standard text is kept the first time it is sent
    ),
    "inviting.remind": (
        lambda w: inviting.remind(
            consultation=w.consultation,
            bodies=[w.invitation(at=NOON - days(5)).body_id],
            **w.then,
        ),
        [Verb.WROTE_TEXT, Verb.REMINDED],
    ),
    "inviting.undo": (
        lambda w: inviting.undo(
            dispatch=inviting.invite(
                consultation=w.consultation, bodies=[make_body().pk], at=LATER - days(1) / 900,
                by=w.by,
            ),
            **w.then,
        ),
        [Verb.UNDID],
    ),
    "inviting.send_again": (sent_link(inviting.send_again), [Verb.RESENT]),
    "inviting.revoke": (
        sent_link(inviting.revoke),
        [Verb.REVOKED, Verb.RESENT],  # the new link is sent
    ),
    "merging.merge": (
        lambda w: merging.merge(
            kept=make_body(), other=make_body(name="Kretsen", email="k@sundspan.example"), **w.then
        ),
        [Verb.MERGED, Verb.MERGED],  # one on each of the two
    ),
    "moving.move_last_day": (
        lambda w: moving.move_last_day(
            consultation=w.consultation, last_day=LAST_DAY + days(1), reason="", **w.then
        ),
        [Verb.MOVED_LAST_DAY],
    ),
    "noting.write": (
        lambda w: noting.write(
            response=w.response(), area_key="", text="Läs igen", seen=0, **w.then
        ),
        [Verb.WROTE_NOTE],
    ),
    "planning.added_to_plan": (
        lambda w: planning.added_to_plan(**area(w), **w.then), [Verb.CHANGED_PLAN]
    ),
    "planning.changed_plan": (
        lambda w: planning.changed_plan(fields=["lead"], **area(w), **w.then), [Verb.CHANGED_PLAN]
    ),
    "planning.changed_settings": (settings, [Verb.CHANGED_SETTINGS]),
    "planning.made_consultation": (
        lambda w: planning.made_consultation(consultation=w.consultation, **w.then),
        [Verb.CHANGED_SETTINGS],
    ),
    "planning.took_from_plan": (
        lambda w: planning.took_from_plan(**area(w), **w.then), [Verb.CHANGED_PLAN]
    ),
    "recording.record": (
        lambda w: make_recorded(consultation=w.consultation, by=w.by, at=LATER),
        [Verb.RECORDED],
    ),
    "recording.register": (
        lambda w: recording.register(
            submission=w.submission(), registry_number="STK-1", registered_on=NOON.date(), **w.then
        ),
        [Verb.REGISTERED],
    ),
    "recording.set_aside": (
        lambda w: recording.set_aside(responses=[w.response()], reason="test", note="", **w.then),
        [Verb.SET_ASIDE],
    ),
    "recording.take_back": (taken_back, [Verb.TOOK_BACK]),
    "recording.correct_plan": (
        lambda w: recording.correct_plan(
            version=w.consultation.versions.get(), note="Fel ord", **w.then
        ),
        [Verb.CORRECTED],
    ),
    "recording.read_contact": (
        lambda w: recording.read_contact(response=w.response(), **w.then), [Verb.READ_CONTACT]
    ),
    "recording.exported": (
        lambda w: recording.exported(
            consultation=w.consultation, count=1, form="csv", reason="", **w.then
        ),
        [Verb.EXPORTED],
    ),
    "recording.exported_bodies": (
        lambda w: recording.exported_bodies(
            consultation=w.consultation, what="matrisen", count=1, **w.then
        ),
        [Verb.EXPORTED],
    ),
    "registering.register_together": (
        lambda w: registering.register_together(
            numbers={w.submission(): "1", w.submission(): "2"}, registered_on=NOON.date(), **w.then
        ),
        [Verb.REGISTERED, Verb.REGISTERED],  # one a version
    ),
    "registering_bodies.save": (changed_body, [Verb.CHANGED_BODY]),
    "reviewing.place": (
        lambda w: reviewing.place(themes=[w.theme()], **w.passage(), **w.then), [Verb.PLACED]
    ),
    "reviewing.place_together": (placed_together, [Verb.PLACED, Verb.PLACED]),  # one a passage
    "reviewing.needs_nothing": (
        lambda w: reviewing.needs_nothing(reason="Hälsning", **w.passage(), **w.then),
        [Verb.NO_ACTION],
    ),
    "reviewing.put_back": (
        lambda w: reviewing.put_back(**w.passage(), **w.then), [Verb.PLACED]
    ),
    "reviewing.split": (
        lambda w: reviewing.split(offset=6, **w.passage(), **w.then), [Verb.DIVIDED]
    ),
    "reviewing.join": (joined, [Verb.DIVIDED]),
    "reviewing.new_theme": (
        lambda w: reviewing.new_theme(
            consultation=w.consultation, area_key="", name="Nycklar", **w.then
        ),
        [Verb.CHANGED_THEME],
    ),
    "reviewing.change_theme": (changed_theme, [Verb.CHANGED_THEME]),
    "reviewing.order_themes": (
        ordered_themes,
        [Verb.CHANGED_THEME],
    ),
    "reviewing.need_nothing": (
        lambda w: reviewing.need_nothing(passages=w.passages()[:2], reason="Skäl", **w.then),
        [Verb.NO_ACTION, Verb.NO_ACTION],
    ),
    "reviewing.remove_theme": (
        lambda w: reviewing.remove_theme(theme=w.theme(), seen=0, **w.then), [Verb.CHANGED_THEME]
    ),
    "reviewing.merge_themes": (merged_themes, [Verb.CHANGED_THEME]),
    "reviewing.split_theme": (split_theme, [Verb.CHANGED_THEME, Verb.CHANGED_THEME]),  # a new one
    "reviewing.undo": (undone_step, [Verb.UNDID_STEP]),
    "credentials.note_change": (
        lambda w: credentials.note_change(user=w.by, verb=Verb.NEW_CODES, at=LATER),
        [Verb.NEW_CODES],
    ),
    "credentials.reset_second_factor": (
        lambda w: credentials.reset_second_factor(user=w.account(), reason="Tappad", **w.then),
        [Verb.RESET_FACTOR],
    ),
    "disclosing.searched_person": (
        lambda w: disclosing.searched_person(count=2, **w.then), [Verb.SEARCHED_PERSON]
    ),
    "disclosing.took_extract": (
        lambda w: disclosing.took_extract(count=2, form="html", **w.then), [Verb.TOOK_EXTRACT]
    ),
    "disposing.dispose": (disposed, [Verb.DISPOSED]),
    "erasing.erase": (
        lambda w: erasing.erase(response=w.response(), reason="Begärt", **w.then), [Verb.ERASED]
    ),
    "masking.mask": (
        lambda w: masking.mask(
            submission=(sent := w.submission()),
            places=[(next(iter(masking.texts_of(sent))), 0, 3)],
            reason="personal", note="", **w.then,
        ),
        [Verb.MASKED],
    ),
    "masking.unmask": (lambda w: masking.unmask(masking=masked(w), **w.then), [Verb.UNMASKED]),
    "masking.hide": (
        lambda w: masking.hide(findings=[w.finding()], **w.then), [Verb.MASKED]
    ),
    "masking.let_stand": (
        lambda w: masking.let_stand(findings=[w.finding()], **w.then), [Verb.LET_STAND]
    ),
    "masking.ask_again": (asked_again, [Verb.ASKED_AGAIN]),
    "naming.correct": (
        lambda w: naming.correct(
            response=(sent := w.submission()).response,
            name="Kajutan", reason="Felskrivet", seen=sent.sender, **w.then,
        ),
        [Verb.CORRECTED_NAME],
    ),
    "replying.write": (
        lambda w: replying.write(target=w.theme(), seen=0, text="Ja.", **w.then),
        [Verb.WROTE_REPLY],
    ),
    "replying.hand_over": (handed_over, [Verb.HANDED_OVER]),
    "replying.approve": (
        lambda w: replying.approve(**w.reply(state="handed_over"), **w.then), [Verb.APPROVED]
    ),
    "replying.send_back": (
        lambda w: replying.send_back(
            **w.reply(state="handed_over"), comment="Kortare.", **w.then
        ),
        [Verb.SENT_BACK],
    ),
    "writing.write": (written, [Verb.WROTE_TO]),
    "writing.stop": (
        lambda w: writing.stop(message=written(w), **w.then), [Verb.WROTE_TO, Verb.STOPPED_LETTER]
    ),
    "secrecy.mark": (
        lambda w: secrecy.mark(
            response=w.response(), provision="OSL 21 kap. 7 §", reason="Namn", **w.then
        ),
        [Verb.MARKED_SECRET],
    ),
    "secrecy.try_mark": (tried_secret, [Verb.TRIED_SECRET]),
    "sharing.share": (
        lambda w: sharing.share(
            consultation=w.consultation, wanted={"city-life": w.by.coordinator}, seen={}, **w.then
        ),
        [Verb.SHARED_AREAS],
    ),
    "staffing.employ": (
        lambda w: staffing.employ(
            user=type(w.by)(username="ny"), group=group(roles.COORDINATOR_CITY), **w.then
        ),
        [Verb.MADE_ACCOUNT],
    ),
    "staffing.change": (
        lambda w: staffing.change(
            user=w.account(is_active=False), changed=["email", "is_active"], **w.then
        ),
        [Verb.CHANGED_ACCOUNT, Verb.CLOSED_ACCOUNT],
    ),
    "staffing.place": (
        lambda w: staffing.place(user=w.account(), group=group(roles.REGISTRAR), **w.then),
        [Verb.CHANGED_GROUP],
    ),
    "staffing.password_was_set": (
        lambda w: staffing.password_was_set(user=w.account(), **w.then), [Verb.SET_PASSWORD]
    ),
    "staffing.choose_notice": (
        lambda w: staffing.choose_notice(
            coordinator=w.by.coordinator, notice="daily", at=LATER
        ),
        [Verb.CHOSE_NOTICE],
    ),
    "staffing.logged_in": (
        lambda w: staffing.logged_in(user=w.by, at=LATER), [Verb.LOGGED_IN]
    ),
    "staffing.logged_out": (
        lambda w: staffing.logged_out(user=w.by, at=LATER), [Verb.LOGGED_OUT]
    ),
    "translating.translate": (translated, [Verb.TRANSLATED]),
    "translating.transcribe": (transcribed, [Verb.TRANSCRIBED]),
    "tying.tie": (
        lambda w: tying.tie(
            response=w.response(), bodies=[make_body(), make_body(name="B", email="")], **w.then
        ),
        [Verb.TIED, Verb.TIED],  # one a body
    ),
    "tying.untie": (untied, [Verb.UNTIED]),
    "wording.write": (
        lambda w: wording.write(
            consultation=w.consultation, kind="reminder", subject="Hej", body="Svara", seen=0,
            **w.then,
        ),
        [Verb.WROTE_TEXT],
    ),
    "wording.kept": (
        lambda w: wording.kept(w.consultation, LetterText.Kind.REMINDER, **w.then),
        [Verb.WROTE_TEXT],
    ),
}  # fmt: skip
# Done by somebody without an account.
OTHERS = {
    "inviting.ask_again": (
        lambda w: inviting.ask_again(key=w.invitation().body.addresses.get().email_key, at=LATER),
        [Verb.RESENT],
    ),
    "answering.submit": (
        lambda w: send_in(
            draft=make_draft(consultation=w.consultation, texts=TEXTS), at=LATER
        ),
        [Verb.SUBMITTED],
    ),
    "answering.withdraw": (
        lambda w: answering.withdraw(response=w.response(), at=LATER), [Verb.WITHDREW]
    ),
    "answering.restore": (
        lambda w: answering.restore(response=withdrew(w), at=LATER), [Verb.RESTORED]
    ),
    "invited.open_link": (
        lambda w: invited.open_link(invitation=w.invitation(), at=LATER), [Verb.OPENED]
    ),
    "invited.begin": (
        lambda w: begin_invited(invitation=w.invitation(), at=LATER), [Verb.BEGAN]
    ),
    "invited.decline": (
        lambda w: invited.decline(invitation=w.invitation(), reason="Nej", at=LATER),
        [Verb.ABSTAINED],
    ),
    "invited.change_mind": (changed_mind, [Verb.CHANGED_MIND]),
    "scanning.note_infected": (infected, [Verb.FOUND_MALWARE]),
    "staffing.failed_to_log_in": (
        lambda w: staffing.failed_to_log_in(username=w.by.username, at=LATER), [Verb.FAILED_LOGIN]
    ),
    "staffing.was_locked_out": (
        lambda w: staffing.was_locked_out(username=w.by.username, network="192.0.2.7", at=LATER),
        [Verb.LOCKED_OUT],
    ),
}  # fmt: skip

DRAFT = "a draft is the respondent's own: staff learn nothing of it (decision 10)"
ASKS = "asks, and changes nothing"
LETTERS = "queues a letter, which is a row that staff can read"
SILENT = {
    "answering.start": DRAFT,
    "answering.save_part": DRAFT,
    "answering.restore_text": DRAFT,
    "answering.resend_link": DRAFT,
    "answering.find_links": DRAFT,
    "answering.confirm": "the time stands on the answer",
    "answering.change_email": "of a draft alone; of an answer it is tested with the draft's pages",
    "credentials.ask_for_password": LETTERS,
    "credentials.refusal": ASKS,
    "disposing.why_not": ASKS,
    "ending.discard": DRAFT,
    "ending.purge": DRAFT,
    "extending.ask": "the request is a row of its own, with its time",
    "extending.let_have": "a part of granting and of merging, which note it",
    "filing.add": DRAFT,
    "filing.remove": DRAFT,
    "filing.move": DRAFT,
    "filing.reconcile": "looks after files that no row knows",
    "inviting.to_invite": ASKS,
    "inviting.to_remind": ASKS,
    "inviting.why_not_send": ASKS,
    "moving.waiting": ASKS,
    "bouncing.fetch": "reads a folder, and lets bouncing.take write",
    "recording.mark_read": "each person's own, as the list shows it",
    "recording.mark_unread": "each person's own, as the list shows it",
    "recording.tell_daily": LETTERS,
    "recording.report_failing": "the report is a row of its own, with its time",
    "reminding.remind": LETTERS,
    "reviewing.latest_step": ASKS,
    "scanning.scan_waiting": "asks the scanner, and lets scanning.note_infected write",
    "translating.note_language": "a part of registering an answer",
}


def verbs_of_the_workflow():
    """Every public function that is told when or by whom."""
    for file in sorted(WORKFLOW.glob("*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                told = {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
                if told & {"at", "by"}:
                    yield f"{file.stem}.{node.name}"


@pytest.mark.once
def test_every_verb_of_the_workflow_has_a_row():
    rows = [*STAFF, *OTHERS, *SILENT]

    assert sorted(verbs_of_the_workflow()) == sorted(rows)


@pytest.mark.parametrize("name", [*STAFF, *OTHERS])
def test_one_call_writes_its_events_and_no_other(name, consultation, city):
    do, expected = (STAFF | OTHERS)[name]

    do(World(consultation, city))

    written = Event.objects.filter(at=LATER).order_by("pk")
    assert [event.verb for event in written] == expected
    assert {event.actor for event in written} == {city if name in STAFF else None}
