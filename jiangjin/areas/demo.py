"""The demo's places: Jiangjin with seven invented villages and villagers' groups, then wholly invented counties.

No real village is called poor without a source: the article names or implies eight, the others are invented and say so.
"""

import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jiangjin.areas.loading import rows
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.demo import DEMO_VINTAGE, Counts, DemoContext, DemoPart, parts

JIANGJIN = "500116"
ESTABLISHED = {"certain", "confirmed", "implied"}
# The evidence of invented ones (villages.models.PoorVillageEvidence).
PLACEHOLDER = "placeholder"


@dataclass(frozen=True)
class DemoPlaces:
    """The county that is being made, its parts in the order of their codes.

    groups: by village number. poor: evidence by number of the villages that stand on the list of poor villages.
    """

    county: Area
    towns: list[Area]
    villages: list[Area]
    groups: dict[int, list[Area]]
    poor: dict[int, str]

    def town_of(self, village: Area) -> Area:
        """The town of one of the villages."""
        return self._towns[village.parent_id]

    @functools.cached_property
    def _towns(self) -> dict[int | None, Area]:
        return {town.pk: town for town in self.towns}


def county_code(number: int) -> str:
    """The statistical code of a county of the demo."""
    code: str = _words()["county_code"].format(number=number) if number else JIANGJIN
    return code


def is_community(village: Area) -> bool:
    """Whether a village-level unit is a residents' committee (suffix 001-199), not a village committee."""
    return village.code[9:] < "200"


def fill(context: DemoContext) -> Counts:
    """Make the county's tree and leave it as DemoPlaces."""
    words = _words()
    if context.number == 0:
        county = Area.objects.get(code=JIANGJIN)
        _add_invented_villages(county, words)
    else:
        county = _invented_county(context.number, words)
    towns = list(Area.objects.under(county).towns().order_by("code"))
    villages = list(Area.objects.under(county).villages().order_by("code"))
    listed = _listed(words)
    poor = {
        village.pk: listed[village.code[len(county.code) :]] if context.number == 0 else PLACEHOLDER
        for village in villages
        if village.code[len(county.code) :] in listed
    }
    groups = _add_groups(context, villages, words)
    context.put(DemoPlaces(county, towns, villages, groups, poor))
    return {
        "counties": 1,
        "towns": len(towns),
        "villages": len(villages),
        "groups": sum(len(each) for each in groups.values()),
    }


def _listed(words: dict[str, Any]) -> dict[str, str]:
    """Evidence of the villages on the list of poor villages, by their code below the county's."""
    established = {
        row["code"][len(JIANGJIN) :]: row["poor_village_evidence"]
        for row in rows()
        if row["poor_village_evidence"] in ESTABLISHED
    }
    return established | {each["town"] + each["suffix"]: PLACEHOLDER for each in words["invented_villages"]}


def _add_invented_villages(county: Area, words: dict[str, Any]) -> None:
    """Those of the shipped district that are not there yet."""
    towns = {town.code: town for town in Area.objects.under(county).towns()}
    known = set(Area.objects.under(county).villages().values_list("code", flat=True))
    Area.objects.all().add(
        [
            Area(
                parent=towns[county.code + each["town"]],
                level=AreaLevel.VILLAGE,
                code=county.code + each["town"] + each["suffix"],
                name=each["name"],
                vintage=DEMO_VINTAGE,
            )
            for each in words["invented_villages"]
            if county.code + each["town"] + each["suffix"] not in known
        ]
    )


def _own_code(county_code: str, shipped_code: str) -> str:
    return county_code + shipped_code[len(JIANGJIN) :]


def _invented_county(number: int, words: dict[str, Any]) -> Area:
    """A county of Jiangjin's shape under invented names and codes that no release uses."""
    county = Area(
        level=AreaLevel.COUNTY,
        code=county_code(number),
        name=words["county_name"].format(number=number),
        vintage=DEMO_VINTAGE,
    )
    by_code = {JIANGJIN: Area.objects.all().add([county])[0]}
    shipped = rows()
    invented = [
        {
            "level": AreaLevel.VILLAGE,
            "code": f"{JIANGJIN}{each['town']}{each['suffix']}",
            "parent_code": JIANGJIN + each["town"],
        }
        for each in words["invented_villages"]
    ]
    for level in (AreaLevel.TOWN, AreaLevel.VILLAGE):
        areas = []
        children: dict[str, int] = {}
        chosen = [row for row in [*shipped, *invented] if row["level"] == level]
        for row in sorted(chosen, key=lambda row: row["code"]):
            children[row["parent_code"]] = children.get(row["parent_code"], 0) + 1
            small = row["code"][-3:] < ("100" if level == AreaLevel.TOWN else "200")
            kind = {AreaLevel.TOWN: ("town", "street"), AreaLevel.VILLAGE: ("village", "community")}[level][small]
            areas.append(
                Area(
                    parent=by_code[row["parent_code"]],
                    level=level,
                    code=_own_code(county.code, row["code"]),
                    name=words[f"{kind}_name"].format(number=children[row["parent_code"]]),
                    vintage=DEMO_VINTAGE,
                )
            )
        for area in Area.objects.all().add(areas):
            by_code[JIANGJIN + area.code[len(county.code) :]] = area
    return county


def _add_groups(context: DemoContext, villages: list[Area], words: dict[str, Any]) -> dict[int, list[Area]]:
    """Villagers' groups by village; those that exist already are kept."""
    rng = context.rng("groups")
    groups: dict[int, list[Area]] = {village.pk: [] for village in villages}
    known = {
        (group.parent_id, group.name): group
        for group in Area.objects.filter(level=AreaLevel.GROUP, parent__in=[village.pk for village in villages])
    }
    missing = []
    for village in villages:
        low, high = words["groups_of_community" if is_community(village) else "groups_of_village"]
        for number in range(1, rng.randint(low, high) + 1):
            name = words["group_name"].format(number=number)
            if (village.pk, name) not in known:
                missing.append(Area(parent=village, level=AreaLevel.GROUP, name=name, vintage=DEMO_VINTAGE))
    for group in [*known.values(), *Area.objects.all().add(missing)]:
        if group.parent_id is not None:
            groups[group.parent_id].append(group)
    return groups


@functools.cache
def _words() -> dict[str, Any]:
    """Names and codes of what is invented."""
    text = resources.files("jiangjin.areas").joinpath("data/demo.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


parts.register(DemoPart(code="areas", order=10, fill=fill))
