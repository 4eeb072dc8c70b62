"""Bring roll-ups up to date, or build them anew."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from jiangjin.jobs.services import run_now
from supervision.services import rollups


class Command(BaseCommand):
    help = "Bring the roll-ups up to date with what was changed; with --full build every month anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="build every month anew, month by month")
        parser.add_argument("--area", default="", help="code of a county (default: every county)")

    def handle(self, *args: Any, **options: Any) -> None:
        total = rollups.Work().counts
        for county in self.counties(options["area"]):
            if options["full"]:
                counts = run_now(kind=rollups.REBUILD, area=county).counts
            else:
                counts = rollups.refresh(today=clock.today(), county=county).counts
            self.stdout.write(f"{county}: {counts}")
            total = {name: total[name] + counts[name] for name in total}
        self.stdout.write(json.dumps({"full": options["full"], **total}))

    def counties(self, code: str) -> list[Area]:
        counties = Area.objects.filter(level=AreaLevel.COUNTY).order_by("path")
        if not code:
            return list(counties)
        chosen = list(counties.filter(code=code))
        if not chosen:
            raise CommandError(f"There is no county with the code {code}.")
        return chosen
