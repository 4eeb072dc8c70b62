from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "jiangjin.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from jiangjin.accounts import demo, frame, permissions, signals
        from jiangjin.accounts.bench import pages
