"""The Celery application. The queue only wakes workers up: the record of every job is its JobRun row."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import after_task_publish

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangjin.settings.local")

app = Celery("jiangjin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@after_task_publish.connect(sender="jobs.sweep")
def note_beat(**_signal: Any) -> None:
    """Touch the file that JIANGJIN_BEAT_FILE names: its age tells whether the scheduler turns and the broker takes its messages."""
    if path := os.environ.get("JIANGJIN_BEAT_FILE"):
        Path(path).touch()
