"""URLs of visits."""

from django.urls import path

from assistance.views import absences, checks, follow_ups, list, mine, month, tab, visit, writing

urlpatterns = [
    path("", list.VisitList.as_view(), name="visits"),
    path("export/", list.VisitExport.as_view(), name="export"),
    path("new/", writing.WriteVisit.as_view(), name="write"),
    path("mine/", mine.MyHouseholds.as_view(), name="mine"),
    path("follow-ups/", follow_ups.FollowUpList.as_view(), name="follow_ups"),
    path("follow-ups/<int:follow_up>/close/", follow_ups.CloseFollowUp.as_view(), name="follow_up_close"),
    path("follow-ups/<int:follow_up>/reopen/", follow_ups.ReopenFollowUp.as_view(), name="follow_up_reopen"),
    path("absences/new/", absences.RecordAbsence.as_view(), name="absence"),
    path("absences/<int:absence>/end/", absences.EndAbsence.as_view(), name="absence_end"),
    path("checks/", month.CheckMonthPage.as_view(), name="month"),
    path("checks/start/", month.StartCheck.as_view(), name="check_start"),
    path("checks/list/", checks.CheckList.as_view(), name="checks"),
    path("checks/export/", checks.CheckExport.as_view(), name="checks_export"),
    path("household/<str:number>/", tab.VisitsTab.as_view(), name="tab_visits"),
    path("<int:visit>/", visit.VisitDetail.as_view(), name="visit"),
    path("<int:visit>/correct/", writing.CorrectVisit.as_view(), name="correct"),
    path("<int:visit>/withdraw/", visit.WithdrawVisit.as_view(), name="withdraw"),
]
