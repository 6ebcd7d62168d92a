"""Every shape of answer goes in through the forms a person meets, with its text as decided."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from remiss import limits, links, uploads
from remiss.demo.answers import ANSWERS, WHOLE
from remiss.models import Draft, ExtensionRequest, Response, Submission
from remiss.text import clean, clean_name
from remiss.workflow import extending
from tests import samples
from tests.factories import AREAS, NOON, days

NUMBER = {key: number for number, (key, _slug, _heading) in enumerate(AREAS, 1)}


def by_shape(answer):
    return f"{answer.shape} {answer.organisation or 'privatperson'}"


def typed_in(client, consultation, answer, at):
    """The draft after a person has filled in the start form and each part, or None."""
    shown_at = at(NOON)
    at(NOON + days(0.01))
    start = {
        "kind": answer.kind,
        "organisation": answer.organisation,
        "contact_name": answer.contact_name,
        "email": answer.email,
        "stamp": limits.stamp(shown_at),
    } | ({"hide_name": "on"} if answer.hide_name else {})
    # The start form offers five kinds; the page about you takes all of them.
    begun = client.post(
        reverse("remiss:begin", args=[consultation.slug]),
        start | {"kind": "association"} if answer.kind != "private_person" else start,
    )
    draft = Draft.objects.get()
    assert begun.url == reverse("remiss:tasks", args=[draft.public_id])
    saved = client.post(reverse("remiss:who", args=[draft.public_id]), start | {"seen": 1})
    assert saved.status_code == 302
    for key, number in NUMBER.items():
        form = {"stance": answer.stances.get(key, ""), "seen": 0, "action": "done"}
        address = reverse("remiss:answer_area", args=[draft.public_id, number])
        assert client.post(address, form | answer.areas.get(key, {})).status_code == 302
    form = {"stance": answer.stances.get(WHOLE, ""), "seen": 0, "action": "done"}
    address = reverse("remiss:answer_rest", args=[draft.public_id])
    assert client.post(address, form | answer.whole).status_code == 302
    return draft


@pytest.mark.large
@pytest.mark.parametrize("answer", ANSWERS, ids=by_shape)
def test_a_shape_is_sent_in_by_the_forms_with_equal_text(client, consultation, at, answer):
    draft = typed_in(client, consultation, answer, at)
    page = client.get(reverse("remiss:check", args=[draft.public_id]))
    form = page.context["form"].initial

    sent = client.post(reverse("remiss:check", args=[draft.public_id]), form)

    assert sent.url == reverse("remiss:receipt", args=[draft.public_id])
    submission = Submission.objects.get()
    expected = {
        (area, question): clean(text)
        for area, texts in [*answer.areas.items(), (None, answer.whole)]
        for question, text in texts.items()
        if text
    }
    stored = {
        (row.area and row.area.key, row.question.key): row.text
        for row in submission.answers.select_related("area", "question")
    }
    assert stored == expected
    stances = {
        row.area.key if row.area else WHOLE: row.value
        for row in submission.stances.select_related("area")
    }
    assert stances == {key: value for key, value in answer.stances.items() if value}
    assert submission.kind == answer.kind
    assert submission.organisation == clean_name(answer.organisation)


def test_the_receipt_shows_a_right_to_left_text_with_its_own_direction(client, consultation, at):
    arabic = next(answer for answer in ANSWERS if "\u0627" in str(answer.areas))
    draft = typed_in(client, consultation, arabic, at)

    page = client.get(reverse("remiss:check", args=[draft.public_id])).text

    assert 'dir="auto"' in page
    assert links.link_on_page(draft) not in page


# Shapes that are more than texts: files, others behind it, a decision, and time


class Respondent:
    """Somebody who goes through the forms, from the start form to the button."""

    def __init__(self, client, consultation, at, **who):
        self.client, self.at, self.moment = client, at, NOON
        begin = reverse("remiss:begin", args=[consultation.slug])
        stamp = limits.stamp(at(NOON))
        at(NOON + days(0.01))
        who = {"contact_name": "Robin Exempel", "email": "robin@forening.example"} | who
        # The start form offers fewer kinds than the page about you.
        tasks = client.post(begin, who | {"kind": "other_body", "stamp": stamp}).url
        self.draft = Draft.objects.get(public_id=tasks.split("/")[2])
        assert self.post("who", who | {"seen": 1}) == 302

    def post(self, name, form, *args):
        address = reverse(f"remiss:{name}", args=[self.draft.public_id, *args])
        seen = {"who": "who", "behind": "behind", "answer_rest": "rest"}.get(name)
        key = seen or (f"area:{AREAS[args[0] - 1][0]}" if args else "")
        version = self.draft.parts.filter(key=key).values_list("version", flat=True).first()
        return self.client.post(
            address, {"seen": version or 0, "action": "done"} | form
        ).status_code

    def write(self, number, **texts):
        assert self.post("answer_area", texts, number) == 302

    def behind(self, **form):
        assert self.post("behind", form) == 302

    def attach(self, name, kind, body):
        form = {"kind": kind, "file": SimpleUploadedFile(name, body), "action": "upload"}
        assert self.post("files", form) == 302

    def wait(self, number):
        """Days go by; the browser is closed meanwhile."""
        self.moment = self.at(NOON + days(number))
        key = links.make_key(self.draft, purpose=links.FROM_MAIL)
        self.client.post(reverse("remiss:open_link", args=[key]))

    def send(self):
        address = reverse("remiss:check", args=[self.draft.public_id])
        form = self.client.get(address).context["form"].initial
        assert self.client.post(address, form).status_code == 302
        self.draft.refresh_from_db()
        return Response.objects.get(public_id=self.draft.public_id).latest


@pytest.fixture
def respondent(client, consultation, at):
    return lambda **who: Respondent(client, consultation, at, **who)


def files_of(submission):
    return [(each.name, each.kind, each.is_searchable) for each in submission.attachments.all()]


def test_s2_a_board_sends_three_papers_of_three_kinds_and_its_decision(respondent):
    board = respondent(kind="board", organisation="Testnämnden för stöd")
    for number in (1, 2, 3, 4):
        board.write(number, how=f"Om område {number}", stance="supports_with_conditions")
    board.behind(decided_by="board", decided_on="2026-11-11", paragraph="§ 118")
    board.attach("Tjänsteskrivelse.docx", "memo", samples.word())
    board.attach("Yttrande.pdf", "statement", samples.pdf())
    board.attach("Protokollsutdrag § 118.pdf", "minutes", samples.pdf(text="§ 118"))

    sent = board.send()

    assert files_of(sent) == [
        ("Tjänsteskrivelse.docx", "memo", True),
        ("Yttrande.pdf", "statement", True),
        ("Protokollsutdrag § 118.pdf", "minutes", True),
    ]
    assert sent.backing["paragraph"] == "§ 118"
    assert sent.stances.filter(value="supports_with_conditions").count() == 4
    assert sent.answers.count() == 4  # the texts of the files are not counted once more


def test_s7_preliminary_now_and_decided_after_the_last_day(respondent):
    board = respondent(kind="board", organisation="Testnämnden för omsorg")
    board.write(1, how="Förvaltningens förslag")
    board.behind(decided_by="expected", expected_on="2026-12-06")
    board.attach("Preliminärt.docx", "statement", samples.word())
    first = board.send()
    board.wait(24)
    board.write(1, how="Nämndens ord")
    board.behind(decided_by="board", decided_on="2026-12-06", paragraph="§ 2")

    second = board.send()

    assert (first.is_preliminary, second.is_preliminary) == (True, False)
    assert (first.number, second.number, second.is_late) == (1, 2, False)
    assert files_of(first) == files_of(second) == [("Preliminärt.docx", "statement", True)]
    assert first.answers.get().text == "Förvaltningens förslag"


def test_s8_one_person_answers_for_three_bodies(respondent):
    sent = []
    for name in ("stadsplanering", "miljö", "fastigheter"):
        board = respondent(kind="board", organisation=f"Testnämnden för {name}")
        board.write(3, how="Ett samordnat yttrande.", stance="supports")
        board.attach("PM om samordningen.pdf", "other", samples.pdf(text="PM"))
        sent.append(board.send())

    assert len({each.response_id for each in sent}) == 3
    assert {each.answers.get().text for each in sent} == {"Ett samordnat yttrande."}
    for draft in Draft.objects.all():  # all three are still open in that browser
        page = board.client.get(reverse("remiss:receipt", args=[draft.public_id]))
        assert page.status_code == 200


def test_s10_thirty_one_names_are_thirty_one_rows_and_one_answer(respondent):
    (example,) = (each for each in ANSWERS if each.shape == "S10")
    umbrella = respondent(kind=example.kind, organisation=example.organisation)
    assert umbrella.post("answer_rest", dict(example.whole)) == 302
    umbrella.behind(**example.behind)

    sent = umbrella.send()

    names = [each.name for each in sent.cosignatories.all()]
    assert names == example.behind["cosignatories"].split("\n")
    assert (sent.backing["members"], sent.backing["prepared"]) == (31, ["board", "survey"])
    assert Response.objects.count() == 1


def test_s18_a_joint_answer_of_three_without_a_lead(respondent):
    three = respondent(kind="association", organisation="Kulturhuset Kajutan m.fl.")
    three.behind(cosignatories="Kulturhuset Kajutan\nTeaterföreningen Lysmask\nMalmö Körforum")
    three.attach("Gemensamt svar.pdf", "statement", samples.pdf())

    sent = three.send()

    assert sent.cosignatories.count() == 3
    assert sent.answers.count() == 0  # the file is the answer


def test_s19_a_photograph_of_a_flip_chart_keeps_neither_place_nor_camera(respondent):
    network = respondent(kind="other_civil_society", organisation="Nätverket Grannar")
    network.write(4, how="Se bilden av blädderblocket.")
    network.attach("IMG_2031.HEIC", "other", samples.heic())
    network.attach("blädderblock.jpg", "other", samples.jpg_with_everything())

    sent = network.send()

    assert [name for name, _kind, _text in files_of(sent)] == ["IMG_2031.jpg", "blädderblock.jpg"]
    for each in sent.attachments.all():
        with uploads.open_file(each.path) as stored, Image.open(stored) as picture:
            assert dict(picture.getexif()) == {}


def test_s21_late_with_a_reason_gets_time_and_sends(respondent, city):
    small = respondent(kind="umbrella_organisation", organisation="Amatörernas samrådsgrupp")
    small.wait(20)
    assert small.post("more_time", {"reason": "Den som skriver blev sjuk."}) == 302
    request = ExtensionRequest.objects.get()
    extending.grant(request=request, until=date(2026, 12, 7), note="", at=small.moment, by=city)
    small.wait(25)
    small.write(2, how="Tack för den längre tiden. Om s. 4 i planen: …")

    sent = small.send()

    assert sent.received_at == small.moment
    assert not sent.is_late  # in time by its own last day
    assert sent.response.own_last_day == date(2026, 12, 7)


def test_s23_a_table_is_sent_as_it_is_in_excel_and_in_word(respondent):
    office = respondent(kind="department", organisation="Testenheten för bidrag")
    office.write(2, how="Se tabellen.")
    office.attach("Synpunkter rad för rad.xlsx", "other", samples.excel())
    office.attach("Synpunkter rad för rad.docx", "other", samples.word())

    assert [kind for _name, kind, _text in files_of(office.send())] == ["other", "other"]


def test_s24_and_s25g_a_scan_with_the_text_see_the_file(respondent):
    faith = respondent(kind="other_civil_society", organisation="Exempelförsamlingen Källan")
    assert faith.post("answer_rest", {"other": "Se bilaga."}) == 302
    faith.attach("Svar.pdf", "statement", samples.scanned_pdf())

    sent = faith.send()

    assert files_of(sent) == [("Svar.pdf", "statement", False)]
    assert sent.attachments.get().lacks_text
