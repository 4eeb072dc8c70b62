"""Menu, search, first page and tabs of who answers for a village and what it was told."""

from django.utils.translation import gettext_lazy as _

from households.services import personal
from jiangjin.common.registries import MenuItem, SearchTarget, Tab, menu, search, village_tabs
from jiangjin.evidence.owners import register_owner
from villages import household_facts, permissions, post_cards, post_norms, post_timeline  # noqa: F401
from villages.bench import posts  # noqa: F401
from villages.models import PublicityEvent, TrainedPerson, VillagePost

PARENT = "villages"

for order, (code, label, url_name, icon) in enumerate(
    [
        ("completeness", _("Completeness check"), "villages:completeness", "clipboard-check"),
        ("posts", _("Village posts"), "villages:posts", "id-badge-2"),
        ("teams", _("Resident teams"), "villages:teams", "users-group"),
        ("leaders", _("District leaders"), "villages:leaders", "user-star"),
        ("support_groups", _("Support groups"), "villages:support_groups", "building-community"),
        ("trained_people", _("Trained people"), "villages:trained_people", "school"),
        ("publicity", _("Publicity"), "villages:publicity", "speakerphone"),
    ],
    start=52,
):
    menu.register(
        MenuItem(
            code=code,
            label=label,
            url_name=url_name,
            icon=icon,
            order=order,
            permission=permissions.VIEW,
            parent=PARENT,
        )
    )
for order, (code, label) in enumerate(
    [("posts", _("Who helps")), ("trained", _("Trained people")), ("publicity", _("Publicity"))], start=20
):
    village_tabs.register(
        Tab(code=code, label=label, url_name=f"villages:tab_{code}", order=order, permission=permissions.VIEW)
    )
search.register(
    SearchTarget(
        code="posts", label=_("Village posts"), url_name="villages:posts", order=50, permission=permissions.VIEW
    )
)
personal.register(VillagePost, "phone")
for model in (PublicityEvent, TrainedPerson):
    register_owner(model)
