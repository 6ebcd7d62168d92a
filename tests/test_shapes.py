"""Every shape of answer goes in through the forms a person meets, with its text as decided."""

import pytest
from django.urls import reverse

from remiss import limits, links
from remiss.demo.answers import ANSWERS, WHOLE
from remiss.models import Draft, Submission
from remiss.text import clean, clean_name
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
