"""What points out a person is found in a text, and what only looks like it is left alone."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remiss.text import MAX_LENGTH, Personal, find_personal_data

pytestmark = pytest.mark.once

# The personal numbers are published as examples by the authorities: nobody has them.
FOUND = {
    Personal.PERSONAL_NUMBER: [
        "811228-9841", "19811228-9841", "8112289841", "198112289841", "811228+9841",
        "811228 9841", "811228–9841", "811228\u20119841", "19811228 - 9841", "1981-12-28-9841",
        "880320-0016", "890102-3286", "８１１２２８－９８４１", "811228-\u200d9841",
    ],
    Personal.COORDINATION_NUMBER: ["701063-2391", "197010632391", "7010632391", "19701063 2391"],
    Personal.PHONE: [
        "070-123 45 67", "070-1234567", "0701234567", "070 123 45 67", "0701-23 45 67",
        "0701-234567", "070/123 45 67", "070.123.45.67", "070-12 345 67", "070 - 123 45 67",
        "(070) 123 45 67", "070-123-45-67", "070–123\u00a045\u00a067", "072-123 45 67",
        "073-123 45 67", "076-123 45 67", "079-123 45 67", "+46701234567", "+46 70 123 45 67",
        "+46 (0)70-123 45 67", "+46(0)701234567", "+46-70-1234567", "+46 070 123 45 67",
        "0046701234567", "0046 70 123 45 67", "0046-(0)70-1234567", "040-12 34 56", "040-123456",
        "040 12 34 56", "040123456", "040-123 45 67", "(040) 12 34 56", "040/12 34 56",
        "+46 40 12 34 56", "+4640123456", "08-12 34 56", "08-123 45 67", "08-123 456 78",
        "08 123 456 78", "010-123 45 67", "046-12 34 56", "0411-123 45", "0411-12 34 56",
        "0411/123456", "+45 12 34 56 78", "+4512345678", "0045 12 34 56 78", "+358 40 123 4567",
    ],
    Personal.EMAIL: [
        "robin@example.com", "robin.exempel@forening.example", "Robin_E+malmo@mejl.example.se",
        "ROBIN@EXAMPLE.COM", "robin@åkerbo.example", "åsa@forening.example", "r@e.se",
        "robin(at)example.com", "robin [at] example.com", "robin (snabel-a) example.com",
        "robin(a)example.com", "robin-exempel@sub.domän.example", "1234@example.com",
    ],
    Personal.STREET: [
        "Amiralsgatan 35", "Amiralsgatan 35 B", "Amiralsgatan 35b", "amiralsgatan 35",
        "AMIRALSGATAN 35", "Norra Vallgatan 12", "Gustav Adolfs torg 4", "S:t Petri kyrkogata 4",
        "Limhamnsvägen 10", "Södra vägen 12", "Ystadvägen 32–34", "Möllevångstorget 8",
        "Kungsallén 3", "Trädgårdsgränd 7", "Lilla gränden 2", "Sophie Brahes stig 3",
        "Ribbingska backen 4", "Erik Dahlbergs gata 3", "Amiralsgatan 35, 214 37 Malmö",
        "Amiralsgatan 35 214 37 Malmö", "Amiralsgatan 35\n214 37 Malmö", "Amiralsgatan 35, Malmö",
        "Amiralsgatan 35, lgh 1102", "Amiralsgatan 35, S-214 37 Malmö", "Amiralsgatan\u00a035",
        "Lugna plan 4, 214 37 Malmö", "Skeppsbron 2", "nobelvägen 21", "Järnvägsgatan 5",
    ],
}  # fmt: skip

LEFT_ALONE = [
    # Of the authority
    "STK-2026-663", "FRI-2019-933", "STK-2026-000663-2018", "dnr 2026/811228-9841",
    "Dnr 0411-123456", "SOU 2016:13", "SFS 2010:800", "prop. 2009/10:55", "§ 45", "12 kap. 3 §",
    "s. 12–14", "sidan 070", "punkt 3.2.1", "Dp 5432", "KS 2026-0123456",
    # Of organisations and money
    "802002-4280", "8020024280", "16802002-4280", "212000-1124", "org.nr 016405-1234",
    "bankgiro 5050-1055", "bg 0411-1234", "plusgiro 90 20 03-3", "Swish 123 456 78 90",
    "SE45 5000 0000 0583 9825 7466", "konto 8214-9, 024 567 123-4", "10 000 kronor",
    "1 250 000 kr", "+10 000 000 kronor", "+20 000 000", "+25 procent", "0,5 procent",
    # Days, times and years
    "2026-11-30", "20261130", "2026-11-30 kl. 14.30", "2026-11-30–2026-12-01", "30/11 2026",
    "05-11-2026", "05112026", "05.11.2026", "1/12–15/12", "2026–2030", "åren 2025-2026",
    "08.00–16.30", "08:00-16:30", "kl. 08-16", "08-16 10-14", "08–12, 13–17", "kl 17@Folkets park",
    # Other numbers
    "ISBN 978-91-7000-150-3", "ISBN 0-7475-3269-9", "ISBN 0747532699", "ISSN 0346-7180",
    "55.6050, 13.0038", "N 6167000 E 1323000", "112", "1177", "114 14", "020-12 34 56",
    "0771-12 34 56", "77-112 34", "12 345 678", "9 070 123 4567", "1234567890", "811228-9842",
    "811328-9840", "990229-9842", "version 1.10.2", "A4 210 x 297", "12-16 år",
    # Streets without a house, and what only sounds like one
    "Amiralsgatan", "Amiralsgatan 2030", "Gatan 2030", "gatan 12", "på vägen 3", "väg 101",
    "Riksväg 40", "europaväg 6", "cykelvägen 12", "gågatan 3", "Amiralsgatan 12 000",
    "Amiralsgatan 12.30", "Amiralsgatan 20 november", "Amiralsgatan 15 träd",
    "längs Amiralsgatan 300 meter", "Nobelvägen 50 procent", "Handlingsplan 3",
    "Handlingsplan 2026", "detaljplan 12", "mötesplats 4", "fritidsgården 12–16 år",
    "Folkets park 2", "Öresundsbron 25 år", "elljusstigen 5", "område 3", "förslag 12",
    # Nor addresses on the net
    "@malmostad", "5@10.50", "a @ b", "https://exempel.se/@robin", "www.malmo.se",
    "punkt (a) text", "alla@", "snabel-a", "Alla\n@malmo.example", "a@\nmalmo.example",
]  # fmt: skip


def kinds(text):
    return [(found.kind, found.text) for found in find_personal_data(text)]


@pytest.mark.parametrize(
    ("kind", "words"), [(kind, words) for kind, all_ in FOUND.items() for words in all_]
)
@pytest.mark.parametrize("around", ["{}", "Ring {}, tack.", "({})", "Hon:\n{}\nMer text."])
def test_what_points_out_a_person_is_found_whole(kind, words, around):
    found = kinds(around.format(words))

    assert [each for each, _text in found] == [kind]
    assert words in found[0][1]


@pytest.mark.parametrize("words", LEFT_ALONE)
@pytest.mark.parametrize("around", ["{}", "Vi ser {}, tack.", "({})"])
def test_what_only_looks_like_it_is_left_alone(words, around):
    assert kinds(around.format(words)) == []


def test_the_words_around_an_address_do_not_belong_to_it():
    text = "Besök Norra Vallgatan 12 B. Möt Amiralsgatan 3 (Lilla Torggatan 5, Malmö)."

    assert [text for _kind, text in kinds(text)] == [
        "Norra Vallgatan 12 B", "Amiralsgatan 3", "Lilla Torggatan 5, Malmö",
    ]  # fmt: skip


def test_there_are_many_of_each():
    assert sum(map(len, FOUND.values())) >= 60
    assert len(LEFT_ALONE) >= 60


def test_several_in_one_text_are_found_in_order_with_their_places():
    text = "Ring 040-12 34 56 070-123 45 67 eller robin@example.com.\nHon bor på Amiralsgatan 35."

    found = find_personal_data(text)

    assert [each.text for each in found] == [
        "040-12 34 56", "070-123 45 67", "robin@example.com", "Amiralsgatan 35",
    ]  # fmt: skip
    assert all(text[each.start : each.end] == each.text for each in found)


PIECES = [
    "811228-9841", "070-123 45 67", "+46", "r@e.se", "@", "Amiralsgatan 35", " ", "\n", "0", "8",
    "-", "(", ")", "\u200d", "\xa0", "ä", "G", "gatan ", "\ufeff", "\ud800", "kr", ", 214 37 Malmö",
]  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
def test_what_is_found_lies_in_the_text_in_order_and_apart(text):
    reached = 0
    for found in find_personal_data(text):
        assert reached <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text
        reached = found.end


@pytest.mark.parametrize(
    "piece",
    [
        "0", "1", "07", "070-1", "+46 ", "0 ", "1 ", "0-", "00", "811228", "811228-9841 ", "@",
        "a@", "a.", "a@a.", "'@", "a-@", "a (at) ", "a@a-.",
        "a@b.se ", f"{'a' * 64}@", "A ", "Gatan ", "gatan 1 ", "A gatan 1 ",
        "Amiralsgatan 3", "Amiralsgatan 3, ", "(a)", "(at ", " ", "\n", "\u200d", "a\u200d1",
        "isbn ", "org.nr ", "070-123 45 67 ", "Aa", "vägen 1\n", "-", "1-",
    ],
)  # fmt: skip
def test_a_text_of_the_greatest_length_takes_less_than_a_second(piece):
    text = (piece * MAX_LENGTH)[:MAX_LENGTH]

    begun = process_time()
    find_personal_data(text)

    assert process_time() - begun < 1
