"""Pure functions over text: cleaning what people paste, counting, comparing, sorting."""

from remiss.text.cleaning import (
    MAX_LENGTH,
    NOTICE_LENGTH,
    REMOVED,
    clean,
    clean_name,
    count,
    is_blank,
    name_in_mail,
    rows,
)
from remiss.text.comparing import Change, compare
from remiss.text.keys import email_key, search_key, sort_key
from remiss.text.numbers import (
    PersonalNumber,
    cosignatories,
    has_personal_number,
    organisation_number,
)

__all__ = [
    "Change",
    "MAX_LENGTH",
    "NOTICE_LENGTH",
    "PersonalNumber",
    "REMOVED",
    "clean",
    "clean_name",
    "compare",
    "cosignatories",
    "count",
    "email_key",
    "has_personal_number",
    "is_blank",
    "name_in_mail",
    "organisation_number",
    "rows",
    "search_key",
    "sort_key",
]
