"""What the certificate number says, beside what the row says."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import warning
from households.imports.roster import SheetHousehold
from households.models import Sex

SEX_DIFFERS = warning(
    "sex_differs", _("%(name)s is entered as %(given)s, but the identity number is that of a %(right)s.")
)
SEX_BLANK = warning("sex_blank", _("The sex of %(name)s is blank; that of the identity number is taken."))
BIRTHDAY_DIFFERS = warning(
    "birthday_differs", _("The birthday of %(name)s is not that of the identity number, %(born_on)s, which is taken.")
)
WORDS = {Sex.MALE: "男", Sex.FEMALE: "女"}


def sex_and_identity(household: SheetHousehold) -> None:
    for member in household.members:
        if member.identity is None:
            continue
        given, right = member.values.get("sex"), member.identity.sex
        if given is None:
            if household.has("sex") and "sex" not in member.unreadable:
                household.tell_of(member, SEX_BLANK, "sex")
        elif given != right:
            household.tell_of(member, SEX_DIFFERS, "sex", given=WORDS[Sex(given)], right=WORDS[right])


def birthday_and_identity(household: SheetHousehold) -> None:
    for member in household.members:
        given = member.values.get("born_on")
        if given is None or member.identity is None:
            continue
        born_on = member.identity.born_on
        # A month without its day is read as the first of it.
        if given != born_on and given != born_on.replace(day=1):
            household.tell_of(member, BIRTHDAY_DIFFERS, "born_on", born_on=born_on.isoformat())


CHECKS = [sex_and_identity, birthday_and_identity]
