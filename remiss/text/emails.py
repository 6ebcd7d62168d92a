"""What is wrong with an e-mail address, in a sentence (fault I8)."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from remiss.text.keys import email_key

LONGEST_EMAIL = 254  # characters, and those of its key

ADDRESS = re.compile(r"([^\s<>()\[\]\"',:;@])[^\s<>()\[\]\"',:;@]*(@[^\s<>()\[\]\"',:;@]+)")


def hide_addresses(text: str) -> str:
    """Whom each address in a text is to is left out, and its domain is kept: a•••@forening.se."""
    return ADDRESS.sub(r"\1•••\2", text)


def email_fault(address: str) -> str:
    """Why it is no address that a letter can be sent to, or "" for one that is."""
    if address.count("@") > 1 or any(mark in address for mark in ",; "):
        return _("Skriv bara en e-postadress, utan mellanslag.")
    if len(address) > LONGEST_EMAIL:
        return _("E-postadressen kan ha högst 254 tecken.")
    if not address.partition("@")[0].isascii():
        return _("Före @ kan adressen inte ha å, ä, ö eller andra tecken utanför a–z.")
    try:
        validate_email(address)
        key = email_key(address).encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        return _("Skriv hela e-postadressen, till exempel namn@forening.se.")
    return _("E-postadressen kan ha högst 254 tecken.") if len(key) > LONGEST_EMAIL else ""
