"""URLs of the village file, one module a subject."""

from django.urls import URLPattern, URLResolver

from villages.urls import villages

app_name = "villages"

urlpatterns: list[URLPattern | URLResolver] = [*villages.urlpatterns]
