"""Kinds of jobs that exist for one test only."""

import pytest

from jiangjin.jobs.registry import JobKind, kinds


@pytest.fixture
def kind(monkeypatch):
    """Registers a kind of job for this test: `kind(handler, code="probe", due=None)`."""
    monkeypatch.setattr(kinds, "_entries", dict(kinds._entries))

    def register(handler, *, code="probe", **kwargs):
        return kinds.register(JobKind(code=code, label="探针", handler=handler, **kwargs))

    return register


@pytest.fixture
def queue(monkeypatch):
    """Numbers of the runs that were put on the queue; nothing is run."""
    numbers = []
    monkeypatch.setattr("jiangjin.jobs.tasks.run_job.delay", lambda *, run_id: numbers.append(run_id))
    return numbers
