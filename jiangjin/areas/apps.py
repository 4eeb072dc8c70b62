from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "jiangjin.areas"

    def ready(self) -> None:
        from jiangjin.areas import demo, loading
