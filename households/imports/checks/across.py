"""One person in two places of the file: nobody can say which claim is right, so both are refused."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import error
from households.imports.roster import SheetHousehold, SheetMember

IDENTITY_REPEATED = error(
    "identity_repeated", _("The identity number of %(name)s stands in the file twice, in row %(other)s too.")
)


def identity_once(households: list[SheetHousehold]) -> None:
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


CHECKS = [identity_once]
