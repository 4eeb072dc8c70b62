"""The norms that household files apply, with their values on a day."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import permissions
from households.models.household import REGISTERED
from households.rules import EXIT_RULES, in_force
from households.rules.exit_rule import ExitRule
from households.rules.facts import Lines, income_year, school_age_births
from jiangjin.common.money import fen_to_yuan
from jiangjin.common.norms import Norm, norms
from jiangjin.common.words import listed

Describe = Callable[[dt.date, Any], str]


def _line(as_of: dt.date, area: Any) -> str:
    """The amount of the line, "" where there is none."""
    line = Lines.of_year(income_year(as_of)).of_place(area.path)
    return "" if line is None else f"{fen_to_yuan(line):,}".removesuffix(".00")


def poverty_line(as_of: dt.date, area: Any) -> str:
    """The line of the income year."""
    facts = {"year": income_year(as_of), "line": _line(as_of, area)}
    if not facts["line"]:
        return _("No poverty line of %(year)d is on file.") % facts
    return _("%(line)s yuan of net income per head (%(year)d).") % facts


def year_of_income(as_of: dt.date, area: Any) -> str:
    """Which year is judged."""
    facts = {"year": income_year(as_of), "month": settings.INCOME_YEAR_FROM_MONTH}
    return (
        _(
            "The facts of %(year)d are judged: from month %(month)d on those of the running year, before that those of the "
            "year before."
        )
        % facts
    )


def tier(as_of: dt.date, area: Any) -> str:
    """What the letters mean."""
    return _("Tier A is the hardest, C nearest the line. An officer decides, with a reason; every decision is kept.")


def helper(as_of: dt.date, area: Any) -> str:
    """Who has one."""
    return _("Every household on the roll has somebody who answers for it, with the days from and to.")


def roll(as_of: dt.date, area: Any) -> str:
    """Who stands on it."""
    return _("On the roll are households with the status %(statuses)s; every change has its day and its reason.") % {
        "statuses": listed(status.label for status in REGISTERED)
    }


def exit_of_household(as_of: dt.date, area: Any) -> str:
    """What must be met."""
    return _("All conditions are met: %(conditions)s.") % {"conditions": listed(rule.label for rule in in_force(as_of))}


def income_above_line(as_of: dt.date, area: Any) -> str:
    """The line is reached."""
    facts = {"year": income_year(as_of), "line": _line(as_of, area)}
    if not facts["line"]:
        return _("No poverty line of %(year)d is on file.") % facts
    return _("Net income per head of %(year)d at or above %(line)s yuan.") % facts


def food_and_clothing(as_of: dt.date, area: Any) -> str:
    """As the survey found."""
    return _("The survey of %(year)d found no worry about food nor about clothing.") % {"year": income_year(as_of)}


def compulsory_schooling(as_of: dt.date, area: Any) -> str:
    """Who must be in school."""
    first, last = school_age_births(as_of)
    return _("Every member born from %(first)s to %(last)s is in school.") % {"first": first, "last": last}


def medical_cover(as_of: dt.date, area: Any) -> str:
    """Everybody is insured."""
    return _("Every member is in the rural medical scheme in %(year)d.") % {"year": income_year(as_of)}


def safe_housing(as_of: dt.date, area: Any) -> str:
    """The grades that pass."""
    return _("The house is graded A or B; grades C and D are dangerous.")


def safe_water(as_of: dt.date, area: Any) -> str:
    """As the survey found."""
    return _("The survey of %(year)d found safe drinking water.") % {"year": income_year(as_of)}


REQUIREMENTS: dict[str, Describe] = {
    "income_above_line": income_above_line,
    "food_and_clothing": food_and_clothing,
    "compulsory_schooling": compulsory_schooling,
    "medical_cover": medical_cover,
    "safe_housing": safe_housing,
    "safe_water": safe_water,
}


def _asked_for(rule: ExitRule) -> Describe:
    """What a rule asks for on the days on which it holds."""

    def describe(as_of: dt.date, area: Any) -> str:
        return REQUIREMENTS[rule.code](as_of, area) if rule.holds_on(as_of) else _("Not in force.")

    return describe


for order, (code, label, describe, url_name, permission) in enumerate(
    [
        ("roll", gettext_lazy("Roll of poor households"), roll, "households:list", permissions.VIEW),
        ("tier", gettext_lazy("Tier"), tier, "households:list", permissions.VIEW),
        ("helper", gettext_lazy("Helper of a household"), helper, "households:list", permissions.VIEW),
        ("poverty_line", gettext_lazy("Poverty line"), poverty_line, "", None),
        ("income_year", gettext_lazy("Year that is judged"), year_of_income, "", None),
        (
            "exit",
            gettext_lazy("Exit of a household"),
            exit_of_household,
            "households:evaluations",
            permissions.VIEW_EVALUATIONS,
        ),
    ]
):
    norms.register(
        Norm(code=code, order=order, label=label, describe=describe, url_name=url_name, permission=permission)
    )
for order, rule in enumerate(EXIT_RULES, start=10):
    norms.register(
        Norm(
            code=rule.norm,
            order=order,
            label=rule.label,
            describe=_asked_for(rule),
            url_name="households:evaluations",
            permission=permissions.VIEW_EVALUATIONS,
        )
    )
