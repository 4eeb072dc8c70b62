"""The poverty lines that the project ships (national, at current prices; docs/sources.md). Only missing years are added."""

import csv
from importlib import resources

from households.models import IncomeMeasure, PovertyLine
from jiangjin.common import reference
from jiangjin.common.money import yuan_to_fen


@reference.register
def load_poverty_lines() -> None:
    """Add the national net-income lines of years that have none."""
    text = resources.files("households").joinpath("data/poverty_lines.csv").read_text(encoding="utf-8")
    known = set(PovertyLine.objects.filter(area=None, measure=IncomeMeasure.NET).values_list("year", flat=True))
    PovertyLine.objects.bulk_create(
        PovertyLine(
            year=int(row["year"]),
            amount_fen=yuan_to_fen(row["amount_yuan"]),
            basis=row["basis"],
            confidence=row["confidence"],
        )
        for row in csv.DictReader(text.splitlines())
        if int(row["year"]) not in known
    )
