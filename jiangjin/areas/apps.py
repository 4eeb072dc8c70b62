from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AreasConfig(AppConfig):
    name = "jiangjin.areas"
    verbose_name = _("Areas")

    def ready(self) -> None:
        from jiangjin.areas import demo, loading
