"""The round trip through Word in the pages: nothing is saved before it has been looked through."""

import re
from html import unescape
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from remiss.models import DraftPart, DraftRevision
from remiss.questionnaire import writing
from remiss.questionnaire.places import file_key, places_of
from remiss.uploads.refusals import FAULTS, TOO_BIG
from tests import samples
from tests.factories import (
    KIM,
    NOON,
    area_key,
    days,
    make_draft,
    make_version,
    plan_of,
    save,
    send_in,
    url,
)

CITY, YOUNG = area_key("city-life"), area_key("young-health")
KEPT = {"how": "Öppna aulorna.\nPå kvällarna.", "stance": "supports", "actors": "Biblioteket"}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def draft(consultation):
    return make_draft(consultation=consultation, texts={CITY: KEPT})


@pytest.fixture
def holder(opened, draft):
    return opened(draft)


def place(draft, part, name):
    places = places_of(plan_of(draft.consultation))
    return next(each for each in places if (each.part, each.name) == (part, name))


def file_of(draft, contents, *, key=None, loose=(), version=1):
    """A file as this draft's holder fills it in: {part: {field: text}}, in words."""
    plan = plan_of(draft.consultation)
    content = writing.questionnaire(
        plan, key=key or file_key(draft.public_id, version), contents={}, at=NOON
    )
    document = docx.Document(BytesIO(content))
    for each in places_of(plan):
        text = contents.get(each.part, {}).get(each.name)
        for table in document.tables:
            cell = table.cell(0, 0)
            if text and cell.paragraphs[0].text == each.line:
                cell._tc.remove(cell.paragraphs[1]._p)
                for line in text.split("\n"):
                    cell.add_paragraph(line)
    for text in loose:
        document.add_paragraph(text)
        document.add_paragraph(writing.CARE)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def upload(client, draft, body, name="svar.docx"):
    file = SimpleUploadedFile(name, body, content_type="application/octet-stream")
    return client.post(url("from_word", draft), {"file": file, "action": "read"})


def posted_by(page):
    """What the form on the page posts, as a browser reads it."""
    html = re.sub("(?s)<aside.*?</aside>", "", page.text)
    posted = {
        found[1]: unescape(found[2])
        for found in re.finditer(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    }
    for found in re.finditer(r'(?s)<textarea name="(\w+)"[^>]*>\r?\n?(.*?)</textarea>', html):
        posted[found[1]] = unescape(found[2]).replace("\n", "\r\n")
    for found in re.finditer(r'(?s)<select name="(\w+)".*?</select>', html):
        chosen = re.search(r'<option value="([^"]*)" selected', found[0])
        posted[found[1]] = chosen[1] if chosen else ""
    posted.pop("csrfmiddlewaretoken", None)
    return posted


def take(client, draft, page, **changed):
    return client.post(url("from_word", draft), posted_by(page) | {"action": "take"} | changed)


def content(draft, part=CITY):
    return draft.parts.get(key=part).content


def rows():
    return [
        list(DraftPart.objects.order_by("pk").values()),
        list(DraftRevision.objects.order_by("pk").values()),
    ]


# Out


def test_the_file_holds_what_is_written_and_is_nobody_elses(holder, draft, opened):
    response = holder.get(url("answer_docx", draft))

    assert response.headers["Content-Type"] == WORD
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Svar%20Tegelbackens%20kultur-%20och%20idrottsf%C3%B6rening"
        ".docx"
    )
    document = docx.Document(BytesIO(response.content))
    said = [each.text for each in document.paragraphs]
    assert "Svar från Tegelbackens kultur- och idrottsförening" in said
    assert "Svara senast måndag 30 november 2026 kl. 23.59." in said
    assert f"Filens nyckel {file_key(draft.public_id, 1)} · planens version 1" in said
    assert any("Öppna aulorna." in table.cell(0, 0).text for table in document.tables)
    everything = b"".join(samples.parts_of(response.content).values())
    assert draft.public_id.encode() not in everything
    assert draft.email.encode() not in everything
    assert Client().get(url("answer_docx", draft)).status_code == 403


def test_a_file_sent_straight_back_has_nothing_new(holder, draft):
    page = upload(holder, draft, holder.get(url("answer_docx", draft)).content)

    assert "Det finns inget nytt i filen." in page.text
    assert "Samma text som i svaret: svar 3, 3.1, 3.3." in page.text
    assert "Är det rätt fil?" not in page.text


def test_anybody_can_fetch_the_questions(client, consultation, noon):
    response = client.get(reverse("remiss:questions_docx", args=[consultation.slug]))

    assert response.headers["Content-Type"] == WORD
    assert "Svara senast måndag 30 november 2026 kl. 23.59." in [
        each.text for each in docx.Document(BytesIO(response.content)).paragraphs
    ]


def test_the_empty_questions_are_taken_in_without_a_question(client, holder, draft):
    fetched = client.get(reverse("remiss:questions_docx", args=[draft.consultation.slug])).content

    page = upload(holder, draft, fetched)

    assert "Är det rätt fil?" not in page.text
    assert "Tomt i filen: svar 3, 3.1, 3.3. Det ni har skrivit där står kvar." in page.text


def test_after_the_last_day_the_file_promises_no_day(holder, draft, at):
    at(NOON + days(30))

    said = docx.Document(BytesIO(holder.get(url("answer_docx", draft)).content))

    assert not any("Svara senast" in each.text for each in said.paragraphs)


# In


def test_nothing_is_saved_before_the_button(holder, draft):
    before = rows()

    page = upload(holder, draft, file_of(draft, {YOUNG: {"how": "Nytt"}, CITY: {"how": "Ändrat"}}))

    assert page.status_code == 200
    assert "Inget är sparat än." in page.text
    assert "Det står inget där nu." in page.text
    assert "Visa vad som ändras" in page.text
    assert "<del>" in page.text
    assert rows() == before


def test_what_is_shown_is_saved_as_any_other_save(holder, draft):
    body = file_of(
        draft, {YOUNG: {"how": "Nytt\n\nstycke"}, CITY: {"how": "Ändrat", "stance": "Avstyrker"}}
    )

    done = take(holder, draft, upload(holder, draft, body))

    assert done.url == url("tasks", draft)
    assert "Texten ur filen är sparad: område 1, område 3." in holder.get(done.url).text
    assert content(draft, YOUNG) == {"how": "Nytt\n\nstycke"}
    assert content(draft) == KEPT | {"how": "Ändrat", "stance": "opposes"}
    part = draft.parts.get(key=CITY)
    assert (part.version, part.is_done) == (2, True)
    assert part.revisions.filter(version=1).get().content == KEPT


def test_an_empty_place_and_an_emptied_box_change_nothing(holder, draft):
    page = upload(holder, draft, file_of(draft, {CITY: {"how": "Ändrat"}}))

    assert "Tomt i filen: svar 3, 3.3." in page.text
    done = take(holder, draft, page, **{f"text_{place(draft, CITY, 'how').key}": ""})
    assert "Inget i svaret är ändrat." in holder.get(done.url).text
    assert content(draft) == KEPT


def test_a_stance_in_other_words_is_shown_and_can_be_put_under_a_question(holder, draft):
    page = upload(holder, draft, file_of(draft, {CITY: {"stance": "Ja, men inte allt"}}))

    assert "Det ni skrev som ställningstagande, svar 3." in page.text
    take(holder, draft, page, to_1=place(draft, CITY, "exists").key)
    assert content(draft) == KEPT | {"exists": "Ja, men inte allt"}


def test_text_without_a_place_is_put_last_where_the_person_chooses(holder, draft):
    body = file_of(draft, {CITY: {"exists": "Avtal."}}, loose=["Ett tillägg.", "Ett till."])
    page = upload(holder, draft, body)

    assert "Stod efter rutan för svar 5.3." in page.text
    take(
        holder,
        draft,
        page,
        to_1=place(draft, CITY, "how").key,
        to_2=place(draft, CITY, "exists").key,
    )

    assert content(draft) == KEPT | {
        "how": f"{KEPT['how']}\n\nEtt tillägg.",
        "exists": "Avtal.\n\nEtt till.",
    }


def test_text_without_a_place_is_left_out_unless_chosen(holder, draft):
    page = upload(holder, draft, file_of(draft, {}, loose=["Ett tillägg."]))

    take(holder, draft, page)

    assert content(draft) == KEPT


def test_a_place_that_does_not_exist_cannot_be_chosen(holder, draft):
    page = upload(holder, draft, file_of(draft, {}, loose=["Ett tillägg."]))

    again = take(holder, draft, page, to_1=place(draft, CITY, "stance").key)

    assert "Välj en av frågorna i listan." in again.text
    assert "Ett tillägg." in again.text


def test_changes_and_comments_are_told(holder, draft):
    document = docx.Document(BytesIO(file_of(draft, {CITY: {"how": "Ändrat"}})))
    run = document.paragraphs[0].runs
    document.add_comment(run, text="Stämmer det?", author="A")
    document.paragraphs[0]._p.append(
        document.element.makeelement("{%s}ins" % document.element.nsmap["w"], {})  # noqa: UP031
    )
    file = BytesIO()
    document.save(file)

    page = upload(holder, draft, file.getvalue())

    assert "Filen har spårade ändringar." in page.text
    assert "Filen har kommentarer: 1. De är inte med." in page.text
    assert "Stämmer det?" not in page.text


def test_an_odt_is_read_too(holder, draft):
    line = place(draft, CITY, "how").line
    body = (
        '<o:document-content xmlns:o="urn:o" xmlns:t="urn:t" xmlns:b="urn:b"><o:body><o:text>'
        f"<b:table><b:table-row><b:table-cell><t:p>{line}</t:p><t:p>Ur odt</t:p></b:table-cell>"
        "</b:table-row></b:table></o:text></o:body></o:document-content>"
    )

    page = upload(holder, draft, samples.odt(**{"content.xml": body.encode()}), "svar.odt")

    assert "Rutor som saknas i filen: svar 1, 1.1" in page.text
    take(holder, draft, page, right_file="on")
    assert content(draft)["how"] == "Ur odt"


# Whose file it is


@pytest.mark.parametrize(
    ("key", "says"),
    [("ZZZZ-ZZZZ", "Filen hör till ett annat svar."), ("", "Filen har ingen nyckel")],
)
def test_another_file_is_asked_about_and_not_refused(holder, draft, key, says):
    body = file_of(draft, {CITY: {"how": "Ändrat"}}, key=key or "inget")

    page = upload(holder, draft, body)

    assert says in page.text
    again = take(holder, draft, page)
    assert "Markera att det är rätt fil" in again.text
    assert content(draft) == KEPT
    take(holder, draft, again, right_file="on")
    assert content(draft)["how"] == "Ändrat"


def test_another_respondent_s_file_is_asked_about(holder, draft):
    other = make_draft(consultation=draft.consultation, email="annan@forening.example")

    page = upload(holder, draft, file_of(other, {CITY: {"how": "Deras"}}))

    assert "Filen hör till ett annat svar." in page.text


def test_a_file_for_an_older_version_of_the_plan_is_asked_about(opened, draft):
    consultation = draft.consultation
    body = file_of(draft, {CITY: {"how": "Ändrat"}})
    newer = make_version(consultation=consultation, number=2)
    draft.plan_version = newer
    draft.save()

    page = upload(opened(draft), draft, body)

    assert "Filen gjordes för en annan version av planen." in page.text
    assert "Ändrat" in page.text


# Two at once


def test_what_somebody_else_has_saved_meanwhile_is_shown_and_not_overwritten(holder, draft):
    body = file_of(draft, {YOUNG: {"how": "Nytt"}, CITY: {"how": "Ändrat"}}, loose=["Löst"])
    page = upload(holder, draft, body)
    save(draft=draft, key=CITY, by=KIM, **KEPT | {"how": "Kims text"})

    again = take(holder, draft, page, to_1=place(draft, CITY, "how").key)

    assert again.status_code == 409
    assert "Någon annan har sparat medan ni läste" in again.text
    assert "Det gäller område 3. Texten ur filen är sparad: område 1." in again.text
    assert content(draft, YOUNG) == {"how": "Nytt"}
    assert content(draft)["how"] == "Kims text"
    assert f"text_{place(draft, YOUNG, 'how').key}" not in posted_by(again)
    assert "Kims text" in again.text
    assert draft.parts.get(key=CITY).revisions.filter(how="aside").count() == 1

    done = take(holder, draft, again)

    assert done.status_code == 302
    assert content(draft)["how"] == "Ändrat\n\nLöst"


def test_the_same_button_pressed_twice_saves_once(holder, draft):
    page = upload(holder, draft, file_of(draft, {CITY: {"how": "Ändrat"}}))

    take(holder, draft, page)
    again = take(holder, draft, page)

    assert again.status_code == 302
    assert draft.parts.get(key=CITY).version == 2


def test_a_save_after_sending_in_says_so(holder, draft):
    page = upload(holder, draft, file_of(draft, {CITY: {"how": "Ändrat"}}))
    send_in(draft=draft)

    done = take(holder, draft, page)

    assert "Svaret skickades in medan ni skrev." in holder.get(done.url).text


def test_a_form_older_than_its_token_comes_back_with_its_text(holder, draft):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = holder.cookies
    page = upload(holder, draft, file_of(draft, {CITY: {"how": "Ändrat"}}))

    again = take(strict, draft, page)
    first = upload(strict, draft, file_of(draft, {}))

    assert again.status_code == first.status_code == 403
    assert posted_by(again) == posted_by(page)
    assert "Sidan har varit öppen länge" in again.text
    assert "Välj filen och tryck på knappen en gång till." in first.text
    assert content(draft) == KEPT


# What is refused


@pytest.mark.parametrize(
    ("name", "says", "has_link"),
    [
        ("svar.doc", "Filen måste vara docx eller odt. Öppna den i Word, välj Spara som", True),
        ("svar.pdf", "En pdf går inte att läsa in i rutorna. Den kan läggas som bilaga.", True),
        ("svar.png", "Filen måste vara docx eller odt. Den här kan läggas som bilaga.", True),
        ("svar.pages", "Filen måste vara docx eller odt. Spara den som docx", True),
    ],
)
def test_another_kind_is_told_what_to_do_instead(holder, draft, name, says, has_link):
    page = upload(holder, draft, samples.DOC, name)

    assert says in page.text
    assert f'<a href="{url("files", draft)}">Bilagor</a>' in page.text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (samples.encrypted_zip, FAULTS["password"]),
        (samples.macro_document, FAULTS["macros"]),
        (samples.word_with_entities, FAULTS["unreadable"]),
        (samples.zip_bomb, FAULTS["complex"]),
        (samples.pdf, "innehållet är pdf"),
        (lambda: b"", "Filen är tom."),
        (lambda: b"\0" * (10 * 2**20 + 1), TOO_BIG),
    ],
)
def test_what_uploads_refuses_is_refused_here_with_the_same_reason(holder, draft, body, says):
    page = upload(holder, draft, body())

    assert str(says) in unescape(page.text)
    assert not list(draft.files.all())


def test_what_can_be_opened_and_not_read_is_refused(holder, draft):
    deep = b"<w>" + b"<a>" * 400 + b"</a>" * 400 + b"</w>"

    page = upload(holder, draft, samples.with_parts(samples.word(), **{"word/document.xml": deep}))

    assert str(FAULTS["unreadable"]) in page.text


def test_no_file_is_asked_for(holder, draft):
    assert "Välj en fil." in holder.post(url("from_word", draft), {"action": "read"}).text


def test_nothing_of_the_file_is_left_on_the_disk(holder, draft, settings):
    upload(holder, draft, file_of(draft, {CITY: {"how": "Ändrat"}}))

    assert [each for each in settings.UPLOADS_DIR.rglob("*") if each.is_file()] == []


def test_a_text_over_the_limit_is_told_and_handed_back(holder, draft):
    long = "å" * 100_001
    page = upload(holder, draft, file_of(draft, {CITY: {"how": long}}))
    assert "Svaret på fråga 3.1 är längre än 100\u00a0000 tecken" in page.text

    again = take(holder, draft, page)

    assert "Svaret på fråga 3.1 är längre än 100\u00a0000 tecken" in again.text
    assert posted_by(again)[f"text_{place(draft, CITY, 'how').key}"] == long
    assert content(draft) == KEPT


def test_two_texts_that_are_too_long_together_are_told(holder, draft):
    page = upload(
        holder, draft, file_of(draft, {CITY: {"how": "å" * 60_000}}, loose=["ö" * 60_000])
    )

    again = take(holder, draft, page, to_1=place(draft, CITY, "how").key)

    assert "Svaret på fråga 3.1 är längre än 100\u00a0000 tecken" in again.text
    assert content(draft) == KEPT


def test_a_long_text_that_is_not_taken_in_stops_nothing(holder, draft):
    body = file_of(draft, {CITY: {"how": "Ändrat"}}, loose=["ö" * 100_001])

    assert take(holder, draft, upload(holder, draft, body)).status_code == 302
    assert content(draft)["how"] == "Ändrat"


def test_more_text_than_a_page_takes_is_told(holder, draft):
    body = file_of(draft, {}, loose=["å" * 2_100_000, "ä" * 1_100_000])

    page = upload(holder, draft, body)

    assert "Filen innehåller mer text än vi kan visa på en gång." in page.text


def test_what_stands_in_a_file_is_text_on_the_page(holder, draft):
    evil = "</textarea><script>alert(1)</script>\"'&amp;"
    page = upload(holder, draft, file_of(draft, {CITY: {"how": evil}}, loose=[f"löst {evil}"]))

    assert "<script>alert" not in page.text
    take(holder, draft, page, to_1=place(draft, CITY, "exists").key)
    assert content(draft) == KEPT | {"how": evil, "exists": f"löst {evil}"}


def test_the_links_stand_where_they_are_looked_for(client, holder, draft):
    slug = draft.consultation.slug
    tasks = holder.get(url("tasks", draft)).text

    assert url("answer_docx", draft) in tasks
    assert url("from_word", draft) in tasks
    for name in ("plan", "worksheet"):
        page = client.get(reverse(f"remiss:{name}", args=[slug])).text
        assert reverse("remiss:questions_docx", args=[slug]) in page


def test_a_stranger_gets_nowhere(draft, noon):
    for post in (Client().get, Client().post):
        assert post(url("from_word", draft)).status_code == 403


def test_a_lost_session_hands_the_texts_back_and_nothing_else(holder, draft):
    page = upload(holder, draft, file_of(draft, {CITY: {"how": "Ändrat"}}, loose=["Löst"]))
    chosen = place(draft, CITY, "exists").key

    refused = take(Client(), draft, page, to_1=chosen, right_file="on")

    assert refused.status_code == 403
    assert list(refused.context["returned"]) == ["Ändrat", "Löst"]
