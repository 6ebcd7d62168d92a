"""Replying together: who may do what to a revision, what stands, and what is told to whom."""

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction

from remiss import mail, roles
from remiss.mail.contexts import NotNeeded
from remiss.models import (
    Approval,
    Coordinator,
    Event,
    Letter,
    Passage,
    Placement,
    ReplyRevision,
    SendBack,
)
from remiss.workflow import posting, replying, reviewing
from remiss.workflow.replying import NoSide, ReplyMoved, ReplyRefused
from tests.factories import (
    NOON,
    REPLY,
    days,
    make_staff,
    make_submission,
    make_theme,
    reply_to,
)

STATES = ["draft", "handed_over", "sent_back", "approved"]


@pytest.fixture
def theme(consultation, city):
    return make_theme(consultation=consultation, by=city)


@pytest.fixture
def deputy(db):
    return make_staff(username="doris", group=roles.COORDINATOR_CIVIL, side="civil", is_deputy=True)


def how(target, by, *, seen=1, at=NOON):
    return {"target": target, "seen": seen, "at": at, "by": by}


def rows():
    return [
        sorted(model.objects.values_list(), key=str)
        for model in (ReplyRevision, Approval, SendBack, Event, Letter)
    ]


def newest(target):
    return ReplyRevision.objects.about(target).with_doings().first()


# Writing


def test_every_revision_is_kept_as_it_was_written(theme, city, civil):
    reply_to(theme, by=city)
    reply_to(theme, by=civil, text="Vi öppnar aulorna varje kväll.")

    found = list(ReplyRevision.objects.about(theme).values_list("number", "side", "text"))
    assert found == [
        (2, "civil", "Vi öppnar aulorna varje kväll."),
        (1, "city", REPLY["text"]),
    ]
    assert [event.note for event in Event.objects.filter(verb="wrote_reply")] == [
        "Lokaler, version 2",
        "Lokaler, version 1",
    ]


def test_the_same_words_by_the_same_person_are_no_new_revision(theme, city, civil):
    first = reply_to(theme, by=city)

    assert replying.write(**how(theme, city), **REPLY) == first
    assert replying.write(**how(theme, civil), **REPLY).number == 2


def test_each_act_pressed_twice_is_done_once(theme, city, civil):
    reply_to(theme, by=city)
    assert replying.write(**how(theme, city, seen=0), **REPLY).number == 1
    for act, by in ((replying.hand_over, city), (replying.approve, civil)):
        act(**how(theme, by))
        before = rows()
        act(**how(theme, by))
        assert rows() == before


def test_whoever_changes_side_saves_the_same_words_anew(theme, city):
    reply_to(theme, by=city)
    Coordinator.objects.filter(user=city).update(side="civil")

    assert replying.write(**how(theme, city), **REPLY).side == "civil"


def test_whoever_saves_second_is_told_what_stands_and_loses_nothing(theme, city, civil):
    reply_to(theme, by=city)
    before = rows()

    with pytest.raises(ReplyMoved) as moved:
        replying.write(**how(theme, civil, seen=0), **REPLY | {"text": "Min text."})

    assert (moved.value.standing.text, moved.value.written["text"]) == (REPLY["text"], "Min text.")
    assert rows() == before


def test_a_reply_to_one_answer_is_text_alone(consultation, city, civil):
    response = make_submission(consultation=consultation).response

    revision = reply_to(response, by=city, state="approved", other=civil)

    assert (revision.response, revision.theme, revision.outcome) == (response, None, "")
    assert Event.objects.filter(verb="approved").get().response == response
    with pytest.raises(IntegrityError), transaction.atomic():
        replying.write(**how(response, city), text="Nytt.", outcome="changed")


def test_a_revision_is_of_a_theme_or_of_an_answer_and_of_one_of_them(theme, city, consultation):
    response = make_submission(consultation=consultation).response
    for about in ({}, {"theme": theme, "response": response}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReplyRevision.objects.create(number=1, side="city", by=city, at=NOON, **about)


def test_a_draft_may_lack_what_is_handed_over_may_not(theme, city):
    for number, words in enumerate(({"outcome": ""}, {"text": ""}), 1):
        reply_to(theme, by=city, **words)
        with pytest.raises(ReplyRefused, match="Välj ett besked"):
            replying.hand_over(**how(theme, city, seen=number))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            {"outcome": "unchanged"},
            "Beskedet är Ingen ändring. Välj ett annat besked, eller töm rutan. "
            "Beskedet är Ingen ändring. Välj ett annat besked, eller töm rutan.",
        ),
        (
            {"outcome": "unchanged", "after": ""},
            "Beskedet är Ingen ändring. Välj ett annat besked, eller töm rutan.",
        ),
        ({"after": ""}, "Skriv hur det står nu, eller att texten är borttagen."),
        ({"before": ""}, ""),
        ({"outcome": "unchanged", "before": "", "after": ""}, ""),
    ],
)
def test_a_change_in_the_plan_that_is_handed_over_hangs_together(theme, city, words, why):
    reply_to(theme, by=city, **words)
    try:
        replying.hand_over(**how(theme, city))
        said = ""
    except ReplyRefused as refusal:
        said = str(refusal)

    assert said == why
    assert newest(theme).state == ("draft" if why else "handed_over")


def test_nothing_is_no_revision(theme, city):
    empty = dict.fromkeys(REPLY, "")
    with pytest.raises(ReplyRefused, match="Skriv något"):
        replying.write(**how(theme, city, seen=0), **empty)
    reply_to(theme, by=city)
    with pytest.raises(ReplyRefused, match="Skriv något"):
        replying.write(**how(theme, city), **empty)

    assert ReplyRevision.objects.count() == 1


def test_whoever_stands_by_what_was_sent_back_hands_it_over_anew(theme, city, civil):
    reply_to(theme, by=city, state="sent_back", other=civil)
    assert replying.write(**how(theme, city), **REPLY).number == 1

    for _press in range(2):
        again = replying.write(**how(theme, city), **REPLY, stands_by=True)
        replying.hand_over(**how(theme, city, seen=again.number))

    assert list(ReplyRevision.objects.about(theme).values_list("number", "text")) == [
        (2, REPLY["text"]),
        (1, REPLY["text"]),
    ]
    assert newest(theme).state == "handed_over"


# The states, and who may do what in each of them

ACTS = {
    "hand_over": replying.hand_over,
    "approve": replying.approve,
    "send_back": lambda **how: replying.send_back(comment="Skriv kortare.", **how),
}
MAY = {
    ("draft", "city", "hand_over"): "handed_over",
    ("handed_over", "civil", "approve"): "approved",
    ("handed_over", "civil", "send_back"): "sent_back",
    ("handed_over", "deputy", "approve"): "approved",
    ("handed_over", "deputy", "send_back"): "sent_back",
}
PEOPLE = ["city", "colleague", "civil", "deputy", "superuser", "registrar", "reader", "former"]


@pytest.fixture
def people(request, city, civil, deputy, superuser, registrar, reader):
    """The author, somebody else of the city's side, the other side and its deputy, and those of
    neither side; one of them was a coordinator and has been shut out."""
    colleague = make_staff(
        username="maj", group=roles.COORDINATOR_CITY, side="city", is_deputy=True
    )
    former = make_staff(username="frank", group=roles.COORDINATOR_CIVIL, side="civil")
    former.is_active = False
    former.save()
    cast = (city, colleague, civil, deputy, superuser, registrar, reader, former)
    return dict(zip(PEOPLE, cast, strict=True))


@pytest.mark.parametrize("state", STATES)
def test_only_the_table_leads_from_one_state_to_another(theme, people, state):
    revision = reply_to(theme, by=people["city"], state=state, other=people["civil"])
    assert (revision.state, newest(theme).state) == (state, state)
    before, found = rows(), {}
    for name, by in people.items():
        for act, do in ACTS.items():
            with transaction.atomic():
                try:
                    do(**how(theme, by))
                except (NoSide, ReplyRefused):
                    assert rows() == before
                if rows() != before:
                    found[state, name, act] = newest(theme).state.value
                transaction.set_rollback(True)

    assert found == {key: led for key, led in MAY.items() if key[0] == state}


@pytest.mark.parametrize("state", STATES)
def test_those_of_neither_side_write_nothing_in_any_state(theme, people, state):
    reply_to(theme, by=people["city"], state=state, other=people["civil"])
    before = rows()
    for name in ("superuser", "registrar", "reader", "former"):
        with pytest.raises(NoSide):
            replying.write(**how(theme, people[name]), **REPLY | {"text": "Nytt."})
    assert rows() == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("seen", [0, 1, 3])
def test_an_act_is_about_the_revision_that_was_seen(theme, city, civil, act, seen):
    reply_to(theme, by=city, state="handed_over")
    reply_to(theme, by=city, state="handed_over", text="Nytt.")
    before = rows()

    with pytest.raises(ReplyMoved):
        ACTS[act](**how(theme, civil, seen=seen))

    assert rows() == before


def test_whoever_moves_to_the_other_side_cannot_approve_their_own(theme, city, civil):
    reply_to(theme, by=city, state="handed_over")
    Coordinator.objects.filter(user=city).update(side="civil")
    before = rows()

    with pytest.raises(ReplyRefused):
        replying.approve(**how(theme, city))

    assert rows() == before
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the verb
        Approval.objects.create(revision=newest(theme), side="civil", by=city, at=NOON)


def test_a_side_approves_once_and_sends_back_once_even_past_the_verbs(theme, city, civil, deputy):
    revision = reply_to(theme, by=city, state="approved", other=civil)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(revision=revision, side="civil", by=deputy, at=NOON)
    back = {"revision": revision, "side": "civil", "at": NOON, "comment": "x"}
    SendBack.objects.create(by=civil, **back)
    with pytest.raises(IntegrityError), transaction.atomic():
        SendBack.objects.create(by=deputy, **back)


def test_a_side_has_one_deputy(deputy):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_staff(username="dan", group=roles.COORDINATOR_CIVIL, side="civil", is_deputy=True)


def test_a_deputy_writes_and_approves_and_is_named_as_one(theme, city, deputy):
    first = reply_to(theme, by=city, state="approved", other=deputy)
    second = reply_to(theme, by=deputy, text="Nytt.", state="approved", other=city)

    assert [each.who for each in first.approvals.all()] == [
        "maria, Malmö stad",
        "doris, ställföreträdare, Idéburen sektor",
    ]
    assert second.who == "doris, ställföreträdare, Idéburen sektor"
    approvals = Event.objects.filter(verb="approved").order_by("pk")
    assert [event.note for event in approvals] == [
        "Lokaler, version 1, som ställföreträdare",
        "Lokaler, version 2",
    ]


def test_sending_back_takes_a_comment(theme, city, civil):
    reply_to(theme, by=city, state="handed_over")

    with pytest.raises(ReplyRefused, match="Skriv vad"):
        replying.send_back(comment="", **how(theme, civil))


def test_an_approved_revision_stands_until_a_new_one_is_approved(theme, city, civil):
    def standing():
        found = ReplyRevision.objects.about(theme).approved()
        return found.values_list("number", flat=True).first()

    reply_to(theme, by=city, state="approved", other=civil)
    for state in ("draft", "handed_over", "sent_back"):
        reply_to(theme, by=civil, text=f"Nytt, {state}.", state=state, other=city)
        assert (standing(), newest(theme).state) == (1, state)
    reply_to(theme, by=civil, text="Klart.", state="approved", other=city)

    assert standing() == 5


# Whose turn it is


def waiting(side):
    found = ReplyRevision.objects.waiting_for(side)
    return sorted(found.values_list("theme__name", flat=True))


def test_what_waits_on_a_side_is_what_it_can_do_something_about(consultation, city, civil):
    for author, other in ((city, civil), (civil, city)):
        for state in STATES:
            name = f"{author.coordinator.side} {state}"
            named = make_theme(consultation=consultation, by=city, name=name)
            reply_to(named, by=author, text="Gammalt.", state="approved", other=other)
            found = reply_to(named, by=author, state=state, other=other)
            acting = {"draft": author, "sent_back": author, "handed_over": other}.get(state)
            assert found.acting_side == (acting.coordinator.side if acting else "")

    assert waiting("city") == ["city draft", "city sent_back", "civil handed_over"]
    assert waiting("civil") == ["city handed_over", "civil draft", "civil sent_back"]


# Themes that are merged and passages that come later


def test_a_merged_theme_s_reply_is_kept_and_takes_nothing_more(theme, consultation, city, civil):
    other = make_theme(consultation=consultation, by=city, name="Nycklar")
    reply_to(other, by=city, state="approved", other=civil)
    merging = {"kept": theme, "other": other, "seen": 0, "other_seen": 0, "at": NOON, "by": city}
    reviewing.merge_themes(**merging)
    before = rows()

    for do in (lambda **how: replying.write(**how, **REPLY), *ACTS.values()):
        with pytest.raises(ReplyRefused, match="ingår i ett annat"):
            do(**how(other, civil))
    assert rows() == before
    assert list(ReplyRevision.objects.in_use(consultation)) == []

    reviewing.undo(consultation=consultation, at=NOON, by=city)
    assert [each.state for each in ReplyRevision.objects.in_use(consultation)] == ["approved"]


def test_what_merging_brings_is_placed_from_then(theme, consultation, city):
    make_submission(consultation=consultation)
    other = make_theme(consultation=consultation, by=city, name="Nycklar")
    reviewing.place(passage=Passage.objects.get(), themes=[other], seen=0, at=NOON, by=city)
    later = NOON + days(1)
    merging = {"kept": theme, "other": other, "seen": 0, "other_seen": 0, "by": city}

    reviewing.merge_themes(at=later, **merging)
    assert Placement.objects.values_list("theme", "at").get() == (theme.pk, later)
    reviewing.undo(consultation=consultation, at=later, by=city)
    assert Placement.objects.values_list("theme", "at").get() == (other.pk, NOON)


# Letters


@pytest.fixture
def letters(noon):
    """letters() → the letters that go out now as (to, subject)."""

    def sent():
        outbox.outbox.clear()
        posting.send_all()
        return sorted((message.to[0], message.subject) for message in outbox.outbox)

    return sent


def test_the_other_side_and_its_deputy_are_told_of_what_waits(
    letters, theme, city, civil, deputy, registrar
):
    quiet = make_staff(username="kim", group=roles.COORDINATOR_CIVIL, side="civil")
    quiet.email = ""
    quiet.save()
    reply_to(theme, by=city, state="handed_over")

    assert letters() == [
        (civil.email, "Återkoppling att godkänna"),
        (deputy.email, "Återkoppling att godkänna"),
    ]
    assert letters() == []


@pytest.mark.parametrize(
    ("state", "subject"),
    [
        ("sent_back", "Återkopplingen är skickad tillbaka"),
        ("approved", "Återkopplingen är godkänd"),
    ],
)
def test_the_author_is_told_what_became_of_it(letters, theme, city, civil, state, subject):
    reply_to(theme, by=city, state=state, other=civil)

    assert letters() == [(city.email, subject)]


@pytest.mark.parametrize("gone", ["no longer a coordinator", "shut out", "other side"])
@pytest.mark.parametrize("state", ["sent_back", "approved"])
def test_the_author_s_side_is_told_when_the_author_is_gone(
    letters, theme, city, civil, deputy, gone, state
):
    reply_to(theme, by=civil, state="handed_over")
    assert letters() == [(city.email, "Återkoppling att godkänna")]
    if gone == "no longer a coordinator":
        civil.coordinator.delete()
    elif gone == "shut out":
        type(civil).objects.filter(pk=civil.pk).update(is_active=False)
    else:
        Coordinator.objects.filter(user=civil).update(side="city")
    successor = make_staff(username="kim", group=roles.COORDINATOR_CIVIL, side="civil")

    if state == "approved":
        replying.approve(**how(theme, city))
    else:
        replying.send_back(comment="Skriv kortare.", **how(theme, city))

    assert [address for address, _subject in letters()] == [deputy.email, successor.email]


def test_a_letter_says_which_theme_and_nothing_that_anybody_wrote(theme, city, civil, settings):
    canary = "KANARIEFAGELN"
    words = dict.fromkeys(("said", "text", "before", "after"), canary)
    reply_to(theme, by=city, state="handed_over", **words)
    messages = [mail.render(Letter.objects.get())]
    replying.send_back(comment=canary, **how(theme, civil))
    reply_to(theme, by=city, state="approved", other=civil, text=f"{canary} igen")
    messages += map(mail.render, Letter.objects.exclude(kind="reply_waiting"))
    waiting = f"{settings.SITE_URL}/samordning/aterkoppling/"

    assert len(messages) == 3
    for message in messages:
        assert canary not in message.subject + message.body
        assert "temat Lokaler" in " ".join(message.body.split())
        assert message.body.count("://") == 1
        assert waiting in message.body.split("\n")


def test_a_theme_named_like_an_address_leads_nowhere(consultation, city, civil):
    named = make_theme(consultation=consultation, by=city, name="Gratis på https://ond.example/x")
    reply_to(named, by=city, state="handed_over")

    assert "ond.example/x" not in mail.render(Letter.objects.get()).body


@pytest.mark.parametrize("what", ["approved", "rewritten", "shut out", "other side"])
def test_a_letter_about_what_no_longer_waits_is_not_sent(theme, city, civil, what):
    reply_to(theme, by=city, state="handed_over")
    letter = Letter.objects.get()
    if what == "approved":
        replying.approve(**how(theme, civil))
    elif what == "rewritten":
        reply_to(theme, by=city, text="Nytt.")
    elif what == "shut out":
        civil.is_active = False
        civil.save()
    else:
        Coordinator.objects.filter(user=civil).update(side="city")

    with pytest.raises(NotNeeded):
        mail.render(letter)
