"""A long list put together by areas, of which a page is taken without putting all of it in order."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import QuerySet

from assistance.services.waiting import Standing
from households.models import Household


@dataclass(frozen=True)
class Cell:
    """Where the households of one part and rank stand in the list."""

    part: Any
    rank: int
    start: int
    end: int


class InParts(Sequence[int]):
    """The keys of rows in order of part, rank and waiting, of which only those are put in order that stand where one looks.

    rows: of `waiting.in_order`, ordered so. standings: how many there are in each part ({None: …} where the list stands in one piece),
    in the order of the parts. ranks: those that the rows have.
    """

    def __init__(
        self, rows: QuerySet[Household], *, part: str, standings: Mapping[Any, Standing], ranks: Collection[int]
    ) -> None:
        self._rows: Any = rows.values_list("pk", flat=True)
        self._part = part
        counts = [
            (part, rank, count)
            for part, standing in standings.items()
            for rank, count in enumerate(standing.by_rank)
            if rank in ranks
        ]
        ends = itertools.accumulate(count for _part, _rank, count in counts)
        self._cells = [
            Cell(part, rank, end - count, end) for (part, rank, count), end in zip(counts, ends, strict=True)
        ]

    def __len__(self) -> int:
        return self._cells[-1].end if self._cells else 0

    @overload
    def __getitem__(self, position: int) -> int: ...
    @overload
    def __getitem__(self, position: slice) -> list[int]: ...
    def __getitem__(self, position: int | slice) -> int | list[int]:
        if isinstance(position, int):
            return self[position : position + 1][0]
        start, stop, _step = position.indices(len(self))
        touched = [cell for cell in self._cells if cell.start < stop and cell.end > start]
        if not touched:
            return []
        rows, begins = self._rows, touched[0].start
        if self._part:
            rows = rows.filter(**{f"{self._part}__in": {cell.part for cell in touched}})
        if touched[0].part == touched[-1].part:
            rows = rows.filter(rank__in={cell.rank for cell in touched})
        else:  # the first part is taken as a whole
            begins = next(cell.start for cell in self._cells if cell.part == touched[0].part)
        return list(rows[start - begins : stop - begins])
