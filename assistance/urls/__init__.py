"""URLs of assistance, one module a subject."""

from django.urls import include, path

from assistance.urls import businesses, channels, policies, visits

app_name = "assistance"

urlpatterns = [
    path("policies/", include(policies.urlpatterns)),
    path("visits/", include(visits.urlpatterns)),
    path("channels/", include(channels.urlpatterns)),
    path("businesses/", include(businesses.urlpatterns)),
]
