"""What roles may do with visits, policies, measures and business entities."""

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

VIEW_POLICIES = permit(
    "policies.view",
    _("Read policy documents"),
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
EDIT_POLICIES = permit("policies.edit", _("Add and correct policy documents and their clauses"), DISTRICT_OFFICER)
VIEW_MEASURES = permit(
    "measures.view",
    _("See measures and who takes part in them"),
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
# Who proposes does not approve: both stand on the enrolment, and the database compares them.
PROPOSE_MEASURES = permit(
    "measures.propose",
    _("Propose measures for households, report how far they have got"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
)
APPROVE_MEASURES = permit(
    "measures.approve", _("Approve measures that others proposed"), TOWN_OFFICER, DISTRICT_OFFICER
)
EDIT_CATALOGUE = permit("measures.catalogue", _("Keep the catalogue of measures"), DISTRICT_OFFICER)
VIEW_BUSINESSES = permit(
    "businesses.view",
    _("See business entities and the households that take part in them"),
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
EDIT_BUSINESSES = permit(
    "businesses.edit",
    _("Keep business entities, ties to households and what these gained"),
    VILLAGE_TEAM,
    TOWN_OFFICER,
    DISTRICT_OFFICER,
)
