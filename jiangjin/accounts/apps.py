from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jiangjin.accounts"

    def ready(self) -> None:
        from jiangjin.accounts import demo, frame, permissions, signals
