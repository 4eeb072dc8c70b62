from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jiangjin.jobs"

    def ready(self) -> None:
        from jiangjin.jobs import registrations
