"""Who is told when a household's facts change (jiangjin.changes)."""

from jiangjin.changes.services import Fact, register_consumer

EXIT_EVALUATION = register_consumer("exit_evaluation", reads=[Fact.HOUSEHOLD, Fact.MEMBERS, Fact.YEAR])
