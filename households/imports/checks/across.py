"""What shows only when all households of the file are seen together: a person claimed twice, a helper who is poor."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import error, warning
from households.imports.roster import SheetHousehold, SheetMember

IDENTITY_REPEATED = error(
    "identity_repeated", _("The identity number of %(name)s stands in the file twice, in row %(other)s too.")
)
HELPER_IS_POOR = warning(
    "helper_is_poor",
    _(
        "The helper %(helper)s has the name of a member of household %(number)s in the same village; nobody poor can be one."
    ),
)


def identity_once(households: list[SheetHousehold]) -> None:
    """Nobody can say which claim is right, so both are refused."""
    claims: dict[str, list[tuple[SheetHousehold, SheetMember]]] = {}
    for household in households:
        for member in household.members:
            if member.identity is not None:
                claims.setdefault(member.identity.number, []).append((household, member))
    for claimants in claims.values():
        if len(claimants) < 2:
            continue
        for household, member in claimants:
            other = next(each for _other, each in claimants if each is not member)
            household.tell_of(member, IDENTITY_REPEATED, "identity", other=other.row + 1)


def poor_helpers(households: list[SheetHousehold]) -> None:
    """By name within the village; that the helper is of the household itself is told of the household alone."""
    people = {
        (household.village.pk, member.name): household
        for household in households
        if household.village is not None
        for member in household.members
    }
    for household in households:
        name = household.values.get("helper_name", "")
        other = people.get((household.village.pk, name)) if household.village is not None else None
        if other is not None and other is not household:
            household.tell(HELPER_IS_POOR, "helper_name", helper=name, number=other.number)


CHECKS = [identity_once, poor_helpers]
