"""URLs of assistance, one module a subject."""

from django.urls import include, path

from assistance.urls import difficulties, visits

app_name = "assistance"

urlpatterns = [
    path("visits/", include(visits.urlpatterns)),
    path("difficulties/", include(difficulties.urlpatterns)),
]
