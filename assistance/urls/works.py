"""URLs of resettlement sites, relocations, house repairs and courses."""

from django.urls import path

from assistance.views.works import courses, details, lists, sites

urlpatterns = [
    path("sites/", lists.SiteList.as_view(), name="sites"),
    path("sites/export/", lists.SiteExport.as_view(), name="sites_export"),
    path("sites/new/", sites.EnterSite.as_view(), name="site_new"),
    path("sites/<int:site>/", sites.SitePage.as_view(), name="site"),
    path("sites/<int:site>/correct/", sites.CorrectSite.as_view(), name="site_correct"),
    path("relocations/", lists.RelocationList.as_view(), name="relocations"),
    path("relocations/export/", lists.RelocationExport.as_view(), name="relocations_export"),
    path("relocations/of/<int:enrolment>/", details.WriteRelocation.as_view(), name="write_relocation"),
    path("repairs/", lists.RepairList.as_view(), name="repairs"),
    path("repairs/export/", lists.RepairExport.as_view(), name="repairs_export"),
    path("repairs/of/<int:enrolment>/", details.WriteRepair.as_view(), name="write_repair"),
    path("courses/", lists.CourseList.as_view(), name="courses"),
    path("courses/export/", lists.CourseExport.as_view(), name="courses_export"),
    path("courses/new/", courses.EnterCourse.as_view(), name="course_new"),
    path("courses/<int:course>/", courses.CoursePage.as_view(), name="course"),
    path("courses/<int:course>/correct/", courses.CorrectCourse.as_view(), name="course_correct"),
    path("courses/<int:course>/add/", courses.AddParticipants.as_view(), name="course_add"),
    path("courses/<int:course>/remove/<int:enrolment>/", courses.RemoveParticipant.as_view(), name="course_remove"),
]
