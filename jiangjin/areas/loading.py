"""Loads the areas that the project ships: Jiangjin's towns as of 2015-09-30 and the villages of an older release.

Source: statistical division codes (see docs/sources.md). The file is read after every migrate; only missing codes are added.
"""

import csv
from importlib import resources

from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import reference


def rows() -> list[dict[str, str]]:
    """The shipped table: level, code, name, parent_code, vintage, poor_village_evidence, note."""
    text = resources.files("jiangjin.areas").joinpath("data/areas.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@reference.register
def load_areas() -> None:
    """Add the areas whose code is not there yet."""
    by_code = {area.code: area for area in Area.objects.exclude(code="")}
    missing = [row for row in rows() if row["code"] not in by_code]
    for level in (AreaLevel.COUNTY, AreaLevel.TOWN, AreaLevel.VILLAGE):
        areas = [
            Area(
                parent=by_code[row["parent_code"]] if level != AreaLevel.COUNTY else None,
                level=level,
                code=row["code"],
                name=row["name"],
                vintage=row["vintage"],
            )
            for row in missing
            if row["level"] == level
        ]
        for area in Area.objects.all().add(areas):
            by_code[area.code] = area
