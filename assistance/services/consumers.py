"""Who is told when the facts of a visit month change (jiangjin.changes)."""

from jiangjin.changes.services import Fact, register_consumer

VISIT_CHECK = register_consumer("visit_check", reads=[Fact.HOUSEHOLD, Fact.ASSIGNMENT, Fact.VISIT, Fact.ABSENCE])
