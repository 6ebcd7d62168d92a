"""Pure functions over text: clean, count, compare, sort, find personal data, mask."""

from remiss.text.cleaning import (
    LINE_BREAKS,
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
from remiss.text.emails import LONGEST_EMAIL, email_fault, hide_addresses
from remiss.text.finding import Found, Personal, find_personal_data
from remiss.text.keys import email_key, name_key, search_key, sort_key, tag_keys
from remiss.text.masking import (
    MASK,
    Occurrence,
    Span,
    around,
    known_words,
    masked,
    merged,
    occurrences,
    traces,
    whole,
)
from remiss.text.numbers import (
    PersonalNumber,
    WrongCheckDigit,
    cosignatories,
    has_personal_number,
    organisation_number,
)
from remiss.text.passages import letters, split_clauses, split_passages, split_words, trim

__all__ = [
    "Change",
    "Found",
    "LONGEST_EMAIL",
    "LINE_BREAKS",
    "MASK",
    "MAX_LENGTH",
    "NOTICE_LENGTH",
    "Occurrence",
    "Personal",
    "PersonalNumber",
    "REMOVED",
    "Span",
    "WrongCheckDigit",
    "around",
    "clean",
    "clean_name",
    "compare",
    "cosignatories",
    "count",
    "email_fault",
    "email_key",
    "find_personal_data",
    "has_personal_number",
    "hide_addresses",
    "is_blank",
    "known_words",
    "letters",
    "masked",
    "merged",
    "name_in_mail",
    "name_key",
    "occurrences",
    "organisation_number",
    "rows",
    "search_key",
    "sort_key",
    "split_clauses",
    "split_passages",
    "split_words",
    "tag_keys",
    "traces",
    "trim",
    "whole",
]
