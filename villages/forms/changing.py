"""What forms of the village file share: a record with a version, words for a conflict."""

from typing import Any

from django.utils.translation import gettext as _

from households.forms.changing import RecordForm
from jiangjin.areas.models import Area


class VillageForm(RecordForm):
    """A form about one record of a village's file; the version 0 is that of a record that is not there yet."""

    def __init__(self, data: Any = None, *, village: Area, known: Any = None, **kwargs: Any) -> None:
        self.village = village
        super().__init__(data, stored_version=known.version if known is not None else 0, **kwargs)

    def conflict_text(self, *, who: str, at: str) -> str:
        return _(
            "%(who)s changed the file of %(village)s at %(at)s, while you had this page open. Nothing has been written yet and "
            "nothing of yours is lost: look at the answers again, then save."
        ) % {"who": who, "village": self.village.name, "at": at}
