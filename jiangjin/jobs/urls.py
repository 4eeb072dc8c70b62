"""URLs of jobs."""

from django.urls import path

from jiangjin.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.JobList.as_view(), name="list"),
    path("<int:pk>/", views.JobDetail.as_view(), name="detail"),
    path("<int:pk>/progress/", views.JobProgress.as_view(), name="progress"),
    path("<int:pk>/retry/", views.RetryJob.as_view(), name="retry"),
]
