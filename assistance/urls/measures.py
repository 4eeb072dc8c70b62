"""URLs of measures and enrolments."""

from django.urls import path

from assistance.views.measures import bulk, catalogue, editing, enrolment, gaps, list, measure, proposing, tabs

urlpatterns = [
    path("", catalogue.Catalogue.as_view(), name="measures"),
    path("new/", editing.NewMeasure.as_view(), name="measure_new"),
    path("catalogue/<slug:measure>/", measure.MeasurePage.as_view(), name="measure"),
    path("catalogue/<slug:measure>/edit/", editing.EditMeasure.as_view(), name="measure_edit"),
    path("enrolments/", list.EnrolmentList.as_view(), name="enrolments"),
    path("enrolments/export/", list.EnrolmentExport.as_view(), name="enrolments_export"),
    path("enrolments/bulk/", list.StartBulkAct.as_view(), name="bulk_acts"),
    path("enrolments/new/", proposing.Propose.as_view(), name="propose"),
    path("enrolments/<int:enrolment>/", enrolment.EnrolmentDetailPage.as_view(), name="enrolment"),
    path("enrolments/<int:enrolment>/approve/", enrolment.Approve.as_view(), name="enrolment_approve"),
    path("enrolments/<int:enrolment>/send-back/", enrolment.SendBack.as_view(), name="enrolment_send_back"),
    path("enrolments/<int:enrolment>/begin/", enrolment.Begin.as_view(), name="enrolment_begin"),
    path("enrolments/<int:enrolment>/finish/", enrolment.Finish.as_view(), name="enrolment_finish"),
    path("enrolments/<int:enrolment>/stop/", enrolment.Stop.as_view(), name="enrolment_stop"),
    path("enrolments/<int:enrolment>/correct/", enrolment.Correct.as_view(), name="enrolment_correct"),
    path("gaps/", gaps.Gaps.as_view(), name="gaps"),
    path("gaps/<slug:measure>/", gaps.GapList.as_view(), name="gap"),
    path("gaps/<slug:measure>/export/", gaps.GapExport.as_view(), name="gap_export"),
    path("gaps/<slug:measure>/enrol/", gaps.EnrolFromGaps.as_view(), name="gap_enrol"),
    path("bulk/", bulk.Bulks.as_view(), name="bulks"),
    path("bulk/new/", bulk.NewBulk.as_view(), name="bulk_new"),
    path("bulk/template/<slug:measure>/", bulk.BulkTemplate.as_view(), name="bulk_template"),
    path("bulk/<int:bulk>/", bulk.BulkPage.as_view(), name="bulk"),
    path("bulk/<int:bulk>/commit/", bulk.CommitBulk.as_view(), name="bulk_commit"),
    path("bulk/<int:bulk>/discard/", bulk.DiscardBulk.as_view(), name="bulk_discard"),
    path("bulk/<int:bulk>/refused/", bulk.BulkRefused.as_view(), name="bulk_refused"),
    path("household/<str:number>/", tabs.HouseholdMeasures.as_view(), name="tab_measures"),
    path("village/<str:code>/", tabs.VillageMeasures.as_view(), name="village_measures"),
]
