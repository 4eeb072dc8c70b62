"""A worker process that commits a roster and stops in the middle, so that a test can kill it there.

    python -m tests.households.imports.worker RUN_NUMBER CHUNKS

It writes two households a chunk, says "here" when so many chunks are written and the next stands in the open transaction, and
waits to be killed.
"""

import os
import sys
from typing import Any

import django


def main(run_id: int, chunks: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangjin.settings.local")
    django.setup()
    from households.imports import committing
    from households.models import RosterPreview
    from jiangjin.jobs import running
    from tests.jobs.worker import stop_here

    note = committing._note

    def stopping(previews: list[RosterPreview], result: Any) -> None:
        note(previews, result)
        if previews and previews[0].position == 2 * chunks:
            stop_here()

    committing.HOUSEHOLDS_AT_ONCE = 2
    committing._note = stopping
    running.execute(run_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
