"""Personal numbers in full: with a reason, within the area, and in the log."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from households.services import households, personal
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db


def test_who_may_sees_the_number_and_the_log_says_so():
    officer = factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town())
    member = factories.household(members=1).members.get()
    assert personal.reveal(obj=member, field="identity", by=officer, reason="核对") == member.identity
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name, entry.reason) == (AuditAction.REVEALED, "经办", "核对")
    assert (entry.household_id, entry.after) == (member.household_id, {"field": "identity"})


@pytest.mark.parametrize(
    ("role", "town"),
    [(roles.TOWN_OFFICER, "李市镇"), (roles.FINANCE, "白沙镇"), (roles.HELPER, "白沙镇"), (None, "")],
)
def test_nobody_else_does(role, town):
    user = factories.user(role=role, area=factories.town(town) if town else None)
    household = factories.household(members=1)
    factories.assignment(household, factories.helper(user=user))
    with pytest.raises(PermissionDenied):
        personal.reveal(obj=household.members.get(), field="identity", by=user, reason="x")
    assert not AuditEntry.objects.exists()


def test_a_reason_is_asked_for():
    officer = factories.user(role=roles.DISTRICT_OFFICER)
    with pytest.raises(ValidationError):
        personal.reveal(obj=factories.household(), field="phone", by=officer, reason="  ")


def test_phones_accounts_and_helpers():
    officer = factories.user(role=roles.DISTRICT_OFFICER)
    household = factories.household()
    households.correct(household=household, changes={"phone": "13800000000", "bank_account": "62284800"}, by=None)
    assert personal.reveal(obj=household, field="phone", by=officer, reason="x") == "13800000000"
    assert personal.reveal(obj=household, field="bank_account", by=officer, reason="x") == "62284800"
    assert personal.reveal(obj=factories.helper(), field="phone", by=officer, reason="x") == ""
    with pytest.raises(ValueError, match="number"):
        personal.reveal(obj=household, field="number", by=officer, reason="x")
