"""Two people at the same file: who comes second is told, never overwritten in silence."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from households.models import Household


def open_file(household: Household, *, version: int | None = None) -> Household:
    """The household's row, locked until the transaction ends; raises ValidationError if it is not the `version` that was read.

    Call inside `transaction.atomic`. Without a version nothing is compared.
    """
    locked = Household.objects.select_for_update(of=("self",)).select_related("village", "group").get(pk=household.pk)
    if version is not None and locked.version != version:
        raise ValidationError(
            _(
                "Somebody else changed household %(number)s after you opened this page. Nothing was written; load the page "
                "again and repeat your change."
            ),
            code="conflict",
            params={"number": locked.number},
        )
    return locked
