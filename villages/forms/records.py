"""What forms about records of their own share: posts, teams, leaders, groups, trained people, publicity."""

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.forms.changing import RecordForm
from jiangjin.evidence.forms import EvidenceField


class OwnRecordForm(RecordForm):
    """A form about one record. `version`: the record's; None where there is none yet."""

    def __init__(
        self, data: Any = None, files: Any = None, *, today: dt.date, version: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, stored_version=version or 0, today=today, **kwargs)
        if files is not None:
            self.files = files
        if version is None:
            del self.fields["version"], self.fields["opened"]

    def conflict_text(self, *, who: str, at: str) -> str:
        return _(
            "%(who)s changed this at %(at)s, while you had this page open. Nothing has been written yet and nothing of yours "
            "is lost: look at the answers again, then save."
        ) % {"who": who, "at": at}


class EvidenceForm(OwnRecordForm):
    """A form about a record that photos and documents prove."""

    evidence = EvidenceField(
        label=gettext_lazy("Photos and documents"), required=False, asks_caption=True, asks_day=True
    )

    def __init__(self, data: Any = None, files: Any = None, *, by: Any, held: Any = (), **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["evidence"].given_by(by, held=held, latest=self.today)  # type: ignore[attr-defined]

    def merged(self, fresh: RecordForm) -> tuple[QueryDict, list[str], list[str]]:
        """Files that were stored with the first sending are not sent again: they are kept by their keys."""
        data, taken, disputed = super().merged(fresh)
        data.setlist(self.add_prefix("evidence_kept"), [str(file.key) for file in self.cleaned_data["evidence"]])
        return data, taken, disputed
