"""URLs of evidence."""

from django.urls import path

from jiangjin.evidence.views import OpenEvidence, PreviewEvidence

app_name = "evidence"

urlpatterns = [
    path("<uuid:key>/", OpenEvidence.as_view(), name="open"),
    path("<uuid:key>/preview/", PreviewEvidence.as_view(), name="preview"),
]
