"""Celery tasks: thin, by number only."""

from celery import shared_task

from jiangjin.common import clock
from jiangjin.jobs import running, services


@shared_task(name="jobs.run")
def run_job(*, run_id: int) -> None:
    running.execute(run_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    services.sweep(today=clock.today())
