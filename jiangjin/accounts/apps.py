from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jiangjin.accounts"

    def ready(self) -> None:
        from jiangjin.accounts import frame, permissions, signals
