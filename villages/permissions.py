"""What roles may do with village files."""

from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.roles import (
    API_CLIENT,
    AUDITOR,
    DISTRICT_HEAD,
    DISTRICT_OFFICER,
    FINANCE,
    HELPER,
    INSPECTOR,
    TOWN_OFFICER,
    VILLAGE_TEAM,
    permit,
)

VIEW = permit(
    "villages.view",
    _("See village files"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    FINANCE,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
)
EDIT = permit("villages.edit", _("Write village profiles and surveys"), VILLAGE_TEAM, TOWN_OFFICER)
RECTIFY = permit(
    "villages.rectify",
    _("Begin and close rectifications of weak village organisations"),
    TOWN_OFFICER,
    DISTRICT_OFFICER,
)
# Who writes a village's figures does not strike it off.
LIST = permit("villages.list", _("Put villages on the list of poor villages and strike them off"), DISTRICT_OFFICER)
# Who answers for a village, and what it was told.
VIEW_LEADERS = permit(
    "villages.leaders",
    _("See which district leader is linked to what"),
    HELPER,
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    FINANCE,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
)
ASSIGN = permit(
    "villages.assign",
    _("Link district leaders, form support groups"),
    DISTRICT_OFFICER,
)
APPOINT = permit(
    "villages.appoint",
    _("Form resident teams; appoint first secretaries, team members and other posts of villages"),
    TOWN_OFFICER,
    DISTRICT_OFFICER,
)
RECORD = permit(
    "villages.record",
    _("Record trained people, village meetings and what was posted"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
)
