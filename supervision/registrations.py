"""What supervision offers to the platform's registries: kinds of jobs, consumers of changes, API routes, benchmarks."""

from django.utils.translation import gettext_lazy as _

from jiangjin.changes.services import call_on_commit
from jiangjin.jobs.registry import JobKind, kinds
from supervision import permissions
from supervision.services import due, rollups
from supervision.services.consumers import ROLLUPS
from supervision.tasks import wake

call_on_commit(ROLLUPS, wake)
kinds.register(
    JobKind(
        code=rollups.REBUILD,
        label=_("Rebuild roll-ups"),
        handler=rollups.rebuild_job,
        due=due.monthly_rebuilds,
        permission=permissions.REFRESH_ROLLUPS,
    )
)
