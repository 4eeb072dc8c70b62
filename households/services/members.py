"""People joining, being corrected, leaving, and the head of a household changing."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.identity import Identity
from households.models import Household, Member, MemberChange, Relation
from households.services.batch import Batch, check_values, one_of, sealed_columns
from households.services.concurrency import open_file
from households.services.drafts import MemberDraft, Values
from households.services.facts import put_member_year
from jiangjin.common.personal import IDENTITY, digest
from jiangjin.common.romanise import initials, pinyin, readings

CORRECTABLE = ("name", "relation", "sex", "ethnicity", "identity", "joined_on")
JOINING = [MemberChange.MARRIED_IN, MemberChange.NEWBORN, MemberChange.OTHER_IN]
LEAVING = [
    MemberChange.DEATH,
    MemberChange.MARRIED_OUT,
    MemberChange.SETTLED_ABROAD,
    MemberChange.IMPRISONED,
    MemberChange.OTHER_OUT,
]
# Made by the services themselves, out of what is checked.
UNCHECKED = [
    "household",
    "name_pinyin",
    "name_initials",
    "identity",
    "identity_digest",
    "identity_masked",
    "identity_as_given",
]
# What stays true of the others when husband and wife change places as head.
SAME_FOR_BOTH_SPOUSES = {
    Relation.SON,
    Relation.DAUGHTER,
    Relation.DAUGHTER_IN_LAW,
    Relation.SON_IN_LAW,
    Relation.GRANDSON,
    Relation.GRANDDAUGHTER,
    Relation.DAUGHTERS_SON,
    Relation.DAUGHTERS_DAUGHTER,
}


def add(
    *,
    household: Household,
    draft: MemberDraft,
    by: Any,
    year: int | None = None,
    reason: str = "",
    version: int | None = None,
) -> Member:
    """Enter one more member. The draft needs `joined_on` and `joined_by` (one of JOINING); its `facts` go into `year`.

    Raises ValidationError for a second head, for somebody who is a member somewhere already, for a day before the birth.
    """
    if draft.joined_by not in JOINING:
        raise ValidationError({"joined_by": _("Say how this person came to the household.")}, code="joined_by")
    if draft.joined_on is None:
        raise ValidationError({"joined_on": _("Say since when this person has belonged to the household.")})
    with transaction.atomic():
        locked = open_file(household, version=version)
        if draft.relation == Relation.HEAD and locked.members.filter(left_on=None, relation=Relation.HEAD).exists():
            raise ValidationError({"relation": _("The household has a head already.")}, code="second_head")
        refuse_taken([draft.identity])
        batch = Batch(by=by, reason=reason)
        member = new_member(locked, draft)
        check_member(member)
        batch.add(member, household=locked)
        if draft.facts is not None and year is not None:
            put_member_year(batch, member, None, year=year, answers=draft.facts)
        batch.write()
    return member


def correct(*, member: Member, changes: Values, by: Any, reason: str = "", version: int | None = None) -> Member:
    """Set columns of CORRECTABLE; `identity` is an `Identity`, and brings the birthday along.

    Nobody becomes or stops being the head here: that is `change_head`. Raises ValidationError by field.
    """
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        locked = open_file(member.household, version=version)
        row = Member.objects.get(pk=member.pk)
        row.household = locked
        relation = changes.get("relation", row.relation)
        if relation != row.relation and Relation.HEAD in {relation, row.relation}:
            raise ValidationError({"relation": _("Use “Change the head” for that.")}, code="head")
        if "identity" in changes and row.left_on is None:
            refuse_taken([changes["identity"]], except_members=[row.pk])
        batch = Batch(by=by, reason=reason)
        put_member(batch, row, changes)
        check_member(row)
        batch.write()
    member.refresh_from_db()
    return member


def leave(
    *,
    member: Member,
    left_by: str,
    left_on: dt.date,
    by: Any,
    reason: str = "",
    new_head: Member | None = None,
    relations: Mapping[int, str] | None = None,
    version: int | None = None,
) -> Member:
    """A member leaves; `left_on` is the first day on which they no longer belong, `left_by` one of LEAVING.

    When the head leaves others behind, one of them becomes `new_head` (see `change_head` for `relations`). A household that
    nobody is left in is closed by a status event of its own. Raises ValidationError by field.
    """
    if left_by not in LEAVING:
        raise ValidationError({"left_by": _("Say why this person leaves.")}, code="left_by")
    with transaction.atomic():
        locked = open_file(member.household, version=version)
        people = present_people(locked)
        row = people.get(member.pk)
        if row is None:
            raise ValidationError(_("%(name)s has left already."), code="left", params={"name": member.name})
        if left_on < row.joined_on:
            raise ValidationError({"left_on": _("The day of leaving lies before the day of joining.")})
        others = {key: person for key, person in people.items() if key != row.pk}
        batch = Batch(by=by, reason=reason)
        batch.change(row, {"left_on": left_on, "left_by": left_by}, household=locked)
        if row.relation == Relation.HEAD and others:
            if new_head is None or new_head.pk not in others:
                raise ValidationError({"new_head": _("The head leaves: say who is the new head.")}, code="new_head")
            batch.write()
            _put_head(batch, locked, others, new_head.pk, relations or {}, former=row)
        batch.write()
    member.refresh_from_db()
    return member


def change_head(
    *,
    household: Household,
    new_head: Member,
    by: Any,
    relations: Mapping[int, str] | None = None,
    reason: str = "",
    version: int | None = None,
) -> None:
    """Another member becomes the head; everybody's relation is told anew.

    relations: the new relation by number of member. Whoever is not named keeps theirs where husband and wife change places and
    it is the same for both (children and their families); everybody else becomes “other”, to be corrected.
    """
    with transaction.atomic():
        locked = open_file(household, version=version)
        people = present_people(locked)
        if new_head.pk not in people:
            raise ValidationError({"new_head": _("The new head must be a member of the household.")}, code="new_head")
        former = next((person for person in people.values() if person.relation == Relation.HEAD), None)
        if former is not None and former.pk == new_head.pk:
            raise ValidationError({"new_head": _("%(name)s is the head already.") % {"name": former.name}})
        batch = Batch(by=by, reason=reason)
        _put_head(batch, locked, people, new_head.pk, relations or {}, former=former)
        batch.write()


def new_member(household: Household, draft: MemberDraft) -> Member:
    """A member's row, not yet stored."""
    identity = draft.identity
    name_pinyin, name_initials = readings(draft.name)
    return Member(
        household=household,
        name=draft.name,
        name_pinyin=name_pinyin,
        name_initials=name_initials,
        relation=draft.relation,
        sex=draft.sex,
        born_on=identity.born_on,
        ethnicity=draft.ethnicity,
        **sealed_columns("identity", identity.number),
        identity_as_given=identity.as_given,
        joined_on=draft.joined_on or max(household.registered_on, identity.born_on),
        joined_by=draft.joined_by,
    )


def put_member(batch: Batch, member: Member, changes: Values) -> bool:
    """Collect changes of a stored member, with what follows from them; True if anything differs."""
    values = dict(changes)
    if "name" in values:
        values |= {"name_pinyin": pinyin(values["name"]), "name_initials": initials(values["name"])}
    if "identity" in values:
        identity: Identity = values["identity"]
        values |= {
            "identity": identity.number,
            "identity_as_given": identity.as_given,
            "born_on": identity.born_on,
        }
    return batch.change(member, values, household=member.household)


def present_people(household: Household) -> dict[int, Member]:
    """Who belongs to the household, by number."""
    people = {member.pk: member for member in household.members.filter(left_on=None)}
    for person in people.values():
        person.household = household
    return people


def check_member(member: Member) -> None:
    """Raises ValidationError by field."""
    if member.joined_on < member.born_on:
        raise ValidationError(
            {"joined_on": _("%(name)s was born on %(day)s.") % {"name": member.name, "day": member.born_on}}
        )
    if not member.name.strip():
        raise ValidationError({"name": _("A member needs a name.")})
    check_values(member, unchecked=UNCHECKED)


def refuse_taken(identities: Iterable[Identity], *, except_members: Iterable[int] = ()) -> None:
    """Raises ValidationError if one of these people is a member of a household now; one query."""
    digests = [digest(IDENTITY.code, identity.number) for identity in identities]
    taken = (
        Member.objects.filter(identity_digest__in=digests, left_on=None)
        .exclude(pk__in=list(except_members))
        .select_related("household")
        .order_by("pk")
        .first()
    )
    if taken is not None:
        raise ValidationError(
            {
                "identity": ValidationError(
                    _("The identity number %(identity)s belongs to a member of household %(number)s."),
                    code="identity_taken",
                    params={"identity": taken.identity_masked, "number": taken.household.number},
                )
            }
        )


def _put_head(
    batch: Batch,
    household: Household,
    people: Mapping[int, Member],
    head: int,
    relations: Mapping[int, str],
    *,
    former: Member | None,
) -> None:
    """Collect new relations; the former head steps down in a statement of its own, since there is one head at any moment."""
    spouses = people[head].relation == Relation.SPOUSE
    changes: dict[int, str] = {}
    for key, person in people.items():
        if key == head:
            continue
        if key in relations:
            relation = relations[key]
        elif former is not None and key == former.pk:
            relation = Relation.SPOUSE if spouses else Relation.OTHER
        elif spouses and person.relation in SAME_FOR_BOTH_SPOUSES:
            relation = person.relation
        else:
            relation = Relation.OTHER
        if relation not in Relation.values or relation == Relation.HEAD:
            raise ValidationError({"relations": _("Everybody but the new head needs another relation than head.")})
        changes[key] = relation
    for key, relation in changes.items():
        batch.change(people[key], {"relation": relation}, household=household)
    batch.write()
    batch.change(people[head], {"relation": Relation.HEAD}, household=household)
