"""URLs of the village file, one module a subject. Words come before codes of villages."""

from django.urls import include, path

from villages.urls import posts

app_name = "villages"

urlpatterns = [
    path("", include(posts.urlpatterns)),
]
