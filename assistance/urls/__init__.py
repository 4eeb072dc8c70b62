"""URLs of assistance, one module a subject."""

from django.urls import include, path

from assistance.urls import policies, visits

app_name = "assistance"

urlpatterns = [
    path("policies/", include(policies.urlpatterns)),
    path("visits/", include(visits.urlpatterns)),
]
