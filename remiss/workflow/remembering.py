"""What it took long to count, kept until what it was counted from has moved.

It lies in the memory of each process and nowhere else: never in the database, a file or a shared
cache. It is gone when the process ends, when newer things need the room, and for good when what is
under the same name is counted anew.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from django.db.models import BigIntegerField, Count, F, Q, Sum

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """At most `most` values, those that were asked for last.

    Whoever asks decides by a stamp from the database whether a value still holds. Who may see what
    it was counted from is part of `key`.
    """

    everything: list["Memory"] = []

    def __init__(self, most: int):
        self.most = most
        self.kept: OrderedDict[Hashable, Value] = OrderedDict()
        self.lock = Lock()
        self.everything.append(self)

    def get(self, key: Hashable) -> Value | None:
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def keep(self, key: Hashable, value: Value) -> Value:
        with self.lock:
            self.kept[key] = value
            self.kept.move_to_end(key)
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)
        return value


def sums(key: str, *weights: str, only: Q | None = None) -> dict:
    """Aggregates for a stamp: how many rows there are, and sums that differ when one is another.

    Each row is weighed by its key, so that two changes do not even each other out. The rows may be
    those of a relation, of which `only` some count.
    """

    def of(weight: str) -> Sum:
        product = F(key) * F(weight)
        return Sum(product, default=0, filter=only, output_field=BigIntegerField())

    return {"number": Count(key, filter=only)} | {f"sum_{each}": of(each) for each in weights}


def forget() -> None:
    """Everything: for another database under the same process."""
    for memory in Memory.everything:
        with memory.lock:
            memory.kept.clear()
