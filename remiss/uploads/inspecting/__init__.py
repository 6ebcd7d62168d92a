"""Looks at hostile files, in a process of its own, without Django and the rest of remiss."""
