"""Which channels the done measures of the exit's year speak for: a person's own enrolments and those of the whole household."""

from django.db.models import F, Min, Q, QuerySet

from assistance.models import Batch, EnrolmentState
from households.models import StatusEvent
from jiangjin.common.set_based import Statement

# Of `supported`, in their order.
COLUMNS = ["exit_id", "household_id", "member_id", "batch", "enrolment_id"]


def supported(exits: QuerySet[StatusEvent], *, year: int) -> Statement:
    """Rows of COLUMNS: each person present at one of these exits of the year with each channel of which a measure of that year
    was done not later than the exit, and the first such enrolment."""
    members, enrolments = "household__members", "household__enrolments"
    rows = exits.filter(
        Q(**{f"{members}__left_on": None}) | Q(**{f"{members}__left_on__gt": F("occurred_on")}),
        Q(**{f"{enrolments}__member": None}) | Q(**{f"{enrolments}__member": F(f"{members}__pk")}),
        **{
            f"{members}__joined_on__lte": F("occurred_on"),
            f"{enrolments}__state": EnrolmentState.DONE,
            f"{enrolments}__year": year,
            f"{enrolments}__done_on__lte": F("occurred_on"),
            f"{enrolments}__measure__batch__in": Batch.values,
        },
    )
    rows = rows.order_by().values("pk", "household_id", f"{members}__pk", f"{enrolments}__measure__batch")
    rows = rows.annotate(first=Min(f"{enrolments}__pk"))
    columns = ["pk", "household_id", f"{members}__pk", f"{enrolments}__measure__batch", "first"]
    return Statement.of(rows.values_list(*columns), COLUMNS)


def support_of(exit: StatusEvent) -> dict[tuple[int, str], int]:
    """For one exit: the enrolment by member and channel."""
    rows = supported(StatusEvent.objects.filter(pk=exit.pk), year=exit.occurred_on.year).rows()
    return {(member, batch): enrolment for _exit, _household, member, batch, enrolment in rows}
