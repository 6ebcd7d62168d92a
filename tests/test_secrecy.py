"""Sekretessmarkering: what is marked is nowhere for those who may not see it (decision 25)."""

import ast
import io
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from remiss import mail
from remiss.mail import contexts
from remiss.models import (
    Attachment,
    Event,
    ExtensionRequest,
    Letter,
    Passage,
    Response,
    SecrecyMark,
    Submission,
    Verb,
)
from remiss.models.draft import area_key
from remiss.workflow import (
    actors,
    extending,
    noting,
    recording,
    reviewing,
    secrecy,
    translating,
    tying,
)
from tests.factories import (
    NOON,
    ask_for_time,
    days,
    make_body,
    make_draft,
    make_invitation,
    make_staff,
    make_submission,
    reply_to,
    send_in,
)
from tests.test_leaks import CANARY, crawl

LIST = "/samordning/remiss/response/"
LONG = "Fler lokaler behöver stå öppna för föreningar på kvällar och helger i hela staden "
TEXTS = {
    area_key("city-life"): {
        "how": f"{LONG}{CANARY}.\n\nVi vill ha nycklar.",
        "actors": f"{CANARY} aktör",
        "stance": "opposes",
    },
    area_key("participation"): {"how": f"Mer {CANARY}."},
}
MARK = {"what": "svaret", "provision": "OSL 21 kap. 7 §", "reason": "Namn på ett barn."}


def marked(response, by, **about):
    return secrecy.mark(
        response=response, provision="OSL 21 kap. 7 §", reason="Prövas", at=NOON, by=by, **about
    )


def tried(mark, outcome, by, seen=0):
    return secrecy.try_mark(mark=mark, outcome=outcome, reason="Skäl", seen=seen, at=NOON, by=by)


@pytest.fixture
def world(consultation, noon, city, civil):
    """A secret answer with the canary everywhere in it, a plain one with a secret file, and
    beside them what both have led to."""
    make_invitation(consultation=consultation, by=city, name="Läsrummet")
    draft = make_draft(
        consultation=consultation,
        texts=TEXTS,
        organisation=f"{CANARY} förening",
        contact_name=f"{CANARY} person",
        email=f"{CANARY}@hemlig.example",
    )
    extending.grant(
        request=ask_for_time(draft=draft, reason=f"{CANARY} väntar"),
        until=consultation.last_day + days(9), note="", at=NOON, by=city,
    )  # fmt: skip
    secret = send_in(draft=draft)
    plain = make_submission(
        consultation=consultation,
        organisation="Öppen förening",
        texts={area_key("city-life"): {"how": f"{LONG}nu.", "actors": "Biblioteket"}},
        files=[f"{CANARY}.pdf"],
    )
    file = plain.attachments.get()
    keys = [f"{CANARY} aktor", "biblioteket"]
    actors.join(
        consultation=consultation, keys=keys, name="Alla",
        seen=actors.standing(consultation, keys), at=NOON, by=city,
    )  # fmt: skip
    theme = reviewing.new_theme(
        consultation=consultation, area_key="city-life", name="Lokaler", at=NOON, by=civil
    )
    for passage in Passage.objects.filter(start=0, answer__area__key="city-life"):
        reviewing.place(passage=passage, themes=[theme], seen=0, at=NOON, by=civil)
    noting.write(response=secret.response, area_key="", text=CANARY, seen=0, at=NOON, by=civil)
    answer = secret.answers.first()
    translating.translate(
        submission=secret, language="fi", is_machine_made=False, texts={answer.pk: CANARY},
        seen={}, at=NOON, by=city,
    )  # fmt: skip
    translating.transcribe(attachment=file, text=CANARY, seen=0, at=NOON, by=city)
    tying.tie(response=secret.response, bodies=[make_body(name="Tegelhuset")], at=NOON, by=city)
    recording.set_aside(
        responses=[
            make_submission(consultation=consultation, organisation=f"{CANARY} två").response
        ],
        reason="test", note=CANARY, at=NOON, by=city,
    )  # fmt: skip
    aside = Response.objects.exclude(set_aside="").get()
    for response in (secret.response, aside):
        marked(response, city)
    marked(plain.response, city, attachment=file)
    Letter.objects.filter(target__startswith="submission:").update(state=Letter.State.FAILED)
    return SimpleNamespace(secret=secret, plain=plain, file=file, theme=theme, aside=aside)


@pytest.fixture
def viewer(request):
    return request.getfixturevalue(request.param)


def blind(*names):
    return pytest.mark.parametrize("viewer", names, indirect=True)


def text_of(response):
    """Everything a page or a file says, the parts of a workbook included."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return body.decode(errors="replace")


def stock_rows():
    """A search on each list about answers, and the stock pages of its rows, linked or not."""
    yield from (reverse("admin:log"), f"{reverse('admin:log')}?ord={CANARY}")
    for model in (Response, Letter, ExtensionRequest):
        name = f"admin:remiss_{model._meta.model_name}"
        yield f"{reverse(f'{name}_changelist')}?q={CANARY}"
        yield from (reverse(f"{name}_change", args=[row.pk]) for row in model.objects.all())
        yield reverse(f"{name}_history", args=[model.objects.earliest("pk").pk])


EXPORTS = [
    *((("admin:export", {"scope": "all", "form": form})) for form in ("csv", "json", "print")),
    ("admin:export", {"scope": "all", "form": "xlsx"}),
    ("admin:actors_xlsx", {}),
    ("admin:matrix_xlsx", {}),
    ("admin:remisslista_xlsx", {}),
    ("admin:post_list", {"first": "2026-11-01", "last": "2026-11-30", "form": "csv"}),
]


def exported(client):
    return {
        f"{name} {data.get('form', '')}": client.post(reverse(name), data) for name, data in EXPORTS
    }


@pytest.mark.large
@blind("civil", "reader", "administrator", "superuser")
def test_no_page_shows_a_word_of_what_is_marked(world, viewer, signed_in, settings):
    settings.IDEBUREN_SEES_CONTACTS = True
    client = signed_in(viewer)
    asked = [
        f"{LIST}?status=all&q={CANARY}",
        f"{reverse('admin:alike')}?stycke={Passage.objects.latest('pk').pk}",
        f"{reverse('admin:unregistered')}?visa=alla",
        f"{reverse('admin:set_aside')}?ids={world.secret.response_id}",
        f"{reverse('admin:export')}?ids={world.secret.response_id}",
    ]

    pages = crawl(client, [reverse("admin:index"), *stock_rows(), *asked])

    echoed = re.compile(rf'value="{CANARY}"|(?:q|term)(?:=|%3D){CANARY}')
    assert [path for path, page in pages.items() if CANARY in echoed.sub("", page)] == []
    # Nor its reference, but where the address of a list that leads nowhere repeats it.
    assert [path for path, page in pages.items() if world.secret.response.reference in page] == []


@pytest.mark.large
@blind("civil", "superuser")
def test_no_file_holds_a_word_of_what_is_marked(world, viewer, signed_in, settings):
    settings.IDEBUREN_SEES_CONTACTS = True

    files = exported(signed_in(viewer))

    assert {file.status_code for file in files.values()} == {200}
    texts = {name: text_of(file) for name, file in files.items()}
    assert [name for name, text in texts.items() if CANARY in text] == []
    assert "Öppen förening" in texts["admin:export json"]
    assert '"secret_attachments": 1' in texts["admin:export json"].replace('":1', '": 1')


@pytest.mark.large
@blind("registrar", "city")
def test_the_registrator_and_the_city_see_it_all(world, viewer, signed_in):
    client = signed_in(viewer)
    answer = reverse("admin:remiss_response_change", args=[world.secret.response_id])
    plain = reverse("admin:remiss_response_change", args=[world.plain.response_id])

    for path in (LIST, answer, plain, reverse("admin:actors"), reverse("admin:index"),
                 reverse("admin:theme", args=[world.theme.pk]), reverse("admin:left")):  # fmt: skip
        assert CANARY in client.get(path).content.decode(), path
    assert "sekretessmarkerat" in client.get(LIST).content.decode()
    texts = {name: text_of(file) for name, file in exported(client).items()}
    assert {name for name, text in texts.items() if CANARY not in text} == {
        # These name bodies, and the postlista is for anybody to see.
        "admin:matrix_xlsx ", "admin:remisslista_xlsx ", "admin:post_list csv",
    }  # fmt: skip
    assert "Sekretessmarkerat" in texts["admin:post_list csv"]


@blind("civil", "reader", "superuser")
def test_what_is_marked_is_not_found_rather_than_forbidden(world, viewer, signed_in):
    client = signed_in(viewer)
    pk, plain = world.secret.response_id, world.plain.response_id
    paths = [
        ("get", "admin:place", [pk, "city-life"]),
        ("get", "admin:receipt_pdf", [pk, 1]),
        ("get", "admin:sent_file", [plain, world.file.pk]),
        ("get", "admin:receipt_pdf", [plain, 1]),  # the record in it names every file
        ("get", "admin:remiss_response_change", [pk]),
    ]
    if viewer.has_perm("remiss.export_response"):
        paths += [
            ("get", "admin:tie", [pk]),
            ("get", "admin:translate", [pk, 1]),
            ("get", "admin:transcribe", [plain, world.file.pk]),
            ("post", "admin:version_zip", [pk, 1]),
            ("post", "admin:version_zip", [plain, 1]),
        ]

    found = {
        (method, name, *args): getattr(client, method)(reverse(name, args=args)).status_code
        for method, name, args in paths
    }

    # The stock page of a row that is not there leads to the start, with a sentence.
    change = ("get", "admin:remiss_response_change", pk)
    assert {path: status for path, status in found.items() if status != 404} in (
        {}, {change: 302},
    )  # fmt: skip
    missing = client.get(reverse("admin:remiss_response_change", args=[999_999]))
    assert missing.status_code == found[change]


def test_the_idéburna_side_reaches_no_contact_details_of_it_by_the_setting(
    world, civil, signed_in, settings
):
    settings.IDEBUREN_SEES_CONTACTS = True
    client = signed_in(civil)

    shown = client.post(reverse("admin:read_contact", args=[world.plain.response_id]))
    hidden = client.post(reverse("admin:read_contact", args=[world.secret.response_id]))

    assert (shown.status_code, hidden.status_code) == (200, 404)


@blind("civil", "registrar", "superuser")
def test_every_number_of_the_overview_is_that_of_its_list(world, viewer, signed_in):
    client = signed_in(viewer)
    page = client.get(reverse("admin:index"))

    def listed(url):
        context = client.get(url).context
        return (context.get("cl") and context["cl"].result_count) or (
            context["shown"].paginator.count if "shown" in context else 0
        )

    figures = [*page.context["figures"], *page.context["to_do"]]
    wrong = {
        figure.label: (figure.number, listed(figure.url))
        for figure in figures
        if figure.url and figure.number != listed(figure.url)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("viewer", "answers", "sentence"),
    [("city", 2, False), ("civil", 1, True), ("reader", 1, True)],
    indirect=["viewer"],
)
def test_lists_say_how_much_they_leave_out(world, viewer, signed_in, answers, sentence):
    client = signed_in(viewer)
    page = client.get(LIST)
    said = "1 svar är sekretessmarkerat och visas inte här"

    assert page.context["cl"].result_count == answers
    assert (said in page.content.decode()) is sentence
    plain = client.get(reverse("admin:remiss_response_change", args=[world.plain.response_id]))
    assert ("En fil är sekretessmarkerad och visas inte här" in plain.content.decode()) is sentence


def test_the_same_file_in_a_later_version_is_hidden_too(world, reader, civil, city):
    later = Submission.objects.get(pk=world.plain.pk)
    later.pk, later.number, later.submit_key = None, 2, "later"
    later.save(force_insert=True)
    again = Attachment.objects.create(submission=later, **world.file.facts())

    assert not Attachment.objects.visible_to(civil).filter(pk=again.pk).exists()
    assert Submission.objects.with_hidden_files(reader).get(pk=later.pk).hidden_files == 1
    with pytest.raises(secrecy.AlreadyMarked):
        marked(world.plain.response, city, attachment=again)


def test_what_was_tried_and_lifted_is_seen_by_all_again(submission, city, civil, reader, noon):
    response = submission.response
    mark = marked(response, city)
    tried(mark, "upheld", city)
    for user in (civil, reader):
        assert not Response.objects.visible_to(user).exists()

    tried(mark, "lifted", city, seen=1)

    for user in (civil, reader):
        assert Response.objects.visible_to(user).get() == response
    assert marked(response, city).pk != mark.pk
    assert [each.outcome for each in mark.trials.all()] == ["upheld", "lifted"]
    assert [(event.verb, event.note) for event in response.events.order_by("pk")[1:]] == [
        (Verb.MARKED_SECRET, "svaret, OSL 21 kap. 7 §"),
        (Verb.TRIED_SECRET, "svaret, består"),
        (Verb.TRIED_SECRET, "svaret, hävs"),
        (Verb.MARKED_SECRET, "svaret, OSL 21 kap. 7 §"),
    ]


def test_one_mark_stands_at_a_time_and_two_do_not_try_it_at_once(submission, city, registrar):
    mark = marked(submission.response, city)

    with pytest.raises(secrecy.AlreadyMarked):
        marked(submission.response, registrar)
    tried(mark, "upheld", city)
    with pytest.raises(secrecy.TriedMeanwhile):
        tried(mark, "lifted", registrar)
    assert SecrecyMark.objects.standing().count() == 1


def test_a_mark_is_of_an_answer_or_of_a_file(submission, city):
    with pytest.raises(IntegrityError, match="secrecymark_is_of_an_answer_or_a_file"):
        SecrecyMark.objects.create(provision="x", reason="x", by=city, at=NOON)


def test_only_registrator_and_city_may_mark(submission, civil, reader, superuser, registrar):
    for user in (civil, reader, superuser):
        with pytest.raises(PermissionDenied):
            marked(submission.response, user)
    registrar.is_active = False
    with pytest.raises(PermissionDenied):
        marked(submission.response, registrar)


@blind("civil", "superuser", "reader")
def test_a_forged_post_marks_and_tries_nothing(submission, city, viewer, signed_in, noon):
    client = signed_in(viewer)
    url = reverse("admin:secrecy", args=[submission.response_id])

    assert client.post(url, MARK).status_code == 403
    mark = marked(submission.response, city)
    answer = {"mark": mark.pk, "outcome": "lifted", "reason": "Nej", "seen": 0}
    assert client.post(url, answer).status_code == 403

    assert SecrecyMark.objects.standing().get() == mark
    assert not mark.trials.exists()


def test_a_form_handed_back_does_not_name_the_file(world, superuser, signed_in):
    url = reverse("admin:disclose", args=[world.plain.response_id, 1])

    page = signed_in(superuser).post(url, {"decision": "masked", "note": ""})

    assert "Skriv vad som är maskat" in page.content.decode()
    assert CANARY not in page.content.decode()


# The page


def test_marking_and_trying_on_the_page(submission, registrar, signed_in, noon):
    client = signed_in(registrar)
    url = reverse("admin:secrecy", args=[submission.response_id])
    wrong = client.post(url, MARK | {"reason": ""})
    assert "Skriv varför det kan vara sekretess." in wrong.content.decode()
    assert MARK["provision"] in wrong.content.decode()

    assert client.post(url, MARK, follow=True).redirect_chain == [(url, 302)]
    mark = SecrecyMark.objects.get()
    assert (mark.status, mark.reason, mark.by) == ("Inte prövad", MARK["reason"], registrar)
    again = client.post(url, MARK)
    assert "redan markerat" in again.content.decode()

    answer = {"mark": mark.pk, "outcome": "upheld", "reason": "Barnets namn", "seen": 0}
    client.post(url, answer)
    late = client.post(url, answer | {"reason": "Min text"})
    assert late.status_code == 409
    assert "Min text" in late.content.decode()
    mark.refresh_from_db()
    assert mark.status == "Prövad, består"
    assert client.post(url, {"mark": 999_999}).status_code == 404


def test_a_form_older_than_its_token_comes_back_with_its_text(submission, city, noon):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(reverse("admin:secrecy", args=[submission.response_id]), MARK)

    assert page.status_code == 403
    assert MARK["reason"] in page.content.decode()
    assert not SecrecyMark.objects.exists()


def test_a_file_is_marked_and_logged_without_its_name(consultation, city, signed_in, noon):
    sent = make_submission(consultation=consultation, files=["hemligt.pdf"])
    url = reverse("admin:secrecy", args=[sent.response_id])

    signed_in(city).post(url, MARK | {"what": sent.attachments.get().pk})

    assert SecrecyMark.objects.get().attachment == sent.attachments.get()
    event = Event.objects.get(verb=Verb.MARKED_SECRET)
    assert event.note == "bilaga 1 i version 1, OSL 21 kap. 7 §"


def test_the_filter_finds_what_is_marked_for_those_who_see_it(world, city, civil, signed_in):
    def found(user, value):
        rows = signed_in(user).get(LIST, {"sekretess": value, "status": "all"}).context["cl"]
        return {response.pk for response in rows.result_list}

    everything = {world.secret.response_id, world.plain.response_id, world.aside.pk}
    assert found(city, "markerade") == found(city, "oprovade") == everything
    tried(world.file.secrecy_marks.get(), "upheld", city)
    assert found(city, "oprovade") == everything - {world.plain.response_id}
    assert found(civil, "markerade") == {world.plain.response_id}  # no such filter: all it sees


# Letters


KIND = Letter.Kind
# Written to the one that has answered, to the city's side, to invited bodies, or about an account.
OF_OTHERS = {
    KIND.LINK, KIND.LINK_AGAIN, KIND.RECEIPT, KIND.RECEIPT_COPY, KIND.FULL_RECEIPT,
    KIND.WITHDRAWN, KIND.REMINDER_WEEK, KIND.REMINDER_DAY, KIND.EXTENSION_GRANTED,
    KIND.EXTENSION_DECLINED, KIND.TIME_GIVEN_DRAFT, KIND.MOVED_DRAFT, KIND.MOVED_ANSWERED,
    KIND.MESSAGE, KIND.EXTENSION_ASKED, KIND.INVITATION, KIND.REMINDER, KIND.TIME_GIVEN,
    KIND.MOVED_INVITED, KIND.PASSWORD, KIND.LOGIN_CHANGED, KIND.REPORT,
}  # fmt: skip


def test_no_letter_tells_the_idéburna_side_of_it(consultation, noon, city):
    """Every kind of letter that names an answer to a coordinator, before the mark and after."""
    told = make_staff(
        username="ida", group="Samordnare idéburen sektor", side="civil", notice="at_once"
    )
    response = make_submission(
        consultation=consultation, organisation=f"{CANARY} förening"
    ).response
    reply_to(response, by=told, state="sent_back", other=city)
    reply_to(response, by=told, state="approved", other=city, text="Igen.")
    reply_to(response, by=city, state="handed_over", text="En gång till.")
    mail.queue_digest(told.coordinator, since=NOON.replace(hour=1), at=NOON)
    letters = {letter.kind: letter for letter in Letter.objects.filter(address=told.email)}
    assert set(letters) == set(KIND) - OF_OTHERS
    for letter in letters.values():
        said = mail.render(letter)
        assert response.reference in said.subject + said.body

    marked(response, city)

    for letter in letters.values():
        with pytest.raises((contexts.NotNeeded, contexts.Undeliverable)):
            mail.render(letter)


def test_a_reply_to_it_is_handed_over_when_the_mark_is_lifted(consultation, noon, city, signed_in):
    response = make_submission(consultation=consultation).response
    mark = marked(response, city)
    client, url = signed_in(city), reverse("admin:response_reply", args=[response.pk])
    written = {"act": "lamna", "text": "Tack, vi gör så.", "seen": 0}

    page = client.post(url, written)

    assert page.status_code == 409
    assert "lämna över den när markeringen har hävts" in page.text
    assert "Tack, vi gör så." in page.text
    assert not Letter.objects.filter(kind=KIND.REPLY_WAITING).exists()
    client.post(url, written | {"act": "spara"})
    tried(mark, "lifted", city)
    assert client.post(url, written | {"seen": 1}).status_code == 302
    assert response.replies.get().state == "handed_over"


# Everybody asks


GATED = {
    "Response", "Submission", "Attachment", "CountedFor", "Event", "ExtensionRequest", "Letter",
}  # fmt: skip
# Of rows that have been asked for with a viewer, or of nothing but a number.
BOUND = {
    "admin/scopes.py": {"Attachment.filter", "Response.hidden_from", "Submission.filter"},
    "admin/deciding.py": {"ExtensionRequest.of"},
    "admin/reading.py": {"Attachment.filter", "Letter.about_responses"},
    "admin/secrecy.py": {"Attachment.with_secrecy"},
    # A registerutdrag is for those who see it all.
    "exports/extract.py": {
        "Event.filter",
        "ExtensionRequest.select_related",
        "Letter.about_responses",
        "Submission.filter",
    },
    "exports/invited.py": {"Response.current"},
    "exports/record.py": {"Submission.select_related"},
    "exports/tables.py": {"Response.filter", "Submission.filter"},
    "exports/workbook.py": {"Submission.filter"},
}


def test_the_workbench_asks_for_no_answers_without_saying_for_whom():
    """`Response.objects.filter(…)` in a page or a file fails here: it has to be visible_to()."""
    rooms = Path(__file__).parent.parent / "remiss"
    found = {}
    for file in sorted([*rooms.glob("admin/**/*.py"), *rooms.glob("exports/**/*.py")]):
        asked = {
            f"{node.value.value.id}.{node.attr}"
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in GATED
            and node.attr != "visible_to"
        }
        if asked:
            found[file.relative_to(rooms).as_posix()] = asked

    assert found == BOUND
