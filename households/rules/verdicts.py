"""Facts and rules put together: the statement that judges a population."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import IntegerField, QuerySet, Value

from households.models.exit_facts import ExitFacts
from households.models.household import Household
from households.rules import EXIT_RULES, in_force
from households.rules.exit_rule import overall
from households.rules.facts import FACTS, Lines, facts
from jiangjin.common.set_based import Statement, with_

VERDICTS = [rule.code for rule in EXIT_RULES]
# The columns of a judged row besides the household's: the verdict, one by condition, and the facts used.
JUDGED = ["verdict", *VERDICTS, *FACTS]


def judged(
    households: QuerySet[Household], *, as_of: dt.date, lines: Lines, constants: Mapping[str, Value] | None = None
) -> Statement:
    """One row for each of `households` that is judged on the day: `household_id`, JUDGED, then `constants` by column name.

    A rule that is not in force leaves NULL in its column and does not count.
    """
    rules = in_force(as_of)
    # Prefixed inside the query, where the name of a foreign key's column would clash with the field.
    constants = {f"constant_{name}": value for name, value in (constants or {}).items()}
    verdicts = {
        rule.code: rule.verdict if rule in rules else Value(None, output_field=IntegerField(null=True))
        for rule in EXIT_RULES
    }
    query = (
        ExitFacts.objects.annotate(**verdicts)
        .annotate(verdict=overall([rule.code for rule in rules]), **constants)
        .values_list("household_id", *JUDGED, *constants)
    )
    return with_(
        [facts(households, as_of=as_of, lines=lines).named(ExitFacts._meta.db_table)],
        Statement.of(query, ["household_id", *JUDGED, *(name.removeprefix("constant_") for name in constants)]),
    )
