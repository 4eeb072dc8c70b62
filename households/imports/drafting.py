"""A plan → rows: drafts for new households, changes for those on file, all through the services."""

import datetime as dt
from collections.abc import Mapping

from households.imports.comparing import MemberPlan, Plan
from households.imports.register import OnFile
from households.models import Helper, Member, Relation
from households.services.batch import Batch
from households.services.drafts import HouseholdDraft, MemberDraft
from households.services.facts import put_conditions, put_income, put_member_year
from households.services.households import put_household
from households.services.members import new_member, put_member
from households.services.pairing import Who, put_hand_over
from households.services.places import GroupKey
from households.services.tiers import put_tier
from jiangjin.areas.models import Area


def draft(
    plan: Plan, *, facts_on: dt.date, groups: Mapping[GroupKey, Area], helpers: Mapping[Who, Helper]
) -> HouseholdDraft:
    """A household to be registered.

    Project assumption: the sheet does not say since when a household is on the roll and its people belong to it; the first day
    of the sheet's year is taken, and the birthday for who was born later.
    """
    fields = dict(plan.changes)
    group = fields.pop("group", None)
    if plan.new_group:
        group = groups[plan.village.pk, plan.new_group]
    return HouseholdDraft(
        number=plan.sheet.number,
        village=plan.village,
        group=group,
        members=[_member_draft(member) for member in plan.members],
        registered_on=dt.date(plan.sheet.year, 1, 1),
        year=plan.sheet.year,
        facts_on=facts_on,
        tier=plan.tier,
        fields=fields,
        income=plan.income or None,
        conditions=plan.conditions or None,
        helper=helpers[plan.helper] if plan.helper else None,
    )


def _member_draft(plan: MemberPlan) -> MemberDraft:
    sheet = plan.sheet
    if sheet.identity is None:
        raise ValueError(f"row {sheet.row + 1} has no identity number")
    return MemberDraft(
        name=sheet.name,
        relation=sheet.relation,
        sex=sheet.sex,
        identity=sheet.identity,
        ethnicity=sheet.values.get("ethnicity", ""),
        facts=plan.facts or None,
    )


def step_down(batch: Batch, plans: list[Plan]) -> None:
    """Former heads first, in a statement of their own: a household has one head at any moment."""
    for plan in plans:
        for planned in plan.members:
            member = planned.member
            if member is not None and member.relation == Relation.HEAD and "relation" in planned.changes:
                put_member(batch, member, {"relation": planned.changes["relation"]})
    batch.write()


def put_changes(
    batch: Batch,
    plan: Plan,
    on_file: OnFile,
    *,
    on: dt.date,
    facts_on: dt.date,
    source: str,
    groups: Mapping[GroupKey, Area],
    helpers: Mapping[Who, Helper],
) -> None:
    """Collect what differs of a household on file. Tier and helper change on the day `on`; facts are those of the sheet's year."""
    household = plan.household
    if household is None:
        raise ValueError(f"household {plan.sheet.number} is not on file")
    changes = dict(plan.changes)
    if plan.new_group:
        changes["group"] = groups[plan.village.pk, plan.new_group]
    put_household(batch, household, changes)
    if plan.tier:
        decided_on = max(on, on_file.tier_decided_on.get(household.pk) or on)
        put_tier(batch, household, tier=plan.tier, decided_on=decided_on, reason=batch.reason)
    for planned in plan.members:
        _put_person(batch, plan, planned, on_file)
    if plan.income:
        known = on_file.incomes.get(household.pk)
        put_income(
            batch, household, known, year=plan.sheet.year, items=plan.income, reported_on=facts_on, source=source
        )
    if plan.conditions:
        survey = on_file.conditions.get(household.pk)
        put_conditions(
            batch,
            household,
            survey,
            year=plan.sheet.year,
            answers=plan.conditions,
            surveyed_on=facts_on,
            source=source,
        )
    if plan.helper:
        put_hand_over(batch, household, plan.former_helpers, helpers[plan.helper], on=on, reason=batch.reason)


def _put_person(batch: Batch, plan: Plan, planned: MemberPlan, on_file: OnFile) -> None:
    member: Member | None = planned.member
    household = plan.household
    if household is None:
        return
    if member is None:
        member = new_member(household, _member_draft(planned))
        first_day = max(dt.date(plan.sheet.year, 1, 1), member.born_on)
        member.joined_on = max(first_day, household.registered_on)
        batch.add(member, household=household)
        known = None
    else:
        put_member(batch, member, planned.changes)
        known = on_file.member_years.get(member.pk)
    if planned.facts:
        put_member_year(batch, member, known, year=plan.sheet.year, answers=planned.facts)
