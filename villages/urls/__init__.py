"""URLs of the village file, one module a subject."""

from django.urls import URLPattern, URLResolver

from villages.urls import posts, villages

app_name = "villages"

urlpatterns: list[URLPattern | URLResolver] = [*villages.urlpatterns, *posts.urlpatterns]
