"""Users, units, grants and tokens."""

from jiangjin.accounts.models.grant import Grant
from jiangjin.accounts.models.token import ApiToken
from jiangjin.accounts.models.unit import Unit, UnitKind
from jiangjin.accounts.models.user import User

__all__ = ["ApiToken", "Grant", "Unit", "UnitKind", "User"]
