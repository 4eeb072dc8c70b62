"""What a household must be to be one."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import error, warning
from households.imports.roster import SheetHousehold
from households.models import Relation

NO_HEAD = error("no_head", _("The household has no head: nobody is called “户主”."))
SEVERAL_HEADS = error("several_heads", _("The household has %(count)s heads; %(name)s is another."))
COUNT_DIFFERS = warning(
    "count_differs", _("The sheet says %(stated)s persons; %(rows)s stand in it. The rows count, not the number.")
)


def one_head(household: SheetHousehold) -> None:
    heads = [member for member in household.members if member.relation == Relation.HEAD]
    if not heads:
        household.tell(NO_HEAD, "relation")
    for extra in heads[1:]:
        household.tell_of(extra, SEVERAL_HEADS, "relation", count=len(heads))


def stated_persons(household: SheetHousehold) -> None:
    stated = household.values.get("stated_persons")
    if stated is not None and stated != len(household.members):
        household.tell(COUNT_DIFFERS, "stated_persons", stated=stated, rows=len(household.members))


CHECKS = [one_head, stated_persons]
