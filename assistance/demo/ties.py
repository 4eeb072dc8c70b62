"""Which households of the demo take part in which business, since when, and what they gained in the year.

Exactly the households that the year's survey found in a cooperative are tied to one.
"""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal

from assistance.demo.drawing import in_order
from assistance.demo.known import YEAR
from assistance.demo.partners import Partner
from assistance.demo.tables import table
from assistance.models import Business, BusinessGain, BusinessKind, BusinessLink, BusinessTie
from households.demo.sums import share_out
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.areas.demo import DemoPlaces
from jiangjin.common.demo import Counts, DemoContext
from jiangjin.common.money import FEN_PER_YUAN
from jiangjin.common.set_based import add_rows

# A tie of the year begins in its first half, and before anybody surveys it.
FIRST, LAST = dt.date(YEAR - 1, 11, 17), dt.date(YEAR, 6, 26)
REPORTED_FROM, REPORTED_DAYS = dt.date(YEAR, 12, 4), 25


class Ties:
    """Ties of one county's businesses."""

    def __init__(self, context: DemoContext, places: DemoPlaces, businesses: Sequence[Business]) -> None:
        self.rng: random.Random = context.rng("business ties")
        self.words = table("businesses")
        self.places = places
        self.part_of = context.part_of
        self.officer = context.get(DemoAccounts).officer
        self.by_kind: dict[str, list[Business]] = {kind: [] for kind in BusinessKind.values}
        for business in businesses:
            if business.closed_on is None:
                self.by_kind[business.kind].append(business)
        self.links: list[BusinessLink] = []
        self.partner_of: dict[int, Partner] = {}

    def write(self, partners: Sequence[Partner]) -> Counts:
        """Make the ties of these households and what they gained; returns the counts."""
        members = [partner for partner in partners if partner.surveyed_on is not None]
        self._tie_members(members)
        in_cooperatives = len(self.links)
        self._tie_villages(partners)
        self._tie_firms(partners)
        add_rows(BusinessLink, self.links)
        gains = [*self._member_gains(self.links[:in_cooperatives]), *self._other_gains(self.links[in_cooperatives:])]
        add_rows(BusinessGain, gains)
        return {"business_links": len(self.links), "business_gains": len(gains), "cooperative_members": len(members)}

    def _tie_members(self, members: Sequence[Partner]) -> None:
        cooperatives = self.by_kind[BusinessKind.COOPERATIVE]
        if not cooperatives:
            return
        nearest = self._nearest(cooperatives)
        for partner in members:
            business = nearest[partner.village]
            first = self._tie(business, partner)
            if self.rng.randrange(100) < self.words["second_tie_in_a_hundred"]:
                self._tie(business, partner, other_than=first.tie)

    def _nearest(self, businesses: Sequence[Business]) -> dict[int, Business]:
        """For each village the one in it, else one of its town, else one of the county."""
        by_village = {business.village_id: business for business in businesses}
        by_town: dict[int, list[Business]] = {}
        for business in businesses:
            by_town.setdefault(self.places.town_of(business.village).pk, []).append(business)
        found = {}
        for place, village in enumerate(self.places.villages):
            here = by_town.get(self.places.town_of(village).pk, businesses)
            found[village.pk] = by_village.get(village.pk) or here[place % len(here)]
        return found

    def _tie_villages(self, partners: Sequence[Partner]) -> None:
        """Mutual-aid associations have members in their village, farm inns employ or buy from somebody there."""
        by_village: dict[int, list[Partner]] = {}
        for partner in partners:
            by_village.setdefault(partner.village, []).append(partner)
        share = self.words["households"]["mutual_aid_in_a_hundred"]
        for business in self.by_kind[BusinessKind.MUTUAL_AID]:
            for partner in by_village.get(business.village_id, []):
                if self.rng.randrange(100) < share:
                    self._tie(business, partner)
        for business in self.by_kind[BusinessKind.FARM_INN]:
            here = by_village.get(business.village_id, [])
            if here and self.rng.random() < self.words["households"]["farm_inn"]:
                self._tie(business, self.rng.choice(here))

    def _tie_firms(self, partners: Sequence[Partner]) -> None:
        firms = self.by_kind[BusinessKind.LEAD_FIRM]
        count = self.part_of(self.words["households"]["lead_firm"]) if firms else 0
        chosen = in_order(self.rng, partners, lambda partner: 1 if partner.surveyed_on is None else 0.4)[:count]
        for place, partner in enumerate(chosen):
            self._tie(firms[place % len(firms)], partner)

    def _tie(self, business: Business, partner: Partner, *, other_than: str = "") -> BusinessLink:
        kinds = [kind for kind in self.words["ties"][business.kind] if kind != other_than]
        weights = [self.words["ties"][business.kind][kind] for kind in kinds]
        tie = self.rng.choices(kinds, weights=weights)[0]
        first = max(FIRST, business.founded_on, partner.registered_on) + dt.timedelta(days=7)
        last = max(first, min(LAST, partner.surveyed_on or LAST))
        starts_on = first + dt.timedelta(days=self.rng.randint(0, (last - first).days))
        name = self.words["contract_names"][tie]
        share_yuan = self.rng.randrange(200, 1001, 100) if business.kind == BusinessKind.MUTUAL_AID else 0
        link = BusinessLink(
            business=business,
            household_id=partner.pk,
            tie=tie,
            starts_on=starts_on,
            contract=self.words["contract"].format(tie=name, year=starts_on.year, number=len(self.links) % 900 + 1),
        )
        if tie == BusinessTie.SHARE:
            link.share_fen = (share_yuan or self.rng.randrange(1000, 8001, 500)) * FEN_PER_YUAN
        elif tie == BusinessTie.LAND:
            link.land_mu = Decimal(self.rng.randint(5, 40)) / 10
        self.links.append(link)
        self.partner_of[partner.pk] = partner
        return link

    def _member_gains(self, links: Sequence[BusinessLink]) -> list[BusinessGain]:
        """Of most members of cooperatives, with the mean that the table wants; what a household has of several ties adds up."""
        by_household: dict[int, list[BusinessLink]] = {}
        for link in links:
            by_household.setdefault(link.household_id, []).append(link)
        unreported = self.words["unreported_in_a_hundred"]
        reported = [own for own in by_household.values() if self.rng.randrange(100) >= unreported]
        if not reported:
            return []
        partners = [self.partner_of[own[0].household_id] for own in reported]
        total = sum(partner.persons for partner in partners) * self.words["gain_yuan_per_person"]
        shares = [partner.net_yuan * self.rng.uniform(0.4, 0.62) for partner in partners]
        gains = []
        for own, yuan in zip(reported, share_out(total, shares), strict=True):
            parts = share_out(yuan, [self.rng.uniform(0.4, 1) for _link in own])
            gains += [self._gain(link, part) for link, part in zip(own, parts, strict=True)]
        return gains

    def _other_gains(self, links: Sequence[BusinessLink]) -> list[BusinessGain]:
        """Of two thirds of the others, some tenths of what they earn."""
        return [
            self._gain(link, round(self.partner_of[link.household_id].net_yuan * self.rng.uniform(0.05, 0.25)))
            for link in links
            if self.rng.randrange(3)
        ]

    def _gain(self, link: BusinessLink, yuan: int) -> BusinessGain:
        return BusinessGain(
            link=link,
            year=YEAR,
            gain_fen=yuan * FEN_PER_YUAN,
            basis=self.words["basis"][link.tie],
            reported_on=REPORTED_FROM + dt.timedelta(days=self.rng.randint(0, REPORTED_DAYS)),
            recorded_by=self.officer,
        )
