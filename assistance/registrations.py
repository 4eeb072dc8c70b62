"""What assistance offers to the platform's registries: kinds of jobs, benchmarks."""

from django.utils.translation import gettext_lazy as _

from assistance import permissions
from assistance.bench import visits as visits_bench  # noqa: F401
from assistance.services import due, visit_checks
from jiangjin.jobs.registry import JobKind, kinds

kinds.register(
    JobKind(
        code=visit_checks.KIND,
        label=_("Check the month's visits"),
        handler=visit_checks.check_job,
        due=due.checks,
        permission=permissions.CHECK_VISITS,
    )
)
