"""A worker process that stops in the middle, so that a test can kill it there.

    python -m tests.jobs.worker RUN_NUMBER begun|written|published

It says "here" when it has reached the point, and waits to be killed.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django


def stop_here() -> None:
    """Tell the test, and wait."""
    print("here", flush=True)
    time.sleep(600)


def stopping_before(work: Callable[..., Any]) -> Callable[..., Any]:
    def stop(*args: Any, **kwargs: Any) -> Any:
        stop_here()
        return work(*args, **kwargs)

    return stop


def main(run_id: int, point: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiangjin.settings.local")
    django.setup()
    from assistance.services import visit_checks
    from assistance.services.difficulties import escalating
    from households.services import evaluations
    from jiangjin.jobs import running

    if point == "begun":  # claimed, nothing done
        evaluations.describe_basis = stopping_before(evaluations.describe_basis)
        visit_checks.describe_basis = stopping_before(visit_checks.describe_basis)
        escalating.late_enough = stopping_before(escalating.late_enough)
    elif point == "written":  # all rows stand in the open transaction
        evaluations.count_verdicts = stopping_before(evaluations.count_verdicts)
        visit_checks.count_states = stopping_before(visit_checks.count_states)
        escalating.insert = stopping_before(escalating.insert)
    elif point == "published":  # committed, the run not closed
        running.finish = stopping_before(running.finish)
    else:
        raise ValueError(f"no such point: {point}")
    running.execute(run_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
