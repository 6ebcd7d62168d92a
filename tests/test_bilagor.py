"""Bilagor through the pages: one file a POST, and nobody else's file ever."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from remiss import limits, uploads
from remiss.models import Attachment, DraftFile, DraftPart, Submission
from remiss.models.draft import FILES
from remiss.uploads.refusals import TOO_BIG
from tests import samples
from tests.factories import (
    NOON,
    add_file,
    area_key,
    days,
    make_draft,
    send_in,
    url,
)

CITY = area_key("city-life")


@pytest.fixture
def draft(consultation):
    return make_draft(consultation=consultation)


def upload(client, draft, body, name="Yttrande.pdf", kind="statement"):
    file = SimpleUploadedFile(name, body, content_type="application/octet-stream")
    return client.post(url("files", draft), {"kind": kind, "file": file})


def names(draft):
    return list(draft.files.values_list("name", flat=True))


def body_of(response):
    return b"".join(response.streaming_content)


def test_a_file_is_taken_shown_and_fetched_back_whole(opened, draft):
    client, content = opened(draft), samples.pdf()

    done = upload(client, draft, content, "Yttrande från nämnden.pdf", "memo")

    page = client.get(done.url).text
    assert done.url == url("files", draft)
    assert "Filen Yttrande från nämnden.pdf är sparad." in page
    assert "Tjänsteskrivelse" in page
    assert body_of(client.get(url("draft_file", draft, draft.files.get().pk))) == content


def test_a_scan_is_taken_and_said_to_have_no_text(opened, draft):
    client = opened(draft)

    done = upload(client, draft, samples.scanned_pdf())

    assert "Den saknar sökbar text. Skriv gärna det viktigaste" in client.get(done.url).text
    assert "Saknar sökbar text" in client.get(url("check", draft)).text
    submission = send_in(draft=draft)
    assert submission.attachments.get().lacks_text
    assert "Saknar sökbar text" in client.get(url("receipt", draft)).text


def test_a_picture_from_an_iphone_becomes_a_jpg_that_anybody_can_open(opened, draft):
    client = opened(draft)

    done = upload(client, draft, samples.heic(), "IMG_0042.HEIC", "other")

    assert "Filen IMG_0042.jpg är sparad. Den är omvandlad till jpg" in client.get(done.url).text
    assert draft.files.get().media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("body", "name", "kind", "field", "message"),
    [
        (b"", "tom.pdf", "other", "file", "Filen är tom."),
        (
            b"MZ" + b"\0" * 99, "virus.exe", "other", "file",
            "Filen måste vara pdf, docx, odt, xlsx, jpg eller png.",
        ),
        (b"%PDF-", "x.pdf", "", "kind", "Välj vad det är för fil."),
        (b"%PDF-", "x.pdf", "hittepa", "kind", "Välj vad det är för fil."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_and_nothing_is_left_of_it(
    opened, draft, body, name, kind, field, message
):
    page = upload(opened(draft), draft, body, name, kind)

    assert page.context["form"].errors[field] == [message]
    assert names(draft) == []
    assert list(uploads.stored()) == []


def test_no_file_at_all_is_said(opened, draft):
    page = opened(draft).post(url("files", draft), {"kind": "other"})

    assert page.context["form"].errors == {"file": ["Välj en fil."]}


def test_a_protected_file_says_what_to_do(opened, draft):
    page = upload(opened(draft), draft, samples.encrypted_pdf(user="hemlig"))

    assert page.context["form"].errors == {
        "file": ["Filen är skyddad med lösenord. Ta bort skyddet och försök igen."]
    }


def test_a_file_that_is_too_big_is_told_and_what_was_chosen_stays(opened, draft):
    page = upload(opened(draft), draft, b"%PDF-" + b"0" * uploads.MAX_BYTES, kind="minutes")

    assert page.context["form"].errors == {"file": [str(TOO_BIG)]}
    assert page.context["form"]["kind"].value() == "minutes"
    assert list(uploads.stored()) == []


def test_one_network_cannot_fill_the_disk(opened, draft, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_FROM_NETWORK", limits.Limit("upload-network", 1, 3600))
    client = opened(draft)

    first, second = (upload(client, draft, samples.pdf()) for _time in range(2))

    assert (first.status_code, second.status_code) == (302, 429)
    assert len(names(draft)) == len(list(uploads.stored())) == 1


def test_a_full_disk_is_told_and_the_text_can_still_be_saved(opened, draft, monkeypatch):
    client = opened(draft)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    page = upload(client, draft, samples.pdf())
    form = {"seen": "0", "action": "done", "how": "Texten går ändå", "stance": ""}
    saved = client.post(url("answer_area", draft, 3), form)

    assert page.context["form"].errors == {"file": ["Filen kom inte fram. Försök igen."]}
    assert names(draft) == []
    assert list(uploads.stored()) == []
    assert saved.status_code == 302


def test_five_files_are_the_most(opened, draft):
    client = opened(draft)
    for number in range(uploads.MAX_FILES):
        add_file(draft=draft, name=f"{number}.pdf")

    page = client.get(url("files", draft)).text
    sixth = upload(client, draft, samples.pdf())

    assert "Ett svar kan ha högst fem bilagor." in page
    assert sixth.context["form"].non_field_errors() == [
        "Ett svar kan ha högst 5 bilagor. Ta bort en om ni vill lägga till en annan."
    ]
    assert len(names(draft)) == 5
    assert len(list(uploads.stored())) == 5


def test_files_are_moved_and_removed(opened, draft):
    client = opened(draft)
    first, second, third = (add_file(draft=draft, name=f"{name}.pdf") for name in "abc")

    client.post(url("files", draft), {"action": f"earlier:{third.pk}"})
    assert names(draft) == ["a.pdf", "c.pdf", "b.pdf"]
    client.post(url("files", draft), {"action": f"later:{first.pk}"})
    assert names(draft) == ["c.pdf", "a.pdf", "b.pdf"]
    client.post(url("files", draft), {"action": f"earlier:{third.pk}"})
    assert names(draft) == ["c.pdf", "a.pdf", "b.pdf"]
    client.post(url("files", draft), {"action": f"remove:{second.pk}"})
    assert names(draft) == ["c.pdf", "a.pdf"]


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_leaves_nothing_on_the_disk(opened, draft):
    client, file = opened(draft), add_file(draft=draft)

    client.post(url("files", draft), {"action": f"remove:{file.pk}"})

    assert names(draft) == []
    assert list(uploads.stored()) == []


@pytest.mark.parametrize("action", ["remove:", "remove:x", "remove:99999999999999999999", "hitta"])
def test_an_action_nobody_offered_changes_nothing(opened, draft, action):
    add_file(draft=draft)
    version = draft.parts.get(key=FILES).version

    assert opened(draft).post(url("files", draft), {"action": action}).status_code in {200, 302}
    assert names(draft) == ["yttrande.pdf"]
    assert draft.parts.get(key=FILES).version == version


def test_a_file_of_another_draft_is_neither_fetched_moved_nor_removed(opened, draft, consultation):
    theirs = make_draft(consultation=consultation, organisation="En annan förening")
    file = add_file(draft=theirs)
    client = opened(draft)

    assert client.get(url("draft_file", draft, file.pk)).status_code == 404
    assert client.get(url("draft_file", theirs, file.pk)).status_code == 403
    for act in ("remove", "earlier", "later"):
        client.post(url("files", draft), {"action": f"{act}:{file.pk}"})
    assert names(theirs) == ["yttrande.pdf"]


def test_a_sent_file_is_fetched_only_by_those_who_hold_that_answer(opened, draft, consultation):
    add_file(draft=draft)
    send_in(draft=draft)
    other = make_draft(consultation=consultation)
    add_file(draft=other)
    send_in(draft=other)
    mine, theirs = (
        Attachment.objects.get(submission__response__public_id=each.public_id)
        for each in (draft, other)
    )
    client = opened(draft)

    assert body_of(client.get(url("sent_file", draft, mine.pk))) == b"%PDF-1.7 prov"
    assert client.get(url("sent_file", draft, theirs.pk)).status_code == 404
    assert client.get(url("sent_file", other, theirs.pk)).status_code == 403
    assert Client().get(url("sent_file", draft, mine.pk)).status_code == 403


def test_a_file_is_sent_so_that_no_browser_runs_it(opened, draft):
    file = add_file(draft=draft, name='";<script>alert(1)</script>.pdf')

    response = opened(draft).get(url("draft_file", draft, file.pk))

    assert body_of(response) == b"%PDF-1.7 prov"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/pdf"


def test_a_name_is_never_markup_on_any_page(opened, draft):
    nasty = "<img src=x onerror=alert(1)>.pdf"
    DraftFile.objects.filter(pk=add_file(draft=draft).pk).update(name=nasty)
    client = opened(draft)
    send_in(draft=draft)

    pages = [
        client.get(url(name, draft)).text
        for name in ("files", "check", "receipt", "print_answer", "versions")
    ]

    assert all("&lt;img src=x" in page for page in pages)
    assert not any("<img src=x" in page for page in pages)


def test_a_file_whose_bytes_are_gone_is_not_found(opened, draft):
    file = add_file(draft=draft)
    uploads.remove(file.path)

    assert opened(draft).get(url("draft_file", draft, file.pk)).status_code == 404


def test_a_file_alone_is_an_answer(opened, draft):
    client = opened(draft)
    add_file(draft=draft)

    form = client.get(url("check", draft)).context["form"].initial
    client.post(url("check", draft), form)

    assert Submission.objects.get().attachments.get().name == "yttrande.pdf"


def test_a_file_that_came_after_granska_was_shown_shows_it_again(opened, draft):
    client = opened(draft)
    add_file(draft=draft, name="a.pdf")
    form = client.get(url("check", draft)).context["form"].initial
    add_file(draft=draft, name="b.pdf")

    page = client.post(url("check", draft), form)

    assert page.status_code == 409
    assert "b.pdf" in page.text
    assert Submission.objects.count() == 0


def test_after_sending_in_a_file_changes_the_draft_and_never_what_was_sent(opened, draft):
    client = opened(draft)
    add_file(draft=draft, name="a.pdf")
    sent = send_in(draft=draft)
    before = (sent.canonical, sent.sha256, list(sent.attachments.values()))

    upload(client, draft, samples.pdf(), "b.pdf")
    client.post(url("files", draft), {"action": f"remove:{draft.files.get(name='a.pdf').pk}"})

    sent.refresh_from_db()
    assert (sent.canonical, sent.sha256, list(sent.attachments.values())) == before
    assert (
        body_of(client.get(url("sent_file", draft, sent.attachments.get().pk))) == b"%PDF-1.7 prov"
    )
    assert names(draft) == ["b.pdf"]


def test_after_the_last_day_no_file_is_added_but_the_others_are_there(opened, draft, at):
    add_file(draft=draft)
    at(NOON + days(20))
    client = opened(draft)

    page = client.get(url("files", draft)).text
    refused = upload(client, draft, samples.pdf())

    assert "Lägg till en fil" not in page
    assert refused.context["form"].non_field_errors() == [
        "Remissen har stängt, så det går inte att lägga till bilagor. Det som finns här är kvar."
    ]
    assert names(draft) == ["yttrande.pdf"]


def test_with_an_old_token_the_page_comes_back_and_nothing_is_stored(opened, draft):
    client = opened(draft)
    client.handler.enforce_csrf_checks = True

    page = upload(client, draft, samples.pdf())

    assert page.status_code == 403
    assert "Välj filen och tryck på knappen en gång till." in page.text
    assert list(uploads.stored()) == []


def test_no_log_line_tells_the_name_of_a_file(opened, draft, caplog):
    with caplog.at_level(logging.DEBUG):
        upload(opened(draft), draft, b"nonsens", "kanariefagel.pdf")
        upload(opened(draft), draft, samples.pdf(), "kanariefagel.pdf")

    assert "kanariefagel" not in caplog.text


def test_the_content_of_the_part_is_the_list_of_files(draft):
    add_file(draft=draft, name="a.pdf", kind="minutes")

    part = DraftPart.objects.get(draft=draft, key=FILES)

    assert [(each["name"], each["kind"]) for each in part.content["files"]] == [
        ("a.pdf", "minutes")
    ]
    assert part.revisions.get().content == part.content


def test_a_file_handed_over_as_a_text_field_is_no_file(opened, draft):
    page = opened(draft).post(url("files", draft), {"kind": "other", "file": "bara text"})

    assert page.context["form"].errors == {"file": ["Välj en fil."]}
