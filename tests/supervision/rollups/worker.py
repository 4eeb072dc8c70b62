"""A process that stops in the middle of a rebuild, so that a test can kill it there.

    python -m tests.supervision.rollups.worker RUN_NUMBER MONTH

It says "here" when the rows of the month stand in the open transaction, and waits to be killed.
"""

import os
import sys
import time

import django


def main(run_id: int, month: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangjin.settings.local")
    django.setup()
    from jiangjin.jobs import running
    from supervision.services import area_months

    really = area_months.write

    def stopping(at, villages):
        written = really(at, villages)
        if at.isoformat() == month:
            print("here", flush=True)
            time.sleep(600)
        return written

    area_months.write = stopping
    running.execute(run_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
