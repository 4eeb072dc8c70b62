"""Who is told when something changes that roll-ups count (jiangjin.changes)."""

from jiangjin.changes.services import Fact, register_consumer

ROLLUPS = register_consumer(
    "rollups", reads=[Fact.HOUSEHOLD, Fact.MEMBERS, Fact.TIER, Fact.ASSIGNMENT, Fact.VISIT_CHECK, Fact.VERDICT]
)
