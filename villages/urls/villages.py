"""URLs of the village file itself."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from villages.views import acting, changing, detail, revealing
from villages.views.list import VillageExport, VillageList


class VillageCode(StringConverter):
    """A statistical code of a village: twelve digits. Words beside it stay free for other pages."""

    regex = "[0-9]{12}"


register_converter(VillageCode, "village_code")

urlpatterns = [
    path("", VillageList.as_view(), name="list"),
    path("export/", VillageExport.as_view(), name="export"),
    path("rectifications/<int:rectification>/", acting.CorrectRectification.as_view(), name="rectification"),
    path("rectifications/<int:rectification>/close/", acting.CloseRectification.as_view(), name="rectification_close"),
    path("<village_code:code>/", detail.VillageDetail.as_view(), name="detail"),
    path("<village_code:code>/overview/", detail.OverviewTab.as_view(), name="tab_overview"),
    path("<village_code:code>/surveys/", detail.SurveyTab.as_view(), name="tab_survey"),
    path("<village_code:code>/households/", detail.HouseholdsTab.as_view(), name="tab_households"),
    path("<village_code:code>/exit/", detail.ExitTab.as_view(), name="tab_exit"),
    path("<village_code:code>/history/", detail.HistoryTab.as_view(), name="tab_history"),
    path("<village_code:code>/profile/", changing.EditProfile.as_view(), name="profile"),
    path("<village_code:code>/survey/", changing.RecordSurvey.as_view(), name="survey"),
    path("<village_code:code>/enlist/", acting.Enlist.as_view(), name="enlist"),
    path("<village_code:code>/listing/", acting.CorrectListing.as_view(), name="listing"),
    path("<village_code:code>/strike-off/", acting.StrikeOff.as_view(), name="strike_off"),
    path("<village_code:code>/take-back/", acting.TakeBack.as_view(), name="take_back"),
    path("<village_code:code>/rectify/", acting.BeginRectification.as_view(), name="rectify"),
    path("<village_code:code>/phone/", revealing.RevealPhone.as_view(), name="reveal_phone"),
]
