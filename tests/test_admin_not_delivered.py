"""The page for mail that did not arrive: reports go in, and addresses that fail are listed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from remiss.models import BodyAddress, Letter
from remiss.workflow import bouncing
from tests.factories import NOON, make_draft, make_invitation, make_submission
from tests.test_bounces import failed, report

EVIL = "<script>alert(1)</script>"
PAGE = "/samordning/mejl/kom-inte-fram/"


@pytest.fixture
def invitation(consultation, city, noon):
    return make_invitation(consultation=consultation, by=city, name=f"Krets {EVIL}")


def about(letter, *, to=None, **more):
    original = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {letter.message_id}\n"
    return report(failed(recipient=to or letter.address, **more), original=original)


def put_in(client, *files):
    """The page after the files, and what its table says of each."""
    chosen = [SimpleUploadedFile(name, data) for name, data in files]
    page = client.post(reverse("admin:bounces"), {"reports": chosen})
    assert page.status_code == 200
    rows = [(row.file, row.sentence, row.why) for row in page.context["rows"]]
    return page.content.decode(), rows


def test_what_was_understood_of_each_file_and_what_was_not(signed_in, city, invitation):
    letter = invitation.letters.get()
    evil = about(letter, diagnostic=f"smtp; 550 5.1.1 {EVIL}")

    page, rows = put_in(
        signed_in(city),
        (f"{EVIL}.eml", evil),
        ("igen.eml", evil),
        ("brev.eml", b"Subject: hej\n\nHej"),
        ("tom.eml", b""),
        ("stor.eml", b"x" * (2**20 + 1)),
    )

    assert rows == [
        ("script>.eml", bouncing.MARKED, f"5.1.1 {EVIL}"),
        ("igen.eml", bouncing.KNOWN, f"5.1.1 {EVIL}"),
        ("brev.eml", "Filen är ingen rapport om ett mejl som inte kom fram.", ""),
        ("tom.eml", "Filen är tom.", ""),
        ("stor.eml", "Filen är större än 1 MB.", ""),
    ]
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 6  # name and words, three times
    assert BodyAddress.objects.get().failed_at is not None
    assert letter.address in page


def test_addresses_that_fail_now_are_listed(signed_in, city, invitation):
    assert "Alla adresser fungerar, så vitt vi vet." in signed_in(city).get(PAGE).content.decode()
    bouncing.take(bouncing.bounces.read(about(invitation.letters.get())), at=NOON)

    page = signed_in(city).get(PAGE)

    assert [address.email for address in page.context["failing"]] == ["info@sundspan.example"]
    assert "12 november kl. 12.00" in page.content.decode()


def test_an_address_that_no_remissinstans_has_is_not_shown(signed_in, civil, invitation):
    """Neither a contact's address nor one that somebody has written into a report."""
    submission = make_submission(consultation=invitation.consultation, email="anna@fn.example")
    make_draft(consultation=invitation.consultation, email="kim@fn.example")
    receipt = Letter.objects.get(kind="receipt", target=f"submission:{submission.pk}")
    link = Letter.objects.get(kind="link", address="kim@fn.example")

    page, rows = put_in(
        signed_in(civil),
        ("kvitto.eml", about(receipt)),
        ("utkast.eml", about(link)),
        ("annan.eml", about(invitation.letters.get(), to="ond@fn.example")),
    )

    assert [sentence for _file, sentence, _why in rows] == [
        bouncing.MARKED, bouncing.MARKED, bouncing.OTHER_ADDRESS,
    ]  # fmt: skip
    assert [name for name in ("anna@fn", "kim@fn", "ond@fn") if name in page] == []


def test_without_a_file_or_with_too_many_the_page_says_so(signed_in, city, db):
    client = signed_in(city)
    many = [SimpleUploadedFile(f"{n}.eml", b"x") for n in range(21)]

    none, more = (client.post(PAGE, data).content.decode() for data in ({}, {"reports": many}))

    assert "Välj minst en fil." in none
    assert "Välj högst 20 filer på en gång." in more
    assert "<title>Fel: " in none


def test_a_form_that_has_become_old_asks_for_the_files_again(city, invitation):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile("a.eml", about(invitation.letters.get()))

    page = client.post(PAGE, {"reports": [file]}).content.decode()

    assert "Välj filerna en gång till." in page
    assert BodyAddress.objects.failing().count() == 0


def test_the_list_of_letters_says_what_came_back_and_filters_by_state(
    signed_in, city, civil, invitation
):
    bouncing.take(bouncing.bounces.read(about(invitation.letters.get())), at=NOON)
    address = "/samordning/remiss/letter/?lage="

    lists = {state: signed_in(city).get(address + state) for state in Letter.State.values}
    mine = lists["failed"].content.decode()
    theirs = signed_in(civil).get(address + "failed").content.decode()

    assert {state: page.context["cl"].result_count for state, page in lists.items()} == {
        "queued": 0, "sent": 0, "failed": 1, "stopped": 0,
    }  # fmt: skip
    assert "Stoppat</a>" in mine
    assert "5.1.1 User unknown" in mine
    assert "2026-11-12 12.00" in theirs
    assert "User unknown" not in theirs  # the server's words quote the address
