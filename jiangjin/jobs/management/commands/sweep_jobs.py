import json
from typing import Any

from django.core.management.base import BaseCommand

from jiangjin.common import clock
from jiangjin.jobs import services


class Command(BaseCommand):
    help = "Put lost jobs back on the queue and start periodic ones that are due (the worker does this by itself)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(services.sweep(today=clock.today())))
