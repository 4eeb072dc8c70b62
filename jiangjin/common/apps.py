from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "jiangjin.common"

    def ready(self) -> None:
        from jiangjin.common import checks, reference

        post_migrate.connect(reference.load_all, dispatch_uid="jiangjin.reference")
