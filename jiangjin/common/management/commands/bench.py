"""Run benchmarks: in a scratch database that is made for them and dropped afterwards, or in the one at hand, which stays as it is."""

import json
import logging
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from jiangjin.common.bench import Asked, AtHand, Result, benches
from jiangjin.settings.environment import VAR_DIR


class Command(BaseCommand):
    help = (
        "Measure, each result beside its limit as a ratio, in a scratch database on the configured server. "
        "`pages` measures the database at hand and writes nothing; it runs only when it is named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", nargs="?", default="", help="one benchmark (default: all that use a scratch database)"
        )
        parser.add_argument("--households", type=int, default=100_000)
        parser.add_argument("--json", type=Path, default=None, help="write the results into this file")
        at_hand = parser.add_argument_group("pages")
        at_hand.add_argument("--users", default="", help="names to sign in as, separated by commas")
        at_hand.add_argument("--pages", default="", help="names of views, separated by commas (default: all)")
        at_hand.add_argument("--requests", type=int, default=30, help="requests for each page (30)")
        at_hand.add_argument("--budget", type=int, default=100, help="milliseconds for 95 of 100 requests (100)")

    def handle(self, *args: Any, **options: Any) -> None:
        name, households = options["name"], options["households"]
        if name and name not in benches:
            raise CommandError(f"There is no benchmark {name}; there are: {', '.join(b.code for b in benches)}")
        if households < 100:
            raise CommandError("At least 100 households.")
        logging.disable(logging.WARNING)  # refusals are results here
        settings.CALL_CONSUMERS_ON_COMMIT = False  # the worker knows nothing of the scratch database
        results = []
        for bench in [benches[name]] if name else benches:
            if isinstance(bench, AtHand):
                found = at_hand(bench, options) if name else []
            else:
                found = self.in_scratch(bench.run, households)
            for result in found:
                verdict = {True: "within budget", False: "OVER BUDGET", None: ""}[result.within]
                self.stdout.write(f"{bench.code:8} {result.what:48} {result}  {verdict}".rstrip())
                results.append({"bench": bench.code, **result.as_json()})
        outcome = {
            "database": connection.vendor,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "households": None if name and isinstance(benches[name], AtHand) else households,
            "results": results,
        }
        if options["json"]:
            options["json"].write_text(json.dumps(outcome, ensure_ascii=False, indent=1), encoding="utf-8")
        self.stdout.write(json.dumps(outcome, ensure_ascii=False))

    def in_scratch(self, run: Callable[[int], Sequence[Result]], households: int) -> Sequence[Result]:
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


def at_hand(bench: AtHand, options: dict[str, Any]) -> Sequence[Result]:
    """What a benchmark of the database at hand finds."""
    try:
        return bench.run(asked(options))
    except LookupError as error:
        raise CommandError(str(error)) from error


def asked(options: dict[str, Any]) -> Asked:
    """What the options say to a benchmark of the database at hand."""
    users, pages = (parts(options[name]) for name in ("users", "pages"))
    if not users:
        raise CommandError("Say as whom: --users NAME,NAME")
    if options["requests"] < 1:
        raise CommandError("At least one request.")
    return Asked(users, options["requests"], options["budget"] / 1000, pages)


def parts(text: str) -> list[str]:
    """The parts of a list with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]
