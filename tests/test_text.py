"""What people paste, cleaned the same way everywhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remiss.markdown import to_html
from remiss.text import (
    REMOVED,
    PersonalNumber,
    WrongCheckDigit,
    clean,
    clean_name,
    cosignatories,
    count,
    email_fault,
    email_key,
    has_personal_number,
    is_blank,
    name_in_mail,
    name_key,
    organisation_number,
    rows,
    search_key,
    sort_key,
)

pytestmark = pytest.mark.once

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
    assert clean_name("A\u200e\u030asa") == "Åsa"  # what stood between is gone


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


@pytest.mark.parametrize(
    ("address", "begins"),
    [
        ("info@malmö.se", ""),
        ("Info@Forening.SE", ""),
        ("åsa@malmo.se", "Före @ kan adressen inte ha å"),
        ("a@x.se b@x.se", "Skriv bara en e-postadress"),
        ("a@x.se;b@x.se", "Skriv bara en e-postadress"),
        ("namn@forening", "Skriv hela e-postadressen"),
        ("@forening.se", "Skriv hela e-postadressen"),
        ("a" * 250 + "@x.se", "E-postadressen kan ha högst 254"),
        # Written with å and ö it is short enough, in punycode it is not.
        (
            "a@" + ".".join(["åäöåäöåäöåäöåäöåäöåäöåäöåä"] * 8) + ".se",
            "E-postadressen kan ha högst",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said(address, begins):
    fault = str(email_fault(address))

    assert fault.startswith(begins)
    assert bool(fault) == bool(begins)


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


# Published as examples by the authorities: nobody has them.
PERSONAL = ["811228-9841", "880320-0016", "890102-3286"]
COORDINATION = "701063-2391"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("802002-4280", "802002-4280"),
        ("8020024280", "802002-4280"),
        (" 802002 4280 ", "802002-4280"),
        ("80 20 02 - 42 80", "802002-4280"),
        ("802002–4280", "802002-4280"),
        ("802002\u20114280", "802002-4280"),
        ("802002−4280", "802002-4280"),
        ("802002\u00ad-4280\u200b", "802002-4280"),
        ("802002\xa04280", "802002-4280"),
        ("８０２００２－４２８０", "802002-4280"),
        ("16802002-4280", "802002-4280"),
        ("168020024280", "802002-4280"),
        ("212000-1124", "212000-1124"),
        ("556036-0793", "556036-0793"),
        ("", ""),
        (" \u200b\n", ""),
    ],
)  # fmt: skip
def test_an_organisation_number_is_understood_however_it_is_typed(typed, number):
    assert organisation_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "802002-4281",  # the check digit
        "802002-428",
        "802002-42800",
        "19802002-4280",
        "801502-4287",  # the third digit
        "80200-24280",
        "802002--4280",
        "802002+4280",
        "802002-428O",
        "٨٠٢٠٠٢-٤٢٨٠",
        "Kajutan",
        "-",
    ],
)
def test_what_is_no_organisation_number_is_refused_without_repeating_it(typed):
    with pytest.raises(ValueError, match="Det är inget organisationsnummer.") as refused:
        organisation_number(typed)

    assert not isinstance(refused.value, PersonalNumber)
    assert typed not in str(refused.value).split()


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("802002-4281", WrongCheckDigit),
        ("168020024281", WrongCheckDigit),
        ("801502-4287", ValueError),
        ("811228-9875", ValueError),
        ("802002-428", ValueError),
    ],
)
def test_a_wrong_check_digit_is_told_from_what_could_be_a_person_mistyped(typed, refusal):
    with pytest.raises(ValueError, match="Det är inget organisationsnummer.") as refused:
        organisation_number(typed)

    assert type(refused.value) is refusal


@pytest.mark.parametrize(
    "typed",
    [
        *PERSONAL,
        COORDINATION,
        "8112289841",
        "811228+9841",
        "811228 9841",
        "811228–9841",
        "19811228-9841",
        "198112289841",
        "1981 12 28 9841",
        "16811228-9841",
        "7010632391",
        "19701063-2391",
    ],
)
def test_a_personal_number_is_no_organisation_number_and_is_not_repeated(typed):
    with pytest.raises(PersonalNumber) as refused:
        organisation_number(typed)

    assert str(refused.value) == "Skriv inte personnummer här."
    assert refused.value.__cause__ is None
    assert refused.value.row is None


@pytest.mark.parametrize(
    "line",
    [
        *PERSONAL,
        COORDINATION,
        "Robin Exempel, 811228-9841",
        "pnr:19811228-9841.",
        "(8112289841)",
        "198112289841 Robin",
        "Robin 811228 9841 och Kim",
        "Robin 811228+9841",
        "Robin 811228 – 9841",
        "Robin 811228\u20119841",
        "811228-\u200d9841",
        "802002-4280, 811228-9841",
        "samordningsnummer 197010632391",
    ],
)
def test_a_personal_number_is_found_in_a_line(line):
    assert has_personal_number(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "802002-4280",
        "Malmö stad 212000-1124 och 16556036-0793",
        "STK-2026-663",
        "STK-2026-000663-2018",
        "2026/811228-9841",
        "811228-9842",  # the check digit
        "811328-9840",  # the month
        "990229-9842",  # no such day
        "811228-98411",
        "9811228-9841",
        "bankgiro 5050-1055",
        "plusgiro 90 20 03-3",
        "2026-11-30 kl. 14.30",
        "2026-11-30–2026-12-01",
        "30 november 2026",
        "040-12 34 56",
        "070-123 45 67",
        "0401235678",
        "+46 70 123 45 67",
        "ISBN 978-91-7000-150-3",
        "SE556036079301",
    ],
)
def test_other_numbers_are_not_taken_for_personal_ones(line):
    assert not has_personal_number(line)


def test_ten_digits_that_are_also_a_phone_number_pass_as_one_but_not_as_an_organisation():
    typed = "0401235676"

    assert not has_personal_number(typed)
    with pytest.raises(PersonalNumber):
        organisation_number(typed)


@pytest.mark.parametrize(
    ("row", "organisation"),
    [
        ("Kulturhuset Kajutan", ("Kulturhuset Kajutan", "")),
        ("Kulturhuset Kajutan, 802002-4280", ("Kulturhuset Kajutan", "802002-4280")),
        ("Kajutan;8020024280", ("Kajutan", "802002-4280")),
        ("Kajutan\t802002-4280\t", ("Kajutan", "802002-4280")),
        ("Kajutan (802002-4280)", ("Kajutan", "802002-4280")),
        ("Kajutan (org.nr 802002-4280)", ("Kajutan", "802002-4280")),
        ("Kajutan, Org nr: 802002-4280.", ("Kajutan", "802002-4280")),
        ("Kajutan organisationsnummer 802002-4280", ("Kajutan", "802002-4280")),
        ("Kajutan 802002 – 4280", ("Kajutan", "802002-4280")),
        ("Kajutan – 802002-4280", ("Kajutan", "802002-4280")),
        ("Kajutan 16802002-4280", ("Kajutan", "802002-4280")),
        ("Kajutan (Malmö) 802002-4280", ("Kajutan (Malmö)", "802002-4280")),
        ("Scouter 2000, 802002-4280", ("Scouter 2000", "802002-4280")),
        ("  Före\u202eningen \xa0 Två ", ("Föreningen Två", "")),
        # Nothing is lost of what was not understood.
        ("Kajutan 802002-4281", ("Kajutan 802002-4281", "")),
        ("Kajutan 1234567890", ("Kajutan 1234567890", "")),
        ("Kajutan, 040-12 34 56", ("Kajutan, 040-12 34 56", "")),
        ("Kajutan (Malmö, 802002-4280)", ("Kajutan (Malmö, 802002-4280)", "")),
        ("802002-4280 Kajutan", ("802002-4280 Kajutan", "")),
        ("802002-4280", ("802002-4280", "")),
        # Bullets from Word, and names that only look like them.
        ("· Kajutan", ("Kajutan", "")),
        ("•\tKajutan", ("Kajutan", "")),
        ("\uf0b7\tKajutan", ("Kajutan", "")),
        ("- Kajutan, 802002-4280", ("Kajutan", "802002-4280")),
        ("–Kajutan", ("Kajutan", "")),
        ("* Kajutan", ("Kajutan", "")),
        ("o\tKajutan", ("Kajutan", "")),
        ("o Kajutan", ("Kajutan", "")),
        ("1. Kajutan", ("Kajutan", "")),
        ("12)\tKajutan", ("Kajutan", "")),
        ("1,6 miljonerklubben", ("1,6 miljonerklubben", "")),
        ("4H Malmö", ("4H Malmö", "")),
        ("1:a maj-kommittén", ("1:a maj-kommittén", "")),
        ("Olivträdet", ("Olivträdet", "")),
        ("O'Learys vänner", ("O'Learys vänner", "")),
    ],
)  # fmt: skip
def test_a_cosignatory_is_a_name_and_perhaps_a_number(row, organisation):
    assert cosignatories(row) == [organisation]


def test_blank_rows_bare_bullets_and_repeats_are_dropped():
    typed = "Kajutan\r\n\n•\nKAJUTAN\vO\u0308gat\nögat\nKajutan, 802002-4280\n- kajutan 8020024280"

    assert cosignatories(typed) == [
        ("Kajutan", ""),
        ("Ögat", ""),
        ("Kajutan", "802002-4280"),
    ]


@pytest.mark.parametrize(
    "row",
    ["Robin 811228-9841", "811228-9841 Robin", "Kajutan, 0401235676", "1. Robin (701063-2391)"],
)
def test_a_cosignatory_with_a_personal_number_is_pointed_out_by_its_row(row):
    with pytest.raises(PersonalNumber) as refused:
        cosignatories(f"Kajutan\n\n{row}\nRobin 880320-0016")

    assert refused.value.row == 3
    assert str(refused.value) == "Skriv inte personnummer här."


@given(ANY_TEXT)
def test_any_text_gives_names_that_can_be_stored(text):
    for name, _number in cosignatories(text):
        assert name == clean_name(name) != ""


@pytest.mark.parametrize("piece", [", ", "1", "802002-4280 ", "(", "- ", "811228", "org nr "])
def test_a_row_of_a_hundred_thousand_characters_is_read_at_once(piece):
    row = (piece * 100_000)[:100_000]

    assert len(cosignatories(row)) <= 1


@pytest.mark.parametrize("key", [sort_key, name_key])
@pytest.mark.parametrize("letter", ["å", "ß", "ΐ"])
def test_a_key_fits_its_column_whatever_the_name_folds_to(key, letter):
    assert len(key(letter * 200)) <= 220
