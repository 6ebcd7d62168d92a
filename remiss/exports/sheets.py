"""The shape that rows are handed over in: all that makers of rows and writers of files share."""

from dataclasses import dataclass

Cell = str | int

NARROW, MEDIUM, WIDE = 12, 24, 70  # characters of ordinary text


@dataclass(frozen=True)
class Column:
    label: str
    width: int = MEDIUM


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: list[Column]
    note: str = ""  # a line above the header
    kept: int = 0  # columns that stay in sight when the texts are scrolled
    lines: int = 27  # that a row shows at most: as tall as Excel lets one be

    @property
    def header(self) -> list[str]:
        return [column.label for column in self.columns]
