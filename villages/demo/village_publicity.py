"""What the county's villages were told in the year: meetings, policies, lists on the boards, most of them in December."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from households.models import Household, HouseholdStatus
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.accounts.models import User
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area, under
from jiangjin.common.demo import Counts, DemoContext
from jiangjin.evidence.demo import DrawnPhoto, store_drawn
from villages.demo.village_tables import YEAR, table, weekday
from villages.models import PublicityEvent, PublicityKind


def fill_publicity(context: DemoContext, places: DemoPlaces) -> Counts:
    """Meetings and postings in every village that has households on file, more of them in the poor ones."""
    rng, officer = context.rng("publicity"), context.get(DemoAccounts).officer
    exited = _households(places.county)
    events: list[PublicityEvent] = []
    for village in places.villages:
        if village.pk in exited:
            told = Telling(rng, village, places.groups[village.pk], officer, context.today)
            events += told.year(is_poor=village.pk in places.poor, has_exits=exited[village.pk] > 0)
    wrong = rng.choice([event for event in events if event.is_meeting])
    wrong.withdrawn_at = timezone.make_aware(dt.datetime.combine(wrong.recorded_on, dt.time(17, 5)))
    wrong.withdrawn_by, wrong.withdrawn_reason = officer, table("village_publicity")["withdrawn_reason"]
    stored = PublicityEvent.objects.bulk_create(events)
    photos = _photograph(context, [event for event in stored if event.village_id in places.poor])
    return {"publicity_events": len(events), "publicity_photos": photos}


def _photograph(context: DemoContext, events: list[PublicityEvent]) -> int:
    """A drawn photo of the list on the board of each of the villages; returns how many."""
    words = table("village_publicity")["photo"]
    boards = [event for event in events if event.kind == PublicityKind.EXIT_LIST and event.group is None]
    photos = [
        DrawnPhoto(
            scene=words["scene"],
            name=words["name"].format(day=f"{event.starts_on:%Y%m%d}"),
            caption=words["caption"].format(topic=event.topic),
            taken_on=event.starts_on,
            by=event.recorded_by,
        )
        for event in boards
    ]
    ties = PublicityEvent.evidence.through
    rows = zip(boards, store_drawn(photos, context.rng("publicity photos")), strict=True)
    ties.objects.bulk_create(ties(publicityevent_id=event.pk, evidencefile_id=photo.pk) for event, photo in rows)
    return len(boards)


def _households(county: Area) -> dict[int, int]:
    """How many households exited in the year, by village with any household on file."""
    exits = Q(status=HouseholdStatus.EXITED, status_on__year=YEAR)
    rows = Household.objects.filter(under(county.path, "village__path")).order_by().values_list("village")
    return dict(rows.annotate(exited=Count("pk", filter=exits)))


class Telling:
    """One village's year."""

    def __init__(
        self, rng: random.Random, village: Area, groups: list[Area], officer: User | None, today: dt.date
    ) -> None:
        self.rng, self.words = rng, table("village_publicity")
        self.village, self.groups, self.officer, self.today = village, groups, officer, today

    def year(self, *, is_poor: bool, has_exits: bool) -> Iterator[PublicityEvent]:
        """Everything of the year, lists of exits only where there are some."""
        words = self.words
        for row in words["meetings"]:
            if self._happens(row["chance"] if is_poor else words["chance_elsewhere"]):
                yield self._meeting(row)
        for row in words["policies"]:
            if self._happens(row["chance"]):
                yield self._board(PublicityKind.POLICY, row)
        for row in words["allowance_lists"]:
            yield self._board(PublicityKind.ALLOWANCE_LIST, row)
        if has_exits:
            posted = self._board(PublicityKind.EXIT_LIST, words["exit_list"])
            yield posted
            for group in self.groups if is_poor else []:
                if self._happens(words["group_exit_list"]["chance"]):
                    yield self._event(
                        PublicityKind.EXIT_LIST,
                        words["group_exit_list"]["topic"],
                        posted.starts_on,
                        ends_on=posted.ends_on,
                        group=group,
                        place=words["group_board_place"],
                        held_by=posted.held_by,
                    )

    def _happens(self, chance: int) -> bool:
        return self.rng.randrange(100) < chance

    def _meeting(self, row: dict[str, Any]) -> PublicityEvent:
        on = weekday(self.rng, row["from"], row["to"])
        group = self.rng.choice(self.groups) if self.groups and self._happens(self.words["group_meetings"]) else None
        places = self.words["meeting_places"] if group is None else [self.words["group_meeting_place"]]
        return self._event(
            PublicityKind.MEETING,
            row["topic"],
            on,
            ends_on=on,
            group=group,
            place=self.rng.choice(places),
            attendance=self.rng.randint(18, 55) if group is not None else self.rng.randint(32, 128),
            held_by=self.rng.choice(self.words["speakers"]),
        )

    def _board(self, kind: PublicityKind, row: dict[str, Any]) -> PublicityEvent:
        since = weekday(self.rng, row["from"], row["to"])
        until = since + dt.timedelta(days=self.rng.randint(*row["days"]))
        return self._event(
            kind,
            row["topic"],
            since,
            # What is still to be taken down has no last day yet.
            ends_on=until if until <= self.today else None,
            place=self.rng.choice(self.words["board_places"]),
            held_by=self.rng.choice(self.words["posted_by"]),
        )

    def _event(self, kind: PublicityKind, topic: str, starts_on: dt.date, **values: Any) -> PublicityEvent:
        return PublicityEvent(
            village=self.village,
            kind=kind,
            topic=topic,
            starts_on=starts_on,
            recorded_by=self.officer,
            recorded_on=min(starts_on + dt.timedelta(days=self.rng.randint(0, 4)), self.today),
            **values,
        )
