"""URLs of difficulties."""

from django.urls import path

from assistance.views.difficulties import acts, board, bulk, detail, list, raising, tabs

urlpatterns = [
    path("", list.DifficultyList.as_view(), name="difficulties"),
    path("export/", list.DifficultyExport.as_view(), name="difficulties_export"),
    path("board/", board.Board.as_view(), name="difficulties_board"),
    path("new/", raising.RaiseDifficulty.as_view(), name="difficulty_raise"),
    path("assign/", bulk.AssignMany.as_view(), name="difficulties_assign"),
    path("household/<str:number>/", tabs.HouseholdTab.as_view(), name="tab_difficulties"),
    path("village/<str:code>/", tabs.VillageTab.as_view(), name="village_difficulties"),
    path("<int:difficulty>/", detail.DifficultyDetail.as_view(), name="difficulty"),
    path("<int:difficulty>/assign/", acts.Assign.as_view(), name="difficulty_assign"),
    path("<int:difficulty>/begin/", acts.Begin.as_view(), name="difficulty_begin"),
    path("<int:difficulty>/report/", acts.Report.as_view(), name="difficulty_report"),
    path("<int:difficulty>/solve/", acts.Solve.as_view(), name="difficulty_solve"),
    path("<int:difficulty>/transfer/", acts.Transfer.as_view(), name="difficulty_transfer"),
    path("<int:difficulty>/confirm/", acts.Confirm.as_view(), name="difficulty_confirm"),
    path("<int:difficulty>/deny/", acts.Deny.as_view(), name="difficulty_deny"),
    path("<int:difficulty>/reopen/", acts.Reopen.as_view(), name="difficulty_reopen"),
    path("<int:difficulty>/close/", acts.Close.as_view(), name="difficulty_close"),
    path("<int:difficulty>/correct/", acts.Correct.as_view(), name="difficulty_correct"),
    path("<int:difficulty>/withdraw/", acts.Withdraw.as_view(), name="difficulty_withdraw"),
]
