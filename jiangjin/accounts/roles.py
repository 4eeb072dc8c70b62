"""The few roles. Each says in words what it may do; apps attach their permissions to roles in their `permissions.py`.

A role never widens by itself: what no app attached, nobody may do.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiangjin.common.registries import Registry


@dataclass(frozen=True)
class Role:
    """A role. Grants of most open an area. With `assigned_only` they open only the households assigned to the user on the day,
    with `unit_only` only what has been given to the user's unit within the area."""

    code: str
    label: str | Promise
    description: str | Promise
    assigned_only: bool = False
    unit_only: bool = False

    @property
    def opens_area(self) -> bool:
        """Whether everything below the area of a grant is open to it."""
        return not (self.assigned_only or self.unit_only)


HELPER = Role(
    "helper",
    _("Helper"),
    _("Sees the households assigned to them today, writes visits and corrects facts there."),
    assigned_only=True,
)
VILLAGE_TEAM = Role(
    "village_team",
    _("Village resident team"),
    _("Sees the village's households, adds and corrects their facts."),
)
TOWN_OFFICER = Role(
    "town_officer",
    _("Town office"),
    _("Imports rosters, adds and corrects facts, chases what is overdue in the town."),
)
DEPARTMENT_OFFICER = Role(
    "department_officer",
    _("Department or helping unit"),
    _(
        "Sees what is given to the own unit within the area, works on it and says what came of it; sees no household file."
    ),
    unit_only=True,
)
DISTRICT_OFFICER = Role(
    "district_officer",
    _("District poverty office"),
    _("Sees the whole district, runs evaluations and simulations, approves what towns propose."),
)
DISTRICT_HEAD = Role("district_head", _("District leader"), _("Sees the whole district's results, changes nothing."))
FINANCE = Role("finance", _("Finance bureau"), _("Sees households and money, moves funds."))
INSPECTOR = Role("inspector", _("Inspection office"), _("Sees everything within the area, inspects, changes no facts."))
AUDITOR = Role("auditor", _("Auditor"), _("Reads everything within the area, the change log included."))
API_CLIENT = Role("api_client", _("REST client"), _("Pulls roll-ups and lists within the area, without personal data."))
ACCOUNT_ADMIN = Role("account_admin", _("Account administrator"), _("Makes accounts and grants; sees no household."))

ALL = [
    HELPER,
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DEPARTMENT_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    FINANCE,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
    ACCOUNT_ADMIN,
]
BY_CODE = {role.code: role for role in ALL}
CHOICES = [(role.code, role.label) for role in ALL]


@dataclass(frozen=True)
class Permission:
    """One thing somebody may do, in the users' words, and the roles that may."""

    code: str
    label: str | Promise
    roles: frozenset[str]
    order: int = 0


permissions: Registry[Permission] = Registry("permissions")


def permit(code: str, label: str | Promise, *roles: Role) -> str:
    """Attach a permission to roles; returns its code, so that apps keep it as a constant."""
    permissions.register(Permission(code, label, frozenset(role.code for role in roles)))
    return code
