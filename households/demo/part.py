"""The household file's part of the demo."""

from django.utils.translation import gettext as _

from households.demo.pairing import Pairing
from households.demo.people import YEAR
from households.demo.planning import plan
from households.demo.writing import Writer, count_exited
from households.models import Helper, Household, IncomeMeasure, PovertyLine, RosterImport
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.areas.demo import DemoPlaces
from jiangjin.common.demo import Counts, DemoContext, DemoPart, DemoRefused, parts
from jiangjin.common.money import FEN_PER_YUAN
from jiangjin.jobs.services import run_now


def fill(context: DemoContext) -> Counts:
    """Make the county's households, members, yearly facts, histories and helpers."""
    places, accounts = context.get(DemoPlaces), context.get(DemoAccounts)
    planned = plan(context, places, lines=_lines())
    helpers = Pairing(context, places).pair(planned)
    writer = Writer(context, accounts.officer)
    writer.households(planned, writer.helpers(helpers))
    active = {each.helper for household in planned for each in household.assignments if each.ends_on is None}
    return writer.counts | count_exited(planned) | {"active_helpers": len(active)}


def foreign(*, first: bool) -> str:
    """Household files that are not the demo's, and what would be mixed up with its helpers."""
    if Household.objects.filter(is_demo=False).exists():
        return _("household files")
    if RosterImport.objects.exists():
        return _("uploaded rosters")
    return _("helpers") if first and Helper.objects.exists() else ""


def evaluate(context: DemoContext) -> Counts:
    """Judge the county's exits as of the demo's day, as a job like any other."""
    county = context.get(DemoPlaces).county
    run = run_now(kind="evaluate_exits", area=county, params={"as_of": context.today.isoformat()})
    return {f"evaluation_{name}": run.counts[name] for name in ("households", "met", "not_met", "not_verified")}


def _lines() -> dict[int, int]:
    """National lines in yuan by income year."""
    lines = PovertyLine.objects.filter(area=None, measure=IncomeMeasure.NET, year__in=(YEAR - 1, YEAR))
    found = {line.year: line.amount_fen // FEN_PER_YUAN for line in lines}
    if len(found) < 2:
        raise DemoRefused(_("The poverty lines of 2014 and 2015 are not on file."))
    return found


parts.register(DemoPart(code="households", order=30, fill=fill, foreign=foreign))
parts.register(DemoPart(code="evaluation", order=90, fill=evaluate, derived=True))
