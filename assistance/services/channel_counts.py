"""Exit channels counted: households and persons distinct within a channel, never added; what overlaps, who has none.

Everything of an area and year comes from one statement. It groups exits and their persons by which channels they have (a mask,
one bit a channel) and by place, so that each number is a sum over masks.
"""

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Left

from assistance.models import COUNTED_BY_PERSON, Batch, ExitChannel
from households.models import StatusEvent
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel
from jiangjin.common.set_based import Statement, quote, with_

BITS: dict[str, int] = {batch: 1 << place for place, batch in enumerate(Batch.values)}
# Channels of which the number of households is reported.
BY_HOUSEHOLD = [batch for batch in Batch if batch not in COUNTED_BY_PERSON]
BIT = Case(*(When(batch=batch, then=Value(bit)) for batch, bit in BITS.items()), output_field=IntegerField())


def mask_of(batches: Iterable[str]) -> int:
    """The mask of some channels."""
    return functools.reduce(lambda mask, batch: mask | BITS[batch], batches, 0)


def batches_of(mask: int) -> list[Batch]:
    """The channels of a mask, in their order."""
    return [batch for batch in Batch if mask & BITS[batch]]


REPORTED = mask_of(BY_HOUSEHOLD)


@dataclass(frozen=True)
class BatchLine:
    """One channel. `households` are those of its persons: reported by the channel itself, or (is_derived) only known through
    the persons. `only_…`: those that have no other channel."""

    batch: Batch
    households: int
    persons: int
    only_households: int
    only_persons: int

    @property
    def is_derived(self) -> bool:
        return self.batch in COUNTED_BY_PERSON

    @property
    def reported_households(self) -> int | None:
        """None where the channel reports persons only: that is not zero."""
        return None if self.is_derived else self.households


@dataclass(frozen=True)
class Overlap:
    """A sum over channels against those that are meant: the difference is counted more than once."""

    total: int
    distinct: int

    @property
    def excess(self) -> int:
        return self.total - self.distinct


@dataclass
class ChannelCounts:
    """The exits of an area and year. `persons`: as counted when the exits were written.

    household_masks, person_masks: how many have which channels; households without any are under 0, persons without any are not
    in it.
    """

    households: int = 0
    persons: int = 0
    household_masks: Counter[int] = field(default_factory=Counter)
    person_masks: Counter[int] = field(default_factory=Counter)

    @property
    def is_said(self) -> bool:
        """Whether anybody has said by which channels. If not, the channels are not reported, which is not zero."""
        return bool(self.person_masks)

    def line(self, batch: Batch) -> BatchLine:
        """The numbers of one channel."""
        bit = BITS[batch]
        return BatchLine(
            batch,
            households=_having(self.household_masks, bit),
            persons=_having(self.person_masks, bit),
            only_households=self.household_masks[bit],
            only_persons=self.person_masks[bit],
        )

    @property
    def lines(self) -> list[BatchLine]:
        return [self.line(batch) for batch in Batch]

    @property
    def household_overlap(self) -> Overlap:
        """Over the channels that report households."""
        total = sum(self.line(batch).households for batch in BY_HOUSEHOLD)
        return Overlap(total, _having(self.household_masks, REPORTED))

    @property
    def person_overlap(self) -> Overlap:
        """Over all channels."""
        return Overlap(sum(line.persons for line in self.lines), sum(self.person_masks.values()))

    @property
    def households_with_any(self) -> int:
        return self.households - self.households_without

    @property
    def households_without(self) -> int:
        return self.household_masks[0]

    @property
    def persons_without(self) -> int:
        """Persons counted at the exit beyond those who have a channel."""
        return self.persons - sum(self.person_masks.values())

    @property
    def combinations(self) -> list[tuple[list[Batch], int, int]]:
        """(channels, households that have exactly these, persons that do), the most frequent first."""
        masks = {*self.household_masks, *self.person_masks} - {0}
        found = [(batches_of(mask), self.household_masks[mask], self.person_masks[mask]) for mask in masks]
        return sorted(found, key=lambda row: (-row[1], -row[2], mask_of(row[0])))

    def add(self, other: "ChannelCounts") -> None:
        """Take up another area; areas have no household in common."""
        self.households += other.households
        self.persons += other.persons
        self.household_masks += other.household_masks
        self.person_masks += other.person_masks


def _having(masks: Counter[int], bits: int) -> int:
    return sum(count for mask, count in masks.items() if mask & bits)


def count(exits: QuerySet[StatusEvent]) -> ChannelCounts:
    """All of these exits together."""
    total = ChannelCounts()
    for counts in _by_place(exits, length=0).values():
        total.add(counts)
    return total


def by_child_area(
    exits: QuerySet[StatusEvent], *, parent: Area
) -> tuple[list[tuple[Area, ChannelCounts]], ChannelCounts]:
    """The exits of each area directly below `parent` (itself for a village) in the order of their paths, and all together."""
    length = len(parent.path) + (PATH_STEP if parent.level != AreaLevel.VILLAGE else 0)
    found = _by_place(exits, length=length)
    areas = Area.objects.filter(path__in=found).order_by("path")
    total = ChannelCounts()
    for counts in found.values():
        total.add(counts)
    return [(area, found[area.path]) for area in areas], total


def _by_place(exits: QuerySet[StatusEvent], *, length: int) -> dict[str, ChannelCounts]:
    """By the first `length` characters of the path (at least one, so that 0 puts everything together)."""
    found: dict[str, ChannelCounts] = {}
    for what, place, mask, rows, persons in _statement(exits, length=max(length, 1)).rows():
        counts = found.setdefault(place, ChannelCounts())
        if what == "exit":
            counts.households += rows
            counts.persons += persons
            counts.household_masks[mask] += rows
        else:
            counts.person_masks[mask] += rows
    return found


def _statement(exits: QuerySet[StatusEvent], *, length: int) -> Statement:
    """Rows of ("exit" or "person", place, mask, how many, persons counted at these exits)."""
    places = exits.order_by().values_list("pk", Left("household__village__path", length), "persons")
    stands = Statement.of(places, ["exit_id", "place", "persons"]).named("stands")
    channel = quote(ExitChannel._meta.db_table)
    bits = " ".join(f"WHEN '{batch}' THEN {bit}" for batch, bit in BITS.items())
    person = Statement(
        f"SELECT channel.exit_id, SUM(CASE channel.batch {bits} END) FROM {channel} channel "
        "JOIN stands ON stands.exit_id = channel.exit_id GROUP BY channel.exit_id, channel.member_id",
        (),
        ("exit_id", "mask"),
    ).named("person")
    together = " + ".join(f"MAX(mask & {bit})" for bit in BITS.values())
    household = Statement(f"SELECT exit_id, {together} FROM person GROUP BY exit_id", (), ("exit_id", "mask")).named(
        "household"
    )
    main = Statement(
        "SELECT 'exit', stands.place, COALESCE(household.mask, 0), COUNT(*), SUM(stands.persons) FROM stands "
        "LEFT JOIN household ON household.exit_id = stands.exit_id GROUP BY stands.place, COALESCE(household.mask, 0) "
        "UNION ALL "
        "SELECT 'person', stands.place, person.mask, COUNT(*), 0 FROM person "
        "JOIN stands ON stands.exit_id = person.exit_id GROUP BY stands.place, person.mask",
        (),
        ("what", "place", "mask", "count", "persons"),
    )
    return with_([stands, person, household], main)
