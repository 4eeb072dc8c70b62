"""Filters of the lists of who answers for a village and what it was told. Everything they know stands in the URL."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from households.forms.fields import DayField
from jiangjin.areas.models import AreaLevel
from jiangjin.common.components import Chip
from jiangjin.common.forms import SearchInput
from villages.models import (
    LeaderLink,
    LeaderOffice,
    PoorVillage,
    PostKind,
    PublicityKind,
    SupportGroupMember,
    TrainingKind,
    VillagePost,
)
from villages.rules import post_check
from villages.services.post_checks import VillageCheck

ANY = ("", _("any"))
ALL = "all"
DAY_HELP = _("Empty: today.")


def search_field(placeholder: Any) -> forms.CharField:
    """The box that stands first in a filter."""
    return forms.CharField(
        label=_("Search"), required=False, max_length=60, widget=SearchInput(attrs={"placeholder": placeholder})
    )


def select(label: Any, choices: list[Any], *, empty: Any = ANY) -> forms.ChoiceField:
    """A filter of fixed choices, as a select however few they are."""
    return forms.ChoiceField(
        label=label, required=False, choices=[empty, *choices], widget=forms.Select(attrs={"data-select": "1"})
    )


def people_named(text: str, prefix: str = "") -> Q:
    """People whose name contains the text, or whose pinyin or initials begin with it."""
    key = text.strip().lower()
    if key.isascii():
        return Q(**{f"{prefix}name_pinyin__startswith": key}) | Q(**{f"{prefix}name_initials__startswith": key})
    return Q(**{f"{prefix}name__contains": text.strip()})


class VillageFilter(forms.Form):
    """Base of these filters; nothing is hidden in them."""

    def linked(self) -> list[Chip]:
        """Chips of the filters that only links set."""
        return []


class DatedFilter(VillageFilter):
    """Base: rows in force on a day (today, if none is given), or all that ever were."""

    when = select(_("Which"), [(ALL, _("former ones, too"))], empty=("", _("in force on the day")))
    on = DayField(label=_("On the day"), required=False)

    def day(self, today: dt.date) -> dt.date:
        """The day that is asked about."""
        return self.cleaned_data["on"] or today

    def in_force(self, rows: Any, *, today: dt.date) -> Any:
        """The rows of the day; all of them where that is asked for."""
        return rows if self.cleaned_data["when"] == ALL else rows.active(self.day(today))


class PostFilter(DatedFilter):
    """Name, unit or village; which post; on which day."""

    q = search_field(_("Name, pinyin, unit or village"))
    kind = select(_("Post"), PostKind.choices)

    field_order = ("q", "kind", "when", "on")

    def apply(self, posts: Any, *, today: dt.date) -> Any:
        """The posts that pass the filters."""
        values = self.cleaned_data
        if values["when"] != ALL:
            posts = posts.in_post(self.day(today))
        if values["q"]:
            text = values["q"].strip()
            posts = posts.filter(people_named(text) | Q(unit__name__contains=text) | Q(village__name__contains=text))
        return posts.filter(kind=values["kind"]) if values["kind"] else posts


class TeamFilter(DatedFilter):
    """Village or somebody in the team; on which day."""

    q = search_field(_("Village, name or pinyin"))

    field_order = ("q", "when", "on")

    def apply(self, teams: Any, *, today: dt.date) -> Any:
        """The teams that pass the filters."""
        teams = self.in_force(teams, today=today)
        text = self.cleaned_data["q"].strip()
        if text:
            people = VillagePost.objects.filter(people_named(text), team=OuterRef("pk"))
            teams = teams.filter(Q(village__name__contains=text) | Exists(people))
        return teams


class LeaderFilter(DatedFilter):
    """Name or title, body, what they are linked to in the chosen area, on which day."""

    TOWN, VILLAGE, HOUSEHOLD = "town", "village", "household"

    q = search_field(_("Name, pinyin or title"))
    office = select(_("Body"), LeaderOffice.choices)
    to = select(_("Linked to"), [(TOWN, _("a town")), (VILLAGE, _("a village")), (HOUSEHOLD, _("a household"))])

    field_order = ("q", "office", "to", "when", "on")

    def apply(self, leaders: Any, *, today: dt.date, links: QuerySet[LeaderLink] | None) -> Any:
        """The leaders that pass the filters. `links`: those that the list is about, where it is about a part of the district; a
        leader of the whole district needs none."""
        values = self.cleaned_data
        leaders = self.in_force(leaders, today=today)
        if values["q"]:
            leaders = leaders.filter(people_named(values["q"]) | Q(title__contains=values["q"].strip()))
        if values["office"]:
            leaders = leaders.filter(office=values["office"])
        if links is None and not values["to"]:
            return leaders
        asked = self.in_force(LeaderLink.objects.all() if links is None else links, today=today)
        asked = asked.filter(self.targets()) if values["to"] else asked
        return leaders.filter(Exists(asked.filter(leader=OuterRef("pk"))))

    def targets(self) -> Q:
        """Links to what is asked for."""
        levels = {self.TOWN: Q(area__level=AreaLevel.TOWN), self.VILLAGE: Q(area__level=AreaLevel.VILLAGE)}
        return levels.get(self.cleaned_data["to"], Q(household__isnull=False))


class GroupFilter(DatedFilter):
    """Name of the group, of a unit in it or of the village; on which day."""

    q = search_field(_("Group, unit or village"))

    field_order = ("q", "when", "on")

    def apply(self, groups: Any, *, today: dt.date) -> Any:
        """The groups that pass the filters."""
        groups = self.in_force(groups, today=today)
        text = self.cleaned_data["q"].strip()
        if text:
            units = SupportGroupMember.objects.filter(group=OuterRef("pk"), unit__name__contains=text)
            groups = groups.filter(Q(name__contains=text) | Q(village__name__contains=text) | Exists(units))
        return groups


class WithdrawableFilter(VillageFilter):
    """Base: what stands, unless what was withdrawn is asked for."""

    withdrawn = select(_("Withdrawn"), [("yes", _("withdrawn")), (ALL, _("all"))], empty=("", _("standing")))

    def standing(self, rows: Any) -> Any:
        """Rows that stand, were withdrawn, or both."""
        if self.cleaned_data["withdrawn"] == ALL:
            return rows
        return rows.filter(withdrawn_at__isnull=self.cleaned_data["withdrawn"] != "yes")


class TrainedFilter(WithdrawableFilter):
    """Name, what was taught or village; trained as what, by which day."""

    q = search_field(_("Name, pinyin, course or village"))
    kind = select(_("Trained as"), TrainingKind.choices)
    since = DayField(label=_("Finished since"), required=False)
    until = DayField(label=_("Finished until"), required=False)

    field_order = ("q", "kind", "since", "until", "withdrawn")

    def apply(self, people: Any) -> Any:
        """The people who pass the filters."""
        values = self.cleaned_data
        people = self.standing(people)
        if values["q"]:
            text = values["q"].strip()
            found = people_named(text) | Q(subject__contains=text) | Q(village__name__contains=text)
            people = people.filter(found)
        if values["kind"]:
            people = people.filter(kind=values["kind"])
        if values["since"]:
            people = people.filter(finished_on__gte=values["since"])
        if values["until"]:
            people = people.filter(finished_on__lte=values["until"])
        return people


class PublicityFilter(WithdrawableFilter):
    """Topic or village; kind; days; what hangs on the boards on a day."""

    q = search_field(_("Topic, village or who held it"))
    kind = select(_("Kind"), PublicityKind.choices)
    since = DayField(label=_("Since"), required=False)
    until = DayField(label=_("Until"), required=False)
    on_show = forms.BooleanField(label=_("Hangs there today"), required=False)

    field_order = ("q", "kind", "since", "until", "withdrawn", "on_show")

    def apply(self, events: Any, *, today: dt.date) -> Any:
        """The events that pass the filters; by their first day."""
        values = self.cleaned_data
        events = self.standing(events)
        if values["q"]:
            text = values["q"].strip()
            found = Q(topic__contains=text) | Q(village__name__contains=text) | Q(held_by__contains=text)
            events = events.filter(found)
        if values["kind"]:
            events = events.filter(kind=values["kind"])
        if values["since"]:
            events = events.filter(starts_on__gte=values["since"])
        if values["until"]:
            events = events.filter(starts_on__lte=values["until"])
        return events.on_show(today) if values["on_show"] else events


class CheckFilter(VillageFilter):
    """Poor villages by what they lack; as of which day."""

    NOTHING, ANYTHING = "nothing", "anything"

    q = search_field(_("Village or town"))
    missing = select(
        _("What is missing"),
        [
            (ANYTHING, _("something")),
            *((norm.code, norm.label) for norm in post_check.NORMS),
            (NOTHING, _("nothing: complete")),
        ],
    )
    on = DayField(label=_("As of"), required=False)

    def day(self, today: dt.date) -> dt.date:
        """The day that is asked about."""
        return self.cleaned_data["on"] or today

    def apply(self, checks: list[VillageCheck]) -> list[VillageCheck]:
        """The checks that pass the filters."""
        text, missing = self.cleaned_data["q"].strip(), self.cleaned_data["missing"]
        return [check for check in checks if self._named(check, text) and self._lacks(check, missing)]

    def _named(self, check: VillageCheck, text: str) -> bool:
        village = check.poor.village
        return text in village.name or (village.parent is not None and text in village.parent.name)

    def _lacks(self, check: VillageCheck, missing: str) -> bool:
        if missing in (self.NOTHING, self.ANYTHING):
            return (check.missing == 0) == (missing == self.NOTHING)
        return not missing or check.lacks(missing)


class HouseholdsFilter(VillageFilter):
    """Households on the roll of poor villages on a day, with or without enough helpers."""

    WITH, WITHOUT = "with", "without"

    q = search_field(_("Name, pinyin, initials or number"))
    helped = select(_("Helpers"), [(WITHOUT, _("too few")), (WITH, _("enough"))])
    on = DayField(label=_("As of"), required=False)

    def day(self, today: dt.date) -> dt.date:
        """The day that is asked about."""
        return self.cleaned_data["on"] or today

    def apply(self, *, today: dt.date, least: int) -> Any:
        """The households that pass the filters. `least`: the helpers that each needs."""
        values, on = self.cleaned_data, self.day(today)
        households: Any = post_check.households_on_roll(on)
        enough = post_check.helped(households, on=on, least=least)
        if values["helped"] == self.WITH:
            households = enough
        elif values["helped"] == self.WITHOUT:
            households = households.exclude(pk__in=enough.order_by().values("pk"))
        poor = post_check.poor_on(PoorVillage.objects.all(), on).order_by().values("village")
        households = households.filter(village__in=poor)
        return households.search(values["q"]) if values["q"] else households
