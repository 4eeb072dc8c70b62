"""What the household file offers to the platform's registries: kinds of jobs, menu, tabs, API routes, demo parts."""

from django.utils.translation import gettext_lazy as _

from households.bench import exits  # noqa: F401
from households.services import evaluations
from households.services.due import monthly_evaluations
from jiangjin.jobs.registry import JobKind, kinds

kinds.register(
    JobKind(
        code="evaluate_exits",
        label=_("Evaluate exits"),
        handler=evaluations.evaluate_job,
        due=monthly_evaluations,
    )
)
