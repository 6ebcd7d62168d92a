"""Which bodies a page is about: chosen in a list, and taken along from page to page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import resolve, reverse

from remiss.admin.gates import LONGEST_ADDRESS, whole_numbers

MOST = 10_000  # more than any remiss has, fewer than a database takes in one statement


@dataclass(frozen=True)
class Chosen:
    """The keys of bodies. No more than MOST are dealt with at a time; pages tell of the rest."""

    everything: list[int]

    @property
    def keys(self) -> list[int]:
        return self.everything[:MOST]

    @property
    def beyond(self) -> int:
        """How many that have been chosen in vain."""
        return len(self.everything) - len(self.keys)

    @property
    def field(self) -> str:
        """All of them, for a form to take along."""
        return ",".join(map(str, self.everything))


def asked(request, name: str, bodies: Iterable[int]) -> HttpResponse:
    """The page that asks before anything is done with the bodies."""
    address, keys = reverse(f"admin:{name}"), ",".join(map(str, sorted(bodies)))
    if len(keys) <= LONGEST_ADDRESS:
        return redirect(f"{address}?bodies={keys}")
    # More than an address holds: the page is shown here, and its form takes them along.
    request.POST = QueryDict(mutable=True)
    request.POST["bodies"] = keys
    match = resolve(address)
    return match.func(request, *match.args, **match.kwargs)


def chosen(request) -> Chosen:
    """The keys in `bodies`; whatever no key can be is left out."""
    data = request.POST if request.method == "POST" else request.GET
    text = data.get("bodies") or request.GET.get("bodies", "")
    return Chosen(list(dict.fromkeys(whole_numbers(text.split(",")))))
