"""What roles may do with household files."""

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
    "households.view",
    _("See household files"),
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
EDIT = permit(
    "households.edit", _("Add and correct household facts"), HELPER, VILLAGE_TEAM, TOWN_OFFICER, DISTRICT_OFFICER
)
# Opening a file, ending a membership, re-tiering and pairing are the office's business, not the helper's.
MANAGE = permit(
    "households.manage",
    _("Open household files, decide tiers, assign helpers"),
    TOWN_OFFICER,
    DISTRICT_OFFICER,
)
REVEAL = permit(
    "households.reveal",
    _("See identity numbers, phones and bank accounts in full, with a logged reason"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    AUDITOR,
)
EXPORT = permit(
    "households.export",
    _("Export lists, without personal numbers"),
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    INSPECTOR,
    AUDITOR,
)
IMPORT = permit("households.import", _("Import rosters"), TOWN_OFFICER, DISTRICT_OFFICER)
VIEW_EVALUATIONS = permit(
    "households.evaluations",
    _("See the verdicts of an area"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
    DISTRICT_HEAD,
    FINANCE,
    INSPECTOR,
    AUDITOR,
    API_CLIENT,
)
EVALUATE = permit("households.evaluate", _("Start exit evaluations and simulations"), DISTRICT_OFFICER)
