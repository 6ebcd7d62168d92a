"""The reading page: who stands behind an answer, its files, its decision, and what changed."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from remiss.models import Attachment
from remiss.workflow import answering
from tests import factories
from tests.factories import BEHIND, NOON, add_file, make_draft, make_submission, save, send_in

COPY = "registrator@kultur.example"


def url_of(response, **query):
    return reverse("admin:remiss_response_change", args=[response.pk], query=query)


def file_url(response, file):
    return reverse("admin:sent_file", args=[response.pk, file.pk])


def read(client, response, **query):
    return client.get(url_of(response, **query)).content.decode()


def rows(page):
    """dt → dd of the summaries on a page, tags taken out."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {label: " ".join(re.sub(r"<[^>]*>", "", text).split()) for label, text in found}


def tags(page):
    return re.findall(r'<span class="tag [^"]*">(.*?)</span>', page)


@pytest.fixture
def board(consultation, noon):
    """A draft of a board whose answer is sent in before the decision."""
    return make_draft(
        consultation=consultation,
        kind="board",
        organisation="Kulturnämnden",
        texts={
            "area:city-life": {"how": "Öppna aulorna för föreningar."},
            BEHIND: {
                "decided_by": "expected",
                "expected_on": "2026-12-06",
                "cosignatories": "Kulturhuset Kajutan, 802002-4280",
                "copy_email": COPY,
            },
        },
    )


@pytest.fixture
def decided(board):
    """Its second version, with the decision, a changed text and another file."""
    add_file(draft=board, name="utkast.pdf")
    send_in(draft=board)
    save(draft=board, key="area:city-life", how="Öppna de stora aulorna för föreningar.")
    save(
        draft=board,
        key=BEHIND,
        decided_by="board",
        decided_on="2026-11-12",
        paragraph="§ 114",
        cosignatories="Kulturhuset Kajutan, 802002-4280",
    )
    add_file(draft=board, name="protokoll.pdf", kind="minutes")
    return send_in(draft=board, at=NOON + timedelta(hours=1)).response


# Who stands behind it


def test_the_page_says_who_stands_behind_the_answer(signed_in, reader, consultation, noon):
    response = make_submission(
        consultation=consultation,
        kind="umbrella_organisation",
        behind={
            "prepared": ["annual_meeting"],
            "members": 31,
            "cosignatories": "Kulturhuset Kajutan, 802002-4280\n<b>Kören</b>",
        },
    ).response

    found = rows(read(signed_in(reader), response))

    assert found["Antal medlemmar"] == "31"
    assert found["Så togs svaret fram"] == "Årsmötet"
    assert (
        found["Står också bakom svaret"]
        == "Kulturhuset Kajutan, 802002-4280 &lt;b&gt;Kören&lt;/b&gt;"
    )


def test_an_answer_alone_and_without_files_has_neither_heading(signed_in, reader, submission):
    page = read(signed_in(reader), submission.response)

    assert "Vilka som står bakom svaret" not in page
    assert "Bilagor" not in page
    assert "Ändringar från" not in page
    assert "Egen sista svarsdag" not in page


def test_where_the_copy_went_is_shown_with_the_contact_details(signed_in, city, board):
    response = send_in(draft=board).response
    client = signed_in(city)

    opened = client.post(reverse("admin:read_contact", args=[response.pk])).content.decode()

    assert COPY not in read(client, response)
    assert f'Kopia av kvittot till <a href="mailto:{COPY}">{COPY}</a>' in opened


def test_contact_details_are_opened_at_the_version_that_was_read(signed_in, city, decided):
    page = signed_in(city).post(reverse("admin:read_contact", args=[decided.pk]), {"version": "1"})

    assert page.context["submission"].number == 1


# The decision


def test_a_preliminary_answer_says_so_and_when_the_decision_is_due(signed_in, reader, board):
    page = read(signed_in(reader), send_in(draft=board).response)

    assert tags(page) == [
        "Inskickat, preliminärt",
        "E-post inte bekräftad",
        "Preliminärt",
        "Beslut väntas 6 december",
    ]
    assert rows(page)["Egen sista svarsdag"] == "söndag 6 december"
    assert "Bekräftar" not in page


def test_the_version_with_the_decision_confirms_the_preliminary_one(signed_in, reader, decided):
    client = signed_in(reader)
    latest, first = read(client, decided), read(client, decided, version=1)

    assert "Bekräftar den preliminära version 1." in latest
    assert tags(latest) == ["Inskickat, version 2", "E-post inte bekräftad"]
    assert "Bekräftar" not in first
    assert "Beslut väntas 6 december" in tags(first)


def test_a_version_that_waits_too_confirms_nothing(signed_in, reader, board):
    send_in(draft=board)
    save(draft=board, key="area:city-life", how="Ändrat.")
    response = send_in(draft=board).response

    assert "Bekräftar" not in read(signed_in(reader), response)


# Versions


def changes(page):
    """(label, gone, added) of the section about what changed."""
    section = page.partition('id="h-andrat"')[2].partition("</section>")[0]
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", section, re.DOTALL)

    def marked(kind, text):
        parts = re.findall(rf"<{kind}><span class=\"vh\">[^<]*</span>(.*?)<span", text, re.DOTALL)
        return "".join(parts).strip()

    return [(label, marked("del", text), marked("ins", text)) for label, text in found]


def test_a_later_version_shows_what_changed_without_any_script(signed_in, reader, decided):
    client = signed_in(reader)
    page = read(client, decided)

    assert "Ändringar från version 1" in page
    assert changes(page) == [
        ("3. Stadsliv, allmänna platser och lokaler: Hur kan samverkan ske?", "", "de stora"),
        (
            "Vilka som står bakom svaret: Vem som har beslutat",
            "Beslut väntas, svaret är preliminärt",
            "Nämnden",
        ),
        ("Vilka som står bakom svaret: Beslut väntas", "söndag 6 december 2026", ""),
        ("Vilka som står bakom svaret: Beslutsdatum", "", "torsdag 12 november 2026"),
        ("Vilka som står bakom svaret: Paragraf", "", "§ 114"),
        ("Bilagor: Filer", "", "protokoll.pdf (Protokollsutdrag)"),
    ]
    assert "Ändringar från" not in read(client, decided, version=1)


def test_each_version_is_compared_with_the_one_before_it(signed_in, reader, consultation, noon):
    draft = make_draft(consultation=consultation, texts={"area:city-life": {"how": "Ett"}})
    for text in ("Ett", "Två", "Tre"):
        save(draft=draft, key="area:city-life", how=text)
        response = send_in(draft=draft).response
    client = signed_in(reader)
    place = "3. Stadsliv, allmänna platser och lokaler: Hur kan samverkan ske?"

    assert changes(read(client, response)) == [(place, "Två", "Tre")]
    assert changes(read(client, response, version=2)) == [(place, "Ett", "Två")]


@pytest.mark.parametrize("number", [2, 6])
def test_a_page_with_everything_costs_the_same_however_many_versions_there_are(
    signed_in, reader, decided, board, django_assert_num_queries, number
):
    while decided.submissions.count() < number:
        save(draft=board, key="area:city-life", how=f"Text {decided.submissions.count()}")
        send_in(draft=board)
    client = signed_in(reader)

    with django_assert_num_queries(17):
        client.get(url_of(decided))


# Files


def test_the_files_are_named_with_kind_and_size_and_scans_told_apart(
    signed_in, reader, consultation, noon
):
    draft = make_draft(consultation=consultation, texts={"area:city-life": {"how": "Ja."}})
    add_file(draft=draft, name="yttrande.pdf")
    add_file(draft=draft, name="<svg>.pdf", kind="memo", is_searchable=False)
    add_file(
        draft=draft, name="bild.jpg", kind="other", media_type="image/jpeg", is_searchable=False
    )
    response = send_in(draft=draft).response

    page = read(signed_in(reader), response)

    found = re.findall(r'<bdi>(.*?)</bdi></a><span class="hint">(.*?)</span>', page)
    assert found == [
        ("yttrande.pdf", "Yttrande, 13\u00a0byte"),
        ("&lt;svg&gt;.pdf", "Tjänsteskrivelse, 13\u00a0byte. Saknar sökbar text"),
        ("bild.jpg", "Annan bilaga, 13\u00a0byte"),
    ]


def test_a_file_is_fetched_as_it_was_sent_and_runs_nowhere(signed_in, reader, consultation, noon):
    response = make_submission(consultation=consultation, files=["Yttrande från oss.pdf"]).response
    (link,) = re.findall(r'href="([^"]*/bilagor/[^"]*)"', read(signed_in(reader), response))

    reply = signed_in(reader).get(link)

    assert b"".join(reply) == b"%PDF-1.7 prov"
    assert reply["Content-Type"] == "application/pdf"
    assert reply["Content-Disposition"] == (
        "attachment; filename*=utf-8''Yttrande%20fr%C3%A5n%20oss.pdf"
    )
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in reply["Cache-Control"]


def test_the_files_of_an_older_version_are_kept_and_fetched(signed_in, reader, board, decided):
    first = decided.submissions.get(number=1)
    answering.withdraw(response=decided, at=NOON)
    client = signed_in(reader)

    page = read(client, decided, version=1)

    assert re.findall("<bdi>(.*?)</bdi></a>", page) == ["utkast.pdf"]
    assert b"".join(client.get(file_url(decided, first.attachments.get()))) == b"%PDF-1.7 prov"


def test_a_file_is_reached_only_through_its_own_answer(signed_in, superuser, consultation, noon):
    mine, other = (
        make_submission(consultation=consultation, files=["a.pdf"]).response for _each in range(2)
    )
    file = Attachment.objects.get(submission=other.latest)
    client = signed_in(superuser)

    assert client.get(file_url(mine, file)).status_code == 404
    for response_pk, file_pk in ((10**30, file.pk), (other.pk, 10**30), (0, file.pk)):
        address = reverse("admin:sent_file", args=[response_pk, file_pk])
        assert client.get(address).status_code == 404
    assert client.post(file_url(other, file)).status_code == 405


def test_a_file_of_a_draft_is_not_reached(signed_in, superuser, submission, consultation, noon):
    draft = make_draft(consultation=consultation)
    file = add_file(draft=draft, body=b"kanariefagel")

    assert signed_in(superuser).get(file_url(submission.response, file)).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_told_about(
    signed_in, reader, consultation, noon, settings
):
    response = make_submission(consultation=consultation, files=["borta.pdf", "finns.pdf"]).response
    gone = response.latest.attachments.get(name="borta.pdf")
    (Path(settings.UPLOADS_DIR) / gone.path).unlink()

    reply = signed_in(reader).get(file_url(response, gone))

    page = reply.content.decode()
    assert reply.status_code == 404
    assert "Filen <bdi>borta.pdf</bdi> går inte att hämta, för den saknas på servern." in page
    assert page.count("Saknas på servern") == 1
    assert "finns.pdf" in page
    assert 'rel="next"' not in page


def test_those_without_the_right_fetch_nothing(
    signed_in, administrator, reader, consultation, client
):
    response = make_submission(consultation=consultation, files=["a.pdf"]).response
    address = file_url(response, response.latest.attachments.get())
    reader.groups.clear()

    assert client.get(address).status_code == 302
    for user in (administrator, reader):
        assert signed_in(user).get(address).status_code == 403


def test_more_time_is_shown_as_the_answer_s_own_last_day(signed_in, city, consultation, noon):
    draft = make_draft(consultation=consultation, texts={"area:city-life": {"how": "Ja."}})
    response = send_in(draft=draft).response
    factories.extending.grant(
        request=factories.ask_for_time(draft=draft),
        until=date(2027, 1, 15),
        note="",
        at=NOON,
        by=city,
    )

    assert rows(read(signed_in(city), response))["Egen sista svarsdag"] == "fredag 15 januari 2027"
