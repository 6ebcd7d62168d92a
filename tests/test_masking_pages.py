"""The pages where words are hidden and what was found is worked through."""

import re
from html import unescape
from inspect import isfunction

import pytest
from django.test import Client
from django.urls import reverse

from remiss.exports import postlist, published
from remiss.models import Finding, Ground, Masking, Submission
from remiss.models.draft import area_key
from remiss.text import MASK
from remiss.workflow import masking, secrecy
from tests.factories import NOON, make_submission, plan_of
from tests.test_masking import mask as mask_places
from tests.test_masking import of, spot_of, words

CITY = area_key("city-life")
TEXT = "Ring Kanariefagel på 0701-74 06 05, eller Kanariefagel Svensson."
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
FINDINGS, SEVERAL = "/samordning/maskning/", "/samordning/maskning/flera/"


@pytest.fixture
def sent(consultation, noon):
    return make_submission(
        consultation=consultation,
        organisation="Kanariefagel förening",
        texts={CITY: {"how": TEXT}},
        behind={"cosignatories": "Kanariefagel vänner"},
        files=["Kanariefagel.pdf"],
    )


@pytest.fixture
def desk(signed_in, city):
    return signed_in(city)


def address(sent):
    return reverse("admin:mask", args=[sent.response_id])


def read(response):
    return response.content.decode()


def value(spot, start, end):
    return f"{spot.field}-{spot.pk}-{start}-{end}"


def boxes(response):
    """value → ticked, of the places on the page."""
    found = re.findall(r'name="place" value="([^"]+)"[^>]*?( checked)?>', read(response))
    return {value: bool(ticked) for value, ticked in found}


def article(response):
    """What the page shows as the public answer."""
    return re.search(
        r'<article class="box flow" id="svaret">(.*?)</article>', read(response), re.S
    )[1]


# Hiding


def test_the_page_shows_what_was_found_and_the_public_answer(desk, sent):
    page = desk.get(address(sent))

    number, name = Finding.objects.order_by("kind").values_list("start", "end").reverse()
    how, file = spot_of(sent, "answer"), spot_of(sent, "attachment")
    assert boxes(page) == {value(how, *number): False, value(file, *name): False}
    assert article(page).count("Kanariefagel") == 4
    assert "Bilaga 1" in article(page)


def test_searching_lists_every_place_and_ticks_whole_words(desk, sent):
    page = desk.post(address(sent), {"act": "sok", "words": " kanariefagel"})

    ticked = {key for key, is_ticked in boxes(page).items() if is_ticked}
    assert ticked == {value(*place) for place in words(sent, "Kanariefagel")}
    assert "5 ställen med" in read(page)
    page = desk.post(address(sent), {"act": "sok", "words": "fagel"})
    assert not any(boxes(page).values())
    assert not Masking.objects.exists()


def test_what_it_would_be_like_is_shown_and_nothing_hidden(desk, sent):
    places = [value(*place) for place in words(sent, "Kanariefagel")]
    page = desk.post(address(sent), {"act": "visa", "words": "Kanariefagel", "place": places})

    assert "Kanariefagel" not in article(page)
    assert "Så skulle svaret visas" in read(page)
    assert all(boxes(page)[place] for place in places)
    assert not Masking.objects.exists()


def test_hiding_takes_a_reason_and_shows_the_public_answer_without_the_words(desk, sent, city):
    places = [value(*place) for place in words(sent, "Kanariefagel")]
    page = desk.post(address(sent), {"act": "dolj", "words": "", "place": places})
    assert "Välj varför." in read(page)
    assert [key for key, ticked in boxes(page).items() if ticked] == places
    assert not Masking.objects.exists()

    posted = {"act": "dolj", "place": places, "reason": "personal"}
    page = desk.post(address(sent), posted, follow=True)

    assert "Dolde 5 ställen." in read(page)
    assert "Kanariefagel" not in article(page)
    assert article(page).count(MASK) == 5
    assert {(each.by, each.reason) for each in Masking.objects.all()} == {(city, "personal")}
    assert "De ställena är redan dolda." in read(desk.post(address(sent), posted, follow=True))


def test_nothing_chosen_and_another_reason_without_words_are_asked_about(desk, sent):
    posted = {"act": "dolj", "reason": "other"}
    assert "Skriv skälet." in read(desk.post(address(sent), posted))
    posted |= {"note": "Den enskilda har bett om det."}
    assert "Välj vilka ställen som ska döljas." in read(desk.post(address(sent), posted))
    (place, *_rest) = words(sent, "Kanariefagel")
    desk.post(address(sent), posted | {"place": value(*place)})

    assert Masking.objects.get().note == "Den enskilda har bett om det."


@pytest.mark.parametrize(
    "forged",
    [
        "answer-{how}-0-9999",
        "answer-{other}-0-4",
        "answer-{how}--1-4",
        "answer-{how}-4-4",
        "organisation-7-0-3",
        "canonical-0-0-3",
        "answer-99999999999999999999-0-3",
        "x",
        "",
    ],
)
def test_a_forged_place_hides_nothing(desk, sent, consultation, forged):
    other = make_submission(consultation=consultation)
    how, theirs = spot_of(sent, "answer").pk, spot_of(other, "answer").pk
    place = forged.format(how=how, other=theirs)
    true = value(*words(sent, "Kanariefagel")[0])

    posted = {"act": "dolj", "reason": "personal", "place": [true, place]}
    page = desk.post(address(sent), posted)

    assert "Ett av ställena finns inte i den version som gäller." in read(page)
    assert not Masking.objects.exists()
    assert desk.post(address(sent), posted | {"act": "visa"}).status_code == 200
    assert desk.post(address(sent), posted | {"act": "sok"}).status_code == 200


def test_a_mark_is_undone_once_and_only_from_its_own_answer(desk, sent, consultation, city):
    (mark,) = mask_places(sent, words(sent, "0701-74 06 05"), by=city)
    other = make_submission(consultation=consultation)
    posted = {"act": "angra", "masking": mark.pk}

    assert desk.post(address(other), posted).status_code == 404
    assert desk.post(address(sent), {"act": "angra", "masking": "x"}).status_code == 404
    assert Masking.objects.standing().count() == 1
    assert "Orden visas igen." in read(desk.post(address(sent), posted, follow=True))
    page = read(desk.post(address(sent), posted, follow=True))
    assert "Någon annan har redan tagit bort den maskningen." in page
    assert f"<del><bdi>{mark.text}</bdi></del>" in page


def test_of_a_secret_answer_the_page_says_that_nothing_is_shown(desk, sent, city):
    def said():
        page = desk.get(address(sent))
        return "Inget av det visas så länge markeringen finns kvar." in read(page), article(page)

    assert said()[0] is False
    secrecy.mark(response=sent.response, provision="OSL", reason="x", at=NOON, by=city)

    is_said, shown = said()
    assert (is_said, "Kanariefagel" in shown) == (True, False)


def test_the_name_of_a_hidden_file_is_neither_masked_nor_shown_again_by_a_forged_place(
    signed_in, sent, city, civil
):
    file = sent.attachments.get()
    (mark,) = mask_places(sent, [(spot_of(sent, "attachment"), 0, 5)], by=city)
    secrecy.mark(
        response=sent.response, attachment=file, provision="OSL", reason="x", at=NOON, by=city
    )
    true = value(*words(sent, "Kanariefagel")[0])

    def answered(client, end):
        place = f"attachment-{file.pk}-0-{end}"
        posted = {"act": "dolj", "reason": "personal", "place": [true, place]}
        page = client.post(address(sent), posted, follow=True)
        undone = client.post(address(sent), {"act": "angra", "masking": mark.pk})
        return "Ett av ställena finns inte" in read(page), undone.status_code

    client = signed_in(civil)
    # Within the name and beyond it: the answer does not tell how long it is.
    assert [answered(client, end) for end in (3, 16, 17, 99)] == [(True, 404)] * 4
    assert list(Masking.objects.standing()) == [mark]
    assert answered(signed_in(city), 7) == (False, 302)
    assert not Masking.objects.standing().filter(pk=mark.pk).exists()


def test_a_stale_page_comes_back_with_everything_and_hides_nothing(sent, city):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city, backend="django.contrib.auth.backends.ModelBackend")
    place = value(*words(sent, "Kanariefagel")[0])
    posted = {"act": "dolj", "reason": "personal", "place": place, "words": "Svensson"}

    page = client.post(address(sent), posted)

    assert page.status_code == 403
    assert "Sidan har varit öppen länge" in read(page)
    assert boxes(page)[place]
    assert 'value="Svensson"' in read(page)
    number = Finding.objects.get(kind="phone")
    page = client.post(SEVERAL, {"act": "dolj", "f": number.pk, "confirmed": "1"})
    assert page.status_code == 403
    assert "Dölj 1 uppgift" in read(page)
    assert client.post(FINDINGS, {"dolj": number.pk}).status_code == 403
    assert not Masking.objects.exists()


# The list


def test_figure_and_list_agree_and_each_decision_takes_one_away(desk, sent, consultation):
    make_submission(consultation=consultation, texts={CITY: {"how": "Mejl a@fn.example. 2"}})

    def figure():
        page = read(desk.get(reverse("admin:index")))
        found = re.search(r"Möjliga personuppgifter att granska</a><span>(\d+)<", page)
        return int(found[1])

    def listed():
        return desk.get(FINDINGS).context["shown"].paginator.count

    assert (figure(), listed()) == (3, 3)
    number, name = (Finding.objects.get(kind=kind) for kind in ("phone", "file_name"))
    page = desk.post(FINDINGS, {"dolj": number.pk}, follow=True)
    assert "Dolt: <bdi>0701-74 06 05</bdi>" in read(page)
    assert (figure(), listed()) == (2, 2)
    page = desk.post(FINDINGS, {"lat-sta": name.pk}, follow=True)
    assert "Får stå: <bdi>Kanariefagel.pdf</bdi>" in read(page)
    assert (figure(), listed()) == (1, 1)
    for finding in (number, name):
        desk.post(FINDINGS, {"angra": finding.pk})
    assert (figure(), listed()) == (3, 3)
    page = desk.post(FINDINGS, {"angra": name.pk}, follow=True)
    assert "Det fanns inget att ångra." in read(page)


def test_the_list_is_filtered_by_kind_and_by_what_was_decided(desk, sent, city):
    masking.let_stand(findings=Finding.objects.filter(kind="file_name"), at=NOON, by=city)

    def shown(**query):
        return [each.kind for each, _place in desk.get(FINDINGS, query).context["rows"]]

    assert shown() == ["phone"]
    assert shown(vad="email") == []
    assert shown(visa="kvar") == ["file_name"]
    assert shown(visa="kvar", vad="phone") == []
    assert shown(visa="dolda") == []
    assert shown(visa="x", vad="x", sida="x") == ["phone"]


def test_the_second_to_decide_is_told(desk, sent, civil):
    number = Finding.objects.get(kind="phone")
    masking.let_stand(findings=[number], at=NOON, by=civil)

    page = read(desk.post(FINDINGS, {"dolj": number.pk}, follow=True))

    assert "Någon annan har redan bestämt om uppgiften. Inget är ändrat." in page
    assert not Masking.objects.exists()


def test_several_are_decided_on_together_after_their_number_is_shown(desk, sent, city):
    keys = list(Finding.objects.values_list("pk", flat=True))
    page = read(desk.post(SEVERAL, {"act": "dolj", "f": keys}))
    assert "Dölj 2 uppgifter?" in page
    assert Finding.objects.waiting().count() == 2

    page = desk.post(SEVERAL, {"act": "dolj", "f": keys, "confirmed": "1"}, follow=True)

    assert "Dolde 2 uppgifter." in read(page)
    assert not Finding.objects.waiting().exists()
    page = desk.post(SEVERAL, {"act": "lat-sta", "f": keys, "confirmed": "1"}, follow=True)
    assert "Välj minst en uppgift som ingen har bestämt om." in read(page)
    assert desk.post(SEVERAL, {"act": "x", "f": keys}).status_code == 302
    assert desk.post(FINDINGS, {"dolj": "x"}).status_code == 302
    assert desk.post(FINDINGS, {"dolj": 10**15}).status_code == 404


def test_fifty_stand_on_a_page_and_cost_the_same_as_one(
    desk, sent, consultation, django_assert_num_queries
):
    with django_assert_num_queries(8):
        assert len(desk.get(FINDINGS).context["rows"]) == 2
    numbers = ", ".join(f"070-{1740605 + n}" for n in range(60))
    make_submission(consultation=consultation, texts={CITY: {"how": numbers}})

    with django_assert_num_queries(8):
        assert len(desk.get(FINDINGS).context["rows"]) == 50
    assert len(desk.get(FINDINGS, {"sida": 2}).context["rows"]) == 12


# What nothing public shows


CANARY = "Kanariefagel|0701-74"


def everything(client, *starts):
    """path → what it holds, of every page and file that the links of these lead to."""
    waiting, seen = list(starts), {}
    while waiting:
        path = unescape(waiting.pop()).partition("#")[0]
        if path not in seen and not path.startswith("/samordning"):
            response = client.get(path, follow=True)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            seen[path] = body.decode(errors="replace")
            waiting += re.findall(r'href="(/[^"]*)"', seen[path])
    return seen


def with_words(pages):
    return {path for path, page in pages.items() if re.search(CANARY, page)}


def made_public(sent, viewer):
    """What every function that gives an answer to the public gives of this one, by its name.

    A new one has to stand here: the test below compares with what the module holds.
    """
    row, day = of(sent), NOON.date()
    posted = postlist.received_between(day, day, viewer=viewer)
    return {
        "of_submission": repr(published.of_submission(row, plan_of(row.response.consultation))),
        "public_texts": repr(published.public_texts(row)),
        "name_in_lists": published.name_in_lists(row),
        "postlist": repr(list(postlist.rows(posted))),
    }


# Given words of a draft, or of any name: they know no answer that was received.
OF_NO_ANSWER = {"of_contents", "as_it_is", "public_name"}


def test_no_masked_word_passes_the_gate_of_what_is_public(sent, city):
    """Answers are read in public by what exports.published gives, and by the postlista."""
    functions = {
        name
        for name, each in vars(published).items()
        if isfunction(each) and each.__module__ == published.__name__ and name[0] != "_"
    }
    before = made_public(sent, city)
    assert functions | {"postlist"} == set(before) | OF_NO_ANSWER
    # The control: without masks the words are there to be found.
    assert with_words(before) == set(before)

    places = [*words(sent, "Kanariefagel"), *words(sent, "0701-74 06 05")]
    mask_places(sent, places, by=city)

    assert with_words(made_public(sent, city)) == set()


def test_no_page_without_a_login_shows_an_answer_yet(client, sent, city, opened):
    """So nothing masked can be there. The day this fails a page shows answers: then the words are
    to be masked first, and this is to find none. The control is the respondent's own pages, where
    the same search from the same kind of page finds them."""
    starts = [reverse("remiss:home"), f"/kontroll/?q={sent.response}"]
    pages = everything(client, *starts)

    assert len(pages) > 15
    assert with_words(pages) == set()
    receipt = reverse("remiss:receipt", args=[sent.response.public_id])
    assert receipt in with_words(everything(opened(sent.response), receipt))


def test_what_respondents_and_staff_write_is_shown_as_text(desk, consultation, city, noon):
    sent = make_submission(
        consultation=consultation,
        organisation=EVIL,
        texts={CITY: {"how": f"{EVIL} 0701-74 06 05 {EVIL}"}},
        behind={"cosignatories": EVIL},
        files=[f"{EVIL[:60]}.pdf"],
    )
    reason = {"reason": Ground.OTHER, "note": EVIL}
    mask_places(sent, words(sent, "0701-74 06 05"), by=city, **reason)
    mask_places(sent, words(sent, "alert", spot_of(sent, "answer"))[:1], by=city, **reason)
    keys = list(Finding.objects.values_list("pk", flat=True))
    acts = ("sok", "visa", "dolj")
    pages = [
        desk.get(address(sent)),
        *(desk.post(address(sent), {"act": act, "words": EVIL, "note": EVIL}) for act in acts),
        *(desk.get(FINDINGS, {"visa": state, "senast": keys[0]}) for state in ("", "dolda")),
        desk.post(SEVERAL, {"act": "dolj", "f": keys}),
    ]
    masking.let_stand(findings=Finding.objects.filter(kind="file_name"), at=NOON, by=city)
    pages.append(desk.get(FINDINGS, {"visa": "kvar"}))

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in read(page)
        assert "<img src=x" not in read(page)
        assert "&lt;" in read(page)


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("registrar", 200), ("civil", 200)])
def test_coordinators_and_the_registrator_hide_words(request, signed_in, sent, who, status):
    client = signed_in(request.getfixturevalue(who))

    assert client.get(address(sent)).status_code == status
    assert client.get(FINDINGS).status_code == status
    page = read(client.get(f"/samordning/remiss/response/{sent.response_id}/change/"))
    assert ("Dölj ord och se hur svaret visas" in page) == (status == 200)


def test_what_was_received_is_the_same_after_everything(desk, sent):
    before = Submission.objects.values().get()
    places = [value(*place) for place in words(sent, "Kanariefagel")]
    desk.post(address(sent), {"act": "dolj", "place": places, "reason": "personal"})
    desk.post(FINDINGS, {"dolj": Finding.objects.get(kind="phone").pk})

    assert Submission.objects.values().get() == before
    assert of(sent).answers.get().text == TEXT
