"""The few words in braces that are filled in when a coordinator's text becomes a letter.

Nothing else in a text means anything: no format strings, no template language, and what is
filled in is never looked through again (fault X10).
"""

import re
from collections.abc import Mapping

ORGANISATION, LAST_DAY, DAYS_LEFT = "organisation", "sista dag", "dagar kvar"
LINK, PLAN, CONSULTATION = "länk", "planen", "remissen"
PLACEHOLDERS = {
    ORGANISATION: "organisationens namn",
    LAST_DAY: "organisationens sista dag, till exempel måndag 30 november 2026",
    DAYS_LEFT: "till exempel 18 dagar kvar",
    LINK: "organisationens personliga länk",
    PLAN: "adressen till planen",
    CONSULTATION: "remissens rubrik",
}
IN_BRACES = re.compile(r"\{([^{}\n]{0,40})\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known filled in; anything else in braces stays as it stands."""
    return IN_BRACES.sub(lambda found: values.get(found[1].strip().lower(), found[0]), text)


def unknown(text: str, known=PLACEHOLDERS) -> list[str]:
    """What stands in braces and would not be filled in, as it is written."""
    return [found[0] for found in IN_BRACES.finditer(text) if found[1].strip().lower() not in known]


def holds(text: str, name: str) -> bool:
    return any(found[1].strip().lower() == name for found in IN_BRACES.finditer(text))
