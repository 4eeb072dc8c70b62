"""URLs of the village file, one module a subject."""

from django.urls import URLPattern, URLResolver

app_name = "villages"

urlpatterns: list[URLPattern | URLResolver] = []
