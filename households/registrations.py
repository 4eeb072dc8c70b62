"""What the household file offers to the platform's registries: kinds of jobs, menu, tabs, API routes, figures of the report, norms
and what was done under them, demo parts."""

import functools
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from households import cards, deeds, figures, norms, permissions  # noqa: F401
from households.api.views import ROUTES
from households.bench import exits, roster, samples  # noqa: F401
from households.demo import part  # noqa: F401
from households.imports import service as rosters
from households.models import Household, RosterImport, RosterImportState
from households.services import evaluations
from households.services.due import monthly_evaluations
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import (
    FramePart,
    InboxEntry,
    MenuItem,
    SearchTarget,
    Tab,
    frame_parts,
    household_tabs,
    inbox,
    menu,
    search,
)
from jiangjin.jobs.registry import JobKind, kinds

menu.register(
    MenuItem(
        code="households",
        label=_("Households"),
        url_name="households:list",
        icon="users",
        order=20,
        permission=permissions.VIEW,
        phone_order=10,
    )
)
menu.register(
    MenuItem(
        code="imports",
        label=_("Import of rosters"),
        url_name="households:imports",
        icon="file-spreadsheet",
        order=25,
        permission=permissions.IMPORT,
        parent="households",
    )
)
menu.register(
    MenuItem(
        code="evaluations",
        label=_("Exit evaluation"),
        url_name="households:evaluations",
        icon="scale",
        order=40,
        permission=permissions.VIEW_EVALUATIONS,
    )
)
search.register(
    SearchTarget(
        code="households", label=_("Households"), url_name="households:list", order=10, permission=permissions.VIEW
    )
)
for order, (code, label) in enumerate(
    [
        ("family", _("Family")),
        ("income", _("Income")),
        ("conditions", _("Living conditions")),
        ("verdict", _("Verdict")),
        ("helpers", _("Helpers")),
        ("history", _("History")),
    ]
):
    household_tabs.register(
        Tab(code=code, label=label, url_name=f"households:tab_{code}", order=order, permission=permissions.VIEW)
    )


def rosters_to_confirm(user: Any) -> int:
    """Rosters that were checked and wait for a confirmation."""
    return RosterImport.objects.visible_to(user).filter(state=RosterImportState.CHECKED).count()


inbox.register(
    InboxEntry(
        code="rosters",
        label=_("Rosters to confirm"),
        url_name="households:imports",
        query=f"state={RosterImportState.CHECKED.value}",
        order=10,
        count=rosters_to_confirm,
        permission=permissions.IMPORT,
    )
)


def demo_values(request: HttpRequest) -> dict[str, Any]:
    """Whether the register holds invented people: the frame says so on every page."""
    return {"demo_data": Household.objects.filter(is_demo=True).exists()}


frame_parts.register(FramePart(code="demo", order=10, values=demo_values))

kinds.register(
    JobKind(
        code="evaluate_exits",
        label=_("Evaluate exits"),
        handler=evaluations.evaluate_job,
        due=monthly_evaluations,
        permission=permissions.EVALUATE,
    )
)

kinds.register(
    JobKind(code=rosters.CHECK, label=_("Check a roster"), handler=rosters.check_job, permission=permissions.IMPORT)
)
kinds.register(
    JobKind(code=rosters.COMMIT, label=_("Commit a roster"), handler=rosters.commit_job, permission=permissions.IMPORT)
)
kinds.register(
    JobKind(
        code=rosters.RETENTION,
        label=_("Remove the files of old rosters"),
        handler=rosters.retention_job,
        due=rosters.retention_due,
    )
)

for order, code in enumerate(ROUTES, start=100):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
