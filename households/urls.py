"""URLs of the household file."""

from django.urls import path

from households.views import detail, evaluations
from households.views.list import HouseholdExport, HouseholdList

app_name = "households"

urlpatterns = [
    path("", HouseholdList.as_view(), name="list"),
    path("export/", HouseholdExport.as_view(), name="export"),
    path("evaluations/", evaluations.EvaluationPage.as_view(), name="evaluations"),
    path("evaluations/start/", evaluations.StartEvaluation.as_view(), name="evaluations_start"),
    path("evaluations/simulate/", evaluations.SimulateLine.as_view(), name="evaluations_simulate"),
    path("<str:number>/", detail.HouseholdDetail.as_view(), name="detail"),
    path("<str:number>/family/", detail.FamilyTab.as_view(), name="tab_family"),
    path("<str:number>/incomes/", detail.IncomeTab.as_view(), name="tab_income"),
    path("<str:number>/living/", detail.ConditionsTab.as_view(), name="tab_conditions"),
    path("<str:number>/verdict/", detail.VerdictTab.as_view(), name="tab_verdict"),
    path("<str:number>/helpers/", detail.HelpersTab.as_view(), name="tab_helpers"),
    path("<str:number>/history/", detail.HistoryTab.as_view(), name="tab_history"),
]
