"""Which records pages of the household file are asked about when they are measured: the first that the user may see."""

from typing import Any

from households.models import HelperAssignment, Household, Member, RosterImport
from jiangjin.common import clock
from jiangjin.common.bench import Sample, samples

MEMBER_PAGES = ["member", "member_facts", "leave", "reveal"]
ROSTER_PAGES = ["import", "import_refused"]


def household(user: Any) -> dict[str, Any]:
    """A household by its number."""
    found = Household.objects.visible_to(user).order_by("number").first()
    return {"number": found.number} if found is not None else {}


def member(user: Any) -> dict[str, Any]:
    """One of the household's people, whose identity number could be shown."""
    present = Member.objects.present(clock.today()).filter(household__number=household(user).get("number"))
    found = present.order_by("pk").first()
    return {"pk": found.pk, "kind": "member", "field": "identity"} if found is not None else {}


def assignment(user: Any) -> dict[str, Any]:
    """Who answers for the household."""
    answering = HelperAssignment.objects.active(clock.today()).filter(household__number=household(user).get("number"))
    found = answering.order_by("pk").first()
    return {"pk": found.pk} if found is not None else {}


def roster(user: Any) -> dict[str, Any]:
    """A roster that was uploaded."""
    found = RosterImport.objects.visible_to(user).order_by("pk").first()
    return {"pk": found.pk} if found is not None else {}


def village(user: Any) -> dict[str, Any]:
    """The household's village."""
    found = Household.objects.visible_to(user).order_by("number").first()
    return {"village": found.village_id} if found is not None else {}


def simulated_line(_user: Any) -> dict[str, Any]:
    """A line in yuan to be tried, the one of 2014 raised by a fifth or so."""
    return {"line": 3350}


samples.register(Sample("number", household))
samples.register(Sample("member", member, [f"households:{page}" for page in MEMBER_PAGES]))
samples.register(Sample("assignment", assignment, ["households:end_assignment"]))
samples.register(Sample("roster", roster, [f"households:{page}" for page in ROSTER_PAGES]))
samples.register(Sample("village", village, ["households:place"]))
samples.register(Sample("simulated_line", simulated_line, ["households:evaluations_simulate"]))
