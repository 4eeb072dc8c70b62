"""URLs of assistance, one module a subject."""

from django.urls import include, path

from assistance.urls import measures, visits, works

app_name = "assistance"

urlpatterns = [
    path("visits/", include(visits.urlpatterns)),
    path("measures/", include(measures.urlpatterns)),
    path("works/", include(works.urlpatterns)),
]
