"""Lists of visits and of the monthly check: whoever may see visits, over the chosen area."""

from assistance.views.access import NeedsPermission
from households.views import lists
from households.views.lists import EXCEL, AreaList

__all__ = ["EXCEL", "Exported", "LinkedList"]


class LinkedList(NeedsPermission, AreaList):
    """A list over the chosen area whose filter has hidden fields (forms.filters.ListFilter)."""


class Exported(lists.Exported, NeedsPermission):
    """Mixin of a list that answers with a workbook: whoever may see the list and export."""
