"""URLs of business entities."""

from django.urls import path

from assistance.views.businesses import business, editing, gains, list, survey, tabs, ties

urlpatterns = [
    path("", list.BusinessList.as_view(), name="businesses"),
    path("export/", list.BusinessExport.as_view(), name="businesses_export"),
    path("new/", editing.FoundBusiness.as_view(), name="business_found"),
    path("survey/", survey.Disagreements.as_view(), name="cooperative_survey"),
    path("gains/", gains.UploadGains.as_view(), name="gains_upload"),
    path("gains/template/", gains.GainTemplate.as_view(), name="gains_template"),
    path("ties/new/", ties.TieHousehold.as_view(), name="tie"),
    path("ties/<int:link>/correct/", ties.CorrectTie.as_view(), name="tie_correct"),
    path("ties/<int:link>/end/", ties.EndTie.as_view(), name="tie_end"),
    path("household/<str:number>/", tabs.HouseholdBusinesses.as_view(), name="tab_businesses"),
    path("village/<str:code>/", tabs.VillageBusinesses.as_view(), name="tab_village_businesses"),
    path("<int:business>/", business.BusinessPage.as_view(), name="business"),
    path("<int:business>/export/", business.BusinessLinksExport.as_view(), name="business_links_export"),
    path("<int:business>/correct/", editing.CorrectBusiness.as_view(), name="business_correct"),
    path("<int:business>/close/", editing.CloseBusiness.as_view(), name="business_close"),
    path("<int:business>/reopen/", editing.ReopenBusiness.as_view(), name="business_reopen"),
    path("<int:business>/gains/", gains.ReportGains.as_view(), name="business_gains"),
]
