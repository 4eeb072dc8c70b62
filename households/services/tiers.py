"""Deciding tiers. Every decision is kept; the latest stands on the household too."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.models import Household, Tier, TierDecision
from households.services.batch import Batch
from households.services.concurrency import open_file


def decide(
    *, household: Household, tier: str, decided_on: dt.date, by: Any, reason: str, version: int | None = None
) -> TierDecision:
    """Put a household into a tier. Raises ValidationError for an unknown tier, a missing reason, or a day before the decision
    that is in force."""
    if tier not in Tier.values:
        raise ValidationError({"tier": _("The tier must be A, B or C.")}, code="tier")
    if not reason.strip():
        raise ValidationError({"reason": _("A change of tier needs a reason.")}, code="reason")
    with transaction.atomic():
        locked = open_file(household, version=version)
        latest = locked.tier_decisions.order_by("-decided_on", "-pk").first()
        if latest is not None and decided_on < latest.decided_on:
            raise ValidationError(
                {
                    "decided_on": _("The tier in force was decided on %(day)s, later than this.")
                    % {"day": latest.decided_on}
                }
            )
        batch = Batch(by=by, reason=reason)
        decision = put_tier(batch, locked, tier=tier, decided_on=decided_on, reason=reason.strip())
        batch.write()
    household.refresh_from_db()
    return decision


def put_tier(batch: Batch, household: Household, *, tier: str, decided_on: dt.date, reason: str) -> TierDecision:
    """Collect a decision for a stored household."""
    decision = TierDecision(
        household=household, tier=tier, decided_on=decided_on, decided_by=batch.by, reason=reason[:300]
    )
    batch.add(decision, household=household)
    batch.change(household, {"tier": tier}, household=household)
    return decision
