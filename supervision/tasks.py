"""Celery tasks: thin. What there is to do stands in the database; a message only wakes a worker up."""

import logging
import time

from celery import shared_task
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerError

from jiangjin.common import clock
from supervision.services import rollups

logger = logging.getLogger(__name__)

# A process sends one message at once, and after that one a second however many commits there are.
PAUSE_SECONDS = 1
LOCK_NOT_AVAILABLE = "55P03"


@shared_task(name="supervision.refresh_rollups")
def refresh_rollups() -> None:
    try:
        rollups.refresh(today=clock.today(), wait=False)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        # Whoever holds the months looks for marks again when they are released.
        logger.info("roll-ups are being refreshed by another worker")


class Waker:
    """Asks for a refresh after a commit. A message that is still to come serves all commits before it."""

    def __init__(self) -> None:
        self.next_at = float("-inf")  # when the last message that was sent is taken up, by time.monotonic

    def __call__(self) -> None:
        now = time.monotonic()
        if now < self.next_at:
            return
        delay = PAUSE_SECONDS if now - self.next_at < PAUSE_SECONDS else 0
        try:
            refresh_rollups.apply_async(countdown=delay, expires=delay + 60)
        except (BrokerError, OSError):
            logger.exception("roll-ups wait for the next round: the broker does not answer")
            return
        self.next_at = now + delay


wake = Waker()
