"""What evidence offers to the platform's registries."""

from django.utils.translation import gettext_lazy as _

from jiangjin.evidence.services import removing
from jiangjin.jobs.registry import JobKind, kinds

kinds.register(
    JobKind(
        code=removing.KIND,
        label=_("Remove evidence that nobody used"),
        handler=removing.retention_job,
        due=removing.due,
    )
)
