"""Registering in full: who stands behind it, files, the language; and what is written beside."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from remiss import uploads
from remiss.models import Event, Passage, Response, Submission, Transcript, Translation
from remiss.workflow import translating
from remiss.workflow.translating import WrittenMeanwhile
from tests import samples
from tests.factories import NOON, make_submission

URL = "/samordning/svar/registrera/"
# The note of the meeting that was held while the plan was out on remiss, as it was given.
MEETING_NOTE = (Path(__file__).parent / "texts" / "diskussionsmote-malmoandan.txt").read_text()


def filled_in(**changes):
    return {
        "channel": "email",
        "received_on": "2026-11-10",
        "received_time": "",
        "kind": "board",
        "organisation": "Testnämnden för fritid",
        "contact_name": "",
        "email": "",
        "language": "sv",
        "once": "0123456789abcdef",
        "p3-how": "Öppna aulorna.",
    } | changes


def pdf(name="yttrande.pdf"):
    return SimpleUploadedFile(name, samples.pdf(), "application/pdf")


@pytest.fixture
def client_of_city(signed_in, city, consultation, noon):
    return signed_in(city)


def carried(page):
    """The hidden fields of the files that stand in the form."""
    return [carried for _file, carried, _kind in page.context_data["files"]]


def add(client, *, file=None, kind="statement", kept=(), **changes):
    data = filled_in(action="file", kept=list(kept), **changes)
    return client.post(URL, data | {"bilaga-kind": kind, "bilaga-file": file or pdf()})


# Who stands behind it


def test_everything_a_board_says_about_its_decision_is_registered(client_of_city):
    client_of_city.post(
        URL,
        filled_in(
            organisation_number="212000-1124",
            decided_by="board",
            decided_on="2026-11-06",
            paragraph="§ 118",
            own_registry_number="TNF-2026-77",
            cosignatories="Testnämnden för kultur",
        ),
    )

    submission = Submission.objects.get()
    assert submission.backing == {
        "organisation_number": "212000-1124",
        "members": None,
        "prepared": [],
        "decided_by": "board",
        "decided_on": "2026-11-06",
        "decision_expected_on": "",
        "paragraph": "§ 118",
        "own_registry_number": "TNF-2026-77",
    }
    assert [each.name for each in submission.cosignatories.all()] == ["Testnämnden för kultur"]


def test_what_the_kind_cannot_have_is_left_out(client_of_city):
    client_of_city.post(
        URL, filled_in(kind="association", decided_by="board", paragraph="§ 1", prepared=["board"])
    )

    backing = Submission.objects.get().backing
    assert (backing["decided_by"], backing["paragraph"], backing["prepared"]) == ("", "", ["board"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"decided_on": "2026-11-13"}, "Beslutsdatumet kan inte ligga framåt i tiden."),
        ({"decided_by": "expected"}, "Skriv vilken dag beslutet väntas."),
        ({"organisation_number": "811228-9874"}, "Det ser ut som ett personnummer."),
        ({"language": "xx"}, "Välj ett språk i listan."),
    ],
)
def test_what_is_wrong_is_said_and_the_form_comes_back(client_of_city, changes, sentence):
    page = client_of_city.post(URL, filled_in(**changes)).content.decode()

    assert sentence in page
    assert "Öppna aulorna." in page
    assert "811228" not in page
    assert not Submission.objects.exists()


# Files


def test_files_are_added_one_at_a_time_and_registered_with_the_answer(client_of_city):
    first = add(client_of_city)
    assert not Submission.objects.exists()
    assert "Öppna aulorna." in first.content.decode()
    second = add(client_of_city, file=pdf("protokoll.pdf"), kind="minutes", kept=carried(first))

    client_of_city.post(URL, filled_in(kept=carried(second)))

    files = Submission.objects.get().attachments.all()
    assert [(each.number, each.name, each.kind) for each in files] == [
        (1, "yttrande.pdf", "statement"),
        (2, "protokoll.pdf", "minutes"),
    ]
    assert all(uploads.exists(each.path) for each in files)


def test_an_answer_may_be_a_file_and_nothing_else(client_of_city):
    page = add(client_of_city, **{"p3-how": ""})
    client_of_city.post(URL, filled_in(kept=carried(page), **{"p3-how": ""}))

    assert Submission.objects.get().attachments.count() == 1


def test_a_file_can_be_taken_out_again(client_of_city):
    page = add(client_of_city)
    path = page.context_data["files"][0][0]["path"]
    after = client_of_city.post(URL, filled_in(action=f"drop:{path}", kept=carried(page)))

    assert carried(after) == []


def test_a_refused_file_says_why_and_keeps_the_others(client_of_city):
    page = add(client_of_city)
    bad = SimpleUploadedFile("svar.exe", b"MZ", "application/octet-stream")
    after = add(client_of_city, file=bad, kept=carried(page))

    assert [file for file, *_rest in after.context_data["files"]] == [
        file for file, *_rest in page.context_data["files"]
    ]
    assert "Filen måste vara" in after.content.decode()


def test_no_more_than_five_files_go_along(client_of_city):
    page = add(client_of_city)
    kept = carried(page) * 5
    after = add(client_of_city, kept=kept)

    assert len(carried(after)) == 5
    assert "Ett svar kan ha högst 5 filer." in after.content.decode()


def test_a_file_nobody_signed_is_no_file(client_of_city):
    forged = ["eyJwYXRoIjoiLi4vLi4vZXRjL3Bhc3N3ZCJ9:x:y", "", "x"]
    client_of_city.post(URL, filled_in(kept=forged))

    assert Submission.objects.get().attachments.count() == 0


def test_a_file_that_is_gone_is_asked_for_again(client_of_city):
    page = add(client_of_city)
    uploads.remove(page.context_data["files"][0][0]["path"])
    after = client_of_city.post(URL, filled_in(kept=carried(page)))

    assert "Filen yttrande.pdf finns inte kvar på servern." in after.content.decode()
    assert not Submission.objects.exists()


def record(client, *, file, kind="statement", **changes):
    """Registrera svaret is pressed with a file chosen that was never added."""
    chosen = {"bilaga-kind": kind} | ({"bilaga-file": file} if file else {})
    return client.post(URL, filled_in(action="record", **changes) | chosen)


def sentences(page):
    """What the summary of errors says."""
    wrong = page.context_data["wrong"]
    return [sentence for said in wrong.errors.values() for sentence in said] if wrong else []


def test_a_chosen_file_goes_along_when_the_answer_is_registered(client_of_city):
    page = add(client_of_city)
    record(client_of_city, file=pdf("protokoll.pdf"), kind="minutes", kept=carried(page))

    files = Submission.objects.get().attachments.all()
    assert [(each.name, each.kind) for each in files] == [
        ("yttrande.pdf", "statement"),
        ("protokoll.pdf", "minutes"),
    ]


@pytest.mark.parametrize(
    ("file", "kind", "expected"),
    [
        (
            pdf(),
            "",
            [
                "Välj vad det är för fil.",
                "Välj filen en gång till. Den följde inte med när sidan visades igen.",
            ],
        ),
        (
            SimpleUploadedFile("svar.exe", b"MZ", "application/octet-stream"),
            "statement",
            None,
        ),
        (
            None,
            "statement",
            ["Välj filen, eller ändra tillbaka till Välj om det inte är någon fil."],
        ),
        (
            SimpleUploadedFile("stor.pdf", b"x" * (uploads.MAX_BYTES + 1), "application/pdf"),
            "statement",
            ["Filen får vara högst 10 MB."],
        ),
    ],
    ids=["without a kind", "refused", "forgotten by the browser", "too big"],
)
def test_nothing_is_registered_without_the_file_that_was_chosen(
    client_of_city, file, kind, expected
):
    if file:
        file.seek(0)
    page = record(client_of_city, file=file, kind=kind)

    said = sentences(page)
    assert said == expected if expected else said[0].startswith("Filen måste vara")
    assert "Öppna aulorna." in page.content.decode()
    assert not Submission.objects.exists()


def test_a_chosen_file_stays_when_something_else_is_wrong(client_of_city):
    page = record(client_of_city, file=pdf(), organisation="")

    assert [file["name"] for file, *_rest in page.context_data["files"]] == ["yttrande.pdf"]
    client_of_city.post(URL, filled_in(kept=carried(page)))
    assert [each.name for each in Submission.objects.get().attachments.all()] == ["yttrande.pdf"]


def test_what_is_wrong_in_the_answer_and_with_its_file_is_said_at_once(client_of_city):
    page = record(client_of_city, file=None, channel="", organisation="Testnämnden")

    assert sentences(page) == [
        "Välj hur svaret kom.",
        "Välj filen, eller ändra tillbaka till Välj om det inte är någon fil.",
    ]
    assert page.content.decode().count('id="fel"') == 1


def test_a_word_file_that_was_never_read_stops_the_registering(client_of_city):
    word = SimpleUploadedFile("svar.docx", b"PK", "application/octet-stream")
    page = client_of_city.post(URL, filled_in(action="record", file=word))

    assert sentences(page) == [
        "Filen är inte läst och svaret är inte registrerat. Välj filen igen och tryck på Fyll i "
        "rutorna från filen, eller tryck på Registrera svaret för att registrera utan den."
    ]
    assert not Submission.objects.exists()


def test_a_chosen_file_stays_when_another_is_taken_out(client_of_city):
    page = add(client_of_city)
    path = page.context_data["files"][0][0]["path"]
    after = client_of_city.post(
        URL,
        filled_in(action=f"drop:{path}", kept=carried(page))
        | {"bilaga-kind": "minutes", "bilaga-file": pdf("protokoll.pdf")},
    )

    assert [file["name"] for file, *_rest in after.context_data["files"]] == ["protokoll.pdf"]


def test_a_page_that_is_too_old_asks_for_the_file_again(client_of_city):
    client_of_city.handler.enforce_csrf_checks = True
    page = record(client_of_city, file=pdf())

    assert page.status_code == 403
    assert sentences(page) == [
        "Välj filen en gång till. Den följde inte med när sidan visades igen."
    ]


def test_an_added_and_a_removed_file_are_said_where_they_stand(client_of_city):
    def told(page):
        heading = page.content.decode().partition('<h2 id="h-fil">')[2].partition("</h2>")[0]
        return heading.replace("<bdi>", "").replace("</bdi>", "")

    page = add(client_of_city)
    path = page.context_data["files"][0][0]["path"]
    after = client_of_city.post(URL, filled_in(action=f"drop:{path}", kept=carried(page)))

    assert (told(page), told(after)) == (
        "Filen yttrande.pdf är tillagd",
        "Filen yttrande.pdf är borttagen",
    )
    assert page.content.decode().count("data-focus") == 1


# A meeting


def test_a_meeting_s_note_is_registered_as_what_came_from_the_meeting(client_of_city, consultation):
    client_of_city.post(
        URL,
        filled_in(
            channel="meeting",
            received_on="2026-10-12",
            kind="other_body",
            organisation="Diskussionsmöte med metaorganisationer",
            **{"p3-how": "", "p5-other": MEETING_NOTE},
        ),
    )

    response = Response.objects.get()
    assert (response.channel, response.latest.organisation) == (
        "meeting",
        "Diskussionsmöte med metaorganisationer",
    )
    assert [answer.text for answer in response.latest.answers.all()] == [MEETING_NOTE.strip()]

    # Paragraphs, three aims and four areas, each a thing to place; not a word outside of them.
    passages = list(Passage.objects.select_related("answer").order_by("start"))
    assert len(passages) == 10 + 3 + 4
    assert [each.text for each in passages][5:8] == [
        "• Fördjupad samverkan mellan det offentliga och idéburen sektor",
        "• Stärka demokratin och öka inflytandet",
        "• Möta engagemanget",
    ]
    assert [each.text[:3] for each in passages][9:13] == ["1. ", "2. ", "3. ", "4. "]
    assert " ".join(each.text for each in passages).split() == MEETING_NOTE.split()
    listed = client_of_city.get("/samordning/remiss/response/", {"kanal": "meeting"})
    assert [
        (each.covered_count, each.passage_count) for each in listed.context["cl"].result_list
    ] == [(0, 17)]


# Language and translation


def test_an_answer_in_another_language_is_marked_and_translated_beside(client_of_city, city):
    client_of_city.post(URL, filled_in(language="fi", **{"p3-how": "Avatkaa koulut."}))
    submission = Submission.objects.get()
    answer = submission.answers.get()
    assert Translation.objects.get().language == "fi"

    url = reverse("admin:translate", args=[submission.response_id, 1])
    saved = client_of_city.post(
        url,
        {
            "language": "fi",
            "is_machine_made": "on",
            f"text-{answer.pk}": "Öppna skolorna.",
            f"seen-{answer.pk}": "1",
        },
        follow=True,
    ).content.decode()

    assert "Översättningen är sparad." in saved
    assert "Avatkaa koulut." in saved
    assert "Öppna skolorna." in saved
    assert "Texten är maskinöversatt." in saved
    answer.refresh_from_db()
    assert answer.text == "Avatkaa koulut."
    assert Event.objects.filter(verb="translated", actor=city).count() == 1


def test_who_translates_second_sees_both_texts(client_of_city, civil):
    client_of_city.post(URL, filled_in(language="fi"))
    submission = Submission.objects.get()
    answer = submission.answers.get()
    translating.translate(
        submission=submission,
        language="fi",
        is_machine_made=False,
        texts={answer.pk: "Ahmeds text"},
        seen={answer.pk: 1},
        at=NOON,
        by=civil,
    )
    url = reverse("admin:translate", args=[submission.response_id, 1])
    mine = {"language": "fi", f"text-{answer.pk}": "Marias text", f"seen-{answer.pk}": "1"}

    page = client_of_city.post(url, mine)

    assert page.status_code == 409
    assert "Ahmeds text" in page.content.decode()
    assert "Marias text" in page.content.decode()
    client_of_city.post(url, mine | {f"seen-{answer.pk}": "2"})
    assert Translation.objects.get().text == "Marias text"


def test_swedish_takes_a_translation_away(client_of_city, city):
    client_of_city.post(URL, filled_in(language="fi"))
    submission = Submission.objects.get()
    seen = {submission.answers.get().pk: 1}
    write = {
        "submission": submission, "language": "sv", "is_machine_made": False, "texts": {},
        "at": NOON, "by": city,
    }  # fmt: skip
    with pytest.raises(WrittenMeanwhile):
        translating.translate(seen={}, **write)

    translating.translate(seen=seen, **write)

    assert not Translation.objects.exists()


# Transcripts


def test_a_transcript_stands_beside_the_file(client_of_city, consultation):
    file = make_submission(consultation=consultation, files=["skannat.pdf"]).attachments.get()
    url = reverse("admin:transcribe", args=[file.submission.response_id, file.pk])

    client_of_city.post(url, {"text": "Vi stöder planen.", "seen": "0"})
    page = client_of_city.get(
        reverse("admin:remiss_response_change", args=[file.submission.response_id])
    ).content.decode()

    assert "Vi stöder planen." in page
    assert "Ändra avskriften" in page


def test_who_transcribes_second_sees_both_and_nothing_is_lost(client_of_city, consultation, civil):
    file = make_submission(consultation=consultation, files=["skannat.pdf"]).attachments.get()
    translating.transcribe(attachment=file, text="Ahmeds", seen=0, at=NOON, by=civil)
    url = reverse("admin:transcribe", args=[file.submission.response_id, file.pk])

    page = client_of_city.post(url, {"text": "Marias", "seen": "0"})

    assert page.status_code == 409
    assert "Ahmeds" in page.content.decode()
    assert "Marias" in page.content.decode()
    assert 'name="seen" value="1"' in page.content.decode()
    assert Transcript.objects.get().text == "Ahmeds"


def test_a_file_of_another_answer_is_not_found(client_of_city, consultation):
    file = make_submission(consultation=consultation, files=["a.pdf"]).attachments.get()
    other = make_submission(consultation=consultation, email="b@fn.example")

    url = reverse("admin:transcribe", args=[other.response_id, file.pk])
    assert client_of_city.get(url).status_code == 404
