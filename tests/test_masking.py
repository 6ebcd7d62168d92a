"""Masking: what is public, what waits to be looked at, and that nothing received is touched."""

import pytest
from django.db import IntegrityError, transaction

from remiss.exports import published
from remiss.models import Answer, Event, Finding, Ground, Masking, Response, Spot, Submission
from remiss.models.draft import area_key
from remiss.models.masking import texts_of
from remiss.workflow import masking, naming, recording, secrecy
from tests.factories import (
    BEHIND,
    NOON,
    WHO,
    add_file,
    make_draft,
    make_submission,
    plan_of,
    save,
    send_in,
)

CITY = area_key("city-life")
TEXT = "Ring Anna Hemlig på 0701-74 06 05. Anna\nHemlig svarar."
NAME = "Hemlig Svensson avtal.pdf"


@pytest.fixture
def sent(consultation):
    return make_submission(
        consultation=consultation,
        organisation="Hemliga föreningen",
        texts={CITY: {"how": TEXT, "exists": "Inget."}},
        behind={"cosignatories": "Hemlig vänförening"},
        files=[NAME],
    )


def of(submission):
    """As a page fetches it: nothing is left from before."""
    return Submission.objects.select_related("response", "plan_version").get(pk=submission.pk)


def spot_of(submission, field):
    return next(spot for spot in texts_of(of(submission)) if spot.field == field)


def words(submission, text, spot=None):
    """(spot, start, end) of each place where the text stands."""
    texts = texts_of(of(submission))
    return [
        (each, start, start + len(text))
        for each, whole in texts.items()
        for start in range(len(whole))
        if whole.startswith(text, start) and spot in {None, each}
    ]


def mask(submission, places, *, by, reason=Ground.PERSONAL, note="", at=NOON):
    return masking.mask(
        submission=of(submission), places=places, reason=reason, note=note, at=at, by=by
    )


def public(submission):
    """Everything the public reads of it, as one string."""
    row = of(submission)
    return repr(published.of_submission(row, plan_of(row.response.consultation)))


def rows():
    """Everything that was received, and what stands beside it."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Submission, Answer, Response, Finding)
    ]


# What is public


def test_masked_words_are_in_nothing_public_and_the_original_stands(sent, city):
    before = rows()
    assert public(sent).count("Hemlig") == 4  # the file's name waits to be looked at

    mask(sent, words(sent, "Hemlig"), by=city)
    mask(sent, words(sent, "Hemlig", spot_of(sent, "attachment")), by=city)

    assert "Hemlig" not in public(sent)
    assert rows() == before
    shown = published.public_texts(of(sent))
    assert sorted(shown.values()) == sorted(
        [
            "[borttaget]a föreningen",
            "[borttaget] Svensson avtal.pdf",
            "[borttaget] vänförening",
            "Inget.",
            TEXT.replace("Hemlig", "[borttaget]"),
        ]
    )


def test_the_public_answer_is_the_received_one_where_nothing_is_masked(sent):
    answer = published.of_submission(of(sent), plan_of(sent.response.consultation))

    assert answer.name == "Hemliga föreningen"
    assert answer.when == f"Inskickat torsdag 12 november 2026. Referens {sent.response}."
    assert [
        (text.label, [piece.text for piece in text.pieces])
        for part in answer.parts
        for text in part.texts
    ] == [("Hur kan samverkan ske?", [TEXT]), ("Vilken samverkan finns redan?", ["Inget."])]
    assert [each[0].text for each in answer.cosignatories] == ["Hemlig vänförening"]


def test_a_file_has_no_name_before_somebody_has_looked_at_it(sent, city):
    def names():
        answer = published.of_submission(of(sent), plan_of(sent.response.consultation))
        return [pieces[0].text for pieces in answer.files]

    assert names() == ["Bilaga 1"]
    name = Finding.objects.get(kind=Finding.Kind.FILE_NAME)
    masking.let_stand(findings=[name], at=NOON, by=city)
    assert names() == [NAME]
    masking.ask_again(finding=name, at=NOON, by=city)
    masking.hide(findings=[name], at=NOON, by=city)
    assert names() == ["[borttaget]"]


def test_a_name_that_is_not_to_be_shown_cannot_be_read_through_the_gate(consultation):
    sent = make_submission(consultation=consultation, organisation="Hemliga", hide_name=True)

    assert "Hemliga" not in public(sent)
    assert Spot("organisation") not in published.public_texts(of(sent))


def test_a_corrected_name_is_what_is_read_without_the_words_that_are_masked(consultation, city):
    sent = make_submission(consultation=consultation, organisation="Hemlig & Kajuttan")

    def read():
        row = of(sent)
        name = published.of_submission(row, plan_of(consultation)).name
        assert published.public_texts(row)[Spot("organisation")] == name
        return name

    def correct(name):
        act = {"reason": "Fel", "at": NOON, "by": city}
        naming.correct(response=sent.response, name=name, seen=of(sent).shown_name, **act)
        return read()

    assert correct("Hemlig & Kajutan") == "Hemlig & Kajutan"
    [mark] = mask(sent, words(sent, "Hemlig", spot_of(sent, "organisation")), by=city)
    assert read() == "[borttaget] & Kajutan"
    assert correct("Hemliga Kajutan") == "[borttaget]a Kajutan"
    assert correct("Hembliga Kajutan") == "[borttaget]"
    masking.unmask(masking=mark, at=NOON, by=city)
    assert read() == "Hembliga Kajutan"
    assert correct("Hemlig & Kajuttan") == "Hemlig & Kajuttan"


def test_of_a_secret_answer_nothing_is_read_and_of_a_secret_file_no_name(sent, city):
    def files():
        answer = published.of_submission(of(sent), plan_of(sent.response.consultation))
        return [pieces[0].text for pieces in answer.files]

    secret = {"response": sent.response, "provision": "OSL", "reason": "x", "at": NOON, "by": city}
    masking.let_stand(findings=Finding.objects.filter(kind="file_name"), at=NOON, by=city)
    before, texts = public(sent), published.public_texts(of(sent))
    assert files() == [NAME]

    mark = secrecy.mark(attachment=sent.attachments.get(), **secret)
    assert files() == []
    assert published.public_texts(of(sent)) == {
        spot: text for spot, text in texts.items() if spot.field != "attachment"
    }
    of_answer = secrecy.mark(**secret)
    assert published.public_texts(of(sent)) == {}
    assert public(sent) == repr(
        published.PublishedAnswer("Remissvar", "Sekretessmarkerat", "", is_secret=True)
    )
    for each in (mark, of_answer):
        secrecy.try_mark(mark=each, outcome="lifted", reason="x", seen=0, at=NOON, by=city)
    assert (public(sent), published.public_texts(of(sent))) == (before, texts)


def test_a_secret_file_that_is_sent_in_again_has_no_name_either(consultation, city):
    draft = make_draft(consultation=consultation)
    add_file(draft=draft, name="hemlig.pdf")
    first = send_in(draft=draft)
    secrecy.mark(
        response=first.response, attachment=first.attachments.get(), provision="OSL", reason="x",
        at=NOON, by=city,
    )  # fmt: skip
    second = send_in(draft=draft)
    masking.let_stand(findings=Finding.objects.filter(kind="file_name"), at=NOON, by=city)

    assert second.attachments.count() == 1
    assert "hemlig" not in public(second)


# Marks


def test_places_that_are_not_in_the_version_hide_nothing(sent, consultation, city):
    other = make_submission(consultation=consultation)
    answer = spot_of(sent, "answer")
    foreign = spot_of(other, "answer")
    for place in [
        (answer, 0, len(TEXT) + 1),
        (answer, 5, 5),
        (answer, 6, 5),
        (answer, -1, 5),
        (foreign, 0, 4),
        (Spot("answer", 10**15), 0, 1),
        (Spot("canonical"), 0, 1),
    ]:
        with pytest.raises(ValueError, match="Ett av ställena finns inte"):
            mask(sent, [(answer, 0, 4), place], by=city)

    assert not Masking.objects.exists()


def test_another_reason_takes_words(sent, city):
    places = words(sent, "Anna")
    with pytest.raises(ValueError, match="Skriv skälet"):
        mask(sent, places, by=city, reason=Ground.OTHER)

    marks = mask(sent, places, by=city, reason=Ground.OTHER, note="Den enskilda har bett om det.")
    assert {(mark.reason, mark.note) for mark in marks} == {
        ("other", "Den enskilda har bett om det.")
    }


def test_what_is_hidden_already_is_not_hidden_twice(sent, city, civil):
    assert len(mask(sent, words(sent, "Anna"), by=city)) == 2
    assert mask(sent, words(sent, "Anna"), by=civil) == []
    assert mask(sent, words(sent, "nn"), by=civil) == []
    assert len(mask(sent, words(sent, "Anna Hemlig"), by=civil)) == 1

    assert public(sent).count("[borttaget]") == 2


def test_undoing_gives_what_was_and_keeps_the_row(sent, city, civil):
    before = public(sent), Finding.objects.waiting().count()
    for mark in mask(sent, words(sent, "0701-74 06 05"), by=city):
        assert public(sent) != before[0]
        assert Finding.objects.waiting().count() == before[1] - 1
        assert masking.unmask(masking=mark, at=NOON, by=civil)
        assert not masking.unmask(masking=mark, at=NOON, by=city)

    assert (public(sent), Finding.objects.waiting().count()) == before
    mark = Masking.objects.get()
    assert (mark.by, mark.undone_by, mark.undone_at) == (city, civil, NOON)


def test_the_log_tells_how_much_and_why_and_never_which_words(sent, city):
    (mark,) = mask(sent, words(sent, "0701-74 06 05"), by=city)
    masking.unmask(masking=mark, at=NOON, by=city)
    (number,) = Finding.objects.filter(kind=Finding.Kind.PHONE)
    masking.let_stand(findings=[number], at=NOON, by=city)
    masking.ask_again(finding=number, at=NOON, by=city)

    said = Event.objects.filter(actor=city, response=sent.response).order_by("pk")
    assert list(said.values_list("verb", "note")) == [
        ("masked", "version 1, 1 ställe. Personuppgift som inte behöver vara offentlig (GDPR)"),
        ("unmasked", "version 1, 1 ställe"),
        ("let_stand", "version 1, 1 ställe"),
        ("asked_again", "version 1, 1 ställe"),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"start": 4, "end": 4},
        {"undone_at": NOON},
        {"attachment": True},
    ],
)
def test_the_database_refuses_marks_of_nothing_and_of_two_texts(sent, city, fields):
    if "attachment" in fields:
        fields = {"attachment": sent.attachments.get()}
    whole = {"start": 0, "end": 4, "reason": "personal", "by": city, "at": NOON} | fields
    with pytest.raises(IntegrityError), transaction.atomic():
        Masking.objects.create(submission=sent, answer=sent.answers.first(), **whole)


def test_the_database_refuses_the_same_mark_twice_while_it_stands(sent, city):
    (mark,) = mask(sent, words(sent, "Hemliga"), by=city)
    mark.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        mark.save(force_insert=True)

    masking.unmask(masking=Masking.objects.get(), at=NOON, by=city)
    mark.save(force_insert=True)


# What is found


def kinds(queryset):
    return sorted(queryset.values_list("kind", flat=True))


def test_what_may_point_out_a_person_is_found_when_it_comes_in(sent):
    assert kinds(Finding.objects.waiting().current()) == ["file_name", "phone"]
    number = Finding.objects.get(kind="phone")
    assert (number.text, number.spot) == ("0701-74 06 05", spot_of(sent, "answer"))


def test_a_finding_is_waiting_hidden_or_let_stand_and_never_two_of_them(sent, city):
    def where():
        found = Finding.objects.filter(kind="phone")
        return [found.waiting().count(), found.hidden().count(), found.left().count()]

    number = Finding.objects.get(kind="phone")
    assert where() == [1, 0, 0]
    masking.let_stand(findings=[number], at=NOON, by=city)
    assert where() == [0, 0, 1]
    mask(sent, words(sent, "på 0701-74 06 05"), by=city)
    assert where() == [0, 1, 0]
    mask(sent, words(sent, "07"), by=city)
    masking.unmask(masking=Masking.objects.first(), at=NOON, by=city)
    assert where() == [0, 0, 1]
    masking.ask_again(finding=number, at=NOON, by=city)
    assert where() == [1, 0, 0]


@pytest.mark.parametrize(
    ("parts", "is_hidden"),
    [
        (["0701-74", " 06 05"], True),
        (["0701-7", "1-74 06", "06 05. Anna"], True),
        (["0701", "-7", "4 06 05"], True),
        (["0701-74", "06 05"], False),
        (["01-74", " 06 05"], False),
        (["0701-74", " 06"], False),
        (["0701", "4 06 05", "701"], False),
    ],
)
def test_marks_that_touch_hide_what_they_cover_together(sent, city, parts, is_hidden):
    for part in parts:
        mask(sent, words(sent, part)[:1], by=city)

    number = Finding.objects.filter(kind="phone")
    assert (number.hidden().count(), number.waiting().count()) == (is_hidden, not is_hidden)


def test_hiding_a_finding_takes_the_ground_of_its_kind(consultation, city):
    text = "Hon är född 19900101-0017 och nås på a@fn.example."
    make_submission(consultation=consultation, texts={CITY: {"how": text}})

    masking.hide(findings=Finding.objects.all(), at=NOON, by=city)

    assert sorted(Masking.objects.values_list("reason", flat=True)) == ["number", "personal"]
    assert not Finding.objects.waiting().exists()


def test_the_second_of_two_decisions_changes_nothing(sent, city, civil):
    numbers = list(Finding.objects.filter(kind="phone"))
    assert masking.let_stand(findings=numbers, at=NOON, by=city) == numbers

    assert masking.hide(findings=numbers, at=NOON, by=civil) == []
    assert masking.let_stand(findings=numbers, at=NOON, by=civil) == []
    assert not Masking.objects.exists()
    assert Finding.objects.get(kind="phone").left_by == city


def test_doing_and_undoing_gives_the_same_state(sent, city):
    before = [rows(), public(sent)]
    for finding in Finding.objects.all():
        for decide in (masking.hide, masking.let_stand):
            decide(findings=[finding], at=NOON, by=city)
            assert masking.ask_again(finding=finding, at=NOON, by=city)
            assert not masking.ask_again(finding=finding, at=NOON, by=city)

            assert [rows(), public(sent)] == before


def test_only_answers_that_count_are_asked_about(sent, city):
    recording.set_aside(responses=[sent.response], reason="test", note="", at=NOON, by=city)

    assert Finding.objects.waiting().count() == 2
    assert not Finding.objects.current().exists()


# The next version


@pytest.fixture
def changed(consultation):
    """changed(how) → the second version, sent in with that text."""
    draft = make_draft(
        consultation=consultation,
        organisation="Hemliga föreningen",
        texts={CITY: {"how": TEXT, "exists": "Mejla a@fn.example."}},
    )
    first = send_in(draft=draft)

    def send_again(how):
        save(draft=draft, key=CITY, how=how, exists="Mejla a@fn.example.")
        return send_in(draft=draft)

    return first, send_again


def test_a_new_version_keeps_what_was_decided_where_the_text_is_the_same(changed, city):
    first, send_again = changed
    mask(first, words(first, "Hemlig"), by=city)
    masking.let_stand(findings=Finding.objects.filter(kind="email"), at=NOON, by=city)
    masks = sorted(Masking.objects.values_list("start", "end", "reason", "by", "at"))

    second = send_again(TEXT)

    own = Masking.objects.filter(submission=second)
    assert sorted(own.values_list("start", "end", "reason", "by", "at")) == masks
    assert "Hemlig" not in public(second)
    assert kinds(Finding.objects.filter(submission=second).waiting()) == ["phone"]


def test_in_a_text_that_has_changed_masked_words_are_masked_again_and_the_rest_asked_about(
    changed, city
):
    first, send_again = changed
    mask(first, words(first, "Anna"), by=city)
    masking.let_stand(findings=Finding.objects.filter(kind="phone"), at=NOON, by=city)

    second = send_again(f"Annanstans. {TEXT} anna igen.")

    answer = published.public_texts(of(second))[spot_of(second, "answer")]
    assert answer == f"Annanstans. {TEXT} anna igen.".replace("Anna ", "[borttaget] ").replace(
        "Anna\n", "[borttaget]\n"
    ).replace("anna ", "[borttaget] ")
    waiting = Finding.objects.current().waiting()
    assert kinds(waiting) == ["email", "phone"]


def shown(submission):
    return sorted(published.public_texts(of(submission)).values())


def asked_about(submission):
    """What waits because it resembles what was masked before."""
    waiting = Finding.objects.waiting().filter(submission=submission, kind="masked_before")
    return sorted(each.text for each in waiting)


@pytest.fixture
def moving(consultation):
    """A draft with a name, a text and a co-signatory that are masked, and what is not."""
    draft = make_draft(
        consultation=consultation,
        organisation="Anna Hemligs vänner",
        texts={CITY: {"how": "Ring Anna Hemlig idag.", "exists": "Inget."}},
    )
    save(draft=draft, key=BEHIND, cosignatories="Anna Hemlig")
    return draft


def test_masked_words_are_masked_wherever_they_stand_in_the_next_version(moving, city):
    first = send_in(draft=moving)
    mask(first, words(first, "Anna Hemlig"), by=city)
    assert shown(first) == [
        "Inget.",
        "Ring [borttaget] idag.",
        "[borttaget]",
        "[borttaget]s vänner",
    ]

    save(draft=moving, key=BEHIND, cosignatories="Anna Hemlig, ordförande")
    save(draft=moving, key=CITY, how="Något annat.", exists="Ring anna  hemlig idag.")
    save(draft=moving, key="rest", summary="Skriv till Anna\nHemlig, eller till Anna Hemligs mor.")
    second = send_in(draft=moving)

    assert shown(second) == [
        "Något annat.",
        "Ring [borttaget] idag.",
        "Skriv till [borttaget], eller till Anna Hemligs mor.",
        "[borttaget], ordförande",
        "[borttaget]s vänner",
    ]
    carried = Masking.objects.filter(submission=second)
    assert {(each.reason, each.by, each.at) for each in carried} == {("personal", city, NOON)}
    assert asked_about(second) == ["Anna Hemligs"]


def test_a_text_that_moves_whole_keeps_what_was_decided_in_it(moving, city):
    first = send_in(draft=moving)
    mask(first, words(first, "Anna", spot_of(first, "answer"))[:1], by=city)

    save(draft=moving, key=CITY, how="Inget.", exists="Ring Anna Hemlig idag.")
    second = send_in(draft=moving)

    assert shown(second) == [
        "Anna Hemlig", "Anna Hemligs vänner", "Inget.", "Ring [borttaget] Hemlig idag.",
    ]  # fmt: skip
    assert asked_about(second) == []


def test_a_name_in_place_of_a_masked_one_is_asked_about(moving, city):
    first = send_in(draft=moving)
    mask(first, words(first, "Anna Hemligs vänner"), by=city)

    who = moving.parts.get(key=WHO)
    save(draft=moving, key=WHO, **who.content | {"organisation": "Föreningen A H"})
    second = send_in(draft=moving)

    assert asked_about(second) == ["Föreningen A H"]
    masking.let_stand(findings=Finding.objects.filter(submission=second), at=NOON, by=city)
    third = send_in(draft=moving)
    assert asked_about(third) == []


def test_words_that_come_back_after_a_version_without_them_are_masked_unless_undone(moving, city):
    first = send_in(draft=moving)
    [mark] = mask(first, words(first, "Anna Hemlig", spot_of(first, "answer")), by=city)

    def sent(how):
        save(draft=moving, key=CITY, how=how, exists="")
        submission = send_in(draft=moving)
        return submission, published.public_texts(of(submission))[spot_of(submission, "answer")]

    assert sent("Inget.")[1] == "Inget."
    third, read = sent("Fråga Anna Hemlig.")
    assert read == "Fråga [borttaget]."
    masking.unmask(masking=Masking.objects.get(submission=third), at=NOON, by=city)
    assert sent("Fråga inte Anna Hemlig.")[1] == "Fråga inte Anna Hemlig."


def test_a_new_file_has_no_name_though_masked_words_are_in_it(consultation, city):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Fråga Hemlig."}})
    first = send_in(draft=draft)
    mask(first, words(first, "Hemlig"), by=city)

    add_file(draft=draft, name="Hemlig om Kim.pdf")
    second = send_in(draft=draft)

    assert shown(second) == ["Bilaga 1", "Fråga [borttaget].", of(second).organisation]


def test_the_masked_name_of_a_file_is_asked_about_in_no_text(consultation, city):
    draft = make_draft(consultation=consultation, texts={CITY: {"how": "Nej."}})
    add_file(draft=draft, name="avtal.pdf")
    first = send_in(draft=draft)
    mask(first, words(first, "avtal.pdf"), by=city)

    save(draft=draft, key=CITY, how="Ett avtal, och i avtal.pdf.", exists="")
    second = send_in(draft=draft)

    assert shown(second) == [
        "Ett avtal, och i [borttaget].",
        of(second).organisation,
        "[borttaget]",
    ]
    assert asked_about(second) == []


def test_what_came_in_before_there_were_findings_is_looked_through_once(sent):
    Finding.objects.all().delete()
    Response.objects.update(looked_through=0)

    assert masking.look_through_missing() == 1
    assert masking.look_through_missing() == 0
    assert kinds(Finding.objects.waiting()) == ["file_name", "phone"]
