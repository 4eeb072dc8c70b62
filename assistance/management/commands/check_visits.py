"""Check a month's visits."""

import argparse
import datetime as dt
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from assistance.services.visit_checks import KIND
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from jiangjin.jobs.services import run_now

COUNTS = ["households", "due", "met", "missed", "pending", "not_due", "changed"]


def month(text: str) -> dt.date:
    try:
        return clock.parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a month (YYYY-MM): {text}") from error


def date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a date (YYYY-MM-DD): {text}") from error


class Command(BaseCommand):
    help = "Check which households were visited in a month, and write what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", required=True, type=month, help="the month, YYYY-MM")
        parser.add_argument("--area", default="", help="code of a county, town or village (default: every county)")
        parser.add_argument(
            "--as-of",
            type=date,
            help="before the month's last day whoever was not visited is still due (default: today, or the last day)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        first: dt.date = options["month"]
        as_of = min(options["as_of"] or clock.today(), clock.month_end(first))
        if as_of < first:
            raise CommandError(f"{first:%Y-%m} has not begun on {as_of}.")
        params = {"month": f"{first:%Y-%m}", "as_of": as_of.isoformat()}
        totals: dict[str, Any] = dict.fromkeys(COUNTS, 0)
        everybody = False
        with translation.override("zh-hans"):
            for area in self.areas(options["area"]):
                try:
                    counts = run_now(kind=KIND, area=area, params=params).counts
                except ValidationError as error:
                    raise CommandError(" ".join(error.messages)) from error
                self.stdout.write(f"{area} {first:%Y-%m}: {counts}")
                everybody = everybody or counts["everybody"]
                for name in COUNTS:
                    totals[name] += counts[name]
        self.stdout.write(json.dumps({**params, **totals, "everybody": everybody}))

    def areas(self, code: str) -> list[Area]:
        if not code:
            return list(Area.objects.filter(level=AreaLevel.COUNTY))
        area = Area.objects.filter(code=code).first()
        if area is None:
            raise CommandError(f"There is no area with the code {code}.")
        return [area]
