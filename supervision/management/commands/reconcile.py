"""Prove that the roll-ups agree with each other and with the facts."""

import argparse
import datetime as dt
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.clock import parse_month
from supervision.services import rollups
from supervision.services.reconciling import reconcile

SHOWN = 100


def month(text: str) -> dt.date:
    try:
        return parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a month (YYYY-MM): {text}") from error


class Command(BaseCommand):
    help = (
        "Compare every number of the roll-ups with the sum of what lies below it, with the households that it counts and "
        "with a recount from the facts. Ends with 1 where something differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=month, help="one month, YYYY-MM (default: all)")
        parser.add_argument("--area", default="", help="code of a county (default: every county)")

    def handle(self, *args: Any, **options: Any) -> None:
        total = {"months": 0, "indicators": 0, "differences": 0, "waiting": 0}
        for county in self.counties(options["area"]):
            total["waiting"] += rollups.waiting_marks(county).count()
            report = reconcile(county=county, month=options["month"])
            total["months"] += report.months
            total["indicators"] += report.compared
            total["differences"] += len(report.differences)
            for difference in report.differences[:SHOWN]:
                self.stdout.write(f"{county}: {difference}")
            if len(report.differences) > SHOWN:
                self.stdout.write(f"{county}: and {len(report.differences) - SHOWN} more")
        if total["waiting"]:
            self.stdout.write(f"{total['waiting']} changes are not in the roll-ups yet: refresh_rollups takes them up.")
        self.stdout.write(json.dumps(total))
        if total["differences"]:
            sys.exit(1)

    def counties(self, code: str) -> list[Area]:
        counties = Area.objects.filter(level=AreaLevel.COUNTY).order_by("path")
        if not code:
            return list(counties)
        chosen = list(counties.filter(code=code))
        if not chosen:
            raise CommandError(f"There is no county with the code {code}.")
        return chosen
