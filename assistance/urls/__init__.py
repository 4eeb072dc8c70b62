"""URLs of assistance, one module a subject."""

from django.urls import include, path

from assistance.urls import businesses, channels, difficulties, measures, policies, visits, works

app_name = "assistance"

urlpatterns = [
    path("businesses/", include(businesses.urlpatterns)),
    path("channels/", include(channels.urlpatterns)),
    path("difficulties/", include(difficulties.urlpatterns)),
    path("measures/", include(measures.urlpatterns)),
    path("policies/", include(policies.urlpatterns)),
    path("visits/", include(visits.urlpatterns)),
    path("works/", include(works.urlpatterns)),
]
