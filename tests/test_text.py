"""What people paste, cleaned the same way everywhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remiss.markdown import to_html
from remiss.text import (
    REMOVED,
    clean,
    clean_name,
    count,
    email_key,
    is_blank,
    name_in_mail,
    rows,
    search_key,
    sort_key,
)

ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from("\r\n\v\x00\x85\u2028\ufeff\ud800"))


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_a_clean_text_can_be_stored_and_exported_anywhere(text):
    cleaned = clean(text)

    cleaned.encode("utf-8")
    assert REMOVED.search(cleaned) is None
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set("\r\v\x85\u2028\u2029")


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("a\r\nb\rc\vd\u2028e\u2029f\x85g", "a\nb\nc\nd\ne\nf\ng"),
        ("mo\u0308te", "möte"),
        ("a\x00b\x1bc\u200bd\ufeffe\xadf\ufffeg\U0001fffeh", "abcdefgh"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("· ett\n• två\no tre\ttab\xa0fast", "· ett\n• två\no tre\ttab\xa0fast"),
        ("\u202eabc\u202c", "\u202eabc\u202c"),
    ],
)  # fmt: skip
def test_word_paste_keeps_what_carries_meaning(pasted, kept):
    assert clean(pasted) == kept


def test_a_name_is_one_line_without_direction_marks():
    assert clean_name("  Före\u202eningen \r\n Två\u200d\u2066 ") == "Föreningen Två"


@pytest.mark.parametrize("text", ["", " ", "\n\t\xa0", "\u200b\u200d\u2060\ufeff", "\u202e \u202c"])
def test_a_text_of_nothing_to_read_is_blank(text):
    assert is_blank(text)


def test_the_counter_counts_a_line_break_and_an_emoji_as_one_each():
    assert count("a\r\nb😀mo\u0308") == 6


@pytest.mark.parametrize(
    ("name", "in_mail"),
    [
        ("Vinn en bil https://evil.example/x nu", "Vinn en bil nu"),
        ("Besök www.evil.example idag", "Besök idag"),
        ("evil.example", "evil example"),
        ("Rad\r\nBcc: a@b.se", "Rad Bcc: a@b se"),
        ("x" * 200, "x" * 79 + "…"),
        ("Kultur & Idrott", "Kultur & Idrott"),
    ],
)
def test_a_name_in_a_letter_carries_no_link_and_is_short(name, in_mail):
    assert name_in_mail(name) == in_mail
    assert len(name_in_mail(name)) <= 80


def test_swedish_names_sort_as_in_a_swedish_list():
    names = ["Ö", "Ängen", "Zebra", "Åkerbo", "Vinden", "Wall", "apan", "Éclair", "Bok"]

    in_order = sorted(names, key=sort_key)

    assert in_order == [
        "apan", "Bok", "Éclair", "Wall", "Vinden", "Zebra", "Åkerbo", "Ängen", "Ö",
    ]  # fmt: skip


def test_search_finds_swedish_letters_whatever_case_and_composition():
    assert search_key("ÅKERBO") == search_key("åkerbo") == search_key("a\u030akerbo")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Info@MALMÖ.se", "info@xn--malm-8qa.se"),
        ("namn@Forening.SE", "NAMN@forening.se"),
        ("a\u030a@x.se", "å@x.se"),
    ],
)
def test_addresses_are_compared_by_lower_case_and_punycode(one, other):
    assert email_key(one) == email_key(other)


def test_a_list_answer_is_its_rows():
    assert rows("Fritidsförvaltningen\n\n  Biblioteket \n") == [
        "Fritidsförvaltningen",
        "Biblioteket",
    ]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Rubrik", "<h3>Rubrik</h3>\n"),
        ("- ett\n- två", '<ul class="list">\n<li>ett</li>\n<li>två</li>\n</ul>\n'),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![x](https://a.example/y.png)", "<p></p>\n"),
        ("[x](https://a.example)", '<p><a href="https://a.example" rel="noopener">x</a></p>\n'),
    ],
)
def test_plan_markdown_becomes_harmless_html(source, html):
    assert to_html(source) == html
