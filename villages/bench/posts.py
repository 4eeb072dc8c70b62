"""Which records the pages of who answers for a village, and what it was told, are asked about when they are measured."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from jiangjin.common import clock
from jiangjin.common.bench import Sample, samples
from villages.models import (
    DistrictLeader,
    LeaderLink,
    PoorVillage,
    PublicityEvent,
    ResidentTeam,
    SupportGroupMember,
    TrainedPerson,
    VillagePost,
)
from villages.permissions import VIEW

# Pages of one village: tabs by its code, forms that ask for it.
TABS = ["tab_posts", "tab_trained", "tab_publicity"]
FORMS = ["post_new", "team_new", "support_group_new", "trained_new", "publicity_new"]


def poor_village(user: Any) -> str | None:
    """The code of the first poor village that the user may see."""
    found = PoorVillage.objects.visible_to(user, VIEW).select_related("village").order_by("village__path").first()
    return found.village.code if found is not None else None


def tab(user: Any) -> dict[str, Any]:
    """A village's tabs."""
    return {"code": code} if (code := poor_village(user)) else {}


def form(user: Any) -> dict[str, Any]:
    """A village that something is written down for."""
    return {"village": code} if (code := poor_village(user)) else {}


def first(argument: str, rows: Callable[[], QuerySet[Any]]) -> Callable[[Any], Mapping[str, Any]]:
    """The first row that the user may see, as the argument of an address."""

    def values(user: Any) -> Mapping[str, Any]:
        found = rows().visible_to(user, VIEW).order_by("pk").first()  # type: ignore[attr-defined]
        return {argument: found.pk} if found is not None else {}

    return values


samples.register(Sample("village_tab", tab, [f"villages:{page}" for page in TABS]))
samples.register(Sample("village_form", form, [f"villages:{page}" for page in FORMS]))
# The records that forms still act on: in force, not withdrawn. A group is named as its model is.
for code, in_force in {
    "leader": lambda: DistrictLeader.objects.active(clock.today()),
    "link": lambda: LeaderLink.objects.active(clock.today()),
    "post": lambda: VillagePost.objects.active(clock.today()),
    "team": lambda: ResidentTeam.objects.active(clock.today()),
    "group_member": lambda: SupportGroupMember.objects.active(clock.today()).filter(is_lead=False),
    "trained": lambda: TrainedPerson.objects.standing(),
    "publicity": lambda: PublicityEvent.objects.standing(),
}.items():
    samples.register(Sample(code, first(code, in_force)))
