"""What roles may do with visits."""

from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.roles import (
    API_CLIENT,
    AUDITOR,
    DISTRICT_HEAD,
    DISTRICT_OFFICER,
    HELPER,
    INSPECTOR,
    TOWN_OFFICER,
    VILLAGE_TEAM,
    permit,
)

VIEW_VISITS = permit(
    "visits.view",
    _("See visits and follow-ups"),
    HELPER,
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
)
WRITE_VISITS = permit("visits.write", _("Write and correct visits"), HELPER, VILLAGE_TEAM, TOWN_OFFICER)
VIEW_CHECKS = permit(
    "visits.checks",
    _("See the monthly visit check of an area"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
)
CHECK_VISITS = permit("visits.run_check", _("Start the monthly visit check"), DISTRICT_OFFICER)
