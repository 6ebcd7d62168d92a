"""Where a text can stand in the file: one place a question, one a ställningstagande."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from remiss.exports.sections import WHOLE_PLAN, Plan
from remiss.models import AreaHint, Position, PriorityArea
from remiss.models.response import REFERENCE_ALPHABET

SALT = "remiss.questionnaire"
# What stands first in each frame. Word may have made another space or dot of ours.
# Bounded everywhere: the lines come from anybody.
KEY_LINE = re.compile(
    r"Svar\s{1,9}\d{1,4}(?:\.\d{1,4})?\W{1,9}nyckel\s{1,9}([A-Z2-9]{4})\b", re.IGNORECASE
)
FILE_LINE = re.compile(
    r"Filens\s{1,9}nyckel\s{1,9}([A-Z2-9]{4}-[A-Z2-9]{4})\W{1,9}planens\s{1,9}version"
    r"\s{1,9}\d{1,5}",
    re.IGNORECASE,
)
REFLEXIVE = re.compile(r"\b(?:oss|mig)\b")


@dataclass(frozen=True)
class Place:
    """One framed place. `key` finds it again wherever in the file it has been moved."""

    key: str
    number: str
    part: str  # the key of the draft's part
    name: str  # the field within it
    heading: str  # of its area
    label: str
    hint: str = ""
    area: PriorityArea | None = None

    @property
    def is_stance(self) -> bool:
        return self.name == "stance"

    @property
    def line(self) -> str:
        return f"Svar {self.number} · nyckel {self.key}"


def places_of(plan: Plan) -> list[Place]:
    """In the order of the plan; the whole plan has the number after the last area's."""
    hints = {
        (hint.area_id, hint.question_id): hint.text
        for hint in AreaHint.objects.filter(area__version=plan.version)
    }
    places: list[Place] = []
    for number, (part, area, asked) in enumerate(plan.parts(), 1):
        number = area.number if area else number
        heading = f"{number}. {area.heading if area else WHOLE_PLAN}"
        about = "det planen föreslår här" if area else "planen som helhet"
        fields = [("stance", f"Vad tycker ni om {about}?", "")]
        fields += [
            (each.key, each.label, hints.get((area.pk if area else 0, each.pk), each.hint))
            for each in asked
        ]
        for order, (name, label, hint) in enumerate(fields):
            places.append(
                Place(
                    key=_key(part, name, {place.key for place in places}),
                    number=f"{number}.{order}" if order else str(number),
                    part=part,
                    name=name,
                    heading=heading,
                    label=label,
                    hint=hint,
                    area=area,
                )
            )
    return places


def _key(part: str, name: str, taken: set[str]) -> str:
    """The same in every version of the plan, so that an older file finds its places too."""
    for turn in range(100):
        key = _letters(hashlib.sha256(f"{part} {name} {turn}".encode()).digest())[:4]
        if key not in taken:
            return key
    raise ValueError("no key is left")


def _letters(digest: bytes) -> str:
    return "".join(REFERENCE_ALPHABET[byte % len(REFERENCE_ALPHABET)] for byte in digest)


def file_key(owner: str, version: int) -> str:
    """Tells one answer's file from another's. It opens nothing: files are mailed around."""
    return next(_file_keys(owner, version))


def is_file_key(key: str, owner: str, versions: Iterable[int]) -> int | None:
    """The version of the plan that a file of this owner was made for; None: not the owner's."""
    for version in versions:
        if key.upper() in _file_keys(owner, version):
            return version
    return None


def _file_keys(owner: str, version: int) -> Iterator[str]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = salted_hmac(SALT, f"{owner} {version}", secret=secret, algorithm="sha256")
        letters = _letters(digest.digest())
        yield f"{letters[:4]}-{letters[4:8]}"


def stance_of(text: str) -> str | None:
    """The ställningstagande that a person has written, "" for none, None for other words."""
    said = REFLEXIVE.sub("sig", " ".join(text.casefold().split()).strip(" .,;:*•-–"))
    said = said.removeprefix("vi ").removeprefix("jag ")
    words = {str(position.label).casefold(): position.value for position in Position}
    words |= {
        "avstår": Position.ABSTAINS.value,
        "inget att invända": Position.NO_OBJECTION.value,
        "bara synpunkter": Position.NO_POSITION.value,
        "ingen markering": "",
        "": "",
    }
    return words.get(said)
