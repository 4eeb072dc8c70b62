"""The platform: settings, areas, accounts, audit, changes, jobs and procedures. It knows no household."""

from jiangjin.celery import app as celery_app

__all__ = ["celery_app"]
