"""Opening household files: one from the form, some hundred at a time from a roster, by the same code."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.models import (
    HelperAssignment,
    Household,
    HouseholdStatus,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    Relation,
    StatusEvent,
    StatusEventKind,
    TierDecision,
)
from households.services.batch import Batch, check_values, one_of, sealed_columns
from households.services.drafts import HouseholdDraft, MemberDraft
from households.services.facts import CONDITION_FIELDS, INCOME_FIELDS, MEMBER_YEAR_FIELDS, check_items
from households.services.households import CORRECTABLE, check_causes, validate_places
from households.services.members import check_member, new_member, refuse_taken

FURTHER_FIELDS = tuple(name for name in CORRECTABLE if name not in {"number", "village", "group"})
SEALED = ("phone", "bank_account")


def open_household(*, draft: HouseholdDraft, by: Any, reason: str, source: str = "") -> Household:
    """Open one household's file. Raises ValidationError, by field where a field is to blame."""
    return register_households(drafts=[draft], by=by, reason=reason, source=source)[0]


def register_households(
    *, drafts: Sequence[HouseholdDraft], by: Any, reason: str, source: str = "", job_id: int | None = None
) -> list[Household]:
    """Enter households with their members, yearly facts, tier, helper and the event “registered”: all of them or none.

    The number of statements does not depend on the number of households; keep it to some hundred a call, since it is one
    transaction. Raises ValidationError for the first draft that cannot be entered.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why these households are registered.")}, code="reason")
    batch = Batch(by=by, reason=reason, job_id=job_id)
    households = [_put_registration(batch, draft, reason=reason.strip(), source=source) for draft in drafts]
    with transaction.atomic():
        _refuse_known(drafts)
        batch.write()
    return households


def _refuse_known(drafts: Sequence[HouseholdDraft]) -> None:
    numbers = [draft.number for draft in drafts]
    twice = next((number for number, times in Counter(numbers).items() if times > 1), None)
    known = Household.objects.filter(number__in=numbers).values_list("number", flat=True).order_by("number").first()
    if twice or known:
        raise ValidationError(
            {"number": _("There is a household %(number)s already.") % {"number": known or twice}},
            code="number_taken",
        )
    identities = [member.identity for draft in drafts for member in draft.members]
    refuse_taken(identities)
    shared = next((n for n, times in Counter(i.number for i in identities).items() if times > 1), None)
    if shared is not None:
        raise ValidationError({"members": _("The same person is entered in two households.")}, code="twice")


def _household(draft: HouseholdDraft) -> Household:
    plain = {name: value for name, value in draft.fields.items() if name not in SEALED}
    sealed: dict[str, str] = {}
    for name in SEALED:
        sealed |= sealed_columns(name, draft.fields.get(name, ""))
    return Household(
        number=draft.number,
        village=draft.village,
        group=draft.group,
        tier=draft.tier,
        status=HouseholdStatus.ON_ROLL,
        status_on=draft.registered_on,
        registered_on=draft.registered_on,
        is_demo=draft.is_demo,
        **plain,
        **sealed,
    )


def _put_registration(batch: Batch, draft: HouseholdDraft, *, reason: str, source: str) -> Household:
    """Build and check the rows of one household without asking the database; raises ValidationError."""
    _check_keys(draft)
    _check_people(draft)
    household = _household(draft)
    validate_places(household)
    check_causes(household)
    check_values(household, unchecked=["village", "group", "phone", "bank_account"])
    batch.add(household)
    members = [_put_member(batch, household, member, draft.year) for member in draft.members]
    if draft.income is not None:
        income = IncomeStatement(
            household=household, year=draft.year, reported_on=draft.facts_on, source=source, **draft.income
        )
        check_values(income, unchecked=["household"])
        check_items(income)
        batch.add(income)
    if draft.conditions is not None:
        conditions = LivingConditions(
            household=household,
            year=draft.year,
            surveyed_on=draft.facts_on,
            source=source,
            **draft.conditions,
        )
        check_values(conditions, unchecked=["household"])
        batch.add(conditions)
    if draft.tier:
        batch.add(
            TierDecision(
                household=household,
                tier=draft.tier,
                decided_on=draft.registered_on,
                decided_by=batch.by,
                reason=reason[:300],
            )
        )
    batch.add(_registered(household, members, draft.registered_on, by=batch.by, reason=reason))
    if draft.helper is not None:
        batch.add(HelperAssignment(household=household, helper=draft.helper, starts_on=draft.registered_on))
    return household


def _put_member(batch: Batch, household: Household, draft: MemberDraft, year: int) -> Member:
    one_of(draft.facts or {}, MEMBER_YEAR_FIELDS)
    member = new_member(household, draft)
    check_member(member)
    batch.add(member)
    if draft.facts is not None:
        facts = MemberYear(member=member, year=year, **draft.facts)
        check_values(facts, unchecked=["member"])
        batch.add(facts)
    return member


def _check_keys(draft: HouseholdDraft) -> None:
    one_of(draft.fields, FURTHER_FIELDS)
    one_of(draft.income or {}, INCOME_FIELDS)
    one_of(draft.conditions or {}, CONDITION_FIELDS)


def _check_people(draft: HouseholdDraft) -> None:
    heads = [member for member in draft.members if member.relation == Relation.HEAD]
    if len(heads) != 1:
        raise ValidationError(
            {"members": _("Household %(number)s must have one head.") % {"number": draft.number}}, code="head"
        )
    if len({member.identity.number for member in draft.members}) < len(draft.members):
        raise ValidationError(
            {"members": _("Household %(number)s has the same person twice.") % {"number": draft.number}},
            code="twice",
        )


def _registered(household: Household, members: Sequence[Member], on: dt.date, *, by: Any, reason: str) -> StatusEvent:
    return StatusEvent(
        household=household,
        kind=StatusEventKind.REGISTERED,
        occurred_on=on,
        persons=sum(member.joined_on <= on for member in members),
        reason=reason[:300],
        recorded_by=by,
    )
