from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "jiangjin.evidence"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        from jiangjin.evidence import registrations
