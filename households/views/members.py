"""People of a household: add, correct, a year's facts, leave, another head."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from households import permissions
from households.forms.members import AddMemberForm, HeadForm, LeaveForm, MemberFactsForm, MemberForm
from households.models import Member, Relation
from households.services import facts, members
from households.services.drafts import MemberDraft
from households.views.changing import ChangePage, NothingChanged, people_of
from households.views.years import chosen_year, years_of
from jiangjin.common import clock


class AddMember(ChangePage):
    """Enter one more person, with what is known of the year."""

    template_name: ClassVar[str] = "households/add_member.html"

    def form(self, data: Any) -> AddMemberForm:
        has_head = self.household.members.filter(left_on=None, relation=Relation.HEAD).exists()
        return AddMemberForm(data, household=self.household, today=clock.today(), has_head=has_head)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Add a member"), "button": _("Add this person"), "year": clock.today().year}

    def save(self, form: AddMemberForm) -> str:
        values = form.cleaned_data
        draft = MemberDraft(
            **{
                name: values[name]
                for name in ("name", "relation", "sex", "identity", "ethnicity", "joined_on", "joined_by")
            },
            facts=form.answers() or None,
        )
        member = members.add(
            household=self.household,
            draft=draft,
            by=self.request.user,
            year=clock.today().year,
            reason=values["reason"],
            version=values["version"],
        )
        return _("%(name)s is now a member of household %(number)s.") % {
            "name": member.name,
            "number": self.household.number,
        }


class MemberPage(ChangePage):
    """Base of the pages about one person. `parts` are the ways from one to the other."""

    template_name: ClassVar[str] = "households/member.html"
    part: ClassVar[str]
    member: Member

    def find(self, *, number: str, pk: int) -> None:  # type: ignore[override]
        super().find(number=number)
        self.member = get_object_or_404(self.household.members, pk=pk)
        self.member.household = self.household

    def texts(self) -> dict[str, Any]:
        key = [self.household.number, self.member.pk]
        may_manage = self.request.user.may(permissions.MANAGE)
        parts = [
            ("member", _("Person"), reverse("households:member", args=key)),
            ("member_facts", _("Facts of a year"), reverse("households:member_facts", args=key)),
        ]
        if may_manage and self.member.left_on is None:
            parts.append(("leave", _("Leaving"), reverse("households:leave", args=key)))
        return {"title": self.member.name, "member": self.member, "parts": parts, "part": self.part}


class CorrectMember(MemberPage):
    """Correct who somebody is."""

    part: ClassVar[str] = "member"

    def form(self, data: Any) -> MemberForm:
        return MemberForm(data, household=self.household, today=clock.today(), member=self.member)

    def save(self, form: MemberForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        members.correct(
            member=self.member,
            changes=changes,
            by=self.request.user,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
        return _("%(name)s has been corrected.") % {"name": self.member.name}


class MemberFacts(MemberPage):
    """What is known of a person for one year; `?year=` chooses it."""

    part: ClassVar[str] = "member_facts"
    template_name: ClassVar[str] = "households/member_facts.html"

    def form(self, data: Any) -> MemberFactsForm:
        known = self.member.years.filter(year=self.year()).first()
        return MemberFactsForm(data, household=self.household, today=clock.today(), known=known)

    def years(self) -> list[int]:
        """From the year of joining to that of leaving, or this one."""
        last = self.member.left_on or clock.today()
        return years_of(self.member.joined_on, last)

    def year(self) -> int:
        return chosen_year(self.request, self.years())

    def texts(self) -> dict[str, Any]:
        known = set(self.member.years.values_list("year", flat=True))
        years = [(year, year in known) for year in self.years()]
        return {**super().texts(), "years": years, "year": self.year(), "age": self.member.age(clock.today())}

    def save(self, form: MemberFactsForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        facts.record_member_year(
            member=self.member,
            year=self.year(),
            answers=changes,
            by=self.request.user,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
        return _("The facts of %(name)s for %(year)s are on file.") % {"name": self.member.name, "year": self.year()}


class LeaveHousehold(MemberPage):
    """A person leaves: death, marriage, moving away."""

    permission: ClassVar[str] = permissions.MANAGE
    template_name: ClassVar[str] = "households/leave.html"
    part: ClassVar[str] = "leave"

    def find(self, *, number: str, pk: int) -> None:  # type: ignore[override]
        super().find(number=number, pk=pk)
        self.others = [person for person in people_of(self.household) if person.pk != self.member.pk]

    def form(self, data: Any) -> LeaveForm:
        return LeaveForm(data, household=self.household, today=clock.today(), member=self.member, others=self.others)

    def texts(self) -> dict[str, Any]:
        return {
            **super().texts(),
            "button": _("%(name)s leaves the household") % {"name": self.member.name},
            "danger": True,
            "others": self.others,
        }

    def save(self, form: LeaveForm) -> str:
        values = form.cleaned_data
        members.leave(
            member=self.member,
            left_by=values["left_by"],
            left_on=values["left_on"],
            by=self.request.user,
            reason=values["reason"],
            new_head=values.get("new_head"),
            relations=form.relations(),
            version=values["version"],
        )
        return _("%(name)s is no longer a member since %(day)s.") % {
            "name": self.member.name,
            "day": values["left_on"],
        }


class ChangeHead(ChangePage):
    """Another member becomes the head."""

    permission: ClassVar[str] = permissions.MANAGE
    template_name: ClassVar[str] = "households/head.html"

    def form(self, data: Any) -> HeadForm:
        people = people_of(self.household)
        candidates = [person for person in people if person.relation != Relation.HEAD]
        return HeadForm(data, household=self.household, today=clock.today(), candidates=candidates, people=people)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Change the head"), "button": _("Change the head")}

    def save(self, form: HeadForm) -> str:
        values = form.cleaned_data
        members.change_head(
            household=self.household,
            new_head=values["new_head"],
            by=self.request.user,
            relations=form.relations(),
            reason=values["reason"],
            version=values["version"],
        )
        return _("%(name)s is now the head of household %(number)s.") % {
            "name": values["new_head"].name,
            "number": self.household.number,
        }
