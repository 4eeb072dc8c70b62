"""A worker process that writes a list of enrolments and stops in the middle, so that a test can kill it there.

    python -m tests.assistance.measures.worker RUN_NUMBER CHUNKS

It writes two rows a chunk, says "here" when so many chunks are written and the next stands in the open transaction, and waits
to be killed.
"""

import os
import sys
from typing import Any

import django


def main(run_id: int, chunks: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangjin.settings.local")
    django.setup()
    from assistance.services import enrolling_work
    from jiangjin.jobs import running
    from tests.jobs.worker import stop_here

    note = enrolling_work._note

    def stopping(rows: Any, outcomes: Any) -> None:
        note(rows, outcomes)
        if rows[0].position == 2 * chunks + 1:
            stop_here()

    enrolling_work.AT_ONCE = 2
    enrolling_work._note = stopping
    running.execute(run_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
