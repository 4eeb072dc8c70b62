"""What jobs and the first page offer to the navigation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.permissions import VIEW_JOBS
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.bench import Sample, samples
from jiangjin.common.registries import MenuItem, ReadinessCheck, menu, readiness
from jiangjin.jobs.watching import broker, queue

menu.register(MenuItem(code="home", label=_("Workbench"), url_name="home", icon="home", order=0, phone_order=0))
menu.register(
    MenuItem(code="jobs", label=_("Jobs"), url_name="jobs:list", icon="activity", order=90, permission=VIEW_JOBS)
)


def job_views() -> type:
    from jiangjin.jobs.api import JobViewSet

    return JobViewSet


def area_views() -> type:
    from jiangjin.accounts.area_api import AreaViewSet

    return AreaViewSet


api_routes.register(ApiRoute("areas", area_views, order=0))
api_routes.register(ApiRoute("jobs", job_views, order=900))

readiness.register(ReadinessCheck(code="broker", order=10, look=broker))
readiness.register(ReadinessCheck(code="queue", order=20, look=queue))


def job(user: Any) -> dict[str, Any]:
    """A job that the user may see."""
    from jiangjin.jobs.models import JobRun

    found = JobRun.objects.visible_to(user).order_by("pk").first()
    return {"pk": found.pk} if found is not None else {}


samples.register(Sample("job", job, ["jobs:detail", "jobs:progress"]))
