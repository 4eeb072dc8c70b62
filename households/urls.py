"""URLs of the household file."""

from django.urls import path

from households.views import deciding, detail, evaluations, household, members, revealing, rosters, yearly
from households.views.list import HouseholdExport, HouseholdList

app_name = "households"

urlpatterns = [
    path("", HouseholdList.as_view(), name="list"),
    path("export/", HouseholdExport.as_view(), name="export"),
    path("evaluations/", evaluations.EvaluationPage.as_view(), name="evaluations"),
    path("evaluations/start/", evaluations.StartEvaluation.as_view(), name="evaluations_start"),
    path("evaluations/simulate/", evaluations.SimulateLine.as_view(), name="evaluations_simulate"),
    path("new/", household.OpenHousehold.as_view(), name="create"),
    path("new/place/", household.Place.as_view(), name="place"),
    path("new/person/", household.OneMorePerson.as_view(), name="one_more_person"),
    path("imports/", rosters.Rosters.as_view(), name="imports"),
    path("imports/template/", rosters.RosterTemplate.as_view(), name="import_template"),
    path("imports/<int:pk>/", rosters.RosterPage.as_view(), name="import"),
    path("imports/<int:pk>/commit/", rosters.CommitRoster.as_view(), name="import_commit"),
    path("imports/<int:pk>/discard/", rosters.DiscardRoster.as_view(), name="import_discard"),
    path("imports/<int:pk>/refused/", rosters.RefusedRows.as_view(), name="import_refused"),
    path("<str:number>/", detail.HouseholdDetail.as_view(), name="detail"),
    path("<str:number>/family/", detail.FamilyTab.as_view(), name="tab_family"),
    path("<str:number>/incomes/", detail.IncomeTab.as_view(), name="tab_income"),
    path("<str:number>/living/", detail.ConditionsTab.as_view(), name="tab_conditions"),
    path("<str:number>/verdict/", detail.VerdictTab.as_view(), name="tab_verdict"),
    path("<str:number>/helpers/", detail.HelpersTab.as_view(), name="tab_helpers"),
    path("<str:number>/history/", detail.HistoryTab.as_view(), name="tab_history"),
    path("<str:number>/edit/", household.EditHousehold.as_view(), name="edit"),
    path("<str:number>/end/", household.EndFile.as_view(), name="end_file"),
    path("<str:number>/head/", members.ChangeHead.as_view(), name="change_head"),
    path("<str:number>/members/add/", members.AddMember.as_view(), name="add_member"),
    path("<str:number>/members/<int:pk>/", members.CorrectMember.as_view(), name="member"),
    path("<str:number>/members/<int:pk>/facts/", members.MemberFacts.as_view(), name="member_facts"),
    path("<str:number>/members/<int:pk>/leave/", members.LeaveHousehold.as_view(), name="leave"),
    path("<str:number>/income/", yearly.Income.as_view(), name="income"),
    path("<str:number>/income/totals/", yearly.IncomeTotals.as_view(), name="income_totals"),
    path("<str:number>/conditions/", yearly.Conditions.as_view(), name="conditions"),
    path("<str:number>/tier/", deciding.DecideTier.as_view(), name="tier"),
    path("<str:number>/assign/", deciding.AssignHelper.as_view(), name="assign"),
    path("<str:number>/assignments/<int:pk>/end/", deciding.EndAssignment.as_view(), name="end_assignment"),
    path("<str:number>/reveal/<str:kind>/<int:pk>/<str:field>/", revealing.Reveal.as_view(), name="reveal"),
]
