"""Who qualifies for measures and has them, lacks them, or cannot be told: set-wise for any set of households as of a day.

The same statement answers for one household, for the list and for the figures above it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.lookups import Exact

from assistance.models import EligibilityState, HouseholdEligibility, Measure, MeasureTarget, PersonEligibility
from assistance.rules.eligibility import BY_CODE
from assistance.rules.eligibility.facts import (
    HOUSEHOLD_FACTS,
    MOST_MEASURES,
    PERSON_FACTS,
    bits,
    household_facts,
    person_facts,
)
from assistance.rules.eligibility.rule import EligibilityRule
from households.models import Household, Tier
from jiangjin.areas.models import Area
from jiangjin.common.set_based import Statement, tally, with_

Facts: TypeAlias = HouseholdEligibility | PersonEligibility
MODELS: dict[str, type[Facts]] = {
    MeasureTarget.HOUSEHOLD: HouseholdEligibility,
    MeasureTarget.PERSON: PersonEligibility,
}
COLUMNS = {MeasureTarget.HOUSEHOLD: HOUSEHOLD_FACTS, MeasureTarget.PERSON: PERSON_FACTS}
SUBJECT = {MeasureTarget.HOUSEHOLD: "household_id", MeasureTarget.PERSON: "member_id"}
COUNTED = (EligibilityState.HAS, EligibilityState.LACKS, EligibilityState.NOT_VERIFIED, EligibilityState.OTHERWISE)


@dataclass(frozen=True)
class Figures:
    """Households or persons (as the measure enrols) by how they stand to one measure.

    mandatory: how many of those that lack it belong to a tier for which it is mandatory.
    """

    has: int = 0
    lacks: int = 0
    not_verified: int = 0
    otherwise: int = 0
    mandatory: int = 0

    @property
    def qualifies(self) -> int:
        return self.has + self.lacks


@dataclass(frozen=True)
class Standing:
    """How one household or person stands to one measure, and the sentence that says why."""

    measure: Measure
    facts: Facts
    state: EligibilityState

    @property
    def rule(self) -> EligibilityRule:
        return BY_CODE[self.measure.eligibility]

    @property
    def sentence(self) -> str:
        return self.rule.explain(self.facts)

    @property
    def is_mandatory(self) -> bool:
        return self.measure.is_mandatory_for(self.facts.tier)


def with_rule(on: dt.date) -> list[Measure]:
    """The measures on offer that have a rule, in the order of the catalogue."""
    return [each for each in Measure.objects.in_force(on).exclude(eligibility="") if rule_of(each) is not None]


def rule_of(measure: Measure) -> EligibilityRule | None:
    """The rule by which one qualifies; None where there is none, or it asks other subjects than the measure enrols."""
    rule = BY_CODE.get(measure.eligibility)
    return rule if rule is not None and rule.target == measure.target else None


def figures(households: QuerySet[Household], *, as_of: dt.date, measures: Sequence[Measure]) -> dict[int, Figures]:
    """By measure, of all households of the queryset that are on the roll or followed on the day. Two statements, however many
    measures (up to 62)."""
    found = {measure.pk: Figures() for measure in measures}
    for _target, wanted, judged in _judged(households, as_of=as_of, measures=measures):
        # Few combinations of states occur: grouped by them, each state is worked out once a row.
        rows = tally(judged, by=["tier", *(_state(measure) for measure in wanted)])
        for place, measure in enumerate(wanted, start=1):
            found[measure.pk] = _summed(measure, ((row[0], row[place], row[-1]) for row in rows))
    return found


def by_place(
    households: QuerySet[Household], *, as_of: dt.date, measure: Measure, villages: bool
) -> dict[int, Figures]:
    """By village or by town (their numbers), of one measure."""
    towns = {} if villages else dict(Area.objects.villages().values_list("pk", "parent"))
    found: dict[int, list[tuple[str, int, int]]] = {}
    for _target, _wanted, judged in _judged(households, as_of=as_of, measures=[measure]):
        for village, *row in tally(judged, by=["village_id", "tier", _state(measure)]):
            found.setdefault(towns.get(village) or village, []).append((row[0], row[1], row[2]))
    return {place: _summed(measure, rows) for place, rows in found.items()}


def subjects(
    households: QuerySet[Household],
    *,
    as_of: dt.date,
    measure: Measure,
    states: Collection[int],
    mandatory_only: bool = False,
) -> Any:
    """The numbers of households or members (as the measure enrols) in one of the states, to stand behind `pk__in`."""
    for target, _wanted, judged in _judged(households, as_of=as_of, measures=[measure]):
        marks = ", ".join(["%s"] * len(states))
        tier = f" AND {_in_mandatory_tier(measure)}" if mandatory_only else ""
        chosen = Statement(
            f"SELECT {SUBJECT[target]} FROM judged WHERE {_state(measure)} IN ({marks}){tier}",
            tuple(int(state) for state in states),
            (SUBJECT[target],),
        )
        return with_([judged.named("judged")], chosen).only(SUBJECT[target])
    return []


def standings(
    households: QuerySet[Household],
    *,
    as_of: dt.date,
    measures: Sequence[Measure],
    members: Collection[int] | None = None,
) -> list[Standing]:
    """How each household, and each of its members, stands to each measure; for one household or the rows of one page.

    members: of persons only these.
    """
    found = []
    for target, wanted, judged in _judged(households, as_of=as_of, measures=measures):
        names = [*COLUMNS[target], *(_state(measure) for measure in wanted)]
        chosen = ""
        params: tuple[int, ...] = ()
        if target == MeasureTarget.PERSON and members is not None:
            if not members:
                continue
            chosen, params = f" WHERE member_id IN ({', '.join(['%s'] * len(members))})", tuple(members)
        rows = with_(
            [judged.named("judged")],
            Statement(f"SELECT {', '.join(names)} FROM judged{chosen} ORDER BY {SUBJECT[target]}", params, ()),
        ).rows()
        for row in rows:
            facts = MODELS[target](**dict(zip(COLUMNS[target], row, strict=False)))
            states = row[len(COLUMNS[target]) :]
            found += [
                Standing(measure, facts, EligibilityState(state)) for measure, state in zip(wanted, states, strict=True)
            ]
    return found


def judged_rows(
    households: QuerySet[Household], *, as_of: dt.date, measures: Sequence[Measure]
) -> Iterator[tuple[MeasureTarget, list[Measure], Iterator[tuple[dict[str, Any], tuple[int, ...]]]]]:
    """For households and for persons: the measures asked for, and rows of (facts by column, a state a measure)."""
    for target, wanted, judged in _judged(households, as_of=as_of, measures=measures):
        columns = COLUMNS[target]
        yield (
            target,
            wanted,
            ((dict(zip(columns, row, strict=False)), row[len(columns) :]) for row in judged.rows()),
        )


def _judged(
    households: QuerySet[Household], *, as_of: dt.date, measures: Sequence[Measure]
) -> Iterator[tuple[MeasureTarget, list[Measure], Statement]]:
    """For households and for persons, where any of the measures asks for them: the facts with a state a measure."""
    if len(measures) > MOST_MEASURES:
        raise ValueError("too many measures for one go")
    for target in MeasureTarget:
        wanted = [measure for measure in measures if measure.target == target and rule_of(measure) is not None]
        if not wanted:
            continue
        make = household_facts if target == MeasureTarget.HOUSEHOLD else person_facts
        try:
            facts = make(households, as_of=as_of, measures=measures)
        except EmptyResultSet:  # nobody is chosen
            continue
        places = bits(measures)
        states = {_state(measure): _state_of(measure, places) for measure in wanted}
        columns = COLUMNS[target]
        rows = MODELS[target].objects.annotate(**states).order_by().values_list(*columns, *states)
        yield target, wanted, with_([facts], Statement.of(rows, [*columns, *states]))


def _state(measure: Measure) -> str:
    return f"state_{measure.pk}"


def _state_of(measure: Measure, places: Mapping[int, int]) -> Case:
    rule, bit = BY_CODE[measure.eligibility], places[measure.pk]
    is_held = Exact(F("held").bitand(bit), bit)
    return Case(
        When(
            is_held,
            then=Case(
                When(rule.condition, then=Value(EligibilityState.HAS)), default=Value(EligibilityState.OTHERWISE)
            ),
        ),
        When(rule.condition, then=Value(EligibilityState.LACKS)),
        # False and nothing else: a condition that is NULL is not verified.
        When(Exact(rule.qualifies, False), then=Value(EligibilityState.NOT)),
        default=Value(EligibilityState.NOT_VERIFIED),
        output_field=IntegerField(),
    )


def _summed(measure: Measure, rows: Iterable[tuple[str, int, int]]) -> Figures:
    """Figures of rows (tier, state, how many)."""
    counts = dict.fromkeys(EligibilityState, 0)
    mandatory = 0
    for tier, state, count in rows:
        counts[EligibilityState(state)] += count
        if state == EligibilityState.LACKS and measure.is_mandatory_for(tier):
            mandatory += count
    return Figures(**{state.name.lower(): counts[state] for state in COUNTED}, mandatory=mandatory)


def _in_mandatory_tier(measure: Measure) -> str:
    tiers = [tier for tier in Tier.values if measure.is_mandatory_for(tier)]
    return f"tier IN ({', '.join(repr(tier) for tier in tiers)})" if tiers else "1 = 0"
