"""Evaluate, or simulate, the conditions of exit."""

import argparse
import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from households.models import Household
from households.services import evaluations
from jiangjin.areas.models import Area, AreaLevel, under
from jiangjin.common.money import yuan_to_fen
from jiangjin.jobs.services import run_now


def date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a date (YYYY-MM-DD): {text}") from error


def yuan(text: str) -> int:
    try:
        fen = yuan_to_fen(Decimal(text))
    except (ValueError, ArithmeticError) as error:
        raise argparse.ArgumentTypeError(f"not an amount in yuan: {text}") from error
    if fen <= 0:
        raise argparse.ArgumentTypeError("the line must be above zero")
    return fen


class Command(BaseCommand):
    help = "Evaluate exits as of a day and write the verdicts; with --line simulate another line and write nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", required=True, type=date, help="the day, YYYY-MM-DD")
        parser.add_argument("--area", default="", help="code of a county, town or village (default: every county)")
        parser.add_argument("--line", type=yuan, help="simulate this line, in yuan per head and year")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of: dt.date = options["as_of"]
        with translation.override("zh-hans"):
            areas = self.areas(options["area"])
            totals = {"households": 0, "met": 0, "not_met": 0, "not_verified": 0}
            for area in areas:
                if options["line"] is not None:
                    counts = self.simulate(area, as_of, options["line"])
                else:
                    run = run_now(kind="evaluate_exits", area=area, params={"as_of": as_of.isoformat()})
                    counts = {key: run.counts[key] for key in [*totals, "written", "superseded"]}
                self.stdout.write(f"{area} {as_of}: {counts}")
                for key, value in counts.items():
                    totals[key] = totals.get(key, 0) + value
        self.stdout.write(json.dumps({"as_of": as_of.isoformat(), "simulated": options["line"] is not None, **totals}))

    def areas(self, code: str) -> list[Area]:
        if not code:
            return list(Area.objects.filter(level=AreaLevel.COUNTY))
        area = Area.objects.filter(code=code).first()
        if area is None:
            raise CommandError(f"There is no area with the code {code}.")
        return [area]

    def simulate(self, area: Area, as_of: dt.date, line_fen: int) -> dict[str, int]:
        households = Household.objects.filter(under(area.path, "village__path"))
        result = evaluations.simulate_tally(as_of=as_of, households=households, line_fen=line_fen)
        return {
            "households": result.households,
            "met": result.met,
            "not_met": result.not_met,
            "not_verified": result.not_verified,
        }
