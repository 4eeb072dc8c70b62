"""Which village and group a roster means: names within the town that the file, or the upload, is about."""

import re
from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from households.imports.findings import error, hint, warning
from households.imports.headers import Header
from households.imports.roster import Roster, SheetHousehold
from households.imports.values import squeeze
from jiangjin.areas.models import Area, AreaLevel, under

VILLAGE_UNKNOWN = error("village_unknown", _("There is no village “%(value)s” in %(town)s."))
VILLAGE_BLANK = error("village_blank", _("The village is blank."))
VILLAGE_AMBIGUOUS = error("village_ambiguous", _("Several towns have a village “%(value)s”; write the town, too."))
VILLAGE_OUT_OF_SCOPE = error(
    "village_out_of_scope", _("“%(value)s” does not belong to %(area)s, which this upload is for.")
)
VILLAGE_CODE_DIFFERS = warning(
    "village_code_differs", _("The household number begins with %(given)s; the code of %(village)s is %(right)s.")
)
GROUP_CREATED = hint("group_new", _("“%(value)s” is a new group of %(village)s."))

SUFFIXES = ("村民委员会", "居民委员会", "社区居委会", "村委会", "居委会", "社区", "村")
TOWN_SUFFIXES = ("人民政府", "街道办事处", "政府")
GROUP = re.compile(r"^第?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:村民小组|居民小组|村民组|小组|组|社|队)?$")
DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}


class Places:
    """The areas that an upload may write to, looked up by name; loaded once."""

    def __init__(self, area: Area) -> None:
        self.area = area
        county = under(area.ancestor_paths()[0])
        known = list(Area.objects.filter(county).exclude(level=AreaLevel.COUNTY).order_by("path"))
        by_pk = {each.pk: each for each in known}
        self.towns = [each for each in known if each.level == AreaLevel.TOWN]
        self.villages = [each for each in known if each.level == AreaLevel.VILLAGE]
        for village in self.villages:
            village.parent = by_pk[village.parent_id or 0]
        self._by_name: dict[str, list[Area]] = defaultdict(list)
        self._by_stem: dict[str, list[Area]] = defaultdict(list)
        self._by_code = {each.code: each for each in self.villages if each.code}
        for village in self.villages:
            self._by_name[squeeze(village.name)].append(village)
            self._by_stem[stem(village.name)].append(village)
        self.groups = {
            (each.parent_id or 0, group_key(each.name)): each for each in known if each.level == AreaLevel.GROUP
        }

    def allows(self, village: Area) -> bool:
        """Whether the upload may write to the village: it lies within the area that was uploaded for."""
        return village.path.startswith(self.area.path)

    def town_of(self, header: Header) -> Area | None:
        """The town that a title or 填报单位 names; without one, the town of the upload."""
        for text in (squeeze(header.unit), squeeze(header.heading), squeeze(header.sheet.name)):
            for suffix in TOWN_SUFFIXES:
                text = text.removesuffix(suffix)
            named = [town for town in self.towns if squeeze(town.name) in text]
            if named:
                return max(named, key=lambda town: len(town.name))
        if self.area.level == AreaLevel.COUNTY:
            return None
        path = self.area.ancestor_paths()[1]
        return next(town for town in self.towns if town.path == path)

    def town_named(self, name: str) -> Area | None:
        """A town by the name in a column."""
        key = squeeze(name)
        return next((town for town in self.towns if squeeze(town.name) in {key, f"{key}镇", f"{key}街道"}), None)

    def candidates(self, name: str, town: Area | None) -> list[Area]:
        """The villages of that name: written in full, else without 村, 社区, 村委会."""
        for table, key in ((self._by_name, squeeze(name)), (self._by_stem, stem(name))):
            found = [each for each in table.get(key, []) if town is None or each.parent_id == town.pk]
            if found:
                return found
        return []

    def with_code(self, code: str) -> Area | None:
        """The village of a 12-digit code."""
        return self._by_code.get(code)

    def group(self, village: Area, name: str) -> Area | None:
        """The group of a village, however it is written (4组, 四社, 第4村民小组)."""
        return self.groups.get((village.pk, group_key(name)))


def stem(name: str) -> str:
    """A village's name without what kind of village it is."""
    key = squeeze(name)
    for suffix in SUFFIXES:
        if key.endswith(suffix) and len(key) > len(suffix):
            return key.removesuffix(suffix)
    return key


def group_key(name: str) -> str:
    """Groups are numbered; 组 and 社 are the same thing. Groups with a name of their own keep it."""
    key = squeeze(name)
    match = GROUP.match(key)
    if match is None:
        return key
    return str(_number(match[1]))


def group_name(name: str) -> str:
    """How a new group is called: 4组 for 4, 四组 and 第4村民小组, 3社 for 3社, a name as it stands."""
    key = squeeze(name)
    match = GROUP.match(key)
    if match is None:
        return key[:60]
    return f"{_number(match[1])}{'社' if key.endswith('社') else '组'}"


def _number(text: str) -> int:
    """4, 四, 十二, 二十."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


def find_places(roster: Roster, places: Places) -> None:
    """Set the village of every household; what cannot be found, or is not the uploader's, is told."""
    towns = {id(header): places.town_of(header) for header in roster.headers}
    told: set[tuple[int, str]] = set()
    for household in roster.households:
        _find_village(household, places, towns[id(household.header)])
        group = household.values.get("group")
        if household.village is None or not group or places.group(household.village, group) is not None:
            continue
        key = (household.village.pk, group_key(group))
        if key not in told:
            told.add(key)
            household.tell(GROUP_CREATED, "group", value=group_name(group), village=household.village.name)


def _find_village(household: SheetHousehold, places: Places, town: Area | None) -> None:
    name = household.values.get("village", "")
    if not name:
        _find_by_number(household, places)
        return
    if "town" in household.values:
        town = places.town_named(household.values["town"]) or town
    found = places.candidates(name, town)
    if len(found) > 1:
        by_number = [village for village in found if village.code and household.number.startswith(village.code)]
        found = by_number or found
    if not found:
        household.tell(VILLAGE_UNKNOWN, "village", value=name[:40], town=(town or places.area).name)
    elif len(found) > 1:
        household.tell(VILLAGE_AMBIGUOUS, "village", value=name[:40])
    elif not places.allows(found[0]):
        household.tell(VILLAGE_OUT_OF_SCOPE, "village", value=name[:40], area=places.area.name)
    else:
        household.village = found[0]
        _compare_code(household)


def _find_by_number(household: SheetHousehold, places: Places) -> None:
    """Only a sheet without a village column goes by the number: its first twelve digits are the village's code."""
    if household.has("village"):
        household.tell(VILLAGE_BLANK, "village")
        return
    village = places.with_code(household.number[:12])
    if village is None:
        household.tell(VILLAGE_UNKNOWN, "number", value=household.number[:12], town=places.area.name)
    elif not places.allows(village):
        household.tell(VILLAGE_OUT_OF_SCOPE, "number", value=village.name, area=places.area.name)
    else:
        household.village = village


def _compare_code(household: SheetHousehold) -> None:
    village = household.village
    if village is not None and len(village.code) == 12 and len(household.number) == 16:
        given = household.number[:12]
        if given != village.code:
            household.tell(VILLAGE_CODE_DIFFERS, "number", given=given, village=village.name, right=village.code)
