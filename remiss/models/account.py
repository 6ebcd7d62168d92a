"""Names of accounts. Phones begin them with a capital, so no two differ in capitals alone."""

from django.contrib.auth import get_user_model

from remiss.text import search_key


def names_like(username: str) -> list[str]:
    """The usernames there are that are this one but for capitals. Those who work here are few, and
    SQLite folds ASCII only."""
    key = search_key(username.strip())
    names = get_user_model().objects.values_list("username", flat=True)
    return [name for name in names if search_key(name) == key]
