"""How a draft ends, what is left of it, and the stored files that nothing refers to any more."""

import hashlib
import os
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from remiss import links, mail, uploads
from remiss.models import (
    Attachment,
    Draft,
    DraftFile,
    DraftPart,
    DraftRevision,
    ExtensionRequest,
    Letter,
    Response,
    Submission,
)
from remiss.models.draft import FILES, LinkReplaced, area_key
from remiss.models.response import digest
from remiss.workflow import answering, ending, extending, filing, posting
from tests.factories import (
    NOON,
    ROBIN,
    add_file,
    ask_for_time,
    days,
    make_draft,
    make_submission,
    save,
    send_in,
)

CITY, YOUNG = area_key("city-life"), area_key("young-health")
MICROSECOND = timedelta(microseconds=1)
SENT_TEXT, LATER_TEXT = "Öppna skolornas aulor för föreningar.", "Ändrat, men inte inskickat."
# The first moment of 31 December in Malmö: the draft has been kept through the 30th.
PURGED_FROM = datetime(2026, 12, 30, 23, 0, tzinfo=UTC)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """committed(verb, …) does what a real commit would: files are removed after it."""

    def run(verb, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(**kwargs)

    return run


def stored():
    return {path for path, _at in uploads.stored()}


def rows_of(draft):
    held = (Draft.objects.filter(pk=draft.pk), draft.parts, draft.files)
    revisions = DraftRevision.objects.filter(part__draft=draft.pk)
    return [rows.count() for rows in (*held, revisions)]


def changed(consultation, **more):
    """An answer with a file, sent in, and then changed: texts, an area, a file more and one less.

    The draft, what was sent, and the path of the file that was not.
    """
    draft = make_draft(consultation=consultation, texts={CITY: {"how": SENT_TEXT}}, **more)
    sent_file = add_file(draft=draft, name="sent.pdf", body=b"%PDF sent")
    submission = send_in(draft=draft)
    save(draft=draft, key=CITY, how=LATER_TEXT)
    save(draft=draft, key=YOUNG, how=LATER_TEXT)
    filing.remove(draft=draft, pk=sent_file.pk, by=ROBIN, at=NOON)
    unsent = add_file(draft=draft, name="unsent.pdf", body=b"%PDF unsent")
    return draft, submission, unsent.path


def is_whole(submission):
    """Canonical text, digest and the bytes of every file are as they were when it was received."""
    submission = Submission.objects.get(pk=submission.pk)
    for file in submission.attachments.all():
        with uploads.open_file(file.path) as body:
            assert hashlib.sha256(body.read()).hexdigest() == file.sha256
    return digest(submission.canonical) == submission.sha256


def link_of(holder):
    return reverse("remiss:open_link", args=[links.make_key(holder, purpose=links.FROM_MAIL)])


# Deleted by those who wrote it, before anything was sent in


def test_an_unsent_draft_is_gone_with_texts_history_and_files(consultation, committed):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Första"}})
    save(draft=draft, key=CITY, how="Andra")
    add_file(draft=draft)

    assert committed(ending.discard, draft=draft, at=NOON) is True

    assert rows_of(draft) == [0, 0, 0, 0]
    assert DraftPart.objects.count() == DraftRevision.objects.count() == 0
    assert stored() == set()


def test_only_that_draft_is_gone(consultation, committed):
    draft, other = (make_draft(consultation=consultation) for _n in range(2))
    kept = add_file(draft=other)

    committed(ending.discard, draft=draft, at=NOON)

    assert list(Draft.objects.all()) == [other]
    assert stored() == {kept.path}


def test_the_link_of_a_deleted_draft_leads_nowhere(client, consultation, noon):
    draft = make_draft(consultation=consultation)
    link = link_of(draft)
    ending.discard(draft=draft, at=NOON)

    assert [client.get(link).status_code, client.post(link).status_code] == [404, 404]


def test_letters_about_a_deleted_draft_are_not_sent(consultation, noon, mailoutbox):
    draft = make_draft(consultation=consultation)
    ending.discard(draft=draft, at=NOON)

    with pytest.raises(mail.Undeliverable):
        mail.render(Letter.objects.get())
    posting.send_all()
    assert mailoutbox == []


def test_a_link_that_was_replaced_deletes_nothing(consultation):
    draft = make_draft(consultation=consultation)
    early = Draft.objects.get(pk=draft.pk)
    answering.change_email(draft=draft, email="ny@forening.example", at=NOON)

    with pytest.raises(LinkReplaced):
        ending.discard(draft=early, at=NOON)

    assert Draft.objects.count() == 1


def test_deleting_a_second_time_says_that_it_is_gone(consultation):
    draft = make_draft(consultation=consultation)
    again = Draft.objects.get(pk=draft.pk)
    ending.discard(draft=draft, at=NOON)

    with pytest.raises(LinkReplaced):
        ending.discard(draft=again, at=NOON)


# Deleted after it was sent in: the changes go, what was received stays


def test_changes_are_gone_and_the_draft_is_as_it_was_sent(consultation, committed):
    draft, submission, unsent = changed(consultation)

    assert committed(ending.discard, draft=draft, at=NOON) is False

    contents = {key: part.content for key, part in draft.contents().items()}
    assert (contents[CITY], contents[YOUNG]) == ({"how": SENT_TEXT}, {})
    assert [file["name"] for file in contents[FILES]["files"]] == ["sent.pdf"]
    (sent_file,) = DraftFile.objects.filter(draft=draft)
    attachment = submission.attachments.get()
    assert (sent_file.path, sent_file.sha256) == (attachment.path, attachment.sha256)
    assert stored() == {attachment.path}
    assert unsent not in stored()
    assert not Draft.objects.unsent().exists()
    assert is_whole(submission)


def test_the_deleted_changes_are_in_no_history(consultation):
    draft, _submission, _unsent = changed(consultation)
    ending.discard(draft=draft, at=NOON)

    revisions = DraftRevision.objects.filter(part__draft=draft)
    kept = [revision.content for revision in revisions if revision.part.key in {CITY, YOUNG}]
    assert kept == [{"how": SENT_TEXT}]


def test_who_they_are_and_which_parts_are_done_are_as_they_were_sent(consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": SENT_TEXT}})
    before = {key: (part.content, part.is_done) for key, part in draft.contents().items()}
    send_in(draft=draft)
    save(draft=draft, key=CITY, how=LATER_TEXT, is_done=False)
    who = draft.parts.get(key="who").content
    save(draft=draft, key="who", **who | {"organisation": "Ett annat namn"})
    save(draft=draft, key=YOUNG, how=LATER_TEXT, is_done=True)
    ending.discard(draft=draft, at=NOON)

    after = {key: (part.content, part.is_done) for key, part in draft.contents().items()}
    assert after == before


def test_an_answer_that_was_withdrawn_stays_withdrawn(consultation):
    draft, submission, _unsent = changed(consultation)
    answering.withdraw(response=submission.response, at=NOON)
    ending.discard(draft=draft, at=NOON)

    assert Response.objects.get().withdrawn_at == NOON


def test_withdrawing_twice_is_told_of_once(consultation):
    submission = make_submission(consultation=consultation)
    for second in range(2):
        response = Response.objects.get(pk=submission.response_id)
        answering.withdraw(response=response, at=NOON + timedelta(seconds=second))

    assert Response.objects.get().withdrawn_at == NOON
    assert Letter.objects.filter(kind="withdrawn").count() == 1


def test_after_deleting_changes_it_can_be_changed_and_sent_in_again(consultation):
    draft, first, _unsent = changed(consultation)
    ending.discard(draft=draft, at=NOON)
    save(draft=draft, key=CITY, how="En ny ändring.")

    second = send_in(draft=draft)

    assert (second.number, second.answers.get().text) == (2, "En ny ändring.")
    assert [file.name for file in second.attachments.all()] == ["sent.pdf"]
    assert is_whole(first)


def test_an_editor_with_the_page_open_meets_a_conflict_and_not_an_overwrite(consultation):
    draft, _submission, _unsent = changed(consultation)
    seen = draft.parts.get(key=CITY).version
    ending.discard(draft=draft, at=NOON)

    with pytest.raises(answering.Conflict):
        save(draft=draft, key=CITY, how="Från en gammal sida", seen=seen)


# Thirty days after the last day


def test_a_draft_is_kept_through_the_thirtieth_day(consultation):
    make_draft(consultation=consultation)

    assert ending.purge(at=PURGED_FROM - MICROSECOND) == 0
    assert ending.purge(at=PURGED_FROM) == 1
    assert ending.purge(at=PURGED_FROM) == 0
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("own", "purged_from"),
    [
        (date(2026, 12, 15), datetime(2027, 1, 14, 23, 0, tzinfo=UTC)),
        (date(2026, 11, 1), PURGED_FROM),
        # Summer time has begun by the thirtieth day.
        (date(2027, 3, 10), datetime(2027, 4, 9, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_last_day_of_its_own_is_counted_from_when_it_is_the_later(consultation, own, purged_from):
    make_draft(consultation=consultation)
    Draft.objects.update(own_last_day=own)

    assert [ending.purge(at=at) for at in (purged_from - MICROSECOND, purged_from)] == [0, 1]


def test_a_draft_is_kept_while_a_request_for_more_time_waits(consultation, city):
    draft, other = (make_draft(consultation=consultation) for _n in range(2))
    request = ask_for_time(draft=draft)

    assert ending.purge(at=PURGED_FROM) == 1
    assert ending.purge(at=PURGED_FROM + days(100)) == 0
    assert list(Draft.objects.all()) == [draft]
    extending.decline(request=request, note="Nej.", at=PURGED_FROM, by=city)
    assert ending.purge(at=PURGED_FROM + days(100)) == 1
    assert rows_of(other) == [0, 0, 0, 0]


def test_a_draft_given_more_time_after_thirty_days_is_kept_for_thirty_more(consultation, city):
    draft = make_draft(consultation=consultation)
    request = ask_for_time(draft=draft)
    until = date(2027, 1, 10)
    extending.grant(request=request, until=until, note="", at=PURGED_FROM, by=city)

    kept_through = datetime(2027, 2, 9, 22, 59, 59, 999999, tzinfo=UTC)
    assert [ending.purge(at=at) for at in (kept_through, kept_through + MICROSECOND)] == [0, 1]


def test_a_draft_that_asks_for_time_while_others_are_being_purged_is_kept(
    consultation, monkeypatch
):
    drafts = [make_draft(consultation=consultation) for _n in range(2)]
    delete = ending.delete

    def delete_while_the_other_asks(draft):
        others = [other for other in drafts if other != draft]
        if not ExtensionRequest.objects.exists():
            ask_for_time(draft=others[0], at=PURGED_FROM)
        return delete(draft)

    monkeypatch.setattr(ending, "delete", delete_while_the_other_asks)

    assert ending.purge(at=PURGED_FROM) == 1
    assert Draft.objects.get().public_id == ExtensionRequest.objects.get().public_id


def test_a_purge_takes_unsent_files_and_leaves_those_that_were_sent(consultation, committed):
    _draft, submission, unsent = changed(consultation)
    sent_path = submission.attachments.get().path
    assert stored() == {sent_path, unsent}

    assert committed(ending.purge, at=PURGED_FROM) == 1

    assert stored() == {sent_path}
    assert DraftFile.objects.count() == DraftRevision.objects.count() == 0
    assert Response.objects.get().latest == submission
    assert is_whole(submission)


def test_the_letter_process_purges_by_itself(consultation, at):
    make_draft(consultation=consultation)
    at(PURGED_FROM)

    posting.do_chores()

    assert not Draft.objects.exists()


# The link of an answer whose draft is gone


@pytest.fixture
def purged(consultation, at):
    """An answer with a file, whose draft has been purged."""
    submission = make_submission(
        consultation=consultation, files=["bilaga.pdf"], email="anna@forening.example"
    )
    ending.purge(at=PURGED_FROM)
    at(PURGED_FROM)
    assert not Draft.objects.exists()
    return submission


def opened_by_its_link(client, submission):
    answer = client.post(link_of(submission.response), follow=True)
    return answer.redirect_chain[-1][0], answer


def test_its_link_opens_the_receipt(client, purged):
    address, answer = opened_by_its_link(client, purged)

    assert address == reverse("remiss:receipt", args=[purged.response.public_id])
    assert answer.status_code == 200
    assert purged.response.reference in answer.text


@pytest.mark.parametrize("page", ["print_answer", "versions"])
def test_what_was_sent_in_can_be_read_and_printed(client, purged, page):
    opened_by_its_link(client, purged)

    answer = client.get(reverse(f"remiss:{page}", args=[purged.response.public_id]))

    assert answer.status_code == 200
    assert SENT_TEXT in answer.text
    assert "bilaga.pdf" in answer.text


def test_its_files_can_be_fetched_and_are_as_they_were_sent(client, purged):
    opened_by_its_link(client, purged)
    file = purged.attachments.get()

    answer = client.get(reverse("remiss:sent_file", args=[purged.response.public_id, file.pk]))

    assert hashlib.sha256(answer.getvalue()).hexdigest() == file.sha256


def test_without_the_link_nothing_of_it_is_shown(client, purged):
    for page in ("receipt", "print_answer", "versions"):
        answer = client.get(reverse(f"remiss:{page}", args=[purged.response.public_id]))
        assert purged.response.reference not in answer.text


def test_the_forgotten_link_is_found_and_leads_to_the_answer(client, purged):
    answering.find_links(email="Anna@Forening.example", at=PURGED_FROM)

    letter = Letter.objects.get(kind="link_again")
    assert (letter.target, letter.address) == (
        f"response:{purged.response_id}",
        "anna@forening.example",
    )
    message = mail.render(letter)
    (link,) = re.findall(r"^http://[^/]+(/lank/\S+)$", message.body, re.MULTILINE)
    answer = client.post(link, follow=True)
    assert purged.response.reference in answer.text


def test_an_answer_with_a_draft_is_found_once(consultation):
    make_submission(consultation=consultation, email="anna@forening.example")
    answering.find_links(email="anna@forening.example", at=NOON + days(1))

    assert Letter.objects.filter(kind="link_again").count() == 1


def test_letters_about_a_purged_draft_are_not_sent(purged):
    letter = Letter.objects.get(kind="link")

    with pytest.raises(mail.Undeliverable):
        mail.render(letter)


# Stored files against rows


def write(path, *, at):
    """Bytes that no row refers to, as a process that died between the two left them."""
    from django.conf import settings

    place = Path(settings.UPLOADS_DIR) / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"left")
    os.utime(place, (at.timestamp(),) * 2)
    return place


def test_a_removed_file_is_gone_from_the_disk(consultation, committed):
    draft = make_draft(consultation=consultation)
    file, kept = add_file(draft=draft), add_file(draft=draft)

    committed(filing.remove, draft=draft, pk=file.pk, by=ROBIN, at=NOON)

    assert stored() == {kept.path}


def test_a_removed_file_that_was_sent_in_lives_on_there(consultation, committed):
    draft = make_draft(consultation=consultation)
    file = add_file(draft=draft)
    submission = send_in(draft=draft)

    committed(filing.remove, draft=draft, pk=file.pk, by=ROBIN, at=NOON)

    assert not DraftFile.objects.exists()
    assert stored() == {submission.attachments.get().path}
    assert is_whole(submission)


def test_a_file_of_version_one_lives_on_when_version_two_is_sent_without_it(
    consultation, committed
):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": SENT_TEXT}})
    file = add_file(draft=draft)
    first = send_in(draft=draft)
    committed(filing.remove, draft=draft, pk=file.pk, by=ROBIN, at=NOON)
    second = send_in(draft=draft)

    assert [first.attachments.count(), second.attachments.count()] == [1, 0]
    assert is_whole(first)


def test_a_file_that_could_not_be_put_in_a_row_leaves_no_bytes(consultation, monkeypatch):
    draft = make_draft(consultation=consultation)
    monkeypatch.setattr(filing, "_note", fails)

    with pytest.raises(OSError, match="the disk"):
        add_file(draft=draft)

    assert (stored(), DraftFile.objects.count()) == (set(), 0)


def fails(*_args, **_kwargs):
    raise OSError("the disk")


def test_a_sending_that_is_rolled_back_leaves_the_draft_and_its_file_and_no_orphan(
    consultation, monkeypatch, committed
):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": SENT_TEXT}})
    file = add_file(draft=draft)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "queue_sent_in", fails)
        with pytest.raises(OSError, match="the disk"):
            committed(send_in, draft=draft)

    assert Submission.objects.count() == Response.objects.count() == Attachment.objects.count() == 0
    assert stored() == {file.path}
    assert filing.reconcile(at=datetime.now(UTC) + days(2)) == (0, [])
    assert is_whole(send_in(draft=draft))


def test_bytes_without_a_row_go_when_they_are_a_day_old(db):
    write("aa/" + "a" * 32, at=NOON - days(1))
    old = write("bb/" + "b" * 32, at=NOON - days(1) - timedelta(seconds=1))

    assert filing.reconcile(at=NOON) == (1, [])

    assert stored() == {"aa/" + "a" * 32}
    assert not old.exists()


def test_bytes_with_a_row_stay_however_old(consultation):
    draft = make_draft(consultation=consultation)
    of_a_draft = add_file(draft=draft)
    sent = make_submission(consultation=consultation, files=["bilaga.pdf"]).attachments.get()
    for path in (of_a_draft.path, sent.path):
        write(path, at=NOON - days(400))

    assert filing.reconcile(at=NOON) == (0, [])
    assert stored() == {of_a_draft.path, sent.path}


def test_what_a_dead_process_left_half_written_goes_too(db):
    young = write("unfinished/" + "a" * 32, at=NOON - timedelta(hours=23))
    old = write("unfinished/" + "b" * 32, at=NOON - timedelta(hours=25))

    filing.reconcile(at=NOON)

    assert [young.exists(), old.exists()] == [True, False]


def test_a_file_that_we_did_not_name_is_left_alone(db):
    strange = write("aa/README", at=NOON - days(9))

    assert filing.reconcile(at=NOON) == (0, [])
    assert strange.exists()


def test_what_rows_refer_to_and_is_not_there_is_named_once(consultation):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": SENT_TEXT}})
    file = add_file(draft=draft)
    send_in(draft=draft)  # two rows refer to it now
    uploads.remove(file.path)

    assert filing.reconcile(at=NOON) == (0, [file.path])


def test_a_file_uploaded_while_the_files_are_counted_is_not_called_missing(
    consultation, monkeypatch
):
    draft = make_draft(consultation=consultation)
    listed = uploads.stored

    def listed_before_an_upload():
        found = list(listed())
        add_file(draft=draft)
        return found

    monkeypatch.setattr(uploads, "stored", listed_before_an_upload)

    assert filing.reconcile(at=NOON) == (0, [])


def test_the_command_says_how_many_went_and_names_what_is_missing(consultation, noon):
    draft = make_draft(consultation=consultation)
    missing = add_file(draft=draft)
    uploads.remove(missing.path)
    for name in "ab":
        write(f"{name * 2}/" + name * 32, at=NOON - days(2))
    said = StringIO()

    call_command("reconcile_files", stdout=said)

    assert said.getvalue() == f"2 files without a row were deleted.\nMissing: {missing.path}\n"


def test_the_command_says_when_all_is_well(db, noon):
    said = StringIO()

    call_command("reconcile_files", stdout=said)

    assert said.getvalue() == "0 files without a row were deleted.\n"
