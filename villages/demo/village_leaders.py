"""The district's leaders and what they are linked to: every town, every poor village at least twice, households there."""

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass, field

from households.models import Household
from jiangjin.areas.demo import DemoPlaces, is_community
from jiangjin.areas.models import Area
from jiangjin.common.demo import Counts, DemoContext
from villages.demo.village_tables import YEAR, invented_name, table, weekday
from villages.models import DistrictLeader, LeaderLink
from villages.services.records import named

# Leaders were assigned after the work meeting in the new year.
LINKED_FROM, LINKED_TO = "01-12", "02-06"
HANDED_OVER_FROM, HANDED_OVER_TO = "06-15", "08-28"


@dataclass
class Planned:
    """One leader's links, in places of the county."""

    town: Area
    villages: list[Area] = field(default_factory=list)


def fill_leaders(context: DemoContext, places: DemoPlaces) -> Counts:
    """Make the leaders and their links."""
    rng, words = context.rng("leaders"), table("village_leaders")
    planned = _plan(rng, places, len(words["leaders"]), least=words["least_for_a_poor_village"])
    households = _households([village for plan in planned for village in plan.villages])
    leaders: list[DistrictLeader] = []
    links: list[LeaderLink] = []
    for position, (plan, (office, title)) in enumerate(zip(planned, words["leaders"], strict=True)):
        since = weekday(rng, LINKED_FROM, LINKED_TO)
        leader = _leader(rng, places.county, office, title, position, dt.date(rng.choice((2011, 2012, 2013)), 12, 20))
        targets = _targets(rng, plan, households, since)
        if position in words["handed_over"]:
            until = weekday(rng, HANDED_OVER_FROM, HANDED_OVER_TO)
            former = _leader(rng, places.county, office, title, position, leader.starts_on)
            former.ends_on, former.end_reason = until, rng.choice(words["end_reasons"])
            leader.starts_on = until + dt.timedelta(days=1)
            leaders.append(former)
            links += [
                LeaderLink(leader=former, starts_on=since, ends_on=until, end_reason=former.end_reason, **target)
                for target in targets
            ]
            since = leader.starts_on
        leaders.append(leader)
        links += [LeaderLink(leader=leader, starts_on=since, **target) for target in targets]
    DistrictLeader.objects.bulk_create(leaders)
    for link in links:
        link.leader = link.leader  # it has its key now
    LeaderLink.objects.bulk_create(links)
    return {"leaders": len(leaders), "leader_links": len(links)}


def _plan(rng: random.Random, places: DemoPlaces, count: int, *, least: int) -> list[Planned]:
    """Every town has a leader, towns with poor villages a second one as far as they go. A poor village's leaders are those of its
    town, and neighbours' where these do not suffice; whoever has none then takes another village of their town."""
    poor = [village for village in places.villages if village.pk in places.poor]
    poor_towns = list({village.parent_id: places.town_of(village) for village in poor}.values())
    towns = [*places.towns, *poor_towns, *rng.sample(places.towns, len(places.towns))][:count]
    planned = [Planned(town) for town in towns]
    by_town: dict[int, list[Planned]] = defaultdict(list)
    for plan in planned:
        by_town[plan.town.pk].append(plan)
    poor_town_keys = {town.pk for town in poor_towns}
    spare = [plan for plan in planned if plan.town.pk not in poor_town_keys]
    rng.shuffle(spare)
    for village in poor:
        own = sorted(by_town[places.town_of(village).pk], key=lambda plan: len(plan.villages))[:least]
        borrowed = [spare.pop() for _missing in range(least - len(own)) if spare]
        for plan in [*own, *borrowed]:
            plan.villages.append(village)
    for plan in planned:
        if not plan.villages:
            there = [village for village in places.villages if village.parent_id == plan.town.pk]
            plan.villages.append(rng.choice([village for village in there if not is_community(village)] or there))
    rng.shuffle(planned)
    return planned


def _households(villages: list[Area]) -> dict[int, list[int]]:
    """Households of the villages that were on the roll when the year began, by village."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Household.objects.filter(village__in=villages, registered_on__lt=dt.date(YEAR, 1, 1)).order_by("number")
    for village, household in rows.values_list("village_id", "pk"):
        found[village].append(household)
    return found


def _targets(
    rng: random.Random, plan: Planned, households: dict[int, list[int]], since: dt.date
) -> list[dict[str, Area | int]]:
    """What the leader is linked to: town, villages, and a household of one of them where there is any."""
    targets: list[dict[str, Area | int]] = [{"area": area} for area in (plan.town, *plan.villages)]
    there = households.get(plan.villages[0].pk, [])
    if there:
        targets.append({"household_id": there.pop(rng.randrange(len(there)))})
    return targets


def _leader(rng: random.Random, county: Area, office: str, title: str, position: int, since: dt.date) -> DistrictLeader:
    return DistrictLeader(
        county=county,
        office=office,
        title=title,
        rank=position + 1,
        starts_on=since,
        **named(invented_name(rng, women=22)),
    )
