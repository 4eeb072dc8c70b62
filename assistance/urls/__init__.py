"""URLs of assistance, one module a subject."""

from django.urls import include, path

from assistance.urls import measures, policies, visits

app_name = "assistance"

urlpatterns = [
    path("policies/", include(policies.urlpatterns)),
    path("visits/", include(visits.urlpatterns)),
    path("measures/", include(measures.urlpatterns)),
]
