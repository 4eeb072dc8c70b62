"""What is said about a visit before it is on file: the input of `visits`."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from assistance.models import Confirmation, VisitMethod
from households.models import Helper, Household

# Columns of Visit that tell what was seen and done.
CONTENT = (
    "method",
    "people_met",
    "income_trend",
    "health_trend",
    "housing_trend",
    "schooling_trend",
    "condition",
    "policy_explained",
    "money_fen",
    "goods",
    "goods_value_fen",
    "difficulty_kind",
    "difficulty",
    "confirmation",
)


@dataclass(frozen=True, kw_only=True)
class VisitDraft:
    """A visit as it was written down. Money in 分. `follow_up` and its day are what was promised, or both empty."""

    household: Household
    helper: Helper
    visited_on: dt.date
    method: str = VisitMethod.HOME
    people_met: str = ""
    income_trend: str = ""
    health_trend: str = ""
    housing_trend: str = ""
    schooling_trend: str = ""
    condition: str = ""
    policy_explained: str = ""
    money_fen: int = 0
    goods: str = ""
    goods_value_fen: int = 0
    difficulty_kind: str = ""
    difficulty: str = ""
    confirmation: str = Confirmation.NONE
    follow_up: str = ""
    follow_up_due_on: dt.date | None = None

    @property
    def content(self) -> dict[str, Any]:
        """CONTENT, without blanks around texts."""
        return {name: tidy(getattr(self, name)) for name in CONTENT}


def tidy(value: Any) -> Any:
    """A text without the blanks around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value
