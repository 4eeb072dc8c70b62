"""URLs of one's own account."""

from django.urls import path

from jiangjin.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.Me.as_view(), name="me"),
    path("tokens/", views.Tokens.as_view(), name="tokens"),
    path("tokens/<int:pk>/revoke/", views.RevokeToken.as_view(), name="revoke_token"),
]
