"""Finding the street addresses of Sweden: a street's name, a number, perhaps a town."""

import re
from collections.abc import Iterator

# A number that can be a house's: no year, no time and no amount.
HOUSE = re.compile(
    r"(?<=[^\W\d_]) {1,2}(?P<number>[1-9][0-9]{0,2}(?: ?[-/] ?[0-9]{1,3})?"
    r"(?:[A-Ha-h]| [A-H](?=[ ,.;:)\n]|\Z))?)(?![\w%])(?![.:,][0-9])"
)
HOME = re.compile(r",? ?(?:lgh|lägenhet) ?[0-9]{1,4}\b|,? [1-9] ?(?:tr\b\.?|trappor\b)")
POSTCODE = re.compile(
    r"[ ,\n]{1,3}(?:SE?-)?[1-9][0-9]{2} ?[0-9]{2}(?: {1,2}[A-ZÅÄÖ][^\W\d_]{1,29})?(?!\w)"
)
TOWN = re.compile(
    r",? (?:i )?(?:Malmö|Lund|Limhamn|Oxie|Bunkeflostrand|Tygelsjö|Klagshamn|Arlöv|Burlöv|Lomma"
    r"|Bjärred|Vellinge|Svedala|Staffanstorp|Trelleborg|Landskrona|Helsingborg|Kristianstad"
    r"|Stockholm|Göteborg)\b"
)
# What is counted rather than lived at.
COUNTED = re.compile(
    r"(?i) ?(?:[0-9]{3}(?! ?[0-9]{2}\b)\b|°|(?:kr|kronor|procent|meter|km|kilometer|mil|m|m2|kvm"
    r"|hektar|ha|st|stycken|personer|barn|unga|ungdomar|elever|vuxna|medlemmar|deltagare|invånare"
    r"|boende|lägenheter|föreningar|lokaler|platser|träd|bänkar|butiker|parkeringsplatser|år"
    r"|månader|veckor|dagar|timmar|minuter|gånger|kvällar|januari|februari|mars|april|maj|juni|juli"
    r"|augusti|september|oktober|november|december|miljoner)\b)"
)
ENDINGS = (
    "gatan", "gata", "gränden", "gränd", "vägen", "väg", "torget", "torg", "allén", "allé",
    "stigen", "stig", "backen", "backe", "esplanaden", "esplanad", "kajen", "bron",
)  # fmt: skip
# Written small they are streets too, the rest are words like any other.
SURE_ENDINGS = ("gatan", "gränden", "gränd", "vägen", "torget", "allén")
# Places that papers and rooms are named after too: only with a postcode.
OTHER_PLACES = ("plan", "planen", "plats", "platsen", "park", "parken", "gård", "gården", "gången")
NO_STREETS = re.compile(
    r"(?i)(?:gå|huvud|sido|bak|lokal|tvär|bostads|affärs|återvänds|matar)gat(?:a|an)"
    r"|(?:cykel|gång|bil|lands|motor|genomfarts|infarts|riks|läns|europa|skol|arbets|järn|ut|om"
    r"|mellan|fram|utrymnings|utrycknings|leverans|karriär|besluts|vandrings)väg(?:en)?"
    r"|(?:vandrings|natur|elljus)stig(?:en)?|(?:marknads|kunskaps)torg(?:et)?|skidbacken?"
)
SIDES = {
    "norra", "södra", "östra", "västra", "stora", "lilla", "gamla", "nya", "övre", "nedre", "inre",
    "yttre",
}  # fmt: skip
CAPITAL = re.compile(r"[^\W\d_a-zåäöé]")
OPENING = "(\"”'/,;:-"
BEFORE = 70  # characters: the longest name of a street, and some


def find_streets(plain: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each address in a text with the digits, hyphens and spaces of ASCII."""
    for house in HOUSE.finditer(plain):
        if COUNTED.match(plain, house.end()):
            continue
        line = plain[max(0, house.start() - BEFORE) : house.start()].rpartition("\n")[2]
        end, has_postcode = _whole(plain, house.end())
        if name := _street(line.split(" "), has_postcode=has_postcode):
            yield house.start() - len(name), end


def _street(words: list[str], *, has_postcode: bool) -> str:
    """The name of the street that the line ends with, or "" when it ends with none."""
    last = words[-1].lstrip(OPENING)
    endings = ENDINGS + OTHER_PLACES if has_postcode else ENDINGS
    ending = next((each for each in endings if last.casefold().endswith(each)), "")
    if not ending or NO_STREETS.fullmatch(last):
        return ""
    before = _capitalised(words[:-1]) if last == words[-1] else []
    if len(last) - len(ending) >= 2:
        if CAPITAL.match(last):  # "Norra Vallgatan", not "Besök Vallgatan"
            before = [word for word in before[-1:] if word.casefold() in SIDES]
        return " ".join([*before, last]) if before or _is_name(last, ending) else ""
    # A word alone needs the rest of its name: "Gustav Adolfs torg", "Södra vägen".
    return " ".join([*before, last]) if before else ""


def _is_name(word: str, ending: str) -> bool:
    return CAPITAL.match(word) is not None or ending in SURE_ENDINGS


def _capitalised(words: list[str]) -> list[str]:
    """The words at the end that may belong to a name, at most three: "S:t Petri", "Norra"."""
    name: list[str] = []
    for word in reversed(words[-3:]):
        core = word.lstrip(OPENING)
        if not CAPITAL.match(core) or not core[-1].isalpha():
            break
        name.insert(0, core)
        if core != word:
            break
    return name


def _whole(plain: str, end: int) -> tuple[int, bool]:
    """Where the address ends with the door, postcode and town that follow; has it a postcode?"""
    has_postcode = False
    for more in (HOME, POSTCODE, TOWN):
        if found := more.match(plain, end):
            end, has_postcode = found.end(), has_postcode or more is POSTCODE
    return end, has_postcode
