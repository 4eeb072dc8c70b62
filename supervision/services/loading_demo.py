"""Loading the demo: county by county, each whole or not at all, beside nothing but the demo's own data."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Household
from jiangjin.areas.demo import JIANGJIN, county_code
from jiangjin.areas.models import Area, under
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from jiangjin.common import clock
from jiangjin.common.demo import DEMO_DAY, Counts, DemoContext, DemoPart, DemoRefused, parts
from jiangjin.common.set_based import execute
from jiangjin.common.words import listed

Say = Callable[[str], None]


def silent(_line: str) -> None:
    """For callers that do not follow the work."""


@dataclass
class Loaded:
    """What a load did: numbers of the counties it made and of those that were there, and how many rows of each kind."""

    made: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)

    def add(self, counts: Counts) -> None:
        """Add a part's counts to the totals."""
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0) + count


def load(*, scale: int, seed: int, share: Fraction = Fraction(1), say: Say = silent) -> Loaded:
    """Make the counties 0 to `scale` - 1 that are not there yet. `say` is told of each county and part.

    share: how much of a district's people a county has. Raises DemoRefused where the register holds other data.
    """
    loaded = Loaded()
    with clock.pin(DEMO_DAY):
        for number in range(scale):
            context = DemoContext(seed=seed, number=number, share=share)
            if not _make(context, loaded, say):
                loaded.found.append(number)
                continue
            loaded.made.append(number)
            for part in parts:
                if part.derived:
                    loaded.add(_run(part, context, say))
    return loaded


def is_made(number: int) -> bool:
    """Whether a county of the demo is there."""
    county = Area.objects.filter(code=county_code(number)).first()
    return county is not None and Household.objects.filter(under(county.path, "village__path"), is_demo=True).exists()


def foreign_data(*, first: bool) -> list[str]:
    """What the demo did not make and would mix with, in the user's words. `first`: no county was made yet."""
    return [name for part in parts if (name := part.foreign(first=first))]


def _make(context: DemoContext, loaded: Loaded, say: Say) -> bool:
    """Make one county in one transaction, with one entry in the change log; False if it was there."""
    with transaction.atomic():
        # Two loads at once queue up here; the second finds the county made.
        Area.objects.select_for_update().get(code=JIANGJIN)
        if foreign := foreign_data(first=not Household.objects.filter(is_demo=True).exists()):
            raise DemoRefused(
                _("The register holds data that the demo did not make: %(what)s. Load the demo into an empty database.")
                % {"what": listed(foreign)}
            )
        if is_made(context.number):
            return False
        counts: Counts = {}
        with _without_collector():
            for part in parts:
                if not part.derived:
                    counts |= _run(part, context, say)
        county = Area.objects.get(code=county_code(context.number))
        record(
            by=None,
            action=AuditAction.CREATED,
            obj=county,
            area_path=county.path,
            after={"demo": context.number, "seed": context.seed, **counts},
            reason=_("Invented data of the demo"),
        )
    loaded.add(counts)
    execute("ANALYZE", ())  # the planner shall know of so many new rows before they are asked for
    return True


def _run(part: DemoPart, context: DemoContext, say: Say) -> Counts:
    begun = time.monotonic()
    counts = part.fill(context)
    say(f"{context.number + 1}: {part.code} {time.monotonic() - begun:.1f} s {counts}")
    return counts


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of objects live until the county is written: looking for garbage among them costs a sixth more."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
