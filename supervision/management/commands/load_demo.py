"""Load the demo."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from households.models import Household
from jiangjin.common.demo import MOST_COUNTIES, DemoRefused
from supervision.services import loading_demo


def scale(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a number: {text}") from error
    if not 1 <= number <= MOST_COUNTIES:
        raise argparse.ArgumentTypeError(f"between 1 and {MOST_COUNTIES} districts")
    return number


class Command(BaseCommand):
    help = "Load synthetic data: Jiangjin in 2015 as it was reported, and invented counties beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=scale, default=1, help="how many districts (default: 1, Jiangjin)")
        parser.add_argument("--seed", type=int, default=2015, help="the same seed makes the same people")
        parser.add_argument("--if-empty", action="store_true", help="do nothing, and say so, where data are already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and (reason := self.occupied()):
            self.stdout.write(json.dumps({"loaded": False, "reason": reason, "households": Household.objects.count()}))
            return
        try:
            loaded = loading_demo.load(scale=options["scale"], seed=options["seed"], say=self.stdout.write)
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            json.dumps(
                {"loaded": bool(loaded.made), "made": len(loaded.made), "found": len(loaded.found), **loaded.counts}
            )
        )

    def occupied(self) -> str:
        """Why nothing is to be loaded: "demo", "other data", or "" where the register is empty."""
        if loading_demo.is_made(0):
            return "demo"
        return "other data" if loading_demo.foreign_data(first=True) else ""
