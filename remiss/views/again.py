"""Showing a form again with its text when its token is too old (ux.md section 7)."""

from functools import partial


def shown_again(view):
    """Let the CSRF failure page call the view with stale=True: it shows and changes nothing."""
    view.shown_again = partial(view, stale=True)
    return view
