"""The part of supervision in the demo: the roll-ups of its counties, built in full."""

from jiangjin.areas.demo import DemoPlaces
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from jiangjin.jobs.services import run_now
from supervision.services.rollups import REBUILD


def build(context: DemoContext) -> Counts:
    """Build every month of the county, as a job like any other."""
    run = run_now(kind=REBUILD, area=context.get(DemoPlaces).county)
    return {f"rollup_{name}": run.counts[name] for name in ("months_built", "household_months", "area_months")}


parts.register(DemoPart(code="rollups", order=95, fill=build, derived=True))
