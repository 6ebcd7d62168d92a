"""One version as a ZIP, and the note of what was lämnat ut."""

import hashlib
import io
import json
import re
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from remiss.exports import typesetting
from remiss.models import Disclosure, Event, Verb
from remiss.uploads import unique_file_name
from remiss.uploads.names import RESERVED
from remiss.workflow import answering, disclosing
from tests.factories import (
    BEHIND,
    NOON,
    add_file,
    area_key,
    make_draft,
    make_submission,
    save,
    send_in,
)
from tests.test_receipt import SCRIPTS, faults, text_of
from tests.test_registry import PAYLOAD, register

CITY = area_key("city-life")
CONTACT = "sekreterare@tegelbacken.example"
ALWAYS = ["kontrollsummor.txt", "metadata.json", "svar.html", "svar.json", "svar.pdf"]


@pytest.fixture(autouse=True)
def _at_noon(noon):
    pass


def take(client, submission, **data):
    address = reverse("admin:version_zip", args=[submission.response_id, submission.number])
    response = client.post(address, data)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == (
        f'attachment; filename="{submission.response.reference}-version-{submission.number}.zip"'
    )
    return b"".join(response.streaming_content)


def extracted(body, folder):
    """Every file by its path, as a program that trusts nothing would take it out."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        paths = [entry.filename for entry in archive.infolist()]
        for path in paths:
            assert not PurePosixPath(path).is_absolute()
            assert ".." not in PurePosixPath(path).parts
            assert "\\" not in path
            assert (folder / path).resolve().is_relative_to(folder.resolve())
        assert len({path.casefold() for path in paths}) == len(paths)
        archive.extractall(folder)
        return {path: archive.read(path) for path in paths}


@pytest.fixture
def contents(signed_in, registrar, tmp_path):
    """contents(submission, **posted) → path → bytes, of a ZIP that the registrator takes out."""

    def taken(submission, **data):
        return extracted(take(signed_in(registrar), submission, **data), tmp_path / "out")

    return taken


# What is in it


def test_the_zip_holds_the_answer_four_ways_and_its_files(consultation, registrar, contents):
    behind = {"cosignatories": "Kulturhuset Kajutan"}
    submission = make_submission(
        consultation=consultation,
        texts={CITY: {"stance": "supports", "how": "Öppna aulorna.\n\nHela året."}},
        behind=behind,
        files=["Yttrande.pdf"],
    )
    register(submission, registrar, "STK-2026-663-7")

    files = contents(submission)

    assert sorted(files) == ["bilagor/Yttrande.pdf", *ALWAYS]
    assert files["bilagor/Yttrande.pdf"] == b"%PDF-1.7 prov"
    assert hashlib.sha256(files["svar.json"]).hexdigest() == submission.sha256
    file = submission.attachments.get()
    assert json.loads(files["metadata.json"]) == {
        "format": 2,
        "reference": submission.response.reference,
        "version": 1,
        "received_at": "2026-11-12T12:00:00+01:00",
        "time_is_given": True,
        "is_late": False,
        "channel": "portal",
        "registration": {"registry_number": "STK-2026-663-7", "registered_on": "2026-11-12"},
        "consultation": {
            "slug": "handlingsplan",
            "title": consultation.title,
            "registry_number": "STK-2026-663",
        },
        "plan_version": 1,
        "sha256": submission.sha256,
        "files": [
            {
                "path": "bilagor/Yttrande.pdf",
                "name": "Yttrande.pdf",
                "kind": "statement",
                "media_type": "application/pdf",
                "size": 13,
                "sha256": file.sha256,
                "fault": None,
            }
        ],
        "taken_out_by": "birgit",
        "taken_out_at": "2026-11-12T12:00:00+01:00",
        "contact": None,
        "left_out": ["contact"],
    }
    for text in ("Öppna aulorna.\n\nHela året.", "Tillstyrker", "Kulturhuset Kajutan"):
        assert text in files["svar.html"].decode()
        assert "".join(text.split()) in "".join(text_of(files["svar.pdf"]).split())
    assert faults(files["svar.pdf"]) == []


def test_the_sums_are_those_of_the_files_and_sha256sum_agrees(consultation, contents, tmp_path):
    files = contents(make_submission(consultation=consultation, files=["å (1).pdf", "Å (1).PDF"]))

    listed = dict(
        reversed(line.split("  ", 1)) for line in files["kontrollsummor.txt"].decode().splitlines()
    )

    assert listed == {
        path: hashlib.sha256(body).hexdigest()
        for path, body in files.items()
        if path != "kontrollsummor.txt"
    }
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "kontrollsummor.txt"],
        cwd=tmp_path / "out",
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


class Page(HTMLParser):
    """The start tags of a page, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_the_page_needs_nothing_from_anywhere(consultation, contents):
    text = contents(make_submission(consultation=consultation, files=["a b.pdf"]))["svar.html"]
    tags = Page(text.decode()).tags

    assert ("html", {"lang": "sv"}) in tags
    assert {tag for tag, _attrs in tags} & {"link", "script", "img", "iframe", "form"} == set()
    assert [attrs["href"] for tag, attrs in tags if tag == "a"] == ["bilagor/a%20b.pdf"]
    assert not any("style" in attrs or "src" in attrs for _tag, attrs in tags)
    assert [tag for tag, _attrs in tags].count("h1") == 1
    assert b"url(" not in text
    assert b"default-src 'none'" in text


def test_every_script_is_the_same_text_in_all_four(consultation, contents):
    text = "\n".join([*SCRIPTS.values(), "仲間 \U0001f600"])

    files = contents(make_submission(consultation=consultation, texts={CITY: {"how": text}}))

    assert text in files["svar.html"].decode()
    [answer] = json.loads(files["svar.json"])["answers"]
    assert answer["text"] == text
    printed = text_of(files["svar.pdf"])
    assert "Українська" in printed
    assert "[U+1F600 GRINNING FACE]" in " ".join(printed.split())
    assert faults(files["svar.pdf"]) == []


def test_what_people_wrote_is_text_in_the_page(consultation, contents):
    submission = make_submission(
        consultation=consultation,
        organisation=PAYLOAD,
        texts={CITY: {"how": PAYLOAD}, BEHIND: {"cosignatories": PAYLOAD}},
    )
    page = contents(submission)["svar.html"].decode()

    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 3


def test_no_draft_is_ever_in_it(consultation, contents):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Det inskickade."}})
    add_file(draft=draft, name="skickad.pdf")
    submission = send_in(draft=draft)
    save(draft=draft, key=CITY, how="kanariefågel")
    save(draft=draft, key="rest", summary="kanariefågel")
    add_file(draft=draft, name="kanariefågel.pdf", body="kanariefågel".encode())

    files = contents(submission)

    assert sorted(files) == ["bilagor/skickad.pdf", *ALWAYS]
    everything = [text_of(files["svar.pdf"]), *(body.decode("latin-1") for body in files.values())]
    everything += [body.decode(errors="replace") for body in files.values()]
    assert [text for text in everything if "kanarief" in text] == []


def test_an_earlier_version_is_as_it_was_and_a_withdrawn_one_can_be_taken(consultation, contents):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Först så."}})
    first = send_in(draft=draft)
    save(draft=draft, key=CITY, how="Sedan så.")
    second = send_in(draft=draft)
    answering.withdraw(response=second.response, at=NOON)

    page = contents(first)["svar.html"].decode()

    assert "Först så." in page
    assert "Sedan så." not in page


# Who to contact


def test_contact_details_go_along_only_when_asked_for_and_are_logged(
    signed_in, registrar, submission, tmp_path
):
    files = extracted(take(signed_in(registrar), submission), tmp_path / "without")
    assert not any(CONTACT.encode() in body for body in files.values())
    assert Event.objects.filter(verb=Verb.READ_CONTACT).count() == 0

    files = extracted(take(signed_in(registrar), submission, with_contact="on"), tmp_path / "with")
    about = json.loads(files["metadata.json"])
    assert about["contact"] == {"name": "Robin Exempel", "email": CONTACT, "copy_email": ""}
    assert "left_out" not in about
    assert CONTACT in files["svar.html"].decode()
    assert CONTACT.encode() not in files["svar.json"]
    assert list(
        Event.objects.filter(actor=registrar).order_by("pk").values_list("verb", "note")
    ) == [
        ("exported", "version 1 som zip"),
        ("exported", "version 1 som zip"),
        ("read_contact", "version 1 som zip"),
    ]


def test_who_may_not_see_contact_details_gets_none_by_asking(
    signed_in, civil, submission, tmp_path
):
    client = signed_in(civil)

    files = extracted(take(client, submission, with_contact="on"), tmp_path / "out")

    assert json.loads(files["metadata.json"])["left_out"] == ["contact"]
    assert not any(CONTACT.encode() in body for body in files.values())
    assert Event.objects.filter(verb=Verb.READ_CONTACT).count() == 0
    page = client.get(reverse("admin:remiss_response_change", args=[submission.response_id])).text
    assert "Hämta version 1 som zip" in page
    assert "with_contact" not in page


def test_a_reader_is_offered_no_zip_and_no_version_of_another(
    signed_in, reader, registrar, submission
):
    address = reverse("admin:remiss_response_change", args=[submission.response_id])
    assert "som zip" not in signed_in(reader).get(address).text

    client = signed_in(registrar)
    for pk, number in ((submission.response_id, 2), (submission.response_id + 1, 1)):
        assert client.post(reverse("admin:version_zip", args=[pk, number])).status_code == 404


# Files that are not as they were


def path_of(file):
    return Path(settings.UPLOADS_DIR) / file.path


def test_a_file_that_is_gone_or_changed_is_told_and_stops_nothing(
    signed_in, registrar, consultation, contents
):
    submission = make_submission(
        consultation=consultation, files=["borta.pdf", "annan.pdf", "hel.pdf"]
    )
    gone, changed, _whole = submission.attachments.all()
    path_of(gone).unlink()
    path_of(changed).write_bytes(b"Annat")

    files = contents(submission)

    assert sorted(files) == ["bilagor/annan.pdf", "bilagor/hel.pdf", *ALWAYS]
    about = json.loads(files["metadata.json"])["files"]
    assert [(each["path"], each["fault"]) for each in about] == [
        (None, "Filen saknas på servern och är inte med."),
        (
            "bilagor/annan.pdf",
            "Filen har inte den kontrollsumma som den hade när den skickades in.",
        ),
        ("bilagor/hel.pdf", None),
    ]
    page = files["svar.html"].decode()
    assert "Filen saknas på servern och är inte med." in page
    assert 'href="bilagor/borta' not in page
    page = signed_in(registrar).get(
        reverse("admin:remiss_response_change", args=[submission.response_id])
    )
    assert page.context["absent"] == {gone.pk}
    assert page.text.count("Saknas på servern") == 1


def test_without_its_pdf_no_zip_is_made_or_logged(signed_in, registrar, submission, monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0)

    page = signed_in(registrar).post(
        reverse("admin:version_zip", args=[submission.response_id, 1]), follow=True
    )

    assert "Det gick inte att göra filen just nu. Försök igen." in page.text
    assert Event.objects.filter(verb=Verb.EXPORTED).count() == 0


# Names of files


def test_names_that_people_gave_are_fit_for_any_disk(consultation, contents):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Så."}})
    for name in (
        "../../etc/passwd.pdf",
        "<svg onload=alert(1)>.pdf",
        "CON.pdf",
        "仲" * 96 + ".pdf",
    ):
        add_file(draft=draft, name=name)

    files = contents(send_in(draft=draft))

    assert sorted(path for path in files if "/" in path) == [
        "bilagor/_CON.pdf",
        "bilagor/passwd.pdf",
        "bilagor/svg onload=alert(1).pdf",
        f"bilagor/{'仲' * 65}.pdf",
    ]
    assert "<svg" not in files["svar.html"].decode()
    assert "&lt;svg onload=alert(1)&gt;.pdf" in files["svar.html"].decode()


@given(st.lists(st.text(max_size=130), max_size=6))
def test_names_are_unique_short_and_harmless_whatever_they_were(names):
    taken: set[str] = set()
    found = [unique_file_name(name, taken) for name in [*names, *names]]

    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert 0 < len(name) <= 100
        assert len(name.encode()) <= 200
        assert not re.search(r'[/\\<>:"|?*\x00-\x1f]', name)
        assert name[0] not in " .-"
        assert name[-1] not in " ."
        assert not RESERVED.match(name)


# What was lämnat ut


def note(client, submission, **data):
    data = {
        "what": ["answer", "2"],
        "decision": "masked",
        "given_on": "2026-11-12",
        "note": "Ett telefonnummer\ni bilaga 2.",
    } | data
    address = reverse("admin:disclose", args=[submission.response_id, submission.number])
    return client.post(address, data)


@pytest.fixture
def with_files(consultation):
    return make_submission(consultation=consultation, files=["a.pdf", "b.pdf"])


@pytest.mark.parametrize("who", ["registrar", "city"])
def test_what_was_lamnat_ut_is_noted_among_what_has_happened(signed_in, request, with_files, who):
    client, user = signed_in(request.getfixturevalue(who)), request.getfixturevalue(who)

    note(client, with_files)
    note(client, with_files, what="answer", decision="whole", note="")

    said = [
        "version 1, svaret och bilaga 2. Lämnades ut med maskning 2026-11-12. "
        "Ett telefonnummer i bilaga 2.",
        "version 1, svaret. Lämnades ut utan maskning 2026-11-12.",
    ]
    events = Event.objects.filter(verb=Verb.DISCLOSED, actor=user, response=with_files.response)
    assert list(events.order_by("pk").values_list("note", flat=True)) == said
    page = client.get(reverse("admin:remiss_response_change", args=[with_files.response_id]))
    assert f"lämnade ut handlingar: {said[0]}" in page.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"what": []}, "Välj vad det gäller."),
        ({"what": "3"}, "Välj vad det gäller."),
        ({"decision": ""}, "Välj vad beslutet blev."),
        ({"given_on": "2026-11-13"}, "Dagen har inte varit än."),
        ({"given_on": "2026-11-11"}, "Den dagen hade versionen inte kommit in."),
        ({"note": " \n"}, "Skriv vad som är maskat, men inte vad som stod där."),
        ({"note": "", "decision": "refused"}, "Skriv varför det inte lämnades ut."),
        ({"note": "x" * 401}, "Skriv högst 400 tecken."),
    ],
)
def test_what_is_wrong_in_the_note_is_told_and_nothing_is_lost(
    signed_in, registrar, with_files, data, says
):
    page = note(signed_in(registrar), with_files, **{"note": "Behåll mig"} | data)

    assert page.text.count(says) == 2
    assert "<title>Fel:" in page.text
    assert "<details open>" in page.text
    assert data.get("note", "Behåll mig") in page.text
    assert Event.objects.filter(verb=Verb.DISCLOSED).count() == 0


def test_the_longest_note_has_room(registrar, consultation):
    submission = make_submission(consultation=consultation, files=[f"{n}.pdf" for n in range(5)])
    event = disclosing.disclosed(
        submission=submission,
        with_answer=True,
        files=range(1, 6),
        decision=Disclosure.MASKED,
        given_on=NOON.date(),
        note="x" * disclosing.NOTE_LENGTH,
        at=NOON,
        by=registrar,
    )

    assert len(event.note) <= 500


@pytest.mark.parametrize(
    "facts",
    [
        {"with_answer": False},
        {"decision": Disclosure.REFUSED},
        {"note": "x" * 401},
    ],
)
def test_the_verb_refuses_half_a_note(registrar, submission, facts):
    whole = {"with_answer": True, "files": [], "decision": Disclosure.WHOLE, "note": ""}
    with pytest.raises(ValueError, match="Välj|Skriv"):
        disclosing.disclosed(
            submission=submission, given_on=NOON.date(), at=NOON, by=registrar, **whole | facts
        )

    assert Event.objects.filter(verb=Verb.DISCLOSED).count() == 0


def test_the_other_side_and_a_reader_note_nothing(signed_in, civil, reader, submission):
    for user in (civil, reader):
        client = signed_in(user)
        address = reverse("admin:remiss_response_change", args=[submission.response_id])
        assert "Anteckna" not in client.get(address).text
        assert note(client, submission, what="answer").status_code == 403


def test_a_note_is_shown_as_text(signed_in, registrar, with_files):
    client = signed_in(registrar)
    wrong = note(client, with_files, note=PAYLOAD, decision="")
    note(client, with_files, note=PAYLOAD)
    page = client.get(reverse("admin:remiss_response_change", args=[with_files.response_id]))

    for text in (wrong.text, page.text):
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text
