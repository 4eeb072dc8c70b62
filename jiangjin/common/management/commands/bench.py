"""Run benchmarks in a scratch database that is made for them and dropped afterwards."""

import json
import logging
import platform
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from jiangjin.common.bench import benches
from jiangjin.settings.environment import VAR_DIR


class Command(BaseCommand):
    help = "Measure, each result beside its limit as a ratio, in a scratch database on the configured server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="one benchmark (default: all)")
        parser.add_argument("--households", type=int, default=100_000)
        parser.add_argument("--json", type=Path, default=None, help="write the results into this file")

    def handle(self, *args: Any, **options: Any) -> None:
        name, households = options["name"], options["households"]
        if name and name not in benches:
            raise CommandError(f"There is no benchmark {name}; there are: {', '.join(b.code for b in benches)}")
        if households < 100:
            raise CommandError("At least 100 households.")
        logging.disable(logging.INFO)
        settings.CALL_CONSUMERS_ON_COMMIT = False  # the worker knows nothing of the scratch database
        results = []
        for bench in [benches[name]] if name else benches:
            results += [
                {"bench": bench.code, **measure.as_json()} for measure in self.in_scratch(bench.run, households)
            ]
        outcome = {
            "database": connection.vendor,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "households": households,
            "results": results,
        }
        for result in results:
            verdict = {True: "within budget", False: "OVER BUDGET", None: ""}[result["within"]]
            self.stdout.write(f"{result['bench']:8} {result['what']:48} {figure(result)}  {verdict}")
        if options["json"]:
            options["json"].write_text(json.dumps(outcome, ensure_ascii=False, indent=1), encoding="utf-8")
        self.stdout.write(json.dumps(outcome, ensure_ascii=False))

    def in_scratch(self, run: Any, households: int) -> list[Any]:
        original = connection.settings_dict["NAME"]
        test = connection.settings_dict.setdefault("TEST", {})
        scratch = VAR_DIR / "bench.sqlite3" if connection.vendor == "sqlite" else "jiangjin_bench"
        before = test.get("NAME")
        test["NAME"] = str(scratch)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            return run(households)
        finally:
            connection.creation.destroy_test_db(original, verbosity=0)
            test["NAME"] = before


def figure(result: dict[str, Any]) -> str:
    """What was measured, and beside what."""
    if "megabytes" in result:
        return f"{result['megabytes']:8d} MB  of {result['budget_megabytes']} MB"
    ratio = f"{result['ratio']:.2f} × {result['limit']}" if result["ratio"] is not None else ""
    return f"{result['seconds']:8.3f} s  {ratio}"
