"""URLs of dashboards."""

from django.urls import path

from supervision.views.dashboard import DashboardPage
from supervision.views.household_months import HouseholdMonthExport, HouseholdMonthList

app_name = "supervision"

urlpatterns = [
    path("", DashboardPage.as_view(), name="dashboard"),
    path("households/", HouseholdMonthList.as_view(), name="household_months"),
    path("households/export/", HouseholdMonthExport.as_view(), name="household_months_export"),
]
