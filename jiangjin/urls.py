"""URL configuration: the platform's own pages, then each app's."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from jiangjin.accounts.views import ChangePassword
from jiangjin.common.views import healthz, readyz
from jiangjin.jobs.views import home

handler404 = "jiangjin.common.views.not_found"
handler500 = "jiangjin.common.views.crashed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", home, name="home"),
    path("account/", include("jiangjin.accounts.urls")),
    path("api/", include("jiangjin.api_urls")),
    path("jobs/", include("jiangjin.jobs.urls")),
    path("evidence/", include("jiangjin.evidence.urls")),
    path("households/", include("households.urls")),
    path("villages/", include("villages.urls")),
    path("", include("assistance.urls")),
    path("dashboard/", include("supervision.urls")),
]
