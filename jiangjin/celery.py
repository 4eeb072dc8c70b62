"""The Celery application. The queue only wakes workers up: the record of every job is its JobRun row."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangjin.settings.local")

app = Celery("jiangjin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
