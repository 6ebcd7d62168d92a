"""Answers of all shapes that a real remiss gets, invented, and the same every time."""

from tests.factories import area_key

AREAS = ["young-health", "equal-leisure", "city-life", "participation"]
LONG_LIST = "Vi föreslår:\n- öppna aulor\n- längre öppettider\n• en nyckelbricka per förening"
NUMBERED = "1. Sänk hyran för unga.\n2. Låt fler boka.\n3) Följ upp varje år."
PASTED = "Föreningen\u00a0vill\u00ad gärna bidra.\r\n\r\n·\tFler ledare\r\no\tBättre belysning"
SAME = "Släpp in oss tidigt i planeringen. Vi kan husen och vi kan grannarna."

# (kind, organisation, {area or "rest": {question: text}}); {n} is the number of the answer.
TEMPLATES = [
    ("board", "Fritidsnämnden {n}", {1: {"how": "Nämnden ser positivt på planen."}}),
    (
        "board",
        "Välfärdsnämnden {n}",
        {
            0: {"how": "Kostnaden är oklar.\n\nAnsvaret är oklart. Vem följer upp?"},
            1: {"how": "Nämnden stöder förslaget.", "exists": "Ett avtal sedan 2019."},
            2: {"how": NUMBERED},
            3: {"how": "Inget att tillägga."},
        },
    ),
    ("department", "Tekniska kontoret {n}", {2: {"how": "Tillstånd tar tid.\n\nMarken är vår."}}),
    ("board", "Skolnämnden {n}", {0: {"how": "Skolan kan öppna fler salar."}}),
    ("municipal_company", "Bolaget {n}", {"rest": {"other": "Tre anmärkningar:\n- a\n- b\n- c"}}),
    ("advisory_council", "Rådet {n}", {1: {"how": "Ledamot ett: hissen.\n\nLedamot två: tolk."}}),
    (
        "umbrella_organisation",
        "Samlade föreningar {n}",
        {3: {"how": LONG_LIST}, "rest": {"summary": "Vi vill ha en gemensam process."}},
    ),
    (
        "umbrella_organisation",
        "Idrottens hus {n}",
        {area: {"how": f"Område {area + 1}.\n\n{LONG_LIST}"} for area in range(4)},
    ),
    (
        "other_civil_society",
        "Rättighetskretsen {n}",
        {2: {"how": "Planen säger: ”fler lokaler”.\n\nVår syn: ja, men billigare."}},
    ),
    ("association", "Kvarterets IF {n}", {0: {"how": "Vi håller till i hallen. De andra med."}}),
    ("association", "Hjälpkretsen {n}", {0: {"how": "Vi har 40 träffar och 800 frivilliga."}}),
    ("association", "Paraidrotten {n}", {1: {"how": "Rätt till idrott: kön, ålder, funktion."}}),
    ("association", "Bokalerna {n}", {0: {"how": SAME}, 2: {"how": SAME}}),
    ("other_civil_society", "Nätverket {n}", {3: {"how": "Se bilden från mötet."}}),
    ("private_person", "", {3: {"how": "Jag bor här. Hyran är för hög. " * 6}}),
    ("association", "Teaterkretsen {n}", {1: {"how": PASTED}}),
    ("other_body", "Grannkommunen {n}", {"rest": {"missing": "Utgångspunkten är fel."}}),
    ("association", "Finska klubben {n}", {1: {"how": "Haluamme enemmän tiloja.\n\nKiitos."}}),
    ("association", "Kultursällskapet {n}", {2: {"how": "نريد قاعة.\n\nشكرا لكم."}}),
    ("association", "Lätta ord {n}", {0: {"how": "Vi vill simma. Det är bra."}}),
    ("other_civil_society", "Församlingen {n}", {2: {"actors": "Kyrkogårdsförvaltningen"}}),
    ("association", "Scouterna {n}", {0: {"how": "Läger.", "actors": "Skolan\nFritids"}}),
    ("association", "Körforum {n}", {1: {"how": "Sång."}, 2: {"exists": "En kör i rådhuset."}}),
    ("association", "Odlarna {n}", {2: {"how": "Mark till odling.\n\n\n\nVatten till mark."}}),
    ("association", "Ungdomsringen {n}", {3: {"how": NUMBERED, "exists": LONG_LIST}}),
    ("board", "Kulturnämnden {n}", {1: {"how": "Preliminärt: ja."}, "rest": {"other": "Beslut."}}),
    ("umbrella_organisation", "Pensionärerna {n}", {"rest": {"summary": "Fler bänkar!\n\nLjus."}}),
    ("association", "Simklubben {n}", {0: {"how": "Pris.\n\nTid.\n\nHall."}}),
    ("association", "Byalaget {n}", {2: {"how": "Nycklar. Larm. Städning. Ansvar."}}),
    (
        "other_civil_society",
        "Studieförbundet {n}",
        {3: {"how": "Kurser\npå kvällar\n\noch helger"}},
    ),
]


def shape(number: int) -> dict:
    """What make_submission takes, for the answer of this number."""
    kind, organisation, parts = TEMPLATES[number % len(TEMPLATES)]
    return {
        "kind": kind,
        "organisation": organisation.format(n=number),
        "email": f"svar{number}@remiss.example",
        "texts": {
            part if part == "rest" else area_key(AREAS[part]): dict(content)
            for part, content in parts.items()
        },
    }
