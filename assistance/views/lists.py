"""What the lists of visits share."""

from assistance.views.access import NeedsPermission
from households.views.lists import AreaList, Exported

__all__ = ["Exported", "LinkedList"]


class LinkedList(NeedsPermission, AreaList):
    """A list over the chosen area whose filter has hidden fields (forms.filters.ListFilter)."""
