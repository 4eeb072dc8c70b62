"""What is said about a household or a member before it is on file: the input of `registering` and `members`."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from households.identity import Identity
from households.models import Helper
from jiangjin.areas.models import Area

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class MemberDraft:
    """A person to be entered. The birthday is that of the certificate.

    joined_on: the first day as a member; None means the day of registration, or of birth if that is later.
    facts: columns of MemberYear for the draft's year (see `facts.MEMBER_YEAR_FIELDS`), or None where nothing was said.
    """

    name: str
    relation: str
    sex: str
    identity: Identity
    ethnicity: str = ""
    joined_on: dt.date | None = None
    joined_by: str = ""
    facts: Values | None = None


@dataclass(frozen=True, kw_only=True)
class HouseholdDraft:
    """A household to be entered, as one unit with its people and what is known of one year.

    fields: further columns of Household (see `households.CORRECTABLE`), personal numbers in plain.
    income, conditions: columns of IncomeStatement (分) and LivingConditions for `year`, or None where nothing was said.
    facts_on: the day on which they were reported and surveyed.
    """

    number: str
    village: Area
    members: list[MemberDraft]
    registered_on: dt.date
    year: int
    facts_on: dt.date
    group: Area | None = None
    tier: str = ""
    fields: Values = field(default_factory=dict)
    income: Values | None = None
    conditions: Values | None = None
    helper: Helper | None = None
    is_demo: bool = False
