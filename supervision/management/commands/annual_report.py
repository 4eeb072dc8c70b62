"""Print the annual report."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from supervision.services import annual_report


def year(text: str) -> int:
    if not (text.isdecimal() and 2000 <= int(text) <= 2100):
        raise argparse.ArgumentTypeError(f"not a year: {text}")
    return int(text)


class Command(BaseCommand):
    help = "Print the annual report, every figure counted from rows and with the address of these rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=year)
        parser.add_argument("--format", choices=["json", "md"], default="json", help="default: json")
        parser.add_argument("--area", default="", help="code of a county, town or village (default: every county)")
        parser.add_argument("--output", type=Path, help="write the report to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        if options["year"] > today.year:
            raise CommandError(f"{options['year']} has not begun.")
        area = self.area(options["area"])
        counties = Area.objects.filter(level=AreaLevel.COUNTY).order_by("path")
        roots = [area] if area else list(counties)
        scope = Scope(on=today, paths=tuple(root.path for root in roots))
        entries = annual_report.compile_report(year=options["year"], scope=scope, area=area)
        counts = {
            "year": options["year"],
            "lines": len(entries),
            "reported": sum(entry.value is not None for entry in entries),
        }
        if options["format"] == "json":
            text = json.dumps(annual_report.as_json(entries), ensure_ascii=False) + "\n"
        else:
            with translation.override("zh-hans"):
                names = ", ".join(root.name for root in roots)
                title = _("Poverty alleviation in %(year)d: %(area)s") % {"year": options["year"], "area": names}
                text = annual_report.as_markdown(entries, title=title)
        self.deliver(text, counts, path=options["output"], is_json=options["format"] == "json")

    def area(self, code: str) -> Area | None:
        if not code:
            return None
        area = Area.objects.filter(code=code).first()
        if area is None:
            raise CommandError(f"There is no area with the code {code}.")
        return area

    def deliver(self, text: str, counts: dict[str, int], *, path: Path | None, is_json: bool) -> None:
        """To the file or the screen; the last line is a JSON object in any case, beside a document on the screen."""
        if path is None:
            self.stdout.write(text, ending="")
            if not is_json:
                self.stderr.write(json.dumps(counts))
            return
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self.stdout.write(json.dumps(counts))
