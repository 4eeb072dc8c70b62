"""The demo's business entities, the households that take part in them, and what these gained in the year."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from assistance.demo.drawing import in_order
from assistance.demo.known import YEAR
from assistance.demo.partners import Partner, partners_in
from assistance.demo.tables import table
from assistance.demo.ties import Ties
from assistance.models import Business, BusinessKind
from households.demo.naming import given_name, surname
from households.models import Sex
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from jiangjin.common.set_based import add_rows


def fill(context: DemoContext) -> Counts:
    """Make the county's businesses, their ties to households and the gains of the year."""
    places = context.get(DemoPlaces)
    partners = partners_in(places.county)
    businesses = Founder(context, places, partners).businesses()
    add_rows(Business, businesses)
    ties = Ties(context, places, businesses)
    return {"businesses": len(businesses), **ties.write(partners)}


def foreign(*, first: bool) -> str:
    """Businesses that were there before the demo."""
    return _("business entities") if first and Business.objects.exists() else ""


class Founder:
    """Decides which businesses there are, and where."""

    def __init__(self, context: DemoContext, places: DemoPlaces, partners: Sequence[Partner]) -> None:
        self.context = context
        self.places = places
        self.rng: random.Random = context.rng("businesses")
        self.words = table("businesses")
        self.members = Counter(partner.village for partner in partners if partner.surveyed_on is not None)
        self.names: set[tuple[int, str]] = set()

    def businesses(self) -> list[Business]:
        """All of them; the cooperatives that had closed before the year's end last."""
        firms = [self._firm(number, village) for number, village in enumerate(self._firm_villages())]
        cooperatives = [self._cooperative(village) for village in self._cooperative_villages()]
        inns = [self._inn(village) for village in self._inn_villages()]
        associations = [self._association(village) for village in self._association_villages()]
        closed = [self._closed() for _number in range(self.context.part_of(self.words["closed"]))]
        return [*firms, *cooperatives, *inns, *associations, *closed]

    def _count(self, kind: BusinessKind) -> int:
        return self.context.part_of(self.words["count"][kind])

    def _town(self, village: Area) -> str:
        """The end of a town's code, which is the same in every county of the demo."""
        return self.places.town_of(village).code[len(self.places.county.code) :]

    def _in_towns(self, weights: dict[str, float], count: int) -> list[Area]:
        """Villages of weighted towns, several businesses in one where there are many."""
        villages = [village for village in self.places.villages if self._town(village) in weights]
        return self.rng.choices(villages, weights=[weights[self._town(village)] for village in villages], k=count)

    def _firm_villages(self) -> list[Area]:
        return self._in_towns(self.words["firm_towns"], self._count(BusinessKind.LEAD_FIRM))

    def _inn_villages(self) -> list[Area]:
        return self._in_towns(self.words["tourist_towns"], self._count(BusinessKind.FARM_INN))

    def _association_villages(self) -> list[Area]:
        poor = [village for village in self.places.villages if village.pk in self.places.poor]
        return in_order(self.rng, poor, lambda _village: 1)[: self._count(BusinessKind.MUTUAL_AID)]

    def _cooperative_villages(self) -> list[Area]:
        """Each town with members has one as long as there are enough, the towns with most members several; within a town they
        stand in the villages with most members."""
        villages = sorted(self.places.villages, key=lambda village: (-self.members[village.pk], village.code))
        by_town: dict[int, list[Area]] = {}
        for village in villages:
            if self.members[village.pk]:
                by_town.setdefault(self.places.town_of(village).pk, []).append(village)
        members = {town: sum(self.members[village.pk] for village in here) for town, here in by_town.items()}
        chosen: list[Area] = []
        taken: Counter[int] = Counter()
        for _number in range(max(self._count(BusinessKind.COOPERATIVE), bool(members))):
            free = [town for town, here in by_town.items() if taken[town] < len(here)]
            if not free:
                break
            town = max(free, key=lambda town: (not taken[town], members[town] / (taken[town] + 1), -town))
            chosen.append(by_town[town][taken[town]])
            taken[town] += 1
        return chosen

    def _firm(self, number: int, village: Area) -> Business:
        word, line = self.words["firms"][number % len(self.words["firms"])]
        name = self.words["firm_name"].format(place=_short(self.places.county.name), word=word)
        return self._business(BusinessKind.LEAD_FIRM, name, village, line)

    def _cooperative(self, village: Area) -> Business:
        short, line = self.rng.choice(self.words["cooperative_lines"])
        word = self.rng.choice(self.words["cooperative_words"])
        name = self.words["cooperative_name"].format(place=_short(village.name), word=word, line=short)
        return self._business(BusinessKind.COOPERATIVE, name, village, line)

    def _inn(self, village: Area) -> Business:
        name = self.rng.choice(self.words["inn_names"]).format(surname=surname(self.rng))
        return self._business(BusinessKind.FARM_INN, name, village, self.rng.choice(self.words["inn_lines"]))

    def _association(self, village: Area) -> Business:
        name = self.words["mutual_aid_name"].format(village=village.name)
        return self._business(BusinessKind.MUTUAL_AID, name, village, self.words["mutual_aid_line"])

    def _closed(self) -> Business:
        business = self._cooperative(self.rng.choice(self.places.villages))
        business.closed_on = business.founded_on + (dt.date(YEAR, 6, 30) - business.founded_on) * 4 // 5
        business.close_reason = self.words["close_reason"]
        return business

    def _business(self, kind: BusinessKind, name: str, village: Area, line: str) -> Business:
        first, last = map(dt.date.fromisoformat, self.words["founded"][kind])
        unique = name
        while (village.pk, unique) in self.names:
            unique = f"{surname(self.rng)}{name[1:]}" if kind == BusinessKind.FARM_INN else f"{unique}（新）"
        self.names.add((village.pk, unique))
        sex = self.rng.choice((Sex.MALE, Sex.MALE, Sex.FEMALE))
        return Business(
            kind=kind,
            name=unique,
            village=village,
            line=line,
            in_charge=surname(self.rng) + given_name(self.rng, sex, "middle"),
            founded_on=first + dt.timedelta(days=self.rng.randint(0, (last - first).days)),
            note=self.words["note"],
        )


def _short(name: str) -> str:
    """A place without what it is: 复建村 → 复建."""
    return name[:-1] if len(name) > 2 else name


parts.register(DemoPart(code="businesses", order=57, fill=fill, foreign=foreign))
